/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SYN costs the table of scans a bounded number of steps, amortised, in whatever order
 * times come: what is sorted, compared and indexed again is counted, not timed. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/siphash.h"

static size_t steps; /* hashes made, bytes zeroed */

static uint64_t count_hash(const struct siphash_key *key, const void *bytes, size_t n)
{
    steps++;
    return siphash(key, bytes, n);
}

static void *count_new(size_t size)
{
    steps += size / 8;
    return mem_new(size);
}

#define siphash count_hash
#define mem_new count_new
#include "record/scans.c"
#undef siphash
#undef mem_new

#define ENTRIES 8192 /* the cap, here */
#define SYNS    30000
#define STEPS   64 /* a SYN */

static struct rows out;
static struct buf sensor;

static bool take_none(void *context, struct bytes bytes, uint64_t rows, bool part)
{
    (void)context;
    (void)bytes;
    (void)rows;
    return !part;
}

static struct scans *begin(void)
{
    rows_init(&out, RECORD_SCANS, NULL, (struct row_sink){take_none, NULL});
    return scans_new(&out, NULL, &sensor, ENTRIES);
}

static void add(struct scans *s, uint32_t source, time_us ts)
{
    struct connection c = {.first = ts, .last = ts, .dst_port = 25, .packets = {1, 0}};

    c.src.family = c.dst.family = 4;
    memcpy(c.src.bytes, &source, sizeof source);
    scans_add(s, &c);
}

static void end(struct scans *s, const char *what)
{
    if (steps > (size_t)STEPS * 2 * SYNS)
        fail_msg("%s: %zu steps for %u SYNs", what, steps, 2 * SYNS);
    scans_flush(s);
    scans_free(s);
    rows_fini(&out);
}

/* A table full of one hour, but for one place, which the hour before has each time. */
static void all_of_the_hour_before(void **state)
{
    struct scans *s = begin();
    time_us hour = 1000 * SCANS_INTERVAL;

    (void)state;
    for (uint32_t i = 0; i < ENTRIES - 1; i++)
        add(s, i, hour);
    steps = 0;
    for (uint32_t i = 0; i < SYNS; i++)
        add(s, i, hour - 1);
    end(s, "the hour before");
    assert_int_equal(out.rows, ENTRIES - 1 + SYNS);
}

/* A table that was large once, and SYNs that are later than any that is expected. */
static void much_too_late(void **state)
{
    struct scans *s = begin();
    time_us hour = 1000 * SCANS_INTERVAL;

    (void)state;
    for (uint32_t i = 0; i < ENTRIES; i++)
        add(s, i, hour);
    steps = 0;
    for (uint32_t i = 0; i < 2 * SYNS; i++)
        add(s, i, i % 2 ? hour - 10 * SCANS_INTERVAL : hour);
    end(s, "too late");
}

/* Each SYN an hour later than the one before. */
static void time_runs(void **state)
{
    struct scans *s = begin();
    time_us hour = 1000 * SCANS_INTERVAL;

    (void)state;
    for (uint32_t i = 0; i < ENTRIES; i++)
        add(s, i, hour);
    steps = 0;
    for (uint32_t i = 0; i < SYNS / 100; i++)
        add(s, i, hour + (i + 1) * SCANS_INTERVAL);
    if (steps > (size_t)4 * ENTRIES + (size_t)SYNS / 100 * 2 * ENTRIES_FIRST)
        fail_msg("%zu steps", steps);
    end(s, "time runs");
    assert_int_equal(out.rows, ENTRIES + SYNS / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_the_hour_before),
        cmocka_unit_test(much_too_late),
        cmocka_unit_test(time_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
