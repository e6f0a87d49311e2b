/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The persona files as they are read: texts by name, checked when loaded, so that
 * no mistake shows for the first time in front of a client.
 */
#ifndef POTSHERD_ANSWER_PERSONA_FILE_H
#define POTSHERD_ANSWER_PERSONA_FILE_H

#include "answer/persona.h"

enum persona_kind { PERSONA_HTTP, PERSONA_SOCKS, PERSONA_RELAY, PERSONA_BACKDOOR, PERSONA_KINDS };

struct persona_file;

/* The file for a port: one that names the port, else one of the kind for all. */
const struct persona_file *persona_file_find(const struct personas *set, enum persona_kind kind,
                                             uint16_t port);
const char *persona_file_say(const struct persona_file *f, const char *key);
const char *persona_file_verb(const struct persona_file *f, struct bytes verb); /* or NULL */
const char *persona_file_server(const struct persona_file *f, struct bytes host);
const char *persona_file_name(const struct persona_file *f);

/* Whether user and password are asked for when the client offers to give them. */
bool persona_file_prefers_login(const struct persona_file *f);

void personas_hold(struct personas *set); /* one personas_free more until it is gone */

/* What {variables} stand for; a NULL is nothing. */
struct persona_values {
    const char *name, *helo, *client, *rcpt, *from, *queue_id, *date, *size, *length, *host, *port,
        *server;
};

/* Appends `text` with its variables filled in and, with `lines`, CR LF at the end
 * of each line. */
void persona_fill(struct buf *out, const char *text, const struct persona_values *values,
                  bool lines);

#endif
