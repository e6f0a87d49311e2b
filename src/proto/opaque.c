/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of no known protocol: taken, not kept. */
#include "proto/layer.h"

static void *opaque_new(struct layer *l)
{
    (void)l;
    return NULL;
}

static void opaque_free(void *state)
{
    (void)state;
}

static enum step opaque_parse(struct layer *l, enum direction from, struct bytes in, size_t *used)
{
    (void)l, (void)from;
    *used = in.n;
    return STEP_AGAIN;
}

static void opaque_gap(struct layer *l, enum direction from, uint64_t missing)
{
    (void)l, (void)from, (void)missing;
}

static void opaque_assume(struct layer *l, struct bytes rest)
{
    (void)l, (void)rest;
}

const struct protocol protocol_opaque = {
    .module = MODULE_OTHER,
    .name = "other",
    .new = opaque_new,
    .free = opaque_free,
    .parse = opaque_parse,
    .gap = opaque_gap,
    .assume = opaque_assume,
};
