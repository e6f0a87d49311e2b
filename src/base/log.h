/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What potsherd says to people, on standard error, one line each.
 *
 *   log_warn   something is wrong but the work goes on; counted
 *   log_fatal  the environment forbids the work: says so, exits 1; start-up only
 *   log_panic  our own bug: says where, aborts
 *
 * Functions that can fail return a value and leave a message in a struct
 * failure for their caller to print or to pass on.  Messages say what to do.
 * Where standard error is the journal's, each has its priority, and those of log_ids.h, by
 * log_info_as and log_warn_as, their number.
 *
 * Whatever is in them (names of files, what a file holds) is escaped here, and nowhere
 * else: a message is one line, and no terminal takes it for commands (escape.h).
 * All but the progress line may be called by any thread.
 */
#ifndef POTSHERD_BASE_LOG_H
#define POTSHERD_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log_ids.h"

struct failure { /* empty text: none */
    char text[1024];
};

#define LOG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

void log_info(const char *format, ...) LOG_PRINTF(1, 2);
void log_warn(const char *format, ...) LOG_PRINTF(1, 2);
void log_info_as(enum log_id id, const char *format, ...) LOG_PRINTF(2, 3);
void log_warn_as(enum log_id id, const char *format, ...) LOG_PRINTF(2, 3);
void log_fatal(const char *format, ...) LOG_PRINTF(1, 2) __attribute__((noreturn));
void log_panic(const char *format, ...) LOG_PRINTF(1, 2) __attribute__((noreturn));
/* From now on messages begin with the time (UTC) and the level; not in the journal, which has both.
 */
void log_set_verbose(bool on);

uint64_t log_warnings(void); /* how many so far */

/* A line of what a command was asked for, on standard output. */
void log_print(const char *format, ...) LOG_PRINTF(1, 2);

/* A line of progress that the next message or line overwrites; terminals only. */
void log_progress(const char *format, ...) LOG_PRINTF(1, 2);
void log_progress_clear(void);

/* Writes the message and returns false, so that it can stand in a return. */
bool failure_set(struct failure *f, const char *format, ...) LOG_PRINTF(2, 3);

#endif
