/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/pcapfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "potsherd/manifest.h"
#include "potsherd/output_file.h"
#include "potsherd/segment.h"

#define MAGIC        UINT32_C(0xa1b2c3d4) /* microseconds, in our own byte order */
#define SNAP         262144
#define FILE_HEADER  24
#define FRAME_HEADER 16
#define BUFFER_BYTES (256 * 1024)
#define NAMES_MAX    1000 /* that begin in the same second */

struct link_file { /* what is saved of one link type: a pcap file has one */
    struct link_file *next;
    int link_type;
    struct output_place place;
    struct output_file file;
    time_us begun;
    struct buf out;  /* whole frames, not yet written */
    uint64_t frames; /* in `out` */
    bool waits;      /* no file could be made: a flush tries again */
    bool displaced;  /* the folder is another one, as was logged */
};

struct pcapfile {
    char *folder, *path;       /* FOLDER/NAME, or, folder NULL, of one file */
    struct link_file *files;   /* by link type; of one file there is one */
    struct manifest *manifest; /* of the folder */
    uint64_t unplaced;         /* frames that came while no file could be made */
    struct failure failure;    /* in a folder: the first file that could not be finished */
};

/* --- as a file --- */

static uint32_t read32(int fd, off_t at)
{
    uint32_t value = 0;

    return pread(fd, &value, sizeof value, at) == sizeof value ? value : UINT32_MAX;
}

static off_t units_begin(int fd, off_t size)
{
    return size < FILE_HEADER || read32(fd, 0) != MAGIC ? -1 : FILE_HEADER;
}

static off_t units_end(int fd, off_t from, off_t end)
{
    while (from + FRAME_HEADER <= end) {
        uint32_t caplen = read32(fd, from + 8);

        if (caplen > SNAP || from + FRAME_HEADER + (off_t)caplen > end)
            break;
        from += FRAME_HEADER + (off_t)caplen;
    }
    return from;
}

static uint64_t count(struct bytes bytes)
{
    uint64_t frames = 0;
    uint32_t caplen;

    for (; bytes.n >= FRAME_HEADER; frames++) {
        memcpy(&caplen, bytes.at + 8, sizeof caplen);
        bytes = bytes_skip(bytes, FRAME_HEADER + (size_t)caplen);
    }
    return frames;
}

static const struct output_kind pcap_file = {.ending = ".pcap",
                                             .units = "packets",
                                             .doing = "saving packets",
                                             .units_begin = units_begin,
                                             .units_end = units_end,
                                             .count = count};

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

/* --- writing --- */

/* What cannot be written is cut off at a frame's end, and counted. */
static void write_out(struct link_file *l)
{
    if (l->frames)
        (void)output_file_write(&l->file, buf_view(&l->out), l->frames, false);
    buf_clear(&l->out);
    l->frames = 0;
}

/* Other files go on, but this one is not as it should be, and nothing counts its packets as
 * lost. */
static void finish(struct pcapfile *f, struct link_file *l)
{
    bool paused;

    write_out(l);
    paused = l->file.paused;
    (void)output_file_finish(&l->file);
    if (f->folder && l->file.paused && !paused && !*f->failure.text)
        failure_set(&f->failure, "%s: cannot be given its name", l->file.path);
}

/* By a name that is not taken: several files may begin in the same second. */
static bool begin_in_folder(struct link_file *l)
{
    char stamp[SEGMENT_STAMP_ROOM];

    segment_format_stamp(l->begun, stamp);
    for (unsigned i = 0; i < NAMES_MAX; i++) {
        if (i)
            snprintf(l->place.stamp, sizeof l->place.stamp, "%s-%u", stamp, i);
        else
            snprintf(l->place.stamp, sizeof l->place.stamp, "%s", stamp);
        if (!output_file_is_taken(&l->file))
            return output_file_begin(&l->file);
    }
    errno = EEXIST;
    return output_file_fail(&l->file, "create");
}

/* A folder that was removed and made again is another one to Landlock, which access(2) does not
 * ask. */
static void tell_displaced(const struct pcapfile *f, struct link_file *l)
{
    if (errno != EACCES || !f->folder || l->displaced || access(f->folder, W_OK | X_OK) != 0)
        return;
    l->displaced = true;
    log_warn("%s: is not the folder that it was at the start, and the sandbox lets nobody write "
             "there: start again",
             f->folder);
}

static bool begin_file(const struct pcapfile *f, struct link_file *l, time_us ts)
{
    bool good;

    /* the names are in order, even when the frames are not */
    if (ts > l->begun || l->begun - ts > PCAPFILE_AGE_MAX)
        l->begun = ts;
    good = f->folder ? begin_in_folder(l) : output_file_begin_at(&l->file, f->path);
    if (!good)
        tell_displaced(f, l);
    l->waits = !good;
    return good;
}

static void init_file(struct pcapfile *f, struct link_file *l, int link_type)
{
    struct buf head = {0};

    l->link_type = link_type;
    put_file_header(&head, link_type);
    output_file_init(&l->file, &l->place, &pcap_file, f->path, buf_view(&head));
    buf_fini(&head);
}

static struct link_file *add_link(struct pcapfile *f, int link_type)
{
    struct link_file *l = MEM_NEW(struct link_file);

