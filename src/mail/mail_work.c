/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mail worker: requests in, answers out. */
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/mem.h"
#include "mail/analysis.h"
#include "mail/worker_link.h"

#define SECONDS_MAX 10 /* of CPU for a mail; then the kernel ends the process */

struct mail_tools {
    struct charsets *charsets;
};

struct mail_tools *mail_tools_open(void)
{
    struct mail_tools *t = MEM_NEW(struct mail_tools);

    t->charsets = charsets_open();
    return t;
}

void mail_tools_close(struct mail_tools *t)
{
    if (!t)
        return;
    charsets_close(t->charsets);
    mem_free(t);
}

size_t mail_request_length(struct bytes text)
{
    return headers_length(text);
}

/* 1: all; 0: the end; -1: the end amid it. */
static int read_all(int fd, void *to, size_t n)
{
    size_t have = 0;

    while (have < n) {
        ssize_t got = read(fd, (char *)to + have, n - have);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return have ? -1 : 0;
        have += (size_t)got;
    }
    return 1;
}

static bool write_all(int fd, struct bytes bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.at, bytes.n);

        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            bytes = bytes_skip(bytes, (size_t)n);
    }
    return true;
}

/* SIGVTALRM ends the process. */
static void limit_time(time_t seconds)
{
    const struct itimerval most = {.it_value = {.tv_sec = seconds}};

    setitimer(ITIMER_VIRTUAL, &most, NULL);
}

static bool answer(int fd, const struct analysis *a, struct buf *out)
{
    struct mail_answer head = {.flags = a->flags};

    buf_clear(out);
    buf_append(out, &head, sizeof head);
    for (int i = 0; i < MAIL_CELLS; i++) {
        size_t n = a->cells[i].len < MAIL_CELL_MAX ? a->cells[i].len : MAIL_CELL_MAX;

        head.n[i] = (uint32_t)n;
        buf_append(out, a->cells[i].data, n);
    }
    memcpy(out->data, &head, sizeof head);
    return write_all(fd, buf_view(out));
}

bool mail_work(const struct mail_tools *t, int socket)
{
    struct analysis a = {.flags = 0};
    struct buf text = {0}, out = {0};
    struct mail_request request;
    int result;

    while ((result = read_all(socket, &request, sizeof request)) > 0) {
        if (request.n > MAIL_REQUEST_MAX) {
            result = -1;
            break;
        }
        buf_clear(&text);
        buf_reserve(&text, request.n);
        text.len = request.n;
        if (request.n && (result = read_all(socket, text.data, request.n)) <= 0)
            break;
        limit_time(SECONDS_MAX);
        analysis_run(&a, t->charsets, buf_view(&text));
        limit_time(0);
        if (!answer(socket, &a, &out))
            break;
    }
    analysis_fini(&a);
    buf_fini(&text);
    buf_fini(&out);
    return result >= 0;
}
