/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/pipeline.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "potsherd/conversation.h"
#include "potsherd/decap.h"
#include "potsherd/geo.h"
#include "potsherd/stream.h"

struct pipeline {
    struct recorder *recorder;
    struct stream *stream;
    struct pipeline_counts counts;
    const char *directory;
    struct pipeline_tap tap; /* functions NULL: none */
};

struct session { /* what goes with a connection */
    struct pipeline *pipeline;
    struct connection *connection;
    struct conversation *conversation; /* NULL once it is over */
    struct record_trace *trace;
    enum module protocol;
};

static struct port_rules *ports; /* asked by number from places that have no context */

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
        p->counts.requests[event->request->class]++;
    } else if (event->type == EVENT_MAIL_DONE) {
        p->counts.emails++;
        p->counts.emails_complete += event->mail->ended && !event->mail->missing_bytes;
        p->counts.recipients += event->mail->rcpt_count;
    }
}

static void on_event(void *context, const struct event *event)
{
    struct session *s = context;

    if (event->type == EVENT_LIMIT) {
        s->connection->flags |= CONNECTION_FLAG(LIMIT);
        s->pipeline->counts.limits++;
        return;
    }
    count_event(s->pipeline, event);
    record_event(s->trace, event);
    if (s->pipeline->tap.event)
        s->pipeline->tap.event(s->pipeline->tap.context, s->connection, event);
}

static void on_open(void *context, struct connection *c)
{
    struct session *s = MEM_NEW(struct session);

    s->pipeline = context;
    s->connection = c;
    s->conversation = conversation_new((struct event_sink){on_event, s});
    s->trace = record_begin(s->pipeline->recorder, c);
    if (c->flags & CONNECTION_FLAG(NO_HANDSHAKE))
        conversation_set_midstream(s->conversation);
    c->user = s;
}

static void on_data(void *context, struct connection *c, enum direction from, const uint8_t *bytes,
                    size_t n, time_us now)
{
    struct session *s = c->user;

    (void)context;
    conversation_feed(s->conversation, from, bytes, n, now);
}

static void on_gap(void *context, struct connection *c, enum direction from, uint64_t missing,
                   time_us now)
{
    struct session *s = c->user;

    (void)context;
    conversation_gap(s->conversation, from, missing, now);
}

static void on_close(void *context, struct connection *c, enum direction from, time_us now)
{
    struct session *s = c->user;

    (void)context;
    conversation_close(s->conversation, from, now);
}

static void on_finish(void *context, struct connection *c, time_us now)
{
    struct session *s = c->user;

    (void)context;
    conversation_finish(s->conversation, now);
    s->protocol = conversation_protocol(s->conversation);
    conversation_free(s->conversation);
    s->conversation = NULL;
}

static void on_end(void *context, struct connection *c)
{
    struct session *s = c->user;

    (void)context;
    if (s->pipeline->tap.end)
        s->pipeline->tap.end(s->pipeline->tap.context, c);
    record_end(s->trace, c, s->protocol);
    mem_free(s);
    c->user = NULL;
}

static size_t on_memory(void *context, const struct connection *c)
{
    const struct session *s = c->user;

    (void)context;
    return sizeof *s + record_held(s->trace) +
           (s->conversation ? conversation_held(s->conversation) : 0);
}

static void on_attempt(void *context, const struct connection *c)
{
    struct pipeline *p = context;

    record_attempt(p->recorder, c);
}

/* --- building --- */

/* In the source tree (build/potsherd, build/asan/potsherd: rules/ is one or two
 * folders up), else where it was installed. */
char *pipeline_find_rules(const char *name)
{
    static const char *const places[] = {"..", "../.."};
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *dir, *path = NULL;

    if (n <= 0)
        return g_build_filename(POTSHERD_DATA "/rules", name, NULL);
    self[n] = '\0';
    dir = g_path_get_dirname(self);
    for (size_t i = 0; i < G_N_ELEMENTS(places) && !path; i++) {
        path = g_build_filename(dir, places[i], "rules", name, NULL);
        if (!g_file_test(path, G_FILE_TEST_EXISTS))
            g_clear_pointer(&path, g_free);
    }
    g_free(dir);
    return path ? path : g_build_filename(POTSHERD_DATA "/rules", name, NULL);
}

static bool load_rules(const struct options *options, struct failure *why)
{
    char *path = options->rules ? g_strdup(options->rules) : pipeline_find_rules("ports.rules");

    ports_free(ports);
    ports = ports_load(path, why);
    g_free(path);
    return ports != NULL;
}

static enum payload_mode payload_mode(const char *name)
{
    if (!strcmp(name, "mbox"))
        return PAYLOAD_MBOX;
    return strcmp(name, "none") ? PAYLOAD_INLINE : PAYLOAD_NONE;
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
                                 .is_service = is_service};

    return stream_new(&how, &handler);
}

struct pipeline *pipeline_new(const struct options *options, struct failure *why)
{
    struct record_options record = {.directory = options->output,
                                    .sensor = options->sensor,
                                    .payload = payload_mode(options->payload),
                                    .force = options->force,
                                    .scans_max = (uint32_t)options->max_scans,
                                    .service = service_of};
    struct pipeline *p;

