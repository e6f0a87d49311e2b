/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/pipeline.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>

#include "base/mem.h"
#include "base/places.h"
#include "pipeline/redaction.h"
#include "potsherd/client_guess.h"
#include "potsherd/conversation.h"
#include "potsherd/decap.h"
#include "potsherd/geo.h"
#include "potsherd/retention.h"
#include "potsherd/stream.h"

#define SET_BACK (5 * TIME_SECOND) /* a frame so much older than the latest: the clock */

struct pipeline {
    struct recorder *recorder;
    struct stream *stream;
    const struct options *options;
    struct counters counters;    /* counts only; of streams that have ended, more */
    struct retention *retention; /* NULL: all is kept */
    struct retention_freed freed;
    struct pipeline_tap tap; /* functions NULL: none */
    time_us latest;          /* frame, live */
    struct job_share share;
    struct moment moment; /* of what is done now */
};

struct parts { /* of a connection that is followed */
    struct pipeline *pipeline;
    struct connection *connection;
    struct conversation *conversation; /* NULL once it is over */
    struct record_trace *trace;
    struct client_guess *guess; /* NULL: who is the client is known, or will not be corrected */
    bool swapped;               /* the client is whom `connection` has as the server */
    enum module protocol;
};

static struct port_rules *ports; /* asked by number from places that have no context */
static struct redact_policy redaction;

static const char *service_of(uint16_t port)
{
    return ports_service(ports, port);
}

static bool is_service(uint16_t port)
{
    return ports_service(ports, port) != NULL;
}

/* --- from stream to conversation to record --- */

static void count_event(struct pipeline *p, const struct event *event)
{
    if (event->type == EVENT_REQUEST_DONE) {
        if (event->request->class == CLASS_WEB)
            p->counters.web++;
        else
            p->counters.requests[event->request->class]++;
    } else if (event->type == EVENT_MAIL_DONE) {
        p->counters.emails++;
        p->counters.emails_complete += event->mail->ended && !event->mail->missing_bytes;
        p->counters.recipients += event->mail->rcpt_count;
    }
}

static void on_event(void *context, const struct event *event)
{
    struct parts *s = context;

    if (event->type == EVENT_LIMIT) {
        s->connection->flags |= CONNECTION_FLAG(LIMIT);
        s->pipeline->counters.limits++;
        return;
    }
    count_event(s->pipeline, event);
    record_event(s->trace, event);
    if (s->pipeline->tap.event)
        s->pipeline->tap.event(s->pipeline->tap.context, s->connection, event);
}

/* The connection with the client as `src`. */
static struct connection oriented(const struct parts *s)
{
    const struct connection *c = s->connection;
    struct connection turned = *c;

    if (!s->swapped)
        return turned;
    turned.src = c->dst;
    turned.dst = c->src;
    turned.src_port = c->dst_port;
    turned.dst_port = c->src_port;
    for (int d = 0; d < 2; d++) {
        turned.bytes[d] = c->bytes[!d];
        turned.packets[d] = c->packets[!d];
        turned.missing[d] = c->missing[!d];
    }
    return turned;
}

static enum direction oriented_from(const struct parts *s, enum direction from)
{
    return s->swapped ? !from : from;
}

static void begin_parts(struct parts *s)
{
    struct connection c = oriented(s);

    s->conversation = conversation_new((struct event_sink){on_event, s});
    s->trace = record_begin(s->pipeline->recorder, &c);
    if (c.flags & CONNECTION_FLAG(NO_HANDSHAKE))
        conversation_set_midstream(s->conversation);
    if (s->pipeline->tap.event)
        conversation_set_answering(s->conversation);
}

static void on_open(void *context, struct connection *c)
{
    struct parts *s = MEM_NEW(struct parts);

    s->pipeline = context;
    s->connection = c;
    if (c->flags & CONNECTION_FLAG(NO_HANDSHAKE))
        s->guess = client_guess_new();
    begin_parts(s);
    c->user = s;
}

static void stop_guessing(struct parts *s)
{
    client_guess_free(s->guess);
    s->guess = NULL;
}

/* Where one port of the two is served, a reply alone says nothing against it: a message's
 * text may quote one. */
static bool outweighs_ports(const struct parts *s, const struct client_verdict *v)
{
    return is_service(s->connection->src_port) == is_service(s->connection->dst_port) ||
           (v->asked && v->first);
}

