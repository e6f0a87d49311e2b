/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said in the campaign's connections that carry no mails, between the
 * opening of the connection and its end.  Each is one request to a proxy.
 */
#ifndef TOOLS_CAMPAIGN_TALK_H
#define TOOLS_CAMPAIGN_TALK_H

#include "campaign.h"
#include "frames.h"

/* A port other than 25 that proxies are asked for, and what goes on there once
 * that was granted. */
uint16_t campaign_other_port(struct rng *rng);
void campaign_talk_other(struct talk *talk, struct rng *rng);

void campaign_talk_get(struct talk *talk, struct rng *rng);
/* A request that is none, of HTTP or SOCKS. */
void campaign_talk_error(struct talk *talk, struct rng *rng, enum campaign_protocol protocol);

#endif
