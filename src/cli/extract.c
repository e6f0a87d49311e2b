/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd extract: the options, and then src/export. */
#include <string.h>

#include "base/log.h"
#include "cli/period.h"
#include "potsherd/export.h"
#include "potsherd/mail_process.h"

/* Before any thread: attachments are read by a process that can do nothing else. */
static int run(const struct options *options, struct export_options *how, struct failure *why)
{
    const struct mail_setup setup = {.rules = NULL};
    struct mail_process *mail;
    int result;

    if (strcmp(options->to, "attachments") != 0)
        return extract_run(how, why);
    mail = mail_process_start(&setup, why);
    if (!mail)
        return 1;
    how->mail = mail_process_fresh;
    how->mail_context = mail;
    how->mail_place = mail_process_place(mail);
    result = extract_run(how, why);
    mail_process_end(mail);
    return result;
}

int command_extract(const struct options *options)
{
    const struct command *command = command_find("extract");
    struct failure why = {""};
    struct period period;
    int result;

    if (!options->to)
        return usage_error(command, "--to: say what to write: eml, mbox, maildir, attachments or "
                                    "iocs");
    if (!options->output)
        return usage_error(command, "-o: say which folder to write to");
    result = period_parse(command, options, &period);
    if (result >= 0)
        return result;
    result = run(options,
                 &(struct export_options){.options = options,
                                          .since = period.since,
                                          .until = period.until,
                                          .has_since = period.has_since,
                                          .has_until = period.has_until},
                 &why);
    if (result == 2)
        return usage_error(command, "%s", why.text);
    if (why.text[0])
        log_warn("%s", why.text);
    return result;
}
