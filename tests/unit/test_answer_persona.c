/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What personas say. Run from the top of the source tree: it reads rules/personas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "answer/persona.h"
#include "potsherd/conversation.h"

static struct personas *set;
static struct persona *p;
static struct conversation *c;
static time_us now;
static char said[65536]; /* since the last look */
static size_t said_n;

static void on_event(void *context, const struct event *event)
{
    (void)context;
    persona_event(p, event, now);
}

/* What the persona says goes into the parsers, too, which may lead to more. */
static void pump(void)
{
    for (;;) {
        struct bytes out = persona_say(p);
        uint8_t copy[16384];

        if (!out.n)
            return;
        assert_in_range(out.n, 1, sizeof copy);
        memcpy(copy, out.at, out.n);
        memcpy(said + said_n, copy, out.n);
        said_n += out.n;
        persona_said(p);
        conversation_feed(c, FROM_SERVER, copy, out.n, now);
    }
}

static void begin(const char *module, uint16_t port)
{
    struct persona_facts facts = {.us = address_v4((const uint8_t[]){192, 0, 2, 1}),
                                  .client = address_v4((const uint8_t[]){198, 51, 100, 7}),
                                  .port = port,
                                  .module = module,
                                  .chance = 42};

    now = TIME_SECOND;
    said_n = 0;
    p = persona_new(set, &facts, now);
    c = conversation_new((struct event_sink){on_event, NULL});
    conversation_set_answering(c);
    pump();
}

static void finish(void)
{
    conversation_finish(c, now);
    conversation_free(c);
    persona_free(p);
}

static void hear_bytes(const void *bytes, size_t n)
{
    said_n = 0;
    conversation_feed(c, FROM_CLIENT, bytes, n, now);
    persona_hear(p, (struct bytes){bytes, n}, now);
    pump();
}

static void hear(const char *text)
{
    hear_bytes(text, strlen(text));
}

static void expect_bytes(const void *bytes, size_t n)
{
    assert_int_equal(said_n, n);
    assert_memory_equal(said, bytes, n);
    said_n = 0;
}

static void expect(const char *text)
{
    said[said_n] = '\0';
    assert_string_equal(said, text);
    said_n = 0;
}

static void expect_begin(const char *text)
{
    said[said_n] = '\0';
    if (strncmp(said, text, strlen(text)) != 0)
        fail_msg("said '%s', not '%s...'", said, text);
    said_n = 0;
}

static void mail_is_accepted(void)
{
    hear("EHLO me.example\r\n");
    expect_begin("250-");
    hear("MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n");
    expect("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n"
           "354 End data with <CR><LF>.<CR><LF>\r\n");
    hear("Subject: x\r\n\r\ntext\r\n.\r\n");
    expect_begin("250 2.0.0 Ok: queued as ");
}

static void a_relay_takes_mail(void **state)
{
    (void)state;
    begin("smtp", 25);
    expect("220 mail.localdomain ESMTP Postfix\r\n");
    mail_is_accepted();
    mail_is_accepted();
    hear("NONSENSE\r\n");
    expect_begin("502 ");
    hear("STARTTLS\r\n");
    expect_begin("502 ");
    hear("DATA\r\n");
    expect_begin("554 ");
    assert_false(persona_closes(p));
    hear("QUIT\r\n");
    expect_begin("221 ");
    assert_true(persona_closes(p));
    finish();
}

static void text_and_commands_may_come_at_once(void **state)
{
    (void)state;
    begin("smtp", 25);
    said_n = 0;
    hear("HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\ntext\r\n.\r\nQUIT\r\n");
    expect_begin("250 mail.localdomain\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with "
                 "<CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued as ");
    assert_true(persona_closes(p));
    finish();
}

static void every_login_is_accepted(void **state)
{
    (void)state;
    begin("smtp", 25);
    said_n = 0;
    hear("AUTH PLAIN AGEAYg==\r\n");
    expect_begin("235 ");
    hear("AUTH PLAIN\r\n");
    expect("334  \r\n");
    hear("AGEAYg==\r\n");
    expect_begin("235 ");
    hear("AUTH LOGIN\r\n");
    expect("334 VXNlcm5hbWU6\r\n");
    hear("YQ==\r\n");
    expect("334 UGFzc3dvcmQ6\r\n");
    hear("Yg==\r\n");
    expect_begin("235 ");
    hear("AUTH LOGIN YQ==\r\n");
    expect("334 UGFzc3dvcmQ6\r\n");
    hear("*\r\n");
    expect_begin("501 ");
    hear("AUTH CRAM-MD5\r\n");
    expect_begin("504 ");
    finish();
}

