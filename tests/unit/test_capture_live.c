/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An interface in a network namespace of our own, fed from the other end of its
 * wire:
 *
 *   far ---------- near      frames go in here ----> and are captured there
 *
 * Needs root for the namespace, and ip(8); skips without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <glib.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "potsherd/capture_live.h"
#include "potsherd/ports.h"

#define FRAME_N     60
#define TAG_AT      (FRAME_N - 1)
#define WAIT_MS     300 /* enough for a block to be handed over */
#define TRIES_MOST  100 /* of waiting so long, on a busy machine */
#define JOBS        3
#define CONNECTIONS 64

static bool ready;

static bool run(const char *command)
{
    char line[512];

    snprintf(line, sizeof line, "{ %s; } >/dev/null 2>&1", command);
    return system(line) == 0;
}

/* Linux lets a wire carry again some time after its ends are up, and what is sent until then is
 * lost without an error. */
#define UNTIL_IT_CARRIES                                                                           \
    "for i in $(seq 600); do "                                                                     \
    "[ \"$(ip -o link show up | grep -c ' \\(near\\|far\\)@.* state UP ')\" = 2 ] && break; "      \
    "sleep 0.05; "                                                                                 \
    "done; [ $i -lt 600 ]"

static bool make_wire(void)
{
    return run("ip link add near type veth peer name far && "
               "sysctl -w net.ipv6.conf.near.disable_ipv6=1 net.ipv6.conf.far.disable_ipv6=1 && "
               "ip link set near up && ip link set far up && " UNTIL_IT_CARRIES);
}

static bool up_again(void)
{
    return run("ip link set near up && " UNTIL_IT_CARRIES);
}

static int begin(void **state)
{
    (void)state;
    ready = geteuid() == 0 && unshare(CLONE_NEWNET) == 0 && make_wire();
    if (!ready)
        print_message("skipped: needs root and ip(8), for a network namespace\n");
    return 0;
}

#define NEEDS_WIRE()                                                                               \
    do {                                                                                           \
        (void)state;                                                                               \
        if (!ready)                                                                                \
            skip();                                                                                \
    } while (0)

/* --- a kernel that is short of something --- */

/* libpcap finds this one before the C library's. */
#define IN_THE_PLACE_OF_LIBC __attribute__((visibility("default")))

static unsigned ring_most; /* bytes; 0: no limit */

IN_THE_PLACE_OF_LIBC int setsockopt(int fd, int level, int name, const void *value, socklen_t n)
{
    const struct tpacket_req *ring = value;

    if (ring_most && level == SOL_PACKET && name == PACKET_RX_RING &&
        ring->tp_block_size * ring->tp_block_nr > ring_most) {
        errno = ENOMEM;
        return -1;
    }
    return (int)syscall(SYS_setsockopt, fd, level, name, value, n);
}

static bool counts_fail;

IN_THE_PLACE_OF_LIBC int getsockopt(int fd, int level, int name, void *value, socklen_t *n)
{
    if (counts_fail && level == SOL_PACKET && name == PACKET_STATISTICS) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_getsockopt, fd, level, name, value, n);
}

static int fails_fd = -1;

IN_THE_PLACE_OF_LIBC int poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    int ready_n = (int)syscall(SYS_ppoll, fds, n, timeout_ms < 0 ? NULL : &timeout, NULL, 0);

    for (nfds_t i = 0; i < n; i++)
        if (fails_fd >= 0 && fds[i].fd == fails_fd) {
            fds[i].revents = POLLNVAL;
            ready_n = 1;
        }
    return ready_n;
}

/* --- sending --- */

static void send_frame(const char *interface, const uint8_t *frame, size_t n)
{
    struct sockaddr_ll to = {.sll_family = AF_PACKET,
                             .sll_ifindex = (int)if_nametoindex(interface)};
    int fd = socket(AF_PACKET, SOCK_RAW, 0);

    assert_true(fd >= 0);
    sendto(fd, frame, n, 0, (void *)&to, sizeof to); /* may fail: the wire may be cut */
    close(fd);
}

