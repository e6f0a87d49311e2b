/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mkmanual: manual pages and completion, made of the tables of commands, options and columns.
 *
 *   mkmanual man NAME.SECTION FILE   the page of doc/man/NAME.SECTION: roff, man(7), in which a
 *                                    line @WORD@ is replaced by what a table says
 *   mkmanual bash | zsh              completion for this shell
 *
 * Writes to standard output.
 */
#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_ids.h"
#include "cli/option_table.h"
#include "potsherd/schema.h"

static void die(const char *path, const char *what)
{
    fprintf(stderr, "mkmanual: %s: %s\n", path, what);
    exit(1);
}

/* --- manual pages --- */

/* Text for roff: no escapes or requests in it, and dashes that can be copied. */
static void put_roff(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++)
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '"')
            fputs("\\(dq", stdout);
        else if (*text == '`')
            fputs("\\(ga", stdout);
        else if (*text == '\'')
            fputs("\\(aq", stdout);
        else
            putchar(*text);
}

static void put_option(const struct option_spec *s)
{
    fputs(".TP\n.BR ", stdout);
    if (s->letter)
        printf("\\-%c \", \" ", s->letter);
    fputs("\\-\\-", stdout);
    put_roff(s->name);
    if (s->argument) {
        fputs(" \" \\fI", stdout);
        put_roff(s->argument);
        fputs("\\fR\"", stdout);
    }
    putchar('\n');
    put_roff(s->help);
    if (s->kind == KIND_LIST && !strstr(s->help, "given again"))
        fputs(". May be given again", stdout);
    if (s->fallback) {
        fputs(". Default: ", stdout);
        put_roff(s->fallback);
    }
    if (s->kind == KIND_NUMBER || s->kind == KIND_SIZE)
        printf(" (%llu to %llu)", (unsigned long long)s->least, (unsigned long long)s->most);
    puts(".");
}

static void put_options(const struct command *command)
{
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_of(&option_specs[i], command) && !option_is_common(&option_specs[i]))
            put_option(&option_specs[i]);
}

static void put_common_options(void)
{
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_common(&option_specs[i]))
            put_option(&option_specs[i]);
    puts(".TP\n.BR \\-h \", \" \\-\\-help\nwhat a command does, its options and an example.");
}

static void put_messages(void)
{
#define MESSAGE(name, id, says) printf(".TP\n.B %s\n", id), put_roff(says), puts(".");
    LOG_IDS(MESSAGE)
#undef MESSAGE
}

static void put_commands(void)
{
    for (const struct command *c = commands; c->name; c++) {
        printf(".TP\n.BR potsherd\\-%s (1)\n", c->name);
        put_roff(c->purpose);
        puts(".");
    }
}

static void put_keys(void)
{
    for (const struct command *c = commands; c->name; c++) {
        bool first = true;

        for (size_t i = 0; i < option_spec_count; i++) {
            const struct option_spec *s = &option_specs[i];

            if (!option_has_key(s) || !option_is_of(s, c))
                continue;
            if (first)
                printf(".SS [%s]\n", c->name);
            else
                puts(".br");
            first = false;
            fputs(".B ", stdout);
            put_roff(s->name);
            fputs("\n", stdout);
            if (s->kind == KIND_FLAG) {
                puts("= true | false");
            } else {
                fputs("= ", stdout);
                put_roff(s->argument);
                putchar('\n');
            }
        }
    }
}

static void put_records(void)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++) {
        const struct record_schema *s = record_schema(i);

        printf(".SS %s.csv\nA row is ", s->name);
        put_roff(s->row);
        puts(".");
        for (unsigned c = 0; c < s->column_count; c++) {
            const struct column *column = &s->columns[c];

            fputs(".TP\n.B ", stdout);
            put_roff(column->name);
            printf("\n(%s%s%s) ", column_type_name(column->type), column->unit[0] ? ", " : "",
                   column->unit);
            put_roff(column->meaning);
            puts(".");
        }
    }
}

static void put_head(const char *name, const char *section, const struct command *command)
{
    char *title = g_ascii_strup(name, -1);

    printf(".\\\" Made by mkmanual; of doc/man/%s.%s.\n.TH ", name, section);
    put_roff(title);
    printf(" %s \"\" \"potsherd %s\" \"potsherd\"\n", section, POTSHERD_VERSION);
    g_free(title);
    if (!command)
        return;
    fputs(".SH NAME\n", stdout);
    put_roff(name);
    fputs(" \\- ", stdout);
    put_roff(command->purpose);
    printf("\n.SH SYNOPSIS\n.B potsherd %s\n.RI [ options ] \" ", command->name);
    put_roff(command->arguments);
    puts("\"");
}

