/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/ports.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"

#define FILE_MAX (8 << 20) /* bytes of a file that is handed over; 65,535 ports need less */

struct port_rule {
    char *module, *service;
};

struct port_rules {
    struct port_rule by_port[65536];
};

/* The next word of a line, NUL-terminated in place; NULL at the end. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t"), *end = word + strcspn(word, " \t");

    if (!*word)
        return NULL;
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static bool is_module(const char *word)
{
    return !strcmp(word, "http") || !strcmp(word, "socks") || !strcmp(word, "smtp");
}

/* "line N: " and what is wrong into `why`; true when the line is fine or empty. */
static bool read_line(struct port_rules *rules, char *line, const char *path, unsigned number,
                      struct failure *why)
{
    char *rest = line, *port_text, *module, *service;
    uint64_t port;

    line[strcspn(line, "#\r\n")] = '\0';
    port_text = next_word(&rest);
    if (!port_text)
        return true;
    if (!number_parse(bytes_of(port_text), 65535, &port) || !port)
        return failure_set(why, "%s: line %u: '%s' where a TCP port (1 to 65535) was expected",
                           path, number, port_text);
    if (rules->by_port[port].module)
        return failure_set(why, "%s: line %u: port %s stands in the file twice", path, number,
                           port_text);
    module = next_word(&rest);
    if (!module || !is_module(module))
        return failure_set(why, "%s: line %u: '%s' where http, socks or smtp was expected", path,
                           number, module ? module : "");
    service = g_strstrip(rest);
    if (!*service)
        return failure_set(why, "%s: line %u: the usual service of port %s is missing", path,
                           number, port_text);
    if (!g_utf8_validate(service, -1, NULL))
        return failure_set(why, "%s: line %u: the usual service is not UTF-8", path, number);
    rules->by_port[port].module = g_strdup(module);
    rules->by_port[port].service = g_strdup(service);
    return true;
}

static struct port_rules *read_all(FILE *file, const char *path, struct failure *why)
{
    struct port_rules *rules;
    unsigned number = 0;
    char *line = NULL;
    size_t room = 0;
    bool good = true;

    if (!file) {
        failure_set(why, "%s: cannot read the ports: %s", path, g_strerror(errno));
        return NULL;
    }
    rules = MEM_NEW(struct port_rules);
    while (good && getline(&line, &room, file) >= 0)
        good = read_line(rules, line, path, ++number, why);
    if (good && ferror(file))
        good = failure_set(why, "%s: cannot read the ports: %s", path, g_strerror(errno));
    free(line);
    fclose(file);
    if (good)
        return rules;
    ports_free(rules);
    return NULL;
}

struct port_rules *ports_load(const char *path, struct failure *why)
{
    return read_all(fopen(path, "re"), path, why);
}

struct port_rules *ports_read(int fd, const char *name, struct failure *why)
{
    char *text = mem_new(FILE_MAX);
    struct port_rules *rules = NULL;
    size_t n = 0;
    ssize_t got;

    /* not by read: others who got the descriptor share its place in the file */
    while (n < FILE_MAX && (got = pread(fd, text + n, FILE_MAX - n, (off_t)n)) > 0)
        n += (size_t)got;
    close(fd);
    if (n && n < FILE_MAX)
        rules = read_all(fmemopen(text, n, "r"), name, why);
    else
        failure_set(why, "%s: is empty, or longer than %d bytes", name, FILE_MAX);
    mem_free(text);
    return rules;
}

void ports_free(struct port_rules *rules)
{
    if (!rules)
        return;
    for (unsigned i = 0; i < 65536; i++) {
        g_free(rules->by_port[i].module);
        g_free(rules->by_port[i].service);
    }
    mem_free(rules);
}

const char *ports_service(const struct port_rules *rules, uint16_t port)
{
    return rules->by_port[port].service;
}

const char *ports_module(const struct port_rules *rules, uint16_t port)
{
    return rules->by_port[port].module;
}
