/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * potsherd verify: whether the files of a folder are those that SHA256SUMS lists.
 *
 * A run may go on meanwhile.  It lists a file before it gives it its name, so the folder is
 * looked at first; and it notes what it removes, so what is missing is looked up once more at
 * the end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/options.h"
#include "cli/verify_list.h"
#include "potsherd/schema.h"
#include "potsherd/segment.h"

#define CHUNK (256 * 1024)

enum state { OK, CHANGED, MISSING, UNLISTED, REMOVED, UNFINISHED, OTHER, STATES };

static const struct {
    const char *word, *in_all;
    bool wrong;
} states[STATES] = {
    [OK] = {"ok", "ok", false},
    [CHANGED] = {"changed", "changed", true},
    [MISSING] = {"missing", "missing", true},
    [UNLISTED] = {"unlisted", "not in the manifest", true},
    [REMOVED] = {"removed", "removed by potsherd", false},
    [UNFINISHED] = {"part", "unfinished", false},
    [OTHER] = {"other", "other", false},
};

struct verification { /* of one folder */
    const char *dir;
    int fd;
    bool quiet;
    GPtrArray *names; /* char *: what is in the folder, in order */
    struct verify_list list;
    GPtrArray *missing; /* char * */
    struct digest *digest;
    uint8_t *chunk;
    uint64_t counts[STATES];
};

LOG_PRINTF(4, 5)
static void say(struct verification *v, enum state state, const char *file, const char *format, ...)
{
    va_list args;
    char *why;

    v->counts[state]++;
    if (v->quiet && !states[state].wrong)
        return;
    va_start(args, format);
    why = g_strdup_vprintf(format, args);
    va_end(args);
    log_print("%-9s %s/%s%s%s", states[state].word, v->dir, file, *why ? ": " : "", why);
    g_free(why);
}

