/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/sender.h"

#include <errno.h>
#include <libnet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/random.h>

#include "answer/audit.h"
#include "answer/orders.h"
#include "base/mem.h"

struct sender {
    struct sender_options options;
    struct scope scope;
    struct peers peers;
    struct gate *gate;
    libnet_t *link, *raw4, *raw6;
    struct audit_time audit_time;
    struct redact_addresses *redact; /* of the process that sends */
    struct answer_counts counts;
};

/* --- sinks --- */

static bool put_routed(struct sender *s, const struct built_frame *wire)
{
    struct frame frame = {
        .link_type = wire->link_type, .bytes = wire->bytes, .caplen = (uint32_t)wire->n};
    struct link link;
    uint16_t type;
    size_t offset;
    uint32_t n;

    if (!link_read(&frame, &link, &type, &offset))
        return false;
    n = (uint32_t)(wire->n - offset);
    if (type == FRAME_ETHER_IPV6)
        return s->raw6 && libnet_write_raw_ipv6(s->raw6, wire->bytes + offset, n) == (int)n;
    return type == FRAME_ETHER_IPV4 && s->raw4 &&
           libnet_adv_write_raw_ipv4(s->raw4, wire->bytes + offset, n) == (int)n;
}

/* libnet's socket would receive all that passes, on every interface, and libnet asks for
 * the interface's number at every frame: bound, to no protocol, it does neither. */
bool sender_bind_again(const struct sender *s)
{
    struct sockaddr_ll to = {.sll_family = AF_PACKET};

    if (!s->link)
        return true;
    to.sll_ifindex = (int)if_nametoindex(s->options.interface);
    return to.sll_ifindex && bind(libnet_getfd(s->link), (struct sockaddr *)&to, sizeof to) == 0;
}

bool sender_is_bound(const struct sender *s)
{
    struct sockaddr_ll to = {.sll_ifindex = 0};
    socklen_t n = sizeof to;

    return !s->link || (getsockname(libnet_getfd(s->link), (struct sockaddr *)&to, &n) == 0 &&
                        to.sll_ifindex > 0);
}

static bool put(struct sender *s, const struct built_frame *wire, time_us clock)
{
    struct frame frame = {.ts = clock,
                          .link_type = wire->link_type,
                          .bytes = wire->bytes,
                          .caplen = (uint32_t)wire->n,
                          .wire_len = (uint32_t)wire->n};

    if (s->options.put)
        return s->options.put(s->options.context, &frame);
    if (s->options.routed || wire->link_type != FRAME_LINK_ETHERNET)
        return put_routed(s, wire);
    return send(libnet_getfd(s->link), wire->bytes, wire->n, 0) == (ssize_t)wire->n;
}

/* --- orders --- */

static void audit(struct sender *s, const struct outgoing *o, size_t n, time_us clock)
{
    struct outgoing shown = *o;
    char line[AUDIT_LINE_MAX];

    if (!s->options.audit)
        return;
    redact_address(s->redact, &shown.peer);
    s->options.audit(s->options.context, line, audit_format(&s->audit_time, &shown, n, clock, line),
                     clock);
}

static void send_one(struct sender *s, struct built_frame *wire, uint64_t ticket, time_us steady,
                     time_us clock)
{
    struct outgoing outgoing;

    switch (gate_check(s->gate, wire, ticket, steady, &outgoing)) {
    case GATE_OUT_OF_SCOPE:
        s->counts.out_of_scope++;
        break;
    case GATE_OVER_RATE:
        s->counts.sent_over_rate++;
        break;
    default:
        if (!put(s, wire, clock)) {
            s->counts.send_failed++;
            break;
        }
        s->counts.sent++;
        audit(s, &outgoing, wire->n, clock);
    }
}

static bool is_family(const struct address *address)
{
    return address->family == 4 || address->family == 6;
}

static bool prove(struct sender *s, const void *bytes, time_us steady, struct buf *answers)
{
    struct order_proof proof;
    uint64_t ticket;

    memcpy(&proof, bytes, sizeof proof);
    if (!is_family(&proof.tuple.src) || !is_family(&proof.tuple.dst))
        return false;
    ticket = gate_prove(s->gate, &proof.tuple, proof.cookie, steady);
    if (!ticket)
        s->counts.unproven++;
    buf_append(answers, &ticket, sizeof ticket);
    return true;
}

