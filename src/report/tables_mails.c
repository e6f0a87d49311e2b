/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of what mails say, as descriptions: adding one is a description here and its line in
 * `tables_mails`. */
#include "report/derive.h"
#include "report/descriptions.h"

/* ---- links and attachments: of rows of their own, several an email ---- */

#define PART_COLUMNS(file)                                                                         \
    COUNT_OF("emails", "Emails", PART_EMAILS, file, "uid"),                                        \
        PERCENT_OF("percent", PART_EMAILS, WHOLE_EMAILS, file, "uid")

static const struct ranking_column link_domain_columns[] = {
    RANK,
    CELL("domain", "Domain", CELL_KEY, 0),
    PART_COLUMNS("urls"),
    COUNT("links", "Links", PART_ROWS),
    PERCENT("links_percent", PART_ROWS, WHOLE_LINKS),
    END,
};

static const struct ranking link_domains = {
    .id = "link_domains",
    .title = "Domains of links",
    .columns = link_domain_columns,
    .counter = IN(link_domains),
    .numbers = PART_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_WITH,
    .with = WITH_LINKS,
};

static const struct ranking_column shown_link_columns[] = {
    RANK,
    CELL("shown_host", "Shown", CELL_KEY, 0),
    CELL("host", "Goes to", CELL_KEY, 1),
    PART_COLUMNS("urls"),
    COUNT("links", "Links", PART_ROWS),
    END,
};

static const struct ranking shown_links = {
    .id = "shown_links",
    .title = "Links whose text names another host",
    .columns = shown_link_columns,
    .counter = IN(shown_links),
    .numbers = PART_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_WITH,
    .with = WITH_SHOWN,
};

#define ATTACHED_COLUMNS PART_COLUMNS("attachments"), COUNT("attachments", "Attachments", PART_ROWS)

static const struct ranking_column attachment_type_columns[] = {
    RANK, CELL("type", "Type", CELL_KEY, 0), CELL("by", "By", CELL_KEY, 1), ATTACHED_COLUMNS, END,
};

static const struct ranking attachment_types = {
    .id = "attachment_types",
    .title = "Types of attachments",
    .columns = attachment_type_columns,
    .counter = IN(attached_types),
    .numbers = PART_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_WITH,
    .with = WITH_ATTACHMENTS,
};

static const struct ranking_column attachment_name_columns[] = {
    RANK,
    CELL("extension", "Extension", CELL_KEY, 0),
    ATTACHED_COLUMNS,
    END,
};

static const struct ranking attachment_names = {
    .id = "attachment_names",
    .title = "Name extensions of attachments",
    .columns = attachment_name_columns,
    .counter = IN(attached_names),
    .numbers = PART_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_FIRST,
};

/* ---- of what each email has one ---- */

#define MAIL_COLUMNS                                                                               \
    COUNT("emails", "Emails", MAILS_EMAILS), PERCENT("percent", MAILS_EMAILS, WHOLE_EMAILS),       \
        RECIPIENTS(MAILS_RECIPIENTS)

/* With those of which it is not known, where it is known of any. */
#define ONE_EACH(name, table_title, key, key_title)                                                \
    static bool any_##key(const struct tally *t)                                                   \
    {                                                                                              \
        return derive_known(&t->name) > 0;                                                         \
    }                                                                                              \
    static const struct ranking_column name##_columns[] = {                                        \
        RANK,                                                                                      \
        CELL(#key, key_title, CELL_KEY, 0),                                                        \
        MAIL_COLUMNS,                                                                              \
        END,                                                                                       \
    };                                                                                             \
    static const struct ranking name = {                                                           \
        .id = #name,                                                                               \
        .title = table_title,                                                                      \
        .columns = name##_columns,                                                                 \
        .counter = IN(name),                                                                       \
        .numbers = MAILS_NUMBERS,                                                                  \
        .rows = ROWS_COUNTED,                                                                      \
        .note = NOTE_SHARE_MOST,                                                                   \
        .whole = WHOLE_EMAILS,                                                                     \
        .wanted = any_##key,                                                                       \
    }

ONE_EACH(languages, "Languages", language, "Language");
ONE_EACH(charsets, "Charsets", charset, "Charset");
ONE_EACH(mailers, "Mailers", mailer, "Mailer");

/* ---- of what an email has several or none ---- */

static const struct ranking_column tag_columns[] = {
    RANK,
    CELL("tag", "Tag", CELL_KEY, 0),
    MAIL_COLUMNS,
    END,
};

static const struct ranking tags = {
    .id = "tags",
    .title = "Tags",
    .columns = tag_columns,
    .counter = IN(tags),
    .numbers = MAILS_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_WITH,
    .with = WITH_TAGS,
};

static const struct ranking_column probe_columns[] = {
    RANK, CELL("form", "Form", CELL_KEY, 0), CELL("place", "Place", CELL_KEY, 1), MAIL_COLUMNS, END,
};

static const struct ranking probes = {
    .id = "probes",
    .title = "Probes for open proxies and relays",
    .columns = probe_columns,
    .counter = IN(probes),
    .numbers = MAILS_NUMBERS,
    .rows = ROWS_COUNTED,
    .note = NOTE_WITH,
    .with = WITH_PROBES,
};

/* ---- what was sent more than once ---- */

static const struct ranking_column message_columns[] = {
    RANK,
    CELL("body_sha256", "SHA-256 of the body", CELL_KEY, 0),
    COUNT("emails", "Emails", BODY_EMAILS),
    PERCENT("percent", BODY_EMAILS, WHOLE_EMAILS),
    RECIPIENTS(BODY_RECIPIENTS),
    COUNT("sources", "Sources", BODY_SOURCES),
    CELL("first", "First (UTC)", CELL_TIME, BODY_FIRST),
    CELL("last", "Last (UTC)", CELL_TIME, BODY_LAST),
    {"size", "Size", CELL_FACT_COUNT, MESSAGE_SIZE, 0, "B", NULL, NULL, false},
    CELL("mail_from", "First sender", CELL_FACT_MAILBOX, MESSAGE_MAIL_FROM),
    CELL("subject", "First subject", CELL_FACT, MESSAGE_SUBJECT),
    END,
};

static const struct ranking messages = {
    .id = "messages",
    .title = "Messages by body",
    .columns = message_columns,
    .counter = IN(messages),
    .numbers = BODY_RANKED,
    .rows = ROWS_REPEATED,
    .note = NOTE_REPEATED,
    .whole = WHOLE_EMAILS,
};

/* ---- all of them, in their order ---- */

const struct ranking *const tables_mails[] = {
    &link_domains, &shown_links, &attachment_types, &attachment_names, &languages, &charsets,
    &mailers,      &tags,        &probes,           &messages,         NULL,
};
