/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SMTP as it is really spoken: RFC 5321 with PIPELINING (RFC 2920), CHUNKING
 * (RFC 3030), AUTH (RFC 4954), STARTTLS (RFC 3207).
 *
 * Commands wait in a queue for their replies (smtp_reply.h).  Where bytes are missing, the
 * codes that can only mean one thing (354) and the client's next command bring the two
 * sides together again.
 */
#include <string.h>

#include "base/mem.h"
#include "proto/request.h"
#include "proto/smtp_line.h"
#include "proto/smtp_reply.h"

#define UNCONFIRMED_MAX 16384 /* bytes that wait for the first reply in mid-conversation */
#define DATA_LINE_BYTES 6     /* "DATA", CR, LF */

static void *smtp_new(struct layer *l)
{
    struct smtp *s = MEM_NEW(struct smtp);

    s->greeted = l->resync || l->one_sided;
    s->mail.envelope_lost = l->resync;
    s->unconfirmed = l->resync && !l->one_sided;
    return s;
}

static void smtp_free(void *state)
{
    struct smtp *s = state;

    smtp_queue_fini(s);
    buf_fini(&s->tried_user);
    buf_fini(&s->tried_password);
    buf_fini(&s->tried_mechanism);
    smtp_mail_fini(&s->mail);
    mem_free(s);
}

static void smtp_settle(struct layer *l, struct smtp *s)
{
    if (!s->settled)
        layer_settle(l, MODULE_SMTP);
    s->settled = true;
}

/* --- client: commands --- */

static void end_chunk(struct layer *l, struct smtp *s)
{
    struct message *m = s->mail.current;

    smtp_enter(l, s, CLIENT_COMMAND);
    if (!m || !s->chunk_last)
        return;
    s->mail.current = NULL;
    m->mail.ended = true;
    if (m->early_reply)
        smtp_mail_finish(l, &s->mail, m);
}

static void read_bdat(struct layer *l, struct smtp *s, const struct smtp_command *command,
                      struct command *c)
{
    if (command->malformed) { /* the server will say so */
        c->verb = SMTP_OTHER;
        return;
    }
    c->last = command->chunk_last;
    if (!s->mail.current) {
        s->mail.data_ts = layer_now(l);
        (void)smtp_mail_offer(l, &s->mail);
        c->held = sizeof *s->mail.current;
    }
    c->message = s->mail.current;
    s->chunk_left = command->chunk_size;
    s->chunk_untouched = true;
    s->chunk_refused = false;
    s->chunk_last = c->last;
    smtp_enter(l, s, CLIENT_CHUNK);
    if (!s->chunk_left)
        end_chunk(l, s);
}

/* RSET, HELO and QUIT end a message of which the last chunk never came; its
 * envelope is known when their reply is there.  MAIL does so if it is accepted. */
static void leave_chunks(struct smtp *s, struct command *c)
{
    if (!s->mail.current)
        return;
    c->message = s->mail.current;
    if (c->verb != SMTP_MAIL)
        s->mail.current = NULL;
}

static void keep_user(struct smtp *s, struct bytes text, enum smtp_credential credential)
{
    struct smtp_plain plain = {0};
    struct bytes user;

    if (smtp_read_user(text, s->mechanism, credential, &plain, &user))
        buf_set(&s->tried_user, user.at, user.n);
    if (smtp_read_password(text, credential, &plain, &user))
        buf_set(&s->tried_password, user.at, user.n);
    if (credential == SMTP_CREDENTIAL_CANCEL)
        buf_clear(&s->tried_mechanism);
    buf_fini(&plain.decoded);
    buf_fini(&plain.ascii);
}

#define MECHANISM_MAX 20 /* RFC 4422 section 3.1 */

static void keep_mechanism(struct smtp *s, struct bytes argument)
{
    struct bytes word = bytes_take_word(&argument);

    buf_clear(&s->tried_mechanism);
    for (size_t i = 0; i < word.n && i < MECHANISM_MAX; i++)
        buf_append_byte(&s->tried_mechanism,
                        word.at[i] >= 'a' && word.at[i] <= 'z' ? word.at[i] & ~0x20 : word.at[i]);
}

