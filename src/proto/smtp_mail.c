/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/smtp_mail.h"

#include <string.h>

#include "base/mem.h"
#include "proto/request.h"

#define ENVELOPE_BYTES_MAX 1048576 /* paths of one message's recipients */

/* --- envelopes --- */

static void keep(struct bytes *field, struct bytes from)
{
    request_keep(field, from);
}

static void drop(struct bytes *field)
{
    mem_free((void *)(uintptr_t)field->at);
    *field = BYTES_NONE;
}

static void envelope_clear(struct envelope *e)
{
    for (size_t i = 0; i < e->count; i++)
        drop(&e->recipients[i].path);
    mem_free(e->recipients);
    drop(&e->from);
    memset(e, 0, sizeof *e);
}

static void envelope_add(struct envelope *e, struct bytes path, int verdict)
{
    struct recipient *r;

    if (verdict == VERDICT_NO)
        e->rejected++;
    else
        e->accepted++;
    if (e->count == CONVERSATION_RECIPIENTS_MAX || e->bytes + path.n > ENVELOPE_BYTES_MAX) {
        e->dropped++;
        return;
    }
    if (e->count == e->room) {
        e->room = e->room ? 2 * e->room : 8;
        e->recipients = mem_resize(e->recipients, e->room * sizeof *e->recipients);
    }
    r = &e->recipients[e->count++];
    memset(r, 0, sizeof *r);
    r->accepted = verdict;
    e->bytes += path.n;
    keep(&r->path, path);
}

static size_t envelope_held(const struct envelope *e)
{
    return e->room * sizeof *e->recipients + e->bytes + e->from.n;
}

/* --- messages --- */

static void message_clear(struct message *m)
{
    envelope_clear(&m->envelope);
    drop(&m->mail.helo);
    drop(&m->mail.auth_user);
}

/* A command that knew it is gone, or it is over: the last of these frees it. */
void smtp_mail_release(struct smtp_mail *t, struct message *m)
{
    if (!m->over || m->commands)
        return;
    t->messages_held -= sizeof *m;
    mem_free(m);
}

static void emit_mail(struct layer *l, enum event_type type, struct message *m, struct bytes bytes,
                      uint64_t missing)
{
    struct event event = {.type = type,
                          .module = m->mail.module,
                          .mail = &m->mail,
                          .bytes = bytes,
                          .missing = missing};

    layer_emit(l, &event);
}

/* Beside the struct itself; once it has its envelope. */
static size_t message_held(const struct message *m)
{
    return m->mail.helo.n + m->mail.auth_user.n + envelope_held(&m->envelope);
}

static void take_envelope(struct smtp_mail *t, struct message *m)
{
    keep(&m->mail.helo, t->helo);
    keep(&m->mail.auth_user, t->auth_user);
    m->envelope = t->envelope;
    memset(&t->envelope, 0, sizeof t->envelope);
    t->envelope_lost = false;
    smtp_refusal_forget(&t->refusal);
    m->has_envelope = true;
    t->messages_held += message_held(m);
}

/* RFC 3030 section 2: without MAIL and RCPT there is nothing that BDAT could be for. */
bool smtp_mail_may_have_envelope(const struct smtp_mail *t)
{
    return t->envelope_lost || (t->envelope.has_from && t->envelope.accepted);
}

static void begin_line(struct smtp_mail *t, enum line_end before)
{
    t->before = before;
    t->cr = t->dot = false;
    t->dot_end = LINE_OPEN;
}

struct message *smtp_mail_offer(struct layer *l, struct smtp_mail *t)
{
    struct message *m = MEM_NEW(struct message);

    m->older = t->newest;
    *(m->older ? &m->older->next : &t->messages) = m;
    t->newest = t->current = m;
    t->messages_held += sizeof *m;
    m->mail.ts = t->data_ts;
    m->mail.module = l->opened_by ? l->opened_by->module : MODULE_SMTP;
    m->mail.target = l->opened_by ? &l->opened_by->target : NULL;
    m->mail.reply = REPLY_NONE;
    begin_line(t, LINE_CRLF);
    t->strict_cr = t->strict_cr || l->conversation->answering; /* as our own server has it */
    t->gap_lines = 0;
    return m;
}

static void emit_begin(struct layer *l, struct message *m)
{
    if (m->begun)
        return;
    m->begun = true;
    m->mail.n = layer_next_mail(l);
    emit_mail(l, EVENT_MAIL_BEGIN, m, BYTES_NONE, 0);
}

