/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SMTP as it is really spoken: RFC 5321 with PIPELINING (RFC 2920), CHUNKING
 * (RFC 3030), AUTH (RFC 4954), STARTTLS (RFC 3207).
 *
 * Commands wait in a queue for their replies, and what a command does to the
 * transaction is done when its reply is there (or will never be).  Where bytes
 * are missing, the codes that can only mean one thing (354) and the client's
 * next command bring the two sides together again.
 *
 * The client chooses how many commands and messages wait here, so none of them is
 * searched for: the queue is a ring, a command knows its message, a message its
 * neighbours, and what has to be known of the whole queue is counted.  A command, its
 * reply and a message cost O(1) each, whatever waits.
 */
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "proto/detect.h"
#include "proto/layer.h"

#define PENDING_MAX        20000   /* commands without a reply */
#define PENDING_BYTES_MAX  1048576 /* what they hold */
#define ENVELOPE_BYTES_MAX 1048576 /* paths of one message's recipients */
#define SURE_LINE_MAX      1024    /* of a command that is told from text */
#define DATA_LINE_BYTES    6       /* "DATA", CR, LF */
#define CODE_UNKNOWN       0       /* the reply was not seen */

enum verb {
    VERB_OTHER,
    VERB_HELO,
    VERB_MAIL,
    VERB_RCPT,
    VERB_DATA,
    VERB_BDAT,
    VERB_RSET,
    VERB_AUTH,
    VERB_STARTTLS,
    VERB_QUIT,
    VERB_END_OF_TEXT, /* the lone dot */
    VERB_LOST,        /* any number of commands that are missing in the capture */
    VERB_KINDS
};

static const struct {
    const char *word;
    enum verb verb;
    enum smtp_verb_kind kind;
    const char *follow; /* what must stand behind the word, or NULL: a blank or nothing */
} verbs[] = {
    {"HELO", VERB_HELO, SMTP_VERB_OWN, NULL},
    {"EHLO", VERB_HELO, SMTP_VERB_OWN, NULL},
    {"LHLO", VERB_HELO, SMTP_VERB_OWN, NULL},
    {"MAIL", VERB_MAIL, SMTP_VERB_OWN, "FROM"},
    {"RCPT", VERB_RCPT, SMTP_VERB_OWN, "TO"},
    {"DATA", VERB_DATA, SMTP_VERB_SHARED, NULL},
    {"BDAT", VERB_BDAT, SMTP_VERB_SHARED, NULL},
    {"RSET", VERB_RSET, SMTP_VERB_SHARED, NULL},
    {"AUTH", VERB_AUTH, SMTP_VERB_SHARED, NULL},
    {"STARTTLS", VERB_STARTTLS, SMTP_VERB_SHARED, NULL},
    {"QUIT", VERB_QUIT, SMTP_VERB_SHARED, NULL},
    {"NOOP", VERB_OTHER, SMTP_VERB_SHARED, NULL},
    {"HELP", VERB_OTHER, SMTP_VERB_SHARED, NULL},
    {"VRFY", VERB_OTHER, SMTP_VERB_SHARED, NULL},
    {"EXPN", VERB_OTHER, SMTP_VERB_SHARED, NULL},
};
#define VERB_COUNT (sizeof verbs / sizeof *verbs)

enum client_state {
    CLIENT_COMMAND,
    CLIENT_DATA_WAIT, /* what follows DATA is text or not, as the reply says */
    CLIENT_TEXT,
    CLIENT_CHUNK, /* inside BDAT */
    CLIENT_AUTH_WAIT,
    CLIENT_AUTH_LINE, /* the next line answers a 334 */
    CLIENT_TLS_WAIT,
    CLIENT_OVER, /* encrypted */
};

enum auth_step { AUTH_OTHER, AUTH_PLAIN, AUTH_LOGIN_USER, AUTH_LOGIN_PASSWORD };
enum dot_state { DOT_NONE, DOT_SEEN, DOT_CR_SEEN };

struct envelope {
    bool has_from;
    struct bytes from; /* own copy */
    struct recipient *recipients;
    size_t count, room;
    size_t bytes; /* of the paths */
    uint64_t dropped, accepted, rejected;
};

/* A text that has begun, or that BDAT has offered.  Whether that is a message is known
 * with the reply. */
struct message {
    struct mail mail;
    struct envelope envelope;
    bool has_envelope; /* BDAT: not before its replies are there */
    bool begun;        /* EVENT_MAIL_BEGIN was said */
    bool wanted;       /* it is a message: the server has let it in, or there is an envelope */
    bool early_reply;
    bool over;                    /* said to be done, or dropped; only commands know it yet */
    unsigned commands;            /* in the queue that know it: it stays until they are gone */
    struct message *older, *next; /* in smtp.messages, until it is over */
};

struct command {
    enum verb verb;
    struct bytes argument;   /* own copy; name of HELO, path of MAIL and RCPT */
    struct message *message; /* the one it ends, or goes on with, or NULL; it may be over */
    bool last;               /* BDAT LAST */
    size_t held;             /* bytes of memory */
};

