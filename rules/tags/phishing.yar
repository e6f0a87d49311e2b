// SPDX-License-Identifier: GPL-3.0-or-later
// Letters in the name of a bank or a shop that lead elsewhere.  The lines "link HOST" and
// "shown HOST at HOST" are potsherd's: see README beside this file.

rule phishing_brand
{
    meta:
        description = "a brand's account is to be confirmed, and a link shows another host than it has, or an address"
        kind = "crime"
    strings:
        $brand1 = "paypal" nocase
        $brand2 = "ebay" nocase
        $brand3 = "citibank" nocase
        $brand4 = "wells fargo" nocase
        $brand5 = "bank of america" nocase
        $brand6 = "chase bank" nocase
        $brand7 = "amazon" nocase
        $brand8 = "microsoft" nocase
        $brand9 = "apple id" nocase
        $brand10 = "netflix" nocase
        $brand11 = "sparkasse" nocase
        $brand12 = "volksbank" nocase
        $brand13 = "postbank" nocase
        $brand14 = "barclays" nocase
        $brand15 = "lloyds" nocase
        $brand16 = "hsbc" nocase
        $brand17 = "bradesco" nocase
        $brand18 = "banco do brasil" nocase
        $brand19 = "itau" nocase
        $brand20 = "santander" nocase
        $brand21 = "dhl" nocase fullword
        $brand22 = "usps" nocase fullword
        $brand23 = "office 365" nocase
        $brand24 = "docusign" nocase
        $ask1 = "verify your account" nocase
        $ask2 = "confirm your account" nocase
        $ask3 = "update your account" nocase
        $ask4 = "confirm your identity" nocase
        $ask5 = "verify your identity" nocase
        $ask6 = "account has been suspended" nocase
        $ask7 = "account has been limited" nocase
        $ask8 = "account will be suspended" nocase
        $ask9 = "account will be closed" nocase
        $ask10 = "unauthorized access" nocase
        $ask11 = "unusual activity" nocase
        $ask12 = "billing information" nocase
        $ask13 = "update your information" nocase
        $ask14 = "restore your account" nocase
        $ask15 = "your mailbox" nocase
        $ask16 = "ihr konto" nocase
        $ask17 = "votre compte" nocase
        $ask18 = "su cuenta" nocase
        $ask19 = "sua conta" nocase
        $ask20 = "could not be delivered" nocase
        $address = /\nlink [0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\n/
    condition:
        part == "mail" and any of ($brand*) and any of ($ask*) and (mismatched_links > 0 or $address)
}