static bool is_order(const struct order_head *head)
{
    if (head->kind == ORDER_PROVE)
        return head->n == sizeof(struct order_proof);
    return head->kind == ORDER_SEND && head->n && head->n <= FRAME_MAX;
}

long sender_take(struct sender *s, struct bytes orders, time_us steady, time_us clock,
                 struct buf *answers)
{
    struct bytes rest = orders;
    struct order_head head;
    struct built_frame wire;

    while (rest.n >= sizeof head) {
        memcpy(&head, rest.at, sizeof head);
        if (!is_order(&head))
            return -1;
        if (rest.n - sizeof head < head.n)
            break;
        rest = bytes_skip(rest, sizeof head);
        if (head.kind == ORDER_SEND) {
            wire.link_type = head.link_type;
            wire.n = head.n;
            memcpy(wire.bytes, rest.at, head.n);
            send_one(s, &wire, head.ticket, steady, clock);
        } else if (!prove(s, rest.at, steady, answers)) {
            return -1;
        }
        rest = bytes_skip(rest, head.n);
    }
    return (long)(orders.n - rest.n);
}

void sender_add_counts(const struct sender *s, struct answer_counts *to)
{
#define ADD(name, text) to->name += s->counts.name;
    ANSWER_COUNTS(ADD)
#undef ADD
}

/* --- opening --- */

static libnet_t *open_libnet(int how, const char *interface, struct failure *why)
{
    char error[LIBNET_ERRBUF_SIZE] = "";
    libnet_t *l = libnet_init(how, interface, error);

    if (!l)
        failure_set(why, "%s: cannot send: %.*s (this needs root, or CAP_NET_RAW)", interface,
                    (int)strcspn(error, "\n"), error);
    return l;
}

static bool open_wire(struct sender *s, struct failure *why)
{
    const char *interface = s->options.interface;
    struct failure no_ipv6;

    if (!s->options.routed) {
        s->link = open_libnet(LIBNET_LINK_ADV, interface, why);
        return s->link && (sender_bind_again(s) ||
                           failure_set(why, "%s: cannot send: %s", interface, strerror(errno)));
    }
    s->raw4 = open_libnet(LIBNET_RAW4_ADV, interface, why);
    s->raw6 = open_libnet(LIBNET_RAW6_ADV, interface, &no_ipv6);
    return s->raw4 != NULL;
}

static bool add_addresses(struct sender *s, struct failure *why)
{
    for (unsigned i = 0; i < s->options.address_count; i++)
        if (!scope_add(&s->scope, s->options.addresses[i], why))
            return false;
    return s->scope.n || failure_set(why, "no address is given");
}

struct sender *sender_open(const struct sender_options *options, struct failure *why)
{
    struct sender *s = MEM_NEW(struct sender);

    s->options = *options;
    if (add_addresses(s, why) && (options->put || open_wire(s, why)))
        return s;
    sender_close(s);
    return NULL;
}

void sender_begin(struct sender *s, void *context)
{
    const struct sender_options *o = &s->options;
    const struct gate_options options = {
        .module = o->module, .arp = o->arp, .rate = o->rate, .syn_rate = o->syn_rate};
    struct gate_secrets secrets;

    if (getrandom(&secrets, sizeof secrets, 0) != sizeof secrets)
        log_panic("no random numbers");
    s->options.context = context;
    s->redact = redact_addresses_new(o->redact);
    s->gate = gate_new(&options, &s->peers, &secrets);
}

void sender_set_link(struct sender *s, const struct answer_link *link)
{
    peers_set_link(&s->peers, &s->scope, link, s->options.span);
}

unsigned sender_descriptors(const struct sender *s, int fds[3])
{
    libnet_t *const all[] = {s->link, s->raw4, s->raw6};
    unsigned n = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i])
            fds[n++] = libnet_getfd(all[i]);
    return n;
}

void sender_close(struct sender *s)
{
    if (!s)
        return;
    if (s->link)
        libnet_destroy(s->link);
    if (s->raw4)
        libnet_destroy(s->raw4);
    if (s->raw6)
        libnet_destroy(s->raw6);
    gate_free(s->gate);
    redact_addresses_free(s->redact);
    mem_free(s);
}