/* A letter a frame, its last byte. */
static void send_word(const char *interface, const char *word)
{
    uint8_t frame[FRAME_N] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};

    for (; *word; word++) {
        frame[TAG_AT] = (uint8_t)*word;
        send_frame(interface, frame, sizeof frame);
    }
}

/* --- capturing --- */

static struct live_options usual(void)
{
    static struct live_fanout_secret secret;

    assert_true(capture_live_choose_fanout(&secret)); /* nobody joins the group of another */
    return (struct live_options){
        .interface = "near", .snap = 65535, .buffer_bytes = 4 << 20, .fanout_secret = &secret};
}

static struct capture *open_filtered(struct live_options o, const char *filter)
{
    struct failure why = {.text = ""};
    struct capture *c = capture_open_live(&o, &why);

    if (!c || !capture_live_set_filter(c, (const char *const[]){filter, NULL}, &why))
        fail_msg("%s", why.text);
    return c;
}

static struct capture *open_with(struct live_options o)
{
    return open_filtered(o, "ether proto 0x88b5");
}

/* The letters that come within a while. */
static const char *word_of(struct capture *c)
{
    static char word[256];
    struct frame frame;
    size_t n = 0;

    for (int waited = 0; waited < WAIT_MS; waited += 50) {
        struct pollfd fd = {.fd = capture_live_fd(c), .events = POLLIN};

        while (n + 1 < sizeof word && capture_next(c, &frame))
            word[n++] = (char)frame.bytes[TAG_AT];
        poll(&fd, 1, 50);
    }
    word[n] = '\0';
    return word;
}

/* These letters and no more; on a busy machine they take a while. */
static void expect_word(struct capture *c, const char *word)
{
    char all[256] = "";

    for (int tries = 0; strlen(all) < strlen(word) && tries < TRIES_MOST; tries++)
        g_strlcat(all, word_of(c), sizeof all);
    assert_string_equal(all, word);
}

/* Frames come, for all that a wire just up again may lose. */
static void expect_some(struct capture *c, char letter)
{
    const char word[] = {letter, '\0'};
    bool came = false;

    for (int tries = 0; !came && tries < TRIES_MOST; tries++) {
        send_word("far", word);
        came = strchr(word_of(c), letter) != NULL;
    }
    assert_true(came);
}

static void expect_error(struct capture *c, const char *words)
{
    assert_string_equal(word_of(c), "");
    assert_non_null(capture_live_error(c));
    assert_string_equal(capture_live_error(c), words);
}

static void expect_counts(struct capture *c, uint64_t received, uint64_t dropped)
{
    struct live_counts n;

    capture_live_counts(c, &n);
    assert_int_equal(n.received, received);
    assert_int_equal(n.dropped, dropped);
}

/* --- tests --- */

static void frames_come_in_both_modes(void **state)
{
    NEEDS_WIRE();
    for (int immediate = 0; immediate < 2; immediate++) {
        struct live_options o = usual();
        struct capture *c;

        o.immediate = immediate;
        c = open_with(o);
        send_word("far", "abc");
        send_word("near", "x"); /* this host's own */
        expect_word(c, "abc");
        expect_counts(c, 3, 0);
        assert_null(capture_live_error(c));
        capture_close(c);
    }
}

static void own_frames_come_on_demand(void **state)
{
    struct live_options o = usual();
    struct capture *c;

    NEEDS_WIRE();
    o.outgoing = true;
    c = open_with(o);
    send_word("far", "a");
    send_word("near", "b");
    expect_word(c, "ab");
    expect_counts(c, 2, 0);
    capture_close(c);
}

static bool promiscuous(void)
{
    /* the flag that ifconfig shows does not count it; this one does */
    return run("ip -d link show near | grep -q 'promiscuity [1-9]'");
}

