/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "enrich/mmdb.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define COPY_BYTES (1 << 30) /* at a time */

/* The bytes of the file where nobody else writes, as a file without a name; -1: cannot.
 * Where it stands it may be written over or emptied at any time (cp, wget), and a page
 * that is gone from a mapped file ends the program. */
static int copy_of(const char *path)
{
    int from = open(path, O_RDONLY | O_CLOEXEC), to = -1;
    ssize_t n = -1;

    if (from >= 0)
        to = memfd_create("mmdb", MFD_CLOEXEC);
    while (to >= 0 && (n = sendfile(to, from, NULL, COPY_BYTES)) > 0)
        ;
    if (from >= 0)
        close(from);
    if (n == 0)
        return to;
    if (to >= 0)
        close(to);
    return -1;
}

/* libmaxminddb takes names alone. Without memory or /proc, the file itself has to do. */
int mmdb_open(const char *path, MMDB_s *mmdb, int *fd)
{
    int status = MMDB_FILE_OPEN_ERROR;
    char copy[40];

    *fd = copy_of(path);
    if (*fd >= 0) {
        snprintf(copy, sizeof copy, "/proc/self/fd/%d", *fd);
        status = MMDB_open(copy, MMDB_MODE_MMAP, mmdb);
    }
    if (status != MMDB_FILE_OPEN_ERROR)
        return status;
    if (*fd >= 0)
        close(*fd);
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    return MMDB_open(path, MMDB_MODE_MMAP, mmdb);
}

/* Between the search tree and the data stand sixteen zeros, unless the file has
 * lost bytes; libmaxminddb does not look. */
bool mmdb_is_whole(const MMDB_s *mmdb)
{
    static const uint8_t separator[16];

    return !memcmp(mmdb->data_section - sizeof separator, separator, sizeof separator);
}

/* --- for another process --- */

void mmdb_share(const MMDB_s *mmdb, struct mmdb_shared *out)
{
    *out = (struct mmdb_shared){
        .mmdb = *mmdb,
        .data_section = (size_t)(mmdb->data_section - mmdb->file_content),
        .metadata_section = (size_t)(mmdb->metadata_section - mmdb->file_content),
    };
    out->mmdb.filename = NULL;
    out->mmdb.file_content = out->mmdb.data_section = out->mmdb.metadata_section = NULL;
    out->mmdb.metadata.database_type = NULL;
    out->mmdb.metadata.languages.count = out->mmdb.metadata.description.count = 0;
    out->mmdb.metadata.languages.names = NULL;
    out->mmdb.metadata.description.descriptions = NULL;
}

bool mmdb_adopt(const struct mmdb_shared *from, int fd, MMDB_s *out)
{
    void *bytes = mmap(NULL, (size_t)from->mmdb.file_size, PROT_READ, MAP_SHARED, fd, 0);

    if (bytes == MAP_FAILED)
        return false;
    *out = from->mmdb;
    out->file_content = bytes;
    out->data_section = out->file_content + from->data_section;
    out->metadata_section = out->file_content + from->metadata_section;
    return true;
}

void mmdb_leave(MMDB_s *adopted)
{
    munmap((void *)(uintptr_t)adopted->file_content, (size_t)adopted->file_size);
}
