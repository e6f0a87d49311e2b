/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/orders.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/pipe.h"

#define WAITING_MAX    32768 /* bytes: about twenty full frames */
#define ANSWERS_A_READ 4096

struct orders {
    struct buf waiting, answers;
    struct sender *direct;
    int to, from;
    time_us now, clock;
    uint64_t asked; /* proofs that have no answer yet */
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

void orders_flush(struct orders *o)
{
    if (!o->waiting.len)
        return;
    if (o->direct)
        (void)sender_take(o->direct, buf_view(&o->waiting), o->now, o->clock, &o->answers);
    else if (!o->failed && /* waits: the kernel's ring counts what is lost meanwhile */
             !pipe_write(o->to, buf_view(&o->waiting)))
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

void orders_prove(struct orders *o, const struct cookie_tuple *tuple, uint32_t cookie)
{
    struct order_head head = {.kind = ORDER_PROVE, .n = sizeof(struct order_proof)};
    struct order_proof proof = {.tuple = *tuple, .cookie = cookie};

    append(o, &head, &proof);
    o->asked++;
    if (o->direct)
        orders_flush(o);
}

/* What is there; tickets are whole in the pipe, as they were written. */
static void read_answers(struct orders *o)
{
    ssize_t n;

    buf_reserve(&o->answers, ANSWERS_A_READ);
    n = read(o->from, o->answers.data + o->answers.len, ANSWERS_A_READ);
    if (n > 0)
        o->answers.len += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        o->failed = true;
}

bool orders_next_ticket(struct orders *o, uint64_t *ticket)
{
    if (!o->asked)
        return false;
    if (o->answers.len < sizeof *ticket && !o->direct && !o->failed)
        read_answers(o);
    if (o->answers.len < sizeof *ticket)
        return false;
    memcpy(ticket, o->answers.data, sizeof *ticket);
    buf_drop_front(&o->answers, sizeof *ticket);
    o->asked--;
    return true;
}

bool orders_failed(const struct orders *o)
{
    return o->failed;
}
