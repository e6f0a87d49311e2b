/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of record files: what it gives, and what it says of damage. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "potsherd/csv_reader.h"

static const struct csv_column columns[] = {{"a", true}, {"b", true}};
static char path[] = "/tmp/test_csv_reader.XXXXXX";
static struct csv_damage damage;
static struct failure failure;

static struct csv_reader *open_text(const char *text, size_t n)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    memset(&damage, 0, sizeof damage);
    failure.text[0] = '\0';
    return csv_reader_open(path, columns, 2, &damage, &failure);
}

/* The rows of `text` as "a|b;" each. */
static void expect_rows_n(const char *text, size_t n, const char *expected, unsigned damaged)
{
    struct csv_reader *c = open_text(text, n);
    const struct bytes *cells;
    struct buf rows = {0};

    assert_non_null(c);
    while ((cells = csv_reader_next(c)) != NULL) {
        buf_append(&rows, cells[0].at, cells[0].n);
        buf_append_text(&rows, "|");
        buf_append(&rows, cells[1].at, cells[1].n);
        buf_append_text(&rows, ";");
    }
    assert_false(csv_reader_failed(c, &failure));
    assert_string_equal(buf_string(&rows), expected);
    assert_int_equal(damage.rows, damaged);
    assert_int_equal(damage.files, damaged ? 1 : 0);
    assert_int_equal(csv_reader_bytes(c), n);
    buf_fini(&rows);
    csv_reader_close(c);
}

static void expect_rows(const char *text, const char *expected, unsigned damaged)
{
    expect_rows_n(text, strlen(text), expected, damaged);
}

/* Records of an earlier version: the columns that later ones added are empty. */
static void test_absent_columns(void **state)
{
    static const struct csv_column some[] = {{"new", false}, {"a", true}, {"newer", false}};
    static const char text[] = "x,a\n1,2\n\"3\",\"4\"\"\"\n5\n6,7\n";
    struct csv_reader *c = open_text(text, strlen(text));
    struct buf rows = {0};
    const struct bytes *cells;

    (void)state;
    assert_null(c); /* 'b' is required */
    c = csv_reader_open(path, some, 3, &damage, &failure);
    assert_non_null(c);
    assert_false(csv_reader_has(c, 0));
    assert_true(csv_reader_has(c, 1));
    assert_false(csv_reader_has(c, 2));
    while ((cells = csv_reader_next(c)) != NULL) {
        assert_int_equal(cells[0].n, 0);
        assert_int_equal(cells[2].n, 0);
        buf_append(&rows, cells[1].at, cells[1].n);
        buf_append_text(&rows, ";");
    }
    assert_string_equal(buf_string(&rows), "2;4\";7;");
    assert_int_equal(damage.rows, 1);
    buf_fini(&rows);
    csv_reader_close(c);
}

static void expect_refused(const char *text, const char *message)
{
    assert_null(open_text(text, strlen(text)));
    assert_non_null(strstr(failure.text, message));
    assert_non_null(strstr(failure.text, path));
}

static void test_plain(void **state)
{
    (void)state;
    expect_rows("a,b\n1,2\n3,4\n", "1|2;3|4;", 0);
    expect_rows("a,b\r\n1,2\r\n,\r\n", "1|2;|;", 0);
    expect_rows("a,b\n", "", 0);
    expect_rows("\xef\xbb\xbf"
                "a,b\n1,2\n",
                "1|2;", 0);
}

static void test_columns_go_by_name(void **state)
{
    (void)state;
    expect_rows("x,b,y,a\n1,2,3,4\n", "4|2;", 0);
    expect_rows("\"b\",x,\"a\"\n1,2,3\n", "3|1;", 0);
}

static void test_quotes(void **state)
{
    (void)state;
    expect_rows("a,b\n\"1,5\",\"\"\n", "1,5|;", 0);
    expect_rows("a,b\n\"say \"\"x\"\"\",\"\"\"\"\n", "say \"x\"|\";", 0);
    expect_rows("a,b\r\n\"\"\"\",\"2\"\r\n", "\"|2;", 0);
    expect_rows("a,x,b\n1,\"\"\"\",2\n3,4,5\n", "1|2;3|5;", 0);
}

static void test_damage_ends_with_its_line(void **state)
{
    (void)state;
    expect_rows("a,b\n1\n1,2,3\n\n3,4\n", "3|4;", 3);
    expect_rows("a,b\n\"open,2\n3,4\n", "3|4;", 1);
    expect_rows("a,b\n1,\"open\r\n3,4\n", "3|4;", 1);
    expect_rows("a,b\n\"x\"y,2\n3,4\n", "3|4;", 1);
    expect_rows("a,b\n\"x\" ,2\n3,4\n", "3|4;", 1);
    expect_rows("a,b\nx\"y,2\n3,4\n", "3|4;", 1);
    expect_rows("a,b\n\"\"\"open,2\n\"\"\"3\",4\n", "\"3|4;", 1);
    expect_rows("a,b\nx\ry,2\n3,4\n", "3|4;", 1);
    expect_rows("a,b\nx\033[1m,2\n3,4\n", "3|4;", 1);
    expect_rows_n("a,b\n1\0,2\n3,4\n", 13, "3|4;", 1);
}

