/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "live/shared_counters.h"
#include "potsherd/loop.h"
#include "potsherd/signals.h"

#define PIPE_BYTES (1 << 20) /* what an unprivileged user may ask for */
#define PIPES      2         /* for each job: messages and payloads; all other rows */
#define START_MOST (20 * TIME_SECOND)
#define LOOK_MS    100               /* between two looks at them */
#define LOOK_MOST  (TIME_SECOND / 5) /* that counts of the time between */
#define QUIET_MOST (5 * TIME_SECOND) /* they count once a second */
#define END_MOST   (LOOP_FINISH_MOST + 4 * TIME_SECOND)

struct child {
    pid_t pid;                /* 0: has ended and been waited for */
    int pipes[PIPES];         /* ends to read from; -1: at their end */
    struct counters counters; /* the last ones that were whole */
    uint64_t version;         /* of its counters, when last looked at */
    time_us quiet;            /* so long it has counted and sent nothing while we listened */
    bool hung;                /* as was logged */
    bool killed;              /* by us, or by somebody else */
};

struct workers {
    unsigned n;
    struct child *all;
    struct shared_counters *shared; /* by number */
    time_us looked;                 /* at all of them; monotonic */
    bool ending;                    /* they were asked to */
    bool bad;                       /* one did not end well */
};

struct one { /* of them */
    struct workers *workers;
    unsigned number;
};

/* --- in the worker --- */

/* Who takes the rows has gone: nobody needs them. */
static void end_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it went before that */
        _exit(1);
}

void worker_is_ready(const struct worker *self)
{
    end_with(self->parent); /* the kernel clears it at a change of user */
    atomic_store(&self->shared->ready, true);
}

bool worker_has_failed(const struct worker *self, const struct failure *why)
{
    self->shared->why = *why;
    return false;
}

bool worker_reload_failed(const struct worker *self)
{
    return atomic_load(&self->shared->reload_failed);
}

/* --- signals and ends --- */

static void send_signal(const struct workers *w, int number)
{
    for (unsigned i = 0; i < w->n; i++)
        if (w->all[i].pid)
            kill(w->all[i].pid, number);
}

void workers_reload(struct workers *w, bool good)
{
    for (unsigned i = 0; i < w->n; i++)
        atomic_store(&w->shared[i].reload_failed, !good);
    send_signal(w, SIGHUP);
}

void workers_stop(struct workers *w)
{
    if (!w->ending)
        send_signal(w, SIGTERM);
    w->ending = true;
}

static void kill_child(struct child *child)
{
    child->killed = true;
    kill(child->pid, SIGKILL);
}

static void note_end(struct workers *w, unsigned i, int status)
{
    struct child *child = &w->all[i];

    child->pid = 0;
    if (WIFSIGNALED(status) && !child->killed)
        log_warn("job %u was ended by signal %d (%s)", i, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    child->killed = child->killed || WIFSIGNALED(status);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        w->bad = true;
}

static bool is_gone(struct workers *w, unsigned i)
{
    pid_t pid = w->all[i].pid;
    int status;

    if (pid && waitpid(pid, &status, WNOHANG) == pid)
        note_end(w, i, status);
    return !w->all[i].pid;
}

bool workers_one_is_gone(struct workers *w)
{
    bool gone = false;

    for (unsigned i = 0; i < w->n; i++)
        gone = is_gone(w, i) || gone;
    return gone;
}

static bool all_are_gone(struct workers *w)
{
    bool gone = true;

    for (unsigned i = 0; i < w->n; i++)
        gone = is_gone(w, i) && gone;
    return gone;
}

/* --- starting --- */

static bool make_pipes(struct child *child, int ends[PIPES], struct failure *why)
{
    int both[2];

    for (int i = 0; i < PIPES; i++) {
        if (pipe2(both, O_CLOEXEC) != 0)
            return failure_set(why, "cannot make a pipe: %s", g_strerror(errno));
        (void)fcntl(both[1], F_SETPIPE_SZ, PIPE_BYTES);
        child->pipes[i] = both[0];
        ends[i] = both[1];
    }
    return true;
}

static void close_readers(struct workers *w)
{
    for (unsigned i = 0; i < w->n; i++)
        for (int p = 0; p < PIPES; p++)
            if (w->all[i].pipes[p] >= 0)
                close(w->all[i].pipes[p]);
}

static bool start(struct workers *w, unsigned i, worker_function *run, void *context,
                  struct failure *why)
{
    int ends[PIPES];
    struct worker self = {.number = i, .count = w->n, .parent = getpid(), .shared = &w->shared[i]};
    pid_t pid;

    if (!make_pipes(&w->all[i], ends, why))
        return false;
    self.pipe = ends[0];
    self.message_pipe = ends[1];
    pid = fork();
    if (pid < 0)
        return failure_set(why, "cannot start a job: %s", g_strerror(errno));
    if (!pid) {
        end_with(self.parent);
        close_readers(w);
        exit(run(context, &self) ? 0 : 1);
    }
    for (int p = 0; p < PIPES; p++)
        close(ends[p]);
    w->all[i].pid = pid;
    return true;
}

/* Those who are asked to end while they start do so once they have started, as one
 * process alone does. */
static bool is_starting(struct workers *w, unsigned i, struct failure *why)
{
    bool gone = is_gone(w, i);

    if (atomic_load(&w->shared[i].ready))
        return false;
    if (gone && w->shared[i].why.text[0])
        *why = w->shared[i].why;
    else if (gone)
        failure_set(why, "job %u ended while it started", i);
    else if (g_get_monotonic_time() > w->looked + START_MOST)
        failure_set(why, "job %u does not listen yet after %d s", i,
                    (int)(START_MOST / TIME_SECOND));
    return true;
}

/* All of them are looked at each time: those that have joined wait for the others. */
static bool wait_for_all(struct workers *w, struct failure *why)
{
    unsigned starting;

    do {
        starting = 0;
        for (unsigned i = 0; i < w->n && !why->text[0]; i++)
            starting += is_starting(w, i, why);
        if (starting)
            g_usleep(10000);
    } while (starting && !why->text[0]);
    return !why->text[0];
}

void *workers_share(size_t bytes)
{
    void *all = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED)
        log_panic("no memory to share with the jobs");
    return all;
}

