/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The counts: every record file is read once, row by row, into these tables.
 * Memory grows with the number of different keys, never with the rows; where there are
 * more keys than a table may hold, the files are read twice (tally_again).
 *
 * The struct is open because the tables are made of it; only tally*.c write to it.
 */
#ifndef POTSHERD_REPORT_TALLY_H
#define POTSHERD_REPORT_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "potsherd/csv_reader.h"
#include "potsherd/time.h"
#include "report/bins.h"
#include "report/campaign_pairs.h"
#include "report/count.h"
#include "report/doubles.h"
#include "report/place.h"
#include "report/recent.h"
#include "report/seen.h"

enum tally_module { TALLY_HTTP, TALLY_SOCKS, TALLY_MODULES };
enum tally_class { TALLY_CONNECT_SMTP, TALLY_CONNECT_OTHER, TALLY_GET, TALLY_ERROR, TALLY_CLASSES };
enum tally_depth { TALLY_OUTER, TALLY_INNER, TALLY_DEPTHS }; /* asked of the sensor; in a tunnel */

/* What the numbers and facts of each table are. */
enum { COUNTRY_EMAILS, COUNTRY_RECIPIENTS, COUNTRY_NUMBERS };
enum { AS_EMAILS, AS_RECIPIENTS, AS_NUMBERS };
enum { AS_NAME, AS_FACTS };
enum {
    SOURCE_EMAILS,
    SOURCE_REQUESTS,
    SOURCE_CONNECTIONS,
    SOURCE_RECIPIENTS,
    SOURCE_RANKED,
    SOURCE_SENSORS = SOURCE_RANKED, /* a bit a sensor, by its index, for the first SENSOR_BITS */
    SOURCE_COUNTRY,                 /* where its last row went: address of a struct count */
    SOURCE_AS,
    SOURCE_NUMBERS
};
#define SENSOR_BITS 64
enum { SOURCE_CC, SOURCE_ASN, SOURCE_AS_NAME, SOURCE_FACTS };
enum { PORT_CONNECTIONS, PORT_EMAILS, PORT_REQUESTS, PORT_NUMBERS };
enum { PORT_SERVICE, PORT_FACTS };
enum { MAILS_EMAILS, MAILS_RECIPIENTS, MAILS_NUMBERS };
enum {
    BODY_EMAILS,
    BODY_RECIPIENTS,
    BODY_RANKED,
    BODY_SOURCES = BODY_RANKED, /* different ones, or TALLY_UNKNOWN */
    BODY_SOURCE,                /* hash of the last one */
    BODY_FIRST,                 /* a time_us */
    BODY_LAST,
    BODY_NUMBERS
};
#define TALLY_UNKNOWN UINT64_MAX               /* a number: too many to count */
enum { PART_EMAILS, PART_ROWS, PART_NUMBERS }; /* of links and attachments */
enum { SERVER_EMAILS, SERVER_REQUESTS, SERVER_ACCEPTED, SERVER_RECIPIENTS, SERVER_NUMBERS };
enum { DOMAIN_RECIPIENTS, DOMAIN_REJECTED, DOMAIN_NUMBERS };
enum { MESSAGE_SIZE, MESSAGE_MAIL_FROM, MESSAGE_SUBJECT, MESSAGE_FACTS };
enum { SCAN_SYNS, SCAN_NUMBERS };
enum { LOGIN_TRIES, LOGIN_ACCEPTED, LOGIN_NUMBERS };
enum { REFUSAL_TRANSACTIONS, REFUSAL_RECIPIENTS, REFUSAL_REJECTED, REFUSAL_NUMBERS };
enum { SENSOR_EMAILS, SENSOR_REQUESTS, SENSOR_CONNECTIONS, SENSOR_RECIPIENTS, SENSOR_NUMBERS };
enum { PLAN_PROVIDER, PLAN_ACCESS, PLAN_PLAN, PLAN_FACTS };
enum { PROXIED_IP, PROXIED_FACTS };
enum {
    CAMPAIGN_EMAILS,
    CAMPAIGN_RECIPIENTS,
    CAMPAIGN_RANKED,
    CAMPAIGN_SOURCES = CAMPAIGN_RANKED, /* this and the next three, or TALLY_UNKNOWN */
    CAMPAIGN_ASES,
    CAMPAIGN_COUNTRIES,
    CAMPAIGN_DAYS,
    CAMPAIGN_FIRST, /* a time_us */
    CAMPAIGN_LAST,
    CAMPAIGN_BUSIEST, /* emails on the busiest day */
    CAMPAIGN_NUMBERS
};
enum {
    CAMPAIGN_KIND,
    CAMPAIGN_BY, /* what SHARED is: a subject, a link domain */
    CAMPAIGN_SHARED,
    CAMPAIGN_LANGUAGES,
    CAMPAIGN_TAGS,
    CAMPAIGN_FACTS
};
enum { USE_CAMPAIGNS, USE_EMAILS, USE_NUMBERS }; /* of a port by campaigns */
enum {
    SENDER_CAMPAIGNS,
    SENDER_EMAILS,
    SENDER_RANKED,
    SENDER_FIRST = SENDER_RANKED, /* a time_us */
    SENDER_LAST,
    SENDER_NUMBERS
};

