/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of payloads.csv: rows come back as they stand, whatever lies across the edges of its
 * buffer; what is no row is counted, and the next one is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "potsherd/payload_rows.h"

#define HEADER "ts,uid,email_n,sensor,size,sha256,data\n"

static char path[] = "/tmp/test_payload_rows.XXXXXX";
static struct csv_damage damage;
static struct failure failure;

static struct payload_rows *open_text(const struct buf *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_true(!text->len || fwrite(text->data, 1, text->len, file) == text->len);
    assert_int_equal(fclose(file), 0);
    damage = (struct csv_damage){.quiet = true};
    failure.text[0] = '\0';
    return payload_rows_open(path, &damage, &failure);
}

static void put_row(struct buf *text, const char *before, size_t data, const char *after)
{
    buf_append_text(text, before);
    for (size_t i = 0; i < data; i++)
        buf_append_byte(text, (uint8_t)("ABCDEFGH"[i % 8]));
    buf_append_text(text, after);
}

/* Header, heads, data and tails, one behind the other. */
static void read_all(struct payload_rows *p, struct buf *out, unsigned *rows)
{
    struct bytes part;

    buf_append(out, payload_rows_header(p).at, payload_rows_header(p).n);
    while (payload_rows_next(p)) {
        buf_append(out, payload_rows_head(p).at, payload_rows_head(p).n);
        while ((part = payload_rows_data(p)).n)
            buf_append(out, part.at, part.n);
        part = payload_rows_tail(p);
        buf_append(out, part.at, part.n);
        ++*rows;
    }
    assert_false(payload_rows_failed(p, &failure));
}

static void test_as_they_stand(void **state)
{
    static const size_t lengths[] = {0,      1,      3,       65535,  65536,   262144, 262145,
                                     261000, 262100, 262120,  262130, 262140,  262142, 262143,
                                     300000, 600000, 1200000, 4,      3000000, 7};
    struct buf text = {0}, back = {0};
    struct payload_rows *p;
    unsigned rows = 0;

    (void)state;
    buf_append_text(&text, HEADER);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        put_row(&text, "t,u1,1,s,4,ff,", lengths[i], "\n");
        put_row(&text, "t,\"u,2\",1,\"a \"\"s\"\"\",4,ff,\"", lengths[i], "\"\r\n");
    }
    p = open_text(&text);
    assert_non_null(p);
    read_all(p, &back, &rows);
    assert_int_equal(rows, 40);
    assert_int_equal(damage.rows, 0);
    assert_int_equal(back.len, text.len);
    assert_memory_equal(back.data, text.data, text.len);
    payload_rows_close(p);
    buf_fini(&text);
    buf_fini(&back);
}

static bool is(struct bytes cell, const char *text)
{
    return cell.n == strlen(text) && !memcmp(cell.at, text, cell.n);
}

/* Columns go by their names; of rows whose data nobody takes the next one is found. */
static void test_cells(void **state)
{
    struct buf text = {0};
    struct payload_rows *p;
    const struct bytes *cells;

    (void)state;
    buf_append_text(&text, "email_n,later,uid,data,more\n");
    put_row(&text, "7,x,abc,", 500000, ",y\n");
    put_row(&text, "\"8\",,\"d\"\"e\",\"", 4, "\",\"\"\n");
    p = open_text(&text);
    assert_non_null(p);
    assert_true(payload_rows_has(p, PAYLOADS_uid));
    assert_false(payload_rows_has(p, PAYLOADS_ts));
    cells = payload_rows_next(p);
    assert_non_null(cells);
    assert_true(is(cells[PAYLOADS_uid], "abc") && is(cells[PAYLOADS_email_n], "7"));
    assert_int_equal(cells[PAYLOADS_ts].n, 0);
    cells = payload_rows_next(p);
    assert_non_null(cells);
    assert_true(is(cells[PAYLOADS_uid], "d\"\"e") && is(cells[PAYLOADS_email_n], "8"));
    assert_true(is(payload_rows_data(p), "ABCD"));
    assert_true(is(payload_rows_tail(p), "\",\"\"\n"));
    assert_null(payload_rows_next(p));
    payload_rows_close(p);
    buf_fini(&text);
}

static void test_damage(void **state)
{
    static const char row[] = "t,u,1,s,4,ff,QUJD\n";
    struct buf text = {0}, back = {0};
    struct payload_rows *p;
    unsigned rows = 0;

    (void)state;
    buf_append_text(&text, HEADER);
    buf_append_text(&text, row);
    buf_append_text(&text, "short,row\n\nt,\"open,1,s,4,ff,QUJD\n");
    put_row(&text, "t,", PAYLOAD_ROW_MAX, ",1,s,4,ff,QUJD\n"); /* no cell is that long */
    put_row(&text, "t,", 5 * PAYLOAD_ROW_MAX, ",1,s,4,ff,QUJD\n");
    buf_append_text(&text, row);
    put_row(&text, "t,u,2,s,4,ff,", 1000, ""); /* torn */
    p = open_text(&text);
    assert_non_null(p);
    read_all(p, &back, &rows);
    assert_int_equal(rows, 3);
    assert_int_equal(damage.rows, 6);
    assert_int_equal(damage.files, 1);
    payload_rows_close(p);
    buf_fini(&text);
    buf_fini(&back);
}

static void test_refused(void **state)
{
    static const char *const headers[] = {"", "\n", "a,b\n", "uid,data,email_n\n",
                                          "uid,email_n,data"};
    struct buf text = {0};

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        buf_set(&text, headers[i], strlen(headers[i]));
        buf_append_text(&text, "");
        assert_null(open_text(&text));
        assert_true(failure.text[0]);
    }
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_they_stand),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_refused),
    };
    int fd = mkstemp(path), failed;

    if (fd < 0)
        return 1;
    close(fd);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
