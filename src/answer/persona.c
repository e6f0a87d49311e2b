/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/persona.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answer/persona_file.h"
#include "base/mem.h"

#define FIRST_MAX  256 /* of what a client says first */
#define WORD_ROOM  256 /* a name or address, and its NUL */
#define TIME_NEVER INT64_MAX

enum wish { /* what `due` is for */
            WISH_NONE,
            WISH_REFUSE, /* bytes of no protocol: say so, when nothing else comes */
            WISH_PAGE,   /* the answer to a POST, when its body is there */
};

enum auth_step { AUTH_NONE, AUTH_PLAIN, AUTH_USER, AUTH_PASSWORD };

struct mailbox { /* a mail server's side of one session */
    char name[WORD_ROOM];
    char helo[WORD_ROOM], from[WORD_ROOM], rcpt[WORD_ROOM];
    unsigned recipients;
    uint64_t size, chunk_left;
    enum auth_step auth;
    bool has_sender, in_text, in_chunk, last_chunk;
};

struct persona {
    struct personas *set;
    const struct persona_file *http, *socks, *relay;
    struct persona_facts facts;
    struct buf out;
    struct buf first;      /* what the client said first, while that is of interest */
    struct mailbox *mail;  /* NULL: none yet */
    char *target, *host;   /* of the newest proxy request; own copies */
    unsigned posted_depth; /* what is said there is a POST's body; 0: none */
    time_us due;           /* TIME_NEVER: nothing waits */
    enum wish wish;
    bool understood; /* some parser knows what the client speaks */
    bool overhears;  /* the client talks to a target that nobody plays */
    bool deaf;       /* the bytes of the request itself are still to be heard */
    bool overheard;  /* ... and that has been told */
    bool closes;
    bool flooded; /* ... because of PERSONA_SAY_MAX */
    bool served;  /* an upload: whatever comes is taken */
    uint64_t serial;
};

/* --- words --- */

static void keep_word(char to[WORD_ROOM], struct bytes from)
{
    size_t n = from.n < WORD_ROOM - 1 ? from.n : WORD_ROOM - 1;

    if (n)
        memcpy(to, from.at, n);
    to[n] = '\0';
}

static struct bytes next_word(struct bytes *rest)
{
    struct bytes word = bytes_trim(*rest);
    size_t n = 0;

    while (n < word.n && word.at[n] != ' ' && word.at[n] != '\t')
        n++;
    *rest = bytes_trim(bytes_skip(word, n));
    word.n = n;
    return word;
}

/* The path of MAIL FROM:<path> and RCPT TO:<path>. */
static struct bytes path_of(struct bytes argument)
{
    const uint8_t *colon = argument.n ? memchr(argument.at, ':', argument.n) : NULL;
    struct bytes rest = colon ? bytes_skip(argument, (size_t)(colon - argument.at) + 1) : argument;
    struct bytes path = next_word(&rest);

    if (path.n && path.at[0] == '<')
        path = bytes_skip(path, 1);
    if (path.n && path.at[path.n - 1] == '>')
        path.n--;
    return path;
}

/* --- saying things --- */

static void format_date(time_us now, bool http, char *text, size_t room)
{
    time_t seconds = now / TIME_SECOND;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(text, room, http ? "%a, %d %b %Y %H:%M:%S GMT" : "%a, %d %b %Y %H:%M:%S +0000", &tm);
}

/* Ten hex digits that look like Postfix's: the time, and a part that differs. */
static void format_queue_id(struct persona *p, time_us now, char text[16])
{
    uint64_t mix = (p->facts.chance + ++p->serial) * UINT64_C(0x9e3779b97f4a7c15);

    snprintf(text, 16, "%05X%05X", (unsigned)(now % TIME_SECOND), (unsigned)(mix >> 44));
}

static void say_mail(struct persona *p, const char *text, time_us now)
{
    const struct mailbox *m = p->mail;
    char date[40], id[16] = "", size[24], client[ADDRESS_TEXT_MAX];

    if (!strncmp(text, "221", 3) || !strncmp(text, "421", 3))
        p->closes = true;
    if (!strchr(text, '{')) { /* most have nothing to fill in */
        persona_fill(&p->out, text, &(struct persona_values){.name = NULL}, true);
        return;
    }
    format_date(now, false, date, sizeof date);
    if (strstr(text, "{queue-id}"))
        format_queue_id(p, now, id);
    snprintf(size, sizeof size, "%llu", (unsigned long long)m->size);
    address_format(&p->facts.client, client);
    persona_fill(&p->out, text,
                 &(struct persona_values){.name = m->name,
                                          .helo = m->helo,
                                          .client = client,
                                          .rcpt = m->rcpt,
                                          .from = m->from,
                                          .queue_id = id,
                                          .date = date,
                                          .size = size},
                 true);
}

