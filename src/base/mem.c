/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <glib.h>
#include <string.h>

void *mem_new(size_t size)
{
    return g_malloc0(size ? size : 1);
}

void *mem_resize(void *old, size_t size)
{
    return g_realloc(old, size ? size : 1);
}

char *mem_string(const void *from, size_t n)
{
    char *copy = g_malloc(n + 1);

    if (n)
        memcpy(copy, from, n);
    copy[n] = '\0';
    return copy;
}

void mem_free(void *old)
{
    g_free(old);
}
