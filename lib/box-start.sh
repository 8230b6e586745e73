# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-start - what is done with a chain: it is printed, or become

# The words as a shell takes them, a line for each link.
print() {
	line=''
	for word; do
		case $word in
		*[!A-Za-z0-9_./=:,@%+-]* | '') quote "$word" ;;
		esac
		line="$line${line:+ }$word"
		[ "$word" != -- ] || line="$line \\
   "
	done
	printf '%s\n' "$line"
}

# Put $word into single quotes, each of its own being '\''.
quote() {
	rest=$1 word=''
	while [ "${rest#*\'}" != "$rest" ]; do
		word="$word${rest%%\'*}'\\''" rest=${rest#*\'}
	done
	word="'$word$rest'"
}

# Become the chain. Before anything is there that would outlive us, there is who takes it away.
start() {
	[ -d "$place" ] || (umask 077 && mkdir -p "$place") || die "make $place"
	(
		trap '' HUP INT QUIT TERM TSTP
		exec nscap --new-session -- nsinfo --wait $$ -- \
			"$bin/nsbox" end $$ "${NSBOX_STARTER-}"
	) </dev/null >/dev/null 2>&1 &
	cleaner=$!
	tell "$@" >"$place/$$" || die "write $place/$$"
	[ -z "${NSBOX_STARTER-}" ] || exec >"$place/$$.log" 2>&1
	unset NSBOX_STARTER
	exec "$@"
}

# What there is to know of the box, a line each.
tell() {
	facts=''
	fact name "$name"
	fact pid $$
	fact cleaner "$cleaner"
	fact root "${root:-host}"
	fact network "$net"
	fact publish "${publish# }"
	fact hostname "$hostname"
	fact confine "$confine"
	fact group "$group"
	fact keep "$keep"
	[ "$net" != bridge ] || fact link "$link"
	[ "$net" != bridge ] || fact bridge "$bridge"
	while [ $# -gt 0 ] && [ "$1" != nsinit ]; do
		shift
	done
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		shift
	done
	[ $# -eq 0 ] || shift
	fact command "$*"
	printf '%s' "$facts"
}

newline='
'

fact() {
	value=$2
	while [ "${value#*"$newline"}" != "$value" ]; do
		value="${value%%"$newline"*}?${value#*"$newline"}"
	done
	facts="$facts$1=$value$newline"
}

# Start again in a session of its own, with a pipe on which nsinit tells that PROG has started, and
# wait for that. Until the log is there messages are ours.
detach() {
	{
		NSBOX_STARTER=$$ nscap --new-session --keep-fd 9 -- "$bin/nsbox" run "$@" \
			9>&1 </dev/null >/dev/null &
		echo $!
	} | {
		read -r pid
		if read -r _; then
			printf '%s\n' "$name"
			exit 0
		fi
		[ ! -e "$place/$pid.log" ] || cat "$place/$pid.log" >&2
		exit 125
	}
}
