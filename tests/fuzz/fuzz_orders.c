/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libFuzzer entry: what a parser that was taken over may ask the sender for.  Checksums of IPv4
 * are made right first, so that it gets further than that.  Whatever leaves is looked at here by
 * other code: without a ticket only SYN/ACKs and answers to ARP and
 * neighbour discovery may.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answer/orders.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const uint8_t our_mac[6] = {2, 0, 0, 0, 0, 1};
static struct sender *sender;

static const char *module_of(uint16_t port)
{
    return port == 25 ? "smtp" : NULL;
}

static void check(bool good)
{
    if (!good)
        abort();
}

static bool is_ours(const uint8_t address[4])
{
    return !memcmp(address, "\300\0\2", 3) && address[3] < 16;
}

static bool on_put(void *context, const struct frame *frame)
{
    const uint8_t *b = frame->bytes;
    size_t n = frame->caplen, at = 12;

    (void)context;
    check(n >= 42 && frame->link_type == FRAME_LINK_ETHERNET);
    check(!memcmp(b + 6, our_mac, 6) && !(b[0] & 1) && memcmp(b, our_mac, 6) != 0);
    while (b[at] == 0x81 || b[at] == 0x88)
        at += 4;
    if (b[at] == 8 && b[at + 1] == 6)
        return true;
    at += 2;
    if (b[at - 2] == 0x86) {
        check(n >= at + 40 && !memcmp(b + at + 8, "\x20\x01\x0d\xb8", 4) && b[at + 24] != 0xff);
        check(b[at + 6] == 58 || (b[at + 6] == 6 && b[at + 40 + 13] == 0x12));
        return true;
    }
    check(b[at - 2] == 8 && b[at - 1] == 0 && n >= at + 40);
    check(b[at] == 0x45 && b[at + 9] == 6 && (size_t)(b[at + 2] << 8 | b[at + 3]) == n - at);
    check(is_ours(b + at + 12) && !is_ours(b + at + 16));
    check(b[at + 20] == 0 && b[at + 21] == 25 && b[at + 33] == 0x12);
    check(n == at + 20 + (b[at + 32] >> 4) * 4u); /* no data */
    return true;
}

static uint16_t sum(const uint8_t *bytes, size_t n, uint32_t from)
{
    for (size_t i = 0; i + 1 < n; i += 2)
        from += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
    if (n % 2)
        from += (uint32_t)bytes[n - 1] << 8;
    while (from >> 16)
        from = (from & 0xffff) + (from >> 16);
    return (uint16_t)from;
}

static void put(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void make_right(uint8_t *frame, size_t n)
{
    uint8_t *ip = frame + 14;

    if (n < 54 || frame[12] != 8 || frame[13] || ip[0] != 0x45)
        return;
    put(ip + 10, 0);
    put(ip + 10, (uint16_t)~sum(ip, 20, 0));
    put(ip + 36, 0);
    put(ip + 36, (uint16_t)~sum(ip + 20, n - 34, sum(ip + 12, 8, 0) + ip[9] + (uint32_t)(n - 34)));
}

static void begin(void)
{
    static const char *const addresses[] = {"192.0.2.0/28", "2001:db8::/32"};
    struct sender_options options = {.addresses = addresses,
                                     .address_count = 2,
                                     .module = module_of,
                                     .arp = true,
                                     .put = on_put};
    struct answer_link link = {.n = 0};
    struct failure why;

    memcpy(link.mac, our_mac, sizeof our_mac);
    sender = sender_open(&options, &why);
    check(sender);
    sender_begin(sender, NULL);
    sender_set_link(sender, &link);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct buf orders = {0}, tickets = {0};
    struct order_head head;
    static time_us now = 1000 * TIME_SECOND;

    if (!sender)
        begin();
    now += TIME_SECOND;
    buf_append(&orders, bytes, n);
    for (size_t at = 0; at + sizeof head <= n; at += sizeof head + head.n) {
        memcpy(&head, bytes + at, sizeof head);
        if (head.kind != ORDER_SEND || head.n > n - at - sizeof head)
            break;
        make_right(orders.data + at + sizeof head, head.n);
        head.ticket = 0; /* libFuzzer sees what the right one is compared with */
        memcpy(orders.data + at, &head, sizeof head);
    }
    check(sender_take(sender, buf_view(&orders), now, now, &tickets) <= (long)n);
    buf_fini(&orders);
    buf_fini(&tickets);
    return 0;
}
