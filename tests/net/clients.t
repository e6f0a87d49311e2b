#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Real clients find open proxies and a relay, and every mail that they hand over is
# recorded: its bytes by their sha256, and every recipient.
# shellcheck disable=SC2317 # ok calls the functions
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
needs curl swaks ncat proxychains4 python3 smtp-source

watch_wire
start --arp --address 198.51.100.64/28 --address 2001:db8:1::40/124
mails=0
sums=$work/sums
rcpts=$work/rcpts
: >"$sums"
: >"$rcpts"

# A mail of its own for every test, with CR LF, a dot line and bytes above 127.
new_mail() {
    mails=$((mails + 1))
    printf 'From: a@b.example\r\nTo: r%d@x.example\r\nSubject: no %d \303\244\r\n\r\n' "$mails" "$mails" >"$work/mail"
    head -c $((mails * 700)) /dev/urandom | base64 | sed 's/$/\r/' >>"$work/mail"
    printf 'end\r\n' >>"$work/mail"
    sha256sum <"$work/mail" | cut -d ' ' -f 1 >>"$sums"
    printf 'r%d@x.example\ns%d@x.example\n' "$mails" "$mails" >>"$rcpts"
}

curl_mail() {
    from 30 curl -sS "$@" --mail-from a@b.example --mail-rcpt "r$mails@x.example" \
        --mail-rcpt "s$mails@x.example" -T "$work/mail"
}

via() {
    local name=$1
    shift
    new_mail
    ok "curl: mail by $name" curl_mail "$@"
}

mx=smtp://mx.target.example
for port in 8080 3128 80 81 8000 6588 4480 3382; do
    via "HTTP CONNECT on port $port" -p -x "http://198.51.100.65:$port" $mx:25
done
via "HTTP CONNECT with a password" -p -x http://u:p@198.51.100.65:3128 $mx:25
via "HTTP CONNECT over IPv6" -p -x "http://[2001:db8:1::41]:8080" $mx:25
via "SOCKS4" -x socks4://198.51.100.66:1080 smtp://203.0.113.9:25
via "SOCKS4 with a user" -x socks4://me@198.51.100.66:1080 smtp://203.0.113.9:25
via "SOCKS4a" -x socks4a://198.51.100.66:1080 $mx:25
via "SOCKS4a of MyDoom's back door" -x socks4a://198.51.100.66:3127 $mx:25
via "SOCKS5" -x socks5://198.51.100.66:1080 smtp://203.0.113.9:25
via "SOCKS5 with a password" -x socks5://u:p@198.51.100.66:1080 smtp://203.0.113.9:25
via "SOCKS5 by name" -x socks5h://198.51.100.66:1080 $mx:25
via "SOCKS5 by name with a password" -x socks5h://u:p@198.51.100.66:1080 $mx:25
for port in 26 587 1025 2525; do
    via "SOCKS5 to port $port" -x socks5h://198.51.100.66:1080 $mx:$port
done
via "the relay itself" smtp://198.51.100.67:25
via "the relay itself over IPv6" "smtp://[2001:db8:1::4f]:25"
via "the relay with AUTH" -u user:secret smtp://198.51.100.67:25
via "SOCKS5 inside CONNECT" --preproxy socks5h://198.51.100.68:1080 -p -x http://198.51.100.69:8080 $mx:25

page() {
    from 10 curl -sS -x http://198.51.100.65:8080 http://www.target.example/ | grep -q www.target.example
}
ok "curl: a page through the proxy" page
ok "curl: a page through SOCKS" from 10 curl -sS -x socks5h://198.51.100.65:1080 -o /dev/null http://www.target.example/
post() {
    from 10 curl -sS -x http://198.51.100.65:8080 -d a=b http://www.target.example/ | grep -q www.target.example
}
ok "curl: a POST through the proxy" post

