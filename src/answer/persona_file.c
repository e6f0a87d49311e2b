/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/persona_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define FILES_MAX 64
#define PORTS_MAX 64
#define BYTES_MAX (1 << 20) /* of a file */
#define VALUE_MAX 255       /* of a client's words in our replies */

struct persona_file {
    enum persona_kind kind;
    uint16_t ports[PORTS_MAX];
    unsigned port_count; /* 0: every port */
    GKeyFile *keys;      /* while loading */
    GHashTable *say, *verbs, *servers;
    char *name;
};

struct personas {
    struct persona_file files[FILES_MAX];
    unsigned n;
    unsigned holders; /* whoever has loaded it, and the conversations */
};

static const char *const kind_names[PERSONA_KINDS] = {"http", "socks", "relay", "backdoor"};

/* --- variables --- */

static const struct {
    const char *name;
    size_t offset;
} variables[] = {
#define VARIABLE(name, field)                                                                      \
    {                                                                                              \
        name, offsetof(struct persona_values, field)                                               \
    }
    VARIABLE("name", name), VARIABLE("helo", helo), VARIABLE("client", client),
    VARIABLE("rcpt", rcpt), VARIABLE("from", from), VARIABLE("queue-id", queue_id),
    VARIABLE("date", date), VARIABLE("size", size), VARIABLE("length", length),
    VARIABLE("host", host), VARIABLE("port", port), VARIABLE("server", server),
#undef VARIABLE
};
#define VARIABLE_COUNT (sizeof variables / sizeof *variables)

/* The variable whose name, with its braces, `text` begins with; or -1. */
static int find_variable(const char *text, size_t *length)
{
    for (size_t i = 0; i < VARIABLE_COUNT; i++) {
        size_t n = strlen(variables[i].name);

        if (text[0] == '{' && !strncmp(text + 1, variables[i].name, n) && text[n + 1] == '}') {
            *length = n + 2;
            return (int)i;
        }
    }
    return -1;
}

/* A client's words must not end our line, or begin a tag in our page. */
static void append_value(struct buf *out, const char *value)
{
    for (size_t i = 0; value && value[i] && i < VALUE_MAX; i++) {
        char c = value[i];

        buf_append_byte(out, c > ' ' && c < 0x7f && !strchr("<>&\"", c) ? (uint8_t)c
                             : c == ' '                                 ? ' '
                                                                        : '_');
    }
}

void persona_fill(struct buf *out, const char *text, const struct persona_values *values,
                  bool lines)
{
    while (*text) {
        size_t n = 1;
        int i = find_variable(text, &n);

        if (i >= 0)
            append_value(out, *(const char *const *)(const void *)((const char *)values +
                                                                   variables[i].offset));
        else if (*text == '\n' && lines)
            buf_append_text(out, "\r\n");
        else
            buf_append_byte(out, (uint8_t)*text);
        text += n;
    }
    if (lines)
        buf_append_text(out, "\r\n");
}

/* --- what must stand in a file --- */

enum text_kind { TEXT_ANY, TEXT_REPLY, TEXT_STATUS, TEXT_HEX };

static const struct {
    enum persona_kind kind;
    const char *key;
    enum text_kind text;
} required[] = {
    {PERSONA_RELAY, "banner", TEXT_REPLY},        {PERSONA_RELAY, "text", TEXT_REPLY},
    {PERSONA_RELAY, "chunk", TEXT_REPLY},         {PERSONA_RELAY, "ask-user", TEXT_REPLY},
    {PERSONA_RELAY, "ask-password", TEXT_REPLY},  {PERSONA_RELAY, "ask-plain", TEXT_REPLY},
    {PERSONA_RELAY, "logged-in", TEXT_REPLY},     {PERSONA_RELAY, "no-login", TEXT_REPLY},
    {PERSONA_RELAY, "cancelled", TEXT_REPLY},     {PERSONA_RELAY, "no-recipient", TEXT_REPLY},
    {PERSONA_RELAY, "bad-chunk", TEXT_REPLY},     {PERSONA_RELAY, "unknown", TEXT_REPLY},
    {PERSONA_HTTP, "connected", TEXT_STATUS},     {PERSONA_HTTP, "page", TEXT_STATUS},
    {PERSONA_HTTP, "page-body", TEXT_ANY},        {PERSONA_HTTP, "bad-request", TEXT_STATUS},
    {PERSONA_HTTP, "bad-request-body", TEXT_ANY}, {PERSONA_SOCKS, "methods", TEXT_ANY},
    {PERSONA_BACKDOOR, "upload", TEXT_HEX},
};
#define REQUIRED_COUNT (sizeof required / sizeof *required)

