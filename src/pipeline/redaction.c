/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipeline/redaction.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANDOM_BYTES 32

static enum redact_level level_of(const char *name)
{
    static const char *const names[] = {
        [REDACT_RECIPIENTS] = "recipients",
        [REDACT_ADDRESSES] = "addresses",
        [REDACT_CONTENT] = "content",
    };

    for (int level = REDACT_RECIPIENTS; name && level <= REDACT_CONTENT; level++)
        if (!strcmp(name, names[level]))
            return level;
    return REDACT_NOTHING;
}

/* A key that others know protects nothing. */
static bool check_file(const char *path, const struct stat *st, struct failure *why)
{
    if (!S_ISREG(st->st_mode))
        return failure_set(why, "%s is no regular file: make a key with head -c 32 /dev/urandom",
                           path);
    if (st->st_mode & S_IRWXO)
        return failure_set(why, "%s: others than its owner and group may use this key: chmod o= %s",
                           path, path);
    if (st->st_size < REDACT_KEY_LEAST || st->st_size > REDACT_KEY_MOST)
        return failure_set(why,
                           "%s has %lld bytes: a key has %d to %d; make one with head -c 32 "
                           "/dev/urandom",
                           path, (long long)st->st_size, REDACT_KEY_LEAST, REDACT_KEY_MOST);
    return true;
}

static bool read_key(int fd, const char *path, struct redact_policy *out, struct failure *why)
{
    struct stat st;
    ssize_t n = 0;

    if (fstat(fd, &st) != 0)
        return failure_set(why, "%s: %s", path, strerror(errno));
    if (!check_file(path, &st, why))
        return false;
    out->key_bytes = 0;
    while (out->key_bytes < (size_t)st.st_size &&
           ((n = read(fd, out->key + out->key_bytes, (size_t)st.st_size - out->key_bytes)) > 0 ||
            (n < 0 && errno == EINTR)))
        out->key_bytes += n > 0 ? (size_t)n : 0;
    return out->key_bytes == (size_t)st.st_size ||
           failure_set(why, "%s: %s", path, n < 0 ? strerror(errno) : "it became shorter");
}

static bool load_key(const char *path, struct redact_policy *out, struct failure *why)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe is refused, not waited for */
    bool good;

    if (fd < 0)
        return failure_set(why, "%s: cannot be opened: %s", path, strerror(errno));
    good = read_key(fd, path, out, why);
    close(fd);
    return good;
}

bool redaction_load(const struct options *options, struct redact_policy *out, struct failure *why)
{
    *out = (struct redact_policy){.level = level_of(options->redact)};
    if (out->level == REDACT_NOTHING)
        return true;
    if (options->redact_key)
        return load_key(options->redact_key, out, why);
    out->key_bytes = RANDOM_BYTES;
    if (getrandom(out->key, RANDOM_BYTES, 0) != RANDOM_BYTES)
        log_panic("no random numbers for the key");
    if (!options->quiet)
        log_info("--redact without --redact-key: the key is of this run alone, and its hashes "
                 "match those of no other");
    return true;
}
