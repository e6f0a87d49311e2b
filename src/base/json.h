/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON (RFC 8259): strings, and a writer that puts commas and names where they belong.
 *
 *     struct json j = {.out = &out};
 *     json_open(&j, NULL, '{');
 *     json_word(&j, "type", "bundle");
 *     json_open(&j, "objects", '[');
 *     json_word(&j, NULL, "in a list there are no names");
 *     json_close(&j, ']');
 *     json_close(&j, '}');
 */
#ifndef POTSHERD_BASE_JSON_H
#define POTSHERD_BASE_JSON_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends `text`, which is valid UTF-8, as a string with its quotes. */
void json_string(struct buf *out, const char *text);
void json_bytes(struct buf *out, struct bytes text); /* may hold NULs */
/* Whether it is valid UTF-8, NULs or not. */
bool json_holds(struct bytes text);

struct json { /* zero the rest */
    struct buf *out;
    bool any; /* something stands before in the same object or list */
};

/* `name` NULL: in a list, or outermost. */
void json_name(struct json *j, const char *name);
void json_open(struct json *j, const char *name, char bracket); /* '{' or '[' */
void json_close(struct json *j, char bracket);
void json_word(struct json *j, const char *name, const char *text); /* valid UTF-8 */
void json_uint(struct json *j, const char *name, uint64_t value);
void json_bool(struct json *j, const char *name, bool value);
/* Whatever bytes a stranger sent: what is no UTF-8 as cells of records have it (escape.h). */
void json_text(struct json *j, const char *name, struct bytes text);

#endif
