/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <unistd.h>

bool file_cut(int fd, const struct stat *st, off_t end)
{
    const struct timespec times[2] = {st->st_atim, st->st_mtim};

    return end == st->st_size || (ftruncate(fd, end) == 0 && futimens(fd, times) == 0);
}
