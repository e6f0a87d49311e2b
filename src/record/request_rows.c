/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/request_rows.h"

#include <string.h>

#include "potsherd/geo.h"
#include "record/trace_cells.h"

/* Bytes of rows of class web that a connection holds until its first proxy request; those
 * that come first are kept. */
#define WEB_HELD_MAX (64 << 10)

/* The target of a tunnel, for what the client says first in it. */
static void keep_target(struct record_trace *t, const struct request *q)
{
    struct rows w;

    buf_clear(&t->granted);
    cells_begin(&w, RECORD_FIRST_BYTES, FIRST_BYTES_module, redact_mask(t->recorder->redact),
                &t->granted);
    rows_word(&w, FIRST_BYTES_module, module_name(q->module));
    rows_text(&w, FIRST_BYTES_target_host, q->target.host);
    rows_ip(&w, FIRST_BYTES_target_ip, &q->target.ip);
    rows_uint(&w, FIRST_BYTES_target_port, q->target.port);
    cells_end(&w, FIRST_BYTES_target_port, &t->granted);
}

static void put_request(struct rows *w, const struct record_trace *t, const struct request *q)
{
    const struct geo_place *place;

    rows_time(w, REQUESTS_ts, q->ts);
    trace_put_uid(w, REQUESTS_uid, t);
    rows_uint(w, REQUESTS_request_n, q->n);
    trace_put_who(w, REQUESTS_sensor, REQUESTS_service, REQUESTS_src_as_name, t);
    rows_word(w, REQUESTS_module, module_name(q->module));
    rows_text(w, REQUESTS_command, q->command);
    rows_word(w, REQUESTS_class, request_class_name(q->class));
    rows_text(w, REQUESTS_target, q->target.text);
    rows_text(w, REQUESTS_target_host, q->target.host);
    rows_ip(w, REQUESTS_target_ip, &q->target.ip);
    if (q->target.port || (trace_has_target(&q->target) && q->class != CLASS_ERROR))
        rows_uint(w, REQUESTS_target_port, q->target.port);
    place = trace_put_place(w, REQUESTS_target_cc, REQUESTS_target_asn, &q->target.ip);
    rows_text(w, REQUESTS_target_as_name, place->as_name);
    rows_uint(w, REQUESTS_depth, q->depth);
    rows_text(w, REQUESTS_user, q->user);
    rows_text(w, REQUESTS_password, q->password);
    rows_text(w, REQUESTS_user_agent, q->user_agent);
    if (q->reply != REPLY_NONE)
        rows_uint(w, REQUESTS_reply, (uint64_t)q->reply);
    if (q->accepted != VERDICT_NONE)
        rows_bool(w, REQUESTS_accepted, q->accepted == VERDICT_YES);
    rows_word(w, REQUESTS_error, q->error);
}

static void write_request(struct record_trace *t, const struct request *q)
{
    struct rows *w = &t->recorder->files[RECORD_REQUESTS].rows;

    t->requests++;
    rows_begin(w);
    put_request(w, t, q);
    rows_end(w);
}

/* --- requests to the server itself --- */

/* Cells hold no line ends. */
static void hold_web(struct record_trace *t, const struct request *q)
{
    size_t before = t->web.len;
    struct rows w;

    cells_begin(&w, RECORD_REQUESTS, REQUESTS_ts, redact_mask(t->recorder->redact), &t->web);
    put_request(&w, t, q);
    cells_end(&w, REQUESTS_error, &t->web);
    buf_append_byte(&t->web, '\n');
    if (t->web.len > WEB_HELD_MAX) {
        t->web.len = before;
        t->web_unkept++;
    }
}

static void release_web(struct record_trace *t)
{
    struct rows *w = &t->recorder->files[RECORD_REQUESTS].rows;
    struct bytes left = buf_view(&t->web);

    while (left.n) {
        size_t n = (size_t)((const uint8_t *)memchr(left.at, '\n', left.n) - left.at);

        t->requests++;
        rows_begin(w);
        rows_cells(w, REQUESTS_ts, REQUESTS_error, (struct bytes){left.at, n});
        rows_end(w);
        left = bytes_skip(left, n + 1);
    }
    buf_fini(&t->web);
    t->recorder->web_unkept += t->web_unkept;
}

static void web_done(struct record_trace *t, const struct request *q)
{
    enum web_mode mode = t->recorder->options.web;

    if (mode == WEB_ALL || (mode == WEB_PROXIED && (q->depth > 1 || t->proxied)))
        write_request(t, q);
    else if (mode == WEB_PROXIED)
        hold_web(t, q);
}

void request_rows_done(struct record_trace *t, const struct request *q)
{
    if (q->class == CLASS_WEB) {
        web_done(t, q);
        return;
    }
    if (!t->proxied && (q->class != CLASS_ERROR || q->accepted == VERDICT_YES)) {
        t->proxied = true;
        release_web(t);
    }
    write_request(t, q);
    if (t->recorder->options.first_bytes && q->accepted == VERDICT_YES)
        keep_target(t, q);
}
