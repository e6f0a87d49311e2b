/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SipHash-2-4 against the vectors of its authors (reference implementation, vectors.h): key
 * and input are 0, 1, 2, ... */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/siphash.h"

static void the_authors_vectors(void **state)
{
    const struct siphash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    const uint8_t in[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};

    (void)state;
    assert_true(siphash(&key, in, 0) == UINT64_C(0x726fdb47dd0e0e31));
    assert_true(siphash(&key, in, 1) == UINT64_C(0x74f839c593dc67fd));
    assert_true(siphash(&key, in, 8) == UINT64_C(0x93f5f5799a932462));
    assert_true(siphash(&key, in, 15) == UINT64_C(0xa129ca6149be45e5));
}

static void another_key_is_another_hash(void **state)
{
    const struct siphash_key a = {1, 2}, b = {1, 3};

    (void)state;
    assert_true(siphash(&a, "x", 1) != siphash(&b, "x", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_authors_vectors),
        cmocka_unit_test(another_key_is_another_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
