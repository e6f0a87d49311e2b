/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events of the conversations become rows of the record files. */
#include "potsherd/record.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "potsherd/compress.h"
#include "potsherd/geo.h"
#include "potsherd/segment.h"
#include "record/channel.h"
#include "record/digest.h"
#include "record/flow_id.h"
#include "record/message_writer.h"
#include "record/rows.h"
#include "record/scans.h"

/* The files that are written here; emails and payloads are the message writer's, the
 * others wait for their columns. */
static const enum record_file written_files[] = {RECORD_CONNECTIONS, RECORD_REQUESTS,
                                                 RECORD_RECIPIENTS, RECORD_SCANS, RECORD_STATS};

#define ATTEMPT_BYTES 65536 /* of attempts that a job tells at a time */

#define DIRECTORY_EVERY (60 * TIME_SECOND)

#define LOCK_TRIES 20
#define LOCK_WAIT  100000 /* microseconds */

struct recorder {
    struct record_options options;
    struct rows_place place;
    time_us segment_begun; /* live: when the current segments' stamp was taken */
    time_us looked;        /* live: when at the directory */
    bool astray;           /* it is not what its name says any more */
    struct failure went_astray;
    struct rows files[RECORD_FILE_COUNT];
    struct message_writer *message_writer;
    struct scans *scans;
    struct digest *digest;
    struct buf sensor;  /* as a cell */
    struct buf pending; /* from a job, or attempts on their way to the writer */
};

/*
 * A message that has begun.  A connection can hold thousands of them that wait for their
 * replies, so none is searched for along a list: a hash table has them by their number.
 * Our own parser counts that up and ends messages in the order of their beginnings, so
 * the open ones are neighbours and have a bucket each.  Text and end of a message cost
 * O(1), its beginning O(1) amortised.
 */
struct open_mail {
    struct open_mail *next; /* in its bucket */
    unsigned n;
    size_t held; /* bytes of memory, as record_held counts them */
    struct message_job *job;
};

struct open_mails {
    struct open_mail **buckets; /* NULL: none was ever open */
    unsigned room, count;       /* room: a power of two, at least count */
    size_t held;                /* of them all */
};

struct record_trace {
    struct recorder *recorder;
    char uid[FLOW_UID_DIGITS];
    char community_id[FLOW_COMMUNITY_ID_MAX];
    struct buf who; /* cells sensor to src_as_name, the same in all rows that have them */
    size_t who_service, who_place; /* where service and src_cc begin in them */
    uint64_t requests, emails;
    struct open_mails mails;
};

/* --- the directory --- */

static const char replay_mbox[] = "payloads.mbox";

static bool holds_a_run(int dir_fd)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const char *name = record_schema(i)->name;
        char *whole = g_strdup_printf("%s.csv", name), *part = g_strdup_printf("%s.csv.part", name);
        bool there = file_is_there(dir_fd, whole) || file_is_there(dir_fd, part);

        g_free(whole);
        g_free(part);
        if (there)
            return true;
    }
    return file_is_there(dir_fd, replay_mbox);
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
    (void)!unlinkat(dir_fd, replay_mbox, 0);
}

/* A descriptor, or -1. */
static int make_directory(const char *dir, struct failure *why)
{
    int fd = -1;

    if (!folder_make(dir, NULL, NULL))
        failure_set(why, "%s: cannot make the directory: %s; choose another with -o DIR", dir,
                    g_strerror(errno));
    else if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        failure_set(why, "%s: cannot open the directory: %s; choose another with -o DIR", dir,
                    g_strerror(errno));
    return fd;
}

/* Whoever has just been killed may still be on its way out. */
static bool lock(int dir_fd, const char *dir, struct failure *why)
{
    for (int tries = 0; flock(dir_fd, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno != EWOULDBLOCK || tries == LOCK_TRIES)
            return failure_set(why,
                               "%s: another potsherd writes there (%s); stop it, or choose another "
                               "directory with -o DIR",
                               dir, g_strerror(errno));
        g_usleep(LOCK_WAIT);
    }
    return true;
}

