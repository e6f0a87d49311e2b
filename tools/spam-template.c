/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spam-template.h"

#include <string.h>

enum {
    OWN_SUBJECT = 1,
    OWN_HOST = 2,
    OWN_PATH = 4,
    OWN_NAME = 8,
    POOL_LEAST = 4,
    POOL_LEAST_WEAK = 30,
    POOL_MORE = 60,
    FILE_TYPES = 4,
    MAILERS = 4
};

bool spam_template_has_file(const struct spam_template *t)
{
    return t->layout.shape == SHAPE_MIXED || t->layout.shape == SHAPE_RELATED;
}

void spam_word(struct rng *rng, unsigned syllables, char *out, size_t room)
{
    static const char first[] = "bcdfghjklmnprstvwz", second[] = "aeiou", third[] = "lnrsx";
    size_t n = 0;

    while (syllables-- && n + 4 < room) {
        out[n++] = first[rng_below(rng, sizeof first - 1)];
        out[n++] = second[rng_below(rng, sizeof second - 1)];
        if (rng_below(rng, 3) == 0)
            out[n++] = third[rng_below(rng, sizeof third - 1)];
    }
    out[n] = '\0';
}

/* ---- layouts ---- */

static enum spam_shape draw_shape(struct rng *rng)
{
    uint32_t draw = rng_below(rng, 100);

    return draw < 48   ? SHAPE_HTML
           : draw < 74 ? SHAPE_PLAIN
           : draw < 86 ? SHAPE_ALTERNATIVE
           : draw < 95 ? SHAPE_MIXED
                       : SHAPE_RELATED;
}

/* Numbers of lines of different lengths: 1, 2 to 3, 4 to 7 (layout.h). */
static void draw_block(struct spam_block *block, bool link, struct rng *rng)
{
    static const uint8_t lines[] = {1, 1, 2, 3, 4};

    block->link = link;
    block->lines = link ? 0 : lines[rng_below(rng, sizeof lines)];
    block->element = (uint8_t)rng_below(rng, SPAM_ELEMENTS);
}

static void make_layout(const struct spam_plan *plan, uint64_t number, struct spam_layout *layout)
{
    struct rng rng;
    unsigned link;

    rng_init(&rng, plan->seed, SPAM_STREAM_LAYOUT + number);
    layout->shape = draw_shape(&rng);
    layout->head = (uint8_t)rng_below(&rng, 5);
    layout->blocks = (uint8_t)(3 + rng_below(&rng, SPAM_BLOCKS - 3));
    link = 1 + rng_below(&rng, layout->blocks - 1u);
    for (unsigned i = 0; i < layout->blocks; i++) {
        draw_block(&layout->block[i], i == link || (i && rng_below(&rng, 5) == 0), &rng);
        layout->links = (uint8_t)(layout->links + layout->block[i].link);
    }
    layout->image = rng_below(&rng, 3) == 0 && layout->shape == SHAPE_HTML;
    layout->buster = rng_below(&rng, 2) == 0;
    layout->buster_element = (uint8_t)rng_below(&rng, 2);
}

/* ---- what is the campaign's own ---- */

static void draw_obfuscation(struct spam_template *t, unsigned own, struct rng *rng)
{
    uint32_t subject = rng_below(rng, t->weak ? 4 : 5), host = rng_below(rng, 2);
    uint32_t path = rng_below(rng, 4);

    t->subject_kind = own & OWN_SUBJECT ? SUBJECT_OWN : SUBJECT_NUMBER + subject;
    t->host_kind = own & OWN_HOST ? HOST_OWN : HOST_POOL + host;
    t->path_kind = own & OWN_PATH ? PATH_OWN : PATH_ID + path;
    t->own_name = (own & OWN_NAME) != 0;
    t->pool = (t->weak ? POOL_LEAST_WEAK : POOL_LEAST) + rng_below(rng, POOL_MORE);
}

