/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/kernel_filter.h"

#include <sys/socket.h>

/* | packet type 2 | ARPHRD 2 | address length 2 | address 8 | protocol 2 | */
#define COOKED_TYPE     0
#define COOKED_PROTOCOL 14
#define COOKED_N        16

static bool loads_packet(const struct sock_filter *i)
{
    unsigned class = BPF_CLASS(i->code), mode = BPF_MODE(i->code);

    return (class == BPF_LD || class == BPF_LDX) &&
           (mode == BPF_ABS || mode == BPF_IND || mode == BPF_MSH);
}

bool kernel_filter_uncook(struct sock_filter *program, unsigned n)
{
    for (struct sock_filter *i = program; i < program + n; i++) {
        if (!loads_packet(i) || i->k >= (uint32_t)SKF_LL_OFF) /* far up: the kernel's own */
            continue;
        if (i->k >= COOKED_N)
            i->k -= COOKED_N;
        else if (i->k == COOKED_PROTOCOL && BPF_MODE(i->code) == BPF_ABS)
            i->k = (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL);
        else if (i->k == COOKED_TYPE && BPF_MODE(i->code) == BPF_ABS)
            i->k = (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE);
        else
            return false;
    }
    return true;
}

bool kernel_filter_attach(int fd, struct sock_filter *program, unsigned n)
{
    struct sock_fprog all = {.len = (unsigned short)n, .filter = program};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof all) == 0;
}

bool kernel_filter_pass(int fd, uint32_t bytes)
{
    struct sock_filter pass = BPF_STMT(BPF_RET | BPF_K, bytes);

    return kernel_filter_attach(fd, &pass, 1);
}
