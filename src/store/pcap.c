/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/pcapfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#define PATH_ROOM    4096
#define MAGIC        UINT32_C(0xa1b2c3d4) /* microseconds, in our own byte order */
#define SNAP         262144
#define FILE_HEADER  24
#define FRAME_HEADER 16
#define BUFFER_BYTES (256 * 1024)
#define NAMES_MAX    1000 /* that begin in the same second */
#define LOCK_TRIES   20
#define LOCK_WAIT_MS 100

struct link_file { /* what is saved of one link type: a pcap file has one */
    struct link_file *next;
    int link_type;
    char path[PATH_ROOM + 128]; /* of the open file, without ".part" */
    int fd;                     /* -1: none is open */
    time_us begun;
    struct buf out;   /* whole frames, not yet written */
    uint64_t frames;  /* in `out` */
    uint64_t written; /* frames in the file */
    off_t whole;      /* bytes in the file: all of whole frames */
    bool paused;      /* the last write failed */
};

struct pcapfile {
    char folder[PATH_ROOM], name[64]; /* folder empty: one file */
    struct link_file *files;          /* by link type; of one file there is one */
    uint64_t lost;
    struct failure failure;
};

/* A folder's files go on when there is room; the one file has failed. */
static bool fail(struct pcapfile *f, struct link_file *l, const char *what)
{
    if (!*f->folder)
        return *f->failure.text ||
               failure_set(&f->failure, "%s: %s: %s", l->path, what, strerror(errno));
    if (!l->paused)
        log_warn("%s: %s: %s; saving packets pauses and goes on when there is room", l->path, what,
                 strerror(errno));
    l->paused = true;
    return false;
}

static void part_path(const struct pcapfile *f, const struct link_file *l, char *to, size_t room)
{
    snprintf(to, room, "%s%s", l->path, *f->folder ? ".part" : "");
}

