/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/smtp_reply.h"

#include <string.h>

#include "base/mem.h"

#define PENDING_MAX       20000   /* commands without a reply */
#define PENDING_BYTES_MAX 1048576 /* what they hold */

void smtp_enter(struct layer *l, struct smtp *s, enum client_state state)
{
#define STATE_NAME(name) #name,
    static const char *const names[] = {SMTP_STATES(STATE_NAME)};
#undef STATE_NAME

    if (layer_is_traced(l) && state != s->client)
        layer_trace(l, "smtp client", names[s->client], names[state]);
    s->client = state;
}

/* --- the queue --- */

static struct command *queue_at(const struct smtp *s, size_t i)
{
    return &s->queue[(s->head + i) & (s->room - 1)];
}

static struct command take_command(struct smtp *s)
{
    struct command c = *queue_at(s, 0);

    s->head = (s->head + 1) & (s->room - 1);
    s->waiting--;
    return c;
}

static void grow_queue(struct smtp *s)
{
    size_t room = s->room ? 2 * s->room : 16;

    s->queue = mem_resize(s->queue, room * sizeof *s->queue);
    /* What lies before `head` moves to after the old end. */
    if (s->head)
        memcpy(s->queue + s->room, s->queue, s->head * sizeof *s->queue);
    s->room = room;
}

static void enqueue(struct smtp *s, struct command c)
{
    if (s->waiting == s->room)
        grow_queue(s);
    *queue_at(s, s->waiting++) = c;
    s->queue_bytes += c.held;
    s->queued[c.verb]++;
    if (c.message)
        c.message->commands++;
}

bool smtp_queue_empty(const struct smtp *s)
{
    return !s->waiting;
}

static unsigned next_verb(const struct smtp *s)
{
    return queue_at(s, 0)->verb;
}

bool smtp_queue_ends_with(const struct smtp *s, unsigned verb)
{
    return s->waiting && queue_at(s, s->waiting - 1)->verb == verb;
}

/* The command at the front is gone from the queue. */
static void forget_command(struct smtp *s, struct command *c)
{
    s->queue_bytes -= c->held;
    s->queued[c->verb]--;
    mem_free((void *)(uintptr_t)c->argument.at);
    if (c->message) {
        c->message->commands--;
        smtp_mail_release(&s->mail, c->message);
    }
}

void smtp_queue_fini(struct smtp *s)
{
    while (s->waiting) {
        struct command c = take_command(s);

        forget_command(s, &c);
    }
    mem_free(s->queue);
}

/* --- what a reply does --- */

void smtp_end_text_without_dot(struct layer *l, struct smtp *s, int code)
{
    struct message *m = s->mail.current;

    smtp_enter(l, s, CLIENT_COMMAND);
    s->client_resync = true;
    s->mail.envelope_lost = true;
    m->mail.reply = code ? code : REPLY_NONE;
    smtp_mail_finish(l, &s->mail, m);
}

void smtp_abandon_chunks(struct layer *l, struct smtp *s)
{
    if (s->mail.current && s->client != CLIENT_TEXT && s->client != CLIENT_CHUNK)
        smtp_mail_finish(l, &s->mail, s->mail.current);
}

static void apply_data(struct layer *l, struct smtp *s, int code)
{
    if (s->client != CLIENT_DATA_WAIT)
        return;
    if (code == SMTP_CODE_UNKNOWN ? smtp_mail_may_have_envelope(&s->mail) : code / 100 == 3) {
        smtp_abandon_chunks(l, s);
        smtp_enter(l, s, CLIENT_TEXT);
        smtp_mail_begin(l, &s->mail);
    } else {
        smtp_enter(l, s, CLIENT_COMMAND);
        smtp_refusal_data(&s->mail.refusal, code);
    }
}

static void emit_login(struct layer *l, struct smtp *s, int code)
{
    struct login login = {.ts = s->tried_ts,
                          .mechanism = buf_view(&s->tried_mechanism),
                          .user = buf_view(&s->tried_user),
                          .password = buf_view(&s->tried_password),
                          .reply = code ? code : REPLY_NONE,
                          .accepted = smtp_mail_verdict(code)};

    if (login.mechanism.n && (login.user.n || login.password.n || s->mechanism == SMTP_AUTH_OTHER))
        layer_emit_login(l, MODULE_SMTP, &login);
    buf_clear(&s->tried_mechanism);
}

/* A command's fate is known: `code`, or SMTP_CODE_UNKNOWN. */
static void apply(struct layer *l, struct smtp *s, struct command *c, int code)
{
    switch (c->verb) {
    case SMTP_DATA:
        apply_data(l, s, code);
        break;
    case WAITING_END_OF_TEXT:
        smtp_mail_reply(l, &s->mail, c->message, code);
        break;
    case SMTP_BDAT:
        s->chunk_refused = code >= 400 && s->client == CLIENT_CHUNK && s->chunk_untouched;
        smtp_refusal_data(&s->mail.refusal, code);
        smtp_mail_apply_chunk(l, &s->mail, c->message, c->last, code);
        break;
    case SMTP_STARTTLS:
        if (s->client == CLIENT_TLS_WAIT)
            smtp_enter(l, s, code && code < 400 ? CLIENT_TLS_BEGIN : CLIENT_COMMAND);
        break;
    case SMTP_AUTH:
        if (s->client == CLIENT_AUTH_WAIT || s->client == CLIENT_AUTH_LINE)
            smtp_enter(l, s, CLIENT_COMMAND);
        if (s->tried_user.len && (code == SMTP_CODE_UNKNOWN || code < 400))
            smtp_mail_set_user(&s->mail, buf_view(&s->tried_user));
        emit_login(l, s, code);
        buf_clear(&s->tried_user);
        break;
    default:
        smtp_mail_apply(l, &s->mail, c->verb, c->argument, c->ts, c->message, code);
        break;
    }
}

