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

bool name_is_ours(const char *name)
{
    static const char *const others[] = {NAMES_MBOX ".mbox", NAMES_IOCS, NAMES_INDEX};
    const char *after = after_message(name);

    if (after && !strncmp(after, ".eml", 4))
        return is_end(after + 4);
    if (hex_digits(name) == NAMES_DIGITS)
        return is_end(name + NAMES_DIGITS);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strncmp(name, others[i], strlen(others[i])) && is_end(name + strlen(others[i])))
            return true;
    return false;
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
