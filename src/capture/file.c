/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capture files, merged by time; an adapter of libpcap, which reads all but pcapng.
 *
 * Each file is opened once to learn the time of its first packet and shut again;
 * it is opened for good when that time has come.  So hundreds of rotated files
 * need one descriptor, and only files that overlap are open together.  Pipes,
 * which can be read once only, stay open.
 */
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digester.h"
#include "base/input.h"
#include "base/log.h"
#include "base/mem.h"
#include "capture/link_filter.h"
#include "capture/pcapng.h"
#include "capture/source.h"
#include "potsherd/decap.h"

#define FRAME_BYTES_MAX (1u << 20) /* more in one packet is damage */

struct files;

struct facts { /* what is known of a file, also when it is shut; they stay where they are */
    struct capture_facts of;
    struct digest *digest; /* of its bytes; NULL: it is shut */
    struct files *all;
    bool known; /* it is a capture, and its time had come */
};

struct file {
    const char *name;    /* for messages */
    const char *path;    /* as named by the user */
    unsigned order;      /* likewise */
    struct facts *facts; /* of it */
    time_us first;
    struct input *input; /* NULL: shut */
    FILE *stream;        /* of `input`; closed with it, or by `pcap` */
    pcap_t *pcap;        /* NULL where it is `ng` */
    struct pcapng *ng;
    const struct link_filter *filter;
    int link_type;
    time_us latest;    /* of the packets so far, for those that have no time */
    uint64_t untimed;  /* such packets */
    bool has_head;     /* `head` is read and not yet given out */
    struct frame head; /* its bytes belong to pcap */
};

struct files {
    struct capture base;
    struct capture_opener opener;
    struct link_filters *filters; /* NULL: none */
    struct digester *digester;    /* NULL: bytes are hashed as they come */
    bool along;                   /* another process hashes them, and says what is wrong */
    struct facts *facts;          /* by order; their names are ours */
    unsigned named;               /* how many */
    struct file *files;           /* by the time of their first packets */
    unsigned n, begun;            /* those from `begun` on wait for their time */
    struct file **active;         /* begun and not at their end, in this order */
    unsigned active_n;
    struct file *current; /* whose head was given out last */
    uint64_t bytes_total; /* 0: not known */
    uint64_t bytes_done;  /* of the files that are through */
};

/*
 * One file
 */

static void file_shut(struct file *f)
{
    if (f->pcap)
        pcap_close(f->pcap); /* and the stream */
    else if (f->stream)
        fclose(f->stream);
    pcapng_free(f->ng);
    input_close(f->input);
    if (f->facts->all->digester)
        digester_wait(f->facts->all->digester);
    digest_free(f->facts->digest);
    f->facts->digest = NULL;
    f->pcap = NULL;
    f->ng = NULL;
    f->stream = NULL;
    f->input = NULL;
    f->has_head = false;
}

/* libpcap's word for why a file does not begin like a capture, in ours. */
static bool fail_header(struct failure *failure, const struct input *in, const char *why)
{
    if (input_error(in) && input_compressed(in))
        return failure_set(failure, "is compressed, and damaged or cut short at its start (%s)",
                           input_error(in));
    if (input_error(in))
        return failure_set(failure, "cannot be read: %s", input_error(in));
    if (strstr(why, "unknown file format"))
        return failure_set(failure, "is not a capture: pcap or pcapng was expected, plain or "
                                    "compressed (gzip, zstd, xz, lz4)");
    if (strstr(why, "truncated"))
        return failure_set(failure,
                           "is not a capture, or one cut short inside its file header "
                           "(%s)",
                           why);
    return failure_set(failure, "is not a capture that can be read: %s", why);
}

static bool check_link_type(const struct file *f, struct failure *failure)
{
    const char *name = pcap_datalink_val_to_name(f->link_type);

    if (decap_link_type_known(f->link_type))
        return true;
    return failure_set(failure,
                       "link type %d (%s) is not read; Ethernet, raw IP, BSD loopback, Linux "
                       "cooked and PPP are",
                       f->link_type, name ? name : "unknown");
}

static bool choose_filter(struct files *c, struct file *f, struct failure *failure)
{
    if (!c->filters || (f->filter && link_filter_is_for(f->filter, f->link_type)))
        return true;
    f->filter = link_filters_find(c->filters, f->link_type, failure);
    return f->filter != NULL;
}

static size_t read_stream(void *stream, uint8_t *to, size_t n)
{
    return fread(to, 1, n, stream);
}

/* Packets without a time that come first: when the file was written. */
static time_us written_at(FILE *stream)
{
    struct stat st;

    return fstat(fileno(stream), &st) == 0 && S_ISREG(st.st_mode) ? st.st_mtime * TIME_SECOND : 0;
}

