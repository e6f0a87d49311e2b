/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole way from frames to counts when the clock is set back or forward. */
#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "potsherd/monitor.h"
#include "potsherd/pipeline.h"

#define RAW  101 /* link type: IP without a link header */
#define HOUR (3600 * TIME_SECOND)
#define T0   (INT64_C(1790000000) * TIME_SECOND)

enum { FIN = 1, SYN = 2, ACK = 16 };

static char *folder;
static struct options options;
static unsigned ended[END_EOF + 1];

static void on_event(void *context, const struct connection *c, const struct event *event)
{
    (void)context;
    (void)c;
    (void)event;
}

static void on_end(void *context, const struct connection *c)
{
    (void)context;
    ended[c->end]++;
}

static struct pipeline *begin(void)
{
    struct pipeline_where where = {.records = RECORDS_LIVE, .now = T0};
    struct failure why = {""};
    struct pipeline *p;

    folder = g_dir_make_tmp("pipeline-XXXXXX", NULL);
    options = (struct options){.output = folder,
                               .ports = "all",
                               .payload = "inline",
                               .rules = "rules/ports.rules",
                               .idle_timeout = 600,
                               .segment_interval = 3600,
                               .max_connections = 100,
                               .max_memory = 1 << 24};
    memset(ended, 0, sizeof ended);
    p = pipeline_load(&options, &why) ? pipeline_new(&options, &where, &why) : NULL;
    if (!p)
        fail_msg("%s", why.text);
    pipeline_set_tap(p, (struct pipeline_tap){NULL, on_event, on_end});
    return p;
}

/* Rows of one kind of record, over all segments; `files`: how many these are. */
static unsigned rows_of(const char *kind, unsigned *files)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    unsigned rows = 0;

    *files = 0;
    while ((name = g_dir_read_name(dir))) {
        char *path = g_build_filename(folder, name, NULL), *text = NULL;

        if (g_str_has_prefix(name, kind) && g_file_get_contents(path, &text, NULL, NULL)) {
            assert_true(g_str_has_suffix(name, "Z.csv"));
            ++*files;
            for (const char *at = strchr(text, '\n'); (at = strchr(at + 1, '\n'));)
                rows++;
        }
        g_free(text);
        g_free(path);
    }
    g_dir_close(dir);
    return rows;
}

static void end(struct pipeline *p)
{
    struct failure why = {""};

    pipeline_finish(p);
    assert_true(pipeline_free(p, &why));
    pipeline_unload();
}

static void clean(void)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        char *path = g_build_filename(folder, name, NULL);

        assert_int_equal(g_unlink(path), 0);
        g_free(path);
    }
    g_dir_close(dir);
    assert_int_equal(g_rmdir(folder), 0);
    g_free(folder);
}

/* A segment between 192.0.2.1:`port` and 192.0.2.2:25. */
static bool put(struct pipeline *p, time_us ts, uint16_t port, bool client, uint32_t seq,
                uint32_t ack, uint8_t flags, const char *data)
{
    size_t n = strlen(data);
    uint8_t b[200] = {0x45, 0, 0, (uint8_t)(40 + n), 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 2, 192,
                      0,    2, 1};
    uint16_t from = client ? port : 25, to = client ? 25 : port;
    uint8_t *t = b + 20;

    if (client) {
        b[15] = 1;
        b[19] = 2;
    }
    t[0] = (uint8_t)(from >> 8);
    t[1] = (uint8_t)from;
    t[2] = (uint8_t)(to >> 8);
    t[3] = (uint8_t)to;
    t[6] = (uint8_t)(seq >> 8);
    t[7] = (uint8_t)seq;
    t[10] = (uint8_t)(ack >> 8);
    t[11] = (uint8_t)ack;
    t[12] = 0x50;
    t[13] = flags;
    t[14] = 0x40;
    memcpy(t + 20, data, n);
    return pipeline_put_live(p, &(struct frame){.ts = ts,
                                                .link_type = RAW,
                                                .bytes = b,
                                                .caplen = (uint32_t)(40 + n),
                                                .wire_len = (uint32_t)(40 + n)});
}

/* True if the first frame shows that the clock was set back. */
static bool open_connection(struct pipeline *p, time_us ts, uint16_t port)
{
    bool set_back = put(p, ts, port, true, 1, 0, SYN, "");

    assert_false(put(p, ts + 1000, port, false, 1, 2, SYN | ACK, ""));
    assert_false(put(p, ts + 2000, port, true, 2, 2, ACK, ""));
    assert_false(put(p, ts + 3000, port, false, 2, 2, ACK, "220 hello\r\n"));
    return set_back;
}

