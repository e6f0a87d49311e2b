/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --redact leaves of texts, cells, addresses and payloads.  The hashes were computed with
 * Python's hmac, the permutation with SipHash written there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redact/redact.c"

#define KEY "a key for tests: not a secret..."

#define JOHN     "61d7c2c922fe164c" /* address:john.smith@example.com */
#define JOHN_ORG "b8a76acceeff3b72" /* address:john.smith@example.org */
#define MARY     "5f4f52da308cf0ed" /* address:mary@example.net */
#define QUOTED   "1f7a5753192f7658" /* address:"john smith"@example.com */
#define VERP     "f03008c40650361c" /* address:bounce-john.smith=example.com@list.example */
#define ALONE    "cfaa830a703930e5" /* address:ann@ */
#define OLD      "1e0fc436e8341a4e" /* address:old@example.com */
#define JOE      "f197d4716852ba44" /* user:joe:secret */
#define LOGIN    "c719f991be5822cd" /* user:joe */
#define PASSWORD "1f0d4921a4c10c31" /* password:secret */
#define SUBJECT  "e31bbcfdd7c56e62" /* text:Subject */
#define UID      "80e747fbc374ad76" /* uid:192.0.2.1 1 192.0.2.2 2 2006 */
#define X400     "36601fe90f5c200e" /* address:/g=john/s=smith/@gw.example */
#define INFO     "f5126aea6ddf1ed5" /* address:info@example.com */
#define TWO      "d507a7523ee5974e" /* address:a@b */
#define THREE    "0ed4f6517fd9eba5" /* address:b@c.example */
#define UTF8     "492b0c1d3c2ae019" /* address:jürgen@example.com */

static struct redact *make(enum redact_level level)
{
    struct redact_policy policy = {.level = level, .key_bytes = strlen(KEY)};

    memcpy(policy.key, KEY, strlen(KEY));
    return redact_new(&policy);
}

static const char *mask(struct redact *r, enum column_holds holds, const char *text)
{
    static char out[4096];
    const struct row_mask *m = redact_mask(r);
    struct bytes left = m->text(m->context, holds, bytes_of(text));

    snprintf(out, sizeof out, "%.*s", (int)left.n, left.n ? (const char *)left.at : "");
    return out;
}

static struct address address_of(const char *text)
{
    struct address a;

    assert_true(address_parse(text, strlen(text), &a));
    return a;
}

/* --- the hash --- */

static void test_hmac(void **state)
{
    /* RFC 4231, cases 2 and 6 */
    static const uint8_t two[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e},
                         six[] = {0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f};
    struct digest *d = digest_new();
    uint8_t long_key[131], out[SHA256_BYTES];
    struct hmac h;

    (void)state;
    hmac_init(&h, d, bytes_of("Jefe"));
    hmac_begin(&h);
    hmac_add(&h, bytes_of("what do ya want "));
    hmac_add(&h, bytes_of("for nothing?"));
    hmac_end(&h, out);
    assert_memory_equal(out, two, sizeof two);
    memset(long_key, 0xaa, sizeof long_key);
    hmac_init(&h, d, (struct bytes){long_key, sizeof long_key});
    hmac_begin(&h);
    hmac_add(&h, bytes_of("Test Using Larger Than Block-Size Key - Hash Key First"));
    hmac_end(&h, out);
    assert_memory_equal(out, six, sizeof six);
    hmac_fini(&h);
    digest_free(d);
}

/* --- text --- */

