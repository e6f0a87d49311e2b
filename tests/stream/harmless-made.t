#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 1800 s
# harmless.sh on made conversations.
# shellcheck disable=SC2034 # for harmless.sh
captures=made
# shellcheck source=harmless.sh
. "$(dirname "$0")/harmless.sh"
