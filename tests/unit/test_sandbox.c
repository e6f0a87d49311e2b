/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs in the parser's, the sender's and the writer's place that try what these may not do:
 * each call is refused, ends the process, and is named to the parent.  And messages that nobody of
 * ours sends.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/process.h"
#include "base/sandbox.h"

static char folder[] = "/tmp/test_sandbox-XXXXXX";
static char records[64]; /* a file in it */
static int victim[2];    /* a socket pair, as a packet socket is one to send by */

/* --- what is tried; each returns true when it was not refused --- */

static bool open_file(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0 || true;
}

static bool read_records(void)
{
    return open(records, O_RDONLY) >= 0 || true;
}

static bool create_file(void)
{
    return open("/tmp/test_sandbox-forbidden", O_CREAT | O_WRONLY, 0600) >= 0 || true;
}

static bool make_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 || true;
}

static bool connect_socket(void)
{
    struct sockaddr to = {.sa_family = AF_UNSPEC};

    return connect(victim[0], &to, sizeof to) == 0 || true;
}

static bool bind_socket(void)
{
    struct sockaddr to = {.sa_family = AF_UNIX};

    return bind(victim[0], &to, sizeof to) == 0 || true;
}

static bool write_to_socket(void)
{
    ssize_t n = write(victim[0], "x", 1);

    return n == 1 || true;
}

static bool send_to_socket(void)
{
    return send(victim[0], "x", 1, 0) == 1 || true;
}

static bool send_message(void)
{
    char byte = 'x';
    struct iovec part = {&byte, 1};
    struct msghdr all = {.msg_iov = &part, .msg_iovlen = 1};

    return sendmsg(victim[0], &all, 0) == 1 || true;
}

static bool copy_descriptor(void)
{
    return dup2(victim[0], STDERR_FILENO) >= 0 || true;
}

static bool run_program(void)
{
    return execl("/bin/true", "true", NULL) == 0 || true;
}

static bool start_process(void)
{
    return syscall(SYS_fork) >= 0 || true;
}

static bool trace(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 || true;
}

static bool trace_child(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 || true;
}

static bool kill_other(void)
{
    return kill(1, 0) == 0 || true;
}

static bool catch_sigsys(void)
{
    struct sigaction action = {.sa_handler = SIG_IGN};

    return sigaction(SIGSYS, &action, NULL) == 0 || true;
}

static bool map_code(void)
{
    return syscall(SYS_mmap, NULL, 4096, 7, 0x22, -1, 0) != -1 ||
           true; /* rwx, private, anonymous */
}

struct attempt {
    enum sandbox_role role;
    const char *call; /* the one that is named */
    bool (*try)(void);
};