static void promiscuous_on_demand(void **state)
{
    struct live_options o = usual();
    struct capture *c;

    NEEDS_WIRE();
    c = open_with(o);
    assert_true(promiscuous());
    capture_close(c);
    o.not_promiscuous = true;
    c = open_with(o);
    assert_false(promiscuous());
    capture_close(c);
}

/* Frames that came before the filter was set are in no count. */
static void counts_begin_with_the_filter(void **state)
{
    struct live_options o = usual();
    struct capture *c;

    NEEDS_WIRE();
    assert_int_equal(system("ping -q -f -b -w 1 -I far 255.255.255.255 >/dev/null 2>&1 &"), 0);
    c = open_filtered(o, "ether proto 0x88b6");
    assert_string_equal(word_of(c), "");
    expect_counts(c, 0, 0);
    capture_close(c);
}

static void what_is_dropped_is_counted(void **state)
{
    struct live_options o = usual();
    struct live_counts n;
    struct capture *c;
    struct frame frame;
    uint8_t big[1400] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
    unsigned seen = 0;

    NEEDS_WIRE();
    c = open_with(o);
    for (unsigned i = 0; i < 5000; i++) /* more than the ring holds */
        send_frame("far", big, sizeof big);
    usleep(300000);
    while (capture_next(c, &frame))
        seen++;
    capture_live_counts(c, &n);
    assert_int_equal(n.received, 5000);
    assert_true(n.dropped > 0);
    assert_int_equal(n.received, seen + n.dropped);
    capture_live_counts(c, &n); /* totals */
    assert_int_equal(n.received, 5000);
    capture_close(c);
}

static void down_and_up_again(void **state)
{
    NEEDS_WIRE();
    for (int immediate = 0; immediate < 2; immediate++) {
        struct live_options o = usual();
        struct capture *c;

        o.immediate = immediate;
        c = open_with(o);
        send_word("far", "a");
        expect_word(c, "a");
        assert_true(run("ip link set near down"));
        expect_error(c, "the interface is down");
        assert_false(capture_live_recover(c));
        assert_true(up_again());
        assert_true(capture_live_recover(c));
        assert_null(capture_live_error(c));
        send_word("far", "bc");
        expect_word(c, "bc");
        assert_null(capture_live_error(c));
        expect_counts(c, 3, 0);
        capture_close(c);
    }
}

static void a_short_fall_needs_no_recovery(void **state)
{
    struct capture *c;

    NEEDS_WIRE();
    c = open_with(usual());
    assert_true(run("ip link set near down"));
    assert_true(up_again());
    if (capture_live_error(c))
        assert_true(capture_live_recover(c));
    expect_some(c, 'a');
    if (capture_live_error(c))
        assert_true(capture_live_recover(c));
    expect_some(c, 'b');
    assert_null(capture_live_error(c));
    capture_close(c);
}

static void removed_and_made_anew(void **state)
{
    NEEDS_WIRE();
    for (int immediate = 0; immediate < 2; immediate++) {
        struct live_options o = usual();
        struct capture *c;

        o.immediate = immediate;
        c = open_with(o);
        send_word("far", "a");
        assert_true(run("ip link del near"));
        expect_word(c, "a"); /* what was in the ring is not lost */
        expect_error(c, "the interface was removed");
        assert_false(capture_live_recover(c));
        assert_true(make_wire());
        assert_true(capture_live_recover(c));
        assert_true(promiscuous());
        send_word("far", "bc");
        expect_word(c, "bc");
        assert_null(capture_live_error(c));
        expect_counts(c, 3, 0);
        capture_close(c);
    }
}

/* A process in a network namespace of its own, which lives until `end` is closed and then
 * moves the interface that came there into its parent's. */
