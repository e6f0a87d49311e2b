/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mkpcap: makes large captures of proxy and mail abuse, byte for byte the same
 * for the same options.
 *
 * Conversation number i and mail number j are functions of the seed and their
 * number, nothing else.  `--concurrent` slots each hold the packets of one
 * conversation; a heap of the slots by the time of their next packet puts them
 * in order.  A slot that runs empty takes the next conversation, so memory
 * depends on the slots and not on the number of conversations.
 *
 * With --campaigns it makes spam campaigns, which is all in spam-pcap.c.
 *
 * With --spampots the conversations are those of a plan (campaign.h), each with
 * its own time to begin; a heap of those that go on puts their packets in order.
 *
 * What the capture holds is written to the truth file from here and not read
 * back from the packets, so that it can judge whoever reads them.
 *
 * All addresses are reserved ones: sources in 198.18.0.0/15 (RFC 2544),
 * scanners in 100.64.0.0/10 (RFC 6598), sensors in 203.0.113.0/24 and mail
 * servers in 192.0.2.0/24 and 198.51.100.0/24 (RFC 5737); with --spampots sources
 * in 10.0.0.0/8 (RFC 1918).
 */

#include "args.h"
#include "campaign-talk.h"
#include "campaign.h"
#include "frames.h"
#include "mails.h"
#include "packet-queue.h"
#include "spam-pcap.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Streams of random numbers; those of the mails are below 1 << 62. */
#define STREAM_CONVERSATION (1ull << 62)
#define STREAM_SCAN         (1ull << 63)

enum {
    SOURCES_BASE = 0xc6120000,  /* 198.18.0.0/15 */
    SCANNERS_BASE = 0x64400000, /* 100.64.0.0/10 */
    SENSORS_BASE = 0xcb007100,  /* 203.0.113.0/24 */
    SENSORS = 10,
    SHARES = 10000, /* a port's weight is in hundredths of a percent */
    PORT_SMTP = 25,
    REQUEST_MAX = 2048, /* the commands of a mail that are sent as one */
    PLANNED_BODY = 200,
    SLOT_BYTES_MAX = 512 << 20,
    NAME = 80,
};

/* ---- options ---- */

enum {
    OPT_CONVERSATIONS,
    OPT_SEED,
    OPT_BODY,
    OPT_MAILS,
    OPT_RECIPIENTS,
    OPT_MIX,
    OPT_CONCURRENT,
    OPT_RATE,
    OPT_START,
    OPT_SOURCES,
    OPT_SCAN,
    OPT_WINDOW_SCALE,
    OPT_TRUTH,
    OPT_SPAMPOTS,
    OPT_SENSOR_N,
    OPT_NETWORKS,
    OPT_CAMPAIGNS,
    OPTIONS
};

static const struct arg options[OPTIONS] = {
    {"conversations", "N", ARG_NUMBER, 0, 1000000000, NULL, "how many (default 1000)"},
    {"seed", "S", ARG_NUMBER, 0, UINT64_MAX, NULL, "the same seed, the same bytes (default 1)"},
    {"body", "BYTES", ARG_NUMBER, 0, 1000000000, NULL, "of a mail, header not counted (3000)"},
    {"mails", "N", ARG_NUMBER, 0, 100000, NULL, "in a conversation (default 1)"},
    {"recipients", "N", ARG_NUMBER, 1, 1000000, NULL, "of a mail (default 9)"},
    {"mix", "ports|half", ARG_CHOICE, 0, 0, "ports|half",
     "ports: as abused in 2006-07 (default); half: SOCKS5, CONNECT"},
    {"concurrent", "N", ARG_NUMBER, 1, 1000000, NULL, "conversations at a time (default 100)"},
    {"rate", "N", ARG_NUMBER, 0, 1000000, NULL, "begin at most N a second (default 0: any)"},
    {"start", "TIME", ARG_TEXT, 0, 0, NULL, "of the first packet (default 2006-06-10T00:00:00)"},
    {"sources", "N", ARG_NUMBER, 1, 131072, NULL, "addresses that abuse (default 8192)"},
    {"scan", "N", ARG_NUMBER, 0, 1000000000, NULL, "add N lone SYNs from random addresses"},
    {"window-scale", "N", ARG_NUMBER, 0, 14, NULL, "shift of the TCP windows (default 7)"},
    {"truth", "FILE", ARG_TEXT, 0, 0, NULL, "write what is inside: requests and mails, as TSV"},
    {"spampots", "SCALE", ARG_NUMBER, CAMPAIGN_SCALE_MIN, CAMPAIGN_SCALE_MAX, NULL,
     "instead: the SpamPots campaign of 2006-07 at 1:SCALE"},
    {"sensor-n", "N", ARG_NUMBER, 1, CAMPAIGN_SENSORS, NULL, "of it what sensor N of 10 saw"},
    {"networks", "FILE", ARG_TEXT, 0, 0, NULL, "write its networks, for tools/mkmmdb"},
    {"campaigns", "N", ARG_NUMBER, 0, 0, NULL, "instead: spam campaigns; see --campaigns 1 --help"},
};

