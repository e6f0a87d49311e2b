/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The responder: frames in, answers out; a honeypot that sends nothing but replies
 * to peers that have sent a segment to one of its addresses and ports.
 *
 * No answer depends on state kept for a SYN.  Each frame of a conversation, received or sent, is
 * handed to `record` in the order in which it happened; who called it feeds it
 * to `stream`, and gives the events that come of it back by answer_event.  So the
 * records of a live run are those of its own capture, replayed.
 *
 * Time comes from the frames and is passed in; it never goes back.
 *
 * Who is not answered: frames that are not for our link address (with `span`: for no single
 * host), that come from none that a host can have, addresses that no host can have
 * (answer/peers.h), source-routed packets, segments with a wrong checksum.  A SYN from an
 * address that is not the sender's makes us send ANSWER_FRAMES_A_SYN frames at most to that
 * address, none longer than the SYN or 60 bytes.
 */
#ifndef POTSHERD_ANSWER_H
#define POTSHERD_ANSWER_H

#include "base/log.h"
#include "potsherd/answer_counts.h"
#include "potsherd/packet.h"
#include "potsherd/stream.h"

#define ANSWER_FRAMES_A_SYN 3 /* the SYN/ACK, and twice again where we speak first */
#define ANSWER_TURNS_MAX    8
#define ANSWER_NETS_MAX     64 /* IPv4 networks of the interfaces */

struct answer_net {
    struct address address; /* any in it */
    uint8_t bits;
};

/* What there is to know of the interfaces; it may change while we run. */
struct answer_link {
    uint8_t mac[6]; /* of the interface to send on.  Zero: none, which only `put` does without;
                       then frames to any host are answered, from its link address */
    struct answer_net nets[ANSWER_NETS_MAX];
    unsigned n;
};

struct answer_options {
    const char *const *addresses; /* ADDR or ADDR/LEN */
    unsigned address_count;
    const char *(*module)(uint16_t port); /* of ports.rules; NULL: not answered */
    const char *personas;                 /* folder */
    bool arp;
    struct answer_link link;
    bool span;               /* frames to other hosts are answered, too */
    const uint8_t *next_hop; /* MAC that all answers go to instead, without tags; or NULL */
    int orders, tickets;     /* pipes to the process that sends, and, not waited for, from it */
    uint64_t max_conversations;
    uint64_t max_per_source; /* conversations at a time */
    uint64_t syn_rate;       /* SYNs answered a second and source; 0: all */
    uint64_t rate;           /* frames a second and peer; 0: all */
    time_us idle_timeout;
    void (*record)(void *context, const struct frame *frame);
    /* The first bytes of a client, of whose connection there were events, to a target that is
     * no mail server; or NULL. */
    void (*first_bytes)(void *context, const struct connection *c, struct bytes bytes, time_us now);
    void *context;
    /* instead of another process, for --self-test; or NULL */
    void (*put)(void *context, const uint8_t *frame, size_t n);
};

struct answer;

/* Opens nothing but the personas. */
struct answer *answer_new(const struct answer_options *options, time_us now, struct failure *why);
/* The interfaces' link address or networks are others now. */
void answer_set_link(struct answer *a, const struct answer_link *link);
void answer_put(struct answer *a, const struct frame *frame);
/* When it wants to be called again though no frame comes, or INT64_MAX. */
time_us answer_next(const struct answer *a);
void answer_tick(struct answer *a, time_us now);
/* What is to be sent goes off: before waiting.  While frames come, it goes with those that answer
 * the next ones, for ANSWER_TURNS_MAX calls of answer_tick at most: waking the sender costs more
 * than a frame. */
void answer_flush(struct answer *a);

/* Personas are read again by a process that may open files, which checks all, and then hands each
 * over: */
struct answer_persona {
    unsigned number, count;
    const char *path; /* for messages */
    int fd;           /* borrowed */
};

bool answer_open_personas(const char *folder,
                          bool (*take)(void *context, const struct answer_persona *file,
                                       struct failure *why),
                          void *context, struct failure *why);
/* With the last one they are used for new conversations.  False: all stays as it was. */
bool answer_take_persona(struct answer *a, const struct answer_persona *file, struct failure *why);

/* What `stream` and the parsers say of a connection that `record` fed. */
void answer_event(struct answer *a, const struct connection *c, const struct event *event);
void answer_ended(struct answer *a, const struct connection *c);
/* Resets every open conversation. */
void answer_stop(struct answer *a, time_us now);
void answer_tell_counts(const struct answer *a, struct answer_counts *out);
uint64_t answer_open(const struct answer *a); /* conversations under way */
/* Readable: answer_tick has something to do. */
int answer_tickets(const struct answer *a);
bool answer_failed(const struct answer *a); /* the sender takes nothing any more */
void answer_free(struct answer *a);

/* Whether it is an address or a prefix that can be answered for. */
bool answer_check_address(const char *text, struct failure *why);
bool answer_has(const struct answer *a, const struct address *address); /* is it ours? */

/* pcap-filter(7) for what answer_put wants to see: SYNs, and all else.  Two, so that
 * a flood of SYNs fills a ring of its own and the conversations lose nothing.  To
 * be freed with free(). */
char *answer_filter(const struct answer *a, const uint16_t *ports, unsigned n, bool syns);

/*
 * The guard against the host's own TCP, which does not know our conversations
 * and would reset them: an nftables table of its own, `inet potsherd`, that drops
 * the RSTs which the kernel sends from these addresses and ports.  (To be loaded
 * by hand: rules/firewall.nft.)  A small process loads it by nft(8), waits for the end of
 * the program, however it comes, and removes the table; should that be killed too, the next
 * start does.
 */
/* Starts that process.  Call with CAP_NET_ADMIN, before privilege_begin and any thread. */
bool answer_start_guard(struct failure *why);
/* Has it load the rules.  Once, after answer_start_guard. */
bool answer_guard(const char *const *addresses, unsigned address_count, const uint16_t *ports,
                  unsigned port_count, struct failure *why);
void answer_unguard(void); /* the table is gone when this returns */

enum answer_guarded {
    GUARD_NOT_NEEDED, /* the host has none of the addresses itself */
    GUARD_LOADED,     /* the table is there, and names those that it has */
    GUARD_MISSING,
    GUARD_UNKNOWN,   /* the system does not let us ask; `why` */
    GUARD_BAD_PREFIX /* one of the addresses is none; `why` */
};

/* Whether that table is loaded where it is needed; `own` is the host's address that it is
 * about (GUARD_LOADED, GUARD_MISSING, GUARD_UNKNOWN).  Looks only.  Its ports are not compared. */
enum answer_guarded answer_is_guarded(const char *const *addresses, unsigned address_count,
                                      struct address *own, struct failure *why);

/*
 * --self-test: a client that has scripted conversations with a responder which
 * answers for 192.0.2.1 and 2001:db8::1 and whose `put` hands the frames over to
 * answer_selftest_receive.
 */
struct answer_selftest_result {
    unsigned conversations, mails;
};

struct answer_selftest;

struct answer_selftest *answer_selftest_new(time_us now);
void answer_selftest_receive(struct answer_selftest *p, const uint8_t *frame, size_t n);
/* False when something was not as it should be: `why` says what. */
bool answer_selftest_run(struct answer_selftest *p, struct answer *a,
                         struct answer_selftest_result *played, struct failure *why);
void answer_selftest_free(struct answer_selftest *p);

#endif