static const char *const needed_verbs[] = {"helo", "ehlo", "mail", "rcpt", "data", "rset", "quit"};

/* Each line has three digits, the same ones; a hyphen on all but the last. */
static bool is_reply(const char *text)
{
    const char *code = text;

    for (;;) {
        const char *end = strchr(text, '\n');
        size_t n = end ? (size_t)(end - text) : strlen(text);

        if (n < 4 || memcmp(text, code, 3) != 0 || text[3] != (end ? '-' : ' '))
            return false;
        for (int i = 0; i < 3; i++)
            if (!g_ascii_isdigit(text[i]))
                return false;
        if (!end)
            return true;
        text = end + 1;
    }
}

static bool is_hex(const char *text)
{
    size_t n = strlen(text);

    return n && n % 2 == 0 && strspn(text, "0123456789abcdefABCDEF") == n;
}

static const char *fault_of(const char *text, enum text_kind kind)
{
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        size_t n;

        if (find_variable(at, &n) < 0 && g_ascii_isalpha(at[1]))
            return "has a {variable} that there is not";
    }
    if (kind == TEXT_REPLY && !is_reply(text))
        return "is no SMTP reply: each line needs the same code, and a hyphen after it on all "
               "lines but the last";
    if (kind == TEXT_STATUS && strncmp(text, "HTTP/1.", 7) != 0)
        return "does not begin with an HTTP status line";
    if (kind == TEXT_HEX && !is_hex(text))
        return "is not bytes in hex";
    return NULL;
}

/* --- loading --- */

static bool load_group(GHashTable *into, GKeyFile *keys, const char *group, const char *path,
                       struct failure *why)
{
    gchar **names = g_key_file_get_keys(keys, group, NULL, NULL);
    bool good = true;

    for (gchar **name = names; name && *name && good; name++) {
        gchar *text = g_key_file_get_string(keys, group, *name, NULL);

        if (text)
            g_hash_table_insert(into, g_ascii_strdown(*name, -1), text);
        else
            good = failure_set(why, "%s: [%s] %s is not text (UTF-8, escapes \\n \\s \\t \\\\)",
                               path, group, *name);
    }
    g_strfreev(names);
    return good;
}

static bool check_says(const struct persona_file *f, const char *path, struct failure *why)
{
    for (size_t i = 0; i < REQUIRED_COUNT; i++) {
        const char *text, *fault;

        if (required[i].kind != f->kind)
            continue;
        text = g_hash_table_lookup(f->say, required[i].key);
        if (!text)
            return failure_set(why, "%s: [say] lacks %s", path, required[i].key);
        fault = fault_of(text, required[i].text);
        if (fault)
            return failure_set(why, "%s: [say] %s %s", path, required[i].key, fault);
    }
    return true;
}

static bool check_verbs(const struct persona_file *f, const char *path, struct failure *why)
{
    GHashTableIter iter;
    gpointer verb, text;

    if (f->kind != PERSONA_RELAY)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(needed_verbs); i++)
        if (!g_hash_table_contains(f->verbs, needed_verbs[i]))
            return failure_set(why, "%s: [verbs] lacks %s", path, needed_verbs[i]);
    g_hash_table_iter_init(&iter, f->verbs);
    while (g_hash_table_iter_next(&iter, &verb, &text)) {
        const char *fault = fault_of(text, TEXT_REPLY);

        if (fault)
            return failure_set(why, "%s: [verbs] %s %s", path, (const char *)verb, fault);
    }
    return true;
}

