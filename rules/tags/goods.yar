// SPDX-License-Identifier: GPL-3.0-or-later
// What is sold by spam.  Several words together: one alone stands in newsletters, too.

rule pharmacy
{
    meta:
        description = "drugs without a prescription, and pills that enlarge or take off"
        kind = "crime"
    strings:
        $drug1 = "viagra" nocase
        $drug2 = "cialis" nocase fullword
        $drug3 = "levitra" nocase
        $drug4 = "phentermine" nocase
        $drug5 = "xenical" nocase
        $drug6 = "propecia" nocase
        $drug7 = "vicodin" nocase
        $drug8 = "valium" nocase
        $drug9 = "xanax" nocase
        $drug10 = "tramadol" nocase
        $drug11 = "human growth hormone" nocase
        $drug12 = "growth hormone" nocase
        $drug13 = "hgh" nocase fullword
        $drug14 = "herbal viagra" nocase
        $drug15 = "pheromone" nocase
        $drug17 = "meridia" nocase
        $drug18 = "zyban" nocase
        $odd1 = "v1agra" nocase
        $odd2 = "vi@gra" nocase
        $odd3 = "v!agra" nocase
        $odd4 = "viagr@" nocase
        $odd5 = "v|agra" nocase
        $odd6 = "vigara" nocase
        $odd7 = "c1alis" nocase
        $odd8 = "cial1s" nocase
        $odd9 = "ci@lis" nocase
        $odd10 = "v-i-a-g-r-a" nocase
        $odd11 = "v.i.a.g.r.a" nocase
        $odd12 = "v i a g r a" nocase
        $odd13 = "c i a l i s" nocase
        $sell1 = "no prescription" nocase
        $sell2 = "without a prescription" nocase
        $sell3 = "without prescription" nocase
        $sell4 = "prescription drug" nocase
        $sell5 = "online pharmacy" nocase
        $sell6 = "pharmacy" nocase
        $sell7 = "order now" nocase
        $sell8 = "free shipping" nocase
        $sell9 = "lowest price" nocase
        $sell10 = "fda approved" nocase
        $sell13 = "ohne rezept" nocase
        $sell14 = "sin receta" nocase
        $sell15 = "sem receita" nocase
        $sell16 = "sans ordonnance" nocase
        $body1 = "enlarge your" nocase
        $body2 = "penis enlarge" nocase
        $body3 = "your penis" nocase
        $body4 = "breast enlarge" nocase
        $body5 = "sexual performance" nocase
        $body6 = "sexual potency" nocase
        $body7 = "sex drive" nocase
        $body8 = "sex life" nocase
        $body9 = "bust size" nocase
        $body10 = "erection" nocase
        $body11 = "sexual desire" nocase
        $body12 = "sexual stamina" nocase
        $body13 = "anti-aging" nocase
        $body14 = "reverse aging" nocase
        $body15 = "human growth" nocase
        $body16 = "bust enhanc" nocase
        $body17 = "breast enhanc" nocase
        $body18 = "male enhanc" nocase
        $fat1 = "lose weight" nocase
        $fat2 = "weight loss" nocase
        $fat3 = "lose up to" nocase
        $fat4 = "burn fat" nocase
        $fat5 = "fat loss" nocase
        $fat6 = "diet pill" nocase
        $fat7 = "body fat" nocase
        $fat8 = "wrinkle reduction" nocase
        $fat9 = "all natural" nocase
        $fat10 = "while you sleep" nocase
    condition:
        part == "mail" and ((any of ($drug*) and 2 of ($sell*)) or 3 of ($drug*) or
        (any of ($odd*) and any of ($sell*)) or 2 of ($body*) or
        (any of ($body*) and 2 of ($sell*)) or 3 of ($fat*) or (any of ($drug*) and any of ($fat*, $body*)) or
        subject matches /viagra|\bcialis\b|\bhgh\b|enlarge(ment)? |penis|growth hormone|weight ?loss|lose weight|prescription|pheromone|bigger breast|bust /i)
}