static pid_t somewhere_else(int *end)
{
    int there[2], ready_pipe[2];
    char command[64], byte;
    pid_t pid;

    snprintf(command, sizeof command, "ip link set near netns %d", getpid());
    assert_int_equal(pipe(there) | pipe(ready_pipe), 0);
    pid = fork();
    if (pid == 0) {
        close(there[1]);
        if (unshare(CLONE_NEWNET) || write(ready_pipe[1], "r", 1) != 1 || read(there[0], &byte, 1))
            _exit(1);
        _exit(!run(command));
    }
    close(there[0]);
    close(ready_pipe[1]);
    assert_int_equal(read(ready_pipe[0], &byte, 1), 1);
    close(ready_pipe[0]);
    *end = there[1];
    return pid;
}

static void moved_away_and_back(void **state)
{
    struct capture *c;
    char command[64];
    int end, code;
    pid_t pid;

    NEEDS_WIRE();
    c = open_with(usual());
    pid = somewhere_else(&end);
    snprintf(command, sizeof command, "ip link set near netns %d", pid);
    assert_true(run(command));
    expect_error(c, "the interface was removed");
    assert_false(capture_live_recover(c));
    close(end);
    assert_int_equal(waitpid(pid, &code, 0), pid);
    assert_int_equal(code, 0);
    assert_true(up_again());
    assert_true(capture_live_recover(c));
    send_word("far", "a");
    expect_word(c, "a");
    capture_close(c);
}

/* Something else that took the name is not what the filter was made for. */
static void another_kind_is_refused(void **state)
{
    struct capture *c;

    NEEDS_WIRE();
    c = open_with(usual());
    assert_true(run("ip link del near"));
    expect_error(c, "the interface was removed");
    if (run("ip tuntap add near mode tun && ip link set near up"))
        assert_false(capture_live_recover(c));
    run("ip link del near");
    assert_true(make_wire());
    assert_true(capture_live_recover(c));
    capture_close(c);
}

static void a_group_does_not_recover(void **state)
{
    struct live_options o = usual();
    struct capture *c;

    NEEDS_WIRE();
    o.fanout = LIVE_FANOUT_NEW;
    c = open_with(o);
    assert_true(run("ip link set near down"));
    expect_error(c, "the interface is down");
    assert_true(up_again());
    assert_true(capture_live_recover(c));
    send_word("far", "a");
    expect_word(c, "a");
    assert_true(run("ip link del near"));
    expect_error(c, "the interface was removed; with several jobs start again");
    assert_true(make_wire());
    assert_false(capture_live_recover(c));
    capture_close(c);
}

/* --- flows --- */

#define TCP_N 20

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static uint16_t ip4_checksum(const uint8_t *header)
{
    unsigned sum = 0;

    for (int i = 0; i < 20; i += 2)
        sum += (unsigned)header[i] << 8 | header[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t) ~(sum + (sum >> 16));
}

struct flow {
    unsigned version; /* 4 or 6 */
    unsigned number;  /* of the connection */
    bool back;        /* from the server */
    unsigned tags;    /* of VLAN */
};

static size_t put_ip4(uint8_t *at, const struct flow *f, size_t payload_n, unsigned fragment)
{
    uint8_t client[4] = {198, 51, 100, (uint8_t)f->number}, server[4] = {192, 0, 2, 1};

    memset(at, 0, 20);
    at[0] = 0x45;
    put16(at + 2, (unsigned)(20 + payload_n));
    put16(at + 4, 1000 + f->number * 2 + f->back);
    put16(at + 6, fragment);
    at[8] = 64;
    at[9] = 6;
    memcpy(at + 12, f->back ? server : client, 4);
    memcpy(at + 16, f->back ? client : server, 4);
    put16(at + 10, ip4_checksum(at));
    return 20;
}

/* With a fragment header if `fragment` is not 0: offset in 8 bytes, 0x2000 for more. */
static size_t put_ip6(uint8_t *at, const struct flow *f, size_t payload_n, unsigned fragment)
{
    uint8_t client[16] = {0x20, 1, 0xd, 0xb8, [15] = (uint8_t)f->number};
    uint8_t server[16] = {0x20, 1, 0xd, 0xb8, 0, 1, [15] = 1};

    memset(at, 0, 48);
    at[0] = 0x60;
    put16(at + 4, (unsigned)(payload_n + (fragment ? 8 : 0)));
    at[6] = fragment ? 44 : 6;
    at[7] = 64;
    memcpy(at + 8, f->back ? server : client, 16);
    memcpy(at + 24, f->back ? client : server, 16);
    if (!fragment)
        return 40;
    at[40] = 6;
    put16(at + 42, (fragment & 0x1fff) << 3 | (fragment & 0x2000 ? 1 : 0));
    put16(at + 46, 1000 + f->number * 2 + f->back);
    return 48;
}

