/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which command; and the exit codes: 0 well, 1 something went wrong, 2 wrong usage. */
#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/journal.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "cli/options.h"
#include "cli/spelling.h"
#include "cli/version.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* Of a pipe: it has had enough ("report | head"), which is no news to anybody. */
static bool reader_is_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

/* A reader that has gone away, or a full disk, must not pass for success. */
static int finish_output(int result)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    if (!reader_is_gone())
        log_warn("standard output: %s", g_strerror(errno ? errno : EIO));
    return result ? result : 1;
}

static void choose_sandbox(const struct options *options)
{
    if (!options->sandbox || strcmp(options->sandbox, "off"))
        return;
    sandbox_switch_off();
    log_warn("--sandbox off: what strangers send is read by processes that may do anything");
}

/* Behind the options' table, so that no command and its options call each other. */
static int run(const char *name, const struct options *options)
{
    static const struct {
        const char *name;
        int (*run)(const struct options *options);
    } runners[] = {
        {"replay", command_replay},       {"report", command_report},  {"schema", command_schema},
        {"doctor", command_doctor},       {"answer", command_answer},  {"watch", command_watch},
        {"rules", command_rules},         {"find", command_find_rows}, {"extract", command_extract},
        {"campaigns", command_campaigns}, {"share", command_share},    {"config", command_config},
        {"verify", command_verify}};

    for (size_t i = 0; i < sizeof runners / sizeof *runners; i++)
        if (!strcmp(runners[i].name, name))
            return runners[i].run(options);
    log_panic("no function runs %s", name);
}

static int no_such_command(const char *name)
{
    const char *names[64], *nearest;
    unsigned n = 0;

    for (const struct command *c = commands; c->name && n + 1 < G_N_ELEMENTS(names); c++)
        names[n++] = c->name;
    names[n] = NULL;
    nearest = spelling_nearest(name, names);
    if (nearest)
        return usage_error(NULL, "unknown command %s: did you mean %s?", name, nearest);
    return usage_error(NULL, "unknown command %s", name);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return !strcmp(word, a) || !strcmp(word, b);
}

/* potsherd help [COMMAND] */
static int help(const char *name)
{
    const struct command *command = name ? command_find(name) : NULL;

    if (name && !command)
        return no_such_command(name);
    if (command)
        options_print_help(command);
    else
        options_print_commands();
    return 0;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct options options;
    int result = options_parse(command, argc, argv, &options);

    if (result >= 0)
        return result;
    log_set_verbose(options.verbose);
    choose_sandbox(&options);
    if (options.sandbox)
        sandbox_prepare();
    return run(command->name, &options);
}

int main(int argc, char **argv)
{
    const struct command *command;

    file_begin();
    journal_open(JOURNAL_SOCKET);
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error like any other */
    if (argc < 2)
        return usage_error(NULL, "say what to do, for example: potsherd replay FILE");
    if (is_one_of(argv[1], "--version", "-V")) {
        version_print();
        return finish_output(0);
    }
    if (is_one_of(argv[1], "--help", "-h"))
        return finish_output(help(NULL));
    if (!strcmp(argv[1], "help"))
        return finish_output(help(argv[2]));
    command = command_find(argv[1]);
    if (!command)
        return no_such_command(argv[1]);
    return finish_output(run_command(command, argc - 1, argv + 1));
}
