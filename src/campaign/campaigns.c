/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run: read the records, walk the tree, look at what it leaves over, write the files. */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "campaign/campaign_files.h"
#include "campaign/describe.h"
#include "campaign/near.h"
#include "campaign/paths.h"
#include "campaign/pieces.h"
#include "campaign/records.h"
#include "campaign/state.h"
#include "potsherd/campaign.h"

struct run {
    const struct campaign_options *options;
    struct listing files;
    struct records_read read;
    struct paths paths;
    struct tree tree;
    struct spill sorted; /* paths and messages, in the order of the tree */
    struct pieces pieces;
    struct sorter *joined; /* number of the first piece, key, message */
    struct near near;
    struct campaign_files out;
    struct description description;
    struct sorter *rows;
    struct message message;
    struct buf record;
    uint64_t in_tree, in_texts; /* campaigns of each kind */
};

/* --- the tree --- */

static bool grow_tree(struct run *r, struct sorter *paths, struct failure *why)
{
    struct tree_path path;
    struct bytes record;

    r->tree.rules = (struct tree_rules){r->options->min_messages, r->options->min_children,
                                        r->options->threshold, r->options->alike};
    spill_begin(&r->sorted, r->options->output);
    while (sorter_next(paths, &record))
        if (path_take(record, &path, &r->message)) {
            tree_add(&r->tree, &path);
            spill_put(&r->sorted, record);
        }
    tree_end(&r->tree);
    return !sorter_failed(paths, why) && !spill_failed(&r->sorted, why);
}

/* Each message of a campaign of the tree, in the tree's order; the others, if they are wanted. */
struct walk {
    void (*begin)(struct run *r, uint32_t piece, const struct tree_path *path, unsigned depth);
    void (*message)(struct run *r, uint32_t piece);
    void (*end)(struct run *r, uint32_t piece);
    void (*other)(struct run *r); /* or NULL */
};

static bool walk_tree(struct run *r, const struct walk *walk, struct failure *why)
{
    uint64_t next = 0, number = 0, count = tree_count(&r->tree);
    struct tree_path path;
    struct bytes record;

    spill_rewind(&r->sorted);
    for (; spill_next(&r->sorted, &record); number++) {
        const struct tree_range *range = next < count ? tree_range(&r->tree, next) : NULL;

        if (!path_take(record, &path, &r->message))
            continue;
        if (!range || number < range->first) {
            if (walk->other)
                walk->other(r);
            continue;
        }
        if (number == range->first)
            walk->begin(r, (uint32_t)next, &path, range->depth);
        walk->message(r, (uint32_t)next);
        if (number + 1 == range->end)
            walk->end(r, (uint32_t)next++);
    }
    return !spill_failed(&r->sorted, why);
}

static void begin_piece(struct run *r, uint32_t piece, const struct tree_path *path, unsigned depth)
{
    uint64_t shared[TREE_DEPTH_MAX];

    (void)piece;
    for (unsigned i = 0; i < depth; i++)
        shared[i] = GUINT64_TO_BE(path->steps[i]);
    pieces_begin(&r->pieces, path->steps[0],
                 describe_id(&r->description,
                             (struct bytes){(const uint8_t *)shared, depth * sizeof *shared}));
}

static void add_to_piece(struct run *r, uint32_t piece)
{
    (void)piece;
    pieces_message(&r->pieces, &r->message);
}

static void end_piece(struct run *r, uint32_t piece)
{
    (void)piece;
    pieces_end(&r->pieces);
}

/* The messages of a campaign in one piece are described as they come. */
static void begin_campaign(struct run *r, uint32_t piece, const struct tree_path *path,
                           unsigned depth)
{
    struct piece_campaign c = pieces_campaign(&r->pieces, piece);

    (void)path;
    (void)depth;
    if (!c.several)
        describe_begin(&r->description, "tree", c.id);
}

/* Those of others are sorted by campaign before. */
static void add_to_campaign(struct run *r, uint32_t piece)
{
    struct piece_campaign c = pieces_campaign(&r->pieces, piece);
    uint32_t first = GUINT32_TO_BE(c.first);

    if (!c.several) {
        describe_message(&r->description, &r->message);
        return;
    }
    buf_set(&r->record, &first, sizeof first);
    buf_append(&r->record, r->message.key, sizeof r->message.key);
    message_pack(&r->message, &r->record);
    sorter_put(r->joined, buf_view(&r->record));
}

static void end_campaign(struct run *r, uint32_t piece)
{
    if (!pieces_campaign(&r->pieces, piece).several)
        describe_end(&r->description);
}

static void leave_over(struct run *r)
{
    if (r->options->alike)
        near_put(&r->near, &r->message);
}

static bool take_joined(struct run *r, struct bytes record, uint32_t *first)
{
    if (record.n < sizeof *first + MESSAGE_KEY_BYTES)
        return false;
    memcpy(first, record.at, sizeof *first);
    *first = GUINT32_FROM_BE(*first);
    record = bytes_skip(record, sizeof *first);
    memcpy(r->message.key, record.at, MESSAGE_KEY_BYTES);
    return message_unpack(bytes_skip(record, MESSAGE_KEY_BYTES), &r->message);
}

static bool describe_joined(struct run *r, struct failure *why)
{
    uint32_t first, now = 0;
    struct bytes record;
    bool any = false;

    while (sorter_next(r->joined, &record)) {
        if (!take_joined(r, record, &first))
            continue;
        if (!any || first != now) {
            if (any)
                describe_end(&r->description);
            describe_begin(&r->description, "tree", pieces_campaign(&r->pieces, first).id);
        }
        any = true;
        now = first;
        describe_message(&r->description, &r->message);
    }
    if (any)
        describe_end(&r->description);
    return !sorter_failed(r->joined, why);
}

