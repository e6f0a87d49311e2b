/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How frames are dealt out to jobs, with the kernel's program run here: lists of
 * addresses that would all have gone to one job, when its constants were those of the
 * source, are spread by secret ones; and a connection stays with one job however it is
 * carried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linux/filter.h>
#include <linux/if_packet.h>

#include "capture/fanout.h"

#define JOBS      4
#define ADDRESSES 1024
#define SECRETS   500
#define FRAME_MAX 128
#define SCRATCH   16

struct skb { /* what the kernel has of a frame */
    uint8_t bytes[FRAME_MAX];
    uint32_t n, network; /* where its network header begins */
    uint32_t protocol;   /* EtherType, in the host's order */
    uint32_t type;       /* PACKET_HOST ... */
};

/* --- classic BPF, as much of it as the program uses (kernel: Documentation/networking/filter) ---
 */

struct machine {
    uint32_t a, x, memory[SCRATCH];
    bool out; /* a load beyond the frame: the kernel returns 0 */
};

static uint32_t load(struct machine *m, const struct skb *s, uint32_t at, unsigned size)
{
    int32_t offset = (int32_t)at;
    uint32_t value = 0, n = size == BPF_W ? 4 : size == BPF_H ? 2 : 1, from;

    if (offset == SKF_AD_OFF + SKF_AD_PKTTYPE)
        return s->type;
    if (offset == SKF_AD_OFF + SKF_AD_PROTOCOL)
        return s->protocol;
    from = offset < 0 ? s->network + (uint32_t)(offset - SKF_NET_OFF) : at;
    m->out = from > s->n || s->n - from < n;
    for (uint32_t i = 0; i < n && !m->out; i++)
        value = value << 8 | s->bytes[from + i];
    return value;
}

static void alu(struct machine *m, const struct sock_filter *f)
{
    uint32_t by = BPF_SRC(f->code) == BPF_X ? m->x : f->k;

    switch (BPF_OP(f->code)) {
    case BPF_ADD:
        m->a += by;
        break;
    case BPF_MUL:
        m->a *= by;
        break;
    case BPF_RSH:
        m->a >>= by;
        break;
    case BPF_XOR:
        m->a ^= by;
        break;
    default:
        fail_msg("instruction %#x", f->code);
    }
}

/* How many instructions to skip. */
static uint32_t jump(const struct machine *m, const struct sock_filter *f)
{
    bool yes = BPF_OP(f->code) == BPF_JEQ ? m->a == f->k : (m->a & f->k) != 0;

    if (BPF_OP(f->code) == BPF_JA)
        return f->k;
    assert_true(BPF_OP(f->code) == BPF_JEQ || BPF_OP(f->code) == BPF_JSET);
    return yes ? f->jt : f->jf;
}

static void load_a(struct machine *m, const struct sock_filter *f, const struct skb *s)
{
    if (BPF_MODE(f->code) == BPF_IMM)
        m->a = f->k;
    else if (BPF_MODE(f->code) == BPF_MEM)
        m->a = m->memory[f->k];
    else
        m->a = load(m, s, BPF_MODE(f->code) == BPF_IND ? m->x + f->k : f->k, BPF_SIZE(f->code));
}

static uint32_t run(const struct sock_filter *program, unsigned count, const struct skb *s)
{
    struct machine m = {0};

    for (unsigned i = 0; i < count && !m.out; i++) {
        const struct sock_filter *f = &program[i];

        switch (BPF_CLASS(f->code)) {
        case BPF_LD:
            load_a(&m, f, s);
            break;
        case BPF_LDX:
            m.x = BPF_MODE(f->code) == BPF_MEM ? m.memory[f->k] : f->k;
            break;
        case BPF_ST:
            m.memory[f->k] = m.a;
            break;
        case BPF_STX:
            m.memory[f->k] = m.x;
            break;
        case BPF_ALU:
            alu(&m, f);
            break;
        case BPF_JMP:
            i += jump(&m, f);
            break;
        case BPF_MISC:
            if (BPF_MISCOP(f->code) == BPF_TAX)
                m.x = m.a;
            else
                m.a = m.x;
            break;
        default: /* RET */
            return BPF_RVAL(f->code) == BPF_A ? m.a : f->k;
        }
    }
    assert_true(m.out); /* no program runs off its end */
    return 0;
}

/* --- frames --- */

struct pair {
    unsigned version;
    uint8_t src[16], dst[16];
};

static void put(struct skb *s, const void *bytes, uint32_t n)
{
    assert_true(s->n + n <= FRAME_MAX);
    memcpy(s->bytes + s->n, bytes, n);
    s->n += n;
}

