/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <getopt.h>
#include <glib.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/number.h"
#include "potsherd/listener.h"

enum kind { KIND_TEXT, KIND_LIST, KIND_CHOICE, KIND_NUMBER, KIND_SIZE, KIND_FLAG };

enum {
    IN_REPLAY = 1,
    IN_REPORT = 2,
    IN_SCHEMA = 4,
    IN_DOCTOR = 8,
    IN_ANSWER = 16,
    IN_WATCH = 32,
    IN_RULES = 64,
    IN_FIND = 128,
    IN_EXTRACT = 256,
    IN_CAMPAIGNS = 512,
    IN_SHARE = 1024
};
enum { IN_SELECT = IN_FIND | IN_EXTRACT | IN_SHARE };
enum { IN_LIVE = IN_ANSWER | IN_WATCH, IN_RECORDS = IN_REPLAY | IN_LIVE };

struct option_spec {
    const char *name;
    char letter; /* 0: none */
    enum kind kind;
    size_t offset;        /* in struct options */
    const char *argument; /* for help; the choices of KIND_CHOICE, separated by | */
    const char *fallback; /* default, as it would be typed; NULL: none */
    uint64_t least, most; /* KIND_NUMBER, KIND_SIZE; KIND_LIST: how many, 0: OPTION_LIST_MAX */
    unsigned in;          /* commands that have it */
    const char *help;
};

#define AT(field) offsetof(struct options, field)

