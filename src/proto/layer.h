/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layer machine, and what a protocol has to offer to be a layer of a conversation.
 * Adding a protocol: one file with one `const struct protocol`, and one line in the table
 * of conversation.c.
 *
 * A parser looks at the front of one direction's bytes and returns how many it took.
 * What it does not take stays in the layer's buffer and is shown again, longer.
 */
#ifndef POTSHERD_PROTO_LAYER_H
#define POTSHERD_PROTO_LAYER_H

#include "potsherd/conversation.h"
#include "proto/detect.h"

struct layer;

enum step {
    STEP_AGAIN,  /* took bytes or changed state: call again */
    STEP_MORE,   /* needs more bytes of this direction */
    STEP_WAIT,   /* these bytes' meaning depends on what the other direction says */
    STEP_EITHER, /* on that, or on more bytes of this direction */
};

struct protocol {
    enum module module;
    const char *name;  /* in traces */
    bool server_first; /* its server sends the first bytes */
    bool answers_only; /* what its server sends before the client's first bytes answers nothing */
    bool one_sided;    /* its client's bytes are enough, where there will be no replies */
    /* What the first bytes of both sides are (detect.h). */
    enum guess (*recognise)(struct detection *d);
    /* The client's first bytes are missing: whether this is the server's answer to them, or
     * what the client sends after it; GUESS_SERVER while it could become one.  May be NULL. */
    enum guess (*recognise_answer)(struct bytes client, struct bytes server);
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

struct protocols { /* the table, in the order of detection */
    const struct protocol *const *list;
    size_t count;                  /* PROTOCOLS_MAX at most */
    const struct protocol *opaque; /* of what is none of these */
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

struct conversation { /* what its layers share */
    struct event_sink sink;
    struct transition_sink trace; /* put is NULL: none */
    const struct protocols *protocols;
    struct layer *root;
    time_us now;
    unsigned requests, mails; /* so far */
    enum module protocol;     /* of the outermost layer */
    bool spoken;              /* any byte came */
    bool answering;           /* the server is ours, and takes what looks like an end for one */
};

struct layer {
    struct conversation *conversation;
    struct layer *outer, *inner;
    const struct protocol *protocol; /* NULL while not known */
    void *state;
    unsigned depth;                  /* proxies between the client and this layer */
    const struct request *opened_by; /* or NULL; owned by the outer layer */
    struct buf in[2];                /* not yet taken, by enum direction */
    struct arrivals came[2];         /* when */
    struct detect_notes notes;       /* while there is no protocol */
    bool waiting[2];                 /* what is in `in` waits for the other direction */
    bool more[2];                    /* ... or for more bytes */
    bool busy[2];                    /* its bytes are being shown just now */
    bool tunnel[2];                  /* this direction goes to `inner` whole */
    bool mid_line[2];                /* the next bytes are the rest of a line, and of no use */
    enum direction speaking;         /* whose bytes have come just now */
    bool one_sided;                  /* no replies will ever be seen here (SMTP in a POST body) */
    bool server_spoke;               /* before the client did */
    bool restarted;                  /* a header in front of it was taken */
    bool request_in_gap; /* what the client asked first is missing: the answer may show it */
    bool resync;         /* bytes are missing before these: look for a resync point */
    size_t resync_skipped;
    enum module settled; /* as in the last EVENT_PROTOCOL */
    bool finished;
};

/* For conversation.c. */
struct layer *layer_new(struct conversation *c, struct layer *outer);
void layer_close(struct layer *layer, enum direction from);
size_t layer_held(const struct layer *layer); /* of it and those inside, about */

/* For the protocols. */
time_us layer_now(const struct layer *layer);
/* When the newest of the bytes that a direction holds came. */
time_us layer_held_since(const struct layer *layer, enum direction from);
void layer_drop_held(struct layer *layer, enum direction from);
/* Shows what a direction holds to the protocol again, which is not looking at it just now. */
void layer_show_held(struct layer *layer, enum direction from);
/* Of what a direction holds the first `n` bytes; not while they are being shown. */
void layer_drop_front(struct layer *layer, enum direction from, size_t n);
/* The next line without its end; of one longer than CONVERSATION_LINE_MAX its
 * beginning, the rest is skipped.  False: there is none, return `step`. */
bool layer_take_line(struct layer *layer, enum direction from, struct bytes in, struct bytes *line,
                     size_t *used, enum step *step);
void layer_emit(struct layer *layer, struct event *event); /* fills in ts, depth */
/* EVENT_LOGIN_DONE, of the layer's own depth, counted from 1. */
void layer_emit_login(struct layer *layer, enum module module, const struct login *login);
void layer_limit(struct layer *layer, const char *what);
unsigned layer_next_request(struct layer *layer);
unsigned layer_next_mail(struct layer *layer);
/* Opens the layer inside, after `opened_by` was granted.  With `whole` all further bytes of both
 * directions are its; otherwise the protocol feeds it by layer_put.  NULL at the
 * cap on depth. */
struct layer *layer_open_inner(struct layer *layer, const struct request *opened_by, bool whole);
void layer_put(struct layer *layer, enum direction from, struct bytes bytes);
void layer_gap(struct layer *layer, enum direction from, uint64_t missing);
void layer_finish(struct layer *layer);
void layer_free(struct layer *layer);
/* The protocol is certain: emits EVENT_PROTOCOL, once. */
void layer_settle(struct layer *layer, enum module module);
/* Bytes are missing where the protocol cannot do without them: back to detection. */
void layer_forget(struct layer *layer);
/* What follows is detected as if it came first; to be followed by STEP_MORE.  Once a layer. */
void layer_restart(struct layer *layer);
void layer_become_opaque(struct layer *layer);

/* A state changes.  `machine`: "client", "server", or "" where both share one. */
void layer_trace(const struct layer *layer, const char *machine, const char *from, const char *to);
static inline bool layer_is_traced(const struct layer *layer)
{
    return layer->conversation->trace.put != NULL;
}

#endif