rule replicas
{
    meta:
        description = "copies of watches, bags and other brands"
        kind = "crime"
    strings:
        $r1 = "replica watch" nocase
        $r2 = "replica rolex" nocase
        $r3 = "rolex replica" nocase
        $r4 = "replica handbag" nocase
        $r5 = "luxury replica" nocase
        $r6 = "designer replica" nocase
        $r7 = "swiss replica" nocase
        $r8 = "exact copies of" nocase
        $b1 = "rolex" nocase
        $b2 = "cartier" nocase
        $b3 = "louis vuitton" nocase
        $b4 = "gucci" nocase
        $b5 = "breitling" nocase
        $b6 = "omega" nocase
        $b7 = "patek" nocase
        $b8 = "prada" nocase
        $b9 = "tag heuer" nocase
    condition:
        part == "mail" and any of ($r*) and 2 of ($b*)
}

rule casino
{
    meta:
        description = "gambling on line"
        kind = "crime"
    strings:
        $c1 = "online casino" nocase
        $c2 = "on-line casino" nocase
        $c3 = "casino" nocase
        $c4 = "sportsbook" nocase
        $c5 = "blackjack" nocase
        $c6 = "roulette" nocase
        $c7 = "slot machine" nocase
        $c8 = "video poker" nocase
        $c9 = "jackpot" nocase
        $c10 = "poker room" nocase
        $s1 = "bonus" nocase
        $s2 = "free chips" nocase
        $s3 = "first deposit" nocase
        $s4 = "your deposit" nocase
        $s5 = "play now" nocase
        $s6 = "real money" nocase
        $s7 = "download" nocase
        $s8 = "payout" nocase
        $s9 = "willkommensbonus" nocase
    condition:
        part == "mail" and 2 of ($c*) and 2 of ($s*)
}

rule adult
{
    meta:
        description = "pornography"
        kind = "crime"
    strings:
        $x2 = "hardcore" nocase
        $x3 = "porn" nocase
        $x4 = "teen sluts" nocase
        $x5 = "sluts" nocase
        $x6 = "nude" nocase
        $x7 = "live girls" nocase
        $x8 = "hot girls" nocase
        $x9 = "horny" nocase
        $x10 = "pussy" nocase
        $x11 = "adult site" nocase
        $x12 = "adult entertainment" nocase
        $x13 = "adults only" nocase
        $x14 = "sexually explicit" nocase
        $x15 = "lesbian" nocase
        $x16 = "cumshot" nocase
        $x17 = "blowjob" nocase
        $x18 = "webcams" nocase
        $x19 = "erotic" nocase
        $x20 = "naked" nocase
        $x21 = "must be 18" nocase
        $x23 = "over 21" nocase
        $x25 = "free sex" nocase
        $x26 = "sex video" nocase
        $x27 = "incest" nocase
        $x28 = "swingers" nocase
        $hard1 = "ADV:ADLT"
        $hard2 = "ADV-ADULT" nocase
        $hard3 = "ADV: ADULT" nocase
        $hard4 = "barely legal" nocase
    condition:
        part == "mail" and links > 0 and (5 of ($x*) or any of ($hard*) or
        (any of ($x*) and subject matches /xxx|\bsluts?\b|horny|pussy|striptease|(cam|live|hot|dorm).?girls?|adult.?(pass|video|classif|site|film|movie)|free sex|sex (video|pic|site)/i) or
        (2 of ($x*) and subject matches /xxx|porn|\bnude|naked|slut|horny|\bsex|adult|lesbian|web ?cam|pussy|girls|teens?\b|hardcore|striptease|dorm|celebrit/i))
}

