/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "potsherd/summary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "potsherd/geo.h"

static void print_ends(const struct counters *c)
{
    bool any = false;

    for (int i = END_FIN; i <= END_EOF; i++)
        if (c->ended[i]) {
            printf("%s%s %" PRIu64, any ? ", " : " (", connection_end_name(i), c->ended[i]);
            any = true;
        }
    if (any)
        putchar(')');
}

static void print_not_understood(const struct counters *c)
{
    static const struct counters none;
    struct buf reasons = {0};

    counters_reasons(&none, c, &reasons);
    printf("  left out        %" PRIu64 "%s%s\n", counters_not_understood(c),
           reasons.len ? "; " : "", buf_string(&reasons));
    buf_clear(&reasons);
    unknown_describe(&c->unknown, &reasons);
    if (reasons.len)
        log_print("  which were      %s", buf_string(&reasons));
    buf_fini(&reasons);
}

/* The lines that the list of counters gives. */
static void print_lines(const struct counters *c, enum counter_line which)
{
    unsigned n;
    const struct counter *list = counters_list(&n);

    for (unsigned i = 0; i < n; i++)
        if (list[i].line == which && list[i].value(c, 0))
            printf("  %-15s %" PRIu64 " %s\n", list[i].line_label, list[i].value(c, 0),
                   list[i].line_text);
}

static void print_period(const struct counters *n)
{
    char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

    if (!n->frames)
        return;
    time_format(n->first, first);
    time_format(n->last, last);
    printf("  period          %.19sZ to %.19sZ\n", first, last);
}

static void print_geo(void)
{
    struct buf text = {0};

    geo_describe(&text);
    log_print("  geolocation     %s", text.len ? buf_string(&text) : geo_how_to_get);
    buf_fini(&text);
}

static void print_losses(const struct counters *t)
{
    if (t->received)
        printf("  received        %" PRIu64 " packets: %" PRIu64 " captured, %" PRIu64
               " LOST because the ring was full; %" PRIu64 " lost by the interface\n",
               t->received, t->captured, t->dropped, t->interface_dropped);
    print_lines(t, LINE_LOSS);
}

static void print_removed(const struct counters *t)
{
    if (t->removed_files)
        printf("  removed         %" PRIu64 " finished file%s, %" PRIu64
               " bytes (--keep, --max-disk)\n",
               t->removed_files, t->removed_files == 1 ? "" : "s", t->removed_bytes);
}

static void print_answer(const struct counters *t)
{
    for (unsigned i = 0; i < ANSWER_COUNT_END; i++)
        if (t->answer[i])
            printf("  %-10" PRIu64 " %s\n", t->answer[i], answer_count_text(i));
}

/* Where it is printed no main asks for what the stream met. */
static bool summary_is_written(void)
{
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE)
        return true;
    log_warn("standard output: the summary cannot be written: %s",
             errno ? strerror(errno) : "is the disk full?");
    clearerr(stdout);
    return false;
}

bool summary_print(const struct counters *t, unsigned files, const char *directory)
{
    print_answer(t);
    printf("%" PRIu64 " packets", t->frames);
    if (files)
        printf(" from %u file%s", files, files == 1 ? "" : "s");
    putchar('\n');
    print_period(t);
    printf("  connections     %" PRIu64, t->connections);
    print_ends(t);
    putchar('\n');
    printf("  unanswered      %" PRIu64 " attempts to connect\n", t->attempts);
    printf("  requests        %" PRIu64 ": %" PRIu64 " connect to port 25, %" PRIu64
           " connect elsewhere, %" PRIu64 " get, %" PRIu64 " malformed\n",
           counters_requests(t), t->requests[CLASS_CONNECT_SMTP], t->requests[CLASS_CONNECT_OTHER],
           t->requests[CLASS_GET], t->requests[CLASS_ERROR]);
    printf("  emails          %" PRIu64 " (%" PRIu64 " complete) to %" PRIu64 " recipients\n",
           t->emails, t->emails_complete, t->recipients);
    printf("  missing         %" PRIu64 " bytes in %" PRIu64 " gaps\n", t->missing_bytes, t->gaps);
    print_not_understood(t);
    print_lines(t, LINE_NOTE);
    if (t->one_sided)
        printf("  ONE-SIDED       %" PRIu64 " of %" PRIu64
               " connections show one direction only: is the mirror port set to both?\n",
               t->one_sided, t->connections);
    print_losses(t);
    print_removed(t);
    print_geo();
    log_print("  records         in %s", directory);
    return summary_is_written();
}