static const struct {
    const char *text, *left;
} texts[] = {
    {"nothing here", "nothing here"},
    {"to john.smith@example.com!", "to " JOHN "@example.com!"},
    {"<John.Smith@Example.COM>", "<" JOHN "@Example.COM>"},
    {"john.smith@example.org", JOHN_ORG "@example.org"},
    {"\"john smith\"@example.com", QUOTED "@example.com"},
    {"john.smith%40example.com", JOHN "%40example.com"},
    {"john.smith%2540example.com", JOHN "%2540example.com"},
    {"%6Aohn.smith@example.com", JOHN "@example.com"},
    {"john&#46;smith&#64;example.com", JOHN "&#64;example.com"},
    {"john.smith&#x40;example&period;com", JOHN "&#x40;example&period;com"},
    {"john.smith\\u0040example.com", JOHN "\\u0040example.com"},
    {"john.smith=40example.com", JOHN "=40example.com"},
    {"<td width=40>", "<td width=40>"},
    {"john.smith\xef\xbc\xa0"
     "example.com",
     JOHN "\xef\xbc\xa0"
          "example.com"},
    {"http://x.example/u?e=john.smith@example.com&n=1",
     "http://x.example/u?e=" JOHN "@example.com&n=1"},
    {"http://x.example/u?a=1&amp;e=john.smith@example.com",
     "http://x.example/u?a=1&amp;e=" JOHN "@example.com"},
    {"http://x.example/u/john.smith@example.com/", "http://x.example/u/" JOHN "@example.com/"},
    {"http://joe:secret@x.example/", "http://" JOE "@x.example/"},
    {"mailto:john.smith@example.com", "mailto:" JOHN "@example.com"},
    {"'john.smith@example.com'", "'" JOHN "@example.com'"},
    {"<bounce-john.smith=example.com@list.example>", "<" VERP "@list.example>"},
    {"/G=john/S=smith/@gw.example", X400 "@gw.example"},
    {"ann@, and more", ALONE "@, and more"},
    {"a@b@c.example", TWO "@" THREE "@c.example"},
    {"old @ example.com", OLD " @ example.com"},
    {"old\r\n @example.com", OLD "\r\n @example.com"},
    {"meet @ 5pm, @handle", "meet @ 5pm, @handle"},
    {"j\xc3\xbcrgen@example.com", UTF8 "@example.com"},
    {"X =?utf-8?B?am9obkBleGFtcGxlLmNvbQ==?= Y", "X =?redacted?= Y"},
    {"=?utf-8?Q?john=40exam?= =?x?b?ple?= =?", "=?redacted?= =?redacted?= =?"},
    {"=?utf-8?B?am9obkBleGFtcGxl", "=?redacted?="},
    {"", ""},
};

static void test_text(void **state)
{
    struct redact *r = make(REDACT_RECIPIENTS);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(mask(r, HOLDS_FREE, texts[i].text), texts[i].left);
    redact_free(r);
}

static const struct {
    const char *text, *left;
} known[] = {
    {"Dear john.smith, you", "Dear " JOHN ", you"},
    {"Dear John.Smith: you", "Dear " JOHN ": you"},
    {"john.smithson xjohn.smith", "john.smithson xjohn.smith"},
    {"?u=john%2Esmith&", "?u=" JOHN "&"},
    {"from info to mary and ed", "from info to " MARY " and ed"},
    {"mary@mary.example", "c5217b73ab3951ca@mary.example"},
    {"info@example.com", INFO "@example.com"},
    /* john.smith@example.com, 1 and 2 bytes behind a multiple of three, and the local part alone */
    {"/u/am9obi5zbWl0aEBleGFtcGxlLmNvbQ==/", "/u/" JOHN "/"},
    {"/u/PGpvaG4uc21pdGhAZXhhbXBsZS5jb20-/", "/u/" JOHN "/"},
    {"/u/eyJqb2huLnNtaXRoQGV4YW1wbGUuY29tIn0/", "/u/" JOHN "/"},
    {"/u/am9obi5zbWl0aA==/", "/u/" JOHN "/"},
    {"/u/SGVsbG8gV29ybGQ=/", "/u/SGVsbG8gV29ybGQ=/"},
    {"id=006a6F686E2e736d69746800;", "id=" JOHN ";"},
    /* info@example.com: of a role the whole address only */
    {"/u/aW5mb0BleGFtcGxlLmNvbQ/", "/u/" INFO "/"},
    {"/u/aW5mbw/", "/u/aW5mbw/"},
};

static void test_known(void **state)
{
    struct redact *r = make(REDACT_RECIPIENTS);
    struct address none = {.family = 0};

    (void)state;
    redact_connection(r, &none, &none);
    redact_recipients(r, bytes_of("John.Smith@example.com\nmary@example.net\ned@example.com\n"
                                  "info@example.com\nmary@other.example\n"));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_string_equal(mask(r, HOLDS_FREE, known[i].text), known[i].left);
    redact_connection(r, &none, &none); /* and of no message */
    assert_string_equal(mask(r, HOLDS_FREE, "Dear john.smith,"), "Dear john.smith,");
    redact_free(r);
}

