/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An interface; an adapter of libpcap.  Who answers takes each frame at once, who only listens
 * takes blocks of the ring (TPACKET_V3), which costs the kernel and us far less a frame.  What
 * libpcap does not know, fan-out and binding again, is asked of its packet socket here.
 */
#include "potsherd/capture_live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/interfaces.h"
#include "base/mem.h"
#include "capture/driver.h"
#include "capture/fanout.h"
#include "capture/kernel_filter.h"
#include "capture/source.h"
#include "potsherd/decap.h"

#define BLOCK_TIMEOUT_MS 100 /* a block that is not full is handed over after this */
#define REMOVED          (-1)
#define IN_VAIN_MOST     10
#define LOOK_NS          50000000 /* between two looks at an interface of which nothing comes */
#define FILTERED_A_TURN  1024     /* frames, before something else has its turn */

struct live {
    struct capture base;
    pcap_t *pcap;
    int fd, link_type;
    unsigned short hardware; /* ARPHRD_...: one created again must be of the same kind */
    bool every;              /* the interface `any`: it does not go down */
    bool removed;            /* the interface it is bound to, when last looked at */
    bool failing;            /* the last read; it may be libpcap's matter alone */
    unsigned in_vain;        /* calls to recover, for that reason alone */
    int64_t looked;          /* at the interface, when nothing came; ns */
    bool promiscuous, immediate;
    bool bound_elsewhere; /* again: by another process */
    bool begun;           /* the first filter is set */
    int fanout;
    uint64_t bytes;
    struct live_filter filter;
    bool filters_here; /* by `here`: the kernel takes none */
    struct bpf_program here;
    struct live_counts counts; /* totals, 64 bits */
    struct driver_losses driver;
    char name[IFNAMSIZ];
    char error[PCAP_ERRBUF_SIZE];
};

static struct live *live_of(struct capture *base)
{
    return (struct live *)base;
}

/* --- the state of the interface --- */

/* The number of the interface that the socket is bound to, or REMOVED. */
static int bound_index(const struct live *c)
{
    struct sockaddr_ll address = {.sll_ifindex = REMOVED};
    socklen_t n = sizeof address;

    return getsockname(c->fd, (void *)&address, &n) == 0 ? address.sll_ifindex : REMOVED;
}

static bool is_up(const struct live *c, int index)
{
    struct ifreq request = {.ifr_ifindex = index};

    /* by its number: its name may be another's by now */
    return ioctl(c->fd, SIOCGIFNAME, &request) == 0 && ioctl(c->fd, SIOCGIFFLAGS, &request) == 0 &&
           request.ifr_flags & IFF_UP;
}

/* libpcap keeps quiet about one that is down, and about one that was removed and is there again. */
static bool is_well(struct live *c)
{
    int index = bound_index(c);

    if (c->every)
        return true;
    c->removed = index == REMOVED;
    if (c->removed)
        strcpy(c->error, c->fanout ? "the interface was removed; with several jobs start again"
                                   : "the interface was removed");
    else if (!is_up(c, index))
        strcpy(c->error, "the interface is down");
    else
        return true;
    return false;
}

/* The one that bears the name now, if it is of the same kind. */
static bool find_again(const struct live *c, int *index)
{
    struct ifreq request = {.ifr_ifindex = 0};

    memcpy(request.ifr_name, c->name, sizeof request.ifr_name);
    if (ioctl(c->fd, SIOCGIFHWADDR, &request) != 0 || request.ifr_hwaddr.sa_family != c->hardware ||
        ioctl(c->fd, SIOCGIFINDEX, &request) != 0)
        return false;
    *index = request.ifr_ifindex;
    return true;
}

static bool bind_again(struct live *c)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    struct packet_mreq promiscuous = {.mr_type = PACKET_MR_PROMISC};
    int index;

    if (c->fanout || !find_again(c, &index))
        return false;
    address.sll_ifindex = promiscuous.mr_ifindex = index;
    if (bind(c->fd, (void *)&address, sizeof address) != 0)
        return false;
    /* libpcap's own membership went with the interface that was removed */
    return !c->promiscuous || setsockopt(c->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous,
                                         sizeof promiscuous) == 0;
}

void capture_live_leave_binding(struct capture *c)
{
    live_of(c)->bound_elsewhere = true;
}

void capture_live_bind_again(struct capture *base)
{
    struct live *c = live_of(base);

    if (!c->every && bound_index(c) == REMOVED)
        (void)bind_again(c);
}

bool capture_live_is_lost(const struct capture *base)
{
    const struct live *c = (const struct live *)base;

    return (c->fanout && c->removed) || c->in_vain >= IN_VAIN_MOST;
}