static void help(void)
{
    puts("usage: mkpcap [options] OUT.pcap          (- is standard output)\n"
         "Makes a capture of SMTP through open proxies and on port 25.");
    args_print(options, OPTIONS);
    puts("\nexample: mkpcap --conversations 20000 --mix half --truth X.tsv X.pcap\n"
         "Truth columns: kind (request, mail), src_ip, src_port, dst_ip, dst_port, conversation,\n"
         "module, target, mail_n, mail_from, rcpt_count, size, sha256; a request has the first\n"
         "eight; size and sha256 are of the mail without dot-stuffing, last line end included.");
}

/* ---- what a conversation is ---- */

struct maker {
    struct arg_value values[OPTIONS];
    uint64_t seed;
    uint64_t start_us;
    uint64_t begun; /* conversations */
    uint64_t scanned;
    uint64_t scan_every_us;
    struct writer writer;
    FILE *truth;
    EVP_MD_CTX *digest;
    struct mail mail;
    struct slot *slots; /* the last one is the scanners' */
    struct packet_queue queue;
    struct campaign plan; /* empty without --spampots */
    size_t planned;       /* visits begun */
};

struct conversation {
    struct maker *maker;
    uint64_t number;
    struct rng rng;
    struct talk talk;
    struct endpoint client, server;
    const char *module;
    char target[NAME + 8]; /* host:port */
    char host[NAME];       /* name or address */
    uint32_t host_ip;
    uint16_t target_port;
    bool by_name;
    bool pipelining; /* RFC 2920 */
};

