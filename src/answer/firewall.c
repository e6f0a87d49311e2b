/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <ifaddrs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answer/nft.h"
#include "answer/scope.h"
#include "base/buf.h"
#include "potsherd/answer.h"

/* `add` makes the deletion good even when there is no such table. */
#define REMOVE "add table inet potsherd\ndelete table inet potsherd\n"

static int guard_fd = -1; /* closed when the program ends, in whatever way */
static pid_t guard;

static void append_number(struct buf *to, unsigned number)
{
    char text[16];

    snprintf(text, sizeof text, "%u", number);
    buf_append_text(to, text);
}

static void append_ports(struct buf *to, const uint16_t *ports, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        buf_append_text(to, i ? ", " : "");
        append_number(to, ports[i]);
    }
}

static void append_rules(struct buf *to, const struct scope *scope, const uint16_t *ports,
                         unsigned n)
{
    char prefix[ADDRESS_TEXT_MAX + 4];

    buf_append_text(to,
                    REMOVE "table inet potsherd {\n  set ports { type inet_service; elements = {");
    append_ports(to, ports, n);
    buf_append_text(to,
                    "} }\n  chain output { type filter hook output priority 0; policy accept;\n");
    for (unsigned i = 0; i < scope->n; i++) {
        prefix_format(&scope->list[i], prefix);
        buf_append_text(to,
                        scope->list[i].address.family == 4 ? "    ip saddr " : "    ip6 saddr ");
        buf_append_text(to, prefix);
        buf_append_text(to, " tcp sport @ports tcp flags & rst == rst counter drop\n");
    }
    buf_append_text(to, "  }\n}\n");
}

/* --- the guard: a process that keeps CAP_NET_ADMIN --- */

/* Over a stream: `n` bytes, or false. */
static bool get(int fd, void *to, size_t n)
{
    ssize_t got;

    for (char *at = to; n; at += got, n -= (size_t)got)
        while ((got = recv(fd, at, n, 0)) <= 0)
            if (got == 0 || errno != EINTR)
                return false;
    return true;
}

static bool put(int fd, const void *from, size_t n)
{
    ssize_t sent;

    for (const char *at = from; n; at += sent, n -= (size_t)sent)
        while ((sent = send(fd, at, n, MSG_NOSIGNAL)) < 0)
            if (errno != EINTR)
                return false;
    return true;
}

/* Length and text of the rules come in, what is wrong with them goes out. */
static bool load_rules(int fd)
{
    struct failure why = {.text = ""};
    char *rules;
    bool good;
    size_t n;

    if (!get(fd, &n, sizeof n) || !(rules = calloc(1, n + 1)))
        return false;
    good = get(fd, rules, n) && nft_run(rules, NULL, &why);
    free(rules);
    return put(fd, &why, sizeof why) && good;
}

/* Loads the rules, waits until the other end is closed, in whatever way we ended, and removes
 * them. */
static void run_guard(int fd)
{
    struct failure why;
    char byte;

    dup2(fd, STDIN_FILENO); /* nothing of the program's is to stay open here */
    close_range(STDERR_FILENO + 1, ~0U, 0);
    setsid();
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    if (!load_rules(STDIN_FILENO))
        _exit(1);
    while (get(STDIN_FILENO, &byte, 1))
        ;
    _exit(nft_run(REMOVE, NULL, &why) ? 0 : 1);
}

bool answer_start_guard(struct failure *why)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return failure_set(why, "--firewall: %s", strerror(errno));
    guard = fork();
    if (guard < 0) {
        failure_set(why, "--firewall: %s", strerror(errno));
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    if (guard == 0)
        run_guard(ends[1]);
    close(ends[1]);
    guard_fd = ends[0];
    return true;
}

bool answer_guard(const char *const *addresses, unsigned address_count, const uint16_t *ports,
                  unsigned port_count, struct failure *why)
{
    struct scope scope = {.n = 0};
    struct failure cause;
    struct buf rules = {0};
    bool asked;

    for (unsigned i = 0; i < address_count; i++)
        if (!scope_add(&scope, addresses[i], why))
            return false;
    append_rules(&rules, &scope, ports, port_count);
    asked = put(guard_fd, &rules.len, sizeof rules.len) && put(guard_fd, rules.data, rules.len) &&
            get(guard_fd, &cause, sizeof cause);
    buf_fini(&rules);
    if (!asked)
        return failure_set(why, "--firewall: the process that loads the rules has ended");
    return !*cause.text || failure_set(why, "--firewall: %s", cause.text);
}

void answer_unguard(void)
{
    if (guard_fd < 0)
        return;
    close(guard_fd);
    guard_fd = -1;
    while (waitpid(guard, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* --- is it there? --- */

/* "192.0.2.1", "192.0.2.0/28" or, as nftables joins prefixes, "192.0.2.0-192.0.2.11". */
static bool word_has(const char *word, const struct address *a)
{
    const char *dash = strchr(word, '-');
    struct scope scope = {.n = 0};
    struct address first, last;
    struct failure why;

    if (!dash)
        return scope_add(&scope, word, &why) && scope_has(&scope, a);
    return address_parse(word, (size_t)(dash - word), &first) &&
           address_parse(dash + 1, strlen(dash + 1), &last) && first.family == a->family &&
           last.family == a->family && memcmp(first.bytes, a->bytes, sizeof a->bytes) <= 0 &&
           memcmp(a->bytes, last.bytes, sizeof a->bytes) <= 0;
}

static bool rules_name(const char *rules, const struct address *a)
{
    char *copy = strdup(rules), *rest, *word;
    bool found = false;

    for (word = copy ? strtok_r(copy, " \t\n,{}", &rest) : NULL; word && !found;
         word = strtok_r(NULL, " \t\n,{}", &rest))
        found = word_has(word, a);
    free(copy);
    return found;
}

/* The first of the host's addresses in the scope that the rules do not name, or else the first
 * of all; false when it has none there. */
static bool find_own(const struct scope *scope, const char *rules, struct address *own)
{
    struct ifaddrs *all, *i;
    struct address a;
    bool found = false, bare = false;

    if (getifaddrs(&all) != 0)
        return false;
    for (i = all; i && !bare; i = i->ifa_next) {
        if (!address_from_socket(i->ifa_addr, &a) || !scope_has(scope, &a))
            continue;
        bare = !rules_name(rules, &a);
        if (bare || !found)
            *own = a;
        found = true;
    }
    freeifaddrs(all);
    return found;
}

/* An empty text when there is no such table. */
static bool read_rules(struct buf *rules, struct failure *why)
{
    struct buf tables = {0};
    bool good = nft_run("list tables inet\n", &tables, why);

    if (good && strstr(buf_string(&tables), "table inet potsherd\n"))
        good = nft_run("list table inet potsherd\n", rules, why);
    buf_fini(&tables);
    return good;
}

enum answer_guarded answer_is_guarded(const char *const *addresses, unsigned address_count,
                                      struct address *own, struct failure *why)
{
    enum answer_guarded state = GUARD_UNKNOWN;
    struct scope scope = {.n = 0};
    struct buf rules = {0};

    for (unsigned i = 0; i < address_count; i++)
        if (!scope_add(&scope, addresses[i], why))
            return GUARD_BAD_PREFIX;
    memset(own, 0, sizeof *own);
    if (!find_own(&scope, "", own))
        return GUARD_NOT_NEEDED;
    if (read_rules(&rules, why)) {
        find_own(&scope, buf_string(&rules), own);
        state = rules_name(buf_string(&rules), own) ? GUARD_LOADED : GUARD_MISSING;
    }
    buf_fini(&rules);
    return state;
}