static size_t put_link(uint8_t *at, const struct flow *f)
{
    static const uint8_t addresses[12] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1};
    size_t n = sizeof addresses;

    memcpy(at, addresses, n);
    for (unsigned i = f->tags; i; i--, n += 4) {
        put16(at + n, i > 1 ? 0x88a8 : 0x8100);
        put16(at + n + 2, 6 + i);
    }
    put16(at + n, f->version == 4 ? 0x0800 : 0x86dd);
    return n + 2;
}

static void send_part(const char *interface, const struct flow *f, const uint8_t *payload,
                      size_t payload_n, unsigned fragment)
{
    uint8_t frame[256];
    size_t n = put_link(frame, f);

    n += f->version == 4 ? put_ip4(frame + n, f, payload_n, fragment)
                         : put_ip6(frame + n, f, payload_n, fragment);
    memcpy(frame + n, payload, payload_n);
    send_frame(interface, frame, n + payload_n);
}

static size_t put_tcp(uint8_t *at, const struct flow *f, unsigned server_port)
{
    unsigned client_port = 40000 + f->number;

    memset(at, 0, TCP_N + 32);
    put16(at, f->back ? server_port : client_port);
    put16(at + 2, f->back ? client_port : server_port);
    at[12] = TCP_N / 4 << 4;
    at[13] = 0x10;
    return TCP_N + 32;
}

static void send_whole(const char *interface, const struct flow *f, unsigned server_port)
{
    uint8_t segment[TCP_N + 32];

    send_part(interface, f, segment, put_tcp(segment, f, server_port), 0);
}

static void send_fragments(const char *interface, const struct flow *f)
{
    uint8_t segment[TCP_N + 32];
    size_t n = put_tcp(segment, f, 25);

    send_part(interface, f, segment, 24, 0x2000);
    send_part(interface, f, segment + 24, n - 24, 3);
}

/* Of which connection a frame is: the last byte of the client's address. */
static unsigned connection_of(const struct frame *frame)
{
    const uint8_t *at = frame->bytes + 12;

    while (at[0] == 0x81 || at[0] == 0x88)
        at += 4;
    at += 2;
    if (at[0] >> 4 == 4)
        return at[12] == 198 ? at[15] : at[19];
    return at[8 + 5] == 0 ? at[8 + 15] : at[24 + 15];
}

/* A group of its own. */
static void open_jobs(struct capture *jobs[JOBS])
{
    struct live_options o = usual();

    o.fanout = LIVE_FANOUT_NEW;
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = open_filtered(o, "");
        o.fanout = capture_live_fanout(jobs[i]);
    }
}

static unsigned read_job(struct capture *c, unsigned bit, unsigned jobs_of[CONNECTIONS])
{
    struct frame frame;
    unsigned n = 0;

    for (; capture_next(c, &frame); n++)
        jobs_of[connection_of(&frame)] |= bit;
    return n;
}

static unsigned read_jobs(struct capture *const jobs[JOBS], unsigned jobs_of[CONNECTIONS])
{
    unsigned n = 0;

    for (int i = 0; i < JOBS; i++)
        n += read_job(jobs[i], 1U << i, jobs_of);
    return n;
}

/* Which of the jobs got each connection: a bit each.  Read while they are sent: where sending is
 * slow, each block of the ring holds a frame or two, and there are few blocks. */
