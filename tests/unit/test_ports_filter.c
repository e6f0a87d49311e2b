/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filter beside decap: whatever decap finds to be TCP of an abused port, or a
 * fragment, the filter lets through; and where it looks in, nothing else.  The
 * captures are made by tools/mkpcap and tools/mangle, which have to be built; of
 * mkpcap's eleven ports only some are abused here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pcap/pcap.h>
#include <unistd.h>

#include "base/cursor.h"
#include "potsherd/decap.h"
#include "potsherd/ports.h"

#define KERNEL_MOST 4096 /* instructions: BPF_MAXINSNS */
#define ETHERNET    1
#define RAW         12 /* as libpcap calls it */
#define COOKED      113
#define ROUNDS      40 /* of damage to a frame */

static char directory[] = "/tmp/test_ports_filter.XXXXXX";
static char tools[512];
static struct port_rules *rules;
static char *filter;

static const char *path_of(const char *name)
{
    static char path[64];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static struct port_rules *load(const char *lines)
{
    struct failure why = {.text = ""};
    FILE *file = fopen(path_of("rules"), "w");
    struct port_rules *loaded;

    assert_non_null(file);
    fputs(lines, file);
    fclose(file);
    loaded = ports_load(path_of("rules"), &why);
    if (!loaded)
        fail_msg("%s", why.text);
    return loaded;
}

static bool run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool run(const char *format, ...)
{
    char command[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    return system(command) == 0;
}

static int begin(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    rules = load("25 smtp smtp\n80 http http\n1080 socks socks\n");
    filter = ports_filter(rules, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(filter);
    ports_free(rules);
    return run("rm -r %s", directory) ? 0 : -1;
}

static void compile(struct bpf_program *program, int link_type, const char *text)
{
    pcap_t *pcap = pcap_open_dead(link_type, 65535);

    if (pcap_compile(pcap, program, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
        fail_msg("%s", pcap_geterr(pcap));
    pcap_close(pcap);
}

static bool passes(const struct bpf_program *program, const struct frame *frame)
{
    struct pcap_pkthdr header = {.caplen = frame->caplen, .len = frame->wire_len};

    return pcap_offline_filter(program, &header, frame->bytes) != 0;
}

static bool is_abused(const struct datagram *d)
{
    struct cursor c = cursor_over(d->payload, d->caplen);
    uint16_t src = cursor_be16(&c), dst = cursor_be16(&c);

    return !c.failed && (ports_module(rules, src) || ports_module(rules, dst));
}

/* By decap: ours, so the filter must not lose it. */
static bool is_wanted(const struct frame *frame)
{
    struct datagram d;

    return decap_frame(frame, &d) == DECAP_OK &&
           ((d.fragment && d.fragment_at) || (d.protocol == 6 && is_abused(&d)));
}

static void expect(const struct bpf_program *program, const struct frame *frame, bool exact)
{
    bool wanted = is_wanted(frame), passed = passes(program, frame);

    if ((wanted && !passed) || (exact && passed && !wanted)) {
        for (uint32_t i = 0; i < frame->caplen && i < 100; i++)
            print_message("%02x%s", frame->bytes[i], i % 16 == 15 ? "\n" : " ");
        fail_msg("packet %llu: wanted %d, passed %d", (unsigned long long)frame->number, wanted,
                 passed);
    }
}

/* --- captures in every coat --- */

static pcap_t *open_mangled(const char *operations)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap;

    assert_true(
        run("'%s/mangle' %s/plain %s/coat %s >/dev/null", tools, directory, directory, operations));
    pcap = pcap_open_offline(path_of("coat"), error);
    assert_non_null(pcap);
    return pcap;
}

static void try_coat(const char *operations, bool exact)
{
    pcap_t *pcap = open_mangled(operations);
    struct bpf_program program;
    struct pcap_pkthdr *header;
    const u_char *bytes;
    unsigned n = 0, wanted = 0;

    compile(&program, ETHERNET, filter);
    while (pcap_next_ex(pcap, &header, &bytes) == 1) {
        struct frame frame = {.number = ++n,
                              .link_type = ETHERNET,
                              .bytes = bytes,
                              .caplen = header->caplen,
                              .wire_len = header->len};

        expect(&program, &frame, exact);
        wanted += is_wanted(&frame);
    }
    if (wanted < 100 || wanted + 100 > n)
        fail_msg("'%s': %u of %u packets are wanted: no test", operations, wanted, n);
    pcap_freecode(&program);
    pcap_close(pcap);
}

#define NEEDS_TOOLS()                                                                              \
    do {                                                                                           \
        (void)state;                                                                               \
        if (!*tools)                                                                               \
            skip();                                                                                \
        assert_true(run("'%s/mkpcap' --conversations 60 --body 1000 %s/plain >/dev/null", tools,   \
                        directory));                                                               \
    } while (0)

static const char *const exact_coats[] = {
    "--seed 1",
    "--ipv6",
    "--vlan 7",
    "--ipv6 --vlan 7",
    "--qinq 5,7",
    "--ipv6 --qinq 5,7",
    "--mpls 99",
    "--ipv6 --mpls 99",
    "--mpls 99 --vlan 7",
    "--pppoe",
    "--ipv6 --pppoe",
    "--ipv6 --pppoe --vlan 7",
    "--mpls 9 --mpls 8",
    "--ipv6 --mpls 9 --mpls 8",
    "--mpls 9 --mpls 8 --vlan 7",
};

static const char *const whole_coats[] = {
    "--pppoe --qinq 5,7",
    "--mpls 9 --mpls 8 --mpls 7",
    "--vlan 1 --vlan 2 --vlan 3",
    "--fragment 200",
    "--ipv6 --fragment 200",
    "--fragment 200 --vlan 7",
    "--ipv6 --fragment 200 --qinq 7,8",
    "--fragment 200 --mpls 7",
    "--fragment 200 --pppoe",
    "--gre",
    "--gre-options",
    "--erspan 1",
    "--erspan 2",
    "--erspan 3",
    "--vxlan 9",
    "--geneve 9",
    "--ipip",
    "--ipv6 --ipip",
    "--ipv6 --6in4",
    "--gre --vlan 7",
    "--gre --mpls 7",
    "--gre --pppoe",
    "--vxlan 9 --qinq 5,7",
    "--geneve 9 --vlan 7",
    "--vlan 7 --vxlan 9 --mpls 9",
    "--ipip --pppoe --vlan 7",
    "--ipv6 --snap 90",
};

static void nothing_is_lost_and_nothing_else_taken(void **state)
{
    NEEDS_TOOLS();
    for (size_t i = 0; i < sizeof exact_coats / sizeof exact_coats[0]; i++)
        try_coat(exact_coats[i], true);
}

static void tunnels_are_taken_whole(void **state)
{
    NEEDS_TOOLS();
    for (size_t i = 0; i < sizeof whole_coats / sizeof whole_coats[0]; i++)
        try_coat(whole_coats[i], false);
}

/* --- damaged frames --- */

static unsigned random_below(unsigned n)
{
    static uint32_t x = 2463534242;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x % n;
}

/* Bytes of headers, put where they may mean something else. */
static void damage(uint8_t *bytes, uint32_t *n)
{
    static const uint16_t words[] = {0x0800, 0x86dd, 0x8100, 0x88a8, 0x9100, 0x8847, 0x8848,
                                     0x8864, 0x1100, 0x0021, 0x0057, 0x4500, 0x4600, 0x6000,
                                     0x0006, 0x2900, 0x2c00, 0x3c00, 0x0600, 0x0019, 0x0050,
                                     0x0000, 0x2000, 0x0100, 0x0101, 0x0040};

    for (unsigned i = random_below(3) + 1; i; i--) {
        uint16_t word = words[random_below(sizeof words / sizeof words[0])];
        unsigned at = 12 + random_below(40) * 2;

        if (at + 2 > *n)
            continue;
        bytes[at] = (uint8_t)(word >> 8);
        bytes[at + 1] = (uint8_t)word;
    }
    if (random_below(4) == 0)
        *n = 14 + random_below(*n - 14);
}

static void try_damage(const char *operations)
{
    pcap_t *pcap = open_mangled(operations);
    struct bpf_program program;
    struct pcap_pkthdr *header;
    const u_char *bytes;
    uint8_t copy[2000];

    compile(&program, ETHERNET, filter);
    while (pcap_next_ex(pcap, &header, &bytes) == 1) {
        for (unsigned i = 0; i < ROUNDS && header->caplen < sizeof copy; i++) {
            struct frame frame = {.link_type = ETHERNET,
                                  .bytes = copy,
                                  .caplen = header->caplen,
                                  .wire_len = header->len};

            memcpy(copy, bytes, header->caplen);
            damage(copy, &frame.caplen);
            expect(&program, &frame, false);
        }
    }
    pcap_freecode(&program);
    pcap_close(pcap);
}

static void damage_loses_nothing(void **state)
{
    NEEDS_TOOLS();
    for (size_t i = 0; i < sizeof exact_coats / sizeof exact_coats[0]; i++)
        try_damage(exact_coats[i]);
    for (size_t i = 0; i < sizeof whole_coats / sizeof whole_coats[0]; i++)
        try_damage(whole_coats[i]);
}

/* --- other links --- */

static void try_link(int link_type, const uint8_t *header, uint32_t header_n)
{
    pcap_t *pcap = open_mangled(link_type == RAW ? "--ipv6" : "--seed 1");
    struct bpf_program program;
    struct pcap_pkthdr *head;
    const u_char *bytes;
    uint8_t copy[2000];

    compile(&program, link_type, filter);
    while (pcap_next_ex(pcap, &head, &bytes) == 1) {
        struct frame frame = {.link_type = link_type, .bytes = copy};

        if (head->caplen > 1800)
            continue;
        if (header_n)
            memcpy(copy, header, header_n);
        memcpy(copy + header_n, bytes + 14, head->caplen - 14);
        frame.caplen = frame.wire_len = head->caplen - 14 + header_n;
        expect(&program, &frame, true);
    }
    pcap_freecode(&program);
    pcap_close(pcap);
}

static void other_links_are_filtered(void **state)
{
    static const uint8_t cooked[16] = {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0};

    NEEDS_TOOLS();
    try_link(RAW, NULL, 0);
    try_link(COOKED, cooked, sizeof cooked);
}

/* --- where the kernel has less room --- */

static unsigned size_of(int link_type, const char *text)
{
    struct bpf_program program;
    unsigned n;

    compile(&program, link_type, text);
    n = program.bf_len;
    pcap_freecode(&program);
    return n;
}

static void coarser_ones_are_shorter_and_lose_nothing(void **state)
{
    static const uint8_t cooked[16] = {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0};
    char *finest = filter;
    unsigned n = size_of(ETHERNET, filter), coarser = 1;

    NEEDS_TOOLS();
    for (; (filter = ports_filter(rules, coarser)) != NULL; coarser++) {
        assert_in_range(size_of(ETHERNET, filter), 1, n - 1);
        n = size_of(ETHERNET, filter);
        tunnels_are_taken_whole(state);
        damage_loses_nothing(state);
        for (size_t i = 0; i < sizeof exact_coats / sizeof exact_coats[0]; i++)
            try_coat(exact_coats[i], false);
        free(filter);
    }
    assert_in_range(coarser, 2, 5);
    assert_in_range(n, 1, 100);
    assert_non_null(filter = ports_filter(rules, coarser - 2));
    try_link(COOKED, cooked, sizeof cooked);
    free(filter);
    filter = finest;
}

/* --- the size --- */

static void expect_size(const char *lines)
{
    static const int links[] = {ETHERNET, RAW, COOKED, DLT_PPP, DLT_NULL, DLT_LINUX_SLL2};
    struct port_rules *these = load(lines);
    char *text = ports_filter(these, 0);

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        struct bpf_program program;

        compile(&program, links[i], text);
        assert_in_range(program.bf_len, 1, KERNEL_MOST);
        pcap_freecode(&program);
    }
    free(text);
    ports_free(these);
}

static void the_kernel_takes_any_number_of_ports(void **state)
{
    static char lines[2000000];

    (void)state;
    expect_size("");
    for (unsigned step = 1; step <= 2; step++) {
        for (unsigned count = 1; count <= 30000; count += count + 1) {
            size_t n = 0;

            for (unsigned port = 1; port <= count * step; port += step)
                n += (size_t)snprintf(lines + n, sizeof lines - n, "%u http x\n", port);
            expect_size(lines);
        }
    }
}

static void find_tools(const char *self)
{
    static const char *const places[] = {"../tools", "../../tools"};
    const char *slash = strrchr(self, '/');
    char folder[480];

    for (size_t i = 0; slash && i < sizeof places / sizeof places[0]; i++) {
        snprintf(folder, sizeof folder, "%.*s/%s", (int)(slash - self), self, places[i]);
        snprintf(tools, sizeof tools, "%s/mangle", folder);
        if (access(tools, X_OK) == 0) {
            snprintf(tools, sizeof tools, "%s", folder);
            return;
        }
    }
    *tools = '\0';
    print_message("skipped: tools/mangle is not built\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_and_nothing_else_taken),
        cmocka_unit_test(tunnels_are_taken_whole),
        cmocka_unit_test(damage_loses_nothing),
        cmocka_unit_test(other_links_are_filtered),
        cmocka_unit_test(coarser_ones_are_shorter_and_lose_nothing),
        cmocka_unit_test(the_kernel_takes_any_number_of_ports),
    };

    (void)argc;
    find_tools(argv[0]);
    return cmocka_run_group_tests(tests, begin, end);
}
