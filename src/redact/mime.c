/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "redact/mime.h"

#include <string.h>

void redact_mime_begin(struct redact_mime *m)
{
    m->place = REDACT_HEADERS;
    m->first = true;
    m->depth = 0;
    buf_clear(&m->field);
    m->boundary = m->cut = m->encoded = m->multipart = m->message = false;
    m->text = true;
}

void redact_mime_fini(struct redact_mime *m)
{
    buf_fini(&m->field);
    for (unsigned i = 0; i < REDACT_DEPTH_MAX; i++)
        buf_fini(&m->boundaries[i]);
}

/* --- a header --- */

static bool begins_nocase(struct bytes *rest, const char *with)
{
    if (!bytes_begin_nocase(*rest, with))
        return false;
    *rest = bytes_trim(bytes_skip(*rest, strlen(with)));
    return true;
}

static void read_encoding(struct redact_mime *m, struct bytes value)
{
    if (value.n && !bytes_equal_nocase(value, "7bit") && !bytes_equal_nocase(value, "8bit") &&
        !bytes_equal_nocase(value, "binary"))
        m->encoded = true;
}

/* Up to a semicolon, which it skips. */
static struct bytes take_parameter(struct bytes *rest)
{
    bool quoted = false;
    size_t n = 0;
    struct bytes one;

    for (; n < rest->n && (quoted || rest->at[n] != ';'); n++)
        if (rest->at[n] == '"')
            quoted = !quoted;
        else if (rest->at[n] == '\\' && quoted && n + 1 < rest->n)
            n++;
    one = bytes_trim((struct bytes){rest->at, n});
    *rest = bytes_skip(*rest, n + 1);
    return one;
}

/* name=value, name="value" */
static bool is_parameter(struct bytes one, const char *name, struct bytes *value)
{
    if (!begins_nocase(&one, name) || !one.n || one.at[0] != '=')
        return false;
    one = bytes_trim(bytes_skip(one, 1));
    if (one.n >= 2 && one.at[0] == '"' && one.at[one.n - 1] == '"')
        one = (struct bytes){one.at + 1, one.n - 2};
    *value = one;
    return true;
}

/* In which ASCII stands for itself. */
static bool has_ascii(struct bytes charset)
{
    static const char *const begins[] = {
        "us-ascii", "ascii",     "utf-8",     "utf8",    "iso-8859", "iso8859",  "windows-",
        "cp12",     "cp8",       "koi8",      "gb",      "big5",     "euc-",     "shift_jis",
        "ks_c",     "iso-2022-", "tis-620",   "latin",   "mac",      "x-mac",    "ansi_x3",
        "x-sjis",   "hz-gb",     "x-unknown", "default", "unknown",  "iso_8859",
    };

    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (bytes_begin_nocase(charset, begins[i]))
            return true;
    return !charset.n;
}

static void push_boundary(struct redact_mime *m, struct bytes value)
{
    struct buf *b;

    if (!value.n || value.n > REDACT_BOUNDARY_MAX || m->depth == REDACT_DEPTH_MAX ||
        memchr(value.at, '\\', value.n)) {
        m->encoded = true; /* where its parts begin is not known */
        return;
    }
    b = &m->boundaries[m->depth++];
    buf_set(b, "--", 2);
    buf_append(b, value.at, value.n);
    m->multipart = true;
}

static void read_type(struct redact_mime *m, struct bytes value)
{
    struct bytes type = take_parameter(&value), text;
    bool multipart = bytes_begin_nocase(type, "multipart/"), bounded = false;

    m->message = m->message || bytes_begin_nocase(type, "message/");
    if (!multipart && !bytes_begin_nocase(type, "text/") && !bytes_equal_nocase(type, "text") &&
        !bytes_begin_nocase(type, "message/") && type.n)
        m->text = false;
    while (value.n) {
        struct bytes one = take_parameter(&value);

        if (is_parameter(one, "charset", &text) && !has_ascii(text))
            m->encoded = true;
        if (!multipart || !is_parameter(one, "boundary", &text))
            continue;
        push_boundary(m, text);
        bounded = true;
    }
    if (multipart && !bounded)
        m->encoded = true;
}

static void drop_field(struct redact_mime *m)
{
    buf_clear(&m->field);
    m->cut = false;
}

/* What was cut says nothing that can be trusted. */
static bool is_field(struct redact_mime *m, const char *name, struct bytes *value)
{
    struct bytes field = buf_view(&m->field);

    if (!begins_nocase(&field, name) || !field.n || field.at[0] != ':')
        return false;
    m->encoded = m->encoded || m->cut;
    *value = bytes_trim(bytes_skip(field, 1));
    return true;
}

static void end_field(struct redact_mime *m)
{
    struct bytes value;
    bool encoding = is_field(m, "content-transfer-encoding", &value);

    if (encoding)
        read_encoding(m, value);
    else if (is_field(m, "content-type", &value))
        read_type(m, value);
    drop_field(m);
}

static void add_to_field(struct redact_mime *m, struct bytes line)
{
    size_t room = REDACT_FIELD_MAX - m->field.len;

    m->cut = m->cut || line.n > room;
    buf_append(&m->field, line.at, line.n < room ? line.n : room);
}

/* --- the parts --- */

static void begin_part(struct redact_mime *m)
{
    m->place = REDACT_HEADERS;
    m->encoded = m->multipart = m->message = false;
    m->text = true;
    m->first = false;
}

static void begin_body(struct redact_mime *m)
{
    bool text = m->text && !m->encoded;

    m->first = false;
    if (text && m->message && !m->multipart)
        begin_part(m); /* with headers of its own */
    else
        m->place = text ? REDACT_TEXT_BODY : REDACT_OTHER_BODY;
}

/* Whether it is one, of those that the part is in; what is within ends with it. */
static bool take_boundary(struct redact_mime *m, struct bytes line)
{
    for (unsigned i = m->depth; i-- > 0;) {
        struct bytes b = buf_view(&m->boundaries[i]);

        if (line.n < b.n || memcmp(line.at, b.at, b.n) != 0)
            continue;
        m->depth = i + 1;
        drop_field(m);
        begin_part(m);
        if (line.n >= b.n + 2 && memcmp(line.at + b.n, "--", 2) == 0) {
            m->depth = i;
            m->place = REDACT_TEXT_BODY; /* what follows the last part */
        }
        return true;
    }
    return false;
}

enum redact_place redact_mime_line(struct redact_mime *m, struct bytes line)
{
    m->boundary = line.n > 2 && line.at[0] == '-' && line.at[1] == '-' && take_boundary(m, line);
    if (m->boundary)
        return REDACT_HEADERS;
    if (m->place != REDACT_HEADERS)
        return m->place;
    if (line.n && (line.at[0] == ' ' || line.at[0] == '\t')) {
        add_to_field(m, line);
        return m->place;
    }
    end_field(m);
    if (!line.n) {
        begin_body(m);
        return REDACT_HEADERS;
    }
    add_to_field(m, line);
    return m->place;
}
