/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/reload.h"

#include <unistd.h>

#include "potsherd/geo.h"

bool reload_tell_rules(struct workers *w, const struct options *options)
{
    struct process_message note = {.kind = RELOAD_RULES};
    int fd = pipeline_open_rules(options);
    bool good = fd >= 0 && workers_note(w, &note, fd);

    if (fd >= 0)
        close(fd);
    return good;
}

bool reload_tell_databases(struct workers *w)
{
    unsigned count = geo_databases();
    struct process_message note = {.kind = RELOAD_DATABASE};
    bool good = true;
    int fd;

    for (unsigned i = 0; i < count && good; i++) {
        note.number = i << 16 | count;
        note.n = (uint32_t)geo_hand_over(i, note.bytes, sizeof note.bytes, &fd);
        good = workers_note(w, &note, fd);
    }
    return good && (count || workers_note(w, &note, -1));
}

bool reload_failed(void)
{
    log_warn("what was read again could not be handed over: the previous one stays in use; send "
             "SIGHUP again");
    return false;
}

bool reload_take(const struct process_message *note, int fd)
{
    struct failure why;

    if (note->kind == RELOAD_RULES)
        return pipeline_take_rules(fd, &why) || reload_failed();
    if (note->kind == RELOAD_DATABASE)
        return geo_adopt(note->number >> 16, note->number & 0xffff, note->bytes, note->n, fd) ||
               reload_failed();
    return true;
}
