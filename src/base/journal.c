/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/journal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int journal = -1;

/* $JOURNAL_STREAM names it, and stays set for programs whose standard error leads elsewhere
 * (systemd.exec(5)). */
bool journal_is_standard_error(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat st;

    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/* A name in the file system, of this machine alone.  It is bound to that name, so that sending
 * needs no more than write(2). */
void journal_open(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    if (journal >= 0)
        close(journal);
    journal = -1;
    if (!journal_is_standard_error() || strlen(path) >= sizeof to.sun_path)
        return;
    memcpy(to.sun_path, path, strlen(path));
    journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (journal < 0 || connect(journal, (const struct sockaddr *)&to, sizeof to) == 0)
        return;
    close(journal);
    journal = -1;
}

int journal_descriptor(void)
{
    return journal;
}

bool journal_send(int priority, enum log_id id, const char *text)
{
    static const char *const ids[] = {"",
#define ID(name, id, says) "MESSAGE_ID=" id "\n",
                                      LOG_IDS(ID)
#undef ID
    };
    char fields[2 * PIPE_BUF];
    int n;

    if (journal < 0)
        return false;
    n = snprintf(fields, sizeof fields, "PRIORITY=%d\nSYSLOG_IDENTIFIER=potsherd\n%sMESSAGE=%s\n",
                 priority, ids[id], text);
    return n > 0 && (size_t)n < sizeof fields && write(journal, fields, (size_t)n) == n;
}
