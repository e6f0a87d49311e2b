/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/places.h"

#include <glib.h>
#include <stdbool.h>
#include <unistd.h>

static bool is_there(const char *path)
{
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* The folder that the program is in; NULL: not known. */
static char *own_folder(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n <= 0)
        return NULL;
    self[n] = '\0';
    return g_path_get_dirname(self);
}

/* The folder that it was linked in has the objects beside it. */
static bool is_build_folder(const char *dir)
{
    char *object = g_build_filename(dir, "src", "base", "places.o", NULL);
    bool is = g_file_test(object, G_FILE_TEST_IS_REGULAR);

    g_free(object);
    return is;
}

/* `name` in the first of `n` places, relative to `dir`, that has it; or NULL. */
static char *find_beside(const char *dir, const char *const *places, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        char *joined = g_build_filename(dir, places[i], name, NULL);
        char *path = g_canonicalize_filename(joined, NULL); /* without .. */

        g_free(joined);
        if (is_there(path))
            return path;
        g_free(path);
    }
    return NULL;
}

char *places_config(void)
{
    static const char *const beside[] = {"../etc"};
    char *dir = own_folder(), *path = NULL;

    if (dir && is_build_folder(dir)) {
        g_free(dir);
        return NULL;
    }
    if (dir)
        path = find_beside(dir, beside, G_N_ELEMENTS(beside), "potsherd");
    g_free(dir);
    return path ? path : g_strdup(POTSHERD_CONFIG);
}

static char *find_configured(const char *name)
{
    char *folder = places_config(), *path = folder ? g_build_filename(folder, name, NULL) : NULL;

    g_free(folder);
    if (path && is_there(path))
        return path;
    g_free(path);
    return NULL;
}

/* In the source tree (build/potsherd, build/asan/potsherd) rules/ is one or two folders up; else
 * it is where it was installed, and nowhere else: of /usr/bin/potsherd nobody expects that it
 * reads /rules. */
static char *find_installed(const char *name)
{
    static const char *const tree[] = {"../rules", "../../rules"}, *const installed[] = {
                                                                       "../share/potsherd/rules"};
    char *dir = own_folder(), *path;

    if (!dir)
        return NULL;
    path = is_build_folder(dir) ? find_beside(dir, tree, G_N_ELEMENTS(tree), name)
                                : find_beside(dir, installed, G_N_ELEMENTS(installed), name);
    g_free(dir);
    return path;
}

char *places_rules(const char *name)
{
    char *path = find_configured(name);

    if (!path)
        path = find_installed(name);
    return path ? path : g_build_filename(POTSHERD_DATA "/rules", name, NULL);
}
