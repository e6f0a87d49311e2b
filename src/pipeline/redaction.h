/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --redact and --redact-key say, and the key. */
#ifndef POTSHERD_PIPELINE_REDACTION_H
#define POTSHERD_PIPELINE_REDACTION_H

#include "base/log.h"
#include "potsherd/options.h"
#include "potsherd/redact.h"

/* Reads the key, or makes one. */
bool redaction_load(const struct options *options, struct redact_policy *out, struct failure *why);

#endif
