/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SOCKS4 (socks4.c) and SOCKS5 (socks5.c) share. */
#ifndef POTSHERD_PROTO_SOCKS_H
#define POTSHERD_PROTO_SOCKS_H

#include "proto/request.h"

enum socks_command { SOCKS_CONNECT = 1, SOCKS_BIND = 2, SOCKS_UDP_ASSOCIATE = 3 };

#define SOCKS_STATES(X)                                                                            \
    X(GREETING)     /* 5: the client offers methods */                                             \
    X(METHOD_REPLY) /* 5: the server chooses one */                                                \
    X(LOGIN)        /* 5: user and password */                                                     \
    X(LOGIN_REPLY)                                                                                 \
    X(REQUEST)                                                                                     \
    X(REPLY)                                                                                       \
    X(SECOND_REPLY) /* BIND: the peer has come */                                                  \
    X(OVER)         /* refused, or malformed: nothing to follow */

enum socks_state {
#define SOCKS_STATE_ENUM(name) SOCKS_##name,
    SOCKS_STATES(SOCKS_STATE_ENUM)
#undef SOCKS_STATE_ENUM
};

struct socks {
    enum socks_state state; /* changed by socks_enter only */
    enum socks_command command;
    struct request *request; /* NULL until there is something to record */
    struct buf user, password;
    bool settled;
    bool reply_lost;   /* bytes of the server are missing where a reply was due */
    bool request_lost; /* bytes of the request are missing, not malformed */
    bool skip_client;  /* the client's bytes before the reply cannot be understood */
    bool announced;
    bool done;
    time_us last_message; /* when the client's newest message was complete */
};

void socks_enter(struct layer *l, struct socks *s, enum socks_state state);
/* The server's answer is all that there is of the beginning. */
bool socks_begins_with_answer(const struct layer *l);
void socks_free(void *state);
void socks_settle(struct layer *l, struct socks *s);
struct request *socks_make_request(struct layer *l, struct socks *s, enum module module);
void socks_announce(struct layer *l, struct socks *s);
void socks_finish_request(struct layer *l, struct socks *s, int reply, int accepted);
/* A request that is none. */
void socks_finish_error(struct layer *l, struct socks *s, const char *error, int reply,
                        int accepted);
void socks_open_tunnel(struct layer *l, struct socks *s);
void socks_set_target(struct request *r, struct bytes host, uint16_t port);
void socks_set_target_ip(struct request *r, struct address ip, uint16_t port);
void socks_set_command(struct socks *s, struct request *r, uint8_t command);
void socks_classify(struct request *r, const struct socks *s);
enum step socks_drop_all(struct bytes in, size_t *used);
void socks_assume(struct layer *l, struct bytes rest);
/* The client goes on before the reply. */
enum step socks_client_waits(struct layer *l, struct socks *s, struct bytes in, size_t *used);
/* A reply is lost: the client will show what it was. */
enum step socks_server_waits(const struct socks *s, struct bytes in, size_t *used);
/* A malformed request; what its proxy grants is followed all the same. */
void socks_malformed(struct layer *l, struct socks *s, enum module module, const char *error);
/* A request of which bytes are missing, in a conversation that is certainly SOCKS. */
void socks_lose_request(struct layer *l, struct socks *s);
void socks_gap(struct layer *l, enum direction from, uint64_t missing);
void socks_finish(struct layer *l);
size_t socks_held(const void *state);

#endif