new_mail
swaks_mail() {
    from 30 swaks -s 198.51.100.70 -f a@b.example -t "r$mails@x.example,s$mails@x.example" "$@" \
        --data "@$work/mail" --suppress-data
}
# swaks ends its data with one more line end, so its mails are counted, not summed
ok "swaks: plain" swaks_mail
sed -i '$d' "$sums"
new_mail
ok "swaks: AUTH PLAIN" swaks_mail --auth PLAIN --auth-user u --auth-password p
sed -i '$d' "$sums"
new_mail
ok "swaks: AUTH LOGIN" swaks_mail --auth LOGIN --auth-user u --auth-password p
sed -i '$d' "$sums"

new_mail
ncat_mail() {
    {
        printf 'EHLO n\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<r%d@x.example>\r\nRCPT TO:<s%d@x.example>\r\nDATA\r\n' "$mails" "$mails"
        cat "$work/mail"
        printf '.\r\nQUIT\r\n'
    } | from 20 ncat "$@" | grep -q 'queued as'
}
ok "ncat: pipelined through SOCKS5" ncat_mail --proxy 198.51.100.71:1080 --proxy-type socks5 --proxy-auth u:p 203.0.113.7 25
new_mail
ok "ncat: pipelined through CONNECT" ncat_mail --proxy 198.51.100.71:8080 --proxy-type http 203.0.113.7 25

bdat() {
    local n
    n=$(stat -c %s "$work/mail")
    {
        printf 'EHLO n\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<r%d@x.example>\r\nRCPT TO:<s%d@x.example>\r\nBDAT 100\r\n' "$mails" "$mails"
        head -c 100 "$work/mail"
        printf 'BDAT %d LAST\r\n' $((n - 100))
        tail -c +101 "$work/mail"
        printf 'QUIT\r\n'
    } | from 20 ncat 198.51.100.71 25 | grep -q 'queued as'
}
new_mail
ok "ncat: BDAT" bdat

cat >"$work/chain.conf" <<'EOC'
strict_chain
proxy_dns
[ProxyList]
socks5 198.51.100.72 1080 user password
http 198.51.100.73 8080
socks4 198.51.100.74 1080
EOC
new_mail
ok "Python's smtplib" from 30 python3 "$net/deliver.py" 198.51.100.75 "$work/mail" "r$mails@x.example" "s$mails@x.example"
new_mail
ok "smtplib through proxychains, three proxies deep" from 30 proxychains4 -q -f "$work/chain.conf" \
    python3 "$net/deliver.py" 203.0.113.5 "$work/mail" "r$mails@x.example" "s$mails@x.example"

mydoom() {
    printf '\205\023\074\236\242MZprogram' | from 10 ncat -w 2 198.51.100.66 3127
}
ok "MyDoom's upload is taken" mydoom
nonsense() {
    printf 'this is no request\r\n\r\n' | from 10 ncat 198.51.100.66 8080 | grep -q '400 Bad Request'
}
ok "nonsense has a proper error" nonsense
first_bytes() {
    grep -qE ',198\.51\.100\.66,8080,.*,http,secret\.example,,443,256,.*secret\.example' \
        "$work"/out/first_bytes-*.csv*
}
tls() {
    from 10 curl -sS -m 2 -p -x http://198.51.100.66:8080 https://secret.example/ 2>"$work/tls"
    eventually 20 first_bytes
}
ok "what is said first to other targets is kept" tls

ok "smtp-source: 200 sessions, 1000 mails to 9 recipients each" \
    from 60 smtp-source -s 200 -m 1000 -l 3000 -r 9 -f a@b.example -t r@source.example 198.51.100.76:25

ok "the honeypot ends well" stop
ok "every mail is there, and whole" complete $((mails + 1000))
all_sums() {
    column emails sha256 | sort >"$work/recorded"
    equal "$(sort "$sums" | comm -23 - "$work/recorded")" ""
}
ok "every mail's sha256 is in emails.csv" all_sums
all_recipients() {
    equal "$(column recipients rcpt | grep -v source.example | sort)" "$(sort "$rcpts")" &&
        equal "$(column recipients rcpt | grep -c source.example)" 9000
}
ok "every recipient is in recipients.csv" all_recipients
ok "the records are those of the saved packets, replayed" same_when_replayed
ok "the wire carries answers to the client, all audited, and nothing else" wire_is_audited
done_testing
