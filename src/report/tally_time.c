/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tally_time.h"

#include "report/tally_cells.h"

/* The count of (bin, key), kept by the key's index while the bin does not change. */
static struct count *bin_cell(struct tally *t, const struct tally_bins *b, struct counter *c,
                              struct tally_bin_cell *cells, const struct count *key,
                              struct bytes name)
{
    struct tally_bin_cell *cell = key->index < TALLY_BIN_CELLS ? &cells[key->index] : NULL;
    struct count *count;

    if (key->index == COUNTER_REST) /* has no name of its own */
        return c->rest;
    if (cell && cell->count && cell->bin == b->now.bin)
        return cell->count;
    count = counter_get(c, tally_key2(t, bytes_of(b->now.text), name));
    if (cell)
        *cell = (struct tally_bin_cell){b->now.bin, count};
    return count;
}

static void count_email_bin(struct tally *t, struct tally_bins *b, const struct count *country,
                            const struct count *port, struct bytes port_name)
{
    int64_t bin = bin_at(b->kind, t->now.ts);

    if (!b->now.all || bin != b->now.bin) {
        b->now.bin = bin;
        b->now.all = counter_get(&b->all, bin_text(b->kind, bin, b->now.text));
    }
    b->now.all->n[0]++;
    bin_cell(t, b, &b->countries, b->now.countries, country, country->key)->n[0]++;
    bin_cell(t, b, &b->ports, b->now.ports, port, port_name)->n[0]++;
}

/* Hours of a long period would be more keys than there is room for, and are not shown: they end
 * with the first row that makes it one. */
void time_count_email(struct tally *t, const struct count *country, const struct count *port,
                      struct bytes port_name)
{
    count_email_bin(t, &t->days, country, port, port_name);
    if (t->last_day - t->first_day < BINS_HOUR_DAYS)
        count_email_bin(t, &t->hours, country, port, port_name);
    t->week[bin_weekday(bin_day(t->now.ts))][bin_hour_of_day(t->now.ts)]++;
}