void workers_unshare(void *shared, size_t bytes)
{
    if (shared)
        munmap(shared, bytes);
}

struct workers *workers_start(unsigned n, worker_function *run, void *context, struct failure *why)
{
    struct workers *w = MEM_NEW(struct workers);
    bool good = true;

    why->text[0] = '\0';
    w->n = n;
    w->looked = g_get_monotonic_time();
    w->all = mem_new(w->n * sizeof *w->all);
    for (unsigned i = 0; i < w->n; i++)
        w->all[i].pipes[0] = w->all[i].pipes[1] = -1;
    w->shared = workers_share(w->n * sizeof *w->shared);
    for (unsigned i = 0; i < w->n && good; i++)
        good = start(w, i, run, context, why);
    if (good && wait_for_all(w, why))
        return w;
    workers_kill(w);
    return NULL;
}

/* --- whether they are well --- */

/* Since the last look, as far as we were listening: that a disk holds us up is not the
 * jobs' fault. */
static time_us passed(struct workers *w)
{
    time_us now = g_get_monotonic_time(), time = now - w->looked;

    w->looked = now;
    return time < LOOK_MOST ? time : LOOK_MOST;
}

static void look_at(struct workers *w, unsigned i, time_us time)
{
    struct child *child = &w->all[i];
    uint64_t version = atomic_load(&w->shared[i].version);

    if (!child->pid)
        return;
    child->quiet = version == child->version ? child->quiet + time : 0;
    child->version = version;
    if (child->hung && !child->quiet) {
        log_info("job %u goes on", i);
        child->hung = false;
    } else if (child->quiet >= QUIET_MOST && !child->hung && !w->ending) {
        log_warn("job %u hangs: it has done nothing for %d s, and its packets get lost", i,
                 (int)(QUIET_MOST / TIME_SECOND));
        child->hung = true;
    } else if (child->quiet >= END_MOST && !child->killed && w->ending && !is_gone(w, i)) {
        log_warn("job %u has not ended after %d s and is killed; what it held is lost", i,
                 (int)(END_MOST / TIME_SECOND));
        kill_child(child);
    }
}

static void look_at_all(struct workers *w)
{
    time_us time = passed(w);

    for (unsigned i = 0; i < w->n; i++)
        look_at(w, i, time);
}

bool workers_are_well(const struct workers *w)
{
    for (unsigned i = 0; i < w->n; i++)
        if (w->all[i].pid && w->all[i].hung)
            return false;
    return true;
}

/* --- rows --- */

/* In the middle of a message: the others wait for us, so this one alone is looked at. */
static void on_idle(void *context)
{
    const struct one *one = context;

    if (signals.stop)
        workers_stop(one->workers);
    look_at(one->workers, one->number, passed(one->workers));
}

/* False at the end. */
static bool take_from(struct workers *w, unsigned i, int pipe, struct recorder *records)
{
    struct one one = {w, i};

    w->all[i].quiet = 0;
    return record_take(records, pipe, on_idle, &one);
}

bool workers_take(struct workers *w, struct recorder *records)
{
    struct pollfd fds[PIPES * WORKERS_MAX];
    unsigned n = PIPES * w->n;
    bool open = false;

    for (unsigned i = 0; i < n; i++) {
        fds[i] = (struct pollfd){.fd = w->all[i / PIPES].pipes[i % PIPES], .events = POLLIN};
        open = open || fds[i].fd >= 0;
    }
    if (open && poll(fds, n, LOOK_MS) > 0)
        for (unsigned i = 0; i < n; i++)
            if (fds[i].revents && !take_from(w, i / PIPES, fds[i].fd, records)) {
                close(fds[i].fd);
                w->all[i / PIPES].pipes[i % PIPES] = -1;
            }
    look_at_all(w);
    return open;
}

/* What the ring of a job that was killed held is lost like what did not fit. */
static void count_unread(struct counters *t)
{
    if (t->received > t->captured + t->dropped + t->filtered)
        t->dropped = t->received - t->captured - t->filtered;
}

void workers_add_counters(struct workers *w, struct counters *out)
{
    for (unsigned i = 0; i < w->n; i++) {
        struct child *child = &w->all[i];

        (void)shared_counters_get(&w->shared[i], &child->counters);
        if (child->killed)
            count_unread(&child->counters);
        counters_add(out, &child->counters);
    }
}

/* --- the end --- */

bool workers_end(struct workers *w, struct counters *out)
{
    bool good;

    workers_stop(w);
    while (!all_are_gone(w)) {
        look_at_all(w);
        g_usleep(10000);
    }
    workers_add_counters(w, out);
    close_readers(w);
    good = !w->bad;
    workers_unshare(w->shared, w->n * sizeof *w->shared);
    mem_free(w->all);
    mem_free(w);
    return good;
}

void workers_kill(struct workers *w)
{
    struct counters ignored = {.received = 0};

    for (unsigned i = 0; i < w->n; i++)
        if (w->all[i].pid)
            kill_child(&w->all[i]);
    (void)workers_end(w, &ignored);
}
