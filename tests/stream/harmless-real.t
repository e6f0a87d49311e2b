#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Time limit: 1800 s
# harmless.sh on the captures of real programs.
# shellcheck disable=SC2034 # for harmless.sh
captures=real
# shellcheck source=harmless.sh
. "$(dirname "$0")/harmless.sh"
