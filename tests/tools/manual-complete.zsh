# SPDX-License-Identifier: GPL-3.0-or-later
# What zsh offers behind a line: manual-complete.zsh FILE LINE; a zsh in a pseudo-terminal is asked.
zmodload zsh/zpty
file=$1 line=$2
zpty asked zsh -f -i
zpty -w asked "PROMPT='> '; autoload -Uz compinit; compinit -u -D; _potsherd() { source $file:A }; compdef _potsherd potsherd; LISTMAX=1000; zstyle ':completion:*' menu no; echo READY"
zpty -r asked text '*READY*READY*'
zpty -w -n asked "$line"$'\t\t'
integer i
for (( i = 0; i < 30; i++ )); do
    sleep 0.1
    zpty -r -t asked text && print -rn -- "$text"
done
print
zpty -d asked
