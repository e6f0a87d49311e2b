/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of several jobs, in the order that one would have given them (moment.h).  Each job
 * has two pipes, whose files are different ones: the rows of all jobs' first pipes are merged,
 * and those of their second ones.
 *
 *   job 0  3 7 |8      the smallest moment goes next, as long as no pipe that is empty
 *   job 1  5 |8        can still bring a smaller one: |8 is a mark that none before 8 will
 *
 * What cannot be written yet waits here.  A job may have to wait for room in one pipe before it
 * can write into the other one, so that a pipe with much waiting is read on when nothing else
 * comes.  What one brings between two marks is less than WAITING_MAX.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "potsherd/record.h"
#include "record/channel.h"
#include "record/job_rows.h"

#define PIPES          2
#define READ_BYTES     (1 << 18)
#define PATIENCE_BYTES (16 << 20) /* of a pipe, that wait while something else comes */
#define WAITING_MAX    (512 << 20)

struct source { /* a pipe */
    struct buf in;
    size_t at;          /* what is before it has been taken */
    struct moment last; /* taken; nothing smaller comes */
    bool ended;
};

struct record_merge {
    struct recorder *recorder;
    unsigned n; /* sources: number % PIPES is the pipe of the job */
    struct source *sources;
    int amid[PIPES]; /* the source of which a row is not whole, which goes on first; -1: none */
    struct job_taking taking[PIPES];
    size_t patience;
    int forged; /* by the job of this source; -1: by none */
};

struct record_merge *record_merge_new(struct recorder *r, unsigned jobs)
{
    struct record_merge *m = MEM_NEW(struct record_merge);

    m->recorder = r;
    m->n = jobs * PIPES;
    m->sources = mem_new(m->n * sizeof *m->sources);
    memset(m->sources, 0, m->n * sizeof *m->sources);
    m->amid[0] = m->amid[1] = m->forged = -1;
    m->patience = PATIENCE_BYTES;
    return m;
}

void record_merge_free(struct record_merge *m)
{
    if (!m)
        return;
    for (unsigned i = 0; i < m->n; i++)
        buf_fini(&m->sources[i].in);
    mem_free(m->sources);
    mem_free(m);
}

bool record_merge_wants(const struct record_merge *m, unsigned source)
{
    const struct source *s = &m->sources[source];

    return !s->ended && s->in.len - s->at < m->patience;
}

void record_merge_widen(struct record_merge *m)
{
    if (m->patience < WAITING_MAX)
        m->patience *= 2;
}

bool record_merge_read(struct record_merge *m, unsigned source, int pipe)
{
    struct source *s = &m->sources[source];
    ssize_t n;

    if (s->at > s->in.len / 2) { /* so that a byte is moved once, on average */
        memmove(s->in.data, s->in.data + s->at, s->in.len - s->at);
        s->in.len -= s->at;
        s->at = 0;
    }
    buf_reserve(&s->in, READ_BYTES);
    n = read(pipe, s->in.data + s->in.len, READ_BYTES);
    if (n > 0)
        s->in.len += (size_t)n;
    else
        s->ended = n == 0 || errno != EINTR;
    return !s->ended;
}

void record_merge_end(struct record_merge *m, unsigned source)
{
    m->sources[source].ended = true;
}

/* The next message, if all of it is there. */
static bool peek(const struct source *s, struct channel_moment *out, bool *good)
{
    size_t n = s->in.len - s->at;

    *good = true;
    if (n < sizeof *out)
        return false;
    memcpy(out, s->in.data + s->at, sizeof *out);
    *good = channel_is_good(&out->head) && !moment_is_before(&out->moment, &s->last);
    return *good && n - sizeof *out >= out->head.bytes;
}

/* The pipe's next message goes into its file. */
static bool take(struct record_merge *m, unsigned source, const struct channel_moment *next)
{
    struct source *s = &m->sources[source];
    unsigned pipe = source % PIPES;
    struct bytes bytes = {s->in.data + s->at + sizeof *next, next->head.bytes};

    s->last = next->moment;
    s->at += sizeof *next + next->head.bytes;
    if (next->head.kind == CHANNEL_MARK)
        return m->amid[pipe] < 0 && !bytes.n;
    if (!job_rows_take(m->recorder, &next->head, bytes, &m->taking[pipe]))
        return false;
    m->amid[pipe] = job_rows_are_amid(&m->taking[pipe]) ? (int)source : -1;
    return true;
}

/* Whether it has ended, and nothing of it is left but what is not whole. */
static bool is_through(const struct source *s, bool whole)
{
    return s->ended && !whole;
}

static void forge(struct record_merge *m, unsigned source)
{
    m->forged = (int)source;
    for (unsigned i = source - source % PIPES; i < source - source % PIPES + PIPES; i++) {
        m->sources[i].ended = true;
        m->sources[i].at = m->sources[i].in.len;
    }
}

/* A row that will not be whole. */
static void abandon(struct record_merge *m, unsigned pipe)
{
    job_rows_abandon(&m->taking[pipe]);
    m->amid[pipe] = -1;
}

/* Of those whose turn it is; -1: what is next may be on its way. */
static int choose(struct record_merge *m, unsigned pipe, struct channel_moment *out)
{
    const struct moment *waited_for = NULL;
    int chosen = -1;

    for (unsigned i = pipe; i < m->n; i += PIPES) {
        const struct source *s = &m->sources[i];
        struct channel_moment next;
        bool good, whole = peek(s, &next, &good);

        if (!good) {
            forge(m, i);
            continue;
        }
        if (whole && (chosen < 0 || moment_is_before(&next.moment, &out->moment))) {
            chosen = (int)i;
            *out = next;
        } else if (!whole && !is_through(s, whole) &&
                   (!waited_for || moment_is_before(&s->last, waited_for))) {
            waited_for = &s->last;
        }
    }
    return waited_for && chosen >= 0 && moment_is_before(waited_for, &out->moment) ? -1 : chosen;
}

static bool write_one(struct record_merge *m, unsigned pipe)
{
    struct channel_moment next;
    bool good = true;
    int source = m->amid[pipe];

    if (source >= 0) {
        bool whole = peek(&m->sources[source], &next, &good);

        if (is_through(&m->sources[source], whole) || !good) {
            abandon(m, pipe);
            if (!good)
                forge(m, (unsigned)source);
            return true;
        }
        if (!whole)
            return false;
    } else if ((source = choose(m, pipe, &next)) < 0) {
        return false;
    }
    if (take(m, (unsigned)source, &next))
        return true;
    if (m->amid[pipe] == source)
        abandon(m, pipe);
    forge(m, (unsigned)source);
    return true;
}

int record_merge_write(struct record_merge *m)
{
    int forged;

    for (unsigned pipe = 0; pipe < PIPES; pipe++)
        while (write_one(m, pipe))
            ;
    forged = m->forged;
    m->forged = -1;
    return forged;
}
