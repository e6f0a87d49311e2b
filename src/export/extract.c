/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run: what is selected, into a folder, in one of the forms. */
#include "export/extract.h"

#include <glib.h>
#include <string.h>

static const struct mail_form *const forms[] = {&form_eml, &form_mbox, &form_maildir,
                                                &form_attachments};

static const struct mail_form *form_called(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
        if (!strcmp(forms[i]->name, name))
            return forms[i];
    return NULL;
}

static bool write_out(struct extraction *e)
{
    e->form = form_called(e->options->options->to);
    return e->form ? extract_mails(e) : extract_iocs(e);
}

static int run(struct extraction *e, struct failure *failure)
{
    const struct options *o = e->options->options;
    bool good;

    if (!record_set_list(&e->set, o, failure))
        return 1;
    good = out_open(&e->out, o->output, o->force) && write_out(e);
    if (out_failed(&e->out))
        *failure = e->out.failure;
    good = record_set_is_whole(&e->set) && good;
    good = filters_are_decided(e->selection.filters) && good;
    return !good || out_failed(&e->out);
}

int extract_run(const struct export_options *options, struct failure *failure)
{
    struct extraction e = {.options = options, .out = {.fd = -1}};
    int result = 2;

    e.selection.filters = filters_new(options, failure);
    if (e.selection.filters)
        result = run(&e, failure);
    selection_fini(&e.selection);
    record_set_fini(&e.set);
    out_close(&e.out);
    filters_free(e.selection.filters);
    return result;
}
