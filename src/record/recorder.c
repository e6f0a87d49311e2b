/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a run: opened, flushed, rotated, finished. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "potsherd/compress.h"
#include "potsherd/manifest.h"
#include "potsherd/repair.h"
#include "potsherd/segment.h"
#include "record/job_rows.h"
#include "record/recorder.h"

#define DIRECTORY_EVERY (60 * TIME_SECOND)

#define LOCK_TRIES 20
#define LOCK_WAIT  100000 /* microseconds */

/* --- the directory --- */

int record_make_spool(int folder)
{
    return payload_make_spool(folder);
}

/* A descriptor, or -1. */
int record_make_directory(const char *dir, struct failure *why)
{
    int fd = -1;

    if (!folder_make(dir, NULL, NULL))
        failure_set(why, "%s: cannot make the directory: %s; choose another with -o DIR", dir,
                    g_strerror(errno));
    else if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        failure_set(why, "%s: cannot open the directory: %s; choose another with -o DIR", dir,
                    g_strerror(errno));
    return fd;
}

/* Whoever has just been killed may still be on its way out. */
static bool lock(int dir_fd, const char *dir, struct failure *why)
{
    for (int tries = 0; flock(dir_fd, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno != EWOULDBLOCK || tries == LOCK_TRIES)
            return failure_set(why,
                               "%s: another potsherd writes there (%s); stop it, or choose another "
                               "directory with -o DIR",
                               dir, g_strerror(errno));
        g_usleep(LOCK_WAIT);
    }
    return true;
}

int record_lock(const char *directory, struct failure *why)
{
    int fd = record_make_directory(directory, why);

    if (fd < 0 || lock(fd, directory, why))
        return fd;
    close(fd);
    return -1;
}

static bool open_compressor(struct recorder *r, struct failure *why)
{
    if (!r->options.compress)
        return true;
    r->place.files.compressor =
        compressor_new(r->place.files.dir_fd, r->options.directory, r->place.files.manifest, why);
    return r->place.files.compressor != NULL;
}

static bool open_manifest(struct recorder *r, struct failure *why)
{
    struct output_place *place = &r->place.files;

    place->manifest = manifest_open(place->dir_fd, place->dir, place->sync, why);
    if (place->manifest && !place->live)
        manifest_wait_quietly(place->manifest);
    return place->manifest != NULL;
}

static int open_descriptor(const struct recorder *r, struct failure *why)
{
    if (r->options.locked)
        return r->options.folder;
    return r->options.live ? record_lock(r->options.directory, why)
                           : record_make_directory(r->options.directory, why);
}

static bool open_directory(struct recorder *r, struct failure *why)
{
    const char *dir = r->options.directory;

    if (r->options.job)
        return true;
    r->place.files.dir_fd = open_descriptor(r, why);
    if (r->place.files.dir_fd < 0)
        return false;
    r->spools.dir_fd = r->place.files.dir_fd;
    if (r->options.live)
        return open_manifest(r, why) && repair_folder(&r->place.files, why) &&
               open_compressor(r, why);
    if (segment_run_is_there(r->place.files.dir_fd) && !r->options.force)
        return failure_set(why,
                           "%s holds the records of an earlier run: replace them with --force, "
                           "or choose another directory with -o DIR",
                           dir);
    if (!manifest_replace(r->place.files.dir_fd, dir, segment_is_of_run, why))
        return false;
    segment_remove_run(r->place.files.dir_fd);
    return open_manifest(r, why);
}

/* Rows that are written into a directory without a name, or with another one, are not
 * where anybody looks.  What cannot be found out (a parent that only root may see) is taken as
 * well. */
static bool is_in_place(const struct recorder *r)
{
    struct stat ours, named;

    if (stat(r->options.directory, &named) != 0)
        return errno != ENOENT && errno != ENOTDIR;
    return fstat(r->place.files.dir_fd, &ours) != 0 ||
           (ours.st_dev == named.st_dev && ours.st_ino == named.st_ino);
}

static void look_at_directory(struct recorder *r)
{
    bool in_place = is_in_place(r);

    if (!in_place && !r->displaced) {
        failure_set(&r->was_displaced,
                    "%s has been removed or replaced since the start: what is recorded does not "
                    "reach it; restart, and let --keep and --max-disk remove what is old",
                    r->options.directory);
        log_warn_as(LOG_RECORDS_PAUSE, "%s", r->was_displaced.text);
    } else if (in_place && r->displaced) {
        log_info_as(LOG_RECORDS_GO_ON, "%s is in its place again", r->options.directory);
    }
    r->displaced = !in_place;
}

/* --- files --- */

static bool is_written_here(const struct recorder *r, enum record_file file)
{
    enum record_writer writer = record_schema(file)->writer;

    return writer == WRITER_RECORDER || (writer == WRITER_LIVE && r->place.files.live) ||
           (writer == WRITER_ANSWER && r->options.first_bytes) ||
           (writer == WRITER_CAPTURES && r->options.captures);
}

static bool open_files(struct recorder *r, struct failure *why)
{
    if (r->options.live)
        segment_stamp(&r->place.files, r->segment_begun = r->options.now);
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (is_written_here(r, i) &&
            !row_file_open(&r->files[i], &r->place, i, redact_mask(r->redact))) {
            *why = *row_file_failure(&r->files[i]);
            return false;
        }
    r->messages =
        message_writer_open(&r->place, r->options.payload,
                            &(struct message_reading){r->options.mail, r->options.spool_context,
                                                      r->options.mail_place, r->options.mail_parts},
                            r->options.redact, why);
    return r->messages != NULL;
}

