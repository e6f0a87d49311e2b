/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader of any figure must know: warnings and notices above the tables. */
#include <inttypes.h>

#include "report/derive.h"
#include "report/making.h"

static void say_one_sided(const struct making *m)
{
    uint64_t n = derive_number(&m->t->flags, bytes_of("one-sided"));
    uint64_t share;

    if (!n)
        return;
    share = divide_half_up(n, 10000, m->t->connections);
    tables_warning(m->r,
                   "%" PRIu64 " of %" PRIu64 " connections (%" PRIu64 ".%02u %%) were seen in one "
                   "direction only. The mirror port is probably set to one direction.",
                   n, m->t->connections, share / 100, (unsigned)(share % 100));
}

static void say_unknown(const struct making *m)
{
    const struct count *nowhere = counter_find(&m->t->countries, BYTES_NONE);

    if (m->t->sources.keys && nowhere && !derive_known(&m->t->countries))
        tables_notice(m->r, "The records hold no countries and no ASes: they were written without "
                            "a geolocation database. report --geo maps their addresses now.");
    if (m->t->damage.rows)
        tables_warning(m->r,
                       "%" PRIu64 " damaged rows in %" PRIu64 " files could not be read and are "
                       "not counted.",
                       m->t->damage.rows, m->t->damage.files);
}

/* Records of an earlier version; or columns that somebody cut out. */
static void say_lacking(const struct making *m, unsigned kind)
{
    const char *column;
    unsigned n;

    for (unsigned i = 0; n = tally_lacking(m->t, kind, i, &column), column; i++)
        if (n)
            tables_notice(m->r,
                          "%u of %u files of %s have no column %s: in their rows it is not known.",
                          n, m->t->files[kind], tally_kind_name(kind), column);
}

static void say_capped(const struct making *m, const struct counter *c, const char *what)
{
    if (c->missed)
        tables_notice(m->r,
                      "There are more than %zu different %s: those of more than %" PRIu64
                      " rows are counted exactly, in a second pass; rarer ones are in the "
                      "totals, but may have no row of their own.",
                      c->keys_most, what, c->missed);
    else if (c->rest_used)
        tables_notice(m->r,
                      "There are more than %zu different %s: those that came later are in the "
                      "totals, but have no row of their own.",
                      c->keys, what);
}

static void say_bodies(const struct making *m)
{
    if (seen_is_over(m->t->body_sources))
        tables_notice(m->r,
                      "There are more than %zu different pairs of message body and source: where "
                      "sources of a body came later, their number is left empty.",
                      seen_count(m->t->body_sources));
}

/* Their rows are of the whole run of `potsherd campaigns`, with the places and addresses that were
 * recorded. */
static void say_campaigns(const struct making *m)
{
    const struct tally_options *o = &m->t->options;

    if (!m->t->have_campaigns)
        return;
    if (!m->t->campaigns.rows)
        tables_notice(m->r, "potsherd campaigns found no campaign.");
    if (o->sensor || o->period.has_since || o->period.has_until)
        tables_notice(m->r, "Tables of campaigns are of all that potsherd campaigns read: its "
                            "files do not say what of a campaign --sensor, --since and --until "
                            "choose.");
    if (o->by_proxied || o->remap)
        tables_notice(m->r, "Sources, ASes and countries of campaigns are the recorded ones, of "
                            "the connections.");
    if (m->t->campaigns.again)
        tables_warning(m->r,
                       "%" PRIu64 " campaigns are there from more than one run of potsherd "
                       "campaigns: their numbers are added up, and emails that several runs "
                       "read count twice.",
                       m->t->campaigns.again);
}

void remarks_make(const struct making *m)
{
    const struct counter *c;
    const char *what;

    say_one_sided(m);
    say_unknown(m);
    for (unsigned kind = 0; kind < TALLY_KINDS; kind++)
        say_lacking(m, kind);
    for (unsigned i = 0; (c = tally_table(m->t, i, &what)) != NULL; i++)
        say_capped(m, c, what);
    say_bodies(m);
    say_campaigns(m);
}
