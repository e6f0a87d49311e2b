/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live/mail_template.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/privilege.h"
#include "base/sandbox.h"
#include "potsherd/mail.h"
#include "potsherd/pipeline.h"

#define MEMORY_MAX ((rlim_t)1 << 30) /* of a worker, libraries and all */
#define POLL_MS    1000              /* between two looks at those that have ended */

/* A worker: what it reads may take it over, so that it has one socket and no call but a worker's.
 * Its own end is all that a mail can bring about. */
static void be_worker(const struct mail_tools *tools, int job, int mine)
{
    const struct sandbox_calls calls = {.role = SANDBOX_MAIL, .writes = {mine}, .write_count = 1};
    struct failure why;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(job);
    if (sandbox_is_on()) /* sanitizers map terabytes */
        (void)setrlimit(RLIMIT_AS, &(struct rlimit){MEMORY_MAX, MEMORY_MAX});
    if (!sandbox_calls(&calls, &why)) {
        log_warn("%s", why.text);
        _exit(1);
    }
    _exit(!mail_work(tools, mine));
}

/* The socket of a new one; -1 with errno. */
static int start_worker(const struct mail_tools *tools, int job)
{
    int ends[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        be_worker(tools, job, ends[1]);
    }
    close(ends[1]);
    if (pid > 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) /* who asks waits by poll(2) */
        return ends[0];
    close(ends[0]);
    return -1;
}

static void look_at_ended(void)
{
    int status;

    while (waitpid(-1, &status, WNOHANG) > 0)
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGVTALRM)
            log_warn_as(LOG_MAIL_NOT_READ,
                        "a mail took too long to read: what it says is not recorded");
        else if (WIFSIGNALED(status))
            log_warn_as(LOG_MAIL_NOT_READ,
                        "the mail worker was ended by signal %d (%s): what that mail says is not "
                        "recorded",
                        WTERMSIG(status), strsignal(WTERMSIG(status)));
}

/* Workers that are forked from now on have them. */
static void take_rules(const struct process_self *self, struct mail_tools *tools)
{
    struct process_message note;
    int fd;

    while (process_next_note(self, &note, &fd)) {
        if (fd < 0)
            continue;
        if (!mail_tools_take_rules(tools, fd))
            log_warn_as(LOG_NOT_RELOADED,
                        "tag rules could not be taken over: the previous ones stay in use");
        close(fd);
    }
}

bool mail_template_run(const struct process_self *self, int socket, const struct mail_setup *setup)
{
    const struct sandbox_calls calls = {.role = SANDBOX_TEMPLATE,
                                        .writes = {socket},
                                        .write_count = 1,
                                        .violation = &self->state->violation};
    struct process_message request;
    struct failure why;
    struct mail_tools *tools = mail_tools_open(setup, &why);
    int result;

    if (!tools)
        return process_failed(self, &why);
    pipeline_forget_key();    /* who takes a worker over shall not find it */
    signal(SIGTERM, SIG_IGN); /* it ends with its job */
    signal(SIGHUP, SIG_IGN);
    if (!privilege_leave_all(false, &why) || !sandbox_limits(&why) ||
        !sandbox_files(NULL, 0, &why) || !sandbox_calls(&calls, &why))
        return process_failed(self, &why);
    process_ready(self);
    while ((result = process_wait_for_request(socket, &request, POLL_MS)) >= 0) {
        look_at_ended();
        take_rules(self, tools);
        if (result > 0) {
            int fd = start_worker(tools, socket);

            process_hand_over(socket, &request, fd);
            if (fd >= 0)
                close(fd);
        }
    }
    look_at_ended();
    mail_tools_close(tools);
    return true;
}
