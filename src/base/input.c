/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the file and its reader stands a stdio stream of our own
 * (fopencookie), because the first bytes must be looked at, standard input
 * cannot be read twice, and progress and messages need positions.
 */
#include "base/input.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gunzip.h"
#include "base/mem.h"

#define INPUT_CHUNK ((size_t)256 << 10) /* bytes a read; beyond this nothing gets faster */

struct input {
    int fd;
    bool regular;
    uint64_t size;       /* 0: not known */
    uint64_t bytes_read; /* from fd */
    uint64_t position;   /* bytes given to the stream */
    uint8_t first[8];    /* looked at before anything else, given out first */
    size_t first_n, first_given;
    struct input_watch watch;
    struct gunzip *gunzip;   /* this, or */
    struct archive *archive; /* this, or NULL both: plain */
    uint8_t *chunk;          /* what libarchive is given */
    char *stream_buffer;
    struct failure failure;
};

static ssize_t read_fd(struct input *in, void *to, size_t n)
{
    ssize_t got = read(in->fd, to, n);

    /* A signal that was to be seen (its handler is without SA_RESTART) ends a read
     * that waits for a pipe: whoever asked for an end shall not wait for data. */
    if (got < 0)
        failure_set(&in->failure, "%s", strerror(errno));
    else
        in->bytes_read += (uint64_t)got;
    if (got > 0 && in->watch.bytes)
        in->watch.bytes(in->watch.context, (struct bytes){to, (size_t)got});
    return got;
}

/* As read(2), but the first bytes once more. */
static ssize_t read_raw(void *owner, void *to, size_t n)
{
    struct input *in = owner;
    size_t left = in->first_n - in->first_given;

    if (!left)
        return read_fd(in, to, n);
    if (n > left)
        n = left;
    memcpy(to, in->first + in->first_given, n);
    in->first_given += n;
    return (ssize_t)n;
}

static la_ssize_t give_archive(struct archive *a, void *owner, const void **bytes)
{
    struct input *in = owner;

    (void)a;
    *bytes = in->chunk;
    return read_raw(in, in->chunk, INPUT_CHUNK);
}

static ssize_t read_archive(struct input *in, void *to, size_t n)
{
    la_ssize_t got;

    do {
        got = archive_read_data(in->archive, to, n);
    } while (got == ARCHIVE_RETRY);
    if (got < 0) {
        const char *why = archive_error_string(in->archive);

        failure_set(&in->failure, "%s", why ? why : "damaged");
        errno = EIO;
        return -1;
    }
    return got;
}

static ssize_t read_gunzip(struct input *in, void *to, size_t n)
{
    ssize_t got = gunzip_read(in->gunzip, to, n, &in->failure);

    if (got < 0)
        errno = EIO;
    return got;
}

static ssize_t stream_read(void *cookie, char *to, size_t n)
{
    struct input *in = cookie;
    ssize_t got;

    if (in->failure.text[0])
        return -1;
    if (in->gunzip)
        got = read_gunzip(in, to, n);
    else if (in->archive)
        got = read_archive(in, to, n);
    else
        got = read_raw(in, to, n);
    if (got > 0)
        in->position += (uint64_t)got;
    return got;
}

/* For ftello alone: where are we? */
static int stream_seek(void *cookie, off64_t *offset, int whence)
{
    const struct input *in = cookie;

    if (whence != SEEK_CUR || *offset != 0)
        return -1;
    *offset = (off64_t)in->position;
    return 0;
}

FILE *input_stream(struct input *in)
{
    const cookie_io_functions_t functions = {.read = stream_read, .seek = stream_seek};
    FILE *stream = fopencookie(in, "rb", functions);

    if (!stream)
        return NULL;
    if (!in->stream_buffer)
        in->stream_buffer = mem_new(INPUT_CHUNK);
    setvbuf(stream, in->stream_buffer, _IOFBF, INPUT_CHUNK);
    __fsetlocking(stream, FSETLOCKING_BYCALLER); /* one thread: no lock a packet */
    return stream;
}

static bool is_gzip(const uint8_t *first, size_t n)
{
    return n >= 2 && first[0] == 0x1f && first[1] == 0x8b; /* RFC 1952 section 2.3.1 */
}

/* Known by their first bytes: RFC 8878, the .xz, LZ4 frame and bzip2
 * formats. */
static bool is_compressed(const uint8_t *first, size_t n)
{
    static const struct {
        const char *magic;
        size_t n;
    } formats[] = {

        {"\x28\xb5\x2f\xfd", 4},
        {"\xfd"
         "7zXZ",
         5},
        {"\x04\x22\x4d\x18", 4},
        {"\x02\x21\x4c\x18", 4},
        {"BZh", 3},
    };

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (n >= formats[i].n && memcmp(first, formats[i].magic, formats[i].n) == 0)
            return true;
    }
    /* zstd allows frames to be skipped in front, as parallel compressors write */
    return n >= 4 && first[0] >> 4 == 5 && memcmp(first + 1, "\x2a\x4d\x18", 3) == 0;
}