/* The server has let the text begin, or it is there without a reply in sight. */
void smtp_mail_begin(struct layer *l, struct smtp_mail *t)
{
    struct message *m = smtp_mail_offer(l, t);

    m->wanted = true;
    take_envelope(t, m);
    emit_begin(l, m);
}

/* No command, nor the client's bytes, can add to it any more. */
static void end_message(struct smtp_mail *t, struct message *m)
{
    *(m->older ? &m->older->next : &t->messages) = m->next;
    *(m->next ? &m->next->older : &t->newest) = m->older;
    if (t->current == m)
        t->current = NULL;
    if (m->has_envelope)
        t->messages_held -= message_held(m);
    message_clear(m);
    m->over = true;
    smtp_mail_release(t, m);
}

/* It was refused, or nobody's: no message after all. */
static void drop_message(struct layer *l, struct smtp_mail *t, struct message *m)
{
    if (m->begun)
        emit_mail(l, EVENT_MAIL_NONE, m, BYTES_NONE, 0);
    end_message(t, m);
}

void smtp_mail_finish(struct layer *l, struct smtp_mail *t, struct message *m)
{
    if (!m->wanted && !smtp_mail_may_have_envelope(t)) {
        drop_message(l, t, m);
        return;
    }
    emit_begin(l, m);
    if (!m->has_envelope)
        take_envelope(t, m);
    m->mail.has_from = m->envelope.has_from;
    m->mail.from = m->envelope.from;
    m->mail.recipients = m->envelope.recipients;
    m->mail.recipient_count = m->envelope.count;
    m->mail.recipients_dropped = m->envelope.dropped;
    m->mail.rcpt_count = m->envelope.accepted;
    m->mail.rcpt_rejected = m->envelope.rejected;
    emit_mail(l, EVENT_MAIL_DONE, m, BYTES_NONE, 0);
    end_message(t, m);
}

/* Ends the message that a command has to do with, if it is still there. */
void smtp_mail_reply(struct layer *l, struct smtp_mail *t, struct message *m, int code)
{
    if (!m || m->over)
        return;
    if (code)
        m->mail.reply = code;
    smtp_mail_finish(l, t, m);
}

size_t smtp_mail_further_replies(const struct message *m, bool lmtp)
{
    return lmtp && m->envelope.accepted ? m->envelope.accepted - 1 : 0;
}

/* O(recipients), of which there are CONVERSATION_RECIPIENTS_MAX at most. */
void smtp_mail_reply_recipient(struct message *m, size_t left, int code)
{
    struct envelope *e;

    if (!m || m->over || !m->has_envelope)
        return;
    e = &m->envelope;
    m->mail.reply = m->mail.reply == REPLY_NONE || code < 400 ? code : m->mail.reply;
    if (code < 400)
        return;
    for (size_t i = e->count; i--;) {
        struct recipient *r = &e->recipients[i];

        if (r->accepted == VERDICT_NO || left--)
            continue;
        r->accepted = VERDICT_NO;
        e->accepted--;
        e->rejected++;
        return;
    }
}

/* --- what replies do --- */

int smtp_mail_verdict(int code)
{
    return code == SMTP_CODE_UNKNOWN ? VERDICT_NONE : code < 400 ? VERDICT_YES : VERDICT_NO;
}

void smtp_mail_leave(struct layer *l, struct smtp_mail *t)
{
    smtp_refusal_end(l, &t->refusal, t->helo, t->auth_user);
}

/* The reply to MAIL, RCPT, RSET or HELO: RFC 5321 section 4.1.4 on what resets. */
void smtp_mail_apply(struct layer *l, struct smtp_mail *t, unsigned verb, struct bytes argument,
                     time_us ts, struct message *m, int code)
{
    int verdict = smtp_mail_verdict(code);

    switch (verb) {
    case SMTP_HELO:
    case SMTP_RSET:
        smtp_mail_reply(l, t, m, SMTP_CODE_UNKNOWN);
        if (verdict != VERDICT_NO) {
            smtp_mail_leave(l, t);
            envelope_clear(&t->envelope);
            t->envelope_lost = false;
        }
        if (verb == SMTP_HELO && (verdict != VERDICT_NO || !t->helo.n))
            keep(&t->helo, argument);
        break;
    case SMTP_MAIL:
        if (verdict == VERDICT_NO) { /* one that is open stays so: a nested MAIL is refused */
            if (!t->envelope.has_from) {
                smtp_mail_leave(l, t);
                smtp_refusal_begin(&t->refusal, argument, ts, code);
            }
            break;
        }
        smtp_mail_reply(l, t, m, SMTP_CODE_UNKNOWN);
        envelope_clear(&t->envelope);
        smtp_mail_leave(l, t);
        smtp_refusal_begin(&t->refusal, argument, ts, code);
        t->envelope.has_from = true;
        keep(&t->envelope.from, argument);
        break;
    case SMTP_RCPT:
        envelope_add(&t->envelope, argument, verdict);
        smtp_refusal_recipient(&t->refusal, argument, code);
        break;
    case SMTP_QUIT:
        smtp_mail_reply(l, t, m, SMTP_CODE_UNKNOWN);
        smtp_mail_leave(l, t);
        break;
    default:
        break;
    }
}