struct tally_options {
    struct period period;
    const char *sensor; /* NULL: all */
    bool remap;         /* see report.h */
    bool by_proxied;    /* see report.h */
    bool anonymise;     /* see report.h; all is counted as it is, and shown so by the tables */
    size_t keys_max;    /* of each table, in tests; 0: what they have */
};

#define TALLY_HASHED_ROWS 16
#define TALLY_BIN_CELLS   256

struct tally_bins { /* emails by time; `kind` is set by tally_init */
    enum bin kind;
    struct counter all;       /* bin */
    struct counter countries; /* bin, cc */
    struct counter ports;     /* bin, dst_port */
    struct {                  /* rows come in the order of time, so the bin seldom changes */
        int64_t bin;
        char text[BIN_TEXT_MAX];
        struct count *all;      /* NULL: none yet */
        struct tally_bin_cell { /* by the index of a country or a port */
            int64_t bin;
            struct count *count;
        } countries[TALLY_BIN_CELLS], ports[TALLY_BIN_CELLS];
    } now;
};

enum tally_with { /* what some emails have, and others have not */
                  WITH_LINKS,
                  WITH_SHOWN, /* a link whose text names another host */
                  WITH_ATTACHMENTS,
                  WITH_TAGS,
                  WITH_PROBES,
                  TALLY_WITHS
};

enum tally_loss {                /* sums of stats.csv, but for the two of connections.csv */
                  LOST_CAPTURED, /* packets that were not lost */
                  LOST_DROPPED,
                  LOST_BY_INTERFACE,
                  LOST_EVICTED,
                  LOST_UNWRITTEN,
                  LOST_MAILS,
                  LOST_CONNECTIONS, /* connections with missing bytes */
                  LOST_BYTES,       /* of those */
                  TALLY_LOSSES
};

enum { TALLY_WEEKDAYS = 7, TALLY_HOURS = 24 };

enum { CAMPAIGNS_DRAWN = 8 }; /* those of which each day is kept */

struct tally_campaigns {  /* of the files that `potsherd campaigns` writes */
    uint64_t rows, again; /* campaigns.csv; of them those of campaigns that were there before */
    uint64_t emails;
    bool any_day;
    int64_t first_day, last_day;  /* of campaign_days.csv */
    struct counter all;           /* campaign */
    struct counter ports;         /* module, dst_port */
    struct counter senders;       /* src_ip */
    struct counter networks;      /* the same by network; only with anonymise */
    struct counter days;          /* day: emails */
    struct counter days_by;       /* day, campaign: emails; of the drawn ones */
    struct seen *of_networks;     /* campaign, network; only with anonymise */
    struct campaign_pairs *pairs; /* who sent which */
    bool drawn_known;
    unsigned drawn_count;
    uint64_t drawn[CAMPAIGNS_DRAWN]; /* the largest ones */
};

enum {
    TALLY_KINDS = 15, /* of record files that are read */
    TALLY_COLUMNS_MAX = 24,
    TALLY_LACKING_LOGGED = 10 /* files that lack columns are logged one by one */
};

struct tally {
    struct tally_options options;
    struct csv_damage damage;
    bool have_recipients; /* a recipients.csv was read; likewise: */
    bool have_connections, have_requests, have_emails, have_scans, have_stats;
    bool have_campaigns, have_campaign_days;

    unsigned files[TALLY_KINDS], lacking[TALLY_KINDS][TALLY_COLUMNS_MAX]; /* see tally_lacking */
    unsigned lacking_files;