static void chunks_are_answered_behind_their_bytes(void **state)
{
    (void)state;
    begin("smtp", 25);
    said_n = 0;
    hear("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
    hear("BDAT 6\r\nabc");
    expect("");
    hear("def");
    expect_begin("250 2.0.0 Ok: 6 bytes");
    hear("BDAT 3 LAST\r\nghi");
    expect_begin("250 2.0.0 Ok: queued as ");
    hear("BDAT x\r\n");
    expect_begin("501 ");
    hear("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 2\r\nxxBDAT 0 LAST\r\nQUIT\r\n");
    expect_begin("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.0.0 Ok: 2 bytes\r\n250 2.0.0 Ok: queued");
    assert_true(persona_closes(p));
    finish();
}

static void socks_leads_to_the_target_s_mail_server(void **state)
{
    (void)state;
    begin("socks", 1080);
    hear_bytes("\4\1\0\31\313\0\161\1me\0", 11);
    expect_begin("");
    finish();
    begin("socks", 1080);
    hear_bytes("\5\2\0\2", 4);
    expect_bytes("\5\2", 2);
    hear_bytes("\1\1u\1p", 5);
    expect_bytes("\1\0", 2);
    hear_bytes("\5\1\0\3\6mx.org\0\31", 13);
    assert_memory_equal(said, "\5\0\0\1\300\0\2\1", 8);
    said[said_n] = '\0';
    assert_string_equal(said + 10, "220 mx.org ESMTP Postfix\r\n");
    mail_is_accepted();
    finish();
    begin("socks", 1080);
    hear_bytes("\5\1\7", 3);
    expect_bytes("\5\377", 2);
    assert_true(persona_closes(p));
    finish();
}

static void proxies_inside_proxies_work(void **state)
{
    (void)state;
    begin("http", 8080);
    hear("CONNECT 10.0.0.1:1080 HTTP/1.0\r\n\r\n");
    expect("HTTP/1.0 200 Connection established\r\n\r\n");
    hear_bytes("\4\1\0\31\0\0\0\1me\0mx.example", 21);
    hear_bytes("\0", 1);
    assert_memory_equal(said, "\0\132\0\31\0\0\0\0", 8);
    said[said_n] = '\0';
    assert_string_equal(said + 8, "220 mx.example ESMTP Postfix\r\n");
    mail_is_accepted();
    finish();
}

static void http_is_answered(void **state)
{
    (void)state;
    begin("http", 3128);
    hear("CONNECT [2001:db8::1]:2525 HTTP/1.1\r\nHost: x\r\n\r\n");
    expect("HTTP/1.0 200 Connection established\r\n\r\n220 [2001:db8::1] ESMTP Postfix\r\n");
    mail_is_accepted();
    finish();
    begin("http", 3128);
    hear("GET http://www.google.com/ HTTP/1.0\r\n\r\n");
    said[said_n] = '\0';
    assert_non_null(strstr(said, "\r\nServer: gws\r\n"));
    assert_non_null(strstr(said, "<h1>www.google.com</h1>"));
    assert_true(persona_closes(p));
    finish();
    begin("http", 3128);
    hear("GET http://<b>x/ HTTP/1.0\r\n\r\n");
    said[said_n] = '\0';
    assert_null(strstr(said, "<b>"));
    finish();
}

static void a_post_is_answered_behind_its_body(void **state)
{
    (void)state;
    begin("http", 80);
    hear("POST http://mx.example:25/ HTTP/1.0\r\nContent-Length: 60\r\n\r\nHELO x\r\n");
    expect("");
    now += TIME_SECOND;
    hear("MAIL FROM:<a@b>\r\n");
    expect("");
    assert_int_equal(persona_next(p), now + PERSONA_BODY_QUIET);
    now = persona_next(p);
    persona_timer(p, now);
    pump();
    expect_begin("HTTP/1.1 200 OK\r\n");
    finish();
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    begin("http", 8080);
    hear("abc def\r\n");
    expect_begin("HTTP/1.0 400 Bad Request\r\n");
    assert_true(persona_closes(p));
    finish();
    begin("http", 8080);
    hear("GET http://x.exam");
    expect("");
    now = persona_next(p);
    persona_timer(p, now);
    pump();
    expect_begin("HTTP/1.0 400 Bad Request\r\n");
    finish();
    begin("socks", 1080);
    hear_bytes("\5", 1);
    now = persona_next(p);
    persona_timer(p, now);
    pump();
    expect_bytes("\5\377", 2);
    finish();
}

static void mydoom_takes_uploads(void **state)
{
    (void)state;
    begin("socks", 3127);
    hear_bytes("\205\23\74\236\242MZ\220", 8);
    expect("");
    assert_true(persona_next(p) == INT64_MAX);
    hear_bytes("\205\23\74", 3);
    assert_false(persona_closes(p));
    finish();
    begin("socks", 3127);
    hear_bytes("\4\1\0\31\12\0\0\1\0", 9);
    assert_int_equal(said[1], 90);
    finish();
}

static void silent_targets_are_overheard(void **state)
{
    struct bytes first;

    (void)state;
    begin("http", 8080);
    hear("CONNECT secret.example:443 HTTP/1.0\r\n\r\n");
    assert_int_equal(persona_first_bytes(p).n, 0);
    hear_bytes("\26\3\1\0\5hello", 10);
    first = persona_first_bytes(p);
    assert_int_equal(first.n, 10);
    assert_int_equal(persona_first_bytes(p).n, 0);
    expect("");
    finish();
}

static void write_file(const char *folder, const char *text)
{
    char path[300];
    FILE *f;

    snprintf(path, sizeof path, "%s/a.persona", folder);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void mistakes_are_told_with_their_place(void **state)
{
    static const char *const cases[][2] = {
        {"nonsense\n", "nonsense"},
        {"[persona]\nkind=relay\n", "lacks name"},
        {"[persona]\nkind=butler\nname=x\n", "kind"},
        {"[persona]\nkind=socks\nname=x\nports=0\n[say]\nmethods=none\n", "ports"},
        {"[persona]\nkind=relay\nname=x\n[say]\nbanner=hello\n", "[say] banner"},
        {"[persona]\nkind=relay\nname=x\n[say]\nbanner=220-x\\n221 y\n", "[say] banner"},
        {"[persona]\nkind=relay\nname=x\n[say]\nbanner=220 {nam}\n", "[say] banner"},
        {"[persona]\nkind=http\nname=x\n[say]\nconnected=OK\n", "[say] connected"},
        {"[persona]\nkind=backdoor\nname=x\n[say]\nupload=8\n", "[say] upload"},
        {"", "lacks"},
        {"[persona]\nkind=socks\nname=x\n[say]\nmethods=none\n", "no persona of kind http"},
    };
    char folder[] = "/tmp/personaXXXXXX", path[300];
    struct failure why;

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file(folder, cases[i][0]);
        assert_null(personas_load(folder, &why));
        if (!strstr(why.text, cases[i][1]) || !strstr(why.text, folder))
            fail_msg("'%s' does not tell of '%s'", why.text, cases[i][1]);
    }
    snprintf(path, sizeof path, "%s/a.persona", folder);
    unlink(path);
    rmdir(folder);
    assert_null(personas_load(folder, &why));
}

/* (What it would read otherwise is freed memory.) */
static void a_conversation_keeps_its_set(void **state)
{
    struct failure why;
    struct personas *common = set;

    (void)state;
    set = personas_load("rules/personas", &why);
    assert_non_null(set);
    begin("smtp", 25);
    personas_free(set);
    set = common;
    expect_begin("220 ");
    mail_is_accepted();
    finish();
}

static void chunks_outside_a_transaction_are_refused(void **state)
{
    static const char *const before[] = {"", "MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n",
                                         "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRSET\r\n"};

    (void)state;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        begin("smtp", 25);
        hear("EHLO me\r\n");
        hear(before[i]);
        hear("BDAT 0 LAST\r\n");
        expect_begin("503 ");
        hear("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"); /* the chunk is no command */
        expect_begin("503 ");
        hear("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
        hear("BDAT 3 LAST\r\nxyz");
        expect_begin("250 2.0.0 Ok: queued");
        hear("BDAT 3 LAST\r\nxyz"); /* that message is over */
        expect_begin("503 ");
        finish();
    }
}

/* All at once, before anything of it is sent. */
static void who_asks_for_too_much_at_once_is_left(void **state)
{
    static const char ehlo[] = "EHLO me\r\n";
    size_t n = 0;

    (void)state;
    begin("smtp", 25);
    for (unsigned i = 0; i < 10000; i++)
        conversation_feed(c, FROM_CLIENT, (const uint8_t *)ehlo, sizeof ehlo - 1, now);
    n = persona_say(p).n;
    assert_in_range(n, PERSONA_SAY_MAX, PERSONA_SAY_MAX + 1000);
    assert_true(persona_closes(p));
    assert_true(persona_was_flooded(p));
    finish();
    begin("smtp", 25); /* as much as fits our window, of the shortest that is meant well */
    hear("EHLO me\r\nMAIL FROM:<a@b>\r\n");
    for (unsigned i = 0; i < 30720 / 17; i++)
        conversation_feed(c, FROM_CLIENT, (const uint8_t *)"RCPT TO:<a@b.c>\r\n", 17, now);
    assert_false(persona_closes(p));
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_relay_takes_mail),
        cmocka_unit_test(text_and_commands_may_come_at_once),
        cmocka_unit_test(every_login_is_accepted),
        cmocka_unit_test(chunks_are_answered_behind_their_bytes),
        cmocka_unit_test(chunks_outside_a_transaction_are_refused),
        cmocka_unit_test(who_asks_for_too_much_at_once_is_left),
        cmocka_unit_test(socks_leads_to_the_target_s_mail_server),
        cmocka_unit_test(proxies_inside_proxies_work),
        cmocka_unit_test(http_is_answered),
        cmocka_unit_test(a_post_is_answered_behind_its_body),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(mydoom_takes_uploads),
        cmocka_unit_test(silent_targets_are_overheard),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(a_conversation_keeps_its_set),
    };
    struct failure why;
    int failed;

    set = personas_load("rules/personas", &why);
    if (!set) {
        printf("Bail out! %s\n", why.text);
        return 1;
    }
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    personas_free(set);
    return failed;
}
