/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overheard.tsv: what clients say first to targets that nobody here plays (a web
 * server behind CONNECT, say).  A line has: time, client, its port, our address,
 * our port, target, server name of a TLS client hello, the bytes (escaped).
 */
#ifndef POTSHERD_ANSWER_OVERHEARD_H
#define POTSHERD_ANSWER_OVERHEARD_H

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/address.h"
#include "potsherd/time.h"

struct overheard;

/* `dir_fd`: of `folder`, as in lines.h. */
struct overheard *overheard_open(int dir_fd, const char *folder, struct failure *why);
void overheard_put(struct overheard *o, const struct address *client, uint16_t client_port,
                   const struct address *us, uint16_t port, struct bytes target, struct bytes said,
                   time_us now);
void overheard_flush(struct overheard *o);
uint64_t overheard_lost(const struct overheard *o); /* lines; NULL: 0 */
void overheard_close(struct overheard *o);          /* NULL is fine */

/* The server name in a TLS client hello (RFC 6066 section 3), as far as `said`
 * holds it; empty when there is none. */
struct bytes overheard_server_name(struct bytes said);

#endif
