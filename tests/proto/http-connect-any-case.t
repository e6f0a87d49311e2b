# Methods are case-sensitive (RFC 9110 section 9.1), but tools and proxies are not;
# field names are not (section 5.1).  Lines may end in a bare LF (RFC 9112 section 2.2).
>>>
connect MX.Example:25 http/1.0\nuSER-aGENT:  x y \t\n\n
<<<
HTTP/1.0 200 OK\n\n
<<<
220 hi\r\n
===
PROTOCOL http
REQUEST 1 http "CONNECT" "MX.Example:25"
REQUEST_DONE 1 http "CONNECT" @1 depth=1 connect-smtp target="MX.Example:25" host="mx.example" port=25 agent="x y" reply=200 yes
