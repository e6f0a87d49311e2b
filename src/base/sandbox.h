/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process may still do, by its role, when all that it needs is open: the adapter of
 * libseccomp and of Landlock.
 *
 *   sandbox_limits -> sandbox_files -> folders, threads -> sandbox_calls -> hostile bytes
 *
 * A call that is not in the role's list ends the process: its number is left where the parent
 * finds it (base/process.h), who names it.  What the kernel lacks, `potsherd doctor` reports.  A
 * build with sanitizers, whose run-time makes calls of its own, has none of it.
 */
#ifndef POTSHERD_BASE_SANDBOX_H
#define POTSHERD_BASE_SANDBOX_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/log.h"

enum sandbox_role {
    SANDBOX_PARENT,   /* opens, forks, passes descriptors; no hostile byte comes here */
    SANDBOX_PARSER,   /* reads packets, writes to its pipes */
    SANDBOX_WRITER,   /* makes, renames and removes files in its folders */
    SANDBOX_SENDER,   /* `answer`: sends by its sockets, writes to its pipes */
    SANDBOX_TEMPLATE, /* forks mail workers; no hostile byte comes here */
    SANDBOX_MAIL,     /* reads mails: reads and writes its socket */
    SANDBOX_ROLES
};

#define SANDBOX_WRITES_MAX 8

struct sandbox_calls {
    enum sandbox_role role;
    /* SANDBOX_PARSER, _SENDER, _TEMPLATE, _MAIL: the descriptors that it may write to beside
     * standard error; a packet socket sends what is written to it. */
    int writes[SANDBOX_WRITES_MAX];
    unsigned write_count;
    atomic_int *violation; /* gets the number of the call that was refused */
};

const char *sandbox_role_name(enum sandbox_role role);
void sandbox_switch_off(void); /* --sandbox off; before any process is started */
bool sandbox_is_on(void);      /* and this build and this kernel can do it */

/* Before anything large was freed, or malloc(3) has changed its ways; in the parent, at its
 * beginning. */
void sandbox_prepare(void);

/* No core of what strangers sent, and no look into this process by others of its user. */
bool sandbox_limits(struct failure *why);
/* No file but in these folders (descriptors), for this thread and those that it starts. */
bool sandbox_files(const int *folders, unsigned n, struct failure *why);
/* No call but the role's, for all threads.  Returns true when it is switched off. */
bool sandbox_calls(const struct sandbox_calls *calls, struct failure *why);

/* The name of a call, by its number; "?" where it has none.  Owned by a static buffer. */
const char *sandbox_call_name(int number);
bool sandbox_has_landlock(void); /* the kernel; true where the build has no sandbox at all */
/* "seccomp, Landlock ABI 2" or what is missing; and the calls of a role, in the list's order. */
void sandbox_describe(struct buf *out);
void sandbox_list(enum sandbox_role role, struct buf *out);

#endif
