/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells that the rows of one connection have in common. */
#ifndef POTSHERD_RECORD_TRACE_CELLS_H
#define POTSHERD_RECORD_TRACE_CELLS_H

#include "potsherd/event.h"
#include "record/recorder.h"

/* Once, when the connection begins: the rows keep what ports.rules and the databases say
 * then. */
void trace_cells_init(struct record_trace *t, const struct connection *c);
struct bytes trace_service(const struct record_trace *t); /* a cell */
struct bytes trace_place(const struct record_trace *t);   /* src_cc to src_as_name */
void trace_put_uid(struct rows *w, unsigned column, const struct record_trace *t);
void trace_put_sensor(struct rows *w, unsigned column, const struct recorder *r);
/* sensor to src_as_name, of which `service` and `src_cc` are columns. */
void trace_put_who(struct rows *w, unsigned sensor, unsigned service, unsigned src_as_name,
                   const struct record_trace *t);
/* Country and AS number; the name, where there is a column for it, is the caller's. */
const struct geo_place *trace_put_place(struct rows *w, unsigned cc, unsigned asn,
                                        const struct address *ip);
bool trace_has_target(const struct target *t);

#endif
