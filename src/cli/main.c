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
#include "base/log.h"
#include "base/sandbox.h"
#include "cli/options.h"

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
        {"campaigns", command_campaigns}, {"share", command_share}};

    for (size_t i = 0; i < sizeof runners / sizeof *runners; i++)
        if (!strcmp(runners[i].name, name))
            return runners[i].run(options);
    log_panic("no function runs %s", name);
}

int main(int argc, char **argv)
{
    const struct command *command;
    struct options options;
    int result;

    file_begin();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error like any other */
    if (argc < 2)
        return usage_error(NULL, "say what to do: replay, watch, answer, report, campaigns, find, "
                                 "extract, share, schema, doctor or rules");
    if (!strcmp(argv[1], "--version")) {
        puts("potsherd " POTSHERD_VERSION);
        return finish_output(0);
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
        options_print_commands();
        return finish_output(0);
    }
    command = command_find(argv[1]);
    if (!command)
        return usage_error(NULL, "unknown command %s", argv[1]);
    result = options_parse(command, argc - 1, argv + 1, &options);
    if (result < 0) {
        choose_sandbox(&options);
        if (options.sandbox)
            sandbox_prepare();
        result = run(command->name, &options);
    }
    return finish_output(result);
}