/* RFC 5321 section 4.2.3: the command itself was refused, whatever its text. */
static bool refuses_command(int code)
{
    return code >= 500 && code <= 504;
}

/* What the reply to BDAT says of a text of which it is not known yet whether it is a
 * message; false: it is none.  With an envelope it is one, unless the command was refused,
 * or there is no text yet; without, only if there is text and the server took it. */
static bool classify_chunk(const struct smtp_mail *t, struct message *m, int code)
{
    bool envelope = smtp_mail_may_have_envelope(t);

    if (m->wanted || code == SMTP_CODE_UNKNOWN)
        return true;
    if (code >= 400)
        m->wanted = envelope && m->begun && !refuses_command(code);
    else
        m->wanted = envelope || m->begun;
    return m->wanted || code < 400;
}

/* The reply may come before the last chunk is all there. */
void smtp_mail_apply_chunk(struct layer *l, struct smtp_mail *t, struct message *m, bool last,
                           int code)
{
    if (!m || m->over)
        return;
    if (!classify_chunk(t, m, code)) {
        drop_message(l, t, m);
        return;
    }
    if (last && m == t->current)
        m->early_reply = true;
    if (last || code >= 400)
        m->mail.reply = code ? code : REPLY_NONE;
    if (last && !m->early_reply)
        smtp_mail_finish(l, t, m);
}

/* --- texts --- */

static void emit_text(struct layer *l, struct smtp_mail *t, const uint8_t *at, size_t n)
{
    if (!n)
        return;
    emit_begin(l, t->current);
    emit_mail(l, EVENT_MAIL_TEXT, t->current, (struct bytes){at, n}, 0);
}

void smtp_mail_add(struct layer *l, struct smtp_mail *t, struct bytes bytes)
{
    if (t->current)
        emit_text(l, t, bytes.at, bytes.n);
}

bool smtp_mail_may_be_over(const struct smtp_mail *t)
{
    return t->gap_lines && (t->before == LINE_CRLF || t->before == LINE_LF) && !t->dot;
}

/* Servers that go by a bare LF take stuffing away after it, too; of a bare CR that is not known. */
void smtp_mail_release_dot(struct layer *l, struct smtp_mail *t)
{
    if (!t->dot)
        return;
    emit_text(l, t, (const uint8_t *)".", t->before == LINE_CR);
    emit_text(l, t, (const uint8_t *)"\r", t->dot_end == LINE_CR);
    begin_line(t, LINE_OPEN);
}

/* A line has ended after a dot that stands alone. */
static enum text_end end_dot(struct smtp_mail *t, enum line_end with)
{
    bool lf = t->before == LINE_LF || with == LINE_LF;
    bool cr = t->before == LINE_CR || with == LINE_CR;

    if ((lf && t->strict_lf) || (cr && t->strict_cr))
        return TEXT_GOES_ON;
    t->dot_end = with;
    return lf || cr ? TEXT_MAY_END : TEXT_ENDS;
}

enum text_end smtp_mail_take_lf(struct smtp_mail *t, struct bytes in, size_t *used)
{
    if (t->dot_end != LINE_CR || !in.n || in.at[0] != '\n')
        return TEXT_GOES_ON;
    *used = 1;
    return end_dot(t, LINE_CRLF);
}

/* What follows a dot at the start of a line.  `*at`: after what belongs to the dot. */
static enum text_end after_dot(struct layer *l, struct smtp_mail *t, struct bytes in, size_t *at)
{
    uint8_t c = in.at[*at];
    enum text_end ends = TEXT_GOES_ON;