static void count_attempt(struct recorder *r, const struct connection *attempt)
{
    scans_add(r->scans, attempt);
}

static void make_sensor_cell(struct recorder *r)
{
    struct rows w;

    cells_begin(&w, RECORD_SCANS, SCANS_sensor, redact_mask(r->redact), &r->sensor);
    rows_word(&w, SCANS_sensor, r->options.sensor);
    cells_end(&w, SCANS_sensor, &r->sensor);
}

struct recorder *record_open(const struct record_options *options, struct failure *why)
{
    struct recorder *r = MEM_NEW(struct recorder);

    r->options = *options;
    r->place = (struct row_place){.files = {.dir_fd = -1,
                                            .dir = options->directory,
                                            .live = options->live || options->job,
                                            .sync = options->live && options->sync != SYNC_NONE},
                                  .json = options->json,
                                  .job = options->job,
                                  .pipe = options->pipe,
                                  .message_pipe = options->message_pipe};
    r->outbox = (struct outbox){.pipe = options->pipe, .now = options->moment};
    if (options->moment)
        r->place.outbox = &r->outbox;
    r->evidence.pipe = options->pipe;
    r->attempt = options->job ? job_rows_attempt : count_attempt;
    r->spools = (struct spool_source){-1, options->spool, options->spool_context};
    r->digest = digest_new();
    r->redact = redact_new(options->redact);
    make_sensor_cell(r);
    r->scans = scans_new(&r->files[RECORD_SCANS].rows, r->redact, &r->sensor, options->scans_max);
    if (!open_directory(r, why) || !open_files(r, why)) {
        struct failure ignored;

        record_close(r, &ignored);
        return NULL;
    }
    return r;
}

const struct failure *record_failure(const struct recorder *r)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (row_file_failure(&r->files[i]))
            return row_file_failure(&r->files[i]);
    return r->messages ? message_writer_failure(r->messages) : NULL;
}

uint64_t record_rows(const struct recorder *r, enum record_file file)
{
    return r->files[file].rows.rows;
}

bool record_close(struct recorder *r, struct failure *why)
{
    const struct failure *failure;

    scans_free(r->scans);
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        row_file_close(&r->files[i]);
    if (r->messages)
        message_writer_finish(r->messages);
    compressor_finish(r->place.files.compressor);
    failure = record_failure(r);
    *why = r->was_displaced; /* empty, if all was well */
    (void)manifest_close(r->place.files.manifest, why);
    if (failure)
        *why = *failure;
    message_writer_free(r->messages);
    digest_free(r->digest);
    redact_free(r->redact);
    if (r->place.files.dir_fd >= 0)
        close(r->place.files.dir_fd);
    buf_fini(&r->sensor);
    buf_fini(&r->attempts);
    outbox_fini(&r->outbox);
    buf_fini(&r->incoming);
    evidence_fini(&r->evidence);
    mem_free(r);
    return why->text[0] == '\0';
}

/* --- live: segments --- */

static void flush(struct recorder *r, bool sync)
{
    job_rows_send(r);
    message_writer_wait(r->messages);
    message_writer_flush(r->messages, sync);
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (sync)
            row_file_sync(&r->files[i]);
        else
            (void)row_file_flush(&r->files[i]);
}

static uint64_t largest_file(const struct recorder *r)
{
    uint64_t most = message_writer_largest(r->messages);

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        if (r->files[i].file.written > most)
            most = r->files[i].file.written;
    return most;
}

static bool segment_is_over(const struct recorder *r, time_us now)
{
    time_us interval = r->options.segment_interval;

    if (now < r->segment_begun) /* the clock was set back: a new stamp, not an old one again */
        return true;
    return (interval && now / interval != r->segment_begun / interval) ||
           (r->options.segment_bytes && largest_file(r) >= r->options.segment_bytes);
}

void record_tick(struct recorder *r, time_us now)
{
    compressor_begin(r->place.files.compressor); /* privileges have been dropped by now */
    flush(r, r->options.sync == SYNC_ALWAYS);
    if (r->options.job)
        return;
    manifest_flush(r->place.files.manifest);
    if (now / DIRECTORY_EVERY != r->looked / DIRECTORY_EVERY)
        look_at_directory(r);
    r->looked = now;
    if (!segment_is_over(r, now))
        return;
    message_writer_end_segments(r->messages);
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        row_file_finish(&r->files[i]);
    compressor_retry(r->place.files.compressor);
    segment_stamp(&r->place.files, r->segment_begun = now);
}

void record_mark(struct recorder *r)
{
    message_writer_mark(r->messages);
    (void)outbox_mark(&r->outbox); /* if not, the next row's failure says it */
}

void record_finish(struct recorder *r)
{
    scans_flush(r->scans);
    flush(r, false);
    if (r->options.live)
        look_at_directory(r);
}

uint64_t record_web_unkept(const struct recorder *r)
{
    return r->web_unkept;
}

void record_renew_mail(struct recorder *r)
{
    if (r->messages)
        message_writer_renew_mail(r->messages);
}

uint64_t record_mails_read(const struct recorder *r)
{
    return message_writer_mails_read(r->messages);
}

uint64_t record_mails_lost(const struct recorder *r)
{
    return message_writer_mails_lost(r->messages);
}

uint64_t record_unwritten(const struct recorder *r)
{
    uint64_t n = message_writer_unwritten(r->messages);

    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        n += r->files[i].file.lost;
    return n;
}

void record_attempt(struct recorder *r, const struct connection *attempt)
{
    r->attempt(r, attempt);
}
