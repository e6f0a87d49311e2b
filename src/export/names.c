/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

#define UID_DIGITS 16
#define PART       ".part"
#define MARK       ".potsherd"

const char *const names_maildir[] = {"tmp", "new", "cur", NULL};

void names_message(uint64_t uid, uint32_t n, char out[NAMES_MESSAGE])
{
    snprintf(out, NAMES_MESSAGE, "%016" PRIx64 "-%" PRIu32, uid, n);
}

void names_in_maildir(time_us ts, const char *message, char out[NAMES_TEXT])
{
    snprintf(out, NAMES_TEXT, "%" PRId64 ".%s" MARK, ts / TIME_SECOND, message);
}

void names_hash(const uint8_t sha256[SHA256_BYTES], char out[NAMES_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = digits[sha256[i] >> 4];
        out[2 * i + 1] = digits[sha256[i] & 15];
    }
    out[NAMES_DIGITS] = '\0';
}

static size_t hex_digits(const char *text)
{
    size_t n = 0;

    while (number_hex_digit((uint8_t)text[n]) >= 0)
        n++;
    return n;
}

static size_t decimal_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* What follows UID-N; NULL: it does not begin so. */
static const char *after_message(const char *name)
{
    size_t n;

    if (hex_digits(name) != UID_DIGITS || name[UID_DIGITS] != '-')
        return NULL;
    name += UID_DIGITS + 1;
    n = decimal_digits(name);
    return n ? name + n : NULL;
}

static bool is_end(const char *text)
{
    return !*text || !strcmp(text, PART);
}

static bool is_suffix(const char *text, const char *const *suffixes)
{
    for (; *suffixes; suffixes++)
        if (!strncmp(text, *suffixes, strlen(*suffixes)) && is_end(text + strlen(*suffixes)))
            return true;
    return false;
}

/* AS64496.ecs.ndjson, none-UID-N.xarf.json */
static bool is_of_network(const char *name)
{
    static const char *const of_network[] = {NAMES_ECS, NAMES_STIX, NULL};
    static const char *const of_message[] = {NAMES_XARF, NAMES_ARF, NULL};
    size_t n;

    if (!strncmp(name, "none", 4)) {
        name += 4;
    } else {
        n = strncmp(name, "AS", 2) ? 0 : decimal_digits(name + 2);
        if (!n)
            return false;
        name += 2 + n;
    }
    if (*name != '-')
        return is_suffix(name, of_network);
    name = after_message(name + 1);
    return name && is_suffix(name, of_message);
}

/* 3a6bf442-0705-5501-873d-7eca6622ed0e.json */
static bool is_event(const char *name)
{
    static const char *const json[] = {".json", NULL};
    static const unsigned groups[] = {8, 4, 4, 4, 12};

    for (unsigned i = 0; i < sizeof groups / sizeof *groups; i++) {
        if ((i && *name++ != '-') || hex_digits(name) != groups[i])
            return false;
        name += groups[i];
    }
    return is_suffix(name, json);
}

/* abuseipdb-1.csv */
static bool is_part(const char *name)
{
    static const char *const csv[] = {".csv", NULL};
    size_t n = strlen(NAMES_ABUSEIPDB);

    if (strncmp(name, NAMES_ABUSEIPDB, n) != 0 || !decimal_digits(name + n))
        return false;
    return is_suffix(name + n + decimal_digits(name + n), csv);
}

bool name_is_ours(const char *name)
{
    static const char *const others[] = {NAMES_MBOX ".mbox", NAMES_IOCS,     NAMES_INDEX,
                                         NAMES_LIST,         NAMES_MANIFEST, NULL};
    const char *after = after_message(name);

    if (after && !strncmp(after, ".eml", 4))
        return is_end(after + 4);
    if (hex_digits(name) == NAMES_DIGITS)
        return is_end(name + NAMES_DIGITS);
    return is_suffix(name, others) || is_of_network(name) || is_event(name) || is_part(name);
}

bool name_is_maildir(const char *name)
{
    size_t n;

    name += *name == '-'; /* before 1970 */
    n = decimal_digits(name);
    if (!n || name[n] != '.')
        return false;
    name = after_message(name + n + 1);
    return name && !strncmp(name, MARK, strlen(MARK)) &&
           (!name[strlen(MARK)] || name[strlen(MARK)] == ':');
}
