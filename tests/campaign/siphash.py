# SPDX-License-Identifier: GPL-3.0-or-later
# SipHash-2-4 (Aumasson, Bernstein), after the paper.
MASK = (1 << 64) - 1


def _rotate(x, n):
    return (x << n | x >> 64 - n) & MASK


def siphash24(k0, k1, data):
    k1 &= MASK
    v0, v1, v2, v3 = k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573
    data += bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    words = [int.from_bytes(data[i:i + 8], "little") for i in range(0, len(data), 8)]
    for word, rounds in [(w, 2) for w in words] + [(None, 4)]:
        if word is None:
            v2 ^= 255
        else:
            v3 ^= word
        for _ in range(rounds):
            v0 = v0 + v1 & MASK
            v1 = _rotate(v1, 13) ^ v0
            v0 = _rotate(v0, 32)
            v2 = v2 + v3 & MASK
            v3 = _rotate(v3, 16) ^ v2
            v0 = v0 + v3 & MASK
            v3 = _rotate(v3, 21) ^ v0
            v2 = v2 + v1 & MASK
            v1 = _rotate(v1, 17) ^ v2
            v2 = _rotate(v2, 32)
        if word is not None:
            v0 ^= word
    return v0 ^ v1 ^ v2 ^ v3
