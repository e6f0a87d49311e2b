/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the conversation scripts of tests/proto (their README says how they are
 * written): whole, byte by byte, and with each block cut once at each position.
 * The events must be the script's, whichever way.  What a parser is shown ends
 * at a page that cannot be read.
 *
 * A script may also say which states the parsers go through ("=== trace").
 *
 * Usage: test_proto [--trace] [SCRIPT...]; without any, those of $TESTS_DIR/proto.
 * --trace shows the events of the scripts, and between them every change of a state.
 */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/proto/trace.h"

#define BLOCKS_MAX  256
#define BLOCK_BYTES (1024 * 1024) /* longest block */
#define EVERY_CUT   1500          /* blocks up to this are cut at each position */

enum block_kind { BLOCK_BYTES_OF, BLOCK_GAP, BLOCK_CLOSE };

struct block {
    enum block_kind kind;
    enum direction from;
    struct buf bytes;
    uint64_t missing;
};

struct script {
    const char *name;
    struct block blocks[BLOCKS_MAX];
    size_t count;
    bool midstream;
    struct buf expected;
    struct buf transitions; /* expected, if any are given */
};

static unsigned tests, failures;
static uint8_t *page_end; /* the first byte that cannot be read */

static void say(bool good, const char *name, const char *what, const char *detail)
{
    tests++;
    if (good) {
        printf("ok %u - %s: %s\n", tests, name, what);
        return;
    }
    failures++;
    printf("not ok %u - %s: %s\n", tests, name, what);
    for (const char *line = detail; line && *line;) {
        size_t n = strcspn(line, "\n");

        printf("#   %.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

/* --- reading a script --- */

static void bad_script(const struct script *s, const char *line, const char *why)
{
    printf("Bail out! %s: %s: %s", s->name, why, line);
    exit(1);
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* \%N{text}: the text N times. */
static const char *repeat(const struct script *s, const char *at, struct buf *out);

static void unescape(const struct script *s, const char *at, const char *end, struct buf *out)
{
    while (at < end) {
        if (*at != '\\') {
            buf_append_byte(out, (uint8_t)*at++);
            continue;
        }
        at++;
        switch (*at) {
        case 'r':
            buf_append_byte(out, '\r');
            break;
        case 'n':
            buf_append_byte(out, '\n');
            break;
        case 't':
            buf_append_byte(out, '\t');
            break;
        case '\\':
            buf_append_byte(out, '\\');
            break;
        case 'x':
            if (hex(at[1]) < 0 || hex(at[2]) < 0)
                bad_script(s, at, "two hexadecimal digits expected");
            buf_append_byte(out, (uint8_t)(hex(at[1]) << 4 | hex(at[2])));
            at += 2;
            break;
        case '%':
            at = repeat(s, at, out);
            break;
        default:
            bad_script(s, at, "unknown escape");
        }
        at++;
    }
}

static const char *repeat(const struct script *s, const char *at, struct buf *out)
{
    char *open;
    unsigned long times = strtoul(at + 1, &open, 10);
    const char *close = *open == '{' ? strchr(open, '}') : NULL;

    if (!close)
        bad_script(s, at, "\\%N{text} expected");
    while (times--)
        unescape(s, open + 1, close, out);
    return close;
}

static struct block *add_block(struct script *s, enum block_kind kind, enum direction from)
{
    struct block *b = &s->blocks[s->count];

    if (s->count++ == BLOCKS_MAX)
        bad_script(s, "", "too many blocks");
    b->kind = kind;
    b->from = from;
    return b;
}

static void read_directive(struct script *s, const char *line)
{
    char side[8];
    unsigned long long n;

    if (sscanf(line, "--- gap %7s %llu", side, &n) == 2)
        add_block(s, BLOCK_GAP, *side == 'c' ? FROM_CLIENT : FROM_SERVER)->missing = n;
    else if (sscanf(line, "--- close %7s", side) == 1)
        add_block(s, BLOCK_CLOSE, *side == 'c' ? FROM_CLIENT : FROM_SERVER);
    else if (!strncmp(line, "--- midstream", 13))
        s->midstream = true;
    else
        bad_script(s, line, "unknown directive");
}

/* Only \%N{text} is taken as an escape: the others are what events look like. */
static void expect(struct script *s, const char *line, struct buf *expected)
{
    for (; *line; line++)
        if (line[0] == '\\' && line[1] == '%')
            line = repeat(s, line + 1, expected);
        else
            buf_append_byte(expected, (uint8_t)*line);
    buf_append_byte(expected, '\n');
}

static bool read_script(struct script *s)
{
    FILE *in = fopen(s->name, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    struct block *block = NULL;
    struct buf *expected = NULL;

    if (!in)
        return false;
    while ((n = getline(&line, &room, in)) >= 0) {
        if (n && line[n - 1] == '\n')
            line[--n] = '\0';
        if (*line == '#') {
            continue;
        } else if (!strcmp(line, "===")) {
            expected = &s->expected;
        } else if (!strcmp(line, "=== trace")) {
            expected = &s->transitions;
        } else if (expected) {
            if (*line)
                expect(s, line, expected);
        } else if (!strcmp(line, ">>>") || !strcmp(line, "<<<")) {
            block = add_block(s, BLOCK_BYTES_OF, *line == '>' ? FROM_CLIENT : FROM_SERVER);
        } else if (!strncmp(line, "---", 3)) {
            read_directive(s, line);
            block = NULL;
        } else if (*line) {
            if (!block)
                bad_script(s, line, "text outside of a block");
            unescape(s, line, line + n, &block->bytes);
        }
    }
    free(line);
    fclose(in);
    return expected != NULL;
}

/* --- running it --- */

static void feed(struct conversation *c, const struct block *b, size_t from, size_t n, time_us now)
{
    if (!n)
        return;
    memcpy(page_end - n, b->bytes.data + from, n);
    conversation_feed(c, b->from, page_end - n, n, now);
    memset(page_end - n, 0xa5, n); /* whoever kept a pointer to it reads nonsense */
}

/* `cut`: the block to cut at `position`; with every_byte all of them, anywhere. */
static void run(const struct script *s, struct trace *t, size_t cut, size_t position,
                bool every_byte)
{
    struct conversation *c = conversation_new((struct event_sink){trace_put, t});

    if (t->mixed || s->transitions.len)
        conversation_set_trace(c, (struct transition_sink){trace_transition, t});
    if (s->midstream)
        conversation_set_midstream(c);
    for (size_t i = 0; i < s->count; i++) {
        const struct block *b = &s->blocks[i];
        size_t n = b->bytes.len, first = every_byte ? 1 : i == cut ? position : n;
        time_us now = (time_us)i + 1;

        if (b->kind == BLOCK_GAP)
            conversation_gap(c, b->from, b->missing, now);
        else if (b->kind == BLOCK_CLOSE)
            conversation_close(c, b->from, now);
        else if (every_byte)
            for (size_t at = 0; at < n; at++)
                feed(c, b, at, 1, now);
        else {
            feed(c, b, 0, first, now);
            feed(c, b, first, n - first, now);
        }
    }
    conversation_finish(c, (time_us)s->count + 1);
    conversation_free(c);
    trace_end(t);
}

static bool same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len));
}

/* The first line that differs, as "- expected" and "+ found" with what follows. */
static char *difference(struct buf *expected, struct buf *found)
{
    const char *a = buf_string(expected), *b = buf_string(found);
    char *text;
    size_t i = 0, line = 0;

    for (; a[i] && a[i] == b[i]; i++)
        if (a[i] == '\n')
            line = i + 1;
    if (asprintf(&text, "%.*s- %.3000s\n+ %.3000s", (int)line, a, a + line, b + line) < 0)
        abort();
    return text;
}

static bool run_like(const struct script *s, struct trace *whole, size_t cut, size_t position,
                     bool every_byte)
{
    struct trace t = {.event_times = true};
    bool good;
    char what[80], *detail;

    run(s, &t, cut, position, every_byte);
    good = same(&t.out, &whole->out) && same(&t.transitions, &whole->transitions);
    if (!good) {
        snprintf(what, sizeof what, "block %zu cut at %zu%s", cut + 1, position,
                 every_byte ? " (byte by byte)" : "");
        detail = difference(&whole->out, &t.out);
        say(false, s->name, what, detail);
        free(detail);
    }
    trace_fini(&t);
    return good;
}

/* Positions at which a block is cut: each; of a long one its ends, and some. */
static size_t next_cut(size_t position, size_t n)
{
    if (n <= EVERY_CUT || position < EVERY_CUT / 3 || position + EVERY_CUT / 3 > n)
        return position + 1;
    return position + 1 + n / 61;
}

static void test_cuts(const struct script *s)
{
    struct trace whole = {.event_times = true};
    bool good;

    run(s, &whole, BLOCKS_MAX, 0, false);
    good = run_like(s, &whole, BLOCKS_MAX, 0, true);
    if (good)
        say(true, s->name, "byte by byte", NULL);
    for (size_t i = 0; good && i < s->count; i++)
        for (size_t at = 1; good && at < s->blocks[i].bytes.len;
             at = next_cut(at, s->blocks[i].bytes.len))
            good = run_like(s, &whole, i, at, false);
    if (good)
        say(true, s->name, "cut at each position", NULL);
    trace_fini(&whole);
}

static void script_free(struct script *s)
{
    for (size_t i = 0; i < s->count; i++)
        buf_fini(&s->blocks[i].bytes);
    buf_fini(&s->expected);
    buf_fini(&s->transitions);
    mem_free(s);
}

static int show_script(const char *name)
{
    struct script *s = MEM_NEW(struct script);
    struct trace t = {.mixed = true};

    s->name = name;
    errno = 0;
    if (!read_script(s)) {
        fprintf(stderr, "%s: %s\n", name, errno ? strerror(errno) : "no === in it");
        script_free(s);
        return 1;
    }
    run(s, &t, BLOCKS_MAX, 0, false);
    fputs(buf_string(&t.out), stdout);
    trace_fini(&t);
    script_free(s);
    return 0;
}

static void test_script(const char *name)
{
    struct script *s = MEM_NEW(struct script);
    struct trace t = {0};
    char *detail;

    s->name = name;
    errno = 0;
    if (!read_script(s)) {
        say(false, name, errno ? strerror(errno) : "no === in it", NULL);
        script_free(s);
        return;
    }
    run(s, &t, BLOCKS_MAX, 0, false);
    detail = difference(&s->expected, &t.out);
    say(same(&t.out, &s->expected), name, "whole", detail);
    free(detail);
    if (s->transitions.len) {
        detail = difference(&s->transitions, &t.transitions);
        say(same(&t.transitions, &s->transitions), name, "transitions", detail);
        free(detail);
    }
    say(!t.broken, name, t.broken ? t.broken : "numbers and pairs hold", NULL);
    trace_fini(&t);
    test_cuts(s);
    script_free(s);
}

static void make_page(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *at =
        mmap(NULL, BLOCK_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED || mprotect(at + BLOCK_BYTES, page, PROT_NONE)) {
        printf("Bail out! no memory\n");
        exit(1);
    }
    page_end = at + BLOCK_BYTES;
}

static int test_all(void)
{
    const char *folder = getenv("TESTS_DIR");
    char *pattern;
    glob_t found;

    if (asprintf(&pattern, "%s/proto/*.t", folder ? folder : "tests") < 0)
        abort();
    if (glob(pattern, 0, NULL, &found)) {
        printf("Bail out! no scripts: %s\n", pattern);
        return 1;
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        test_script(found.gl_pathv[i]);
    globfree(&found);
    free(pattern);
    return 0;
}

int main(int argc, char **argv)
{
    bool trace = argc > 1 && !strcmp(argv[1], "--trace");
    int bad = 0;

    make_page();
    for (int i = 2; trace && i < argc; i++)
        bad |= show_script(argv[i]);
    if (trace)
        return bad;
    for (int i = 1; i < argc; i++)
        test_script(argv[i]);
    if (argc < 2 && test_all())
        return 1;
    printf("1..%u\n", tests);
    return failures != 0;
}
