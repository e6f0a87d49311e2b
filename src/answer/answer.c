/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens and closes the responder. */
#include "answer/responder.h"

#include <sys/random.h>

#include "answer/filter.h"
#include "base/mem.h"
#include "potsherd/pcapfile.h"
#include "potsherd/segment.h"

/* ACKs of segments that prove nothing, a second; each connection has its own limit, too
 * (tcp.h).  Twice that at once. */
#define CHALLENGES_A_SOURCE 20
#define CHALLENGES_IN_ALL   1000

static bool add_addresses(struct answer *a, struct failure *why)
{
    for (unsigned i = 0; i < a->options.address_count; i++)
        if (!scope_add(&a->scope, a->options.addresses[i], why))
            return false;
    return a->scope.n || failure_set(why, "no address is given");
}

static void put_wire(void *context, const struct built_frame *wire)
{
    struct answer *a = context;

    a->options.put(a->options.context, wire->bytes, wire->n);
}

static bool open_sender(struct answer *a, struct failure *why)
{
    const struct answer_options *o = &a->options;
    struct sender_options options = {.interface = o->interface,
                                     .routed = o->routed,
                                     .file = o->dry_run,
                                     .put = o->put ? put_wire : NULL,
                                     .context = a,
                                     .peers = &a->peers,
                                     .rate = o->rate,
                                     .key = a->key,
                                     .is_known = responder_is_known,
                                     .known = a};

    a->outlet.sender = sender_open(&options, why);
    return a->outlet.sender != NULL;
}

bool answer_open_files(struct answer *a, int dir_fd, struct failure *why)
{
    const struct answer_options *o = &a->options;

    if (o->save_pcap && !(a->outlet.saved = pcapfile_new(o->save_pcap, SEGMENT_ANSWERED, why)))
        return false;
    return sender_open_files(a->outlet.sender, dir_fd, o->output, why);
}

void answer_set_link(struct answer *a, const struct answer_link *link)
{
    struct prefix nets[ANSWER_NETS_MAX];

    for (unsigned i = 0; i < link->n; i++)
        nets[i] = (struct prefix){.address = link->nets[i].address, .length = link->nets[i].bits};
    peers_init(&a->peers, &a->scope, link->mac, a->options.span, nets, link->n);
}

/* On a wire, answers bear our own link address. */
static bool check_link(struct answer *a, struct failure *why)
{
    answer_set_link(a, &a->options.link);
    return a->options.put || peers_knows_own(&a->peers) ||
           failure_set(why, "%s: it has no Ethernet address, without which nothing is answered",
                       a->options.interface);
}

struct answer *answer_new(const struct answer_options *options, time_us now, struct failure *why)
{
    struct answer *a = MEM_NEW(struct answer);

    a->options = *options;
    a->outlet.now = now;
    if (getrandom(&a->key, sizeof a->key, 0) != sizeof a->key)
        log_panic("no random numbers");
    wheel_init(&a->wheel, now);
    a->outlet.builder = builder_new();
    a->outlet.peers = &a->peers;
    a->outlet.record = options->record;
    a->outlet.context = options->context;
    a->conversations = conversations_new(&a->key);
    a->handshakes =
        handshakes_new(&a->key, &a->outlet, options->module, options->syn_rate, &a->counts);
    a->challenge_rate = rate_new(CHALLENGES_A_SOURCE, &a->key);
    a->challenges_rate = rate_new(CHALLENGES_IN_ALL, &a->key);
    if (add_addresses(a, why) && check_link(a, why))
        a->personas = personas_load(options->personas, why);
    if (a->personas && open_sender(a, why))
        return a;
    answer_free(a);
    return NULL;
}

bool answer_reload(struct answer *a, struct failure *why)
{
    struct personas *fresh = personas_load(a->options.personas, why);

    if (!fresh)
        return false;
    personas_free(a->personas);
    a->personas = fresh;
    return true;
}

void answer_flush(struct answer *a)
{
    sender_flush(a->outlet.sender);
    if (a->outlet.saved)
        pcapfile_flush(a->outlet.saved);
}

void answer_tell_counts(const struct answer *a, struct answer_counts *out)
{
    const struct sender_counts *sent = sender_counts(a->outlet.sender);

    *out = a->counts;
    out->unsaved = pcapfile_lost(a->outlet.saved);
    out->unrepeated = handshakes_not_repeated(a->handshakes);
    out->unaudited = sender_unaudited(a->outlet.sender);
    out->sent = sent->sent;
    out->sent_over_rate = sent->over_rate;
    out->send_failed = sent->failed;
    out->out_of_scope = sent->out_of_scope;
}

uint64_t answer_open(const struct answer *a)
{
    return conversations_count(a->conversations);
}

const struct failure *answer_failure(const struct answer *a)
{
    return pcapfile_failure(a->outlet.saved);
}

void answer_free(struct answer *a)
{
    if (!a)
        return;
    conversations_free(a->conversations);
    handshakes_free(a->handshakes);
    builder_free(a->outlet.builder);
    rate_free(a->challenge_rate);
    rate_free(a->challenges_rate);
    personas_free(a->personas);
    pcapfile_close(a->outlet.saved);
    sender_close(a->outlet.sender);
    mem_free(a);
}

bool answer_check_address(const char *text, struct failure *why)
{
    struct scope scope = {.n = 0};

    return scope_add(&scope, text, why);
}

bool answer_has(const struct answer *a, const struct address *address)
{
    return scope_has(&a->scope, address);
}

char *answer_filter(const struct answer *a, const uint16_t *ports, unsigned n, bool syns)
{
    return filter_make(&a->scope, ports, n, syns, a->options.arp);
}
