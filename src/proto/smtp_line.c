/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/smtp_line.h"

#include <string.h>

#include "base/base64.h"
#include "base/number.h"
#include "proto/sasl.h"

#define CHUNK_SIZE_MAX ((UINT64_C(10) << 56) - 1)
#define SURE_LINE_MAX  1024 /* of a command that is distinguished from text */

/* --- commands --- */

static const struct {
    const char *word;
    enum smtp_verb verb;
    enum smtp_line line;
    const char *follow; /* what must follow the word, or NULL: a blank or nothing */
} verbs[] = {
    {"HELO", SMTP_HELO, SMTP_LINE_OWN, NULL},
    {"EHLO", SMTP_HELO, SMTP_LINE_OWN, NULL},
    {"LHLO", SMTP_HELO, SMTP_LINE_OWN, NULL},
    {"MAIL", SMTP_MAIL, SMTP_LINE_OWN, "FROM"},
    {"RCPT", SMTP_RCPT, SMTP_LINE_OWN, "TO"},
    {"DATA", SMTP_DATA, SMTP_LINE_SHARED, NULL},
    {"BDAT", SMTP_BDAT, SMTP_LINE_SHARED, NULL},
    {"RSET", SMTP_RSET, SMTP_LINE_COMMON, NULL},
    {"AUTH", SMTP_AUTH, SMTP_LINE_COMMON, NULL},
    {"STARTTLS", SMTP_STARTTLS, SMTP_LINE_SHARED, NULL},
    {"QUIT", SMTP_QUIT, SMTP_LINE_COMMON, NULL},
    {"NOOP", SMTP_OTHER, SMTP_LINE_COMMON, NULL},
    {"HELP", SMTP_OTHER, SMTP_LINE_COMMON, NULL},
    {"VRFY", SMTP_OTHER, SMTP_LINE_SHARED, NULL},
    {"EXPN", SMTP_OTHER, SMTP_LINE_SHARED, NULL},
};
#define VERB_COUNT (sizeof verbs / sizeof *verbs)

/* Which verb a line begins with; its index, or -1. */
static int find_verb(struct bytes line)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        struct bytes rest = bytes_skip(line, strlen(verbs[i].word));

        if (!line.n || (line.at[0] ^ verbs[i].word[0]) & ~0x20 || /* the quick look first */
            !bytes_begin_nocase(line, verbs[i].word) ||
            (rest.n && rest.at[0] != ' ' && rest.at[0] != '\t' && rest.at[0] != '\r'))
            continue;
        if (!verbs[i].follow || bytes_begin_nocase(bytes_trim(rest), verbs[i].follow))
            return (int)i;
    }
    return -1;
}

enum smtp_line smtp_classify_line(struct bytes line)
{
    int i = find_verb(line);

    return i < 0 ? SMTP_LINE_OTHER : verbs[i].line;
}

bool smtp_may_begin_verb(struct bytes in)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        size_t n = strlen(verbs[i].word);
        char word[16];

        memcpy(word, verbs[i].word, n + 1);
        if (in.n < n)
            word[in.n] = '\0';
        if (bytes_begin_nocase(in, word))
            return true;
    }
    return false;
}

/* Past a quoted string or a quoted pair that begins at `n`; else the next byte. */
static size_t next_in_path(struct bytes in, size_t n)
{
    if (in.at[n] != '"')
        return n + 1;
    for (n++; n < in.n && in.at[n] != '"'; n++)
        n += in.at[n] == '\\';
    return n + 1;
}

/* The first byte of `stop`, one to three of them, outside quotes; in.n when there is none. */
static size_t find_in_path(struct bytes in, const char *stop)
{
    char a = stop[0], b = stop[1] ? stop[1] : a, c = stop[1] && stop[2] ? stop[2] : a;
    size_t n = 0;

    while (n < in.n && in.at[n] != (uint8_t)a && in.at[n] != (uint8_t)b && in.at[n] != (uint8_t)c)
        n = next_in_path(in, n);
    return n < in.n ? n : in.n;
}

/* Where "Phrase <path>" has its bracket; 0 when the line begins with a path.  A parameter's value
 * (AUTH=<>) is none. */
static size_t find_bracket(struct bytes in)
{
    struct bytes word = in, rest;
    size_t blank, n;

    if (!in.n || in.at[0] == '<') /* the usual way */
        return 0;
    blank = word.n = find_in_path(in, " \t");
    rest = bytes_skip(in, blank);
    if (!word.n || find_in_path(word, "@") < word.n)
        return 0;
    n = find_in_path(rest, "<");
    return n && n < rest.n && (rest.at[n - 1] == ' ' || rest.at[n - 1] == '\t') ? blank + n : 0;
}

