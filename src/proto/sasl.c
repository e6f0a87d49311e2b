/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sasl.h"

#include <string.h>

#include "base/buf.h"

static const struct {
    const char *name;
    bool prefix; /* SCRAM-SHA-1, SCRAM-SHA-256-PLUS ... */
    enum smtp_mechanism mechanism;
} mechanisms[] = {
    {"PLAIN", false, SMTP_AUTH_PLAIN},       {"LOGIN", false, SMTP_AUTH_LOGIN},
    {"CRAM-MD5", false, SMTP_AUTH_CRAM_MD5}, {"DIGEST-MD5", false, SMTP_AUTH_DIGEST_MD5},
    {"XOAUTH2", false, SMTP_AUTH_XOAUTH2},   {"OAUTHBEARER", false, SMTP_AUTH_OAUTHBEARER},
    {"SCRAM-", true, SMTP_AUTH_SCRAM},       {"NTLM", false, SMTP_AUTH_NTLM},
};

enum smtp_mechanism sasl_mechanism(struct bytes name)
{
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
        if (mechanisms[i].prefix ? bytes_begin_nocase(name, mechanisms[i].name)
                                 : bytes_equal_nocase(name, mechanisms[i].name))
            return mechanisms[i].mechanism;
    return SMTP_AUTH_OTHER;
}

/* What stands between `begin`, which follows one of `before` or stands first, and one of `ends`. */
static bool between(struct bytes in, const char *before, const char *begin, const char *ends,
                    struct bytes *out)
{
    size_t n = strlen(begin);

    for (size_t i = 0; i + n <= in.n; i++) {
        size_t end = i + n;

        if (memcmp(in.at + i, begin, n) != 0 || (i && !strchr(before, in.at[i - 1])))
            continue;
        while (end < in.n && in.at[end] && !strchr(ends, in.at[end]))
            end++;
        *out = (struct bytes){in.at + i + n, end - i - n};
        return out->n != 0;
    }
    return false;
}

/* RFC 2195: user, blank, 32 hexadecimal digits.  A user may hold blanks. */
static bool cram_user(struct bytes in, struct bytes *user)
{
    if (in.n < 34 || in.at[in.n - 33] != ' ')
        return false;
    *user = (struct bytes){in.at, in.n - 33};
    return true;
}

/* [MS-NLMP] section 2.2.1.3: the third message has the user at the offset that its head says,
 * in UTF-16 (little endian) or the client's own charset. */
static bool ntlm_user(struct bytes in, struct buf *ascii, struct bytes *user)
{
    size_t n, at;

    if (in.n < 64 || memcmp(in.at, "NTLMSSP\0\3\0\0", 12) != 0)
        return false;
    n = in.at[36] | (size_t)in.at[37] << 8;
    at = in.at[40] | (size_t)in.at[41] << 8 | (size_t)in.at[42] << 16 | (size_t)in.at[43] << 24;
    if (at > in.n || n > in.n - at)
        return false;
    buf_clear(ascii);
    if (!(in.at[60] & 1)) { /* NEGOTIATE_UNICODE */
        buf_append(ascii, in.at + at, n);
    } else {
        for (size_t i = 0; i + 1 < n; i += 2)
            buf_append_byte(ascii, in.at[at + i + 1] ? '?' : in.at[at + i]);
    }
    *user = buf_view(ascii);
    return user->n != 0;
}

bool sasl_user(enum smtp_mechanism mechanism, struct bytes response, struct buf *ascii,
               struct bytes *user)
{
    switch (mechanism) {
    case SMTP_AUTH_CRAM_MD5:
        return cram_user(response, user);
    case SMTP_AUTH_DIGEST_MD5: /* RFC 2831 section 2.1.2 */
        return between(response, ", ", "username=\"", "\"", user);
    case SMTP_AUTH_XOAUTH2: /* user=...^Aauth=Bearer ...^A^A */
        return between(response, "\1", "user=", "\1", user);
    case SMTP_AUTH_OAUTHBEARER: /* RFC 7628 section 3.1: n,a=user,^A... */
        return between(response, ",", "a=", ",\1", user);
    case SMTP_AUTH_SCRAM: /* RFC 5802 section 5.1: n,,n=user,r=nonce */
        return between(response, ",", "n=", ",", user);
    case SMTP_AUTH_NTLM:
        return ntlm_user(response, ascii, user);
    default:
        return false;
    }
}
