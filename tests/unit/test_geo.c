/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases: those of several vendors, none, damaged and hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "enrich/mmdb_check.h"
#include "potsherd/geo.h"

static char *folder; /* of this run */

/* libmaxminddb 1.7.1 forgets some memory when it finds the metadata damaged. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libmaxminddb\n";
}

/* --- a writer of the smallest databases: every address has the one record --- */

static void put_size(GByteArray *out, unsigned type, unsigned size)
{
    guint8 head[5];
    guint n = 0;
    unsigned low = size < 29 ? size : size < 285 ? 29 : 30;

    head[n++] = (guint8)((type > 7 ? 0 : type << 5) | low);
    if (type > 7)
        head[n++] = (guint8)(type - 7);
    if (low == 29)
        head[n++] = (guint8)(size - 29);
    if (low == 30) {
        head[n++] = (guint8)((size - 285) >> 8);
        head[n++] = (guint8)(size - 285);
    }
    g_byte_array_append(out, head, n);
}

static void put_map(GByteArray *out, unsigned pairs)
{
    put_size(out, 7, pairs);
}

static void put_bytes(GByteArray *out, const char *text, unsigned n)
{
    put_size(out, 2, n);
    g_byte_array_append(out, (const guint8 *)text, n);
}

static void put_text(GByteArray *out, const char *text)
{
    put_bytes(out, text, (unsigned)strlen(text));
}

static void put_number(GByteArray *out, unsigned type, unsigned bytes, uint64_t value)
{
    put_size(out, type, bytes);
    while (bytes--) {
        guint8 byte = (guint8)(value >> 8 * bytes);

        g_byte_array_append(out, &byte, 1);
    }
}

enum { UINT16 = 5, UINT32 = 6, INT32 = 8, UINT64 = 9, ARRAY = 11 };

static void put_metadata(GByteArray *out, const char *type, uint64_t built)
{
    g_byte_array_append(out, (const guint8 *)"\xab\xcd\xefMaxMind.com", 14);
    put_map(out, 9);
    put_text(out, "node_count");
    put_number(out, UINT32, 4, 1);
    put_text(out, "record_size");
    put_number(out, UINT16, 2, 24);
    put_text(out, "ip_version");
    put_number(out, UINT16, 2, 4);
    put_text(out, "database_type");
    put_text(out, type);
    put_text(out, "languages");
    put_size(out, ARRAY, 0);
    put_text(out, "binary_format_major_version");
    put_number(out, UINT16, 2, 2);
    put_text(out, "binary_format_minor_version");
    put_number(out, UINT16, 2, 0);
    put_text(out, "build_epoch");
    put_number(out, UINT64, 8, built);
    put_text(out, "description");
    put_map(out, 0);
}

/* One node, both of whose records lead to the data at offset 0: node_count + 16. */
static void put_tree(GByteArray *out)
{
    static const guint8 tree[6 + 16] = {0, 0, 17, 0, 0, 17};

    g_byte_array_append(out, tree, sizeof tree);
}

static char *write_file(const char *name, const void *bytes, size_t n)
{
    char *path = g_build_filename(folder, name, NULL);

    assert_true(g_file_set_contents(path, bytes, (gssize)n, NULL));
    return path;
}

static char *write_database(const char *name, const char *type, const GByteArray *record)
{
    GByteArray *all = g_byte_array_new();
    char *path;

    put_tree(all);
    g_byte_array_append(all, record->data, record->len);
    put_metadata(all, type, 1190073600); /* 2007-09-18 */
    path = write_file(name, all->data, all->len);
    g_byte_array_free(all, TRUE);
    return path;
}

/* --- what the tests ask --- */

static bool open_path(const char *path, struct failure *why)
{
    return geo_open(&path, 1, why);
}

static const struct geo_place *find(const char *text)
{
    struct address ip;

    assert_true(address_parse(text, strlen(text), &ip));
    return geo_find(&ip);
}

static void expect(const char *ip, const char *cc, uint32_t asn, const char *name)
{
    const struct geo_place *place = find(ip);

    assert_string_equal(place->cc, cc);
    assert_int_equal(place->asn, asn);
    assert_int_equal(place->as_name.n, strlen(name));
    if (*name)
        assert_memory_equal(place->as_name.at, name, strlen(name));
}

