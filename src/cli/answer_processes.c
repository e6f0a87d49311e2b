/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/answer_processes.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "potsherd/clock.h"
#include "potsherd/evidence.h"
#include "potsherd/reload.h"
#include "potsherd/signals.h"

#define STREAM_SLACK   60                /* seconds: ours time out before the records' */
#define SET_BACK       (5 * TIME_SECOND) /* no more than that: time goes on as it did */
#define ROOM_FOR_ENDED 4                 /* connections that linger in the records, a live one */
#define HALF_OPEN_MAX  1024 /* attempts are recorded when they are over, very many in a flood */
#define SCANS_MAX      8192 /* rows: few enough to write between two bursts of frames */
#define ORDERS_A_READ  65536
#define WAIT_MS        100

/* --- responder and pipeline --- */

bool answering_load(struct answering *a, struct failure *why)
{
    const struct options *o = a->options;

    a->records = *o;
    a->records.ports = "all";
    a->records.max_connections = ROOM_FOR_ENDED * o->max_connections;
    a->records.idle_timeout += STREAM_SLACK;
    a->records.max_half_open = HALF_OPEN_MAX;
    a->records.max_scans = SCANS_MAX;
    return pipeline_load(&a->records, why);
}

static void on_record(void *context, const struct frame *frame)
{
    struct answering *a = context;

    if (a->options->save_pcap)
        record_frame(pipeline_recorder(a->pipeline), frame);
    pipeline_put(a->pipeline, frame); /* attempts are recorded late, with their own times */
}

static void on_first_bytes(void *context, const struct connection *c, struct bytes bytes,
                           time_us now)
{
    struct answering *a = context;

    pipeline_first_bytes(a->pipeline, c, bytes, now);
}

struct answer_options answering_options(struct answering *a)
{
    const struct options *o = a->options;

    return (struct answer_options){
        .addresses = o->addresses.at,
        .address_count = (unsigned)o->addresses.count,
        .module = pipeline_module,
        .personas = o->personas ? o->personas : a->personas,
        .arp = o->arp,
        .span = o->out != NULL,
        .link = a->link,
        .next_hop = o->next_hop ? a->next_hop : NULL,
        .orders = a->pipes[PIPE_ORDERS][1],
        .tickets = a->pipes[PIPE_TICKETS][0],
        .max_conversations = o->max_connections,
        .max_per_source = o->max_per_source,
        .syn_rate = o->syn_rate,
        .rate = o->send_rate,
        .idle_timeout = (time_us)o->idle_timeout * TIME_SECOND,
        .record = on_record,
        .first_bytes = on_first_bytes,
        .context = a,
    };
}

static void on_event(void *context, const struct connection *c, const struct event *event)
{
    struct answering *a = context;

    answer_event(a->answer, c, event);
}

static void on_end(void *context, const struct connection *c)
{
    struct answering *a = context;

    answer_ended(a->answer, c);
}

void answering_join(struct answering *a, struct pipeline *pipeline)
{
    if (!pipeline) {
        pipeline_set_tap(a->pipeline, (struct pipeline_tap){.context = NULL});
        return;
    }
    a->pipeline = pipeline;
    pipeline_set_tap(pipeline, (struct pipeline_tap){a, on_event, on_end});
}

/* --- the parser --- */

struct parser {
    struct answering *answering;
    const struct worker *worker;
    struct loop loop;
    time_us clock; /* when last looked at */
};

static void on_frame(void *context, const struct frame *frame)
{
    const struct parser *p = context;

    answer_put(p->answering->answer, frame);
}

static void on_turn(void *context, time_us now)
{
    struct parser *p = context;
    const struct answering *a = p->answering;

    if (now < p->clock - SET_BACK)
        pipeline_restart(a->pipeline);
    p->clock = now;
    answer_tick(a->answer, now);
    pipeline_tick(a->pipeline, now);
}

