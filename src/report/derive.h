/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters made of those of the tally when the tables are made: joined, grouped, the other way
 * round.  Each function fills a new counter, which the caller ends with counter_fini.
 */
#ifndef POTSHERD_REPORT_DERIVE_H
#define POTSHERD_REPORT_DERIVE_H

#include "report/tally.h"

enum { WHOLE_AS_CC, WHOLE_AS_NAME, WHOLE_AS_FACTS };
enum { REQUEST_REQUESTS, REQUEST_TOTAL, REQUEST_NUMBERS };
enum { MODULE_CONNECTIONS, MODULE_EMAILS, MODULE_RECIPIENTS, MODULE_NUMBERS };
enum { GROUP_SENSORS = SENSOR_NUMBERS, GROUP_NUMBERS }; /* after the numbers of a sensor */
enum { SEEN_SOURCES, SEEN_NUMBERS };                    /* facts: those of its plan */

void derive_ases(const struct tally *t, struct counter *ases);               /* of (AS, country) */
void derive_requests(const struct tally *t, struct counter *requests);       /* module, type */
void derive_inner_requests(const struct tally *t, struct counter *requests); /* in tunnels */
void derive_modules(const struct tally *t, struct counter *modules);
void derive_port_emails(const struct tally *t, struct counter *ports);
void derive_server_domains(const struct tally *t, struct counter *domains);
void derive_sensor_access(const struct tally *t, struct counter *groups);
void derive_sensor_plan(const struct tally *t, struct counter *groups);

/* Beside another counter: of the same keys. */
void derive_country_sources(const struct tally *t, struct counter *by);
void derive_as_sources(const struct tally *t, struct counter *by);
void derive_port_protocols(const struct tally *t, struct counter *ports); /* fact 0 */
void derive_scanner_ports(const struct tally *t, struct counter *by);
void derive_port_scanners(const struct tally *t, struct counter *by);
void derive_seen(const struct tally *t, struct counter *sensors);

size_t derive_known(const struct counter *c);                      /* keys that are not empty */
size_t derive_known_first_parts(const struct counter *c);          /* different ones, not empty */
uint64_t derive_number(const struct counter *c, struct bytes key); /* the first; none: 0 */

#endif
