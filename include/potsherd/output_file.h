/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the files of a run are made. */
#ifndef POTSHERD_OUTPUT_FILE_H
#define POTSHERD_OUTPUT_FILE_H

#include <stdbool.h>

struct compressor;

struct output_place { /* shared by all files of a run */
    int dir_fd;
    const char *dir;
    bool live;                     /* segments: made with their first row, named by `stamp` */
    bool sync;                     /* fsync before a segment gets its final name */
    char stamp[20];                /* "-20261123T094200Z", or empty */
    struct compressor *compressor; /* of finished segments; NULL: they stay as they are */
};

#endif
