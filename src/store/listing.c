/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/listing.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct found { /* a file and what tells it from all others */
    struct listed_file file;
    dev_t device;
    ino_t inode;
    guint order; /* as found */
};

static guint hash_file(gconstpointer file)
{
    const struct found *f = file;

    return (guint)(f->inode ^ f->inode >> 32 ^ f->device * 31);
}

static gboolean same_file(gconstpointer pa, gconstpointer pb)
{
    const struct found *a = pa, *b = pb;

    return a->device == b->device && a->inode == b->inode;
}

static void free_file(gpointer file)
{
    g_free(((struct listed_file *)file)->path);
    g_free(file);
}

void listing_init(struct listing *files, const struct listing_kind *kinds, unsigned n)
{
    files->kinds = kinds;
    files->kind_count = n;
    files->files = g_ptr_array_new_with_free_func(free_file);
    files->unread = g_ptr_array_new_with_free_func(g_free);
    files->known = g_hash_table_new(hash_file, same_file);
}

void listing_fini(struct listing *files)
{
    g_hash_table_destroy(files->known);
    g_ptr_array_free(files->files, TRUE);
    g_ptr_array_free(files->unread, TRUE);
}

/* What stands in a name after its kind and its stamp: ".csv.gz" of
 * "emails-20060610T000000Z.csv.gz", and the kind; NULL: no record file. */
static const char *ending_of(const struct listing *files, const char *name, unsigned *kind)
{
    for (unsigned i = 0; i < files->kind_count; i++) {
        size_t n = strlen(files->kinds[i].name);
        const char *dot = strstr(name, files->kinds[i].ending);

        if (dot && strncmp(name, files->kinds[i].name, n) == 0 &&
            (name + n == dot || name[n] == '-')) {
            *kind = i;
            return dot;
        }
    }
    return NULL;
}

static void leave_out(struct listing *files, const char *path, const char *why)
{
    g_ptr_array_add(files->unread, g_strdup_printf("%s: %s", path, why));
}

static void add_file(struct listing *files, const char *path, unsigned kind, const struct stat *st)
{
    struct found *f = g_new0(struct found, 1);

    f->device = st->st_dev;
    f->inode = st->st_ino;
    if (g_hash_table_contains(files->known, f)) {
        leave_out(files, path, "given twice; it is read once");
        g_free(f);
        return;
    }
    g_hash_table_add(files->known, f);
    f->file.path = g_strdup(path);
    f->file.kind = kind;
    f->file.size = (uint64_t)st->st_size;
    f->order = files->files->len;
    g_ptr_array_add(files->files, f);
}

/* Compressed segments are records too; of several forms of one, the first of
 * these is read. */
static const char *const forms[] = {"", ".gz", ".zst", ".xz", ".lz4"};

/* Which of them; FORMS: none. */
enum { FORMS = sizeof forms / sizeof *forms };

static unsigned form_of(const struct listing *files, unsigned kind, const char *ending)
{
    const char *rest = ending + strlen(files->kinds[kind].ending);
    unsigned form = 0;

    while (form < FORMS && strcmp(rest, forms[form]) != 0)
        form++;
    return form;
}

static bool is_part(const struct listing *files, unsigned kind, const char *ending)
{
    return strcmp(ending + strlen(files->kinds[kind].ending), ".part") == 0;
}

static bool earlier_form_exists(const char *path, unsigned form)
{
    size_t stem = strlen(path) - strlen(forms[form]);
    bool exists = false;
    struct stat st;

    for (unsigned i = 0; i < form && !exists; i++) {
        char *other = g_strdup_printf("%.*s%s", (int)stem, path, forms[i]);

        exists = stat(other, &st) == 0;
        g_free(other);
    }
    return exists;
}

/* The .csv was listed, and a live run has compressed it since: its new name may not
 * have been. */
static void look_again(char **path, struct stat *st)
{
    char *packed = g_strconcat(*path, ".zst", NULL);

    if (stat(packed, st) != 0)
        st->st_mode = 0; /* removed */
    g_free(*path);
    *path = packed;
}

static void add_name(struct listing *files, const char *dir, const char *name)
{
    char *path = g_build_filename(dir, name, NULL);
    unsigned kind = 0;
    const char *ending = ending_of(files, name, &kind);
    unsigned form = ending ? form_of(files, kind, ending) : FORMS;
    struct stat st = {0};

    if (ending && stat(path, &st) != 0)
        look_again(&path, &st);
    if (!ending || !S_ISREG(st.st_mode))
        ending = NULL;
    else if (is_part(files, kind, ending))
        leave_out(files, path, "still being written; not read");
    else if (form < FORMS && earlier_form_exists(path, form))
        leave_out(files, path, "there in another form too, which is read");
    else if (form < FORMS)
        add_file(files, path, kind, &st);
    g_free(path);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool fail_to_open(const char *path, int error, struct failure *failure)
{
    if (error == EACCES)
        return failure_set(failure,
                           "%s: cannot be opened: %s; records are for their owner and group: run "
                           "this as one of them, or as root",
                           path, strerror(error));
    if (error == ENOENT)
        return failure_set(failure,
                           "%s: there is no such folder; give that which potsherd replay -o or "
                           "watch -o wrote to",
                           path);
    return failure_set(failure, "%s: cannot be opened: %s", path, strerror(error));
}

static bool fail_without_records(const char *path, bool json, struct failure *failure)
{
    if (json)
        return failure_set(failure,
                           "%s: the records here are JSON lines, which are for other programs; "
                           "record CSV (leave --format json out) to read them with potsherd",
                           path);
    return failure_set(failure,
                       "%s: no record files here (connections.csv, requests.csv, emails.csv, ...); "
                       "give the folder that potsherd replay -o or watch -o wrote to",
                       path);
}

static bool add_folder(struct listing *files, const char *path, struct failure *failure)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    DIR *dir = opendir(path);
    int error = errno; /* before anything else sets it */
    guint before = files->files->len;
    const struct dirent *entry;
    bool json = false;

    while (dir && (entry = readdir(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(entry->d_name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        add_name(files, path, g_ptr_array_index(names, i));
        json = json || strstr(g_ptr_array_index(names, i), ".ndjson");
    }
    g_ptr_array_free(names, TRUE);
    if (!dir)
        return fail_to_open(path, error, failure);
    closedir(dir);
    if (files->files->len == before && !files->unread->len)
        return fail_without_records(path, json, failure);
    return true;
}

bool listing_add(struct listing *files, const char *path, struct failure *failure)
{
    char *name = g_path_get_basename(path);
    unsigned kind = 0;
    const char *ending = ending_of(files, name, &kind);
    bool whole = ending && form_of(files, kind, ending) < FORMS;
    struct stat st;

    g_free(name);
    if (stat(path, &st) != 0)
        return fail_to_open(path, errno, failure);
    if (S_ISDIR(st.st_mode))
        return add_folder(files, path, failure);
    if (!whole)
        return failure_set(failure,
                           "%s: neither a folder of records nor a record file; captures become "
                           "records by potsherd replay",
                           path);
    add_file(files, path, kind, &st);
    return true;
}

static gint compare_files(gconstpointer pa, gconstpointer pb)
{
    const struct found *a = *(const struct found *const *)pa;
    const struct found *b = *(const struct found *const *)pb;

    if (a->file.kind != b->file.kind)
        return a->file.kind < b->file.kind ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

void listing_sort(struct listing *files)
{
    g_ptr_array_sort(files->files, compare_files);
}