bool capture_live_recover(struct capture *base)
{
    struct live *c = live_of(base);
    int error;
    socklen_t n = sizeof error;

    if (!*c->error)
        return true;
    if (bound_index(c) == REMOVED) {
        if (c->bound_elsewhere || !bind_again(c))
            return is_well(c);
        c->failing = false;  /* that was the one before */
    } else if (c->removed) { /* and the other process has found it again */
        c->failing = false;
    }
    if (!is_well(c))
        return false;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &n); /* takes the old one away */
    if (c->failing) {
        if (++c->in_vain == IN_VAIN_MOST)
            strcpy(c->error, "it could not be read for long; start again");
        return false;
    }
    c->in_vain = 0;
    *c->error = '\0';
    return true;
}

/* --- reading --- */

/* Three system calls at each empty read would cost more than the frames. */
static bool is_time_to_look(struct live *c)
{
    struct timespec now;
    int64_t ns;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    ns = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
    if (ns - c->looked < LOOK_NS)
        return false;
    c->looked = ns;
    return true;
}

/* Like pcap_next_ex, but for what the filter refuses here. */
static int next_that_passes(struct live *c, struct pcap_pkthdr **header, const u_char **bytes)
{
    for (int i = 0; i < FILTERED_A_TURN; i++) {
        int result = pcap_next_ex(c->pcap, header, bytes);

        if (result != 1 || !c->filters_here || pcap_offline_filter(&c->here, *header, *bytes))
            return result;
        c->counts.filtered++;
    }
    return 0;
}

static bool live_next(struct capture *base, struct frame *out)
{
    struct live *c = live_of(base);
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int result = next_that_passes(c, &header, &bytes); /* what is in the ring outlives it */

    c->failing = result < 0;
    if (result != 1) {
        if (!*c->error && (result < 0 || is_time_to_look(c)) && is_well(c) && result < 0)
            memcpy(c->error, pcap_geterr(c->pcap), sizeof c->error);
        return false;
    }
    c->bytes += header->caplen;
    *out = (struct frame){.ts = header->ts.tv_sec * TIME_SECOND + header->ts.tv_usec,
                          .link_type = c->link_type,
                          .bytes = bytes,
                          .caplen = header->caplen,
                          .wire_len = header->len};
    return true;
}

static void live_read_progress(const struct capture *base, struct capture_progress *out)
{
    out->bytes_total = 0;
    out->bytes_read = ((const struct live *)base)->bytes;
}

static void stop_filtering_here(struct live *c)
{
    if (c->filters_here)
        pcap_freecode(&c->here);
    c->filters_here = false;
}

static void live_close(struct capture *base)
{
    struct live *c = live_of(base);

    stop_filtering_here(c);
    pcap_close(c->pcap);
    mem_free(c);
}

/* --- counts --- */

/* Not pcap_stats, which opens files, as who reads frames may not: the kernel's own, which begin
 * at 0 again. */
static void count(struct live *c)
{
    struct tpacket_stats_v3 stat = {.tp_packets = 0};
    socklen_t n = sizeof stat;

    if (getsockopt(c->fd, SOL_PACKET, PACKET_STATISTICS, &stat, &n) != 0)
        return;
    c->counts.received += stat.tp_packets;
    c->counts.dropped += stat.tp_drops;
}

void capture_live_counts(struct capture *base, struct live_counts *out)
{
    struct live *c = live_of(base);

    count(c);
    *out = c->counts;
}

uint64_t capture_live_interface_dropped(struct capture *base)
{
    struct live *c = live_of(base);

    return driver_losses(&c->driver, c->name);
}

/* --- opening --- */

static bool set_up(struct live *c, const struct live_options *o, struct failure *why)
{
    int result;

    pcap_set_snaplen(c->pcap, (int)o->snap);
    pcap_set_promisc(c->pcap, !o->not_promiscuous);
    pcap_set_immediate_mode(c->pcap, o->immediate);
    pcap_set_timeout(c->pcap, o->immediate ? 1 : BLOCK_TIMEOUT_MS);
    if (o->buffer_bytes)
        pcap_set_buffer_size(c->pcap, (int)o->buffer_bytes);
    result = pcap_activate(c->pcap);
    if (result == PCAP_ERROR_PERM_DENIED)
        return failure_set(why, "%s: capturing needs root (sudo), or CAP_NET_RAW and CAP_NET_ADMIN",
                           o->interface);
    if (result == PCAP_ERROR_NO_SUCH_DEVICE)
        return interface_is_missing(o->interface, why);
    if (result < 0)
        return failure_set(why, "%s: %s", o->interface,
                           *pcap_geterr(c->pcap) ? pcap_geterr(c->pcap) : pcap_statustostr(result));
    c->link_type = pcap_datalink(c->pcap);
    if (!decap_link_type_known(c->link_type))
        return failure_set(why, "%s: link type %d is not read", o->interface, c->link_type);
    return true;
}