static bool write_all(struct link_file *l)
{
    size_t at = 0;

    while (at < l->out.len) {
        ssize_t n = write(l->fd, l->out.data + at, l->out.len - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += (size_t)n;
    }
    l->whole += (off_t)l->out.len;
    return true;
}

/* What cannot be written is cut off at a frame's end, and counted. */
static void write_out(struct pcapfile *f, struct link_file *l)
{
    if (l->fd < 0 || !l->out.len)
        return;
    if (write_all(l)) {
        if (l->paused)
            log_info("%s: saving packets goes on; %llu were not saved", l->path,
                     (unsigned long long)f->lost);
        l->paused = false;
        l->written += l->frames;
    } else {
        fail(f, l, "cannot be written");
        (void)!ftruncate(l->fd, l->whole);
        (void)lseek(l->fd, l->whole, SEEK_SET);
        f->lost += l->frames;
    }
    buf_clear(&l->out);
    l->frames = 0;
}

/* What has no name any more nobody will read; the next frame begins another file. */
static void write_out_or_leave(struct pcapfile *f, struct link_file *l)
{
    struct stat st;

    write_out(f, l);
    if (l->fd < 0 || !*f->folder || fstat(l->fd, &st) != 0 || st.st_nlink)
        return;
    f->lost += l->written;
    log_warn("%s has been removed while it was written: its %llu packets are not saved", l->path,
             (unsigned long long)l->written);
    close(l->fd);
    l->fd = -1;
}

static void shut(struct pcapfile *f, struct link_file *l)
{
    char part[PATH_ROOM + 140];

    write_out_or_leave(f, l);
    if (l->fd < 0)
        return;
    if (close(l->fd) != 0)
        fail(f, l, "cannot be written");
    l->fd = -1;
    part_path(f, l, part, sizeof part);
    if (*f->folder && !file_rename(AT_FDCWD, part, l->path))
        fail(f, l, "cannot be given its name");
}

static void put32(struct buf *to, uint32_t value)
{
    buf_append(to, &value, sizeof value);
}

static void put_file_header(struct buf *to, int link_type)
{
    static const uint16_t version[] = {2, 4};

    put32(to, MAGIC);
    buf_append(to, version, sizeof version);
    put32(to, 0);
    put32(to, 0);
    put32(to, SNAP);
    put32(to, (uint32_t)link_type);
}

/* By a name that is not taken: several files may begin in the same second. */
static bool make_in_folder(const struct pcapfile *f, struct link_file *l)
{
    time_t seconds = l->begun / TIME_SECOND;
    char stamp[32], part[PATH_ROOM + 140];
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
    errno = EEXIST;
    for (unsigned i = 0; i < NAMES_MAX && l->fd < 0 && errno == EEXIST; i++) {
        if (i)
            snprintf(l->path, sizeof l->path, "%s/%s-%s-%u.pcap", f->folder, f->name, stamp, i);
        else
            snprintf(l->path, sizeof l->path, "%s/%s-%s.pcap", f->folder, f->name, stamp);
        part_path(f, l, part, sizeof part);
        if (file_is_there(AT_FDCWD, l->path))
            errno = EEXIST;
        else
            l->fd = file_create(AT_FDCWD, part);
    }
    return l->fd >= 0;
}

static bool begin_file(struct pcapfile *f, struct link_file *l, const struct frame *frame)
{
    char part[PATH_ROOM + 140];

    /* the names are in order, even when the frames are not */
    if (frame->ts > l->begun || l->begun - frame->ts > PCAPFILE_AGE_MAX)
        l->begun = frame->ts;
    if (!*f->folder)
        l->fd = file_open_empty(l->path);
    else
        (void)make_in_folder(f, l);
    if (l->fd < 0)
        return fail(f, l, "cannot be made");
    (void)flock(l->fd, LOCK_EX | LOCK_NB); /* until we are gone */
    l->whole = 0;
    l->written = 0;
    put_file_header(&l->out, l->link_type);
    if (write_all(l)) {
        buf_clear(&l->out);
        return true;
    }
    fail(f, l, "cannot be written");
    buf_clear(&l->out);
    close(l->fd);
    l->fd = -1;
    part_path(f, l, part, sizeof part);
    if (*f->folder)
        (void)!unlink(part);
    return false;
}

static struct link_file *add_link(struct pcapfile *f, int link_type)
{
    struct link_file *l = MEM_NEW(struct link_file);

    l->link_type = link_type;
    l->fd = -1;
    l->next = f->files;
    f->files = l;
    return l;
}

static struct link_file *of_link(struct pcapfile *f, int link_type)
{
    struct link_file *l = f->files;

    while (l && l->link_type != link_type)
        l = l->next;
    return l ? l : add_link(f, link_type);
}

/* The link type of the one file is that of its first frame. */
static bool set_link(struct pcapfile *f, struct link_file *l, const struct frame *frame)
{
    if (l->link_type == frame->link_type)
        return true;
    if (l->whole > FILE_HEADER || l->out.len) {
        errno = EINVAL;
        return fail(f, l, "cannot hold packets of two link types");
    }
    shut(f, l);
    l->link_type = frame->link_type;
    return begin_file(f, l, frame);
}

/* By age in both directions: the clock may be set back. */
static bool is_full(const struct link_file *l, const struct frame *frame)
{
    time_us age = frame->ts - l->begun;

    return l->whole + (off_t)l->out.len > (off_t)PCAPFILE_BYTES_MAX || age > PCAPFILE_AGE_MAX ||
           age < -PCAPFILE_AGE_MAX;
}

/* While paused, only a flush tries again. */
static bool has_place(struct pcapfile *f, struct link_file *l, const struct frame *frame)
{
    if (!*f->folder)
        return set_link(f, l, frame);
    if (l->fd >= 0 && is_full(l, frame))
        shut(f, l);
    return l->fd >= 0 || (!l->paused && begin_file(f, l, frame));
}

void pcapfile_put(struct pcapfile *f, const struct frame *frame)
{
    struct link_file *l;

    if (*f->failure.text)
        return;
    l = *f->folder ? of_link(f, frame->link_type) : f->files;
    if (!has_place(f, l, frame)) {
        f->lost++;
        return;
    }
    put32(&l->out, (uint32_t)(frame->ts / TIME_SECOND));
    put32(&l->out, (uint32_t)(frame->ts % TIME_SECOND));
    put32(&l->out, frame->captured);
    put32(&l->out, frame->wire);
    buf_append(&l->out, frame->bytes, frame->captured);
    l->frames++;
    if (l->out.len >= BUFFER_BYTES)
        write_out(f, l);
}

void pcapfile_flush(struct pcapfile *f)
{
    for (struct link_file *l = f->files; l; l = l->next)
        if (l->fd >= 0)
            write_out_or_leave(f, l);
        else
            l->paused = false; /* the next frame tries to make a file */
}

uint64_t pcapfile_lost(const struct pcapfile *f)
{
    return f ? f->lost : 0;
}

/* --- what a run that died left behind --- */

static uint32_t read32(int fd, off_t at)
{
    uint32_t value = 0;

    return pread(fd, &value, sizeof value, at) == sizeof value ? value : UINT32_MAX;
}

/* Where the last whole frame ends; 0 when there is no frame. */
static off_t end_of_frames(int fd, off_t size)
{
    off_t at = FILE_HEADER;

    if (size < FILE_HEADER || read32(fd, 0) != MAGIC)
        return 0;
    while (at + FRAME_HEADER <= size) {
        uint32_t captured = read32(fd, at + 8);

        if (captured > SNAP || at + FRAME_HEADER + (off_t)captured > size)
            break;
        at += FRAME_HEADER + (off_t)captured;
    }
    return at > FILE_HEADER ? at : 0;
}

/* Whoever has just been killed may still be on its way out. */
static bool is_left(int fd)
{
    struct timespec wait = {.tv_nsec = LOCK_WAIT_MS * 1000000L};

    for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; tries++) {
        if (tries == LOCK_TRIES)
            return false;
        nanosleep(&wait, NULL);
    }
    return true;
}

