/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/reload.h"

#include <glib.h>
#include <string.h>
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

struct mail_rules *reload_load_tags(const struct options *options, struct failure *why)
{
    struct mail_rules *rules;
    char *folder;

    why->text[0] = '\0';
    if (!strcmp(options->mail, "none") || (options->tags && !strcmp(options->tags, "none")))
        return NULL;
    folder = options->tags ? g_strdup(options->tags) : pipeline_find_rules("tags");
    rules = mail_rules_load(folder, why);
    g_free(folder);
    return rules;
}

static bool tell_tags(struct workers *w, const struct mail_rules *rules, struct failure *why)
{
    const struct process_message note = {.kind = RELOAD_TAGS};
    int fd = mail_rules_export(rules, why);
    bool good;

    if (fd < 0)
        return false;
    good = workers_note_mail_rules(w, fd) && workers_note(w, &note, -1);
    close(fd);
    return good || failure_set(why, "tag rules could not be handed over");
}

void reload_tags(struct workers *w, const struct options *options)
{
    struct failure why;
    struct mail_rules *rules = reload_load_tags(options, &why);

    if (rules && tell_tags(w, rules, &why))
        log_info_as(LOG_RELOADED, "tag rules read again: %u", mail_rules_count(rules));
    else if (why.text[0])
        log_warn_as(LOG_NOT_RELOADED, "%s; the previous tag rules stay in use", why.text);
    mail_rules_free(rules);
}

bool reload_failed(void)
{
    log_warn_as(LOG_NOT_RELOADED,
                "what was read again could not be handed over: the previous one stays in use; send "
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
