/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers of mails: folded, doubled, broken, encoded; and the worker that is lost with one. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "mail/analysis.h"
#include "mail/headers.h"
#include "mail/mime.h"

static struct mail_tools tools;
static struct analysis analysis;
static const struct mail_facts nobody;

static int begin(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN); /* as main.c does */
    tools.charsets = charsets_open();
    return 0;
}

static int end(void **state)
{
    (void)state;
    analysis_fini(&analysis);
    charsets_close(tools.charsets);
    return 0;
}

static void run(const void *text, size_t n)
{
    struct bytes all = {text, n};

    all.n = headers_length(all);
    analysis_run(&analysis, &tools, all, false, &(struct mail_facts){.us = {.family = 0}});
}

static void expect(enum mail_cell cell, const char *expected)
{
    struct buf *got = &analysis.cells[cell];

    if (got->len != strlen(expected) || memcmp(got->data, expected, got->len) != 0)
        fail_msg("\"%.*s\" instead of \"%s\"", (int)got->len, (const char *)got->data, expected);
}

static void says(const char *text, enum mail_cell cell, const char *expected)
{
    run(text, strlen(text));
    expect(cell, expected);
}

/* --- headers --- */

static void headers_are_unfolded(void **state)
{
    (void)state;
    says("Subject: one\r\n two\r\n\tthree\r\n\r\nbody", MAIL_SUBJECT, "one two\tthree");
    says("Subject:\r\n one\n\n", MAIL_SUBJECT, "one");
    says("SUBJECT : one\n\n", MAIL_SUBJECT, "one"); /* RFC 5322 section 4.5 */
    says("Subject: one", MAIL_SUBJECT, "one");
    says("To: a\n b\nSubject: s\n", MAIL_TO, "a b");
}

static void the_first_of_one_name_counts(void **state)
{
    (void)state;
    says("Subject: one\nSubject: two\n three\n\n", MAIL_SUBJECT, "one");
    says("User-Agent: one\nX-Mailer: two\n\n", MAIL_MAILER, "two");
    says("User-Agent: one\n\n", MAIL_MAILER, "one");
}

static void the_block_ends_where_headers_do(void **state)
{
    (void)state;
    says("From a@b Mon Jul 17 2006\nSubject: one\n\n", MAIL_SUBJECT, "one");
    says("To: a\n\nSubject: one\n", MAIL_SUBJECT, "");
    says("To: a\nno header\nSubject: one\n", MAIL_SUBJECT, "");
    says(" folded\nSubject: one\n", MAIL_SUBJECT, "");
    says("\r\nSubject: one\r\n", MAIL_SUBJECT, "");
    says("", MAIL_SUBJECT, "");
}

static void parts_of(const char *mail, const char *expected)
{
    struct buf out = {0};

    headers_of_parts(bytes_of(mail), &out);
    buf_append(&out, "", 1);
    assert_string_equal((char *)out.data, expected);
    buf_fini(&out);
}

static void headers_of_parts_are_those_of_content(void **state)
{
    (void)state;
    parts_of("To: a\n b\nContent-Type: text/html;\n x=y\nSubject: s\n\nContent-X: body\nTo: a\n",
             "Content-Type: text/html;\n x=y\n\nContent-X: body\nTo: a\n");
    parts_of("From a Mon\nCONTENT-ID: 1\r\n\r\nbody", "CONTENT-ID: 1\r\n\r\nbody");
    parts_of("Content-Type: a\nno header\n", "Content-Type: a\n\nno header\n");
    parts_of("Content-Type: a\nTo: b", "Content-Type: a\n");
    parts_of("no header\n", "\nno header\n");
    parts_of("", "");
}

static void add_type(void *context, const struct mime_part *part)
{
    buf_append_text(context, part->content_type);
    buf_append_text(context, " ");
}

/* Headers of more than MIME_HEADERS_MAX are shortened for GMime: nothing else is to be seen of it.
 */
static void long_headers_leave_the_parts(void **state)
{
    struct buf mail = {0}, tree_text = {0}, types = {0};
    struct layout tree;

    (void)state;
    buf_append_text(&mail, "To: ");
    for (int i = 0; i < 2000; i++)
        buf_append_text(&mail, "somebody@example.net,\n ");
    buf_append_text(&mail,
                    "last@example.net\nContent-Type: multipart/mixed; boundary=b\n"
                    "Subject: s\n\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n");
    mime_open();
    layout_begin(&tree, &tree_text, 8);
    assert_true(mime_read(buf_view(&mail), &tree, add_type, &types).is_tree);
    layout_end(&tree);
    buf_append(&tree_text, "", 1);
    assert_string_equal((char *)tree_text.data, "mixed(plain,html)");
    buf_append(&types, "", 1);
    assert_string_equal((char *)types.data, "text/plain text/html ");
    buf_fini(&types);
    buf_fini(&tree_text);
    buf_fini(&mail);
}

