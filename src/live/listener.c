/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/listener.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <string.h>

#include "base/mem.h"

struct input { /* a capture of an interface */
    char *name;
    struct capture *capture;
    unsigned burst;
    bool again;       /* the interface is that of the input before */
    char failed[256]; /* why the interface fails, as logged; empty: it does not */
};

struct listener {
    struct input inputs[LISTENER_CAPTURES_MAX];
    unsigned n;
};

/* --- opening --- */

struct listener *listener_new(void)
{
    return MEM_NEW(struct listener);
}

static void warn_of_ring(const struct input *in, uint64_t asked, const char *hint)
{
    uint64_t bytes = capture_live_ring(in->capture);

    if (bytes && bytes < asked)
        log_warn_as(LOG_SMALL_RING,
                    "%s: the kernel had memory for a ring of %.1f MB only, not of %.1f MB%s%s",
                    in->name, (double)bytes / (1 << 20), (double)asked / (1 << 20),
                    hint ? "; " : "", hint ? hint : "");
}

bool listener_open(struct listener *l, const struct live_options *how, unsigned burst,
                   const char *hint, struct failure *why)
{
    struct input *in = &l->inputs[l->n];

    if (l->n == LISTENER_CAPTURES_MAX)
        return failure_set(why, "%s: more than %d interfaces", how->interface,
                           LISTENER_CAPTURES_MAX);
    in->capture = capture_open_live(how, why);
    if (!in->capture)
        return false;
    in->name = g_strdup(how->interface);
    in->burst = burst;
    in->again = l->n && !strcmp(in->name, l->inputs[l->n - 1].name);
    l->n++;
    warn_of_ring(in, how->buffer_bytes, hint);
    return true;
}

static void warn_of_filter(const struct input *in, const char *const *filters)
{
    struct live_filter filter;

    capture_live_read_filter(in->capture, &filter);
    if (*filters && !filters[filter.used])
        log_warn("%s: the kernel does not take the filter (%s): it hands every packet over, and "
                 "the filter is applied here",
                 in->name, g_strerror(filter.refusal));
    else if (filter.refusal == ENOMEM)
        log_warn("%s: net.core.optmem_max has no room for the filter; a shorter one lets more "
                 "packets in than are needed (potsherd doctor names the setting)",
                 in->name);
}

bool listener_set_filter(struct listener *l, unsigned nth, const char *const *filters, bool warn,
                         struct failure *why)
{
    struct input *in = &l->inputs[nth];

    if (!capture_live_set_filter(in->capture, filters, why))
        return false;
    if (warn)
        warn_of_filter(in, filters);
    return true;
}

unsigned listener_count(const struct listener *l)
{
    return l->n;
}

int listener_fanout(const struct listener *l, unsigned nth)
{
    return capture_live_fanout(l->inputs[nth].capture);
}

/* --- frames --- */

uint64_t listener_take(struct listener *l, void (*take)(void *context, const struct frame *frame),
                       void *context)
{
    struct frame frame;
    uint64_t all = 0;

    for (unsigned i = 0; i < l->n; i++) {
        struct capture *c = l->inputs[i].capture;
        uint64_t filtered = capture_live_filtered(c);

        for (unsigned n = 0; n < l->inputs[i].burst && capture_next(c, &frame); n++) {
            take(context, &frame);
            all++;
        }
        all += capture_live_filtered(c) - filtered;
    }
    return all;
}

/* The first input of the same interface. */
static const struct input *first_of(const struct listener *l, unsigned i)
{
    while (l->inputs[i].again)
        i--;
    return &l->inputs[i];
}

/* Of an interface that has failed nothing comes, and its descriptor is always ready. */
void listener_wait(const struct listener *l, int also, time_us most)
{
    struct pollfd fds[LISTENER_CAPTURES_MAX + 1];

    for (unsigned i = 0; i < l->n; i++)
        fds[i] = (struct pollfd){
            .fd = *first_of(l, i)->failed ? -1 : capture_live_fd(l->inputs[i].capture),
            .events = POLLIN};
    fds[l->n] = (struct pollfd){.fd = also, .events = POLLIN};
    poll(fds, l->n + 1, most > 0 ? (int)((most + 999) / 1000) : 1);
}

