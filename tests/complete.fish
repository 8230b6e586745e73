# SPDX-License-Identifier: ISC
# fish complete.fish LINE: what fish's completion offers at the end of the line, one a line

source completions/nskit.fish
complete --do-complete="$argv[1]" | string replace --regex '\t.*' ''