static bool finish_part(const char *folder, const char *name, struct failure *why)
{
    char part[PATH_ROOM + 256], final[PATH_ROOM + 256];
    struct stat st;
    off_t end = -1;
    int fd;
    bool good;

    snprintf(part, sizeof part, "%s/%s", folder, name);
    snprintf(final, sizeof final, "%.*s", (int)(strlen(part) - strlen(".part")), part);
    fd = file_open_left(AT_FDCWD, part);
    if (fd >= 0 && !is_left(fd)) {
        close(fd);
        return true;
    }
    good = fd >= 0 && fstat(fd, &st) == 0;
    if (good)
        end = end_of_frames(fd, st.st_size);
    if (good && end)
        good = file_cut(fd, &st, end) && rename(part, final) == 0;
    else if (good)
        good = unlink(part) == 0;
    if (good && end)
        log_info("%s: finished after a run that did not end; %lld bytes of a torn packet cut off",
                 final, (long long)(st.st_size - end));
    if (!good)
        failure_set(why, "%s: cannot finish what an earlier run left: %s", part, strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}

/* NAME-2..., and NAME.3-2... of the job of that number. */
static bool is_part_of(const char *entry, const char *name)
{
    static const char digits[] = "0123456789";
    size_t n = strlen(name), all = strlen(entry), end = strlen(".pcap.part");

    if (strncmp(entry, name, n) != 0)
        return false;
    if (entry[n] == '.')
        n += 1 + strspn(entry + n + 1, digits);
    return all > n + end && entry[n] == '-' && strspn(entry + n + 1, digits) &&
           !strcmp(entry + all - end, ".pcap.part");
}

bool pcapfile_repair(const char *folder, const char *name, struct failure *why)
{
    DIR *all = opendir(folder);
    const struct dirent *entry;
    bool good = true;

    if (!all && errno == ENOENT)
        return true;
    if (!all)
        return failure_set(why, "%s: cannot be listed: %s", folder, strerror(errno));
    while (good && (entry = readdir(all)))
        if (is_part_of(entry->d_name, name))
            good = finish_part(folder, entry->d_name, why);
    closedir(all);
    return good;
}

/* --- opening and closing --- */

struct pcapfile *pcapfile_new(const char *folder, const char *name, struct failure *why)
{
    struct pcapfile *f;

    if (!folder_make(folder, NULL, NULL)) {
        failure_set(why, "%s: cannot be made: %s", folder, strerror(errno));
        return NULL;
    }
    if (access(folder, W_OK | X_OK) != 0) {
        failure_set(why, "%s: cannot be written to: %s", folder, strerror(errno));
        return NULL;
    }
    if (!pcapfile_repair(folder, name, why))
        return NULL;
    f = MEM_NEW(struct pcapfile);
    snprintf(f->folder, sizeof f->folder, "%s", folder);
    snprintf(f->name, sizeof f->name, "%s", name);
    return f;
}

struct pcapfile *pcapfile_open(const char *path, struct failure *why)
{
    struct pcapfile *f = MEM_NEW(struct pcapfile);
    struct frame none = {.link_type = 1}; /* Ethernet, until there is a frame */
    struct link_file *l = add_link(f, none.link_type);

    snprintf(l->path, sizeof l->path, "%s", path);
    if (begin_file(f, l, &none))
        return f;
    *why = f->failure;
    pcapfile_close(f);
    return NULL;
}

const struct failure *pcapfile_failure(const struct pcapfile *f)
{
    return f && *f->failure.text ? &f->failure : NULL;
}

void pcapfile_close(struct pcapfile *f)
{
    if (!f)
        return;
    while (f->files) {
        struct link_file *l = f->files;

        f->files = l->next;
        shut(f, l);
        buf_fini(&l->out);
        mem_free(l);
    }
    mem_free(f);
}