/* --- every second --- */

static const char *error_of(const struct input *first, unsigned n)
{
    const char *error = NULL;

    for (unsigned i = 0; i < n && !error; i++)
        error = capture_live_error(first[i].capture);
    return error;
}

static bool is_lost(const struct input *first, unsigned n)
{
    bool lost = false;

    for (unsigned i = 0; i < n; i++)
        lost = lost || capture_live_is_lost(first[i].capture);
    return lost;
}

static bool recover(const struct input *first, unsigned n)
{
    bool good = true;

    for (unsigned i = 0; i < n; i++)
        good = capture_live_recover(first[i].capture) && good;
    return good;
}

/* An interface with its `n` captures.  False when it never comes back. */
static bool check(struct input *first, unsigned n)
{
    const char *error = error_of(first, n);
    bool lost = is_lost(first, n);

    if (error && strcmp(error, first->failed) != 0) {
        log_warn_as(LOG_INTERFACE_LOST, "%s: %s%s", first->name, error,
                    lost ? "" : "; waiting for it to come back");
        g_strlcpy(first->failed, error, sizeof first->failed);
    }
    if (lost || !*first->failed || !recover(first, n))
        return !lost;
    log_info_as(LOG_INTERFACE_BACK, "%s: packets come again", first->name);
    first->failed[0] = '\0';
    return true;
}

bool listener_check(struct listener *l)
{
    bool good = true;

    for (unsigned i = 0, n; i < l->n; i += n) {
        for (n = 1; i + n < l->n && l->inputs[i + n].again;)
            n++;
        good = check(&l->inputs[i], n) && good;
    }
    return good;
}

/* --- counts and the end --- */

void listener_counts(struct listener *l, unsigned nth, struct live_counts *out)
{
    capture_live_counts(l->inputs[nth].capture, out);
}

void listener_add_counters(struct listener *l, struct counters *to)
{
    struct live_counts n;

    for (unsigned i = 0; i < l->n; i++) {
        listener_counts(l, i, &n);
        to->received += n.received;
        to->dropped += n.dropped;
        to->filtered += n.filtered;
    }
}

uint64_t listener_interface_dropped(struct listener *l, unsigned nth)
{
    return l->inputs[nth].again ? 0 : capture_live_interface_dropped(l->inputs[nth].capture);
}

void listener_add_interface_dropped(struct listener *l, struct counters *to)
{
    for (unsigned i = 0; i < l->n; i++)
        to->interface_dropped += listener_interface_dropped(l, i);
}

unsigned listener_descriptors(const struct listener *l, int *fds)
{
    for (unsigned i = 0; i < l->n; i++)
        fds[i] = capture_live_fd(l->inputs[i].capture);
    return l->n;
}

void listener_leave_binding(struct listener *l)
{
    for (unsigned i = 0; i < l->n; i++)
        capture_live_leave_binding(l->inputs[i].capture);
}

void listener_bind_again(struct listener *l)
{
    for (unsigned i = 0; i < l->n; i++)
        capture_live_bind_again(l->inputs[i].capture);
}

int listener_export_filter(const struct listener *l, unsigned nth)
{
    return capture_live_export_filter(l->inputs[nth].capture);
}

bool listener_adopt_filter(struct listener *l, unsigned nth, int fd)
{
    return nth < l->n && capture_live_adopt_filter(l->inputs[nth].capture, fd);
}

void listener_stop(struct listener *l)
{
    for (unsigned i = 0; i < l->n; i++)
        capture_live_stop(l->inputs[i].capture);
}

void listener_free(struct listener *l)
{
    if (!l)
        return;
    for (unsigned i = 0; i < l->n; i++) {
        capture_close(l->inputs[i].capture);
        g_free(l->inputs[i].name);
    }
    mem_free(l);
}