static bool make_ready(struct live *c, const struct live_options *o, struct failure *why)
{
    struct ifreq request = {.ifr_ifindex = 0};

    if (pcap_setnonblock(c->pcap, 1, c->error) != 0)
        return failure_set(why, "%s: %s", o->interface, c->error);
    c->fd = pcap_get_selectable_fd(c->pcap);
    if (c->fd < 0)
        return failure_set(why, "%s: cannot be waited for", o->interface);
    kernel_filter_pass(c->fd, 0);
    strncpy(c->name, o->interface, sizeof c->name - 1);
    memcpy(request.ifr_name, c->name, sizeof request.ifr_name);
    c->every = bound_index(c) == 0;
    c->promiscuous = !o->not_promiscuous;
    c->immediate = o->immediate;
    if (!c->every && ioctl(c->fd, SIOCGIFHWADDR, &request) == 0)
        c->hardware = request.ifr_hwaddr.sa_family;
    return true;
}

/* libpcap leaves the frames of the other direction out after the kernel has put them into the
 * ring, and counted them; the kernel can do it better (Linux 4.20). */
static bool set_direction(struct live *c, const struct live_options *o, struct failure *why)
{
    int yes = 1;

    if (o->outgoing)
        return true;
    setsockopt(c->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes);
    return pcap_setdirection(c->pcap, PCAP_D_IN) == 0 ||
           failure_set(why, "%s: %s", o->interface, pcap_geterr(c->pcap));
}

static bool set_fanout(struct live *c, const struct live_options *o, struct failure *why)
{
    if (!o->fanout)
        return true;
    c->fanout = fanout_join(c->fd, o->fanout, o->fanout_secret);
    return c->fanout != FANOUT_NONE ||
           failure_set(why, "%s: cannot share frames: %s", o->interface, strerror(errno));
}

void capture_live_stop(struct capture *c)
{
    kernel_filter_pass(live_of(c)->fd, 0);
}

/* What came before the filter was set is in no count: nothing more is let in, the ring emptied. */
static void begin(struct live *c)
{
    struct timespec retire = {.tv_nsec = (c->immediate ? 1 : 2 * BLOCK_TIMEOUT_MS) * 1000000L};
    struct pcap_pkthdr *header;
    const u_char *bytes;

    nanosleep(&retire, NULL);
    while (pcap_next_ex(c->pcap, &header, &bytes) == 1)
        ;
    count(c);
    c->counts.received = c->counts.dropped = 0;
    driver_begin(&c->driver, c->name);
    c->begun = true;
}

/* --- the filter --- */

/* By libpcap itself no filter is set: it would filter what the kernel refuses, and what
 * was in the ring before, unseen and in no count. */

static bool compile(pcap_t *pcap, const char *filter, struct bpf_program *out, struct failure *why)
{
    if (pcap_compile(pcap, out, filter, 1, PCAP_NETMASK_UNKNOWN) == 0)
        return true;
    return failure_set(why, "filter '%.400s' is not understood: %s", filter, pcap_geterr(pcap));
}

/* False with errno set. */
static bool give_to_kernel(int fd, int link_type, const struct bpf_program *program)
{
    struct sock_filter *code;
    bool good, cooked = link_type == DLT_LINUX_SLL;

    if (program->bf_len > BPF_MAXINSNS) {
        errno = E2BIG;
        return false;
    }
    code = mem_new(program->bf_len * sizeof *code);
    for (unsigned i = 0; i < program->bf_len; i++) {
        const struct bpf_insn *from = &program->bf_insns[i];

        code[i] = (struct sock_filter){from->code, from->jt, from->jf, from->k};
    }
    errno = EOPNOTSUPP;
    good = (!cooked || kernel_filter_uncook(code, program->bf_len)) &&
           kernel_filter_attach(fd, code, program->bf_len);
    mem_free(code);
    return good;
}

/* The first of the `n` that the kernel takes, or `n`; false when the wanted one is wrong. */
static bool find_taken(struct live *c, const char *const *filters, unsigned n, unsigned *used,
                       struct failure *why)
{
    struct bpf_program program;
    bool taken = false;

    for (*used = 0; *used < n; ++*used) {
        if (!compile(c->pcap, filters[*used], &program, why))
            return false;
        taken = give_to_kernel(c->fd, c->link_type, &program);
        if (!*used)
            c->filter.refusal = taken ? 0 : errno;
        pcap_freecode(&program);
        if (taken)
            break;
    }
    return true;
}

/* For frames as capture_next has them: libpcap has put the tag back that the kernel had
 * taken off, and where the kernel keeps it need not be known. */