static void test_torn_last_line(void **state)
{
    (void)state;
    expect_rows("a,b\n1,2\n3,4", "1|2;", 1);
    expect_rows("a,b\n1,2\n3,4\r", "1|2;", 1);
    expect_rows("a,b\n1,2\n\"3", "1|2;", 1);
}

static void test_refused(void **state)
{
    (void)state;
    expect_refused("", "is empty");
    expect_refused("a,b", "no header line");
    expect_refused("\"a,b\n1,2\n", "no header line");
    expect_refused("a,c\n1,2\n", "'b' is missing");
    expect_refused("a,b,a\n1,2,3\n", "'a' is there more than once");
    assert_null(csv_reader_open("/nonexistent/x.csv", columns, 2, &damage, &failure));
    assert_non_null(strstr(failure.text, "no such file"));
    assert_null(csv_reader_open("/", columns, 2, &damage, &failure));
    assert_non_null(strstr(failure.text, "is a directory"));
}

/* Rows of every length around the reader's block and buffer sizes, with quotes
 * in them, so that each kind of byte falls on each side of each edge. */
static void edges(const char *cell, const char *meaning)
{
    struct buf text = {0}, expected = {0};

    buf_append_text(&text, "a,x,b\n");
    for (unsigned n = 0; n < 20000; n++) {
        buf_append_text(&text, cell);
        buf_append_text(&text, ",\"\"\"\",\"");
        buf_append_text(&expected, meaning);
        buf_append_text(&expected, "|");
        for (unsigned i = 0; i < n % 331; i++) {
            buf_append_text(&text, "v");
            buf_append_text(&expected, "v");
        }
        buf_append_text(&text, n % 3 ? "\"\n" : "\"\"\"\r\n");
        buf_append_text(&expected, n % 3 ? ";" : "\";");
    }
    expect_rows_n((const char *)text.data, text.len, buf_string(&expected), 0);
    buf_fini(&text);
    buf_fini(&expected);
}

static void test_edges(void **state)
{
    (void)state;
    edges("\"\"\"q\"\"\"", "\"q\""); /* must not be changed before its row is whole */
    edges("\"q,\"", "q,");
    edges("q", "q");
}

static void test_long_cell(void **state)
{
    struct buf text = {0}, expected = {0};

    (void)state;
    buf_append_text(&text, "a,b\n1,");
    buf_append_text(&expected, "1|");
    for (unsigned i = 0; i < 1000000; i++) {
        buf_append_text(&text, "l");
        buf_append_text(&expected, "l");
    }
    buf_append_text(&text, "\n3,4\n");
    buf_append_text(&expected, ";3|4;");
    expect_rows_n((const char *)text.data, text.len, buf_string(&expected), 0);
    /* and one that is damaged at its beginning */
    text.data[4] = 1;
    expect_rows_n((const char *)text.data, text.len, "3|4;", 1);
    buf_fini(&text);
    buf_fini(&expected);
}

static void append_repeated(struct buf *to, char c, size_t n)
{
    buf_reserve(to, n);
    memset(to->data + to->len, c, n);
    to->len += n;
}

/* Behind `shift` bytes of rows, a row of `cells` cells; a and b stand first. */
static void capped_row(struct buf *text, unsigned shift, const char *end, unsigned cells,
                       size_t longest, size_t line)
{
    size_t begun;

    buf_append_text(text, "a,b");
    for (unsigned i = 2; i < (cells < CSV_COLUMNS_MAX ? cells : CSV_COLUMNS_MAX); i++)
        buf_append_text(text, ",x");
    buf_append_text(text, "\n");
    while (shift--)
        buf_append_text(text, "\n");
    begun = text->len;
    buf_append_text(text, "1,2");
    for (unsigned i = 2; i < cells; i++) {
        size_t n = text->len - begun < line ? line - (text->len - begun) : 0;

        buf_append_text(text, ",");
        append_repeated(text, 'x', n < longest ? n : longest);
    }
    buf_append_text(text, end);
}

/* The same, wherever the row lies in the buffer. */
static void expect_capped(unsigned cells, size_t longest, size_t line, bool good)
{
    for (unsigned shift = 0; shift < 3; shift++)
        for (int crlf = 0; crlf < 2; crlf++) {
            struct buf text = {0};
            unsigned before = shift * 65536;

            capped_row(&text, before, crlf ? "\r\n" : "\n", cells, longest, line);
            expect_rows_n((const char *)text.data, text.len, good ? "1|2;" : "",
                          before + (good ? 0 : 1));
            buf_fini(&text);
        }
}

