/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parser's side of a mail worker.  Requests that have no answer yet are kept: when the worker
 * ends, the first of them was its end, and the others go to the next worker.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "mail/headers.h"
#include "mail/worker_link.h"

#define ANSWERS_A_READ 65536
#define SEND_MAX       (256 * 1024) /* bytes: a mail that is longer is read when it is sent */
#define KEPT_MAX       65536        /* a longer buffer is not kept */

struct question {
    struct buf bytes; /* of the request; of a long one all but the mail: */
    struct mail_source source;
    uint64_t later; /* bytes */
    bool too_long;
    bool contents; /* are wanted */
};

struct mail_reader {
    int (*fresh)(void *context, int place);
    void *context;
    int socket;                             /* or what holds its number */
    bool works;                             /* it is a worker's */
    bool none;                              /* there are no more */
    struct question asked[MAIL_READER_MAX]; /* a ring */
    unsigned first, n;
    unsigned sent; /* of those: whole */
    uint64_t at;   /* bytes sent of the next one */
    struct buf answers, part;
    size_t handed_out_bytes; /* of an answer that is still looked at */
    struct mail_attachment attachments[MAIL_ATTACHMENTS_MAX];
    struct mail_url urls[MAIL_URLS_MAX];
};

struct mail_reader *mail_reader_new(int (*fresh)(void *context, int place), void *context,
                                    int place)
{
    struct mail_reader *r = MEM_NEW(struct mail_reader);

    r->fresh = fresh;
    r->context = context;
    r->socket = place;
    return r;
}

/* Its socket is closed when the next one takes its number. */
static void leave_worker(struct mail_reader *r)
{
    r->works = false;
    r->sent = 0;
    r->at = 0;
    buf_clear(&r->answers);
}

void mail_reader_renew(struct mail_reader *r)
{
    r->handed_out_bytes = 0;
    leave_worker(r);
}

void mail_reader_free(struct mail_reader *r)
{
    if (!r)
        return;
    if (!r->none)
        close(r->socket);
    for (int i = 0; i < MAIL_READER_MAX; i++)
        buf_fini(&r->asked[i].bytes);
    buf_fini(&r->answers);
    buf_fini(&r->part);
    mem_free(r);
}

static struct question *nth(struct mail_reader *r, unsigned i)
{
    return &r->asked[(r->first + i) % MAIL_READER_MAX];
}

static uint32_t at_most(size_t n)
{
    return (uint32_t)(n < MAIL_FACT_MAX ? n : MAIL_FACT_MAX);
}

/* A long one is not copied: it is read again when it is sent. */
void mail_reader_put(struct mail_reader *r, const struct mail_source *source,
                     enum mail_extent extent, const struct mail_facts *facts)
{
    bool full = extent != MAIL_HEADERS, whole = full && source->size <= MAIL_BYTES_MAX,
         contents = whole && extent == MAIL_CONTENTS;
    size_t n = whole || source->size < MAIL_HEADERS_MAX ? source->size : MAIL_HEADERS_MAX;
    struct mail_request head = {.parts = contents ? MAIL_PARTS_CONTENTS
                                         : whole  ? MAIL_PARTS
                                                  : MAIL_PARTS_NONE,
                                .us = facts->us,
                                .dst_port = facts->dst_port};
    struct question *q = nth(r, r->n++);
    struct buf *to = &q->bytes;

    q->too_long = full && !whole;
    q->contents = contents;
    buf_clear(to);
    buf_append(to, &head, sizeof head);
    for (int i = 0; i < MAIL_FACTS; i++) {
        head.facts[i] = at_most(facts->texts[i].n);
        buf_append(to, facts->texts[i].at, head.facts[i]);
    }
    q->source = *source;
    q->later = whole && n > SEND_MAX ? n : 0;
    if (!q->later) {
        buf_reserve(to, n);
        n = source->read(source->context, 0, to->data + to->len, n);
        if (!whole)
            n = headers_length((struct bytes){to->data + to->len, n});
        to->len += n;
    }
    head.n = (uint32_t)n;
    memcpy(to->data, &head, sizeof head);
}

/* --- the worker --- */

/* Some of a request's bytes from `at` on. */
static struct bytes part_of(struct mail_reader *r, struct question *q, uint64_t at)
{
    uint64_t n = q->bytes.len + q->later - at;

    if (at < q->bytes.len)
        return bytes_skip(buf_view(&q->bytes), at);
    buf_clear(&r->part);
    buf_reserve(&r->part, SEND_MAX);
    r->part.len = q->source.read(q->source.context, at - q->bytes.len, r->part.data,
                                 n < SEND_MAX ? n : SEND_MAX);
    return buf_view(&r->part);
}

/* What the socket takes now.  False: the worker is gone, or the mail cannot be read again. */
static bool send_some(struct mail_reader *r)
{
    while (r->sent < r->n) {
        struct question *q = nth(r, r->sent);
        struct bytes rest = part_of(r, q, r->at);
        ssize_t n = rest.n ? write(r->socket, rest.at, rest.n) : -1;

        if (n < 0)
            return rest.n && (errno == EAGAIN || errno == EINTR);
        r->at += (uint64_t)n;
        if (r->at < q->bytes.len + q->later)
            continue;
        r->at = 0;
        r->sent++;
    }
    return true;
}

