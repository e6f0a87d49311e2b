/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of `extract` have in common: the run, a mail, and a form that mails are written
 * in. */
#ifndef POTSHERD_EXPORT_EXTRACT_H
#define POTSHERD_EXPORT_EXTRACT_H

#include "export/envelopes.h"
#include "export/line_ends.h"
#include "export/names.h"
#include "export/out.h"
#include "export/selection.h"
#include "potsherd/export.h"
#include "potsherd/payload.h"

struct mail_form;

struct extraction {
    const struct export_options *options;
    struct record_set set;
    struct selection selection;
    struct out_folder out;
    /* of mails: */
    const struct mail_form *form;
    void *state; /* the form's own */
    struct envelopes envelopes;
    uint64_t written;  /* mails */
    uint64_t differed; /* payloads that are not those of emails.csv: not written */
};

struct mail { /* with its payload */
    uint64_t uid;
    uint32_t n;
    char name[NAMES_MESSAGE]; /* UID-N */
    time_us ts;
    const struct envelope *envelope;
    struct payload *payload;
    char sha256[NAMES_DIGITS + 1]; /* of the payload */
    enum line_ends line_ends;
    bool open_end; /* its last line has no line end */
};

struct mail_form {
    const char *name; /* of --to */
    bool recipients;  /* are wanted in the envelope */
    bool (*begin)(struct extraction *e);
    bool (*put)(struct extraction *e, const struct mail *mail); /* false: no more can be written */
    bool (*end)(struct extraction *e);                          /* also after a failure */
    bool says;                                                  /* `end` says what was written */
};

extern const struct mail_form form_eml, form_mbox, form_maildir, form_attachments;

/* The selected mails, in one of these forms.  What went wrong is in e->out or was said; true: all
 * that could be selected was written. */
bool extract_mails(struct extraction *e);

/* Steps of it, for `share`: recipients and payloads of the messages in e->envelopes.  A payload is
 * put by e->form unless its key has: */
#define EXTRACT_DONE 1u /* it was put */
void extract_note_recipients(struct extraction *e);
void extract_payloads(struct extraction *e);
/* The first failure of the envelopes' file becomes that of the folder. */
bool extract_envelopes_failed(struct extraction *e);
void extract_say_differing(const struct extraction *e);

/* Indicators of the selected rows. */
bool extract_iocs(struct extraction *e);

#endif
