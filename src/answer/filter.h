/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The capture filter of the honeypot's rings, as text for pcap-filter(7). */
#ifndef POTSHERD_ANSWER_FILTER_H
#define POTSHERD_ANSWER_FILTER_H

#include "answer/scope.h"

/* SYNs to the scope's addresses and these ports, or all other segments; these with the
 * questions of ARP and neighbour discovery if `arp`.  To be freed with free(). */
char *filter_make(const struct scope *scope, const uint16_t *ports, unsigned n, bool syns,
                  bool arp);

#endif