static const struct option_spec specs[] = {
    {"output", 'o', KIND_TEXT, AT(output), "DIR", "./potsherd-out", 0, 0, IN_RECORDS,
     "write the records there"},
    {"interface", 'i', KIND_LIST, AT(interfaces), "NAME", NULL, 0, LISTENER_CAPTURES_MAX, IN_WATCH,
     "network interface to listen on; may be given again"},
    {"force", 0, KIND_FLAG, AT(force), NULL, NULL, 0, 0, IN_REPLAY,
     "replace the records of an earlier run"},
    {"filter", 'f', KIND_TEXT, AT(filter), "EXPRESSION", NULL, 0, 0, IN_REPLAY | IN_WATCH,
     "read these packets only (pcap-filter(7)); outer headers only"},
    {"ports", 0, KIND_CHOICE, AT(ports), "rules|all", "all", 0, 0, IN_REPLAY,
     "follow the ports of ports.rules, or all"},
    {"ports", 0, KIND_CHOICE, AT(ports), "rules|all", "rules", 0, 0, IN_WATCH,
     "follow the ports of ports.rules, or all"},
    {"rules", 0, KIND_TEXT, AT(rules), "FILE", NULL, 0, 0, IN_RECORDS | IN_RULES,
     "ports.rules to use instead of the installed one"},
    {"geo", 0, KIND_LIST, AT(geo), "PATH", NULL, 0, 0, IN_RECORDS | IN_REPORT | IN_DOCTOR,
     "country and AS databases (.mmdb), or folders of them; none"},
    {"sensor", 0, KIND_TEXT, AT(sensor), "NAME", NULL, 0, 0, IN_RECORDS,
     "name of the sensor, for the column `sensor`"},
    {"payload", 0, KIND_CHOICE, AT(payload), "inline|mbox|none", "inline", 0, 0, IN_RECORDS,
     "where the messages' payloads go"},
    {"mail", 0, KIND_CHOICE, AT(mail), "full|headers|none", "full", 0, 0,
     IN_REPLAY | IN_WATCH | IN_ANSWER, "what is read of messages, by a process of its own"},
    {"tags", 0, KIND_TEXT, AT(tags), "DIR|none", NULL, 0, 0, IN_RECORDS | IN_RULES,
     "tag rules (YARA) for messages; default: those that were installed"},
    {"psl", 0, KIND_TEXT, AT(psl), "FILE", NULL, 0, 0, IN_RECORDS,
     "public suffix list for domains of links; default: the system's"},
    {"web", 0, KIND_CHOICE, AT(web), "all|proxied|none", "proxied", 0, 0, IN_REPLAY | IN_WATCH,
     "rows for requests to web servers: those by a proxy"},
    {"web", 0, KIND_CHOICE, AT(web), "all|proxied|none", "all", 0, 0, IN_ANSWER,
     "rows for requests to web servers"},
    {"redact", 0, KIND_CHOICE, AT(redact), "recipients|addresses|content", NULL, 0, 0, IN_RECORDS,
     "keyed hashes for what names persons, in all files"},
    {"redact-key", 0, KIND_TEXT, AT(redact_key), "FILE", NULL, 0, 0, IN_RECORDS,
     "its key; without it, one of this run only"},
    {"idle-timeout", 0, KIND_NUMBER, AT(idle_timeout), "SECONDS", "600", 1, 604800,
     IN_REPLAY | IN_WATCH, "end a connection that is silent this long"},
    {"max-connections", 0, KIND_NUMBER, AT(max_connections), "N", "65536", 1, 10000000, IN_REPLAY,
     "follow at most so many at a time"},
    {"max-connections", 0, KIND_NUMBER, AT(max_connections), "N", "65536", 1, 10000000, IN_WATCH,
     "follow at most so many at a time, in each job"},
    {"max-memory", 0, KIND_SIZE, AT(max_memory), "SIZE", "1G", 1 << 20, UINT64_C(1) << 44,
     IN_REPLAY | IN_ANSWER, "for all that waits, then evict the longest idle"},
    {"max-memory", 0, KIND_SIZE, AT(max_memory), "SIZE", "1G", 1 << 20, UINT64_C(1) << 44, IN_WATCH,
     "for all that waits in each job, then evict the longest idle"},
    {"verify-checksums", 0, KIND_FLAG, AT(verify_checksums), NULL, NULL, 0, 0, IN_REPLAY | IN_WATCH,
     "leave out packets with wrong checksums"},
    {"sandbox", 0, KIND_CHOICE, AT(sandbox), "on|off", "on", 0, 0, IN_RECORDS,
     "off, to debug: nothing keeps the processes from other calls"},
    {"quiet", 'q', KIND_FLAG, AT(quiet), NULL, NULL, 0, 0, IN_RECORDS, "no progress, no summary"},
    {"format", 0, KIND_CHOICE, AT(format), "text|csv|json|html", "text", 0, 0, IN_REPORT,
     "how to write it"},
    {"output", 'o', KIND_TEXT, AT(output), "PATH", NULL, 0, 0, IN_REPORT,
     "file to write; for csv a directory"},
    {"top", 0, KIND_NUMBER, AT(top), "N", "10", 1, 1000000, IN_REPORT, "rows of each ranking"},
    {"csv", 0, KIND_TEXT, AT(csv), "DIR", NULL, 0, 0, IN_REPORT,
     "with other formats: the tables as CSV, too; html links to them"},
    {"title", 0, KIND_TEXT, AT(title), "TEXT", NULL, 0, 0, IN_REPORT, "what the report is called"},
    {"organisation", 0, KIND_TEXT, AT(organisation), "NAME", NULL, 0, 0, IN_REPORT,
     "who publishes it"},
    {"contact", 0, KIND_TEXT, AT(contact), "TEXT", NULL, 0, 0, IN_REPORT, "whom to ask about it"},
    {"tlp", 0, KIND_CHOICE, AT(tlp), "clear|green|amber|amber+strict|red", NULL, 0, 0, IN_REPORT,
     "who may have it (TLP 2.0)"},
    {"anonymise", 0, KIND_FLAG, AT(anonymise), NULL, NULL, 0, 0, IN_REPORT,
     "addresses as /24 and /48, senders and recipients as domains"},
    {"file", 0, KIND_LIST, AT(files), "NAME", NULL, 0, 0, IN_FIND,
     "rows of which record file (potsherd schema), or all [emails]"},
    {"format", 0, KIND_CHOICE, AT(format), "text|csv|json", "text", 0, 0, IN_FIND,
     "how to print them: as a table, as they stand, a line each"},
    {"columns", 0, KIND_TEXT, AT(columns), "NAME,...", NULL, 0, 0, IN_FIND, "only these columns"},
    {"to", 0, KIND_CHOICE, AT(to), "eml|mbox|maildir|attachments|iocs", NULL, 0, 0, IN_EXTRACT,
     "what to write"},
    {"as", 0, KIND_CHOICE, AT(as), "list|abuseipdb|ecs|xarf|arf|misp|stix", NULL, 0, 0, IN_SHARE,
     "what to write, for whom"},
    {"output", 'o', KIND_TEXT, AT(output), "OUT", NULL, 0, 0, IN_EXTRACT | IN_SHARE,
     "write it into this folder"},
    {"force", 0, KIND_FLAG, AT(force), NULL, NULL, 0, 0, IN_EXTRACT | IN_SHARE,
     "replace what an earlier run left in OUT"},
    {"output", 'o', KIND_TEXT, AT(output), "OUT", NULL, 0, 0, IN_CAMPAIGNS,
     "write the campaigns into this folder"},
    {"force", 0, KIND_FLAG, AT(force), NULL, NULL, 0, 0, IN_CAMPAIGNS,
     "replace the campaigns of an earlier run in OUT"},
    {"state", 0, KIND_TEXT, AT(state), "FILE", NULL, 0, 0, IN_CAMPAIGNS,
     "messages of earlier runs, read first and written with these"},
    {"min-messages", 0, KIND_NUMBER, AT(min_messages), "N", "5", 2, UINT32_MAX, IN_CAMPAIGNS,
     "a campaign has so many messages at least"},
    {"min-children", 0, KIND_NUMBER, AT(min_children), "N", "5", 1, UINT32_MAX, IN_CAMPAIGNS,
     "... and more than so many values of what differs first"},
    {"threshold", 0, KIND_TEXT, AT(threshold), "X", "1.5", 0, 0, IN_CAMPAIGNS,
     "... each in one of X messages or fewer, on average"},
    {"alike", 0, KIND_NUMBER, AT(alike), "N", "36", 0, 64, IN_CAMPAIGNS,
     "bins of 64 that two texts share to be alike; 0: not looked for"},
    {"jobs", 'j', KIND_NUMBER, AT(jobs), "N", "1", 1, 64, IN_CAMPAIGNS,
     "threads that read and sort"},
    {"max-memory", 0, KIND_SIZE, AT(max_memory), "SIZE", "1G", 16 << 20, UINT64_C(1) << 44,
     IN_CAMPAIGNS, "to sort in; what is more goes to OUT meanwhile"},
    {"quiet", 'q', KIND_FLAG, AT(quiet), NULL, NULL, 0, 0, IN_CAMPAIGNS, "no summary"},
    {"min", 0, KIND_NUMBER, AT(min), "N", "1", 1, UINT32_MAX, IN_SHARE,
     "leave out networks (ASes) with fewer mails"},
    {"contact", 0, KIND_TEXT, AT(contact), "MAIL", NULL, 0, 0, IN_SHARE,
     "address for answers; xarf and arf need it"},
    {"organisation", 0, KIND_TEXT, AT(organisation), "NAME", NULL, 0, 0, IN_SHARE,
     "who reports; default: the domain of --contact"},
    {"recipients", 0, KIND_FLAG, AT(show_recipients), NULL, NULL, 0, 0, IN_SHARE,
     "leave recipients in; without it they are redacted"},
    {"redact-key", 0, KIND_TEXT, AT(redact_key), "FILE", NULL, 0, 0, IN_SHARE,
     "hashes under this key for recipients, not xxxx"},
    {"uid", 0, KIND_LIST, AT(uids), "UID[-N]", NULL, 0, 0, IN_SELECT,
     "of this connection, or its Nth message"},
    {"src", 0, KIND_LIST, AT(sources), "ADDR[/LEN]", NULL, 0, 0, IN_SELECT,
     "from this address or prefix"},
    {"country", 0, KIND_LIST, AT(countries), "CC", NULL, 0, 0, IN_SELECT,
     "from sources in this country"},
    {"asn", 0, KIND_LIST, AT(ases), "N", NULL, 0, 0, IN_SELECT,
     "from sources in this autonomous system"},
    {"target", 0, KIND_LIST, AT(targets), "HOST[:PORT]", NULL, 0, 0, IN_SELECT,
     "asked through a proxy for this host, ADDR or ADDR/LEN"},
    {"from", 0, KIND_LIST, AT(senders), "TEXT", NULL, 0, 0, IN_SELECT,
     "sender, of envelope or header, has TEXT in it"},
    {"rcpt", 0, KIND_LIST, AT(recipients), "TEXT", NULL, 0, 0, IN_SELECT,
     "an envelope recipient has TEXT in it"},
    {"subject", 0, KIND_LIST, AT(subjects), "REGEX", NULL, 0, 0, IN_SELECT,
     "subject, decoded, has a match of this (PCRE), in any case"},
    {"tag", 0, KIND_LIST, AT(tag_names), "NAME", NULL, 0, 0, IN_SELECT,
     "a tag rule of this name matched"},
    {"domain", 0, KIND_LIST, AT(domains), "NAME", NULL, 0, 0, IN_SELECT,
     "links, sender or a recipient are in this domain"},
    {"sha256", 0, KIND_LIST, AT(hashes), "HEX", NULL, 0, 0, IN_SELECT,
     "of the message, its body or an attachment"},
    {"campaign", 0, KIND_LIST, AT(campaigns), "ID", NULL, 0, 0, IN_SELECT,
     "of the campaign whose id begins so (campaign_emails.csv)"},
    {"since", 0, KIND_TEXT, AT(since), "TIME", NULL, 0, 0, IN_REPORT | IN_SELECT | IN_CAMPAIGNS,
     "from this day or time (UTC) on"},
    {"until", 0, KIND_TEXT, AT(until), "TIME", NULL, 0, 0, IN_REPORT | IN_SELECT | IN_CAMPAIGNS,
     "before this time, or up to the end of this day"},
    {"sensor", 0, KIND_TEXT, AT(sensor), "NAME", NULL, 0, 0, IN_REPORT | IN_CAMPAIGNS,
     "rows of this sensor only"},
    {"sensor", 0, KIND_LIST, AT(sensors), "NAME", NULL, 0, 0, IN_SELECT, "rows of this sensor"},
    {"by", 0, KIND_CHOICE, AT(by), "source|proxied", "source", 0, 0, IN_REPORT,
     "sources: who connects, or whom a PROXY header names"},
    {"interface", 'i', KIND_TEXT, AT(interface), "NAME", NULL, 0, 0, IN_DOCTOR,
     "network interface to look at"},
    {"output", 'o', KIND_TEXT, AT(output), "DIR", "./potsherd-out", 0, 0, IN_DOCTOR,
     "where records would go"},
    {"address", 'a', KIND_LIST, AT(addresses), "ADDR[/LEN]", NULL, 0, 0, IN_DOCTOR,
     "would this host's own TCP disturb `answer` on it?"},
    {"interface", 'i', KIND_TEXT, AT(interface), "NAME", NULL, 0, 0, IN_ANSWER,
     "network interface to listen and answer on"},
    {"address", 'a', KIND_LIST, AT(addresses), "ADDR[/LEN]", NULL, 0, 0, IN_ANSWER,
     "answer for this address or prefix"},
    {"arp", 0, KIND_FLAG, AT(arp), NULL, NULL, 0, 0, IN_ANSWER,
     "answer ARP and neighbour discovery for the addresses, too"},
    {"firewall", 0, KIND_FLAG, AT(firewall), NULL, NULL, 0, 0, IN_ANSWER,
     "keep the host's own resets in (nftables)"},
    {"out", 0, KIND_TEXT, AT(out), "NAME", NULL, 0, 0, IN_ANSWER,
     "send by this interface's routes, not the way frames came"},
    {"next-hop", 0, KIND_TEXT, AT(next_hop), "MAC", NULL, 0, 0, IN_ANSWER,
     "with --out: send to this link address, not by the routes"},
    {"save-pcap", 0, KIND_TEXT, AT(save_pcap), "DIR", NULL, 0, 0, IN_LIVE,
     "keep the packets there, too, as rotating pcap files"},
    {"dry-run", 0, KIND_TEXT, AT(dry_run), "FILE", NULL, 0, 0, IN_ANSWER,
     "send into this pcap file instead of the wire"},
    {"self-test", 0, KIND_FLAG, AT(self_test), NULL, NULL, 0, 0, IN_ANSWER,
     "play known conversations against itself, off the wire"},
    {"personas", 0, KIND_TEXT, AT(personas), "DIR", NULL, 0, 0, IN_ANSWER | IN_RULES,
     "what to say, instead of the installed files"},
    {"user", 0, KIND_TEXT, AT(user), "NAME", "nobody", 0, 0, IN_LIVE,
     "root becomes this user once everything is open"},
    {"idle-timeout", 0, KIND_NUMBER, AT(idle_timeout), "SECONDS", "300", 1, 604800, IN_ANSWER,
     "reset who is silent this long"},
    {"max-connections", 0, KIND_NUMBER, AT(max_connections), "N", "20000", 1, 1000000, IN_ANSWER,
     "conversations at a time, then evict the longest idle"},
    {"max-per-source", 0, KIND_NUMBER, AT(max_per_source), "N", "2000", 0, 1000000, IN_ANSWER,
     "conversations at a time with one address; 0: no limit"},
    {"syn-rate", 0, KIND_NUMBER, AT(syn_rate), "N", "1000", 0, 10000000, IN_ANSWER,
     "SYNs answered a second and source; 0: all"},
    {"send-rate", 0, KIND_NUMBER, AT(send_rate), "N", "50000", 0, 100000000, IN_ANSWER,
     "packets sent a second and peer; 0: no limit"},
    {"jobs", 'j', KIND_NUMBER, AT(jobs), "N", "1", 1, 64, IN_WATCH,
     "processes that share the connections among them"},
    {"ring", 0, KIND_SIZE, AT(ring), "SIZE", "64M", 1 << 20, INT32_MAX, IN_WATCH,
     "the kernel's buffer, for each interface and job"},
    {"snap", 0, KIND_NUMBER, AT(snap), "BYTES", "65535", 128, 262144, IN_WATCH,
     "keep so much of each packet"},
    {"no-promiscuous", 0, KIND_FLAG, AT(not_promiscuous), NULL, NULL, 0, 0, IN_WATCH,
     "packets to this host only"},
    {"segment-interval", 0, KIND_NUMBER, AT(segment_interval), "SECONDS", "3600", 0, 31536000,
     IN_LIVE, "begin new record files at each multiple of it; 0: never"},
    {"segment-size", 0, KIND_SIZE, AT(segment_size), "SIZE", "1G", 0, UINT64_C(1) << 44, IN_LIVE,
     "... and when one has grown to this; 0: never"},
    {"fsync", 0, KIND_CHOICE, AT(fsync), "none|segment|second", "segment", 0, 0, IN_LIVE,
     "when rows are forced onto the disk"},
    {"compress", 0, KIND_CHOICE, AT(compress), "none|zstd", "none", 0, 0, IN_LIVE,
     "compress finished record files"},
    {"keep", 0, KIND_NUMBER, AT(keep), "DAYS", "0", 0, 36500, IN_LIVE,
     "remove finished files older than this; 0: never"},
    {"max-disk", 0, KIND_SIZE, AT(max_disk), "SIZE", "0", 0, UINT64_C(1) << 50, IN_LIVE,
     "remove the oldest finished files beyond this; 0: never"},
    {"metrics", 0, KIND_TEXT, AT(metrics), "FILE", NULL, 0, 0, IN_LIVE,
     "write the counts there for Prometheus, every minute"},
    {"as", 0, KIND_CHOICE, AT(as), "markdown|json|sql", "markdown", 0, 0, IN_SCHEMA,
     "how to write it"},
};
#define SPEC_COUNT (sizeof specs / sizeof *specs)

