/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mboxrd: quoted as by a reference that works line by line, however the payload is cut into
 * parts; and one line of nothing but > costs no more than any other. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "potsherd/mbox.h"
#include "potsherd/mbox_reader.h"

#define PART      (192 * 1024) /* as payloads are read back */
#define LONG_LINE (2 << 20)

static char folder[] = "/tmp/potsherd-mbox-XXXXXX";

/* What RFC 4155's mboxrd makes of a payload, a line at a time. */
static GString *reference(const char *text, size_t n)
{
    GString *out = g_string_new("From x@potsherd Thu Jan  1 00:00:00 1970\n");

    while (n) {
        const char *end = memchr(text, '\n', n);
        size_t line = end ? (size_t)(end - text) + 1 : n, quotes = 0;

        while (quotes < line && text[quotes] == '>')
            quotes++;
        if (line - quotes >= 5 && memcmp(text + quotes, "From ", 5) == 0)
            g_string_append_c(out, '>');
        g_string_append_len(out, text, (gssize)line);
        text += line;
        n -= line;
    }
    if (out->str[out->len - 1] != '\n')
        g_string_append_c(out, '\n');
    g_string_append_c(out, '\n');
    return out;
}

/* The reader gives each message back, with a line end that its last line may have lacked. */
static void expect_back(const char *path, const char *text, size_t n)
{
    struct failure failure = {""};
    struct mbox_reader *m = mbox_reader_open(path, &failure);
    struct bytes name, part;
    struct buf back = {0};
    unsigned messages = 0;

    assert_non_null(m);
    while (mbox_reader_next(m, &name)) {
        assert_int_equal(name.n, strlen("x@potsherd"));
        assert_memory_equal(name.at, "x@potsherd", name.n);
        buf_clear(&back);
        while ((part = mbox_reader_text(m)).n)
            buf_append(&back, part.at, part.n);
        if (back.len == n + 1 && (!n || text[n - 1] != '\n'))
            back.len--;
        assert_int_equal(back.len, n);
        if (n)
            assert_memory_equal(back.data, text, n);
        messages++;
    }
    assert_false(mbox_reader_failed(m, &failure));
    assert_int_equal(messages, 2);
    mbox_reader_close(m);
    buf_fini(&back);
}

static GString *written(const char *text, size_t n)
{
    struct output_place place = {.dir_fd = open(folder, O_RDONLY | O_DIRECTORY), .dir = folder};
    char *path = g_build_filename(folder, "payloads.mbox", NULL), *got = NULL;
    struct mbox *m = mbox_open(&place, "payloads", (struct mbox_sink){NULL, NULL});
    GString *text_of;
    gsize length = 0;

    for (int i = 0; i < 2; i++) {
        mbox_begin(m, "x", 0);
        for (size_t at = 0; at < n; at += PART)
            mbox_text(m, (struct bytes){(const uint8_t *)text + at, MIN(PART, n - at)});
        mbox_end(m);
    }
    assert_true(output_file_finish(mbox_file_of(m)));
    mbox_free(m);
    assert_true(g_file_get_contents(path, &got, &length, NULL));
    expect_back(path, text, n);
    assert_int_equal(unlink(path), 0);
    close(place.dir_fd);
    g_free(path);
    text_of = g_string_new_len(got, (gssize)length);
    g_free(got);
    return text_of;
}

static void expect(const char *text, size_t n)
{
    GString *expected = reference(text, n), *got = written(text, n);

    g_string_append_len(expected, expected->str, (gssize)expected->len); /* it is there twice */
    assert_int_equal(got->len, expected->len);
    assert_memory_equal(got->str, expected->str, expected->len);
    g_string_free(expected, TRUE);
    g_string_free(got, TRUE);
}

static void test_lines(void **state)
{
    static const char *const texts[] = {
        "",        "\n",         "From ",       "From",          "From x\n",  ">From x\n",
        ">>>From", ">>>From \n", "x>From \n",   "Fro>From \n",   "F\nFrom ",  "From\nFrom x\r\n",
        ">\n>\n",  "> From x\n", ">F>From x\n", "FFrom \nFrom ", ">>>>>>>>>", "\n\n>From a\nb",
        "Fr\n>Fr",
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        expect(texts[i], strlen(texts[i]));
}

/* All texts of a few letters that matter, up to this length. */
static void test_all_short_ones(void **state)
{
    static const char letters[] = {'>', '\n', 'x'};
    char text[64];

    (void)state;
    for (unsigned n = 0; n < 3 * 3 * 3 * 3 * 3; n++) {
        size_t length = 0;

        for (unsigned left = n, i = 0; i < 5; i++, left /= 3) {
            text[length++] = letters[left % 3];
            memcpy(text + length, "From ", 5);
            length += 5 - i; /* whole, and cut off */
        }
        expect(text, length);
    }
}

/* In files and in parts: "From " lies across the edges of these. */
static void test_long_lines(void **state)
{
    char *text = g_malloc(LONG_LINE + 16);

    (void)state;
    memset(text, '>', LONG_LINE);
    memcpy(text + LONG_LINE, "From x\n", 7);
    expect(text, LONG_LINE);
    expect(text, LONG_LINE + 7);
    for (size_t at = 0; at + 7 <= LONG_LINE; at += 7)
        memcpy(text + at, "\n>From ", 7);
    expect(text, LONG_LINE);
    g_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_all_short_ones),
        cmocka_unit_test(test_long_lines),
    };
    int failed;

    if (!mkdtemp(folder))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_rmdir(folder);
    return failed;
}