/* Everything begins again, with the line that has shown who the client is. */
static void turn(struct parts *s, enum direction from, struct bytes line, time_us now)
{
    s->swapped = true;
    conversation_free(s->conversation);
    record_forget(s->trace);
    begin_parts(s);
    conversation_feed(s->conversation, oriented_from(s, from), line.at, line.n, now);
}

/* Content says who the client is, as long as nothing has been understood by another guess.
 * Returns how many of the bytes the conversation has been given. */
static size_t guess_client(struct parts *s, enum direction from, struct bytes bytes, time_us now)
{
    size_t used = 0;

    while (s->guess && used < bytes.n) {
        struct client_verdict v = client_guess_put(s->guess, from, bytes_skip(bytes, used));

        if (!v.known)
            return 0;
        used += v.used;
        if (v.client != FROM_CLIENT && !outweighs_ports(s, &v))
            continue;
        if (v.client == FROM_CLIENT || conversation_is_understood(s->conversation))
            used = 0;
        else
            turn(s, from, v.line, now);
        stop_guessing(s);
        return used;
    }
    return 0;
}

static void on_data(void *context, struct connection *c, enum direction from, const uint8_t *bytes,
                    size_t n, time_us now)
{
    struct parts *s = c->user;
    size_t used = s->guess ? guess_client(s, from, (struct bytes){bytes, n}, now) : 0;

    (void)context;
    if (used < n)
        conversation_feed(s->conversation, oriented_from(s, from), bytes + used, n - used, now);
}

static void on_gap(void *context, struct connection *c, enum direction from, uint64_t missing,
                   time_us now)
{
    struct parts *s = c->user;

    (void)context;
    if (s->guess)
        client_guess_gap(s->guess, from);
    conversation_gap(s->conversation, oriented_from(s, from), missing, now);
}

static void on_close(void *context, struct connection *c, enum direction from, time_us now)
{
    struct parts *s = c->user;

    (void)context;
    conversation_close(s->conversation, oriented_from(s, from), now);
}

static void on_finish(void *context, struct connection *c, time_us now)
{
    struct parts *s = c->user;

    (void)context;
    conversation_finish(s->conversation, now);
    s->protocol = conversation_protocol(s->conversation);
    conversation_free(s->conversation);
    s->conversation = NULL;
    stop_guessing(s);
}

static void on_end(void *context, struct connection *c)
{
    struct parts *s = c->user;
    struct connection turned = oriented(s);

    (void)context;
    if (s->pipeline->tap.end)
        s->pipeline->tap.end(s->pipeline->tap.context, c);
    record_end(s->trace, &turned, s->protocol);
    mem_free(s);
    c->user = NULL;
}

static size_t on_memory(void *context, const struct connection *c)
{
    const struct parts *s = c->user;

    (void)context;
    return sizeof *s + (s->guess ? CLIENT_GUESS_BYTES : 0) + record_held(s->trace) +
           (s->conversation ? conversation_held(s->conversation) : 0);
}

static void on_attempt(void *context, const struct connection *c)
{
    struct pipeline *p = context;

    record_attempt(p->recorder, c);
}

/* --- building --- */

char *pipeline_find_rules(const char *name)
{
    return places_rules(name);
}

static char *rules_path(const struct options *options)
{
    return options->rules ? g_strdup(options->rules) : pipeline_find_rules("ports.rules");
}

static bool replace_rules(struct port_rules *loaded)
{
    if (!loaded)
        return false;
    ports_free(ports);
    ports = loaded;
    return true;
}

static bool load_rules(const struct options *options, struct failure *why)
{
    char *path = rules_path(options);
    bool good = replace_rules(ports_load(path, why));

    g_free(path);
    return good;
}

bool pipeline_load(const struct options *options, struct failure *why)
{
    return redaction_load(options, &redaction, why) && load_rules(options, why) &&
           geo_open(options->geo.at, (unsigned)options->geo.count, why);
}

const struct redact_policy *pipeline_redaction(void)
{
    return &redaction;
}

void pipeline_forget_key(void)
{
    explicit_bzero(&redaction, sizeof redaction);
}

void pipeline_unload(void)
{
    pipeline_forget_key();
    geo_close();
    ports_free(ports);
    ports = NULL;
}

int pipeline_open_rules(const struct options *options)
{
    char *path = rules_path(options);
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    g_free(path);
    return fd;
}

bool pipeline_take_rules(int fd, struct failure *why)
{
    return replace_rules(ports_read(fd, "ports.rules", why));
}

