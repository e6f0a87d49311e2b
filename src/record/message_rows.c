/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/message_rows.h"

#include <glib.h>
#include <string.h>

#include "base/mem.h"
#include "potsherd/mail.h"
#include "record/recorder.h"
#include "record/trace_cells.h"

struct open_message {
    struct open_message *next; /* in its bucket */
    unsigned n;
    size_t held; /* bytes of memory, as record_held counts them */
    struct message_job *job;
};

/* The link that leads to message `n`, or would. */
static struct open_message **find_message(struct open_messages *messages, unsigned n)
{
    struct open_message **link = &messages->buckets[n & (messages->room - 1)];

    while (*link && (*link)->n != n)
        link = &(*link)->next;
    return link;
}

static void grow(struct open_messages *messages)
{
    struct open_messages more = {.room = messages->room ? 2 * messages->room : 2};

    more.buckets = mem_new(more.room * sizeof *more.buckets);
    for (unsigned i = 0; i < messages->room; i++)
        for (struct open_message *m = messages->buckets[i], *next; m; m = next) {
            struct open_message **link = &more.buckets[m->n & (more.room - 1)];

            next = m->next;
            m->next = *link;
            *link = m;
        }
    mem_free(messages->buckets);
    messages->buckets = more.buckets;
    messages->room = more.room;
}

static void count_held(struct open_messages *messages, struct open_message *m)
{
    size_t held = sizeof *m + sizeof *m->job + m->job->payload.memory.cap;

    messages->held += held - m->held;
    m->held = held;
}

void message_rows_begin(struct record_trace *t, const struct mail *mail)
{
    struct open_messages *messages = &t->messages;
    struct open_message *m = MEM_NEW(struct open_message), **link;

    if (messages->count == messages->room)
        grow(messages);
    m->n = mail->n;
    m->job = message_writer_new_job(t->recorder->messages);
    link = &messages->buckets[m->n & (messages->room - 1)];
    m->next = *link;
    *link = m;
    messages->count++;
    count_held(messages, m);
}

void message_rows_text(struct record_trace *t, const struct event *event)
{
    struct open_message *m = *find_message(&t->messages, event->mail->n);

    payload_add(&m->job->payload, event->bytes, &t->recorder->spools);
    count_held(&t->messages, m);
}

/* What is known of it is the caller's now. */
static struct message_job *take_job(struct open_messages *messages, unsigned n)
{
    struct open_message **link = find_message(messages, n), *m = *link;
    struct message_job *job = m->job;

    *link = m->next;
    messages->count--;
    messages->held -= m->held;
    mem_free(m);
    return job;
}

/* Those that never ended: the connection is over. */
void message_rows_drop(struct open_messages *messages)
{
    for (unsigned i = 0; i < messages->room && messages->count; i++)
        while (messages->buckets[i])
            message_job_free(take_job(messages, messages->buckets[i]->n));
    mem_free(messages->buckets);
}

static void write_recipient(struct record_trace *t, struct bytes key, const struct recipient *to)
{
    struct rows *w = &t->recorder->files[RECORD_RECIPIENTS].rows;
    const uint8_t *at = to->path.n ? memrchr(to->path.at, '@', to->path.n) : NULL;

    rows_begin(w);
    rows_cells(w, RECIPIENTS_ts, RECIPIENTS_sensor, key);
    rows_text(w, RECIPIENTS_rcpt, to->path);
    if (at) {
        size_t n = (size_t)(to->path.at + to->path.n - at) - 1;

        rows_text_lower(w, RECIPIENTS_domain, (struct bytes){at + 1, n});
    }
    if (to->accepted != VERDICT_NONE)
        rows_bool(w, RECIPIENTS_accepted, to->accepted == VERDICT_YES);
    rows_end(w);
}

/* ts, uid, email_n, sensor: how the rows of a message begin in four files. */
static void write_key(struct record_trace *t, const struct mail *mail, struct buf *out)
{
    struct rows w;

    cells_begin(&w, RECORD_RECIPIENTS, RECIPIENTS_ts, redact_mask(t->recorder->redact), out);
    rows_time(&w, RECIPIENTS_ts, mail->ts);
    trace_put_uid(&w, RECIPIENTS_uid, t);
    rows_uint(&w, RECIPIENTS_email_n, t->emails);
    trace_put_sensor(&w, RECIPIENTS_sensor, t->recorder);
    cells_end(&w, RECIPIENTS_sensor, out);
}

static void write_email_cells(struct record_trace *t, const struct mail *mail,
                              struct message_job *l)
{
    const struct row_mask *mask = redact_mask(t->recorder->redact);
    struct rows w;

