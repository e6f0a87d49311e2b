/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of what mails say, as descriptions: adding one is a description here and its line in
 * `tables_mails`. */
#include "report/descriptions.h"

SIMPLE(link_domains, "Domains of links", "domain", "Domain", "links", "Links", WHOLE_LINKS);
SIMPLE(languages, "Languages", "language", "Language", "emails", "Emails", WHOLE_EMAILS);
SIMPLE(tags, "Tags", "tag", "Tag", "emails", "Emails", WHOLE_EMAILS);

static const struct ranking_column message_columns[] = {
    RANK,
    CELL("body_sha256", "SHA-256 of the body", CELL_KEY, 0),
    COUNT("emails", "Emails", MAILS_EMAILS),
    PERCENT("percent", MAILS_EMAILS, WHOLE_EMAILS),
    RECIPIENTS(MAILS_RECIPIENTS),
    {"size", "Size", CELL_FACT_COUNT, MESSAGE_SIZE, 0, "B", NULL, NULL},
    CELL("mail_from", "First sender", CELL_FACT, MESSAGE_MAIL_FROM),
    CELL("subject", "First subject", CELL_FACT, MESSAGE_SUBJECT),
    END,
};

static const struct ranking messages = {
    .id = "messages",
    .title = "Messages by body",
    .columns = message_columns,
    .counter = IN(messages),
    .numbers = MAILS_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_SHARE_MOST,
    .whole = WHOLE_EMAILS,
};

const struct ranking *const tables_mails[] = {&link_domains, &languages, &tags, &messages, NULL};
