/* SPDX-License-Identifier: GPL-3.0-or-later */
/* potsherd answer: an interface in, answers and records out. */
#include "potsherd/answer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/notify.h"
#include "base/privilege.h"
#include "base/sandbox.h"
#include "cli/options.h"
#include "potsherd/clock.h"
#include "potsherd/geo.h"
#include "potsherd/interface.h"
#include "potsherd/loop.h"
#include "potsherd/signals.h"
#include "potsherd/summary.h"

#define FRAMES_A_TURN  256 /* between two looks at the clock */
#define PORTS_MAX      1024
#define SNAP           31500      /* a window of data (tcp.h) and all headers, in one frame */
#define BUFFER         (64 << 20) /* two thousand of those */
#define SYN_SNAP       1600       /* a whole frame: a checksum is looked at */
#define SYN_BUFFER     (32 << 20) /* sixteen thousand of those */
#define SYNS_A_TURN    64         /* the conversations come first */
#define STREAM_SLACK   60         /* seconds: ours time out before the records' */
#define SET_BACK       (5 * TIME_SECOND) /* no more than that: time goes on as it did */
#define ROOM_FOR_ENDED 4                 /* connections that linger in the records, a live one */
#define HALF_OPEN_MAX                                                                              \
    1024               /* attempts are recorded when they are over, and very many in a flood       \
                        */
#define SCANS_MAX 8192 /* rows: few enough to write between two bursts of frames */

struct responder {
    const struct options *options;
    struct options records; /* the options as the pipeline shall see them */
    struct pipeline *pipeline;
    struct answer *answer;
    struct listener *listener;
    struct answer_selftest *selftest; /* of --self-test */
    uint16_t ports[PORTS_MAX];
    unsigned port_count;
    char *personas;
    uint8_t next_hop[6];
    struct monitor monitor;
    struct loop loop;
    time_us clock; /* when last looked at */
    struct answer_link link;
    int folder; /* of the records, locked; -1: none */
    bool ready; /* everything is open */
};

enum { CONVERSATIONS, SYNS }; /* the captures */

static const char *const self_test_addresses[] = {"192.0.2.1", "2001:db8::1"};

/* Databases and personas; on an error the old ones stay.  (The ports are in the filters of the
 * captures and in the firewall: they need a restart.) */
static void on_reload(void *context)
{
    struct responder *r = context;
    struct failure why;

    if (geo_reload(&why))
        log_info("geolocation databases read again: %u", geo_databases());
    else
        log_warn("%s; the previous databases stay in use", why.text);
    if (answer_reload(r->answer, &why))
        log_info("personas read again");
    else
        log_warn("%s; the previous personas stay in use", why.text);
}

/* --- between answer and pipeline --- */

static void on_record(void *context, const struct frame *frame)
{
    struct responder *r = context;

    pipeline_put(r->pipeline, frame); /* attempts are recorded late, with their own times */
}

static void on_event(void *context, const struct connection *c, const struct event *event)
{
    struct responder *r = context;

    if (r->answer)
        answer_event(r->answer, c, event);
}

static void on_end(void *context, const struct connection *c)
{
    struct responder *r = context;

    if (r->answer)
        answer_ended(r->answer, c);
}

static void on_first_bytes(void *context, const struct connection *c, struct bytes bytes,
                           time_us now)
{
    struct responder *r = context;

    pipeline_first_bytes(r->pipeline, c, bytes, now);
}

static void on_put(void *context, const uint8_t *frame, size_t n)
{
    struct responder *r = context;

    answer_selftest_receive(r->selftest, frame, n);
}

/* --- opening --- */

static void list_ports(struct responder *r)
{
    for (unsigned port = 1; port < 65536 && r->port_count < PORTS_MAX; port++)
        if (pipeline_module((uint16_t)port))
            r->ports[r->port_count++] = (uint16_t)port;
}

