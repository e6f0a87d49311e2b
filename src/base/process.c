/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/process.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/journal.h"
#include "base/sandbox.h"

#define HEAD_BYTES offsetof(struct process_message, bytes)

/* --- starting --- */

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void close_from_to(unsigned from, unsigned to)
{
    long most = sysconf(_SC_OPEN_MAX);

    if (close_range(from, to, 0) == 0)
        return;
    for (unsigned fd = from; fd <= to && (long)fd < most; fd++) /* before Linux 5.9 */
        close((int)fd);
}

/* Closes all above standard error but these, which are put in order. */
static void close_others(int *keep, unsigned n)
{
    unsigned from = STDERR_FILENO + 1;

    qsort(keep, n, sizeof *keep, by_number);
    for (unsigned i = 0; i < n; i++) {
        if ((unsigned)keep[i] > from)
            close_from_to(from, (unsigned)keep[i] - 1);
        from = (unsigned)keep[i] + 1;
    }
    close_from_to(from, ~0U);
}

static void be_child(process_main *run, void *context, const struct process_self *self,
                     const int *keep, unsigned keep_count)
{
    int all[PROCESS_KEEP_MAX + 3];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != self->parent) /* it went before that */
        _exit(1);
    if (keep_count > PROCESS_KEEP_MAX)
        log_panic("%u descriptors to keep", keep_count);
    if (keep_count)
        memcpy(all, keep, keep_count * sizeof *keep);
    all[keep_count++] = self->requests;
    all[keep_count++] = self->notes;
    if (journal_descriptor() >= 0)
        all[keep_count++] = journal_descriptor();
    close_others(all, keep_count);
    exit(run(context, self) ? 0 : 1);
}