static unsigned deal_out(const struct flow *kind, bool fragments, unsigned jobs_of[CONNECTIONS])
{
    struct capture *jobs[JOBS];
    unsigned frames = 0, sent = 2 * CONNECTIONS * (fragments ? 3 : 1);

    memset(jobs_of, 0, CONNECTIONS * sizeof *jobs_of);
    open_jobs(jobs);
    for (unsigned n = 0; n < 2 * CONNECTIONS; n++) {
        struct flow f = {kind->version, n / 2, n % 2, kind->tags};

        if (fragments)
            send_fragments("far", &f);
        send_whole("far", &f, 25);
        frames += read_jobs(jobs, jobs_of);
    }
    for (int tries = 0; frames < sent && tries < TRIES_MOST; tries++) {
        usleep(WAIT_MS * 1000);
        frames += read_jobs(jobs, jobs_of);
    }
    for (int i = 0; i < JOBS; i++)
        capture_close(jobs[i]);
    return frames;
}

static void expect_dealt(const struct flow *kind, bool fragments)
{
    unsigned jobs_of[CONNECTIONS], all = 0, split = 0;
    unsigned frames = deal_out(kind, fragments, jobs_of);

    for (unsigned i = 0; i < CONNECTIONS; i++) {
        all |= jobs_of[i];
        split += (jobs_of[i] & (jobs_of[i] - 1)) != 0 || !jobs_of[i];
    }
    if (split)
        fail_msg("IPv%u, %u tags, fragments %d: %u of %u connections in several jobs",
                 kind->version, kind->tags, fragments, split, CONNECTIONS);
    assert_int_equal(frames, 2 * CONNECTIONS * (fragments ? 3 : 1));
    assert_int_equal(all, (1 << JOBS) - 1);
}

static void a_connection_goes_to_one_job(void **state)
{
    NEEDS_WIRE();
    for (unsigned tags = 0; tags <= 2; tags++)
        for (unsigned version = 4; version <= 6; version += 2)
            for (int fragments = 0; fragments < 2; fragments++)
                expect_dealt(&(struct flow){.version = version, .tags = tags}, fragments);
}

static unsigned count_frames(struct capture *c)
{
    struct frame frame;
    unsigned n = 0;

    usleep(WAIT_MS * 1000);
    while (capture_next(c, &frame))
        n++;
    return n;
}

/* Whoever begins a group gets all frames of its own, and shares none with another. */
static void each_group_is_its_own(void **state)
{
    struct live_options o = usual();
    struct capture *one, *other;

    NEEDS_WIRE();
    o.fanout = LIVE_FANOUT_NEW;
    one = open_with(o);
    other = open_with(o);
    assert_int_not_equal(capture_live_fanout(one), 0);
    assert_int_not_equal(capture_live_fanout(one), capture_live_fanout(other));
    send_word("far", "abc");
    expect_word(one, "abc");
    expect_word(other, "abc");
    capture_close(one);
    capture_close(other);
}

static void nothing_comes_before_the_filter(void **state)
{
    struct live_options o = usual();
    struct failure why;
    struct capture *c;

    NEEDS_WIRE();
    c = capture_open_live(&o, &why);
    assert_non_null(c);
    send_word("far", "abc");
    assert_string_equal(word_of(c), "");
    assert_true(capture_live_set_filter(c, (const char *const[]){NULL}, &why));
    send_word("far", "d");
    expect_word(c, "d");
    expect_counts(c, 1, 0);
    capture_close(c);
}

static void counts_never_go_back(void **state)
{
    struct capture *c;

    NEEDS_WIRE();
    c = open_with(usual());
    send_word("far", "abc");
    expect_word(c, "abc");
    expect_counts(c, 3, 0);
    send_word("far", "d");
    counts_fail = true;
    expect_counts(c, 3, 0);
    counts_fail = false;
    expect_counts(c, 4, 0);
    capture_close(c);
}

