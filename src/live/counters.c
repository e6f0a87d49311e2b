/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/counters.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "potsherd/geo.h"

/* --- adding up --- */

/* Counts are structs of nothing but uint64_t. */
static void add_counts(void *to, const void *more, size_t bytes)
{
    uint64_t *sum = to;
    const uint64_t *n = more;

    for (size_t i = 0; i < bytes / sizeof *sum; i++)
        sum[i] += n[i];
}

void totals_add_stream(struct stream_counts *to, const struct stream_counts *more)
{
    _Static_assert(sizeof *to % sizeof(uint64_t) == 0, "counts are uint64_t");
    add_counts(to, more, sizeof *to);
}

void totals_add(struct totals *to, const struct totals *more)
{
    struct pipeline_counts *n = &to->counts;
    time_us first = n->first, last = n->last;
    bool any = n->frames;

    _Static_assert(sizeof *to % sizeof(uint64_t) == 0, "counts are uint64_t");
    add_counts(to, more, sizeof *to);
    n->first =
        any && (!more->counts.frames || first < more->counts.first) ? first : more->counts.first;
    n->last = any && last > more->counts.last ? last : more->counts.last;
}

uint64_t totals_requests(const struct totals *t)
{
    uint64_t all = 0;

    for (int i = 0; i <= CLASS_ERROR; i++)
        all += t->counts.requests[i];
    return all;
}

uint64_t totals_open(const struct totals *t)
{
    uint64_t ended = 0;

    for (int i = 0; i <= END_EOF; i++)
        ended += t->stream.ended[i];
    return t->stream.connections - ended;
}

static uint64_t not_understood(const struct stream_counts *c)
{
    uint64_t all = c->unjoined + c->strays + c->out_of_window;

    for (int i = 0; i < DECAP_REASON_COUNT; i++)
        all += c->not_understood[i];
    return all;
}

uint64_t totals_not_understood(const struct totals *t)
{
    return not_understood(&t->stream);
}

uint64_t totals_evicted(const struct totals *t)
{
    return t->stream.ended[END_EVICTED] + t->stream.evicted_attempts;
}

/* --- a line of stats.csv --- */

static void add_reason(struct buf *to, uint64_t n, const char *text)
{
    char count[24];

    if (!n)
        return;
    snprintf(count, sizeof count, "%s%" PRIu64 " ", to->len ? "; " : "", n);
    buf_append_text(to, count);
    buf_append_text(to, text);
}

struct record_stats totals_between(const struct totals *before, const struct totals *after,
                                   struct buf *reasons)
{
    const struct stream_counts *b = &before->stream, *a = &after->stream;

    buf_clear(reasons);
    for (int i = 0; i < DECAP_REASON_COUNT; i++)
        add_reason(reasons, a->not_understood[i] - b->not_understood[i], decap_reason_text(i));
    add_reason(reasons, a->strays - b->strays, "of no connection seen to begin");
    add_reason(reasons, a->out_of_window - b->out_of_window, "with impossible sequence numbers");
    add_reason(reasons, a->unjoined - b->unjoined, "fragmented and never complete");
    return (struct record_stats){
        .received = after->received - before->received,
        .captured = after->captured - before->captured,
        .dropped = after->dropped - before->dropped,
        .filtered = after->filtered - before->filtered,
        .interface_dropped = after->interface_dropped - before->interface_dropped,
        .not_understood = totals_not_understood(after) - totals_not_understood(before),
        .reasons = buf_string(reasons),
        .connections = a->connections - b->connections,
        .attempts = a->attempts - b->attempts,
        .requests = totals_requests(after) - totals_requests(before),
        .emails = after->counts.emails - before->counts.emails,
        .recipients = after->counts.recipients - before->counts.recipients,
        .missing_bytes = a->missing_bytes - b->missing_bytes,
        .evicted = totals_evicted(after) - totals_evicted(before),
        .limits = after->counts.limits - before->counts.limits,
        .unwritten = after->unwritten - before->unwritten,
        .open = totals_open(after),
        .memory = after->memory};
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
    printf("  left out        %" PRIu64, not_understood(c));
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
    log_print("  geolocation     %s", text.len ? buf_string(&text) : geo_how_to_get);
    buf_fini(&text);
}

static void print_losses(const struct totals *t)
{
    if (t->received)
        printf("  received        %" PRIu64 " packets: %" PRIu64 " captured, %" PRIu64
               " LOST because the ring was full; %" PRIu64 " lost by the interface\n",
               t->received, t->captured, t->dropped, t->interface_dropped);
    if (t->filtered)
        printf("  filtered        %" PRIu64 " of them only after they had been received\n",
               t->filtered);
    if (t->unwritten)
        printf("  UNWRITTEN       %" PRIu64 " rows could not be written; a message says why\n",
               t->unwritten);
    if (t->unsaved)
        printf("  UNSAVED         %" PRIu64 " packets could not be saved; a message says why\n",
               t->unsaved);
}

static void print_removed(const struct totals *t)
{
    if (t->removed_files)
        printf("  removed         %" PRIu64 " finished file%s, %" PRIu64
               " bytes (--keep, --max-disk)\n",
               t->removed_files, t->removed_files == 1 ? "" : "s", t->removed_bytes);
}

void totals_print(const struct totals *t, unsigned files, const char *directory)
{
    const struct stream_counts *c = &t->stream;
    const struct pipeline_counts *n = &t->counts;

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
           totals_requests(t), n->requests[CLASS_CONNECT_SMTP], n->requests[CLASS_CONNECT_OTHER],
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
    print_losses(t);
    print_removed(t);
    print_geo();
    log_print("  records         in %s", directory);
}
