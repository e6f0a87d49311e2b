/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/mime.h"

#include <gmime/gmime.h>
#include <string.h>

struct reading {
    void (*part)(void *context, const struct mime_part *part);
    void *context;
    GMimeParserOptions *options;
    unsigned parts;
    size_t decoded;
    struct mime_result result;
};

void mime_open(void)
{
    g_mime_init();
}

/* --- a part --- */

static char *format_type(GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);

    return type ? g_mime_content_type_get_mime_type(type) : NULL;
}

/* Into memory, since it is looked at from several sides. */
static GByteArray *decode(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GByteArray *bytes = g_byte_array_new();
    GMimeStream *stream = g_mime_stream_mem_new();

    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    if (content)
        (void)g_mime_data_wrapper_write_to_stream(content, stream);
    g_object_unref(stream);
    return bytes;
}

static void take_part(struct reading *r, GMimeObject *object)
{
    const char *disposition = g_mime_object_get_disposition(object);
    char *type = format_type(object);
    GByteArray *bytes = decode(GMIME_PART(object));
    struct mime_part part = {
        .number = r->parts,
        .content_type = type,
        .charset = g_mime_object_get_content_type_parameter(object, "charset"),
        .filename = g_mime_part_get_filename(GMIME_PART(object)),
        .attached = disposition && !g_ascii_strcasecmp(disposition, "attachment"),
        .content = {bytes->data, bytes->len},
    };

    r->decoded += bytes->len;
    if (r->decoded > MIME_DECODED_MAX)
        r->result.too_long = true;
    else
        r->part(r->context, &part);
    g_byte_array_unref(bytes);
    g_free(type);
}

/* --- the tree --- */

static void walk(struct reading *r, GMimeObject *object, unsigned depth);

static void walk_children(struct reading *r, GMimeMultipart *multipart, unsigned depth)
{
    int n = g_mime_multipart_get_count(multipart);

    for (int i = 0; i < n && r->parts <= MIME_PARTS_MAX; i++)
        walk(r, g_mime_multipart_get_part(multipart, i), depth + 1);
}

/* A mail in a mail: its headers are no part. */
static void walk_message(struct reading *r, GMimeMessagePart *holder, unsigned depth)
{
    GMimeMessage *message = g_mime_message_part_get_message(holder);

    if (message && g_mime_message_get_mime_part(message))
        walk(r, g_mime_message_get_mime_part(message), depth + 1);
}

static void walk(struct reading *r, GMimeObject *object, unsigned depth)
{
    if (depth > MIME_DEPTH_MAX) {
        r->result.too_many = true;
        return;
    }
    if (GMIME_IS_MULTIPART(object)) {
        walk_children(r, GMIME_MULTIPART(object), depth);
        return;
    }
    if (GMIME_IS_MESSAGE_PART(object)) {
        walk_message(r, GMIME_MESSAGE_PART(object), depth);
        return;
    }
    if (!GMIME_IS_PART(object))
        return;
    if (r->parts++ == MIME_PARTS_MAX)
        r->result.too_many = true;
    else if (!r->result.too_long)
        take_part(r, object);
}

/* --- the mail --- */

static bool has_too_many_boundaries(struct bytes mail)
{
    unsigned n = 0;

    for (const uint8_t *at = mail.at; (at = memchr(at, '\n', mail.n - (size_t)(at - mail.at)));) {
        at++;
        if ((size_t)(at - mail.at) + 2 > mail.n)
            break;
        n += at[0] == '-' && at[1] == '-';
    }
    return n > MIME_BOUNDARY_LINES_MAX;
}

struct mime_result mime_read(struct bytes mail,
                             void (*part)(void *context, const struct mime_part *part),
                             void *context)
{
    struct reading r = {.part = part, .context = context};
    GMimeStream *stream;
    GMimeParser *parser;
    GMimeObject *top;

    if (!mail.n)
        return r.result;
    if (has_too_many_boundaries(mail)) {
        r.result.too_many = true;
        return r.result;
    }
    stream = g_mime_stream_mem_new_with_buffer((const char *)mail.at, mail.n);
    parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    g_mime_parser_set_persist_stream(parser, false);
    top = g_mime_parser_construct_part(parser, NULL);
    g_object_unref(parser);
    if (top) {
        walk(&r, top, 0);
        g_object_unref(top);
    }
    return r.result;
}