/* As many as there may be, that begin with each other, in a text of them: it ends soon. */
static void test_hostile(void **state)
{
    struct redact *r = make(REDACT_RECIPIENTS);
    struct address none = {.family = 0};
    struct buf recipients = {0}, text = {0};
    const struct row_mask *m = redact_mask(r);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        for (int j = 0; j < i; j++)
            buf_append_byte(&recipients, 'a');
        buf_append_text(&recipients, "\n");
    }
    for (int i = 0; i < 1 << 20; i++)
        buf_append_byte(&text, i % 1500 ? 'a' : ' ');
    redact_connection(r, &none, &none);
    redact_recipients(r, buf_view(&recipients));
    assert_true(m->text(m->context, HOLDS_FREE, buf_view(&text)).n > 0);
    redact_free(r);
    buf_fini(&recipients);
    buf_fini(&text);
}

/* --- cells --- */

static void test_cells(void **state)
{
    static const struct {
        enum column_holds holds;
        const char *text, *recipients, *addresses, *content;
    } cells[] = {
        {HOLDS_OPEN, "a@b", "a@b", "a@b", "a@b"},
        {HOLDS_DIGEST, "a@b", "a@b", "a@b", "a@b"},
        {HOLDS_FLOW, "1:x", "1:x", "", ""},
        {HOLDS_MAILBOX, "john.smith@example.com", JOHN "@example.com", JOHN "@example.com",
         JOHN "@example.com"},
        {HOLDS_MAILBOX, "joe", LOGIN, LOGIN, LOGIN},
        {HOLDS_MAILBOX, "<>", "<>", "<>", "<>"},
        {HOLDS_MAILBOX, "x@[192.0.2.10]", "0430edc184d93e57@[192.0.2.10]",
         "0430edc184d93e57@[192.0.2.60]", "0430edc184d93e57@[192.0.2.60]"},
        {HOLDS_DOMAIN, "example.com> b@c", "example.com", "example.com", "example.com"},
        {HOLDS_SECRET, "secret", PASSWORD, PASSWORD, PASSWORD},
        {HOLDS_FREE, "[192.0.2.10] x", "[192.0.2.10] x", "[192.0.2.60] x", "[192.0.2.60] x"},
        {HOLDS_FREE, "1920.192.0.2.100", "1920.192.0.2.100", "1920.192.0.2.100",
         "1920.192.0.2.100"},
        {HOLDS_FREE, "h10-2-0-192.isp.example c000020A", "h10-2-0-192.isp.example c000020A",
         "h192.0.2.60.isp.example 192.0.2.60", "h192.0.2.60.isp.example 192.0.2.60"},
        {HOLDS_FREE, "by 2001:DB8:1::10.", "by 2001:DB8:1::10.",
         "by 2001:db8:1:74f9:f99a:fd2e:ca5a:6330.", "by 2001:db8:1:74f9:f99a:fd2e:ca5a:6330."},
        {HOLDS_CONTENT, "Subject", "Subject", "Subject", SUBJECT},
        {HOLDS_LINK, "http://x.example/", "http://x.example/", "http://x.example/", ""},
        {HOLDS_TARGET, "http://joe:secret@x.example:80/path", "http://" JOE "@x.example:80/path",
         "http://" JOE "@x.example:80/path", "http://" JOE "@x.example:80"},
        {HOLDS_TARGET, "x.example:25", "x.example:25", "x.example:25", "x.example:25"},
        {HOLDS_BYTES, "SSH-2.0-x\r\n", "SSH-2.0-x\r\n", "SSH-2.0-x\r\n", ""},
        {HOLDS_BYTES, "USER joe\r\nPASS secret\r\nLIST\r\n",
         "USER [redacted]\r\nPASS [redacted]\r\nLIST\r\n",
         "USER [redacted]\r\nPASS [redacted]\r\nLIST\r\n", ""},
        {HOLDS_BYTES, "a1 login joe secret", "a1 login [redacted]", "a1 login [redacted]", ""},
        {HOLDS_BYTES, "AUTH LOGIN\r\nam9l\r\n", "AUTH [redacted]\r\n[redacted]",
         "AUTH [redacted]\r\n[redacted]", ""},
        {HOLDS_BYTES, "GET / HTTP/1.1\r\nAuthorization: Basic am9l\r\n\r\nuser=joe",
         "GET / HTTP/1.1\r\nAuthorization: [redacted]\r\n\r\n[redacted]",
         "GET / HTTP/1.1\r\nAuthorization: [redacted]\r\n\r\n[redacted]", ""},
        {HOLDS_BYTES, "\1\2joe", "[redacted: ce4ae73ed60d4e15]", "[redacted: ce4ae73ed60d4e15]",
         ""},
    };
    struct address v4 = address_of("192.0.2.10"), v6 = address_of("2001:db8:1::10");

    (void)state;
    for (int level = REDACT_RECIPIENTS; level <= REDACT_CONTENT; level++) {
        struct redact *r = make(level);

        redact_connection(r, &v4, &v6);
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
            const char *expected[] = {[REDACT_RECIPIENTS] = cells[i].recipients,
                                      [REDACT_ADDRESSES] = cells[i].addresses,
                                      [REDACT_CONTENT] = cells[i].content};

            assert_string_equal(mask(r, cells[i].holds, cells[i].text), expected[level]);
        }
        redact_free(r);
    }
    assert_null(redact_new(NULL));
    assert_null(make(REDACT_NOTHING));
}

