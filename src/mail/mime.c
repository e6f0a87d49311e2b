/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/mime.h"

#include <gmime/gmime.h>
#include <string.h>

#include "mail/headers.h"

struct reading {
    void (*part)(void *context, const struct mime_part *part);
    void *context;
    struct layout *tree;
    struct bytes mail;
    unsigned parts;
    size_t decoded;
    struct mime_result result;
};

void mime_open(void)
{
    g_mime_init();
}

/* --- a part --- */

static void open_level(struct reading *r, GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *media = type ? g_mime_content_type_get_media_type(type) : NULL;
    const char *subtype = type ? g_mime_content_type_get_media_subtype(type) : NULL;
    char name[64];

    if (!media || !g_ascii_strcasecmp(media, "text") || !g_ascii_strcasecmp(media, "multipart"))
        g_strlcpy(name, subtype ? subtype : "plain", sizeof name);
    else
        g_snprintf(name, sizeof name, "%s/%s", media, subtype ? subtype : "");
    layout_open(r->tree, bytes_of(name));
}

static char *format_type(GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);

    return type ? g_mime_content_type_get_mime_type(type) : NULL;
}

static const char *raw_header(GMimeObject *object, const char *name)
{
    GMimeHeader *header =
        g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);

    return header ? g_mime_header_get_raw_value(header) : NULL;
}

static bool is_identity(GMimeContentEncoding encoding)
{
    return encoding == GMIME_CONTENT_ENCODING_DEFAULT || encoding == GMIME_CONTENT_ENCODING_7BIT ||
           encoding == GMIME_CONTENT_ENCODING_8BIT || encoding == GMIME_CONTENT_ENCODING_BINARY;
}

/* As it stands in the mail, where nothing is to be decoded: long mails mostly are not. */
static bool borrow(struct bytes mail, GMimeDataWrapper *content, struct bytes *out)
{
    GMimeStream *stream = g_mime_data_wrapper_get_stream(content);
    gint64 end;

    if (!stream || !GMIME_IS_STREAM_MEM(stream) ||
        !is_identity(g_mime_data_wrapper_get_encoding(content)))
        return false;
    end = stream->bound_end < 0 ? (gint64)mail.n : stream->bound_end;
    if (stream->bound_start < 0 || stream->bound_start > end || end > (gint64)mail.n)
        return false;
    *out = (struct bytes){mail.at + stream->bound_start, (size_t)(end - stream->bound_start)};
    return true;
}

static GByteArray *decode(GMimeDataWrapper *content)
{
    GByteArray *bytes = g_byte_array_new();
    GMimeStream *stream = g_mime_stream_mem_new();

    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    (void)g_mime_data_wrapper_write_to_stream(content, stream);
    g_object_unref(stream);
    return bytes;
}

static void take_part(struct reading *r, GMimeObject *object)
{
    const char *disposition = g_mime_object_get_disposition(object);
    GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
    GByteArray *decoded = NULL;
    char *type = format_type(object);
    struct mime_part part = {
        .number = r->parts,
        .content_type = type,
        .charset = g_mime_object_get_content_type_parameter(object, "charset"),
        .disposition_header = raw_header(object, "Content-Disposition"),
        .type_header = raw_header(object, "Content-Type"),
        .attached = disposition && !g_ascii_strcasecmp(disposition, "attachment"),
    };

    if (content && !borrow(r->mail, content, &part.content)) {
        decoded = decode(content);
        part.content = (struct bytes){decoded->data, decoded->len};
    }
    r->decoded += part.content.n;
    if (r->decoded > MIME_DECODED_MAX)
        r->result.too_long = true;
    else
        r->part(r->context, &part);
    if (decoded)
        g_byte_array_unref(decoded);
    g_free(type);
}

/* --- the tree --- */

static void walk(struct reading *r, GMimeObject *object, unsigned depth);

