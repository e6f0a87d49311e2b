/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/tags.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <yara.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/pipe.h"

struct mail_rules {
    YR_RULES *compiled;
};

struct tag_scanner {
    const struct mail_rules *rules;
    YR_SCANNER *scanner;
    bool *matched; /* by rule */
    struct buf text;
};

static const char *const text_names[] = {
#define TAG_TEXT(name) #name,
    TAG_TEXTS(TAG_TEXT)
#undef TAG_TEXT
};

static const char *const number_names[] = {
#define TAG_NUMBER(name) #name,
    TAG_NUMBERS(TAG_NUMBER)
#undef TAG_NUMBER
};

/* --- compiling, in the parent --- */

struct compiling {
    bool silent;
    unsigned messages, mistakes;
};

/* YARA warns of strings for which it has to look at every byte of a mail. */
static bool is_slow(const char *message)
{
    return strstr(message, "slow") != NULL;
}

static void on_message(int level, const char *file, int line, const YR_RULE *rule,
                       const char *message, void *context)
{
    struct compiling *c = context;
    bool refused = level == YARA_ERROR_LEVEL_ERROR || is_slow(message);

    (void)rule;
    c->messages++;
    c->mistakes += refused;
    if (c->silent)
        return;
    log_warn("%s:%d: %s%s%s", file ? file : "?", line, refused ? "" : "warning: ", message,
             is_slow(message) ? ": it needs four bytes that stand in each match" : "");
}

static bool define_variables(YR_COMPILER *compiler)
{
    bool good = true;

    for (size_t i = 0; i < G_N_ELEMENTS(text_names); i++)
        good = good &&
               yr_compiler_define_string_variable(compiler, text_names[i], "") == ERROR_SUCCESS;
    for (size_t i = 0; i < G_N_ELEMENTS(number_names); i++)
        good = good &&
               yr_compiler_define_integer_variable(compiler, number_names[i], 0) == ERROR_SUCCESS;
    return good;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of the rule files, sorted; NULL: `why`. */
static GPtrArray *list_files(const char *folder, struct failure *why)
{
    GError *error = NULL;
    GDir *dir = g_dir_open(folder, 0, &error);
    GPtrArray *paths;
    const char *name;

    if (!dir) {
        failure_set(why, "tag rules: %s", error->message);
        g_error_free(error);
        return NULL;
    }
    paths = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ".yar") || g_str_has_suffix(name, ".yara"))
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_dir_close(dir);
    g_ptr_array_sort(paths, compare_names);
    return paths;
}

static bool add_file(YR_COMPILER *compiler, const char *path, struct compiling *c,
                     struct failure *why)
{
    FILE *file = fopen(path, "re");

    if (!file)
        return failure_set(why, "%s: %s", path, g_strerror(errno));
    yr_compiler_set_callback(compiler, on_message, c);
    if (yr_compiler_add_file(compiler, file, NULL, path) > 0 && !c->mistakes)
        c->mistakes++;
    fclose(file);
    return true;
}

static YR_COMPILER *new_compiler(struct failure *why)
{
    YR_COMPILER *compiler;

    if (yr_compiler_create(&compiler) != ERROR_SUCCESS || !define_variables(compiler)) {
        failure_set(why, "no memory for tag rules");
        return NULL;
    }
    yr_compiler_set_include_callback(compiler, NULL, NULL, NULL);
    return compiler;
}

/* Each by a compiler of its own, which takes no more after a mistake: so that all are named. */
static bool check_files(const GPtrArray *paths, struct compiling *c, struct failure *why)
{
    bool good = true;

    for (guint i = 0; i < paths->len && good; i++) {
        YR_COMPILER *compiler = new_compiler(why);

        good = compiler && add_file(compiler, paths->pdata[i], c, why);
        if (compiler)
            yr_compiler_destroy(compiler);
    }
    return good;
}

static bool compile(const GPtrArray *paths, YR_RULES **out, struct compiling *c,
                    struct failure *why)
{
    YR_COMPILER *compiler = new_compiler(why);
    bool good = compiler != NULL;

    for (guint i = 0; i < paths->len && good && !c->mistakes; i++)
        good = add_file(compiler, paths->pdata[i], c, why);
    if (good && !c->mistakes && yr_compiler_get_rules(compiler, out) != ERROR_SUCCESS)
        good = failure_set(why, "no memory for tag rules");
    if (compiler)
        yr_compiler_destroy(compiler);
    return good && !c->mistakes;
}

static void begin_yara(void)
{
    static gsize begun;

    if (!g_once_init_enter(&begun))
        return;
    if (yr_initialize() != ERROR_SUCCESS)
        log_panic("YARA does not start");
    g_once_init_leave(&begun, 1);
}

static struct mail_rules *rules_of(YR_RULES *compiled)
{
    struct mail_rules *r = MEM_NEW(struct mail_rules);

    r->compiled = compiled;
    return r;
}

