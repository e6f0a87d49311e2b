// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/language.h"

#include <cstdio> // which the next one lacks

#include <cld2/public/compact_lang_det.h>

const char *language_of(const char *text, size_t n)
{
    bool reliable = false;
    CLD2::Language language = CLD2::DetectLanguage(text, static_cast<int>(n), true, &reliable);

    if (!reliable || language == CLD2::UNKNOWN_LANGUAGE)
        return nullptr;
    return CLD2::LanguageCode(language);
}
