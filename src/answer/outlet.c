/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/outlet.h"

#include <string.h>

#define SET_BACK (5 * TIME_SECOND) /* time so much earlier than the latest: the clock */

time_us outlet_clock(const struct outlet *o)
{
    return o->now - o->behind;
}

void outlet_advance(struct outlet *o, time_us now)
{
    if (now + o->behind < o->now - SET_BACK) {
        log_warn_as(LOG_CLOCK_SET_BACK, "the clock was set back by %lld s",
                    (long long)((o->now - o->behind - now) / TIME_SECOND));
        o->behind = o->now - now;
    }
    if (now + o->behind > o->now)
        o->now = now + o->behind;
    orders_set_time(o->orders, o->now, outlet_clock(o));
}

void outlet_record_at(struct outlet *o, time_us ts, const struct link *link, const uint8_t *bytes,
                      size_t n, uint32_t wire)
{
    struct frame frame = {.ts = ts,
                          .link_type = link->link_type,
                          .bytes = bytes,
                          .caplen = (uint32_t)n,
                          .wire_len = wire,
                          .number = 1};

    o->record(o->context, &frame);
}

void outlet_record(struct outlet *o, const struct link *link, const uint8_t *bytes, size_t n,
                   uint32_t wire)
{
    outlet_record_at(o, outlet_clock(o), link, bytes, n, wire);
}

bool outlet_send(struct outlet *o, const struct built_frame *wire, const struct address *peer,
                 uint64_t ticket)
{
    if (!rate_take(o->rate, peer, o->now)) {
        o->over_rate++;
        return false;
    }
    orders_send(o->orders, wire, ticket);
    return true;
}

struct link outlet_own_link(const struct outlet *o, const struct link *link)
{
    struct link own = *link;

    if (own.link_type == FRAME_LINK_ETHERNET && peers_knows_own(o->peers))
        memcpy(own.bytes + sizeof o->peers->mac, o->peers->mac, sizeof o->peers->mac);
    return own;
}
