/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd extract: the options, and then src/export. */
#include <string.h>

#include "cli/exporting.h"
#include "potsherd/mail_process.h"

/* Before any thread: attachments are read by a process that can do nothing else. */
static int run(const struct export_options *how, struct failure *why)
{
    const struct mail_setup setup = {.rules = NULL};
    struct export_options with_mail = *how;
    struct mail_process *mail;
    int result;

    if (strcmp(how->options->to, "attachments") != 0)
        return extract_run(how, why);
    mail = mail_process_start(&setup, why);
    if (!mail)
        return 1;
    with_mail.mail = mail_process_fresh;
    with_mail.mail_context = mail;
    with_mail.mail_place = mail_process_place(mail);
    result = extract_run(&with_mail, why);
    mail_process_end(mail);
    return result;
}

int command_extract(const struct options *options)
{
    const struct command *command = command_find("extract");

    if (!options->to)
        return usage_error(command, "--to: say what to write: eml, mbox, maildir, attachments or "
                                    "iocs");
    if (!options->output)
        return usage_error(command, "-o: say which folder to write to");
    return export_with("extract", options, run);
}