/* "02:00:5e:10:00:01" of one host; not of a group, which would answer everybody. */
static bool parse_mac(const char *text, uint8_t mac[6])
{
    for (int i = 0; i < 6; i++) {
        int high = g_ascii_xdigit_value(text[0]);
        int low = high < 0 ? -1 : g_ascii_xdigit_value(text[1]);

        if (low < 0 || text[2] != (i < 5 ? ':' : '\0'))
            return false;
        mac[i] = (uint8_t)(high << 4 | low);
        text += 3;
    }
    return !(mac[0] & 1);
}

/* Whether answers leave by another wire than the one that frames come in on. */
static bool has_way_out(const struct options *o)
{
    return o->out && o->interface && strcmp(o->out, o->interface) != 0;
}

/* The link address is that of the interface which answers leave by, unless they leave by the
 * host's routes, which put their own. */
static bool read_link(const struct responder *r, struct answer_link *out, struct failure *why)
{
    const struct options *o = r->options;
    const char *sends = o->next_hop ? o->out : o->interface;

    return interface_read(sends, o->out && o->out != sends ? o->out : o->interface, out, why);
}

static bool open_answer(struct responder *r, struct failure *why)
{
    const struct options *o = r->options;
    struct answer_options options = {
        .addresses = o->addresses.at,
        .address_count = (unsigned)o->addresses.count,
        .module = pipeline_module,
        .personas = o->personas ? o->personas : r->personas,
        .arp = o->arp,
        .span = o->out != NULL,
        .interface = o->out ? o->out : o->interface,
        .routed = has_way_out(o) && !o->next_hop,
        .next_hop = o->next_hop ? r->next_hop : NULL,
        .dry_run = o->dry_run,
        .output = o->output,
        .save_pcap = o->save_pcap,
        .max_conversations = o->max_connections,
        .max_per_source = o->max_per_source,
        .syn_rate = o->syn_rate,
        .rate = o->send_rate,
        .idle_timeout = (time_us)o->idle_timeout * TIME_SECOND,
        .record = on_record,
        .first_bytes = on_first_bytes,
        .context = r,
    };

    if (r->selftest) { /* nothing of the host's is touched */
        options.addresses = self_test_addresses;
        options.address_count = G_N_ELEMENTS(self_test_addresses);
        options.put = on_put;
    } else if (!read_link(r, &r->link, why)) {
        return false;
    }
    options.link = r->link;
    r->answer = answer_new(&options, clock_now(), why);
    return r->answer != NULL;
}

static bool open_capture(struct responder *r, unsigned which, struct failure *why)
{
    bool syns = which == SYNS;
    struct live_options how = {.interface = r->options->interface,
                               .snap = syns ? SYN_SNAP : SNAP,
                               .buffer_bytes = syns ? SYN_BUFFER : BUFFER,
                               .immediate = true};
    char *filter;
    bool good;

    if (!listener_open(r->listener, &how, syns ? SYNS_A_TURN : FRAMES_A_TURN, NULL, why))
        return false;
    filter = answer_filter(r->answer, r->ports, r->port_count, syns);
    good = listener_set_filter(r->listener, which, (const char *const[]){filter, NULL}, true, why);
    free(filter);
    return good;
}

static struct pipeline_where where_of(const struct responder *r)
{
    return (struct pipeline_where){.records = RECORDS_LIVE,
                                   .now = clock_now(),
                                   .locked = true,
                                   .folder = r->folder,
                                   .first_bytes = true,
                                   .later = true};
}

/* Rules and databases; the records come later. */
static bool open_pipeline(struct responder *r, struct failure *why)
{
    struct pipeline_where where;

    r->folder = record_lock(r->options->output, why);
    if (r->folder < 0)
        return false;
    where = where_of(r);
    r->records = *r->options;
    r->records.ports = "all";
    r->records.max_connections = ROOM_FOR_ENDED * r->options->max_connections;
    r->records.idle_timeout += STREAM_SLACK;
    r->records.max_half_open = HALF_OPEN_MAX;
    r->records.max_scans = SCANS_MAX;
    r->pipeline = pipeline_load(&r->records, why) ? pipeline_new(&r->records, &where, why) : NULL;
    if (!r->pipeline)
        return false;
    r->loop.pipeline = r->pipeline;
    pipeline_set_tap(r->pipeline, (struct pipeline_tap){r, on_event, on_end});
    list_ports(r);
    return true;
}

