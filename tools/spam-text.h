/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mails of made-up campaigns say, in nine languages, as UTF-8. */
#ifndef TOOLS_SPAM_TEXT_H
#define TOOLS_SPAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { SPAM_LANGUAGES = 9, SPAM_CHARSETS = 3 };

struct spam_charset {
    const char *name;  /* as mails have it */
    const char *iconv; /* as iconv has it */
    bool eight_bit;
};

struct spam_list {
    const char *const *texts;
    size_t count;
};

struct spam_language {
    unsigned share; /* of 100 campaigns */
    bool latin;     /* written with the letters of ASCII and some more */
    struct spam_list sentences;
    struct spam_list subjects, offers; /* # stands for a name */
    const char *click;                 /* the text of a link */
    const struct spam_charset *charsets[SPAM_CHARSETS];
};

extern const struct spam_language spam_languages[SPAM_LANGUAGES]; /* their shares add up to 100 */

#endif
