/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/uuid.h"

#define VERSION 5

void uuid_of_name(struct digest *d, const uint8_t space[UUID_BYTES], struct bytes name,
                  char out[UUID_TEXT_MAX])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[SHA1_BYTES];
    size_t n = 0;

    digest_begin(d, DIGEST_SHA1);
    digest_add(d, (struct bytes){space, UUID_BYTES});
    digest_add(d, name);
    digest_end(d, hash);
    hash[6] = (uint8_t)(VERSION << 4 | (hash[6] & 15));
    hash[8] = (uint8_t)(0x80 | (hash[8] & 0x3f)); /* the variant of RFC 9562 */
    for (unsigned i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[n++] = '-';
        out[n++] = digits[hash[i] >> 4];
        out[n++] = digits[hash[i] & 15];
    }
    out[n] = '\0';
}