static void an_error_that_stays_is_no_recovery(void **state)
{
    struct capture *c;
    int tries = 0;

    NEEDS_WIRE();
    c = open_with(usual());
    fails_fd = capture_live_fd(c);
    assert_string_equal(word_of(c), "");
    assert_non_null(capture_live_error(c));
    assert_false(capture_live_recover(c));
    fails_fd = -1;
    assert_string_equal(word_of(c), ""); /* a read that succeeds */
    assert_true(capture_live_recover(c));
    send_word("far", "a");
    expect_word(c, "a");
    fails_fd = capture_live_fd(c);
    word_of(c);
    while (!capture_live_is_lost(c) && tries++ < 100) {
        assert_false(capture_live_recover(c));
        assert_non_null(capture_live_error(c));
        word_of(c);
    }
    assert_in_range(tries, 5, 20);
    fails_fd = -1;
    capture_close(c);
}

static void the_ring_is_what_it_is(void **state)
{
    struct capture *c;

    NEEDS_WIRE();
    c = open_with(usual());
    assert_in_range(capture_live_ring(c), 4 << 20, 5 << 20);
    capture_close(c);
    ring_most = 2 << 20;
    c = open_with(usual());
    ring_most = 0;
    assert_in_range(capture_live_ring(c), 1 << 20, 2 << 20);
    capture_close(c);
}

static char *filter_of_port_25(void)
{
    char path[] = "/tmp/test_capture_live.XXXXXX", *text;
    int fd = mkstemp(path);
    struct failure why;
    struct port_rules *rules;

    assert_int_equal(write(fd, "25 smtp smtp\n", 13), 13);
    close(fd);
    rules = ports_load(path, &why);
    unlink(path);
    assert_non_null(rules);
    text = ports_filter(rules, 0);
    ports_free(rules);
    return text;
}

/* Of frames that come, the kernel has taken the outer tag off; of those that go
 * through a VLAN's own interface, it is not on yet, or is, as the card can do it. */
static void tagged_frames_pass_the_filter(void **state)
{
    struct live_options o = usual();
    struct capture *c;
    char *filter;
    bool vlan; /* not every kernel has them */

    NEEDS_WIRE();
    filter = filter_of_port_25();
    vlan = run("ip link add link near name near.7 type vlan id 7 && ip link set near.7 up");
    o.outgoing = true;
    c = open_filtered(o, filter);
    for (unsigned i = 0; i < 12; i++) {
        struct flow f = {i / 2 % 2 ? 6 : 4, 1, i % 2, i / 4};

        send_whole("far", &f, 25);
        send_whole("near", &f, 25);
        send_whole("far", &f, 443);
        send_whole("near", &f, 443);
        if (vlan)
            send_whole("near.7", &f, 443);
        if (vlan && f.tags < 2) /* that is one more */
            send_whole("near.7", &f, 25);
    }
    assert_int_equal(count_frames(c), 12 * 2 + (vlan ? 8 : 0));
    capture_close(c);
    free(filter);
    run("ip link del near.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_in_both_modes),
        cmocka_unit_test(own_frames_come_on_demand),
        cmocka_unit_test(promiscuous_on_demand),
        cmocka_unit_test(counts_begin_with_the_filter),
        cmocka_unit_test(what_is_dropped_is_counted),
        cmocka_unit_test(down_and_up_again),
        cmocka_unit_test(a_short_fall_needs_no_recovery),
        cmocka_unit_test(removed_and_made_anew),
        cmocka_unit_test(moved_away_and_back),
        cmocka_unit_test(another_kind_is_refused),
        cmocka_unit_test(a_group_does_not_recover),
        cmocka_unit_test(a_connection_goes_to_one_job),
        cmocka_unit_test(each_group_is_its_own),
        cmocka_unit_test(nothing_comes_before_the_filter),
        cmocka_unit_test(counts_never_go_back),
        cmocka_unit_test(an_error_that_stays_is_no_recovery),
        cmocka_unit_test(the_ring_is_what_it_is),
        cmocka_unit_test(tagged_frames_pass_the_filter),
    };

    return cmocka_run_group_tests(tests, begin, NULL);
}
