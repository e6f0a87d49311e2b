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
#include "potsherd/clock.h"
#include "potsherd/listener.h"
#include "potsherd/signals.h"

#define PIPE_BYTES (1 << 20) /* what an unprivileged user may ask for */
#define PIPES      2         /* for each job: messages and payloads; all other rows */
#define START_MOST (20 * TIME_SECOND)
#define LOOK_MS    100               /* between two looks at them */
#define LOOK_MOST  (TIME_SECOND / 5) /* that counts of the time between */
#define QUIET_MOST (5 * TIME_SECOND) /* they tell once a second */
#define END_MOST   (LISTENER_FINISH_MOST + 4 * TIME_SECOND)

struct job {
    pid_t pid;                /* 0: has ended and been waited for */
    int pipes[PIPES];         /* ends to read from; -1: at their end */
    struct counters counters; /* the last ones that were whole */
    uint64_t version;         /* of what it has told, when last looked at */
    time_us quiet;            /* so long it has told and sent nothing while we listened */
    bool hung;                /* as was said */
    bool killed;              /* by us, or by somebody else */
};

struct jobs {
    unsigned n;
    struct job *all;
    struct told *told; /* by job */
    struct listener_queue *queue;
    time_us looked; /* at all of them; monotonic */
    bool ending;    /* they were asked to */
    bool bad;       /* one did not end well */
};

struct one { /* of them */
    struct jobs *jobs;
    unsigned number;
};

/* --- in the job --- */

static void tell(struct told *to, struct listener *l)
{
    struct counters counters;

    listener_read_counters(l, &counters);
    told_put(to, &counters);
}

/* What the writer says about it is true of the jobs, too; or else one speaks up. */
static void reload(const struct told *told, struct listener *l, unsigned number)
{
    if (!listener_reload(l) && !atomic_load(&told->mistake))
        log_warn("job %u could not read ports.rules, though the writer could: it goes by the rules "
                 "from before; send SIGHUP again",
                 number);
}

/* Who has the segments is gone: nobody takes rows. */
static void go_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it went before that */
        _exit(1);
}

static bool run(const struct options *options, const struct listener_place *place,
                struct told *told, pid_t parent)
{
    struct failure why = {""};
    struct listener *l = listener_open(options, place, &why);
    bool failed;

    if (!l) {
        told->why = why;
        return false;
    }
    go_with(parent); /* the kernel has forgotten it with the change of user */
    atomic_store(&told->ready, true);
    while (!signals.stop && !listener_has_failed(l)) {
        if (listener_turn(l))
            tell(told, l);
        if (signals.reload) {
            signals.reload = 0;
            reload(told, l, place->job);
        }
    }
    failed = listener_has_failed(l);
    listener_finish(l);
    tell(told, l);
    return listener_close(l) && !failed;
}

/* --- signals and ends --- */

static void send_signal(const struct jobs *j, int number)
{
    for (unsigned i = 0; i < j->n; i++)
        if (j->all[i].pid)
            kill(j->all[i].pid, number);
}

void jobs_reload(struct jobs *j, bool good)
{
    for (unsigned i = 0; i < j->n; i++)
        atomic_store(&j->told[i].mistake, !good);
    send_signal(j, SIGHUP);
}

void jobs_stop(struct jobs *j)
{
    if (!j->ending)
        send_signal(j, SIGTERM);
    j->ending = true;
}

static void kill_job(struct job *job)
{
    job->killed = true;
    kill(job->pid, SIGKILL);
}

static void note_end(struct jobs *j, unsigned i, int status)
{
    struct job *job = &j->all[i];

    job->pid = 0;
    if (WIFSIGNALED(status) && !job->killed)
        log_warn("job %u was ended by signal %d (%s)", i, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    job->killed = job->killed || WIFSIGNALED(status);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        j->bad = true;
}

static bool is_gone(struct jobs *j, unsigned i)
{
    pid_t pid = j->all[i].pid;
    int status;

    if (pid && waitpid(pid, &status, WNOHANG) == pid)
        note_end(j, i, status);
    return !j->all[i].pid;
}

bool jobs_one_is_gone(struct jobs *j)
{
    bool gone = false;

    for (unsigned i = 0; i < j->n; i++)
        gone = is_gone(j, i) || gone;
    return gone;
}

static bool all_are_gone(struct jobs *j)
{
    bool gone = true;

    for (unsigned i = 0; i < j->n; i++)
        gone = is_gone(j, i) && gone;
    return gone;
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
    pid_t parent = getpid(), pid;

    if (!make_pipes(&j->all[i], ends, why))
        return false;
    place.where = (struct pipeline_where){
        .records = RECORDS_JOB, .now = clock_now(), .pipe = ends[0], .message_pipe = ends[1]};
    pid = fork();
    if (pid < 0)
        return failure_set(why, "cannot start a job: %s", g_strerror(errno));
    if (!pid) {
        go_with(parent);
        close_readers(j);
        exit(run(options, &place, &j->told[i], parent) ? 0 : 1);
    }
    for (int p = 0; p < PIPES; p++)
        close(ends[p]);
    j->all[i].pid = pid;
    return true;
}

/* Those who are asked to end while they start do so once they have started, as one
 * process alone does. */
static bool is_starting(struct jobs *j, unsigned i, struct failure *why)
{
    bool gone = is_gone(j, i);

    if (atomic_load(&j->told[i].ready))
        return false;
    if (gone && j->told[i].why.text[0])
        *why = j->told[i].why;
    else if (gone)
        failure_set(why, "job %u ended while it started", i);
    else if (g_get_monotonic_time() > j->looked + START_MOST)
        failure_set(why, "job %u does not listen yet after %d s", i,
                    (int)(START_MOST / TIME_SECOND));
    return true;
}

/* All of them are looked at each time: those that have joined wait for the others. */
static bool wait_for_all(struct jobs *j, struct failure *why)
{
    unsigned starting;

    do {
        starting = 0;
        for (unsigned i = 0; i < j->n && !why->text[0]; i++)
            starting += is_starting(j, i, why);
        if (starting)
            g_usleep(10000);
    } while (starting && !why->text[0]);
    return !why->text[0];
}

/* Zeroed memory that the jobs share. */
static void *share(size_t bytes)
{
    void *all = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED)
        log_panic("no memory to share with the jobs");
    return all;
}