struct mail_rules *mail_rules_load(const char *folder, struct failure *why)
{
    struct compiling silent = {.silent = true}, c = {.silent = false};
    GPtrArray *paths = list_files(folder, why);
    YR_RULES *compiled = NULL;

    if (!paths)
        return NULL;
    begin_yara();
    why->text[0] = '\0';
    (void)compile(paths, &compiled, &silent, why);
    if (silent.messages && check_files(paths, &c, why) && !c.mistakes && silent.mistakes)
        (void)compile(paths, &compiled, &c, why); /* a name that is in two files */
    if (c.mistakes)
        failure_set(why, "%s: %u mistakes; nothing of it is used", folder, c.mistakes);
    g_ptr_array_free(paths, TRUE);
    return compiled ? rules_of(compiled) : NULL;
}

void mail_rules_free(struct mail_rules *r)
{
    if (!r)
        return;
    yr_rules_destroy(r->compiled);
    mem_free(r);
}

unsigned mail_rules_count(const struct mail_rules *r)
{
    return r->compiled->num_rules;
}

/* --- from process to process --- */

static size_t write_some(const void *bytes, size_t size, size_t count, void *fd)
{
    return pipe_write(*(const int *)fd, (struct bytes){bytes, size * count}) ? count : 0;
}

struct reading { /* several processes have the file, and one place in it */
    int fd;
    off_t at;
};

static size_t read_some(void *bytes, size_t size, size_t count, void *context)
{
    struct reading *r = context;
    size_t n = 0;

    while (n < size * count) {
        ssize_t got = pread(r->fd, (uint8_t *)bytes + n, size * count - n, r->at);

        if (got <= 0)
            return 0;
        n += (size_t)got;
        r->at += got;
    }
    return count;
}

int mail_rules_export(const struct mail_rules *r, struct failure *why)
{
    int fd = memfd_create("tag rules", MFD_CLOEXEC);
    YR_STREAM stream = {.user_data = &fd, .write = write_some};

    if (fd < 0) {
        failure_set(why, "tag rules: %s", g_strerror(errno));
        return -1;
    }
    if (yr_rules_save_stream(r->compiled, &stream) == ERROR_SUCCESS)
        return fd;
    failure_set(why, "tag rules could not be handed over");
    close(fd);
    return -1;
}

struct mail_rules *mail_rules_import(int fd)
{
    struct reading reading = {.fd = fd};
    YR_STREAM stream = {.user_data = &reading, .read = read_some};
    YR_RULES *compiled;

    return yr_rules_load_stream(&stream, &compiled) == ERROR_SUCCESS ? rules_of(compiled) : NULL;
}

/* --- scanning, in the worker --- */

static int on_scan(YR_SCAN_CONTEXT *scan, int message, void *data, void *context)
{
    struct tag_scanner *s = context;

    (void)scan;
    if (message == CALLBACK_MSG_RULE_MATCHING)
        s->matched[(const YR_RULE *)data - s->rules->compiled->rules_table] = true;
    return CALLBACK_CONTINUE;
}

struct tag_scanner *tag_scanner_new(const struct mail_rules *rules)
{
    struct tag_scanner *s = MEM_NEW(struct tag_scanner);

    s->rules = rules;
    s->matched = mem_new(rules->compiled->num_rules + 1);
    if (yr_scanner_create(rules->compiled, &s->scanner) != ERROR_SUCCESS) {
        tag_scanner_free(s);
        return NULL;
    }
    yr_scanner_set_callback(s->scanner, on_scan, s);
    yr_scanner_set_flags(s->scanner, SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING);
    return s;
}

void tag_scanner_free(struct tag_scanner *s)
{
    if (!s)
        return;
    if (s->scanner)
        yr_scanner_destroy(s->scanner);
    buf_fini(&s->text);
    mem_free(s->matched);
    mem_free(s);
}

void tag_set_text(struct tag_scanner *s, enum tag_text which, struct bytes text)
{
    buf_set(&s->text, text.at, text.n);
    (void)yr_scanner_define_string_variable(s->scanner, text_names[which], buf_string(&s->text));
}

void tag_set_number(struct tag_scanner *s, enum tag_number which, int64_t number)
{
    (void)yr_scanner_define_integer_variable(s->scanner, number_names[which], number);
}

void tag_begin(struct tag_scanner *s)
{
    memset(s->matched, 0, s->rules->compiled->num_rules);
}

bool tag_scan(struct tag_scanner *s, struct bytes content)
{
    return yr_scanner_scan_mem(s->scanner, content.at, content.n) == ERROR_SUCCESS;
}

void tag_put_names(const struct tag_scanner *s, struct buf *out)
{
    for (uint32_t i = 0; i < s->rules->compiled->num_rules; i++) {
        if (!s->matched[i])
            continue;
        if (out->len)
            buf_append_byte(out, ' ');
        buf_append_text(out, s->rules->compiled->rules_table[i].identifier);
    }
}
