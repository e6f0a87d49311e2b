/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between parser and mail worker, in the byte order of the machine; neither believes the other. */
#ifndef POTSHERD_MAIL_WORKER_LINK_H
#define POTSHERD_MAIL_WORKER_LINK_H

#include <stdint.h>

#include "potsherd/mail.h"

#define MAIL_CELL_MAX (512 * 1024) /* bytes: a header's value of three bytes a byte, and room */

struct mail_request { /* `n` bytes follow */
    uint32_t n;
};

struct mail_answer { /* the cells' bytes follow */
    uint32_t flags;
    uint32_t n[MAIL_CELLS];
};

#endif
