/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mail worker: requests in, answers out. */
#include <malloc.h>
#include <string.h>
#include <sys/time.h>

#include "base/mem.h"
#include "base/pipe.h"
#include "mail/analysis.h"
#include "mail/mime.h"
#include "mail/worker_link.h"

#define KEPT_MAX    (1 << 20) /* bytes: a longer buffer is not kept */
#define KEPT_BYTES  (4 << 20) /* of freed memory */
#define SECONDS_MAX 10        /* of CPU for a mail; then the kernel ends the process */
#define ANSWER_FULL (MAIL_ANSWER_MAX - 4 * MAIL_NAME_MAX) /* one more attachment has room */

/* So that what libraries open at their first use is open before the sandbox. */
static void read_sample(const struct mail_tools *t)
{
    static const char sample[] =
        "Subject: =?utf-8?Q?a?= \xe9\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        "Content-Type: text/html; charset=koi8-r\nContent-Transfer-Encoding: "
        "quoted-printable\n\n<a href=3Dhttp://b=FC.example>\n--x\n"
        "Content-Type: application/zip; name*=utf-8''a; name=\"=?utf-8?Q?a?=\"\n"
        "Content-Transfer-Encoding: quoted-printable\n\n=20\n--x--\n";
    struct analysis a = {.flags = 0};

    analysis_run(&a, t, bytes_of(sample), true, &(struct mail_facts){.us = {.family = 0}});
    analysis_fini(&a);
}

/* CLD2 takes and frees a large piece for each text.  To give it back to the system each time, and
 * have it zeroed again, was most of the time of a short mail. */
static void keep_freed_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
}

struct mail_tools *mail_tools_open(const struct mail_setup *setup, struct failure *why)
{
    struct domains *domains = domains_open(setup->psl, why);
    struct mail_tools *t;

    if (!domains)
        return NULL;
    keep_freed_memory();
    t = MEM_NEW(struct mail_tools);
    t->rules = setup->rules;
    t->charsets = charsets_open();
    t->domains = domains;
    mime_open();
    read_sample(t);
    return t;
}

void mail_tools_close(struct mail_tools *t)
{
    if (!t)
        return;
    charsets_close(t->charsets);
    domains_close(t->domains);
    mail_rules_free(t->rules);
    mem_free(t);
}

bool mail_tools_take_rules(struct mail_tools *t, int fd)
{
    struct mail_rules *rules = mail_rules_import(fd);

    if (!rules)
        return false;
    mail_rules_free(t->rules);
    t->rules = rules;
    return true;
}

/* SIGVTALRM ends the process. */
static void limit_time(time_t seconds)
{
    const struct itimerval most = {.it_value = {.tv_sec = seconds}};

    setitimer(ITIMER_VIRTUAL, &most, NULL);
}

static void put_attachment(const struct attachment *a, struct buf *out)
{
    size_t found = a->found_type ? strlen(a->found_type) : 0;
    struct mail_answer_attachment head = {.size = a->size,
                                          .filename = (uint32_t)a->filename.len,
                                          .content_type = (uint32_t)a->content_type.len,
                                          .found_type = (uint32_t)found,
                                          .content = a->has_content ? (uint32_t)a->size : 0};

    memcpy(head.sha256, a->sha256, sizeof head.sha256);
    buf_append(out, &head, sizeof head);
    buf_append(out, a->filename.data, a->filename.len);
    buf_append(out, a->content_type.data, a->content_type.len);
    buf_append(out, a->found_type, found);
}

/* Of the first `n` attachments, those that are named in the answer. */
static struct bytes contents_of(const struct analysis *a, unsigned n)
{
    struct bytes contents = {a->contents.data, 0};

    for (unsigned i = 0; i < n; i++)
        contents.n += a->attachments[i].has_content ? a->attachments[i].size : 0;
    return contents;
}

static bool answer(int fd, const struct analysis *a, struct buf *out)
{
    struct mail_answer head = {.flags = a->flags};
    struct bytes contents;

    buf_clear(out);
    buf_append(out, &head, sizeof head);
    for (int i = 0; i < MAIL_CELLS; i++) {
        size_t n = a->cells[i].len < MAIL_CELL_MAX ? a->cells[i].len : MAIL_CELL_MAX;

        head.n[i] = (uint32_t)n;
        buf_append(out, a->cells[i].data, n);
    }
    for (; head.attachments < a->attachment_count && out->len < ANSWER_FULL; head.attachments++)
        put_attachment(&a->attachments[head.attachments], out);
    if (head.attachments < a->attachment_count)
        head.flags |= MAIL_MANY_PARTS;
    if (out->len + a->urls.len <= MAIL_ANSWER_MAX) {
        head.urls = a->url_count;
        buf_append(out, a->urls.data, a->urls.len);
    } else {
        head.flags |= MAIL_MANY_LINKS;
    }
    contents = contents_of(a, head.attachments);
    head.bytes = (uint32_t)(out->len - sizeof head + contents.n);
    memcpy(out->data, &head, sizeof head);
    return pipe_write(fd, buf_view(out)) && (!contents.n || pipe_write(fd, contents));
}

static struct bytes take(struct bytes *rest, size_t n)
{
    struct bytes first = {rest->at, n};

    *rest = bytes_skip(*rest, n);
    return first;
}

/* How many follow, and one more; 0: nobody asks so. */
static size_t bytes_asked(const struct mail_request *request)
{
    size_t n = (size_t)request->n + 1;

    if (request->n > MAIL_BYTES_MAX)
        return 0;
    for (int i = 0; i < MAIL_FACTS; i++) {
        if (request->facts[i] > MAIL_FACT_MAX)
            return 0;
        n += request->facts[i];
    }
    return n;
}

bool mail_work(const struct mail_tools *t, int socket)
{
    struct analysis a = {.flags = 0};
    struct buf text = {0}, out = {0};
    struct mail_request request;
    struct mail_facts facts;
    struct bytes rest;
    int result;

    while ((result = pipe_read(socket, &request, sizeof request)) > 0) {
        size_t n = bytes_asked(&request);

        if (!n) {
            result = -1;
            break;
        }
        buf_clear(&text);
        buf_reserve(&text, n);
        text.len = n - 1;
        if (text.len && (result = pipe_read(socket, text.data, text.len)) <= 0)
            break;
        rest = buf_view(&text);
        facts.us = request.us;
        facts.dst_port = (uint16_t)request.dst_port;
        for (int i = 0; i < MAIL_FACTS; i++)
            facts.texts[i] = take(&rest, request.facts[i]);
        a.wants_contents = request.parts == MAIL_PARTS_CONTENTS;
        limit_time(SECONDS_MAX);
        analysis_run(&a, t, rest, request.parts, &facts);
        limit_time(0);
        if (text.cap > KEPT_MAX)
            buf_fini(&text);
        if (!answer(socket, &a, &out))
            break;
    }
    analysis_fini(&a);
    buf_fini(&text);
    buf_fini(&out);
    return result >= 0;
}