static void walk_children(struct reading *r, GMimeMultipart *multipart, unsigned depth)
{
    int n = g_mime_multipart_get_count(multipart);

    r->result.is_tree = true;
    for (int i = 0; i < n && r->parts <= MIME_PARTS_MAX; i++)
        walk(r, g_mime_multipart_get_part(multipart, i), depth + 1);
}

/* A mail in a mail: its headers are no part. */
static void walk_message(struct reading *r, GMimeMessagePart *holder, unsigned depth)
{
    GMimeMessage *message = g_mime_message_part_get_message(holder);

    r->result.is_tree = true;
    if (message && g_mime_message_get_mime_part(message))
        walk(r, g_mime_message_get_mime_part(message), depth + 1);
}

static void walk(struct reading *r, GMimeObject *object, unsigned depth)
{
    if (depth > MIME_DEPTH_MAX) {
        r->result.too_many = true;
        return;
    }
    open_level(r, object);
    if (GMIME_IS_MULTIPART(object))
        walk_children(r, GMIME_MULTIPART(object), depth);
    else if (GMIME_IS_MESSAGE_PART(object))
        walk_message(r, GMIME_MESSAGE_PART(object), depth);
    else if (GMIME_IS_PART(object) && r->parts++ == MIME_PARTS_MAX)
        r->result.too_many = true;
    else if (GMIME_IS_PART(object) && !r->result.too_long)
        take_part(r, object);
    layout_close(r->tree);
}

/* --- the mail --- */

/* As GMime parses them, of any mail. */
static bool has_addresses(struct bytes line)
{
    static const char *const names[] = {
        "to:", "cc:", "bcc:", "from:", "sender:", "reply-to:", "resent-"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (bytes_begin_nocase(line, names[i]))
            return true;
    return false;
}

/* A header of a part, or of a mail in the mail, may stand at the beginning of any line. */
static bool is_within_caps(struct bytes mail)
{
    unsigned boundaries = 0;
    size_t addresses = 0; /* bytes of the header so far; 0: the line before is of none */

    while (mail.n) {
        const uint8_t *end = memchr(mail.at, '\n', mail.n);
        size_t n = end ? (size_t)(end - mail.at) + 1 : mail.n;
        struct bytes line = {mail.at, n};
        bool folded = line.at[0] == ' ' || line.at[0] == '\t';

        if (has_addresses(line))
            addresses = n;
        else
            addresses = folded && addresses ? addresses + n : 0;
        boundaries += n > 1 && line.at[0] == '-' && line.at[1] == '-';
        if (addresses > MIME_ADDRESSES_MAX || boundaries > MIME_BOUNDARY_LINES_MAX)
            return false;
        mail = bytes_skip(mail, n);
    }
    return true;
}

struct mime_result mime_read(struct bytes mail, struct layout *tree,
                             void (*part)(void *context, const struct mime_part *part),
                             void *context)
{
    struct reading r = {.part = part, .context = context, .tree = tree};
    struct buf shortened = {0};
    GByteArray *array;
    GMimeStream *stream;
    GMimeParser *parser;
    GMimeObject *top;

    if (!mail.n)
        return r.result;
    if (!is_within_caps(bytes_skip(mail, headers_length(mail)))) { /* its own are not parsed */
        r.result.too_many = true;
        return r.result;
    }
    if (headers_length(mail) > MIME_HEADERS_MAX) { /* its cost is that of a square */
        headers_of_parts(mail, &shortened);
        mail = buf_view(&shortened);
    }
    r.mail = mail;
    array = g_byte_array_new_take((guint8 *)(uintptr_t)mail.at, mail.n); /* no copy */
    stream = g_mime_stream_mem_new_with_byte_array(array);
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), false);
    parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    top = g_mime_parser_construct_part(parser, NULL);
    g_object_unref(parser);
    if (top) {
        walk(&r, top, 0);
        g_object_unref(top);
    }
    (void)g_byte_array_steal(array, NULL);
    g_byte_array_unref(array);
    buf_fini(&shortened);
    return r.result;
}
