/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/found_type.h"

#include <string.h>

/* From the formats' own specifications; `at`: where the bytes stand. */
static const struct {
    const char *bytes;
    uint16_t n, at;
    const char *type;
} signatures[] = {
#define SIGNATURE(at, bytes, type)                                                                 \
    {                                                                                              \
        bytes, sizeof bytes - 1, at, type                                                          \
    }
    SIGNATURE(0, "MZ", "application/x-dosexec"),
    SIGNATURE(0,
              "\x7f"
              "ELF",
              "application/x-executable"),
    SIGNATURE(0, "\xca\xfe\xba\xbe", "application/java-vm"),
    SIGNATURE(0, "\xfe\xed\xfa\xce", "application/x-mach-binary"),
    SIGNATURE(0, "\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    SIGNATURE(0, "L\0\0\0\1\x14\2\0", "application/x-ms-shortcut"),
    SIGNATURE(0, "PK\3\4", "application/zip"),
    SIGNATURE(0, "PK\5\6", "application/zip"),
    SIGNATURE(0, "Rar!\x1a\7", "application/vnd.rar"),
    SIGNATURE(0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    SIGNATURE(0, "\x1f\x8b", "application/gzip"),
    SIGNATURE(0, "BZh", "application/x-bzip2"),
    SIGNATURE(0,
              "\xfd"
              "7zXZ\0",
              "application/x-xz"),
    SIGNATURE(0, "\x28\xb5\x2f\xfd", "application/zstd"),
    SIGNATURE(0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    SIGNATURE(2, "-lh", "application/x-lzh-compressed"),
    SIGNATURE(0, "\x60\xea", "application/x-arj"),
    SIGNATURE(7, "**ACE**", "application/x-ace-compressed"),
    SIGNATURE(257, "ustar", "application/x-tar"),
    SIGNATURE(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    SIGNATURE(0, "{\\rt", "application/rtf"),
    SIGNATURE(0, "%PDF-", "application/pdf"),
    SIGNATURE(0, "%!PS", "application/postscript"),
    SIGNATURE(0, "ITSF", "application/vnd.ms-htmlhelp"),
    SIGNATURE(0, "\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    SIGNATURE(0, "FWS", "application/x-shockwave-flash"),
    SIGNATURE(0, "CWS", "application/x-shockwave-flash"),
    SIGNATURE(0, "GIF8", "image/gif"),
    SIGNATURE(0, "\xff\xd8\xff", "image/jpeg"),
    SIGNATURE(0, "\x89PNG\r\n\x1a\n", "image/png"),
    SIGNATURE(0, "BM", "image/bmp"),
    SIGNATURE(0, "II*\0", "image/tiff"),
    SIGNATURE(0, "MM\0*", "image/tiff"),
    SIGNATURE(0, "\xd7\xcd\xc6\x9a", "image/wmf"),
    SIGNATURE(0, "\0\0\1\0", "image/vnd.microsoft.icon"),
    SIGNATURE(0, "ID3", "audio/mpeg"),
    SIGNATURE(0, "\xff\xfb", "audio/mpeg"),
    SIGNATURE(0, "OggS", "application/ogg"),
    SIGNATURE(0, "MThd", "audio/midi"),
    SIGNATURE(0, "\0\0\1\xba", "video/mpeg"),
    SIGNATURE(4, "ftyp", "video/mp4"),
    SIGNATURE(0, "-----BEGIN PGP", "application/pgp-encrypted"),
    SIGNATURE(0, "#!", "text/x-script"),
    SIGNATURE(0, "<?php", "application/x-php"),
    SIGNATURE(0, "BEGIN:VCALENDAR", "text/calendar"),
    SIGNATURE(0, "BEGIN:VCARD", "text/vcard"),
#undef SIGNATURE
};

#define FIRST 1024 /* bytes that a marker of HTML is looked for in */

static int has(struct bytes content, size_t at, const char *bytes, size_t n)
{
    return content.n >= at + n && memcmp(content.at + at, bytes, n) == 0;
}

/* Containers that say what they hold. */
static const char *refine(struct bytes content, const char *type)
{
    struct bytes first = {content.at, content.n < FIRST ? content.n : FIRST};

    if (strcmp(type, "application/zip") != 0)
        return type;
    if (bytes_find_nocase(first, "word/"))
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    if (bytes_find_nocase(first, "xl/"))
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (bytes_find_nocase(first, "META-INF/"))
        return "application/java-archive";
    return type;
}

static const char *find_markup(struct bytes content)
{
    static const char *const marks[] = {"<!doctype html", "<html", "<head", "<body"};
    struct bytes first = {content.at, content.n < FIRST ? content.n : FIRST};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (bytes_find_nocase(first, marks[i]))
            return "text/html";
    if (bytes_begin_nocase(first, "<?xml"))
        return "text/xml";
    return NULL;
}

const char *found_type(struct bytes content)
{
    if (has(content, 0, "RIFF", 4) && has(content, 8, "WAVE", 4))
        return "audio/x-wav";
    if (has(content, 0, "RIFF", 4) && has(content, 8, "WEBP", 4))
        return "image/webp";
    if (has(content, 0, "RIFF", 4) && has(content, 8, "AVI ", 4))
        return "video/x-msvideo";
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (has(content, signatures[i].at, signatures[i].bytes, signatures[i].n))
            return refine(content, signatures[i].type);
    return find_markup(content);
}
