/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipeline/redaction.h"

#include <string.h>
#include <sys/random.h>

#define RANDOM_BYTES 32

static enum redact_level level_of(const char *name)
{
    static const char *const names[] = {
        [REDACT_RECIPIENTS] = "recipients",
        [REDACT_ADDRESSES] = "addresses",
        [REDACT_CONTENT] = "content",
    };

    for (int level = REDACT_RECIPIENTS; name && level <= REDACT_CONTENT; level++)
        if (!strcmp(name, names[level]))
            return level;
    return REDACT_NOTHING;
}

bool redaction_load(const struct options *options, struct redact_policy *out, struct failure *why)
{
    *out = (struct redact_policy){.level = level_of(options->redact)};
    if (out->level == REDACT_NOTHING)
        return true;
    if (options->redact_key)
        return redact_key_load(options->redact_key, out, why);
    out->key_bytes = RANDOM_BYTES;
    if (getrandom(out->key, RANDOM_BYTES, 0) != RANDOM_BYTES)
        log_panic("no random numbers for the key");
    if (!options->quiet)
        log_info("--redact without --redact-key: the key is of this run alone, and its hashes "
                 "match those of no other");
    return true;
}