static void begin_auth(struct layer *l, struct smtp *s, const struct smtp_command *command)
{
    s->mechanism = command->mechanism;
    s->credential = s->mechanism == SMTP_AUTH_OTHER ? SMTP_CREDENTIAL_NONE : SMTP_CREDENTIAL_NAMED;
    buf_clear(&s->tried_user);
    buf_clear(&s->tried_password);
    keep_mechanism(s, command->argument);
    s->tried_ts = layer_now(l);
    if (s->mechanism == SMTP_AUTH_PLAIN)
        s->credential = SMTP_CREDENTIAL_BOTH;
    else if (s->mechanism == SMTP_AUTH_LOGIN)
        s->credential = command->response.n ? SMTP_CREDENTIAL_PASSWORD : SMTP_CREDENTIAL_USER;
    if (command->response.n)
        keep_user(s, command->response, command->credential);
    smtp_enter(l, s, CLIENT_AUTH_WAIT);
}

static void take_command_line(struct layer *l, struct smtp *s, const struct smtp_command *command)
{
    struct command c = {.verb = command->verb};

    switch (command->verb) {
    case SMTP_HELO:
        s->lmtp = bytes_equal_nocase(command->word, "LHLO");
        request_keep(&c.argument, command->argument);
        leave_chunks(s, &c);
        break;
    case SMTP_RSET:
    case SMTP_QUIT:
        leave_chunks(s, &c);
        break;
    case SMTP_MAIL:
        leave_chunks(s, &c);
        request_keep(&c.argument, command->path);
        break;
    case SMTP_RCPT:
        request_keep(&c.argument, command->path);
        break;
    case SMTP_DATA:
        s->mail.data_ts = layer_now(l);
        smtp_enter(l, s, CLIENT_DATA_WAIT);
        break;
    case SMTP_BDAT:
        read_bdat(l, s, command, &c);
        break;
    case SMTP_AUTH:
        begin_auth(l, s, command);
        break;
    case SMTP_STARTTLS:
        smtp_enter(l, s, CLIENT_TLS_WAIT);
        break;
    default:
        break;
    }
    smtp_add_command(l, s, c);
}

static void emit_command(struct layer *l, const struct smtp_command *command, struct bytes line)
{
    struct event event = {
        .type = EVENT_COMMAND, .module = MODULE_SMTP, .command = command, .bytes = line};

    layer_emit(l, &event);
}

/* The answer to a 334. */
static void take_auth_line(struct layer *l, struct smtp *s, struct bytes line)
{
    struct smtp_command command = {.kind = SMTP_AUTH_LINE,
                                   .argument = bytes_trim(line),
                                   .mechanism = s->mechanism,
                                   .credential = s->credential};

    if (bytes_equal_nocase(command.argument, "*"))
        command.credential = SMTP_CREDENTIAL_CANCEL;
    emit_command(l, &command, line);
    smtp_enter(l, s, CLIENT_AUTH_WAIT);
    s->tried_ts = layer_now(l);
    keep_user(s, line, command.credential);
    if (s->credential == SMTP_CREDENTIAL_USER)
        s->credential = SMTP_CREDENTIAL_PASSWORD;
}

static void take_line(struct layer *l, struct smtp *s, struct bytes line)
{
    struct smtp_command command;

    if (s->client == CLIENT_AUTH_LINE) {
        take_auth_line(l, s, line);
        return;
    }
    smtp_read_command(line, &command);
    emit_command(l, &command, line);
    take_command_line(l, s, &command);
}

static bool has_recipients(const struct smtp *s)
{
    return s->mail.envelope.accepted || s->queued[SMTP_RCPT];
}

/* After a gap in the commands, with a reply missing too: what is no command, in
 * a transaction that has recipients, is text, and DATA and its 354 are in the gaps. */
static bool begin_text_after_gap(struct layer *l, struct smtp *s)
{
    uint64_t missing = s->lost_bytes > DATA_LINE_BYTES ? s->lost_bytes - DATA_LINE_BYTES : 0;

    if (!s->replies_lost || s->lost_bytes < DATA_LINE_BYTES || !has_recipients(s))
        return false;
    smtp_settle_unknown(l, s);
    smtp_abandon_chunks(l, s);
    s->mail.data_ts = layer_now(l);
    s->lost_bytes = 0;
    s->client_resync = l->mid_line[FROM_CLIENT] = false;
    smtp_enter(l, s, CLIENT_TEXT);
    smtp_mail_begin(l, &s->mail);
    if (missing)
        smtp_mail_gap(l, &s->mail, missing);
    return true;
}