static time_us on_next(void *context)
{
    const struct parser *p = context;

    answer_flush(p->answering->answer); /* it is asked before it waits */
    return answer_next(p->answering->answer);
}

static int on_also(void *context)
{
    const struct parser *p = context;

    return answer_tickets(p->answering->answer);
}

static bool on_second(void *context, time_us now)
{
    const struct parser *p = context;

    (void)now;
    if (answer_failed(p->answering->answer))
        log_warn("the sender takes no frames any more");
    return !answer_failed(p->answering->answer);
}

static void take_persona(const struct answering *a, const struct process_message *note, int fd)
{
    char path[sizeof note->bytes + 1];
    struct answer_persona file = {note->number >> 16, note->number & 0xffff, path, fd};
    struct failure why;

    memcpy(path, note->bytes, note->n);
    path[note->n] = '\0';
    if (!answer_take_persona(a->answer, &file, &why))
        log_warn_as(LOG_NOT_RELOADED, "%s; the previous personas stay in use", why.text);
    close(fd);
}

static bool read_link(const struct process_message *note, struct answer_link *out)
{
    if (note->kind != RELOAD_LINK || note->n != sizeof *out)
        return false;
    memcpy(out, note->bytes, sizeof *out);
    return true;
}

static void on_reload(void *context)
{
    const struct parser *p = context;
    struct process_message note;
    struct answer_link link;
    int fd;

    while (worker_next_note(p->worker, &note, &fd)) {
        if (!reload_take(&note, fd))
            continue;
        if (note.kind == RELOAD_TAGS)
            record_renew_mail(pipeline_recorder(p->loop.pipeline));
        else if (note.kind == RELOAD_PERSONA && fd >= 0)
            take_persona(p->answering, &note, fd);
        else if (read_link(&note, &link))
            answer_set_link(p->answering->answer, &link);
    }
}

/* By ring: a flood of SYNs that is lost costs no conversation anything. */
static void on_count(void *context, struct counters *c)
{
    const struct parser *p = context;
    struct live_counts ring;
    struct answer_counts n;

    answer_tell_counts(p->answering->answer, &n);
    listener_counts(p->loop.listener, ANSWER_CONVERSATIONS, &ring);
    n.lost_frames = ring.dropped;
    listener_counts(p->loop.listener, ANSWER_SYNS, &ring);
    n.lost_syns = ring.dropped;
    c->captured = n.frames;
    answer_counts_add(c->answer, &n);
}

static const struct loop_functions parser_functions = {.frame = on_frame,
                                                       .turn = on_turn,
                                                       .next = on_next,
                                                       .also = on_also,
                                                       .second = on_second,
                                                       .reload = on_reload,
                                                       .count = on_count};

static bool parse(struct answering *a, const struct worker *self)
{
    struct worker mine = *self;
    struct parser p = {.answering = a,
                       .worker = &mine,
                       .loop = {.functions = &parser_functions,
                                .context = &p,
                                .listener = a->listener,
                                .shared = self->shared}};
    struct failure why;
    bool good;

    mine.orders = a->pipes[PIPE_ORDERS][1];
    p.loop.pipeline = worker_open_pipeline(&mine, &a->records, WORKER_ANSWERS, clock_now());
    if (!p.loop.pipeline)
        return false;
    answering_join(a, p.loop.pipeline);
    listener_leave_binding(a->listener);
    worker_is_ready(&mine);
    good = loop_run(&p.loop);
    answer_stop(a->answer, clock_now());
    answering_join(a, NULL);
    pipeline_finish(a->pipeline);
    pipeline_flush(a->pipeline, clock_now(), clock_up());
    loop_publish(&p.loop);
    if (pipeline_free(a->pipeline, &why))
        return good;
    log_warn("%s", why.text);
    return false;
}

/* --- the sender --- */

struct sending {
    struct answering *answering;
    const struct worker *worker;
    struct evidence evidence;
    struct buf orders, tickets;
    time_us second;
    bool forged; /* the parser asked for what is no order */
};

