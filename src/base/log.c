/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint64_t warnings;
static bool progress_shown;

LOG_PRINTF(2, 0) static void say(const char *kind, const char *format, va_list args)
{
    log_progress_clear();
    fprintf(stderr, "potsherd: %s", kind);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void log_info(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say("", format, args);
    va_end(args);
}

void log_warn(const char *format, ...)
{
    va_list args;

    warnings++;
    va_start(args, format);
    say("", format, args);
    va_end(args);
}

void log_fatal(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say("", format, args);
    va_end(args);
    exit(1);
}

void log_panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say("internal error, please report it: ", format, args);
    va_end(args);
    abort();
}

uint64_t log_warnings(void)
{
    return warnings;
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