static void say_relay(struct persona *p, const char *key, time_us now)
{
    say_mail(p, persona_file_say(p->relay, key), now);
}

static void say_http(struct persona *p, const char *key, const char *body_key, time_us now)
{
    char date[40], length[24], client[ADDRESS_TEXT_MAX];
    struct persona_values values = {.date = date, .length = length, .client = client};
    struct buf body = {0};

    format_date(now, true, date, sizeof date);
    address_format(&p->facts.client, client);
    values.name = persona_file_name(p->http);
    values.host = p->host && *p->host ? p->host : client;
    values.server = persona_file_server(p->http, bytes_of(p->host ? p->host : ""));
    if (body_key)
        persona_fill(&body, persona_file_say(p->http, body_key), &values, false);
    snprintf(length, sizeof length, "%zu", body.len);
    persona_fill(&p->out, persona_file_say(p->http, key), &values, true);
    buf_append_text(&p->out, "\r\n");
    buf_append(&p->out, body.data, body.len);
    buf_fini(&body);
}

/* --- mail --- */

static void begin_mail(struct persona *p, const char *name)
{
    if (!p->mail)
        p->mail = MEM_NEW(struct mailbox);
    memset(p->mail, 0, sizeof *p->mail);
    keep_word(p->mail->name, bytes_of(name));
}

static void forget_envelope(struct mailbox *m)
{
    m->has_sender = false;
    m->recipients = 0;
    m->size = 0;
    m->from[0] = m->rcpt[0] = '\0';
}

static void end_chunk(struct persona *p, time_us now)
{
    struct mailbox *m = p->mail;

    m->in_chunk = false;
    say_relay(p, m->last_chunk ? "text" : "chunk", now);
    if (m->last_chunk)
        forget_envelope(m);
}

/* RFC 3030 section 2: a chunk outside a transaction is refused, and its bytes are no
 * commands.  The parser skips them; they need not be waited for. */
static const char no_envelope[] = "503 5.5.1 Error: need MAIL and RCPT command";

static void do_bdat(struct persona *p, struct bytes argument, time_us now)
{
    struct mailbox *m = p->mail;
    struct bytes count = next_word(&argument);
    uint64_t n = 0;
    size_t i = 0;

    for (; i < count.n && count.at[i] >= '0' && count.at[i] <= '9' && !(n >> 56); i++)
        n = n * 10 + (count.at[i] - '0');
    if (!i) {
        say_relay(p, "bad-chunk", now);
        return;
    }
    if (!m->has_sender || !m->recipients) {
        say_mail(p, no_envelope, now); /* what the chunk holds is nobody's */
        return;
    }
    m->in_chunk = true;
    m->last_chunk = bytes_equal_nocase(argument, "LAST");
    m->chunk_left = n;
    if (!n)
        end_chunk(p, now);
}

static void do_auth(struct persona *p, struct bytes argument, time_us now)
{
    struct mailbox *m = p->mail;
    struct bytes method = next_word(&argument);

    if (bytes_equal_nocase(method, "PLAIN")) {
        m->auth = argument.n ? AUTH_NONE : AUTH_PLAIN;
        say_relay(p, argument.n ? "logged-in" : "ask-plain", now);
    } else if (bytes_equal_nocase(method, "LOGIN")) {
        m->auth = argument.n ? AUTH_PASSWORD : AUTH_USER;
        say_relay(p, argument.n ? "ask-password" : "ask-user", now);
    } else {
        say_relay(p, "no-login", now);
    }
}

static void auth_line(struct persona *p, struct bytes line, time_us now)
{
    struct mailbox *m = p->mail;
    enum auth_step step = m->auth;

    m->auth = AUTH_NONE;
    if (bytes_equal_nocase(line, "*")) {
        say_relay(p, "cancelled", now);
    } else if (step == AUTH_USER) {
        m->auth = AUTH_PASSWORD;
        say_relay(p, "ask-password", now);
    } else {
        say_relay(p, "logged-in", now);
    }
}

