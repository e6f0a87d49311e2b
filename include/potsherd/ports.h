/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rules/ports.rules: which TCP ports are abused, what usually listens there and
 * what that is called.  A plain table that people edit; the format stands in it.
 */
#ifndef POTSHERD_PORTS_H
#define POTSHERD_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct port_rules;

/* NULL when the file cannot be read or a line is wrong; `why` then says file,
 * line and what was expected. */
struct port_rules *ports_load(const char *path, struct failure *why);
void ports_free(struct port_rules *rules); /* NULL is fine */

const char *ports_service(const struct port_rules *rules, uint16_t port); /* or NULL */
const char *ports_module(const struct port_rules *rules, uint16_t port);  /* or NULL */

#endif