static void put_ip(struct skb *s, const struct pair *p, bool back)
{
    static const uint8_t v4[12] = {0x45}, v6[8] = {0x60};
    uint32_t n = p->version == 4 ? 4 : 16;

    put(s, p->version == 4 ? v4 : v6, p->version == 4 ? sizeof v4 : sizeof v6);
    put(s, back ? p->dst : p->src, n);
    put(s, back ? p->src : p->dst, n);
}

enum carriage {
    PLAIN,
    OUTGOING,
    TAGGED,
    TWICE_TAGGED,
    PPPOE,
    MPLS,
    MPLS_THRICE,
    CARRIAGES,
};

/* For the program a frame that came begins at its network header; one that goes does not. */
static struct skb frame_of(const struct pair *p, enum carriage how, bool back)
{
    static const uint8_t link[14] = {0};
    uint16_t type = p->version == 4 ? 0x0800 : 0x86dd;
    const uint8_t tag[] = {0, 7, (uint8_t)(type >> 8), (uint8_t)type};
    const uint8_t tags[] = {0, 7, 0x81, 0, 0, 9, (uint8_t)(type >> 8), (uint8_t)type};
    const uint8_t pppoe[] = {0x11, 0, 0, 1, 0, 99, 0, p->version == 4 ? 0x21 : 0x57};
    const uint8_t labels[] = {1, 2, 0x30, 64, 3, 4, 0x50, 64, 5, 6, 0x71, 64};
    struct skb s = {.protocol = type, .type = how == OUTGOING ? PACKET_OUTGOING : PACKET_HOST};

    if (how == OUTGOING)
        put(&s, link, sizeof link);
    s.network = s.n;
    if (how == TAGGED || how == TWICE_TAGGED)
        s.protocol = how == TAGGED ? 0x8100 : 0x88a8;
    else if (how == PPPOE)
        s.protocol = 0x8864;
    else if (how == MPLS || how == MPLS_THRICE)
        s.protocol = 0x8847;
    if (how == TAGGED)
        put(&s, tag, sizeof tag);
    else if (how == TWICE_TAGGED)
        put(&s, tags, sizeof tags);
    else if (how == PPPOE)
        put(&s, pppoe, sizeof pppoe);
    else if (how == MPLS)
        put(&s, labels + 8, 4);
    else if (how == MPLS_THRICE)
        put(&s, labels, sizeof labels);
    put_ip(&s, p, back);
    return s;
}

/* --- secrets, the same in each run of the test --- */

static uint64_t state;

static uint32_t draw(void)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(z >> 16);
}

static struct live_fanout_secret draw_secret(void)
{
    struct live_fanout_secret s;

    for (size_t i = 0; i < sizeof s.words / sizeof *s.words; i++)
        s.words[i] = draw();
    return s;
}

/* --- lists of addresses --- */

static void put_word(uint8_t *at, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(word >> (24 - 8 * i));
}

static uint32_t word_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* As frames were dealt out with constants that anybody can read in the source. */
static uint32_t known_job(const struct pair *p)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < (p->version == 4 ? 1 : 4); i++)
        sum += word_at(p->src + 4 * i) + word_at(p->dst + 4 * i);
    sum = (sum ^ sum >> 16) * 0x7feb352d;
    sum = (sum ^ sum >> 15) * 0x846ca68b;
    return (sum ^ sum >> 16) % JOBS;
}

static struct pair pair_of(unsigned version)
{
    struct pair p = {.version = version};

    put_word(p.dst, version == 4 ? 0xc0000201 : 0x20010db8);
    p.dst[15] = 1;
    put_word(p.src, 0x20010db9);
    return p;
}

/* Searched for: their hash is a multiple of the jobs. */
static void searched(struct pair list[ADDRESSES], unsigned version)
{
    uint32_t next = 0x0b000000;

    for (unsigned i = 0; i < ADDRESSES; next++) {
        list[i] = pair_of(version);
        put_word(list[i].src + (version == 4 ? 0 : 12), next);
        i += known_job(&list[i]) == 0;
    }
}

/* A network of /64, and the halves of the rest add up to the same. */
static void balanced(struct pair list[ADDRESSES])
{
    for (unsigned i = 0; i < ADDRESSES; i++) {
        list[i] = pair_of(6);
        put_word(list[i].src + 8, 0x1000 + i * 0x01010101);
        put_word(list[i].src + 12, 0x2000 - i * 0x01010101);
        assert_int_equal(known_job(&list[i]), known_job(&list[0]));
    }
}

