/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/clock.h"
#include "cli/listener.h"
#include "cli/signals.h"

#define PIPE_BYTES    (1 << 20) /* what an unprivileged user may ask for */
#define PIPES         2         /* for each job: messages and payloads; all other rows */
#define START_TIMEOUT (20 * TIME_SECOND)

struct told { /* in memory that both see; a counter that is odd while it is written */
    _Atomic uint64_t version;
    _Atomic bool ready;
    struct totals totals;
};

struct job {
    pid_t pid;        /* 0: has ended and been waited for */
    int pipes[PIPES]; /* ends to read from; -1: at their end */
};

struct jobs {
    unsigned n;
    struct job *all;
    struct told *told; /* by job */
    struct listener_queue *queue;
    bool bad; /* one did not end well */
};

/* --- in the job --- */

static void tell(struct told *to, struct listener *l)
{
    struct totals totals;

    listener_tell(l, &totals);
    atomic_fetch_add(&to->version, 1);
    to->totals = totals;
    atomic_fetch_add(&to->version, 1);
}

static bool run(const struct options *options, const struct listener_place *place,
                struct told *told)
{
    struct failure why = {""};
    struct listener *l = listener_open(options, place, &why);
    bool failed;

    if (!l) {
        log_warn("%s", why.text);
        return false;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* who has the segments is gone: nobody takes rows */
    atomic_store(&told->ready, true);
    while (!signals.stop && !listener_has_failed(l)) {
        if (listener_turn(l))
            tell(told, l);
        if (signals.reload) {
            signals.reload = 0;
            listener_reload(l);
        }
    }
    failed = listener_has_failed(l);
    listener_finish(l);
    tell(told, l);
    return listener_close(l) && !failed;
}

/* --- starting --- */

static bool make_pipes(struct job *job, int ends[PIPES], struct failure *why)
{
    int both[2];

    for (int i = 0; i < PIPES; i++) {
        if (pipe2(both, O_CLOEXEC) != 0)
            return failure_set(why, "cannot make a pipe: %s", g_strerror(errno));
        (void)fcntl(both[1], F_SETPIPE_SZ, PIPE_BYTES);
        job->pipes[i] = both[0];
        ends[i] = both[1];
    }
    return true;
}

static void close_readers(struct jobs *j)
{
    for (unsigned i = 0; i < j->n; i++)
        for (int p = 0; p < PIPES; p++)
            if (j->all[i].pipes[p] >= 0)
                close(j->all[i].pipes[p]);
}

static bool start(struct jobs *j, unsigned i, const struct options *options, struct failure *why)
{
    int ends[PIPES];
    struct listener_place place = {.job = i, .jobs = j->n, .queue = j->queue};
    pid_t pid;

    if (!make_pipes(&j->all[i], ends, why))
        return false;
    place.where = (struct pipeline_where){
        .records = RECORDS_JOB, .now = clock_now(), .pipe = ends[0], .message_pipe = ends[1]};
    pid = fork();
    if (pid < 0)
        return failure_set(why, "cannot start a job: %s", g_strerror(errno));
    if (!pid) {
        close_readers(j);
        exit(run(options, &place, &j->told[i]) ? 0 : 1);
    }
    for (int p = 0; p < PIPES; p++)
        close(ends[p]);
    j->all[i].pid = pid;
    return true;
}

static bool all_are_ready(const struct jobs *j)
{
    for (unsigned i = 0; i < j->n; i++)
        if (!atomic_load(&j->told[i].ready))
            return false;
    return true;
}

static bool wait_for_all(struct jobs *j)
{
    time_us until = clock_now() + START_TIMEOUT;

    while (!all_are_ready(j)) {
        if (signals.stop || jobs_one_is_gone(j) || clock_now() > until)
            return false;
        g_usleep(10000);
    }
    return true;
}

/* Zeroed memory that the jobs share. */
static void *share(size_t bytes)
{
    void *all = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED)
        log_panic("no memory to share with the jobs");
    return all;
}

struct jobs *jobs_start(const struct options *options)
{
    struct jobs *j = MEM_NEW(struct jobs);
    struct failure why = {""};
    bool good = true;

    j->n = (unsigned)options->jobs;
    j->all = mem_new(j->n * sizeof *j->all);
    for (unsigned i = 0; i < j->n; i++)
        j->all[i].pipes[0] = j->all[i].pipes[1] = -1;
    j->told = share(j->n * sizeof *j->told);
    j->queue = share(sizeof *j->queue);
    for (unsigned i = 0; i < j->n && good; i++)
        good = start(j, i, options, &why);
    if (good && wait_for_all(j))
        return j;
    if (why.text[0])
        log_warn("%s", why.text);
    jobs_signal(j, SIGKILL);
    (void)jobs_end(j);
    return NULL;
}

/* --- rows --- */

bool jobs_take(struct jobs *j, struct recorder *records)
{
    struct pollfd fds[PIPES * 64];
    int *ends[PIPES * 64];
    nfds_t n = 0;

    for (unsigned i = 0; i < j->n; i++)
        for (int p = 0; p < PIPES; p++)
            if (j->all[i].pipes[p] >= 0) {
                fds[n] = (struct pollfd){.fd = j->all[i].pipes[p], .events = POLLIN};
                ends[n++] = &j->all[i].pipes[p];
            }
    if (poll(fds, n, 100) <= 0)
        return n;
    for (nfds_t i = 0; i < n; i++)
        if (fds[i].revents && !record_take(records, fds[i].fd)) {
            close(fds[i].fd);
            *ends[i] = -1;
        }
    return n;
}

void jobs_tell(const struct jobs *j, struct totals *out)
{
    struct totals copy;
    uint64_t version;

    for (unsigned i = 0; i < j->n; i++) {
        do {
            version = atomic_load(&j->told[i].version);
            copy = j->told[i].totals;
            atomic_thread_fence(memory_order_acquire);
        } while (version & 1 || version != atomic_load(&j->told[i].version));
        totals_add(out, &copy);
    }
}

/* --- ends --- */

void jobs_signal(const struct jobs *j, int number)
{
    for (unsigned i = 0; i < j->n; i++)
        if (j->all[i].pid)
            kill(j->all[i].pid, number);
}

static void note_end(struct jobs *j, unsigned i, int status)
{
    j->all[i].pid = 0;
    if (WIFSIGNALED(status))
        log_warn("job %u was ended by signal %d (%s)", i, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        j->bad = true;
}

bool jobs_one_is_gone(struct jobs *j)
{
    bool gone = false;
    int status;

    for (unsigned i = 0; i < j->n; i++) {
        if (j->all[i].pid && waitpid(j->all[i].pid, &status, WNOHANG) == j->all[i].pid)
            note_end(j, i, status);
        gone = gone || !j->all[i].pid;
    }
    return gone;
}

bool jobs_end(struct jobs *j)
{
    bool good;
    int status;

    for (unsigned i = 0; i < j->n; i++)
        if (j->all[i].pid && waitpid(j->all[i].pid, &status, 0) == j->all[i].pid)
            note_end(j, i, status);
    close_readers(j);
    good = !j->bad;
    munmap(j->told, j->n * sizeof *j->told);
    munmap(j->queue, sizeof *j->queue);
    mem_free(j->all);
    mem_free(j);
    return good;
}
