/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/persona_smtp.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

struct mailbox { /* a mail server's side of one session */
    char name[PERSONA_WORD_ROOM];
    char helo[PERSONA_WORD_ROOM], from[PERSONA_WORD_ROOM], rcpt[PERSONA_WORD_ROOM];
    unsigned recipients;
    uint64_t size, chunk_left;
    bool has_sender, in_text, in_chunk, last_chunk;
};

/* --- saying things --- */

static void format_date(time_us now, char text[PERSONA_DATE_ROOM])
{
    time_t seconds = now / TIME_SECOND;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(text, PERSONA_DATE_ROOM, "%a, %d %b %Y %H:%M:%S +0000", &tm);
}

static void keep_word(char to[PERSONA_WORD_ROOM], struct bytes from)
{
    size_t n = from.n < PERSONA_WORD_ROOM - 1 ? from.n : PERSONA_WORD_ROOM - 1;

    if (n)
        memcpy(to, from.at, n);
    to[n] = '\0';
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
    char date[PERSONA_DATE_ROOM], id[16] = "", size[24], client[ADDRESS_TEXT_MAX];

    if (!strncmp(text, "221", 3) || !strncmp(text, "421", 3))
        p->closes = true;
    if (!strchr(text, '{')) { /* most have nothing to fill in */
        persona_fill(&p->out, text, &(struct persona_values){.name = NULL}, true);
        return;
    }
    format_date(now, date);
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

/* --- the session --- */

static void begin_mail(struct persona *p, const char *name)
{
    if (!p->mail)
        p->mail = MEM_NEW(struct mailbox);
    memset(p->mail, 0, sizeof *p->mail);
    keep_word(p->mail->name, bytes_of(name));
}

void persona_smtp_greet(struct persona *p, const char *name, time_us now)
{
    begin_mail(p, name);
    say_relay(p, "banner", now);
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

static void do_bdat(struct persona *p, const struct smtp_command *c, time_us now)
{
    struct mailbox *m = p->mail;

    if (c->malformed) {
        say_relay(p, "bad-chunk", now);
        return;
    }
    if (!m->has_sender || !m->recipients) {
        say_mail(p, no_envelope, now); /* what the chunk holds is nobody's */
        return;
    }
    m->in_chunk = true;
    m->last_chunk = c->chunk_last;
    m->chunk_left = c->chunk_size;
    if (!c->chunk_size)
        end_chunk(p, now);
}

/* An AUTH command, or the answer to what it was asked: by what of user and password it
 * holds. */
static void do_auth(struct persona *p, const struct smtp_command *c, time_us now)
{
    static const char *const replies[] = {
        [SMTP_CREDENTIAL_USER] = "ask-password",
        [SMTP_CREDENTIAL_PASSWORD] = "logged-in",
        [SMTP_CREDENTIAL_BOTH] = "logged-in",
        [SMTP_CREDENTIAL_CANCEL] = "cancelled",
    };

    if (c->mechanism != SMTP_AUTH_PLAIN && c->mechanism != SMTP_AUTH_LOGIN)
        say_relay(p, "no-login", now);
    else if (c->credential == SMTP_CREDENTIAL_NONE)
        say_relay(p, c->mechanism == SMTP_AUTH_PLAIN ? "ask-plain" : "ask-user", now);
    else
        say_relay(p, replies[c->credential], now);
}

/* What a command does to the session besides its reply.  False: it replied itself. */
static bool do_verb(struct persona *p, const struct smtp_command *c, time_us now)
{
    struct mailbox *m = p->mail;

    switch (c->verb) {
    case SMTP_HELO:
        forget_envelope(m);
        keep_word(m->helo, c->argument);
        return true;
    case SMTP_RSET:
        forget_envelope(m);
        return true;
    case SMTP_MAIL:
        forget_envelope(m);
        m->has_sender = true;
        keep_word(m->from, c->path);
        return true;
    case SMTP_RCPT:
        m->recipients++;
        keep_word(m->rcpt, c->path);
        return true;
    case SMTP_DATA:
        m->in_text = m->recipients;
        if (!m->in_text)
            say_relay(p, "no-recipient", now);
        return m->in_text;
    case SMTP_BDAT:
        do_bdat(p, c, now);
        return false;
    case SMTP_AUTH:
        do_auth(p, c, now);
        return false;
    default:
        return true;
    }
}

static void end_text(struct persona *p, time_us now)
{
    p->mail->in_text = false;
    say_relay(p, "text", now);
    forget_envelope(p->mail);
}

void persona_smtp_command(struct persona *p, const struct smtp_command *c, time_us now)
{
    const char *reply;

    if (!p->mail)
        begin_mail(p, persona_file_name(p->relay));
    if (p->mail->in_text) {
        end_text(p, now);
        return;
    }
    if (c->kind == SMTP_AUTH_LINE) {
        do_auth(p, c, now);
        return;
    }
    reply = persona_file_verb(p->relay, c->word);
    if (do_verb(p, c, now))
        say_mail(p, reply ? reply : persona_file_say(p->relay, "unknown"), now);
}

void persona_smtp_text(struct persona *p, size_t n, time_us now)
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
