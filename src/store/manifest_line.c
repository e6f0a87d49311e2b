/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of SHA256SUMS, which a stranger may have written. */
#include <glib.h>
#include <string.h>

#include "potsherd/manifest.h"

#define HEX_DIGITS (2 * MANIFEST_SUM_BYTES)

static bool read_sum(struct bytes line, uint8_t sum[MANIFEST_SUM_BYTES])
{
    if (line.n < HEX_DIGITS)
        return false;
    for (size_t i = 0; i < MANIFEST_SUM_BYTES; i++) {
        int high = g_ascii_xdigit_value((char)line.at[2 * i]);
        int low = g_ascii_xdigit_value((char)line.at[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        sum[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static const char *fault_of_name(struct bytes name)
{
    if (!name.n)
        return "no name";
    if (name.n >= MANIFEST_FILE_ROOM)
        return "the name is too long";
    if (memchr(name.at, '/', name.n))
        return "the name leads out of the folder";
    for (size_t i = 0; i < name.n; i++)
        if (name.at[i] < 0x20 || name.at[i] == 0x7f)
            return "the name has a control character in it";
    if ((name.n == 1 && name.at[0] == '.') || (name.n == 2 && !memcmp(name.at, "..", 2)))
        return "the name is that of a folder";
    return NULL;
}

static bool take_name(struct bytes name, struct manifest_line *out, struct failure *why)
{
    const char *fault = fault_of_name(name);

    if (fault)
        return failure_set(why, "%s", fault);
    memcpy(out->file, name.at, name.n);
    out->file[name.n] = '\0';
    return true;
}

/* "# removed NAME: reason"; other remarks are anybody's. */
static bool parse_note(struct bytes line, struct manifest_line *out, struct failure *why)
{
    static const struct note {
        const char *begin;
        enum manifest_kind kind;
    } notes[] = {{"# removed ", MANIFEST_REMOVED}, {"# repaired ", MANIFEST_REPAIRED}};

    out->kind = MANIFEST_REMARK;
    for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
        size_t n = strlen(notes[i].begin);
        struct bytes reason;
        const uint8_t *colon;

        if (line.n < n || memcmp(line.at, notes[i].begin, n) != 0)
            continue;
        line = bytes_skip(line, n);
        colon = line.n ? memchr(line.at, ':', line.n) : NULL;
        if (!colon)
            return failure_set(why, "a note without a colon after the name");
        out->kind = notes[i].kind;
        reason = bytes_trim(bytes_skip(line, (size_t)(colon - line.at) + 1));
        memcpy(out->why, reason.at, MIN(reason.n, sizeof out->why - 1));
        return take_name((struct bytes){line.at, (size_t)(colon - line.at)}, out, why);
    }
    return true;
}

bool manifest_parse(struct bytes line, struct manifest_line *out, struct failure *why)
{
    memset(out, 0, sizeof *out);
    if (line.n > MANIFEST_LINE_MAX)
        return failure_set(why, "longer than %d bytes", MANIFEST_LINE_MAX);
    if (line.n && memchr(line.at, '\0', line.n))
        return failure_set(why, "a NUL byte");
    if (line.n && line.at[0] == '#')
        return parse_note(line, out, why);
    if (line.n && line.at[0] == '\\')
        return failure_set(why, "the name has a backslash or a line end in it");
    if (!read_sum(line, out->sum))
        return failure_set(why, "no SHA-256: 64 hexadecimal digits, two blanks, a name");
    line = bytes_skip(line, HEX_DIGITS);
    if (line.n < 2 || line.at[0] != ' ' || (line.at[1] != ' ' && line.at[1] != '*'))
        return failure_set(why, "no two blanks after the sum");
    out->kind = MANIFEST_SUM;
    return take_name(bytes_skip(line, 2), out, why);
}
