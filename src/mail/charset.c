/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/charset.h"

#include <ctype.h>
#include <errno.h>
#include <glib.h>
#include <iconv.h>
#include <string.h>

#include "base/mem.h"

#define NAME_MAX_BYTES 64

/* As mails name them, with what iconv calls them where it has another name.  A browser reads
 * several of them as a superset (WHATWG Encoding), and so do senders. */
static const struct {
    const char *name, *iconv;
} known[] = {
    {"utf-8", "UTF-8"},
    {"utf8", "UTF-8"},
    {"us-ascii", "WINDOWS-1252"},
    {"ascii", "WINDOWS-1252"},
    {"iso-8859-1", "WINDOWS-1252"},
    {"latin1", "WINDOWS-1252"},
    {"iso8859-1", "WINDOWS-1252"},
    {"windows-1252", "WINDOWS-1252"},
    {"cp1252", "WINDOWS-1252"},
    {"iso-8859-2", NULL},
    {"iso-8859-3", NULL},
    {"iso-8859-4", NULL},
    {"iso-8859-5", NULL},
    {"iso-8859-6", NULL},
    {"iso-8859-7", NULL},
    {"iso-8859-8", NULL},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "WINDOWS-1254"},
    {"iso-8859-10", NULL},
    {"iso-8859-11", "WINDOWS-874"},
    {"tis-620", "WINDOWS-874"},
    {"iso-8859-13", NULL},
    {"iso-8859-14", NULL},
    {"iso-8859-15", NULL},
    {"iso-8859-16", NULL},
    {"windows-874", NULL},
    {"windows-1250", NULL},
    {"windows-1251", NULL},
    {"cp1251", "WINDOWS-1251"},
    {"windows-1253", NULL},
    {"windows-1254", NULL},
    {"windows-1255", NULL},
    {"windows-1256", NULL},
    {"windows-1257", NULL},
    {"windows-1258", NULL},
    {"koi8-r", NULL},
    {"koi8-u", NULL},
    {"koi8-t", NULL},
    {"ibm437", NULL},
    {"ibm850", NULL},
    {"ibm852", NULL},
    {"ibm866", NULL},
    {"cp866", "IBM866"},
    {"macintosh", NULL},
    {"x-mac-roman", "MACINTOSH"},
    {"x-mac-cyrillic", "MAC-CYRILLIC"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"gb18030", NULL},
    {"cp936", "GB18030"},
    {"hz-gb-2312", "ISO-IR-165"},
    {"big5", "BIG5-HKSCS"},
    {"big5-hkscs", NULL},
    {"cp950", "BIG5-HKSCS"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"cp932", NULL},
    {"windows-31j", "CP932"},
    {"euc-jp", NULL},
    {"iso-2022-jp", "ISO-2022-JP-2"},
    {"iso-2022-jp-2", NULL},
    {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},
    {"cp949", NULL},
    {"iso-2022-kr", NULL},
    {"iso-2022-cn", NULL},
    {"euc-tw", NULL},
    {"viscii", NULL},
    {"utf-7", NULL},
    {"utf-16", NULL},
    {"utf-16le", NULL},
    {"utf-16be", NULL},
    {"utf-32", NULL},
};
#define KNOWN_COUNT (sizeof known / sizeof *known)

struct charsets {
    iconv_t converters[KNOWN_COUNT]; /* (iconv_t)-1: this system has none */
};

struct charsets *charsets_open(void)
{
    struct charsets *c = MEM_NEW(struct charsets);

    for (size_t i = 0; i < KNOWN_COUNT; i++)
        c->converters[i] = iconv_open("UTF-8", known[i].iconv ? known[i].iconv : known[i].name);
    return c;
}

void charsets_close(struct charsets *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (c->converters[i] != (iconv_t)-1)
            iconv_close(c->converters[i]);
    mem_free(c);
}

static iconv_t find(const struct charsets *c, struct bytes charset)
{
    charset = bytes_trim(charset);
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (bytes_equal_nocase(charset, known[i].name))
            return c->converters[i];
    return (iconv_t)-1;
}

/* --- converting --- */

/* Each turn takes a byte at least. */
static void convert(iconv_t converter, struct bytes text, struct buf *out)
{
    char *in = (char *)(uintptr_t)text.at;
    size_t left = text.n;

    iconv(converter, NULL, NULL, NULL, NULL);
    while (left) {
        char room[4096], *to = room;
        size_t free_bytes = sizeof room;
        size_t result = iconv(converter, &in, &left, &to, &free_bytes);

        buf_append(out, room, (size_t)(to - room));
        if (result != (size_t)-1 || errno == E2BIG || !left)
            continue;
        buf_append_text(out, "\xef\xbf\xbd");
        in++;
        left--;
    }
}

bool charset_convert(const struct charsets *c, struct bytes charset, struct bytes text,
                     struct buf *out)
{
    iconv_t converter = find(c, charset);

    if (converter == (iconv_t)-1)
        return false;
    convert(converter, text, out);
    return true;
}

void charset_guess(const struct charsets *c, struct bytes declared, struct bytes text,
                   struct buf *out)
{
    if (g_utf8_validate_len((const char *)text.at, text.n, NULL)) {
        buf_append(out, text.at, text.n);
        return;
    }
    if (bytes_equal_nocase(declared, "utf-8") || bytes_equal_nocase(declared, "utf8") ||
        !charset_convert(c, declared, text, out))
        (void)charset_convert(c, bytes_of("windows-1252"), text, out);
}
