/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of campaigns: the sorter, the tree, shapes of paths, messages as bytes, values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "campaign/message.h"
#include "campaign/near.h"
#include "campaign/pieces.h"
#include "campaign/shape.h"
#include "campaign/sorter.h"
#include "campaign/spill.h"
#include "campaign/tree.h"
#include "campaign/values.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/potsherd-campaign.XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

/* What does not fit is in files without names: nothing may be left in it. */
static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

/* --- sorter --- */

struct text {
    uint8_t bytes[24];
    size_t n;
};

static int by_bytes(const void *a, const void *b)
{
    const struct text *x = a, *y = b;
    int order = memcmp(x->bytes, y->bytes, x->n < y->n ? x->n : y->n);

    return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* Few different bytes, so that many are alike in their first eight, or as a whole. */
static struct text *make_texts(size_t n, unsigned values)
{
    struct text *texts = test_calloc(n, sizeof *texts);

    for (size_t i = 0; i < n; i++) {
        texts[i].n = (size_t)rand() % (sizeof texts[i].bytes + 1);
        for (size_t k = 0; k < texts[i].n; k++)
            texts[i].bytes[k] = (uint8_t)((unsigned)rand() % values);
    }
    return texts;
}

static void expect_sorted(struct sorter *s, const struct text *texts, size_t n)
{
    struct bytes record;

    for (size_t i = 0; i < n; i++) {
        assert_true(sorter_next(s, &record));
        assert_int_equal(record.n, texts[i].n);
        assert_memory_equal(record.at, texts[i].bytes, record.n);
    }
    assert_false(sorter_next(s, &record));
}

static void sort_texts(size_t n, unsigned values, bool beside, bool joined)
{
    struct text *texts = make_texts(n, values);
    struct sorter *s = sorter_new(folder, SORTER_MEMORY_LEAST, beside);
    struct sorter *other = joined ? sorter_new(folder, SORTER_MEMORY_LEAST, false) : NULL;
    struct failure why = {""};

    for (size_t i = 0; i < n; i++)
        sorter_put(other && i % 3 == 0 ? other : s, (struct bytes){texts[i].bytes, texts[i].n});
    if (other)
        sorter_join(s, other);
    qsort(texts, n, sizeof *texts, by_bytes);
    expect_sorted(s, texts, n);
    sorter_rewind(s);
    expect_sorted(s, texts, n);
    assert_false(sorter_failed(s, &why));
    sorter_free(s);
    test_free(texts);
}

static void records_are_sorted(void **state)
{
    (void)state;
    srand(1);
    sort_texts(0, 2, false, false);
    sort_texts(1, 2, false, false);
    sort_texts(1000, 256, false, false);
    sort_texts(1000, 1, false, false);
    sort_texts(5000, 2, false, false);
    sort_texts(200000, 256, false, false); /* more than the memory */
    sort_texts(200000, 2, true, false);
    sort_texts(100000, 3, false, true);
    sort_texts(10, 3, true, true);
}

static void long_records_are_sorted(void **state)
{
    struct sorter *s = sorter_new(folder, SORTER_MEMORY_LEAST, false);
    struct bytes record;
    uint8_t *one = test_calloc(1, 100000);

    (void)state;
    for (int i = 63; i >= 0; i--) { /* alike but for the last byte, and longer than a read */
        one[99999] = (uint8_t)i;
        sorter_put(s, (struct bytes){one, 100000});
    }
    for (int i = 0; i < 64; i++) {
        assert_true(sorter_next(s, &record));
        assert_int_equal(record.n, 100000);
        assert_int_equal(record.at[99999], i);
    }
    assert_false(sorter_next(s, &record));
    sorter_free(s);
    test_free(one);
}

static void a_folder_that_is_gone_is_a_failure(void **state)
{
    struct sorter *s = sorter_new("/nowhere/at/all", SORTER_MEMORY_LEAST, false);
    struct failure why = {""};
    struct bytes record;
    uint8_t one[1000] = {0};

    (void)state;
    for (int i = 0; i < 3000; i++)
        sorter_put(s, (struct bytes){one, sizeof one});
    assert_false(sorter_next(s, &record));
    assert_true(sorter_failed(s, &why));
    assert_non_null(strstr(why.text, "/nowhere/at/all"));
    sorter_free(s);
}

static void a_spill_gives_what_it_got(void **state)
{
    struct spill s;
    struct failure why = {""};
    struct bytes record;
    char text[32];

    (void)state;
    spill_begin(&s, folder);
    for (int i = 0; i < 200000; i++) {
        snprintf(text, sizeof text, "%d", i);
        spill_put(&s, bytes_of(text));
    }
    for (int again = 0; again < 2; again++) {
        spill_rewind(&s);
        for (int i = 0; i < 200000; i++) {
            snprintf(text, sizeof text, "%d", i);
            assert_true(spill_next(&s, &record));
            assert_int_equal(record.n, strlen(text));
            assert_memory_equal(record.at, text, record.n);
        }
        assert_false(spill_next(&s, &record));
    }
    assert_false(spill_failed(&s, &why));
    spill_end(&s);
}

/* --- tree --- */

static struct tree tree;

static bool everybodys; /* the second step */

static void add_text(unsigned times, uint64_t a, uint64_t b, uint64_t c, const char *text)
{
    struct tree_path path = {{a, b, c}, {false, !everybodys, true}, c ? 3 : b ? 2 : 1, {NULL, 0}};

    if (text)
        path.text = bytes_of(text);
    while (times--)
        tree_add(&tree, &path);
}

static void add(unsigned times, uint64_t a, uint64_t b, uint64_t c)
{
    add_text(times, a, b, c, NULL);
}

static void begin(uint64_t messages, uint64_t children, double threshold)
{
    tree_fini(&tree);
    memset(&tree, 0, sizeof tree);
    tree.rules = (struct tree_rules){messages, children, threshold, 36};
    everybodys = false;
}

static void expect_range(uint64_t n, uint64_t first, uint64_t end, unsigned depth)
{
    const struct tree_range *range = tree_range(&tree, n);

    assert_true(n < tree_count(&tree));
    assert_int_equal(range->first, first);
    assert_int_equal(range->end, end);
    assert_int_equal(range->depth, depth);
}

static void a_node_with_many_children_is_a_campaign(void **state)
{
    (void)state;
    begin(5, 5, 1.5);
    for (uint64_t i = 0; i < 6; i++)
        add(1, 1, 10, 100 + i);
    for (uint64_t i = 0; i < 5; i++) /* as many as --min-children, not more */
        add(1, 1, 11, 200 + i);
    for (uint64_t i = 0; i < 9; i++) /* nothing but what cannot be obfuscated */
        add(1, 2, 300 + i, 0);
    tree_end(&tree);
    assert_int_equal(tree_count(&tree), 1);
    expect_range(0, 0, 6, 2);
}

static void the_highest_node_counts(void **state)
{
    (void)state;
    begin(2, 1, 1);
    add(3, 1, 10, 100); /* each of these ends three paths */
    add(3, 1, 10, 101);
    add(3, 1, 11, 0);
    tree_end(&tree);
    assert_int_equal(tree_count(&tree), 2);
    expect_range(0, 0, 6, 2);
    expect_range(1, 6, 9, 2);
}

static void paths_that_end_are_a_campaign(void **state)
{
    (void)state;
    begin(5, 5, 1.5);
    add(4, 1, 10, 0);
    add(5, 1, 11, 0);
    add(9, 2, 0, 0);
    tree_end(&tree);
    assert_int_equal(tree_count(&tree), 1);
    expect_range(0, 4, 9, 2);
}

/* Six messages are six times as many as their children have on average, ten in five are not. */
static void the_threshold_is_of_the_mean(void **state)
{
    (void)state;
    begin(5, 2, 6);
    for (uint64_t i = 0; i < 6; i++)
        add(1, 1, 10, 100 + i);
    for (uint64_t i = 0; i < 5; i++)
        add(2, 1, 11, 100 + i);
    tree_end(&tree);
    assert_int_equal(tree_count(&tree), 1);
    expect_range(0, 0, 6, 2);
    tree_fini(&tree);
}

#define ONE   "1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER "2222222222222222222222222222222222222222222222222222222222222222"
#define ALIKE "1111111111111111111111111111111111112222222222222222222222222222"

static void add_both(const char *text)
{
    for (uint64_t i = 0; i < 6; i++)
        add_text(1, 1, 10, 100 + 2 * i, ONE);
    for (uint64_t i = 0; i < 6; i++)
        add_text(1, 1, 10, 200 + 2 * i, text);
    tree_end(&tree);
}

static void what_is_everybodys_needs_one_text(void **state)
{
    (void)state;
    begin(5, 5, 1.5);
    everybodys = true;
    add_both(OTHER);
    assert_int_equal(tree_count(&tree), 0);
    begin(5, 5, 1.5);
    everybodys = true;
    add_both(ALIKE); /* 36 bins */
    assert_int_equal(tree_count(&tree), 1);
    expect_range(0, 0, 12, 2);
    begin(5, 5, 1.5);
    add_both(OTHER); /* of one sender, who may say different things */
    assert_int_equal(tree_count(&tree), 1);
    begin(7, 5, 1.5); /* no text often enough to be a kind */
    everybodys = true;
    add_both(OTHER);
    assert_int_equal(tree_count(&tree), 1);
    tree_fini(&tree);
}

/* --- pieces --- */

static void put_piece(struct pieces *p, uint64_t root, const char *host, const char *text,
                      unsigned emails, uint64_t in_all)
{
    struct message *m = test_calloc(1, sizeof *m);

    pieces_begin(p, root, 7);
    for (unsigned i = 0; i < emails; i++) {
        message_clear(m);
        message_add_feature(m, FEATURE_LINK_HOST, bytes_of(host));
        message_add_feature(m, FEATURE_SUBJECT, (struct bytes){(const uint8_t *)&i, sizeof i});
        m->features[0].count = in_all;
        m->signature = bytes_of(text);
        pieces_message(p, m);
    }
    pieces_end(p);
    test_free(m);
}

static bool are_joined(const struct pieces *p, uint32_t a, uint32_t b)
{
    struct piece_campaign x = pieces_campaign(p, a), y = pieces_campaign(p, b);

    return x.first == y.first && x.several && y.several;
}

static void pieces_that_share_what_is_theirs_are_joined(void **state)
{
    struct pieces *p = test_calloc(1, sizeof *p);

    (void)state;
    put_piece(p, 1, "own.example", "", 5, 10);
    put_piece(p, 1, "own.example", "", 5, 10);
    put_piece(p, 1, "free.example", "", 5, 100); /* most of its messages are elsewhere */
    put_piece(p, 1, "free.example", "", 5, 100);
    put_piece(p, 1, "two.example", ONE, 5, 20);
    put_piece(p, 2, "two.example", ALIKE, 5, 20); /* another layout, but the same text */
    put_piece(p, 1, "two.example", OTHER, 5, 20);
    put_piece(p, 2, "two.example", "", 5, 20);
    pieces_join(p, 36);
    assert_true(are_joined(p, 0, 1));
    assert_false(are_joined(p, 2, 3));
    assert_true(are_joined(p, 4, 5));
    assert_false(are_joined(p, 4, 6));
    assert_int_equal(pieces_campaign(p, 2).first, 2);
    assert_false(pieces_campaign(p, 2).several);
    assert_int_equal(pieces_campaign(p, 1).id, 7);
    pieces_fini(p);
    test_free(p);
}

/* --- texts --- */

static void put_texts(struct near *n, const char *text, unsigned times)
{
    static unsigned number;
    struct message *m = test_calloc(1, sizeof *m);

    m->signature = bytes_of(text);
    while (times--) {
        memcpy(m->key, &number, sizeof number);
        number++;
        near_put(n, m);
    }
    test_free(m);
}

/* Of each group how many messages it has, in the order of their first signatures. */
static void expect_groups(struct near *n, const char *expected)
{
    struct message *m = test_calloc(1, sizeof *m);
    struct failure why = {""};
    struct sorter *groups = near_find(n, &why);
    struct bytes record, group;
    char last[NEAR_BINS] = "", text[200] = "";
    unsigned count = 0;

    assert_non_null(groups);
    while (sorter_next(groups, &record)) {
        assert_true(near_take(record, &group, m));
        if (count && memcmp(last, group.at, NEAR_BINS) != 0) {
            snprintf(text + strlen(text), sizeof text - strlen(text), "%u ", count);
            count = 0;
        }
        memcpy(last, group.at, NEAR_BINS);
        count++;
    }
    snprintf(text + strlen(text), sizeof text - strlen(text), "%u", count);
    assert_string_equal(text, expected);
    sorter_free(groups);
    near_fini(n);
    test_free(m);
}

static void begin_texts(struct near *n)
{
    *n = (struct near){.folder = folder, .memory = 64 << 20, .alike = 36, .min_messages = 5};
    near_begin(n);
}

#define BETWEEN "1111111111111111111111111111111122222222222222222222222222222222"

static void texts_that_are_alike_are_a_group(void **state)
{
    struct near n;

    (void)state;
    begin_texts(&n);
    put_texts(&n, ONE, 3);
    put_texts(&n, ALIKE, 3); /* 36 bins of ONE, 28 of OTHER */
    put_texts(&n, OTHER, 5);
    put_texts(&n, "too short", 9); /* no signature */
    expect_groups(&n, "6 5");
    begin_texts(&n);
    put_texts(&n, ONE, 4); /* fewer than a campaign has */
    put_texts(&n, OTHER, 5);
    expect_groups(&n, "5");
}

/* A text that is like two others, which are not like each other, does not make one group of all. */
static void a_text_between_two_joins_them_not(void **state)
{
    struct near n;

    (void)state;
    begin_texts(&n);
    n.alike = 32;
    put_texts(&n, ONE, 5);
    put_texts(&n, BETWEEN, 1);
    put_texts(&n, OTHER, 5);
    expect_groups(&n, "6 5");
}

/* --- shapes --- */

static void shape_is(const char *path, const char *expected)
{
    struct buf out = {0};

    shape_of_path(bytes_of(path), &out);
    assert_string_equal(buf_string(&out), expected);
    buf_fini(&out);
}

static void paths_have_shapes(void **state)
{
    (void)state;
    shape_is("", "");
    shape_is("/", "");
    shape_is("/a/b.html", "/a/b.html");
    shape_is("/a12/b.html", "/a#/b.html");
    shape_is("/0a1b2c3d/x", "/#/x");
    shape_is("/deadbe/x", "/deadbe/x"); /* a word: no digit among them */
    shape_is("/dead1/x", "/dead#/x");   /* too short */
    shape_is("/?id=77&u=bob", "/?id=&u=");
    shape_is("/?bob@example.com", "/?bob@example.com");
    shape_is("/x?a=b;c=d#top", "/x?a=;c=");
    shape_is("/%41%20b%zz", "/b%zz");
    shape_is("/x#1234", "/x");
}

/* --- messages --- */

static void messages_come_back(void **state)
{
    struct message *m = test_calloc(1, sizeof *m), *back = test_calloc(1, sizeof *back);
    struct buf record = {0};

    (void)state;
    m->ts = 1164500000000000;
    m->recipients = 300;
    m->facts[ABOUT_UID] = bytes_of("0123456789abcdef");
    m->facts[ABOUT_TAGS] = bytes_of("pharmacy casino");
    m->signature = bytes_of("sig");
    message_add_feature(m, FEATURE_SUBJECT, bytes_of("one"));
    message_add_feature(m, FEATURE_SUBJECT, bytes_of("one"));
    message_add_feature(m, FEATURE_LINK_HOST, bytes_of("one"));
    message_add_feature(m, FEATURE_LANGUAGE, bytes_of(""));
    assert_int_equal(m->feature_count, 2);
    message_pack(m, &record);
    assert_true(message_unpack(buf_view(&record), back));
    assert_int_equal(back->ts, m->ts);
    assert_int_equal(back->recipients, 300);
    assert_int_equal(back->facts[ABOUT_UID].n, 16);
    assert_memory_equal(back->facts[ABOUT_TAGS].at, "pharmacy casino", 15);
    assert_int_equal(back->feature_count, 2);
    assert_int_equal(back->features[1].kind, FEATURE_LINK_HOST);
    assert_true(back->features[0].hash == m->features[0].hash);
    assert_true(back->features[0].hash != back->features[1].hash);
    for (size_t n = 0; n < record.len; n++) /* what is cut is none */
        assert_false(message_unpack((struct bytes){record.data, n}, back));
    buf_fini(&record);
    test_free(m);
    test_free(back);
}

static void features_have_a_cap(void **state)
{
    struct message *m = test_calloc(1, sizeof *m);

    (void)state;
    for (unsigned i = 0; i < MESSAGE_FEATURES_MAX + 7; i++)
        message_add_feature(m, FEATURE_LINK_HOST, (struct bytes){(const uint8_t *)&i, sizeof i});
    assert_int_equal(m->feature_count, MESSAGE_FEATURES_MAX);
    assert_int_equal(m->features_left_out, 7);
    test_free(m);
}

/* --- values --- */

static void values_are_counted_and_sorted(void **state)
{
    struct values v = {0};
    const struct value *sorted;

    (void)state;
    for (int again = 0; again < 2; again++) {
        for (uint64_t i = 1; i <= 5000; i++)
            for (uint64_t k = 0; k < (i == 77 ? 3u : 1u); k++)
                assert_non_null(
                    values_add(&v, i, bytes_of(i % 2 ? "odd" : "even"), (time_us)(9 - k)));
        assert_int_equal(v.count, 5000);
        sorted = values_sort(&v);
        assert_int_equal(sorted[0].hash, 77);
        assert_int_equal(sorted[0].count, 3);
        assert_int_equal(sorted[0].first, 7);
        assert_int_equal(sorted[0].last, 9);
        assert_memory_equal(values_text(&v, &sorted[1]).at, "even", 4);
        assert_memory_equal(values_text(&v, &sorted[4999]).at, "odd", 3);
        values_clear(&v);
        assert_int_equal(v.count, 0);
    }
    values_fini(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_sorted),
        cmocka_unit_test(long_records_are_sorted),
        cmocka_unit_test(a_folder_that_is_gone_is_a_failure),
        cmocka_unit_test(a_spill_gives_what_it_got),
        cmocka_unit_test(a_node_with_many_children_is_a_campaign),
        cmocka_unit_test(the_highest_node_counts),
        cmocka_unit_test(paths_that_end_are_a_campaign),
        cmocka_unit_test(the_threshold_is_of_the_mean),
        cmocka_unit_test(what_is_everybodys_needs_one_text),
        cmocka_unit_test(pieces_that_share_what_is_theirs_are_joined),
        cmocka_unit_test(texts_that_are_alike_are_a_group),
        cmocka_unit_test(a_text_between_two_joins_them_not),
        cmocka_unit_test(paths_have_shapes),
        cmocka_unit_test(messages_come_back),
        cmocka_unit_test(features_have_a_cap),
        cmocka_unit_test(values_are_counted_and_sorted),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