/* What a command does to the session besides its reply.  False: it replied itself. */
static bool do_verb(struct persona *p, struct bytes verb, struct bytes argument, time_us now)
{
    struct mailbox *m = p->mail;

    if (bytes_equal_nocase(verb, "HELO") || bytes_equal_nocase(verb, "EHLO")) {
        forget_envelope(m);
        keep_word(m->helo, argument);
    } else if (bytes_equal_nocase(verb, "RSET")) {
        forget_envelope(m);
    } else if (bytes_equal_nocase(verb, "MAIL")) {
        forget_envelope(m);
        m->has_sender = true;
        keep_word(m->from, path_of(argument));
    } else if (bytes_equal_nocase(verb, "RCPT")) {
        m->recipients++;
        keep_word(m->rcpt, path_of(argument));
    } else if (bytes_equal_nocase(verb, "DATA")) {
        if (!m->recipients) {
            say_relay(p, "no-recipient", now);
            return false;
        }
        m->in_text = true;
    } else if (bytes_equal_nocase(verb, "BDAT")) {
        do_bdat(p, argument, now);
        return false;
    } else if (bytes_equal_nocase(verb, "AUTH")) {
        do_auth(p, argument, now);
        return false;
    }
    return true;
}

static void end_text(struct persona *p, time_us now)
{
    p->mail->in_text = false;
    say_relay(p, "text", now);
    forget_envelope(p->mail);
}

static void on_command(struct persona *p, struct bytes line, time_us now)
{
    struct bytes rest = line, verb;
    const char *reply;

    if (!p->mail)
        begin_mail(p, persona_file_name(p->relay));
    if (p->mail->in_text) {
        end_text(p, now);
        return;
    }
    if (p->mail->auth != AUTH_NONE) {
        auth_line(p, bytes_trim(line), now);
        return;
    }
    verb = next_word(&rest);
    if (!do_verb(p, verb, rest, now))
        return;
    reply = persona_file_verb(p->relay, verb);
    say_mail(p, reply ? reply : persona_file_say(p->relay, "unknown"), now);
}

static void on_text(struct persona *p, size_t n, time_us now)
{
    struct mailbox *m = p->mail;

    if (!m)
        return;
    m->size += n;
    if (!m->in_chunk)
        return;
    m->chunk_left -= n < m->chunk_left ? n : m->chunk_left;
    if (!m->chunk_left)
        end_chunk(p, now);
}

/* --- proxy requests --- */

static bool is_mail_port(uint16_t port)
{
    return port == 25 || port == 26 || port == 587 || port == 1025 || port == 2525;
}

static void note_target(struct persona *p, const struct target *t)
{
    char ip[ADDRESS_TEXT_MAX] = "";

    if (t->ip.family)
        address_format(&t->ip, ip);
    mem_free(p->target);
    mem_free(p->host);
    p->target = mem_string(t->text.at, t->text.n < WORD_ROOM ? t->text.n : WORD_ROOM);
    p->host = t->ip.family ? mem_string(ip, strlen(ip)) : mem_string(t->host.at, t->host.n);
}

/* The tunnel is open: a mail server greets, to anything else we listen. */
static void open_target(struct persona *p, const struct target *t, time_us now)
{
    char name[ADDRESS_TEXT_MAX + 2];

    buf_clear(&p->first);
    p->overhears = !is_mail_port(t->port);
    p->overheard = false;
    p->deaf = true;
    if (p->overhears)
        return;
    if (t->ip.family) { /* an address literal, RFC 5321 section 4.1.3 */
        snprintf(name, sizeof name, "[%s]", p->host);
        begin_mail(p, name);
    } else {
        begin_mail(p, p->host);
    }
    say_relay(p, "banner", now);
}

static void refuse_socks(struct persona *p, enum module module)
{
    if (module == MODULE_SOCKS5)
        buf_append(&p->out, "\5\1\0\1\0\0\0\0\0\0", 10); /* general failure */
    else
        buf_append(&p->out, "\0\133\0\0\0\0\0\0", 8);
    p->closes = true;
}

