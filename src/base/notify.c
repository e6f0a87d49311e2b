/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/number.h"

#define USEC_A_SECOND UINT64_C(1000000)

/* A path, or a name in the abstract name space written with '@' for its NUL. */
static socklen_t manager_address(struct sockaddr_un *to)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t n = name ? strlen(name) : 0;

    *to = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (n < 2 || n >= sizeof to->sun_path || (*name != '/' && *name != '@'))
        return 0;
    memcpy(to->sun_path, name, n);
    if (*name == '@')
        to->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (*name == '/'));
}

/* The socket is kept, for those who may open none later. */
static void tell(const char *text, int flags)
{
    static int fd = -1;
    struct sockaddr_un to;
    socklen_t n = manager_address(&to);

    if (!n)
        return;
    if (fd < 0)
        fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        (void)!sendto(fd, text, strlen(text), flags | MSG_NOSIGNAL, (const struct sockaddr *)&to,
                      n);
}

static uint64_t monotonic_usec(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * USEC_A_SECOND + (uint64_t)t.tv_nsec / 1000;
}

void notify_ready(void)
{
    tell("READY=1", 0);
}

void notify_stopping(void)
{
    tell("STOPPING=1", 0);
}

/* The time lets the manager tell this reload's READY=1 from an earlier one's. */
void notify_reloading(void)
{
    char text[64];

    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%llu",
             (unsigned long long)monotonic_usec());
    tell(text, 0);
}

void notify_status(const char *format, ...)
{
    char text[512] = "STATUS=", said[512];
    const size_t n = strlen(text);
    va_list args;

    va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    va_end(args);
    for (char *c = said; *c; c++)
        if (*c == '\n')
            *c = ' '; /* or what an attacker wrote would be a line of its own */
    escape_into(text + n, sizeof text - n, bytes_of(said));
    tell(text, MSG_DONTWAIT);
}

/* What WATCHDOG_USEC says, if it is meant for this process; 0: no watchdog. */
static uint64_t watchdog_usec(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

    uint64_t number;

    if (!usec || (pid && (!number_parse(bytes_of(pid), UINT64_MAX, &number) ||
                          number != (uint64_t)getpid())))
        return 0;
    (void)number_parse(bytes_of(usec), UINT64_MAX, &number);
    return number;
}

void notify_watchdog(void)
{
    static uint64_t next;
    uint64_t now = monotonic_usec(), usec;

    if (now < next)
        return;
    usec = watchdog_usec();
    if (usec)
        tell("WATCHDOG=1", MSG_DONTWAIT);
    next = now + (usec ? usec / 2 : USEC_A_SECOND);
}
