/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verify_list.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Sorted, not hashed: who writes a manifest chooses its names. */
struct noted { /* a line */
    char *file, *why;
    uint8_t sum[MANIFEST_SUM_BYTES];
    enum manifest_kind kind;
    uint64_t line;
};

static void free_noted(gpointer noted)
{
    struct noted *n = noted;

    g_free(n->file);
    g_free(n->why);
}

static gint compare_noted(gconstpointer pa, gconstpointer pb)
{
    const struct noted *a = pa, *b = pb;
    int order = strcmp(a->file, b->file);

    return order ? order : (a->line > b->line) - (a->line < b->line);
}

static bool read_lines(FILE *in, GArray *lines, const char *dir, struct failure *why)
{
    struct manifest_line parsed;
    struct failure fault;
    char *text = NULL;
    size_t room = 0;
    uint64_t line = 0;
    bool good = true;
    ssize_t n;

    while (good && (n = getline(&text, &room, in)) > 0) {
        line++;
        good = text[n - 1] == '\n' || failure_set(&fault, "the last line is not whole");
        good =
            good && manifest_parse((struct bytes){(uint8_t *)text, (size_t)n - 1}, &parsed, &fault);
        if (good && parsed.kind != MANIFEST_REMARK) {
            struct noted noted = {.file = g_strdup(parsed.file),
                                  .why = g_strdup(parsed.why),
                                  .kind = parsed.kind,
                                  .line = line};

            memcpy(noted.sum, parsed.sum, sizeof noted.sum);
            g_array_append_val(lines, noted);
        }
    }
    free(text);
    if (!good)
        return failure_set(why, "%s/" MANIFEST_NAME ":%" PRIu64 ": %s", dir, line, fault.text);
    return !ferror(in) || failure_set(why, "%s/" MANIFEST_NAME ": %s", dir, g_strerror(errno));
}

/* NULL, with `absent` or a message, when there is none to read. */
static FILE *open_manifest(int dir_fd, const char *dir, bool *absent, struct failure *why)
{
    int fd = openat(dir_fd, MANIFEST_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;

    *absent = fd < 0 && errno == ENOENT;
    if (*absent)
        return NULL;
    if (fd < 0)
        failure_set(why, "%s/" MANIFEST_NAME ": cannot be opened: %s", dir,
                    errno == ELOOP ? "it is a link" : g_strerror(errno));
    else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        failure_set(why, "%s/" MANIFEST_NAME ": no plain file", dir);
    else if ((uint64_t)st.st_size > MANIFEST_BYTES_MAX)
        failure_set(why, "%s/" MANIFEST_NAME ": larger than 256 MiB, which is no manifest", dir);
    else
        return fdopen(fd, "r");
    if (fd >= 0)
        close(fd);
    return NULL;
}

/* --- a name's lines --- */

static void take(struct verify_entry *e, const struct noted *n, bool *noted)
{
    if (n->kind == MANIFEST_REMOVED) {
        g_free(e->removed);
        e->removed = g_strdup(n->why);
    }
    if (n->kind != MANIFEST_SUM) {
        *noted = true;
        return;
    }
    if (e->line && !*noted && memcmp(e->sum, n->sum, sizeof e->sum) != 0)
        e->conflict = e->line;
    memcpy(e->sum, n->sum, sizeof e->sum);
    e->line = n->line;
    *noted = false;
    g_free(e->removed);
    e->removed = NULL;
}

static void fold(struct verify_list *l, const GArray *lines)
{
    bool noted = false;

    l->entries = g_new0(struct verify_entry, lines->len + 1);
    for (guint i = 0; i < lines->len; i++) {
        const struct noted *n = &g_array_index(lines, struct noted, i);

        if (!l->count || strcmp(l->entries[l->count - 1].file, n->file) != 0) {
            l->entries[l->count++].file = g_strdup(n->file);
            noted = false;
        }
        take(&l->entries[l->count - 1], n, &noted);
    }
}

bool verify_list_read(struct verify_list *l, int dir_fd, const char *dir, struct failure *why)
{
    FILE *in = open_manifest(dir_fd, dir, &l->absent, why);
    GArray *lines;
    bool good;

    if (!in)
        return l->absent;
    lines = g_array_new(FALSE, FALSE, sizeof(struct noted));
    g_array_set_clear_func(lines, free_noted);
    good = read_lines(in, lines, dir, why);
    fclose(in);
    if (good) {
        g_array_sort(lines, compare_noted);
        fold(l, lines);
    }
    g_array_free(lines, TRUE);
    return good;
}

static int compare_entry(const void *file, const void *entry)
{
    return strcmp(file, ((const struct verify_entry *)entry)->file);
}

const struct verify_entry *verify_list_find(const struct verify_list *l, const char *file)
{
    return l->count ? bsearch(file, l->entries, l->count, sizeof *l->entries, compare_entry) : NULL;
}

void verify_list_clear(struct verify_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        g_free(l->entries[i].file);
        g_free(l->entries[i].removed);
    }
    g_free(l->entries);
    *l = (struct verify_list){.entries = NULL};
}
