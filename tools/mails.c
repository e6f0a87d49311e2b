/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made-up mails for the tools; see mails.h. */
#include "mails.h"

#include "frames.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The streams of random numbers of one seed; mkpcap's own begin at 1 << 62. */
#define STREAM_MAIL      0
#define STREAM_RECIPIENT (1ull << 61)

enum {
    HEADER_MAX = 2048,
    LINE_MAX_LEN = 76,
    FIRST_DATE = 1149897600 /* 2006-06-10, where the published period begins */
};

static const char *const names[] = {
    "alice", "bruno",  "carla", "daniel", "elena", "fabio",  "gita",  "hassan", "ines",   "joao",
    "keiko", "luis",   "maria", "nadia",  "omar",  "paulo",  "quynh", "rosa",   "sven",   "teresa",
    "ulla",  "victor", "wanda", "xiao",   "yara",  "zoltan", "info",  "sales",  "office", "post"};
static const char *const domains[] = {
    "example.com", "example.net",  "example.org", "a.example", "mail.example",  "shop.example",
    "b.example",   "webmail.test", "isp.example", "c.example", "correo.example"};
static const char *const words[] = {
    "account", "amazing",  "best",  "bonus",     "buy",     "cheap", "click", "credit",
    "dear",    "delivery", "deal",  "doctor",    "easy",    "every", "for",   "free",
    "friend",  "from",     "get",   "guarantee", "here",    "hot",   "in",    "limited",
    "loan",    "low",      "money", "new",       "now",     "of",    "offer", "only",
    "order",   "our",      "pills", "price",     "quality", "rate",  "real",  "replica",
    "save",    "special",  "stock", "the",       "this",    "time",  "to",    "today",
    "trade",   "watch",    "week",  "with",      "win",     "you",   "your",  "zero"};
static const char *const mailers[] = {"Microsoft Outlook Express 6.00.2800.1158",
                                      "The Bat! (v3.0.1) Professional",
                                      "Microsoft Outlook, Build 10.0.2616", "PHP/4.4.2"};

#define PICK(rng, list) ((list)[rng_below((rng), sizeof(list) / sizeof((list)[0]))])

static void *grow(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (!p) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return p;
}

/* C leaves open which argument of a call is made first: draw one after the other. */
static void address_make(struct rng *rng, char address[MAIL_ADDRESS])
{
    const char *first = PICK(rng, names);
    const char *second = PICK(rng, names);
    uint32_t number = rng_below(rng, 10000);
    const char *domain = PICK(rng, domains);

    snprintf(address, MAIL_ADDRESS, "%s.%s%u@%s", first, second, number, domain);
}

void mail_recipient(uint64_t seed, uint64_t number, uint32_t nth, char address[MAIL_ADDRESS])
{
    struct rng rng;

    rng_init(&rng, seed, STREAM_RECIPIENT + (number << 20) + nth);
    address_make(&rng, address);
}

__attribute__((format(printf, 2, 3))) static void add(struct mail *mail, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    mail->len +=
        (size_t)vsnprintf(mail->text + mail->len, mail->room - mail->len, format, arguments);
    va_end(arguments);
}

