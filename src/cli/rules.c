/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd rules check: ports, personas and tag rules as a run would read them. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cli/options.h"
#include "potsherd/answer.h"
#include "potsherd/mail.h"
#include "potsherd/pipeline.h"
#include "potsherd/ports.h"

static char *path_of(const char *given, const char *installed)
{
    return given ? g_strdup(given) : pipeline_find_rules(installed);
}

static bool refuse(const struct failure *why)
{
    log_warn("%s", why->text);
    return false;
}

static bool check_ports(const char *path)
{
    struct failure why;
    struct port_rules *rules = ports_load(path, &why);

    if (!rules)
        return refuse(&why);
    ports_free(rules);
    printf("%s: good\n", path);
    return true;
}

static bool count_persona(void *context, const struct answer_persona *file, struct failure *why)
{
    unsigned *count = context;

    (void)why;
    *count = file->count;
    return true;
}

static bool check_personas(const char *folder)
{
    struct failure why;
    unsigned count = 0;

    if (!answer_open_personas(folder, count_persona, &count, &why))
        return refuse(&why);
    printf("%s: %u personas, good\n", folder, count);
    return true;
}

static bool check_tags(const char *folder)
{
    struct failure why;
    struct mail_rules *rules = mail_rules_load(folder, &why);

    if (!rules)
        return refuse(&why);
    printf("%s: %u tag rules, good\n", folder, mail_rules_count(rules));
    mail_rules_free(rules);
    return true;
}

int command_rules(const struct options *options)
{
    static const struct {
        const char *installed;
        size_t given; /* in struct options */
        bool (*check)(const char *path);
    } kinds[] = {{"ports.rules", offsetof(struct options, rules), check_ports},
                 {"personas", offsetof(struct options, personas), check_personas},
                 {"tags", offsetof(struct options, tags), check_tags}};
    bool good = true;

    if (strcmp(options->arguments[0], "check"))
        return usage_error(command_find("rules"), "%s: the one thing to do with rules is check",
                           options->arguments[0]);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const char *given = *(const char *const *)((const char *)options + kinds[i].given);
        char *path = path_of(given, kinds[i].installed);

        good = kinds[i].check(path) && good;
        g_free(path);
    }
    return !good;
}
