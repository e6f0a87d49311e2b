/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all mails of a campaign have in common, as the program that sends them has it: language,
 * charset, layout, the sentences, and for subject, link hosts, paths and names of files whether
 * they are the campaign's own or differ in each mail.
 *
 * A weak campaign has none of these four of its own, and shares its layout, language and charset
 * with others: only its text tells it apart.  A strong one has at least one.
 */
#ifndef TOOLS_SPAM_TEMPLATE_H
#define TOOLS_SPAM_TEMPLATE_H

#include "frames.h"
#include "spam-plan.h"
#include "spam-text.h"

/* Streams of random numbers. */
#define SPAM_STREAM_LAYOUT   (4ull << 60)
#define SPAM_STREAM_TEMPLATE (5ull << 60)
#define SPAM_STREAM_NOISE    (6ull << 60)
#define SPAM_STREAM_MAIL     (8ull << 60)
#define SPAM_STREAM_FILE     (9ull << 60)

enum {
    SPAM_BLOCKS = 8,
    SPAM_LINES = 16, /* sentences of a template */
    SPAM_BRAND = 24,
    SPAM_ELEMENTS = 8
};

enum spam_shape { SHAPE_HTML, SHAPE_PLAIN, SHAPE_ALTERNATIVE, SHAPE_MIXED, SHAPE_RELATED };

struct spam_block { /* of the text: a paragraph, or a link */
    uint8_t lines;  /* of a paragraph */
    uint8_t element;
    bool link;
};

struct spam_layout {
    enum spam_shape shape;
    uint8_t head; /* which elements stand before the text */
    uint8_t blocks, links;
    bool image;  /* a link, too */
    bool buster; /* random letters at the end */
    uint8_t buster_element;
    struct spam_block block[SPAM_BLOCKS];
};

enum spam_encoding { ENCODING_PLAIN, ENCODING_QUOTED, ENCODING_BASE64 };

enum spam_subject { /* the first is the campaign's own */
                    SUBJECT_OWN,
                    SUBJECT_NUMBER,
                    SUBJECT_WORDS,
                    SUBJECT_INSERTED,
                    SUBJECT_NAME,
                    SUBJECT_SHARED
};
enum spam_host { HOST_OWN, HOST_POOL, HOST_RANDOM, HOST_SHARED };
enum spam_path { PATH_OWN, PATH_ID, PATH_HEX, PATH_WORD, PATH_ROOT };

struct spam_template {
    uint64_t stream; /* of random numbers of its own, and those 1 << 40 and more behind it */
    bool weak;
    const struct spam_language *language;
    const struct spam_charset *charset;
    enum spam_encoding encoding;
    struct spam_layout layout;
    char brand[SPAM_BRAND];
    const char *subject;
    const char *lines[SPAM_LINES]; /* # stands for the brand */
    enum spam_subject subject_kind;
    enum spam_host host_kind;
    enum spam_path path_kind;
    uint32_t pool;           /* hosts of HOST_POOL */
    uint8_t file_type;       /* of an attachment */
    bool own_name;           /* of the attachment */
    bool own_file;           /* the same bytes in all */
    bool shows_other_host;   /* the text of links does */
    bool random_paragraph;   /* in every other mail */
    uint8_t paragraph_after; /* block */
    bool swaps;              /* a sentence for another */
    uint32_t obfuscated;     /* percent of the words */
    uint32_t mailer;
};

/* `mail`: its number; of SPAM_NOISE each has a template for itself. */
void spam_template_make(const struct spam_plan *plan, uint64_t campaign, uint64_t mail,
                        struct spam_template *t);
bool spam_template_has_file(const struct spam_template *t);
/* A word that can be said, of `syllables`. */
void spam_word(struct rng *rng, unsigned syllables, char *out, size_t room);

#endif