int record_lock(const char *directory, struct failure *why)
{
    int fd = make_directory(directory, why);

    if (fd < 0 || lock(fd, directory, why))
        return fd;
    close(fd);
    return -1;
}

static bool open_compressor(struct recorder *r, struct failure *why)
{
    if (!r->options.compress)
        return true;
    r->place.files.compressor = compressor_new(r->place.files.dir_fd, r->options.directory, why);
    return r->place.files.compressor != NULL;
}

static bool open_directory(struct recorder *r, struct failure *why)
{
    const char *dir = r->options.directory;

    if (r->options.locked)
        r->place.files.dir_fd = r->options.folder;
    else if (r->options.live)
        r->place.files.dir_fd = record_lock(dir, why);
    else
        r->place.files.dir_fd = make_directory(dir, why);
    if (r->place.files.dir_fd < 0)
        return false;
    if (r->options.job)
        return true;
    if (r->options.live)
        return segment_repair(r->place.files.dir_fd, dir, why) && open_compressor(r, why);
    if (!holds_a_run(r->place.files.dir_fd))
        return true;
    if (!r->options.force)
        return failure_set(why,
                           "%s holds the records of an earlier run: replace them with --force, "
                           "or choose another directory with -o DIR",
                           dir);
    remove_run(r->place.files.dir_fd);
    return true;
}

/* Rows that are written into a directory without a name, or with another one, are not
 * where anybody looks.  What cannot be told (a parent that only root may see) is well. */
static bool is_in_place(const struct recorder *r)
{
    struct stat ours, named;

    if (stat(r->options.directory, &named) != 0)
        return errno != ENOENT && errno != ENOTDIR;
    return fstat(r->place.files.dir_fd, &ours) != 0 ||
           (ours.st_dev == named.st_dev && ours.st_ino == named.st_ino);
}

static void look_at_directory(struct recorder *r)
{
    bool in_place = is_in_place(r);

    if (!in_place && !r->astray) {
        failure_set(&r->went_astray,
                    "%s has been removed or replaced since the start: what is recorded does not "
                    "reach it; start anew, and let --keep and --max-disk remove what is old",
                    r->options.directory);
        log_warn("%s", r->went_astray.text);
    } else if (in_place && r->astray) {
        log_info("%s is in its place again", r->options.directory);
    }
    r->astray = !in_place;
}

static bool open_file(struct recorder *r, enum record_file file, struct failure *why)
{
    if (rows_open(&r->files[file], &r->place, file))
        return true;
    *why = r->files[file].failure;
    return false;
}

static bool open_files(struct recorder *r, struct failure *why)
{
    if (r->options.live)
        segment_stamp(&r->place.files, r->segment_begun = r->options.now);
    for (size_t i = 0; i < G_N_ELEMENTS(written_files); i++)
        if ((r->options.live || written_files[i] != RECORD_STATS) &&
            !open_file(r, written_files[i], why))
            return false;
    r->message_writer = message_writer_open(&r->place, r->options.payload, why);
    return r->message_writer != NULL;
}

struct recorder *record_open(const struct record_options *options, struct failure *why)
{
    struct recorder *r = MEM_NEW(struct recorder);

    r->options = *options;
    r->place = (struct rows_place){.files = {.dir_fd = -1,
                                             .dir = options->directory,
                                             .live = options->live,
                                             .sync = options->live && options->sync != SYNC_NONE},
                                   .job = options->job,
                                   .pipe = options->pipe,
                                   .message_pipe = options->message_pipe};
    r->digest = digest_new();
    if (options->sensor)
        rows_escape(&r->sensor, bytes_of(options->sensor));
    r->scans = scans_new(&r->files[RECORD_SCANS], &r->sensor, options->scans_max);
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
    return r->message_writer ? message_writer_failure(r->message_writer) : NULL;
}

uint64_t record_rows(const struct recorder *r, enum record_file file)
{
    return r->files[file].rows;
}