static bool open_archive(struct input *in, struct failure *failure)
{
    struct archive_entry *entry;
    const char *why;
    int result;

    in->chunk = mem_new(INPUT_CHUNK);
    in->archive = archive_read_new();
    if (!in->archive)
        return failure_set(failure, "out of memory");
    archive_read_support_filter_zstd(in->archive);
    archive_read_support_filter_xz(in->archive);
    archive_read_support_filter_lz4(in->archive);
    archive_read_support_filter_bzip2(in->archive);
    archive_read_support_format_raw(in->archive);
    archive_read_support_format_empty(in->archive);
    result = archive_read_open(in->archive, in, NULL, give_archive, NULL);
    if (result == ARCHIVE_OK)
        result = archive_read_next_header(in->archive, &entry);
    if (result == ARCHIVE_OK && archive_filter_count(in->archive) < 2)
        return failure_set(failure, "is compressed, and cut short inside its first header");
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
        return true;
    if (result == ARCHIVE_EOF)
        return failure_set(failure, "is empty once uncompressed");
    why = archive_error_string(in->archive);
    return failure_set(failure, "is compressed, and damaged or cut short at its start (%s)",
                       why ? why : "no reason given");
}

static bool take_fd(struct input *in, int fd, bool reopens, struct failure *failure)
{
    struct stat st;

    in->fd = fd;
    if (in->fd < 0 && errno == ENOENT)
        return failure_set(failure, "no such file");
    if (in->fd < 0 && errno == EACCES)
        return failure_set(failure, "cannot be opened: %s; run this as a user who may read it",
                           strerror(errno));
    if (in->fd < 0 || fstat(in->fd, &st) != 0)
        return failure_set(failure, "cannot be opened: %s", strerror(errno));
    if (S_ISDIR(st.st_mode))
        return failure_set(failure, "is a directory; name the files in it");
    in->regular = S_ISREG(st.st_mode) && reopens;
    in->size = S_ISREG(st.st_mode) && st.st_size > 0 ? (uint64_t)st.st_size : 0;
    return true;
}

static bool look_at_first_bytes(struct input *in, struct failure *failure)
{
    while (in->first_n < sizeof in->first) {
        ssize_t got = read_fd(in, in->first + in->first_n, sizeof in->first - in->first_n);

        if (got < 0)
            return failure_set(failure, "cannot be read: %s", in->failure.text);
        if (got == 0)
            break;
        in->first_n += (size_t)got;
    }
    if (in->first_n == 0)
        return failure_set(failure, "is empty; copy it again, or leave it out");
    if (is_gzip(in->first, in->first_n)) {
        in->gunzip = gunzip_new(read_raw, in);
        return in->gunzip || failure_set(failure, "out of memory");
    }
    return !is_compressed(in->first, in->first_n) || open_archive(in, failure);
}

int input_descriptor(const char *name)
{
    return strcmp(name, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                  : open(name, O_RDONLY | O_CLOEXEC);
}

struct input *input_take(int fd, bool reopens, const struct input_watch *watch,
                         struct failure *failure)
{
    struct input *in = MEM_NEW(struct input);

    if (watch)
        in->watch = *watch;
    if (take_fd(in, fd, reopens, failure) && look_at_first_bytes(in, failure))
        return in;
    input_close(in);
    return NULL;
}

struct input *input_open(const char *name, struct failure *failure)
{
    bool standard = !strcmp(name, "-");
    int fd = standard ? STDIN_FILENO : input_descriptor(name);

    return input_take(fd, !standard, NULL, failure);
}

void input_close(struct input *in)
{
    if (!in)
        return;
    gunzip_free(in->gunzip);
    archive_read_free(in->archive);
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    mem_free(in->chunk);
    mem_free(in->stream_buffer);
    mem_free(in);
}

bool input_drain(struct input *in)
{
    ssize_t got;

    if (!in->chunk)
        in->chunk = mem_new(INPUT_CHUNK);
    while ((got = read_fd(in, in->chunk, INPUT_CHUNK)) > 0)
        ;
    return got == 0;
}

const char *input_error(const struct input *in)
{
    return in->failure.text[0] ? in->failure.text : NULL;
}

bool input_compressed(const struct input *in)
{
    return in->gunzip || in->archive;
}

bool input_reopens(const struct input *in)
{
    return in->regular;
}

uint64_t input_size(const struct input *in)
{
    return in->size;
}

uint64_t input_bytes_read(const struct input *in)
{
    return in->bytes_read;
}
