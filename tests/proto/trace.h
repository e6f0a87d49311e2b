/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The events of a conversation as lines of text, for tests that compare them.
 *
 * One line an event, fields in a fixed order, what is empty or not known left
 * out; the pieces of a message's text are joined, since where they are cut says
 * nothing.  `@n` is a time.  Also counts what must hold in every conversation.
 */
#ifndef POTSHERD_TESTS_PROTO_TRACE_H
#define POTSHERD_TESTS_PROTO_TRACE_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "potsherd/conversation.h"

struct trace {
    struct buf out;
    struct buf transitions; /* of the parsers' states, by trace_transition */
    bool mixed;             /* transitions go to `out`, between the events */
    struct buf text;        /* of the message `text_n`, not yet in `out` */
    unsigned text_n, text_depth;
    bool event_times; /* also tell when each event was said */
    unsigned mails_begun, mails_open;
    unsigned last_done; /* number of the newest REQUEST_DONE */
    const char *broken; /* what did not hold, or NULL */
};

static inline void trace_number(struct trace *t, const char *name, uint64_t value)
{
    char text[64];

    snprintf(text, sizeof text, "%s%llu", name, (unsigned long long)value);
    buf_append_text(&t->out, text);
}

static inline void trace_quoted(struct buf *out, const char *name, struct bytes b)
{
    buf_append_text(out, name);
    buf_append_byte(out, '"');
    for (size_t i = 0; i < b.n; i++) {
        char hex[8];

        switch (b.at[i]) {
        case '\r':
            buf_append_text(out, "\\r");
            break;
        case '\n':
            buf_append_text(out, "\\n");
            break;
        case '"':
        case '\\':
            buf_append_byte(out, '\\');
            buf_append_byte(out, b.at[i]);
            break;
        default:
            if (b.at[i] >= ' ' && b.at[i] < 0x7f) {
                buf_append_byte(out, b.at[i]);
            } else {
                snprintf(hex, sizeof hex, "\\x%02x", b.at[i]);
                buf_append_text(out, hex);
            }
        }
    }
    buf_append_byte(out, '"');
}

static inline void trace_field(struct trace *t, const char *name, struct bytes b)
{
    if (b.n)
        trace_quoted(&t->out, name, b);
}

static inline void trace_verdict(struct trace *t, int verdict)
{
    buf_append_text(&t->out, verdict == VERDICT_YES  ? " yes"
                             : verdict == VERDICT_NO ? " no"
                                                     : " unknown");
}

static inline void trace_target(struct trace *t, const struct target *target)
{
    char text[ADDRESS_TEXT_MAX];

    trace_field(t, " target=", target->text);
    trace_field(t, " host=", target->host);
    if (target->ip.family && address_format(&target->ip, text)) {
        buf_append_text(&t->out, " ip=");
        buf_append_text(&t->out, text);
    }
    if (target->port)
        trace_number(t, " port=", target->port);
}

static inline void trace_request(struct trace *t, const struct request *r, bool done)
{
    trace_number(t, " ", r->n);
    buf_append_text(&t->out, " ");
    buf_append_text(&t->out, module_name(r->module));
    trace_field(t, " ", r->command);
    if (!done) {
        trace_field(t, " ", r->target.text);
        return;
    }
    trace_number(t, " @", (uint64_t)r->ts);
    trace_number(t, " depth=", r->depth);
    buf_append_text(&t->out, " ");
    buf_append_text(&t->out, request_class_name(r->class));
    trace_target(t, &r->target);
    trace_field(t, " user=", r->user);
    trace_field(t, " password=", r->password);
    trace_field(t, " agent=", r->user_agent);
    if (r->error)
        trace_field(t, " error=", bytes_of(r->error));
    if (r->reply != REPLY_NONE)
        trace_number(t, " reply=", (uint64_t)r->reply);
    trace_verdict(t, r->accepted);
    if (r->n <= t->last_done)
        t->broken = "requests are not done in the order of their numbers";
    if (!r->depth || r->depth > CONVERSATION_DEPTH_MAX + 1)
        t->broken = "a request is deeper than the cap";
    t->last_done = r->n;
}

static inline void trace_mail_done(struct trace *t, const struct mail *m)
{
    trace_number(t, " ", m->n);
    buf_append_text(&t->out, " ");
    buf_append_text(&t->out, module_name(m->module));
    trace_number(t, " @", (uint64_t)m->ts);
    if (m->target)
        trace_target(t, m->target);
    trace_field(t, " helo=", m->helo);
    trace_field(t, " auth=", m->auth_user);
    if (m->has_from)
        trace_quoted(&t->out, " from=", m->from);
    for (uint64_t i = 0; i < m->recipient_count; i++) {
        if (i == 12) { /* enough for the eye; the counts tell the rest */
            buf_append_text(&t->out, " to=...");
            break;
        }
        trace_quoted(&t->out, " to=", m->recipients[i].path);
        trace_verdict(t, m->recipients[i].accepted);
    }
    trace_number(t, " count=", m->rcpt_count);
    if (m->rcpt_rejected)
        trace_number(t, " rejected=", m->rcpt_rejected);
    if (m->recipients_dropped)
        trace_number(t, " dropped=", m->recipients_dropped);
    if (m->missing_bytes)
        trace_number(t, " missing=", m->missing_bytes);
    if (m->ended)
        buf_append_text(&t->out, " ended");
    if (m->reply != REPLY_NONE)
        trace_number(t, " reply=", (uint64_t)m->reply);
}

