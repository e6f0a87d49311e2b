/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spam-content.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define FIRST_DATE      1149897600u /* 2006-06-10 */
#define PICK(rng, list) ((list)[rng_below((rng), sizeof(list) / sizeof((list)[0]))])

enum { SENDER = 1000, FILE_LEAST = 200, SWAP_ONE_IN = 3 };

const char *const spam_elements[SPAM_ELEMENTS] = {"p",  "div",        "table", "center",
                                                  "h1", "blockquote", "ul",    "pre"};
const char *const spam_heads[5] = {"meta,title", "title", "", "meta,style", "meta,title,style"};

static const char *const shared_hosts[] = {"www.news.example",    "groups.portal.example",
                                           "www.shop.example",    "img.auction.example",
                                           "www.weather.example", "lists.software.example"};
static const char *const shared_names[] = {"Shop", "Bank", "Post", "Casino", "Travel", "Mail"};

/* ---- words ---- */

static void put(char *out, size_t room, size_t *n, const char *text, size_t len)
{
    if (*n + len >= room)
        return;
    memcpy(out + *n, text, len);
    *n += len;
    out[*n] = '\0';
}

/* `phrase` with `name` for each #. */
static void put_phrase(char *out, size_t room, const char *phrase, const char *name)
{
    size_t n = 0;

    out[0] = '\0';
    for (const char *p = phrase; *p; p++)
        put(out, room, &n, *p == '#' ? name : p, *p == '#' ? strlen(name) : 1);
}

