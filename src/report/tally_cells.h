/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the rows of all record files have in common: checked cells, the time, and the counts of
 * the source, its country and AS, the sensor and the port.
 */
#ifndef POTSHERD_REPORT_TALLY_CELLS_H
#define POTSHERD_REPORT_TALLY_CELLS_H

#include "report/tally.h"

#define PORT_MAX 65535

struct origin { /* who it came from: the cells that most files share */
    struct bytes sensor, src_ip, cc, asn, as_name;
};

struct places { /* the counts that a row of some origin goes into */
    struct count *source, *sensor, *country, *as;
};

bool cell_is(struct bytes cell, const char *text);

/* These report a row that is damaged and return false.  An empty number is 0: not known. */
bool cell_number(struct csv_reader *csv, struct bytes cell, const char *column, uint64_t max,
                 uint64_t *out);
bool cell_given(struct csv_reader *csv, struct bytes cell, const char *column);
bool origin_sound(struct csv_reader *csv, const struct origin *o);

/* True when the row is one to count: its time can be read and is asked for.  It is in now.ts. */
bool row_wanted(struct tally *t, struct csv_reader *csv, const struct bytes *cells, int64_t *day);

/* A key of two cells; valid until the next one. */
struct bytes tally_key2(struct tally *t, struct bytes a, struct bytes b);

void keep_fact(struct counter *c, struct count *count, unsigned fact, struct bytes value);
void count_words(struct counter *c, struct bytes cell); /* each word of "one-sided urgent" */
void count_mail(struct counter *c, struct bytes key, uint64_t recipients); /* of MAILS_NUMBERS */

void see_day(struct tally *t, int64_t day);

/* With by_proxied: the client that the connection's PROXY header names, if it does; else
 * `src_ip`.  Connections are read first.  The cells at `uid` and `proxied_ip` may be there with
 * by_proxied only. */
void proxied_keep(struct tally *t, const struct bytes *uid, const struct bytes *proxied_ip);
struct bytes proxied_source(const struct tally *t, const struct bytes *uid, struct bytes src_ip);

/* The place of an address by the databases that are open, instead of the cells'. */
struct origin origin_remapped(struct tally *t, const struct origin *o);
void source_facts(struct counter *sources, struct count *source, const struct origin *o);

/* Counts nothing; finds the counts. */
struct places places_of(struct tally *t, const struct origin *o, uint64_t hash);
struct count *port_of(struct tally *t, struct bytes port, struct bytes service);

#endif