static bool read_ports(struct persona_file *f, const char *path, struct failure *why)
{
    gchar *text = g_key_file_get_string(f->keys, "persona", "ports", NULL);
    gchar **words = g_strsplit_set(text ? text : "", " ,;", -1);
    bool good = true;

    for (gchar **word = words; *word && good; word++) {
        guint64 port;

        if (!**word)
            continue;
        good = f->port_count < PORTS_MAX &&
               g_ascii_string_to_unsigned(*word, 10, 1, 65535, &port, NULL);
        if (good)
            f->ports[f->port_count++] = (uint16_t)port;
        else
            failure_set(why, "%s: [persona] ports: %s is no port, or one too many", path, *word);
    }
    g_strfreev(words);
    g_free(text);
    return good;
}

static bool read_kind(struct persona_file *f, const char *path, struct failure *why)
{
    gchar *kind = g_key_file_get_string(f->keys, "persona", "kind", NULL);
    int i = 0;

    while (i < PERSONA_KINDS && g_strcmp0(kind, kind_names[i]) != 0)
        i++;
    f->kind = (enum persona_kind)i;
    if (i == PERSONA_KINDS)
        failure_set(why, "%s: [persona] kind: expected http, socks, relay or backdoor", path);
    g_free(kind);
    return i < PERSONA_KINDS;
}

static GHashTable *new_table(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

/* The descriptor may be another process's, too: it stays where it is. */
static bool read_keys(GKeyFile *keys, int fd, const char *path, struct failure *why)
{
    gchar *text = g_malloc(BYTES_MAX + 1);
    GError *error = NULL;
    gsize n = 0;
    ssize_t got;
    bool good;

    while (n <= BYTES_MAX && (got = pread(fd, text + n, BYTES_MAX + 1 - n, (off_t)n)) > 0)
        n += (gsize)got;
    if (n > BYTES_MAX)
        good = failure_set(why, "%s: is longer than %d bytes", path, BYTES_MAX);
    else if (!(good = g_key_file_load_from_data(keys, text, n, G_KEY_FILE_NONE, &error))) {
        failure_set(why, "%s: %s", path, error->message);
        g_error_free(error);
    }
    g_free(text);
    return good;
}

static bool read_file(struct persona_file *f, const char *path, int fd, struct failure *why)
{
    f->keys = g_key_file_new();
    f->say = new_table();
    f->verbs = new_table();
    f->servers = new_table();
    if (!read_keys(f->keys, fd, path, why))
        return false;
    f->name = g_key_file_get_string(f->keys, "persona", "name", NULL);
    if (!f->name)
        return failure_set(why, "%s: [persona] lacks name", path);
    return read_kind(f, path, why) && read_ports(f, path, why) &&
           load_group(f->say, f->keys, "say", path, why) &&
           load_group(f->verbs, f->keys, "verbs", path, why) &&
           load_group(f->servers, f->keys, "servers", path, why) && check_says(f, path, why) &&
           check_verbs(f, path, why);
}

bool personas_check(const struct personas *set, const char *folder, struct failure *why)
{
    static const enum persona_kind needed[] = {PERSONA_HTTP, PERSONA_SOCKS, PERSONA_RELAY};

    for (size_t i = 0; i < G_N_ELEMENTS(needed); i++)
        if (!persona_file_find(set, needed[i], 0))
            return failure_set(why, "%s: there is no persona of kind %s for all ports", folder,
                               kind_names[needed[i]]);
    return true;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list_files(const char *folder, struct failure *why)
{
    GError *error = NULL;
    GDir *dir = g_dir_open(folder, 0, &error);
    GPtrArray *names;
    const char *name;

    if (!dir) {
        failure_set(why, "%s", error->message);
        g_error_free(error);
        return NULL;
    }
    names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(dir)))
        if (g_str_has_suffix(name, ".persona"))
            g_ptr_array_add(names, g_build_filename(folder, name, NULL));
    g_dir_close(dir);
    g_ptr_array_sort(names, by_name);
    return names;
}

