/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/out.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "export/names.h"

#define BUFFER_BYTES (256 * 1024)

bool out_failed(const struct out_folder *out)
{
    return out->failure.text[0] != '\0';
}

bool out_fail(struct out_folder *out, const char *name, const char *doing)
{
    if (!out_failed(out))
        failure_set(&out->failure, "%s%s%s: cannot %s: %s; what was written before is whole",
                    out->path, name ? "/" : "", name ? name : "", doing, strerror(errno));
    return false;
}

/* --- the folder --- */

/* Calls for each name in a folder; false when it cannot be read. */
static bool each_name(int dir_fd, void (*name)(void *context, int dir_fd, const char *name),
                      void *context)
{
    int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;

    if (!dir) {
        if (copy >= 0)
            close(copy);
        return false;
    }
    while ((entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            name(context, dir_fd, entry->d_name);
    closedir(dir);
    return true;
}

static void remove_ours(void *context, int dir_fd, const char *name)
{
    bool in_maildir = *(const bool *)context;

    if (in_maildir ? name_is_maildir(name) : name_is_ours(name))
        (void)!unlinkat(dir_fd, name, 0);
}

static void remove_earlier(const struct out_folder *out)
{
    bool in_maildir = false;

    (void)each_name(out->fd, remove_ours, &in_maildir);
    in_maildir = true;
    for (unsigned i = 0; names_maildir[i]; i++) {
        int fd = openat(out->fd, names_maildir[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        if (fd < 0)
            continue;
        (void)each_name(fd, remove_ours, &in_maildir);
        close(fd);
        (void)!unlinkat(out->fd, names_maildir[i], AT_REMOVEDIR); /* if nothing else is in it */
    }
}

static void note_name(void *context, int dir_fd, const char *name)
{
    (void)dir_fd;
    (void)name;
    *(bool *)context = true;
}

static bool is_empty(struct out_folder *out, bool force)
{
    bool any = false;

    if (force)
        remove_earlier(out);
    else if (!each_name(out->fd, note_name, &any))
        return out_fail(out, NULL, "read the folder");
    return !any || failure_set(&out->failure,
                               "%s is not empty: replace what an earlier run left there with "
                               "--force, or choose another folder with -o OUT",
                               out->path);
}

bool out_open(struct out_folder *out, const char *path, bool force)
{
    *out = (struct out_folder){.fd = -1, .path = path};
    if (!folder_make(path, NULL, NULL) ||
        (out->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        return failure_set(&out->failure,
                           "%s: cannot make the folder: %s; choose another with -o OUT", path,
                           strerror(errno));
    if (flock(out->fd, LOCK_EX | LOCK_NB) != 0)
        return failure_set(&out->failure, "%s: another potsherd writes there (%s)", path,
                           strerror(errno));
    return is_empty(out, force);
}

void out_close(struct out_folder *out)
{
    if (out->fd >= 0)
        close(out->fd);
    out->fd = -1;
}

/* One that is there is taken when it is a folder itself. */
bool out_make_folder(struct out_folder *out, const char *name)
{
    struct stat st;

    if (mkdirat(out->fd, name, FOLDER_MODE) == 0)
        return true;
    if (errno == EEXIST && fstatat(out->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISDIR(st.st_mode))
            return true;
        errno = ENOTDIR;
    }
    return out_fail(out, name, "make the folder");
}

bool out_has(const struct out_folder *out, const char *name)
{
    return file_is_there(out->fd, name);
}

/* --- a file --- */

bool out_file_open(struct out_file *f, struct out_folder *out, const char *part, const char *name)
{
    f->folder = out;
    f->part = part ? g_strdup(part) : g_strconcat(name, ".part", NULL);
    f->name = g_strdup(name);
    buf_clear(&f->buf);
    f->fd = out_failed(out) ? -1 : file_create(out->fd, f->part);
    if (f->fd >= 0)
        return true;
    return out_fail(out, name, "create");
}

static void flush(struct out_file *f)
{
    struct bytes rest = buf_view(&f->buf);

    while (rest.n && !out_failed(f->folder)) {
        ssize_t n = write(f->fd, rest.at, rest.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            (void)out_fail(f->folder, f->name, "write");
        else
            rest = bytes_skip(rest, (size_t)n);
    }
    buf_clear(&f->buf);
}

void out_file_put(struct out_file *f, struct bytes bytes)
{
    buf_append(&f->buf, bytes.at, bytes.n);
    if (f->buf.len >= BUFFER_BYTES)
        flush(f);
}

static void end(struct out_file *f)
{
    f->fd = -1;
    g_free(f->part);
    g_free(f->name);
    f->part = f->name = NULL;
    if (f->buf.cap > 2 * BUFFER_BYTES)
        buf_fini(&f->buf);
}

void out_file_drop(struct out_file *f)
{
    if (f->fd >= 0) {
        close(f->fd);
        (void)!unlinkat(f->folder->fd, f->part, 0);
    }
    end(f);
}

bool out_file_close(struct out_file *f)
{
    if (f->fd >= 0)
        flush(f);
    if (f->fd < 0 || out_failed(f->folder)) {
        out_file_drop(f);
        return false;
    }
    if (close(f->fd) != 0 || !file_rename(f->folder->fd, f->part, f->name)) {
        (void)out_fail(f->folder, f->name, "finish");
        (void)!unlinkat(f->folder->fd, f->part, 0);
    }
    end(f);
    return !out_failed(f->folder);
}