bool pipeline_reload(const struct options *options, bool log)
{
    struct failure no_rules, no_databases;
    bool rules = load_rules(options, &no_rules), databases = geo_reload(&no_databases);

    if (rules && log)
        log_info_as(LOG_RELOADED, "ports.rules read again");
    else if (log)
        log_warn_as(LOG_NOT_RELOADED, "%s; the previous rules stay in use", no_rules.text);
    if (databases && log)
        log_info_as(LOG_RELOADED, "geolocation databases read again: %u", geo_databases());
    else if (log)
        log_warn_as(LOG_NOT_RELOADED, "%s; the previous databases stay in use", no_databases.text);
    return rules;
}

static enum payload_mode payload_mode(const char *name)
{
    if (redaction.level >= REDACT_CONTENT)
        return PAYLOAD_NONE;
    if (!strcmp(name, "mbox"))
        return PAYLOAD_MBOX;
    return strcmp(name, "none") ? PAYLOAD_INLINE : PAYLOAD_NONE;
}

static enum web_mode web_mode(const char *name)
{
    if (name && !strcmp(name, "all"))
        return WEB_ALL;
    return !name || strcmp(name, "none") ? WEB_PROXIED : WEB_NONE;
}

static struct stream *make_stream(struct pipeline *p, const struct options *options)
{
    struct stream_handler handler = {.context = p,
                                     .open = on_open,
                                     .data = on_data,
                                     .gap = on_gap,
                                     .close = on_close,
                                     .finish = on_finish,
                                     .end = on_end,
                                     .memory = on_memory,
                                     .attempt = on_attempt};
    struct stream_options how = {.max_connections = options->max_connections,
                                 .max_half_open = options->max_half_open,
                                 .max_memory = options->max_memory,
                                 .idle_timeout = (time_us)options->idle_timeout * TIME_SECOND,
                                 .verify_checksums = options->verify_checksums,
                                 .service_only = !strcmp(options->ports, "rules"),
                                 .is_service = is_service,
                                 .share = p->share,
                                 .moment = &p->moment};

    if (p->share.jobs > 1) { /* of the run's limits */
        how.max_connections = 1 + how.max_connections / p->share.jobs;
        how.max_memory = 1 + how.max_memory / p->share.jobs;
        how.max_half_open = how.max_half_open ? 1 + how.max_half_open / p->share.jobs : 0;
    }
    return stream_new(&how, &handler);
}

static enum record_sync sync_mode(const char *name)
{
    if (!name || !strcmp(name, "segment"))
        return SYNC_SEGMENT;
    return strcmp(name, "none") ? SYNC_ALWAYS : SYNC_NONE;
}

static struct record_options record_options(const struct options *o,
                                            const struct pipeline_where *where)
{
    return (struct record_options){.directory = o->output,
                                   .json = o->format && !strcmp(o->format, "json"),
                                   .sensor = o->sensor,
                                   .payload = payload_mode(o->payload),
                                   .web = web_mode(o->web),
                                   .force = o->force,
                                   .service = service_of,
                                   .scans_max = (uint32_t)o->max_scans,
                                   .live = where->records == RECORDS_LIVE,
                                   .first_bytes = where->first_bytes,
                                   .captures = where->captures,
                                   .locked = where->locked,
                                   .folder = where->folder,
                                   .now = where->now,
                                   .segment_interval = (time_us)o->segment_interval * TIME_SECOND,
                                   .segment_bytes = o->segment_size,
                                   .sync = sync_mode(o->fsync),
                                   .compress = where->records == RECORDS_LIVE && o->compress &&
                                               strcmp(o->compress, "none") != 0,
                                   .job = where->records == RECORDS_JOB,
                                   .pipe = where->pipe,
                                   .message_pipe = where->message_pipe,
                                   .spool = where->spool,
                                   .spool_context = where->spool_context,
                                   .mail = where->mail,
                                   .mail_place = where->mail_place,
                                   .mail_parts = o->mail && !strcmp(o->mail, "full"),
                                   .redact = &redaction};
}

bool pipeline_open_records(struct pipeline *p, const struct pipeline_where *where,
                           struct failure *why)
{
    struct record_options record = record_options(p->options, where);

    record.moment = where->share.jobs > 1 ? &p->moment : NULL;
    p->recorder = record_open(&record, why);
    return p->recorder != NULL;
}

struct pipeline *pipeline_new(const struct options *options, const struct pipeline_where *where,
                              struct failure *why)
{
    struct pipeline *p = MEM_NEW(struct pipeline);