const struct command commands[] = {
    {"replay", "FILE...", "reads captures and writes what was asked and mailed through proxies",
     "potsherd replay -o case42 case42.pcap.gz", 1, -1},
    {"report", "[DIR...]", "tables and totals from the records of one or more runs",
     "potsherd report --since 2026-11-01 case42", 0, -1},
    {"schema", "", "the record files and their columns",
     "potsherd schema --as sql | sqlite3 records.db", 0, 0},
    {"doctor", "", "what on this host makes captures bad, and the command that fixes it",
     "potsherd doctor -i eth1 -o /var/lib/potsherd", 0, 0},
    {"answer", "", "a honeypot: open proxies and mail relays on your unused addresses",
     "potsherd answer -i eth1 --arp --address 192.0.2.0/28 -o DIR", 0, 0},
    {"watch", "", "listens on a span port, day and night, and sends nothing",
     "potsherd watch -i eth1 -o /var/lib/potsherd", 0, 0},
    {"rules", "check", "reads ports, personas and tag rules as a run would, and names mistakes",
     "potsherd rules check --tags /etc/potsherd/tags", 1, 1},
    {"find", "DIR...", "rows of the records, of sources, targets, messages that you name",
     "potsherd find --subject 'account.*locked' --rcpt @bank.example case42", 1, -1},
    {"extract", "DIR...", "mails, attachments or indicators of compromise from records, as files",
     "potsherd extract --subject 'account.*locked' --to eml -o mails case42", 1, -1},
    {"campaigns", "DIR...", "messages of one or more runs that differ only in what is obfuscated",
     "potsherd campaigns -o campaigns42 case42", 1, -1},
    {"share", "DIR...", "reports of who sent mails, as files that others send or read",
     "potsherd share --as xarf --contact abuse@example.org --min 10 -o reports case42", 1, -1},
    {NULL, NULL, NULL, NULL, 0, 0},
};