static enum step smtp_client_line(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    struct bytes line;
    enum step step;
    bool resync = s->client_resync;

    if (resync && !l->mid_line[FROM_CLIENT] && !smtp_may_begin_verb(in) &&
        begin_text_after_gap(l, s))
        return STEP_AGAIN;
    if (resync && !l->mid_line[FROM_CLIENT] && !smtp_may_begin_verb(in)) {
        l->mid_line[FROM_CLIENT] = true; /* the rest of a line cut by a gap */
        s->client_resync = false;
    }
    if (!layer_take_line(l, FROM_CLIENT, in, &line, used, &step))
        return step;
    s->client_resync = false;
    if (resync && smtp_classify_line(line) == SMTP_LINE_OTHER) {
        if (begin_text_after_gap(l, s))
            *used = 0; /* the line is its first */
        return STEP_AGAIN;
    }
    s->lost_bytes = 0;
    smtp_client_goes_on(l, s);
    smtp_settle(l, s);
    take_line(l, s, line);
    return STEP_AGAIN;
}

/* --- client: texts --- */

static void end_text(struct layer *l, struct smtp *s)
{
    const struct smtp_command command = {.kind = SMTP_END_OF_TEXT};
    struct message *m = s->mail.current;

    m->mail.ended = true;
    s->mail.current = NULL;
    smtp_enter(l, s, CLIENT_COMMAND);
    s->mail.dot = false;
    emit_command(l, &command, bytes_of("."));
    if (m->early_reply)
        smtp_mail_finish(l, &s->mail, m);
    else
        smtp_add_command(l, s,
                         (struct command){.verb = WAITING_END_OF_TEXT,
                                          .message = m,
                                          .replies = smtp_mail_further_replies(m, s->lmtp)});
}

/* After a gap that may have held the end of the text, with the server out of sight: true if
 * a command begins here, or if more bytes are needed. */
static bool text_is_over(struct layer *l, struct smtp *s, struct bytes in, enum step *step)
{
    enum smtp_next next = s->server_seen ? SMTP_NEXT_OTHER : smtp_classify_next(in);

    *step = next == SMTP_NEXT_MORE ? STEP_EITHER : STEP_AGAIN;
    if (next == SMTP_NEXT_COMMAND)
        smtp_end_text_without_dot(l, s, SMTP_CODE_UNKNOWN);
    else if (next == SMTP_NEXT_OTHER)
        s->mail.gap_lines--;
    return next != SMTP_NEXT_OTHER;
}

static enum step text(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    enum step step;

    if (smtp_mail_may_be_over(&s->mail) && text_is_over(l, s, in, &step))
        return step;
    switch (smtp_mail_take_text(l, &s->mail, in, used)) {
    case TEXT_GOES_ON:
        break;
    case TEXT_MAY_END:
        smtp_enter(l, s, CLIENT_DOT_WAIT);
        if (l->conversation->answering)
            end_text(l, s);
        break;
    case TEXT_ENDS:
        end_text(l, s);
        break;
    }
    return STEP_AGAIN;
}

/* The dot's line may end with a CR whose LF is still to come. */
static bool take_late_lf(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    enum text_end ends = smtp_mail_take_lf(&s->mail, in, used);

    if (ends == TEXT_ENDS)
        end_text(l, s);
    return ends != TEXT_GOES_ON;
}

static void go_on_with_text(struct layer *l, struct smtp *s)
{
    smtp_enter(l, s, CLIENT_TEXT);
    smtp_mail_dot_was_text(l, &s->mail);
}

/* The bytes up to a text's end that every server takes for one; 0: there is none. */
static size_t find_text_end(struct bytes in)
{
    static const char end[] = "\r\n.\r\n";
    const uint8_t *at = in.n ? memmem(in.at, in.n, end, sizeof end - 1) : NULL;

    return at ? (size_t)(at - in.at) + sizeof end - 1 : 0;
}

static size_t count_lines(struct bytes in)
{
    size_t lines = 0;

    for (size_t i = 0; i < in.n; i++)
        lines += in.at[i] == '\n';
    return lines;
}

/* Whole replies; `text`: one of them asks for a text. */
static size_t count_replies(struct bytes in, bool *text)
{
    size_t replies = 0;
    struct bytes line;

    *text = false;
    while (detect_first_line(in, &line)) {
        bool last;
        int code;

        if (smtp_read_reply(bytes_trim(line), &code, &last) && last) {
            replies++;
            *text = *text || code == 354;
        }
        in = bytes_skip(in, line.n + 1);
    }
    return replies;
}

