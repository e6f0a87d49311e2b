/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SpamPots campaign as a plan: every connection of 466 days at 1:SCALE, so
 * that the tables counted from it are the published ones (CERT.br, "SpamPots
 * Project", 2006-06-10 to 2007-09-18), as near as whole numbers allow.
 *
 * Whole numbers come from the published ones by the largest remainder.  What
 * was published and is kept: emails, those of ten countries and ten ASes, 165
 * countries and 3,006 ASes in all, ports, requests by module and type,
 * recipients, days, sensors.  What was not, and is decided here:
 *   - The source does not say whether its shares of the ports are of connections
 *     or of emails: both have them.
 *   - There are as few connections as the shares of the ports allow when each
 *     request has one of its own; those without a request open and close.
 *   - Every connect to port 25 is granted; the emails go through these and the
 *     connections to port 25 of the sensors themselves.
 *   - The other countries and ASes have at least one email each (where there are
 *     enough), and fewer than the tenth; these ASes and their numbers are made up.
 *   - An AS sits in one country, has a network of its own, and at least one source;
 *     the 216,888 sources are scaled like all else, so there are about as many as ASes.
 */
#ifndef TOOLS_CAMPAIGN_H
#define TOOLS_CAMPAIGN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- what was published ---- */

enum campaign_protocol { HTTP, SOCKS, SMTP, CAMPAIGN_PROTOCOLS };

enum {
    CAMPAIGN_PORTS = 11,
    CAMPAIGN_TOP = 10, /* countries and ASes that were published with their numbers */
    CAMPAIGN_COUNTRIES = 165,
    CAMPAIGN_ASES = 3006,
    CAMPAIGN_DAYS = 466,
    CAMPAIGN_SENSORS = 10
};

struct campaign_port {
    uint16_t port;
    enum campaign_protocol protocol;
    uint16_t share; /* of 10,000 */
};

struct campaign_as {
    const char *name;
    const char *cc;
    uint32_t number;
    uint64_t emails;
};

struct campaign_module { /* requests by type */
    uint64_t smtp, others, gets, errors;
};

extern const struct campaign_port campaign_ports[CAMPAIGN_PORTS];
extern const char campaign_countries[CAMPAIGN_COUNTRIES][3];
extern const uint64_t campaign_country_emails[CAMPAIGN_TOP];
extern const struct campaign_as campaign_ases[CAMPAIGN_TOP];
extern const struct campaign_module campaign_http, campaign_socks;
extern const uint64_t campaign_emails, campaign_recipients, campaign_sources, campaign_start;

/* ---- the plan ---- */

enum campaign_kind { KIND_MAIL, KIND_OTHER, KIND_GET, KIND_ERROR, KIND_SILENT };

struct campaign_visit {  /* a connection */
    uint64_t start_us;   /* since 1970 */
    uint64_t first_mail; /* a number; its mails have this one and the next ones */
    uint32_t source;     /* IPv4 */
    uint32_t as;
    uint16_t source_port;
    uint16_t port;
    uint16_t mails;
    uint8_t kind;
    uint8_t protocol;
    uint8_t sensor; /* from 0 */
};

struct campaign {
    struct campaign_visit *visits; /* in the order of time */
    size_t count;
    uint64_t emails, recipients;
    struct campaign_network *networks; /* CAMPAIGN_ASES */
};

enum { CAMPAIGN_SCALE_MIN = 100, CAMPAIGN_SCALE_MAX = 100000 };

/* Of SCALE_MIN .. SCALE_MAX; the same scale and seed, the same plan. */
void campaign_make(struct campaign *c, uint64_t scale, uint64_t seed);
void campaign_free(struct campaign *c);
/* network,cc,asn,as_name: what tools/mkmmdb reads. */
void campaign_write_networks(const struct campaign *c, FILE *out);
/* How many a mail goes to, so that they add up to the published number. */
uint32_t campaign_recipients_of(const struct campaign *c, uint64_t mail);

#endif
