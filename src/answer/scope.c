/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/scope.h"

/* No host can be reached by these, or every host would be. */
static bool is_reserved(const struct prefix *p)
{
    const uint8_t *b = p->address.bytes;

    if (!p->length)
        return true;
    if (p->address.family == 4)
        return b[0] >= 224 || b[0] == 0;
    return b[0] == 0xff;
}

bool scope_add(struct scope *scope, const char *text, struct failure *why)
{
    struct prefix p;

    if (scope->n == SCOPE_MAX)
        return failure_set(why, "more than %d addresses; give prefixes", SCOPE_MAX);
    if (!prefix_parse(bytes_of(text), &p, why))
        return false;
    if (is_reserved(&p))
        return failure_set(why, "%s: not an address that a host can have", text);
    scope->list[scope->n++] = p;
    return true;
}

bool scope_has(const struct scope *scope, const struct address *address)
{
    for (unsigned i = 0; i < scope->n; i++)
        if (prefix_has(&scope->list[i], address))
            return true;
    return false;
}