/* Opens a database of one record, expects the place, and closes it. */
static void expect_record(const char *type, const GByteArray *record, const char *cc, uint32_t asn,
                          const char *name)
{
    char *path = write_database("one.mmdb", type, record);
    struct failure why = {""};

    if (!open_path(path, &why))
        fail_msg("%s", why.text);
    expect("192.0.2.1", cc, asn, name);
    assert_false(geo_damaged(&why));
    geo_close();
    g_unlink(path);
    g_free(path);
}

static void expect_refused(const char *path, const char *because)
{
    struct failure why = {""};

    assert_false(open_path(path, &why));
    assert_non_null(strstr(why.text, path));
    if (!strstr(why.text, because))
        fail_msg("'%s' does not say '%s'", why.text, because);
    assert_int_equal(geo_databases(), 0);
}

/* --- vendors --- */

static void put_country(GByteArray *record, const char *key, const char *cc)
{
    put_text(record, key);
    put_map(record, 2);
    put_text(record, "geoname_id");
    put_number(record, UINT32, 4, 1668284);
    put_text(record, "iso_code");
    put_text(record, cc);
}

static void test_country(void **state)
{
    GByteArray *record = g_byte_array_new();

    (void)state;
    put_map(record, 2);
    put_country(record, "registered_country", "US");
    put_country(record, "country", "TW");
    expect_record("GeoLite2-Country", record, "TW", 0, "");
    expect_record("DBIP-City-Lite", record, "TW", 0, "");
    g_byte_array_free(record, TRUE);
}

static void test_registered_country(void **state)
{
    GByteArray *record = g_byte_array_new();

    (void)state;
    put_map(record, 1);
    put_country(record, "registered_country", "us");
    expect_record("GeoLite2-City", record, "US", 0, "");
    g_byte_array_free(record, TRUE);
}

static void test_asn(void **state)
{
    GByteArray *record = g_byte_array_new();

    (void)state;
    put_map(record, 2);
    put_text(record, "autonomous_system_number");
    put_number(record, UINT32, 4, 4294967295);
    put_text(record, "autonomous_system_organization");
    put_text(record, "HINET \xe4\xb8\xad");
    expect_record("GeoLite2-ASN", record, "", 4294967295, "HINET \xe4\xb8\xad");
    expect_record("DBIP-ASN-Lite (compat=GeoLite2-ASN)", record, "", 4294967295,
                  "HINET \xe4\xb8\xad");
    g_byte_array_free(record, TRUE);
}

static void test_ipinfo(void **state)
{
    GByteArray *record = g_byte_array_new();

    (void)state;
    put_map(record, 4);
    put_text(record, "country");
    put_text(record, "Taiwan");
    put_text(record, "country_code");
    put_text(record, "TW");
    put_text(record, "asn");
    put_text(record, "AS3462");
    put_text(record, "as_name");
    put_text(record, "HINET");
    expect_record("ipinfo bundle_lite.mmdb", record, "TW", 3462, "HINET");
    g_byte_array_set_size(record, 0);
    put_map(record, 3);
    put_text(record, "country");
    put_text(record, "TW");
    put_text(record, "asn");
    put_text(record, "AS3462");
    put_text(record, "name");
    put_text(record, "HINET");
    expect_record("ipinfo generic_country_free_country_asn.mmdb", record, "TW", 3462, "HINET");
    g_byte_array_free(record, TRUE);
}

/* --- records that are not what they should be --- */

static void test_wrong_types(void **state)
{
    GByteArray *record = g_byte_array_new();

    (void)state;
    put_map(record, 3);
    put_text(record, "country");
    put_number(record, UINT32, 4, 7);
    put_text(record, "asn");
    put_map(record, 0);
    put_text(record, "as_name");
    put_size(record, ARRAY, 0);
    expect_record("ipinfo lite", record, "", 0, "");
    g_byte_array_set_size(record, 0);
    put_text(record, "no map at all");
    expect_record("GeoLite2-Country", record, "", 0, "");
    g_byte_array_set_size(record, 0);
    put_map(record, 1);
    put_text(record, "autonomous_system_number");
    put_number(record, INT32, 4, 0xffffffff); /* -1 */
    expect_record("GeoLite2-ASN", record, "", 0, "");
    g_byte_array_free(record, TRUE);
}

