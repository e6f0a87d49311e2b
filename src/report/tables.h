/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tally as tables, in the order in which SpamPots published theirs, then what their
 * graphs showed, then further ones.
 *
 * Definitions that a reader of the figures needs:
 *   unique addresses, ASes, countries   of the sources of all connections,
 *       requests and emails counted; an empty cell is none of them
 *   period   the days asked for, otherwise the first and last day with a row
 *   the AS of a country pair   an AS has the country that most of its emails
 *       came from
 *   protocol of a port   what most of its connections that spoke a known
 *       protocol turned out to be
 *   emails with a link, an attachment   messages that have a row of it; once, however many
 *   a body's sources   different addresses that sent it
 *   rounding   two decimals, half up, from the exact counts
 *   ranking    by the first count shown, largest first; ties by the next counts
 *       of the same table; then by key in byte order
 */
#ifndef POTSHERD_REPORT_TABLES_H
#define POTSHERD_REPORT_TABLES_H

#include "report/table.h"
#include "report/tally.h"

/* `top` lines a ranking.  The result is the caller's: tables_free. */
struct report_tables *tables_of(const struct tally *t, unsigned top);

#endif
