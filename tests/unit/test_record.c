/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells, connection names, and live segments. */
#include <dirent.h>
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
#include <unistd.h>

#include "potsherd/manifest.h"
#include "potsherd/record.h"
#include "potsherd/retention.h"
#include "potsherd/rows.h"
#include "potsherd/segment.h"
#include "record/flow_id.h"

static void expect_cell(const char *text, size_t n, const char *cell)
{
    struct buf out = {0};
    struct rows w;

    cells_begin(&w, RECORD_RECIPIENTS, RECIPIENTS_rcpt, NULL, &out);
    rows_text(&w, RECIPIENTS_rcpt, (struct bytes){(const uint8_t *)text, n});
    cells_end(&w, RECIPIENTS_rcpt, &out);
    assert_string_equal(buf_string(&out), cell);
    buf_fini(&out);
}
#define CELL(text, cell) expect_cell(text, sizeof(text) - 1, cell)

static void test_cells(void **state)
{
    (void)state;
    CELL("plain text", "plain text");
    CELL("a,b", "\"a,b\"");
    CELL("say \"x\"", "\"say \"\"x\"\"\"");
    CELL("back\\slash", "back\\\\slash");
    CELL("tab\tnul\0del\x7f", "tab\\x09nul\\x00del\\x7f");
    CELL("two\r\nlines", "two\\x0d\\x0alines");
    CELL("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"); /* valid UTF-8 stays */
    CELL("\xe2\x82\xac \xf0\x9f\x98\x80", "\xe2\x82\xac \xf0\x9f\x98\x80");
    CELL("c1 \xc2\x85 end", "c1 \\xc2\\x85 end"); /* a C1 control */
    CELL("latin \xe9", "latin \\xe9");            /* not UTF-8 */
    CELL("cut \xe2\x82", "cut \\xe2\\x82");
    CELL("overlong \xc0\xaf", "overlong \\xc0\\xaf");
    CELL("overlong \xe0\x80\xaf", "overlong \\xe0\\x80\\xaf");
    CELL("surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80");
    CELL("beyond \xf4\x90\x80\x80", "beyond \\xf4\\x90\\x80\\x80");
}

/* The vectors are of the Community ID specification's reference implementation. */
static void expect_id(const char *src, uint16_t src_port, const char *dst, uint16_t dst_port,
                      const char *id)
{
    struct connection c = {.src_port = src_port, .dst_port = dst_port};
    struct digest *d = digest_new();
    char out[FLOW_COMMUNITY_ID_MAX];

    assert_true(address_parse(src, strlen(src), &c.src));
    assert_true(address_parse(dst, strlen(dst), &c.dst));
    flow_community_id(&c, d, out);
    assert_string_equal(out, id);
    digest_free(d);
}

