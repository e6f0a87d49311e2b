/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "potsherd/mbox.h"
#include "potsherd/schema.h"

void segment_format_stamp(time_us t, char out[20])
{
    char text[TIME_TEXT_MAX];

    time_format(t, text); /* 2026-11-23T09:42:00.000000Z */
    snprintf(out, 20, "-%.4s%.2s%.2sT%.2s%.2s%.2sZ", text, text + 5, text + 8, text + 11, text + 14,
             text + 17);
}

static bool is_taken(const struct output_place *place)
{
    static const char *const ends[] = {".csv",    ".csv.part", ".csv.zst",
                                       ".csv.gz", ".mbox",     ".mbox.part"};

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        for (size_t e = 0; e < G_N_ELEMENTS(ends); e++) {
            char *name = g_strdup_printf("%s%s%s", record_schema(i)->name, place->stamp, ends[e]);
            bool there = file_is_there(place->dir_fd, name);

            g_free(name);
            if (there)
                return true;
        }
    return false;
}

void segment_stamp(struct output_place *place, time_us now)
{
    do {
        segment_format_stamp(now, place->stamp);
        now += TIME_SECOND;
    } while (is_taken(place));
}

/* Where the last whole line ends; 0 when there is none. */
static off_t end_of_lines(int fd, off_t size)
{
    char part[65536];

    while (size > 0) {
        size_t n = size < (off_t)sizeof part ? (size_t)size : sizeof part;
        const char *newline;

        if (pread(fd, part, n, size - (off_t)n) != (ssize_t)n)
            return -1;
        newline = memrchr(part, '\n', n);
        if (newline)
            return size - (off_t)n + (newline - part) + 1;
        size -= (off_t)n;
    }
    return 0;
}

/* Whether there is a row behind the header line. */
static bool has_row(int fd, off_t size)
{
    char head[8192];
    ssize_t n = pread(fd, head, sizeof head, 0);
    const char *newline = n > 0 ? memchr(head, '\n', (size_t)n) : NULL;

    return newline && size > newline - head + 1;
}

/* Where the rows end; 0 when there is none. */
static off_t end_of_rows(int fd, off_t size)
{
    off_t end = end_of_lines(fd, size);

    return end > 0 && !has_row(fd, end) ? 0 : end;
}

/* Where the last mark begins at a line's start, before which all messages are whole;
 * 0 when there is none. */
static off_t end_of_messages(int fd, off_t size)
{
    static const char mark[] = "\n" MBOX_MARK;
    char part[65536];
    size_t overlap = strlen(mark) - 1;

    for (off_t end = size; end > (off_t)overlap;) {
        size_t n = end < (off_t)sizeof part ? (size_t)end : sizeof part;
        off_t from = end - (off_t)n;

        if (pread(fd, part, n, from) != (ssize_t)n)
            return -1;
        for (size_t i = n - overlap; i-- > 0;)
            if (part[i] == '\n' && memcmp(part + i, mark, strlen(mark)) == 0)
                return from + (off_t)i + 1;
        end = from + (from ? (off_t)overlap : 0);
    }
    return 0;
}

static bool finish_part(int dir_fd, const char *dir, const char *name, struct failure *why)
{
    char *final = g_strndup(name, strlen(name) - strlen(".part"));
    bool mbox = g_str_has_suffix(final, ".mbox");
    int fd = file_open_left(dir_fd, name);
    struct stat st;
    off_t end = -1;
    bool good = fd >= 0 && fstat(fd, &st) == 0;

    if (good)
        end = mbox ? end_of_messages(fd, st.st_size) : end_of_rows(fd, st.st_size);
    good = good && end >= 0;
    if (good && !end) {
        good = unlinkat(dir_fd, name, 0) == 0;
    } else if (good) {
        off_t torn = st.st_size - end;

        good =
            file_cut(fd, &st, end) && fsync(fd) == 0 && renameat(dir_fd, name, dir_fd, final) == 0;
        if (mbox && torn == strlen(MBOX_MARK)) /* nothing but the mark */
            torn = 0;
        if (good)
            log_info(
                "%s/%s: finished after a run that did not end; %lld bytes of a torn %s cut off",
                dir, final, (long long)torn, mbox ? "message" : "row");
    }
    if (!good)
        failure_set(why, "%s/%s: cannot finish what an earlier run left: %s", dir, name,
                    g_strerror(errno));
    if (fd >= 0)
        close(fd);
    g_free(final);
    return good;
}

