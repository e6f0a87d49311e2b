/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/source.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"
#include "base/mem.h"

struct source {
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

struct source *report_open(const char *path, struct failure *failure)
{
    struct failure why = {""};
    struct input *input = input_open(path, &why);
    struct source *s;

    if (!input && access(path, F_OK) != 0)
        input = open_compressed(path, &why);
    if (!input) {
        failure_set(failure, "%s: %s", path, why.text);
        return NULL;
    }
    s = MEM_NEW(struct source);
    s->input = input;
    s->stream = input_stream(input);
    s->path = mem_string(path, strlen(path));
    return s;
}

ssize_t source_read(struct source *s, void *to, size_t n, struct failure *failure)
{
    size_t got = fread(to, 1, n, s->stream);
    const char *why = input_error(s->input);

    if (got || (feof(s->stream) && !why))
        return (ssize_t)got;
    failure_set(failure, "%s: cannot be read after byte %llu: %s", s->path,
                (unsigned long long)source_bytes_read(s), why ? why : strerror(errno));
    return -1;
}

uint64_t source_bytes_read(const struct source *s)
{
    return input_bytes_read(s->input);
}

void source_close(struct source *s)
{
    if (!s)
        return;
    fclose(s->stream);
    input_close(s->input);
    mem_free(s->path);
    mem_free(s);
}
