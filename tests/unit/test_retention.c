/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files are ours, and which of them go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "potsherd/retention.h"
#include "potsherd/segment.h"

#define DAY  (86400 * TIME_SECOND)
#define NOON (20000 * DAY + 12 * 3600 * TIME_SECOND) /* 2024-10-04T12:00:00Z */

static char folder[] = "/tmp/test-retention-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put_written(const char *name, size_t bytes, time_us written)
{
    struct timespec times[2] = {{.tv_sec = written / TIME_SECOND},
                                {.tv_sec = written / TIME_SECOND}};
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    for (size_t i = 0; i < bytes; i++)
        putc('x', file);
    fclose(file);
    assert_int_equal(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

/* Last written in the second of its stamp. */
static void put(const char *name, size_t bytes)
{
    struct segment_name parsed;
    const char *base = strrchr(name, '/');
    time_us written = NOON;
    struct tm tm = {0};

    if (segment_parse(base ? base + 1 : name, &parsed)) {
        assert_non_null(strptime(parsed.stamp, "%Y%m%dT%H%M%SZ", &tm));
        written = timegm(&tm) * TIME_SECOND;
    }
    put_written(name, bytes, written);
}

static time_us up;    /* since the machine's start */
static uint64_t gone; /* files that the looks before have removed */

static struct retention *begin(const struct retention_options *o)
{
    gone = 0;
    return retention_new(o);
}

/* What the next look removes, with the clock at `now`. */
static unsigned apply_at(struct retention *r, time_us now)
{
    uint64_t before = gone;
    struct retention_freed freed;

    up += RETENTION_EVERY;
    retention_apply(r, now, up, &freed);
    gone = freed.files;
    return (unsigned)(gone - before);
}

static bool there(const char *name)
{
    struct stat st;

    return lstat(path_of(name), &st) == 0;
}

static int empty_folder(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s && mkdir -p %s/pcaps", folder, folder);
    return system(command);
}

static void expect(const char *name, enum segment_state state, enum segment_kind kind)
{
    struct segment_name n;

    assert_int_equal(segment_parse(name, &n), state != SEGMENT_NONE);
    assert_int_equal(n.state, state);
    assert_int_equal(n.kind, kind);
    if (state != SEGMENT_NONE)
        assert_string_equal(n.stamp, "20241004T120000Z");
}

static void test_names(void **state)
{
    static const char *const foreign[] = {
        "connections.csv",
        "connections-20241004T120000Z.csv.bak",
        "connections-20241004T120000Z.csv.xz",
        "connections-20241004T12000Z.csv",
        "connections-20241004T120000.csv",
        "connections-20241004T120000Z-1.csv",
        "connections-20241004T120000Z.csv.gz.part",
        "my-connections-20241004T120000Z.csv",
        "connection-20241004T120000Z.csv",
        "emails-20241004T120000Z.mbox",
        "answer-20241004T120000Z-.pcap",
        "answer-20241004T120000Z.pcapng",
        "case-20241004T120000Z.pcap",
        "audit.log",
        "overheard.tsv",
        "requests-20241004T120000Z.log",
        "",
    };

    (void)state;
    expect("connections-20241004T120000Z.csv", SEGMENT_FINISHED, SEGMENT_CSV);
    expect("emails-20241004T120000Z.csv.part", SEGMENT_PART, SEGMENT_CSV);
    expect("scans-20241004T120000Z.csv.zst", SEGMENT_FINISHED, SEGMENT_PACKED);
    expect("scans-20241004T120000Z.csv.zst.part", SEGMENT_PART, SEGMENT_PACKED);
    expect("scans-20241004T120000Z.csv.gz", SEGMENT_FINISHED, SEGMENT_PACKED);
    expect("payloads-20241004T120000Z.mbox", SEGMENT_FINISHED, SEGMENT_MBOX);
    expect("payloads-20241004T120000Z.mbox.part", SEGMENT_PART, SEGMENT_MBOX);
    expect("answer-20241004T120000Z.pcap", SEGMENT_FINISHED, SEGMENT_PCAP);
    expect("watch-20241004T120000Z-12.pcap", SEGMENT_FINISHED, SEGMENT_PCAP);
    expect("watch-20241004T120000Z.pcap.part", SEGMENT_PART, SEGMENT_PCAP);
    expect("audit-20241004T120000Z.log", SEGMENT_FINISHED, SEGMENT_LOG);
    expect("audit-20241004T120000Z.log.part", SEGMENT_PART, SEGMENT_LOG);
    expect("first_bytes-20241004T120000Z.csv", SEGMENT_FINISHED, SEGMENT_CSV);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        expect(foreign[i], SEGMENT_NONE, SEGMENT_CSV);
}

static void test_keep(void **state)
{
    struct retention_options o = {.dir = folder, .keep_days = 2};
    struct retention *r = retention_new(&o);
    struct retention_freed freed;

    (void)state;
    put("connections-20241002T115959Z.csv", 10);
    put("connections-20241002T120000Z.csv", 10);
    put("emails-20240101T000000Z.csv.zst", 5);
    put("emails-20240101T000000Z.csv.part", 5);
    put("payloads-20240101T000000Z.mbox", 5);
    put("payloads-20240101T000001Z.mbox.part", 5); /* is open, whatever others are there */
    put("audit-20240101T000000Z.log", 5);
    put("audit-20240101T000001Z.log.part", 5);
    put("first_bytes-20240101T000000Z.csv", 5);
    put("notes-20240101T000000Z.csv", 5);
    assert_int_equal(symlink("/etc/passwd", path_of("scans-20240101T000000Z.csv")), 0);
    retention_apply(r, NOON, 0, &freed);
    assert_int_equal(freed.files, 5);
    assert_int_equal(freed.bytes, 30);
    assert_false(there("connections-20241002T115959Z.csv"));
    assert_true(there("connections-20241002T120000Z.csv"));
    assert_false(there("emails-20240101T000000Z.csv.zst"));
    assert_true(there("emails-20240101T000000Z.csv.part"));
    assert_false(there("payloads-20240101T000000Z.mbox"));
    assert_true(there("payloads-20240101T000001Z.mbox.part"));
    assert_true(there("notes-20240101T000000Z.csv"));
    assert_true(there("scans-20240101T000000Z.csv"));
    retention_apply(r, NOON + TIME_SECOND, TIME_SECOND, &freed); /* too early to look again */
    assert_true(there("connections-20241002T120000Z.csv"));
    retention_apply(r, NOON + RETENTION_EVERY, RETENTION_EVERY, &freed);
    assert_false(there("connections-20241002T120000Z.csv"));
    assert_int_equal(freed.files, 6);
    retention_free(r);
}

/* Segments may be as long as one likes. */
static void test_keep_goes_by_the_last_row(void **state)
{
    struct retention_options o = {.dir = folder, .keep_days = 30};
    struct retention *r = begin(&o);

    (void)state;
    put_written("emails-20240101T000000Z.csv", 5, NOON - DAY);
    put_written("emails-20240102T000000Z.csv", 5, NOON - 31 * DAY);
    put_written("payloads-20240101T000000Z.mbox", 5, NOON - DAY);
    put_written("watch-20240101T000000Z.pcap", 5, NOON - DAY);
    assert_int_equal(apply_at(r, NOON), 1);
    assert_false(there("emails-20240102T000000Z.csv"));
    retention_free(r);
    r = begin(&o);
    assert_int_equal(apply_at(r, NOON + 29 * DAY + TIME_SECOND), 3);
    retention_free(r);
}

static void test_clock_goes_ahead(void **state)
{
    struct retention_options o = {.dir = folder, .keep_days = 30};
    struct retention *r = begin(&o);
    time_us slow = 0;

    (void)state;
    up = 5 * DAY;
    put("emails-20241003T120000Z.csv", 5);
    put("emails-20240906T120000Z.csv", 5); /* 28 days old */
    assert_int_equal(apply_at(r, NOON), 0);
    assert_int_equal(apply_at(r, NOON + 365 * DAY), 0);
    assert_int_equal(apply_at(r, NOON + 365 * DAY), 0);
    up += 3 * DAY; /* what is old by the time before goes meanwhile */
    assert_int_equal(apply_at(r, NOON + 368 * DAY), 1);
    assert_true(there("emails-20241003T120000Z.csv"));
    assert_int_equal(apply_at(r, NOON + 3 * DAY), 0);
    assert_int_equal(apply_at(r, NOON - 1000 * DAY), 0);
    assert_int_equal(apply_at(r, NOON + 3 * DAY), 0);
    up += 26 * DAY; /* right again: as ever */
    assert_int_equal(apply_at(r, NOON + 29 * DAY + TIME_SECOND), 1);
    put("emails-20241103T120000Z.csv", 5);
    for (; slow < 31 * DAY; slow += DAY / 2) /* corrected little by little */
        assert_int_equal(apply_at(r, NOON + 29 * DAY + slow), 0);
    assert_int_equal(apply_at(r, NOON + 60 * DAY + TIME_SECOND), 1);
    retention_free(r);
}

/* The machine had begun with a clock that stood still while it was off. */
static void test_clock_stays_ahead(void **state)
{
    struct retention_options o = {.dir = folder, .keep_days = 30};
    struct retention *r = begin(&o);

    (void)state;
    put("emails-20241003T120000Z.csv", 5);
    assert_int_equal(apply_at(r, NOON), 0);
    assert_int_equal(apply_at(r, NOON + 100 * DAY), 0);
    up += RETENTION_BELIEF - RETENTION_EVERY - TIME_SECOND;
    assert_int_equal(apply_at(r, NOON + 107 * DAY), 0);
    assert_int_equal(apply_at(r, NOON + 107 * DAY), 1);
    retention_free(r);
}

static void test_max_disk(void **state)
{
    char pcaps[512];
    struct retention_options o = {.dir = folder, .pcaps = pcaps, .max_bytes = 100};
    struct retention *r = retention_new(&o);
    struct retention_freed freed;

    (void)state;
    snprintf(pcaps, sizeof pcaps, "%s/pcaps", folder);
    put("emails-20241004T080000Z.csv", 30);
    put("pcaps/answer-20241004T090000Z.pcap", 40);
    put("emails-20241004T100000Z.csv", 30);
    put("emails-20241004T110000Z.csv.part", 60); /* counts, stays */
    put("pcaps/mine.pcap", 500);                 /* does not count */
    retention_apply(r, NOON, 0, &freed);
    assert_false(there("emails-20241004T080000Z.csv"));
    assert_false(there("pcaps/answer-20241004T090000Z.pcap"));
    assert_true(there("emails-20241004T100000Z.csv"));
    assert_int_equal(freed.bytes, 70);
    put("emails-20241004T110000Z.csv.part", 600);
    retention_apply(r, NOON + RETENTION_EVERY, RETENTION_EVERY, &freed);
    assert_false(there("emails-20241004T100000Z.csv"));
    assert_true(there("emails-20241004T110000Z.csv.part"));
    assert_true(there("pcaps/mine.pcap"));
    retention_apply(r, NOON + 2 * RETENTION_EVERY, 2 * RETENTION_EVERY, &freed);
    assert_int_equal(freed.files, 3);
    retention_free(r);
}

static void test_no_limits(void **state)
{
    struct retention_options o = {.dir = folder};
    struct retention *r = retention_new(&o);

    (void)state;
    put("emails-19700101T000000Z.csv", 3000);
    retention_apply(r, NOON, 0, NULL);
    assert_true(there("emails-19700101T000000Z.csv"));
    retention_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup(test_keep, empty_folder),
        cmocka_unit_test_setup(test_keep_goes_by_the_last_row, empty_folder),
        cmocka_unit_test_setup(test_clock_goes_ahead, empty_folder),
        cmocka_unit_test_setup(test_clock_stays_ahead, empty_folder),
        cmocka_unit_test_setup(test_max_disk, empty_folder),
        cmocka_unit_test_setup(test_no_limits, empty_folder),
    };
    char command[256];
    int failed;

    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests_name("retention", tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}
