/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of what `extract` and `share` write, made of keys and hashes; and whether a name is one
 * of them, for who removes what an earlier run left.  Pure. */
#ifndef POTSHERD_EXPORT_NAMES_H
#define POTSHERD_EXPORT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "potsherd/time.h"

#define NAMES_MBOX      "mails" /* .mbox */
#define NAMES_IOCS      "iocs.csv"
#define NAMES_INDEX     "index.csv"
#define NAMES_TEXT      64 /* room for any of these names, with ".part" */
#define NAMES_LIST      "list.csv"
#define NAMES_ABUSEIPDB "abuseipdb-" /* 1.csv, 2.csv, ... */
#define NAMES_MANIFEST  "manifest.json"
/* Behind the network, AS64496 or none: */
#define NAMES_ECS  ".ecs.ndjson"
#define NAMES_STIX ".stix.json"
/* ... and the message: */
#define NAMES_XARF    ".xarf.json"
#define NAMES_ARF     ".arf.eml"
#define NAMES_DIGITS  (2 * SHA256_BYTES)
#define NAMES_MESSAGE 32 /* room for UID-N */

extern const char *const names_maildir[]; /* tmp, new, cur; NULL */

void names_message(uint64_t uid, uint32_t n, char out[NAMES_MESSAGE]); /* "0123456789abcdef-1" */
/* "1149897600.0123456789abcdef-1.potsherd", the same for a message at each run. */
void names_in_maildir(time_us ts, const char *message, char out[NAMES_TEXT]);
void names_hash(const uint8_t sha256[SHA256_BYTES], char out[NAMES_DIGITS + 1]);

bool name_is_ours(const char *name); /* in the folder itself */
bool name_is_maildir(
    const char *name); /* in one of names_maildir, also with the flags of a reader */

#endif
