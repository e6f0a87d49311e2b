/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines of RFC 5321, 3030 and 4954 and what they decode to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/smtp_line.h"

static const struct line {
    const char *text;
    enum smtp_verb verb;
    const char *word, *argument, *path;
} lines[] = {
    {"EHLO me.example", SMTP_HELO, "EHLO", "me.example", ""},
    {"helo  me", SMTP_HELO, "helo", "me", ""},
    {"MAIL FROM:<a@b> SIZE=3", SMTP_MAIL, "MAIL", "FROM:<a@b> SIZE=3", "a@b"},
    {"mail from: a@b SIZE=3", SMTP_MAIL, "mail", "from: a@b SIZE=3", "a@b"},
    {"MAIL FROM:<>", SMTP_MAIL, "MAIL", "FROM:<>", ""},
    {"MAIL <a@b>", SMTP_OTHER, "MAIL", "<a@b>", ""}, /* no FROM */
    {"RCPT TO:<\"x>y\"@b>", SMTP_RCPT, "RCPT", "TO:<\"x>y\"@b>", "\"x>y\"@b"},
    {"DATA", SMTP_DATA, "DATA", "", ""},
    {"DATABASE", SMTP_OTHER, "DATABASE", "", ""},
    {"NOOP x", SMTP_OTHER, "NOOP", "x", ""},
    {"XCLIENT ADDR=1", SMTP_OTHER, "XCLIENT", "ADDR=1", ""},
    {" \t", SMTP_OTHER, "", "", ""},
    {"", SMTP_OTHER, "", "", ""},
};

static void assert_text(struct bytes b, const char *text)
{
    if (b.n != strlen(text) || (b.n && memcmp(b.at, text, b.n) != 0))
        fail_msg("\"%.*s\" in place of \"%s\"", (int)b.n, b.n ? (const char *)b.at : "", text);
}

static void commands_are_decoded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct smtp_command c;

        smtp_read_command(bytes_of(lines[i].text), &c);
        assert_int_equal(c.kind, SMTP_COMMAND);
        assert_int_equal(c.verb, lines[i].verb);
        assert_text(c.word, lines[i].word);
        assert_text(c.argument, lines[i].argument);
        assert_text(c.path, lines[i].path);
    }
}

static void chunks_are_decoded(void **state)
{
    struct smtp_command c;

    (void)state;
    smtp_read_command(bytes_of("BDAT 86 LAST"), &c);
    assert_true(c.verb == SMTP_BDAT && c.chunk_size == 86 && c.chunk_last && !c.malformed);
    smtp_read_command(bytes_of("bdat 0"), &c);
    assert_true(c.verb == SMTP_BDAT && c.chunk_size == 0 && !c.chunk_last && !c.malformed);
    smtp_read_command(bytes_of("BDAT LAST"), &c);
    assert_true(c.verb == SMTP_BDAT && c.malformed);
    smtp_read_command(bytes_of("BDAT 99999999999999999999999 LAST"), &c); /* no overflow */
    assert_true(c.verb == SMTP_BDAT && c.chunk_size < UINT64_MAX / 2);
}

static void expect_auth(const char *text, enum smtp_mechanism mechanism,
                        enum smtp_credential credential, const char *response)
{
    struct smtp_command c;

    smtp_read_command(bytes_of(text), &c);
    assert_int_equal(c.verb, SMTP_AUTH);
    assert_int_equal(c.mechanism, mechanism);
    assert_int_equal(c.credential, credential);
    assert_text(c.response, response);
}

static void auth_is_decoded(void **state)
{
    (void)state;
    expect_auth("AUTH PLAIN", SMTP_AUTH_PLAIN, SMTP_CREDENTIAL_NONE, "");
    expect_auth("AUTH plain AHgAeQ==", SMTP_AUTH_PLAIN, SMTP_CREDENTIAL_BOTH, "AHgAeQ==");
    expect_auth("auth LOGIN", SMTP_AUTH_LOGIN, SMTP_CREDENTIAL_NONE, "");
    expect_auth("AUTH LOGIN dXNlcg==", SMTP_AUTH_LOGIN, SMTP_CREDENTIAL_USER, "dXNlcg==");
    expect_auth("AUTH SCRAM-SHA-256 eA==", SMTP_AUTH_SCRAM, SMTP_CREDENTIAL_NAMED, "eA==");
    expect_auth("AUTH CRAM-MD5", SMTP_AUTH_CRAM_MD5, SMTP_CREDENTIAL_NONE, "");
    expect_auth("AUTH X-OWN", SMTP_AUTH_OTHER, SMTP_CREDENTIAL_NONE, "");
}

static void users_are_read(void **state)
{
    struct smtp_plain plain = {0};
    struct bytes user;

    (void)state;
    assert_true(smtp_read_user(bytes_of("AHVzZXIAcHdk"), SMTP_AUTH_PLAIN, SMTP_CREDENTIAL_BOTH,
                               &plain, &user));
    assert_text(user, "user"); /* RFC 4616: NUL user NUL pwd */
    buf_clear(&plain.decoded);
    assert_true(
        smtp_read_user(bytes_of("dXNlcg=="), SMTP_AUTH_LOGIN, SMTP_CREDENTIAL_USER, &plain, &user));
    assert_text(user, "user");
    assert_false(
        smtp_read_user(bytes_of("cHdk"), SMTP_AUTH_LOGIN, SMTP_CREDENTIAL_PASSWORD, &plain, &user));
    assert_false(
        smtp_read_user(bytes_of("*"), SMTP_AUTH_LOGIN, SMTP_CREDENTIAL_USER, &plain, &user));
    buf_fini(&plain.decoded);
    buf_fini(&plain.ascii);
}

/* What each mechanism's own document has as an example. */
static void users_of_mechanisms(void **state)
{
    static const struct {
        enum smtp_mechanism mechanism;
        const char *base64, *user; /* user NULL: none */
    } cases[] = {
        /* RFC 2195 section 2 */
        {SMTP_AUTH_CRAM_MD5, "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw", "tim"},
        {SMTP_AUTH_CRAM_MD5, "dGlt", NULL},
        /* RFC 2831 section 4: charset=utf-8,username="chris",realm=... */
        {SMTP_AUTH_DIGEST_MD5,
         "Y2hhcnNldD11dGYtOCx1c2VybmFtZT0iY2hyaXMiLHJlYWxtPSJlbHdvb2QiLA==", "chris"},
        /* user=someuser@example.com^Aauth=Bearer x^A^A */
        {SMTP_AUTH_XOAUTH2,
         "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB4AQE=", "someuser@example.com"},
        /* RFC 7628 section 4.1: n,a=user@example.com,^Ahost=... */
        {SMTP_AUTH_OAUTHBEARER,
         "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyAQE=", "user@example.com"},
        /* RFC 5802 section 5: n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL */
        {SMTP_AUTH_SCRAM, "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM", "user"},
        {SMTP_AUTH_SCRAM, "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM",
         NULL}, /* the final message */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct smtp_plain plain = {0};
        struct bytes user;
        bool found = smtp_read_user(bytes_of(cases[i].base64), cases[i].mechanism,
                                    SMTP_CREDENTIAL_NAMED, &plain, &user);

        assert_int_equal(found, cases[i].user != NULL);
        if (found)
            assert_text(user, cases[i].user);
        buf_fini(&plain.decoded);
        buf_fini(&plain.ascii);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_decoded), cmocka_unit_test(chunks_are_decoded),
        cmocka_unit_test(auth_is_decoded),      cmocka_unit_test(users_are_read),
        cmocka_unit_test(users_of_mechanisms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
