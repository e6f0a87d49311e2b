/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `potsherd --version` prints: the version, and what it was built of. */
#ifndef POTSHERD_CLI_VERSION_H
#define POTSHERD_CLI_VERSION_H

void version_print(void);

#endif