/*
 * After a dot that may be the end the server has replied (`in`).  Nothing more from the client,
 * or no end further on: that was the end.  Otherwise the text went on up to there if there is
 * one reply for it, and one at most for each line after it; more are replies to what
 * would be commands if the text had ended here.
 */
static enum step settle_dot(struct layer *l, struct smtp *s, struct bytes in)
{
    struct bytes held = buf_view(&l->in[FROM_CLIENT]);
    size_t end = find_text_end(held), replies;
    bool text;

    replies = count_replies(in, &text);
    if (!replies)
        return STEP_MORE;
    if (!end || text || replies > 1 + count_lines(bytes_skip(held, end)))
        end_text(l, s);
    else if (held.n > end)
        go_on_with_text(l, s);
    else
        return STEP_EITHER; /* for another reply, or for the client to go on */
    return STEP_AGAIN;
}

/* RFC 3030 section 4.2: the chunk comes with its command; but who waited for the reply, and was
 * refused, does not send it.  True if the next command begins here, or if more is needed. */
static bool chunk_never_came(struct layer *l, struct smtp *s, struct bytes in, enum step *step)
{
    enum smtp_next next = smtp_classify_next(in);

    *step = next == SMTP_NEXT_MORE ? STEP_MORE : STEP_AGAIN;
    if (next == SMTP_NEXT_COMMAND) {
        s->chunk_left = 0;
        smtp_enter(l, s, CLIENT_COMMAND);
    }
    return next != SMTP_NEXT_OTHER;
}

static enum step chunk(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    enum step step;

    if (s->chunk_refused && s->chunk_untouched && chunk_never_came(l, s, in, &step))
        return step;
    s->chunk_untouched = false;
    *used = in.n < s->chunk_left ? in.n : (size_t)s->chunk_left;
    smtp_mail_add(l, &s->mail, (struct bytes){in.at, *used});
    s->chunk_left -= *used;
    if (!s->chunk_left)
        end_chunk(l, s);
    return STEP_AGAIN;
}

/* A TLS record begins with its type, 20 to 23 (RFC 8446 section 5.1); SSL 2 with a length. */
static bool is_tls(uint8_t first)
{
    return (first >= 20 && first <= 23) || first >= 0x80;
}

/* The client goes on, and the reply that decides what its bytes are was not seen. */
static enum step smtp_client_waits(struct layer *l, struct smtp *s, struct bytes in)
{
    enum smtp_next next = SMTP_NEXT_OTHER;

    if (!s->replies_lost && !(l->one_sided && s->client == CLIENT_DOT_WAIT))
        return STEP_WAIT;
    if (s->client != CLIENT_TLS_WAIT)
        next = smtp_classify_next(in);
    if (next == SMTP_NEXT_MORE)
        return STEP_EITHER;
    switch (s->client) {
    case CLIENT_AUTH_WAIT:
        smtp_enter(l, s, next == SMTP_NEXT_COMMAND ? CLIENT_COMMAND : CLIENT_AUTH_LINE);
        if (next == SMTP_NEXT_OTHER) /* it answers a 334, so AUTH has had no reply yet */
            s->replies_lost = false;
        break;
    case CLIENT_DOT_WAIT:
        if (next == SMTP_NEXT_COMMAND)
            end_text(l, s);
        else
            go_on_with_text(l, s);
        break;
    case CLIENT_DATA_WAIT: /* text, unless DATA was refused, or had to be */
        if (next == SMTP_NEXT_COMMAND)
            smtp_enter(l, s, CLIENT_COMMAND);
        smtp_settle_unknown(l, s);
        break;
    default:
        smtp_enter(l, s, is_tls(in.at[0]) ? CLIENT_OVER : CLIENT_COMMAND);
        smtp_settle_unknown(l, s);
        break;
    }
    return STEP_AGAIN;
}

/* A text may quote commands, and a capture may begin inside one: they wait for a reply, as long
 * as they are few. */
static bool waits_to_be_confirmed(struct layer *l, struct smtp *s)
{
    if (s->replies_lost || l->in[FROM_CLIENT].len > UNCONFIRMED_MAX)
        s->unconfirmed = false;
    return s->unconfirmed;
}

