/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/smtp_refusal.h"

#include "base/mem.h"
#include "proto/request.h"

void smtp_refusal_forget(struct smtp_refusal *r)
{
    mem_free((void *)(uintptr_t)r->from.at);
    mem_free((void *)(uintptr_t)r->first_rcpt.at);
    *r = (struct smtp_refusal){.reply = REPLY_NONE};
}

static void note_code(struct smtp_refusal *r, int code)
{
    if (code >= 400)
        r->reply = code;
}

void smtp_refusal_begin(struct smtp_refusal *r, struct bytes from, time_us ts, int code)
{
    smtp_refusal_forget(r);
    r->open = true;
    r->ts = ts;
    request_keep(&r->from, from);
    note_code(r, code);
}

void smtp_refusal_recipient(struct smtp_refusal *r, struct bytes path, int code)
{
    if (!r->open)
        return;
    if (!r->recipients++)
        request_keep(&r->first_rcpt, path);
    r->rejected += code >= 400;
    note_code(r, code);
}

void smtp_refusal_data(struct smtp_refusal *r, int code)
{
    note_code(r, code);
}

void smtp_refusal_end(struct layer *l, struct smtp_refusal *r, struct bytes helo,
                      struct bytes auth_user)
{
    struct refusal refusal = {.ts = r->ts,
                              .module = l->opened_by ? l->opened_by->module : MODULE_SMTP,
                              .target = l->opened_by ? &l->opened_by->target : NULL,
                              .helo = helo,
                              .auth_user = auth_user,
                              .from = r->from,
                              .first_rcpt = r->first_rcpt,
                              .recipients = r->recipients,
                              .rejected = r->rejected,
                              .reply = r->reply};
    struct event event = {.type = EVENT_REFUSAL, .module = refusal.module, .refusal = &refusal};

    if (r->open)
        layer_emit(l, &event);
    smtp_refusal_forget(r);
}

size_t smtp_refusal_held(const struct smtp_refusal *r)
{
    return r->from.n + r->first_rcpt.n;
}
