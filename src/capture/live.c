/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An interface; an adapter of libpcap.  In immediate mode, since whoever answers
 * must not wait for a buffer to fill.
 */
#include "potsherd/live.h"

#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "capture/source.h"
#include "potsherd/decap.h"

struct live {
    struct capture base;
    pcap_t *pcap;
    int fd, link_type;
    uint64_t bytes;
    char error[PCAP_ERRBUF_SIZE];
};

static struct live *live_of(struct capture *base)
{
    return (struct live *)base;
}

static bool live_next(struct capture *base, struct frame *out)
{
    struct live *c = live_of(base);
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int result = *c->error ? 0 : pcap_next_ex(c->pcap, &header, &bytes);

    if (result != 1) {
        if (result < 0)
            memcpy(c->error, pcap_geterr(c->pcap), sizeof c->error);
        return false;
    }
    c->bytes += header->caplen;
    *out = (struct frame){.ts = header->ts.tv_sec * TIME_SECOND + header->ts.tv_usec,
                          .link_type = c->link_type,
                          .bytes = bytes,
                          .captured = header->caplen,
                          .wire = header->len};
    return true;
}

static void live_tell_progress(const struct capture *base, struct capture_progress *out)
{
    out->bytes_total = 0;
    out->bytes_read = ((const struct live *)base)->bytes;
}

static void live_close(struct capture *base)
{
    pcap_close(live_of(base)->pcap);
    mem_free(base);
}

static bool set_up(struct live *c, const struct live_options *o, struct failure *why)
{
    int result;

    pcap_set_snaplen(c->pcap, (int)o->snap);
    pcap_set_promisc(c->pcap, 1);
    pcap_set_immediate_mode(c->pcap, 1);
    pcap_set_timeout(c->pcap, 1);
    if (o->buffer_bytes)
        pcap_set_buffer_size(c->pcap, (int)o->buffer_bytes);
    result = pcap_activate(c->pcap);
    if (result == PCAP_ERROR_PERM_DENIED)
        return failure_set(why, "%s: capturing needs root, or CAP_NET_RAW and CAP_NET_ADMIN",
                           o->interface);
    if (result < 0)
        return failure_set(why, "%s: %s%s%s", o->interface, pcap_statustostr(result),
                           *pcap_geterr(c->pcap) ? ": " : "", pcap_geterr(c->pcap));
    c->link_type = pcap_datalink(c->pcap);
    if (!decap_link_type_known(c->link_type))
        return failure_set(why, "%s: link type %d is not read", o->interface, c->link_type);
    return true;
}

static bool set_filter(struct live *c, const struct live_options *o, struct failure *why)
{
    struct bpf_program program;
    bool good;

    if (!o->filter)
        return true;
    if (pcap_compile(c->pcap, &program, o->filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
        return failure_set(why, "filter '%.400s' is not understood: %s", o->filter,
                           pcap_geterr(c->pcap));
    good = pcap_setfilter(c->pcap, &program) == 0;
    pcap_freecode(&program);
    return good || failure_set(why, "%s: %s", o->interface, pcap_geterr(c->pcap));
}

/* What the host sends is not copied only to be thrown away: Linux 4.20 and later. */
static void ignore_outgoing(int fd)
{
#ifdef PACKET_IGNORE_OUTGOING
    int one = 1;

    (void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
#else
    (void)fd;
#endif
}

static bool make_ready(struct live *c, const struct live_options *o, struct failure *why)
{
    if (pcap_setdirection(c->pcap, PCAP_D_IN) != 0)
        return failure_set(why, "%s: %s", o->interface, pcap_geterr(c->pcap));
    if (pcap_setnonblock(c->pcap, 1, c->error) != 0)
        return failure_set(why, "%s: %s", o->interface, c->error);
    c->fd = pcap_get_selectable_fd(c->pcap);
    if (c->fd < 0)
        return failure_set(why, "%s: cannot be waited for", o->interface);
    ignore_outgoing(c->fd);
    return true;
}

struct capture *capture_open_live(const struct live_options *options, struct failure *why)
{
    static const struct capture_source source = {live_next, live_tell_progress, live_close};
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(options->interface, error);
    struct live *c;

    if (!pcap) {
        failure_set(why, "%s: %s", options->interface, error);
        return NULL;
    }
    c = MEM_NEW(struct live);
    c->base.source = &source;
    c->pcap = pcap;
    if (set_up(c, options, why) && set_filter(c, options, why) && make_ready(c, options, why))
        return &c->base;
    live_close(&c->base);
    return NULL;
}

int capture_live_fd(const struct capture *c)
{
    return ((const struct live *)c)->fd;
}

bool capture_live_counts(struct capture *c, struct live_counts *out)
{
    struct pcap_stat stat;

    if (pcap_stats(live_of(c)->pcap, &stat) != 0)
        return false;
    out->dropped = stat.ps_drop;
    out->interface_dropped = stat.ps_ifdrop;
    return true;
}

const char *capture_live_error(const struct capture *c)
{
    const struct live *l = (const struct live *)c;

    return *l->error ? l->error : NULL;
}