static enum step smtp_client_parse(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    if (s->unconfirmed && waits_to_be_confirmed(l, s))
        return STEP_EITHER;
    switch (s->client) {
    case CLIENT_COMMAND:
    case CLIENT_AUTH_LINE:
        return smtp_client_line(l, s, in, used);
    case CLIENT_TEXT:
        return text(l, s, in, used);
    case CLIENT_CHUNK:
        return chunk(l, s, in, used);
    case CLIENT_DOT_WAIT:
        if (take_late_lf(l, s, in, used))
            return STEP_AGAIN;
        return smtp_client_waits(l, s, in);
    case CLIENT_DATA_WAIT:
    case CLIENT_AUTH_WAIT:
    case CLIENT_TLS_WAIT:
        return smtp_client_waits(l, s, in);
    case CLIENT_TLS_BEGIN:
        smtp_enter(l, s, is_tls(in.at[0]) ? CLIENT_OVER : CLIENT_COMMAND);
        return STEP_AGAIN;
    case CLIENT_OVER:
        break;
    }
    *used = in.n;
    return STEP_AGAIN;
}

/* --- server --- */

/* Up to the last line that is no command: nobody has answered those before it, so they stood in
 * a text.  What BDAT announces is stepped over. */
static size_t find_quoted(struct bytes in)
{
    struct bytes rest = in, line;
    size_t quoted = 0;

    while (detect_first_line(rest, &line)) {
        struct smtp_command command;

        rest = bytes_skip(rest, line.n + 1);
        smtp_read_command(bytes_trim(line), &command);
        if (command.verb == SMTP_BDAT && !command.malformed)
            rest =
                bytes_skip(rest, command.chunk_size < rest.n ? (size_t)command.chunk_size : rest.n);
        else if (smtp_classify_line(bytes_trim(line)) == SMTP_LINE_OTHER)
            quoted = in.n - rest.n;
    }
    return quoted;
}

/* In mid-conversation: a command that no other follows may be quoted (a mail that IMAP stores). */
static bool may_be_quoted(const struct layer *l, const struct smtp *s)
{
    struct bytes held = buf_view(&l->in[FROM_CLIENT]), line;

    return s->unconfirmed && detect_first_line(held, &line) &&
           smtp_classify_next(bytes_skip(held, line.n + 1)) == SMTP_NEXT_OTHER;
}

/* The first reply.  To a text that began before the capture it is taken here; else the commands
 * that have waited for it come first. */
static enum step confirm(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    struct bytes line;
    size_t quoted;
    bool last;
    int code;

    if (!detect_first_line(in, &line))
        return STEP_MORE;
    if (may_be_quoted(l, s) && !smtp_read_reply(bytes_trim(line), &code, &last)) {
        layer_drop_held(l, FROM_CLIENT);
        layer_become_opaque(l);
        return STEP_AGAIN;
    }
    s->unconfirmed = false;
    quoted = find_quoted(buf_view(&l->in[FROM_CLIENT]));
    layer_drop_front(l, FROM_CLIENT, quoted);
    if (l->in[FROM_CLIENT].len)
        layer_show_held(l, FROM_CLIENT);
    else
        *used = quoted ? line.n + 1 : 0;
    return STEP_AGAIN;
}

static enum step smtp_server_parse(struct layer *l, struct smtp *s, struct bytes in, size_t *used)
{
    struct bytes line;
    enum step step;
    bool last;
    int code;

    if (s->client == CLIENT_OVER) {
        *used = in.n;
        return STEP_AGAIN;
    }
    if (s->unconfirmed)
        return confirm(l, s, in, used);
    if (s->client == CLIENT_DOT_WAIT && (step = settle_dot(l, s, in)) != STEP_AGAIN)
        return step;
    if (!layer_take_line(l, FROM_SERVER, in, &line, used, &step))
        return step;
    s->server_seen = true;
    smtp_settle(l, s);
    if (smtp_read_reply(line, &code, &last) && last)
        smtp_take_reply(l, s, code, bytes_skip(line, 4));
    return STEP_AGAIN;
}

static enum step smtp_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    return from == FROM_CLIENT ? smtp_client_parse(l, l->state, in, used)
                               : smtp_server_parse(l, l->state, in, used);
}

/* --- missing bytes --- */

/* What was held because it could have become a command is text. */
static void emit_held_text(struct layer *l, struct smtp *s)
{
    smtp_mail_add(l, &s->mail, buf_view(&l->in[FROM_CLIENT]));
}