static void types_and_charsets_are_read(void **state)
{
    (void)state;
    says("Content-Type: Text/HTML; format=flowed; Charset=\"koi8-r\"\n\n", MAIL_CHARSET, "koi8-r");
    expect(MAIL_CONTENT_TYPE, "text/html");
    says("Content-Type: text/plain; x=\"; charset=no\"; charset=utf-8 (why)\n\n", MAIL_CHARSET,
         "utf-8");
    says("Content-Type: text/plain; charset*=us-ascii'en'big5\n\n", MAIL_CHARSET, "big5");
    says("Content-Type: multipart/mixed; boundary=x; charset=big5\n\n", MAIL_CHARSET, "");
    says("Content-Type: text\n\n", MAIL_CONTENT_TYPE, "");
    says("Content-Type: text/\n\n", MAIL_CONTENT_TYPE, "");
}

/* --- encoded words --- */

static void words_are_decoded(void **state)
{
    (void)state;
    says("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n\n", MAIL_SUBJECT,
         "Gr\xc3\xbc\xc3\x9f"
         "e");
    says("Subject: =?ISO-8859-1?q?a_b=E9?= c\n\n", MAIL_SUBJECT, "a b\xc3\xa9 c");
    says("Subject: =?utf-8*en?B?aGVsbG8?=\n\n", MAIL_SUBJECT, "hello");
    says("Subject: =?koi8-r?B?8NLJ18XU?=\n\n", MAIL_SUBJECT,
         "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82");
    says("Subject: =?gb2312?B?xOO6ww==?=\n\n", MAIL_SUBJECT, "\xe4\xbd\xa0\xe5\xa5\xbd");
    says("From: \"=?utf-8?Q?Bank?=\" <a@b>\n\n", MAIL_FROM, "\"Bank\" <a@b>");
}

/* RFC 2047 section 6.2; and the second half of a character in the next word. */
static void neighbours_are_joined(void **state)
{
    (void)state;
    says("Subject: =?utf-8?Q?a?= =?utf-8?Q?b?=\n\n", MAIL_SUBJECT, "ab");
    says("Subject: =?utf-8?Q?a?=\r\n =?iso-8859-1?Q?b?= c\n\n", MAIL_SUBJECT, "ab c");
    says("Subject: =?utf-8?Q?a=C3?= =?UTF-8?B?vA==?=\n\n", MAIL_SUBJECT, "a\xc3\xbc");
    says("Subject: =?utf-8?Q?a?= x =?utf-8?Q?b?=\n\n", MAIL_SUBJECT, "a x b");
}

static void broken_words_stay_as_they_are(void **state)
{
    static const char *const broken[] = {
        "=?utf-8?Q?a",    "=?utf-8?X?a?=",    "=??Q?a?=", "=?utf-8?Q", "=?=?=?=",
        "= ?utf-8?Q?a?=", "=?utf-8?Q?a?\t=x", "=",        "=?",
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        snprintf(text, sizeof text, "Subject: %s\n\n", broken[i]);
        says(text, MAIL_SUBJECT, broken[i]);
    }
    says("Subject: =?no-such?Q?a=41?=\n\n", MAIL_SUBJECT, "aA");
    says("Subject: =?utf-8?Q?a=4?=\n\n", MAIL_SUBJECT, "a=4");
    says("Subject: =?utf-8?Q?=FF?=\n\n", MAIL_SUBJECT, "\xef\xbf\xbd");
}

static void bytes_without_a_charset_are_guessed(void **state)
{
    (void)state;
    says("Subject: caf\xc3\xa9\n\n", MAIL_SUBJECT, "caf\xc3\xa9");
    says("Subject: caf\xe9\n\n", MAIL_SUBJECT, "caf\xc3\xa9");
    says("Subject: \xf0\xd2\xc9\nContent-Type: text/plain; charset=koi8-r\n\n", MAIL_SUBJECT,
         "\xd0\x9f\xd1\x80\xd0\xb8");
}

/* --- caps --- */

static void caps_are_flagged(void **state)
{
    char *text = malloc(HEADERS_BYTES_MAX + 10000);
    size_t n = 0;

    (void)state;
    for (unsigned i = 0; i <= HEADERS_MAX; i++)
        n += (size_t)sprintf(text + n, "X-%u: y\n", i);
    n += (size_t)sprintf(text + n, "Subject: late\n\n");
    run(text, n);
    assert_int_equal(analysis.flags, MAIL_MANY_HEADERS);
    expect(MAIL_SUBJECT, "");

    n = (size_t)sprintf(text, "Subject: ");
    memset(text + n, 'x', HEADER_VALUE_MAX + 100);
    n += HEADER_VALUE_MAX + 100;
    n += (size_t)sprintf(text + n, "\nTo: a\n\n");
    run(text, n);
    assert_int_equal(analysis.flags, MAIL_CUT_HEADER);
    assert_in_range(analysis.cells[MAIL_SUBJECT].len, HEADER_VALUE_MAX - 1, HEADER_VALUE_MAX);
    expect(MAIL_TO, "a");

    n = (size_t)sprintf(text, "Subject: early\nX: ");
    memset(text + n, 'x', HEADERS_BYTES_MAX + 100);
    n += HEADERS_BYTES_MAX + 100;
    n += (size_t)sprintf(text + n, "\nTo: a\n\n");
    run(text, n);
    assert_int_equal(analysis.flags, MAIL_LONG_HEADERS);
    expect(MAIL_SUBJECT, "early");
    expect(MAIL_TO, "");
    free(text);
}

