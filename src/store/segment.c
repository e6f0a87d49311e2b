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

static bool name_is_there(int dir_fd, const char *name, const char *stamp, const char *ending)
{
    char *all = g_strconcat(name, stamp, ending, NULL);
    bool there = file_is_there(dir_fd, all);

    g_free(all);
    return there;
}

static bool is_taken(const struct output_place *place)
{
    static const char *const ends[] = {".csv",    ".csv.part",    ".csv.zst",
                                       ".csv.gz", ".mbox",        ".mbox.part",
                                       ".ndjson", ".ndjson.part", ".ndjson.zst"};

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        for (size_t e = 0; e < G_N_ELEMENTS(ends); e++)
            if (name_is_there(place->dir_fd, record_schema(i)->name, place->stamp, ends[e]))
                return true;
    return false;
}

void segment_stamp(struct output_place *place, time_us now)
{
    do {
        segment_format_stamp(now, place->stamp);
        now += TIME_SECOND;
    } while (is_taken(place));
}

/* --- a run that is no live one --- */

static const char *const run_ends[] = {".csv",       ".csv.part", ".mbox",
                                       ".mbox.part", ".ndjson",   ".ndjson.part"};

bool segment_run_is_there(int dir_fd)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        for (size_t e = 0; e < G_N_ELEMENTS(run_ends); e++)
            if (name_is_there(dir_fd, record_schema(i)->name, "", run_ends[e]))
                return true;
    return false;
}

void segment_remove_run(int dir_fd)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        for (size_t e = 0; e < G_N_ELEMENTS(run_ends); e++) {
            char *name = g_strconcat(record_schema(i)->name, run_ends[e], NULL);

            (void)!unlinkat(dir_fd, name, 0);
            g_free(name);
        }
}

bool segment_is_of_run(const char *file)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const char *name = record_schema(i)->name, *ending = file + strlen(name);

        if (!strncmp(file, name, strlen(name)) &&
            (!strcmp(ending, ".csv") || !strcmp(ending, ".mbox") || !strcmp(ending, ".ndjson")))
            return true;
    }
    return false;
}

/* --- names read back --- */

static const struct ending {
    const char *text;
    enum segment_kind kind;
    enum segment_state state;
} endings[] = {
    {".csv", SEGMENT_CSV, SEGMENT_FINISHED},
    {".csv.part", SEGMENT_CSV, SEGMENT_PART},
    {".csv.zst", SEGMENT_PACKED, SEGMENT_FINISHED},
    {".csv.zst.part", SEGMENT_PACKED, SEGMENT_PART},
    {".csv.gz", SEGMENT_PACKED, SEGMENT_FINISHED},
    {".mbox", SEGMENT_MBOX, SEGMENT_FINISHED},
    {".mbox.part", SEGMENT_MBOX, SEGMENT_PART},
    {".pcap", SEGMENT_PCAP, SEGMENT_FINISHED},
    {".pcap.part", SEGMENT_PCAP, SEGMENT_PART},
    {".log", SEGMENT_LOG, SEGMENT_FINISHED},
    {".log.part", SEGMENT_LOG, SEGMENT_PART},
    {".ndjson", SEGMENT_CSV, SEGMENT_FINISHED},
    {".ndjson.part", SEGMENT_CSV, SEGMENT_PART},
    {".ndjson.zst", SEGMENT_PACKED, SEGMENT_FINISHED},
    {".ndjson.zst.part", SEGMENT_PACKED, SEGMENT_PART},
};

static const char *const pcap_names[] = {SEGMENT_ANSWERED, SEGMENT_WATCHED};

/* What follows "NAME-", or NULL when another name stands there. */
static const char *after(const char *name, const char *expected)
{
    size_t n = strlen(expected);

    return !strncmp(name, expected, n) && name[n] == '-' ? name + n + 1 : NULL;
}

/* Likewise of saved packets; those of one job of several are "NAME.3-". */
static const char *after_job(const char *name, const char *expected)
{
    size_t n = strlen(expected);
    const char *job = name + n + 1;

    if (strncmp(name, expected, n) || name[n] != '.' || !g_ascii_isdigit(*job))
        return after(name, expected);
    while (g_ascii_isdigit(*job))
        job++;
    return *job == '-' ? job + 1 : NULL;
}

/* The stamp and what follows it, if the name is one of ours for this kind of file. */
static const char *after_name(const char *name, enum segment_kind kind)
{
    const char *stamp = NULL;

    if (kind == SEGMENT_PCAP)
        for (size_t i = 0; i < G_N_ELEMENTS(pcap_names) && !stamp; i++)
            stamp = after_job(name, pcap_names[i]);
    else if (kind == SEGMENT_MBOX)
        stamp = after(name, record_schema(RECORD_PAYLOADS)->name);
    else if (kind == SEGMENT_LOG)
        stamp = after(name, SEGMENT_AUDIT);
    else
        for (int i = 0; i < RECORD_FILE_COUNT && !stamp; i++)
            stamp = after(name, record_schema(i)->name);
    return stamp;
}

/* After the stamp, or NULL when there is none. */
static const char *after_stamp(const char *text)
{
    static const char pattern[] = "ddddddddTddddddZ";

    for (const char *p = pattern; *p; p++, text++)
        if (*p == 'd' ? !g_ascii_isdigit(*text) : *text != *p)
            return NULL;
    return text;
}

/* Two pcap files may begin in the same second: the second one is NAME-STAMP-1.pcap. */
static const char *after_number(const char *text)
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
        const char *stamp = after_name(name, endings[i].kind);
        const char *rest = stamp ? after_stamp(stamp) : NULL;

        if (rest && endings[i].kind == SEGMENT_PCAP)
            rest = after_number(rest);
        if (!rest || strcmp(rest, endings[i].text) != 0)
            continue;
        out->state = endings[i].state;
        out->kind = endings[i].kind;
        g_strlcpy(out->stamp, stamp, sizeof out->stamp);
        return true;
    }
    return false;
}