static void test_caps(void **state)
{
    (void)state;
    expect_capped(3, CSV_CELL_MAX, CSV_LINE_MAX, true);
    expect_capped(3, CSV_CELL_MAX + 1, CSV_LINE_MAX, false);
    expect_capped(3, (size_t)3 * CSV_CELL_MAX, CSV_LINE_MAX, false);
    expect_capped(6, CSV_CELL_MAX, CSV_LINE_MAX - 1, true); /* with the comma */
    expect_capped(6, CSV_CELL_MAX, CSV_LINE_MAX, false);
    expect_capped(CSV_COLUMNS_MAX, 1, CSV_LINE_MAX, true);
    expect_capped(CSV_COLUMNS_MAX + 1, 1, CSV_LINE_MAX, false);
    expect_capped(1000000, 0, CSV_LINE_MAX, false);
}

static size_t memory(void)
{
    struct mallinfo2 m = mallinfo2();

    return m.uordblks + m.hblkhd;
}

/* What one line or a flood of damage needs is given back, or never taken. */
static void test_memory(void **state)
{
    struct buf text = {0};
    size_t before, most = 0;
    unsigned rows = 0;
    struct csv_reader *c;

    (void)state;
    buf_append_text(&text, "a,b\n");
    append_repeated(&text, '\n', 4000000);
    for (unsigned i = 0; i < 4; i++) {
        append_repeated(&text, 'x', CSV_CELL_MAX);
        buf_append_text(&text, ",");
    }
    buf_append_text(&text, "\n");
    for (unsigned i = 0; i < 4000000; i++)
        buf_append_text(&text, ",\n");
    before = memory();
    c = open_text((const char *)text.data, text.len);
    assert_non_null(c);
    while (csv_reader_next(c)) {
        if (rows++ % 65536)
            continue;
        if (memory() - before > most)
            most = memory() - before;
    }
    assert_int_equal(rows, 4000000);
    assert_int_equal(damage.rows, 4000001);
    assert_true(most < 32u << 20);
    assert_true(memory() - before < 24u << 20);
    csv_reader_close(c);
    buf_fini(&text);
}

/* Closing in the midst of a file, while its next rows are being read. */
static void test_close_early(void **state)
{
    struct buf text = {0};
    struct csv_reader *c;

    (void)state;
    buf_append_text(&text, "a,b\n");
    for (unsigned i = 0; i < 1000000; i++)
        buf_append_text(&text, "1,2\n");
    for (unsigned rows = 0; rows < 3; rows++) {
        c = open_text((const char *)text.data, text.len);
        assert_non_null(c);
        for (unsigned i = 0; i < rows * 100000; i++)
            assert_non_null(csv_reader_next(c));
        csv_reader_close(c);
    }
    buf_fini(&text);
}

/* Header and rows as they stand are the file, but for its damaged lines; their cells, undoubled,
 * are those of the other reader.  Over several batches. */
static void test_lines(void **state)
{
    static const struct csv_column both[] = {{"a", true}, {"b", true}};
    static const char row[] = "\"x \"\"y\"\", \",\"\"\"\"\r\nplain,\"quoted\"\n,\n";
    static const char head[] = "b,\"a\"\r\n", torn[] = "no,row,at all\n";
    struct buf text = {0}, want = {0}, got = {0}, cell = {0};
    struct csv_reader *c, *other;
    const struct bytes *cells, *same;
    unsigned rows = 0;

    (void)state;
    buf_append_text(&text, head);
    buf_append_text(&want, head);
    for (unsigned i = 0; i < 50000; i++) {
        buf_append_text(&text, row);
        buf_append_text(&want, row);
        if (i % 1000 == 0)
            buf_append_text(&text, torn);
    }
    other = open_text((const char *)text.data, text.len);
    damage.quiet = true;
    c = csv_reader_open_lines(path, both, 2, &damage, &failure);
    assert_non_null(c);
    buf_append(&got, csv_reader_header(c).at, csv_reader_header(c).n);
    while ((cells = csv_reader_next(c)) != NULL) {
        same = csv_reader_next(other);
        assert_non_null(same);
        for (unsigned i = 0; i < 2; i++) {
            csv_cell_undouble(cells[i], &cell);
            assert_int_equal(cell.len, same[i].n);
            assert_memory_equal(cell.data ? cell.data : (const uint8_t *)"", same[i].at, cell.len);
        }
        buf_append(&got, csv_reader_line(c).at, csv_reader_line(c).n);
        rows++;
    }
    assert_int_equal(rows, 150000);
    assert_int_equal(damage.rows, 100); /* 50 each */
    assert_int_equal(got.len, want.len);
    assert_memory_equal(got.data, want.data, want.len);
    csv_reader_close(c);
    csv_reader_close(other);
    buf_fini(&text);
    buf_fini(&want);
    buf_fini(&got);
    buf_fini(&cell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),          cmocka_unit_test(test_columns_go_by_name),
        cmocka_unit_test(test_quotes),         cmocka_unit_test(test_damage_ends_with_its_line),
        cmocka_unit_test(test_torn_last_line), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_edges),          cmocka_unit_test(test_long_cell),
        cmocka_unit_test(test_close_early),    cmocka_unit_test(test_absent_columns),
        cmocka_unit_test(test_caps),           cmocka_unit_test(test_memory),
        cmocka_unit_test(test_lines),
    };
    int fd = mkstemp(path), failed;

    if (fd < 0)
        return 1;
    close(fd);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