struct smtp {
    enum client_state client;
    struct command *queue;       /* commands that wait for their replies: a ring */
    size_t head, waiting;        /* the oldest, how many */
    size_t room;                 /* a power of two, or 0 */
    size_t queue_bytes;          /* what they hold */
    unsigned queued[VERB_KINDS]; /* how many of each verb wait */
    bool queue_limited;          /* LIMIT was said */
    struct envelope transaction;
    bool envelope_lost; /* commands are missing that may have been its */
    struct bytes helo, auth_user;
    enum auth_step auth;
    struct message *messages, *newest; /* oldest first; a list that nobody walks */
    size_t messages_held;              /* bytes of memory */
    struct message *current;           /* the text being sent */
    time_us data_ts;
    uint64_t chunk_left;
    bool chunk_last;
    unsigned hole_lines; /* lines behind a hole in a text that may be commands */
    bool line_start;
    enum dot_state dot;
    bool greeted;
    bool replies_lost;   /* some reply to what is queued is missing */
    bool server_seen;    /* since the last hole in what it said */
    bool lost_answered;  /* VERB_LOST has had a reply */
    bool client_resync;  /* a hole may have cut a line */
    uint64_t lost_bytes; /* of commands, since the last one that was seen */
    bool settled;
};

/* --- first lines, for detect.c --- */

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

enum smtp_verb_kind smtp_judge_line(struct bytes line)
{
    int i = find_verb(line);

    return i < 0 ? SMTP_VERB_NONE : verbs[i].kind;
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

/* --- memory --- */

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

static void *smtp_new(struct layer *l)
{
    struct smtp *s = MEM_NEW(struct smtp);

    s->greeted = l->resync || l->one_sided;
    s->envelope_lost = l->resync;
    return s;
}

static void message_clear(struct message *m)
{
    envelope_clear(&m->envelope);
    drop(&m->mail.helo);
    drop(&m->mail.auth_user);
}

/* A command that knew it is gone, or it is over: the last of these frees it. */
static void message_release(struct smtp *s, struct message *m)
{
    if (!m->over || m->commands)
        return;
    s->messages_held -= sizeof *m;
    mem_free(m);
}

/* The command at the front is gone from the queue. */
static void forget_command(struct smtp *s, struct command *c)
{
    s->queue_bytes -= c->held;
    s->queued[c->verb]--;
    drop(&c->argument);
    if (c->message) {
        c->message->commands--;
        message_release(s, c->message);
    }
}

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

static void smtp_free(void *state)
{
    struct smtp *s = state;

    while (s->waiting) {
        struct command c = take_command(s);

        forget_command(s, &c);
    }
    while (s->messages) {
        struct message *next = s->messages->next;

        message_clear(s->messages);
        mem_free(s->messages);
        s->messages = next;
    }
    mem_free(s->queue);
    envelope_clear(&s->transaction);
    drop(&s->helo);
    drop(&s->auth_user);
    mem_free(s);
}

/* --- messages --- */

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

static void take_envelope(struct smtp *s, struct message *m)
{
    keep(&m->mail.helo, s->helo);
    keep(&m->mail.auth_user, s->auth_user);
    m->envelope = s->transaction;
    memset(&s->transaction, 0, sizeof s->transaction);
    s->envelope_lost = false;
    m->has_envelope = true;
    s->messages_held += message_held(m);
}

/* RFC 3030 section 2: without MAIL and RCPT there is nothing that BDAT could be for. */
static bool may_have_envelope(const struct smtp *s)
{
    return s->envelope_lost || (s->transaction.has_from && s->transaction.accepted);
}

/* A text is there, or will be; the events say nothing of it yet. */
static struct message *offer_message(struct layer *l, struct smtp *s)
{
    struct message *m = MEM_NEW(struct message);