static void put_page(const char *page, const char *path)
{
    char **parts = g_strsplit(page, ".", -1);
    size_t n = g_strv_length(parts);
    char *name = n > 1 ? g_strndup(page, strlen(page) - strlen(parts[n - 1]) - 1) : g_strdup(page);
    const struct command *command =
        g_str_has_prefix(name, "potsherd-") ? command_find(name + strlen("potsherd-")) : NULL;
    char *text, **lines;

    if (n < 2)
        die(page, "expected NAME.SECTION");
    if (!g_file_get_contents(path, &text, NULL, NULL))
        die(path, "cannot be read");
    put_head(name, parts[n - 1], command);
    lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (char **line = lines; *line; line++)
        if (!strcmp(*line, "@OPTIONS@") && command)
            put_options(command);
        else if (!strcmp(*line, "@COMMON@"))
            put_common_options();
        else if (!strcmp(*line, "@COMMANDS@"))
            put_commands();
        else if (!strcmp(*line, "@KEYS@"))
            put_keys();
        else if (!strcmp(*line, "@MESSAGES@"))
            put_messages();
        else if (!strcmp(*line, "@RECORDS@"))
            put_records();
        else if (**line == '@')
            die(path, *line);
        else
            puts(*line);
    g_strfreev(lines);
    g_free(text);
    g_free(name);
    g_strfreev(parts);
}

/* --- completion --- */

enum offer { OFFER_NOTHING, OFFER_WORDS, OFFER_FILES, OFFER_FOLDERS, OFFER_INTERFACES };

/* What may stand behind an option, by what its help calls it. */
static enum offer offer_of(const struct option_spec *s)
{
    if (s->kind == KIND_CHOICE)
        return OFFER_WORDS;
    if (!strcmp(s->name, "interface") || !strcmp(s->name, "out"))
        return OFFER_INTERFACES;
    if (!s->argument)
        return OFFER_NOTHING;
    if (g_str_has_prefix(s->argument, "DIR") || !strcmp(s->argument, "OUT"))
        return OFFER_FOLDERS;
    if (g_str_has_prefix(s->argument, "FILE") || !strcmp(s->argument, "PATH"))
        return OFFER_FILES;
    return OFFER_NOTHING;
}

static void put_words(const char *choices)
{
    for (; *choices; choices++)
        putchar(*choices == '|' ? ' ' : *choices);
}

static bool takes_value(const struct option_spec *s)
{
    return s->kind != KIND_FLAG;
}

static void bash_value(const struct command *c, const struct option_spec *s)
{
    printf("    '%s --%s'", c->name, s->name);
    if (s->letter)
        printf("|'%s -%c'", c->name, s->letter);
    fputs(") ", stdout);
    switch (offer_of(s)) {
    case OFFER_WORDS:
        fputs("_potsherd_words '", stdout);
        put_words(s->argument);
        putchar('\'');
        break;
    case OFFER_FILES:
        fputs("_potsherd_paths -f", stdout);
        break;
    case OFFER_FOLDERS:
        fputs("_potsherd_paths -d", stdout);
        break;
    case OFFER_INTERFACES:
        fputs("_potsherd_words \"$(ls /sys/class/net)\"", stdout);
        break;
    default:
        putchar(':');
    }
    puts(" ;;");
}

static void put_names(void)
{
    for (const struct command *c = commands; c->name; c++)
        printf("%s%s", c == commands ? "" : " ", c->name);
}

static void put_record_names(void)
{
    for (int i = 0; i < RECORD_FILE_COUNT; i++)
        printf("%s%s", i ? " " : "", record_schema(i)->name);
}

/* Record files by their names, and folders. */
static bool takes_names(const struct command *c)
{
    return strstr(c->arguments, "FILE") && !strstr(c->arguments, "FILE...");
}

/* What may stand beside the options of a command. */
static void bash_arguments(const struct command *c)
{
    printf("    %s) ", c->name);
    if (takes_names(c)) {
        fputs("_potsherd_words '", stdout);
        put_record_names();
        fputs("'; [ ${#COMPREPLY[@]} -gt 0 ] || _potsherd_paths -d", stdout);
    } else if (strstr(c->arguments, "DIR")) {
        fputs("_potsherd_paths -d", stdout);
    } else if (strstr(c->arguments, "FILE...")) {
        fputs("_potsherd_paths -f", stdout);
    } else if (strstr(c->arguments, "COMMAND")) {
        fputs("_potsherd_words '", stdout);
        put_names();
        putchar('\'');
    } else if (c->arguments[0]) {
        printf("_potsherd_words '%s'", c->arguments);
    } else {
        putchar(':');
    }
    puts(" ;;");
}

static void bash_options(const struct command *c)
{
    printf("    %s) _potsherd_words '--help", c->name);
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_of(&option_specs[i], c))
            printf(" --%s", option_specs[i].name);
    puts("' ;;");
}

