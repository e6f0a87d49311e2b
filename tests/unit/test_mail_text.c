/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader of a mail sees, how it is laid out, and what it is alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mail/html.h"
#include "mail/layout.h"
#include "mail/signature.h"
#include "mail/visible.h"

static struct buf got;

static void expect(const char *expected)
{
    if (got.len != strlen(expected) || (got.len && memcmp(got.data, expected, got.len) != 0))
        fail_msg("\"%.*s\" instead of \"%s\"", (int)got.len, (const char *)got.data, expected);
}

static int end(void **state)
{
    (void)state;
    buf_fini(&got);
    return 0;
}

/* --- visible text --- */

static void sees(const char *html, const char *expected)
{
    buf_clear(&got);
    assert_true(visible_html(bytes_of(html), &got, 1000));
    expect(expected);
}

static void test_html(void **state)
{
    (void)state;
    sees("<p>Buy via<b></b>gra <font size=1>now</font></p><p>Today", "Buy viagra now\nToday");
    sees("via<xq9>gra<!-- not --> vi\u00ad\u200bagra", "viagra viagra");
    sees("a<br>b<td>c</td><td>d", "a\nb\nc\nd");
    sees("  a\r\n\t b&nbsp;&nbsp;c\u3000d ", "a b c d");
    sees("&Uuml;bung &euro;5 &#65;&#x42; &bogus; AT&T 1 < 2", "Übung €5 AB &bogus; AT&T 1 < 2");
    sees("x<script>var a = '<b>no</b>';</script>y<style>p {}</style><title>t</title>z", "xyz");
    sees("x<script>never ends <p>", "x");
    sees("<a href='x>y' title=\"a>b\">in</a>", "in");
    sees("x<!-- never ends", "x");
    sees("", "");
}

static void test_plain(void **state)
{
    (void)state;
    buf_clear(&got);
    assert_true(visible_text(bytes_of("advance\r\n  fee\n\n\nfraud \t here\n"), &got, 1000));
    expect("advance fee\nfraud here");
    assert_true(visible_text(bytes_of("next part"), &got, 1000));
    expect("advance fee\nfraud here\nnext part");
}

static void test_limit(void **state)
{
    char html[20000];

    (void)state;
    memset(html, 'a', sizeof html);
    for (size_t i = 0; i + 2 < sizeof html; i += 2) { /* no blank to cut at, two bytes each */
        html[i] = '\xc3';
        html[i + 1] = '\xa4';
    }
    html[sizeof html - 1] = '\0';
    buf_clear(&got);
    assert_false(visible_html(bytes_of(html), &got, 9999));
    assert_int_equal(got.len, 9998);
    for (size_t i = 0; i < got.len; i += 2)
        assert_memory_equal(got.data + i, "\u00e4", 2);
}

static void test_prose(void **state)
{
    (void)state;
    buf_clear(&got);
    visible_prose(bytes_of("Go to <http://a.example/x?1> or www.b.example\n(me@c.example) now"),
                  &got, 100);
    expect("Go to or now");
    buf_clear(&got);
    visible_prose(bytes_of("abc \u00e4\u00e4\u00e4"), &got, 7);
    expect("abc \u00e4");
}

/* --- layout --- */

static void lies_as(const char *text, const char *expected)
{
    layout_of_text(bytes_of(text), &got);
    expect(expected);
}

static void stands_as(const char *html, const char *expected)
{
    layout_of_html(bytes_of(html), &got);
    expect(expected);
}

static void test_text_layout(void **state)
{
    char long_one[4000] = "";

    (void)state;
    lies_as("a\r\nb\r\n \r\nsee http://a.example\r\nc\r\n\r\n\r\n", "T2E1U1T1");
    lies_as("1\n2\n3\n4\n5\n6\n7\n8\n", "T4");
    lies_as("WWW.a.example\nawww.b\n", "U1T1");
    lies_as("", "");
    for (int i = 0; i < 900; i++)
        strcat(long_one, i % 2 ? "\n\n" : "a");
    layout_of_text(bytes_of(long_one), &got);
    assert_int_equal(got.len, LAYOUT_MAX + 1);
    assert_memory_equal(got.data, "T1E1T1E1", 8);
    assert_int_equal(got.data[LAYOUT_MAX], '+');
}