static void test_absurd_values(void **state)
{
    static const char *const codes[] = {"", "T", "TWN", "\xc3\xa4", "T\n", "ZZ", "=1"};
    static const char *const numbers[] = {"AS",  "ASx",  "AS-1", "AS4294967296", "AS00000000001",
                                          "1 2", "AS1.1"};
    GByteArray *record = g_byte_array_new();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        g_byte_array_set_size(record, 0);
        put_map(record, 1);
        put_text(record, "country_code");
        put_text(record, codes[i]);
        expect_record("ipinfo lite", record, "", 0, "");
    }
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_byte_array_set_size(record, 0);
        put_map(record, 1);
        put_text(record, "asn");
        put_text(record, numbers[i]);
        expect_record("ipinfo lite", record, "", 0, "");
    }
    g_byte_array_free(record, TRUE);
}

static void test_long_name(void **state)
{
    GByteArray *record = g_byte_array_new();
    char *longest = g_strnfill(60000, 'x'), *kept = g_strnfill(GEO_NAME_MAX - 1, 'x');

    (void)state;
    memcpy(longest + GEO_NAME_MAX - 1, "\xe4\xb8\xad", 3); /* a character across the limit */
    put_map(record, 2);
    put_text(record, "asn");
    put_text(record, "64500");
    put_text(record, "as_name");
    put_text(record, longest);
    expect_record("ipinfo lite", record, "", 64500, kept);
    g_free(longest);
    g_free(kept);
    g_byte_array_free(record, TRUE);
}

static void test_name_of_any_bytes(void **state)
{
    GByteArray *record = g_byte_array_new();

    (void)state;
    put_map(record, 2);
    put_text(record, "asn");
    put_text(record, "64500");
    put_text(record, "as_name");
    put_text(record, "\xff\xfe\x01 evil");
    expect_record("ipinfo lite", record, "", 64500, "\xff\xfe\x01 evil");
    g_byte_array_free(record, TRUE);
}

/* Maps in maps, 300,000 of them: stepping over them by recursion takes the stack. */
static void test_deep_record(void **state)
{
    GByteArray *record = g_byte_array_new();
    struct failure why = {""};
    char *path;

    (void)state;
    put_map(record, 2);
    put_text(record, "a");
    for (int i = 0; i < 300000; i++) {
        put_map(record, 1);
        put_text(record, "");
    }
    put_text(record, "");
    put_country(record, "country", "TW");
    path = write_database("deep.mmdb", "GeoLite2-Country", record);
    assert_true(open_path(path, &why));
    expect("192.0.2.1", "", 0, "");
    assert_true(geo_damaged(&why));
    assert_non_null(strstr(why.text, "deep.mmdb: is damaged"));
    geo_close();
    g_unlink(path);
    g_free(path);
    g_byte_array_free(record, TRUE);
}

static void test_mmdb_check(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        bool sane;
    } records[] = {
        {"\xe0", 1, true},                      /* {} */
        {"\xe1\x41", 2, false},                 /* cut off */
        {"\xe1\x41x\x20\x00", 5, true},         /* its value points to itself: followed in vain */
        {"\xe1\x41x\x20\x06\x00\x40", 7, true}, /* to a text */
        {"\xff\xff\xff\xff", 4, false},         /* sixteen million pairs */
        {"\x1f\x04\xff\xff\xff", 5, false},     /* an array as long */
        {"\x5f\xff\xff\xff", 4, false},         /* a text beyond the end */
        {"\x01\x07", 2, true},                  /* true */
        {"\x38\xff\xff\xff\xff", 5, false},     /* a pointer to nowhere */
        {"", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
        struct bytes section = {(const uint8_t *)records[i].bytes, records[i].n};

        if (mmdb_check_record(section, 0) != records[i].sane)
            fail_msg("record %zu", i);
    }
    assert_false(mmdb_check_record((struct bytes){(const uint8_t *)"\xe0", 1}, 5));
}