/* --- probes: the forms are in tests/mail --- */

static void probes_are_found_in_helo_and_recipients(void **state)
{
    struct mail_facts facts = {
        .texts = {[FACT_HELO] = bytes_of("192.0.2.25"),
                  [FACT_RECIPIENTS] = bytes_of("a@b.example\nc0000219@b.example\n")}};

    (void)state;
    assert_true(address_parse("192.0.2.25", 10, &facts.us));
    analysis_run(&analysis, &tools, bytes_of("Subject: s\n\n"), false, &facts);
    expect(MAIL_PROBE, "dotted:helo hex:recipient");
    assert_true(address_parse("2001:db8::25", 12, &facts.us));
    analysis_run(&analysis, &tools,
                 bytes_of("Subject: 2001:DB8::25\nX: 20010DB8000000000000000000000025\n\n"), false,
                 &facts);
    expect(MAIL_PROBE, "dotted:subject hex:headers");
    facts.us.family = 0;
    analysis_run(&analysis, &tools, bytes_of("Subject: 192.0.2.25\n\n"), false, &facts);
    expect(MAIL_PROBE, "");
}

/* --- the worker --- */

static unsigned started;
static unsigned die_at; /* the request that ends a worker; 0: none */

/* In a process of its own; it counts what comes by the subject. */
static int fresh(void *context, int place)
{
    int ends[2];
    pid_t pid;

    (void)context;
    started++;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pid = fork();
    if (pid == 0) {
        struct failure why;
        struct mail_tools *own = mail_tools_open(&(struct mail_setup){.psl = NULL}, &why);

        close(ends[0]);
        _exit(!mail_work(own, ends[1]));
    }
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    dup2(ends[0], place);
    close(ends[0]);
    if (die_at && started == 1)
        kill(pid, SIGKILL);
    return place;
}

static size_t read_text(void *context, uint64_t at, uint8_t *to, size_t n)
{
    memcpy(to, (const char *)context + at, n);
    return n;
}

static void ask(struct mail_reader *r, const char *text)
{
    struct mail_source source = {strlen(text), read_text, (void *)(uintptr_t)text};

    mail_reader_put(r, &source, MAIL_HEADERS, &nobody);
}

static void a_worker_answers_in_order(void **state)
{
    int place = open("/dev/null", O_RDONLY);
    struct mail_reader *r = mail_reader_new(fresh, NULL, place);
    struct mail_result result;
    char text[64];

    (void)state;
    started = die_at = 0;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < MAIL_READER_MAX; i++) {
            snprintf(text, sizeof text, "Subject: %u\n\nbody", i);
            ask(r, text);
        }
        for (unsigned i = 0; i < MAIL_READER_MAX; i++) {
            mail_reader_get(r, &result);
            snprintf(text, sizeof text, "%u", i);
            assert_int_equal(result.flags, 0);
            assert_int_equal(result.cells[MAIL_SUBJECT].n, strlen(text));
            assert_memory_equal(result.cells[MAIL_SUBJECT].at, text, strlen(text));
        }
    }
    assert_int_equal(started, 1);
    mail_reader_free(r);
}

static void what_a_worker_dies_of_is_lost_and_nothing_else(void **state)
{
    int place = open("/dev/null", O_RDONLY);
    struct mail_reader *r = mail_reader_new(fresh, NULL, place);
    struct mail_result result;

    (void)state;
    started = 0;
    die_at = 1;
    for (unsigned i = 0; i < 4; i++)
        ask(r, "Subject: one\n\n");
    mail_reader_get(r, &result);
    assert_int_equal(result.flags, MAIL_LOST);
    for (unsigned i = 1; i < 4; i++) {
        mail_reader_get(r, &result);
        assert_int_equal(result.flags, 0);
        assert_int_equal(result.cells[MAIL_SUBJECT].n, 3);
    }
    assert_int_equal(started, 2);
    mail_reader_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_unfolded),
        cmocka_unit_test(the_first_of_one_name_counts),
        cmocka_unit_test(the_block_ends_where_headers_do),
        cmocka_unit_test(headers_of_parts_are_those_of_content),
        cmocka_unit_test(long_headers_leave_the_parts),
        cmocka_unit_test(types_and_charsets_are_read),
        cmocka_unit_test(words_are_decoded),
        cmocka_unit_test(neighbours_are_joined),
        cmocka_unit_test(broken_words_stay_as_they_are),
        cmocka_unit_test(bytes_without_a_charset_are_guessed),
        cmocka_unit_test(caps_are_flagged),
        cmocka_unit_test(probes_are_found_in_helo_and_recipients),
        cmocka_unit_test(a_worker_answers_in_order),
        cmocka_unit_test(what_a_worker_dies_of_is_lost_and_nothing_else),
    };

    return cmocka_run_group_tests_name("mail", tests, begin, end);
}
