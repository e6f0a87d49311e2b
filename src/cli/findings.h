/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `doctor` has found: collected, then printed by rank, the worst first, and the exit
 * code that says the worst rank.
 */
#ifndef POTSHERD_CLI_FINDINGS_H
#define POTSHERD_CLI_FINDINGS_H

#include <glib.h>

enum rank {
    RANK_WILL_LOSE, /* as things are, something is not recorded */
    RANK_MAY_LOSE,  /* ... under load, or after a while */
    RANK_BETTER,    /* all is recorded, and not as it was on the wire, or with less about it */
    RANK_UNKNOWN,   /* it could not be found out */
    RANK_OK,
    RANKS
};

struct findings {
    const char *interface;
    GPtrArray *all; /* struct finding * */
};

void findings_init(struct findings *f, const char *interface);
void findings_fini(struct findings *f);
/* All but `what`, which is borrowed, is copied.  `meaning`, of lines, and `fix`, a command as it is
 * typed or what to do, may be NULL. */
void findings_add(struct findings *f, enum rank rank, const char *what, const char *state,
                  const char *meaning, const char *fix);
void findings_print(const struct findings *f);
void findings_print_sum(const struct findings *f);
void findings_print_json(const struct findings *f);
/* 0, or 3 (could be better), 4 (may lose data), 5 (will lose data). */
int findings_exit_code(const struct findings *f);

#endif