/* Any byte of a file changed in any of a few ways: an answer or an error, no crash. */
static void test_changed_bytes(void **state)
{
    GByteArray *record = g_byte_array_new();
    char *good, *path, *bytes;
    gsize n;

    (void)state;
    put_map(record, 3);
    put_country(record, "country", "TW");
    put_text(record, "asn");
    put_text(record, "AS3462");
    put_text(record, "name");
    put_text(record, "HINET");
    good = write_database("good.mmdb", "GeoLite2-Country", record);
    assert_true(g_file_get_contents(good, &bytes, &n, NULL));
    for (gsize i = 0; i < n; i++)
        for (unsigned change = 1; change < 256; change = change * 3 + 1) {
            struct failure why;

            bytes[i] = (char)(bytes[i] ^ (char)change);
            path = write_file("changed.mmdb", bytes, n);
            bytes[i] = (char)(bytes[i] ^ (char)change);
            if (open_path(path, &why)) {
                (void)find("192.0.2.1");
                (void)find("2001:db8::1");
                (void)geo_damaged(&why);
            }
            geo_close();
            g_free(path);
        }
    g_free(bytes);
    g_free(good);
    g_byte_array_free(record, TRUE);
}

/* --- files and folders --- */

static void test_no_files(void **state)
{
    struct failure why = {""};
    const char *none = "none";
    char *empty = g_build_filename(folder, "empty", NULL);
    char *missing = g_build_filename(folder, "missing", NULL);

    (void)state;
    assert_true(geo_open(&none, 1, &why));
    assert_int_equal(geo_databases(), 0);
    expect("192.0.2.1", "", 0, "");
    assert_int_equal(g_mkdir(empty, 0700), 0);
    expect_refused(empty, "holds no country, city or ASN database");
    expect_refused(missing, "No such file");
    g_rmdir(empty);
    g_free(empty);
    g_free(missing);
}

static void expect_contents_refused(const void *bytes, size_t n, const char *because)
{
    char *path = write_file("bad.mmdb", bytes, n);

    expect_refused(path, because);
    expect_refused(folder, because); /* in a folder it is an error, too */
    g_unlink(path);
    g_free(path);
}

/* expect_refused wants the name of what it gave: the folder stands in the file's. */
static void test_damaged_files(void **state)
{
    GByteArray *record = g_byte_array_new();
    char *good, *bytes;
    gsize n;

    (void)state;
    put_map(record, 0);
    good = write_database("good.mmdb", "GeoLite2-Country", record);
    assert_true(g_file_get_contents(good, &bytes, &n, NULL));
    g_unlink(good);
    g_free(good);
    expect_contents_refused("", 0, "is empty");
    expect_contents_refused("just a text\n", 12, "damaged or not a MaxMind DB");
    expect_contents_refused(bytes, n / 2, "damaged or not a MaxMind DB");
    expect_contents_refused(bytes, n - 1, "damaged or not a MaxMind DB");
    expect_contents_refused(bytes + 20, n - 20, "is damaged");
    g_free(bytes);
    good = write_database("good.mmdb", "GeoIP2-Domain", record);
    expect_refused(good, "is a GeoIP2-Domain database");
    expect_refused(folder, "holds no country, city or ASN database");
    g_unlink(good);
    g_free(good);
    g_byte_array_free(record, TRUE);
}

static void write_cc(const char *name, const char *type, const char *cc)
{
    GByteArray *record = g_byte_array_new();

    put_map(record, 1);
    put_country(record, "country", cc);
    g_free(write_database(name, type, record));
    g_byte_array_free(record, TRUE);
}

static void write_as(const char *name, uint32_t asn)
{
    GByteArray *record = g_byte_array_new();

    put_map(record, 1);
    put_text(record, "autonomous_system_number");
    put_number(record, UINT32, 4, asn);
    g_free(write_database(name, "GeoLite2-ASN", record));
    g_byte_array_free(record, TRUE);
}

static void drop(const char *name)
{
    char *path = g_build_filename(folder, name, NULL);

    g_unlink(path);
    g_free(path);
}

