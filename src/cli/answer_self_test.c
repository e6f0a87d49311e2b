/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer --self-test: plays a client with itself, in one process, and touches nothing of the
 * host's. */
#include <glib.h>
#include <inttypes.h>

#include "cli/answer_processes.h"
#include "potsherd/clock.h"
#include "potsherd/pcapfile.h"
#include "potsherd/segment.h"

static const char *const addresses[] = {"192.0.2.1", "2001:db8::1"};

struct self_test {
    struct answering *answering;
    struct answer_selftest *client;
    struct pcapfile *saved; /* of --save-pcap; or NULL */
};

static void on_put(void *context, const uint8_t *frame, size_t n)
{
    const struct self_test *t = context;

    answer_selftest_receive(t->client, frame, n);
}

static void on_record(void *context, const struct frame *frame)
{
    const struct self_test *t = context;

    if (t->saved)
        pcapfile_put(t->saved, frame);
    pipeline_put(t->answering->pipeline, frame);
}

static void on_first_bytes(void *context, const struct connection *c, struct bytes bytes,
                           time_us now)
{
    const struct self_test *t = context;

    pipeline_first_bytes(t->answering->pipeline, c, bytes, now);
}

static bool open_pipeline(struct answering *a, struct failure *why)
{
    struct pipeline_where where = {
        .records = RECORDS_LIVE, .now = clock_now(), .locked = true, .first_bytes = true};
    struct pipeline *p;

    where.folder = record_lock(a->options->output, why);
    if (where.folder < 0 || !answering_load(a, why))
        return false;
    p = pipeline_new(&a->records, &where, why);
    if (p)
        answering_join(a, p);
    return p != NULL;
}

static bool open_saved(struct self_test *t, struct failure *why)
{
    const char *folder = t->answering->options->save_pcap;

    if (folder)
        t->saved = pcapfile_new(folder, SEGMENT_ANSWERED, why);
    return !folder || t->saved;
}

static bool open_answer(struct self_test *t, struct failure *why)
{
    struct answer_options options = answering_options(t->answering);

    options.addresses = addresses;
    options.address_count = G_N_ELEMENTS(addresses);
    options.put = on_put;
    options.record = on_record;
    options.first_bytes = on_first_bytes;
    options.context = t;
    t->answering->answer = answer_new(&options, clock_now(), why);
    return t->answering->answer != NULL;
}

static bool play(struct self_test *t, struct failure *why)
{
    struct answering *a = t->answering;
    struct answer_selftest_result played;
    struct counters n;

    if (!open_answer(t, why) || !open_pipeline(a, why) || !open_saved(t, why) ||
        !answer_selftest_run(t->client, a->answer, &played, why))
        return false;
    answer_stop(a->answer, clock_now());
    pipeline_finish(a->pipeline);
    pipeline_read_counters(a->pipeline, &n);
    if (n.emails_complete != played.mails || n.recipients != played.mails)
        return failure_set(why, "%u mails were delivered, %" PRIu64 " are recorded whole",
                           played.mails, n.emails_complete);
    log_info("self-test: %u conversations, %u mails; all recorded in %s", played.conversations,
             played.mails, a->options->output);
    return true;
}

static bool close_all(struct self_test *t, struct failure *why)
{
    struct answering *a = t->answering;
    bool good = true;

    if (a->pipeline) {
        answering_join(a, NULL);
        good = pipeline_free(a->pipeline, why);
    }
    if (t->saved) {
        pcapfile_flush(t->saved);
        pcapfile_finish(t->saved);
        if (good && pcapfile_failure(t->saved)) {
            *why = *pcapfile_failure(t->saved);
            good = false;
        }
        pcapfile_close(t->saved);
    }
    answer_free(a->answer);
    answer_selftest_free(t->client);
    pipeline_unload();
    return good;
}

int answering_self_test(struct answering *a)
{
    struct self_test t = {.answering = a, .client = answer_selftest_new(clock_now())};
    struct failure why, closing;
    bool good = play(&t, &why);

    if (!close_all(&t, &closing) && good) {
        why = closing;
        good = false;
    }
    if (!good)
        log_warn("self-test failed: %s", why.text);
    return !good;
}
