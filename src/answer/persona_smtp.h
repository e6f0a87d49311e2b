/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A persona's side of an SMTP session.  Commands come decoded from the parser; nothing is
 * decoded here again.
 */
#ifndef POTSHERD_ANSWER_PERSONA_SMTP_H
#define POTSHERD_ANSWER_PERSONA_SMTP_H

#include "answer/persona_state.h"

/* A new session of a server of that name: says its banner. */
void persona_smtp_greet(struct persona *p, const char *name, time_us now);
void persona_smtp_command(struct persona *p, const struct smtp_command *command, time_us now);
/* `n` bytes of a message's text. */
void persona_smtp_text(struct persona *p, size_t n, time_us now);

#endif