static const struct attempt attempts[] = {
    {SANDBOX_PARSER, "openat", open_file},
    {SANDBOX_PARSER, "openat", read_records},
    {SANDBOX_PARSER, "openat", create_file},
    {SANDBOX_PARSER, "socket", make_socket},
    {SANDBOX_PARSER, "connect", connect_socket},
    {SANDBOX_PARSER, "write", write_to_socket},
    {SANDBOX_PARSER, "sendto", send_to_socket},
    {SANDBOX_PARSER, "sendmsg", send_message},
    {SANDBOX_PARSER, "dup2", copy_descriptor},
    {SANDBOX_PARSER, "execve", run_program},
    {SANDBOX_PARSER, "fork", start_process},
    {SANDBOX_PARSER, "ptrace", trace_child},
    {SANDBOX_PARSER, "kill", kill_other},
    {SANDBOX_PARSER, "rt_sigaction", catch_sigsys},
    {SANDBOX_PARSER, "mmap", map_code},
    {SANDBOX_PARSER, "bind", bind_socket},
    {SANDBOX_SENDER, "openat", open_file},
    {SANDBOX_SENDER, "openat", read_records},
    {SANDBOX_SENDER, "openat", create_file},
    {SANDBOX_SENDER, "socket", make_socket},
    {SANDBOX_SENDER, "connect", connect_socket},
    {SANDBOX_SENDER, "write", write_to_socket},
    {SANDBOX_SENDER, "sendmsg", send_message},
    {SANDBOX_SENDER, "bind", bind_socket},
    {SANDBOX_SENDER, "dup2", copy_descriptor},
    {SANDBOX_SENDER, "execve", run_program},
    {SANDBOX_SENDER, "fork", start_process},
    {SANDBOX_SENDER, "ptrace", trace_child},
    {SANDBOX_SENDER, "kill", kill_other},
    {SANDBOX_SENDER, "rt_sigaction", catch_sigsys},
    {SANDBOX_MAIL, "openat", open_file},
    {SANDBOX_MAIL, "openat", create_file},
    {SANDBOX_MAIL, "socket", make_socket},
    {SANDBOX_MAIL, "connect", connect_socket},
    {SANDBOX_MAIL, "write", write_to_socket},
    {SANDBOX_MAIL, "sendto", send_to_socket},
    {SANDBOX_MAIL, "dup2", copy_descriptor},
    {SANDBOX_MAIL, "execve", run_program},
    {SANDBOX_MAIL, "fork", start_process},
    {SANDBOX_MAIL, "ptrace", trace_child},
    {SANDBOX_MAIL, "kill", kill_other},
    {SANDBOX_MAIL, "rt_sigaction", catch_sigsys},
    {SANDBOX_MAIL, "mmap", map_code},
    {SANDBOX_TEMPLATE, "openat", open_file},
    {SANDBOX_TEMPLATE, "socket", make_socket},
    {SANDBOX_TEMPLATE, "execve", run_program},
    {SANDBOX_TEMPLATE, "kill", kill_other},
    {SANDBOX_SENDER, "mmap", map_code},
    {SANDBOX_WRITER, "socket", make_socket},
    {SANDBOX_WRITER, "connect", connect_socket},
    {SANDBOX_WRITER, "sendto", send_to_socket},
    {SANDBOX_WRITER, "sendmsg", send_message},
    {SANDBOX_WRITER, "execve", run_program},
    {SANDBOX_WRITER, "fork", start_process},
    {SANDBOX_WRITER, "ptrace", trace},
    {SANDBOX_WRITER, "kill", kill_other},
    {SANDBOX_WRITER, "mmap", map_code},
    {SANDBOX_PARENT, "execve", run_program},
    {SANDBOX_PARENT, "fork", start_process},
    {SANDBOX_PARENT, "ptrace", trace_child},
};

static bool do_it(void *context, const struct process_self *self)
{
    const struct attempt *a = context;
    const struct sandbox_calls calls = {.role = a->role,
                                        .writes = {self->requests},
                                        .write_count = 1,
                                        .violation = &self->state->violation};
    struct failure why;

    if (a->role == SANDBOX_WRITER) /* it has getppid in its list */
        (void)getppid();
    return sandbox_limits(&why) && sandbox_calls(&calls, &why) && a->try();
}

static void wait_for(struct process *p)
{
    while (!process_has_ended(p))
        usleep(1000);
}

static void each_is_refused_and_named(void **state)
{
    (void)state;
    if (!sandbox_is_on())
        skip();
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        const struct attempt *a = &attempts[i];
        struct process p;
        struct failure why;
        int number;

        assert_true(process_start(&p, "a test", do_it, (void *)(uintptr_t)a, victim, 1, &why));
        wait_for(&p);
        number = atomic_load(&p.state->violation);
        if (!number || strcmp(sandbox_call_name(number), a->call) != 0)
            fail_msg("%s in the %s's place: %s was named", a->call, sandbox_role_name(a->role),
                     number ? sandbox_call_name(number) : "nothing");
        assert_true(p.bad);
        process_free(&p);
    }
}

/* --- the heap of a thread, of which a part is given back --- */

static void *use_heap(void *context)
{
    const int *go = context;
    char byte, *pieces[40];

    if (read(*go, &byte, 1) != 1)
        return NULL;
    for (int i = 0; i < 40; i++)
        pieces[i] = calloc(1, 60000);
    for (int i = 40; i-- > 0;)
        free(pieces[i]);
    return context;
}

static bool give_back(void *context, const struct process_self *self)
{
    const struct sandbox_calls calls = {.role = SANDBOX_PARSER,
                                        .writes = {self->requests, *(const int *)context},
                                        .write_count = 2,
                                        .violation = &self->state->violation};
    struct failure why;
    pthread_t thread;
    void *done;

    if (!sandbox_limits(&why) || pthread_create(&thread, NULL, use_heap, (int *)context + 1) != 0 ||
        !sandbox_calls(&calls, &why) || write(*(const int *)context, "x", 1) != 1)
        return false;
    return pthread_join(thread, &done) == 0 && done;
}

static void memory_of_a_thread_is_given_back(void **state)
{
    int ends[2], order[2];
    struct process p;
    struct failure why;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    order[0] = ends[1], order[1] = ends[0];
    assert_true(process_start(&p, "a test", give_back, order, ends, 2, &why));
    wait_for(&p);
    assert_int_equal(atomic_load(&p.state->violation), 0);
    assert_false(p.bad);
    process_free(&p);
    close(ends[0]);
    close(ends[1]);
}

