// SPDX-License-Identifier: GPL-3.0-or-later
// Letters that promise a fortune, or a prize, to who pays first; and money for nothing.

rule advance_fee_fraud
{
    meta:
        description = "a stranger has millions and needs help, or a lottery was won"
        kind = "crime"
    strings:
        $money1 = /[0-9] ?million ?(us|united|american|dollars|euro|pounds)/ nocase
        $money6 = "US$" nocase
        $money7 = "million usd" nocase
        $money8 = "pounds sterling" nocase
        $money9 = "million)" nocase
        $money2 = "million united states dollars" nocase
        $money3 = "million us dollars" nocase
        $money4 = "million dollars" nocase
        $money5 = "the sum of" nocase
        $story1 = "next of kin" nocase
        $story2 = "late husband" nocase
        $story3 = "late father" nocase
        $story4 = "beneficiary" nocase
        $story5 = "foreign partner" nocase
        $story6 = "foreign account" nocase
        $story7 = "security company" nocase
        $story8 = "diplomatic" nocase
        $story9 = "deceased" nocase
        $story10 = "over-invoiced" nocase
        $story11 = "over invoiced" nocase
        $story12 = "abandoned sum" nocase
        $story13 = "dormant account" nocase
        $story14 = "transfer of funds" nocase
        $story15 = "transfer this money" nocase
        $story16 = "transfer the money" nocase
        $story17 = "transfer of this" nocase
        $story18 = "plane crash" nocase
        $story19 = "inheritance" nocase
        $story20 = "consignment" nocase
        $story21 = "winning number" nocase
        $story22 = "lottery" nocase
        $story23 = "claims agent" nocase
        $story24 = "contract payment" nocase
        $ask1 = "utmost confiden" nocase
        $ask2 = "strictly confidential" nocase
        $ask3 = "strict confidence" nocase
        $ask4 = "absolute confiden" nocase
        $ask5 = "your assistance" nocase
        $ask6 = "your urgent" nocase
        $ask7 = "risk free" nocase
        $ask8 = "risk-free" nocase
        $ask9 = "business proposal" nocase
        $ask10 = "business relationship" nocase
        $ask11 = "i am contacting you" nocase
        $ask12 = "telephone and fax number" nocase
        $ask13 = "your bank account" nocase
        $ask14 = "for your percentage" nocase
        $ask15 = "god bless" nocase
        $ask16 = "100% risk" nocase
        $ask17 = "solicit" nocase
        $place1 = "nigeria" nocase
        $place2 = "lagos" nocase
        $place3 = "abidjan" nocase
        $place4 = "sierra leone" nocase
        $place5 = "zimbabwe" nocase
        $place6 = "cote d'ivoire" nocase
        $place7 = "burkina faso" nocase
        $place8 = "republic of congo" nocase
    condition:
        part == "mail" and any of ($money*) and 2 of ($story*) and
        (2 of ($ask*) or (1 of ($ask*) and any of ($place*)))
}

rule easy_money
{
    meta:
        description = "work at home, pyramids, chain letters: income for no work"
        kind = "crime"
    strings:
        $a1 = "work at home" nocase
        $a2 = "work from home" nocase
        $a3 = "working from home" nocase
        $a4 = "home based business" nocase
        $a5 = "home-based business" nocase
        $a6 = "financial freedom" nocase
        $a7 = "financial independence" nocase
        $a8 = "multi-level" nocase
        $a9 = "multi level marketing" nocase
        $a10 = "make money fast" nocase
        $a11 = "extra income" nocase
        $a12 = "be your own boss" nocase
        $a13 = "no experience" nocase
        $a14 = "unlimited income" nocase
        $a15 = "residual income" nocase
        $a16 = "income opportunity" nocase
        $a17 = "business opportunity" nocase
        $a18 = "money making" nocase
        $a19 = "money-making" nocase
        $a20 = "earn up to" nocase
        $a21 = "downline" nocase
        $a22 = "serious inquiries only" nocase
        $a23 = "quit your job" nocase
        $a24 = "cash machine" nocase
        $a25 = "start earning" nocase
        $a26 = "earning potential" nocase
        $a27 = "mlm" nocase fullword
        $a28 = "your own business" nocase
        $a29 = "weekly income" nocase
        $a30 = "monthly income" nocase
        $a31 = "work part time" nocase
        $a32 = "spare time" nocase
        $a33 = "automatic income" nocase
        $a34 = "get paid" nocase
        $a35 = "entrepreneur" nocase
        $a36 = "six figure" nocase
        $a37 = "huge profits" nocase
        $a38 = "no selling" nocase
        $n4 = "per week" nocase
        $n5 = "a month" nocase
        $n6 = "per month" nocase
        $n1 = /\$ ?[0-9]{1,3},?[0-9]{3}(\.00)? (a|per|each|every) (week|month|day|year)/ nocase
        $n2 = /\$ ?[0-9]{2,3},[0-9]{3} (in|within) (the )?(next |first |less )/ nocase
        $n3 = "week from home" nocase
        $chain1 = "report #1" nocase
        $chain2 = "report # 1" nocase
        $chain3 = "order all" nocase
        $chain4 = "move the name" nocase
        $chain5 = "bulk e-mail" nocase
        $chain6 = "this is legal" nocase
        $chain7 = "perfectly legal" nocase
        $chain8 = "add your name" nocase
    condition:
        part == "mail" and (2 of ($a*) or (any of ($a*) and any of ($n*)) or 3 of ($chain*) or
        subject matches /(make|earn|making|earning) ?(huge |big |real |serious |extra |easy |tons of )?(money|profits|cash|income)|\$ ?[0-9]{1,3},[0-9]{3}|home.?based|work (at|from) home|second income|money maker|unlimited (income|profit)|biz ?opp|get rich|paycheck|debt.?free millionaire|opportunity|quit your|lazy people|bank error|income for life|explosive profits|be rich|millionaire/i)
}

rule extortion
{
    meta:
        description = "pay, or what was recorded of you is shown"
        kind = "crime"
    strings:
        $pay1 = "bitcoin" nocase
        $pay2 = "btc wallet" nocase
        $pay3 = "btc address" nocase
        $pay4 = "western union" nocase
        $pay5 = "monero" nocase
        $have1 = "recorded you" nocase
        $have2 = "your webcam" nocase
        $have3 = "your camera" nocase
        $have4 = "adult site" nocase
        $have5 = "adult website" nocase
        $have6 = "your password is" nocase
        $have7 = "infected your" nocase
        $have8 = "hacked your" nocase
        $have9 = "access to your device" nocase
        $have10 = "access to your account" nocase
        $have11 = "ddos" nocase
        $have12 = "deine kamera" nocase
        $have13 = "votre webcam" nocase
        $have14 = "tu webcam" nocase
        $threat1 = "all your contacts" nocase
        $threat2 = "your friends and family" nocase
        $threat3 = "hours to pay" nocase
        $threat4 = "hours to make the payment" nocase
        $threat5 = "if you do not pay" nocase
        $threat6 = "if you don't pay" nocase
        $threat7 = "i will send" nocase
        $threat8 = "will be published" nocase
        $threat9 = "an alle deine kontakte" nocase
        $threat10 = "a todos tus contactos" nocase
        $threat11 = "tous vos contacts" nocase
    condition:
        part == "mail" and any of ($pay*) and any of ($have*) and any of ($threat*)
}
