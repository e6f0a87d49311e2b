/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/mail_process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "live/mail_template.h"

#define START_MOST_MS 20000
#define END_MOST_MS   5000

struct mail_process {
    struct process process;
    const struct mail_setup *setup;
    int ends[2]; /* the template's, ours */
    int place;   /* what a worker's socket takes the number of */
};

static bool be_template(void *context, const struct process_self *self)
{
    const struct mail_process *p = context;

    return mail_template_run(self, p->ends[0], p->setup);
}

static bool wait_until_ready(struct mail_process *p, struct failure *why)
{
    for (int waited = 0; !atomic_load(&p->process.state->ready); waited++) {
        bool gone = process_has_ended(&p->process);

        if (gone && atomic_load(&p->process.state->failed)) {
            process_read_failure(&p->process, why);
            return false;
        }
        if (gone || waited == START_MOST_MS)
            return failure_set(why, "%s %s", p->process.name,
                               gone ? "ended while it started" : "is not ready after 20 s");
        g_usleep(1000);
    }
    return true;
}

struct mail_process *mail_process_start(const struct mail_setup *setup, struct failure *why)
{
    struct mail_process *p = MEM_NEW(struct mail_process);
    bool good;

    p->setup = setup;
    p->place = p->ends[0] = p->ends[1] = -1;
    if (!process_pair(p->ends) || (p->place = fcntl(p->ends[1], F_DUPFD_CLOEXEC, 3)) < 0)
        good = failure_set(why, "cannot make a socket pair: %s", strerror(errno));
    else
        good = process_start(&p->process, "the mail template", be_template, p, p->ends, 1, why) &&
               wait_until_ready(p, why);
    if (p->ends[0] >= 0)
        close(p->ends[0]);
    p->ends[0] = -1;
    if (good)
        return p;
    if (p->place >= 0)
        close(p->place);
    mail_process_end(p);
    return NULL;
}

int mail_process_fresh(void *process, int place)
{
    return process_ask_at(((const struct mail_process *)process)->ends[1], place);
}

int mail_process_place(const struct mail_process *process)
{
    return process->place;
}

void mail_process_end(struct mail_process *p)
{
    if (!p)
        return;
    if (p->ends[1] >= 0)
        close(p->ends[1]);
    for (int waited = 0; !process_has_ended(&p->process) && waited < END_MOST_MS; waited++)
        g_usleep(1000);
    if (!process_has_ended(&p->process))
        process_kill(&p->process);
    while (!process_has_ended(&p->process))
        g_usleep(1000);
    if (p->process.state)
        process_free(&p->process);
    mem_free(p);
}
