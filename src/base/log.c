/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <glib.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/journal.h"
#include "base/terminal.h"
#include "potsherd/time.h"

#define ERASE        "\r\033[K" /* the line of progress */
#define BOLD         "\033[1m"
#define PLAIN        "\033[0m"
#define STAMP_LENGTH 23 /* to the millisecond */

static uint64_t warnings;
static bool progress_shown, verbose;

enum priority { CRITICAL = 2, ERROR, WARNING, INFORMATION = 6 }; /* syslog(3) */

struct line { /* what is too long for it is cut */
    char text[PIPE_BUF];
    size_t n;
};

static void append(struct line *l, const char *text)
{
    size_t n = strlen(text);

    memcpy(l->text + l->n, text, n);
    l->n += n;
}

/* The one place where what is said is made fit for a terminal. */
LOG_PRINTF(2, 0) static void append_escaped(struct line *l, const char *format, va_list args)
{
    char text[PIPE_BUF];

    if (vsnprintf(text, sizeof text, format, args) > 0)
        l->n += escape_into(l->text + l->n, sizeof l->text - 1 - l->n, bytes_of(text));
}

static const char *level_of(enum priority priority)
{
    return priority == CRITICAL  ? "panic"
           : priority == ERROR   ? "error"
           : priority == WARNING ? "warning"
                                 : "info";
}

/* "potsherd: ", with -v "potsherd: 2026-11-28T02:30:33.123Z warning: "; on a terminal that has
 * them what is wrong is in bold letters. */
static void append_prefix(struct line *l, enum priority priority)
{
    bool bold = priority != INFORMATION && terminal_has_colour(STDERR_FILENO);
    char stamp[TIME_TEXT_MAX];
    struct timespec now;

    append(l, bold ? BOLD "potsherd:" PLAIN " " : "potsherd: ");
    if (!verbose)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    time_format(now.tv_sec * TIME_SECOND + now.tv_nsec / 1000, stamp);
    stamp[STAMP_LENGTH] = '\0';
    append(l, stamp);
    append(l, "Z ");
    append(l, level_of(priority));
    append(l, ": ");
}

/* One line, also when several threads or processes speak: all of it in one write, which a
 * pipe takes whole.  The journal knows who speaks; where its socket cannot be had it takes the
 * priority from a prefix (sd-daemon(3)). */
LOG_PRINTF(3, 0)
static void say(enum priority priority, enum log_id id, const char *format, va_list args)
{
    bool journal = journal_is_standard_error();
    struct line line = {.n = 0};
    size_t text;

    if (__atomic_exchange_n(&progress_shown, false, __ATOMIC_RELAXED))
        append(&line, ERASE);
    if (journal)
        append(&line, (char[]){'<', (char)('0' + priority), '>', '\0'});
    else
        append_prefix(&line, priority);
    text = line.n;
    if (priority == CRITICAL)
        append(&line, "internal error, please report it: ");
    append_escaped(&line, format, args);
    line.text[line.n] = '\0';
    if (journal && journal_send(priority, id, line.text + text))
        return;
    line.text[line.n++] = '\n';
    (void)!write(STDERR_FILENO, line.text, line.n);
}

void log_set_verbose(bool on)
{
    verbose = on;
}

void log_info(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(INFORMATION, LOG_NO_ID, format, args);
    va_end(args);
}

void log_info_as(enum log_id id, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(INFORMATION, id, format, args);
    va_end(args);
}

void log_warn(const char *format, ...)
{
    va_list args;

    __atomic_add_fetch(&warnings, 1, __ATOMIC_RELAXED);
    va_start(args, format);
    say(WARNING, LOG_NO_ID, format, args);
    va_end(args);
}

void log_warn_as(enum log_id id, const char *format, ...)
{
    va_list args;

    __atomic_add_fetch(&warnings, 1, __ATOMIC_RELAXED);
    va_start(args, format);
    say(WARNING, id, format, args);
    va_end(args);
}

void log_fatal(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(ERROR, LOG_NO_ID, format, args);
    va_end(args);
    exit(1);
}

void log_panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(CRITICAL, LOG_NO_ID, format, args);
    va_end(args);
    abort();
}

uint64_t log_warnings(void)
{
    return __atomic_load_n(&warnings, __ATOMIC_RELAXED);
}

void log_progress(const char *format, ...)
{
    struct line line = {.n = 0};
    va_list args;

    if (!isatty(STDERR_FILENO))
        return;
    append(&line, ERASE);
    va_start(args, format);
    append_escaped(&line, format, args);
    va_end(args);
    (void)!write(STDERR_FILENO, line.text, line.n);
    progress_shown = true;
}

void log_print(const char *format, ...)
{
    struct buf line = {0};
    va_list args;
    char *text;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    escape_append(&line, bytes_of(text));
    puts(buf_string(&line));
    g_free(text);
    buf_fini(&line);
}

void log_progress_clear(void)
{
    if (progress_shown)
        fputs(ERASE, stderr);
    progress_shown = false;
}

bool failure_set(struct failure *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    return false;
}
