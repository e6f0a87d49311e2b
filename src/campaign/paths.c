/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/paths.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/records.h"

void paths_fini(struct paths *p)
{
    spill_end(&p->messages);
}

static void append_be64(struct buf *out, uint64_t value)
{
    value = GUINT64_TO_BE(value);
    buf_append(out, &value, sizeof value);
}

static uint64_t take_be64(struct bytes *rest)
{
    uint64_t value = 0;

    if (rest->n >= sizeof value)
        memcpy(&value, rest->at, sizeof value);
    *rest = bytes_skip(*rest, sizeof value);
    return GUINT64_FROM_BE(value);
}

/* --- rows of one message --- */

struct joining {
    struct paths *paths;
    struct sorter *counts; /* feature's hash, root, number of the message, of the feature in it */
    bool has_message;
    struct buf message, features; /* as they came: features with their length before each */
    struct message now;
    struct buf record;
};

static void add_features(struct joining *j)
{
    struct bytes rest = buf_view(&j->features), one;

    while (unpack_text(&rest, &one)) {
        uint64_t hash;

        memcpy(&hash, one.at + 1, sizeof hash);
        message_add_hashed(&j->now, (enum feature_kind)one.at[0], hash,
                           bytes_skip(one, 1 + sizeof hash));
    }
}

/* What cannot be obfuscated, as one step. */
static uint64_t root_of(const struct message *m)
{
    uint64_t of[FEATURE_INVARIANTS] = {0};

    for (unsigned i = 0; i < m->feature_count; i++)
        if (m->features[i].kind < FEATURE_INVARIANTS)
            of[m->features[i].kind] = m->features[i].hash;
    return feature_hash(FEATURE_KINDS, (struct bytes){(const uint8_t *)of, sizeof of});
}

static void count_features(struct joining *j)
{
    uint64_t root = root_of(&j->now);

    for (unsigned i = 0; i < j->now.feature_count; i++) {
        buf_clear(&j->record);
        append_be64(&j->record, j->now.features[i].hash);
        append_be64(&j->record, root);
        append_be64(&j->record, j->paths->count);
        buf_append_byte(&j->record, (uint8_t)i);
        sorter_put(j->counts, buf_view(&j->record));
    }
}

static void end_message(struct joining *j)
{
    struct paths *p = j->paths;

    if (j->has_message && message_unpack(buf_view(&j->message), &j->now)) {
        add_features(j);
        p->left_out += j->now.features_left_out;
        p->bare += !j->now.feature_count;
        buf_clear(&j->record);
        buf_append(&j->record, j->now.key, sizeof j->now.key);
        message_pack(&j->now, &j->record);
        spill_put(&p->messages, buf_view(&j->record));
        count_features(j);
        p->count++;
    } else if (j->features.len) {
        p->orphans++;
    }
    j->has_message = false;
    buf_clear(&j->features);
}

static void take_record(struct joining *j, struct bytes record)
{
    const size_t head = MESSAGE_KEY_BYTES + 1;
    struct bytes rest = bytes_skip(record, head);

    if (record.n < head)
        return;
    if (memcmp(record.at, j->now.key, MESSAGE_KEY_BYTES) != 0) {
        end_message(j);
        memcpy(j->now.key, record.at, MESSAGE_KEY_BYTES);
    }
    if (record.at[MESSAGE_KEY_BYTES] == RECORD_OF_FEATURE) {
        if (j->features.len < MESSAGE_FEATURES_MAX * MESSAGE_TEXT_MAX)
            pack_text(&j->features, rest);
        else
            j->paths->left_out++;
    } else if (j->has_message) {
        j->paths->doubled++;
    } else {
        j->has_message = true;
        buf_set(&j->message, rest.at, rest.n);
    }
}

static struct sorter *join(struct paths *p, struct sorter *rows)
{
    struct joining *j = g_new0(struct joining, 1);
    struct sorter *counts = sorter_new(p->folder, p->memory / 4, p->beside);
    struct bytes record;

    j->paths = p;
    j->counts = counts;
    spill_begin(&p->messages, p->folder);
    while (sorter_next(rows, &record))
        take_record(j, record);
    end_message(j);
    buf_fini(&j->message);
    buf_fini(&j->features);
    buf_fini(&j->record);
    g_free(j);
    return counts;
}

/* --- how many messages have a feature --- */

struct size {
    uint64_t messages, roots;
};

static void put_size(struct spill *sizes, const struct size *size)
{
    if (size->messages)
        spill_put(sizes, (struct bytes){(const uint8_t *)size, sizeof *size});
}

static void count_groups(struct paths *p, struct sorter *counts, struct spill *sizes)
{
    uint64_t hash, root, last = 0, last_root = 0;
    struct size size = {0, 0};
    struct bytes record;

    while (sorter_next(counts, &record)) {
        hash = take_be64(&record);
        root = take_be64(&record);
        if (hash != last || !size.messages) {
            put_size(sizes, &size);
            size = (struct size){0, 0};
            p->features++;
        }
        size.roots += !size.messages || root != last_root;
        size.messages++;
        last = hash;
        last_root = root;
    }
    put_size(sizes, &size);
}