static inline void trace_flush_text(struct trace *t)
{
    if (!t->text.len)
        return;
    buf_append_text(&t->out, "MAIL_TEXT");
    if (t->text_depth)
        trace_number(t, "/", t->text_depth);
    trace_number(t, " ", t->text_n);
    trace_quoted(&t->out, " ", buf_view(&t->text));
    buf_append_byte(&t->out, '\n');
    buf_clear(&t->text);
}

static inline void trace_count(struct trace *t, const struct event *e)
{
    if (e->depth > CONVERSATION_DEPTH_MAX)
        t->broken = "a layer is deeper than the cap";
    if (e->type == EVENT_MAIL_BEGIN) {
        if (e->mail->n != ++t->mails_begun)
            t->broken = "messages do not begin in the order of their numbers";
        t->mails_open++;
    }
    if ((e->type == EVENT_MAIL_DONE || e->type == EVENT_MAIL_NONE) && t->mails_open-- == 0)
        t->broken = "a message is done that never began";
}

static inline void trace_detail(struct trace *t, const struct event *e)
{
    switch (e->type) {
    case EVENT_PROTOCOL:
        buf_append_text(&t->out, " ");
        buf_append_text(&t->out, module_name(e->module));
        break;
    case EVENT_METHODS:
        trace_quoted(&t->out, " ", e->bytes);
        break;
    case EVENT_LOGIN:
        trace_field(t, " user=", e->request->user);
        trace_field(t, " password=", e->request->password);
        break;
    case EVENT_REQUEST:
    case EVENT_REQUEST_DONE:
        trace_request(t, e->request, e->type == EVENT_REQUEST_DONE);
        break;
    case EVENT_COMMAND:
    case EVENT_SERVER_NAME:
        trace_quoted(&t->out, " ", e->bytes);
        break;
    case EVENT_LOGIN_DONE:
        trace_field(t, " ", e->login->mechanism);
        trace_field(t, " user=", e->login->user);
        trace_field(t, " password=", e->login->password);
        if (e->login->reply != REPLY_NONE)
            trace_number(t, " reply=", (uint64_t)e->login->reply);
        if (e->login->accepted != VERDICT_NONE)
            buf_append_text(&t->out, e->login->accepted == VERDICT_YES ? " yes" : " no");
        break;
    case EVENT_REFUSAL:
        trace_field(t, " helo=", e->refusal->helo);
        trace_field(t, " from=", e->refusal->from);
        trace_number(t, " count=", e->refusal->recipients);
        trace_number(t, " rejected=", e->refusal->rejected);
        trace_field(t, " first=", e->refusal->first_rcpt);
        if (e->refusal->reply != REPLY_NONE)
            trace_number(t, " reply=", (uint64_t)e->refusal->reply);
        break;
    case EVENT_PROXIED: {
        char text[ADDRESS_TEXT_MAX];

        address_format(e->address, text);
        buf_append_byte(&t->out, ' ');
        buf_append_text(&t->out, text);
        trace_number(t, " ", e->port);
        break;
    }
    case EVENT_MAIL_BEGIN:
    case EVENT_MAIL_NONE:
        trace_number(t, " ", e->mail->n);
        break;
    case EVENT_MAIL_GAP:
        trace_number(t, " ", e->mail->n);
        trace_number(t, " ", e->missing);
        break;
    case EVENT_MAIL_DONE:
        trace_mail_done(t, e->mail);
        break;
    case EVENT_LIMIT:
        trace_quoted(&t->out, " ", bytes_of(e->text));
        break;
    case EVENT_MAIL_TEXT:
    case EVENT_TYPE_COUNT:
        break;
    }
}

static inline void trace_put(void *context, const struct event *e)
{
    struct trace *t = (struct trace *)context;

    trace_count(t, e);
    if (e->type == EVENT_MAIL_TEXT) {
        if (t->text_n != e->mail->n || t->text_depth != e->depth)
            trace_flush_text(t);
        t->text_n = e->mail->n;
        t->text_depth = e->depth;
        buf_append(&t->text, e->bytes.at, e->bytes.n);
        return;
    }
    trace_flush_text(t);
    buf_append_text(&t->out, event_name(e->type));
    if (e->depth)
        trace_number(t, "/", e->depth);
    if (t->event_times)
        trace_number(t, " [", (uint64_t)e->ts);
    trace_detail(t, e);
    buf_append_byte(&t->out, '\n');
}

/* "machine: FROM -> TO", with "/1" for what is inside one proxy. */
static inline void trace_transition(void *context, const struct transition *transition)
{
    struct trace *t = (struct trace *)context;
    char text[160], depth[16] = "";

    if (transition->depth)
        snprintf(depth, sizeof depth, "/%u", transition->depth);
    snprintf(text, sizeof text, "%s%s: %s -> %s\n", transition->machine, depth, transition->from,
             transition->to);
    if (t->mixed)
        buf_append_text(&t->out, "    ");
    buf_append_text(t->mixed ? &t->out : &t->transitions, text);
}

/* The conversation is over: the last of the text, and what must hold at the end. */
static inline void trace_end(struct trace *t)
{
    trace_flush_text(t);
    if (t->mails_open)
        t->broken = "a message that began is never done";
}

static inline void trace_fini(struct trace *t)
{
    buf_fini(&t->out);
    buf_fini(&t->transitions);
    buf_fini(&t->text);
}

#endif
