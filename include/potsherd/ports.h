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
/* The same of a descriptor, which it closes; `name` is for messages. */
struct port_rules *ports_read(int fd, const char *name, struct failure *why);
void ports_free(struct port_rules *rules); /* NULL is fine */

const char *ports_service(const struct port_rules *rules, uint16_t port); /* or NULL */
const char *ports_module(const struct port_rules *rules, uint16_t port);  /* or NULL */

/*
 * A pcap-filter(7) expression for the packets of all these ports, IPv4 and IPv6;
 * the caller frees it.  On Ethernet it looks past up to two VLAN tags, and past
 * PPPoE or up to two MPLS labels with at most one tag in front of them.  Whatever
 * may carry such packets where a filter cannot look is let through whole: IP
 * fragments, IPv6 extension headers, and the tunnels that decap.h follows, by their
 * outer header.  With very many ports more is let through, so that the program stays
 * within what the kernel takes; the fewer ranges of neighbours the ports make, the
 * better.
 *
 * Where the kernel has less room for it, `coarser` 1 and more give shorter ones that
 * let more through, NULL after the last; the shorter ones ask nothing of a frame that
 * a link other than Ethernet has not.
 */
char *ports_filter(const struct port_rules *rules, unsigned coarser);

#endif