/* A job tells its attempts to the writer, whose scans.csv then counts over all jobs. */
static void send_attempts(struct recorder *r)
{
    struct channel_head head = {.kind = CHANNEL_ATTEMPTS, .bytes = r->pending.len};

    if (r->options.job && r->pending.len)
        (void)channel_put(r->options.pipe, &head, r->pending.data); /* the rows' failure tells */
    if (r->options.job)
        buf_clear(&r->pending);
}

bool record_close(struct recorder *r, struct failure *why)
{
    const struct failure *failure;

    scans_free(r->scans);
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        rows_close(&r->files[i]);
    if (r->message_writer)
        message_writer_finish(r->message_writer);
    compressor_finish(r->place.files.compressor);
    failure = record_failure(r);
    *why = r->went_astray; /* empty, if all was well */
    if (failure)
        *why = *failure;
    message_writer_free(r->message_writer);
    digest_free(r->digest);
    if (r->place.files.dir_fd >= 0)
        close(r->place.files.dir_fd);
    buf_fini(&r->sensor);
    buf_fini(&r->pending);
    mem_free(r);
    return why->text[0] == '\0';
}

/* --- live: segments --- */

static void flush(struct recorder *r, bool sync)
{
    message_writer_wait(r->message_writer);
    message_writer_flush(r->message_writer, sync);
    for (size_t i = 0; i < G_N_ELEMENTS(written_files); i++) {
        rows_flush(&r->files[written_files[i]]);
        if (sync)
            rows_sync(&r->files[written_files[i]]);
    }
}

static uint64_t largest_file(const struct recorder *r)
{
    uint64_t most = message_writer_largest(r->message_writer);

    for (size_t i = 0; i < G_N_ELEMENTS(written_files); i++)
        if (r->files[written_files[i]].written > most)
            most = r->files[written_files[i]].written;
    return most;
}

static bool segment_is_over(const struct recorder *r, time_us now)
{
    time_us interval = r->options.segment_interval;

    if (now < r->segment_begun) /* the clock was set back: a new stamp, not an old one again */
        return true;
    return (interval && now / interval != r->segment_begun / interval) ||
           (r->options.segment_bytes && largest_file(r) >= r->options.segment_bytes);
}

void record_tick(struct recorder *r, time_us now)
{
    compressor_begin(r->place.files.compressor); /* privileges have been dropped by now */
    send_attempts(r);
    flush(r, r->options.sync == SYNC_ALWAYS && !r->options.job); /* a job has no files */
    if (r->options.job)
        return;
    if (now / DIRECTORY_EVERY != r->looked / DIRECTORY_EVERY)
        look_at_directory(r);
    r->looked = now;
    if (!segment_is_over(r, now))
        return;
    message_writer_end_segments(r->message_writer);
    for (size_t i = 0; i < G_N_ELEMENTS(written_files); i++)
        rows_finish(&r->files[written_files[i]]);
    compressor_retry(r->place.files.compressor);
    segment_stamp(&r->place.files, r->segment_begun = now);
}

void record_finish(struct recorder *r)
{
    scans_flush(r->scans);
    send_attempts(r);
    flush(r, false);
    if (r->options.live)
        look_at_directory(r);
}