    bool any_day;
    int64_t first_day, last_day; /* since 1970-01-01, of connections, requests and emails */
    uint64_t connections, requests, emails, recipients;
    uint64_t recipient_rows, links, syns;
    uint64_t with[TALLY_WITHS];                                   /* emails */
    uint64_t modules[TALLY_DEPTHS][TALLY_MODULES][TALLY_CLASSES]; /* requests */
    uint64_t week[TALLY_WEEKDAYS][TALLY_HOURS];                   /* emails, from Monday on */
    uint64_t lost[TALLY_LOSSES];

    struct doubles *doubles;       /* of connections */
    struct counter countries;      /* cc */
    struct counter ases;           /* asn, cc */
    struct counter sources;        /* src_ip */
    struct counter ports;          /* dst_port */
    struct counter port_protocols; /* dst_port, HTTP SOCKS SMTP other: connections */
    struct counter protocols;      /* protocol: connections */
    struct counter email_modules;  /* module: emails, recipients */
    struct tally_bins days;
    struct tally_bins hours;          /* whole only while the period is BINS_HOUR_DAYS or less */
    struct counter servers;           /* host or address, port */
    struct counter recipient_domains; /* domain */
    struct counter asked;             /* src_ip, dst_port, module, target, accepted: requests */
    struct counter messages;          /* body_sha256 */
    struct seen *body_sources;        /* body, source: of bodies with several sources */
    struct counter languages, tags;   /* emails, recipients */
    struct counter charsets, mailers; /* likewise */
    struct counter probes;            /* form, place: likewise */
    struct counter link_domains;      /* domain or host: emails, links */
    struct counter shown_links;       /* shown_host, host: likewise */
    struct counter attached_types;    /* type, who says so: emails, attachments */
    struct counter attached_names;    /* extension: likewise */
    struct recent *recent;            /* what a message has counted for */
    struct counter ends, flags;       /* connections */
    struct counter scanners;          /* src_ip; facts of SOURCE_FACTS */
    struct counter scanner_ports;     /* src_ip, dst_port */
    struct counter scanned_ports;     /* dst_port */
    struct counter logins;            /* module, user, password */
    struct counter refused;           /* src_ip; facts of SOURCE_FACTS */
    struct counter sensors;           /* sensor */
    struct counter sensor_sources;    /* sensor, src_ip; of the sensors that have no bit */
    struct counter plans;             /* sensor: facts of sensors.csv */
    struct counter proxied;           /* uid; only with by_proxied */
    struct tally_campaigns campaigns;

    struct { /* of the rows at hand */
        struct tally_hashes {
            uint64_t row; /* counted from 1 */
            uint64_t source, server, third;
            uint64_t pair; /* of emails: body, source */
        } hashes[TALLY_HASHED_ROWS];
        uint64_t row;
        time_us ts;                 /* of row_wanted */
        uint64_t with[TALLY_WITHS]; /* the last message of each */
        struct buf key;
        struct place place; /* of the source, by the open databases (remap) */
    } now;
};

void tally_init(struct tally *t, const struct tally_options *options);
void tally_fini(struct tally *t);

/* Every table and what its keys are; NULL after the last. */
const struct counter *tally_table(const struct tally *t, unsigned i, const char **what);

/* Whether there were too many keys of a kind.  Then tally_again, and every file once more:
 * what is counted then is exact, for the keys that stayed (count.h). */
bool tally_is_rough(const struct tally *t);
void tally_again(struct tally *t);

/* The kinds of record files that are read, TALLY_KINDS of them, in this order. */
const char *tally_kind_name(unsigned kind); /* "emails", without .csv */

/* How many files of the kind lack a column that is counted; *name is NULL after the last. */
unsigned tally_lacking(const struct tally *t, unsigned kind, unsigned column, const char **name);

/* False when files of that kind were read and each of them lacks the column. */
bool tally_knows(const struct tally *t, const char *file, const char *column);

/*
 * Counts one file.  False and a message when it could not be read (to the end);
 * what was read is counted.  `progress`, if any, is called now and then with
 * the bytes of the file read so far.
 */
bool tally_read(struct tally *t, unsigned kind, const char *path,
                void (*progress)(void *user, uint64_t bytes), void *user, struct failure *failure);

#endif
