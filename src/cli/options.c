/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table itself: what reads it is in option_values.c, option_files.c, option_parse.c, help.c
 * and config.c. */
#include <glib.h>
#include <stddef.h>
#include <string.h>

#include "cli/option_table.h"
#include "potsherd/listener.h"

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
    IN_SHARE = 1024,
    IN_CONFIG = 2048,
    IN_VERIFY = 4096
};
enum { IN_SELECT = IN_FIND | IN_EXTRACT | IN_SHARE };
enum { IN_LIVE = IN_ANSWER | IN_WATCH, IN_RECORDS = IN_REPLAY | IN_LIVE };
#define IN_ALL (~(unsigned)IN_CONFIG) /* config takes those of the command that it is about */

#define AT(field) offsetof(struct options, field)

const struct option_spec option_specs[] = {
    {"output", 'o', KIND_TEXT, AT(output), "DIR", "./potsherd-out", 0, 0, IN_RECORDS,
     "write the records there"},
    {"interface", 'i', KIND_LIST, AT(interfaces), "NAME", NULL, 0, LISTENER_CAPTURES_MAX, IN_WATCH,
     "network interface to listen on; may be given again"},
    {"format", 0, KIND_CHOICE, AT(format), "csv|json", "csv", 0, 0, IN_RECORDS,
     "record files as CSV, or as JSON: a line a row, NAME.ndjson"},
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
    {"quiet", 'q', KIND_FLAG, AT(quiet), NULL, NULL, 0, 0, IN_VERIFY,
     "name only what is wrong, and the sum of all"},
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
    {"json", 0, KIND_FLAG, AT(json), NULL, NULL, 0, 0, IN_DOCTOR, "print what is found as JSON"},
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
    {"jobs", 'j', KIND_NUMBER, AT(jobs), "N", "0", 0, 64, IN_REPLAY,
     "processes that share the work; 0: as many as processors"},
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
    {"as", 0, KIND_CHOICE, AT(as), "markdown|json|sql|sqlite|postgresql|duckdb|clickhouse",
     "markdown", 0, 0, IN_SCHEMA, "how to write it"},
    {"example", 0, KIND_FLAG, AT(example), NULL, NULL, 0, 0, IN_CONFIG,
     "a configuration file with every option, commented out"},
    {"unit", 0, KIND_TEXT, AT(unit), "NAME", NULL, 0, 0, IN_LIVE,
     "as the systemd unit of that interface: its file, its folder"},
    {"config", 0, KIND_TEXT, AT(config), "FILE", NULL, 0, 0, IN_ALL,
     "read this configuration file, too (doc/configuration.md)"},
    {"no-config", 0, KIND_FLAG, AT(no_config), NULL, NULL, 0, 0, IN_ALL,
     "read no other configuration file"},
    {"verbose", 'v', KIND_FLAG, AT(verbose), NULL, NULL, 0, 0, IN_ALL,
     "messages with time and level"},
};
const size_t option_spec_count = G_N_ELEMENTS(option_specs);
_Static_assert(G_N_ELEMENTS(option_specs) <= OPTION_SPECS_MAX, "see option_table.h");

const struct command commands[] = {
    {"replay", "FILE...", "reads captures and writes what was asked and mailed through proxies",
     "potsherd replay -o case42 case42.pcap.gz", 1, -1},
    {"report", "[DIR...]", "tables and totals from the records of one or more runs",
     "potsherd report --since 2026-11-01 case42", 0, -1},
    {"schema", "[FILE|DIR...]", "the record files and their columns, or SQL that loads them",
     "potsherd schema --as sqlite case42 | sqlite3 case42.db", 0, -1},
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
    {"config", "[COMMAND]", "which options are in force for a command, and where each comes from",
     "potsherd config watch --unit eth1", 0, -1},
    {"verify", "DIR...", "whether the files of records are those that SHA256SUMS lists",
     "potsherd verify /var/lib/potsherd/watch-eth1", 1, -1},
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

bool option_is_of(const struct option_spec *spec, const struct command *command)
{
    return spec->in & bit_of(command);
}

bool option_is_common(const struct option_spec *spec)
{
    return spec->in == IN_ALL;
}

bool option_has_key(const struct option_spec *spec)
{
    return spec->offset != AT(config) && spec->offset != AT(no_config) &&
           spec->offset != AT(unit) && spec->offset != AT(example);
}

const struct option_spec *option_find(const struct command *command, const char *name)
{
    for (size_t i = 0; i < option_spec_count; i++)
        if (option_is_of(&option_specs[i], command) && !strcmp(option_specs[i].name, name))
            return &option_specs[i];
    return NULL;
}

const struct option_spec *option_find_letter(const struct command *command, int letter)
{
    for (size_t i = 0; i < option_spec_count; i++)
        if (letter && option_specs[i].letter == letter && option_is_of(&option_specs[i], command))
            return &option_specs[i];
    return NULL;
}