/* Number of the message, of the feature in it, and its size; of one message's features none. */
static void tell_counts(struct sorter *counts, struct spill *sizes, struct sorter *to)
{
    struct size size = {0, 0};
    uint64_t hash, last = 0;
    struct bytes record, next;
    struct buf out = {0};

    sorter_rewind(counts);
    spill_rewind(sizes);
    while (sorter_next(counts, &record)) {
        hash = take_be64(&record);
        (void)take_be64(&record);
        if ((hash != last || !size.messages) && spill_next(sizes, &next))
            memcpy(&size, next.at, sizeof size);
        last = hash;
        if (size.messages < 2)
            continue;
        buf_clear(&out);
        buf_append(&out, record.at, record.n);
        buf_append(&out, &size, sizeof size);
        sorter_put(to, buf_view(&out));
    }
    buf_fini(&out);
}

static struct sorter *count(struct paths *p, struct sorter *counts, struct failure *why)
{
    struct sorter *counted = sorter_new(p->folder, p->memory / 4, p->beside);
    struct spill sizes;

    spill_begin(&sizes, p->folder);
    count_groups(p, counts, &sizes);
    tell_counts(counts, &sizes, counted);
    if (sorter_failed(counts, why) || spill_failed(&sizes, why)) {
        sorter_free(counted);
        counted = NULL;
    }
    spill_end(&sizes);
    return counted;
}

/* --- paths --- */

static int compare_features(const void *a, const void *b)
{
    const struct feature *x = a, *y = b;
    bool fixed = x->kind < FEATURE_INVARIANTS;

    if (fixed != (y->kind < FEATURE_INVARIANTS))
        return fixed ? -1 : 1;
    if (fixed)
        return (int)x->kind - (int)y->kind;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static void put_path(struct paths *p, struct message *m, struct sorter *to, struct buf *out)
{
    unsigned fixed = 0, most;

    qsort(m->features, m->feature_count, sizeof *m->features, compare_features);
    buf_clear(out);
    append_be64(out, root_of(m));
    while (fixed < m->feature_count && m->features[fixed].kind < FEATURE_INVARIANTS)
        fixed++;
    most = fixed + TREE_DEPTH_MAX - 1;
    /* What is less frequent than the last step is in no campaign that this one is not in. */
    if (m->feature_count > most && m->features[most - 1].count >= p->min_messages)
        p->left_out += m->feature_count - most;
    for (unsigned i = fixed; i < m->feature_count && i < most; i++)
        append_be64(out, m->features[i].hash);
    append_be64(out, 0);
    buf_append(out, m->key, sizeof m->key);
    message_pack(m, out);
    sorter_put(to, buf_view(out));
}

static bool take_key(struct bytes record, struct message *m)
{
    if (record.n < MESSAGE_KEY_BYTES)
        return false;
    memcpy(m->key, record.at, MESSAGE_KEY_BYTES);
    return message_unpack(bytes_skip(record, MESSAGE_KEY_BYTES), m);
}

static void take_size(struct bytes bytes, struct feature *f)
{
    struct size size;

    memcpy(&size, bytes.at, sizeof size);
    f->count = size.messages;
    f->spread = size.roots;
}

static void put_paths(struct paths *p, struct sorter *counted, struct sorter *to)
{
    struct message *m = g_new0(struct message, 1);
    struct bytes record, size_record;
    struct buf out = {0};
    bool more = sorter_next(counted, &size_record);

    spill_rewind(&p->messages);
    for (uint64_t n = 0; spill_next(&p->messages, &record); n++) {
        if (!take_key(record, m))
            continue;
        while (more) {
            struct bytes rest = size_record;
            uint64_t of = take_be64(&rest);

            if (of != n || rest.n != 1 + sizeof(struct size))
                break;
            if (rest.at[0] < m->feature_count)
                take_size(bytes_skip(rest, 1), &m->features[rest.at[0]]);
            more = sorter_next(counted, &size_record);
        }
        put_path(p, m, to, &out);
    }
    buf_fini(&out);
    g_free(m);
}

struct sorter *paths_make(struct paths *p, struct sorter *rows, struct failure *why)
{
    struct sorter *counts = join(p, rows), *counted, *paths = NULL;
    bool failed = sorter_failed(rows, why) || sorter_failed(counts, why);

    sorter_free(rows);
    counted = failed ? NULL : count(p, counts, why);
    sorter_free(counts);
    if (!counted)
        return NULL;
    paths = sorter_new(p->folder, p->memory / 2, p->beside);
    put_paths(p, counted, paths);
    if (sorter_failed(counted, why) || sorter_failed(paths, why) ||
        spill_failed(&p->messages, why)) {
        sorter_free(paths);
        paths = NULL;
    }
    sorter_free(counted);
    return paths;
}

/* Features are in the order of the path, what cannot be obfuscated before them. */
static void name_steps(struct tree_path *path, const struct message *m)
{
    unsigned at = 0;

    while (at < m->feature_count && m->features[at].kind < FEATURE_INVARIANTS)
        at++;
    path->own[0] = false;
    for (unsigned i = 1; i < path->n && at < m->feature_count; i++, at++)
        path->own[i] = m->features[at].spread < PATHS_SPREAD;
    path->text = m->signature;
}

bool path_take(struct bytes record, struct tree_path *path, struct message *message)
{
    uint64_t step;

    for (path->n = 0; (step = take_be64(&record)) != 0; path->n++) {
        if (path->n == TREE_DEPTH_MAX)
            return false;
        path->steps[path->n] = step;
    }
    if (!path->n || !take_key(record, message))
        return false;
    name_steps(path, message);
    return true;
}
