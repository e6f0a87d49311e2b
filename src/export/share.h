/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of `share` have in common: the run, the networks that mails came from, what is
 * shown of a mail, and the formats.
 *
 *   records --selected--> envelopes (in a file), networks, sources
 *           --those of networks under --min left out--> a format
 *
 * A format gets either what is found of each network, or its mails in the order of their times, or
 * its mails with their evidence.  What it writes depends on the records alone:
 * ids are UUIDs of names (base/uuid.h), times are those of the records.
 */
#ifndef POTSHERD_EXPORT_SHARE_H
#define POTSHERD_EXPORT_SHARE_H

#include "base/json.h"
#include "base/uuid.h"
#include "export/extract.h"
#include "export/ioc_table.h"
#include "export/share_networks.h"
#include "potsherd/redact.h"

#define SHARE_EVIDENCE_MAX 5242880 /* bytes: what XARF allows for one piece of it */

struct share;

struct share_mail { /* what is shown of one; bytes as they came, but for what is redacted */
    uint64_t uid;
    uint32_t n;
    char name[NAMES_MESSAGE]; /* UID-N */
    time_us ts;
    const struct share_network *network;
    struct envelope shown; /* a copy that owns nothing */
};

enum share_kind {                /* of what is found */
                  SHARE_SOURCE,  /* who sent mails */
                  SHARE_DOMAIN,  /* the registered domain of a link */
                  SHARE_LINK_IP, /* the host of a link that is an address */
                  SHARE_FILE,    /* an attachment's SHA-256 */
                  SHARE_KINDS
};

struct share_found { /* in one network */
    struct bytes value;
    time_us first, last;
    uint64_t count;
};

struct share_format {
    const char *name;  /* of --as */
    bool signs;        /* says who reports: needs --contact */
    bool mails_wanted; /* envelopes with recipients */
    bool flows;        /* and the Community ID of their connections */
    bool all_kinds;    /* of what is found; else sources alone */
    /* Each may be NULL; false: no more can be written.  `end` is called after a failure, too. */
    bool (*begin)(struct share *s);
    bool (*begin_network)(struct share *s, const struct share_network *network);
    bool (*found)(struct share *s, const struct share_network *network, enum share_kind kind,
                  const struct share_found *found);
    bool (*mail)(struct share *s, const struct share_mail *mail);
    bool (*end_network)(struct share *s, const struct share_network *network);
    /* One mail with its evidence, in no order; empty: it has none. */
    bool (*report)(struct share *s, const struct share_mail *mail, struct bytes evidence);
    bool (*end)(struct share *s);
};

struct share_counts {
    uint64_t files;      /* that were written */
    uint64_t cut;        /* evidence that was longer than is allowed */
    uint64_t without;    /* reports without evidence */
    uint64_t shortened;  /* texts that were longer than the format allows */
    uint64_t substitute; /* senders that are no mail address, in XARF */
    uint64_t no_port;    /* mails without a source port */
};

struct share_place { /* of a mail, in the order in which they are written */
    uint32_t as, n;
    time_us ts;
    uint64_t uid;
};

struct share {
    struct extraction e; /* first: who writes evidence gets this one */
    const struct share_format *format;
    const char *contact, *org, *domain; /* who reports; contact may be NULL */
    struct share_networks networks;
    struct ioc_table found[SHARE_KINDS]; /* by AS */
    struct ioc_table heard, sent;
    struct keys finds; /* mails: the folders of their links (`at`) and attachments (`last`) */
    uint64_t folder;   /* number of the one that is read */
    char *folder_name;
    struct share_place *places; /* of all mails, if the format wants them */
    size_t place_count, place_room;
    struct keys flows; /* connections of mails: `at` - 1 is the place of the Community ID */
    struct buf flow_ids;
    struct redact_policy policy;
    struct redact *redact; /* NULL: nothing is */
    struct digest *digest;
    struct share_counts counts;
    /* of the mail at hand: */
    struct envelope envelope;
    struct bytes *recipients;
    size_t recipient_room;
    struct buf texts;
    struct buf evidence;
    void *state; /* the format's own */
    struct buf out;
    struct out_file file;
};

extern const struct share_format share_list, share_abuseipdb, share_ecs, share_xarf, share_arf,
    share_misp, share_stix;

/* Reads all that the format wants.  False: it could not be kept. */
bool share_read(struct share *s);
const struct share_network *share_network_of(const struct share *s, const struct key *message);

/* What is shown of a mail that is kept, into `out`, until the next call: redacted, recipients
 * sorted, each once.  False: it could not be read. */
bool share_show(struct share *s, const struct key *message, struct share_mail *out);

/* The evidence of all mails, for format->report. */
bool share_reports(struct share *s);

/* A UUID of the parts, one after the other. */
void share_uuid(struct share *s, const char *kind, struct bytes name, char out[UUID_TEXT_MAX]);
/* Begins the file of a network: AS64496 or none, and what follows; `mail` NULL: of no mail. */
bool share_open(struct share *s, const struct share_network *network, const char *mail,
                const char *suffix);
/* Writes s->out into the file, and empties it. */
void share_put(struct share *s);
bool share_close(struct share *s);

#endif
