/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/channel.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/pipe.h"

static void wait(int fd, const struct channel_idle *idle)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};

    while (poll(&readable, 1, CHANNEL_IDLE_MS) <= 0)
        idle->call(idle->context);
}

static bool get_all(int fd, const struct channel_idle *idle, void *to, size_t n)
{
    uint8_t *at = to;

    while (n) {
        ssize_t got;

        wait(fd, idle);
        got = read(fd, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

bool channel_put(int fd, const struct channel_head *head, const void *bytes)
{
    if (head->bytes > CHANNEL_BYTES_MAX) {
        errno = EMSGSIZE;
        return false;
    }
    return pipe_write(fd, (struct bytes){(const void *)head, sizeof *head}) &&
           pipe_write(fd, (struct bytes){(const void *)bytes, head->bytes});
}

bool channel_is_good(const struct channel_head *head)
{
    return head->kind < CHANNEL_KINDS && head->bytes <= CHANNEL_BYTES_MAX &&
           head->rows <= head->bytes;
}

enum channel_result channel_get(int fd, const struct channel_idle *idle, struct channel_head *head,
                                struct buf *bytes)
{
    buf_clear(bytes);
    if (!get_all(fd, idle, head, sizeof *head))
        return CHANNEL_END;
    if (!channel_is_good(head))
        return CHANNEL_FORGED;
    buf_reserve(bytes, head->bytes);
    bytes->len = head->bytes;
    return get_all(fd, idle, bytes->data, head->bytes) ? CHANNEL_MESSAGE : CHANNEL_END;
}