/* --- what is in the folder --- */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool list_folder(struct verification *v, struct failure *why)
{
    DIR *all = opendir(v->dir);
    const struct dirent *entry;

    if (!all)
        return failure_set(why,
                           "%s: cannot be listed: %s; give a folder that potsherd replay -o or "
                           "watch -o wrote to, as a user who may read it",
                           v->dir, g_strerror(errno));
    while ((entry = readdir(all)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            strcmp(entry->d_name, MANIFEST_NAME) != 0)
            g_ptr_array_add(v->names, g_strdup(entry->d_name));
    v->fd = openat(dirfd(all), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    closedir(all);
    g_ptr_array_sort(v->names, compare_names);
    return v->fd >= 0 || failure_set(why, "%s: cannot be opened: %s", v->dir, g_strerror(errno));
}

/* What reports would read, packets and logs. */
static bool is_of_records(const char *file)
{
    struct segment_name live;

    if (segment_parse(file, &live))
        return true;
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const struct record_schema *schema = record_schema(i);
        size_t n = strlen(schema->name);

        if (schema->writer != WRITER_CAMPAIGNS && !strncmp(file, schema->name, n) &&
            (file[n] == '.' || file[n] == '-') &&
            (strstr(file, ".csv") || strstr(file, ".mbox") || strstr(file, ".ndjson")))
            return true;
    }
    return false;
}

static void say_unlisted(struct verification *v, const char *file)
{
    struct stat st;

    if (fstatat(v->fd, file, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return; /* it has another name by now, or is gone */
    if (S_ISDIR(st.st_mode))
        say(v, OTHER, file, "a folder; give it by itself to verify what is in there");
    else if (!is_of_records(file))
        say(v, OTHER, file, "no file of records");
    else if (g_str_has_suffix(file, ".part"))
        say(v, UNFINISHED, file, "still being written, or left by a run that did not end");
    else
        say(v, UNLISTED, file, "no line of " MANIFEST_NAME " has it");
}

/* --- what the manifest lists --- */

/* NULL, or what keeps it from being read. */
static const char *read_sum(struct verification *v, int fd, uint8_t sum[SHA256_BYTES])
{
    struct stat st;
    ssize_t n;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return "no plain file";
    digest_begin(v->digest, DIGEST_SHA256);
    while ((n = read(fd, v->chunk, CHUNK)) > 0)
        digest_add(v->digest, (struct bytes){v->chunk, (size_t)n});
    digest_end(v->digest, sum);
    return n < 0 ? g_strerror(errno) : NULL;
}

static void compare(struct verification *v, const struct verify_entry *e, int fd)
{
    uint8_t sum[SHA256_BYTES];
    const char *fault = read_sum(v, fd, sum);

    if (fault)
        say(v, CHANGED, e->file, "%s", fault);
    else if (memcmp(sum, e->sum, sizeof sum) != 0)
        say(v, CHANGED, e->file, "its SHA-256 is not that of line %" PRIu64, e->line);
    else if (e->conflict)
        say(v, CHANGED, e->file, "lines %" PRIu64 " and %" PRIu64 " give it different sums",
            e->conflict, e->line);
    else
        say(v, OK, e->file, "%s", "");
}

/* A line comes before the file's name. */
static bool is_being_finished(const struct verification *v, const char *file)
{
    char *part = g_strconcat(file, ".part", NULL);
    bool there = faccessat(v->fd, part, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

    g_free(part);
    return there;
}

static void look_at(struct verification *v, const struct verify_entry *e)
{
    int fd = openat(v->fd, e->file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd >= 0 && e->line)
        compare(v, e, fd);
    else if (fd >= 0)
        say(v, UNLISTED, e->file, "there is a note on it, and no sum");
    else if (errno == ELOOP)
        say(v, CHANGED, e->file, "a link, and no file");
    else if (errno != ENOENT)
        say(v, CHANGED, e->file, "cannot be opened: %s", g_strerror(errno));
    else if (e->removed)
        say(v, REMOVED, e->file, "%s", e->removed);
    else
        g_ptr_array_add(v->missing, g_strdup(e->file));
    if (fd >= 0)
        close(fd);
}

/* It may have been removed, or given its name, since the manifest was read. */
static bool look_again(struct verification *v, struct failure *why)
{
    if (!v->missing->len)
        return true;
    verify_list_clear(&v->list);
    if (!verify_list_read(&v->list, v->fd, v->dir, why))
        return false;
    for (guint i = 0; i < v->missing->len; i++) {
        const char *file = g_ptr_array_index(v->missing, i);
        const struct verify_entry *e = verify_list_find(&v->list, file);
        uint64_t line = e ? e->line : 0;

        if (e && e->removed)
            say(v, REMOVED, file, "%s", e->removed);
        else if (is_being_finished(v, file))
            say(v, UNFINISHED, file, "listed, and not given its name yet");
        else
            say(v, MISSING, file, "line %" PRIu64 " has it", line);
    }
    return true;
}

/* --- a folder --- */

static bool verify_folder(struct verification *v, struct failure *why)
{
    if (!list_folder(v, why) || !verify_list_read(&v->list, v->fd, v->dir, why))
        return false;
    for (size_t i = 0; i < v->list.count; i++)
        look_at(v, &v->list.entries[i]);
    for (guint i = 0; i < v->names->len; i++)
        if (!verify_list_find(&v->list, g_ptr_array_index(v->names, i)))
            say_unlisted(v, g_ptr_array_index(v->names, i));
    if (v->list.absent && !v->counts[UNFINISHED])
        return failure_set(why, "%s/" MANIFEST_NAME ": there is none; is it a folder of records?",
                           v->dir);
    return look_again(v, why);
}

/* Whether nothing is wrong. */
static bool sum_up(const struct verification *v)
{
    GString *text = g_string_new(NULL);
    bool good = true;

    for (int i = 0; i < STATES; i++) {
        if (v->counts[i] || i <= UNLISTED)
            g_string_append_printf(text, "%s%" PRIu64 " %s", text->len ? ", " : "", v->counts[i],
                                   states[i].in_all);
        good = good && !(states[i].wrong && v->counts[i]);
    }
    log_print("%s: %s", v->dir, text->str);
    g_string_free(text, TRUE);
    return good;
}

static bool verify(const char *dir, bool quiet)
{
    struct verification v = {.dir = dir, .fd = -1, .quiet = quiet};
    struct failure why;
    bool good;

    v.names = g_ptr_array_new_with_free_func(g_free);
    v.missing = g_ptr_array_new_with_free_func(g_free);
    v.digest = digest_new();
    v.chunk = mem_new(CHUNK);
    good = verify_folder(&v, &why);
    if (good)
        good = sum_up(&v);
    else
        log_warn("%s", why.text);
    verify_list_clear(&v.list);
    mem_free(v.chunk);
    digest_free(v.digest);
    g_ptr_array_free(v.missing, TRUE);
    g_ptr_array_free(v.names, TRUE);
    if (v.fd >= 0)
        close(v.fd);
    return good;
}

int command_verify(const struct options *options)
{
    bool good = true;

    for (int i = 0; i < options->argument_count; i++)
        good = verify(options->arguments[i], options->quiet) && good;
    return !good;
}