static struct process_state *new_state(void)
{
    void *state = mmap(NULL, sizeof(struct process_state), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (state == MAP_FAILED)
        log_panic("no memory to share with a process");
    return state;
}

static bool make_sockets(int requests[2], int notes[2])
{
    const int type = SOCK_SEQPACKET | SOCK_CLOEXEC;

    if (socketpair(AF_UNIX, type, 0, requests) != 0)
        return false;
    if (socketpair(AF_UNIX, type, 0, notes) == 0)
        return true;
    close(requests[0]);
    close(requests[1]);
    return false;
}

bool process_start(struct process *p, const char *name, process_main *run, void *context,
                   const int *keep, unsigned keep_count, struct failure *why)
{
    struct process_self self = {.parent = getpid()};
    int requests[2], notes[2];

    *p = (struct process){.requests = -1, .notes = -1};
    snprintf(p->name, sizeof p->name, "%s", name);
    if (!make_sockets(requests, notes))
        return failure_set(why, "cannot start %s: %s", name, strerror(errno));
    p->state = self.state = new_state();
    self.requests = requests[1];
    self.notes = notes[1];
    fflush(NULL);
    p->pid = fork();
    if (!p->pid)
        be_child(run, context, &self, keep, keep_count);
    close(requests[1]);
    close(notes[1]);
    p->requests = requests[0];
    p->notes = notes[0];
    if (p->pid > 0)
        return true;
    p->pid = 0;
    return failure_set(why, "cannot start %s: %s", name, strerror(errno));
}

void process_ready(const struct process_self *self)
{
    atomic_store(&self->state->ready, true);
}

bool process_failed(const struct process_self *self, const struct failure *why)
{
    if (why)
        self->state->why = *why;
    atomic_store(&self->state->failed, true);
    return false;
}

/* --- the end --- */

static void note_end(struct process *p, int status)
{
    int violation = atomic_load(&p->state->violation);

    p->pid = 0;
    p->bad = !WIFEXITED(status) || WEXITSTATUS(status);
    if (violation)
        log_warn_as(LOG_PROCESS_ENDED,
                    "%s made a system call that is not in its list, and was ended: %s (%d); please "
                    "report it (--sandbox off goes on without)",
                    p->name, sandbox_call_name(violation), violation);
    else if (WIFSIGNALED(status) && !p->killed)
        log_warn_as(LOG_PROCESS_ENDED, "%s was ended by signal %d (%s)", p->name, WTERMSIG(status),
                    strsignal(WTERMSIG(status)));
    p->killed = p->killed || WIFSIGNALED(status) || violation;
}

bool process_has_ended(struct process *p)
{
    int status;

    if (p->pid && waitpid(p->pid, &status, WNOHANG) == p->pid)
        note_end(p, status);
    return !p->pid;
}

void process_signal(const struct process *p, int number)
{
    if (p->pid)
        kill(p->pid, number);
}

void process_kill(struct process *p)
{
    p->killed = true;
    process_signal(p, SIGKILL);
}

void process_read_failure(const struct process *p, struct failure *why)
{
    *why = p->state->why;
    why->text[sizeof why->text - 1] = '\0';
}

void process_unshare(struct process *p)
{
    if (p->state)
        munmap(p->state, sizeof *p->state);
    p->state = NULL;
}

void process_free(struct process *p)
{
    if (p->requests >= 0)
        close(p->requests);
    if (p->notes >= 0)
        close(p->notes);
    process_unshare(p);
    *p = (struct process){.requests = -1, .notes = -1};
}

/* --- messages --- */

union control { /* aligned as sendmsg wants it */
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
};

static bool put(int socket, const struct process_message *message, int fd, int flags)
{
    struct iovec part = {(void *)(uintptr_t)message, HEAD_BYTES + message->n};
    union control control = {.room = {0}};
    struct msghdr all = {.msg_iov = &part, .msg_iovlen = 1};
    struct cmsghdr *c;

    if (fd >= 0) {
        all.msg_control = &control;
        all.msg_controllen = sizeof control.room;
        c = CMSG_FIRSTHDR(&all);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    return TEMP_FAILURE_RETRY(sendmsg(socket, &all, flags | MSG_NOSIGNAL)) == (ssize_t)part.iov_len;
}

static int descriptor_of(struct msghdr *all)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(all);
    int fd = -1;

    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
        c->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

/* 1: a message; 0: none, or the other side is gone; -1: what is none. */
static int get(int socket, struct process_message *message, int *fd, int flags)
{
    struct iovec part = {message, sizeof *message};
    union control control = {.room = {0}};
    struct msghdr all = {.msg_iov = &part,
                         .msg_iovlen = 1,
                         .msg_control = &control,
                         .msg_controllen = sizeof control.room};
    ssize_t n = TEMP_FAILURE_RETRY(recvmsg(socket, &all, flags | MSG_CMSG_CLOEXEC));

    *fd = -1;
    if (n <= 0)
        return 0;
    *fd = descriptor_of(&all);
    if (n >= (ssize_t)HEAD_BYTES && message->n <= sizeof message->bytes &&
        n == (ssize_t)(HEAD_BYTES + message->n) && !(all.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
        return 1;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    return -1;
}

/* A number that was given up for a descriptor to come must not be taken by another thread's. */
static pthread_mutex_t numbers = PTHREAD_MUTEX_INITIALIZER;

static int ask(int socket, uint32_t kind, uint32_t number, int place)
{
    struct process_message message = {.kind = kind, .number = number};
    int fd;

    if (!put(socket, &message, -1, 0)) {
        errno = EPIPE;
        return -1;
    }
    pthread_mutex_lock(&numbers);
    if (place >= 0)
        close(place);
    if (get(socket, &message, &fd, 0) <= 0) {
        message.error = EPIPE;
        fd = -1;
    }
    pthread_mutex_unlock(&numbers);
    errno = message.error;
    return fd;
}

int process_ask(const struct process_self *self, uint32_t kind, uint32_t number)
{
    return ask(self->requests, kind, number, -1);
}

bool process_pair(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;
}

int process_ask_at(int socket, int place)
{
    int fd = ask(socket, 0, 0, place);

    if (fd < 0 || fd == place)
        return fd;
    close(fd);
    errno = EBADF;
    return -1;
}

int process_wait_for_request(int socket, struct process_message *request, int most_ms)
{
    struct pollfd ready = {.fd = socket, .events = POLLIN};
    int fd, n = poll(&ready, 1, most_ms);

    if (n <= 0)
        return n < 0 && errno != EINTR ? -1 : 0;
    n = get(socket, request, &fd, 0);
    if (fd >= 0)
        close(fd);
    return n > 0 ? 1 : -1;
}

void process_hand_over(int socket, const struct process_message *request, int fd)
{
    struct process_message answer = {.kind = request->kind, .number = request->number};

    if (fd < 0)
        answer.error = errno;
    (void)put(socket, &answer, fd, 0);
}

bool process_next_note(const struct process_self *self, struct process_message *note, int *fd)
{
    bool good;

    pthread_mutex_lock(&numbers);
    good = get(self->notes, note, fd, MSG_DONTWAIT) > 0;
    pthread_mutex_unlock(&numbers);
    return good;
}

bool process_next_request(struct process *p, struct process_message *request)
{
    int fd, result = p->requests >= 0 ? get(p->requests, request, &fd, MSG_DONTWAIT) : 0;

    if (result > 0 && fd < 0 && !request->n)
        return true;
    if (result > 0 && fd >= 0)
        close(fd);
    if (result) {
        log_warn("%s asked for what nobody knows, and is ended", p->name);
        process_kill(p);
    }
    return false;
}

void process_answer(struct process *p, const struct process_message *request, int fd)
{
    struct process_message answer = {.kind = request->kind, .number = request->number};

    if (fd < 0)
        answer.error = errno;
    if (put(p->requests, &answer, fd, MSG_DONTWAIT))
        return;
    if (errno != EAGAIN && fd >= 0) { /* it could not be passed */
        answer.error = errno;
        (void)put(p->requests, &answer, -1, MSG_DONTWAIT);
    }
    if (errno != EAGAIN)
        return;
    log_warn("%s asks without taking the answers, and is ended", p->name);
    process_kill(p);
}

bool process_note(struct process *p, const struct process_message *note, int fd)
{
    return p->notes >= 0 && put(p->notes, note, fd, MSG_DONTWAIT);
}