static bool describe_tree(struct run *r, struct failure *why)
{
    static const struct walk pieces = {begin_piece, add_to_piece, end_piece, NULL};
    static const struct walk campaigns = {begin_campaign, add_to_campaign, end_campaign,
                                          leave_over};

    if (!walk_tree(r, &pieces, why))
        return false;
    pieces_join(&r->pieces, r->options->alike);
    if (!walk_tree(r, &campaigns, why) || !describe_joined(r, why))
        return false;
    r->in_tree = r->description.campaigns;
    return true;
}

/* --- texts --- */

static bool describe_texts(struct run *r, struct failure *why)
{
    struct sorter *groups = r->options->alike ? near_find(&r->near, why) : NULL;
    struct buf now = {0};
    struct bytes record, group;
    bool good;

    if (!groups)
        return !r->options->alike;
    while (sorter_next(groups, &record)) {
        if (!near_take(record, &group, &r->message))
            continue;
        if (now.len != group.n || memcmp(now.data, group.at, group.n) != 0) {
            if (now.len)
                describe_end(&r->description);
            buf_set(&now, group.at, group.n);
            describe_begin(&r->description, "text", describe_id(&r->description, group));
        }
        describe_message(&r->description, &r->message);
    }
    if (now.len)
        describe_end(&r->description);
    r->in_texts = r->description.campaigns - r->in_tree;
    good = !sorter_failed(groups, why);
    sorter_free(groups);
    buf_fini(&now);
    return good;
}

/* --- the run --- */

static void say(const struct run *r)
{
    const struct paths *p = &r->paths;
    const struct description *d = &r->description;

    log_print("%" PRIu64 " campaigns of %" PRIu64 " messages, of %" PRIu64 " in all", d->campaigns,
              d->in_campaigns, p->count);
    log_print("  %-14s  %" PRIu64 " that share features, %" PRIu64 " whose texts are alike",
              "of these", r->in_tree, r->in_texts);
    log_print("  %-14s  %" PRIu64 " messages in no campaign", "left over",
              p->count - d->in_campaigns);
    log_print("  %-14s  %" PRIu64 " different ones", "features", p->features);
    if (p->bare)
        log_print("  %-14s  %" PRIu64 " messages without a feature: was --mail full given?", "bare",
                  p->bare);
    if (p->doubled)
        log_print("  %-14s  %" PRIu64 " messages came again, and count once", "DOUBLED",
                  p->doubled);
    if (p->orphans)
        log_print("  %-14s  %" PRIu64
                  " messages have rows in urls.csv or attachments.csv, but none "
                  "in emails.csv",
                  "ORPHANS", p->orphans);
    if (p->left_out)
        log_print("  %-14s  %" PRIu64 " features of messages that have more than are looked at",
                  "LEFT OUT", p->left_out);
    if (d->cut)
        log_print("  %-14s  %" PRIu64 " campaigns have more than %d values of something: they are "
                  "not counted beyond",
                  "CUT", d->cut, VALUES_MAX);
    log_print("  %-14s  in %s", "campaigns", r->options->output);
}

static bool make(struct run *r, struct failure *why)
{
    struct sorter *rows = records_read(&r->files, r->options, &r->read), *paths;
    const struct campaign_options *o = r->options;
    bool good;

    if (o->state && !state_read(o->state, rows, why)) {
        sorter_free(rows);
        return false;
    }
    paths = paths_make(&r->paths, rows, why);
    if (!paths)
        return false;
    good = grow_tree(r, paths, why);
    sorter_free(paths);
    good = good && describe_tree(r, why) && describe_texts(r, why);
    if (good)
        describe_write(&r->description);
    return good && !sorter_failed(r->rows, why) &&
           (!o->state || state_write(o->state, &r->paths.messages, why)) &&
           campaign_files_finish(&r->out, why);
}

static void begin(struct run *r)
{
    const struct campaign_options *o = r->options;
    bool beside = o->jobs > 1;

    r->paths = (struct paths){.folder = o->output,
                              .memory = o->memory,
                              .beside = beside,
                              .min_messages = o->min_messages};
    r->near = (struct near){.folder = o->output,
                            .memory = o->memory,
                            .beside = beside,
                            .alike = o->alike,
                            .min_messages = o->min_messages};
    near_begin(&r->near);
    r->joined = sorter_new(o->output, o->memory / 8, beside);
    r->rows = sorter_new(o->output, o->memory / 8, false);
    describe_init(&r->description, &r->out, r->rows);
}

static void end(struct run *r)
{
    describe_fini(&r->description);
    sorter_free(r->rows);
    sorter_free(r->joined);
    pieces_fini(&r->pieces);
    buf_fini(&r->record);
    near_fini(&r->near);
    spill_end(&r->sorted);
    tree_fini(&r->tree);
    paths_fini(&r->paths);
}

int campaigns_run(const struct campaign_options *options, struct failure *failure)
{
    struct run *r;
    int status = 1;

    failure->text[0] = '\0';
    if (options->state && !state_check(options->state, failure))
        return 1;
    r = g_new0(struct run, 1);
    r->options = options;
    r->sorted.fd = r->paths.messages.fd = r->out.place.dir_fd = -1;
    if (records_list(&r->files, options, failure) &&
        campaign_files_open(&r->out, options->output, options->force, failure)) {
        begin(r);
        if (make(r, failure)) {
            status = r->read.failed || r->read.damaged_rows;
            if (!options->quiet)
                say(r);
        }
        end(r);
    }
    campaign_files_close(&r->out);
    listing_fini(&r->files);
    g_free(r);
    return status;
}