static void expect_address(struct redact *r, enum column_holds holds, const char *text,
                           const char *left)
{
    struct address a = address_of(text);
    char out[ADDRESS_TEXT_MAX];

    redact_mask(r)->address(redact_mask(r)->context, holds, &a);
    address_format(&a, out);
    assert_string_equal(out, left);
}

static void test_addresses(void **state)
{
    struct redact *r = make(REDACT_ADDRESSES), *less = make(REDACT_RECIPIENTS);
    struct address source = address_of("192.0.2.10"), none = {.family = 0};
    char uid[REDACT_DIGITS];
    bool seen[256] = {false};

    (void)state;
    redact_connection(r, &source, &none);
    redact_connection(less, &source, &none);
    expect_address(r, HOLDS_SOURCE, "192.0.2.10", "192.0.2.60");
    expect_address(r, HOLDS_SOURCE, "192.0.2.1", "192.0.2.223");
    expect_address(r, HOLDS_SOURCE, "2001:db8:1::10", "2001:db8:1:74f9:f99a:fd2e:ca5a:6330");
    expect_address(r, HOLDS_PEER, "192.0.2.10", "192.0.2.60");
    expect_address(r, HOLDS_PEER, "192.0.2.1", "192.0.2.1");
    expect_address(less, HOLDS_SOURCE, "192.0.2.10", "192.0.2.10");
    for (unsigned i = 0; i < 256; i++) { /* none becomes another's */
        struct address a = address_v4((const uint8_t[]){198, 51, 100, (uint8_t)i});

        redact_mask(r)->address(redact_mask(r)->context, HOLDS_SOURCE, &a);
        assert_false(seen[a.bytes[3]]);
        seen[a.bytes[3]] = true;
    }
    assert_true(redact_uid(r, bytes_of("192.0.2.1 1 192.0.2.2 2 2006"), uid));
    assert_memory_equal(uid, UID, sizeof uid);
    assert_false(redact_uid(less, bytes_of("x"), uid));
    redact_free(r);
    redact_free(less);
}

/* A column says what it holds; who adds one has to think of it. */
static bool is_ours(const struct record_schema *s, const struct column *c)
{
    static const char *const names[] = {
        "sensor",   "service", "src_cc", "src_as_name", "target_cc", "target_as_name",
        "protocol", "end",     "flags",  "module",      "class",     "error",
        "language", "probe",   "tags",   "mail_flags",  "part",      "reasons",
        "kind",     "modules", "ports",  "languages",   "varies",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(c->name, names[i]))
            return true;
    print_error("%s.csv: %s is text that a stranger may have written, or add it here\n", s->name,
                c->name);
    return false;
}

static void test_columns(void **state)
{
    (void)state;
    for (int file = 0; file < RECORD_FILE_COUNT; file++)
        for (unsigned i = 0; i < record_schema(file)->column_count; i++) {
            const struct column *c = &record_schema(file)->columns[i];

            switch (c->type) {
            case COLUMN_IP:
                assert_true(c->holds == HOLDS_SOURCE || c->holds == HOLDS_PEER);
                break;
            case COLUMN_HEX:
                assert_true(c->holds == HOLDS_UID || c->holds == HOLDS_DIGEST);
                break;
            case COLUMN_B64:
                assert_true(c->holds == HOLDS_BYTES);
                break;
            case COLUMN_TEXT:
                assert_true(c->holds != HOLDS_OPEN || is_ours(record_schema(file), c));
                break;
            default:
                assert_int_equal(c->holds, HOLDS_OPEN);
            }
        }
}