/* RFC 5321 section 4.1.2: the path between < and >; where they are left out, up to the first
 * blank.  Servers take more than that: a phrase in front, blanks inside, brackets too many. */
static struct bytes read_path(struct bytes line, size_t word, const char *keyword)
{
    struct bytes rest = bytes_trim(bytes_skip(line, word));
    bool bracket;

    rest = bytes_trim(bytes_skip(rest, strlen(keyword)));
    if (rest.n && rest.at[0] == ':')
        rest = bytes_trim(bytes_skip(rest, 1));
    rest = bytes_skip(rest, find_bracket(rest));
    bracket = rest.n && rest.at[0] == '<';
    while (rest.n && rest.at[0] == '<')
        rest = bytes_trim(bytes_skip(rest, 1));
    if (bracket && memchr(rest.at, '<', rest.n)) /* "<Phrase <path>>" */
        rest = bytes_skip(rest, find_bracket(rest));
    if (rest.n && rest.at[0] == '<')
        rest = bytes_trim(bytes_skip(rest, 1));
    rest.n = find_in_path(rest, bracket ? ">" : " \t>");
    return bytes_trim(rest);
}

static void read_bdat(struct smtp_command *c)
{
    struct bytes argument = c->argument;
    size_t i = number_prefix(argument, CHUNK_SIZE_MAX, &c->chunk_size);

    struct bytes rest = bytes_trim(bytes_skip(argument, i));

    c->chunk_last = bytes_equal_nocase(rest, "LAST");
    c->malformed = !i || (rest.n && !c->chunk_last);
}

/* RFC 4954 section 4: AUTH mechanism [initial-response]. */
static void read_auth(struct smtp_command *c)
{
    struct bytes response = c->argument, mechanism = bytes_take_word(&response);

    c->mechanism = sasl_mechanism(mechanism);
    if (response.n && c->mechanism == SMTP_AUTH_PLAIN)
        c->credential = SMTP_CREDENTIAL_BOTH;
    else if (response.n && c->mechanism == SMTP_AUTH_LOGIN)
        c->credential = SMTP_CREDENTIAL_USER;
    else if (response.n)
        c->credential = SMTP_CREDENTIAL_NAMED;
    c->response = response;
}

void smtp_read_command(struct bytes line, struct smtp_command *c)
{
    int i = find_verb(line);
    size_t word = i < 0 ? 0 : strlen(verbs[i].word);

    memset(c, 0, sizeof *c);
    if (i < 0) {
        c->argument = line;
        c->word = bytes_take_word(&c->argument);
        return;
    }
    c->verb = verbs[i].verb;
    c->word = (struct bytes){line.at, word};
    c->argument = bytes_trim(bytes_skip(line, word));
    if (c->verb == SMTP_MAIL || c->verb == SMTP_RCPT)
        c->path = read_path(line, word, verbs[i].follow);
    else if (c->verb == SMTP_BDAT)
        read_bdat(c);
    else if (c->verb == SMTP_AUTH)
        read_auth(c);
}

static bool holds_user(enum smtp_credential credential)
{
    return credential == SMTP_CREDENTIAL_BOTH || credential == SMTP_CREDENTIAL_USER ||
           credential == SMTP_CREDENTIAL_NAMED;
}

bool smtp_read_user(struct bytes text, enum smtp_mechanism mechanism,
                    enum smtp_credential credential, struct smtp_plain *plain, struct bytes *user)
{
    const uint8_t *nul;

    if (!holds_user(credential) || !base64_decode(bytes_trim(text), &plain->decoded))
        return false;
    *user = buf_view(&plain->decoded);
    if (credential == SMTP_CREDENTIAL_NAMED)
        return sasl_user(mechanism, *user, &plain->ascii, user);
    if (credential == SMTP_CREDENTIAL_USER)
        return true;
    /* RFC 4616: [authzid] NUL authcid NUL passwd */
    nul = user->n ? memchr(user->at, 0, user->n) : NULL;
    *user = nul ? bytes_skip(*user, (size_t)(nul - user->at) + 1) : BYTES_NONE;
    nul = user->n ? memchr(user->at, 0, user->n) : NULL;
    if (nul)
        user->n = (size_t)(nul - user->at);
    return true;
}

bool smtp_read_password(struct bytes text, enum smtp_credential credential,
                        struct smtp_plain *plain, struct bytes *password)
{
    const uint8_t *nul;

    if ((credential != SMTP_CREDENTIAL_BOTH && credential != SMTP_CREDENTIAL_PASSWORD) ||
        (buf_clear(&plain->decoded), !base64_decode(bytes_trim(text), &plain->decoded)))
        return false;
    *password = buf_view(&plain->decoded);
    for (int i = 0; i < 2 && credential == SMTP_CREDENTIAL_BOTH; i++) { /* RFC 4616 */
        nul = password->n ? memchr(password->at, 0, password->n) : NULL;
        *password = nul ? bytes_skip(*password, (size_t)(nul - password->at) + 1) : BYTES_NONE;
    }
    return password->n != 0;
}

