/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read again on SIGHUP by the parent, which may open files, and handed over to the
 * others as notes with descriptors (base/process.h).
 */
#ifndef POTSHERD_RELOAD_H
#define POTSHERD_RELOAD_H

#include "potsherd/workers.h"

enum reload_note {
    RELOAD_RULES,    /* ports.rules */
    RELOAD_DATABASE, /* of geolocation: number << 16 | count */
    RELOAD_FILTER,   /* of the nth capture; no descriptor: the kernel has it */
    RELOAD_PERSONA,  /* number << 16 | count; its path */
    RELOAD_LINK,     /* struct answer_link */
    RELOAD_TAGS      /* tag rules, which the mail templates have already */
};

/* In the parent; false when one did not take it. */
bool reload_tell_rules(struct workers *w, const struct options *options);
bool reload_tell_databases(struct workers *w);
/* The folder of tag rules that is asked for, compiled; NULL without a reason: none is. */
struct mail_rules *reload_load_tags(const struct options *options, struct failure *why);
/* Reads it again; when there is a mistake in it all stays as it is.  Logs. */
void reload_tags(struct workers *w, const struct options *options);
/* Logs that something could not be handed over.  Returns false. */
bool reload_failed(void);

/* In the others: rules and databases are taken; true when the note is of another kind, too. */
bool reload_take(const struct process_message *note, int fd);

#endif