    m->older = s->newest;
    *(m->older ? &m->older->next : &s->messages) = m;
    s->newest = s->current = m;
    s->messages_held += sizeof *m;
    m->mail.ts = s->data_ts;
    m->mail.module = l->via ? l->via->module : MODULE_SMTP;
    m->mail.target = l->via ? &l->via->target : NULL;
    m->mail.reply = REPLY_NONE;
    s->line_start = true;
    s->dot = DOT_NONE;
    s->hole_lines = 0;
    return m;
}

static void say_begin(struct layer *l, struct message *m)
{
    if (m->begun)
        return;
    m->begun = true;
    m->mail.n = layer_next_mail(l);
    emit_mail(l, EVENT_MAIL_BEGIN, m, BYTES_NONE, 0);
}

/* The server has let the text begin, or it is there without a reply in sight. */
static void begin_message(struct layer *l, struct smtp *s)
{
    struct message *m = offer_message(l, s);

    m->wanted = true;
    take_envelope(s, m);
    say_begin(l, m);
}

/* No command, nor the client's bytes, can add to it any more. */
static void end_message(struct smtp *s, struct message *m)
{
    *(m->older ? &m->older->next : &s->messages) = m->next;
    *(m->next ? &m->next->older : &s->newest) = m->older;
    if (s->current == m)
        s->current = NULL;
    if (m->has_envelope)
        s->messages_held -= message_held(m);
    message_clear(m);
    m->over = true;
    message_release(s, m);
}

/* It was refused, or nobody's: no message after all. */
static void drop_message(struct layer *l, struct smtp *s, struct message *m)
{
    if (m->begun)
        emit_mail(l, EVENT_MAIL_NONE, m, BYTES_NONE, 0);
    end_message(s, m);
}

static void finish_message(struct layer *l, struct smtp *s, struct message *m)
{
    if (!m->wanted && !may_have_envelope(s)) {
        drop_message(l, s, m);
        return;
    }
    say_begin(l, m);
    if (!m->has_envelope)
        take_envelope(s, m);
    m->mail.has_from = m->envelope.has_from;
    m->mail.from = m->envelope.from;
    m->mail.recipients = m->envelope.recipients;
    m->mail.recipient_count = m->envelope.count;
    m->mail.recipients_dropped = m->envelope.dropped;
    m->mail.rcpt_count = m->envelope.accepted;
    m->mail.rcpt_rejected = m->envelope.rejected;
    emit_mail(l, EVENT_MAIL_DONE, m, BYTES_NONE, 0);
    end_message(s, m);
}

static void say_text(struct layer *l, struct smtp *s, const uint8_t *at, size_t n)
{
    if (!n)
        return;
    say_begin(l, s->current);
    emit_mail(l, EVENT_MAIL_TEXT, s->current, (struct bytes){at, n}, 0);
}

/* --- the queue of commands --- */

static void grow_queue(struct smtp *s)
{
    size_t room = s->room ? 2 * s->room : 16;

    s->queue = mem_resize(s->queue, room * sizeof *s->queue);
    /* What lies in front of `head` goes on behind the old end. */
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

static bool queue_empty(const struct smtp *s)
{
    return !s->waiting;
}

static enum verb next_verb(const struct smtp *s)
{
    return queue_at(s, 0)->verb;
}

/* The end of the text was in a hole, and so may be the beginning of what follows. */
static void end_text_without_dot(struct layer *l, struct smtp *s, int code)
{
    struct message *m = s->current;

    s->client = CLIENT_COMMAND;
    s->client_resync = true;
    s->envelope_lost = true;
    m->mail.reply = code ? code : REPLY_NONE;
    finish_message(l, s, m);
}

/* BDAT without LAST, and the client has turned to something else. */
static void abandon_chunks(struct layer *l, struct smtp *s)
{
    if (s->current && s->client != CLIENT_TEXT && s->client != CLIENT_CHUNK)
        finish_message(l, s, s->current);
}

static int verdict_of(int code)
{
    return code == CODE_UNKNOWN ? VERDICT_NONE : code < 400 ? VERDICT_YES : VERDICT_NO;
}

/* Ends the message that a command has to do with, if it is still there. */
static void end_message_of(struct layer *l, struct smtp *s, const struct command *c, int code)
{
    struct message *m = c->message;

    if (!m || m->over)
        return;
    if (code)
        m->mail.reply = code;
    finish_message(l, s, m);
}

/* The reply to MAIL, RCPT, RSET or HELO: RFC 5321 section 4.1.4 on what resets. */
static void apply_to_transaction(struct layer *l, struct smtp *s, const struct command *c,
                                 int verdict)
{
    switch (c->verb) {
    case VERB_HELO:
    case VERB_RSET:
        end_message_of(l, s, c, CODE_UNKNOWN);
        if (verdict != VERDICT_NO) {
            envelope_clear(&s->transaction);
            s->envelope_lost = false;
        }
        if (c->verb == VERB_HELO && (verdict != VERDICT_NO || !s->helo.n))
            keep(&s->helo, c->argument);
        break;
    case VERB_MAIL:
        if (verdict == VERDICT_NO)
            break;
        end_message_of(l, s, c, CODE_UNKNOWN);
        envelope_clear(&s->transaction);
        s->transaction.has_from = true;
        keep(&s->transaction.from, c->argument);
        break;
    case VERB_RCPT:
        envelope_add(&s->transaction, c->argument, verdict);
        break;
    case VERB_QUIT:
        end_message_of(l, s, c, CODE_UNKNOWN);
        break;
    default:
        break;
    }
}

static void apply_data(struct layer *l, struct smtp *s, int code)
{
    if (s->client != CLIENT_DATA_WAIT)
        return;
    if (code == CODE_UNKNOWN ? may_have_envelope(s) : code / 100 == 3) {
        abandon_chunks(l, s);
        s->client = CLIENT_TEXT;
        begin_message(l, s);
    } else {
        s->client = CLIENT_COMMAND;
    }
}

/* RFC 5321 section 4.2.3: the command itself was refused, whatever its text. */
static bool refuses_command(int code)
{
    return code >= 500 && code <= 504;
}

/* What the reply to BDAT says of a text of which it is not known yet whether it is a
 * message; false: it is none.  With an envelope it is one, unless the command was
 * refused; without, only if there is text and the server took it. */
static bool judge_chunk(const struct smtp *s, struct message *m, int code)
{
    bool envelope = may_have_envelope(s);

    if (m->wanted || code == CODE_UNKNOWN)
        return true;
    if (code >= 400)
        m->wanted = envelope && !refuses_command(code);
    else
        m->wanted = envelope || m->begun;
    return m->wanted || code < 400;
}

/* The reply may come before the last chunk is all there. */
static void apply_bdat(struct layer *l, struct smtp *s, const struct command *c, int code)
{
    struct message *m = c->message;

    if (!m || m->over)
        return;
    if (!judge_chunk(s, m, code)) {
        drop_message(l, s, m);
        return;
    }
    if (c->last && m == s->current)
        m->early_reply = true;
    if (c->last || code >= 400)
        m->mail.reply = code ? code : REPLY_NONE;
    if (c->last && !m->early_reply)
        finish_message(l, s, m);
}

/* A command's fate is known: `code`, or CODE_UNKNOWN. */
static void apply(struct layer *l, struct smtp *s, struct command *c, int code)
{
    int verdict = verdict_of(code);

    switch (c->verb) {
    case VERB_DATA:
        apply_data(l, s, code);
        break;
    case VERB_END_OF_TEXT:
        end_message_of(l, s, c, code);
        break;
    case VERB_BDAT:
        apply_bdat(l, s, c, code);
        break;
    case VERB_STARTTLS:
        if (s->client == CLIENT_TLS_WAIT)
            s->client = verdict == VERDICT_YES ? CLIENT_OVER : CLIENT_COMMAND;
        break;
    case VERB_AUTH:
        if (s->client == CLIENT_AUTH_WAIT || s->client == CLIENT_AUTH_LINE)
            s->client = CLIENT_COMMAND;
        break;
    default:
        apply_to_transaction(l, s, c, verdict);
        break;
    }
}

static void pop(struct layer *l, struct smtp *s, int code)
{
    struct command c = take_command(s);

    if (c.verb == VERB_LOST) {
        s->lost_answered = false;
        s->envelope_lost = true;
    } else {
        apply(l, s, &c, code);
    }
    forget_command(s, &c);
}

static void settle_unknown(struct layer *l, struct smtp *s)
{
    while (!queue_empty(s))
        pop(l, s, CODE_UNKNOWN);
    s->replies_lost = false;
}

static void add_command(struct layer *l, struct smtp *s, struct command c)
{
    c.held += sizeof c + c.argument.n;
    enqueue(s, c);
    while (s->waiting > PENDING_MAX || (s->queue_bytes > PENDING_BYTES_MAX && s->waiting > 1)) {
        if (!s->queue_limited)
            layer_limit(l, "too many SMTP commands without a reply");
        s->queue_limited = true;
        pop(l, s, CODE_UNKNOWN);
    }
    if (l->one_sided)
        settle_unknown(l, s);
}

/* --- client: commands --- */

/* RFC 5321 section 4.1.2: the path between < and >; where they are left out, up
 * to the first blank.  A quoted local part may hold both. */
static struct bytes read_path(struct bytes line, size_t word, const char *keyword)
{
    struct bytes rest = bytes_trim(bytes_skip(line, word));
    bool quoted = false;
    size_t n = 0, start;

    rest = bytes_trim(bytes_skip(rest, strlen(keyword)));
    if (rest.n && rest.at[0] == ':')
        rest = bytes_trim(bytes_skip(rest, 1));
    start = rest.n && rest.at[0] == '<';
    for (n = start; n < rest.n; n++) {
        if (rest.at[n] == '"')
            quoted = !quoted;
        else if (rest.at[n] == '\\' && quoted)
            n++;
        else if (!quoted && (start ? rest.at[n] == '>' : rest.at[n] == ' '))
            break;
    }
    if (n > rest.n)
        n = rest.n;
    return (struct bytes){rest.at + start, n - start};
}

static void end_chunk(struct layer *l, struct smtp *s)
{
    struct message *m = s->current;

    s->client = CLIENT_COMMAND;
    if (!m || !s->chunk_last)
        return;
    s->current = NULL;
    m->mail.ended = true;
    if (m->early_reply)
        finish_message(l, s, m);
}

static void read_bdat(struct layer *l, struct smtp *s, struct command *c, struct bytes argument)
{
    uint64_t size = 0;
    size_t i = 0;

    for (; i < argument.n && argument.at[i] >= '0' && argument.at[i] <= '9' && !(size >> 56); i++)
        size = size * 10 + (argument.at[i] - '0');
    if (!i) {
        c->verb = VERB_OTHER; /* malformed: the server will say so */
        return;
    }
    c->last = bytes_equal_nocase(bytes_trim(bytes_skip(argument, i)), "LAST");
    if (!s->current) {
        s->data_ts = layer_now(l);
        (void)offer_message(l, s);
        c->held = sizeof *s->current;
    }
    c->message = s->current;
    s->chunk_left = size;
    s->chunk_last = c->last;
    s->client = CLIENT_CHUNK;
    if (!size)
        end_chunk(l, s);
}

/* RSET, HELO and QUIT end a message of which the last chunk never came; its
 * envelope is known when their reply is there.  MAIL does so if it is accepted. */
static void leave_chunks(struct smtp *s, struct command *c)
{
    if (!s->current)
        return;
    c->message = s->current;
    if (c->verb != VERB_MAIL)
        s->current = NULL;
}

static void keep_auth(struct smtp *s, struct bytes text)
{
    struct buf plain = {0};

    if (base64_decode(bytes_trim(text), &plain)) {
        struct bytes user = buf_view(&plain);

        if (s->auth == AUTH_PLAIN) { /* RFC 4616: [authzid] NUL authcid NUL passwd */
            const uint8_t *nul = user.n ? memchr(user.at, 0, user.n) : NULL;

            user = nul ? bytes_skip(user, (size_t)(nul - user.at) + 1) : BYTES_NONE;
            nul = user.n ? memchr(user.at, 0, user.n) : NULL;
            if (nul)
                user.n = (size_t)(nul - user.at);
        }
        if (s->auth == AUTH_PLAIN || s->auth == AUTH_LOGIN_USER)
            keep(&s->auth_user, user);
    }
    buf_fini(&plain);
    if (s->auth == AUTH_LOGIN_USER)
        s->auth = AUTH_LOGIN_PASSWORD;
}

static void read_auth(struct smtp *s, struct bytes argument)
{
    struct bytes rest = argument;
    size_t n = 0;

    while (n < rest.n && rest.at[n] != ' ')
        n++;
    rest = bytes_trim(bytes_skip(rest, n));
    argument.n = n;
    s->auth = bytes_equal_nocase(argument, "PLAIN")   ? AUTH_PLAIN
              : bytes_equal_nocase(argument, "LOGIN") ? AUTH_LOGIN_USER
                                                      : AUTH_OTHER;
    if (rest.n) /* initial response, RFC 4954 section 4 */
        keep_auth(s, rest);
    s->client = CLIENT_AUTH_WAIT;
}

static void read_command(struct layer *l, struct smtp *s, struct bytes line)
{
    struct command c = {.verb = VERB_OTHER};
    int i = find_verb(line);
    size_t word = i < 0 ? 0 : strlen(verbs[i].word);
    struct bytes argument = bytes_trim(bytes_skip(line, word));

    if (i >= 0)
        c.verb = verbs[i].verb;
    switch (c.verb) {
    case VERB_HELO:
        keep(&c.argument, argument);
        leave_chunks(s, &c);
        break;
    case VERB_RSET:
    case VERB_QUIT:
        leave_chunks(s, &c);
        break;
    case VERB_MAIL:
        leave_chunks(s, &c);
        keep(&c.argument, read_path(line, word, verbs[i].follow));
        break;
    case VERB_RCPT:
        keep(&c.argument, read_path(line, word, verbs[i].follow));
        break;
    case VERB_DATA:
        s->data_ts = layer_now(l);
        s->client = CLIENT_DATA_WAIT;
        break;
    case VERB_BDAT:
        read_bdat(l, s, &c, argument);
        break;
    case VERB_AUTH:
        read_auth(s, argument);
        break;
    case VERB_STARTTLS:
        s->client = CLIENT_TLS_WAIT;
        break;
    default:
        break;
    }
    add_command(l, s, c);
}

static void say_command(struct layer *l, struct bytes line)
{
    struct event event = {.type = EVENT_COMMAND, .module = MODULE_SMTP, .bytes = line};

    layer_emit(l, &event);
}

/* The client goes on: so it has had the replies, seen here or not. */
static void client_goes_on(struct layer *l, struct smtp *s)
{
    if (s->replies_lost)
        settle_unknown(l, s);
    if (s->lost_answered && !queue_empty(s) && next_verb(s) == VERB_LOST)
        pop(l, s, CODE_UNKNOWN);
}

static void gap_in_text(struct layer *l, struct smtp *s, uint64_t missing);

static bool has_recipients(const struct smtp *s)
{
    return s->transaction.accepted || s->queued[VERB_RCPT];
}

/* Behind a hole in the commands, with a reply missing too: what is no command, in
 * a transaction that has recipients, is text, and DATA and its 354 are in the holes. */
static bool begin_text_after_hole(struct layer *l, struct smtp *s)
{
    uint64_t missing = s->lost_bytes > DATA_LINE_BYTES ? s->lost_bytes - DATA_LINE_BYTES : 0;

    if (!s->replies_lost || s->lost_bytes < DATA_LINE_BYTES || !has_recipients(s))
        return false;
    settle_unknown(l, s);
    abandon_chunks(l, s);
    s->data_ts = layer_now(l);
    s->lost_bytes = 0;
    s->client_resync = l->mid_line[FROM_CLIENT] = false;
    s->client = CLIENT_TEXT;
    begin_message(l, s);
    if (missing)
        gap_in_text(l, s, missing);
    return true;
}

static enum step client_line(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    struct bytes line;
    enum step step;
    bool resync = s->client_resync;

    if (resync && !l->mid_line[FROM_CLIENT] && !smtp_may_begin_verb(in) &&
        begin_text_after_hole(l, s))
        return STEP_AGAIN;
    if (resync && !l->mid_line[FROM_CLIENT] && !smtp_may_begin_verb(in)) {
        l->mid_line[FROM_CLIENT] = true; /* the rest of a line cut by a hole */
        s->client_resync = false;
    }
    if (!layer_take_line(l, FROM_CLIENT, in, &line, used, &step))
        return step;
    s->client_resync = false;
    if (resync && find_verb(line) < 0) {
        if (begin_text_after_hole(l, s))
            *used = 0; /* the line is its first */
        return STEP_AGAIN;
    }
    s->lost_bytes = 0;
    client_goes_on(l, s);
    if (!s->settled) {
        s->settled = true;
        layer_settle(l, MODULE_SMTP);
    }
    say_command(l, line);
    if (s->client == CLIENT_AUTH_LINE) {
        s->client = CLIENT_AUTH_WAIT;
        keep_auth(s, line);
    } else {
        read_command(l, s, line);
    }
    return STEP_AGAIN;
}

/* --- client: texts --- */

static void end_text(struct layer *l, struct smtp *s)
{
    struct message *m = s->current;

    m->mail.ended = true;
    s->current = NULL;
    s->client = CLIENT_COMMAND;
    s->dot = DOT_NONE;
    say_command(l, bytes_of("."));
    if (m->early_reply)
        finish_message(l, s, m);
    else
        add_command(l, s, (struct command){.verb = VERB_END_OF_TEXT, .message = m});
}

enum next_line { NEXT_MORE, NEXT_COMMAND, NEXT_OTHER };

/* Words like HELP and DATA begin sentences, too; alone on a line they are commands. */
static bool is_sure_command(struct bytes line)
{
    int i = find_verb(line);

    return i >= 0 && (verbs[i].kind == SMTP_VERB_OWN ||
                      bytes_trim(bytes_skip(line, strlen(verbs[i].word))).n == 0);
}

/* Whether what comes is a command, where it could be something else, too. */
static enum next_line judge_next(struct bytes in)
{
    size_t most = in.n < SURE_LINE_MAX ? in.n : SURE_LINE_MAX;
    const uint8_t *end = memchr(in.at, '\n', most);

    if (!smtp_may_begin_verb(in))
        return NEXT_OTHER;
    if (!end)
        return in.n < SURE_LINE_MAX ? NEXT_MORE : NEXT_OTHER;
    return is_sure_command((struct bytes){in.at, (size_t)(end - in.at)}) ? NEXT_COMMAND
                                                                         : NEXT_OTHER;
}

/* Behind a hole that may have held the end of the text, with the server out of
 * sight: true if a command begins here, or it takes more bytes to tell. */
static bool text_is_over(struct layer *l, struct smtp *s, struct bytes in, enum step *step)
{
    enum next_line next = s->server_seen ? NEXT_OTHER : judge_next(in);

    *step = next == NEXT_MORE ? STEP_EITHER : STEP_AGAIN;
    if (next == NEXT_COMMAND)
        end_text_without_dot(l, s, CODE_UNKNOWN);
    else if (next == NEXT_OTHER)
        s->hole_lines--;
    return next != NEXT_OTHER;
}

/* RFC 5321 section 4.5.2: a dot at the start of a line is the end if it is alone,
 * and stuffing if it is not. */
static enum step text(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    size_t at = 0, from = 0;

    while (at < in.n) {
        const uint8_t *end;
        uint8_t c = in.at[at];
        enum step step;

        if (s->hole_lines && s->line_start && s->dot == DOT_NONE) {
            if (at) { /* each such line is looked at alone */
                say_text(l, s, in.at + from, at - from);
                *used = at;
                return STEP_AGAIN;
            }
            if (text_is_over(l, s, in, &step))
                return step;
        }

        if (s->dot != DOT_NONE) {
            if (c == '\n') {
                *used = at + 1;
                end_text(l, s);
                return STEP_AGAIN;
            }
            if (s->dot == DOT_SEEN && c == '\r') {
                s->dot = DOT_CR_SEEN;
                from = ++at;
                continue;
            }
            if (s->dot == DOT_CR_SEEN) /* the CR was text after all */
                say_text(l, s, (const uint8_t *)"\r", 1);
            s->dot = DOT_NONE;
            s->line_start = false;
            from = at;
        }
        if (s->line_start && c == '.') {
            say_text(l, s, in.at + from, at - from);
            s->dot = DOT_SEEN;
            from = ++at;
            continue;
        }
        end = memchr(in.at + at, '\n', in.n - at);
        s->line_start = end != NULL;
        at = end ? (size_t)(end - in.at) + 1 : in.n;
    }
    if (s->dot == DOT_NONE)
        say_text(l, s, in.at + from, at - from);
    *used = in.n;
    return STEP_AGAIN;
}

static enum step chunk(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    *used = in.n < s->chunk_left ? in.n : (size_t)s->chunk_left;
    if (s->current)
        say_text(l, s, in.at, *used);
    s->chunk_left -= *used;
    if (!s->chunk_left)
        end_chunk(l, s);
    return STEP_AGAIN;
}

/* The client goes on, and the reply that says what its bytes are is not in sight. */
static enum step client_waits(struct layer *l, struct smtp *s, struct bytes in)
{
    enum next_line next = NEXT_OTHER;

    if (!s->replies_lost)
        return STEP_WAIT;
    if (s->client != CLIENT_TLS_WAIT)
        next = judge_next(in);
    if (next == NEXT_MORE)
        return STEP_EITHER;
    switch (s->client) {
    case CLIENT_AUTH_WAIT:
        s->client = next == NEXT_COMMAND ? CLIENT_COMMAND : CLIENT_AUTH_LINE;
        if (next == NEXT_OTHER) /* it answers a 334, so AUTH has had no reply yet */
            s->replies_lost = false;
        break;
    case CLIENT_DATA_WAIT: /* text, unless DATA was refused, or had to be */
        if (next == NEXT_COMMAND)
            s->client = CLIENT_COMMAND;
        settle_unknown(l, s);
        break;
    default: /* a TLS record begins with its type, 20 to 23 (RFC 8446 section 5.1) */
        s->client = in.at[0] >= 20 && in.at[0] <= 23 ? CLIENT_OVER : CLIENT_COMMAND;
        settle_unknown(l, s);
        break;
    }
    return STEP_AGAIN;
}

static enum step client_parse(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    switch (s->client) {
    case CLIENT_COMMAND:
    case CLIENT_AUTH_LINE:
        return client_line(l, s, in, used);
    case CLIENT_TEXT:
        return text(l, s, in, used);
    case CLIENT_CHUNK:
        return chunk(l, s, in, used);
    case CLIENT_DATA_WAIT:
    case CLIENT_AUTH_WAIT:
    case CLIENT_TLS_WAIT:
        return client_waits(l, s, in);
    case CLIENT_OVER:
        break;
    }
    *used = in.n;
    return STEP_AGAIN;
}

/* --- server --- */

/* A reply that no command in the queue asked for. */
static void unasked_reply(struct layer *l, struct smtp *s, int code)
{
    if (s->client != CLIENT_TEXT || !s->current || code / 100 == 3)
        return;
    if (s->current->mail.missing_bytes) { /* the lone dot was in a hole */
        end_text_without_dot(l, s, code);
    } else {
        s->current->mail.reply = code;
        s->current->early_reply = true;
    }
}

/* Commands are missing at the front of the queue: what can this be the reply to? */
static void reply_to_lost(struct layer *l, struct smtp *s, int code)
{
    s->lost_answered = true;
    if (code == 354 && s->client == CLIENT_COMMAND) { /* DATA was among them */
        abandon_chunks(l, s);
        s->client = CLIENT_TEXT;
        s->data_ts = layer_now(l);
        s->client_resync = l->mid_line[FROM_CLIENT] = false;
        pop(l, s, CODE_UNKNOWN);
        begin_message(l, s);
        return;
    }
    if (s->waiting > 1) /* others wait behind: take it that one was missing */
        pop(l, s, CODE_UNKNOWN);
}

/* 354 answers DATA (or what is missing) and nothing else, so what stands before it
 * was answered, too. */
static void align_on_data(struct layer *l, struct smtp *s)
{
    enum verb verb = s->client == CLIENT_DATA_WAIT ? VERB_DATA : VERB_LOST;

    if (!s->queued[verb])
        return;
    while (next_verb(s) != verb)
        pop(l, s, CODE_UNKNOWN);
    s->replies_lost = false;
}

static void take_reply(struct layer *l, struct smtp *s, int code)
{
    enum verb verb;

    if (!s->greeted) {
        s->greeted = true;
        if (code == 220 || queue_empty(s))
            return;
    }
    if (queue_empty(s)) {
        unasked_reply(l, s, code);
        return;
    }
    if (code == 354)
        align_on_data(l, s);
    verb = next_verb(s);
    if (verb == VERB_LOST) {
        reply_to_lost(l, s, code);
        return;
    }
    if (s->replies_lost && code != 354)
        return; /* to which of them cannot be told; the next command settles it */
    if (verb == VERB_AUTH && code == 334) {
        if (s->client == CLIENT_AUTH_WAIT)
            s->client = CLIENT_AUTH_LINE;
        return;
    }
    pop(l, s, code);
}

/* RFC 5321 section 4.2: 3DIGIT, then a hyphen on all lines but the last. */
static bool read_reply(struct bytes line, int *code, bool *last)
{
    *code = 0;
    if (line.n < 3)
        return false;
    for (int i = 0; i < 3; i++) {
        if (line.at[i] < '0' || line.at[i] > '9')
            return false;
        *code = *code * 10 + (line.at[i] - '0');
    }
    if (line.n > 3 && line.at[3] != ' ' && line.at[3] != '-')
        return false;
    *last = line.n == 3 || line.at[3] == ' ';
    return *code >= 200 && *code < 600;
}

static enum step server_parse(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    struct bytes line;
    enum step step;
    bool last;
    int code;

    if (s->client == CLIENT_OVER) {
        *used = in.n;
        return STEP_AGAIN;
    }
    if (!layer_take_line(l, FROM_SERVER, in, &line, used, &step))
        return step;
    s->server_seen = true;
    if (!s->settled) {
        s->settled = true;
        layer_settle(l, MODULE_SMTP);
    }
    if (read_reply(line, &code, &last) && last)
        take_reply(l, s, code);
    return STEP_AGAIN;
}

static enum step smtp_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    return from == FROM_CLIENT ? client_parse(l, l->state, in, used)
                               : server_parse(l, l->state, in, used);
}

/* --- missing bytes --- */

static void gap_in_text(struct layer *l, struct smtp *s, uint64_t missing)
{
    if (!s->current || !missing)
        return;
    if (s->dot == DOT_CR_SEEN) /* it may be the end, or not */
        say_text(l, s, (const uint8_t *)"\r", 1);
    say_begin(l, s->current);
    s->current->mail.missing_bytes += missing;
    emit_mail(l, EVENT_MAIL_GAP, s->current, BYTES_NONE, missing);
    /* A dot right behind the hole is more likely the end than text. */
    s->line_start = true;
    s->dot = DOT_NONE;
    s->hole_lines = 2; /* the first may be the end of a line */
}

static void lose_commands(struct layer *l, struct smtp *s, uint64_t missing)
{
    s->client = CLIENT_COMMAND;
    s->client_resync = true;
    s->lost_bytes += missing;
    if (queue_empty(s) || queue_at(s, s->waiting - 1)->verb != VERB_LOST)
        add_command(l, s, (struct command){.verb = VERB_LOST});
    s->lost_answered = false;
}

/* What was held because it could have become a command is text. */
static void say_held_text(struct layer *l, struct smtp *s)
{
    if (s->current)
        say_text(l, s, l->in[FROM_CLIENT].data, l->in[FROM_CLIENT].len);
}

static void client_gap(struct layer *l, struct smtp *s, uint64_t missing)
{
    uint64_t in_chunk = missing < s->chunk_left ? missing : s->chunk_left;

    switch (s->client) {
    case CLIENT_DATA_WAIT: /* it sends the text without waiting for the reply */
        settle_unknown(l, s);
        if (s->client != CLIENT_TEXT) {
            lose_commands(l, s, missing);
            break;
        }
        say_held_text(l, s);
        gap_in_text(l, s, missing);
        break;
    case CLIENT_TEXT:
        say_held_text(l, s);
        gap_in_text(l, s, missing);
        break;
    case CLIENT_CHUNK:
        gap_in_text(l, s, in_chunk);
        s->chunk_left -= in_chunk;
        if (!s->chunk_left)
            end_chunk(l, s);
        if (missing > in_chunk)
            lose_commands(l, s, missing - in_chunk);
        break;
    case CLIENT_TLS_WAIT: /* what comes next tells */
        s->replies_lost = true;
        break;
    case CLIENT_OVER:
        break;
    default:
        lose_commands(l, s, missing);
        break;
    }
}

static void smtp_gap(struct layer *l, enum direction from, uint64_t missing)
{
    struct smtp *s = l->state;

    if (from == FROM_CLIENT) {
        client_gap(l, s, missing);
    } else {
        s->greeted = true;
        s->server_seen = false;
        s->replies_lost = s->replies_lost || !queue_empty(s);
    }
}

static void smtp_assume(struct layer *l, struct bytes rest)
{
    struct smtp *s = l->state;

    (void)rest;
    s->replies_lost = true;
}

static void smtp_finish(struct layer *l)
{
    struct smtp *s = l->state;

    if (s->client == CLIENT_DATA_WAIT && !l->in[FROM_CLIENT].len) /* no text came: no message */
        s->client = CLIENT_COMMAND;
    settle_unknown(l, s);
    if (s->client == CLIENT_TEXT)
        say_held_text(l, s);
    while (s->messages)
        finish_message(l, s, s->messages);
}

static size_t smtp_held(const void *state)
{
    const struct smtp *s = state;

    return sizeof *s + s->room * sizeof *s->queue + s->queue_bytes + s->helo.n + s->auth_user.n +
           envelope_held(&s->transaction) + s->messages_held;
}

const struct protocol protocol_smtp = {
    .module = MODULE_SMTP,
    .new = smtp_new,
    .free = smtp_free,
    .parse = smtp_parse,
    .gap = smtp_gap,
    .assume = smtp_assume,
    .finish = smtp_finish,
    .held = smtp_held,
};