static void grant_socks(struct persona *p, const struct request *r, time_us now)
{
    const struct address *us = &p->facts.us;
    size_t n = us->family == 4 ? 4 : 16;

    if (r->module == MODULE_SOCKS5) { /* bound to our own address */
        buf_append(&p->out, "\5\0\0", 3);
        buf_append_byte(&p->out, n == 4 ? 1 : 4);
        buf_append(&p->out, us->bytes, n);
        buf_append_byte(&p->out, (uint8_t)(0x80 | p->facts.chance >> 8));
        buf_append_byte(&p->out, (uint8_t)p->facts.chance);
    } else {
        buf_append(&p->out, "\0\132", 2);
        buf_append_byte(&p->out, (uint8_t)(r->target.port >> 8));
        buf_append_byte(&p->out, (uint8_t)r->target.port);
        buf_append(&p->out, r->target.ip.bytes, 4); /* 0.0.0.0 for a name */
    }
    if (bytes_equal_nocase(r->command, "CONNECT"))
        open_target(p, &r->target, now);
}

static void on_socks(struct persona *p, const struct request *r, time_us now)
{
    if (r->class == CLASS_ERROR)
        refuse_socks(p, r->module);
    else if (bytes_equal_nocase(r->command, "UDP ASSOCIATE")) /* nothing here speaks UDP */
        buf_append(&p->out, "\5\7\0\1\0\0\0\0\0\0", 10);
    else
        grant_socks(p, r, now);
}

static void say_page(struct persona *p, time_us now)
{
    p->wish = WISH_NONE;
    p->due = TIME_NEVER;
    say_http(p, "page", "page-body", now);
    p->closes = true;
}

static void on_http(struct persona *p, const struct event *e, time_us now)
{
    const struct request *r = e->request;

    if (r->class == CLASS_ERROR) {
        say_http(p, "bad-request", "bad-request-body", now);
        p->closes = true;
    } else if (bytes_equal_nocase(r->command, "CONNECT")) {
        say_http(p, "connected", NULL, now);
        open_target(p, &r->target, now);
    } else if (bytes_equal_nocase(r->command, "POST") || bytes_equal_nocase(r->command, "PUT")) {
        p->posted_depth = e->depth + 1;
        p->wish = WISH_PAGE;
        p->due = now + PERSONA_BODY_QUIET;
    } else {
        say_page(p, now);
    }
}

static void on_methods(struct persona *p, struct bytes methods)
{
    bool none = methods.n && memchr(methods.at, 0, methods.n);
    bool login = methods.n && memchr(methods.at, 2, methods.n);

    if (login && (!none || persona_file_prefers_login(p->socks))) {
        buf_append(&p->out, "\5\2", 2);
    } else if (none) {
        buf_append(&p->out, "\5\0", 2);
    } else {
        buf_append(&p->out, "\5\377", 2);
        p->closes = true;
    }
}

static void on_request(struct persona *p, const struct event *e, time_us now)
{
    p->overhears = false; /* a parser knows what is said in the tunnel */
    note_target(p, &e->request->target);
    if (e->request->module == MODULE_HTTP)
        on_http(p, e, now);
    else
        on_socks(p, e->request, now);
}

void persona_event(struct persona *p, const struct event *e, time_us now)
{
    bool in_post = p->posted_depth && e->depth >= p->posted_depth;

    if (p->closes || in_post || e->type == EVENT_LIMIT || e->module == MODULE_TLS)
        return; /* nobody here plays a TLS server */
    p->understood = true;
    if (p->wish == WISH_REFUSE)
        p->due = TIME_NEVER;
    if (p->out.len > PERSONA_SAY_MAX) {
        p->flooded = p->closes = true;
        return;
    }
    switch (e->type) {
    case EVENT_METHODS:
        on_methods(p, e->bytes);
        break;
    case EVENT_LOGIN:
        buf_append(&p->out, "\1\0", 2);
        break;
    case EVENT_REQUEST:
        on_request(p, e, now);
        break;
    case EVENT_COMMAND:
        on_command(p, e->bytes, now);
        break;
    case EVENT_MAIL_TEXT:
        on_text(p, e->bytes.n, now);
        break;
    default:
        break;
    }
}

/* --- bytes of no protocol --- */

static bool is_upload(const struct persona *p)
{
    const struct persona_file *f = persona_file_find(p->set, PERSONA_BACKDOOR, p->facts.port);
    const char *hex = f ? persona_file_say(f, "upload") : NULL;
    size_t n = hex ? strlen(hex) / 2 : 0;

    if (!n || p->first.len < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        if (p->first.data[i] != strtoul(pair, NULL, 16))
            return false;
    }
    return true;
}

