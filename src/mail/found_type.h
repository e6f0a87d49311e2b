/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a file is by its first bytes, for those that mails are sent to bring: a media type, or NULL.
 * Pure.  libmagic knows thousands more, and takes a quarter of a megabyte of rules of its own
 * through a parser for them; what an incident handler asks here are a few dozen kinds.
 */
#ifndef POTSHERD_MAIL_FOUND_TYPE_H
#define POTSHERD_MAIL_FOUND_TYPE_H

#include "base/buf.h"

const char *found_type(struct bytes content);

#endif
