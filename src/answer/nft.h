/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs nft(8).  A process of its own: libnftables is GPL-2 only, which a program under GPL-3
 * cannot be linked with.
 */
#ifndef POTSHERD_ANSWER_NFT_H
#define POTSHERD_ANSWER_NFT_H

#include "base/buf.h"
#include "base/log.h"

/* Runs `nft -f -` on these commands.  No shell, no search path, an empty environment.
 * `output`, if not NULL, gets what it prints.  False with nft's first line in `why` when it
 * fails, or when there is none.  Who lacks CAP_NET_ADMIN for good (privilege_begin) cannot
 * change rules by it. */
bool nft_run(const char *commands, struct buf *output, struct failure *why);

#endif
