/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/pcapfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define PATH_ROOM 4096
#define MAGIC     UINT32_C(0xa1b2c3d4) /* microseconds, in our own byte order */
#define SNAP      262144

struct pcapfile {
    char folder[PATH_ROOM], name[64]; /* folder empty: one file */
    char path[PATH_ROOM + 128];       /* of the open file, without ".part" */
    FILE *stream;
    int link_type;
    time_us begun;
    uint64_t bytes;
    struct failure failure;
};

static bool fail(struct pcapfile *f, const char *what)
{
    return failure_set(&f->failure, "%s: %s: %s", f->path, what, strerror(errno));
}

static void part_path(const struct pcapfile *f, char *to, size_t room)
{
    snprintf(to, room, "%s%s", f->path, *f->folder ? ".part" : "");
}

static void shut(struct pcapfile *f)
{
    char part[PATH_ROOM + 140];

    if (!f->stream)
        return;
    if (fclose(f->stream) != 0)
        fail(f, "cannot be written");
    f->stream = NULL;
    part_path(f, part, sizeof part);
    if (*f->folder && rename(part, f->path) != 0)
        fail(f, "cannot be given its name");
}

static void put32(struct pcapfile *f, uint32_t value)
{
    fwrite(&value, sizeof value, 1, f->stream);
}

static void put16(struct pcapfile *f, uint16_t value)
{
    fwrite(&value, sizeof value, 1, f->stream);
}

static void put_file_header(struct pcapfile *f)
{
    put32(f, MAGIC);
    put16(f, 2);
    put16(f, 4);
    put32(f, 0);
    put32(f, 0);
    put32(f, SNAP);
    put32(f, (uint32_t)f->link_type);
    f->bytes = 24;
}

/* A name that is not taken: two files may begin in the same second. */
static void choose_path(struct pcapfile *f, time_us now)
{
    time_t seconds = now / TIME_SECOND;
    char stamp[32], part[PATH_ROOM + 140];
    struct tm tm;

    gmtime_r(&seconds, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
    for (unsigned i = 0; i < 1000; i++) {
        if (i)
            snprintf(f->path, sizeof f->path, "%s/%s-%s-%u.pcap", f->folder, f->name, stamp, i);
        else
            snprintf(f->path, sizeof f->path, "%s/%s-%s.pcap", f->folder, f->name, stamp);
        part_path(f, part, sizeof part);
        if (access(f->path, F_OK) != 0 && access(part, F_OK) != 0)
            return;
    }
}

static bool begin_file(struct pcapfile *f, const struct frame *frame)
{
    char part[PATH_ROOM + 140];

    if (frame->ts > f->begun) /* the names are in order, even when the frames are not */
        f->begun = frame->ts;
    if (*f->folder)
        choose_path(f, f->begun);
    part_path(f, part, sizeof part);
    f->stream = fopen(part, "wbe");
    if (!f->stream)
        return fail(f, "cannot be made");
    f->link_type = frame->link_type;
    put_file_header(f);
    return true;
}

static bool is_full(const struct pcapfile *f, const struct frame *frame)
{
    return frame->link_type != f->link_type ||
           (*f->folder &&
            (f->bytes > PCAPFILE_BYTES_MAX || frame->ts - f->begun > PCAPFILE_AGE_MAX));
}

void pcapfile_put(struct pcapfile *f, const struct frame *frame)
{
    if (*f->failure.text)
        return;
    if (f->stream && is_full(f, frame))
        shut(f);
    if (!f->stream && !begin_file(f, frame))
        return;
    put32(f, (uint32_t)(frame->ts / TIME_SECOND));
    put32(f, (uint32_t)(frame->ts % TIME_SECOND));
    put32(f, frame->captured);
    put32(f, frame->wire);
    if (fwrite(frame->bytes, 1, frame->captured, f->stream) != frame->captured)
        fail(f, "cannot be written");
    f->bytes += 16 + frame->captured;
}

void pcapfile_flush(struct pcapfile *f)
{
    if (f->stream && fflush(f->stream) != 0)
        fail(f, "cannot be written");
}

struct pcapfile *pcapfile_new(const char *folder, const char *name, struct failure *why)
{
    struct pcapfile *f;

    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        failure_set(why, "%s: cannot be made: %s", folder, strerror(errno));
        return NULL;
    }
    if (access(folder, W_OK | X_OK) != 0) {
        failure_set(why, "%s: cannot be written to: %s", folder, strerror(errno));
        return NULL;
    }
    f = MEM_NEW(struct pcapfile);
    snprintf(f->folder, sizeof f->folder, "%s", folder);
    snprintf(f->name, sizeof f->name, "%s", name);
    return f;
}

struct pcapfile *pcapfile_open(const char *path, struct failure *why)
{
    struct pcapfile *f = MEM_NEW(struct pcapfile);
    struct frame none = {.link_type = 1}; /* Ethernet, until there is a frame */

    snprintf(f->path, sizeof f->path, "%s", path);
    if (begin_file(f, &none))
        return f;
    *why = f->failure;
    mem_free(f);
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
    shut(f);
    mem_free(f);
}