struct jobs *jobs_start(const struct options *options, struct failure *why)
{
    struct jobs *j = MEM_NEW(struct jobs);
    bool good = true;

    why->text[0] = '\0';
    j->n = (unsigned)options->jobs;
    j->looked = g_get_monotonic_time();
    j->all = mem_new(j->n * sizeof *j->all);
    for (unsigned i = 0; i < j->n; i++)
        j->all[i].pipes[0] = j->all[i].pipes[1] = -1;
    j->told = share(j->n * sizeof *j->told);
    j->queue = share(sizeof *j->queue);
    if (!capture_live_choose_fanout(&j->queue->fanout_secret))
        good = failure_set(why, "the system gives no random numbers: %s", g_strerror(errno));
    for (unsigned i = 0; i < j->n && good; i++)
        good = start(j, i, options, why);
    if (good && wait_for_all(j, why))
        return j;
    jobs_kill(j);
    return NULL;
}

/* --- whether they are well --- */

/* Since the last look, as far as we were listening: that a disk holds us up is not the
 * jobs' fault. */
static time_us passed(struct jobs *j)
{
    time_us now = g_get_monotonic_time(), time = now - j->looked;

    j->looked = now;
    return time < LOOK_MOST ? time : LOOK_MOST;
}

static void look_at(struct jobs *j, unsigned i, time_us time)
{
    struct job *job = &j->all[i];
    uint64_t version = atomic_load(&j->told[i].version);

    if (!job->pid)
        return;
    job->quiet = version == job->version ? job->quiet + time : 0;
    job->version = version;
    if (job->hung && !job->quiet) {
        log_info("job %u goes on", i);
        job->hung = false;
    } else if (job->quiet >= QUIET_MOST && !job->hung && !j->ending) {
        log_warn("job %u hangs: it has done nothing for %d s, and its packets get lost", i,
                 (int)(QUIET_MOST / TIME_SECOND));
        job->hung = true;
    } else if (job->quiet >= END_MOST && !job->killed && j->ending && !is_gone(j, i)) {
        log_warn("job %u has not ended after %d s and is killed; what it held is lost", i,
                 (int)(END_MOST / TIME_SECOND));
        kill_job(job);
    }
}

static void look_at_all(struct jobs *j)
{
    time_us time = passed(j);

    for (unsigned i = 0; i < j->n; i++)
        look_at(j, i, time);
}

bool jobs_are_well(const struct jobs *j)
{
    for (unsigned i = 0; i < j->n; i++)
        if (j->all[i].pid && j->all[i].hung)
            return false;
    return true;
}

/* --- rows --- */

/* In the middle of a message: the others wait for us, so this one alone is looked at. */
static void on_idle(void *context)
{
    const struct one *one = context;

    if (signals.stop)
        jobs_stop(one->jobs);
    look_at(one->jobs, one->number, passed(one->jobs));
}

/* False at the end. */
static bool take_from(struct jobs *j, unsigned i, int pipe, struct recorder *records)
{
    struct one one = {j, i};

    j->all[i].quiet = 0;
    return record_take(records, pipe, on_idle, &one);
}

bool jobs_take(struct jobs *j, struct recorder *records)
{
    struct pollfd fds[PIPES * 64];
    unsigned n = PIPES * j->n;
    bool open = false;

    for (unsigned i = 0; i < n; i++) {
        fds[i] = (struct pollfd){.fd = j->all[i / PIPES].pipes[i % PIPES], .events = POLLIN};
        open = open || fds[i].fd >= 0;
    }
    if (open && poll(fds, n, LOOK_MS) > 0)
        for (unsigned i = 0; i < n; i++)
            if (fds[i].revents && !take_from(j, i / PIPES, fds[i].fd, records)) {
                close(fds[i].fd);
                j->all[i / PIPES].pipes[i % PIPES] = -1;
            }
    look_at_all(j);
    return open;
}

/* What the ring of a job that was killed held is lost like what did not fit. */
static void count_unread(struct counters *t)
{
    if (t->received > t->captured + t->dropped + t->filtered)
        t->dropped = t->received - t->captured - t->filtered;
}

void jobs_add_counters(struct jobs *j, struct counters *out)
{
    for (unsigned i = 0; i < j->n; i++) {
        struct job *job = &j->all[i];

        (void)told_get(&j->told[i], &job->counters);
        if (job->killed)
            count_unread(&job->counters);
        counters_add(out, &job->counters);
    }
}

/* --- the end --- */

bool jobs_end(struct jobs *j, struct counters *out)
{
    bool good;

    jobs_stop(j);
    while (!all_are_gone(j)) {
        look_at_all(j);
        g_usleep(10000);
    }
    jobs_add_counters(j, out);
    close_readers(j);
    good = !j->bad;
    munmap(j->told, j->n * sizeof *j->told);
    munmap(j->queue, sizeof *j->queue);
    mem_free(j->all);
    mem_free(j);
    return good;
}

void jobs_kill(struct jobs *j)
{
    struct counters ignored = {.received = 0};

    for (unsigned i = 0; i < j->n; i++)
        if (j->all[i].pid)
            kill_job(&j->all[i]);
    (void)jobs_end(j, &ignored);
}