    p->options = options;
    p->share = where->share;
    p->stream = make_stream(p, options);
    if (!where->later && !pipeline_open_records(p, where, why)) {
        stream_free(p->stream);
        mem_free(p);
        return NULL;
    }
    if (where->records == RECORDS_LIVE && (options->keep || options->max_disk))
        p->retention = retention_new(&(struct retention_options){.dir = options->output,
                                                                 .pcaps = options->save_pcap,
                                                                 .keep_days = options->keep,
                                                                 .max_bytes = options->max_disk});
    return p;
}

static void count_frame(struct pipeline *p, const struct frame *frame,
                        const struct datagram *datagram, enum decap_reason reason)
{
    if (!p->counters.frames++)
        p->counters.first = p->counters.last = frame->ts;
    if (frame->ts > p->counters.last)
        p->counters.last = frame->ts;
    if (reason != DECAP_OK || datagram->protocol != 6)
        unknown_note(&p->counters.unknown, datagram, reason);
}

void pipeline_put(struct pipeline *p, const struct frame *frame)
{
    struct datagram datagram;
    enum decap_reason reason = decap_frame(frame, &datagram);

    p->moment = (struct moment){frame->number, MOMENT_FRAME, 0};
    if (!p->share.job)
        count_frame(p, frame, &datagram, reason);
    if (reason == DECAP_OK)
        stream_put(p->stream, &datagram);
    else
        stream_count_bad(p->stream, reason);
}

void pipeline_first_bytes(struct pipeline *p, const struct connection *c, struct bytes bytes,
                          time_us now)
{
    const struct parts *s = c->user;

    (void)p;
    record_first_bytes(s->trace, bytes, now);
}

void pipeline_set_tap(struct pipeline *p, struct pipeline_tap tap)
{
    p->tap = tap;
}

void pipeline_tick(struct pipeline *p, time_us now)
{
    stream_tick(p->stream, now);
}

void pipeline_flush(struct pipeline *p, time_us now, time_us up)
{
    record_tick(p->recorder, now);
    if (p->retention)
        retention_apply(p->retention, now, up, &p->freed);
}

void pipeline_restart(struct pipeline *p)
{
    stream_finish(p->stream);
    counters_add(&p->counters, stream_counts(p->stream));
    stream_free(p->stream);
    p->stream = make_stream(p, p->options);
}

bool pipeline_put_live(struct pipeline *p, const struct frame *frame)
{
    bool set_back = frame->ts < p->latest - SET_BACK;

    if (set_back) {
        log_warn_as(LOG_CLOCK_SET_BACK,
                    "the clock was set back by %lld s: open connections end, and what follows is "
                    "recorded as new ones",
                    (long long)((p->latest - frame->ts) / TIME_SECOND));
        pipeline_restart(p);
        p->latest = frame->ts;
    }
    if (frame->ts > p->latest)
        p->latest = frame->ts;
    pipeline_put(p, frame);
    return set_back;
}

struct recorder *pipeline_recorder(struct pipeline *p)
{
    return p->recorder;
}

void pipeline_read_counters(const struct pipeline *p, struct counters *out)
{
    *out = p->counters;
    counters_add(out, stream_counts(p->stream));
    out->memory = stream_memory(p->stream);
    out->unwritten = record_unwritten(p->recorder);
    out->web_unkept = record_web_unkept(p->recorder);
    out->mails_read = record_mails_read(p->recorder);
    out->mails_lost = record_mails_lost(p->recorder);
    out->removed_files = p->freed.files;
    out->removed_bytes = p->freed.bytes;
}

const char *pipeline_module(uint16_t port)
{
    return ports_module(ports, port);
}

char *pipeline_filter(unsigned coarser)
{
    return ports_filter(ports, coarser);
}

void pipeline_mark(struct pipeline *p)
{
    record_mark(p->recorder);
}

void pipeline_finish(struct pipeline *p)
{
    p->moment = (struct moment){MOMENT_END, MOMENT_FRAME, 0};
    stream_finish(p->stream);
    if (p->recorder)
        record_finish(p->recorder);
}

const struct failure *pipeline_failure(const struct pipeline *p)
{
    return record_failure(p->recorder);
}

bool pipeline_free(struct pipeline *p, struct failure *why)
{
    bool good;

    retention_free(p->retention);
    stream_free(p->stream);
    good = !p->recorder || record_close(p->recorder, why);
    if (good && geo_damaged(why))
        good = false;
    mem_free(p);
    return good;
}