static bool drop(struct responder *r, struct failure *why)
{
    const char *folders[2];
    unsigned n = 0;

    folders[n++] = r->options->output;
    if (r->options->save_pcap)
        folders[n++] = r->options->save_pcap;
    return privilege_drop(r->options->user, folders, n, why);
}

/* In folders that belong to who we have become, who may have put links there. */
static bool open_files(struct responder *r, struct failure *why)
{
    struct pipeline_where where = where_of(r);

    return pipeline_open_records(r->pipeline, &where, why) &&
           answer_open_files(r->answer, r->folder, why);
}

static bool add_folder(int *folders, unsigned *n, const char *path, struct failure *why)
{
    int fd = folders[*n] = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* need not be listed */

    *n += fd >= 0;
    return fd >= 0 || failure_set(why, "%s: cannot be opened: %s", path, g_strerror(errno));
}

/* The folder of a file that is made later; that one is not there is reported then. */
static bool add_parent(int *folders, unsigned *n, const char *file, struct failure *why)
{
    char *path = file ? g_path_get_dirname(file) : NULL;
    bool good =
        !path || !g_file_test(path, G_FILE_TEST_IS_DIR) || add_folder(folders, n, path, why);

    g_free(path);
    return good;
}

/* What is written to, and what is read again; an interface's facts are below /sys. */
static bool leave_files(const struct responder *r, struct failure *why)
{
    const struct options *o = r->options;
    const char *readable[OPTION_LIST_MAX + 8] = {"/sys",
                                                 "/proc",
                                                 "/etc",
                                                 "/usr/share/GeoIP",
                                                 "/var/lib/GeoIP",
                                                 "/usr/local/share/GeoIP",
                                                 o->personas ? o->personas : r->personas};
    char *rules = o->rules ? g_strdup(o->rules) : pipeline_find_rules("ports.rules");
    char *beside = g_path_get_dirname(rules); /* an editor replaces the file */
    int folders[4];
    unsigned n = 0, read = 7;
    bool good;

    readable[read++] = beside;
    for (uint64_t i = 0; i < o->geo.count && read < G_N_ELEMENTS(readable) - 1; i++)
        readable[read++] = o->geo.at[i];
    good = add_folder(folders, &n, o->output, why) &&
           (!o->save_pcap || add_folder(folders, &n, o->save_pcap, why)) &&
           add_parent(folders, &n, o->metrics, why) && add_parent(folders, &n, o->dry_run, why) &&
           sandbox_limits(why) && sandbox_files(folders, n, readable, why);
    while (n)
        close(folders[--n]);
    g_free(rules);
    g_free(beside);
    return good;
}

static bool open_all(struct responder *r, struct failure *why)
{
    const struct options *o = r->options;

    if (o->firewall && !answer_start_guard(why))
        return false;
    if (!privilege_begin(why) || !privilege_make_folder(o->output, o->user, why) ||
        (o->save_pcap && !privilege_make_folder(o->save_pcap, o->user, why)))
        return false;
    r->listener = r->loop.listener = listener_new();
    if (!open_pipeline(r, why) || !open_answer(r, why) || !open_capture(r, CONVERSATIONS, why) ||
        !open_capture(r, SYNS, why))
        return false;
    if (o->firewall &&
        !answer_guard(o->addresses.at, (unsigned)o->addresses.count, r->ports, r->port_count, why))
        return false;
    r->ready = drop(r, why) && leave_files(r, why) && open_files(r, why) &&
               monitor_begin(&r->monitor, why) &&
               sandbox_calls(&(struct sandbox_calls){.role = SANDBOX_RESPONDER}, why);
    return r->ready;
}