static void lose_commands(struct layer *l, struct smtp *s, uint64_t missing)
{
    smtp_enter(l, s, CLIENT_COMMAND);
    s->client_resync = true;
    s->lost_bytes += missing;
    smtp_refusal_forget(&s->mail.refusal); /* what it came to may be in the gap */
    if (!smtp_queue_ends_with(s, WAITING_LOST))
        smtp_add_command(l, s, (struct command){.verb = WAITING_LOST});
    s->lost_answered = false;
}

static void smtp_client_gap(struct layer *l, struct smtp *s, uint64_t missing)
{
    uint64_t in_chunk = missing < s->chunk_left ? missing : s->chunk_left;

    switch (s->client) {
    case CLIENT_DATA_WAIT: /* it sends the text without waiting for the reply */
        smtp_settle_unknown(l, s);
        if (s->client != CLIENT_TEXT) {
            lose_commands(l, s, missing);
            break;
        }
        emit_held_text(l, s);
        smtp_mail_gap(l, &s->mail, missing);
        break;
    case CLIENT_DOT_WAIT: /* the end is in the gap, or it was this */
        go_on_with_text(l, s);
        emit_held_text(l, s);
        smtp_mail_gap(l, &s->mail, missing);
        break;
    case CLIENT_TEXT:
        emit_held_text(l, s);
        smtp_mail_gap(l, &s->mail, missing);
        break;
    case CLIENT_CHUNK:
        smtp_mail_gap(l, &s->mail, in_chunk);
        s->chunk_left -= in_chunk;
        if (!s->chunk_left)
            end_chunk(l, s);
        if (missing > in_chunk)
            lose_commands(l, s, missing - in_chunk);
        break;
    case CLIENT_TLS_WAIT: /* what comes next decides */
        s->replies_lost = true;
        break;
    case CLIENT_TLS_BEGIN:
    case CLIENT_OVER:
        break;
    default:
        lose_commands(l, s, missing);
        break;
    }
}

/* Nobody answers: true if that was no SMTP, and the state is gone. */
static bool forget_quoted(struct layer *l, const struct smtp *s)
{
    if (!may_be_quoted(l, s))
        return false;
    layer_drop_held(l, FROM_CLIENT);
    layer_forget(l);
    return true;
}

static void smtp_gap(struct layer *l, enum direction from, uint64_t missing)
{
    struct smtp *s = l->state;

    if (from == FROM_CLIENT) {
        smtp_client_gap(l, s, missing);
    } else if (!forget_quoted(l, s)) {
        if (s->unconfirmed) {
            s->unconfirmed = false;
            layer_show_held(l, FROM_CLIENT);
        }
        s->greeted = true;
        s->server_seen = false;
        s->replies_lost = s->replies_lost || !smtp_queue_empty(s);
    }
}

static void smtp_assume(struct layer *l, struct bytes rest)
{
    struct smtp *s = l->state;

    (void)rest;
    s->replies_lost = true;
    (void)forget_quoted(l, s);
}

static void smtp_finish(struct layer *l)
{
    struct smtp *s = l->state;

    if (s->client == CLIENT_DATA_WAIT && !l->in[FROM_CLIENT].len) /* no text came: no message */
        smtp_enter(l, s, CLIENT_COMMAND);
    if (s->client == CLIENT_DOT_WAIT && !l->in[FROM_CLIENT].len) {
        if (s->mail.dot_end == LINE_CR) /* its LF may be missing, and with it the end */
            go_on_with_text(l, s);
        else
            end_text(l, s);
    }
    smtp_settle_unknown(l, s);
    if (s->client == CLIENT_TEXT) {
        emit_held_text(l, s);
        smtp_mail_release_dot(l, &s->mail);
    }
    while (s->mail.messages)
        smtp_mail_finish(l, &s->mail, s->mail.messages);
    smtp_mail_leave(l, &s->mail);
}

static size_t smtp_held(const void *state)
{
    const struct smtp *s = state;

    return sizeof *s + s->room * sizeof *s->queue + s->queue_bytes + buf_held(&s->tried_user) +
           buf_held(&s->tried_password) + buf_held(&s->tried_mechanism) + smtp_mail_held(&s->mail);
}

const struct protocol protocol_smtp = {
    .module = MODULE_SMTP,
    .name = "smtp",
    .server_first = true,
    .one_sided = true,
    .recognise = smtp_recognise,
    .new = smtp_new,
    .free = smtp_free,
    .parse = smtp_parse,
    .gap = smtp_gap,
    .assume = smtp_assume,
    .finish = smtp_finish,
    .held = smtp_held,
};