/* --- payloads --- */

static struct buf left;

static void take(void *context, struct bytes bytes)
{
    (void)context;
    buf_append(&left, bytes.at, bytes.n);
}

#define MIME     "Content-Type: multipart/mixed; boundary=\"=_x\"\r\n\r\n"
#define QP       "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
#define BASE64   "VGhpcyBpcyBhIHNlY3JldCBsZXR0ZXIgdG8gam9obi5zbWl0aA==\r\n"
#define REPLACED "[redacted: "

static const struct {
    const char *payload;
    const char *there, *there_too; /* in what is left */
    const char *gone, *gone_too;
} payloads[] = {
    {"To: john.smith@example.com\r\n\r\nDear john.smith,\r\n", "To: " JOHN "@example.com\r\n\r\n",
     "Dear " JOHN ",\r\n", "smith", NULL},
    {QP "john.sm=\r\nith\r\n", QP REPLACED "15 bytes, ", NULL, "john", "ith"},
    {"Content-Transfer-Encoding: \r\n BASE64\r\n\r\n" BASE64, REPLACED, NULL, "VGhp", NULL},
    {MIME "pre\r\n--=_x\r\n\r\nplain\r\n--=_x\r\n" QP
          "hidden\r\n--=_x\r\n\r\nagain\r\n--=_x--\r\nafter",
     "plain\r\n--=_x\r\n", "\r\n--=_x\r\n\r\nagain\r\n--=_x--\r\nafter", "hidden", NULL},
    {MIME "--=_x\r\nContent-Type: application/pdf\r\n\r\nhidden\r\n--=_x\r\n\r\nplain\r\n",
     REPLACED, "plain", "hidden", NULL},
    {MIME "--=_x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n" QP "hidden\r\n",
     "Subject: inner", REPLACED, "hidden", NULL},
    {"Content-Type: text/plain; charset=utf-7\r\n\r\njohn+AEA-example.com\r\n", REPLACED, NULL,
     "AEA", NULL},
    {"Content-Type: text/plain; charset=\"ISO-8859-1\"\r\n\r\nplain\r\n", "plain", NULL, REPLACED,
     NULL},
    {"Content-Type: multipart/mixed; boundary*0=x\r\n\r\n--x\r\n" QP "hidden\r\n", REPLACED, NULL,
     "hidden", NULL},
    {"Subject: x\r\n\r\nfirst\r\n" BASE64 "aGVsbG8=\r\nlast\r\n", "first\r\n" REPLACED, "last",
     "VGhp", "aGVsbG8"},
    {"Subject: x\r\n\r\n=======================================================\r\n", "=====", NULL,
     REPLACED, NULL},
    {"\r\nbegin 644 name\r\n#:F]H\r\nend\r\nplain\r\n", REPLACED, "plain", "F]H", NULL},
    {"\r\nbegin with it\r\n", "begin with it", NULL, REPLACED, NULL},
    {"\r\nThis line of quoted-printable is soft, and a name goes on in the "
     "john.sm=\r\nith\r\nplain\r\n",
     REPLACED, "plain", "john", "ith"},
    {"Subject: x\r\r" BASE64, REPLACED, NULL, "VGhp", NULL},
    {"A: b\r\r\nContent-Transfer-Encoding: base64\r\r\n\r\r\nhidden\r\r\n", REPLACED, NULL,
     "hidden", NULL},
    {"Subject: =?utf-8?B?am9obg==?=\r\n\tmore\r\n\r\n", "Subject: =?redacted?=\r\n\tmore\r\n", NULL,
     "am9obg", NULL},
    {"X: y\r\n" BASE64 "\r\nplain\r\n", "X: y\r\n\t" REPLACED, "plain", "VGhp", NULL},
    {"no end", "no end", NULL, REPLACED, NULL},
};

