/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mail-load: mail through an open proxy, or to a relay, by many sessions at once.
 *
 * The client of `make bench-answer`: a connection a mail, one command at a time
 * as abusers do, the same for whoever is measured.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tools/args.h"

#define STEPS_MAX  96
#define REPLY_MAX  4096
#define EVENTS_MAX 64
#define PATIENCE   30000 /* ms without any event */

enum reply { REPLY_SMTP, REPLY_HTTP, REPLY_SOCKS_METHOD, REPLY_SOCKS_CONNECT };

struct step {
    const char *words;
    size_t n;
    enum reply reply;
};

struct session {
    int fd;
    unsigned step; /* the one whose reply is awaited */
    size_t n;
    char reply[REPLY_MAX];
};

static struct step steps[STEPS_MAX];
static unsigned step_count, begun, wanted, done, failed;
static struct sockaddr_in server;
static int poller;

/* --- what is said --- */

static void add_step(const void *words, size_t n, enum reply reply)
{
    struct step *step = &steps[step_count];
    char *copy;

    if (step_count++ == STEPS_MAX)
        abort();
    step->words = copy = malloc(n + 1);
    if (!copy)
        abort();
    memcpy(copy, words, n);
    step->n = n;
    step->reply = reply;
}

static void add_line(const char *line)
{
    add_step(line, strlen(line), REPLY_SMTP);
}

static void add_socks(const struct sockaddr_in *target)
{
    uint8_t connect[10] = {5, 1, 0, 1};

    memcpy(connect + 4, &target->sin_addr, 4);
    memcpy(connect + 8, &target->sin_port, 2);
    add_step("\5\1\0", 3, REPLY_SOCKS_METHOD);
    add_step(connect, sizeof connect, REPLY_SOCKS_CONNECT);
    add_step("", 0, REPLY_SMTP); /* the banner */
}

static void add_connect(const char *target)
{
    char request[200];

    snprintf(request, sizeof request, "CONNECT %s HTTP/1.0\r\n\r\n", target);
    add_step(request, strlen(request), REPLY_HTTP);
    add_step("", 0, REPLY_SMTP);
}

static void add_mail(unsigned recipients, size_t size)
{
    char line[200], *body = malloc(size + 100);
    size_t n;

    if (!body)
        abort();
    add_line("EHLO client.example\r\n");
    add_line("MAIL FROM:<sender@client.example>\r\n");
    for (unsigned i = 0; i < recipients; i++) {
        snprintf(line, sizeof line, "RCPT TO:<somebody.%u@there.example>\r\n", i);
        add_line(line);
    }
    add_line("DATA\r\n");
    n = (size_t)sprintf(body, "Subject: load\r\n\r\n");
    while (n < size)
        n += (size_t)sprintf(
            body + n, "%.*s\r\n", (int)(size - n < 70 ? size - n : 70),
            "The quick brown fox jumps over the lazy dog, again and again and again.");
    strcpy(body + n, ".\r\n");
    add_line(body);
    add_line("QUIT\r\n");
    free(body);
}

/* --- what is heard --- */

/* The bytes of the reply, 0: not all here yet, or -1: refused. */
static int reply_length(const struct session *s)
{
    const char *end, *at = s->reply;

    switch (steps[s->step].reply) {
    case REPLY_SOCKS_METHOD:
        return s->n < 2 ? 0 : s->reply[1] ? -1 : 2;
    case REPLY_SOCKS_CONNECT:
        return s->n < 10 ? 0 : s->reply[1] ? -1 : 10;
    case REPLY_HTTP:
        end = memmem(at, s->n, "\r\n\r\n", 4);
        return !end ? 0 : s->reply[9] == '2' ? (int)(end + 4 - at) : -1;
    default:
        while ((end = memchr(at, '\n', s->n - (size_t)(at - s->reply)))) {
            if (end - at >= 4 && at[3] != '-')
                return *at == '2' || *at == '3' ? (int)(end + 1 - s->reply) : -1;
            at = end + 1;
        }
        return 0;
    }
}

static bool say(struct session *s)
{
    const struct step *step = &steps[s->step];

    return !step->n || send(s->fd, step->words, step->n, MSG_NOSIGNAL) == (ssize_t)step->n;
}

static void end(struct session *s, bool good)
{
    close(s->fd);
    done++;
    failed += !good;
}

static void begin(struct session *s)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = s};
    int one = 1;

    begun++;
    s->step = 0;
    s->n = 0;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if ((connect(s->fd, (struct sockaddr *)&server, sizeof server) != 0 && errno != EINPROGRESS) ||
        epoll_ctl(poller, EPOLL_CTL_ADD, s->fd, &event) != 0) {
        perror("mail-load: connect");
        exit(1);
    }
}

