/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/state.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "campaign/message.h"
#include "campaign/records.h"

#define RECORD_MOST (16 << 20) /* bytes; what is longer is damage */

static const struct {
    char name[16];
    uint64_t version; /* also shows the order of bytes */
} magic = {"potsherd state", 1};

static bool damaged(const char *path, uint64_t at, struct failure *why)
{
    return failure_set(why, "%s: damaged at byte %llu: remove it, and give the records of all runs",
                       path, (unsigned long long)at);
}

static bool read_messages(FILE *file, const char *path, struct sorter *rows, struct failure *why)
{
    struct message *m = g_new0(struct message, 1);
    struct buf record = {0}, out = {0};
    uint64_t at = sizeof magic;
    bool good = true;
    uint32_t n;

    while (good && fread(&n, sizeof n, 1, file) == 1) {
        good = n > MESSAGE_KEY_BYTES && n <= RECORD_MOST;
        if (!good)
            break;
        buf_clear(&record);
        buf_reserve(&record, n);
        good = fread(record.data, 1, n, file) == n;
        record.len = n;
        good = good && message_unpack(bytes_skip(buf_view(&record), MESSAGE_KEY_BYTES), m);
        if (!good)
            break;
        buf_set(&out, record.data, MESSAGE_KEY_BYTES);
        buf_append_byte(&out, RECORD_OF_MESSAGE);
        buf_append(&out, record.data + MESSAGE_KEY_BYTES, n - MESSAGE_KEY_BYTES);
        sorter_put(rows, buf_view(&out));
        at += sizeof n + n;
    }
    if (!good || !feof(file))
        good = damaged(path, at, why);
    buf_fini(&record);
    buf_fini(&out);
    g_free(m);
    return good;
}

bool state_read(const char *path, struct sorter *rows, struct failure *why)
{
    FILE *file = fopen(path, "rbe");
    char head[sizeof magic];
    bool good;

    if (!file)
        return errno == ENOENT || failure_set(why, "%s: cannot be read: %s", path, strerror(errno));
    if (fread(head, sizeof head, 1, file) != 1 || memcmp(head, &magic, sizeof head) != 0)
        good = failure_set(why,
                           "%s: is no state of this version of potsherd: give --state another "
                           "file, and the records of all runs",
                           path);
    else
        good = read_messages(file, path, rows, why);
    fclose(file);
    return good;
}

bool state_check(const char *path, struct failure *why)
{
    char *beside = NULL;
    int fd = file_create_beside(path, &beside);

    if (fd < 0)
        failure_set(why, "%s: cannot be written: %s; choose another --state FILE", path,
                    strerror(errno));
    else
        unlink(beside);
    if (fd >= 0)
        close(fd);
    g_free(beside);
    return fd >= 0;
}

static bool write_messages(FILE *file, struct spill *messages)
{
    struct bytes record;

    if (fwrite(&magic, sizeof magic, 1, file) != 1)
        return false;
    spill_rewind(messages);
    while (spill_next(messages, &record)) {
        uint32_t n = (uint32_t)record.n;

        if (fwrite(&n, sizeof n, 1, file) != 1 || fwrite(record.at, 1, n, file) != n)
            return false;
    }
    return fflush(file) == 0;
}

bool state_write(const char *path, struct spill *messages, struct failure *why)
{
    char *beside = NULL;
    int fd = file_create_beside(path, &beside);
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    bool good = file && write_messages(file, messages);

    if (file)
        good = fclose(file) == 0 && good;
    good = good && rename(beside, path) == 0;
    if (!good) {
        failure_set(why, "%s: cannot be written: %s", path, strerror(errno));
        if (fd >= 0)
            unlink(beside);
    }
    g_free(beside);
    return good && !spill_failed(messages, why);
}
