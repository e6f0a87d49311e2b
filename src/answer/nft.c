/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/nft.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pipe.h"
#include "base/privilege.h"

#define FOLDERS "/usr/sbin, /sbin or /usr/bin"

static const char *find_nft(void)
{
    static const char *const paths[] = {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"};

    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    return NULL;
}

static void read_all(int fd, struct buf *to)
{
    uint8_t block[4096];
    ssize_t n;

    lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, block, sizeof block)) > 0)
        buf_append(to, block, (size_t)n);
}

/* In the child, between fork and exec. */
static void become_nft(const char *path, int in, int out, int err)
{
    static char locale[] = "LC_ALL=C";
    char *const environment[] = {locale, NULL};

    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
        _exit(127);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    privilege_pass_on();
    execle(path, "nft", "-f", "-", (char *)NULL, environment);
    _exit(127);
}

/* Whether it ran, and ended well. */
static bool run(const char *path, int in, int out, int err)
{
    pid_t child = fork();
    int status = -1;

    if (child == 0)
        become_nft(path, in, out, err);
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool explain(int err, struct failure *why)
{
    struct buf said = {0};
    const char *text;

    read_all(err, &said);
    text = buf_string(&said);
    failure_set(why, "nftables: %.*s", (int)strcspn(text, "\n"),
                *text ? text : "nft could not be run");
    buf_fini(&said);
    return false;
}

/* Files in memory, not pipes: neither side ever waits for the other. */
bool nft_run(const char *commands, struct buf *output, struct failure *why)
{
    const char *path = find_nft();
    int files[3];
    bool good;

    if (!path)
        return failure_set(why, "nft is not in " FOLDERS ": install the package nftables");
    for (int i = 0; i < 3; i++)
        files[i] = memfd_create("nft", MFD_CLOEXEC);
    good = files[0] >= 0 && files[1] >= 0 && files[2] >= 0 &&
           (pipe_write(files[0], bytes_of(commands)) && lseek(files[0], 0, SEEK_SET) == 0);
    if (!good)
        failure_set(why, "nftables: %s", strerror(errno));
    else if (!(good = run(path, files[0], files[1], files[2])))
        explain(files[2], why);
    else if (output)
        read_all(files[1], output);
    for (int i = 0; i < 3; i++)
        if (files[i] >= 0)
            close(files[i]);
    return good;
}
