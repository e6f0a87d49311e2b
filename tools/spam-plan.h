/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a capture of spam campaigns: which connection comes when and from where, how many
 * mails it carries, and which campaign each is of.  All of it is a function of the numbers below,
 * so that packets and records of the same options hold the same mails.
 *
 * Campaigns are numbered from 1 by their expected size, which is by Zipf's law (the nth has
 * 1/n of the first) over a least number.  Each is active in some of SPAM_EPOCHS stretches of the
 * time, sends from sources of its own choice, which others also use, and mostly sends the mails of
 * a connection alone.  Memory goes by the number of campaigns only.
 */
#ifndef TOOLS_SPAM_PLAN_H
#define TOOLS_SPAM_PLAN_H

#include "args.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SPAM_EPOCHS = 20, SPAM_CAMPAIGNS_MAX = 100000, SPAM_NOISE = 0, SPAM_VISIT_MAILS_MAX = 4 };

struct spam_plan {
    /* as the options say */
    uint64_t seed, campaigns, mails, layouts, sources, rate;
    unsigned weak, noise; /* percent */
    /* made by spam_plan_make */
    uint64_t visits;
    double *upto; /* cumulative weights: SPAM_EPOCHS times all campaigns */
};

/* The options that decide about the mails, for the tables of the tools. */
enum spam_option {
    SPAM_CAMPAIGNS,
    SPAM_MAILS,
    SPAM_SEED,
    SPAM_LAYOUTS,
    SPAM_WEAK,
    SPAM_NOISE_SHARE,
    SPAM_SOURCES,
    SPAM_RATE,
    SPAM_TRUTH,
    SPAM_OPTIONS
};

#define SPAM_OPTION_ROWS                                                                           \
    [SPAM_CAMPAIGNS] = {"campaigns",                                                               \
                        "N",                                                                       \
                        ARG_NUMBER,                                                                \
                        1,                                                                         \
                        SPAM_CAMPAIGNS_MAX,                                                        \
                        NULL,                                                                      \
                        "how many campaigns (default 100)"},                                       \
    [SPAM_MAILS] = {"mails", "N", ARG_NUMBER, 1, 1000000000, NULL, "in all (default 10000)"},      \
    [SPAM_SEED] = {"seed",                                                                         \
                   "S",                                                                            \
                   ARG_NUMBER,                                                                     \
                   0,                                                                              \
                   UINT64_MAX,                                                                     \
                   NULL,                                                                           \
                   "the same options, the same bytes (default 1)"},                                \
    [SPAM_LAYOUTS] =                                                                               \
        {"layouts", "N", ARG_NUMBER, 1, 1000000, NULL, "that all campaigns share (default 200)"},  \
    [SPAM_WEAK] = {"weak",                                                                         \
                   "PERCENT",                                                                      \
                   ARG_NUMBER,                                                                     \
                   0,                                                                              \
                   100,                                                                            \
                   NULL,                                                                           \
                   "of campaigns without a feature of their own (20)"},                            \
    [SPAM_NOISE_SHARE] = {"noise",                                                                 \
                          "PERCENT",                                                               \
                          ARG_NUMBER,                                                              \
                          0,                                                                       \
                          100,                                                                     \
                          NULL,                                                                    \
                          "of mails that are of no campaign (default 10)"},                        \
    [SPAM_SOURCES] =                                                                               \
        {"sources", "N", ARG_NUMBER, 1, 131072, NULL, "addresses that send (default 8192)"},       \
    [SPAM_RATE] =                                                                                  \
        {"rate", "N", ARG_NUMBER, 1, 100000, NULL, "connections begin in a second (default 20)"},  \
    [SPAM_TRUTH] = {"truth",                                                                       \
                    "FILE",                                                                        \
                    ARG_TEXT,                                                                      \
                    0,                                                                             \
                    0,                                                                             \
                    NULL,                                                                          \
                    "write of each mail: message_id,campaign,weak (empty: noise)"}

/* Sets the defaults; afterwards spam_plan_make takes what was read. */
void spam_plan_defaults(struct arg_value values[SPAM_OPTIONS]);
void spam_plan_make(struct spam_plan *plan, const struct arg_value values[SPAM_OPTIONS]);
void spam_plan_free(struct spam_plan *plan);

struct spam_visit { /* a connection */
    uint64_t number;
    uint64_t start_us;                       /* since 1970; rises with the number */
    uint64_t first_mail;                     /* the numbers of its mails follow each other */
    uint64_t campaign[SPAM_VISIT_MAILS_MAX]; /* SPAM_NOISE, or from 1 */
    uint32_t mails;
    uint32_t source; /* number of the address, from 0 */
    uint16_t source_port;
};

/* `number` < plan->visits */
void spam_plan_visit(const struct spam_plan *plan, uint64_t number, struct spam_visit *visit);

#endif
