/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that a test may fill and empty: `folder` is a template of mkdtemp, made by the test's
 * main(). */
#ifndef POTSHERD_TEST_FOLDER_H
#define POTSHERD_TEST_FOLDER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Valid until the next call. */
static inline const char *path_in(const char *folder, const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline bool make_empty(const char *folder)
{
    char command[256];

    snprintf(command, sizeof command, "rm -rf %s && mkdir -p %s", folder, folder);
    return system(command) == 0;
}

#endif
