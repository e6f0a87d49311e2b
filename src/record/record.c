/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events of the conversations become rows of the record files. */
#include "potsherd/record.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/digest.h"
#include "record/flow_id.h"
#include "record/mbox.h"
#include "record/payload.h"
#include "record/rows.h"

/* The files that a run writes now; the others wait for their columns. */
static const enum record_file written_files[] = {RECORD_CONNECTIONS, RECORD_REQUESTS, RECORD_EMAILS,
                                                 RECORD_RECIPIENTS};

struct recorder {
    struct record_options options;
    int dir_fd;
    struct rows files[RECORD_FILE_COUNT];
    struct mbox *mbox;
    struct buf sensor; /* as a cell */
    struct failure failure;
};

struct open_mail {
    struct open_mail *next;
    unsigned n;
    struct payload payload;
};

struct record_trace {
    struct recorder *recorder;
    char uid[FLOW_UID_DIGITS];
    char community_id[FLOW_COMMUNITY_ID_MAX];
    struct buf who; /* cells sensor to src_as_name, the same in all rows that have them */
    uint64_t requests, emails;
    struct open_mail *mails;
};

/* --- the directory --- */

static bool holds_a_run(int dir_fd)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const char *name = record_schema(i)->name;
        char *whole = g_strdup_printf("%s.csv", name), *part = g_strdup_printf("%s.csv.part", name);
        bool there =
            faccessat(dir_fd, whole, F_OK, 0) == 0 || faccessat(dir_fd, part, F_OK, 0) == 0;

        g_free(whole);
        g_free(part);
        if (there)
            return true;
    }
    return false;
}

static void remove_run(int dir_fd)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const char *name = record_schema(i)->name;
        char *whole = g_strdup_printf("%s.csv", name), *part = g_strdup_printf("%s.csv.part", name);

        (void)!unlinkat(dir_fd, whole, 0);
        (void)!unlinkat(dir_fd, part, 0);
        g_free(whole);
        g_free(part);
    }
    (void)!unlinkat(dir_fd, MBOX_NAME, 0);
}

static bool open_directory(struct recorder *r, struct failure *why)
{
    const char *dir = r->options.directory;

    if (g_mkdir_with_parents(dir, 0777) != 0)
        return failure_set(why, "%s: cannot make the directory: %s; choose another with -o DIR",
                           dir, g_strerror(errno));
    r->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->dir_fd < 0)
        return failure_set(why, "%s: cannot open the directory: %s; choose another with -o DIR",
                           dir, g_strerror(errno));
    if (!holds_a_run(r->dir_fd))
        return true;
    if (!r->options.force)
        return failure_set(why,
                           "%s holds the records of an earlier run: replace them with --force, "
                           "or choose another directory with -o DIR",
                           dir);
    remove_run(r->dir_fd);
    return true;
}

static bool open_file(struct recorder *r, enum record_file file, struct failure *why)
{
    if (rows_open(&r->files[file], r->dir_fd, r->options.directory, file))
        return true;
    *why = r->files[file].failure;
    return false;
}

static bool open_files(struct recorder *r, struct failure *why)
{
    for (size_t i = 0; i < G_N_ELEMENTS(written_files); i++)
        if (!open_file(r, written_files[i], why))
            return false;
    if (r->options.payload == PAYLOAD_INLINE)
        return open_file(r, RECORD_PAYLOADS, why);
    if (r->options.payload == PAYLOAD_MBOX)
        return (r->mbox = mbox_open(r->dir_fd, r->options.directory, why)) != NULL;
    return true;
}

struct recorder *record_open(const struct record_options *options, struct failure *why)
{
    struct recorder *r = MEM_NEW(struct recorder);

    r->options = *options;
    r->dir_fd = -1;
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        r->files[i].fd = -1;
    if (options->sensor)
        rows_escape(&r->sensor, bytes_of(options->sensor));
    if (!open_directory(r, why) || !open_files(r, why)) {
        struct failure ignored;

        record_close(r, &ignored);
        return NULL;
    }
    return r;
}

const struct failure *record_failure(const struct recorder *r)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (r->files[i].failed)
            return &r->files[i].failure;
    if (r->mbox && mbox_failure(r->mbox))
        return mbox_failure(r->mbox);
    return r->failure.text[0] ? &r->failure : NULL;
}

uint64_t record_rows(const struct recorder *r, enum record_file file)
{
    return r->files[file].rows;
}

