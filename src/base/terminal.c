/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_USUAL 80 /* of a terminal that does not say */

unsigned terminal_width(int fd)
{
    struct winsize size = {0};

    if (!isatty(fd))
        return 0;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : WIDTH_USUAL;
}

/* https://no-color.org: set to anything but nothing. */
bool terminal_has_colour(int fd)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return !(no && *no) && term && *term && strcmp(term, "dumb") != 0 && isatty(fd);
}

/* The program itself stays in the locale C: what it writes into files is the same everywhere. */
bool terminal_has_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool has;

    if (!locale)
        return false;
    has = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
    freelocale(locale);
    return has;
}
