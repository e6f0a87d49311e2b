/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of commands and options: usage, help, parsing and the manual are
 * made from it (options.c).  Adding an option: a field here and a line there.
 */
#ifndef POTSHERD_CLI_OPTIONS_H
#define POTSHERD_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define OPTION_LIST_MAX 16

struct option_list { /* an option that may be given again and again */
    const char *at[OPTION_LIST_MAX];
    uint64_t count;
};

struct options {
    /* replay */
    const char *output;
    const char *filter;
    const char *ports; /* rules, all */
    const char *sensor;
    const char *payload;    /* inline, mbox, none */
    const char *rules;      /* file, or NULL: where it was installed */
    struct option_list geo; /* databases, folders of them, or "none" */
    bool force;
    bool quiet;
    bool verify_checksums;
    uint64_t max_connections;
    uint64_t max_memory;   /* bytes */
    uint64_t idle_timeout; /* seconds */
    /* report */
    uint64_t top;
    const char *since, *until;
    const char *format;
    /* doctor, answer */
    const char *interface;
    struct option_list addresses;
    /* answer, watch */
    uint64_t segment_interval, segment_size; /* seconds; bytes */
    const char *fsync;                       /* none, segment, second */
    const char *compress;                    /* none, zstd */
    uint64_t keep, max_disk;                 /* days; bytes; 0: for ever, all */
    const char *metrics;                     /* file, or NULL */
    /* watch */
    struct option_list interfaces;
    uint64_t jobs, ring; /* ring: bytes, for each job and interface */
    uint64_t snap;
    bool not_promiscuous;
    /* answer */
    const char *out, *next_hop; /* interface; MAC */
    const char *save_pcap, *dry_run, *personas, *user;
    bool arp, firewall, self_test;
    uint64_t max_per_source, syn_rate, send_rate;
    /* schema */
    const char *as; /* markdown, json, sql */
    /* no options, but for the pipeline; 0: the usual */
    uint64_t max_half_open, max_scans;
    /* what stands behind the options; ends with NULL */
    char **arguments;
    int argument_count;
};

struct command {
    const char *name;
    const char *arguments; /* for usage: "FILE..." */
    const char *purpose;   /* a line */
    const char *example;
    int least_arguments, most_arguments; /* most -1: any number */
    int (*run)(const struct options *options);
};

extern const struct command commands[]; /* ends with a NULL name */
const struct command *command_find(const char *name);

/* Parses argv from behind the command's name.  Returns -1 to run the command, or
 * the exit code: 0 after --help, 2 after a mistake (one line has been said). */
int options_parse(const struct command *command, int argc, char **argv, struct options *out);

void options_print_help(const struct command *command);
void options_print_commands(void);

/* A mistake on the command line: says it, and where help is; returns 2. */
int usage_error(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

int command_replay(const struct options *options);
int command_report(const struct options *options);
int command_schema(const struct options *options);
int command_doctor(const struct options *options);
int command_answer(const struct options *options);
int command_watch(const struct options *options);

#endif
