/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/message.h"

#include <stddef.h>
#include <string.h>

#include "base/siphash.h"

/* No secrets: who sends could make two features collide, and would gain that they count as one. */
static const struct siphash_key feature_key = {0x706f747368657264, 0x6665617475726573};
static const struct siphash_key key_keys[2] = {{0x706f747368657264, 0x6d65737361676573},
                                               {0x6d65737361676573, 0x706f747368657264}};

uint64_t feature_hash(enum feature_kind kind, struct bytes text)
{
    struct siphash_key key = feature_key;
    uint64_t hash;

    key.k1 += (uint64_t)kind;
    hash = siphash(&key, text.at, text.n);
    return hash ? hash : 1;
}

void message_key(struct bytes uid, struct bytes email_n, uint8_t key[MESSAGE_KEY_BYTES])
{
    uint64_t of[2], hash;

    for (int i = 0; i < 2; i++) {
        of[0] = siphash(&key_keys[i], uid.at, uid.n);
        of[1] = siphash(&key_keys[i], email_n.at, email_n.n);
        hash = siphash(&key_keys[i], of, sizeof of);
        memcpy(key + i * sizeof hash, &hash, sizeof hash);
    }
}

void message_clear(struct message *m)
{
    memset(m, 0, offsetof(struct message, features));
}

struct bytes feature_text(struct bytes text)
{
    if (text.n > MESSAGE_TEXT_MAX)
        text.n = MESSAGE_TEXT_MAX;
    return text;
}

void message_add_hashed(struct message *m, enum feature_kind kind, uint64_t hash, struct bytes text)
{
    for (unsigned i = 0; i < m->feature_count; i++)
        if (m->features[i].hash == hash)
            return;
    if (m->feature_count == MESSAGE_FEATURES_MAX)
        m->features_left_out++;
    else
        m->features[m->feature_count++] = (struct feature){kind, hash, text, 1, 1};
}

void message_add_feature(struct message *m, enum feature_kind kind, struct bytes text)
{
    if (text.n)
        message_add_hashed(m, kind, feature_hash(kind, text), feature_text(text));
}

/* --- as bytes --- */

void pack_number(struct buf *out, uint64_t value)
{
    while (value > 0x7f) {
        buf_append_byte(out, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    buf_append_byte(out, (uint8_t)value);
}

void pack_text(struct buf *out, struct bytes text)
{
    pack_number(out, text.n);
    buf_append(out, text.at, text.n);
}

bool unpack_number(struct bytes *rest, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; rest->n && shift < 64; shift += 7) {
        uint8_t byte = *rest->at;

        *rest = bytes_skip(*rest, 1);
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

bool unpack_text(struct bytes *rest, struct bytes *text)
{
    uint64_t n;

    if (!unpack_number(rest, &n) || n > rest->n)
        return false;
    *text = (struct bytes){rest->at, (size_t)n};
    *rest = bytes_skip(*rest, (size_t)n);
    return true;
}

void message_pack(const struct message *m, struct buf *out)
{
    pack_number(out, (uint64_t)m->ts);
    pack_number(out, m->recipients);
    for (int i = 0; i < ABOUT_COUNT; i++)
        pack_text(out, m->facts[i]);
    pack_text(out, m->signature);
    pack_number(out, m->features_left_out);
    pack_number(out, m->feature_count);
    for (unsigned i = 0; i < m->feature_count; i++) {
        buf_append_byte(out, (uint8_t)m->features[i].kind);
        buf_append(out, &m->features[i].hash, sizeof m->features[i].hash);
        pack_number(out, m->features[i].count);
        pack_number(out, m->features[i].spread);
        pack_text(out, m->features[i].text);
    }
}

static bool unpack_feature(struct bytes *rest, struct feature *f)
{
    if (rest->n < 1 + sizeof f->hash || rest->at[0] >= FEATURE_KINDS)
        return false;
    *f = (struct feature){.kind = (enum feature_kind)rest->at[0]};
    memcpy(&f->hash, rest->at + 1, sizeof f->hash);
    *rest = bytes_skip(*rest, 1 + sizeof f->hash);
    return unpack_number(rest, &f->count) && unpack_number(rest, &f->spread) &&
           unpack_text(rest, &f->text);
}

bool message_unpack(struct bytes record, struct message *m)
{
    uint64_t ts, left_out, count;

    if (!unpack_number(&record, &ts) || !unpack_number(&record, &m->recipients))
        return false;
    m->ts = (time_us)ts;
    for (int i = 0; i < ABOUT_COUNT; i++)
        if (!unpack_text(&record, &m->facts[i]))
            return false;
    if (!unpack_text(&record, &m->signature) || !unpack_number(&record, &left_out) ||
        !unpack_number(&record, &count) || count > MESSAGE_FEATURES_MAX)
        return false;
    m->features_left_out = (unsigned)left_out;
    m->feature_count = 0;
    while (m->feature_count < count)
        if (!unpack_feature(&record, &m->features[m->feature_count++]))
            return false;
    return true;
}
