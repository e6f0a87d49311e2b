/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `answer`, as its parent opens it (answer.c) and as each of its processes has it by its copy
 * (answer_processes.c); without processes in --self-test (answer_self_test.c).
 *
 *   wire --> parser (stream, persona, TCP) --orders--> sender --> wire
 *                |                         <--tickets--   |
 *                +--rows, packets--> writer <--audit lines+
 */
#ifndef POTSHERD_CLI_ANSWER_PROCESSES_H
#define POTSHERD_CLI_ANSWER_PROCESSES_H

#include "potsherd/live_writer.h"
#include "potsherd/loop.h"
#include "potsherd/sender.h"

#define ANSWER_PORTS_MAX 1024

enum { ANSWER_PARSER, ANSWER_SENDER, ANSWER_JOBS }; /* jobs */
enum { ANSWER_CONVERSATIONS, ANSWER_SYNS };         /* captures of the parser */
enum { PIPE_ORDERS, PIPE_TICKETS, ANSWER_PIPES };   /* to the sender, and from it */

struct answering {
    const struct options *options;
    struct options records; /* as the pipeline shall see them */
    struct answer *answer;
    struct pipeline *pipeline; /* the parser's */
    struct sender *sender;
    struct listener *listener;
    struct answer_link link;
    uint16_t ports[ANSWER_PORTS_MAX];
    unsigned port_count;
    char *personas;
    uint8_t next_hop[6];
    int pipes[ANSWER_PIPES][2];
    struct live_writer writer;
    struct workers *workers;
};

/* Rules and databases. */
bool answering_load(struct answering *a, struct failure *why);
/* What the options say; the rest is the caller's. */
struct answer_options answering_options(struct answering *a);
/* The responder's events come from the pipeline from here on; pipeline NULL: no more. */
void answering_join(struct answering *a, struct pipeline *pipeline);

/* Where the frames of --dry-run and the lines of the audit log go. */
void answering_set_sinks(const struct answering *a, struct sender_options *options);
worker_function answering_job; /* parser and sender */
writer_function answering_writer;

int answering_self_test(struct answering *a); /* the exit code */

#endif
