/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Both directions of a connection and all its fragments have to reach one job.  The
 * kernel's own hash (PACKET_FANOUT_HASH with _FLAG_DEFRAG) does that for plain IPv4
 * only: fragments of IPv6, and of IPv4 after two tags, go by other rules than whole
 * packets do, and the outer ports of VXLAN and GENEVE differ by direction (tried on
 * Linux 6.18).  So a program deals out by what all of them have in common, the pair
 * of IP addresses, after up to two VLAN tags that the kernel has left in the frame,
 * PPPoE, or up to three MPLS labels.  All else goes to the first job.
 *
 * Who sends packets chooses his addresses, and must not choose the job: each address is
 * hashed by itself, with secret numbers, before the two are added up, which is the same
 * for both directions.  (A plain sum is one that the halves of an IPv6 address can keep.)
 * Every 32 bits go through two multiplications, since the highest bit, changed, passes
 * one alone unmixed whatever the number.
 */
#include "capture/fanout.h"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

/* The base of the header at hand is in X, its EtherType in A. */
enum memory { SUM, BASE, TYPE, HASH };

#define STORE(m)       BPF_STMT(BPF_ST, m)
#define RECALL(m)      BPF_STMT(BPF_LD | BPF_MEM, m)
#define RECALL_X(m)    BPF_STMT(BPF_LDX | BPF_MEM, m)
#define SET(k)         BPF_STMT(BPF_LD | BPF_IMM, k)
#define LOAD(size, k)  BPF_STMT(BPF_LD | (size) | BPF_IND, k)
#define ADD_X          BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0)
#define EQUAL(k, t, f) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, t, f) /* how many to skip */
#define SKIP(n)        BPF_JUMP(BPF_JMP | BPF_JA, n, 0, 0)

/* X goes n bytes on, A stays: 5 instructions */
#define FORWARD(n)                                                                                 \
    STORE(TYPE), BPF_STMT(BPF_MISC | BPF_TXA, 0), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, n),          \
        BPF_STMT(BPF_MISC | BPF_TAX, 0), RECALL(TYPE)

/* | tag control 2 | type 2 | */
#define VLAN_TAG                                                                                   \
    EQUAL(0x8100, 2, 0), EQUAL(0x88a8, 1, 0), EQUAL(0x9100, 0, 6), LOAD(BPF_H, 2), FORWARD(4)

/* | label 20, class 3, bottom 1, TTL 8 |: the bottom skips `more` labels, 7 each */
#define MPLS_LABEL(more)                                                                           \
    LOAD(BPF_B, 2), FORWARD(4), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 7 * (more), 0)

/* A ^= A >> n: 3 instructions */
#define FOLD(n)                                                                                    \
    BPF_STMT(BPF_MISC | BPF_TAX, 0), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, n),                       \
        BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0)
#define MULTIPLY(k) BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, k)

/* An address: 2 instructions to begin, 13 a word; the hash is in A then. */
#define BEGIN_ADDRESS(secret) SET((secret)[0]), STORE(HASH)
#define HASH_WORD(secret, k)                                                                       \
    LOAD(BPF_W, k), RECALL_X(HASH), BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),                        \
        MULTIPLY((secret)[1] | 1), FOLD(16), MULTIPLY((secret)[2] | 1), FOLD(15), STORE(HASH),     \
        RECALL_X(BASE)
#define HASH_FOUR_WORDS(secret, k)                                                                 \
    HASH_WORD(secret, k), HASH_WORD(secret, (k) + 4), HASH_WORD(secret, (k) + 8),                  \
        HASH_WORD(secret, (k) + 12)

unsigned fanout_program(const struct live_fanout_secret *with,
                        struct sock_filter program[FANOUT_PROGRAM_MAX])
{
    const uint32_t *secret = with->words;
    const struct sock_filter by_addresses[] = {
        /* a frame that came begins at its network header here, one that goes does not */
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
        EQUAL(PACKET_OUTGOING, 0, 2), BPF_STMT(BPF_LDX | BPF_IMM, (uint32_t)SKF_NET_OFF), SKIP(1),
        BPF_STMT(BPF_LDX | BPF_IMM, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)), VLAN_TAG,
        VLAN_TAG,
        /* PPPoE: | version, type, code 2 | session 2 | length 2 | PPP's protocol 2 | */
        EQUAL(0x8864, 0, 10), LOAD(BPF_H, 6), FORWARD(8), EQUAL(0x0021, 0, 1), SET(0x0800),
        EQUAL(0x0057, 0, 1), SET(0x86dd),
        /* MPLS: IP by its first half-byte */
        EQUAL(0x8847, 1, 0), EQUAL(0x8848, 0, 27), MPLS_LABEL(2), MPLS_LABEL(1), MPLS_LABEL(0),
        LOAD(BPF_B, 0), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4), EQUAL(4, 0, 1), SET(0x0800),
        EQUAL(6, 0, 1), SET(0x86dd), BPF_STMT(BPF_STX, BASE),
        /* IPv4 */
        EQUAL(0x0800, 0, 32), BEGIN_ADDRESS(secret), HASH_WORD(secret, 12), STORE(SUM),
        BEGIN_ADDRESS(secret), HASH_WORD(secret, 16), SKIP(111),
        /* IPv6 */
        EQUAL(0x86dd, 1, 0), BPF_STMT(BPF_RET | BPF_K, 0), BEGIN_ADDRESS(secret),
        HASH_FOUR_WORDS(secret, 8), STORE(SUM), BEGIN_ADDRESS(secret), HASH_FOUR_WORDS(secret, 24),
        /* both */
        RECALL_X(SUM), ADD_X, BPF_STMT(BPF_ALU | BPF_XOR | BPF_K, secret[3]), FOLD(16),
        MULTIPLY(0x7feb352d), FOLD(15), MULTIPLY(0x846ca68b), FOLD(16),
        BPF_STMT(BPF_RET | BPF_A, 0), /* the kernel takes it modulo the jobs */
    };
    _Static_assert(sizeof by_addresses <= FANOUT_PROGRAM_MAX * sizeof *program, "too long");

    memcpy(program, by_addresses, sizeof by_addresses);
    return sizeof by_addresses / sizeof *by_addresses;
}

bool capture_live_choose_fanout(struct live_fanout_secret *secret)
{
    return getrandom(secret, sizeof *secret, 0) == (ssize_t)sizeof *secret;
}

/* The kernel's numbers, of 16 bits, begin at 0; ours shall not. */
#define GROUP 0x10000

int fanout_join(int fd, int group, const struct live_fanout_secret *secret)
{
    struct sock_filter instructions[FANOUT_PROGRAM_MAX];
    unsigned how = PACKET_FANOUT_CBPF << 16, joined = 0;
    socklen_t n = sizeof joined;
    struct sock_fprog program = {.len = (unsigned short)fanout_program(secret, instructions),
                                 .filter = instructions};

    how |= group == FANOUT_NEW ? PACKET_FANOUT_FLAG_UNIQUEID << 16 : (unsigned)group & (GROUP - 1);
    if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &how, sizeof how) != 0 ||
        setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &program, sizeof program) != 0 ||
        getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &joined, &n) != 0)
        return FANOUT_NONE;
    return (int)(joined & (GROUP - 1)) | GROUP;
}