static bool open_pcap(struct files *c, struct file *f, struct failure *failure)
{
    char why[PCAP_ERRBUF_SIZE] = "";

    f->pcap = pcap_fopen_offline_with_tstamp_precision(f->stream, PCAP_TSTAMP_PRECISION_MICRO, why);
    if (!f->pcap)
        return fail_header(failure, f->input, why);
    f->link_type = pcap_datalink(f->pcap);
    return check_link_type(f, failure) && choose_filter(c, f, failure);
}

/* --- facts --- */

static void see_bytes(void *context, struct bytes bytes)
{
    const struct facts *facts = context;

    if (facts->all->along)
        return;
    if (facts->all->digester)
        digester_add(facts->all->digester, facts->digest, bytes);
    else
        digest_add(facts->digest, bytes);
}

static void begin_facts(struct file *f)
{
    f->facts->of = (struct capture_facts){.name = f->facts->of.name, .capture_n = f->order + 1};
    f->facts->digest = digest_new();
    digest_begin(f->facts->digest, DIGEST_SHA256);
}

static void see_packet(struct file *f)
{
    struct capture_facts *facts = &f->facts->of;

    if (!facts->packets++)
        facts->first = facts->last = f->head.ts;
    if (f->head.ts < facts->first)
        facts->first = f->head.ts;
    if (f->head.ts > facts->last)
        facts->last = f->head.ts;
    f->head.capture_n = facts->capture_n;
}

/* Behind a damaged place the rest of a file is read, of a pipe it is not: that may never end. */
static void end_facts(struct file *f, bool damaged)
{
    struct capture_facts *facts = &f->facts->of;

    f->facts->known = true;
    if (f->facts->all->along)
        return;
    facts->whole = (!damaged || input_size(f->input)) && input_drain(f->input);
    facts->bytes = input_bytes_read(f->input);
    if (f->facts->all->digester)
        digester_wait(f->facts->all->digester);
    if (facts->whole)
        digest_end(f->facts->digest, facts->sha256);
}

static bool file_open(struct files *c, struct file *f, struct failure *failure)
{
    const struct input_watch watch = {see_bytes, f->facts};
    int first;

    f->untimed = 0;
    begin_facts(f);
    f->input = input_take(c->opener.open ? c->opener.open(c->opener.context, f->order)
                                         : input_descriptor(f->path),
                          strcmp(f->path, "-") != 0, &watch, failure);
    if (!f->input)
        return false;
    f->stream = input_stream(f->input);
    if (!f->stream)
        return failure_set(failure, "out of memory");
    first = getc(f->stream);
    if (first != EOF)
        ungetc(first, f->stream);
    if (first != PCAPNG_FIRST_BYTE)
        return open_pcap(c, f, failure);
    f->ng = pcapng_new(read_stream, f->stream);
    f->latest = written_at(f->stream);
    return true;
}

/* Files may say anything: kept far enough from the ends for the sums of others. */
static time_us time_of(const struct timeval *tv)
{
    const int64_t limit = INT64_C(4000000000000); /* seconds: 126,000 years */
    int64_t seconds = tv->tv_sec;

    if (seconds > limit)
        seconds = limit;
    if (seconds < -limit)
        seconds = -limit;
    return seconds * TIME_SECOND + (tv->tv_usec & 0xffffffff);
}

/* Why the file ends before its end, with the place. */
static bool fail_packet(const struct file *f, struct failure *failure, const char *why)
{
    const long long at =
        (long long)(f->ng ? (off_t)pcapng_offset(f->ng) : ftello(pcap_file(f->pcap)));
    const char *of = input_compressed(f->input) ? " of its uncompressed data" : "";
    const unsigned long long packets = f->facts->of.packets;

    if (input_error(f->input) && input_compressed(f->input))
        return failure_set(failure,
                           "compressed data cut short or damaged near byte %llu, after "
                           "packet %llu (%s)",
                           (unsigned long long)input_bytes_read(f->input), packets,
                           input_error(f->input));
    if (input_error(f->input))
        why = input_error(f->input);
    return failure_set(failure, "%s byte %lld%s, after packet %llu (%s)",
                       strstr(why, "truncated") ? "cut short at" : "damaged near", at, of, packets,
                       why);
}

enum packet_result { PACKET_READ, PACKET_END, PACKET_FAILED };

/* Before any packet a file of no link type that is read is refused as a whole; later only
 * such packets are, and counted. */
static bool check_first_link(const struct file *f, struct failure *failure)
{
    return f->facts->of.packets || check_link_type(f, failure);
}

static enum packet_result read_pcapng(struct files *c, struct file *f, bool *wanted,
                                      struct failure *failure)
{
    struct pcapng_packet packet;
    struct failure why;
    enum pcapng_result result = pcapng_next(f->ng, &packet, &why);

