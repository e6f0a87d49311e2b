/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A proxy request with its own copies of the bytes, and what all proxy protocols do with it. */
#ifndef POTSHERD_PROTO_REQUEST_H
#define POTSHERD_PROTO_REQUEST_H

#include "proto/layer.h"

struct request *request_new(struct layer *layer, enum module module);
void request_keep(struct bytes *field, struct bytes from); /* copies, frees the old one */
void request_keep_lower(struct bytes *field, struct bytes from);
void request_keep_upper(struct bytes *field, struct bytes from);
void request_set_host(struct request *r, struct bytes host); /* name or address literal */
void request_announce(struct layer *layer, const struct request *r);
void request_done(struct layer *layer, struct request *r, int reply, int accepted);
void request_free(struct request *r);
size_t request_held(const struct request *r); /* bytes of memory, about */
/* "host", "host:port", "[v6]:port"; port stays 0 when none is given. */
bool request_split_authority(struct bytes authority, struct bytes *host, uint16_t *port);
/* The target's host and port from an authority, which may begin with user information. */
void request_set_authority(struct request *r, struct bytes authority, uint16_t default_port);

#endif
