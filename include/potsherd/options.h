/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of one run, as the user gave them or by default; cli/options.c fills them
 * in from its table.  Plain facts: texts live as long as the program.
 */
#ifndef POTSHERD_OPTIONS_H
#define POTSHERD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define OPTION_LIST_MAX 64

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
    const char *mail;       /* full, headers, none */
    const char *web;        /* all, proxied, none */
    const char *rules;      /* file, or NULL: where it was installed */
    const char *tags;       /* folder, or "none"; likewise */
    const char *psl;        /* file, or NULL: the system's */
    struct option_list geo; /* databases, folders of them, or "none" */
    const char *sandbox;    /* on, off */
    bool force;
    bool quiet;
    bool verify_checksums;
    const char *redact;     /* recipients, addresses, content; NULL: nothing */
    const char *redact_key; /* file, or NULL: a key of this run */
    uint64_t max_connections;
    uint64_t max_memory;   /* bytes */
    uint64_t idle_timeout; /* seconds */
    /* report */
    uint64_t top;
    const char *since, *until;
    const char *format;
    const char *by; /* source, proxied */
    const char *title, *organisation, *contact;
    const char *tlp; /* clear, green, amber, amber+strict, red; NULL: none */
    const char *csv; /* folder, or NULL */
    bool anonymise;
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
    bool json;
    /* answer */
    const char *out, *next_hop; /* interface; MAC */
    const char *save_pcap, *dry_run, *personas, *user;
    bool arp, firewall, self_test;
    uint64_t max_per_source, syn_rate, send_rate;
    /* find, extract, share: filters, of each any that was given */
    struct option_list uids, sensors, sources, countries, ases, targets, senders, recipients;
    struct option_list subjects, tag_names, domains, hashes, campaigns;
    struct option_list files; /* find: kinds of record files */
    const char *columns;      /* find */
    const char *to;           /* extract: eml, mbox, maildir, attachments, iocs */
    /* campaigns */
    const char *state; /* file, or NULL */
    const char *threshold;
    uint64_t min_messages, min_children, alike;
    /* share */
    uint64_t min; /* mails of a network */
    bool show_recipients;
    /* schema, share */
    const char *as; /* markdown, json, SQL dialects; list, abuseipdb, ecs, xarf, arf, misp, stix */
    /* all commands; config */
    const char *config, *unit; /* file; name of an interface, or of whatever the unit is for */
    bool no_config, verbose, example;
    /* no options, but for the pipeline; 0: the usual */
    uint64_t max_half_open, max_scans;
    /* what follows the options on the command line; ends with NULL */
    char **arguments;
    int argument_count;
};

#endif