static void random_letters(struct rng *rng, uint32_t len, char *out)
{
    for (uint32_t i = 0; i < len; i++)
        out[i] = (char)('a' + rng_below(rng, 26));
    out[len] = '\0';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char digit_like(char c)
{
    static const char letters[] = "oieas", digits[] = "01345";
    const char *at = strchr(letters, c);

    return c && at ? digits[at - letters] : c;
}

/* A word with a sign amid it, or with digits for letters. */
static void put_obfuscated(struct rng *rng, char *out, size_t room, size_t *n, const char *word,
                           size_t len)
{
    uint32_t at = 1 + rng_below(rng, (uint32_t)len - 1), kind = rng_below(rng, 4);

    for (size_t i = 0; i < len; i++) {
        char c = kind == 3 ? digit_like(word[i]) : word[i];

        if (kind < 3 && i == at)
            put(out, room, n, kind == 0 ? "." : kind == 1 ? "-" : "*", 1);
        put(out, room, n, &c, 1);
    }
}

/* `percent` of the words of five letters of ASCII and more. */
static void put_line(struct rng *rng, char *out, size_t room, const char *text, uint32_t percent)
{
    size_t n = 0, word;

    out[0] = '\0';
    for (; *text; text += word ? word : 1) {
        for (word = 0; is_letter(text[word]); word++)
            ;
        if (word < 5)
            put(out, room, &n, text, word ? word : 1);
        else if (rng_below(rng, 100) < percent)
            put_obfuscated(rng, out, room, &n, text, word);
        else
            put(out, room, &n, text, word);
    }
}

/* ---- subject ---- */

/* Of the language's sentences: words where it has blanks. */
static void put_words(struct spam_content *c, const struct spam_language *language)
{
    size_t n = 0;

    for (unsigned i = 0; i < 3; i++) {
        const char *text = PICK(&c->rng, shared_names);
        const char *sentence =
            language->sentences.texts[rng_below(&c->rng, (uint32_t)language->sentences.count)];
        size_t len = language->latin ? strcspn(sentence, " ,.!?:;") : strlen(text);

        if (i)
            put(c->subject, sizeof c->subject, &n, " ", 1);
        put(c->subject, sizeof c->subject, &n, language->latin ? sentence : text, len);
    }
}

static void make_subject(struct spam_content *c)
{
    const struct spam_template *t = c->template;
    char phrase[SPAM_TEXT_BYTES], word[16];
    unsigned number = rng_below(&c->rng, 90000) + 10000;
    const char *shared = PICK(&c->rng, shared_names);
    size_t n;

    random_letters(&c->rng, 3 + rng_below(&c->rng, 6), word);
    put_phrase(phrase, sizeof phrase, t->subject,
               t->subject_kind == SUBJECT_OWN ? t->brand : shared);
    n = strlen(strcpy(c->subject, phrase));
    switch (t->subject_kind) {
    case SUBJECT_OWN:
    case SUBJECT_SHARED:
        break;
    case SUBJECT_NUMBER:
        snprintf(c->subject + n, sizeof c->subject - n, " [%s %u]", word, number);
        break;
    case SUBJECT_WORDS:
        put_words(c, t->language);
        n = strlen(c->subject);
        snprintf(c->subject + n, sizeof c->subject - n, " %s", word);
        break;
    case SUBJECT_INSERTED:
        put_line(&c->rng, c->subject, sizeof c->subject / 2, phrase, 60);
        n = strlen(c->subject);
        snprintf(c->subject + n, sizeof c->subject - n, " %s", word);
        break;
    case SUBJECT_NAME:
        snprintf(c->subject, sizeof c->subject, "%.*s, %.150s %u", (int)strcspn(c->to, ".@"), c->to,
                 phrase, number);
        break;
    }
}

/* ---- links ---- */

/* Of the template's own numbers: the host of all its mails is 0, those that take turns are from 1.
 */
static void make_domain(const struct spam_plan *plan, const struct spam_template *t, uint64_t nth,
                        char domain[SPAM_DOMAIN_BYTES])
{
    char name[SPAM_BRAND];
    struct rng rng;

    rng_init(&rng, plan->seed, t->stream + ((nth + 1) << 40));
    spam_word(&rng, 4 + (nth > 0), name, sizeof name);
    snprintf(domain, SPAM_DOMAIN_BYTES, "%s.example", name);
}

/* All links of a mail have the same. */
static void make_host(const struct spam_plan *plan, struct spam_content *c, struct spam_link *link)
{
    const struct spam_template *t = c->template;
    const char *shared = PICK(&c->rng, shared_hosts);
    char label[16], domain[SPAM_DOMAIN_BYTES] = "freepages.example";

    random_letters(&c->rng, 5 + rng_below(&c->rng, 6), label);
    switch (t->host_kind) {
    case HOST_OWN:
        make_domain(plan, t, 0, domain);
        snprintf(link->host, sizeof link->host, "www.%s", domain);
        break;
    case HOST_POOL:
        make_domain(plan, t, 1 + rng_below(&c->rng, t->pool), domain);
        snprintf(link->host, sizeof link->host, "%s", domain);
        break;
    case HOST_RANDOM:
        snprintf(link->host, sizeof link->host, "%s.%s", label, domain);
        break;
    case HOST_SHARED:
        snprintf(link->host, sizeof link->host, "%s", shared);
        snprintf(domain, sizeof domain, "%s", strchr(shared, '.') + 1);
        break;
    }
    memcpy(link->domain, domain, sizeof domain);
}

static void make_path(struct spam_content *c, struct spam_link *link)
{
    const struct spam_template *t = c->template;
    unsigned id = rng_below(&c->rng, 1000000), more = rng_below(&c->rng, 100000);
    unsigned long long hex = rng_next(&c->rng) >> 16;
    char word[16];

    random_letters(&c->rng, 6 + rng_below(&c->rng, 5), word);
    switch (t->path_kind) {
    case PATH_OWN:
        snprintf(link->path, sizeof link->path, "/%s/order.php?aff=%u", t->brand, more);
        break;
    case PATH_ID:
        snprintf(link->path, sizeof link->path, "/?id=%u&c=%u", id, more);
        break;
    case PATH_HEX:
        snprintf(link->path, sizeof link->path, "/%012llx.html", hex);
        break;
    case PATH_WORD:
        snprintf(link->path, sizeof link->path, "/%s/", word);
        break;
    case PATH_ROOT:
        snprintf(link->path, sizeof link->path, "/");
        break;
    }
}

static const char other_host[] = "www.bank.example";

static unsigned add_link(const struct spam_plan *plan, struct spam_content *c, bool image)
{
    struct spam_link *link = &c->links[c->link_count];

    if (link == c->links)
        make_host(plan, c, link);
    else
        *link = c->links[0];
    if (image)
        snprintf(link->path, sizeof link->path, "/i/%06x.gif",
                 (unsigned)rng_below(&c->rng, 1 << 24));
    else
        make_path(c, link);
    link->shown = !image && c->template->shows_other_host ? other_host : "";
    return c->link_count++;
}

/* ---- text ---- */

static struct spam_text_block *add_block(struct spam_content *c, unsigned element)
{
    struct spam_text_block *block = &c->blocks[c->block_count++];

    *block = (struct spam_text_block){.element = (uint8_t)element, .first = (uint8_t)c->line_count};
    return block;
}

static void add_line(struct spam_content *c, struct spam_text_block *block, const char *text)
{
    char phrase[SPAM_LINE_BYTES];
    const struct spam_template *t = c->template;

    put_phrase(phrase, sizeof phrase, text, t->brand);
    put_line(&c->rng, c->lines[c->line_count++], SPAM_LINE_BYTES, phrase,
             t->language->latin ? t->obfuscated : 0);
    block->lines++;
}

static const char *random_sentence(struct spam_content *c)
{
    const struct spam_list *list = &c->template->language->sentences;

    return list->texts[rng_below(&c->rng, (uint32_t)list->count)];
}

static void add_random_paragraph(struct spam_content *c, unsigned element)
{
    struct spam_text_block *block = add_block(c, element);
    uint32_t lines = 1 + rng_below(&c->rng, 2);

    while (lines--)
        add_line(c, block, random_sentence(c));
}

static void add_buster(struct spam_content *c)
{
    struct spam_text_block *block = add_block(c, c->template->layout.buster_element);
    char *line = c->lines[c->line_count++];
    char first[16], second[16];

    random_letters(&c->rng, 4 + rng_below(&c->rng, 8), first);
    random_letters(&c->rng, 4 + rng_below(&c->rng, 8), second);
    snprintf(line, SPAM_LINE_BYTES, "%s %u %s", first, (unsigned)rng_below(&c->rng, 100000),
             second);
    block->lines = 1;
}

static void make_text(const struct spam_plan *plan, struct spam_content *c)
{
    const struct spam_template *t = c->template;
    uint32_t swapped = t->swaps ? rng_below(&c->rng, SWAP_ONE_IN * SPAM_LINES) : SPAM_LINES;
    bool more = t->random_paragraph && rng_below(&c->rng, 2);
    unsigned sentence = 0;

    for (unsigned i = 0; i < t->layout.blocks; i++) {
        const struct spam_block *from = &t->layout.block[i];
        struct spam_text_block *block = add_block(c, from->element);

        if (from->link)
            block->link = (uint8_t)add_link(plan, c, false);
        for (unsigned k = 0; k < from->lines; k++, sentence++)
            add_line(c, block,
                     sentence == swapped ? random_sentence(c) : t->lines[sentence % SPAM_LINES]);
        if (more && i == t->paragraph_after)
            add_random_paragraph(c, from->element);
    }
    if (t->layout.image)
        (void)add_link(plan, c, true);
    if (t->layout.buster)
        add_buster(c);
}

/* ---- file ---- */

static void make_file(const struct spam_plan *plan, struct spam_content *c)
{
    static const char *const types[] = {"application/zip", "application/pdf", "application/msword",
                                        "application/octet-stream"};
    static const char *const ends[] = {"zip", "pdf", "doc", "exe"};
    const struct spam_template *t = c->template;
    bool image = t->layout.shape == SHAPE_RELATED;
    const char *end = image ? "png" : ends[t->file_type];
    char word[16];
    struct rng rng;

    random_letters(&c->rng, 4 + rng_below(&c->rng, 5), word);
    c->file_type = image ? "image/png" : types[t->file_type];
    if (t->own_name)
        snprintf(c->file_name, sizeof c->file_name, "%s.%s", t->brand, end);
    else
        snprintf(c->file_name, sizeof c->file_name, "%s_%u.%s", word,
                 (unsigned)rng_below(&c->rng, 100000), end);
    rng_init(&rng, plan->seed, SPAM_STREAM_FILE + (t->own_file ? t->stream : c->number));
    c->file_size = FILE_LEAST + rng_below(&rng, SPAM_FILE_BYTES - FILE_LEAST);
}

void spam_content_file(const struct spam_plan *plan, const struct spam_content *c,
                       uint8_t bytes[SPAM_FILE_BYTES])
{
    struct rng rng;

    rng_init(&rng, plan->seed,
             SPAM_STREAM_FILE + (c->template->own_file ? c->template->stream : c->number));
    (void)rng_next(&rng); /* of its size */
    for (size_t i = 0; i < c->file_size; i++)
        bytes[i] = (uint8_t)rng_next(&rng);
}

/* ---- the mail ---- */

static void make_header(const struct spam_plan *plan, struct spam_content *c)
{
    static const char *const mailers[] = {"Microsoft Outlook Express 6.00.2800.1158",
                                          "The Bat! (v3.0.1) Professional",
                                          "Microsoft Outlook, Build 10.0.2616", "PHP/4.4.2"};
    time_t when = (time_t)(FIRST_DATE + c->number % 100000000);
    struct tm tm;

    mail_recipient(plan->seed, c->number, SENDER, c->from);
    mail_recipient(plan->seed, c->number, 0, c->to);
    snprintf(c->message_id, sizeof c->message_id, "<%08x.%llu%s>", (unsigned)rng_next(&c->rng),
             (unsigned long long)c->number, strchr(c->from, '@'));
    gmtime_r(&when, &tm);
    strftime(c->date, sizeof c->date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    c->mailer = mailers[c->template->mailer];
}

void spam_content_make(const struct spam_plan *plan, const struct spam_template *t, uint64_t number,
                       struct spam_content *c)
{
    c->template = t;
    c->number = number;
    c->block_count = c->line_count = c->link_count = 0;
    c->file_name[0] = '\0';
    c->file_size = 0;
    rng_init(&c->rng, plan->seed, SPAM_STREAM_MAIL + number);
    make_header(plan, c);
    make_subject(c);
    make_text(plan, c);
    if (spam_template_has_file(t))
        make_file(plan, c);
}

/* ---- what records say of it ---- */

bool spam_content_has_html(const struct spam_content *c)
{
    return c->template->layout.shape != SHAPE_PLAIN && c->template->layout.shape != SHAPE_MIXED;
}

bool spam_content_has_plain(const struct spam_content *c)
{
    return c->template->layout.shape != SHAPE_HTML && c->template->layout.shape != SHAPE_RELATED;
}

const char *spam_content_type(const struct spam_content *c)
{
    static const char *const types[] = {[SHAPE_HTML] = "text/html",
                                        [SHAPE_PLAIN] = "text/plain",
                                        [SHAPE_ALTERNATIVE] = "multipart/alternative",
                                        [SHAPE_MIXED] = "multipart/mixed",
                                        [SHAPE_RELATED] = "multipart/related"};

    return types[c->template->layout.shape];
}

/* Runs of lines, each with the number of binary digits of its length. */
static void layout_of_plain(const struct spam_content *c, char *out)
{
    unsigned lines = 0;
    char kind = 'T';
    size_t n = 0;

    for (unsigned i = 0; i <= c->block_count; i++) {
        unsigned digits = 0;

        if (i) { /* the block before, and the empty line behind it */
            for (; lines; lines >>= 1)
                digits++;
            n += (size_t)snprintf(out + n, SPAM_LAYOUT_BYTES - n, "%c%u%s", kind, digits,
                                  i < c->block_count ? "E1" : "");
        }
        if (i < c->block_count) {
            kind = c->blocks[i].lines ? 'T' : 'U';
            lines = kind == 'T' ? c->blocks[i].lines : 1;
        }
    }
}

/* Names with a comma between, of equal neighbours one. */
static void add_name(char *out, size_t *n, const char *name, const char **last)
{
    if (*last && strcmp(*last, name) == 0)
        return;
    *n += (size_t)snprintf(out + *n, SPAM_LAYOUT_BYTES - *n, "%s%s", *last ? "," : "", name);
    *last = name;
}

static void layout_of_html(const struct spam_content *c, char *out)
{
    const struct spam_layout *layout = &c->template->layout;
    const char *head = spam_heads[layout->head], *last = NULL;
    unsigned end = c->block_count - layout->buster;
    size_t n = (size_t)snprintf(out, SPAM_LAYOUT_BYTES, "html(%s%s%sbody(", head[0] ? "head(" : "",
                                head, head[0] ? ")," : "");

    for (unsigned i = 0; i < c->block_count; i++) {
        if (i == end && layout->image)
            add_name(out, &n, "img", &last);
        add_name(out, &n, spam_elements[c->blocks[i].element], &last);
    }
    if (end == c->block_count && layout->image)
        add_name(out, &n, "img", &last);
    snprintf(out + n, SPAM_LAYOUT_BYTES - n, "))");
}

void spam_content_layout(const struct spam_content *c, char out[SPAM_LAYOUT_BYTES])
{
    switch (c->template->layout.shape) {
    case SHAPE_HTML:
        layout_of_html(c, out);
        break;
    case SHAPE_PLAIN:
        layout_of_plain(c, out);
        break;
    case SHAPE_ALTERNATIVE:
        snprintf(out, SPAM_LAYOUT_BYTES, "alternative(plain,html)");
        break;
    case SHAPE_MIXED:
        snprintf(out, SPAM_LAYOUT_BYTES, "mixed(plain,%s)", c->file_type);
        break;
    case SHAPE_RELATED:
        snprintf(out, SPAM_LAYOUT_BYTES, "related(html,%s)", c->file_type);
        break;
    }
}
