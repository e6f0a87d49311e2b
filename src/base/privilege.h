/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From root to nobody, for the live commands; the adapter of libcap-ng.  Whoever is not
 * root, but was started with capabilities, gives these up likewise.
 *
 *   privilege_begin -> folders, sockets, threads -> privilege_drop -> packets
 */
#ifndef POTSHERD_BASE_PRIVILEGE_H
#define POTSHERD_BASE_PRIVILEGE_H

#include "base/log.h"

/* Before any thread is started: what is a thread's own, and could give privileges back,
 * is given up here, so that no thread ever has it. */
bool privilege_begin(struct failure *why);
/* In a process that is about to run another program, which is to have CAP_NET_ADMIN if we
 * have it; after privilege_begin nothing can be passed on. */
void privilege_pass_on(void);
/* Of a process that has none to use: no capability from here on, also as root; but for the one to
 * write in other users' folders, if `folders`. */
bool privilege_leave_all(bool folders, struct failure *why);
/* First thing in a thread that is started before privilege_drop.  (A change of user
 * is one of all threads; capabilities that one has without being root are not.) */
void privilege_leave_thread(void);

/* Makes a folder in which `user` can make files later, and those above it, which become
 * the user's, too.  One that is there stays as it is: it may be anybody's. */
bool privilege_make_folder(const char *folder, const char *user, struct failure *why);

/* Everything is open: another user from now on, no group, no capability, no way back.
 * After a failure, also that the user cannot write in one of the folders, the program
 * must end. */
bool privilege_drop(const char *user, const char *const *folders, unsigned n, struct failure *why);

#endif
