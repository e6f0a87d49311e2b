/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a connection: what it said first, and its own. */
#include <glib.h>

#include "base/mem.h"
#include "potsherd/geo.h"
#include "record/login_rows.h"
#include "record/recorder.h"
#include "record/request_rows.h"
#include "record/trace_cells.h"

/* Before rows of a connection. */
static void set_redacted(const struct record_trace *t)
{
    redact_connection(t->recorder->redact, &t->them, &t->proxied_ip);
}

struct record_trace *record_begin(struct recorder *r, const struct connection *c)
{
    struct record_trace *t = MEM_NEW(struct record_trace);

    t->recorder = r;
    t->us = c->dst;
    t->them = c->src;
    t->dst_port = c->dst_port;
    set_redacted(t);
    flow_uid(c, r->digest, r->redact, t->uid);
    flow_community_id(c, r->digest, t->community_id);
    trace_cells_init(t, c);
    return t;
}

/* O(1): it is asked for each packet. */
size_t record_held(const struct record_trace *t)
{
    return sizeof *t + t->who.cap + t->granted.cap + t->web.cap + message_rows_held(&t->messages);
}

void record_event(struct record_trace *t, const struct event *event)
{
    set_redacted(t);
    switch (event->type) {
    case EVENT_REQUEST_DONE:
        request_rows_done(t, event->request);
        break;
    case EVENT_SERVER_NAME: /* what is inside comes later */
        buf_set(&t->server_name, event->bytes.at, event->bytes.n);
        break;
    case EVENT_LOGIN_DONE:
        login_row(t, event);
        break;
    case EVENT_REFUSAL:
        refusal_row(t, event->refusal);
        break;
    case EVENT_PROXIED:
        t->proxied_ip = *event->address;
        t->proxied_port = event->port;
        break;
    case EVENT_MAIL_BEGIN:
        message_rows_begin(t, event->mail);
        break;
    case EVENT_MAIL_TEXT:
        message_rows_text(t, event);
        break;
    case EVENT_MAIL_DONE:
        message_rows_end(t, event->mail);
        break;
    case EVENT_MAIL_NONE:
        message_rows_none(t, event->mail);
        break;
    default:
        break;
    }
}

void record_first_bytes(struct record_trace *t, struct bytes bytes, time_us now)
{
    struct rows *w = &t->recorder->files[RECORD_FIRST_BYTES].rows;

    set_redacted(t);
    rows_begin(w);
    rows_time(w, FIRST_BYTES_ts, now);
    trace_put_uid(w, FIRST_BYTES_uid, t);
    trace_put_who(w, FIRST_BYTES_sensor, FIRST_BYTES_service, FIRST_BYTES_src_as_name, t);
    if (t->granted.len)
        rows_cells(w, FIRST_BYTES_module, FIRST_BYTES_target_port, buf_view(&t->granted));
    rows_uint(w, FIRST_BYTES_size, bytes.n);
    rows_text(w, FIRST_BYTES_data, bytes);
    rows_end(w);
}

/* --- the connection's row --- */

static void put_flags(struct rows *w, unsigned column, unsigned flags)
{
    char text[256] = "";

    for (unsigned bit = 0; bit < CONNECTION_FLAG_COUNT; bit++)
        if (flags & 1u << bit) {
            if (text[0])
                g_strlcat(text, " ", sizeof text);
            g_strlcat(text, connection_flag_word(bit), sizeof text);
        }
    rows_word(w, column, text);
}

void record_end(struct record_trace *t, const struct connection *c, enum module protocol)
{
    struct recorder *r = t->recorder;
    struct rows *w = &r->files[RECORD_CONNECTIONS].rows;

    set_redacted(t);
    rows_begin(w);
    rows_time(w, CONNECTIONS_ts, c->first);
    trace_put_uid(w, CONNECTIONS_uid, t);
    rows_word(w, CONNECTIONS_community_id, t->community_id);
    trace_put_sensor(w, CONNECTIONS_sensor, r);
    rows_ip(w, CONNECTIONS_src_ip, &c->src);
    rows_uint(w, CONNECTIONS_src_port, c->src_port);
    rows_ip(w, CONNECTIONS_dst_ip, &c->dst);
    rows_uint(w, CONNECTIONS_dst_port, c->dst_port);
    rows_cells(w, CONNECTIONS_service, CONNECTIONS_service, trace_service(t));
    rows_word(w, CONNECTIONS_protocol, module_name(protocol));
    rows_cells(w, CONNECTIONS_src_cc, CONNECTIONS_src_as_name, trace_place(t));
    rows_seconds(w, CONNECTIONS_duration, c->last - c->first);
    rows_uint(w, CONNECTIONS_bytes_from_src, c->bytes[FROM_CLIENT]);
    rows_uint(w, CONNECTIONS_bytes_from_dst, c->bytes[FROM_SERVER]);
    rows_uint(w, CONNECTIONS_packets_from_src, c->packets[FROM_CLIENT]);
    rows_uint(w, CONNECTIONS_packets_from_dst, c->packets[FROM_SERVER]);
    rows_uint(w, CONNECTIONS_missing_bytes, c->missing[FROM_CLIENT] + c->missing[FROM_SERVER]);
    rows_uint(w, CONNECTIONS_requests, t->requests);
    rows_uint(w, CONNECTIONS_emails, t->emails);
    rows_word(w, CONNECTIONS_end, connection_end_name(c->end));
    put_flags(w, CONNECTIONS_flags, c->flags);
    rows_text(w, CONNECTIONS_server_name, buf_view(&t->server_name));
    rows_ip(w, CONNECTIONS_proxied_ip, &t->proxied_ip);
    if (t->proxied_ip.family)
        rows_uint(w, CONNECTIONS_proxied_port, t->proxied_port);
    if (c->capture_n)
        rows_uint(w, CONNECTIONS_capture_n, c->capture_n);
    rows_end(w);
    record_forget(t);
}

void record_forget(struct record_trace *t)
{
    message_rows_drop(&t->messages);
    buf_fini(&t->who);
    buf_fini(&t->granted);
    buf_fini(&t->web);
    buf_fini(&t->server_name);
    mem_free(t);
}