uint64_t record_unwritten(const struct recorder *r)
{
    uint64_t n = message_writer_unwritten(r->message_writer);

    for (size_t i = 0; i < G_N_ELEMENTS(written_files); i++)
        n += r->files[written_files[i]].unwritten;
    return n;
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

/* Country, AS number, AS name. */
static void append_place(struct buf *to, const struct address *ip)
{
    const struct geo_place *place = geo_find(ip);
    char text[16];

    buf_append_text(to, place->cc);
    if (place->asn)
        buf_append(to, text, (size_t)g_snprintf(text, sizeof text, ",%u,", place->asn));
    else
        buf_append_text(to, ",,");
    if (place->as_name.n)
        rows_escape(to, place->as_name);
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
    t->who_service = t->who.len;
    if (service)
        rows_escape(&t->who, bytes_of(service));
    buf_append_byte(&t->who, ',');
    t->who_place = t->who.len;
    append_place(&t->who, &c->src);
}

struct record_trace *record_begin(struct recorder *r, const struct connection *c)
{
    struct record_trace *t = MEM_NEW(struct record_trace);

    t->recorder = r;
    flow_uid(c, r->digest, t->uid);
    flow_community_id(c, r->digest, t->community_id);
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

/* Country and AS number; the name, where there is a column for it, is the caller's. */
static const struct geo_place *put_place(struct rows *w, unsigned cc, unsigned asn,
                                         const struct address *ip)
{
    const struct geo_place *place = geo_find(ip);

    rows_word(w, cc, place->cc);
    if (place->asn)
        rows_uint(w, asn, place->asn);
    return place;
}

/* --- requests --- */

static bool has_target(const struct target *t)
{
    return t->host.n || t->ip.family;
}

static void write_request(struct record_trace *t, const struct request *q)
{
    struct rows *w = &t->recorder->files[RECORD_REQUESTS];
    const struct geo_place *place;

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
    place = put_place(w, REQUESTS_target_cc, REQUESTS_target_asn, &q->target.ip);
    rows_text(w, REQUESTS_target_as_name, place->as_name);
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

/* The link that leads to message `n`, or would. */
static struct open_mail **find_mail(struct open_mails *mails, unsigned n)
{
    struct open_mail **link = &mails->buckets[n & (mails->room - 1)];

    while (*link && (*link)->n != n)
        link = &(*link)->next;
    return link;
}

static void grow_mails(struct open_mails *mails)
{
    struct open_mails more = {.room = mails->room ? 2 * mails->room : 2};

    more.buckets = mem_new(more.room * sizeof *more.buckets);
    for (unsigned i = 0; i < mails->room; i++)
        for (struct open_mail *m = mails->buckets[i], *next; m; m = next) {
            struct open_mail **link = &more.buckets[m->n & (more.room - 1)];

            next = m->next;
            m->next = *link;
            *link = m;
        }
    mem_free(mails->buckets);
    mails->buckets = more.buckets;
    mails->room = more.room;
}

static void count_held(struct open_mails *mails, struct open_mail *m)
{
    size_t held = sizeof *m + sizeof *m->job + m->job->payload.memory.cap;

    mails->held += held - m->held;
    m->held = held;
}

static void begin_mail(struct record_trace *t, const struct mail *mail)
{
    struct open_mails *mails = &t->mails;
    struct open_mail *m = MEM_NEW(struct open_mail), **link;

    if (mails->count == mails->room)
        grow_mails(mails);
    m->n = mail->n;
    m->job = message_writer_job(t->recorder->message_writer);
    link = &mails->buckets[m->n & (mails->room - 1)];
    m->next = *link;
    *link = m;
    mails->count++;
    count_held(mails, m);
}

static void add_text(struct record_trace *t, const struct event *event)
{
    struct open_mail *m = *find_mail(&t->mails, event->mail->n);

    payload_add(&m->job->payload, event->bytes, t->recorder->place.files.dir_fd);
    count_held(&t->mails, m);
}

/* What is known of it is the caller's now. */
static struct message_job *take_job(struct open_mails *mails, unsigned n)
{
    struct open_mail **link = find_mail(mails, n), *m = *link;
    struct message_job *job = m->job;

    *link = m->next;
    mails->count--;
    mails->held -= m->held;
    mem_free(m);
    return job;
}

/* Those that never ended: the connection is over. */
static void drop_mails(struct open_mails *mails)
{
    for (unsigned i = 0; i < mails->room && mails->count; i++)
        while (mails->buckets[i])
            message_job_free(take_job(mails, mails->buckets[i]->n));
    mem_free(mails->buckets);
}

static void write_recipient(struct record_trace *t, struct bytes key, const struct recipient *to)
{
    struct rows *w = &t->recorder->files[RECORD_RECIPIENTS];
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

    rows_lend(&w, RECORD_RECIPIENTS, RECIPIENTS_ts, out);
    rows_time(&w, RECIPIENTS_ts, mail->ts);
    put_uid(&w, RECIPIENTS_uid, t);
    rows_uint(&w, RECIPIENTS_email_n, t->emails);
    rows_cells(&w, RECIPIENTS_sensor, RECIPIENTS_sensor, buf_view(&t->recorder->sensor));
    rows_lend_end(&w, RECIPIENTS_sensor, out);
}

static void write_email_cells(struct record_trace *t, const struct mail *mail,
                              struct message_job *l)
{
    struct rows w;

    rows_lend(&w, RECORD_EMAILS, EMAILS_ts, &l->email_before);
    rows_time(&w, EMAILS_ts, mail->ts);
    put_uid(&w, EMAILS_uid, t);
    rows_uint(&w, EMAILS_email_n, t->emails);
    rows_cells(&w, EMAILS_sensor, EMAILS_src_as_name, buf_view(&t->who));
    rows_word(&w, EMAILS_module, module_name(mail->module));
    if (mail->target && has_target(mail->target)) {
        rows_text(&w, EMAILS_target_host, mail->target->host);
        rows_ip(&w, EMAILS_target_ip, &mail->target->ip);
        rows_uint(&w, EMAILS_target_port, mail->target->port);
        (void)put_place(&w, EMAILS_target_cc, EMAILS_target_asn, &mail->target->ip);
    }
    rows_text(&w, EMAILS_helo, mail->helo);
    rows_text(&w, EMAILS_auth_user, mail->auth_user);
    if (mail->has_from)
        rows_text(&w, EMAILS_mail_from, mail->from.n ? mail->from : bytes_of("<>"));
    rows_uint(&w, EMAILS_rcpt_count, mail->rcpt_count);
    rows_uint(&w, EMAILS_rcpt_rejected, mail->rcpt_rejected);
    rows_uint(&w, EMAILS_size, l->payload.size);
    rows_lend_end(&w, EMAILS_size, &l->email_before);

    rows_lend(&w, RECORD_EMAILS, EMAILS_complete, &l->email_after);
    rows_bool(&w, EMAILS_complete, mail->ended && !mail->missing_bytes);
    rows_uint(&w, EMAILS_missing_bytes, mail->missing_bytes);
    if (mail->reply != REPLY_NONE)
        rows_uint(&w, EMAILS_reply, (uint64_t)mail->reply);
    rows_lend_end(&w, EMAILS_reply, &l->email_after);
}

/* Its number in the rows counts messages that are some: texts that were none leave no
 * number out. */
static void write_mail(struct record_trace *t, const struct mail *mail)
{
    struct message_job *l = take_job(&t->mails, mail->n);

    t->emails++;
    l->ts = mail->ts;
    g_snprintf(l->name, sizeof l->name, "%.*s-%" G_GUINT64_FORMAT, FLOW_UID_DIGITS, t->uid,
               t->emails);
    write_key(t, mail, &l->key);
    write_email_cells(t, mail, l);
    for (uint64_t i = 0; i < mail->recipient_count; i++)
        write_recipient(t, buf_view(&l->key), &mail->recipients[i]);
    message_writer_put(t->recorder->message_writer, l);
}

void record_event(struct record_trace *t, const struct event *event)
{
    switch (event->type) {
    case EVENT_REQUEST_DONE:
        write_request(t, event->request);
        break;
    case EVENT_MAIL_BEGIN:
        begin_mail(t, event->mail);
        break;
    case EVENT_MAIL_TEXT:
        add_text(t, event);
        break;
    case EVENT_MAIL_DONE:
        write_mail(t, event->mail);
        break;
    case EVENT_MAIL_NONE:
        message_job_free(take_job(&t->mails, event->mail->n));
        break;
    default:
        break;
    }
}

/* O(1): it is asked for each packet. */
size_t record_held(const struct record_trace *t)
{
    return sizeof *t + t->who.cap + t->mails.room * sizeof *t->mails.buckets + t->mails.held;
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

/* As in the rows before, whatever ports.rules says by now. */
static struct bytes service_of(const struct record_trace *t)
{
    return (struct bytes){t->who.data + t->who_service, t->who_place - 1 - t->who_service};
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
    rows_cells(w, CONNECTIONS_service, CONNECTIONS_service, service_of(t));
    rows_word(w, CONNECTIONS_protocol, module_name(protocol));
    rows_cells(w, CONNECTIONS_src_cc, CONNECTIONS_src_as_name,
               bytes_skip(buf_view(&t->who), t->who_place));
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
    drop_mails(&t->mails);
    buf_fini(&t->who);
    mem_free(t);
}

void record_attempt(struct recorder *r, const struct connection *attempt)
{
    if (!r->options.job) {
        scans_add(r->scans, attempt);
        return;
    }
    buf_append(&r->pending, attempt, sizeof *attempt);
    if (r->pending.len >= ATTEMPT_BYTES)
        send_attempts(r);
}

/* --- rows that jobs send --- */

static struct rows *rows_of(struct recorder *r, uint32_t file)
{
    if (file >= RECORD_FILE_COUNT)
        log_panic("a job sends rows of file %u", file);
    return file == RECORD_EMAILS || file == RECORD_PAYLOADS
               ? message_writer_rows(r->message_writer, file)
               : &r->files[file];
}

static void take_attempts(struct recorder *r)
{
    struct connection attempt;

    for (size_t at = 0; at + sizeof attempt <= r->pending.len; at += sizeof attempt) {
        memcpy(&attempt, r->pending.data + at, sizeof attempt);
        scans_add(r->scans, &attempt);
    }
}

bool record_take(struct recorder *r, int pipe, void (*idle)(void *context), void *context)
{
    struct channel_idle meanwhile = {idle, context};
    struct channel_head head;
    struct rows *open = NULL; /* of which a row has only begun */

    message_writer_wait(r->message_writer); /* idle: its files are ours */
    do {
        if (!channel_get(pipe, &meanwhile, &head, &r->pending)) {
            if (open)
                rows_abandon_part(open);
            return false;
        }
        if (head.kind == CHANNEL_ATTEMPTS) {
            take_attempts(r);
            continue;
        }
        open = rows_of(r, head.file);
        rows_take(open, buf_view(&r->pending), head.rows, head.kind == CHANNEL_PART);
    } while (head.kind == CHANNEL_PART);
    return true;
}

/* --- a minute of a live run --- */

bool record_stats(struct recorder *r, const struct record_stats *n)
{
    struct rows *w = &r->files[RECORD_STATS];

    rows_begin(w);
    rows_time(w, STATS_ts, n->ts);
    rows_cells(w, STATS_sensor, STATS_sensor, buf_view(&r->sensor));
    rows_seconds(w, STATS_interval, n->interval);
#define PUT_COUNT(name) rows_uint(w, STATS_##name, n->name)
    PUT_COUNT(received);
    PUT_COUNT(captured);
    PUT_COUNT(dropped);
    PUT_COUNT(filtered);
    PUT_COUNT(interface_dropped);
    PUT_COUNT(not_understood);
    rows_word(w, STATS_reasons, n->reasons);
    PUT_COUNT(connections);
    PUT_COUNT(attempts);
    PUT_COUNT(requests);
    PUT_COUNT(emails);
    PUT_COUNT(recipients);
    PUT_COUNT(missing_bytes);
    PUT_COUNT(evicted);
    PUT_COUNT(limits);
    PUT_COUNT(unwritten);
    PUT_COUNT(open);
    PUT_COUNT(memory);
#undef PUT_COUNT
    rows_end(w);
    if (rows_flush(w))
        return true;
    w->unwritten--; /* the next one tells it all */
    return false;
}