static bool save(void *context, const struct frame *frame)
{
    struct sending *s = context;

    evidence_frame(&s->evidence, frame);
    return true;
}

static void audit(void *context, const char *line, size_t n, time_us now)
{
    struct sending *s = context;

    (void)now;
    evidence_line(&s->evidence, line, n);
}

static void publish(const struct sending *s)
{
    struct counters counters = {.taken_over = s->forged};
    struct answer_counts n = {.sent = 0};

    sender_add_counts(s->answering->sender, &n);
    answer_counts_add(counters.answer, &n);
    worker_publish(s->worker, &counters);
}

static bool every_second(struct sending *s)
{
    struct process_message note;
    struct answer_link link;
    int fd;

    if (signals.reload) {
        signals.reload = 0;
        while (worker_next_note(s->worker, &note, &fd))
            if (reload_take(&note, fd) && read_link(&note, &link))
                sender_set_link(s->answering->sender, &link);
    }
    if (clock_up() - s->second < TIME_SECOND)
        return true;
    s->second = clock_up();
    publish(s);
    return evidence_flush(&s->evidence);
}

static bool refuse(struct sending *s, const char *what)
{
    s->forged = true;
    log_warn("the parser %s: nothing that it asks for is sent any more", what);
    return false;
}

/* Does not wait: who asks takes the answer before it asks again. */
static bool put_tickets(struct sending *s)
{
    size_t n = s->tickets.len;
    bool good = !n || write(s->answering->pipes[PIPE_TICKETS][1], s->tickets.data, n) == (ssize_t)n;

    buf_clear(&s->tickets);
    return good || errno == EPIPE || refuse(s, "asks without taking the answers");
}

/* False at the end. */
static bool take(struct sending *s)
{
    int fd = s->answering->pipes[PIPE_ORDERS][0];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    ssize_t n;
    long taken;

    if (poll(&ready, 1, WAIT_MS) <= 0)
        return true;
    buf_reserve(&s->orders, ORDERS_A_READ);
    n = read(fd, s->orders.data + s->orders.len, ORDERS_A_READ);
    if (n <= 0)
        return n < 0 && errno == EINTR;
    s->orders.len += (size_t)n;
    taken = sender_take(s->answering->sender, buf_view(&s->orders), clock_up(), clock_now(),
                        &s->tickets);
    if (taken < 0)
        return refuse(s, "sent what is no order");
    buf_drop_front(&s->orders, (size_t)taken);
    return put_tickets(s);
}

static bool send_frames(struct answering *a, const struct worker *self)
{
    struct worker mine = *self;
    struct sending s = {.answering = a, .worker = &mine, .evidence = {.pipe = self->pipe}};
    struct failure why;
    bool good = true;

    signal(SIGTERM, SIG_IGN); /* it ends with the parser */
    mine.orders = a->pipes[PIPE_TICKETS][1];
    sender_begin(a->sender, &s);
    sender_set_link(a->sender, &a->link);
    if (!worker_close_in(&mine, SANDBOX_SENDER, &why))
        return worker_has_failed(&mine, &why);
    worker_is_ready(&mine);
    while (good && take(&s))
        good = every_second(&s);
    publish(&s);
    good = evidence_flush(&s.evidence) && good && !s.forged;
    evidence_fini(&s.evidence);
    buf_fini(&s.orders);
    buf_fini(&s.tickets);
    return good;
}

bool answering_job(void *context, const struct worker *self)
{
    struct answering *a = context;

    if (self->number == ANSWER_PARSER)
        return parse(a, self);
    return send_frames(a, self);
}

/* The sender's sinks; its context is set in its process. */
void answering_set_sinks(const struct answering *a, struct sender_options *options)
{
    options->audit = audit;
    options->redact = pipeline_redaction();
    options->put = a->options->dry_run ? save : NULL;
}

/* --- the writer --- */

bool answering_writer(void *context, struct intake *in)
{
    const struct answering *a = context;

    return live_writer_run(&a->writer, in);
}
