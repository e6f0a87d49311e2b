/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indicators: values of a kind, how often each was seen, first and last.  Strangers choose them, so
 * the table is hashed under a secret and has caps; what they keep out is counted.
 * Memory: a value's bytes and 60 to 130 more.
 */
#ifndef POTSHERD_EXPORT_IOC_TABLE_H
#define POTSHERD_EXPORT_IOC_TABLE_H

#include "base/buf.h"
#include "base/siphash.h"
#include "potsherd/time.h"

#define IOCS_MAX   (UINT32_C(1) << 23) /* values */
#define IOCS_BYTES (UINT64_C(2) << 30) /* of all of them */

struct ioc {
    uint64_t at, n; /* the value, in `values`; n 0: none */
    unsigned kind;
    uint64_t count;
    time_us first, last;
};

struct ioc_table { /* zero it first */
    struct ioc *places;
    size_t room, count; /* room: a power of two, or 0 */
    struct buf values;
    struct siphash_key secret;
    uint64_t most, most_bytes; /* in tests; 0: the caps above */
    uint64_t left_out;         /* sightings of values that had no room */
};

void ioc_table_fini(struct ioc_table *t);
void ioc_table_add(struct ioc_table *t, unsigned kind, struct bytes value, time_us ts);
/* By kind, then by the bytes of their values; after this nothing is added.  How many. */
size_t ioc_table_sort(struct ioc_table *t);
const struct ioc *ioc_table_nth(const struct ioc_table *t, size_t i);
struct bytes ioc_value(const struct ioc_table *t, const struct ioc *ioc);

#endif