static void pop(struct layer *l, struct smtp *s, int code)
{
    struct command c = take_command(s);

    if (c.verb == WAITING_LOST) {
        s->lost_answered = false;
        s->mail.envelope_lost = true;
    } else {
        apply(l, s, &c, code);
    }
    forget_command(s, &c);
}

void smtp_settle_unknown(struct layer *l, struct smtp *s)
{
    while (!smtp_queue_empty(s))
        pop(l, s, SMTP_CODE_UNKNOWN);
    s->replies_lost = false;
}

void smtp_add_command(struct layer *l, struct smtp *s, struct command c)
{
    c.ts = layer_now(l);
    c.held += sizeof c + c.argument.n;
    enqueue(s, c);
    while (s->waiting > PENDING_MAX || (s->queue_bytes > PENDING_BYTES_MAX && s->waiting > 1)) {
        if (!s->queue_limited)
            layer_limit(l, "too many SMTP commands without a reply");
        s->queue_limited = true;
        pop(l, s, SMTP_CODE_UNKNOWN);
    }
    if (l->one_sided)
        smtp_settle_unknown(l, s);
}

void smtp_client_goes_on(struct layer *l, struct smtp *s)
{
    if (s->replies_lost)
        smtp_settle_unknown(l, s);
    if (s->lost_answered && !smtp_queue_empty(s) && next_verb(s) == WAITING_LOST)
        pop(l, s, SMTP_CODE_UNKNOWN);
}

/* A reply that no command in the queue asked for. */
static void unasked_reply(struct layer *l, struct smtp *s, int code)
{
    if (s->client != CLIENT_TEXT || !s->mail.current || code / 100 == 3)
        return;
    if (s->mail.current->mail.missing_bytes) { /* the lone dot was in a gap */
        smtp_end_text_without_dot(l, s, code);
    } else {
        s->mail.current->mail.reply = code;
        s->mail.current->early_reply = true;
    }
}

/* Commands are missing at the front of the queue: what can this be the reply to? */
static void reply_to_lost(struct layer *l, struct smtp *s, int code)
{
    s->lost_answered = true;
    if (code == 354 && s->client == CLIENT_COMMAND) { /* DATA was among them */
        smtp_abandon_chunks(l, s);
        smtp_enter(l, s, CLIENT_TEXT);
        s->mail.data_ts = layer_now(l);
        s->client_resync = l->mid_line[FROM_CLIENT] = false;
        pop(l, s, SMTP_CODE_UNKNOWN);
        smtp_mail_begin(l, &s->mail);
        return;
    }
    if (s->waiting > 1) /* others wait too: one is taken to be missing */
        pop(l, s, SMTP_CODE_UNKNOWN);
}

static void align_on(struct layer *l, struct smtp *s, unsigned verb)
{
    while (next_verb(s) != verb)
        pop(l, s, SMTP_CODE_UNKNOWN);
    s->replies_lost = false;
}

/* 354 answers DATA (or what is missing) and nothing else, so what stands before it
 * was answered, too. */
static void align_on_data(struct layer *l, struct smtp *s)
{
    unsigned verb = s->client == CLIENT_DATA_WAIT ? SMTP_DATA : WAITING_LOST;

    if (s->queued[verb])
        align_on(l, s, verb);
}

/* RFC 3463 section 3.2: X.1.1 to X.1.6 are of a recipient's address (X.1.0, .7, .8: the sender's).
 */
static bool is_of_recipient(struct bytes text)
{
    return text.n >= 5 && text.at[1] == '.' && text.at[2] == '1' && text.at[3] == '.' &&
           text.at[4] >= '1' && text.at[4] <= '6' && (text.n == 5 || text.at[5] == ' ');
}

/* Codes that can only mean one thing: where replies are missing they bring both sides together. */
static void align(struct layer *l, struct smtp *s, int code, struct bytes text)
{
    static const struct {
        int code;
        unsigned verb;
    } only[] = {{221, SMTP_QUIT}, {334, SMTP_AUTH}, {235, SMTP_AUTH}, {220, SMTP_STARTTLS}};

    if (code == 354)
        align_on_data(l, s);
    for (size_t i = 0; i < sizeof only / sizeof *only; i++)
        if (only[i].code == code && s->queued[only[i].verb])
            align_on(l, s, only[i].verb);
    if (next_verb(s) == SMTP_MAIL && s->queued[SMTP_RCPT] && is_of_recipient(text))
        align_on(l, s, SMTP_RCPT);
}

void smtp_take_reply(struct layer *l, struct smtp *s, int code, struct bytes text)
{
    unsigned verb;

    if (!s->greeted) {
        s->greeted = true;
        if (code == 220 || smtp_queue_empty(s))
            return;
    }
    if (smtp_queue_empty(s)) {
        unasked_reply(l, s, code);
        return;
    }
    align(l, s, code, text);
    verb = next_verb(s);
    if (verb == WAITING_LOST) {
        reply_to_lost(l, s, code);
        return;
    }
    if (s->replies_lost && code != 354)
        return; /* to which of them is not known; the next command settles it */
    if (verb == WAITING_END_OF_TEXT && s->lmtp) {
        struct command *c = queue_at(s, 0);

        smtp_mail_reply_recipient(c->message, c->replies, code);
        if (!c->replies--)
            pop(l, s, SMTP_CODE_UNKNOWN);
        return;
    }
    if (verb == SMTP_AUTH && code == 334) {
        if (s->client == CLIENT_AUTH_WAIT)
            smtp_enter(l, s, CLIENT_AUTH_LINE);
        return;
    }
    pop(l, s, code);
}
