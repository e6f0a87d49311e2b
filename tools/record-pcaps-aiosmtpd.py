#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A mail server that takes any user and password.
# Usage: record-pcaps-aiosmtpd.py ADDRESS PORT
import sys, time
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
Controller(Sink(), hostname=sys.argv[1], port=int(sys.argv[2]), server_hostname="relay.example",
           auth_require_tls=False, authenticator=lambda *a: AuthResult(success=True)).start()
time.sleep(300)
