/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

#include <string.h>

static int digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct bits { /* not yet a byte */
    uint32_t value;
    int n;
};

static void put_digit(struct bits *b, int digit, struct buf *out)
{
    b->value = b->value << 6 | (uint32_t)digit;
    b->n += 6;
    if (b->n >= 8) {
        b->n -= 8;
        buf_append_byte(out, (uint8_t)(b->value >> b->n));
    }
}

bool base64_decode(struct bytes text, struct buf *out)
{
    size_t before = out->len;
    struct bits bits = {0, 0};

    while (text.n && text.at[text.n - 1] == '=')
        text.n--;
    for (size_t i = 0; i < text.n; i++) {
        int d = digit(text.at[i]);

        if (d < 0) {
            out->len = before;
            return false;
        }
        put_digit(&bits, d, out);
    }
    return true;
}

void base64_decode_loosely(struct bytes text, struct buf *out)
{
    struct bits bits = {0, 0};

    for (size_t i = 0; i < text.n && text.at[i] != '='; i++)
        if (digit(text.at[i]) >= 0)
            put_digit(&bits, digit(text.at[i]), out);
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Two digits for each twelve bits: half the look-ups. */
#define ROW(a)                                                                                     \
    {a, 'A'}, {a, 'B'}, {a, 'C'}, {a, 'D'}, {a, 'E'}, {a, 'F'}, {a, 'G'}, {a, 'H'}, {a, 'I'},      \
        {a, 'J'}, {a, 'K'}, {a, 'L'}, {a, 'M'}, {a, 'N'}, {a, 'O'}, {a, 'P'}, {a, 'Q'}, {a, 'R'},  \
        {a, 'S'}, {a, 'T'}, {a, 'U'}, {a, 'V'}, {a, 'W'}, {a, 'X'}, {a, 'Y'}, {a, 'Z'}, {a, 'a'},  \
        {a, 'b'}, {a, 'c'}, {a, 'd'}, {a, 'e'}, {a, 'f'}, {a, 'g'}, {a, 'h'}, {a, 'i'}, {a, 'j'},  \
        {a, 'k'}, {a, 'l'}, {a, 'm'}, {a, 'n'}, {a, 'o'}, {a, 'p'}, {a, 'q'}, {a, 'r'}, {a, 's'},  \
        {a, 't'}, {a, 'u'}, {a, 'v'}, {a, 'w'}, {a, 'x'}, {a, 'y'}, {a, 'z'}, {a, '0'}, {a, '1'},  \
        {a, '2'}, {a, '3'}, {a, '4'}, {a, '5'}, {a, '6'}, {a, '7'}, {a, '8'}, {a, '9'}, {a, '+'},  \
        {a, '/'},
static const char pairs[4096][2] = {
    ROW('A') ROW('B') ROW('C') ROW('D') ROW('E') ROW('F') ROW('G') ROW('H') ROW('I') ROW('J')
        ROW('K') ROW('L') ROW('M') ROW('N') ROW('O') ROW('P') ROW('Q') ROW('R') ROW('S') ROW('T')
            ROW('U') ROW('V') ROW('W') ROW('X') ROW('Y') ROW('Z') ROW('a') ROW('b') ROW('c')
                ROW('d') ROW('e') ROW('f') ROW('g') ROW('h') ROW('i') ROW('j') ROW('k') ROW('l')
                    ROW('m') ROW('n') ROW('o') ROW('p') ROW('q') ROW('r') ROW('s') ROW('t') ROW('u')
                        ROW('v') ROW('w') ROW('x') ROW('y') ROW('z') ROW('0') ROW('1') ROW('2')
                            ROW('3') ROW('4') ROW('5') ROW('6') ROW('7') ROW('8') ROW('9') ROW('+')
                                ROW('/')};
#undef ROW

void base64_encode(struct bytes bytes, struct buf *out)
{
    const uint8_t *p = bytes.at;
    size_t n = bytes.n;
    uint8_t *to;

    buf_reserve(out, 4 * (n / 3 + 1));
    to = out->data + out->len;
    for (; n >= 3; n -= 3, p += 3, to += 4) {
        uint32_t bits = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

        memcpy(to, pairs[bits >> 12], 2);
        memcpy(to + 2, pairs[bits & 4095], 2);
    }
    if (n) {
        uint32_t bits = (uint32_t)p[0] << 16 | (n == 2 ? (uint32_t)p[1] << 8 : 0);

        memcpy(to, pairs[bits >> 12], 2);
        to[2] = n == 2 ? (uint8_t)digits[bits >> 6 & 63] : '=';
        to[3] = '=';
        to += 4;
    }
    out->len = (size_t)(to - out->data);
}
