/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spam-pcap.h"

#include "packet-queue.h"
#include "spam-mime.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_TALK (10ull << 60)

enum {
    SOURCES_BASE = 0xc6120000, /* 198.18.0.0/15 */
    SENSORS_BASE = 0xcb007100, /* 203.0.113.0/24 */
    SENSORS = 10,
    RECIPIENTS_MAX = 5,
    REQUEST_MAX = 1024
};

static const struct arg options[SPAM_OPTIONS] = {SPAM_OPTION_ROWS};

struct capture {
    struct spam_plan plan;
    struct packet_queue queue;
    struct writer writer;
    FILE *truth;
    struct mail mail;
    uint64_t visits; /* connections */
};

struct conversation {
    struct talk talk;
    struct rng rng;
    char server[40]; /* name of the mail server */
};

static void die(const char *what)
{
    fprintf(stderr, "mkpcap: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- what is said ---- */

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

/* RFC 1928: a name, port 25. */
static void open_socks5(struct conversation *c)
{
    uint8_t request[5 + sizeof c->server + 2] = {5, 1, 0, 3};
    size_t len = strlen(c->server);

    request[4] = (uint8_t)len;
    memcpy(request + 5, c->server, len);
    put16(request + 5 + len, 25);
    talk_say(&c->talk, CLIENT, "\5\1\0", 3);
    talk_say(&c->talk, SERVER, "\5\0", 2);
    talk_say(&c->talk, CLIENT, request, 5 + len + 2);
    talk_say(&c->talk, SERVER, "\5\0\0\1\0\0\0\0\0\0", 10);
}

static void open_service(struct conversation *c, uint16_t port)
{
    if (port == 1080) {
        open_socks5(c);
    } else if (port == 8080) {
        say(c, CLIENT, "CONNECT %s:25 HTTP/1.0\r\n\r\n", c->server);
        say(c, SERVER, "HTTP/1.0 200 Connection established\r\n\r\n");
    }
    say(c, SERVER, "220 %s ESMTP Sendmail 8.13.8/8.13.8\r\n", c->server);
    say(c, CLIENT, "EHLO pc%u.isp.example\r\n", (unsigned)rng_below(&c->rng, 10000));
    say(c, SERVER, "250-%s Hello\r\n250-PIPELINING\r\n250 8BITMIME\r\n", c->server);
}

/* Sender, recipients and DATA as one (RFC 2920): half the packets. */
static void say_mail(struct capture *capture, struct conversation *c, uint64_t number)
{
    const struct mail *mail = &capture->mail;
    char ask[REQUEST_MAX], reply[REQUEST_MAX], to[MAIL_ADDRESS];
    uint32_t recipients = 1 + rng_below(&c->rng, RECIPIENTS_MAX);
    int asked = snprintf(ask, sizeof ask, "MAIL FROM:<%s>\r\n", mail->from);
    int replied = snprintf(reply, sizeof reply, "250 2.1.0 Ok\r\n");

    for (uint32_t i = 0; i < recipients; i++) {
        mail_recipient(capture->plan.seed, number, i, to);
        asked += snprintf(ask + asked, sizeof ask - (size_t)asked, "RCPT TO:<%s>\r\n", to);
        replied += snprintf(reply + replied, sizeof reply - (size_t)replied, "250 2.1.5 Ok\r\n");
    }
    asked += snprintf(ask + asked, sizeof ask - (size_t)asked, "DATA\r\n");
    replied += snprintf(reply + replied, sizeof reply - (size_t)replied, "354 Go ahead\r\n");
    talk_say(&c->talk, CLIENT, ask, (size_t)asked);
    talk_say(&c->talk, SERVER, reply, (size_t)replied);
    talk_say(&c->talk, CLIENT, mail->wire, mail->wire_len);
    say(c, SERVER, "250 2.0.0 Ok: queued as %08X\r\n", (unsigned)rng_next(&c->rng));
}

static void add_mail(struct capture *capture, struct conversation *c,
                     const struct spam_visit *visit, uint32_t nth)
{
    static struct spam_content content; /* large */
    struct spam_template template;
    uint64_t number = visit->first_mail + nth, campaign = visit->campaign[nth];

    spam_template_make(&capture->plan, campaign, number, &template);
    spam_content_make(&capture->plan, &template, number, &content);
    spam_mime_write(&capture->plan, &content, &capture->mail);
    if (capture->truth)
        spam_truth_row(capture->truth, content.message_id, campaign, template.weak);
    say_mail(capture, c, number);
}

/* ---- connections ---- */

static void begin_talk(struct conversation *c, const struct spam_visit *visit, uint16_t port,
                       struct slot *slot)
{
    struct endpoint client, server;
    uint32_t sensor = rng_below(&c->rng, SENSORS);

    endpoint_set_ipv4(&client, (uint32_t)SOURCES_BASE + visit->source, visit->source_port);
    endpoint_set_ipv4(&server, (uint32_t)SENSORS_BASE + 1 + sensor, port);
    talk_init(&c->talk, &client, &server, &c->rng);
    c->talk.now_us = visit->start_us;
    c->talk.timestamps = false; /* an eighth of the bytes */
    c->talk.emit = slot_append;
    c->talk.context = slot;
}

static void begin_visit(struct capture *capture, const struct spam_visit *visit)
{
    static const uint16_t ports[] = {25, 1080, 8080};
    static struct conversation c; /* large: holds a frame */
    struct slot *slot = queue_take(&capture->queue);
    uint16_t port;

    slot->len = 0;
    slot->order = visit->number;
    rng_init(&c.rng, capture->plan.seed, STREAM_TALK + visit->number);
    port = ports[rng_below(&c.rng, 3)];
    snprintf(c.server, sizeof c.server, "mx%u.mail.example", (unsigned)rng_below(&c.rng, 100));
    begin_talk(&c, visit, port, slot);
    talk_open(&c.talk);
    open_service(&c, port);
    for (uint32_t i = 0; i < visit->mails; i++)
        add_mail(capture, &c, visit, i);
    say(&c, CLIENT, "QUIT\r\n");
    say(&c, SERVER, "221 2.0.0 Bye\r\n");
    talk_close(&c.talk, SERVER);
    slot_rewind(slot);
    queue_push(&capture->queue, slot);
}

static void make_all(struct capture *capture)
{
    struct packet_queue *queue = &capture->queue;
    struct spam_visit visit;
    bool more = capture->plan.visits > 0;

    if (more)
        spam_plan_visit(&capture->plan, 0, &visit);
    while ((more || queue->len) && !capture->writer.failed) {
        struct slot *slot;

        if (more && (!queue->len || visit.start_us <= queue->heap[0]->next_us)) {
            begin_visit(capture, &visit);
            more = ++capture->visits < capture->plan.visits;
            if (more)
                spam_plan_visit(&capture->plan, capture->visits, &visit);
            continue;
        }
        slot = queue_write(queue, &capture->writer);
        if (slot)
            queue_give_back(queue, slot);
    }
}

/* ---- the command ---- */

static void help(void)
{
    puts("usage: mkpcap --campaigns N [options] OUT.pcap          (- is standard output)\n"
         "Makes a capture of spam campaigns: mails of a campaign differ in what their sender\n"
         "obfuscates.  tools/mkrecords writes the records of the same mails without packets.\n");
    args_print(options, SPAM_OPTIONS);
    puts(
        "\nexample: mkpcap --campaigns 100 --mails 20000 --truth X.csv - | potsherd replay -o X -");
}

bool spam_pcap_is_asked(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--campaigns") == 0 || strncmp(argv[i], "--campaigns=", 12) == 0)
            return true;
    return false;
}

static void open_files(struct capture *capture, const char *pcap, const char *truth)
{
    if (truth) {
        capture->truth = fopen(truth, "w");
        if (!capture->truth)
            die(truth);
        spam_truth_header(capture->truth);
    }
    if (!writer_open(&capture->writer, pcap, false))
        die(pcap);
}

int spam_pcap_main(int argc, char **argv)
{
    static struct capture capture;
    struct arg_value values[SPAM_OPTIONS] = {{0}};
    int operands;

    spam_plan_defaults(values);
    operands = args_parse(argc, argv, options, SPAM_OPTIONS, values);
    if (operands < 0) {
        help();
        return 0;
    }
    if (operands != 1)
        args_wrong(argv[0], "needs one file to write, or - for standard output");
    spam_plan_make(&capture.plan, values);
    open_files(&capture, argv[1], values[SPAM_TRUTH].text);
    make_all(&capture);
    if (!writer_close(&capture.writer))
        die(argv[1]);
    if (capture.truth && (ferror(capture.truth) | fclose(capture.truth)))
        die(values[SPAM_TRUTH].text);
    queue_free(&capture.queue);
    mail_free(&capture.mail);
    spam_plan_free(&capture.plan);
    return 0;
}
