/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/gnuplot.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the child: files for its three streams, so that no pipe can fill up ---- */

static bool run(FILE *in, FILE *out, FILE *err)
{
    char name[] = "gnuplot", plain[] = "-d"; /* -d: nobody's own settings */
    char *argv[] = {name, plain, NULL};
    char **environment = g_environ_setenv(g_get_environ(), "LC_ALL", "C.UTF-8", TRUE);
    GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD;
    int status = -1;
    GPid pid;

    if (g_spawn_async_with_fds(NULL, argv, environment, flags, NULL, NULL, &pid, fileno(in),
                               fileno(out), fileno(err), NULL)) {
        if (waitpid(pid, &status, 0) != pid)
            status = -1;
        g_spawn_close_pid(pid);
    }
    g_strfreev(environment);
    return status == 0;
}

static bool read_all(FILE *from, struct buf *to)
{
    char chunk[8192];
    size_t n;

    rewind(from);
    while ((n = fread(chunk, 1, sizeof chunk, from)) > 0)
        buf_append(to, chunk, n);
    return !ferror(from);
}

static bool ask(const char *script, struct buf *answer)
{
    FILE *in = tmpfile(), *out = tmpfile(), *err = tmpfile();
    bool done = in && out && err && fputs(script, in) >= 0 && fflush(in) == 0 &&
                fseek(in, 0, SEEK_SET) == 0 && run(in, out, err) && read_all(out, answer);

    if (in)
        fclose(in);
    if (out)
        fclose(out);
    if (err)
        fclose(err);
    return done;
}

/* ---- the drawing: without what a page of several must not have ---- */

/* The element `name` at `at`: what stands after it; NULL: something else. */
static const char *after_element(const char *at, const char *name)
{
    size_t n = strlen(name);
    char end[32];
    const char *close;

    if (at[0] != '<' || strncmp(at + 1, name, n) != 0 || at[n + 1] != '>')
        return NULL;
    snprintf(end, sizeof end, "</%s>", name);
    close = strstr(at, end);
    return close ? close + strlen(end) : NULL;
}

static const char *after_id(const char *at)
{
    const char *close = strncmp(at, " id=\"", 5) == 0 ? strchr(at + 5, '"') : NULL;

    return close ? close + 1 : NULL;
}

/* "rgb(  1,   2,   7)" -> var(--c7) */
static const char *after_colour(const char *at, struct buf *to)
{
    unsigned r, g, b;
    char name[32];
    int n = 0;

    if (strncmp(at, "rgb(", 4) != 0 || sscanf(at, "rgb(%u ,%u ,%u )%n", &r, &g, &b, &n) != 3 ||
        !n || r != 1 || g != 2 || b > 255)
        return NULL;
    snprintf(name, sizeof name, "var(--c%u)", b);
    buf_append_text(to, name);
    return at + n;
}

static void copy_drawing(const char *from, struct buf *to)
{
    static const char *const unwanted[] = {"title", "desc", "defs"};

    while (*from) {
        const char *next = after_id(from);

        for (size_t i = 0; !next && i < sizeof unwanted / sizeof *unwanted; i++)
            next = after_element(from, unwanted[i]);
        if (!next)
            next = after_colour(from, to);
        if (!next)
            buf_append_byte(to, (uint8_t)*from++);
        else
            from = next;
    }
}

static bool is_plain_drawing(struct bytes svg)
{
    static const char *const forbidden[] = {"<script", "<foreignobject", "<style", "<image",
                                            "<a ",     "href",           "url(",   "javascript:"};

    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (bytes_find_nocase(svg, forbidden[i]))
            return false;
    return svg.n > 0;
}

bool gnuplot_draw(const char *script, struct buf *svg)
{
    struct buf answer = {0};
    const char *start = NULL;

    if (ask(script, &answer) && !memchr(answer.data ? (char *)answer.data : "", 0, answer.len))
        start = strstr(buf_string(&answer), "<svg");
    if (start && strstr(start, "</svg>"))
        copy_drawing(start, svg);
    buf_fini(&answer);
    return start && is_plain_drawing(buf_view(svg));
}