static void put_bash(void)
{
    puts("# bash completion for potsherd, made by mkmanual of the tables of commands and options\n"
         "_potsherd_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
         "_potsherd_paths() {\n"
         "    compopt -o filenames 2>/dev/null\n"
         "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
         "}\n"
         "_potsherd() {\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' "
         "i\n"
         "    COMPREPLY=()\n"
         "    [ \"$cur\" != = ] || cur=''\n"
         "    [ \"$before\" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}\n"
         "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "        case ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]}; break ;; esac\n"
         "    done\n"
         "    if [ -z \"$command\" ] || { [ \"$command\" = help ] && [ \"$COMP_CWORD\" = 2 ]; }; "
         "then");
    fputs("        _potsherd_words 'help --help --version ", stdout);
    put_names();
    puts("'\n        return\n    fi\n    case \"$command $before\" in");
    for (const struct command *c = commands; c->name; c++)
        for (size_t i = 0; i < option_spec_count; i++)
            if (takes_value(&option_specs[i]) && option_is_of(&option_specs[i], c))
                bash_value(c, &option_specs[i]);
    puts("    *) case \"$cur $command\" in\n    -*) case $command in");
    for (const struct command *c = commands; c->name; c++)
        bash_options(c);
    puts("    esac ;;\n    *) case $command in");
    for (const struct command *c = commands; c->name; c++)
        bash_arguments(c);
    puts("    esac ;;\n    esac ;;\n    esac\n}\ncomplete -F _potsherd potsherd");
}

/* In a specification of _arguments, between apostrophes. */
static void put_zsh(const char *text)
{
    for (; *text; text++) {
        if (strchr(":[]\\", *text))
            putchar('\\');
        if (*text == '\'')
            fputs("'\\'", stdout);
        putchar(*text);
    }
}

static const char *zsh_action(enum offer offer)
{
    switch (offer) {
    case OFFER_FILES:
        return "_files";
    case OFFER_FOLDERS:
        return "_files -/";
    case OFFER_INTERFACES:
        return "_net_interfaces";
    default:
        return " ";
    }
}

static void zsh_option(const struct option_spec *s)
{
    fputs("        '", stdout);
    if (s->kind == KIND_LIST)
        putchar('*');
    else if (s->letter)
        printf("(-%c --%s)", s->letter, s->name);
    putchar('\'');
    if (s->letter)
        printf("{-%c,--%s%s}", s->letter, s->name, takes_value(s) ? "=" : "");
    else
        printf("--%s%s", s->name, takes_value(s) ? "=" : "");
    fputs("'[", stdout);
    put_zsh(s->help);
    putchar(']');
    if (takes_value(s)) {
        putchar(':');
        put_zsh(s->argument);
        putchar(':');
        if (offer_of(s) == OFFER_WORDS) {
            putchar('(');
            put_words(s->argument);
            putchar(')');
        } else {
            fputs(zsh_action(offer_of(s)), stdout);
        }
    }
    puts("' \\");
}

static void zsh_arguments(const struct command *c)
{
    if (takes_names(c))
        fputs("        '*: :_alternative \"names:record file:(", stdout), put_record_names(),
            puts(")\" \"folders:folder of records:_files -/\"' ;;");
    else if (strstr(c->arguments, "DIR"))
        puts("        '*:folder of records:_files -/' ;;");
    else if (strstr(c->arguments, "FILE..."))
        puts("        '*:capture:_files' ;;");
    else if (strstr(c->arguments, "COMMAND"))
        fputs("        '1:command:(", stdout), put_names(), puts(")' ;;");
    else if (c->arguments[0])
        printf("        '1:what:(%s)' ;;\n", c->arguments);
    else
        puts("        && : ;;");
}

static void put_zsh_file(void)
{
    puts("#compdef potsherd\n"
         "# zsh completion for potsherd, made by mkmanual of the tables of commands and options\n"
         "local -a commands\ncommands=(");
    for (const struct command *c = commands; c->name; c++) {
        printf("    '%s:", c->name);
        put_zsh(c->purpose);
        puts("'");
    }
    puts("    'help:what a command does, its options and an example'\n)\n"
         "if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "fi\n"
         "local command=$words[2]\n"
         "shift words\n"
         "(( CURRENT-- ))\n"
         "case $command in\n"
         "help) _describe command commands ;;");
    for (const struct command *c = commands; c->name; c++) {
        printf("%s)\n    _arguments -s -S \\\n        '(-h --help)'{-h,--help}'[what it does, its "
               "options, an example]' \\\n",
               c->name);
        for (size_t i = 0; i < option_spec_count; i++)
            if (option_is_of(&option_specs[i], c))
                zsh_option(&option_specs[i]);
        zsh_arguments(c);
    }
    puts("esac");
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "man"))
        put_page(argv[2], argv[3]);
    else if (argc == 2 && !strcmp(argv[1], "bash"))
        put_bash();
    else if (argc == 2 && !strcmp(argv[1], "zsh"))
        put_zsh_file();
    else
        die("usage", "mkmanual man NAME.SECTION FILE | bash | zsh");
    if (fflush(stdout) != 0 || ferror(stdout))
        die("standard output", strerror(errno));
    return 0;
}
