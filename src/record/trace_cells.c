/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/trace_cells.h"

#include "potsherd/geo.h"

void trace_cells_init(struct record_trace *t, const struct connection *c)
{
    const struct geo_place *place;
    const struct row_mask *mask = redact_mask(t->recorder->redact);
    struct rows w;

    buf_reserve(&t->who, 96);
    cells_begin(&w, RECORD_REQUESTS, REQUESTS_sensor, mask, &t->who);
    trace_put_sensor(&w, REQUESTS_sensor, t->recorder);
    rows_ip(&w, REQUESTS_src_ip, &c->src);
    rows_uint(&w, REQUESTS_src_port, c->src_port);
    rows_ip(&w, REQUESTS_dst_ip, &c->dst);
    rows_uint(&w, REQUESTS_dst_port, c->dst_port);
    cells_end(&w, REQUESTS_dst_port, &t->who);

    t->who_service = t->who.len;
    cells_begin(&w, RECORD_REQUESTS, REQUESTS_service, mask, &t->who);
    rows_word(&w, REQUESTS_service, t->recorder->options.service(c->dst_port));
    cells_end(&w, REQUESTS_service, &t->who);

    t->who_place = t->who.len;
    cells_begin(&w, RECORD_REQUESTS, REQUESTS_src_cc, mask, &t->who);
    place = trace_put_place(&w, REQUESTS_src_cc, REQUESTS_src_asn, &c->src);
    rows_text(&w, REQUESTS_src_as_name, place->as_name);
    cells_end(&w, REQUESTS_src_as_name, &t->who);
}

static struct bytes part_of_who(const struct record_trace *t, size_t from, size_t to)
{
    return (struct bytes){t->who.data + from, to - from};
}

struct bytes trace_service(const struct record_trace *t)
{
    return part_of_who(t, t->who_service, t->who_place);
}

struct bytes trace_place(const struct record_trace *t)
{
    return part_of_who(t, t->who_place, t->who.len);
}

void trace_put_uid(struct rows *w, unsigned column, const struct record_trace *t)
{
    rows_cells(w, column, column, (struct bytes){(const uint8_t *)t->uid, FLOW_UID_DIGITS});
}

void trace_put_sensor(struct rows *w, unsigned column, const struct recorder *r)
{
    rows_cells(w, column, column, buf_view(&r->sensor));
}

void trace_put_who(struct rows *w, unsigned sensor, unsigned service, unsigned src_as_name,
                   const struct record_trace *t)
{
    rows_cells(w, sensor, service - 1, part_of_who(t, 0, t->who_service));
    rows_cells(w, service, service, trace_service(t));
    rows_cells(w, service + 1, src_as_name, trace_place(t));
}

const struct geo_place *trace_put_place(struct rows *w, unsigned cc, unsigned asn,
                                        const struct address *ip)
{
    const struct geo_place *place = geo_find(ip);

    rows_word(w, cc, place->cc);
    if (place->asn)
        rows_uint(w, asn, place->asn);
    return place;
}

bool trace_has_target(const struct target *t)
{
    return t->host.n || t->ip.family;
}
