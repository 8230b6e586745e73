#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsbox: killed at any moment, it leaves nothing

load helpers
load nsbox

setup() {
	requires root userns ip nft
	make_box
	at=''
	mark=77$BATS_TEST_NUMBER$$ # seconds that PROG sleeps, for it to be known by
}

# The processes, mounts, links, tables, control groups, names and files of boxes.
left() {
	pgrep -f "[s]leep $mark|[n]sbox.*$root" || :
	grep -v /bats-run- /proc/self/mountinfo
	find /run/nsbox "$USER_DIR/nsbox" -type f
	find /run/nskit "$USER_DIR/nskit" -name 'box*' -o -name "$box*"
	$at ip -o link | grep -o ' box[^:]*\| br:'
	$at nft list tables
	find /sys/fs/cgroup -name 'nskit-box-*'
} 2>/dev/null

as_before() {
	diff <(echo "$before") <(left) >"$BATS_TEST_TMPDIR/diff"
}

# Run COMMAND so many times, each time killed with SIGNAL half a millisecond later than before.
killed() {
	local signal=$1 times=$2 i end

	shift 2
	before=$(left)
	set -m # without, what runs in the background ignores INT
	for ((i = 0; i < times; i++)); do
		"$@" </dev/null >/dev/null 2>&1 3>&- &
		end=$((${EPOCHREALTIME/./} + i * 500))
		while ((${EPOCHREALTIME/./} < end)); do :; done
		kill "-$signal" "$!" 2>/dev/null || :
		wait "$!" || :
	done
	set +m
	wait_for as_before || {
		cat "$BATS_TEST_TMPDIR/diff" >&2
		return 1
	}
}

a_box() {
	echo nsbox run "$@" "$root" sleep "$mark"
}

@test "killed by KILL at 50 instants: nothing is left" {
	# shellcheck disable=SC2046
	killed KILL 50 $(a_box)
}

@test "by TERM and INT: nothing is left" {
	# shellcheck disable=SC2046
	killed TERM 30 $(a_box)
	# shellcheck disable=SC2046
	killed INT 30 $(a_box)
}

@test "as an ordinary user: nothing is left" {
	# shellcheck disable=SC2046
	killed KILL 50 "${user_command[@]}" $(a_box)
	# shellcheck disable=SC2046
	killed TERM 20 "${user_command[@]}" $(a_box)
}

# In a network namespace for the test, which has no other tables and links.
@test "with a bridge and a published port: no link, bridge or table is left either" {
	spawn nsnew -n -- sleep 600
	child=$pid
	at="nsenter -n -t $child"
	wait_for differs "/proc/$child/ns/net"
	# shellcheck disable=SC2046,SC2086
	killed KILL 80 $at $(a_box --net bridge --bridge br --pool 10.66.0.0/24 -p 8080:80)
	# shellcheck disable=SC2046,SC2086
	killed TERM 20 $at $(a_box --net bridge --bridge br --pool 10.66.0.0/24 -p 8080:80)
}

differs() {
	! [ "$1" -ef /proc/self/ns/net ]
}

# Whoever reads the name may still start one when the first process has been killed: it is ended by
# its name then, or its outermost process killed.
@test "with -d, the one that starts it or the box killed: nothing is left" {
	local i name

	before=$(left)
	for ((i = 0; i < 50; i++)); do
		nsbox run -d --name "$box-$i" "$root" sleep "$mark" </dev/null >/dev/null 2>&1 3>&- &
		sleep "0.0$(printf %02d "$i")"
		kill -KILL "$!" 2>/dev/null || :
		wait "$!" || :
	done
	wait_for none_begins
	for name in $(nsbox ps --names | grep "^$box-"); do
		if ((++i % 2)); then
			nsbox stop --grace 0 "$name"
		else
			kill -KILL "$(nsbox ps --json | jq ".boxes[] | select(.name == \"$name\") | .pid")"
		fi
	done
	wait_for as_before || {
		cat "$BATS_TEST_TMPDIR/diff" >&2
		return 1
	}
}

none_begins() {
	! pgrep -f "[n]sbox run.*$box-" >/dev/null
}
