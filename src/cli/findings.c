/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/findings.h"

#include <stdio.h>

#include "base/json.h"
#include "base/log.h"

struct finding {
    enum rank rank;
    const char *what;
    char *state, *meaning, *fix;
};

static const struct {
    const char *mark, *heading, *word; /* word: in JSON */
    int exit_code;
} ranks[RANKS] = {
    [RANK_WILL_LOSE] = {"FIX", "will lose data", "will-lose-data", 5},
    [RANK_MAY_LOSE] = {"FIX", "may lose data", "may-lose-data", 4},
    [RANK_BETTER] = {"FIX", "could be better", "could-be-better", 3},
    [RANK_UNKNOWN] = {"?", "not found out", "unknown", 0},
    [RANK_OK] = {"ok", "well", "ok", 0},
};

static void free_finding(gpointer finding)
{
    struct finding *n = finding;

    g_free(n->state);
    g_free(n->meaning);
    g_free(n->fix);
    g_free(n);
}

void findings_init(struct findings *f, const char *interface)
{
    f->interface = interface;
    f->all = g_ptr_array_new_with_free_func(free_finding);
}

void findings_fini(struct findings *f)
{
    g_ptr_array_free(f->all, TRUE);
}

void findings_add(struct findings *f, enum rank rank, const char *what, const char *state,
                  const char *meaning, const char *fix)
{
    struct finding *n = g_new0(struct finding, 1);

    n->rank = rank;
    n->what = what;
    n->state = g_strdup(state);
    n->meaning = g_strdup(meaning);
    n->fix = g_strdup(fix);
    g_ptr_array_add(f->all, n);
}

static guint count(const struct findings *f, enum rank rank)
{
    guint n = 0;

    for (guint i = 0; i < f->all->len; i++)
        n += ((const struct finding *)g_ptr_array_index(f->all, i))->rank == rank;
    return n;
}

static void print_meaning(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        log_print("      %s", *line);
    g_strfreev(lines);
}

static void print_rank(const struct findings *f, enum rank rank)
{
    if (!count(f, rank))
        return;
    log_print("%s:", ranks[rank].heading);
    for (guint i = 0; i < f->all->len; i++) {
        const struct finding *n = g_ptr_array_index(f->all, i);

        if (n->rank != rank)
            continue;
        log_print("%-5s %-22s %s", ranks[rank].mark, n->what, n->state);
        if (n->meaning)
            print_meaning(n->meaning);
        if (n->fix)
            log_print("      > %s", n->fix);
    }
}

void findings_print(const struct findings *f)
{
    for (enum rank rank = 0; rank < RANKS; rank++)
        print_rank(f, rank);
}

int findings_exit_code(const struct findings *f)
{
    for (enum rank rank = 0; rank < RANKS; rank++)
        if (count(f, rank))
            return ranks[rank].exit_code;
    return 0;
}

void findings_print_sum(const struct findings *f)
{
    GString *each = g_string_new(NULL);
    guint all = 0;

    for (enum rank rank = 0; rank < RANK_UNKNOWN; rank++) {
        guint n = count(f, rank);

        if (n)
            g_string_append_printf(each, "%s%u %s", all ? ", " : "", n, ranks[rank].heading);
        all += n;
    }
    if (all)
        log_print("%u to fix: %s", all, each->str);
    else
        log_print("nothing to fix");
    g_string_free(each, TRUE);
}

static void put_finding(struct json *j, const struct finding *n)
{
    json_open(j, NULL, '{');
    json_word(j, "check", n->what);
    json_word(j, "rank", ranks[n->rank].word);
    json_text(j, "state", bytes_of(n->state));
    if (n->meaning)
        json_text(j, "meaning", bytes_of(n->meaning));
    if (n->fix)
        json_text(j, "fix", bytes_of(n->fix));
    json_close(j, '}');
}

void findings_print_json(const struct findings *f)
{
    struct buf text = {0};
    struct json j = {.out = &text};

    json_open(&j, NULL, '{');
    json_text(&j, "interface", bytes_of(f->interface));
    json_uint(&j, "exit_code", (uint64_t)findings_exit_code(f));
    json_open(&j, "findings", '[');
    for (enum rank rank = 0; rank < RANKS; rank++)
        for (guint i = 0; i < f->all->len; i++) {
            const struct finding *n = g_ptr_array_index(f->all, i);

            if (n->rank == rank)
                put_finding(&j, n);
        }
    json_close(&j, ']');
    json_close(&j, '}');
    puts(buf_string(&text));
    buf_fini(&text);
}
