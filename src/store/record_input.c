/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/record_input.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"
#include "base/mem.h"

struct record_input {
    struct input *input;
    FILE *stream;
    char *path;
};

/* A live run may have compressed the segment since it was listed. */
static struct input *open_compressed(const char *path, struct failure *why)
{
    char *packed = g_strdup_printf("%s.zst", path);
    struct input *input = access(packed, F_OK) == 0 ? input_open(packed, why) : NULL;

    g_free(packed);
    return input;
}

struct record_input *record_input_open(const char *path, struct failure *failure)
{
    struct failure why = {""};
    struct input *input = input_open(path, &why);
    struct record_input *s;

    if (!input && access(path, F_OK) != 0)
        input = open_compressed(path, &why);
    if (!input) {
        failure_set(failure, "%s: %s", path, why.text);
        return NULL;
    }
    s = MEM_NEW(struct record_input);
    s->input = input;
    s->stream = input_stream(input);
    s->path = mem_string(path, strlen(path));
    return s;
}

ssize_t record_input_read(struct record_input *s, void *to, size_t n, struct failure *failure)
{
    size_t got = fread(to, 1, n, s->stream);
    const char *why = input_error(s->input);

    if (got || (feof(s->stream) && !why))
        return (ssize_t)got;
    failure_set(failure, "%s: cannot be read after byte %llu: %s", s->path,
                (unsigned long long)record_input_bytes(s), why ? why : strerror(errno));
    return -1;
}

uint64_t record_input_bytes(const struct record_input *s)
{
    return input_bytes_read(s->input);
}

void record_input_close(struct record_input *s)
{
    if (!s)
        return;
    fclose(s->stream);
    input_close(s->input);
    mem_free(s->path);
    mem_free(s);
}
