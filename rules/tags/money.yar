// SPDX-License-Identifier: GPL-3.0-or-later
// Loans, credit and stocks.

rule loans
{
    meta:
        description = "loans, mortgages, debt, credit repair and insurance, for all who answer"
        kind = "crime"
    strings:
        $a1 = "mortgage" nocase
        $a2 = "refinanc" nocase
        $a3 = "home equity" nocase
        $a4 = "debt consolidation" nocase
        $a5 = "consolidate your" nocase
        $a6 = "bad credit" nocase
        $a7 = "perfect credit" nocase
        $a8 = "credit repair" nocase
        $a9 = "repair your credit" nocase
        $a10 = "lenders" nocase
        $a11 = "interest rate" nocase
        $a12 = "lowest rates" nocase
        $a13 = "low rates" nocase
        $a14 = "no credit" nocase
        $a15 = "loan" nocase
        $a16 = "unsecured" nocase
        $a17 = "credit card debt" nocase
        $a18 = "out of debt" nocase
        $a19 = "bankruptcy" nocase
        $a20 = "monthly payment" nocase
        $a21 = "credit check" nocase
        $a22 = "merchant account" nocase
        $a23 = "pre-approved" nocase
        $a24 = "life insurance" nocase
        $a25 = "insurance" nocase
        $a26 = "annuity" nocase
        $a27 = "premium" nocase
        $a28 = "government grant" nocase
        $a29 = "credit report" nocase
        $a30 = "irs" nocase fullword
        $a31 = "credit cards" nocase
        $a32 = "warranty" nocase
        $b1 = "no obligation" nocase
        $b2 = "free quote" nocase
        $b3 = "apply now" nocase
        $b4 = "click here" nocase
        $b5 = "you are approved" nocase
        $b6 = "get approved" nocase
        $b7 = "no cost" nocase
        $b8 = "less than perfect" nocase
        $b9 = "homeowner" nocase
        $b10 = "qualify" nocase
        $b11 = "take advantage" nocase
        $b12 = "save thousands" nocase
        $b13 = "guaranteed" nocase
        $b14 = "best rate" nocase
        $b15 = "minutes" nocase
        $b16 = "toll free" nocase
        $b17 = "fill out" nocase
        $b18 = "form below" nocase
    condition:
        part == "mail" and ((3 of ($a*) and any of ($b*)) or 5 of ($a*) or
        (2 of ($a*) and subject matches /mortgage|refinanc|loan|\bdebt|bad credit|your credit|lenders?\b|interest rate|low(est)? rates?|life insurance|term life|annuity|warrant(y|ies)|insurance quote|insurance rates|grant request|government grant|back taxes|pre-?approved|you.?re ?-?approved|credit card|merchant account|foreclosure|policy|policies/i))
}

rule stock_touting
{
    meta:
        description = "shares that are about to rise"
        kind = "crime"
    strings:
        $a1 = "penny stock" nocase
        $a2 = "small cap" nocase
        $a3 = "otcbb" nocase
        $a4 = "otc bb" nocase
        $a5 = "pink sheets" nocase
        $a6 = "strong buy" nocase
        $a7 = "stock alert" nocase
        $a8 = "investor alert" nocase
        $a9 = "target price" nocase
        $a10 = "price target" nocase
        $a11 = "stock pick" nocase
        $a12 = "undervalued" nocase
        $a13 = "current price" nocase
        $a14 = "shares outstanding" nocase
        $a15 = "forward-looking statements" nocase
        $a16 = "forward looking statements" nocase
        $a17 = "explosive" nocase
        $a18 = "ticker" nocase
        $a19 = "breakout" nocase
    condition:
        (part == "mail" and 4 of them) or (part == "mail" and any of them and subject matches /stock (alert|pick|tip)|hot stock|penny stock|breakout/i)
}
