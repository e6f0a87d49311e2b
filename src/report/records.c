/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/records.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "report/tally.h"

struct found { /* a file and what tells it from all others */
    struct record_file file;
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
    g_free(((struct record_file *)file)->path);
    g_free(file);
}

void records_init(struct record_files *files)
{
    files->files = g_ptr_array_new_with_free_func(free_file);
    files->unread = g_ptr_array_new_with_free_func(g_free);
    files->known = g_hash_table_new(hash_file, same_file);
}

void records_fini(struct record_files *files)
{
    g_hash_table_destroy(files->known);
    g_ptr_array_free(files->files, TRUE);
    g_ptr_array_free(files->unread, TRUE);
}

/* What stands in a name after its kind: "emails-20060610T000000Z.csv" -> ".csv",
 * and the kind; NULL: no record file. */
static const char *ending_of(const char *name, unsigned *kind)
{
    for (unsigned i = 0; i < tally_kinds(); i++) {
        size_t n = strlen(tally_kind_name(i));
        const char *dot = strstr(name, ".csv");

        if (dot && strncmp(name, tally_kind_name(i), n) == 0 &&
            (name + n == dot || name[n] == '-')) {
            *kind = i;
            return dot;
        }
    }
    return NULL;
}

static void leave_out(struct record_files *files, const char *path, const char *why)
{
    g_ptr_array_add(files->unread, g_strdup_printf("%s: %s", path, why));
}

static void add_file(struct record_files *files, const char *path, unsigned kind,
                     const struct stat *st)
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
static const char *const endings[] = {".csv", ".csv.gz", ".csv.zst", ".csv.xz", ".csv.lz4"};

/* Which of them; ENDINGS: none. */
enum { ENDINGS = sizeof endings / sizeof *endings };

static unsigned form_of(const char *ending)
{
    unsigned form = 0;

    while (form < ENDINGS && strcmp(ending, endings[form]) != 0)
        form++;
    return form;
}

static bool earlier_form_exists(const char *path, unsigned form)
{
    size_t stem = strlen(path) - strlen(endings[form]);
    bool exists = false;
    struct stat st;

    for (unsigned i = 0; i < form && !exists; i++) {
        char *other = g_strdup_printf("%.*s%s", (int)stem, path, endings[i]);

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

static void add_name(struct record_files *files, const char *dir, const char *name)
{
    char *path = g_build_filename(dir, name, NULL);
    unsigned kind = 0;
    const char *ending = ending_of(name, &kind);
    unsigned form = ending ? form_of(ending) : ENDINGS;
    struct stat st = {0};

    if (ending && stat(path, &st) != 0)
        look_again(&path, &st);
    if (!ending || !S_ISREG(st.st_mode))
        ending = NULL;
    else if (strcmp(ending, ".csv.part") == 0)
        leave_out(files, path, "still being written; not read");
    else if (form < ENDINGS && earlier_form_exists(path, form))
        leave_out(files, path, "there in another form too, which is read");
    else if (form < ENDINGS)
        add_file(files, path, kind, &st);
    g_free(path);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool add_folder(struct record_files *files, const char *path, struct failure *failure)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(path, 0, NULL);
    guint before = files->files->len;
    const char *name;

    while (dir && (name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        add_name(files, path, g_ptr_array_index(names, i));
    g_ptr_array_free(names, TRUE);
    if (!dir)
        return failure_set(failure, "%s: cannot be opened: %s", path, strerror(errno));
    g_dir_close(dir);
    if (files->files->len == before && !files->unread->len)
        return failure_set(failure,
                           "%s: no record files here (connections.csv, requests.csv, emails.csv, "
                           "...); give the folder that potsherd replay -o or watch -o wrote to",
                           path);
    return true;
}

bool records_add(struct record_files *files, const char *path, struct failure *failure)
{
    char *name = g_path_get_basename(path);
    unsigned kind = 0;
    const char *ending = ending_of(name, &kind);
    bool whole = ending && form_of(ending) < ENDINGS;
    struct stat st;

    g_free(name);
    if (stat(path, &st) != 0)
        return failure_set(failure, "%s: cannot be opened: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return add_folder(files, path, failure);
    if (!whole)
        return failure_set(failure, "%s: neither a folder of records nor a record file", path);
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

void records_sort(struct record_files *files)
{
    g_ptr_array_sort(files->files, compare_files);
}
