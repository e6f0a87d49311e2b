/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/link_filter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "potsherd/capture.h"
#include "potsherd/decap.h"

#define LINK_TYPE_MAX 511    /* of those that are read; larger numbers are none */
#define SNAP_LENGTH   262144 /* libpcap's own limit; filters are compiled for it */

struct link_filter {
    struct link_filter *next;
    int link_type;
    bool compiled;
    struct bpf_program program;
    struct failure failure; /* why it is not compiled */
};

struct link_filters {
    char *expression;
    struct link_filter *first;
};

static bool compile(struct link_filter *filter, const char *expression, struct failure *failure)
{
    pcap_t *dead = pcap_open_dead(filter->link_type, SNAP_LENGTH);
    bool ok;

    if (!dead)
        return failure_set(failure, "out of memory");
    ok = pcap_compile(dead, &filter->program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!ok)
        failure_set(failure, "%s", pcap_geterr(dead));
    pcap_close(dead);
    return ok;
}

bool capture_check_filter(const char *expression, struct failure *why)
{
    struct link_filter filter = {.link_type = DLT_EN10MB};

    if (!compile(&filter, expression, why))
        return false;
    pcap_freecode(&filter.program);
    return true;
}

/* "ether host" means nothing in raw IP, "ifindex" nothing in Ethernet. */
bool link_filters_valid(const char *expression, const char **error)
{
    static const int link_types[] = {DLT_EN10MB, DLT_LINUX_SLL2, DLT_RAW, DLT_NULL, DLT_PPP};
    static char message[512];
    struct failure first = {{0}}, other;

    for (size_t i = 0; i < sizeof link_types / sizeof link_types[0]; i++) {
        struct link_filter filter = {.link_type = link_types[i]};

        if (compile(&filter, expression, i == 0 ? &first : &other)) {
            pcap_freecode(&filter.program);
            return true;
        }
    }
    snprintf(message, sizeof message, "filter '%.200s' is not understood: %.200s", expression,
             first.text);
    *error = message;
    return false;
}

struct link_filters *link_filters_new(const char *expression)
{
    struct link_filters *all = MEM_NEW(struct link_filters);

    all->expression = mem_string(expression, strlen(expression));
    for (int link_type = 0; link_type <= LINK_TYPE_MAX; link_type++) {
        struct link_filter *filter;

        if (!decap_link_type_known(link_type))
            continue;
        filter = MEM_NEW(struct link_filter);
        filter->link_type = link_type;
        filter->compiled = compile(filter, expression, &filter->failure);
        filter->next = all->first;
        all->first = filter;
    }
    return all;
}

void link_filters_free(struct link_filters *all)
{
    if (!all)
        return;
    while (all->first) {
        struct link_filter *filter = all->first;

        all->first = filter->next;
        if (filter->compiled)
            pcap_freecode(&filter->program);
        mem_free(filter);
    }
    mem_free(all->expression);
    mem_free(all);
}

const struct link_filter *link_filters_find(const struct link_filters *all, int link_type,
                                            struct failure *why)
{
    const struct link_filter *filter = all->first;

    while (filter && filter->link_type != link_type)
        filter = filter->next;
    if (filter && filter->compiled)
        return filter;
    failure_set(why, "filter '%s' does not fit its link type: %s", all->expression,
                filter ? filter->failure.text : "its packets are not read");
    return NULL;
}

bool link_filter_is_for(const struct link_filter *filter, int link_type)
{
    return filter->link_type == link_type;
}

bool link_filter_passes(const struct link_filter *filter, const uint8_t *bytes, uint32_t caplen,
                        uint32_t wire_len)
{
    const struct pcap_pkthdr header = {.caplen = caplen, .len = wire_len};

    return !filter || pcap_offline_filter(&filter->program, &header, bytes) != 0;
}