static void add_header(struct mail *mail, struct rng *rng, uint64_t seed, uint64_t number)
{
    char to[MAIL_ADDRESS], date[64];
    time_t when = (time_t)(FIRST_DATE + number % 100000000);
    unsigned long long serial = number;
    const char *host = PICK(rng, domains), *mailer = PICK(rng, mailers);
    const char *charset = rng_below(rng, 2) ? "us-ascii" : "iso-8859-1";
    const char *type = rng_below(rng, 3) ? "plain" : "html";
    const char *name[2], *subject[3];
    struct tm tm;

    for (int i = 0; i < 2; i++)
        name[i] = PICK(rng, names);
    for (int i = 0; i < 3; i++)
        subject[i] = PICK(rng, words);
    gmtime_r(&when, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    mail_recipient(seed, number, 0, to);
    add(mail, "Message-ID: <%08x$%llu@%s>\r\n", (unsigned)rng_next(rng), serial, host);
    add(mail, "From: \"%s %s\" <%s>\r\nTo: <%s>\r\n", name[0], name[1], mail->from, to);
    add(mail, "Subject: %s %s %s no. %llu\r\nDate: %s\r\n", subject[0], subject[1], subject[2],
        serial, date);
    add(mail, "MIME-Version: 1.0\r\nContent-Type: text/%s;\r\n\tcharset=\"%s\"\r\n", type, charset);
    add(mail, "Content-Transfer-Encoding: 7bit\r\nX-Mailer: %s\r\n\r\n", mailer);
}

/* One line of at most `most` bytes without its end; now and then one that tries the parsers. */
static size_t line_make(struct rng *rng, char *line, size_t most)
{
    static const char *const odd[] = {".", "..", ".hidden .profile", "From the start", "QUIT", ""};
    size_t len = 0, want = 40 + rng_below(rng, 36);
    uint32_t kind = rng_below(rng, 16), id = rng_below(rng, 1000000);
    const char *domain = PICK(rng, domains);

    if (kind < 2)
        len = (size_t)snprintf(line, LINE_MAX_LEN, "%s", PICK(rng, odd));
    else if (kind == 2)
        len = (size_t)snprintf(line, LINE_MAX_LEN, "http://www.%s/?id=%u", domain, id);
    while (kind > 2 && len < want) {
        const char *word = PICK(rng, words);
        size_t n = strlen(word);

        memcpy(line + len, word, n);
        len += n;
        line[len++] = ' ';
    }
    return len < most ? len : most;
}

static void add_body(struct mail *mail, struct rng *rng, size_t body)
{
    char line[LINE_MAX_LEN + 32];

    while (body >= 2) {
        size_t len = line_make(rng, line, body - 2);

        if (body - len - 2 == 1) /* one byte cannot be a line: leave three or none */
            len = len ? len - 1 : 1;
        if (len == 1 && body == 3)
            line[0] = '.';
        memcpy(mail->text + mail->len, line, len);
        memcpy(mail->text + mail->len + len, "\r\n", 2);
        mail->len += len + 2;
        body -= len + 2;
    }
}

static void mail_stuff(struct mail *mail)
{
    char *out = mail->wire;
    bool start = true;

    for (size_t i = 0; i < mail->len; i++) {
        if (start && mail->text[i] == '.')
            *out++ = '.';
        start = mail->text[i] == '\n';
        *out++ = mail->text[i];
    }
    memcpy(out, ".\r\n", 3);
    mail->wire_len = (size_t)(out + 3 - mail->wire);
}

static void mail_reserve(struct mail *mail, size_t room)
{
    if (mail->room >= room)
        return;
    mail->room = room;
    mail->wire_room = room * 3 / 2 + 8; /* shortest stuffed line: three bytes to four */
    mail->text = grow(mail->text, mail->room);
    mail->wire = grow(mail->wire, mail->wire_room);
}

void mail_set(struct mail *mail, const char *text, size_t len)
{
    mail_reserve(mail, len);
    memcpy(mail->text, text, len);
    mail->len = len;
    mail_stuff(mail);
}

void mail_make(struct mail *mail, uint64_t seed, uint64_t number, size_t body)
{
    struct rng rng;

    mail_reserve(mail, body + HEADER_MAX);
    mail->len = 0;
    rng_init(&rng, seed, STREAM_MAIL + number);
    address_make(&rng, mail->from);
    add_header(mail, &rng, seed, number);
    add_body(mail, &rng, body);
    mail_stuff(mail);
}

void mail_free(struct mail *mail)
{
    free(mail->text);
    free(mail->wire);
    memset(mail, 0, sizeof *mail);
}