/* --- warnings at the start --- */

static bool host_has_an_address(const struct answer *a, char text[ADDRESS_TEXT_MAX])
{
    struct ifaddrs *all, *i;
    struct address address;
    bool found = false;

    if (getifaddrs(&all) != 0)
        return false;
    for (i = all; i && !found; i = i->ifa_next)
        if (address_from_socket(i->ifa_addr, &address) && answer_has(a, &address)) {
            address_format(&address, text);
            found = true;
        }
    freeifaddrs(all);
    return found;
}

static void warn_of_setup(const struct responder *r)
{
    char own[ADDRESS_TEXT_MAX];

    if (host_has_an_address(r->answer, own)) {
        if (!r->options->firewall)
            log_warn("%s is this host's own address: its TCP will answer every SYN with a reset, "
                     "which ends the conversation; add --firewall, or load rules/firewall.nft",
                     own);
    } else if (!r->options->arp) {
        log_info("the addresses are not this host's: packets come only if they are routed here; "
                 "in the same network add --arp");
    }
}

/* --- what the loop does --- */

static void on_frame(void *context, const struct frame *frame)
{
    struct responder *r = context;

    answer_put(r->answer, frame);
}

static void on_turn(void *context, time_us now)
{
    struct responder *r = context;

    if (now < r->clock - SET_BACK)
        pipeline_restart(r->pipeline);
    r->clock = now;
    answer_tick(r->answer, now);
    pipeline_tick(r->pipeline, now);
}

static time_us on_next(void *context)
{
    const struct responder *r = context;

    return answer_next(r->answer);
}

/* An interface that was removed and made again has another link address, and anybody may
 * give it one. */
static void look_at_link(struct responder *r)
{
    struct answer_link link;
    struct failure why;

    if (!read_link(r, &link, &why) || memcmp(&link, &r->link, sizeof link) == 0)
        return; /* (what is not there sends nothing) */
    r->link = link;
    answer_set_link(r->answer, &link);
}

static bool on_second(void *context, time_us now)
{
    struct responder *r = context;

    (void)now;
    look_at_link(r);
    answer_flush(r->answer);
    return true;
}

static void on_count(void *context, struct counters *c)
{
    const struct responder *r = context;
    struct answer_counts n;

    answer_tell_counts(r->answer, &n);
    c->captured = n.frames;
    c->unsaved = n.unsaved;
    c->unwritten += n.unaudited;
}

static const struct loop_functions answer_functions = {.frame = on_frame,
                                                       .turn = on_turn,
                                                       .next = on_next,
                                                       .second = on_second,
                                                       .reload = on_reload,
                                                       .count = on_count};

/* --- the end --- */

/* By ring: a flood of SYNs that is lost costs no conversation anything. */
static void print_lost(const struct responder *r, unsigned which, const char *what)
{
    uint64_t lost = listener_interface_dropped(r->listener, which);
    struct live_counts n;

    listener_counts(r->listener, which, &n);
    lost += n.dropped;
    if (lost)
        printf("  %-10" PRIu64 " %s LOST before they were seen\n", lost, what);
}

static void print_counts(const struct responder *r)
{
    struct answer_counts n;

    answer_tell_counts(r->answer, &n);
#define PRINT_COUNT(name, text)                                                                    \
    if (n.name)                                                                                    \
        printf("  %-10" PRIu64 " %s\n", n.name, text);
    ANSWER_COUNTS(PRINT_COUNT)
#undef PRINT_COUNT
    print_lost(r, CONVERSATIONS, "frames of conversations");
    print_lost(r, SYNS, "SYNs");
}

