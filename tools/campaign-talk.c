/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign-talk.h"

#include <stdarg.h>
#include <string.h>

#define PICK(rng, list) ((list)[rng_below((rng), sizeof(list) / sizeof((list)[0]))])

__attribute__((format(printf, 3, 4))) static void say(struct talk *talk, enum talker who,
                                                      const char *format, ...)
{
    char text[1024];
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    talk_say(talk, who, text, (size_t)len);
}

uint16_t campaign_other_port(struct rng *rng)
{
    static const uint16_t ports[] = {6667, 6667, 6668, 7000, 1863};

    return PICK(rng, ports);
}

/* Internet Relay Chat, RFC 1459: what open proxies were asked for most, but for mail. */
void campaign_talk_other(struct talk *talk, struct rng *rng)
{
    unsigned number = rng_below(rng, 10000);

    say(talk, SERVER, ":irc.example NOTICE AUTH :*** Looking up your hostname...\r\n");
    say(talk, CLIENT, "NICK bot%u\r\nUSER bot%u 0 0 :bot\r\n", number, number);
    say(talk, SERVER, ":irc.example 001 bot%u :Welcome to the network\r\n", number);
    say(talk, CLIENT, "JOIN #channel%u\r\n", rng_below(rng, 100));
    say(talk, SERVER, ":irc.example 366 bot%u :End of /NAMES list.\r\n", number);
}

void campaign_talk_get(struct talk *talk, struct rng *rng)
{
    static const char *const hosts[] = {"www.example.com", "www.example.net", "judge.example",
                                        "proxy-check.example"};
    static const char *const paths[] = {"", "index.html", "cgi-bin/prxjdg.cgi", "ads?id=7"};
    const char *host = PICK(rng, hosts), *path = PICK(rng, paths);
    char page[256];
    int len = snprintf(page, sizeof page, "<html><title>%s</title><p>You are %u.</p></html>\r\n",
                       host, rng_below(rng, 1000000));

    say(talk, CLIENT, "GET http://%s/%s HTTP/1.0\r\nHost: %s\r\nUser-Agent: Mozilla/4.0\r\n\r\n",
        host, path, host);
    say(talk, SERVER,
        "HTTP/1.0 200 OK\r\nServer: Apache\r\nContent-Type: text/html\r\nContent-Length: %d\r\n"
        "\r\n%s",
        len, page);
}

static void talk_http_error(struct talk *talk, struct rng *rng)
{
    static const char *const requests[] = {
        "CONNECT mx.example HTTP/1.0\r\n\r\n",        /* no port */
        "GET nowhere HTTP/1.0\r\n\r\n",               /* neither a path nor a URI */
        "GET\r\n\r\n",                                /* no target, no version */
        "CONNECT mx.example:25\r\n\r\n",              /* no version */
        "CONNECT mx.example:smtp HTTP/1.0\r\n\r\n",   /* no number */
        "GET http://a.example/ b c HTTP/1.0\r\n\r\n", /* blanks */
    };

    say(talk, CLIENT, "%s", PICK(rng, requests));
    say(talk, SERVER, "HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

/* RFC 1928 (SOCKS5), and SOCKS4: commands and address types that there are none of. */
static void talk_socks_error(struct talk *talk, struct rng *rng)
{
    uint32_t kind = rng_below(rng, 3);

    if (kind == 2) {
        talk_say(talk, CLIENT, "\4\x09\0\x19\xc0\0\2\x19root", 13);
        talk_say(talk, SERVER, "\0\x5b\0\0\0\0\0\0", 8);
        return;
    }
    talk_say(talk, CLIENT, "\5\1\0", 3);
    talk_say(talk, SERVER, "\5\0", 2);
    talk_say(talk, CLIENT, kind ? "\5\x09\0\1\xc0\0\2\x19\0\x19" : "\5\1\0\7\xc0\0\2\x19\0\x19",
             10);
    talk_say(talk, SERVER, kind ? "\5\7\0\1\0\0\0\0\0\0" : "\5\x08\0\1\0\0\0\0\0\0", 10);
}

void campaign_talk_error(struct talk *talk, struct rng *rng, enum campaign_protocol protocol)
{
    if (protocol == HTTP)
        talk_http_error(talk, rng);
    else
        talk_socks_error(talk, rng);
}