    if (result == PCAPNG_END)
        return input_error(f->input) ? (fail_packet(f, failure, ""), PACKET_FAILED) : PACKET_END;
    if (result == PCAPNG_NONE) {
        fail_header(failure, f->input, "unknown file format");
        return PACKET_FAILED;
    }
    if (result != PCAPNG_PACKET) {
        fail_packet(f, failure, why.text);
        return PACKET_FAILED;
    }
    f->link_type = packet.link_type;
    if (!check_first_link(f, failure) || !choose_filter(c, f, failure))
        return PACKET_FAILED;
    f->untimed += !packet.timed;
    f->latest = packet.timed ? packet.ts : f->latest;
    f->head = (struct frame){
        .ts = f->latest,
        .link_type = packet.link_type,
        .bytes = packet.bytes,
        .caplen = packet.caplen,
        .wire_len = packet.wire_len > packet.caplen ? packet.wire_len : packet.caplen,
    };
    see_packet(f);
    *wanted = link_filter_passes(f->filter, packet.bytes, f->head.caplen, f->head.wire_len);
    return PACKET_READ;
}

/* What of the file was not used, once it is through. */
static void tell_unused(const struct file *f)
{
    struct buf skipped = {0};

    if (!f->ng || f->facts->all->along)
        return;
    pcapng_skipped(f->ng, &skipped);
    if (skipped.len)
        log_info("%s: blocks skipped: %s", f->name, buf_string(&skipped));
    if (f->untimed)
        log_info("%s: %llu packets without a time have that of the packet before", f->name,
                 (unsigned long long)f->untimed);
    buf_fini(&skipped);
}

/* The next packet, whether it passes the filter or not, into `head`. */
static enum packet_result read_packet(struct files *c, struct file *f, bool *wanted,
                                      struct failure *failure)
{
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int result;

    if (f->ng)
        return read_pcapng(c, f, wanted, failure);
    result = pcap_next_ex(f->pcap, &header, &bytes);
    if (result == PCAP_ERROR_BREAK)
        return PACKET_END;
    if (result != 1) {
        fail_packet(f, failure, pcap_geterr(f->pcap));
        return PACKET_FAILED;
    }
    if (header->caplen > FRAME_BYTES_MAX) {
        fail_packet(f, failure, "a packet of more than 1 MiB");
        return PACKET_FAILED;
    }
    *wanted = link_filter_passes(f->filter, bytes, header->caplen, header->len);
    f->head = (struct frame){
        .ts = time_of(&header->ts),
        .link_type = f->link_type,
        .bytes = bytes,
        .caplen = header->caplen,
        .wire_len = header->len > header->caplen ? header->len : header->caplen,
    };
    see_packet(f);
    return PACKET_READ;
}

static void warn_of(struct files *c, const struct file *f, const struct failure *failure)
{
    if (!c->along)
        log_warn("%s: %s", f->name, failure->text);
    c->base.failures++;
}

/* Reads on to the next packet that passes the filter.  False: the file is through. */
static bool file_next(struct files *c, struct file *f)
{
    struct failure failure;
    enum packet_result result;

    do {
        result = read_packet(c, f, &f->has_head, &failure);
    } while (result == PACKET_READ && !f->has_head);
    if (result == PACKET_READ)
        return true;
    if (result == PACKET_FAILED)
        warn_of(c, f, &failure);
    tell_unused(f);
    end_facts(f, result == PACKET_FAILED);
    c->bytes_done += input_size(f->input) ? input_size(f->input) : input_bytes_read(f->input);
    file_shut(f);
    return false;
}

/* Opens a file to see whether it can be read and when it begins.  False: it
 * holds nothing to come back for. */
static bool file_peek(struct files *c, struct file *f)
{
    struct failure failure;
    enum packet_result result = PACKET_FAILED;

    if (file_open(c, f, &failure))
        result = read_packet(c, f, &f->has_head, &failure);
    if (result == PACKET_FAILED)
        warn_of(c, f, &failure);
    if (result == PACKET_END)
        end_facts(f, false);
    if (result != PACKET_READ) {
        file_shut(f);
        return false;
    }
    f->first = f->head.ts;
    if (input_size(f->input) && c->bytes_total != UINT64_MAX)
        c->bytes_total += input_size(f->input);
    else
        c->bytes_total = UINT64_MAX; /* never known */
    if (input_reopens(f->input))
        file_shut(f);
    return true;
}

/* The time of its first packet has come. */
static bool file_begin(struct files *c, struct file *f)
{
    struct failure failure;

    f->facts->known = true;
    if (f->has_head)
        return true; /* a pipe that has been open since the peek */
    if (!f->input && !file_open(c, f, &failure)) {
        warn_of(c, f, &failure);
        file_shut(f);
        return false;
    }
    return file_next(c, f);
}