    l->place = (struct output_place){
        .dir_fd = AT_FDCWD, .live = f->folder != NULL, .manifest = f->manifest};
    init_file(f, l, link_type);
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
    write_out(l);
    if (l->file.units) {
        errno = EINVAL;
        return output_file_fail(&l->file, "hold packets of two link types");
    }
    finish(f, l);
    output_file_fini(&l->file);
    init_file(f, l, frame->link_type);
    return begin_file(f, l, frame->ts);
}

/* By age in both directions: the clock may be set back. */
static bool is_full(const struct link_file *l, const struct frame *frame)
{
    time_us age = frame->ts - l->begun;

    return l->file.written + l->out.len > PCAPFILE_BYTES_MAX || age > PCAPFILE_AGE_MAX ||
           age < -PCAPFILE_AGE_MAX;
}

static bool has_place(struct pcapfile *f, struct link_file *l, const struct frame *frame)
{
    if (!f->folder)
        return set_link(f, l, frame);
    if (l->file.fd >= 0 && is_full(l, frame))
        finish(f, l);
    return l->file.fd >= 0 || (!l->waits && begin_file(f, l, frame->ts));
}

void pcapfile_put(struct pcapfile *f, const struct frame *frame)
{
    struct link_file *l;

    if (!f->folder && pcapfile_failure(f))
        return;
    l = f->folder ? of_link(f, frame->link_type) : f->files;
    if (!has_place(f, l, frame)) {
        f->unplaced++;
        return;
    }
    put32(&l->out, (uint32_t)(frame->ts / TIME_SECOND));
    put32(&l->out, (uint32_t)(frame->ts % TIME_SECOND));
    put32(&l->out, frame->caplen);
    put32(&l->out, frame->wire_len);
    buf_append(&l->out, frame->bytes, frame->caplen);
    l->frames++;
    if (l->out.len >= BUFFER_BYTES)
        write_out(l);
}

int pcapfile_descriptor(const struct pcapfile *f)
{
    return f->files->file.fd;
}

void pcapfile_flush(struct pcapfile *f)
{
    for (struct link_file *l = f->files; l; l = l->next) {
        write_out(l);
        output_file_check(&l->file);
        l->waits = false;
    }
    manifest_flush(f->manifest);
}

uint64_t pcapfile_lost(const struct pcapfile *f)
{
    uint64_t lost = f ? f->unplaced : 0;

    for (const struct link_file *l = f ? f->files : NULL; l; l = l->next)
        lost += l->file.lost;
    return lost;
}

/* --- what a run that was killed left --- */

/* Also of NAME's jobs: NAME.3-... */
static bool is_part_of(const char *entry, const char *name)
{
    struct segment_name live;
    size_t n = strlen(name);

    return segment_parse(entry, &live) && live.kind == SEGMENT_PCAP && live.state == SEGMENT_PART &&
           !strncmp(entry, name, n) && (entry[n] == '-' || entry[n] == '.');
}

bool pcapfile_repair(const char *folder, const char *name, struct failure *why)
{
    DIR *all = opendir(folder);
    const struct dirent *entry;
    struct output_place place;
    bool good;

    if (!all && errno == ENOENT)
        return true;
    if (!all)
        return failure_set(why, "%s: cannot be listed: %s", folder, strerror(errno));
    place = (struct output_place){.dir_fd = dirfd(all), .dir = folder};
    place.manifest = manifest_open(place.dir_fd, folder, false, why);
    good = place.manifest != NULL;
    while (good && (entry = readdir(all)))
        if (is_part_of(entry->d_name, name))
            good = output_file_repair(&pcap_file, &place, entry->d_name, why);
    closedir(all);
    return manifest_close(place.manifest, why) && good;
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
    f->folder = g_strdup(folder);
    f->path = g_strdup_printf("%s/%s", folder, name);
    f->manifest = manifest_open(AT_FDCWD, f->folder, false, why);
    if (f->manifest)
        return f;
    pcapfile_close(f);
    return NULL;
}

struct pcapfile *pcapfile_open(const char *path, struct failure *why)
{
    struct pcapfile *f = MEM_NEW(struct pcapfile);

    f->path = g_strdup(path);
    if (begin_file(f, add_link(f, 1), 0)) /* Ethernet, until there is a frame */
        return f;
    *why = *pcapfile_failure(f);
    pcapfile_close(f);
    return NULL;
}

void pcapfile_finish(struct pcapfile *f)
{
    for (struct link_file *l = f ? f->files : NULL; l; l = l->next)
        finish(f, l);
}

const struct failure *pcapfile_failure(const struct pcapfile *f)
{
    const struct link_file *l = f && !f->folder ? f->files : NULL;

    if (f && *f->failure.text)
        return &f->failure;
    return l && output_file_failed(&l->file) ? &l->file.failure : NULL;
}

void pcapfile_close(struct pcapfile *f)
{
    struct failure why;

    if (!f)
        return;
    while (f->files) {
        struct link_file *l = f->files;

        f->files = l->next;
        finish(f, l);
        output_file_fini(&l->file);
        buf_fini(&l->out);
        mem_free(l);
    }
    if (!manifest_close(f->manifest, &why))
        log_warn("%s", why.text);
    g_free(f->folder);
    g_free(f->path);
    mem_free(f);
}
