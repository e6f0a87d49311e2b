# SPDX-License-Identifier: GPL-3.0-or-later
#
# Records of N made connections into the folder DIR, each file in two segments,
# the same bytes every time and with every awk: keys that tie, cells that are
# empty, quoted or hostile, columns that the report does not want.
function random(n) { # 0..n-1 (Park and Miller's generator: exact in a double)
    state = (state * 16807) % 2147483647
    return int(state / 2147483647 * n)
}
function pick(n) { # the same, apart: what mails say leaves all else as it is
    other = (other * 16807) % 2147483647
    return int(other / 2147483647 * n)
}
function quoted(text) {
    if (text !~ /[",]/)
        return text
    gsub(/"/, "\"\"", text)
    return "\"" text "\""
}
function time(i,    day, month) { # 2006-06-28 to 2006-07-27, in order
    day = 28 + int(i * 30 / N)
    month = day > 30 ? 7 : 6
    return sprintf("2006-%02d-%02dT%02d:%02d:%02d.%06dZ", month, month == 7 ? day - 30 : day,
                   i * 30 * 24 / N % 24, random(60), random(60), random(1000000))
}
function put(name, i, row) {
    print row > (DIR "/" name (i < N / 2 ? "-20060628T000000Z.csv" : "-20060713T000000Z.csv"))
}
function headers(name, columns) {
    put(name, 0, columns)
    put(name, N, columns)
}
# Links and attachments of mail k of connection i, none to several, some of them twice.
function parts(i, ts, k,    n, host, type) {
    for (n = pick(3) * pick(4); n > 0; n--) {
        host = H[pick(7) + 1]
        put("urls", i, ts "," i "," k "," sensor ",http://" host "/," host "," (pick(3) ? host == "" ? "" : domain_of(host) : "") "," \
            (host == "" || pick(3) ? "" : H[pick(6) + 1]))
    }
    for (n = pick(2) * pick(3); n > 0; n--) {
        type = T[pick(4) + 1]
        put("attachments", i, ts "," i "," k "," sensor "," quoted(F[pick(8) + 1]) "," type "," (pick(2) ? "" : T[pick(3) + 1]))
    }
}
function domain_of(host) {
    return host ~ /^[^.]*[.][^.]*$/ ? host : substr(host, index(host, ".") + 1)
}
function words(n, list,    text) { # n of list, perhaps one of them twice
    while (n-- > 0)
        text = text (text == "" ? "" : " ") list[pick(4) + 1]
    return text
}
function emails(i, ts,    k, n, rcpts, body, r, domain) {
    n = random(3)
    for (k = 1; k <= n; k++) {
        rcpts = random(9)
        body = random(40) * random(3)
        put("emails", i, ts "," i "," k "," sensor "," who "," module "," (module == "smtp" ? ",," : host "," ip ",25") \
            ",<>," rcpts "," 100 + body "," sprintf("%064x", body) "," quoted(S[body % 5 + 1]) "," \
            L[pick(4) + 1] "," quoted(X[pick(5) + 1]) "," A[pick(4) + 1] "," words(pick(3) * pick(3), W) "," words(pick(2) * pick(3), G))
        parts(i, ts, k)
        for (r = 0; r < rcpts; r++) {
            domain = D[random(5) + 1]
            put("recipients", i, ts "," i "," k "," sensor "," quoted("x@" domain) "," quoted(domain) "," substr("1110", random(5) + 1, 1))
        }
    }
    return n
}
BEGIN {
    state = 20060614
    other = 20070918
    split("1080 8080 80 3128 25 4480 9999", P, " ")
    split("socks,alternate http,http,Squid,smtp,Proxy+,", V, ",")
    split("socks5 http http http smtp http other", M, " ")
    split("TW CN US CA BR <b>", C, " "); C[7] = ""
    split("fin fin rst timeout eof", E, " ")
    D[1] = "a.example"; D[2] = "b.example"; D[3] = "<script>alert(1)</script>"; D[4] = "q\"uote.example"; D[5] = ""
    S[1] = "Hello"; S[2] = "<script>alert(2)</script>"; S[3] = "\"><img src=x onerror=alert(3)>"
    S[4] = "]]></svg><script>alert(4)</script>"; S[5] = "\\x1b[31m 'red' & \"more\", really"
    L[1] = "en"; L[2] = "zh"; L[3] = "pt"; L[4] = ""
    X[1] = "The Bat! (v2.00.3) Personal"; X[2] = "<script>alert(5)</script>"; X[3] = "a, \"b\""; X[4] = ""; X[5] = "Microsoft Outlook Express 6.00"
    A[1] = "UTF-8"; A[2] = "utf-8"; A[3] = "Big5"; A[4] = ""
    split("dotted:subject dotted:text hex:headers words:subject", W, " ")
    split("pills casino <b> lottery", G, " ")
    split("www.a.example a.example b.example x.b.example 192.0.2.7 <b>.example", H, " "); H[7] = ""
    split("application/x-dosexec application/PDF image/png", T, " "); T[4] = ""
    split("a.exe Invoice.PDF.exe photo.PNG none x.tar. a.this-is-none .zip", F, " "); F[8] = "a, \"b\".scr"
    split("connect-smtp connect-smtp connect-smtp connect-other get get error web", K, " ")
    geo = "src_cc,src_asn,src_as_name"
    headers("connections", "ts,uid,sensor,src_ip,dst_port,service," geo ",protocol,requests,end,flags")
    headers("requests", "ts,uid,sensor,src_ip,dst_port,service," geo ",module,class,target,target_host,target_ip,target_port,depth,accepted")
    headers("emails", "ts,uid,email_n,sensor,src_ip,dst_port,service," geo ",module,target_host,target_ip,target_port,mail_from,rcpt_count,size,body_sha256,subject,language,mailer,charset,probe,tags")
    headers("urls", "ts,uid,email_n,sensor,url,host,domain,shown_host")
    headers("attachments", "ts,uid,email_n,sensor,filename,content_type,found_type")
    headers("recipients", "ts,uid,email_n,sensor,rcpt,domain,accepted")
    headers("scans", "ts,sensor,src_ip,dst_ip,dst_port," geo ",syns")
    headers("logins", "ts,uid,login_n,sensor,src_ip,dst_port,service," geo ",module,depth,mechanism,user,password,accepted,reply")
    headers("refusals", "ts,uid,refusal_n,sensor,src_ip,dst_port,service," geo ",module,rcpt_count,rcpt_rejected")
    for (i = 0; i < N; i++) {
        ts = time(i)
        c = random(7) + 1
        a = random(3)
        cc = C[c]
        asn = cc == "" ? "" : 100 + (c < 3 ? a : c * 10 + a)
        p = random(7) + 1
        sensor = "s" random(3)
        ip = "192.0.2." random(9)
        who = (random(20) ? "198.51.100." c * 9 + a : "2001:db8::" c) "," P[p] "," V[p] "," cc "," asn "," \
            quoted(asn == "" ? "" : "NET \"" asn "\", Inc.")
        module = M[p] == "socks5" ? (random(2) ? "socks4" : "socks5") : M[p]
        host = random(2) ? "mx" random(3) "." (random(2) ? "mail.example" : "x.example.tw") : ""
        if (host != "")
            ip = ""
        class = module == "http" || module ~ /socks/ ? K[random(8) + 1] : ""
        if ((class == "get" || class == "web") && module != "http")
            class = "error"
        if (class != "") {
            port = class == "connect-smtp" ? 25 : 443
            uri = class == "web" || random(9) == 0 ? "/" : "http://" S[random(5) + 1] # "/": get in records of old
            target = class == "error" ? ",,," : quoted(class == "get" || class == "web" ? uri : host ip ":" port) "," host "," ip "," port
            accepted = substr("110", random(4) + 1, 1)
            put("requests", i, ts "," i "," sensor "," who "," module "," class "," target "," (random(6) ? 1 : 2) "," accepted)
        }
        if (i % 3 == 0)
            put("logins", i, ts "," i ",1," sensor "," who "," module ",1,BASIC," quoted(S[i % 5 + 1]) ",p" i % 11 "," \
                (i % 4 ? i % 4 - 1 ? 0 : "" : 1) ",407")
        if (i % 5 == 0)
            put("refusals", i, ts "," i ",1," sensor "," who "," module "," i % 13 "," i % 4)
        mails = class == "connect-smtp" || module == "smtp" ? emails(i, ts) : 0
        put("connections", i, ts "," i "," sensor "," who "," (module == "other" && random(2) ? "" : module) "," (class != "") "," \
            E[random(5) + 1] "," (random(9) ? "" : random(2) ? "one-sided" : "late urgent"))
        if (random(4) == 0)
            put("scans", i, ts "," sensor "," substr(who, 1, index(who, ",") - 1) ",192.0.2.1," 20 + random(4) "," cc "," asn ",NET," 1 + random(9))
    }
}