    if (c == '\r' && t->dot_end == LINE_OPEN) {
        ++*at;
        if (*at == in.n || in.at[*at] != '\n')
            ends = end_dot(t, LINE_CR);
        t->dot_end = LINE_CR;
        return ends;
    }
    if (c == '\n')
        ends = end_dot(t, t->dot_end == LINE_CR ? LINE_CRLF : LINE_LF);
    if (ends == TEXT_GOES_ON)
        smtp_mail_release_dot(l, t);
    else
        ++*at;
    return ends;
}

/* Takes the rest of a line, or what there is of it; up to a dot behind a bare CR. */
static size_t take_line(struct smtp_mail *t, const uint8_t *at, size_t n)
{
    const uint8_t *lf = memchr(at, '\n', n), *end = lf ? lf : at + n, *cr = at;
    bool after_cr = end > at ? end[-1] == '\r' : t->cr;

    t->before = LINE_OPEN;
    t->cr = !lf && after_cr;
    while (!t->strict_cr && (cr = memchr(cr, '\r', (size_t)(end - cr))) && ++cr < end)
        if (*cr == '.') {
            t->before = LINE_CR;
            return (size_t)(cr - at);
        }
    if (lf && (after_cr || !t->strict_lf))
        t->before = after_cr ? LINE_CRLF : LINE_LF;
    return (size_t)(end - at) + (lf != NULL);
}

/* RFC 5321 section 4.5.2: a dot at the start of a line is the end if it is alone,
 * and stuffing if it is not. */
enum text_end smtp_mail_take_text(struct layer *l, struct smtp_mail *t, struct bytes in,
                                  size_t *used)
{
    size_t at = 0, from = 0;

    if (t->cr && !t->strict_cr && in.n && in.at[0] == '.')
        t->before = LINE_CR;
    while (at < in.n) {
        if (at && smtp_mail_may_be_over(t))
            break;
        if (t->dot) {
            enum text_end ends = after_dot(l, t, in, &at);

            if (ends != TEXT_GOES_ON) {
                *used = at;
                return ends;
            }
            from = at;
            if (t->dot)
                continue;
        }
        if (t->before != LINE_OPEN && in.at[at] == '.') {
            emit_text(l, t, in.at + from, at - from);
            t->dot = true;
            t->cr = false;
            from = ++at;
            continue;
        }
        at += take_line(t, in.at + at, in.n - at);
    }
    if (!t->dot)
        emit_text(l, t, in.at + from, at - from);
    *used = at;
    return TEXT_GOES_ON;
}

/* To a server that goes by CR LF alone nothing else begins a line, so nothing is unstuffed. */
void smtp_mail_dot_was_text(struct layer *l, struct smtp_mail *t)
{
    static const char *const ends[] = {
        [LINE_OPEN] = "", [LINE_CRLF] = "\r\n", [LINE_LF] = "\n", [LINE_CR] = "\r"};
    enum line_end end = t->dot_end;
    bool by_cr = t->before == LINE_CR || end == LINE_CR;

    emit_text(l, t, (const uint8_t *)".", t->before != LINE_CRLF);
    emit_text(l, t, (const uint8_t *)ends[end], strlen(ends[end]));
    *(by_cr ? &t->strict_cr : &t->strict_lf) = true;
    begin_line(t, end == LINE_CRLF || (end == LINE_LF && !t->strict_lf) ? end : LINE_OPEN);
    t->cr = end == LINE_CR;
}

void smtp_mail_gap(struct layer *l, struct smtp_mail *t, uint64_t missing)
{
    if (!t->current || !missing)
        return;
    smtp_mail_release_dot(l, t); /* it may be the end, or not */
    emit_begin(l, t->current);
    t->current->mail.missing_bytes += missing;
    emit_mail(l, EVENT_MAIL_GAP, t->current, BYTES_NONE, missing);
    begin_line(t, LINE_CRLF); /* a dot right after the gap is more likely the end than text */
    t->gap_lines = 2;         /* the first may be the end of a line */
}

/* --- memory --- */

void smtp_mail_set_user(struct smtp_mail *t, struct bytes user)
{
    keep(&t->auth_user, user);
}

void smtp_mail_fini(struct smtp_mail *t)
{
    smtp_refusal_forget(&t->refusal);
    while (t->messages) {
        struct message *next = t->messages->next;

        message_clear(t->messages);
        mem_free(t->messages);
        t->messages = next;
    }
    envelope_clear(&t->envelope);
    drop(&t->helo);
    drop(&t->auth_user);
}

size_t smtp_mail_held(const struct smtp_mail *t)
{
    return t->helo.n + t->auth_user.n + envelope_held(&t->envelope) + t->messages_held;
}