static void die(const char *what)
{
    fprintf(stderr, "mkpcap: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *grow(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (!p)
        die("memory");
    return p;
}

/* ---- truth ---- */

static void truth_start(struct maker *maker)
{
    const char *path = maker->values[OPT_TRUTH].text;

    if (!path)
        return;
    maker->truth = fopen(path, "w");
    if (!maker->truth)
        die(path);
    fputs("kind\tsrc_ip\tsrc_port\tdst_ip\tdst_port\tconversation\tmodule\ttarget\tmail_n\t"
          "mail_from\trcpt_count\tsize\tsha256\n",
          maker->truth);
}

static void truth_row(const struct conversation *c, const char *kind)
{
    char from[ADDRESS_TEXT], to[ADDRESS_TEXT];

    endpoint_text(&c->client, from);
    endpoint_text(&c->server, to);
    fprintf(c->maker->truth, "%s\t%s\t%u\t%s\t%u\t%llu\t%s\t%s\t", kind, from, c->client.port, to,
            c->server.port, (unsigned long long)c->number, c->module, c->target);
}

static void truth_request(const struct conversation *c)
{
    if (!c->maker->truth)
        return;
    truth_row(c, "request");
    fputs("\t\t\t\t\n", c->maker->truth);
}

static void truth_mail(const struct conversation *c, uint32_t nth, uint32_t recipients)
{
    struct maker *maker = c->maker;
    const struct mail *mail = &maker->mail;
    uint8_t hash[EVP_MAX_MD_SIZE];

    if (!maker->truth)
        return;
    truth_row(c, "mail");
    fprintf(maker->truth, "%u\t%s\t%u\t%zu\t", nth + 1, mail->from, recipients, mail->len);
    if (!EVP_DigestInit_ex(maker->digest, NULL, NULL) ||
        !EVP_DigestUpdate(maker->digest, mail->text, mail->len) ||
        !EVP_DigestFinal_ex(maker->digest, hash, NULL))
        die("sha256");
    for (int i = 0; i < 32; i++)
        fprintf(maker->truth, "%02x", hash[i]);
    fputc('\n', maker->truth);
}

/* ---- the script of a conversation ---- */

__attribute__((format(printf, 3, 4))) static void say(struct conversation *c, enum talker who,
                                                      const char *format, ...)
{
    char line[512];
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    talk_say(&c->talk, who, line, (size_t)len);
}

static void choose_target(struct conversation *c, bool by_name)
{
    static const char *const domains[] = {"example.com", "example.net",   "example.org",
                                          "a.example",   "hotmail.test",  "yahoo.test",
                                          "b.example",   "hinet.example", "mail.example"};
    struct rng *rng = &c->rng;
    uint32_t number;

    c->by_name = by_name;
    c->host_ip = rng_below(rng, 2) ? 0xc0000200 : 0xc6336400; /* 192.0.2.0, 198.51.100.0 */
    c->host_ip += 1 + rng_below(rng, 254);
    number = rng_below(rng, 100);
    if (by_name)
        snprintf(c->host, sizeof c->host, "mx%u.%s", number,
                 domains[rng_below(rng, sizeof domains / sizeof domains[0])]);
    else
        snprintf(c->host, sizeof c->host, "%u.%u.%u.%u", c->host_ip >> 24, c->host_ip >> 16 & 255,
                 c->host_ip >> 8 & 255, c->host_ip & 255);
    snprintf(c->target, sizeof c->target, "%s:%u", c->host, c->target_port);
}

static void open_connect(struct conversation *c)
{
    static const char *const agents[] = {"", "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0)\r\n",
                                         "Proxy-Connection: Keep-Alive\r\n"};
    uint32_t minor = rng_below(&c->rng, 2);

    c->module = "http";
    choose_target(c, rng_below(&c->rng, 2) == 0);
    truth_request(c);
    say(c, CLIENT, "CONNECT %s HTTP/1.%u\r\n%s%s%s%s\r\n", c->target, minor, minor ? "Host: " : "",
        minor ? c->target : "", minor ? "\r\n" : "", agents[rng_below(&c->rng, 3)]);
    say(c, SERVER, "HTTP/1.%u 200 Connection established\r\n\r\n", minor);
}

/* RFC 1928: no authentication, then VER CMD RSV ATYP DST.ADDR DST.PORT */
static void open_socks5(struct conversation *c)
{
    uint8_t request[4 + 1 + NAME + 2] = {5, 1, 0, 1};
    size_t len = 4;

    c->module = "socks5";
    choose_target(c, rng_below(&c->rng, 2) == 0);
    truth_request(c);
    talk_say(&c->talk, CLIENT, "\5\1\0", 3);
    talk_say(&c->talk, SERVER, "\5\0", 2);
    if (c->by_name) {
        request[3] = 3;
        request[len++] = (uint8_t)strlen(c->host);
        memcpy(request + len, c->host, strlen(c->host));
        len += strlen(c->host);
    } else {
        put32(request + len, c->host_ip);
        len += 4;
    }
    put16(request + len, c->target_port);
    talk_say(&c->talk, CLIENT, request, len + 2);
    talk_say(&c->talk, SERVER, "\5\0\0\1\0\0\0\0\0\0", 10);
}

/* SOCKS4: VN CD DSTPORT DSTIP USERID 0; in 4a the address is 0.0.0.x and a name follows, 0. */
static void open_socks4(struct conversation *c)
{
    static const char *const users[] = {"", "root", "user"};
    uint8_t request[8 + 8 + NAME + 2] = {4, 1};
    size_t len = 8;
    const char *user = users[rng_below(&c->rng, 3)];
    bool by_name = rng_below(&c->rng, 2) == 0;

    c->module = by_name ? "socks4a" : "socks4";
    choose_target(c, by_name);
    truth_request(c);
    put16(request + 2, c->target_port);
    put32(request + 4, by_name ? 1 : c->host_ip);
    memcpy(request + len, user, strlen(user) + 1);
    len += strlen(user) + 1;
    if (by_name) {
        memcpy(request + len, c->host, strlen(c->host) + 1);
        len += strlen(c->host) + 1;
    }
    talk_say(&c->talk, CLIENT, request, len);
    talk_say(&c->talk, SERVER, "\0\x5a\0\0\0\0\0\0", 8);
}

static void smtp_greet(struct conversation *c)
{
    const char *name = c->module[0] == 's' && c->module[1] == 'm' ? "relay.example" : c->host;
    uint32_t helo = rng_below(&c->rng, 10000);

    say(c, SERVER, "220 %s ESMTP Sendmail 8.13.8/8.13.8\r\n", name);
    if (c->pipelining) {
        say(c, CLIENT, "EHLO pc%u.isp.example\r\n", helo);
        say(c, SERVER, "250-%s Hello\r\n250-PIPELINING\r\n250 8BITMIME\r\n", name);
    } else if (rng_below(&c->rng, 2)) {
        say(c, CLIENT, "HELO pc%u.isp.example\r\n", helo);
        say(c, SERVER, "250 %s Hello\r\n", name);
    } else {
        say(c, CLIENT, "EHLO pc%u.isp.example\r\n", helo);
        say(c, SERVER, "250-%s Hello\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250 HELP\r\n", name);
    }
}

/* Sender, recipients and DATA, each waited for. */
static void smtp_envelope(struct conversation *c, uint64_t number, uint32_t recipients)
{
    struct maker *maker = c->maker;

    say(c, CLIENT, "MAIL FROM:<%s>\r\n", maker->mail.from);
    say(c, SERVER, "250 2.1.0 Ok\r\n");
    for (uint32_t i = 0; i < recipients; i++) {
        char to[MAIL_ADDRESS];

        mail_recipient(maker->seed, number, i, to);
        say(c, CLIENT, "RCPT TO:<%s>\r\n", to);
        say(c, SERVER, "250 2.1.5 Ok\r\n");
    }
    say(c, CLIENT, "DATA\r\n");
    say(c, SERVER, "354 End data with <CR><LF>.<CR><LF>\r\n");
}

/* The same, sent as one and answered as one. */
static void smtp_envelope_at_once(struct conversation *c, uint64_t number, uint32_t recipients)
{
    struct maker *maker = c->maker;
    char ask[REQUEST_MAX], reply[REQUEST_MAX], to[MAIL_ADDRESS];
    int asked = snprintf(ask, sizeof ask, "MAIL FROM:<%s>\r\n", maker->mail.from);
    int replied = snprintf(reply, sizeof reply, "250 2.1.0 Ok\r\n");

    for (uint32_t i = 0; i < recipients; i++) {
        mail_recipient(maker->seed, number, i, to);
        asked += snprintf(ask + asked, sizeof ask - (size_t)asked, "RCPT TO:<%s>\r\n", to);
        replied += snprintf(reply + replied, sizeof reply - (size_t)replied, "250 2.1.5 Ok\r\n");
    }
    asked += snprintf(ask + asked, sizeof ask - (size_t)asked, "DATA\r\n");
    replied += snprintf(reply + replied, sizeof reply - (size_t)replied, "354 Go ahead\r\n");
    talk_say(&c->talk, CLIENT, ask, (size_t)asked);
    talk_say(&c->talk, SERVER, reply, (size_t)replied);
}

static void smtp_mail(struct conversation *c, uint64_t number, uint32_t nth, uint32_t recipients)
{
    struct maker *maker = c->maker;
    struct mail *mail = &maker->mail;
    size_t first;

    mail_make(mail, maker->seed, number, maker->values[OPT_BODY].number);
    truth_mail(c, nth, recipients);
    if (c->pipelining)
        smtp_envelope_at_once(c, number, recipients);
    else
        smtp_envelope(c, number, recipients);
    /* some programs write the final dot by itself */
    first = rng_below(&c->rng, 2) ? mail->wire_len : mail->wire_len - 3;
    talk_say(&c->talk, CLIENT, mail->wire, first);
    talk_say(&c->talk, CLIENT, mail->wire + first, mail->wire_len - first);
    say(c, SERVER, "250 2.0.0 Ok: queued as %08X\r\n", (unsigned)rng_next(&c->rng));
}

static void smtp_quit(struct conversation *c)
{
    say(c, CLIENT, "QUIT\r\n");
    say(c, SERVER, "221 2.0.0 Bye\r\n");
}

static const struct campaign_port *choose_service(const struct maker *maker, uint64_t number)
{
    static const struct campaign_port half[] = {{1080, SOCKS, 0}, {8080, HTTP, 0}};
    uint64_t draw = (number * 6367 + maker->seed) % SHARES; /* each share once in 10,000 */
    const struct campaign_port *service = campaign_ports;

    if (strcmp(maker->values[OPT_MIX].text, "half") == 0)
        return &half[number % 2];
    for (; draw >= service->share; service++)
        draw -= service->share;
    return service;
}

static void open_service(struct conversation *c, enum campaign_protocol protocol)
{
    bool half = strcmp(c->maker->values[OPT_MIX].text, "half") == 0;

    switch (protocol) {
    case HTTP:
        open_connect(c);
        break;
    case SOCKS:
        if (half || rng_below(&c->rng, 2))
            open_socks5(c);
        else
            open_socks4(c);
        break;
    case SMTP:
    case CAMPAIGN_PROTOCOLS:
        c->module = "smtp";
        break;
    }
}

/* No two conversations share source address and port: 32,768 ports, one after all addresses. */
static void choose_ends(struct conversation *c, const struct campaign_port *service)
{
    uint64_t sources = c->maker->values[OPT_SOURCES].number;
    uint64_t round = c->number / sources;
    uint32_t source = (uint32_t)((c->number * 7 + round * 5 + c->maker->seed) % sources);
    struct rng rng;

    /* 7 may divide the number of sources: then walk them in order */
    if (sources % 7 == 0)
        source = (uint32_t)((c->number + round * 5 + c->maker->seed) % sources);
    rng_init(&rng, c->maker->seed, source);
    endpoint_set_ipv4(&c->client, (uint32_t)SOURCES_BASE + source,
                      (uint16_t)(32768 + (rng_below(&rng, 32768) + round * 4099) % 32768));
    endpoint_set_ipv4(&c->server, (uint32_t)SENSORS_BASE + 1 + rng_below(&c->rng, SENSORS),
                      service->port);
}

/* Of client and server, which are set, and the random numbers. */
static void conversation_begin(struct conversation *c, struct slot *slot, uint64_t start_us)
{
    c->target[0] = '\0';
    talk_init(&c->talk, &c->client, &c->server, &c->rng);
    c->talk.now_us = start_us;
    c->talk.window_scale = (int)c->maker->values[OPT_WINDOW_SCALE].number;
    c->talk.emit = slot_append;
    c->talk.context = slot;
    slot->len = 0;
}

static void conversation_make(struct maker *maker, uint64_t number, struct slot *slot,
                              uint64_t start_us)
{
    static struct conversation c; /* large: holds a frame */
    const struct campaign_port *service = choose_service(maker, number);
    uint64_t mails = maker->values[OPT_MAILS].number;

    c.maker = maker;
    c.number = number;
    c.target_port = PORT_SMTP;
    rng_init(&c.rng, maker->seed, STREAM_CONVERSATION + number);
    choose_ends(&c, service);
    conversation_begin(&c, slot, start_us);
    talk_open(&c.talk);
    open_service(&c, service->protocol);
    smtp_greet(&c);
    for (uint32_t i = 0; i < mails; i++)
        smtp_mail(&c, number * mails + i, i, (uint32_t)maker->values[OPT_RECIPIENTS].number);
    smtp_quit(&c);
    talk_close(&c.talk, SERVER);
    slot_rewind(slot);
}

static void scan_make(struct maker *maker, struct slot *slot)
{
    uint64_t us = maker->start_us + maker->scanned * maker->scan_every_us;
    struct endpoint from, to;
    struct segment syn = {.from = &from, .to = &to, .flags = TCP_SYN, .window = 65535};
    uint8_t frame[FRAME_HEAD_MAX];
    uint32_t scanner, sensor, kinds = CAMPAIGN_PORTS;
    struct rng rng;

    rng_init(&rng, maker->seed, STREAM_SCAN + maker->scanned++);
    scanner = (uint32_t)SCANNERS_BASE + rng_below(&rng, 1 << 22);
    sensor = (uint32_t)SENSORS_BASE + 1 + rng_below(&rng, SENSORS);
    endpoint_set_ipv4(&from, scanner, (uint16_t)(1024 + rng_below(&rng, 64512)));
    endpoint_set_ipv4(&to, sensor, campaign_ports[rng_below(&rng, kinds)].port);
    syn.seq = (uint32_t)rng_next(&rng);
    syn.id = (uint16_t)rng_next(&rng);
    syn.ttl = (uint8_t)(40 + rng_below(&rng, 200));
    memcpy(syn.options, (const uint8_t[]){2, 4, 5, 180}, 4); /* MSS 1460 */
    syn.options_len = 4;
    slot->len = 0;
    slot_append(slot, us, frame, frame_build(frame, &syn));
    slot_rewind(slot);
}

/* ---- all conversations in the order of time ---- */

/* Puts the next conversation, or the next scan, into an empty slot; false: there is none. */
static bool slot_refill(struct maker *maker, struct slot *slot, size_t slots)
{
    uint64_t rate = maker->values[OPT_RATE].number;
    uint64_t at = slot->last_us + 1000;

    if (slot == &maker->slots[slots]) {
        if (maker->scanned == maker->values[OPT_SCAN].number)
            return false;
        scan_make(maker, slot);
        return true;
    }
    if (maker->begun == maker->values[OPT_CONVERSATIONS].number)
        return false;
    if (rate && at < maker->start_us + maker->begun * 1000000 / rate)
        at = maker->start_us + maker->begun * 1000000 / rate;
    conversation_make(maker, maker->begun++, slot, at);
    return true;
}

/* Makes a conversation to see how long one is; its rows must not reach the truth. */
static uint64_t typical_duration_us(struct maker *maker)
{
    FILE *truth = maker->truth;
    struct slot *slot = &maker->slots[0];

    maker->truth = NULL;
    conversation_make(maker, 0, slot, maker->start_us);
    maker->truth = truth;
    return slot->last_us - maker->start_us;
}

static void make_all(struct maker *maker)
{
    uint64_t conversations = maker->values[OPT_CONVERSATIONS].number;
    uint64_t scans = maker->values[OPT_SCAN].number;
    uint64_t rate = maker->values[OPT_RATE].number;
    uint64_t mails_bytes =
        maker->values[OPT_MAILS].number * (maker->values[OPT_BODY].number + 4096);
    size_t slots = maker->values[OPT_CONCURRENT].number;
    uint64_t duration, total;

    if (slots > SLOT_BYTES_MAX / (mails_bytes + 4096) + 1)
        slots = SLOT_BYTES_MAX / (mails_bytes + 4096) + 1;
    maker->slots = grow(NULL, (slots + 1) * sizeof *maker->slots);
    memset(maker->slots, 0, (slots + 1) * sizeof *maker->slots);
    duration = typical_duration_us(maker);
    total = (conversations / slots + 1) * duration;
    if (rate && total < conversations * 1000000 / rate)
        total = conversations * 1000000 / rate;
    maker->scan_every_us = scans ? total / scans + 1 : 0;
    for (size_t i = 0; i <= slots; i++) {
        struct slot *slot = &maker->slots[i];

        slot->order = i;
        slot->last_us = maker->start_us + i * duration / slots;
        if (slot_refill(maker, slot, slots))
            queue_push(&maker->queue, slot);
    }
    while (maker->queue.len && !maker->writer.failed) {
        struct slot *slot = queue_write(&maker->queue, &maker->writer);

        if (slot && slot_refill(maker, slot, slots))
            queue_push(&maker->queue, slot);
    }
    for (size_t i = 0; i <= slots; i++)
        free(maker->slots[i].bytes);
    free(maker->slots);
    queue_free(&maker->queue);
}

/* ---- the campaign ---- */

static void visit_mails(struct conversation *c, const struct campaign_visit *visit)
{
    open_service(c, visit->protocol);
    smtp_greet(c);
    for (uint32_t i = 0; i < visit->mails; i++) {
        uint64_t number = visit->first_mail + i;

        smtp_mail(c, number, i, campaign_recipients_of(&c->maker->plan, number));
    }
    smtp_quit(c);
}

static void visit_make(struct maker *maker, const struct campaign_visit *visit, struct slot *slot)
{
    static struct conversation c; /* large: holds a frame */

    c.maker = maker;
    c.number = (uint64_t)(visit - maker->plan.visits);
    rng_init(&c.rng, maker->seed, STREAM_CONVERSATION + c.number);
    c.pipelining = rng_below(&c.rng, 2);
    c.target_port = visit->kind == KIND_OTHER ? campaign_other_port(&c.rng) : PORT_SMTP;
    endpoint_set_ipv4(&c.client, visit->source, visit->source_port);
    endpoint_set_ipv4(&c.server, (uint32_t)SENSORS_BASE + 1 + visit->sensor, visit->port);
    conversation_begin(&c, slot, visit->start_us);
    c.talk.timestamps = false; /* an eighth of the bytes */
    talk_open(&c.talk);
    switch ((enum campaign_kind)visit->kind) {
    case KIND_MAIL:
        visit_mails(&c, visit);
        break;
    case KIND_OTHER:
        open_service(&c, visit->protocol);
        campaign_talk_other(&c.talk, &c.rng);
        break;
    case KIND_GET:
        campaign_talk_get(&c.talk, &c.rng);
        break;
    case KIND_ERROR:
        campaign_talk_error(&c.talk, &c.rng, visit->protocol);
        break;
    case KIND_SILENT:
        break;
    }
    talk_close(&c.talk, visit->kind == KIND_MAIL ? SERVER : CLIENT);
    slot_rewind(slot);
}

/* The next visit to the sensor that is asked for; NULL: none. */
static const struct campaign_visit *next_visit(struct maker *maker)
{
    uint64_t sensor = maker->values[OPT_SENSOR_N].number; /* 0: all */
    const struct campaign_visit *visits = maker->plan.visits;

    while (maker->planned < maker->plan.count && sensor &&
           visits[maker->planned].sensor + 1u != sensor)
        maker->planned++;
    return maker->planned < maker->plan.count ? &visits[maker->planned] : NULL;
}

static void begin_visit(struct maker *maker, const struct campaign_visit *visit)
{
    struct slot *slot = queue_take(&maker->queue);

    slot->order = maker->planned++;
    visit_make(maker, visit, slot);
    queue_push(&maker->queue, slot);
}

static void make_planned(struct maker *maker)
{
    const struct campaign_visit *visit = next_visit(maker);
    struct packet_queue *queue = &maker->queue;

    while ((visit || queue->len) && !maker->writer.failed) {
        struct slot *slot;

        if (visit && (!queue->len || visit->start_us <= queue->heap[0]->next_us)) {
            begin_visit(maker, visit);
            visit = next_visit(maker);
            continue;
        }
        slot = queue_write(queue, &maker->writer);
        if (slot)
            queue_give_back(queue, slot);
    }
    queue_free(queue);
}

static void write_networks(const struct maker *maker)
{
    const char *path = maker->values[OPT_NETWORKS].text;
    FILE *out = path ? fopen(path, "w") : NULL;

    if (!path)
        return;
    if (!out)
        die(path);
    campaign_write_networks(&maker->plan, out);
    if (ferror(out) | fclose(out))
        die(path);
}

static void read_start(struct maker *maker, const char *program)
{
    const char *text = maker->values[OPT_START].text;
    struct tm tm = {0};
    const char *rest = strptime(text, "%Y-%m-%d", &tm);

    if (rest && *rest == 'T')
        rest = strptime(rest, "T%H:%M:%S", &tm);
    if (rest && *rest == 'Z')
        rest++;
    if (!rest || *rest || timegm(&tm) < 0)
        args_wrong(program, "--start needs a time as 2006-06-10T00:00:00 (UTC), not '%s'", text);
    maker->start_us = (uint64_t)timegm(&tm) * 1000000;
}

/* The plan decides what these would. */
static void check_planned(const struct maker *maker, const char *program)
{
    static const uint8_t ours[] = {OPT_CONVERSATIONS, OPT_MAILS, OPT_RECIPIENTS, OPT_MIX,
                                   OPT_CONCURRENT,    OPT_RATE,  OPT_START,      OPT_SOURCES,
                                   OPT_SCAN,          OPT_TRUTH};

    for (size_t i = 0; i < sizeof ours; i++)
        if (maker->values[ours[i]].given)
            args_wrong(program, "--%s does not go with --spampots", options[ours[i]].name);
}

static void read_options(struct maker *maker, int argc, char **argv)
{
    struct arg_value *values = maker->values;
    int operands;

    values[OPT_CONVERSATIONS].number = 1000;
    values[OPT_SEED].number = 1;
    values[OPT_BODY].number = 3000;
    values[OPT_MAILS].number = 1;
    values[OPT_RECIPIENTS].number = 9;
    values[OPT_MIX].text = "ports";
    values[OPT_CONCURRENT].number = 100;
    values[OPT_START].text = "2006-06-10T00:00:00";
    values[OPT_SOURCES].number = 8192;
    values[OPT_WINDOW_SCALE].number = 7;
    operands = args_parse(argc, argv, options, OPTIONS, values);
    if (operands < 0) {
        help();
        exit(0);
    }
    if (operands != 1)
        args_wrong(argv[0], "needs one file to write, or - for standard output");
    if (values[OPT_BODY].number == 1)
        args_wrong(argv[0], "--body needs 0 or at least 2: a line has a line end");
    if (values[OPT_CONVERSATIONS].number > values[OPT_SOURCES].number * 32768)
        args_wrong(argv[0], "that many conversations need --sources %llu or more",
                   (unsigned long long)values[OPT_CONVERSATIONS].number / 32768 + 1);
    maker->seed = values[OPT_SEED].number;
    read_start(maker, argv[0]);
    if (values[OPT_SPAMPOTS].given) {
        check_planned(maker, argv[0]);
        if (!values[OPT_BODY].given)
            values[OPT_BODY].number = PLANNED_BODY;
    } else if (values[OPT_SENSOR_N].given || values[OPT_NETWORKS].given) {
        args_wrong(argv[0], "--sensor-n and --networks go with --spampots");
    }
}

int main(int argc, char **argv)
{
    static struct maker maker;

    if (spam_pcap_is_asked(argc, argv))
        return spam_pcap_main(argc, argv);
    read_options(&maker, argc, argv);
    maker.digest = EVP_MD_CTX_new();
    if (!maker.digest || !EVP_DigestInit_ex(maker.digest, EVP_sha256(), NULL))
        die("sha256");
    truth_start(&maker);
    if (!writer_open(&maker.writer, argv[1], false))
        die(argv[1]);
    if (maker.values[OPT_SPAMPOTS].given) {
        campaign_make(&maker.plan, maker.values[OPT_SPAMPOTS].number, maker.seed);
        write_networks(&maker);
        make_planned(&maker);
        campaign_free(&maker.plan);
    } else {
        make_all(&maker);
    }
    if (!writer_close(&maker.writer))
        die(argv[1]);
    if (maker.truth && (ferror(maker.truth) | fclose(maker.truth)))
        die(maker.values[OPT_TRUTH].text);
    mail_free(&maker.mail);
    EVP_MD_CTX_free(maker.digest);
    return 0;
}