/* False when the session is over. */
static bool hear(struct session *s, bool *good)
{
    ssize_t n = recv(s->fd, s->reply + s->n, sizeof s->reply - s->n, 0);
    int took;

    *good = false;
    if (n <= 0)
        return n < 0 && errno == EAGAIN;
    s->n += (size_t)n;
    while ((took = reply_length(s)) > 0) {
        memmove(s->reply, s->reply + took, s->n - (size_t)took);
        s->n -= (size_t)took;
        *good = ++s->step == step_count;
        if (*good || !say(s))
            return false;
    }
    return took == 0;
}

static void on_event(struct session *s, uint32_t events)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
    bool good = false, goes_on = true;

    if (events & EPOLLOUT) { /* connected */
        epoll_ctl(poller, EPOLL_CTL_MOD, s->fd, &event);
        goes_on = !(events & EPOLLERR) && say(s);
    } else {
        goes_on = hear(s, &good);
    }
    if (goes_on)
        return;
    end(s, good);
    if (begun < wanted)
        begin(s);
}

static double run(unsigned sessions)
{
    struct session *all = calloc(sessions, sizeof *all);
    struct epoll_event events[EVENTS_MAX];
    struct timespec from, to;
    int n = 1;

    if (!all)
        abort();
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (unsigned i = 0; i < sessions && begun < wanted; i++)
        begin(&all[i]);
    while (done < wanted && n > 0) {
        n = epoll_wait(poller, events, EVENTS_MAX, PATIENCE);
        for (int i = 0; i < n; i++)
            on_event(events[i].data.ptr, events[i].events);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    free(all);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* --- the command line --- */

enum { SESSIONS, MESSAGES, RECIPIENTS, SIZE, THROUGH, TARGET, ARGS };

static const struct arg table[ARGS] = {
    [SESSIONS] = {"sessions", "N", ARG_NUMBER, 1, 10000, NULL, "at once (20)"},
    [MESSAGES] = {"messages", "N", ARG_NUMBER, 1, 100000000, NULL, "one a session (1000)"},
    [RECIPIENTS] = {"recipients", "N", ARG_NUMBER, 1, 64, NULL, "of each message (9)"},
    [SIZE] = {"size", "BYTES", ARG_NUMBER, 1, 10000, NULL, "of each message (3000)"},
    [THROUGH] = {"through", "KIND", ARG_CHOICE, 0, 0, "relay|socks|connect",
                 "what answers (relay)"},
    [TARGET] = {"target", "ADDR:PORT", ARG_TEXT, 0, 0, NULL, "whom the proxy is asked for"},
};

static bool read_address(const char *text, struct sockaddr_in *out)
{
    char address[64];
    unsigned port;

    out->sin_family = AF_INET;
    if (sscanf(text, "%63[0-9.]:%u", address, &port) != 2 || port > 65535)
        return false;
    out->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, address, &out->sin_addr) == 1;
}

static void plan(const struct arg_value *v)
{
    const char *through = v[THROUGH].text, *target_text = v[TARGET].text;
    struct sockaddr_in target;

    if (!strcmp(through, "relay"))
        add_line("");
    else if (!target_text || !read_address(target_text, &target))
        args_wrong("mail-load", "--target needs ADDR:PORT");
    else if (!strcmp(through, "socks"))
        add_socks(&target);
    else
        add_connect(target_text);
    add_mail((unsigned)v[RECIPIENTS].number, v[SIZE].number);
}

int main(int argc, char **argv)
{
    struct arg_value v[ARGS] = {[SESSIONS] = {.number = 20},
                                [MESSAGES] = {.number = 1000},
                                [RECIPIENTS] = {.number = 9},
                                [SIZE] = {.number = 3000},
                                [THROUGH] = {.text = "relay"}};
    int operands = args_parse(argc, argv, table, ARGS, v);
    double seconds;

    if (operands < 0) {
        puts("usage: mail-load [OPTION...] ADDR:PORT\n"
             "Delivers mails by many sessions at once; prints how many of them were delivered,\n"
             "in how many seconds.");
        args_print(table, ARGS);
        return 0;
    }
    if (operands != 1 || !read_address(argv[1], &server))
        args_wrong("mail-load", "needs one ADDR:PORT");
    plan(v);
    wanted = (unsigned)v[MESSAGES].number;
    poller = epoll_create1(0);
    seconds = run((unsigned)v[SESSIONS].number);
    printf("%u %.3f\n", done - failed, seconds);
    return failed || done < wanted;
}