static unsigned bit_of(const struct command *command)
{
    return 1u << (command - commands);
}

const struct command *command_find(const char *name)
{
    for (const struct command *c = commands; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    return NULL;
}

int usage_error(const struct command *command, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    log_warn("%s (see potsherd %s%s--help)", text, command ? command->name : "",
             command ? " " : "");
    g_free(text);
    return 2;
}

/* --- help --- */

static void print_option(const struct option_spec *s)
{
    char left[64];

    g_snprintf(left, sizeof left, "%s%c%s --%s%s%s", s->letter ? "-" : " ",
               s->letter ? s->letter : ' ', s->letter ? "," : " ", s->name, s->argument ? " " : "",
               s->argument ? s->argument : "");
    printf("  %-30s %s", left, s->help);
    if (s->fallback)
        printf(" [%s]", s->fallback);
    putchar('\n');
}

void options_print_help(const struct command *command)
{
    printf("potsherd %s [options] %s\n", command->name, command->arguments);
    printf("  %s\n\n", command->purpose);
    for (size_t i = 0; i < SPEC_COUNT; i++)
        if (specs[i].in & bit_of(command))
            print_option(&specs[i]);
    printf("      %-26s %s\n", "--help", "this page");
    printf("\nExample: %s\n", command->example);
}

void options_print_commands(void)
{
    puts("potsherd: who abuses open proxies and relays, from packets alone\n");
    for (const struct command *c = commands; c->name; c++)
        printf("  potsherd %-8s %-9s %s\n", c->name, c->arguments, c->purpose);
    puts("\n  potsherd COMMAND --help    options and an example");
    puts("  potsherd --version");
}

/* --- parsing --- */

static bool parse_number(const char *text, uint64_t *out)
{
    return number_parse(bytes_of(text), UINT64_MAX, out);
}

/* 4096, 64K, 16M, 1G: powers of 1024. */
static bool parse_size(const char *text, uint64_t *out)
{
    static const char units[] = "KMGT";
    size_t n = strlen(text);
    const char *unit = n ? strchr(units, g_ascii_toupper(text[n - 1])) : NULL;
    char *digits = g_strndup(text, unit ? n - 1 : n);
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    bool good = parse_number(digits, out) && *out <= UINT64_MAX >> shift;

    g_free(digits);
    *out <<= shift;
    return good;
}

static bool is_choice(const char *choices, const char *text)
{
    char **all = g_strsplit(choices, "|", -1);
    bool found = g_strv_contains((const char *const *)all, text);

    g_strfreev(all);
    return found;
}

static int add_to_list(const struct command *command, const struct option_spec *s, const char *text,
                       struct option_list *list)
{
    uint64_t most = s->most ? s->most : OPTION_LIST_MAX;

    if (list->count == most)
        return usage_error(command, "--%s: more than %llu times", s->name,
                           (unsigned long long)most);
    list->at[list->count++] = text;
    return -1;
}

static int set(const struct command *command, const struct option_spec *s, const char *text,
               struct options *out)
{
    char *field = (char *)out + s->offset;
    uint64_t number;

    switch (s->kind) {
    case KIND_FLAG:
        *(bool *)field = true;
        return -1;
    case KIND_TEXT:
        *(const char **)(void *)field = text;
        return -1;
    case KIND_LIST:
        return add_to_list(command, s, text, (void *)field);
    case KIND_CHOICE:
        if (!is_choice(s->argument, text))
            return usage_error(command, "--%s %s: expected %s", s->name, text, s->argument);
        *(const char **)(void *)field = text;
        return -1;
    default:
        if (!(s->kind == KIND_SIZE ? parse_size : parse_number)(text, &number) ||
            number < s->least || number > s->most)
            return usage_error(command, "--%s %s: expected a number from %llu to %llu", s->name,
                               text, (unsigned long long)s->least, (unsigned long long)s->most);
        *(uint64_t *)(void *)field = number;
        return -1;
    }
}

static const struct option_spec *find_letter(const struct command *command, int letter)
{
    for (size_t i = 0; i < SPEC_COUNT; i++)
        if (letter && specs[i].letter == letter && specs[i].in & bit_of(command))
            return &specs[i];
    return NULL;
}

enum { LONG_FIRST = 256, LONG_HELP = 1000 };

/* getopt's tables out of ours. */
static void make_tables(const struct command *command, struct option *longs, char *shorts)
{
    size_t n = 0;

    *shorts++ = ':';
    for (size_t i = 0; i < SPEC_COUNT; i++) {
        bool takes = specs[i].kind != KIND_FLAG;

        if (!(specs[i].in & bit_of(command)))
            continue;
        longs[n++] = (struct option){specs[i].name, takes ? required_argument : no_argument, NULL,
                                     LONG_FIRST + (int)i};
        if (specs[i].letter) {
            *shorts++ = specs[i].letter;
            if (takes)
                *shorts++ = ':';
        }
    }
    longs[n++] = (struct option){"help", no_argument, NULL, LONG_HELP};
    longs[n] = (struct option){NULL, 0, NULL, 0};
    *shorts = '\0';
}

static int set_defaults(const struct command *command, struct options *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < SPEC_COUNT; i++)
        if (specs[i].fallback && specs[i].in & bit_of(command))
            (void)set(command, &specs[i], specs[i].fallback, out);
    return -1;
}