bool record_close(struct recorder *r, struct failure *why)
{
    const struct failure *failure;

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (r->files[i].path)
            rows_close(&r->files[i], r->dir_fd);
    if (r->mbox)
        mbox_finish(r->mbox);
    failure = record_failure(r);
    why->text[0] = '\0';
    if (failure)
        *why = *failure;
    mbox_free(r->mbox);
    if (r->dir_fd >= 0)
        close(r->dir_fd);
    buf_fini(&r->sensor);
    mem_free(r);
    return why->text[0] == '\0';
}

/* --- a connection --- */

static void append_ip(struct buf *to, const struct address *ip)
{
    char text[ADDRESS_TEXT_MAX];

    buf_append(to, text, address_format(ip, text));
    buf_append_byte(to, ',');
}

static void append_port(struct buf *to, uint16_t port)
{
    char text[8];

    buf_append(to, text, (size_t)g_snprintf(text, sizeof text, "%u,", port));
}

/* sensor, src_ip, src_port, dst_ip, dst_port, service, src_cc, src_asn, src_as_name */
static void write_who(struct record_trace *t, const struct connection *c)
{
    const char *service = t->recorder->options.service(c->dst_port);

    buf_reserve(&t->who, 96);
    buf_append(&t->who, t->recorder->sensor.data, t->recorder->sensor.len);
    buf_append_byte(&t->who, ',');
    append_ip(&t->who, &c->src);
    append_port(&t->who, c->src_port);
    append_ip(&t->who, &c->dst);
    append_port(&t->who, c->dst_port);
    if (service)
        rows_escape(&t->who, bytes_of(service));
    buf_append_text(&t->who, ",,,");
}

struct record_trace *record_begin(struct recorder *r, const struct connection *c)
{
    struct record_trace *t = MEM_NEW(struct record_trace);

    t->recorder = r;
    flow_uid(c, t->uid);
    flow_community_id(c, t->community_id);
    write_who(t, c);
    return t;
}

static void put_uid(struct rows *w, unsigned column, const struct record_trace *t)
{
    rows_cells(w, column, column, (struct bytes){(const uint8_t *)t->uid, FLOW_UID_DIGITS});
}

static void put_sensor(struct rows *w, unsigned column, const struct record_trace *t)
{
    rows_cells(w, column, column, buf_view(&t->recorder->sensor));
}

static void put_target(struct rows *w, unsigned host, const struct target *target)
{
    rows_text(w, host, target->host);
    rows_ip(w, host + 1, &target->ip);
    rows_uint(w, host + 2, target->port);
}

/* --- requests --- */

static bool has_target(const struct target *t)
{
    return t->host.n || t->ip.family;
}

static void write_request(struct record_trace *t, const struct request *q)
{
    struct rows *w = &t->recorder->files[RECORD_REQUESTS];

    t->requests++;
    rows_begin(w);
    rows_time(w, REQUESTS_ts, q->ts);
    put_uid(w, REQUESTS_uid, t);
    rows_uint(w, REQUESTS_request_n, q->n);
    rows_cells(w, REQUESTS_sensor, REQUESTS_src_as_name, buf_view(&t->who));
    rows_word(w, REQUESTS_module, module_name(q->module));
    rows_text(w, REQUESTS_command, q->command);
    rows_word(w, REQUESTS_class, request_class_name(q->class));
    rows_text(w, REQUESTS_target, q->target.text);
    rows_text(w, REQUESTS_target_host, q->target.host);
    rows_ip(w, REQUESTS_target_ip, &q->target.ip);
    if (q->target.port || (has_target(&q->target) && q->class != CLASS_ERROR))
        rows_uint(w, REQUESTS_target_port, q->target.port);
    rows_uint(w, REQUESTS_depth, q->depth);
    rows_text(w, REQUESTS_user, q->user);
    rows_text(w, REQUESTS_password, q->password);
    rows_text(w, REQUESTS_user_agent, q->user_agent);
    if (q->reply != REPLY_NONE)
        rows_uint(w, REQUESTS_reply, (uint64_t)q->reply);
    if (q->accepted != VERDICT_NONE)
        rows_bool(w, REQUESTS_accepted, q->accepted == VERDICT_YES);
    rows_word(w, REQUESTS_error, q->error);
    rows_end(w);
}

/* --- messages --- */

