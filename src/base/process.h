/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The processes of a run: a parent and its children, who share a page of state and a socket
 * each.  A child that is not the parent's any more is killed.
 *
 *   parent --fork--> child: process_ready, work, end
 *     ^--- request (a number), answered with a descriptor ---+
 *     +--- note (a number and bytes, with a descriptor or without) --->
 *
 * Requests and notes have a fixed size; one of another size, or of a kind that nobody knows, is
 * refused, and the child that sent it is ended.
 */
#ifndef POTSHERD_BASE_PROCESS_H
#define POTSHERD_BASE_PROCESS_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"

#define PROCESS_NAME_MAX 32
#define PROCESS_NOTE_MAX 2048 /* bytes of a note */
#define PROCESS_KEEP_MAX 256  /* descriptors */

struct process_state { /* shared by parent and child */
    atomic_bool ready;
    atomic_int violation; /* number of the system call that the sandbox refused; 0: none */
    atomic_bool failed;   /* it could not start, and has ended: */
    struct failure why;   /* empty where it has said so itself; process_read_failure */
};

struct process { /* as its parent has it */
    char name[PROCESS_NAME_MAX];
    pid_t pid;    /* 0: has ended, or was never started */
    int requests; /* sockets; -1: closed */
    int notes;
    bool killed; /* by process_kill, or by somebody else */
    bool bad;    /* it did not end well */
    struct process_state *state;
};

struct process_self { /* as the child has it */
    pid_t parent;
    int requests, notes;
    struct process_state *state;
};

struct process_message {
    uint32_t kind, number;
    int32_t error; /* an answer's: errno, when there is no descriptor */
    uint32_t n;    /* of bytes */
    uint8_t bytes[PROCESS_NOTE_MAX];
};

/* What a child does; its result is whether it ended well. */
typedef bool process_main(void *context, const struct process_self *self);

/* `keep`: the descriptors, above 2, that it shall have beside its sockets; all others are
 * closed in it.  Buffered output is flushed before. */
bool process_start(struct process *p, const char *name, process_main *run, void *context,
                   const int *keep, unsigned keep_count, struct failure *why);
/* Whether it has ended; the first time, an end that is not well is logged with its reason. */
bool process_has_ended(struct process *p);
void process_signal(const struct process *p, int number);
void process_kill(struct process *p);
/* Why it could not start.  The child may write what it likes there. */
void process_read_failure(const struct process *p, struct failure *why);
void process_unshare(struct process *p); /* in a child: of another one, started before */
void process_free(struct process *p);    /* when it has ended */

/* --- in the child --- */

void process_ready(const struct process_self *self);
/* False.  `why` NULL: it has said so itself. */
bool process_failed(const struct process_self *self, const struct failure *why);
/* Asks for a descriptor and waits for it; -1: errno says why there is none. */
int process_ask(const struct process_self *self, uint32_t kind, uint32_t number);
/*
 * The same of another process than the parent, by a socket pair of process_pair: the descriptor
 * gets the number of `place`, an open one that is closed for it, so that a sandbox can name it.
 * -1: `place` stands for nothing any more, or again for what was there: errno says why.
 */
bool process_pair(int ends[2]);
int process_ask_at(int socket, int place);
/* The other end.  1: there is a request; 0: not within that time; -1: nobody asks any more. */
int process_wait_for_request(int socket, struct process_message *request, int most_ms);
void process_hand_over(int socket, const struct process_message *request, int fd);
/* The next note, if there is one; `fd` is -1 where none came with it. */
bool process_next_note(const struct process_self *self, struct process_message *note, int *fd);

/* --- in the parent --- */

/* What a child has asked for, if anything.  False: nothing, or what is no request, for which the
 * child is ended. */
bool process_next_request(struct process *p, struct process_message *request);
/* `fd` -1: there is none, and errno says why.  Does not wait: a child that asks without taking
 * the answers is ended. */
void process_answer(struct process *p, const struct process_message *request, int fd);
/* False when the child does not take it. */
bool process_note(struct process *p, const struct process_message *note, int fd);

#endif
