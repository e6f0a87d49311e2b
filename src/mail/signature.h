/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A signature of what a mail says, by which near duplicates are found without its text: one
 * permutation MinHash (Li, Owen, Zhang: "One Permutation Hashing", NIPS 2012) of the triples of its
 * words.  Of two texts the share of bins that agree estimates the share of triples that they have
 * in common.  An empty bin takes the value of the next one that is not (Shrivastava, Li:
 * "Densifying One Permutation Hashing", ICML 2014).  Pure.
 *
 * A word is a run of letters, in lower case, or a number, whichever; or a character of a script
 * that is written without blanks.  The hash has no secret: signatures of all runs can be compared,
 * and who wants two texts to collide can make them.
 */
#ifndef POTSHERD_MAIL_SIGNATURE_H
#define POTSHERD_MAIL_SIGNATURE_H

#include "base/buf.h"

#define SIGNATURE_BINS        64 /* of a byte each, two digits */
#define SIGNATURE_WORDS_LEAST 10 /* of a shorter text there is none */

/* `prose`: as visible_prose gives it.  Sets `hex`. */
void signature_of(struct bytes prose, struct buf *hex);

#endif
