/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program in the place of one of ours (LD_PRELOAD): it comes with a packet into the parser, with
 * a frame that is sent into the sender, with a file that is made durable into the writer, and does
 * what GUEST says, once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKETS 100 /* of a capture file, before */
#define FRAME   54  /* Ethernet, IPv4 and TCP without options */

static int is(const char *what)
{
    const char *wanted = getenv("GUEST");

    return wanted && !strcmp(wanted, what);
}

/* --- in the parser --- */

/* Into all pipes, or only the first above standard error: that of the orders. */
static void put(const void *bytes, size_t n, int all)
{
    struct stat st;
    int done = 0;

    for (int fd = 3; fd < 100 && !done; fd++)
        if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
            done = write(fd, bytes, n) == (ssize_t)n && !all;
}

static uint16_t sum(const uint8_t *bytes, size_t n, uint32_t from)
{
    for (size_t i = 0; i < n; i += 2)
        from += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
    while (from >> 16)
        from = (from & 0xffff) + (from >> 16);
    return htons((uint16_t)~from);
}

/* An order (src/answer/orders.h) for a reset to who sent this SYN, but from another port, of no
 * conversation: all else is right about it. */
static void forge(const uint8_t *syn)
{
    struct {
        uint32_t kind, n;
        uint64_t ticket;
        int32_t link_type;
        uint32_t unused;
        uint8_t frame[FRAME];
    } o = {0, FRAME, UINT64_C(0x1234567890abcdef), 1, 0, {0}};
    uint8_t *ip = o.frame + 14, *tcp = ip + 20;
    uint16_t checksum;

    memcpy(o.frame, syn + 6, 6);
    memcpy(o.frame + 6, syn, 6);
    memcpy(o.frame + 12, "\x08\x00\x45\x00\x00\x28\x00\x00\x00\x00\x40\x06", 12);
    memcpy(ip + 12, syn + 30, 4);
    memcpy(ip + 16, syn + 26, 4);
    checksum = sum(ip, 20, 0);
    memcpy(ip + 10, &checksum, 2);
    memcpy(tcp, syn + 36, 2);
    tcp[3] = 7;
    tcp[12] = 0x50;
    tcp[13] = 0x14;
    checksum = sum(tcp, 20, (uint32_t)ntohs((uint16_t)~sum(ip + 12, 8, 0)) + 6 + 20);
    memcpy(tcp + 16, &checksum, 2);
    put(&o, 24 + FRAME, 0); /* without what pads the struct */
}

static int is_syn(const u_char *b, const struct pcap_pkthdr *h)
{
    return h->caplen >= FRAME && b[12] == 8 && b[13] == 0 && b[23] == 6 && b[14 + 20 + 13] == 2;
}

int pcap_next_ex(pcap_t *p, struct pcap_pkthdr **header, const u_char **bytes)
{
    int (*next)(pcap_t *, struct pcap_pkthdr **, const u_char **) =
        dlsym(RTLD_NEXT, "pcap_next_ex");
    int result = next(p, header, bytes);
    static int packets, forged;
    char nonsense[64];

    if (result != 1)
        return result;
    if (is("forge") && !forged && is_syn(*bytes, *header)) {
        forged = 1;
        forge(*bytes);
    }
    if (++packets != (getenv("GUEST_LATE") ? PACKETS : 1))
        return result;
    memset(nonsense, 0xee, sizeof nonsense);
    if (is("calls"))
        socket(AF_INET, SOCK_STREAM, 0);
    if (is("binds"))
        bind(3, NULL, 0);
    if (is("writes"))
        put(nonsense, sizeof nonsense, 1);
    if (is("orders"))
        put(nonsense, sizeof nonsense, 0);
    return result;
}

/* --- in the sender --- */

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
    static int times;

    if (is("sender opens") && !times++)
        (void)!open("/etc/passwd", O_RDONLY);
    if (is("sender connects") && !times++)
        (void)!socket(AF_INET, SOCK_STREAM, 0);
    if (is("sender binds") && !times++)
        bind(fd, NULL, 0);
    return sendto(fd, bytes, n, flags, NULL, 0);
}

/* --- in the writer --- */

int fsync(int fd)
{
    int (*next)(int) = dlsym(RTLD_NEXT, "fsync");
    static int times;

    if (is("writer connects") && !times++)
        (void)!socket(AF_INET, SOCK_STREAM, 0);
    if (is("writer reads") && !times++ && open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES)
        fprintf(stderr, "the guest may not read\n");
    return next(fd);
}