static struct open_mail *find_mail(struct record_trace *t, unsigned n)
{
    struct open_mail *m = t->mails;

    while (m && m->n != n)
        m = m->next;
    return m;
}

static void begin_mail(struct record_trace *t, const struct mail *mail)
{
    struct open_mail *m = MEM_NEW(struct open_mail);

    m->n = mail->n;
    payload_init(&m->payload, t->recorder->options.payload != PAYLOAD_NONE);
    m->next = t->mails;
    t->mails = m;
}

static void drop_mail(struct record_trace *t, struct open_mail *m)
{
    struct open_mail **link = &t->mails;

    while (*link != m)
        link = &(*link)->next;
    *link = m->next;
    payload_fini(&m->payload);
    mem_free(m);
}

static void write_recipient(struct record_trace *t, const struct mail *mail,
                            const struct recipient *to)
{
    struct rows *w = &t->recorder->files[RECORD_RECIPIENTS];
    const uint8_t *at = to->path.n ? memrchr(to->path.at, '@', to->path.n) : NULL;

    rows_begin(w);
    rows_time(w, RECIPIENTS_ts, mail->ts);
    put_uid(w, RECIPIENTS_uid, t);
    rows_uint(w, RECIPIENTS_email_n, mail->n);
    put_sensor(w, RECIPIENTS_sensor, t);
    rows_text(w, RECIPIENTS_rcpt, to->path);
    if (at) {
        size_t n = (size_t)(to->path.at + to->path.n - at) - 1;
        char *domain = g_ascii_strdown((const char *)at + 1, (gssize)n);

        rows_text(w, RECIPIENTS_domain, (struct bytes){(const uint8_t *)domain, n});
        g_free(domain);
    }
    if (to->accepted != VERDICT_NONE)
        rows_bool(w, RECIPIENTS_accepted, to->accepted == VERDICT_YES);
    rows_end(w);
}

static void put_payload_part(void *context, struct bytes part)
{
    rows_base64(context, PAYLOADS_data, part);
}

static void write_payload(struct record_trace *t, const struct mail *mail, struct payload *p,
                          const uint8_t *sha256)
{
    struct recorder *r = t->recorder;
    struct rows *w = &r->files[RECORD_PAYLOADS];
    bool good;

    if (r->options.payload == PAYLOAD_NONE)
        return;
    if (p->lost && !r->failure.text[0]) {
        failure_set(&r->failure, "%s: cannot keep a long payload aside: %s", r->options.directory,
                    g_strerror(p->error));
        return;
    }
    if (r->mbox) {
        mbox_write(r->mbox, mail, p, t->uid);
        return;
    }
    rows_begin(w);
    rows_time(w, PAYLOADS_ts, mail->ts);
    put_uid(w, PAYLOADS_uid, t);
    rows_uint(w, PAYLOADS_email_n, mail->n);
    put_sensor(w, PAYLOADS_sensor, t);
    rows_uint(w, PAYLOADS_size, p->size);
    rows_hex(w, PAYLOADS_sha256, sha256, SHA256_BYTES);
    good = payload_each(p, put_payload_part, w);
    rows_end(w);
    if (!good && !r->failure.text[0])
        failure_set(&r->failure, "%s: cannot read back a long payload", r->options.directory);
}

static void write_mail(struct record_trace *t, const struct mail *mail, struct open_mail *m)
{
    struct rows *w = &t->recorder->files[RECORD_EMAILS];
    uint8_t sha256[SHA256_BYTES], body[SHA256_BYTES];
    bool has_body = m->payload.body != NULL;

    t->emails++;
    digest_end(m->payload.whole, sha256);
    m->payload.whole = NULL;
    if (has_body)
        digest_end(m->payload.body, body);
    m->payload.body = NULL;
    rows_begin(w);
    rows_time(w, EMAILS_ts, mail->ts);
    put_uid(w, EMAILS_uid, t);
    rows_uint(w, EMAILS_email_n, mail->n);
    rows_cells(w, EMAILS_sensor, EMAILS_src_as_name, buf_view(&t->who));
    rows_word(w, EMAILS_module, module_name(mail->module));
    if (mail->target && has_target(mail->target))
        put_target(w, EMAILS_target_host, mail->target);
    rows_text(w, EMAILS_helo, mail->helo);
    rows_text(w, EMAILS_auth_user, mail->auth_user);
    if (mail->has_from)
        rows_text(w, EMAILS_mail_from, mail->from.n ? mail->from : bytes_of("<>"));
    rows_uint(w, EMAILS_rcpt_count, mail->rcpt_count);
    rows_uint(w, EMAILS_rcpt_rejected, mail->rcpt_rejected);
    rows_uint(w, EMAILS_size, m->payload.size);
    rows_hex(w, EMAILS_sha256, sha256, sizeof sha256);
    if (has_body)
        rows_hex(w, EMAILS_body_sha256, body, sizeof body);
    rows_bool(w, EMAILS_complete, mail->ended && !mail->missing_bytes);
    rows_uint(w, EMAILS_missing_bytes, mail->missing_bytes);
    if (mail->reply != REPLY_NONE)
        rows_uint(w, EMAILS_reply, (uint64_t)mail->reply);
    rows_end(w);
    for (uint64_t i = 0; i < mail->recipient_count; i++)
        write_recipient(t, mail, &mail->recipients[i]);
    write_payload(t, mail, &m->payload, sha256);
}

