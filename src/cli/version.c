/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Makefile includes the macros of tools/versions before this file. */
#include "cli/version.h"

#include <stdio.h>

#ifndef POTSHERD_COMMIT
#define POTSHERD_COMMIT    "unknown"
#define POTSHERD_LIBRARIES "unknown"
#endif

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

void version_print(void)
{
    puts("potsherd " POTSHERD_VERSION);
    puts("commit: " POTSHERD_COMMIT);
    puts("compiler: " COMPILER);
    puts("libraries: " POTSHERD_LIBRARIES);
}