/* What would hold what --redact takes out. */
static int check_redact(const struct command *command, const struct options *o)
{
    if (!(bit_of(command) & IN_RECORDS))
        return -1;
    if (!o->redact)
        return o->redact_key ? usage_error(command, "--redact-key: say with --redact what is "
                                                    "redacted")
                             : -1;
    if (o->save_pcap || o->dry_run)
        return usage_error(command, "--redact: %s keeps packets as they are; leave one of them out",
                           o->save_pcap ? "--save-pcap" : "--dry-run");
    if (!strcmp(o->redact, "content") && !strcmp(o->payload, "mbox"))
        return usage_error(command, "--redact content: there is no payload for --payload mbox");
    return -1;
}

int options_parse(const struct command *command, int argc, char **argv, struct options *out)
{
    struct option longs[SPEC_COUNT + 2];
    char shorts[2 * SPEC_COUNT + 2];
    int choice, result = set_defaults(command, out);

    make_tables(command, longs, shorts);
    opterr = 0;
    while (result < 0 && (choice = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (choice == LONG_HELP) {
            options_print_help(command);
            return 0;
        }
        if (choice == ':')
            return usage_error(command, "%s needs a value", argv[optind - 1]);
        if (choice == '?')
            return usage_error(command, "unknown option %s", argv[optind - 1]);
        result =
            set(command,
                choice >= LONG_FIRST ? &specs[choice - LONG_FIRST] : find_letter(command, choice),
                optarg, out);
    }
    if (result >= 0)
        return result;
    out->arguments = argv + optind;
    out->argument_count = argc - optind;
    if (out->argument_count < command->least_arguments)
        return usage_error(command, "%s needs %s", command->name, command->arguments);
    if (command->most_arguments >= 0 && out->argument_count > command->most_arguments)
        return usage_error(command, "%s: nothing goes with %s", out->arguments[0], command->name);
    return check_redact(command, out);
}