static bool receive_some(struct mail_reader *r)
{
    ssize_t n;

    buf_reserve(&r->answers, ANSWERS_A_READ);
    n = read(r->socket, r->answers.data + r->answers.len, ANSWERS_A_READ);
    if (n > 0)
        r->answers.len += (size_t)n;
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Whether the first answer is there: its length; 0: not yet; -1: it is none. */
static long answer_length(struct mail_reader *r, struct mail_answer *head)
{
    size_t n = 0, most = MAIL_ANSWER_MAX + (nth(r, 0)->contents ? MAIL_CONTENTS_MAX : 0);

    if (r->answers.len < sizeof *head)
        return 0;
    memcpy(head, r->answers.data, sizeof *head);
    for (int i = 0; i < MAIL_CELLS; i++) {
        if (head->n[i] > MAIL_CELL_MAX)
            return -1;
        n += head->n[i];
    }
    if (head->bytes > most || head->bytes < n || head->attachments > MAIL_ATTACHMENTS_MAX ||
        head->urls > MAIL_URLS_MAX)
        return -1;
    n = sizeof *head + head->bytes;
    return r->answers.len < n ? 0 : (long)n;
}

/* False when they are not as long as they say. */
static bool read_attachments(struct mail_reader *r, struct bytes *from, unsigned count)
{
    struct bytes rest = *from;
    struct mail_answer_attachment head;

    for (unsigned i = 0; i < count; i++) {
        struct mail_attachment *to = &r->attachments[i];

        if (rest.n < sizeof head)
            return false;
        memcpy(&head, rest.at, sizeof head);
        rest = bytes_skip(rest, sizeof head);
        if ((uint64_t)head.filename + head.content_type + head.found_type > rest.n)
            return false;
        if (head.content && head.content != head.size)
            return false;
        to->size = head.size;
        to->content = (struct bytes){NULL, head.content}; /* read_contents */
        memcpy(to->sha256, head.sha256, sizeof to->sha256);
        to->filename = (struct bytes){rest.at, head.filename};
        rest = bytes_skip(rest, head.filename);
        to->content_type = (struct bytes){rest.at, head.content_type};
        rest = bytes_skip(rest, head.content_type);
        to->found_type = (struct bytes){rest.at, head.found_type};
        rest = bytes_skip(rest, head.found_type);
    }
    *from = rest;
    return true;
}

/* Behind all else. */
static bool read_contents(struct mail_reader *r, struct bytes *rest, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct bytes *content = &r->attachments[i].content;

        if (content->n > rest->n)
            return false;
        content->at = rest->at;
        *rest = bytes_skip(*rest, content->n);
    }
    return true;
}

static bool read_urls(struct mail_reader *r, struct bytes *rest, unsigned count)
{
    struct mail_answer_url head;

    for (unsigned i = 0; i < count; i++) {
        struct mail_url *u = &r->urls[i];
        struct bytes *const texts[MAIL_URL_TEXTS] = {
            &u->url, &u->scheme, &u->host, &u->domain, &u->part, &u->path, &u->shown_host};

        if (rest->n < sizeof head)
            return false;
        memcpy(&head, rest->at, sizeof head);
        *rest = bytes_skip(*rest, sizeof head);
        for (int t = 0; t < MAIL_URL_TEXTS; t++) {
            if (head.n[t] > rest->n)
                return false;
            *texts[t] = (struct bytes){rest->at, head.n[t]};
            *rest = bytes_skip(*rest, head.n[t]);
        }
    }
    return true;
}

/* The first request's answer; 0: the worker has ended, or what it sent is none. */
static long wait_for_answer(struct mail_reader *r, struct mail_answer *head)
{
    long n;

    while (!(n = answer_length(r, head))) {
        struct pollfd ready = {.fd = r->socket, .events = POLLIN};

        if (r->sent < r->n)
            ready.events |= POLLOUT;
        poll(&ready, 1, -1);
        if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) && !receive_some(r))
            return 0;
        if ((ready.revents & POLLOUT) && !send_some(r))
            return 0;
    }
    return n > 0 ? n : 0;
}

static bool has_worker(struct mail_reader *r)
{
    if (r->works || r->none)
        return r->works;
    r->works = r->fresh(r->context, r->socket) == r->socket;
    r->none = !r->works;
    if (r->none)
        log_warn("there is no process to read mails any more: what they say is not recorded");
    return r->works;
}

static void drop_first(struct mail_reader *r)
{
    if (nth(r, 0)->bytes.cap > KEPT_MAX)
        buf_fini(&nth(r, 0)->bytes);
    r->first = (r->first + 1) % MAIL_READER_MAX;
    r->n--;
    if (r->sent)
        r->sent--;
}

static bool read_answer(struct mail_reader *r, const struct mail_answer *head,
                        struct mail_result *out)
{
    struct bytes rest = {r->answers.data + sizeof *head, head->bytes};

    out->flags = head->flags & ~(uint32_t)MAIL_LOST;
    for (int i = 0; i < MAIL_CELLS; i++) {
        out->cells[i] = (struct bytes){rest.at, head->n[i]};
        rest = bytes_skip(rest, head->n[i]);
    }
    out->attachments = r->attachments;
    out->attachment_count = head->attachments;
    out->urls = r->urls;
    out->url_count = head->urls;
    return read_attachments(r, &rest, head->attachments) && read_urls(r, &rest, head->urls) &&
           read_contents(r, &rest, head->attachments) && !rest.n;
}

void mail_reader_get(struct mail_reader *r, struct mail_result *out)
{
    struct mail_answer head = {.flags = 0};
    long n = 0;

    if (r->handed_out_bytes) {
        buf_drop_front(&r->answers, r->handed_out_bytes);
        r->handed_out_bytes = 0;
    }
    *out = (struct mail_result){.flags = 0};
    if (has_worker(r) && send_some(r))
        n = wait_for_answer(r, &head);
    if (!n || !read_answer(r, &head, out)) {
        *out = (struct mail_result){.flags = MAIL_LOST};
        leave_worker(r);
    } else {
        r->handed_out_bytes = (size_t)n;
    }
    if (nth(r, 0)->too_long)
        out->flags |= MAIL_LONG;
    drop_first(r);
}