static void refuse(struct persona *p, time_us now)
{
    uint8_t first = p->first.len ? p->first.data[0] : 0;

    p->wish = WISH_NONE;
    p->due = TIME_NEVER;
    if (!strcmp(p->facts.module, "http"))
        say_http(p, "bad-request", "bad-request-body", now);
    else if (first == 5)
        buf_append(&p->out, "\5\377", 2);
    else if (first == 4)
        refuse_socks(p, MODULE_SOCKS4);
    p->closes = true;
}

/* A whole first line that names no HTTP version is no request. */
static bool is_nonsense_line(const struct persona *p)
{
    struct bytes all = buf_view(&p->first);
    const uint8_t *end = all.n ? memchr(all.at, '\n', all.n) : NULL;

    if (!end || strcmp(p->facts.module, "http") != 0)
        return false;
    all.n = (size_t)(end - all.at);
    return bytes_trim(all).n && !bytes_find_nocase(all, "HTTP/");
}

static void keep_first(struct persona *p, struct bytes bytes)
{
    size_t room = FIRST_MAX - (p->first.len < FIRST_MAX ? p->first.len : FIRST_MAX);

    if (bytes.n)
        buf_append(&p->first, bytes.at, bytes.n < room ? bytes.n : room);
}

void persona_hear(struct persona *p, struct bytes bytes, time_us now)
{
    if (p->closes || p->served)
        return;
    if (p->wish == WISH_PAGE) {
        p->due = now + PERSONA_BODY_QUIET;
        return;
    }
    if (p->understood && (!p->overhears || p->deaf)) {
        p->deaf = false;
        return;
    }
    keep_first(p, bytes);
    if (p->understood)
        return;
    if (is_upload(p)) {
        p->served = true;
        p->wish = WISH_NONE;
        p->due = TIME_NEVER;
    } else if (is_nonsense_line(p)) {
        refuse(p, now);
    } else {
        p->wish = WISH_REFUSE;
        p->due = now + PERSONA_QUIET;
    }
}

struct bytes persona_overheard(struct persona *p, struct bytes *target)
{
    if (!p->overhears || p->overheard || !p->first.len)
        return BYTES_NONE;
    p->overheard = true;
    *target = bytes_of(p->target ? p->target : "");
    return buf_view(&p->first);
}

/* --- the interface --- */

struct persona *persona_new(struct personas *set, const struct persona_facts *facts, time_us now)
{
    struct persona *p = MEM_NEW(struct persona);

    personas_hold(set);
    p->set = set;
    p->facts = *facts;
    p->due = TIME_NEVER;
    p->http = persona_file_find(set, PERSONA_HTTP, facts->port);
    p->socks = persona_file_find(set, PERSONA_SOCKS, facts->port);
    p->relay = persona_file_find(set, PERSONA_RELAY, facts->port);
    if (persona_speaks_first(facts->module)) {
        p->understood = true;
        begin_mail(p, persona_file_name(p->relay));
        say_relay(p, "banner", now);
    }
    return p;
}

void persona_free(struct persona *p)
{
    if (!p)
        return;
    buf_fini(&p->out);
    buf_fini(&p->first);
    mem_free(p->mail);
    mem_free(p->target);
    mem_free(p->host);
    personas_free(p->set);
    mem_free(p);
}

bool persona_speaks_first(const char *module)
{
    return !strcmp(module, "smtp");
}

void persona_end(struct persona *p, time_us now)
{
    if (p->due != TIME_NEVER)
        persona_timer(p, p->due > now ? p->due : now);
    p->closes = true;
}

time_us persona_next(const struct persona *p)
{
    return p->due;
}

void persona_timer(struct persona *p, time_us now)
{
    if (now < p->due)
        return;
    if (p->wish == WISH_PAGE)
        say_page(p, now);
    else if (p->wish == WISH_REFUSE)
        refuse(p, now);
    p->due = TIME_NEVER;
}

struct bytes persona_say(const struct persona *p)
{
    return buf_view(&p->out);
}

void persona_said(struct persona *p)
{
    buf_fini(&p->out); /* thousands wait with nothing to say */
}

bool persona_closes(const struct persona *p)
{
    return p->closes;
}

bool persona_was_flooded(const struct persona *p)
{
    return p->flooded;
}