/* The first that knows counts; what is not asked for in a folder is left alone. */
static void test_folder(void **state)
{
    struct failure why = {""};
    struct buf text = {0};

    (void)state;
    write_cc("a.mmdb", "GeoLite2-City", "TW");
    write_cc("b.mmdb", "GeoLite2-Country", "CN");
    write_as("c.mmdb", 3462);
    write_cc("d.mmdb", "GeoIP2-Connection-Type", "US");
    g_free(write_file("README", "x", 1));
    assert_true(open_path(folder, &why));
    assert_int_equal(geo_databases(), 3);
    assert_string_equal(geo_database(0)->type, "GeoLite2-City");
    assert_string_equal(geo_database(2)->built, "2007-09-18");
    expect("192.0.2.1", "TW", 3462, "");
    expect("192.0.2.1", "TW", 3462, ""); /* out of the cache */
    expect("2001:db8::1", "", 0, "");    /* these are of IPv4 alone */
    assert_false(geo_damaged(&why));
    geo_describe(&text);
    assert_non_null(strstr(buf_string(&text), "GeoLite2-City of 2007-09-18 ("));
    buf_fini(&text);
    geo_close();
    drop("README");
    drop("d.mmdb");
}

static void test_lists(void **state)
{
    struct failure why = {""};
    char *commas = g_strdup_printf("%s/b.mmdb,%s/c.mmdb", folder, folder);
    char *colons = g_strdup_printf("%s/c.mmdb:%s/a.mmdb", folder, folder);
    char *odd = g_build_filename(folder, "a,b:c.mmdb", NULL);
    const char *both[] = {commas, colons};

    (void)state;
    assert_true(geo_open(both, 2, &why));
    assert_int_equal(geo_databases(), 4);
    expect("192.0.2.1", "CN", 3462, "");
    write_cc("a,b:c.mmdb", "GeoLite2-Country", "BR");
    assert_true(open_path(odd, &why));
    assert_int_equal(geo_databases(), 1);
    expect("192.0.2.1", "BR", 0, "");
    geo_close();
    drop("a,b:c.mmdb");
    g_free(commas);
    g_free(colons);
    g_free(odd);
}

static void test_reload(void **state)
{
    struct failure why = {""};

    (void)state;
    assert_true(geo_reload(&why)); /* nothing to do */
    assert_true(open_path(folder, &why));
    expect("192.0.2.1", "TW", 3462, "");
    drop("a.mmdb");
    assert_true(geo_reload(&why));
    expect("192.0.2.1", "CN", 3462, "");
    drop("b.mmdb"); /* the old file is still mapped */
    g_free(write_file("b.mmdb", "not a database", 14));
    assert_false(geo_reload(&why));
    assert_non_null(strstr(why.text, "b.mmdb"));
    expect("192.0.2.1", "CN", 3462, "");
    assert_int_equal(geo_databases(), 2);
    drop("b.mmdb");
    assert_true(geo_reload(&why));
    expect("192.0.2.1", "", 3462, "");
    geo_close();
    drop("c.mmdb");
}

static void test_odd_metadata(void **state)
{
    GByteArray *all = g_byte_array_new();
    struct failure why = {""};
    char *path;

    (void)state;
    put_tree(all);
    put_map(all, 0);
    put_metadata(all, "\x1b[31mCity <b>\xff", UINT64_MAX);
    path = write_file("odd.mmdb", all->data, all->len);
    assert_true(open_path(path, &why));
    assert_string_equal(geo_database(0)->type, "?[31mCity <b>?");
    assert_string_equal(geo_database(0)->built, "an unknown date");
    geo_close();
    g_unlink(path);
    g_free(path);
    g_byte_array_free(all, TRUE);
}

static int make_folder(void **state)
{
    (void)state;
    folder = g_dir_make_tmp("test_geo.XXXXXX", NULL);
    return folder ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    geo_close();
    drop("good.mmdb");
    drop("changed.mmdb");
    g_rmdir(folder);
    g_free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_country),       cmocka_unit_test(test_registered_country),
        cmocka_unit_test(test_asn),           cmocka_unit_test(test_ipinfo),
        cmocka_unit_test(test_wrong_types),   cmocka_unit_test(test_absurd_values),
        cmocka_unit_test(test_long_name),     cmocka_unit_test(test_name_of_any_bytes),
        cmocka_unit_test(test_deep_record),   cmocka_unit_test(test_mmdb_check),
        cmocka_unit_test(test_no_files),      cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_folder),        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_reload),        cmocka_unit_test(test_odd_metadata),
        cmocka_unit_test(test_changed_bytes),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
