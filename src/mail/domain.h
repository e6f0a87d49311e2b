/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of hosts: in ASCII, and what of them was registered; the adapter of libpsl and libidn2. */
#ifndef POTSHERD_MAIL_DOMAIN_H
#define POTSHERD_MAIL_DOMAIN_H

#include "base/buf.h"
#include "base/log.h"

struct domains; /* the public suffix list */

/* The list of this file; NULL: the system's, or the one that libpsl brings.  NULL: `why`. */
struct domains *domains_open(const char *file, struct failure *why);
void domains_close(struct domains *d);
/* A name of other scripts becomes "xn--..."; one that is none stays as it is. */
void domain_to_ascii(struct buf *host);
/* "example.co.uk" of "www.example.co.uk"; empty: a public suffix itself. */
void domain_registered(const struct domains *d, struct buf *host, struct buf *out);

#endif
