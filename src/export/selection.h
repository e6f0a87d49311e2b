/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which rows of record files follow the filters.
 *
 * A row must hold what its connection or message and itself have in common (--uid, --sensor, and
 * --since and --until by its own time), and follow the one that it is of in the rest:
 *
 *   emails, recipients, urls, attachments, payloads,
 *   campaign_emails                                        the message (uid, email_n)
 *   connections, requests, logins, refusals, first_bytes   the connection (uid)
 *   scans, stats                                           nothing: filters that they have no
 *   campaigns and other files of them                      columns for select none of them
 *
 * A message is selected when all filters hold for it: for its row in emails.csv, but --rcpt for any
 * of its recipients, --domain also for any of these and any link, --sha256 also for any attachment,
 * --campaign for its row in campaign_emails.csv.
 * So all recipients of a message follow when one of them is what --rcpt asks for.
 * A connection is selected when one of its messages is, or a row of it that can answer all filters
 * by itself: a request with --target, a refused transaction with --from.  Of the rows of a
 * connection those that have columns for a filter must hold it, too: of requests, those to the
 * target.
 *
 * What a row cannot say itself takes a pass over other files before.  Memory: a key (keys.h) for
 * each message and connection that can still be selected, however many rows there are.
 */
#ifndef POTSHERD_EXPORT_SELECTION_H
#define POTSHERD_EXPORT_SELECTION_H

#include "export/filters.h"
#include "export/keys.h"
#include "export/record_set.h"

struct selection { /* zero it first; filters are the caller's */
    struct filters *filters;
    struct keys messages;    /* bits: the filters that hold */
    struct keys connections; /* those that are selected */
    unsigned lacking_files;  /* files that lack columns of filters */
};

/* `kinds`: bits (1 << RECORD_...) of those whose rows will be asked about. */
void selection_make(struct selection *s, struct record_set *set, unsigned kinds);
bool selection_has(const struct selection *s, enum record_file kind, const struct bytes *cells);
/* Before its rows: says which filters look at columns that it lacks.  Of kinds that were read
 * before it has been said. */
void selection_look_at_file(struct selection *s, const struct record_set *set,
                            enum record_file kind, const char *path, const struct source *source);
void selection_fini(struct selection *s);

#endif
