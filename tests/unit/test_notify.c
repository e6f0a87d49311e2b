/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The service manager's end of the socket, and the journal's end of standard error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/journal.h"
#include "base/log.h"
#include "base/notify.h"

static char folder[] = "/tmp/test-notify-XXXXXX";
static int manager = -1;
static const char *journal_at = "/nowhere/at/all";

/* As a service manager listens: under a path, or an abstract name ("@..."). */
static void listen_at(const char *name)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    size_t n = strlen(name);

    if (manager >= 0)
        close(manager);
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    memcpy(at.sun_path, name, n);
    if (*name == '@')
        at.sun_path[0] = '\0';
    assert_int_equal(bind(manager, (const struct sockaddr *)&at,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
                     0);
    setenv("NOTIFY_SOCKET", name, 1);
}

static const char *heard(void)
{
    static char text[1024];
    ssize_t n = recv(manager, text, sizeof text - 1, MSG_DONTWAIT);

    if (n < 0)
        return "";
    text[n] = '\0';
    return text;
}

static int set_up(void **state)
{
    char path[64];

    (void)state;
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/notify", folder);
    listen_at(path);
    return 0;
}

static int tear_down(void **state)
{
    char path[64];

    (void)state;
    snprintf(path, sizeof path, "%s/notify", folder);
    unlink(path);
    return rmdir(folder);
}

static void test_states(void **state)
{
    const char *said;
    unsigned long long usec;

    (void)state;
    notify_ready();
    assert_string_equal(heard(), "READY=1");
    notify_reloading();
    said = heard();
    assert_int_equal(sscanf(said, "RELOADING=1\nMONOTONIC_USEC=%llu", &usec), 1);
    assert_true(usec > 0);
    notify_status("%d frames\nREADY=1", 7); /* one line, whatever is in it */
    assert_string_equal(heard(), "STATUS=7 frames READY=1");
    notify_stopping();
    assert_string_equal(heard(), "STOPPING=1");
    assert_string_equal(heard(), "");
}

static void test_watchdog(void **state)
{
    char pid[32];

    (void)state;
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    setenv("WATCHDOG_USEC", "200000", 1);
    notify_watchdog();
    assert_string_equal(heard(), "WATCHDOG=1");
    notify_watchdog(); /* too early for the next one */
    assert_string_equal(heard(), "");
    usleep(110000);
    notify_watchdog();
    assert_string_equal(heard(), "WATCHDOG=1");
    usleep(110000);
    setenv("WATCHDOG_PID", "1", 1); /* meant for another process */
    notify_watchdog();
    assert_string_equal(heard(), "");
}

static void test_abstract_name(void **state)
{
    char name[64];

    (void)state;
    snprintf(name, sizeof name, "@potsherd-test-%d", (int)getpid());
    listen_at(name);
    notify_ready();
    assert_string_equal(heard(), "READY=1");
}

static void test_no_manager(void **state)
{
    (void)state;
    setenv("NOTIFY_SOCKET", "relative", 1);
    notify_ready();
    setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
    notify_ready();
    unsetenv("NOTIFY_SOCKET");
    notify_ready();
    assert_string_equal(heard(), "");
}

/* Says one thing with standard error in a pipe; `journal` is that pipe's. */
static void say_to(char *out, size_t size, bool journal)
{
    int ends[2], kept = dup(STDERR_FILENO);
    struct stat st;
    char stream[64];
    ssize_t n;

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fstat(ends[1], &st), 0);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino + !journal);
    setenv("JOURNAL_STREAM", stream, 1);
    dup2(ends[1], STDERR_FILENO);
    journal_open(journal_at);
    log_info("all %s", "well");
    log_warn("not so well");
    log_warn_as(LOG_CLOCK_SET_BACK, "set\nback %d", 7);
    log_progress("half done");
    dup2(kept, STDERR_FILENO);
    close(ends[1]);
    n = read(ends[0], out, size - 1);
    out[n > 0 ? n : 0] = '\0';
    close(ends[0]);
    close(kept);
    unsetenv("JOURNAL_STREAM");
}

static void test_journal(void **state)
{
    char text[256];

    (void)state;
    say_to(text, sizeof text, true);
    assert_string_equal(text, "<6>all well\n<4>not so well\n<4>set\\x0aback 7\n");
    say_to(text, sizeof text, false); /* inherited, but standard error leads elsewhere */
    assert_string_equal(text, "potsherd: all well\npotsherd: not so well\n"
                              "potsherd: set\\x0aback 7\n");
}

/* A service's standard error, and the journal's own socket. */
static void test_journal_fields(void **state)
{
    char text[256], path[64];

    (void)state;
    snprintf(path, sizeof path, "%s/journal", folder);
    listen_at(path);
    unsetenv("NOTIFY_SOCKET");
    journal_at = path;
    say_to(text, sizeof text, true);
    assert_string_equal(text, ""); /* nothing is said twice */
    assert_string_equal(heard(), "PRIORITY=6\nSYSLOG_IDENTIFIER=potsherd\nMESSAGE=all well\n");
    assert_string_equal(heard(), "PRIORITY=4\nSYSLOG_IDENTIFIER=potsherd\nMESSAGE=not so well\n");
    assert_string_equal(heard(), "PRIORITY=4\nSYSLOG_IDENTIFIER=potsherd\n"
                                 "MESSAGE_ID=5396f496b507441db0e6486d19e78269\n"
                                 "MESSAGE=set\\x0aback 7\n"); /* one line, and no field more */
    assert_string_equal(heard(), "");
    close(manager); /* it has gone */
    manager = -1;
    unlink(path);
    say_to(text, sizeof text, true);
    assert_string_equal(text, "<6>all well\n<4>not so well\n<4>set\\x0aback 7\n");
    listen_at(path);
    say_to(text, sizeof text, false); /* the journal's is another stream */
    assert_string_equal(heard(), "");
    journal_at = "/nowhere/at/all";
    say_to(text, sizeof text, true);
    assert_string_equal(text, "<6>all well\n<4>not so well\n<4>set\\x0aback 7\n");
    unlink(path);
}

static void test_a_line_is_one_write(void **state)
{
    static char text[8192];
    int ends[2], kept = dup(STDERR_FILENO);
    ssize_t n;

    (void)state;
    assert_int_equal(pipe2(ends, O_DIRECT), 0); /* each read gives what one write put */
    dup2(ends[1], STDERR_FILENO);
    log_info("all %s", "well");
    log_warn("%6000d", 7);
    dup2(kept, STDERR_FILENO);
    n = read(ends[0], text, sizeof text);
    assert_int_equal(n, strlen("potsherd: all well\n"));
    assert_memory_equal(text, "potsherd: all well\n", (size_t)n);
    n = read(ends[0], text, sizeof text); /* cut */
    assert_in_range(n, 1000, PIPE_BUF);
    assert_int_equal(text[n - 1], '\n');
    close(ends[0]);
    close(ends[1]);
    close(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_watchdog),
        cmocka_unit_test(test_abstract_name),
        cmocka_unit_test(test_no_manager),
        cmocka_unit_test(test_journal),
        cmocka_unit_test(test_journal_fields),
        cmocka_unit_test(test_a_line_is_one_write),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