    if (!load_rules(options, why) || !geo_open(options->geo.at, (unsigned)options->geo.count, why))
        return NULL;
    p = MEM_NEW(struct pipeline);
    p->directory = options->output;
    p->recorder = record_open(&record, why);
    if (!p->recorder) {
        geo_close();
        mem_free(p);
        return NULL;
    }
    p->stream = make_stream(p, options);
    return p;
}

void pipeline_put(struct pipeline *p, const struct frame *frame)
{
    struct datagram datagram;
    enum decap_reason reason = decap_frame(frame, &datagram);

    if (!p->counts.frames++)
        p->counts.first = p->counts.last = frame->ts;
    if (frame->ts > p->counts.last)
        p->counts.last = frame->ts;
    if (reason == DECAP_OK)
        stream_put(p->stream, &datagram);
    else
        stream_count_bad(p->stream, reason);
}

void pipeline_set_tap(struct pipeline *p, struct pipeline_tap tap)
{
    p->tap = tap;
}

void pipeline_tick(struct pipeline *p, time_us now)
{
    stream_tick(p->stream, now);
}

const char *pipeline_module(uint16_t port)
{
    return ports_module(ports, port);
}

void pipeline_finish(struct pipeline *p)
{
    stream_finish(p->stream);
}

const struct pipeline_counts *pipeline_counts(const struct pipeline *p)
{
    return &p->counts;
}

const struct failure *pipeline_failure(const struct pipeline *p)
{
    return record_failure(p->recorder);
}

bool pipeline_free(struct pipeline *p, struct failure *why)
{
    bool good;

    stream_free(p->stream);
    good = record_close(p->recorder, why);
    if (good && geo_damaged(why))
        good = false;
    geo_close();
    mem_free(p);
    ports_free(ports);
    ports = NULL;
    return good;
}

/* --- the summary --- */

static void print_ends(const struct stream_counts *c)
{
    const char *between = "";

    for (int i = END_FIN; i <= END_EOF; i++)
        if (c->ended[i]) {
            printf("%s%s %" PRIu64, between, connection_end_name(i), c->ended[i]);
            between = ", ";
        }
}

static void print_not_understood(const struct stream_counts *c)
{
    uint64_t all = c->unjoined + c->strays + c->out_of_window;

    for (int i = 0; i < DECAP_REASON_COUNT; i++)
        all += c->not_understood[i];
    printf("  left out        %" PRIu64, all);
    for (int i = 0; i < DECAP_REASON_COUNT; i++)
        if (c->not_understood[i])
            printf("; %" PRIu64 " %s", c->not_understood[i], decap_reason_text(i));
    if (c->strays)
        printf("; %" PRIu64 " of no connection seen to begin", c->strays);
    if (c->out_of_window)
        printf("; %" PRIu64 " with impossible sequence numbers", c->out_of_window);
    if (c->unjoined)
        printf("; %" PRIu64 " fragmented and never complete", c->unjoined);
    putchar('\n');
}

static void print_period(const struct pipeline_counts *n)
{
    char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

    if (!n->frames)
        return;
    time_format(n->first, first);
    time_format(n->last, last);
    printf("  period          %.19sZ to %.19sZ\n", first, last);
}

static void print_geo(void)
{
    struct buf text = {0};

    geo_describe(&text);
    printf("  geolocation     %s\n", text.len ? buf_string(&text) : geo_how_to_get);
    buf_fini(&text);
}

void pipeline_print_summary(const struct pipeline *p, unsigned files)
{
    const struct stream_counts *c = stream_counts(p->stream);
    const struct pipeline_counts *n = &p->counts;
    uint64_t requests = record_rows(p->recorder, RECORD_REQUESTS);

    printf("%" PRIu64 " packets", n->frames);
    if (files)
        printf(" from %u file%s", files, files == 1 ? "" : "s");
    putchar('\n');
    print_period(n);
    printf("  connections     %" PRIu64 "%s", c->connections, c->connections ? " (" : "");
    print_ends(c);
    printf("%s\n", c->connections ? ")" : "");
    printf("  unanswered      %" PRIu64 " attempts to connect\n", c->attempts);
    printf("  requests        %" PRIu64 ": %" PRIu64 " connect to port 25, %" PRIu64
           " connect elsewhere, %" PRIu64 " get, %" PRIu64 " malformed\n",
           requests, n->requests[CLASS_CONNECT_SMTP], n->requests[CLASS_CONNECT_OTHER],
           n->requests[CLASS_GET], n->requests[CLASS_ERROR]);
    printf("  emails          %" PRIu64 " (%" PRIu64 " complete) to %" PRIu64 " recipients\n",
           n->emails, n->emails_complete, n->recipients);
    printf("  missing         %" PRIu64 " bytes in %" PRIu64 " gaps\n", c->missing_bytes, c->gaps);
    print_not_understood(c);
    if (c->not_followed)
        printf("  other ports     %" PRIu64 " packets, not followed (--ports rules)\n",
               c->not_followed);
    if (n->limits)
        printf("  limits          %" PRIu64 " times a conversation was cut by a cap\n", n->limits);
    if (c->evicted_attempts)
        printf("  evicted         %" PRIu64 " handshakes, to make room\n", c->evicted_attempts);
    if (c->one_sided)
        printf("  ONE-SIDED       %" PRIu64 " of %" PRIu64
               " connections show one direction only: is the mirror port set to both?\n",
               c->one_sided, c->connections);
    print_geo();
    printf("  records         in %s\n", p->directory);
}
