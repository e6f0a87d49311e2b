/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exposition format, read back by a small reader of it. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/metrics.h"

static char folder[] = "/tmp/test-metrics-XXXXXX";
static char path[64];

static const char *read_name(const char *at)
{
    assert_true(isalpha((unsigned char)*at) || *at == '_');
    while (isalnum((unsigned char)*at) || *at == '_')
        at++;
    return at;
}

/* name="value"; the value, unescaped, goes to `out`. */
static const char *read_label(const char *at, GString *out)
{
    at = read_name(at);
    assert_memory_equal(at, "=\"", 2);
    for (at += 2; *at != '"'; at++) {
        assert_true(*at && *at != '\n');
        if (*at == '\\') {
            at++;
            assert_non_null(strchr("\\\"n", *at));
            g_string_append_c(out, *at == 'n' ? '\n' : *at);
        } else {
            g_string_append_c(out, *at);
        }
    }
    return at + 1;
}

/* A line with a sample: its labels' values are appended to `labels`. */
static double read_sample(const char *line, GString *labels)
{
    const char *at = read_name(line);
    char *end;
    double value;

    if (*at == '{') {
        do
            at = read_label(at + 1, labels);
        while (*at == ',');
        assert_int_equal(*at++, '}');
    }
    assert_int_equal(*at++, ' ');
    value = strtod(at, &end);
    assert_int_equal(*end, '\0');
    assert_ptr_not_equal(end, at);
    return value;
}

static void expect_head(const char *line, const char *kind, const char *name, const char *rest)
{
    char *expected = g_strdup_printf("# %s %s %s", kind, name, rest);

    assert_string_equal(line, expected);
    g_free(expected);
}

static const struct metric metrics[] = {
    {"potsherd_frames_received_total",
     "Frames that\ncame",
     METRIC_COUNTER,
     {{0}},
     4503599627370497},
    {"potsherd_requests_total", "Requests", METRIC_COUNTER, {{"class", "get"}}, 7},
    {"potsherd_requests_total",
     "Requests",
     METRIC_COUNTER,
     {{"class", "a\"b\\c\nd\xff"}, {"sensor", "north, 2"}},
     0},
    {"potsherd_lag_seconds", "Lag", METRIC_GAUGE, {{0}}, 0.25},
};

static void write_all(void)
{
    struct failure why = {""};

    assert_true(metrics_write(path, metrics, G_N_ELEMENTS(metrics), &why));
}

static void test_format(void **state)
{
    GString *labels = g_string_new(NULL);
    char *text, **lines;

    (void)state;
    write_all();
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_true(g_utf8_validate(text, -1, NULL));
    lines = g_strsplit(text, "\n", -1);
    expect_head(lines[0], "HELP", metrics[0].name, "Frames that\\ncame");
    expect_head(lines[1], "TYPE", metrics[0].name, "counter");
    assert_true(read_sample(lines[2], labels) == metrics[0].value);
    assert_string_equal(labels->str, "");
    expect_head(lines[3], "HELP", metrics[1].name, "Requests"); /* once for both */
    assert_true(read_sample(lines[5], labels) == 7);
    assert_string_equal(labels->str, "get");
    assert_true(read_sample(lines[6], labels) == 0);
    assert_string_equal(labels->str, "geta\"b\\c\nd\xef\xbf\xbdnorth, 2");
    expect_head(lines[8], "TYPE", metrics[3].name, "gauge");
    assert_true(read_sample(lines[9], labels) == 0.25);
    assert_string_equal(lines[10], ""); /* ends with a line end */
    assert_null(lines[11]);
    g_strfreev(lines);
    g_free(text);
    g_string_free(labels, TRUE);
}

static void test_file(void **state)
{
    struct failure why = {""};
    mode_t before = umask(077);
    struct stat st;
    GDir *dir;

    (void)state;
    write_all();
    umask(before);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    assert_false(metrics_write("/nowhere/at/all.prom", metrics, 1, &why));
    assert_non_null(strstr(why.text, "/nowhere/at/all.prom: cannot be written: No such file"));
    dir = g_dir_open(folder, 0, NULL);
    assert_string_equal(g_dir_read_name(dir), "potsherd.prom"); /* and nothing else */
    assert_null(g_dir_read_name(dir));
    g_dir_close(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_file),
    };
    int failed;

    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/potsherd.prom", folder);
    failed = cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
    unlink(path);
    rmdir(folder);
    return failed;
}
