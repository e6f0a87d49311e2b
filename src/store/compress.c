/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/compress.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/input.h"
#include "base/mem.h"
#include "potsherd/manifest.h"
#include "potsherd/segment.h"

#define CHUNK  (64 * 1024)
#define LOWEST 19 /* nice(2) */

struct names { /* of one segment, in its folder */
    int dir_fd;
    const char *dir, *csv;
    char *packed, *part;
    struct manifest *manifest;  /* or NULL */
    const atomic_bool *give_up; /* set by another thread; NULL: it is done to the end */
};

static void names_init(struct names *n, int dir_fd, const char *dir, const char *csv,
                       struct manifest *manifest, const atomic_bool *give_up)
{
    *n = (struct names){
        .dir_fd = dir_fd, .dir = dir, .csv = csv, .manifest = manifest, .give_up = give_up};
    n->packed = g_strdup_printf("%s.zst", csv);
    n->part = g_strdup_printf("%s.part", n->packed);
}

static void names_fini(struct names *n)
{
    g_free(n->packed);
    g_free(n->part);
}

static bool is_given_up(const struct names *n)
{
    return n->give_up && atomic_load(n->give_up);
}

static bool fail(const struct names *n, const char *what, const char *reason, struct failure *why)
{
    return failure_set(why, "%s/%s: cannot be compressed: %s: %s; it stays as it is for now",
                       n->dir, n->csv, what, reason);
}

/* --- writing --- */

static bool copy(const struct names *n, struct archive *a, int in, off_t size)
{
    struct archive_entry *entry = archive_entry_new();
    char *chunk = mem_new(CHUNK);
    ssize_t got = 0;
    bool good;

    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, size);
    archive_entry_set_pathname(entry, "data"); /* asked for, and not written */
    good = archive_write_header(a, entry) == ARCHIVE_OK;
    while (good && (got = read(in, chunk, CHUNK)) > 0)
        good = archive_write_data(a, chunk, (size_t)got) == got && !is_given_up(n);
    if (good && got < 0)
        archive_set_error(a, errno, "%s", g_strerror(errno));
    mem_free(chunk);
    archive_entry_free(entry);
    return good && got == 0;
}

struct output { /* what libarchive gives is hashed on its way */
    int fd;
    struct digest *digest;
};

static la_ssize_t put(struct archive *a, void *context, const void *bytes, size_t n)
{
    const struct output *out = context;
    ssize_t written;

    do
        written = write(out->fd, bytes, n);
    while (written < 0 && errno == EINTR);
    if (written < 0)
        archive_set_error(a, errno, "%s", g_strerror(errno));
    else
        digest_add(out->digest, (struct bytes){bytes, (size_t)written});
    return written;
}

static bool pack(const struct names *n, int in, off_t size, struct output *out, struct failure *why)
{
    struct archive *a = archive_write_new();
    const char *reason;
    bool good = a && archive_write_set_format_raw(a) == ARCHIVE_OK &&
                archive_write_add_filter_zstd(a) == ARCHIVE_OK &&
                archive_write_set_bytes_per_block(a, CHUNK) == ARCHIVE_OK &&
                archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
                archive_write_open(a, out, NULL, put, NULL) == ARCHIVE_OK && copy(n, a, in, size) &&
                archive_write_close(a) == ARCHIVE_OK;

    if (!good) {
        reason = a ? archive_error_string(a) : NULL;
        fail(n, n->part, reason ? reason : "no reason given", why);
    }
    archive_write_free(a);
    return good;
}

/* --- reading back --- */

/* Whether the compressed file holds these bytes and no others. */
static bool holds(const struct names *n, const char *packed, int csv)
{
    char *path = g_build_filename(n->dir, packed, NULL);
    struct failure ignored;
    struct input *input = input_open(path, &ignored);
    FILE *stream = input ? input_stream(input) : NULL;
    char *a = mem_new(CHUNK), *b = mem_new(CHUNK);
    off_t at = 0;
    size_t got = 0;
    bool same = stream != NULL;

    while (same && (got = fread(a, 1, CHUNK, stream)) > 0) {
        same = !is_given_up(n) && pread(csv, b, got, at) == (ssize_t)got && memcmp(a, b, got) == 0;
        at += (off_t)got;
    }
    same = same && !input_error(input) && pread(csv, b, 1, at) == 0;
    if (stream)
        fclose(stream);
    input_close(input);
    mem_free(a);
    mem_free(b);
    g_free(path);
    return same;
}

/* --- one segment --- */

/* The time, too: it is that of the last row. */
static bool write_into(const struct names *n, int in, struct output *output, struct failure *why)
{
    int out = output->fd;
    struct stat st;
    bool good = false;

    if (fstat(in, &st) != 0)
        fail(n, n->part, g_strerror(errno), why);
    else if (pack(n, in, st.st_size, output, why)) {
        const struct timespec times[2] = {st.st_atim, st.st_mtim};

        good = futimens(out, times) == 0 && fsync(out) == 0;
        if (!good)
            fail(n, n->part, g_strerror(errno), why);
    }
    return good;
}

