/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/recent.h"

#include "base/mem.h"
#include "report/seen.h"

/* What is new goes into one set; when that is full, the other one is emptied and takes its place,
 * so the last RECENT_LEAST are always in one of them. */
struct recent {
    struct seen *current, *older;
};

struct recent *recent_new(void)
{
    struct recent *r = MEM_NEW(struct recent);

    r->current = seen_new(RECENT_LEAST);
    r->older = seen_new(RECENT_LEAST);
    return r;
}

void recent_free(struct recent *r)
{
    seen_free(r->current);
    seen_free(r->older);
    mem_free(r);
}

void recent_clear(struct recent *r)
{
    seen_clear(r->current);
    seen_clear(r->older);
}

bool recent_add(struct recent *r, uint64_t hash)
{
    enum seen_answer answer = seen_add(r->current, hash);

    if (answer == SEEN_FULL) {
        struct seen *full = r->current;

        r->current = r->older;
        r->older = full;
        seen_clear(r->current);
        answer = seen_add(r->current, hash);
    }
    return answer == SEEN_FIRST && !seen_has(r->older, hash);
}