/*
 * All of them
 */

static struct file *earliest(const struct files *c)
{
    struct file *best = NULL;

    for (unsigned i = 0; i < c->active_n; i++) {
        if (!best || c->active[i]->head.ts < best->head.ts)
            best = c->active[i];
    }
    return best;
}

static void leave(struct files *c, const struct file *f)
{
    unsigned i = 0;

    while (c->active[i] != f)
        i++;
    memmove(c->active + i, c->active + i + 1, (--c->active_n - i) * sizeof(struct file *));
}

static bool files_next(struct capture *base, struct frame *out)
{
    struct files *c = (struct files *)base;
    struct file *f;

    if (c->current && !file_next(c, c->current))
        leave(c, c->current);
    c->current = NULL;
    f = earliest(c);
    while (c->begun < c->n && (!f || c->files[c->begun].first <= f->head.ts)) {
        struct file *due = &c->files[c->begun++];

        if (!file_begin(c, due))
            continue;
        c->active[c->active_n++] = due;
        f = earliest(c);
    }
    if (!f)
        return false;
    c->current = f;
    *out = f->head;
    return true;
}

static void files_read_progress(const struct capture *base, struct capture_progress *out)
{
    const struct files *c = (const struct files *)base;

    out->bytes_total = c->bytes_total == UINT64_MAX ? 0 : c->bytes_total;
    out->bytes_read = c->bytes_done;
    for (unsigned i = 0; i < c->active_n; i++)
        out->bytes_read += input_bytes_read(c->active[i]->input);
}

static void files_close(struct capture *base)
{
    struct files *c = (struct files *)base;

    for (unsigned i = 0; i < c->n; i++)
        file_shut(&c->files[i]);
    for (unsigned i = 0; i < c->named; i++)
        mem_free((void *)(uintptr_t)c->facts[i].of.name);
    digester_free(c->digester);
    mem_free(c->facts);
    link_filters_free(c->filters);
    mem_free(c->files);
    mem_free(c->active);
    mem_free(c);
}

static int by_first_packet(const void *a, const void *b)
{
    const struct file *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

bool capture_read_facts(const struct capture *base, unsigned n, struct capture_facts *out)
{
    const struct files *c = (const struct files *)base;

    if (!c->facts[n].known)
        return false;
    *out = c->facts[n].of;
    for (unsigned i = 0; i < c->active_n; i++)
        if (c->active[i]->order == n)
            out->bytes = input_bytes_read(c->active[i]->input);
    return true;
}

int capture_descriptor(const char *name)
{
    return input_descriptor(name);
}

struct capture *capture_plan_files(const char *const *names, unsigned n, const char *filter,
                                   const char **error)
{
    static const struct capture_source source = {files_next, files_read_progress, files_close};
    struct files *c;

    if (filter && !link_filters_valid(filter, error))
        return NULL;
    c = MEM_NEW(struct files);
    c->base.source = &source;
    if (filter)
        c->filters = link_filters_new(filter);
    c->files = mem_new(n * sizeof *c->files);
    c->active = mem_new(n * sizeof(struct file *));
    c->facts = mem_new(n * sizeof *c->facts);
    for (c->n = 0; c->n < n; c->n++) {
        c->facts[c->n] =
            (struct facts){.of = {.name = mem_string(names[c->n], strlen(names[c->n]))}, .all = c};
        c->files[c->n] =
            (struct file){.order = c->n, .path = c->facts[c->n].of.name, .facts = &c->facts[c->n]};
    }
    c->named = n;
    return &c->base;
}

void capture_hash_beside(struct capture *base)
{
    struct files *c = (struct files *)base;

    c->digester = digester_new();
}

void capture_read_along(struct capture *base)
{
    struct files *c = (struct files *)base;

    c->along = true;
}

void capture_begin_files(struct capture *base, const struct capture_opener *opener)
{
    struct files *c = (struct files *)base;
    unsigned n = c->n;

    if (opener)
        c->opener = *opener;
    c->n = 0;
    for (unsigned i = 0; i < n; i++) {
        struct file *f = &c->files[c->n];

        *f = c->files[i];
        f->name = strcmp(f->path, "-") == 0 ? "standard input" : f->path;
        c->n += file_peek(c, f);
    }
    qsort(c->files, c->n, sizeof *c->files, by_first_packet);
}

struct capture *capture_open_files(const char *const *names, unsigned n, const char *filter,
                                   const char **error)
{
    struct capture *c = capture_plan_files(names, n, filter, error);

    if (c)
        capture_begin_files(c, NULL);
    return c;
}