static void test_community_id(void **state)
{
    (void)state;
    expect_id("128.232.110.120", 34855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    expect_id("66.35.250.204", 80, "128.232.110.120", 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
}

/* --- segments --- */

static char directory[] = "/tmp/test-record-XXXXXX";

static const char *no_service(uint16_t port)
{
    (void)port;
    return NULL;
}

static enum payload_mode payload = PAYLOAD_INLINE;

static struct recorder *open_live(time_us now, time_us interval)
{
    struct record_options options = {.directory = directory,
                                     .payload = payload,
                                     .service = no_service,
                                     .live = true,
                                     .now = now,
                                     .segment_interval = interval};
    struct failure why = {""};
    struct recorder *r = record_open(&options, &why);

    assert_string_equal(why.text, "");
    assert_non_null(r);
    return r;
}

static void put_connection(struct recorder *r, time_us first)
{
    struct connection c = {.src_port = 1, .dst_port = 2, .first = first, .last = first};

    c.src = c.dst = address_v4((const uint8_t[]){192, 0, 2, 1});
    record_end(record_begin(r, &c), &c, MODULE_NONE);
}

static void put_mail(struct recorder *r, const char *text)
{
    struct connection c = {.src_port = 1, .dst_port = 2};
    struct mail mail = {.n = 1, .ended = true, .reply = REPLY_NONE};
    struct event event = {.type = EVENT_MAIL_BEGIN, .mail = &mail, .bytes = bytes_of(text)};
    struct record_trace *t;

    c.src = c.dst = address_v4((const uint8_t[]){192, 0, 2, 1});
    t = record_begin(r, &c);
    for (; event.type <= EVENT_MAIL_DONE; event.type++)
        if (event.type != EVENT_MAIL_GAP)
            record_event(t, &event);
    record_end(t, &c, MODULE_SMTP);
}

static void close_live(struct recorder *r)
{
    struct failure why;

    assert_true(record_close(r, &why));
}

static char *path_of(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static long lines_of(const char *name)
{
    FILE *file = fopen(path_of(name), "r");
    long lines = 0;
    int c;

    if (!file)
        return -1;
    while ((c = getc(file)) != EOF)
        lines += c == '\n';
    fclose(file);
    return lines;
}

static int count_files(void)
{
    DIR *all = opendir(directory);
    const struct dirent *entry;
    int n = 0;

    while ((entry = readdir(all)))
        if (entry->d_name[0] == '.' || !strcmp(entry->d_name, MANIFEST_NAME))
            continue;
        else
            n++;
    closedir(all);
    return n;
}

static int empty_directory(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s && mkdir %s", directory, directory);
    return system(command);
}

#define DAY  (86400 * TIME_SECOND)
#define NOON (20000 * DAY + 12 * 3600 * TIME_SECOND) /* 2024-10-04T12:00:00Z */

static void test_rotation(void **state)
{
    struct recorder *r = open_live(NOON, 3600 * TIME_SECOND);

    (void)state;
    assert_int_equal(count_files(), 0); /* no rows, no files */
    put_connection(r, NOON);
    record_tick(r, NOON + TIME_SECOND);
    assert_int_equal(lines_of("connections-20241004T120000Z.csv.part"), 2);
    assert_int_equal(count_files(), 1);
    record_tick(r, NOON + 3600 * TIME_SECOND);
    assert_int_equal(lines_of("connections-20241004T120000Z.csv"), 2);
    put_connection(r, NOON);
    put_connection(r, NOON);
    record_tick(r, NOON + 3601 * TIME_SECOND);
    assert_int_equal(lines_of("connections-20241004T130000Z.csv.part"), 3);
    close_live(r);
    assert_int_equal(lines_of("connections-20241004T130000Z.csv"), 3);
    assert_int_equal(count_files(), 2);
}

/* Two starts within a second, and a clock that is set back: no file is written over. */
static void test_names_are_not_used_again(void **state)
{
    struct recorder *r;

    (void)state;
    for (int i = 0; i < 3; i++) {
        r = open_live(NOON, 0);
        put_connection(r, NOON);
        close_live(r);
    }
    assert_int_equal(count_files(), 3);
    assert_int_equal(lines_of("connections-20241004T120002Z.csv"), 2);
    r = open_live(NOON + 100 * TIME_SECOND, 3600 * TIME_SECOND);
    put_connection(r, NOON);
    record_tick(r, NOON); /* set back: another segment, another name */
    put_connection(r, NOON);
    close_live(r);
    assert_int_equal(count_files(), 5);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_repair(void **state)
{
    const struct timespec then[2] = {{.tv_sec = 2000}, {.tv_sec = 2000}};
    struct stat st;

    (void)state;
    write_file("connections-20241004T110000Z.csv.part", "ts,uid\n1,a\n2,b\n3,to");
    write_file("emails-20241004T110000Z.csv.part", "ts,uid\n");
    write_file("requests-20241004T110000Z.csv.part", "ts,u");
    write_file("recipients-20241004T110000Z.csv", "ts,uid\n1,a\n");
    write_file("somebody-elses.csv.part", "x");
    assert_int_equal(utimensat(AT_FDCWD, path_of("connections-20241004T110000Z.csv.part"), then, 0),
                     0);
    close_live(open_live(NOON, 0));
    assert_int_equal(lines_of("connections-20241004T110000Z.csv"), 3);
    assert_int_equal(stat(path_of("connections-20241004T110000Z.csv"), &st), 0);
    assert_int_equal(st.st_mtime, 2000); /* of the last row: --keep goes by it */
    assert_int_equal(lines_of("recipients-20241004T110000Z.csv"), 2);
    assert_int_equal(lines_of("somebody-elses.csv.part"), 0);
    assert_int_equal(count_files(), 3);
}

static void expect_text(const char *name, const char *expected)
{
    char got[512] = "";
    FILE *file = fopen(path_of(name), "r");

    assert_non_null(file);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(got, expected);
}

/* The open mbox file goes by its name, not by its stamp: others may be later. */
static void test_mbox(void **state)
{
    struct retention *all_go;
    struct recorder *r;

    (void)state;
    payload = PAYLOAD_MBOX;
    write_file("payloads-20250101T000000Z.mbox", "From a\n\n"); /* by a fast clock */
    r = open_live(NOON, 3600 * TIME_SECOND);
    put_mail(r, "one\n");
    record_tick(r, NOON + TIME_SECOND);
    assert_int_equal(lines_of("payloads-20241004T120000Z.mbox.part"), 3);
    all_go = retention_new(&(struct retention_options){.dir = directory, .max_bytes = 1});
    retention_apply(all_go, NOON, 0, NULL);
    retention_free(all_go);
    assert_int_equal(lines_of("payloads-20250101T000000Z.mbox"), -1);
    put_mail(r, "two\nFrom us\n");
    record_tick(r, NOON + 3600 * TIME_SECOND);
    assert_int_equal(lines_of("payloads-20241004T120000Z.mbox.part"), -1);
    put_mail(r, "three");
    close_live(r);
    expect_text("payloads-20241004T120000Z.mbox",
                "From a912f2d5f45aac42-1@potsherd Thu Jan  1 00:00:00 1970\none\n\n"
                "From a912f2d5f45aac42-1@potsherd Thu Jan  1 00:00:00 1970\ntwo\n>From us\n\n");
    assert_int_equal(lines_of("payloads-20241004T130000Z.mbox"), 3);
    assert_int_equal(count_files(), 6);
    payload = PAYLOAD_INLINE;
}

static void test_repair_mbox(void **state)
{
    char *text = calloc(1, 200001);

    (void)state;
    write_file("payloads-20241004T110000Z.mbox.part", "From a\n1\n\nFrom ");
    write_file("payloads-20241004T110001Z.mbox.part", "From a\n1\n\nFrom b\n2\n\n3\n>From\n\n");
    write_file("payloads-20241004T110002Z.mbox.part", "From a\n1\n\n");
    write_file("payloads-20241004T110003Z.mbox.part", "");
    write_file("payloads-20241004T110004Z.mbox", "From a\n1\n\nFrom b\n2\n");
    memset(text, '-', 200000);
    memcpy(text, "From a\n1\n\nFrom ", 15);
    for (int n = 65530; n < 65560; n++) { /* across the edges of what is read at a time */
        text[n] = '\0';
        write_file("payloads-20241004T110100Z.mbox.part", text);
        text[n] = '-';
        close_live(open_live(NOON, 0));
        expect_text("payloads-20241004T110100Z.mbox", "From a\n1\n\n");
    }
    free(text);
    expect_text("payloads-20241004T110000Z.mbox", "From a\n1\n\n");
    expect_text("payloads-20241004T110001Z.mbox", "From a\n1\n\n");
    expect_text("payloads-20241004T110004Z.mbox", "From a\n1\n\nFrom b\n2\n");
    assert_int_equal(count_files(), 4);
}

/* Somebody tidies up under a running recorder. */
static void test_directory_is_replaced(void **state)
{
    struct recorder *r = open_live(NOON, 0);
    uint64_t warnings = log_warnings();
    struct failure why;
    char command[512];

    (void)state;
    record_tick(r, NOON + 60 * TIME_SECOND);
    assert_int_equal(log_warnings(), warnings);
    snprintf(command, sizeof command, "mv %s %s.old && mkdir %s", directory, directory, directory);
    assert_int_equal(system(command), 0);
    put_connection(r, NOON);
    record_tick(r, NOON + 61 * TIME_SECOND);
    assert_int_equal(log_warnings(), warnings); /* once a minute */
    record_tick(r, NOON + 120 * TIME_SECOND);
    assert_int_equal(log_warnings(), warnings + 1);
    record_tick(r, NOON + 180 * TIME_SECOND);
    assert_int_equal(log_warnings(), warnings + 1); /* and once in all */
    assert_null(record_failure(r));                 /* it goes on */
    snprintf(command, sizeof command, "rm -rf %s && mv %s.old %s", directory, directory, directory);
    assert_int_equal(system(command), 0);
    record_tick(r, NOON + 240 * TIME_SECOND);
    record_finish(r);
    assert_false(record_close(r, &why));
    assert_non_null(strstr(why.text, "removed or replaced"));
    assert_int_equal(lines_of("connections-20241004T120000Z.csv"), 2);

    r = open_live(NOON, 0); /* gone, and seen only at the end */
    snprintf(command, sizeof command, "rm -rf %s", directory);
    assert_int_equal(system(command), 0);
    record_finish(r);
    assert_false(record_close(r, &why));
}

/* More sources than are counted at a time: rows come early, the sums stay right. */
static void test_scans_have_a_cap(void **state)
{
    struct record_options options = {
        .directory = directory, .service = no_service, .scans_max = 1024};
    struct failure why = {""};
    struct recorder *r = record_open(&options, &why);
    unsigned long sum = 0;
    char line[512];
    FILE *file;

    (void)state;
    for (unsigned i = 0; i < 2 * 3000; i++) {
        struct connection c = {.src_port = 1, .dst_port = 25, .first = i, .last = i};

        c.src = c.dst = address_v4((const uint8_t[]){10, 0, (uint8_t)(i % 3000 / 250), 1});
        c.src.bytes[3] = (uint8_t)(i % 3000 % 250);
        c.packets[FROM_CLIENT] = 2;
        record_attempt(r, &c);
    }
    assert_int_equal(record_rows(r, RECORD_SCANS), 5 * 1024);
    record_finish(r);
    assert_true(record_close(r, &why));
    assert_int_equal(lines_of("scans.csv"), 1 + 6000);
    file = fopen(path_of("scans.csv"), "r");
    while (fgets(line, sizeof line, file))
        sum += strtoul(strrchr(line, ',') + 1, NULL, 10);
    fclose(file);
    assert_int_equal(sum, 2 * 6000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_community_id),
        cmocka_unit_test_setup(test_rotation, empty_directory),
        cmocka_unit_test_setup(test_names_are_not_used_again, empty_directory),
        cmocka_unit_test_setup(test_repair, empty_directory),
        cmocka_unit_test_setup(test_mbox, empty_directory),
        cmocka_unit_test_setup(test_repair_mbox, empty_directory),
        cmocka_unit_test_setup(test_directory_is_replaced, empty_directory),
        cmocka_unit_test_setup(test_scans_have_a_cap, empty_directory),
    };
    char command[256];
    int failed;

    if (!mkdtemp(directory))
        return 1;
    failed = cmocka_run_group_tests_name("record", tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command) || failed;
}
