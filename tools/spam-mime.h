/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail of a made-up campaign as MIME. */
#ifndef TOOLS_SPAM_MIME_H
#define TOOLS_SPAM_MIME_H

#include "mails.h"
#include "spam-content.h"

void spam_mime_write(const struct spam_plan *plan, struct spam_content *content, struct mail *mail);
/* What a reader of it sees, in the order of its parts, with blanks between.  UTF-8, ended by 0. */
const char *spam_mime_visible(const struct spam_content *content);

#endif
