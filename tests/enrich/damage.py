#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# country.mmdb with damage that only a lookup finds, as inside.mmdb.
data = bytearray(open("country.mmdb", "rb").read())
at = data.index(b"\xe2\x42" b"en") if b"\xe2\x42en" in data else data.index(b"iso_code") - 2
data[at] = 0x5f  # a text longer than the file, where a map was
data[at + 1:at + 4] = b"\xff\xff\xff"
open("inside.mmdb", "wb").write(data)