static bool write_part(const struct names *n, int in, uint8_t sum[SHA256_BYTES],
                       struct failure *why)
{
    struct output out = {.fd = file_create(n->dir_fd, n->part)};
    bool good;

    if (out.fd < 0)
        return fail(n, n->part, g_strerror(errno), why);
    out.digest = digest_new();
    digest_begin(out.digest, DIGEST_SHA256);
    good = write_into(n, in, &out, why);
    digest_end(out.digest, sum);
    digest_free(out.digest);
    close(out.fd);
    return good;
}

static void note_removed(const struct names *n)
{
    char *why;

    if (!n->manifest)
        return;
    why = g_strdup_printf("%s holds it", n->packed);
    manifest_note(n->manifest, "removed", n->csv, why);
    g_free(why);
}

/* The names' change reaches the disk before the .csv goes. */
static bool take_its_place(const struct names *n, const uint8_t sum[SHA256_BYTES],
                           struct failure *why)
{
    if (n->manifest)
        manifest_add(n->manifest, n->packed, sum);
    if (!file_rename(n->dir_fd, n->part, n->packed) || fsync(n->dir_fd) != 0)
        return fail(n, n->packed, g_strerror(errno), why);
    note_removed(n);
    if (unlinkat(n->dir_fd, n->csv, 0) != 0 && errno != ENOENT)
        return failure_set(why, "%s/%s: compressed, but cannot be removed: %s", n->dir, n->csv,
                           g_strerror(errno));
    return true;
}

static bool replace(const struct names *n, int in, struct failure *why)
{
    uint8_t sum[SHA256_BYTES];
    bool good = write_part(n, in, sum, why);

    if (good && !holds(n, n->part, in))
        good = fail(n, n->part, "what is read back is not what was written", why);
    if (good && !file_is_there(n->dir_fd, n->csv)) { /* removed by now: so is this */
        (void)!unlinkat(n->dir_fd, n->part, 0);
        return true;
    }
    if (good)
        return take_its_place(n, sum, why);
    (void)!unlinkat(n->dir_fd, n->part, 0);
    return false;
}

/* Both are there. */
static bool remove_double(const struct names *n, int csv, struct failure *why)
{
    bool same = holds(n, n->packed, csv);

    if (is_given_up(n))
        return false;
    if (!same) {
        log_warn("%s/%s and %s differ, so both are kept; reports read the first alone", n->dir,
                 n->csv, n->packed);
        return true;
    }
    note_removed(n);
    if (unlinkat(n->dir_fd, n->csv, 0) != 0)
        return failure_set(why, "%s/%s: cannot be removed, though %s holds it: %s", n->dir, n->csv,
                           n->packed, g_strerror(errno));
    return true;
}

