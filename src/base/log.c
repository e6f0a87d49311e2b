/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t warnings;
static bool progress_shown;

enum priority { CRITICAL = 2, ERROR, WARNING, INFORMATION = 6 }; /* syslog(3) */

/* Whether standard error is the journal's: $JOURNAL_STREAM names it, and stays set for
 * programs whose standard error leads elsewhere (systemd.exec(5)). */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat st;

    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/* One line, also when several threads speak.  The journal takes its priority from a
 * prefix (sd-daemon(3)). */
LOG_PRINTF(2, 0) static void say(enum priority priority, const char *format, va_list args)
{
    flockfile(stderr);
    log_progress_clear();
    if (is_journal())
        fprintf(stderr, "<%d>", priority);
    fputs("potsherd: ", stderr);
    if (priority == CRITICAL)
        fputs("internal error, please report it: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    funlockfile(stderr);
}

void log_info(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(INFORMATION, format, args);
    va_end(args);
}

void log_warn(const char *format, ...)
{
    va_list args;

    __atomic_add_fetch(&warnings, 1, __ATOMIC_RELAXED);
    va_start(args, format);
    say(WARNING, format, args);
    va_end(args);
}

void log_fatal(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(ERROR, format, args);
    va_end(args);
    exit(1);
}

void log_panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(CRITICAL, format, args);
    va_end(args);
    abort();
}

uint64_t log_warnings(void)
{
    return __atomic_load_n(&warnings, __ATOMIC_RELAXED);
}

void log_progress(const char *format, ...)
{
    va_list args;

    if (!isatty(STDERR_FILENO))
        return;
    fputs("\r\033[K", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fflush(stderr);
    progress_shown = true;
}

void log_progress_clear(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
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
