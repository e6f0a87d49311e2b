/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the parsers of src/proto: a layer of a conversation and what a
 * protocol has to offer to be one.  Adding a protocol: one file with one `const
 * struct protocol`, and one line in detect.c.
 *
 * A parser looks at the front of one direction's bytes and says how far it got.
 * What it does not take stays in the layer's buffer and is shown again, longer.
 */
#ifndef POTSHERD_PROTO_LAYER_H
#define POTSHERD_PROTO_LAYER_H

#include "potsherd/conversation.h"

struct layer;

enum step {
    STEP_AGAIN,  /* took bytes or changed state: call again */
    STEP_MORE,   /* needs more bytes of this direction */
    STEP_WAIT,   /* these bytes' meaning depends on what the other direction says */
    STEP_EITHER, /* on that, or on more bytes of this direction */
};

struct protocol {
    enum module module;
    void *(*new)(struct layer *layer);
    void (*free)(void *state);
    enum step (*parse)(struct layer *layer, enum direction from, struct bytes in, size_t *used);
    /* Bytes are missing here; what is held of this direction is dropped after it. */
    void (*gap)(struct layer *layer, enum direction from, uint64_t missing);
    void (*close)(struct layer *layer, enum direction from); /* may be NULL */
    /* The reply that STEP_WAIT waits for will not come (lost, or held too long):
     * go on as the client's bytes suggest.  `rest` is what is held. */
    void (*assume)(struct layer *layer, struct bytes rest);
    void (*finish)(struct layer *layer); /* settle what is open; may be NULL */
    size_t (*held)(const void *state);   /* memory beside the buffers; may be NULL */
};

struct arrival { /* when buffered bytes came: those before `end` at `ts`, or earlier */
    size_t end;
    time_us ts;
};

/* ARRIVALS_MAX at most: to take bytes, or to show them again lot by lot, is O(1) with a
 * constant of that. */
struct arrivals {
    struct arrival *list;
    size_t count, room;
};

/* What detect.c has seen at the front of the bytes that are held while the protocol is
 * open.  They are shown to it again with every packet, so it keeps its place: each byte
 * is judged once.  Void in mid-conversation, where what is judged is taken. */
struct detect_place {
    size_t blank;     /* of the client's bytes: empty lines at the front */
    size_t undecided; /* ... with the whole lines behind them that leave SMTP open */
    bool http_judged; /* `http` is an enum http_line, of the first line behind the empty ones */
    int http;
    bool no_banner; /* the server's first line is whole, and does not name SMTP */
};

struct layer {
    struct conversation *conversation;
    struct layer *outer, *inner;
    const struct protocol *protocol; /* NULL while not known */
    void *state;
    unsigned depth;            /* proxies between the client and this layer */
    const struct request *via; /* the request that opened it, or NULL; owned by the outer layer */
    struct buf in[2];          /* not yet taken, by enum direction */
    struct arrivals came[2];   /* when */
    struct detect_place place; /* while there is no protocol */
    bool waiting[2];           /* what is in `in` waits for the other direction */
    bool more[2];              /* ... or for more bytes */
    bool busy[2];              /* its bytes are being shown just now */
    bool tunnel[2];            /* this direction goes to `inner` whole */
    bool mid_line[2];          /* the next bytes are the rest of a line, and of no use */
    enum direction speaking;   /* whose bytes have come just now */
    bool one_sided;            /* no replies will ever be seen here (SMTP in a POST body) */
    bool asked_in_hole;        /* what the client asked first is missing: the answer may tell */
    bool resync;               /* bytes are missing before these: look for a foothold */
    size_t resync_skipped;
    enum module settled; /* what EVENT_PROTOCOL has said */
    bool finished;
};

extern const struct protocol protocol_http, protocol_socks4, protocol_socks5, protocol_smtp,
    protocol_opaque;

/* detect.c: which protocol the first bytes are.  NULL: cannot tell yet. */
const struct protocol *detect_protocol(struct layer *layer, struct bytes client,
                                       struct bytes server);

/* The client's first bytes are in a hole: which proxy's answer these are.  False when
 * they are none; NULL in *out while they could become one. */
bool detect_answer(struct bytes client, struct bytes server, const struct protocol **out);

/* conversation.c, for the protocols. */
time_us layer_now(const struct layer *layer);
/* When the newest of the bytes that a direction holds came. */
time_us layer_held_since(const struct layer *layer, enum direction from);
void layer_drop_held(struct layer *layer, enum direction from);
/* The next line without its end; of one longer than CONVERSATION_LINE_MAX its
 * beginning, the rest is skipped.  False: there is none, return `step`. */
bool layer_take_line(struct layer *layer, enum direction from, struct bytes in, struct bytes *line,
                     size_t *used, enum step *step);
void layer_emit(struct layer *layer, struct event *event); /* fills in ts, depth */
void layer_limit(struct layer *layer, const char *what);
unsigned layer_next_request(struct layer *layer);
unsigned layer_next_mail(struct layer *layer);
/* Opens the layer behind `via`.  With `whole` all further bytes of both
 * directions are its; otherwise the protocol feeds it by layer_put.  NULL at the
 * cap on depth. */
struct layer *layer_open_inner(struct layer *layer, const struct request *via, bool whole);
void layer_put(struct layer *layer, enum direction from, struct bytes bytes);
void layer_gap(struct layer *layer, enum direction from, uint64_t missing);
void layer_finish(struct layer *layer);
void layer_free(struct layer *layer);
/* The protocol is beyond doubt: emits EVENT_PROTOCOL, once. */
void layer_settle(struct layer *layer, enum module module);
/* Bytes are missing where the protocol cannot do without them: start anew. */
void layer_forget(struct layer *layer);
void layer_become_opaque(struct layer *layer);

/* request.c: struct request with its own copies of the bytes. */
struct request *request_new(struct layer *layer, enum module module);
void request_keep(struct bytes *field, struct bytes from); /* copies, frees the old one */
void request_keep_lower(struct bytes *field, struct bytes from);
void request_keep_upper(struct bytes *field, struct bytes from);
void request_set_host(struct request *r, struct bytes host); /* name or address literal */
void request_announce(struct layer *layer, const struct request *r);
void request_done(struct layer *layer, struct request *r, int reply, int accepted);
void request_free(struct request *r);
size_t request_held(const struct request *r); /* bytes of memory, about */
/* "host", "host:port", "[v6]:port"; port stays 0 when none is given. */
bool request_split_authority(struct bytes authority, struct bytes *host, uint16_t *port);

#endif
