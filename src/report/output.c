/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text_width.h"

/* ---- one file ---- */

static bool write_stream(FILE *to, const struct buf *text)
{
    return to && fwrite(text->data, 1, text->len, to) == text->len && fflush(to) == 0;
}

static bool write_fd(int fd, const struct buf *text)
{
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    bool done = write_stream(file, text);

    return file && fclose(file) == 0 && done;
}

/* A terminal, a pipe: as it comes. */
static bool write_device(const char *path, const struct buf *text)
{
    return write_fd(open(path, O_WRONLY | O_CLOEXEC), text);
}

static bool replace_file(const char *path, const struct buf *text)
{
    char *beside;
    int fd = file_create_beside(path, &beside);
    bool done = write_fd(fd, text) && rename(beside, path) == 0;
    int error = errno;

    if (!done && fd >= 0)
        unlink(beside);
    g_free(beside);
    errno = error;
    return done;
}

/* Whole or not at all: beside its place first, unless its place is a device. */
static bool write_file(const char *path, const struct buf *text, struct failure *failure)
{
    struct stat st;
    bool is_file = stat(path, &st) != 0 || S_ISREG(st.st_mode);

    return (is_file ? replace_file(path, text) : write_device(path, text)) ||
           failure_set(failure, "%s: cannot be written: %s", path, strerror(errno));
}

static bool write_stdout(const struct buf *text, struct failure *failure)
{
    if (write_stream(stdout, text) || errno == EPIPE) /* the reader has had enough */
        return true;
    failure_set(failure, "standard output: cannot be written: %s", strerror(errno));
    clearerr(stdout); /* this is said once: main asks, too */
    return false;
}

/* ---- a file a table ---- */

/* What a report says of itself has a file where it is said for others to read; without that the
 * same rows give the same files, whenever and by whatever version they are made. */
static bool is_published(const struct report_options *o)
{
    return o->title || o->organisation || o->contact || o->tlp || o->anonymise;
}

/* report-ID.csv, so that no name is that of a record file. */
static bool write_table(const struct report_format *format, const struct table *t,
                        const char *folder, struct failure *failure)
{
    char *path = g_strdup_printf("%s/report-%s.%s", folder, t->id, format->extension);
    struct buf text = {0};
    bool done;

    format->render_table(t, &text);
    done = write_file(path, &text, failure);
    buf_fini(&text);
    g_free(path);
    return done;
}

static bool write_folder(const struct report_format *format, const struct report_options *o,
                         const struct report_tables *tables, const char *folder,
                         struct failure *failure)
{
    bool done = true;

    if (!folder_make(folder, NULL, NULL))
        return failure_set(failure, "%s: cannot be made: %s", folder, strerror(errno));
    for (guint i = 0; done && i < tables->tables->len; i++) {
        const struct table *t = g_ptr_array_index(tables->tables, i);

        if (t->shape != TABLE_ABOUT || is_published(o))
            done = write_table(format, t, folder, failure);
    }
    return done;
}

/* ---- links to the tables ---- */

/* `to` as seen from the folder `from`, both real paths: "../../to". */
static char *relative(const char *from, const char *to)
{
    GString *path = g_string_new(NULL);
    size_t same = 0;

    for (size_t i = 0; from[i] == to[i] || !from[i] || !to[i]; i++) {
        bool from_ends = !from[i] || from[i] == '/', to_ends = !to[i] || to[i] == '/';

        if (from_ends && to_ends)
            same = i;
        if (!from[i] || !to[i] || !from_ends != !to_ends)
            break;
    }
    for (const char *at = from + same; at && at[0] && at[1]; at = strchr(at + 1, '/'))
        g_string_append(path, "../");
    g_string_append(path, to[same] == '/' ? to + same + 1 : to + same);
    if (path->len && path->str[path->len - 1] != '/')
        g_string_append_c(path, '/');
    return g_string_free(path, FALSE);
}

/* The URL of the tables as the page sees them, which need not be there yet. */
static const char *links_of(struct report_tables *tables, const char *page, const char *folder)
{
    char *place = page ? g_path_get_dirname(page) : g_strdup(".");
    char *from = realpath(place, NULL), *to = realpath(folder, NULL);
    char *path = from && to ? relative(from, to) : NULL;
    char *url = path ? g_uri_escape_string(path, "/", FALSE) : NULL;
    const char *kept = url ? g_string_chunk_insert(tables->texts, url[0] ? url : "./") : NULL;

    g_free(place);
    free(from);
    free(to);
    g_free(path);
    g_free(url);
    return kept;
}

/* ---- the whole ---- */

static void to_ascii(struct buf *text)
{
    struct buf plain = {0};

    text_append_ascii(&plain, buf_string(text));
    buf_fini(text);
    *text = plain;
}

static bool write_document(const struct report_format *format, const struct report_options *o,
                           const struct report_tables *tables, struct failure *failure)
{
    struct buf text = {0};
    bool done;

    format->render(tables, &text);
    if (o->ascii && format == &report_format_text)
        to_ascii(&text);
    done = o->output ? write_file(o->output, &text, failure) : write_stdout(&text, failure);
    buf_fini(&text);
    return done;
}

bool output_write(const struct report_format *format, const struct report_options *o,
                  struct report_tables *tables, struct failure *failure)
{
    if (format->render_table)
        return write_folder(format, o, tables, o->output, failure);
    if (o->csv) {
        if (!write_folder(&report_format_csv, o, tables, o->csv, failure))
            return false;
        tables->csv_links = links_of(tables, o->output, o->csv);
    }
    return write_document(format, o, tables, failure);
}