bool personas_open(const char *folder, personas_take *take, void *context, struct failure *why)
{
    GPtrArray *names = list_files(folder, why);
    bool good = names != NULL;

    for (guint i = 0; good && i < names->len; i++) {
        struct answer_persona file = {i, names->len, names->pdata[i],
                                      open(names->pdata[i], O_RDONLY | O_CLOEXEC)};

        if (file.fd < 0)
            good = failure_set(why, "%s: cannot be opened: %s", file.path, g_strerror(errno));
        else
            good = take(context, &file, why);
        if (file.fd >= 0)
            close(file.fd);
    }
    if (names)
        g_ptr_array_free(names, TRUE);
    return good;
}

struct personas *personas_new(void)
{
    struct personas *set = MEM_NEW(struct personas);

    set->holders = 1;
    return set;
}

bool personas_add(struct personas *set, const char *path, int fd, struct failure *why)
{
    if (set->n == FILES_MAX)
        return failure_set(why, "%s: more than %d personas", path, FILES_MAX);
    return read_file(&set->files[set->n++], path, fd, why);
}

static bool add(void *context, const struct answer_persona *file, struct failure *why)
{
    return personas_add(context, file->path, file->fd, why);
}

struct personas *personas_load(const char *folder, struct failure *why)
{
    struct personas *set = personas_new();

    if (personas_open(folder, add, set, why) && personas_check(set, folder, why))
        return set;
    personas_free(set);
    return NULL;
}

void personas_hold(struct personas *set)
{
    set->holders++;
}

void personas_free(struct personas *set)
{
    if (!set || --set->holders)
        return;
    for (unsigned i = 0; i < set->n; i++) {
        struct persona_file *f = &set->files[i];

        g_key_file_free(f->keys);
        g_hash_table_destroy(f->say);
        g_hash_table_destroy(f->verbs);
        g_hash_table_destroy(f->servers);
        g_free(f->name);
    }
    mem_free(set);
}

/* --- asking --- */

static bool has_port(const struct persona_file *f, uint16_t port)
{
    for (unsigned i = 0; i < f->port_count; i++)
        if (f->ports[i] == port)
            return true;
    return false;
}

const struct persona_file *persona_file_find(const struct personas *set, enum persona_kind kind,
                                             uint16_t port)
{
    const struct persona_file *common = NULL;

    for (unsigned i = 0; i < set->n; i++) {
        const struct persona_file *f = &set->files[i];

        if (f->kind != kind)
            continue;
        if (has_port(f, port))
            return f;
        if (!f->port_count && !common)
            common = f;
    }
    return common;
}

const char *persona_file_say(const struct persona_file *f, const char *key)
{
    return g_hash_table_lookup(f->say, key);
}

const char *persona_file_verb(const struct persona_file *f, struct bytes verb)
{
    char *word = g_ascii_strdown((const char *)verb.at, (gssize)verb.n);
    const char *text = g_hash_table_lookup(f->verbs, word);

    g_free(word);
    return text;
}

/* The host itself, or the domains above it. */
const char *persona_file_server(const struct persona_file *f, struct bytes host)
{
    char *name = g_ascii_strdown((const char *)host.at, (gssize)host.n), *at = name;
    const char *text = NULL;

    while (at && *at && !(text = g_hash_table_lookup(f->servers, at))) {
        at = strchr(at, '.');
        at = at ? at + 1 : NULL;
    }
    if (!text)
        text = g_hash_table_lookup(f->servers, "other");
    g_free(name);
    return text ? text : "Apache";
}

const char *persona_file_name(const struct persona_file *f)
{
    return f->name;
}

bool persona_file_prefers_login(const struct persona_file *f)
{
    return g_str_has_prefix(persona_file_say(f, "methods"), "login");
}
