/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a capture through capture, decap and stream, with a handler that does
 * nothing: what the flow table and the guards around libnids cost, beside
 * tools/nids-bare.  Usage: stream-bare FILE
 */
#include <inttypes.h>
#include <stdio.h>

#include "potsherd/capture.h"
#include "potsherd/counters.h"
#include "potsherd/stream.h"

static uint64_t delivered;

static void on_connection(void *context, struct connection *c)
{
    (void)context, (void)c;
}

static void on_data(void *context, struct connection *c, enum direction from, const uint8_t *bytes,
                    size_t n, time_us now)
{
    (void)context, (void)c, (void)from, (void)bytes, (void)now;
    delivered += n;
}

static void on_gap(void *context, struct connection *c, enum direction from, uint64_t missing,
                   time_us now)
{
    (void)context, (void)c, (void)from, (void)missing, (void)now;
}

static void on_close(void *context, struct connection *c, enum direction from, time_us now)
{
    (void)context, (void)c, (void)from, (void)now;
}

static void on_finish(void *context, struct connection *c, time_us now)
{
    (void)context, (void)c, (void)now;
}

static void on_attempt(void *context, const struct connection *c)
{
    (void)context, (void)c;
}

static size_t on_memory(void *context, const struct connection *c)
{
    (void)context, (void)c;
    return 0;
}

int main(int argc, char **argv)
{
    static const struct stream_handler handler = {NULL,          on_connection, on_data,
                                                  on_gap,        on_close,      on_finish,
                                                  on_connection, on_memory,     on_attempt};
    static const struct stream_options options = {
        .max_connections = 49152, /* as many as nids-bare's table takes */
        .max_memory = UINT64_C(1) << 30,
        .idle_timeout = 600 * TIME_SECOND};
    const char *error = NULL;
    struct capture *capture;
    struct stream *stream;
    struct frame frame;

    if (argc != 2) {
        fputs("usage: stream-bare FILE\n", stderr);
        return 2;
    }
    capture = capture_open_files((const char *const *)argv + 1, 1, NULL, &error);
    if (!capture || capture_failures(capture))
        return 1;
    stream = stream_new(&options, &handler);
    while (capture_next(capture, &frame)) {
        struct datagram datagram;
        enum decap_reason reason = decap_frame(&frame, &datagram);

        if (reason == DECAP_OK)
            stream_put(stream, &datagram);
        else
            stream_count_bad(stream, reason);
    }
    stream_finish(stream);
    printf("%" PRIu64 " connections, %" PRIu64 " bytes\n", stream_counts(stream)->connections,
           delivered);
    stream_free(stream);
    capture_close(capture);
    return 0;
}