static bool compress(const struct names *n, struct failure *why)
{
    int in = openat(n->dir_fd, n->csv, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool good;

    if (in < 0 && errno == ENOENT)
        return true;
    if (in < 0)
        return fail(n, "cannot be opened", g_strerror(errno), why);
    if (file_is_there(n->dir_fd, n->packed))
        good = remove_double(n, in, why);
    else
        good = replace(n, in, why);
    close(in);
    return good;
}

bool compress_segment(int dir_fd, const char *dir, const char *name, struct manifest *manifest,
                      struct failure *why)
{
    struct names n;
    bool good;

    names_init(&n, dir_fd, dir, name, manifest, NULL);
    good = compress(&n, why);
    names_fini(&n);
    return good;
}

/* --- a folder --- */

/* Names of finished .csv segments, or of parts of compressed ones. */
static GPtrArray *list(int dir_fd, enum segment_kind kind, enum segment_state state)
{
    int copy_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *all = copy_fd >= 0 ? fdopendir(copy_fd) : NULL;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const struct dirent *entry;
    struct segment_name name;

    while (all && (entry = readdir(all)))
        if (segment_parse(entry->d_name, &name) && name.kind == kind && name.state == state)
            g_ptr_array_add(names, g_strdup(entry->d_name));
    if (all)
        closedir(all);
    return names;
}

static bool remove_parts(int dir_fd, const char *dir, struct failure *why)
{
    GPtrArray *names = list(dir_fd, SEGMENT_PACKED, SEGMENT_PART);
    bool good = true;

    for (guint i = 0; good && i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        good = unlinkat(dir_fd, name, 0) == 0 ||
               failure_set(why, "%s/%s: cannot be removed: %s", dir, name, g_strerror(errno));
    }
    g_ptr_array_free(names, TRUE);
    return good;
}

bool compress_repair(int dir_fd, const char *dir, struct manifest *manifest, struct failure *why)
{
    bool good = remove_parts(dir_fd, dir, why);
    GPtrArray *names = list(dir_fd, SEGMENT_CSV, SEGMENT_FINISHED);

    for (guint i = 0; good && i < names->len; i++) {
        struct names n;

        names_init(&n, dir_fd, dir, g_ptr_array_index(names, i), manifest, NULL);
        if (file_is_there(dir_fd, n.packed))
            good = compress_segment(dir_fd, dir, n.csv, manifest, why);
        names_fini(&n);
    }
    g_ptr_array_free(names, TRUE);
    return good;
}

/* --- the thread --- */

struct compressor {
    int dir_fd;
    const char *dir;
    struct manifest *manifest;
    GMutex lock;
    GCond more;
    GQueue fresh;         /* names of this run's segments, which go first */
    GQueue old;           /* of what earlier runs left, and of what is tried again */
    GQueue failed;        /* wait until they are tried again */
    GHashTable *reported; /* set of names that have failed */
    atomic_bool ending;   /* the old ones are left to the next start */
    GThread *thread;      /* NULL: not begun */
};

/* Waits for it; NULL at the end. */
static char *next_name(struct compressor *c, bool *is_old)
{
    char *name;

    g_mutex_lock(&c->lock);
    while (!(name = g_queue_pop_head(&c->fresh)) && !c->ending && !c->old.length)
        g_cond_wait(&c->more, &c->lock);
    *is_old = !name;
    if (!name && !c->ending)
        name = g_queue_pop_head(&c->old);
    g_mutex_unlock(&c->lock);
    return name;
}

static void keep_for(struct compressor *c, GQueue *later, char *name)
{
    g_mutex_lock(&c->lock);
    g_queue_push_tail(later, name);
    g_mutex_unlock(&c->lock);
}

static void fail_for_now(struct compressor *c, char *name, const struct failure *why)
{
    if (g_hash_table_add(c->reported, g_strdup(name)))
        log_warn("%s", why->text);
    keep_for(c, &c->failed, name);
}

static void compress_one(struct compressor *c, char *name, bool is_old)
{
    struct failure why;
    struct names n;

    names_init(&n, c->dir_fd, c->dir, name, c->manifest, is_old ? &c->ending : NULL);
    if (compress(&n, &why)) {
        if (g_hash_table_remove(c->reported, name))
            log_info("%s/%s: compressed at last", c->dir, name);
        g_free(name);
    } else if (is_given_up(&n)) {
        keep_for(c, &c->old, name);
    } else {
        fail_for_now(c, name, &why);
    }
    names_fini(&n);
}

static gpointer compress_all(gpointer context)
{
    struct compressor *c = context;
    bool is_old;
    char *name;

    setpriority(PRIO_PROCESS, (id_t)gettid(), LOWEST); /* of this thread alone, on Linux */
    while ((name = next_name(c, &is_old)))
        compress_one(c, name, is_old);
    return NULL;
}

/* Signals are for the thread that has the loop. */
void compressor_begin(struct compressor *c)
{
    sigset_t all, before;

    if (!c || c->thread)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    c->thread = g_thread_new("compress", compress_all, c);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct compressor *compressor_new(int dir_fd, const char *dir, struct manifest *manifest,
                                  struct failure *why)
{
    struct compressor *c;
    GPtrArray *names;

    if (!compress_repair(dir_fd, dir, manifest, why))
        return NULL;
    c = MEM_NEW(struct compressor);
    c->dir_fd = dir_fd;
    c->dir = dir;
    c->manifest = manifest;
    c->reported = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_mutex_init(&c->lock);
    g_cond_init(&c->more);
    names = list(dir_fd, SEGMENT_CSV, SEGMENT_FINISHED);
    for (guint i = 0; i < names->len; i++)
        g_queue_push_tail(&c->old, g_strdup(g_ptr_array_index(names, i)));
    g_ptr_array_free(names, TRUE);
    return c;
}

void compressor_put(struct compressor *c, const char *name)
{
    g_mutex_lock(&c->lock);
    g_queue_push_tail(&c->fresh, g_strdup(name));
    g_cond_signal(&c->more);
    g_mutex_unlock(&c->lock);
}

void compressor_retry(struct compressor *c)
{
    char *name;

    if (!c)
        return;
    g_mutex_lock(&c->lock);
    while ((name = g_queue_pop_head(&c->failed)))
        g_queue_push_tail(&c->old, name);
    g_cond_signal(&c->more);
    g_mutex_unlock(&c->lock);
}

void compressor_finish(struct compressor *c)
{
    if (!c)
        return;
    if (c->fresh.length)
        compressor_begin(c);
    g_mutex_lock(&c->lock);
    c->ending = true;
    g_cond_signal(&c->more);
    g_mutex_unlock(&c->lock);
    if (c->thread)
        g_thread_join(c->thread);
    if (c->old.length + c->failed.length)
        log_info("%s: segments left for the next start to compress: %u", c->dir,
                 c->old.length + c->failed.length);
    g_queue_clear_full(&c->old, g_free);
    g_queue_clear_full(&c->failed, g_free);
    g_hash_table_destroy(c->reported);
    g_mutex_clear(&c->lock);
    g_cond_clear(&c->more);
    mem_free(c);
}