static void close_connection(struct pipeline *p, time_us ts, uint16_t port)
{
    put(p, ts, port, true, 2, 13, FIN | ACK, "");
    put(p, ts + 1000, port, false, 13, 3, FIN | ACK, "");
    put(p, ts + 2000, port, true, 3, 14, ACK, "");
}

static void test_set_back(void **state)
{
    time_us later = T0 - HOUR + TIME_SECOND;
    struct counters counters;
    unsigned files;
    struct pipeline *p = begin();

    (void)state;
    assert_false(open_connection(p, T0, 1001));
    pipeline_flush(p, T0 + TIME_SECOND, 0);
    assert_true(open_connection(p, later, 1002));
    assert_int_equal(ended[END_EOF], 1); /* the one from before is recorded */
    pipeline_read_counters(p, &counters);
    assert_int_equal(counters.connections, 2);
    assert_int_equal(counters_open(&counters), 1);
    pipeline_flush(p, later + TIME_SECOND, 0);
    /* its time passes as it should: still there after 599 s, gone after 601 */
    pipeline_tick(p, later + 599 * TIME_SECOND);
    pipeline_read_counters(p, &counters);
    assert_int_equal(counters_open(&counters), 1);
    pipeline_tick(p, later + 601 * TIME_SECOND);
    assert_int_equal(ended[END_TIMEOUT], 1);
    /* packets that are a little late are no step */
    assert_false(open_connection(p, later + 602 * TIME_SECOND, 1003));
    assert_false(open_connection(p, later + 598 * TIME_SECOND, 1004));
    close_connection(p, later + 603 * TIME_SECOND, 1003);
    end(p);
    assert_int_equal(ended[END_FIN], 1);
    assert_int_equal(ended[END_EOF], 2);
    assert_int_equal(rows_of("connections-", &files), 4);
    assert_int_equal(files, 2); /* another stamp from the step on */
    clean();
}

static void test_set_forward(void **state)
{
    time_us later = T0 + 24 * HOUR;
    struct counters counters;
    unsigned files;
    struct pipeline *p = begin();

    (void)state;
    assert_false(open_connection(p, T0, 1001));
    assert_false(open_connection(p, later, 1002));
    assert_int_equal(ended[END_TIMEOUT], 1);
    pipeline_tick(p, later + 599 * TIME_SECOND);
    pipeline_read_counters(p, &counters);
    assert_int_equal(counters_open(&counters), 1);
    assert_int_equal(counters.frames, 8);
    close_connection(p, later + 600 * TIME_SECOND, 1002);
    /* and back to where it was */
    assert_true(open_connection(p, T0 + TIME_SECOND, 1003));
    close_connection(p, T0 + 2 * TIME_SECOND, 1003);
    end(p);
    assert_int_equal(ended[END_FIN], 2);
    assert_int_equal(rows_of("connections-", &files), 3);
    clean();
}

/* The rows of stats.csv add up over a step, and no interval is negative. */
static void test_monitor(void **state)
{
    struct pipeline *p = begin();
    struct counters counters = {.received = 5};
    struct monitor m;
    unsigned files;

    (void)state;
    options.quiet = true;
    monitor_init(&m, &options, T0);
    monitor_tick(&m, pipeline_recorder(p), &counters, T0 - HOUR);
    counters.received = 7;
    monitor_tick(&m, pipeline_recorder(p), &counters, T0 - HOUR + TIME_SECOND);
    monitor_end(&m, pipeline_recorder(p), &counters, T0 - HOUR + 2 * TIME_SECOND);
    monitor_fini(&m);
    end(p);
    assert_int_equal(rows_of("stats-", &files), 2);
    {
        GDir *dir = g_dir_open(folder, 0, NULL);
        char *path = g_build_filename(folder, g_dir_read_name(dir), NULL), *text = NULL;

        assert_true(g_file_get_contents(path, &text, NULL, NULL));
        assert_non_null(strstr(text, ",,0.000000,5,"));
        assert_non_null(strstr(text, ",,2.000000,2,"));
        g_free(text);
        g_free(path);
        g_dir_close(dir);
    }
    clean();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_back),
        cmocka_unit_test(test_set_forward),
        cmocka_unit_test(test_monitor),
    };

    return cmocka_run_group_tests_name("pipeline", tests, NULL, NULL);
}