static bool close_all(struct responder *r)
{
    struct counters counters;
    struct failure why;
    bool good = true;

    if (r->answer) {
        answer_stop(r->answer, clock_now());
        good = !answer_failure(r->answer);
    }
    if (r->pipeline) {
        pipeline_set_tap(r->pipeline, (struct pipeline_tap){.context = NULL});
        pipeline_finish(r->pipeline);
    }
    if (r->ready) {
        loop_read_counters(&r->loop, &counters);
        good = monitor_end(&r->monitor, pipeline_recorder(r->pipeline), &counters, clock_now()) &&
               good;
        good = good && !counters.unwritten && !counters.unsaved;
    }
    if (r->ready && !r->options->quiet) {
        print_counts(r);
        summary_print(&counters, 0, r->options->output);
    }
    monitor_fini(&r->monitor);
    listener_free(r->listener);
    answer_free(r->answer);
    answer_selftest_free(r->selftest);
    if (r->pipeline && !pipeline_free(r->pipeline, &why)) {
        log_warn("%s", why.text);
        good = false;
    }
    answer_unguard();
    g_free(r->personas);
    return good;
}

/* --- the self-test --- */

static bool play_all(struct responder *r, struct failure *why)
{
    struct counters n;
    struct answer_selftest_result played;

    r->selftest = answer_selftest_new(clock_now());
    if (!open_pipeline(r, why) || !open_answer(r, why) || !open_files(r, why) ||
        !answer_selftest_run(r->selftest, r->answer, &played, why))
        return false;
    pipeline_finish(r->pipeline);
    pipeline_read_counters(r->pipeline, &n);
    if (n.emails_complete != played.mails || n.recipients != played.mails)
        return failure_set(why, "%u mails were delivered, %" PRIu64 " are recorded whole",
                           played.mails, n.emails_complete);
    log_info("self-test: %u conversations, %u mails; all recorded in %s", played.conversations,
             played.mails, r->options->output);
    return true;
}

static int self_test(struct responder *r)
{
    struct failure why;
    bool good = play_all(r, &why);

    if (!good)
        log_warn("self-test failed: %s", why.text);
    return !close_all(r) || !good;
}

static int check_usage(const struct options *o, struct responder *r)
{
    const struct command *command = command_find("answer");
    struct failure why;

    if (o->next_hop && !parse_mac(o->next_hop, r->next_hop))
        return usage_error(command, "--next-hop %s: expected a link address as 02:00:5e:10:00:01",
                           o->next_hop);
    if (o->next_hop && !o->out)
        return usage_error(command, "--next-hop: say on which interface with --out");
    if (o->arp && has_way_out(o))
        return usage_error(command, "--arp: who asks is not where --out leads");
    if (o->self_test)
        return -1;
    if (!o->interface)
        return usage_error(command, "-i: say which interface to answer on");
    if (!o->addresses.count)
        return usage_error(command, "--address: say which addresses to answer for");
    for (uint64_t i = 0; i < o->addresses.count; i++)
        if (!answer_check_address(o->addresses.at[i], &why))
            return usage_error(command, "--address %s", why.text);
    return -1;
}

int command_answer(const struct options *options)
{
    struct responder r = {.options = options,
                          .folder = -1,
                          .loop = {.functions = &answer_functions,
                                   .context = &r,
                                   .monitor = &r.monitor,
                                   .manager = true,
                                   .interfaces = true}};
    int result = check_usage(options, &r);
    struct failure why;
    bool good;

    if (result >= 0)
        return result;
    r.personas = pipeline_find_rules("personas");
    if (options->self_test)
        return self_test(&r);
    signals_catch();
    monitor_init(&r.monitor, options, clock_now());
    r.monitor.manager = true;
    if (!open_all(&r, &why)) {
        log_warn("%s", why.text);
        close_all(&r);
        return 1;
    }
    notify_status("answering on %s", options->interface);
    notify_ready();
    warn_of_setup(&r);
    if (!options->quiet)
        log_info("answering on %s; stop with ctrl-c", options->interface);
    good = loop_run(&r.loop);
    return !close_all(&r) || !good;
}