static bool compile_for_here(int link_type, int snap, const char *filter, struct bpf_program *out,
                             struct failure *why)
{
    pcap_t *dead = pcap_open_dead(link_type, snap);
    bool good = dead && compile(dead, filter, out, why);

    if (dead)
        pcap_close(dead);
    return good;
}

static bool filter_here(struct live *c, const char *filter, struct failure *why)
{
    struct bpf_program program;

    if (!compile_for_here(c->link_type, pcap_snapshot(c->pcap), filter, &program, why))
        return false;
    stop_filtering_here(c);
    c->here = program;
    c->filters_here = true;
    return kernel_filter_pass(c->fd, (uint32_t)pcap_snapshot(c->pcap)) ||
           failure_set(why, "the filter is not taken: %s", strerror(errno));
}

bool capture_live_set_filter(struct capture *base, const char *const *filters, struct failure *why)
{
    static const char *const everything[] = {"", NULL};
    struct live *c = live_of(base);
    unsigned n = 0;

    if (!*filters)
        filters = everything;
    while (filters[n])
        n++;
    if (!c->begun)
        begin(c);
    if (!find_taken(c, filters, n, &c->filter.used, why))
        return false;
    if (c->filter.used == n)
        return filter_here(c, filters[0], why);
    stop_filtering_here(c);
    /* the kernel counted the memory of the old one, too: a better one may fit now */
    return !c->filter.used || find_taken(c, filters, c->filter.used, &c->filter.used, why);
}

int capture_live_export_filter(const struct capture *base)
{
    const struct live *c = (const struct live *)base;
    size_t n = c->filters_here ? c->here.bf_len * sizeof *c->here.bf_insns : 0;
    int fd = n ? memfd_create("filter", MFD_CLOEXEC) : -1;

    if (fd >= 0 && pwrite(fd, c->here.bf_insns, n, 0) != (ssize_t)n) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool capture_live_adopt_filter(struct capture *base, int fd)
{
    struct live *c = live_of(base);
    off_t n = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
    struct bpf_program program = {.bf_len = (u_int)(n / (off_t)sizeof(struct bpf_insn))};
    bool good = n >= 0 && n <= (off_t)(BPF_MAXINSNS * sizeof(struct bpf_insn));

    if (good && n) {
        program.bf_insns = malloc((size_t)n); /* pcap_freecode frees it */
        good = program.bf_insns && pread(fd, program.bf_insns, (size_t)n, 0) == n &&
               bpf_validate(program.bf_insns, (int)program.bf_len);
    }
    if (fd >= 0)
        close(fd);
    if (!good) {
        free(program.bf_insns);
        return false;
    }
    stop_filtering_here(c);
    c->here = program;
    c->filters_here = n > 0;
    return true;
}

bool capture_live_has_room(const char *filter)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct bpf_program program;
    struct failure why;
    bool has = true;

    if (compile_for_here(DLT_EN10MB, UINT16_MAX, filter, &program, &why)) {
        has = give_to_kernel(fd, DLT_EN10MB, &program) || errno != ENOMEM;
        pcap_freecode(&program);
    }
    close(fd);
    return has;
}

void capture_live_read_filter(const struct capture *c, struct live_filter *out)
{
    *out = ((const struct live *)c)->filter;
}

uint64_t capture_live_filtered(const struct capture *c)
{
    return ((const struct live *)c)->counts.filtered;
}

struct capture *capture_open_live(const struct live_options *options, struct failure *why)
{
    static const struct capture_source source = {live_next, live_read_progress, live_close};
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
    if (set_up(c, options, why) && make_ready(c, options, why) && set_direction(c, options, why) &&
        set_fanout(c, options, why))
        return &c->base;
    live_close(&c->base);
    return NULL;
}

int capture_live_fanout(const struct capture *c)
{
    return ((const struct live *)c)->fanout;
}

/* Its ring is the only thing of a packet socket that is mapped. */
uint64_t capture_live_ring(const struct capture *base)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    uint64_t bytes = 0;
    unsigned long long from, to, inode;
    struct stat socket;

    if (!maps)
        return 0;
    if (fstat(((const struct live *)base)->fd, &socket) == 0)
        while (fgets(line, sizeof line, maps))
            if (sscanf(line, "%llx-%llx %*s %*s %*s %llu", &from, &to, &inode) == 3 &&
                inode == socket.st_ino)
                bytes += to - from;
    fclose(maps);
    return bytes;
}

int capture_live_fd(const struct capture *c)
{
    return ((const struct live *)c)->fd;
}

/* What was down when that was found out may have been removed by now. */
const char *capture_live_error(struct capture *base)
{
    struct live *c = live_of(base);

    if (!*c->error)
        return NULL;
    (void)is_well(c);
    return c->error;
}
