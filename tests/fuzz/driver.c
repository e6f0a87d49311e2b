/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target over the inputs of a corpus, without libFuzzer: TAP, a line each.
 * Each input stands in memory of its own size, so that a sanitizer sees its end; a target
 * that dies leaves the plan unfulfilled, with the input's name as the last comment.
 *
 * Usage: fuzz_NAME FOLDER...
 */
#include <dirent.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Appends the paths of what is in the folder. */
static bool list(GPtrArray *paths, const char *folder)
{
    const char *name;
    GDir *dir = g_dir_open(folder, 0, NULL);

    if (!dir)
        return false;
    while ((name = g_dir_read_name(dir)))
        g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_dir_close(dir);
    return true;
}

static void run(const char *path, guint number)
{
    gchar *text;
    gsize n;
    uint8_t *own;

    printf("# %s\n", path);
    fflush(stdout);
    if (!g_file_get_contents(path, &text, &n, NULL)) {
        printf("not ok %u - %s cannot be read\n", number, path);
        return;
    }
    own = malloc(n ? n : 1);
    memcpy(own, text, n);
    g_free(text);
    LLVMFuzzerTestOneInput(own, n);
    free(own);
    printf("ok %u - %s\n", number, path);
}

int main(int argc, char **argv)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

    for (int i = 1; i < argc; i++)
        if (!list(paths, argv[i])) {
            printf("Bail out! %s is no folder\n", argv[i]);
            return 1;
        }
    if (!paths->len) {
        printf("Bail out! no input\n");
        return 1;
    }
    g_ptr_array_sort(paths, by_name);
    printf("1..%u\n", paths->len);
    for (guint i = 0; i < paths->len; i++)
        run(g_ptr_array_index(paths, i), i + 1);
    g_ptr_array_free(paths, TRUE);
    return 0;
}