    cells_begin(&w, RECORD_EMAILS, EMAILS_ts, mask, &l->email_before);
    rows_time(&w, EMAILS_ts, mail->ts);
    trace_put_uid(&w, EMAILS_uid, t);
    rows_uint(&w, EMAILS_email_n, t->emails);
    trace_put_who(&w, EMAILS_sensor, EMAILS_service, EMAILS_src_as_name, t);
    rows_word(&w, EMAILS_module, module_name(mail->module));
    if (mail->target && trace_has_target(mail->target)) {
        rows_text(&w, EMAILS_target_host, mail->target->host);
        rows_ip(&w, EMAILS_target_ip, &mail->target->ip);
        rows_uint(&w, EMAILS_target_port, mail->target->port);
        (void)trace_put_place(&w, EMAILS_target_cc, EMAILS_target_asn, &mail->target->ip);
    }
    rows_text(&w, EMAILS_helo, mail->helo);
    rows_text(&w, EMAILS_auth_user, mail->auth_user);
    if (mail->has_from)
        rows_text(&w, EMAILS_mail_from, mail->from.n ? mail->from : bytes_of("<>"));
    rows_uint(&w, EMAILS_rcpt_count, mail->rcpt_count);
    rows_uint(&w, EMAILS_rcpt_rejected, mail->rcpt_rejected);
    rows_uint(&w, EMAILS_size, l->payload.size);
    cells_end(&w, EMAILS_size, &l->email_before);

    cells_begin(&w, RECORD_EMAILS, EMAILS_complete, mask, &l->email_after);
    rows_bool(&w, EMAILS_complete, mail->ended && !mail->missing_bytes);
    rows_uint(&w, EMAILS_missing_bytes, mail->missing_bytes);
    if (mail->reply != REPLY_NONE)
        rows_uint(&w, EMAILS_reply, (uint64_t)mail->reply);
    cells_end(&w, EMAILS_reply, &l->email_after);
}

static void keep_fact(struct message_job *l, enum mail_fact fact, struct bytes text)
{
    size_t before = l->facts.len;

    buf_append(&l->facts, text.at, text.n < MAIL_FACT_MAX ? text.n : MAIL_FACT_MAX);
    l->fact_n[fact] = l->facts.len - before;
}

static void keep_recipients(struct message_job *l, const struct mail *mail)
{
    size_t before = l->facts.len;

    for (uint64_t i = 0; i < mail->recipient_count && l->facts.len - before < MAIL_FACT_MAX; i++) {
        buf_append(&l->facts, mail->recipients[i].path.at, mail->recipients[i].path.n);
        buf_append_byte(&l->facts, '\n');
    }
    if (l->facts.len - before > MAIL_FACT_MAX)
        l->facts.len = before + MAIL_FACT_MAX;
    l->fact_n[FACT_RECIPIENTS] = l->facts.len - before;
}

static void keep_all_recipients(struct message_job *l, const struct mail *mail)
{
    for (uint64_t i = 0; i < mail->recipient_count; i++) {
        buf_append(&l->recipients, mail->recipients[i].path.at, mail->recipients[i].path.n);
        buf_append_byte(&l->recipients, '\n');
    }
}

/* In the order of enum mail_fact. */
static void keep_facts(const struct record_trace *t, const struct mail *mail, struct message_job *l)
{
    struct bytes place = trace_place(t); /* cells: the country is the first */
    const uint8_t *end = place.n ? memchr(place.at, ',', place.n) : NULL;
    char src[ADDRESS_TEXT_MAX];

    l->us = t->us;
    l->dst_port = t->dst_port;
    keep_fact(l, FACT_HELO, mail->helo);
    keep_recipients(l, mail);
    keep_fact(l, FACT_MAIL_FROM, mail->from);
    keep_fact(l, FACT_TARGET_HOST, mail->target ? mail->target->host : BYTES_NONE);
    keep_fact(l, FACT_MODULE, bytes_of(module_name(mail->module)));
    keep_fact(l, FACT_SRC_IP, (struct bytes){(uint8_t *)src, address_format(&t->them, src)});
    keep_fact(l, FACT_SRC_CC, (struct bytes){place.at, end ? (size_t)(end - place.at) : 0});
    l->them = t->them;
    l->proxied = t->proxied_ip;
    l->gaps = mail->missing_bytes != 0;
    if (t->recorder->redact)
        keep_all_recipients(l, mail);
}

/* Its number in the rows counts messages that are some: texts that were none leave no
 * number out. */
void message_rows_end(struct record_trace *t, const struct mail *mail)
{
    struct message_job *l = take_job(&t->messages, mail->n);

    t->emails++;
    l->ts = mail->ts;
    g_snprintf(l->name, sizeof l->name, "%.*s-%" G_GUINT64_FORMAT, FLOW_UID_DIGITS, t->uid,
               t->emails);
    keep_facts(t, mail, l);
    redact_recipients(t->recorder->redact, buf_view(&l->recipients));
    write_key(t, mail, &l->key);
    write_email_cells(t, mail, l);
    for (uint64_t i = 0; i < mail->recipient_count; i++)
        write_recipient(t, buf_view(&l->key), &mail->recipients[i]);
    message_writer_put(t->recorder->messages, l);
}

void message_rows_none(struct record_trace *t, const struct mail *mail)
{
    message_job_free(take_job(&t->messages, mail->n));
}

size_t message_rows_held(const struct open_messages *messages)
{
    return messages->room * sizeof *messages->buckets + messages->held;
}
