/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/orders.h"

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"

#define WAITING_MAX 32768 /* bytes: about twenty full frames */

struct orders {
    struct buf waiting, answers;
    struct sender *direct;
    int to, from;
    time_us now, clock;
    bool failed;
};

struct orders *orders_new(struct sender *direct, int to, int from)
{
    struct orders *o = MEM_NEW(struct orders);

    o->direct = direct;
    o->to = to;
    o->from = from;
    return o;
}

void orders_free(struct orders *o)
{
    if (!o)
        return;
    buf_fini(&o->waiting);
    buf_fini(&o->answers);
    mem_free(o);
}

void orders_set_time(struct orders *o, time_us now, time_us clock)
{
    o->now = now;
    o->clock = clock;
}

/* Waits until the pipe has taken it: the kernel's ring counts what is lost meanwhile. */
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

void orders_flush(struct orders *o)
{
    if (!o->waiting.len)
        return;
    if (o->direct)
        (void)sender_take(o->direct, buf_view(&o->waiting), o->now, o->clock, &o->answers);
    else if (!o->failed && !write_all(o->to, buf_view(&o->waiting)))
        o->failed = true;
    buf_clear(&o->waiting);
}

static void append(struct orders *o, const struct order_head *head, const void *bytes)
{
    buf_append(&o->waiting, head, sizeof *head);
    buf_append(&o->waiting, bytes, head->n);
}

void orders_send(struct orders *o, const struct built_frame *wire, uint64_t ticket)
{
    struct order_head head = {
        .kind = ORDER_SEND, .n = (uint32_t)wire->n, .ticket = ticket, .link_type = wire->link_type};

    append(o, &head, wire->bytes);
    if (o->direct || o->waiting.len >= WAITING_MAX)
        orders_flush(o);
}

static bool read_all(int fd, void *to, size_t n)
{
    for (uint8_t *at = to; n;) {
        ssize_t got = read(fd, at, n);

        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) {
            at += got;
            n -= (size_t)got;
        }
    }
    return true;
}

static uint64_t read_answer(struct orders *o)
{
    uint64_t ticket = 0;

    if (o->direct) {
        if (o->answers.len == sizeof ticket)
            memcpy(&ticket, o->answers.data, sizeof ticket);
        buf_clear(&o->answers);
    } else if (o->failed || !read_all(o->from, &ticket, sizeof ticket)) {
        o->failed = true;
        ticket = 0;
    }
    return ticket;
}

uint64_t orders_prove(struct orders *o, const struct cookie_tuple *tuple, uint32_t cookie)
{
    struct order_head head = {.kind = ORDER_PROVE, .n = sizeof(struct order_proof)};
    struct order_proof proof = {.tuple = *tuple, .cookie = cookie};

    append(o, &head, &proof);
    orders_flush(o);
    return read_answer(o);
}

bool orders_failed(const struct orders *o)
{
    return o->failed;
}