static bool is_part(const char *name)
{
    struct segment_name live;

    if (segment_parse(name, &live) && live.kind == SEGMENT_MBOX)
        return live.state == SEGMENT_PART;
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const char *record = record_schema(i)->name;
        size_t n = strlen(record);

        if (!strncmp(name, record, n) && (name[n] == '-' || name[n] == '.') &&
            g_str_has_suffix(name, ".csv.part"))
            return true;
    }
    return false;
}

bool segment_repair(int dir_fd, const char *dir, struct failure *why)
{
    int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *all = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;
    bool good = true;

    if (!all)
        return failure_set(why, "%s: cannot be listed: %s", dir, g_strerror(errno));
    while (good && (entry = readdir(all)))
        if (is_part(entry->d_name))
            good = finish_part(dir_fd, dir, entry->d_name, why);
    closedir(all);
    return good;
}

/* --- names read back --- */

static const struct ending {
    const char *text;
    enum segment_kind kind;
    enum segment_state state;
} endings[] = {
    {".csv", SEGMENT_CSV, SEGMENT_FINISHED},        {".csv.part", SEGMENT_CSV, SEGMENT_PART},
    {".csv.zst", SEGMENT_PACKED, SEGMENT_FINISHED}, {".csv.zst.part", SEGMENT_PACKED, SEGMENT_PART},
    {".csv.gz", SEGMENT_PACKED, SEGMENT_FINISHED},  {".mbox", SEGMENT_MBOX, SEGMENT_FINISHED},
    {".mbox.part", SEGMENT_MBOX, SEGMENT_PART},     {".pcap", SEGMENT_PCAP, SEGMENT_FINISHED},
    {".pcap.part", SEGMENT_PCAP, SEGMENT_PART},
};

static const char *const pcap_names[] = {"answer", "watch"};

/* What is behind "NAME-", or NULL when another name stands there. */
static const char *behind(const char *name, const char *expected)
{
    size_t n = strlen(expected);

    return !strncmp(name, expected, n) && name[n] == '-' ? name + n + 1 : NULL;
}

/* Likewise of saved packets; those of one job of several are "NAME.3-". */
static const char *behind_job(const char *name, const char *expected)
{
    size_t n = strlen(expected);
    const char *job = name + n + 1;

    if (strncmp(name, expected, n) || name[n] != '.' || !g_ascii_isdigit(*job))
        return behind(name, expected);
    while (g_ascii_isdigit(*job))
        job++;
    return *job == '-' ? job + 1 : NULL;
}

/* The stamp and what follows it, if the name is one of ours for this kind of file. */
static const char *behind_name(const char *name, enum segment_kind kind)
{
    const char *stamp = NULL;

    if (kind == SEGMENT_PCAP)
        for (size_t i = 0; i < G_N_ELEMENTS(pcap_names) && !stamp; i++)
            stamp = behind_job(name, pcap_names[i]);
    else if (kind == SEGMENT_MBOX)
        stamp = behind(name, record_schema(RECORD_PAYLOADS)->name);
    else
        for (int i = 0; i < RECORD_FILE_COUNT && !stamp; i++)
            stamp = behind(name, record_schema(i)->name);
    return stamp;
}

/* Behind the stamp, or NULL when there is none. */
static const char *behind_stamp(const char *text)
{
    static const char pattern[] = "ddddddddTddddddZ";

    for (const char *p = pattern; *p; p++, text++)
        if (*p == 'd' ? !g_ascii_isdigit(*text) : *text != *p)
            return NULL;
    return text;
}

/* Two pcap files may begin in the same second: the second one is NAME-STAMP-1.pcap. */
static const char *behind_number(const char *text)
{
    if (*text != '-' || !g_ascii_isdigit(text[1]))
        return text;
    text++;
    while (g_ascii_isdigit(*text))
        text++;
    return text;
}

bool segment_parse(const char *name, struct segment_name *out)
{
    *out = (struct segment_name){.state = SEGMENT_NONE};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        const char *stamp = behind_name(name, endings[i].kind);
        const char *rest = stamp ? behind_stamp(stamp) : NULL;

        if (rest && endings[i].kind == SEGMENT_PCAP)
            rest = behind_number(rest);
        if (!rest || strcmp(rest, endings[i].text) != 0)
            continue;
        out->state = endings[i].state;
        out->kind = endings[i].kind;
        g_strlcpy(out->stamp, stamp, sizeof out->stamp);
        return true;
    }
    return false;
}
