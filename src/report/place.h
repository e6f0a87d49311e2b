/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Country and AS of an address as the cells that a record of today would have,
 * by the databases that are open (potsherd/geo.h).
 */
#ifndef POTSHERD_REPORT_PLACE_H
#define POTSHERD_REPORT_PLACE_H

#include "base/buf.h"

struct place { /* all zero to begin with */
    struct buf cc, asn, as_name;
};

void place_find(struct place *place, struct bytes ip); /* not an address: all empty */
void place_fini(struct place *place);

#endif
