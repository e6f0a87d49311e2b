/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/counters.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"

/* --- values that are made of others --- */

uint64_t counters_requests(const struct counters *c)
{
    uint64_t all = 0;

    for (int i = 0; i < CLASS_PROXY_COUNT; i++)
        all += c->requests[i];
    return all;
}

uint64_t counters_open(const struct counters *c)
{
    uint64_t ended = 0;

    for (int i = 0; i <= END_EOF; i++)
        ended += c->ended[i];
    return c->connections - ended;
}

uint64_t counters_evicted(const struct counters *c)
{
    return c->ended[END_EVICTED] + c->evicted_attempts;
}

uint64_t counters_not_understood(const struct counters *c)
{
    unsigned n;
    const struct counter *list = counters_list(&n);
    uint64_t all = 0;

    for (int i = 0; i < DECAP_REASON_COUNT; i++)
        all += c->not_understood[i];
    for (unsigned i = 0; i < n; i++)
        if (list[i].line == LINE_REASON)
            all += list[i].value(c, 0);
    return all;
}

/* --- of `answer` --- */

const char *answer_count_name(unsigned i)
{
#define NAME(name, text) #name,
    static const char *const names[] = {ANSWER_COUNTS(NAME)};
#undef NAME

    return names[i];
}

const char *answer_count_text(unsigned i)
{
#define TEXT_OF(name, text) text,
    static const char *const texts[] = {ANSWER_COUNTS(TEXT_OF)};
#undef TEXT_OF

    return texts[i];
}

void answer_counts_add(uint64_t to[ANSWER_COUNT_END], const struct answer_counts *more)
{
#define ADD(name, text) to[ANSWER_COUNT_##name] += more->name;
    ANSWER_COUNTS(ADD)
#undef ADD
}

/* --- the list as data --- */

/* The value of each entry, as a function. */
#define VALUE(V, name, column, unit, kind, metric, meaning, line)                                  \
    static uint64_t value_of_##name(const struct counters *c, unsigned i)                          \
    {                                                                                              \
        (void)i;                                                                                   \
        return c->name;                                                                            \
    }
#define VALUE_OF_ARRAY(V, name, size, first, word, metric, label, meaning)                         \
    static uint64_t element_of_##name(const struct counters *c, unsigned i)                        \
    {                                                                                              \
        return c->name[i];                                                                         \
    }                                                                                              \
    static const char *word_of_##name(unsigned i)                                                  \
    {                                                                                              \
        return word(i);                                                                            \
    }
#define VALUE_OF_SUM(V, name, column, unit, kind, metric, meaning, line)                           \
    static uint64_t sum_of_##name(const struct counters *c, unsigned i)                            \
    {                                                                                              \
        (void)i;                                                                                   \
        return counters_##name(c);                                                                 \
    }
PS_COUNTERS(, VALUE, VALUE_OF_ARRAY, VALUE_OF_SUM, COUNTER_NOTHING)

/* Each gives the fields of struct counter that it is about, in their order. */
#define COLUMN_STATS(name)            STATS_##name
#define COLUMN_NO(name)               -1
#define METRIC(name)                  ("potsherd_" name, NULL, NULL)
#define METRIC_BY(name, label, value) ("potsherd_" name, label, value)
#define NO_METRIC                     (NULL, NULL, NULL)
#define REASON(text)                  (LINE_REASON, NULL, text)
#define NOTE(label, text)             (LINE_NOTE, label, text)
#define LOSS(label, text)             (LINE_LOSS, label, text)
#define NO_LINE                       (LINE_NONE, NULL, NULL)
#define FIELDS(...)                   __VA_ARGS__ /* FIELDS (a, b): without the parentheses */

#define ENTRY(V, name, column, unit, kind, metric, meaning, line)                                  \
    {value_of_##name, 0, 1, NULL, kind, COLUMN_##column(name), FIELDS metric, meaning, FIELDS line},
#define ENTRY_OF_ARRAY(V, name, size, first, word, metric, label, meaning)                         \
    {element_of_##name,                                                                            \
     first,                                                                                        \
     size,                                                                                         \
     word_of_##name,                                                                               \
     COUNTER,                                                                                      \
     -1,                                                                                           \
     "potsherd_" metric,                                                                           \
     label,                                                                                        \
     NULL,                                                                                         \
     meaning,                                                                                      \
     LINE_NONE,                                                                                    \
     NULL,                                                                                         \
     NULL},
#define ENTRY_OF_SUM(V, name, column, unit, kind, metric, meaning, line)                           \
    {sum_of_##name, 0, 1, NULL, kind, COLUMN_##column(name), FIELDS metric, meaning, FIELDS line},

static const struct counter counters[] = {
    PS_COUNTERS(, ENTRY, ENTRY_OF_ARRAY, ENTRY_OF_SUM, COUNTER_NOTHING)};

const struct counter *counters_list(unsigned *n)
{
    *n = sizeof counters / sizeof *counters;
    return counters;
}

/* --- adding up --- */

void counters_add(struct counters *to, const struct counters *more)
{
    struct counters sum = *to;
    uint64_t *n = (uint64_t *)&sum;
    const uint64_t *m = (const uint64_t *)more;
    size_t numbers = offsetof(struct counters, unknown);

    _Static_assert(offsetof(struct counters, unknown) % sizeof *n == 0, "numbers of 64 bits");
    for (size_t i = 0; i < numbers / sizeof *n; i++)
        n[i] += m[i];
    unknown_add(&sum.unknown, &more->unknown);
    sum.first = more->frames && (!to->frames || more->first < to->first) ? more->first : to->first;
    sum.last = more->frames && (!to->frames || more->last > to->last) ? more->last : to->last;
    *to = sum;
}

/* --- a row of stats.csv --- */

static void add_reason(struct buf *to, uint64_t n, const char *text)
{
    char count[24];

    if (!n)
        return;
    snprintf(count, sizeof count, "%s%" PRIu64 " ", to->len ? "; " : "", n);
    buf_append_text(to, count);
    buf_append_text(to, text);
}

void counters_reasons(const struct counters *before, const struct counters *after, struct buf *out)
{
    unsigned n;
    const struct counter *list = counters_list(&n);

    buf_clear(out);
    for (int i = 0; i < DECAP_REASON_COUNT; i++)
        add_reason(out, after->not_understood[i] - before->not_understood[i], decap_reason_text(i));
    for (unsigned i = 0; i < n; i++)
        if (list[i].line == LINE_REASON)
            add_reason(out, list[i].value(after, 0) - list[i].value(before, 0), list[i].line_text);
}

void counters_between(const struct counters *before, const struct counters *after,
                      uint64_t columns[STATS_COLUMN_COUNT])
{
    unsigned n;
    const struct counter *list = counters_list(&n);

    for (unsigned i = 0; i < n; i++) {
        const struct counter *c = &list[i];
        uint64_t value = c->value(after, 0);

        if (c->column >= 0)
            columns[c->column] = c->kind == GAUGE ? value : value - c->value(before, 0);
    }
}