static void redact_one(struct redact *r, struct bytes text, bool gaps, bool byte_by_byte)
{
    struct payload p;

    buf_clear(&left);
    if (!byte_by_byte) {
        payload_init(&p);
        payload_add(&p, text, &(struct spool_source){.dir_fd = -1});
        assert_true(redact_each(r, &p, gaps, take, NULL));
        payload_fini(&p);
        return;
    }
    redact_payload_begin(&r->payload, gaps, (struct redact_sink){take, NULL});
    for (size_t i = 0; i < text.n; i++)
        redact_payload_put(&r->payload, (struct bytes){text.at + i, 1});
    redact_payload_end(&r->payload);
}

static void expect_payload(struct redact *r, size_t i, bool byte_by_byte)
{
    redact_one(r, bytes_of(payloads[i].payload), false, byte_by_byte);
    if (!strstr(buf_string(&left), payloads[i].there) ||
        (payloads[i].there_too && !strstr(buf_string(&left), payloads[i].there_too)) ||
        strstr(buf_string(&left), payloads[i].gone) ||
        (payloads[i].gone_too && strstr(buf_string(&left), payloads[i].gone_too)))
        fail_msg("payload %zu: %s", i, buf_string(&left));
}

static void test_payloads(void **state)
{
    struct redact *r = make(REDACT_RECIPIENTS);
    struct address none = {.family = 0};

    (void)state;
    redact_connection(r, &none, &none);
    redact_recipients(r, bytes_of("john.smith@example.com\n"));
    for (size_t i = 0; i < 2 * (sizeof payloads / sizeof *payloads); i++)
        expect_payload(r, i / 2, i % 2);
    redact_free(r);
}

/* Of a message with missing bytes only the first headers are kept. */
static void test_gaps(void **state)
{
    struct redact *r = make(REDACT_RECIPIENTS);
    struct address none = {.family = 0};

    (void)state;
    redact_connection(r, &none, &none);
    redact_one(r, bytes_of("Subject: x\r\n" MIME "--=_x\r\n\r\nplain\r\n"), true, false);
    assert_non_null(strstr(buf_string(&left), "Subject: x\r\n" MIME REPLACED "16 bytes, "));
    assert_null(strstr(buf_string(&left), "plain"));
    redact_free(r);
}

/* Lines that are too long to be held, with and without a place to cut them; all parts but the last
 * are multiples of three. */
static size_t odd_parts;

static void take_part(void *context, struct bytes bytes)
{
    take(context, bytes);
    odd_parts += bytes.n % 3 != 0;
}

static void test_long_lines(void **state)
{
    struct redact *r = make(REDACT_RECIPIENTS);
    struct buf text = {0};
    struct payload p;

    (void)state;
    buf_append_text(&text, "\r\n");
    for (int i = 0; i < 30000; i++)
        buf_append_text(&text, "john.smith@example.com ");
    buf_append_text(&text, "\r\n");
    for (int i = 0; i < 200000; i++)
        buf_append_byte(&text, 'j');
    buf_append_text(&text, "@example.com\r\nplain\r\n");
    payload_init(&p);
    payload_add(&p, buf_view(&text), &(struct spool_source){.dir_fd = -1});
    assert_true(redact_each(r, &p, false, take_part, NULL));
    payload_fini(&p);
    assert_null(strstr(buf_string(&left), "smith"));
    assert_null(strstr(buf_string(&left), "jj"));
    assert_non_null(strstr(buf_string(&left), JOHN "@example.com " JOHN "@example.com "));
    assert_non_null(strstr(buf_string(&left), "\r\nplain\r\n"));
    assert_true(odd_parts <= 1);
    buf_fini(&text);
    redact_free(r);
}

/* Without a key there is nothing to try names out with. */
static void test_keyless(void **state)
{
    struct redact *r = redact_new(&(struct redact_policy){.level = REDACT_RECIPIENTS});
    struct address none = {.family = 0};

    (void)state;
    redact_connection(r, &none, &none);
    redact_recipients(r, bytes_of("john.smith@example.com"));
    assert_string_equal(mask(r, HOLDS_MAILBOX, "john.smith@example.com"),
                        "xxxxxxxxxxxxxxxx@example.com");
    assert_string_equal(mask(r, HOLDS_CONTENT, "Dear john.smith, <mary@example.net>"),
                        "Dear xxxxxxxxxxxxxxxx, <xxxxxxxxxxxxxxxx@example.net>");
    redact_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hmac),    cmocka_unit_test(test_text),
        cmocka_unit_test(test_known),   cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_cells),   cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_columns), cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_gaps),    cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_keyless),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    buf_fini(&left);
    return failed;
}
