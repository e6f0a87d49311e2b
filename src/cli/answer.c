/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * potsherd answer: an interface in, answers and records out.  This is the parent, which opens
 * all that there is to open, gives up its privileges, and looks after the others
 * (answer_processes.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/notify.h"
#include "base/privilege.h"
#include "cli/answer_processes.h"
#include "cli/options.h"
#include "potsherd/clock.h"
#include "potsherd/geo.h"
#include "potsherd/interface.h"
#include "potsherd/pcapfile.h"
#include "potsherd/reload.h"
#include "potsherd/segment.h"
#include "potsherd/signals.h"

#define FRAMES_A_TURN 256        /* between two looks at the clock */
#define SNAP          31500      /* a window of data (tcp.h) and all headers, in one frame */
#define BUFFER        (64 << 20) /* two thousand of those */
#define SYN_SNAP      1600       /* a whole frame: a checksum is looked at */
#define SYN_BUFFER    (32 << 20) /* sixteen thousand of those */
#define SYNS_A_TURN   64         /* the conversations come first */
#define PIPE_BYTES    (1 << 20)  /* of orders */

/* --- opening --- */

static void list_ports(struct answering *a)
{
    for (unsigned port = 1; port < 65536 && a->port_count < ANSWER_PORTS_MAX; port++)
        if (pipeline_module((uint16_t)port))
            a->ports[a->port_count++] = (uint16_t)port;
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
static bool read_link(const struct answering *a, struct answer_link *out, struct failure *why)
{
    const struct options *o = a->options;
    const char *sends = o->next_hop ? o->out : o->interface;

    return interface_read(sends, o->out && o->out != sends ? o->out : o->interface, out, why);
}

static bool make_pipes(struct answering *a, struct failure *why)
{
    for (int p = 0; p < ANSWER_PIPES; p++)
        if (pipe2(a->pipes[p], O_CLOEXEC) != 0)
            return failure_set(why, "cannot make a pipe: %s", g_strerror(errno));
    (void)fcntl(a->pipes[PIPE_ORDERS][1], F_SETPIPE_SZ, PIPE_BYTES);
    /* nobody waits for a ticket */
    return (fcntl(a->pipes[PIPE_TICKETS][0], F_SETFL, O_NONBLOCK) == 0 &&
            fcntl(a->pipes[PIPE_TICKETS][1], F_SETFL, O_NONBLOCK) == 0) ||
           failure_set(why, "cannot set up a pipe: %s", g_strerror(errno));
}

static void close_pipes(struct answering *a)
{
    for (int p = 0; p < ANSWER_PIPES; p++)
        for (int end = 0; end < 2; end++)
            if (a->pipes[p][end] >= 0) {
                close(a->pipes[p][end]);
                a->pipes[p][end] = -1;
            }
}

static bool open_sender(struct answering *a, struct failure *why)
{
    const struct options *o = a->options;
    struct sender_options options = {.addresses = o->addresses.at,
                                     .address_count = (unsigned)o->addresses.count,
                                     .module = pipeline_module,
                                     .arp = o->arp,
                                     .span = o->out != NULL,
                                     .interface = o->out ? o->out : o->interface,
                                     .routed = has_way_out(o) && !o->next_hop,
                                     .rate = o->send_rate,
                                     .syn_rate = o->syn_rate};

    answering_set_sinks(a, &options);
    a->sender = sender_open(&options, why);
    return a->sender != NULL;
}

static bool open_answer(struct answering *a, struct failure *why)
{
    struct answer_options options;

    if (!read_link(a, &a->link, why) || !make_pipes(a, why))
        return false;
    options = answering_options(a);
    a->answer = answer_new(&options, clock_now(), why);
    return a->answer && open_sender(a, why);
}

static bool open_capture(struct answering *a, unsigned which, struct failure *why)
{
    bool syns = which == ANSWER_SYNS;
    struct live_options how = {.interface = a->options->interface,
                               .snap = syns ? SYN_SNAP : SNAP,
                               .buffer_bytes = syns ? SYN_BUFFER : BUFFER,
                               .immediate = true};
    char *filter;
    bool good;

    if (!listener_open(a->listener, &how, syns ? SYNS_A_TURN : FRAMES_A_TURN, NULL, why))
        return false;
    filter = answer_filter(a->answer, a->ports, a->port_count, syns);
    good = listener_set_filter(a->listener, which, (const char *const[]){filter, NULL}, true, why);
    free(filter);
    return good;
}

static bool drop(const struct options *o, struct failure *why)
{
    const char *folders[2] = {o->output, o->save_pcap};

    return privilege_drop(o->user, folders, o->save_pcap ? 2 : 1, why);
}

/* Whether only who we are now can put a link into the folder of this file. */
static bool is_in_our_folder(const char *path)
{
    char *folder = g_path_get_dirname(path);
    struct stat st;
    bool ours =
        stat(folder, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH));

    g_free(folder);
    return ours;
}

/* The operator may name a file that only root can make; elsewhere it is made when privileges are
 * gone. */
static bool open_unsent(struct answering *a, bool privileged, struct failure *why)
{
    const char *path = a->options->dry_run;

    if (!path || a->writer.unsent || (privileged && !is_in_our_folder(path)))
        return true;
    a->writer.unsent = pcapfile_open(path, why);
    return a->writer.unsent != NULL;
}

static bool open_all(struct answering *a, struct failure *why)
{
    const struct options *o = a->options;

    if (o->firewall && !answer_start_guard(why))
        return false;
    if (!privilege_begin(why) || !privilege_make_folder(o->output, o->user, why) ||
        (o->save_pcap && !privilege_make_folder(o->save_pcap, o->user, why)) ||
        !answering_load(a, why))
        return false;
    list_ports(a);
    a->listener = listener_new();
    if (!open_answer(a, why) || !open_capture(a, ANSWER_CONVERSATIONS, why) ||
        !open_capture(a, ANSWER_SYNS, why))
        return false;
    if (o->firewall &&
        !answer_guard(o->addresses.at, (unsigned)o->addresses.count, a->ports, a->port_count, why))
        return false;
    return open_unsent(a, true, why) && drop(o, why) &&
           live_writer_open(&a->writer, &a->records, why) && open_unsent(a, false, why);
}

static unsigned keep_for_job(void *context, unsigned job, int fds[WORKERS_KEEP_MAX])
{
    const struct answering *a = context;
    unsigned n = job == ANSWER_PARSER ? listener_descriptors(a->listener, fds)
                                      : sender_descriptors(a->sender, fds);

    fds[n++] = a->pipes[PIPE_ORDERS][job == ANSWER_PARSER ? 1 : 0];
    fds[n++] = a->pipes[PIPE_TICKETS][job == ANSWER_PARSER ? 0 : 1];
    return n;
}

static bool start(struct answering *a, const struct workers_functions *functions,
                  struct failure *why)
{
    const struct sandbox_calls calls = {.role = SANDBOX_PARENT};
    int keep[WORKERS_KEEP_MAX];
    unsigned n = live_writer_keep(&a->writer, keep);
    bool good;

    a->workers = workers_new(ANSWER_JOBS, functions);
    good = workers_start_jobs(a->workers, why);
    close_pipes(a); /* else nobody sees that the other end is closed */
    return good && workers_start_writer(a->workers, keep, n, why) && sandbox_calls(&calls, why);
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

static void warn_of_setup(const struct answering *a)
{
    char own[ADDRESS_TEXT_MAX];

    if (host_has_an_address(a->answer, own)) {
        if (!a->options->firewall)
            log_warn("%s is this host's own address: its TCP will answer every SYN with a reset, "
                     "which ends the conversation; add --firewall, or load rules/firewall.nft",
                     own);
    } else if (!a->options->arp) {
        log_info("the addresses are not this host's: packets come only if they are routed here; "
                 "in the same network add --arp");
    }
}

/* --- the run --- */

static int open_for_job(void *context, uint32_t request, uint32_t number)
{
    const struct answering *a = context;

    (void)number;
    if (request == WORKERS_SPOOL)
        return record_make_spool(a->writer.folders[0]);
    errno = EINVAL;
    return -1;
}

static bool tell_persona(void *context, const struct answer_persona *file, struct failure *why)
{
    struct answering *a = context;
    struct process_message note = {.kind = RELOAD_PERSONA,
                                   .number = file->number << 16 | file->count};

    note.n = (uint32_t)strnlen(file->path, sizeof note.bytes);
    memcpy(note.bytes, file->path, note.n);
    return workers_note_job(a->workers, ANSWER_PARSER, &note, file->fd) ||
           failure_set(why, "%s: could not be handed over", file->path);
}

/* Databases and personas; on an error the old ones stay.  (The ports are in the filters of the
 * captures and in the firewall: they need a restart.) */
static void on_reload(void *context)
{
    struct answering *a = context;
    const char *personas = a->options->personas ? a->options->personas : a->personas;
    struct failure why;

    reload_tags(a->workers, a->options); /* takes longest */
    if (!geo_reload(&why))
        log_warn_as(LOG_NOT_RELOADED, "%s; the previous databases stay in use", why.text);
    else if (reload_tell_databases(a->workers))
        log_info_as(LOG_RELOADED, "geolocation databases read again: %u", geo_databases());
    else
        (void)reload_failed();
    if (answer_open_personas(personas, tell_persona, a, &why))
        log_info_as(LOG_RELOADED, "personas read again");
    else
        log_warn_as(LOG_NOT_RELOADED, "%s; the previous personas stay in use", why.text);
    workers_wake(a->workers);
}

/* An interface that was removed and made again has another link address, and anybody may
 * give it one. */
static void look_at_link(struct answering *a)
{
    struct process_message note = {.kind = RELOAD_LINK, .n = sizeof a->link};
    struct answer_link link;
    struct failure why;

    _Static_assert(sizeof a->link <= sizeof note.bytes, "a note");
    if (!read_link(a, &link, &why))
        return; /* (what is not there sends nothing) */
    if (!sender_is_bound(a->sender) && sender_bind_again(a->sender))
        log_info("%s: frames are sent again",
                 a->options->out ? a->options->out : a->options->interface);
    if (memcmp(&link, &a->link, sizeof link) == 0)
        return;
    memcpy(note.bytes, &link, sizeof link);
    for (unsigned job = 0; job < ANSWER_JOBS; job++)
        if (!workers_note_job(a->workers, job, &note, -1))
            return; /* again in a second */
    a->link = link;
    workers_wake(a->workers);
}

static void on_second(void *context)
{
    struct answering *a = context;
    struct counters sum = {.received = 0};

    look_at_link(a);
    listener_bind_again(a->listener);
    listener_add_interface_dropped(a->listener, &sum);
    workers_publish(a->workers, &sum);
}

static void close_all(struct answering *a)
{
    workers_free(a->workers);
    close_pipes(a);
    listener_free(a->listener);
    answer_free(a->answer);
    sender_close(a->sender);
    pcapfile_close(a->writer.unsent);
    answer_unguard();
    pipeline_unload();
}

static int answer(struct answering *a)
{
    static const char *const names[ANSWER_JOBS] = {"the parser", "the sender"};
    struct workers_functions functions = {.names = names,
                                          .mail_jobs = strcmp(a->options->mail, "none") ? 1 : 0,
                                          .parse = answering_job,
                                          .write = answering_writer,
                                          .open = open_for_job,
                                          .keep = keep_for_job,
                                          .second = on_second,
                                          .reload = on_reload,
                                          .context = a};
    struct failure why;
    bool good;

    functions.mail = (struct mail_setup){reload_load_tags(a->options, &why), a->options->psl};
    good = !why.text[0] && open_all(a, &why) && start(a, &functions, &why);
    if (good) {
        notify_status("answering on %s", a->options->interface);
        notify_ready();
        warn_of_setup(a);
        if (!a->options->quiet)
            log_info("answering on %s; stop with ctrl-c", a->options->interface);
        good = workers_run(a->workers, true);
    } else if (*why.text) {
        log_warn("%s", why.text);
    }
    close_all(a);
    mail_rules_free(functions.mail.rules);
    return !good;
}

static int check_usage(const struct options *o, struct answering *a)
{
    const struct command *command = command_find("answer");
    struct failure why;

    if (o->next_hop && !parse_mac(o->next_hop, a->next_hop))
        return usage_error(command, "--next-hop %s: expected a link address as 02:00:5e:10:00:01",
                           o->next_hop);
    if (o->next_hop && !o->out)
        return usage_error(command, "--next-hop: say on which interface with --out");
    if (o->arp && has_way_out(o))
        return usage_error(command, "--arp: who asks is not where --out leads");
    if (o->self_test)
        return -1;
    if (!o->interface)
        return usage_error_interface(command, "answer on");
    if (!o->addresses.count)
        return usage_error(command, "--address: say which addresses to answer for");
    for (uint64_t i = 0; i < o->addresses.count; i++)
        if (!answer_check_address(o->addresses.at[i], &why))
            return usage_error(command, "--address %s", why.text);
    return -1;
}

int command_answer(const struct options *options)
{
    struct answering a = {
        .options = options,
        .pipes = {{-1, -1}, {-1, -1}},
        .writer = {
            .parsers = 1, .saved_name = SEGMENT_ANSWERED, .first_bytes = true, .audit = true}};
    int result = check_usage(options, &a);

    if (result >= 0)
        return result;
    a.personas = pipeline_find_rules("personas");
    if (!options->self_test)
        signals_catch();
    result = options->self_test ? answering_self_test(&a) : answer(&a);
    g_free(a.personas);
    return result;
}
