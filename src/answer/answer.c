/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens and closes the responder. */
#include "answer/responder.h"

#include <sys/random.h>

#include "answer/filter.h"
#include "base/mem.h"

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

static bool put_wire(void *context, const struct frame *frame)
{
    struct answer *a = context;

    a->options.put(a->options.context, frame->bytes, frame->caplen);
    return true;
}

/* With `put` the sender is in this process. */
static bool open_sender(struct answer *a, struct failure *why)
{
    const struct answer_options *o = &a->options;
    struct sender_options options = {.addresses = o->addresses,
                                     .address_count = o->address_count,
                                     .module = o->module,
                                     .arp = o->arp,
                                     .span = o->span,
                                     .rate = o->rate,
                                     .syn_rate = o->syn_rate,
                                     .put = put_wire};

    if (o->put && !(a->own_sender = sender_open(&options, why)))
        return false;
    if (a->own_sender)
        sender_begin(a->own_sender, a);
    a->outlet.orders = orders_new(a->own_sender, o->orders, o->tickets);
    return true;
}

void answer_set_link(struct answer *a, const struct answer_link *link)
{
    peers_set_link(&a->peers, &a->scope, link, a->options.span);
    if (a->own_sender)
        sender_set_link(a->own_sender, link);
}

/* On a wire, answers bear our own link address. */
static bool check_link(struct answer *a, struct failure *why)
{
    answer_set_link(a, &a->options.link);
    return a->options.put || peers_knows_own(&a->peers) ||
           failure_set(why, "the interface has no Ethernet address, without which nothing is "
                            "answered");
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
    a->asked = asked_new();
    a->handshakes =
        handshakes_new(&a->key, &a->outlet, options->module, options->syn_rate, &a->counts);
    a->challenge_rate = rate_new(CHALLENGES_A_SOURCE, RATE_BURST, &a->key);
    a->challenges_rate = rate_new(CHALLENGES_IN_ALL, RATE_BURST, &a->key);
    a->outlet.rate = rate_new(options->rate, RATE_BURST, &a->key);
    if (add_addresses(a, why) && open_sender(a, why) && check_link(a, why) &&
        (a->personas = personas_load(options->personas, why)))
        return a;
    answer_free(a);
    return NULL;
}

bool answer_open_personas(const char *folder, personas_take *take, void *context,
                          struct failure *why)
{
    struct personas *set = personas_load(folder, why);
    bool good = set != NULL;

    personas_free(set);
    return good && personas_open(folder, take, context, why);
}

static void drop_fresh(struct answer *a)
{
    personas_free(a->fresh);
    a->fresh = NULL;
    a->fresh_count = 0;
}

/* One after the other; what is left of an earlier try is dropped. */
bool answer_take_persona(struct answer *a, const struct answer_persona *file, struct failure *why)
{
    bool good;

    if (!file->number)
        drop_fresh(a);
    if (!a->fresh)
        a->fresh = personas_new();
    good = (file->number == a->fresh_count++ || failure_set(why, "%s: out of turn", file->path)) &&
           personas_add(a->fresh, file->path, file->fd, why) &&
           (a->fresh_count < file->count || personas_check(a->fresh, a->options.personas, why));
    if (good && a->fresh_count == file->count) {
        personas_free(a->personas);
        a->personas = a->fresh;
        a->fresh = NULL;
    } else if (!good) {
        drop_fresh(a);
    }
    return good;
}

void answer_tell_counts(const struct answer *a, struct answer_counts *out)
{
    *out = a->counts;
    out->unrepeated = handshakes_not_repeated(a->handshakes);
    out->sent_over_rate = a->outlet.over_rate;
    if (a->own_sender)
        sender_add_counts(a->own_sender, out);
}

uint64_t answer_open(const struct answer *a)
{
    return conversations_count(a->conversations);
}

int answer_tickets(const struct answer *a)
{
    return a->options.tickets;
}

bool answer_failed(const struct answer *a)
{
    return orders_failed(a->outlet.orders);
}

void answer_free(struct answer *a)
{
    if (!a)
        return;
    conversations_free(a->conversations);
    handshakes_free(a->handshakes);
    asked_free(a->asked);
    builder_free(a->outlet.builder);
    rate_free(a->challenge_rate);
    rate_free(a->challenges_rate);
    personas_free(a->fresh);
    personas_free(a->personas);
    rate_free(a->outlet.rate);
    orders_free(a->outlet.orders);
    sender_close(a->own_sender);
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