static void test_html_layout(void **state)
{
    char deep[30000] = "";

    (void)state;
    stands_as("<html><head><title>x<b></title></head><BODY><p>a<p>b<table><tr><td>c</table></body>",
              "html(head(title),body(p,table))");
    stands_as("<div>1</div><div>2</div><p>3</p>", "div,p");
    stands_as("<p>a<br>b<img src=x></p></bogus></p>", "p(img)");
    stands_as("<ul><li>1<li>2<li>3</ul>", "ul(li)");
    stands_as("<table><tr><td><b>x</b><td>y<tr><td>z</table>", "table(tr(td))");
    stands_as("<a\u00e4B-c>", "a__b");
    stands_as("no tags", "");
    for (int i = 0; i < 5000; i++)
        strcat(deep, "<div>");
    stands_as(deep, "div(div(div))");
    deep[0] = '\0';
    for (int i = 0; i < 200; i++)
        sprintf(deep + strlen(deep), "<i%d></i%d>", i, i);
    layout_of_html(bytes_of(deep), &got);
    assert_int_equal(got.len, LAYOUT_MAX + 1);
    assert_int_equal(got.data[LAYOUT_MAX], '+');
}

static void test_tree(void **state)
{
    struct layout l;

    (void)state;
    layout_begin(&l, &got, LAYOUT_LEVELS_MAX);
    layout_open(&l, bytes_of("Mixed"));
    layout_open(&l, bytes_of("alternative"));
    layout_open(&l, bytes_of("plain"));
    layout_close(&l);
    layout_open(&l, bytes_of("html"));
    layout_close(&l);
    layout_close(&l);
    for (int i = 0; i < 1000; i++) {
        layout_open(&l, bytes_of("image/png"));
        layout_close(&l);
    }
    layout_end(&l);
    layout_close(&l);
    expect("mixed(alternative(plain,html),image/png)");
}

/* --- signature --- */

static unsigned char bins[2][SIGNATURE_BINS];

static void sign(const char *text, unsigned which)
{
    struct buf prose = {0};

    visible_prose(bytes_of(text), &prose, 1 << 20);
    signature_of(buf_view(&prose), &got);
    assert_int_equal(got.len, 2 * SIGNATURE_BINS);
    for (size_t i = 0; i < SIGNATURE_BINS; i++) {
        unsigned value;

        assert_int_equal(sscanf((const char *)got.data + 2 * i, "%2x", &value), 1);
        bins[which][i] = (unsigned char)value;
    }
    buf_fini(&prose);
}

static double alike(void)
{
    unsigned n = 0;

    for (size_t i = 0; i < SIGNATURE_BINS; i++)
        n += bins[0][i] == bins[1][i];
    return (double)n / SIGNATURE_BINS;
}

static double likeness(const char *a, const char *b)
{
    sign(a, 0);
    sign(b, 1);
    return alike();
}

static void test_what_does_not_count(void **state)
{
    static const char a[] =
        "Dear friend, only today: 500 pills for 39 dollars, order them right now "
        "at http://one.example/1 and save";
    static const char b[] = "DEAR FRIEND -- only  today: 20 pills for 5 dollars; order them right "
                            "now at\nhttp://other.example/2 and save";

    (void)state;
    assert_true(likeness(a, b) == 1.0);
    assert_true(likeness("\u041f\u0440\u0438\u0432\u0435\u0442 1 2 3 4 5 6 7 8 9 10",
                         "\u043f\u0440\u0438\u0432\u0435\u0442 9 8 7 6 5 4 3 2 1 0") == 1.0);
}

/* `n` words, of which every `step`th is another; 0: none. */
static void make_text(char *to, unsigned n, unsigned step)
{
    *to = '\0';
    for (unsigned i = 0; i < n; i++)
        to += sprintf(to, "w%c%c%c%s ", 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26),
                      'a' + (int)(i / 676), step && i % step == 0 ? "x" : "");
}

/* A changed word changes three of the triples: with one in `step` the two texts share
 * n - 3 n/step of n + 3 n/step.  One standard deviation is 0.06. */
static void test_estimate(void **state)
{
    static char a[40000], b[40000];

    (void)state;
    make_text(a, 3000, 0);
    for (unsigned step = 10; step <= 160; step *= 2) {
        double f = 3.0 / step, share = (1 - f) / (1 + f), estimate;

        make_text(b, 3000, step);
        estimate = likeness(a, b);
        if (estimate < share - 0.2 || estimate > share + 0.2)
            fail_msg("one word in %u: %.2f estimated, %.2f is right", step, estimate, share);
    }
    make_text(b, 3000, 1);
    assert_true(likeness(a, b) < 0.1);
}

static void test_short_and_scripts(void **state)
{
    (void)state;
    signature_of(bytes_of("one two three four five six seven eight nine"), &got);
    expect("");
    sign("\u4f60\u597d\u4e16\u754c\u6211\u4eec\u4eca\u5929\u5403\u996d", 0); /* ten of Han */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html),        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_limit),       cmocka_unit_test(test_prose),
        cmocka_unit_test(test_text_layout), cmocka_unit_test(test_html_layout),
        cmocka_unit_test(test_tree),        cmocka_unit_test(test_what_does_not_count),
        cmocka_unit_test(test_estimate),    cmocka_unit_test(test_short_and_scripts),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
