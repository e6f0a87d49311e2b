/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/login_rows.h"

#include "record/trace_cells.h"

void login_row(struct record_trace *t, const struct event *event)
{
    struct rows *w = &t->recorder->files[RECORD_LOGINS].rows;
    const struct login *login = event->login;

    rows_begin(w);
    rows_time(w, LOGINS_ts, login->ts);
    trace_put_uid(w, LOGINS_uid, t);
    rows_uint(w, LOGINS_login_n, ++t->logins);
    trace_put_who(w, LOGINS_sensor, LOGINS_service, LOGINS_src_as_name, t);
    rows_word(w, LOGINS_module, module_name(event->module));
    rows_uint(w, LOGINS_depth, event->depth + 1);
    rows_text(w, LOGINS_mechanism, login->mechanism);
    rows_text(w, LOGINS_user, login->user);
    rows_text(w, LOGINS_password, login->password);
    if (login->accepted != VERDICT_NONE)
        rows_bool(w, LOGINS_accepted, login->accepted == VERDICT_YES);
    if (login->reply != REPLY_NONE)
        rows_uint(w, LOGINS_reply, (uint64_t)login->reply);
    rows_end(w);
}

void refusal_row(struct record_trace *t, const struct refusal *r)
{
    struct rows *w = &t->recorder->files[RECORD_REFUSALS].rows;

    redact_recipients(t->recorder->redact, r->first_rcpt);
    rows_begin(w);
    rows_time(w, REFUSALS_ts, r->ts);
    trace_put_uid(w, REFUSALS_uid, t);
    rows_uint(w, REFUSALS_refusal_n, ++t->refusals);
    trace_put_who(w, REFUSALS_sensor, REFUSALS_service, REFUSALS_src_as_name, t);
    rows_word(w, REFUSALS_module, module_name(r->module));
    if (r->target && trace_has_target(r->target)) {
        rows_text(w, REFUSALS_target_host, r->target->host);
        rows_ip(w, REFUSALS_target_ip, &r->target->ip);
        rows_uint(w, REFUSALS_target_port, r->target->port);
    }
    rows_text(w, REFUSALS_helo, r->helo);
    rows_text(w, REFUSALS_auth_user, r->auth_user);
    rows_text(w, REFUSALS_mail_from, r->from.n ? r->from : bytes_of("<>"));
    rows_uint(w, REFUSALS_rcpt_count, r->recipients);
    rows_uint(w, REFUSALS_rcpt_rejected, r->rejected);
    rows_text(w, REFUSALS_first_rcpt, r->first_rcpt);
    if (r->reply != REPLY_NONE)
        rows_uint(w, REFUSALS_reply, (uint64_t)r->reply);
    rows_end(w);
}