/* Of those that its layout has room for. */
static unsigned draw_own(const struct spam_template *t, struct rng *rng)
{
    unsigned own = 1 + rng_below(rng, 15);

    if (t->weak)
        return 0;
    if (!spam_template_has_file(t))
        own &= ~(unsigned)OWN_NAME;
    return own ? own : OWN_HOST;
}

/* Single mails of people and shops: subjects and hosts that many have. */
static void make_noise(struct spam_template *t, struct rng *rng)
{
    uint32_t subject = rng_below(rng, 3), host = rng_below(rng, 3);

    t->subject_kind = subject ? SUBJECT_SHARED : SUBJECT_WORDS;
    t->host_kind = host ? HOST_SHARED : HOST_OWN;
    t->random_paragraph = t->swaps = false;
    t->obfuscated = 0;
}

/* ---- the template ---- */

static const struct spam_language *draw_language(struct rng *rng)
{
    const struct spam_language *language = spam_languages;
    uint32_t draw = rng_below(rng, 100);

    for (; draw >= language->share; language++)
        draw -= language->share;
    return language;
}

static enum spam_encoding draw_encoding(const struct spam_charset *charset, struct rng *rng)
{
    uint32_t draw = rng_below(rng, 10);

    if (!charset->eight_bit)
        return draw < 8 ? ENCODING_PLAIN : ENCODING_BASE64;
    return draw < 4 ? ENCODING_PLAIN : draw < 7 ? ENCODING_QUOTED : ENCODING_BASE64;
}

/* No sentence twice; one or two name what is sold. */
static void draw_lines(struct spam_template *t, struct rng *rng)
{
    const struct spam_list *sentences = &t->language->sentences, *offers = &t->language->offers;
    uint64_t used = 0;

    for (unsigned i = 0; i < SPAM_LINES; i++) {
        uint32_t at = rng_below(rng, (uint32_t)sentences->count);

        while (used >> at & 1)
            at = (at + 1) % (uint32_t)sentences->count;
        used |= 1ull << at;
        t->lines[i] = sentences->texts[at];
    }
    for (unsigned i = 0; i < 2; i++) {
        uint32_t line = 1 + rng_below(rng, 4), offer = rng_below(rng, (uint32_t)offers->count);

        t->lines[line] = offers->texts[offer];
    }
}

void spam_template_make(const struct spam_plan *plan, uint64_t campaign, uint64_t mail,
                        struct spam_template *t)
{
    struct rng rng;

    memset(t, 0, sizeof *t);
    t->stream = campaign == SPAM_NOISE ? SPAM_STREAM_NOISE + mail : SPAM_STREAM_TEMPLATE + campaign;
    rng_init(&rng, plan->seed, t->stream);
    t->weak = campaign != SPAM_NOISE && rng_below(&rng, 100) < plan->weak;
    make_layout(plan, rng_next(&rng) % plan->layouts, &t->layout);
    t->language = draw_language(&rng);
    t->charset = t->language->charsets[rng_below(&rng, SPAM_CHARSETS)];
    t->encoding = draw_encoding(t->charset, &rng);
    spam_word(&rng, 3 + rng_below(&rng, 2), t->brand, sizeof t->brand);
    t->brand[0] = (char)(t->brand[0] - 'a' + 'A');
    t->subject =
        t->language->subjects.texts[rng_below(&rng, (uint32_t)t->language->subjects.count)];
    draw_lines(t, &rng);
    draw_obfuscation(t, draw_own(t, &rng), &rng);
    t->file_type = (uint8_t)rng_below(&rng, FILE_TYPES);
    t->own_file = rng_below(&rng, 2);
    t->shows_other_host = rng_below(&rng, 10) == 0;
    t->random_paragraph = rng_below(&rng, 3) == 0;
    t->paragraph_after = (uint8_t)rng_below(&rng, t->layout.blocks);
    t->swaps = rng_below(&rng, 3) == 0;
    t->obfuscated = rng_below(&rng, 3) ? 0 : 1 + rng_below(&rng, 6);
    t->mailer = rng_below(&rng, MAILERS);
    if (campaign == SPAM_NOISE)
        make_noise(t, &rng);
}
