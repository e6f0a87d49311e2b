/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads mails as the mail worker does, and beside it with bare GMime, which parses them and decodes
 * each part: what full analysis costs.  All mails are in memory; rounds take turns, the best of
 * each counts.  Usage: mail-bare FOLDER [TAGS [ROUNDS]]
 */
#include <gmime/gmime.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "mail/analysis.h"
#include "mail/mime.h"

struct mails {
    GPtrArray *texts; /* GBytes */
    size_t bytes;
};

static void load(struct mails *m, const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    m->texts = g_ptr_array_new();
    while (dir && (name = g_dir_read_name(dir)) != NULL) {
        char *path = g_build_filename(folder, name, NULL), *text;
        gsize n;

        if (g_file_get_contents(path, &text, &n, NULL)) {
            g_ptr_array_add(m->texts, g_bytes_new_take(text, n));
            m->bytes += n;
        }
        g_free(path);
    }
    if (dir)
        g_dir_close(dir);
}

static uint64_t decoded;

static void decode_part(GMimeObject *parent, GMimeObject *object, gpointer context)
{
    GMimeDataWrapper *content;
    GMimeStream *out;

    (void)parent, (void)context;
    if (!GMIME_IS_PART(object) || !(content = g_mime_part_get_content(GMIME_PART(object))))
        return;
    out = g_mime_stream_mem_new();
    (void)g_mime_data_wrapper_write_to_stream(content, out);
    decoded += (uint64_t)g_mime_stream_length(out);
    g_object_unref(out);
}

static void read_with_gmime(const struct mails *m)
{
    for (guint i = 0; i < m->texts->len; i++) {
        gsize n;
        const char *text = g_bytes_get_data(m->texts->pdata[i], &n);
        GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, n);
        GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

        if (message) {
            g_mime_message_foreach(message, decode_part, NULL);
            g_object_unref(message);
        }
        g_object_unref(parser);
        g_object_unref(stream);
    }
}

static void read_all(const struct mails *m, struct analysis *a, const struct mail_tools *tools)
{
    const struct mail_facts facts = {.us = {.family = 0}};

    for (guint i = 0; i < m->texts->len; i++) {
        gsize n;
        const void *text = g_bytes_get_data(m->texts->pdata[i], &n);

        analysis_run(a, tools, (struct bytes){text, n}, true, &facts);
    }
}

static double seconds(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct mail_setup setup = {.rules = NULL};
    struct mails mails = {.bytes = 0};
    struct analysis a = {.flags = 0};
    double gmime = 1e9, ours = 1e9;
    struct mail_tools *tools;
    struct failure why;
    int rounds = argc > 3 ? atoi(argv[3]) : 3;

    if (argc < 2) {
        fputs("mail-bare: needs a folder of mails\n", stderr);
        return 2;
    }
    load(&mails, argv[1]);
    if (argc > 2 && !(setup.rules = mail_rules_load(argv[2], &why)))
        log_panic("%s", why.text);
    tools = mail_tools_open(&setup, &why);
    if (!tools || !mails.texts->len)
        log_panic("%s: no mails", argv[1]);
    for (int i = 0; i < rounds; i++) {
        double begin = seconds(), middle;

        read_with_gmime(&mails);
        middle = seconds();
        read_all(&mails, &a, tools);
        ours = MIN(ours, seconds() - middle);
        gmime = MIN(gmime, middle - begin);
    }
    printf("%u mails of %zu bytes: GMime %.1f us each, all that is read %.1f us: %.2f times\n",
           mails.texts->len, mails.bytes / mails.texts->len, gmime * 1e6 / mails.texts->len,
           ours * 1e6 / mails.texts->len, ours / gmime);
    return 0;
}