/* Only high bits differ, which a multiplication does not bring down. */
static void high_bits(struct pair list[ADDRESSES], unsigned version)
{
    for (unsigned i = 0; i < ADDRESSES; i++) {
        list[i] = pair_of(version);
        put_word(list[i].src + (version == 4 ? 0 : 8), i << 22);
        if (version == 6)
            put_word(list[i].src + 12, i << 22 ^ 0x80000000u);
    }
}

/* No job gets half of the list, whatever the secret; a quarter each is even. */
static void expect_spread(const struct pair list[ADDRESSES], const char *name)
{
    struct sock_filter program[FANOUT_PROGRAM_MAX];

    state = 1;
    for (unsigned k = 0; k < SECRETS; k++) {
        struct live_fanout_secret secret = draw_secret();
        unsigned count = fanout_program(&secret, program), of[JOBS] = {0};

        for (unsigned i = 0; i < ADDRESSES; i++) {
            struct skb s = frame_of(&list[i], PLAIN, false);

            of[run(program, count, &s) % JOBS]++;
        }
        for (unsigned j = 0; j < JOBS; j++)
            if (of[j] >= ADDRESSES / 2)
                fail_msg("%s, secret %u: %u of %u to job %u", name, k, of[j], ADDRESSES, j);
    }
}

static void nobody_aims_at_a_job(void **unused)
{
    static struct pair list[ADDRESSES];

    (void)unused;
    searched(list, 4);
    expect_spread(list, "searched, IPv4");
    searched(list, 6);
    expect_spread(list, "searched, IPv6");
    balanced(list);
    expect_spread(list, "balanced");
    high_bits(list, 4);
    expect_spread(list, "high bits, IPv4");
    high_bits(list, 6);
    expect_spread(list, "high bits, IPv6");
}

/* Two lists of one secret are of no use with another. */
static void secrets_agree_on_nothing(void **unused)
{
    static struct pair list[ADDRESSES];
    struct sock_filter one[FANOUT_PROGRAM_MAX], other[FANOUT_PROGRAM_MAX];
    unsigned same = 0, all = 0;

    (void)unused;
    searched(list, 4);
    state = 2;
    for (unsigned k = 0; k < 50; k++) {
        struct live_fanout_secret a = draw_secret(), b = draw_secret();
        unsigned count = fanout_program(&a, one);

        assert_int_equal(fanout_program(&b, other), count);
        for (unsigned i = 0; i < ADDRESSES; i++, all++) {
            struct skb s = frame_of(&list[i], PLAIN, false);

            same += run(one, count, &s) % JOBS == run(other, count, &s) % JOBS;
        }
    }
    assert_true(same < all / JOBS + all / 20 && same > all / JOBS - all / 20);
}

static void a_connection_stays_together(void **unused)
{
    struct sock_filter program[FANOUT_PROGRAM_MAX];

    (void)unused;
    state = 3;
    for (unsigned k = 0; k < 200; k++) {
        struct live_fanout_secret secret = draw_secret();
        unsigned count = fanout_program(&secret, program);
        struct pair p = {.version = k % 2 ? 4 : 6};
        struct skb s;
        uint32_t hash;

        for (unsigned i = 0; i < 4; i++) {
            put_word(p.src + 4 * i, draw());
            put_word(p.dst + 4 * i, draw());
        }
        s = frame_of(&p, PLAIN, false);
        hash = run(program, count, &s);
        for (enum carriage how = PLAIN; how < CARRIAGES; how++)
            for (unsigned back = 0; back < 2; back++) {
                s = frame_of(&p, how, back);
                if (run(program, count, &s) != hash)
                    fail_msg("IPv%u, carriage %u, back %u", p.version, how, back);
            }
    }
}

/* What is no IP, or is cut short, goes to the first job. */
static void all_else_goes_to_the_first(void **unused)
{
    struct live_fanout_secret secret = {{1, 2, 3, 4}};
    struct sock_filter program[FANOUT_PROGRAM_MAX];
    unsigned count = fanout_program(&secret, program);
    struct pair p = pair_of(4);
    struct skb s = frame_of(&p, PLAIN, false);

    (void)unused;
    s.protocol = 0x0806;
    assert_int_equal(run(program, count, &s), 0);
    s.protocol = 0x0800;
    assert_int_not_equal(run(program, count, &s), 0);
    s.n--;
    assert_int_equal(run(program, count, &s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_aims_at_a_job),
        cmocka_unit_test(secrets_agree_on_nothing),
        cmocka_unit_test(a_connection_stays_together),
        cmocka_unit_test(all_else_goes_to_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
