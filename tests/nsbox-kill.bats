#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsbox: killed at any moment, it leaves nothing

load helpers
load nsbox

setup() {
	requires root userns ip nft
	make_box
	mark=77$BATS_TEST_NUMBER$$ # seconds that PROG sleeps, for it to be known by
	at=() numbers=()
}

# Of the boxes of this test: processes, mounts, files, names, control groups, and where the test has
# a network of its own, links and tables.
left() {
	local number

	pgrep -f "[s]leep $mark|[n]sbox run.*$root"
	grep "$root" /proc/self/mountinfo
	find /run/nskit "$USER_DIR/nskit" -name "$box*"
	for number in "${numbers[@]}"; do
		pgrep -f "[n]sbox end $number( |\$)"
		find /run/nsbox "$USER_DIR/nsbox" -name "$number*"
		find /sys/fs/cgroup -name "nskit-box-$number"
	done
	[ "${#at[@]}" = 0 ] || { "${at[@]}" ip -o link | grep -v ': lo:'; "${at[@]}" nft list tables; }
} 2>/dev/null

nothing_left() {
	left >"$BATS_TEST_TMPDIR/left"
	! [ -s "$BATS_TEST_TMPDIR/left" ]
}

# killed SIGNAL TIMES [WRAPPER...] -- [OPTION...]: run a box so often, each time killed half a
# millisecond later than before.
killed() {
	local signal=$1 times=$2 i end wrapper=()

	shift 2
	while [ "$1" != -- ]; do
		wrapper+=("$1")
		shift
	done
	shift
	set -m # without, what runs in the background ignores INT
	for ((i = 0; i < times; i++)); do
		"${wrapper[@]}" nsbox run --name "$box-$i" "$@" "$root" sleep "$mark" </dev/null >/dev/null 2>&1 3>&- &
		numbers+=("$!")
		until is_other "$!"; do :; done # bash could catch it
		end=$((${EPOCHREALTIME/./} + i * 500))
		while ((${EPOCHREALTIME/./} < end)); do :; done
		kill "-$signal" "$!" 2>/dev/null || :
		wait "$!" || :
	done
	set +m
	wait_for nothing_left || {
		cat "$BATS_TEST_TMPDIR/left" >&2
		return 1
	}
	numbers=()
}

is_other() {
	local name

	read -r name <"/proc/$1/comm" && [ "$name" != bash ]
} 2>/dev/null

@test "killed by KILL at 50 instants: nothing is left" {
	killed KILL 50 --
}

@test "by TERM and INT: nothing is left" {
	killed TERM 30 --
	killed INT 30 --
}

@test "as an ordinary user: nothing is left" {
	killed KILL 50 "${user_command[@]}" --
	killed TERM 20 "${user_command[@]}" --
}

# In a network namespace for the test.
@test "with a bridge and a published port: no link, bridge or table is left either" {
	spawn nsnew -n -- sleep 600
	at=(nsenter -n -t "$pid")
	wait_for differs "/proc/$pid/ns/net"
	killed KILL 80 "${at[@]}" -- --net bridge --bridge br --pool 10.66.0.0/24 -p 8080:80
	killed TERM 20 "${at[@]}" -- --net bridge --bridge br --pool 10.66.0.0/24 -p 8080:80
}

differs() {
	! [ "$1" -ef /proc/self/ns/net ]
}

# Whoever reads the name may still start one when the first process has been killed: it is ended by
# its name then, or its outermost process killed.
@test "with -d, the one that starts it or the box killed: nothing is left" {
	local i name

	for ((i = 0; i < 50; i++)); do
		nsbox run -d --name "$box-$i" "$root" sleep "$mark" </dev/null >/dev/null 2>&1 3>&- &
		sleep "0.0$(printf %02d "$i")"
		kill -KILL "$!" 2>/dev/null || :
		wait "$!" || :
	done
	wait_for none_begins
	for name in $(nsbox ps --names | grep "^$box-"); do
		number=$(nsbox ps --json | jq ".boxes[] | select(.name == \"$name\") | .pid")
		numbers+=("$number")
		if ((++i % 2)); then
			nsbox stop --grace 0 "$name"
		else
			kill -KILL "$number"
		fi
	done
	wait_for nothing_left || {
		cat "$BATS_TEST_TMPDIR/left" >&2
		return 1
	}
	run ! grep -r "$root" /run/nsbox
}

none_begins() {
	! pgrep -f "[n]sbox run.*$box-" >/dev/null
}