rule diplomas
{
    meta:
        description = "degrees without study"
        kind = "crime"
    strings:
        $a1 = "university diploma" nocase
        $a2 = "non-accredited" nocase
        $a3 = "non accredited" nocase
        $a4 = "diploma" nocase
        $b1 = "life experience" nocase
        $b2 = "no required tests" nocase
        $b3 = "no one is turned down" nocase
        $b4 = "bachelors, masters" nocase
        $b5 = "prestigious" nocase
        $b6 = "no classes" nocase
    condition:
        part == "mail" and any of ($a*) and 2 of ($b*)
}

rule pirated
{
    meta:
        description = "software, films and television that are copied or descrambled"
        kind = "crime"
    strings:
        $a1 = "oem software" nocase
        $a2 = "cable descrambler" nocase
        $a3 = "descrambler" nocase
        $a4 = "copy dvd" nocase
        $a5 = "dvd copy" nocase
        $a6 = "copy any dvd" nocase
        $a7 = "burn dvd" nocase
        $a8 = "satellite card" nocase
        $a9 = "pay-per-view" nocase
        $a10 = "pay per view" nocase
        $a11 = "cable tv" nocase
        $a12 = "cable filter" nocase
        $a13 = "warez" nocase
        $a18 = "norton systemworks" nocase
        $a19 = "combined retail" nocase
        $a20 = "software suite" nocase
        $a14 = "satellite tv" nocase
        $a15 = "satellite channels" nocase
        $a16 = "dish network" nocase
        $a17 = "unlimited movies" nocase
        $b11 = "special offer" nocase
        $b12 = "retail value" nocase
        $b13 = "retail price" nocase
        $b1 = "for free" nocase
        $b2 = "backup copies" nocase
        $b3 = "backup copy" nocase
        $b4 = "order now" nocase
        $b5 = "order today" nocase
        $b6 = "lowest price" nocase
        $b7 = "all channels" nocase
        $b8 = "every channel" nocase
        $b9 = "money back" nocase
        $b10 = "adult channels" nocase
    condition:
        part == "mail" and 2 of ($a*) and any of ($b*)
}

rule bulk_mail
{
    meta:
        description = "addresses and programs for sending spam"
        kind = "crime"
    strings:
        $a1 = "million email addresses" nocase
        $a2 = "million e-mail addresses" nocase
        $a3 = "million emails" nocase
        $a4 = "bulk email" nocase
        $a5 = "bulk e-mail" nocase
        $a6 = "bulk mail" nocase
        $a7 = "bullet proof" nocase
        $a8 = "bulletproof" nocase
        $a9 = "email marketing" nocase
        $a10 = "e-mail marketing" nocase
        $a11 = "targeted email" nocase
        $a12 = "email extractor" nocase
        $a13 = "harvest" nocase
        $a14 = "fresh email" nocase
        $a15 = "email list" nocase
        $a16 = "stealth mail" nocase
        $a17 = "million people" nocase
        $a18 = "remailer" nocase
        $a19 = "opt-in" nocase
        $b1 = "cd-rom" nocase
        $b2 = /\b[0-9]{1,3} million\b/ nocase
        $b3 = "our database" nocase
        $b4 = "your product" nocase
        $b5 = "your ad" nocase
        $b6 = "your website" nocase
        $b7 = "hosting" nocase
        $b8 = "per million" nocase
    condition:
        part == "mail" and ((2 of ($a*) and any of ($b*)) or
        subject matches /bulk ?(e-?mail|mail)|e-?mail marketing|harvest lots|million (e-?mail|address|lead)|blast your/i)
}

rule dossiers
{
    meta:
        description = "programs and services that promise to find out anything about anyone"
        kind = "crime"
    strings:
        $a1 = "about anyone" nocase
        $a2 = "find anyone" nocase
        $a3 = "private eye" nocase
        $a4 = "private investigator" nocase
        $a5 = "background check" nocase
        $a6 = "criminal records" nocase
        $a7 = "unlisted phone" nocase
        $a8 = "skeletons in" nocase
        $a9 = "your neighbors" nocase
        $a10 = "banned cd" nocase
        $a11 = "spy on" nocase
    condition:
        part == "mail" and 2 of them
}
