// SPDX-License-Identifier: GPL-3.0-or-later
// Mails that are sent to see whether they arrive.

rule proxy_test
{
    meta:
        description = "it carries the address that it was sent through"
        kind = "note"
    condition:
        part == "mail" and probe matches /^[a-z0-9-]/
}

rule relay_test
{
    meta:
        description = "the words of a test for open relays, by a spammer or by a list that checks"
        kind = "note"
    strings:
        $a1 = "relay test" nocase
        $a2 = "relaytest" nocase
        $a3 = "open relay" nocase
        $a4 = "testing your mail server" nocase
        $a5 = "test message for relay" nocase
        $b1 = "test" nocase
        $b2 = "this message was sent" nocase
        $b3 = "rss@" nocase
        $b4 = "securitycheck" nocase
    condition:
        part == "mail" and links < 3 and filesize < 4096 and any of ($a*) and any of ($b*)
}
