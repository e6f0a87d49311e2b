/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/persona_proxy.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "answer/persona_smtp.h"
#include "base/mem.h"

static void format_date(time_us now, char text[PERSONA_DATE_ROOM])
{
    time_t seconds = now / TIME_SECOND;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(text, PERSONA_DATE_ROOM, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

void persona_proxy_say_http(struct persona *p, const char *key, const char *body_key, time_us now)
{
    char date[PERSONA_DATE_ROOM], length[24], client[ADDRESS_TEXT_MAX];
    struct persona_values values = {.date = date, .length = length, .client = client};
    struct buf body = {0};

    format_date(now, date);
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
    p->target =
        mem_string(t->text.at, t->text.n < PERSONA_WORD_ROOM ? t->text.n : PERSONA_WORD_ROOM);
    p->host = t->ip.family ? mem_string(ip, strlen(ip)) : mem_string(t->host.at, t->host.n);
}

/* The tunnel is open: a mail server greets, to anything else we listen. */
static void open_target(struct persona *p, const struct target *t, time_us now)
{
    char name[ADDRESS_TEXT_MAX + 2];

    buf_clear(&p->first);
    p->collects_first = !is_mail_port(t->port);
    p->first_given = false;
    p->deaf = true;
    if (p->collects_first)
        return;
    if (t->ip.family) /* an address literal, RFC 5321 section 4.1.3 */
        snprintf(name, sizeof name, "[%s]", p->host);
    persona_smtp_greet(p, t->ip.family ? name : p->host, now);
}

void persona_proxy_refuse_socks(struct persona *p, enum module module)
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
        persona_proxy_refuse_socks(p, r->module);
    else if (bytes_equal_nocase(r->command, "UDP ASSOCIATE")) /* nothing here speaks UDP */
        buf_append(&p->out, "\5\7\0\1\0\0\0\0\0\0", 10);
    else
        grant_socks(p, r, now);
}

void persona_proxy_say_page(struct persona *p, time_us now)
{
    p->wish = WISH_NONE;
    p->due = TIME_NEVER;
    persona_proxy_say_http(p, "page", "page-body", now);
    p->closes = true;
}

static void on_http(struct persona *p, const struct event *e, time_us now)
{
    const struct request *r = e->request;

    if (r->class == CLASS_ERROR) {
        persona_proxy_say_http(p, "bad-request", "bad-request-body", now);
        p->closes = true;
    } else if (bytes_equal_nocase(r->command, "CONNECT")) {
        persona_proxy_say_http(p, "connected", NULL, now);
        open_target(p, &r->target, now);
    } else if (bytes_equal_nocase(r->command, "POST") || bytes_equal_nocase(r->command, "PUT")) {
        p->posted_depth = e->depth + 1;
        p->wish = WISH_PAGE;
        p->due = now + PERSONA_BODY_QUIET;
    } else {
        persona_proxy_say_page(p, now);
    }
}

void persona_proxy_methods(struct persona *p, struct bytes methods)
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

void persona_proxy_request(struct persona *p, const struct event *e, time_us now)
{
    p->collects_first = false; /* a parser knows what the tunnel carries */
    note_target(p, &e->request->target);
    if (e->request->module == MODULE_HTTP)
        on_http(p, e, now);
    else
        on_socks(p, e->request, now);
}
