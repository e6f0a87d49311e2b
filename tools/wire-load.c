/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire-load: the packets of a capture onto an interface, at a told rate.
 *
 * The sender of `make bench-watch`: it hands the kernel many packets by one call
 * (sendmmsg, past the queueing discipline), so that several times the rate comes
 * out of one core than by a call for each.  The capture is read into memory first
 * and is sent once: a connection that comes again with the same numbers is a
 * retransmission to whoever follows it, and costs him less.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tools/args.h"

#define BATCH  64
#define SECOND 1000000000ULL /* ns */
#define SLACK  60000         /* ns: what a sleep may overshoot; less than that is waited awake */

enum { RATE, PACKETS, ARGS };

static const struct arg table[ARGS] = {
    [RATE] = {"rate", "PPS", ARG_NUMBER, 0, 100000000, NULL, "packets a second; 0: at once (0)"},
    [PACKETS] = {"packets", "N", ARG_NUMBER, 1, UINT32_MAX, NULL, "of the first ones (all)"},
};

struct packets {
    struct mmsghdr *messages; /* each of one packet, in at[] */
    struct iovec *at;
    size_t count;
};

static void *grown(void *old, size_t count, size_t size)
{
    void *more = reallocarray(old, count, size);

    if (!more)
        abort();
    return more;
}

static void add(struct packets *all, const void *bytes, size_t n)
{
    if (!(all->count & (all->count + 1))) { /* 2^n - 1: full */
        all->at = grown(all->at, 2 * all->count + 1, sizeof *all->at);
        all->messages = grown(all->messages, 2 * all->count + 1, sizeof *all->messages);
    }
    all->at[all->count++] = (struct iovec){memcpy(grown(NULL, 1, n + 1), bytes, n), n};
}

static bool read_capture(const char *path, size_t most, struct packets *out)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_open_offline(path, error);
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int result = 1;

    if (!pcap || pcap_datalink(pcap) != DLT_EN10MB) {
        fprintf(stderr, "wire-load: %s\n", pcap ? "only Ethernet can be sent" : error);
        return false;
    }
    while (out->count < most && (result = pcap_next_ex(pcap, &header, &bytes)) == 1)
        add(out, bytes, header->caplen);
    if (result == PCAP_ERROR)
        fprintf(stderr, "wire-load: %s: %s\n", path, pcap_geterr(pcap));
    pcap_close(pcap);
    for (size_t i = 0; i < out->count; i++) /* at[] stays where it is by now */
        out->messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &out->at[i], .msg_iovlen = 1}};
    return result != PCAP_ERROR;
}

static int open_interface(const char *name)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                  .sll_ifindex = (int)if_nametoindex(name)};
    int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;

    if (fd < 0 || !address.sll_ifindex || bind(fd, (void *)&address, sizeof address) != 0) {
        fprintf(stderr, "wire-load: %s: %s\n", name, strerror(errno));
        return -1;
    }
    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes); /* only faster */
    return fd;
}

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void wait_until(uint64_t when)
{
    struct timespec t = {(time_t)((when - SLACK) / SECOND), (long)((when - SLACK) % SECOND)};

    if (when > now() + SLACK)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    while (now() < when)
        ;
}

/* How many were sent; fewer than there are after an error, which is told. */
static size_t send_all(int fd, const struct packets *all, uint64_t rate)
{
    uint64_t begun = now();
    size_t sent = 0;

    while (sent < all->count) {
        unsigned n = all->count - sent < BATCH ? (unsigned)(all->count - sent) : BATCH;
        int taken = sendmmsg(fd, all->messages + sent, n, 0);

        if (taken < 0 && errno != EINTR && errno != ENOBUFS) {
            perror("wire-load: sendmmsg");
            break;
        }
        sent += taken > 0 ? (size_t)taken : 0;
        if (rate)
            wait_until(begun + sent * SECOND / rate);
    }
    return sent;
}

int main(int argc, char **argv)
{
    struct arg_value v[ARGS] = {[PACKETS] = {.number = UINT32_MAX}};
    int operands = args_parse(argc, argv, table, ARGS, v), fd;
    struct packets all = {NULL, NULL, 0};
    uint64_t begun;
    size_t sent;

    if (operands < 0) {
        puts("usage: wire-load [OPTION...] INTERFACE CAPTURE\n"
             "Sends the packets of a capture file; prints how many, and in how many seconds.");
        args_print(table, ARGS);
        return 0;
    }
    if (operands != 2)
        args_wrong("wire-load", "needs an INTERFACE and a CAPTURE");
    fd = open_interface(argv[1]);
    if (fd < 0 || !read_capture(argv[2], v[PACKETS].number, &all))
        return 1;
    begun = now();
    sent = send_all(fd, &all, v[RATE].number);
    printf("%zu %.3f\n", sent, (double)(now() - begun) / (double)SECOND);
    return sent < all.count;
}
