/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames into pcap files: the evidence of --save-pcap, and what --dry-run sends.
 * Written by hand, since the format is 24 and 16 bytes of header.
 *
 * In a folder the files rotate by size and age and bear ".part" until they are
 * whole; what an earlier run left unfinished is finished first.  Frames of another
 * link type go into a file of their own beside it.  A full disk, or a file that somebody
 * removes meanwhile, loses frames, counted, and is tried again: it never stops the caller,
 * and nothing is ever written over.
 * The one file of pcapfile_open takes one link type and keeps its first error.
 */
#ifndef POTSHERD_PCAPFILE_H
#define POTSHERD_PCAPFILE_H

#include "base/log.h"
#include "potsherd/packet.h"

#define PCAPFILE_BYTES_MAX (UINT64_C(256) << 20)
#define PCAPFILE_AGE_MAX   (3600 * TIME_SECOND)

struct pcapfile;

/* Files NAME-YYYYMMDDTHHMMSSZ.pcap in `folder`, which is made if need be; -1, -2, ...
 * before .pcap where that is taken.  One process at a time may have a name. */
struct pcapfile *pcapfile_new(const char *folder, const char *name, struct failure *why);
/* Finishes what earlier runs left of NAME and, of several jobs, NAME.0, NAME.1, ...
 * (pcapfile_new does so, too; but a job does not know how many there were before). */
bool pcapfile_repair(const char *folder, const char *name, struct failure *why);
/* The one file `path`, emptied; 0640, no link, and without a second name. */
struct pcapfile *pcapfile_open(const char *path, struct failure *why);
int pcapfile_descriptor(const struct pcapfile *f); /* of the one file */
void pcapfile_put(struct pcapfile *f, const struct frame *frame);
void pcapfile_flush(struct pcapfile *f);          /* about once a second */
uint64_t pcapfile_lost(const struct pcapfile *f); /* frames; NULL: 0 */
/* No more frames come: the files get their final names.  NULL is fine. */
void pcapfile_finish(struct pcapfile *f);
/* NULL: all well.  In a folder: of the first file that could not be finished; it was logged,
 * and saving goes on. */
const struct failure *pcapfile_failure(const struct pcapfile *f);
void pcapfile_close(struct pcapfile *f); /* NULL is fine */

#endif