/* Words like HELP and DATA begin sentences, too; alone on a line they are commands. */
static bool is_sure_command(struct bytes line)
{
    int i = find_verb(line);

    return i >= 0 && (verbs[i].line == SMTP_LINE_OWN ||
                      bytes_trim(bytes_skip(line, strlen(verbs[i].word))).n == 0);
}

enum smtp_next smtp_classify_next(struct bytes in)
{
    size_t most = in.n < SURE_LINE_MAX ? in.n : SURE_LINE_MAX;
    const uint8_t *end = memchr(in.at, '\n', most);

    if (!smtp_may_begin_verb(in))
        return SMTP_NEXT_OTHER;
    if (!end)
        return in.n < SURE_LINE_MAX ? SMTP_NEXT_MORE : SMTP_NEXT_OTHER;
    return is_sure_command((struct bytes){in.at, (size_t)(end - in.at)}) ? SMTP_NEXT_COMMAND
                                                                         : SMTP_NEXT_OTHER;
}

/* --- replies --- */

bool smtp_read_reply(struct bytes line, int *code, bool *last)
{
    uint64_t value;

    *code = 0;
    if (line.n < 3 || !number_parse((struct bytes){line.at, 3}, 999, &value))
        return false;
    *code = (int)value;
    if (line.n > 3 && line.at[3] != ' ' && line.at[3] != '-')
        return false;
    *last = line.n == 3 || line.at[3] == ' ';
    return *code >= 200 && *code < 600;
}

/* --- detection --- */

static bool is_reply_code(struct bytes server)
{
    for (size_t i = 0; i < 3 && i < server.n; i++)
        if (server.at[i] < '0' || server.at[i] > '9')
            return false;
    return true;
}

/* A greeting that names the protocol is as good as a command (RFC 5321 section 4.2). */
static bool is_banner(struct detect_note *note, struct bytes server)
{
    struct bytes line;

    if (note->no_banner || server.n <= 3 || !is_reply_code(server) ||
        !detect_first_line(server, &line))
        return false;
    note->no_banner = !bytes_find_nocase(line, "SMTP");
    return !note->no_banner;
}

/* The client's bytes are no commands, but the greeting may yet name the protocol. */
static enum guess wait_for_banner(struct bytes server)
{
    struct bytes line;

    return server.n && !detect_first_line(server, &line) ? GUESS_SERVER : GUESS_NO;
}

/* After a greeting, a line that is no command may be one that a firewall has overwritten
 * ("XXXX"), as it has the greeting: the next ones will tell. */
static bool may_be_unknown(const struct detection *d, struct bytes server)
{
    return !d->resync && server.n > 3 && memcmp(server.at, "220", 3) == 0 &&
           (server.at[3] == ' ' || server.at[3] == '-');
}

/* In mid-conversation and with one side only: RFC 5321 section 4.1.1.1 wants a name behind HELO,
 * and Redis has words alone on a line. */
static enum smtp_line classify_unanswered(struct bytes line)
{
    enum smtp_line kind = smtp_classify_line(line);
    struct smtp_command c;

    smtp_read_command(line, &c);
    return c.verb == SMTP_HELO && !c.argument.n ? SMTP_LINE_COMMON : kind;
}

/* Its own commands are certain in the first line, and likely after those of others.
 * note->at: the empty lines, with the whole lines after them that leave it open. */
enum guess smtp_recognise(struct detection *d)
{
    struct detect_note *note = d->note;
    struct bytes client, line, server = d->one_sided ? BYTES_NONE : d->server;

    if (!is_reply_code(server))
        return GUESS_NO;
    if (is_banner(note, server))
        return GUESS_YES;
    client = note->at ? bytes_skip(d->client, note->at) : detect_skip_empty_lines(d);
    while (detect_first_line(client, &line)) {
        enum smtp_line kind =
            d->resync || d->one_sided ? classify_unanswered(line) : smtp_classify_line(line);

        if (kind == SMTP_LINE_OWN || (kind == SMTP_LINE_SHARED && d->resync))
            return note->at ? GUESS_LIKELY : GUESS_YES;
        if (kind == SMTP_LINE_OTHER && !may_be_unknown(d, server))
            return wait_for_banner(server);
        if (!note->at)
            note->at = d->notes->empty_lines;
        note->at += line.n + 1;
        client = bytes_skip(client, line.n + 1);
    }
    if (client.n && !smtp_may_begin_verb(client) && !may_be_unknown(d, server))
        return wait_for_banner(server);
    return GUESS_MORE;
}
