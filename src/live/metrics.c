/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live/metrics.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define EXACT 9007199254740992.0 /* 2^53 */

/* Counts, nothing that was captured; and the collector is another user. */
#define METRICS_MODE 0644

/* Backslashes and line ends are escaped everywhere, quotes in label values. */
static void put_text(FILE *out, const char *text, bool quoted)
{
    char *valid = g_utf8_make_valid(text, -1);

    for (const char *c = valid; *c; c++)
        if (*c == '\n')
            fputs("\\n", out);
        else if (*c == '\\' || (*c == '"' && quoted))
            fprintf(out, "\\%c", *c);
        else
            fputc(*c, out);
    g_free(valid);
}

static void put_head(FILE *out, const struct metric *m)
{
    fprintf(out, "# HELP %s ", m->name);
    put_text(out, m->help, false);
    fprintf(out, "\n# TYPE %s %s\n", m->name, m->type == METRIC_COUNTER ? "counter" : "gauge");
}

/* No locale's comma may get into a number. */
static void put_value(FILE *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    bool whole = value > -EXACT && value < EXACT && value == (double)(long long)value;

    fprintf(out, " %s\n", g_ascii_formatd(text, sizeof text, whole ? "%.0f" : "%.17g", value));
}

static void put_sample(FILE *out, const struct metric *m)
{
    fputs(m->name, out);
    for (int i = 0; i < METRIC_LABELS_MAX && m->labels[i].name; i++) {
        fprintf(out, "%c%s=\"", i ? ',' : '{', m->labels[i].name);
        put_text(out, m->labels[i].value, true);
        fputc('"', out);
    }
    if (m->labels[0].name)
        fputc('}', out);
    put_value(out, m->value);
}

/* Samples of one name stand together, with the first one's help. */
static void put_family(FILE *out, const struct metric *first, size_t n)
{
    put_head(out, first);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(first[i].name, first->name))
            put_sample(out, &first[i]);
}

static bool is_named_before(const struct metric *metrics, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (!strcmp(metrics[j].name, metrics[i].name))
            return true;
    return false;
}

static bool write_file(int fd, const struct metric *metrics, size_t n)
{
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool good;

    if (!out)
        return false;
    good = fchmod(fd, METRICS_MODE) == 0;
    for (size_t i = 0; i < n; i++)
        if (!is_named_before(metrics, i))
            put_family(out, metrics + i, n - i);
    good = !ferror(out) && good;
    return fclose(out) == 0 && good;
}

bool metrics_write(const char *path, const struct metric *metrics, size_t n, struct failure *why)
{
    char *temporary;
    int fd = file_create_beside(path, &temporary);
    bool good = fd >= 0 && write_file(fd, metrics, n) && rename(temporary, path) == 0;

    if (!good) {
        failure_set(why, "%s: cannot be written: %s", path, g_strerror(errno));
        if (fd >= 0)
            (void)!unlink(temporary);
    }
    g_free(temporary);
    return good;
}