void record_event(struct record_trace *t, const struct event *event)
{
    struct open_mail *m;

    switch (event->type) {
    case EVENT_REQUEST_DONE:
        write_request(t, event->request);
        break;
    case EVENT_MAIL_BEGIN:
        begin_mail(t, event->mail);
        break;
    case EVENT_MAIL_TEXT:
        m = find_mail(t, event->mail->n);
        payload_add(&m->payload, event->bytes, t->recorder->dir_fd);
        break;
    case EVENT_MAIL_DONE:
        m = find_mail(t, event->mail->n);
        write_mail(t, event->mail, m);
        drop_mail(t, m);
        break;
    default:
        break;
    }
}

size_t record_held(const struct record_trace *t)
{
    size_t held = sizeof *t + t->who.cap;

    for (const struct open_mail *m = t->mails; m; m = m->next)
        held += sizeof *m + m->payload.memory.cap + 512; /* the hashes, about */
    return held;
}

/* --- the connection's row --- */

static void put_flags(struct rows *w, unsigned column, unsigned flags)
{
    char text[256] = "";

    for (unsigned bit = 0; bit < CONNECTION_FLAG_COUNT; bit++)
        if (flags & 1u << bit) {
            if (text[0])
                g_strlcat(text, " ", sizeof text);
            g_strlcat(text, connection_flag_word(bit), sizeof text);
        }
    rows_word(w, column, text);
}

void record_end(struct record_trace *t, const struct connection *c, enum module protocol)
{
    struct recorder *r = t->recorder;
    struct rows *w = &r->files[RECORD_CONNECTIONS];

    rows_begin(w);
    rows_time(w, CONNECTIONS_ts, c->first);
    put_uid(w, CONNECTIONS_uid, t);
    rows_word(w, CONNECTIONS_community_id, t->community_id);
    put_sensor(w, CONNECTIONS_sensor, t);
    rows_ip(w, CONNECTIONS_src_ip, &c->src);
    rows_uint(w, CONNECTIONS_src_port, c->src_port);
    rows_ip(w, CONNECTIONS_dst_ip, &c->dst);
    rows_uint(w, CONNECTIONS_dst_port, c->dst_port);
    rows_word(w, CONNECTIONS_service, r->options.service(c->dst_port));
    rows_word(w, CONNECTIONS_protocol, module_name(protocol));
    rows_seconds(w, CONNECTIONS_duration, c->last - c->first);
    rows_uint(w, CONNECTIONS_bytes_from_src, c->bytes[FROM_CLIENT]);
    rows_uint(w, CONNECTIONS_bytes_from_dst, c->bytes[FROM_SERVER]);
    rows_uint(w, CONNECTIONS_packets_from_src, c->packets[FROM_CLIENT]);
    rows_uint(w, CONNECTIONS_packets_from_dst, c->packets[FROM_SERVER]);
    rows_uint(w, CONNECTIONS_missing_bytes, c->missing[FROM_CLIENT] + c->missing[FROM_SERVER]);
    rows_uint(w, CONNECTIONS_requests, t->requests);
    rows_uint(w, CONNECTIONS_emails, t->emails);
    rows_word(w, CONNECTIONS_end, connection_end_name(c->end));
    put_flags(w, CONNECTIONS_flags, c->flags);
    rows_end(w);
    while (t->mails)
        drop_mail(t, t->mails);
    buf_fini(&t->who);
    mem_free(t);
}
