/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the files that belong to the program are: configuration and rules.
 *
 * A program in the folder that it was linked in (build/potsherd) takes the source tree's rules
 * and has no configuration of its own: tests do not depend on what the machine has in /etc.
 */
#ifndef POTSHERD_BASE_PLACES_H
#define POTSHERD_BASE_PLACES_H

/* The folder of potsherd.conf: ../etc/potsherd beside the program's bin/, where there is one,
 * else what sysconfdir was at compile time; NULL: in the build folder.  It need not be there. */
char *places_config(void);

/* ports.rules, personas, tags: of the folder of the configuration, or those that were installed;
 * in the build folder those of the source tree.  The last place where it could be, when it is
 * nowhere.  To be freed with g_free, as is the above. */
char *places_rules(const char *name);

#endif