/* --- the writer's folder --- */

static bool write_in_and_out(void *context, const struct process_self *self)
{
    const struct sandbox_calls calls = {.role = SANDBOX_WRITER,
                                        .violation = &self->state->violation};
    struct failure why;
    int in = *(const int *)context, fd;

    if (!sandbox_files(&in, 1, &why) || !sandbox_calls(&calls, &why))
        return false;
    fd = openat(in, "new", O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1 || renameat(in, "new", in, "named") != 0)
        return false;
    return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES &&
           openat(in, "../test_sandbox-out", O_CREAT | O_WRONLY, 0600) < 0 && errno == EACCES &&
           renameat(in, "named", AT_FDCWD, "/tmp/test_sandbox-out") < 0 &&
           unlink("/tmp/test_sandbox-beside") < 0 && errno == EACCES;
}

static void the_writer_stays_in_its_folder(void **state)
{
    struct process p;
    struct failure why;
    int in = open(folder, O_RDONLY | O_DIRECTORY), beside;

    (void)state;
    if (!sandbox_is_on() || syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
        skip();
    beside = open("/tmp/test_sandbox-beside", O_CREAT | O_WRONLY, 0600);
    assert_true(process_start(&p, "a test", write_in_and_out, &in, &in, 1, &why));
    wait_for(&p);
    assert_false(p.bad);
    process_free(&p);
    close(beside);
    assert_int_equal(unlink("/tmp/test_sandbox-beside"), 0);
    assert_int_equal(unlinkat(in, "named", 0), 0);
    close(in);
}

/* --- descriptors --- */

static bool ask_twice(void *context, const struct process_self *self)
{
    char byte = 0;
    int fd = process_ask(self, 1, 7), none;

    (void)context;
    if (fd < 0 || pread(fd, &byte, 1, 0) != 1 || byte != 'r')
        return false;
    none = process_ask(self, 2, 0);
    return none < 0 && errno == ENOENT;
}

static void a_descriptor_comes_on_demand(void **state)
{
    struct process p;
    struct failure why;
    struct process_message request;
    unsigned answered = 0;

    (void)state;
    assert_true(process_start(&p, "a test", ask_twice, NULL, NULL, 0, &why));
    while (!process_has_ended(&p)) {
        if (!process_next_request(&p, &request)) {
            usleep(1000);
            continue;
        }
        int fd = request.kind == 1 && request.number == 7 ? open(records, O_RDONLY) : -1;

        errno = ENOENT;
        process_answer(&p, &request, fd);
        if (fd >= 0)
            close(fd);
        answered++;
    }
    assert_false(p.bad);
    assert_int_equal(answered, 2);
    process_free(&p);
}

static bool send_nonsense(void *context, const struct process_self *self)
{
    (void)context;
    if (send(self->requests, "nonsense", 8, 0) != 8)
        return false;
    pause();
    return true;
}

static bool send_lengths(void *context, const struct process_self *self)
{
    struct process_message message = {.kind = 1, .n = 4000000000u};

    (void)context;
    if (send(self->requests, &message, offsetof(struct process_message, bytes), 0) < 0)
        return false;
    pause();
    return true;
}

static void who_sends_what_is_no_request_is_ended(void **state)
{
    process_main *const senders[] = {send_nonsense, send_lengths};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct process p;
        struct failure why;
        struct process_message request;

        assert_true(process_start(&p, "a test", senders[i], NULL, NULL, 0, &why));
        while (!process_has_ended(&p)) {
            assert_false(process_next_request(&p, &request));
            usleep(1000);
        }
        assert_true(p.killed);
        process_free(&p);
    }
}

static int begin(void **state)
{
    int fd;

    (void)state;
    if (!mkdtemp(folder) || socketpair(AF_UNIX, SOCK_DGRAM, 0, victim) != 0)
        return -1;
    snprintf(records, sizeof records, "%s/records", folder);
    fd = open(records, O_CREAT | O_WRONLY, 0600);
    return fd < 0 || write(fd, "r", 1) != 1 || close(fd) != 0;
}

static int end(void **state)
{
    (void)state;
    unlink(records);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_refused_and_named),
        cmocka_unit_test(memory_of_a_thread_is_given_back),
        cmocka_unit_test(the_writer_stays_in_its_folder),
        cmocka_unit_test(a_descriptor_comes_on_demand),
        cmocka_unit_test(who_sends_what_is_no_request_is_ended),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
