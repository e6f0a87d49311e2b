/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nids-bare: libnids with a callback that does nothing.
 *
 * The yardstick of `make bench`: what reassembling both directions of every
 * connection of a capture costs before anybody looks at the bytes.
 */
#include <nids.h>
#include <stdio.h>
#include <string.h>

enum { STREAMS = 65536 };

static unsigned long established, closed, reset, timed_out, left, bytes;

static void count(struct tcp_stream *stream, void **unused)
{
    (void)unused;
    switch (stream->nids_state) {
    case NIDS_JUST_EST:
        established++;
        stream->client.collect = 1;
        stream->server.collect = 1;
        break;
    case NIDS_DATA:
        bytes += (unsigned long)(stream->client.count_new + stream->server.count_new);
        break;
    case NIDS_CLOSE:
        closed++;
        break;
    case NIDS_RESET:
        reset++;
        break;
    case NIDS_TIMED_OUT:
        timed_out++;
        break;
    default:
        left++;
    }
}

static void say_nothing(int type, int error, struct ip *header, void *data)
{
    (void)type, (void)error, (void)header, (void)data;
}

int main(int argc, char **argv)
{
    struct nids_chksum_ctl no_checksums = {.netaddr = 0, .mask = 0, .action = NIDS_DONT_CHKSUM};

    if (argc != 2 || argv[1][0] == '-') {
        FILE *out = argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;

        fputs("usage: nids-bare FILE.pcap   (counts its TCP streams with bare libnids)\n", out);
        return out == stdout ? 0 : 2;
    }
    nids_params.filename = argv[1];
    nids_params.scan_num_hosts = 0;
    nids_params.n_tcp_streams = STREAMS;
    nids_params.syslog = say_nothing;
    if (!nids_init()) {
        fprintf(stderr, "nids-bare: %s\n", nids_errbuf);
        return 1;
    }
    nids_register_chksum_ctl(&no_checksums, 1);
    nids_register_tcp(count);
    nids_run();
    printf("established %lu closed %lu reset %lu timed_out %lu left %lu bytes %lu\n", established,
           closed, reset, timed_out, left, bytes);
    return 0;
}
