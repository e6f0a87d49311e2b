/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/persona.h"

#include <stdlib.h>
#include <string.h>

#include "answer/persona_proxy.h"
#include "answer/persona_smtp.h"
#include "base/mem.h"

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
        persona_proxy_methods(p, e->bytes);
        break;
    case EVENT_LOGIN:
        buf_append(&p->out, "\1\0", 2);
        break;
    case EVENT_REQUEST:
        persona_proxy_request(p, e, now);
        break;
    case EVENT_COMMAND:
        persona_smtp_command(p, e->command, now);
        break;
    case EVENT_MAIL_TEXT:
        persona_smtp_text(p, e->bytes.n, now);
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
        persona_proxy_say_http(p, "bad-request", "bad-request-body", now);
    else if (first == 5)
        buf_append(&p->out, "\5\377", 2);
    else if (first == 4)
        persona_proxy_refuse_socks(p, MODULE_SOCKS4);
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
    size_t room =
        PERSONA_FIRST_MAX - (p->first.len < PERSONA_FIRST_MAX ? p->first.len : PERSONA_FIRST_MAX);

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
    if (p->understood && (!p->collects_first || p->deaf)) {
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

struct bytes persona_first_bytes(struct persona *p)
{
    if (!p->collects_first || p->first_given || !p->first.len)
        return BYTES_NONE;
    p->first_given = true;
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
        persona_smtp_greet(p, persona_file_name(p->relay), now);
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
        persona_proxy_say_page(p, now);
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
