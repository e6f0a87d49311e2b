/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of the data, joined up: frames -> decap -> stream -> conversation ->
 * record.  The live commands and replay differ in where frames come from only.
 */
#ifndef POTSHERD_CLI_PIPELINE_H
#define POTSHERD_CLI_PIPELINE_H

#include "cli/options.h"
#include "potsherd/packet.h"
#include "potsherd/ports.h"
#include "potsherd/record.h"

struct pipeline_counts { /* for the summary */
    uint64_t frames;
    time_us first, last;
    uint64_t requests[CLASS_ERROR + 1];
    uint64_t emails, emails_complete, recipients;
    uint64_t limits; /* caps of the parsers that cut something */
};

/* Another listener, besides the records: the responder. */
struct pipeline_tap {
    void *context;
    void (*event)(void *context, const struct connection *c, const struct event *event);
    void (*end)(void *context, const struct connection *c);
};

struct pipeline;

/* A file or folder of rules/: in the source tree, else where it was installed. */
char *pipeline_find_rules(const char *name);
const char *pipeline_module(uint16_t port); /* of ports.rules, or NULL; after pipeline_new */

struct pipeline *pipeline_new(const struct options *options, struct failure *why);
void pipeline_put(struct pipeline *p, const struct frame *frame);
void pipeline_set_tap(struct pipeline *p, struct pipeline_tap tap);
/* Time goes on without packets (live). */
void pipeline_tick(struct pipeline *p, time_us now);
/* Ends every connection; the counts are final then. */
void pipeline_finish(struct pipeline *p);
const struct failure *pipeline_failure(const struct pipeline *p); /* NULL: all well */
const struct pipeline_counts *pipeline_counts(const struct pipeline *p);
void pipeline_print_summary(const struct pipeline *p, unsigned files);
/* Closes the records.  False if anything was lost. */
bool pipeline_free(struct pipeline *p, struct failure *why);

#endif
