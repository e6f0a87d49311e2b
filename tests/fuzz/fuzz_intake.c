/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer entry: what a parser that was taken over may send to the writer. */
#include <fcntl.h>
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "potsherd/record.h"

#define RUNS 500 /* into one folder */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct recorder *recorder;
static char *folder;

static void remove_folder(void)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        char *path = g_build_filename(folder, name, NULL);

        unlink(path);
        g_free(path);
    }
    if (dir)
        g_dir_close(dir);
    rmdir(folder);
    g_free(folder);
}

static void end_recorder(void)
{
    struct failure why;

    if (!recorder)
        return;
    record_finish(recorder);
    record_close(recorder, &why);
    recorder = NULL;
    remove_folder();
}

static void begin_recorder(void)
{
    struct failure why;
    struct record_options options = {
        .payload = PAYLOAD_MBOX, .live = true, .folder = -1, .now = TIME_SECOND, .scans_max = 1000};
    static bool begun;

    if (!begun) {
        digest_free(digest_new()); /* OpenSSL's own end is to come behind this one's */
        atexit(end_recorder);
    }
    begun = true;
    folder = g_dir_make_tmp("fuzz_intake-XXXXXX", NULL);
    options.directory = folder;
    recorder = record_open(&options, &why);
    if (!recorder)
        abort();
}

static void on_idle(void *context)
{
    (void)context;
    abort(); /* all is in the pipe, and its end */
}

static void on_frame(void *context, const struct frame *frame)
{
    unsigned *sum = context;

    for (uint32_t i = 0; i < frame->caplen; i++)
        *sum += frame->bytes[i];
}

static void on_line(void *context, struct bytes line)
{
    unsigned *sum = context;

    if (!line.n || line.at[line.n - 1] != '\n')
        abort();
    *sum += line.at[0];
}

/* By the first byte from a parser or from the sender. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static unsigned runs;
    unsigned sum = 0;
    struct record_taker taker = {.idle = on_idle, .frame = on_frame, .context = &sum};
    int ends[2];

    if (n && bytes[0] & 0x80) {
        taker.line = on_line;
        taker.evidence_only = true;
    }
    bytes += n > 0;
    n -= n > 0;
    if (n > 65536 || pipe(ends) != 0)
        return 0;
    if (runs++ % RUNS == 0) {
        end_recorder();
        begin_recorder();
    }
    if (n && write(ends[1], bytes, n) != (ssize_t)n)
        abort();
    close(ends[1]);
    while (record_take(recorder, ends[0], &taker) == RECORD_TAKEN)
        ;
    close(ends[0]);
    return (int)(sum & 0);
}
