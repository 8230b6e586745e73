#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nskill: the end of what handles name

load helpers

setup() {
	requires userns
	cd "$BATS_TEST_TMPDIR" || return
}

alive() {
	! gone "$1"
}

# Start `nsjoin -t $box ARGS` and wait until the file `up` is there, which it is to make; $pid is its.
inside() {
	rm -f up
	spawn nsjoin -t "$box" -- "$@"
	wait_for test -e up
}

# A shell program that is up and goes on, after what comes first.
waiting() {
	echo "${1:-:}; : >$PWD/up; while :; do sleep 0.02; done"
}

# Milliseconds that a command takes.
took() {
	local begin=${EPOCHREALTIME/./}

	"$@" >&2
	echo $(((${EPOCHREALTIME/./} - begin) / 1000))
}

# No process that hasn't ended is in this namespace, "net:[4026532567]".
empty() {
	local pid

	while IFS=/ read -r _ _ pid _; do
		gone "$pid" || return
	done < <(find /proc/[0-9]*/ns/"${1%%:*}" -lname "${1/[/\\[}" 2>/dev/null)
}

ns_of() {
	readlink "/proc/$1/ns/$2"
}

@test "a container ends, with all that is in it, and nskill returns when it has" {
	requires root
	local how ns kind=pid

	for how in -a -ar -mp -p; do
		hold $how
		inside sh -c "sleep 60 & sh -c 'sleep 60 & sleep 60' & $(waiting)"
		ns=$(ns_of "$box" pid)
		run -0 --separate-stderr nskill "$box"
		[ "$output$stderr" = '' ]
		empty "$ns"
		gone "$box"
	done
}

@test "an ordinary user ends containers of his own" {
	local ns

	box=$(as_user nsnew --hold -a 3>&-)
	started+=("$box")
	ns=$(ns_of "$box" pid)
	as_user nsjoin -t "$box" -- sh -c 'sleep 60 & :' 3>&-
	as_user nskill "$box"
	empty "$ns"
	gone "$box"

	box=$(as_user nsnew --hold -rn 3>&-)
	ns=$(ns_of "$box" net)
	as_user nsjoin -t "$box" -- sh -c 'sleep 60 & :' 3>&-
	as_user nskill -t "$box"
	empty "$ns"
}

@test "root's container isn't an ordinary user's to end" {
	requires root
	local how

	for how in -a -n -u; do
		hold $how
		fails 125 "nskill: read the namespaces of '$box': Permission denied" as_user nskill "$box"
		expect hint '*must be yours*' "${stderr_lines[1]}"
		alive "$box"
		release
	done
}

@test "without a pid namespace: all in the mount or network namespace, from wherever they came" {
	requires root
	local how ns visitor outside

	spawn sleep 60
	outside=$pid
	for how in -n -m -mn -mnui; do
		hold $how
		ns=$(ns_of "$box" "$([[ $how == -n ]] && echo net || echo mnt)")
		inside sh -c "sleep 60 & $(waiting)"
		spawn nsenter "${how:0:2}" -t "$box" sleep 60
		visitor=$pid
		wait_for eval '! [ "$(ns_of $visitor net)$(ns_of $visitor mnt)" = "$(ns_of $$ net)$(ns_of $$ mnt)" ]'
		nskill "$box"
		empty "$ns"
		gone "$visitor"
	done
	alive "$outside"
}

@test "where mnt and net are the caller's, all in the other namespaces" {
	requires root
	local how

	for how in u:uts i:ipc U:user C:cgroup T:time; do
		hold "-${how%:*}"
		ns=$(ns_of "$box" "${how#*:}")
		inside sh -c "$(waiting)"
		nskill "$box"
		empty "$ns"
	done
}

@test "several handles at once, also equal ones" {
	requires root
	local one two

	hold -a
	one=$box
	hold -n
	two=$box
	hold --id -u
	nskill "$one" "$two" "$box" "$one"
	gone "$one" && gone "$two" && gone "${box%:*}"
}

@test "100 containers in one call" {
	requires root
	local boxes=() _

	for _ in {1..100}; do
		hold -un
		boxes+=("$box")
	done
	nskill "${boxes[@]}"
	for box in "${boxes[@]}"; do
		gone "$box"
	done
}

@test "-t -: the handle from standard input; it has ended, so none is written" {
	requires root
	hold -a
	run -0 nskill -t - <<<"$box"
	[ "$output" = '' ]
	gone "$box"
	fails 125 'nskill: no handle on standard input' nskill -t - </dev/null
}

@test "one wrong handle: nothing is signalled" {
	requires root
	hold -a
	fails 125 "nskill: open handle 'no-such-name': No such file" nskill "$box" no-such-name
	fails 125 "is in no namespace of its own" nskill "$box" $$
	fails 125 "nskill: handle is stale: '$box:1'" nskill "$box" "$box:1"
	alive "$box"
}

@test "what is the caller's own is refused: the host, itself, and where it comes from" {
	requires root
	fails 125 "nskill: '$$' is in no namespace of its own" nskill $$
	fails 125 "nskill: '/proc/self/ns/net' is in no namespace of its own" nskill /proc/self/ns/net
	fails 125 "nskill: '/proc/self/ns' is in no namespace of its own" nskill /proc/self/ns
	# From a namespace of its own, the host's processes are in others.
	fails 125 'is among those to end, and this program would end with it' nsnew -m -- nskill 2
	fails 125 'is among those to end, and this program would end with it' nsnew -n -- nskill $$
	fails 125 'is among those to end, and this program would end with it' nsnew -u -- nskill $$
	nsnew -m -- setsid --fork nskill 2 2>said # its parent gone, nothing of the host is above it
	wait_for grep -q 'is among those to end' said
	# And from within a container, those around it.
	run -125 nsnew -mn -- sh -c 'nsnew -m -- nskill $$'
	expect refusal '*this program would end with it*' "$output"
	# Its /proc would show it numbers of others.
	hold -u
	local other=$box
	hold -p
	fails 125 'is that of another pid namespace' nsjoin -t "$box" -p -- nskill "/proc/$other/ns/uts"
}

@test "TERM is heeded first, and whoever doesn't gets KILL when the grace is over" {
	requires root
	local how time

	for how in -a -n; do
		hold $how
		inside sh -c "$(waiting "trap 'echo term >$PWD/got; exit' TERM")"
		nskill "$box"
		[ "$(cat got)" = term ]
		rm got
		release

		hold $how
		inside sh -c "$(waiting "trap '' TERM")"
		time=$(took nskill --grace 1 "$box")
		((time >= 1000 && time < 4000)) || expect 'milliseconds' '1000 to 4000' "$time"
		gone "$box"
		release
	done
}

@test "--grace 0: KILL at once" {
	requires root
	local how

	for how in -a -n; do
		hold $how
		inside sh -c "$(waiting "trap 'echo term >$PWD/got' TERM")"
		nskill --grace 0 "$box"
		[ ! -e got ]
		gone "$box"
		release
	done
}

@test "-s: another signal, by name or number" {
	requires root
	local signal

	for signal in INT SIGINT 2; do
		hold -a
		inside bash -c "$(waiting "trap 'echo int >$PWD/got; exit' INT")"
		nskill -s $signal "$box"
		[ "$(cat got)" = int ]
		rm got
		release
	done
	hold -a
	inside bash -c "$(waiting "trap 'echo term >$PWD/got' TERM")"
	nskill -s KILL "$box"
	[ ! -e got ]
}

@test "a process 1 without a handler gets KILL, one with a handler what it waits for" {
	requires root
	local time

	spawn nsnew -mp -- sleep 60
	child_named "$pid" sleep
	time=$(took nskill "$child")
	((time < 5000))
	ends 137

	spawn nsnew -mp -- sh -c "$(waiting "trap 'exit 3' TERM")"
	child_named "$pid" sh
	wait_for test -e up
	nskill "$child"
	ends 3
	rm up

	spawn nsnew -mp -- nsinit -- sh -c "$(waiting "trap 'exit 4' TERM")"
	child_named "$pid" nsinit
	wait_for test -e up
	nskill "$child"
	ends 4
}

@test "a process 1 that starts again what has ended is ended too" {
	requires root
	local time

	spawn nsnew -mp -- sh -c ': >up; trap "exit 5" TERM; while :; do sleep 0.3; done'
	child_named "$pid" sh
	wait_for test -e up
	time=$(took nskill "$child")
	((time < 5000))
	ends 5
}

@test "a stopped process takes TERM, and KILL" {
	requires root
	local how grace

	waiting "trap 'echo term >$PWD/got; exit' TERM" >script
	for how in -a -n; do
		for grace in 10 0; do
			hold $how
			inside sh -c "sh $PWD/script & exec sleep 60"
			child=$(pgrep -x -f "sh $PWD/script")
			kill -STOP "$child"
			nskill --grace $grace "$box"
			gone "$child"
			[ -e got ] || [ $grace = 0 ]
			rm -f got
			release
		done
	done
}

@test "zombies don't count, and are no reason to wait" {
	requires root
	local time

	hold -n
	inside sh -c "sleep 0 & : >$PWD/up; exec sleep 60"
	time=$(took nskill "$box")
	((time < 5000))
	# A handle of one.
	spawn sh -c 'nsnew -u -- true & exec sleep 60'
	wait_for pgrep -P "$pid" >/dev/null
	child=$(pgrep -P "$pid")
	wait_for gone "$child"
	fails 125 "nskill: read the namespaces of '$child': No such process" nskill "$child"
}

@test "nested pid namespaces end with theirs" {
	requires root
	local ns

	hold -a
	inside nsnew -a -- nsnew -a -- sh -c "sleep 60 & $(waiting)"
	ns=$(ns_of "$(pgrep -n -f "$PWD/up")" pid)
	nskill "$box"
	empty "$ns"

	# A process of the outer one alone is not touched.
	hold -a
	local outer=$box
	box=$(nsjoin -t "$outer" -- nsnew --hold -a)
	# Its number there is the middle one of three.
	box=$(grep -lE "^NSpid:([[:space:]]+[0-9]+)[[:space:]]+${box}[[:space:]]+1\$" /proc/[0-9]*/status |
		xargs grep -l 'nsnew:hold' | grep -o '[0-9]*' | tail -1)
	ns=$(ns_of "$box" pid)
	[ "$ns" != "$(ns_of "$outer" pid)" ]
	nskill "$box"
	empty "$ns"
	alive "$outer"
}

# Eight processes, each soon replaced by a child of its own.
forking='f() { sleep 0.0$((RANDOM % 3)); f & }; for _ in {1..8}; do f & done; : >"$0/up"; sleep 60'

@test "30 times killed while it forks: nobody is left" {
	requires root
	local how ns _

	for _ in {1..15}; do
		for how in -mp -n; do
			hold $how
			ns=$(ns_of "$box" "$([[ $how == -n ]] && echo net || echo pid)")
			inside bash -c "$forking" "$PWD"
			nskill --grace 1 "$box"
			empty "$ns"
			release
		done
	done
}

@test "processes that end meanwhile are fine" {
	requires root
	local _

	for _ in {1..10}; do
		hold -n
		inside bash -c 'for _ in {1..50}; do sleep 0.0$((RANDOM % 10)) & done; : >"$0/up"; wait' "$PWD"
		nskill "$box"
		gone "$box"
		release
	done
}

@test "killed twice at once: both return when it has ended" {
	requires root
	local first _

	for _ in {1..10}; do
		hold -a
		nskill "$box" 3>&- 2>first &
		first=$!
		nskill "$box" 2>second || [ $? = 125 ]
		wait "$first" || [ $? = 125 ]
		gone "$box"
	done
}

@test "what doesn't die is said, with 125" {
	requires root strace
	hold -n
	run -125 strace -qq -o /dev/null -e trace=pidfd_send_signal \
		-e inject=pidfd_send_signal:error=EPERM:when=2+ nskill --grace 0 "$box"
	expect message "nskill: process $box (nsnew:hold) does not end: Operation not permitted*" "$output"
	alive "$box"
}

@test "a frozen process doesn't die: said after five seconds" {
	requires root
	local group=/sys/fs/cgroup/freezer/nskit-$$

	[ -d /sys/fs/cgroup/freezer ] || skip 'needs the freezer of cgroup v1'
	hold -n
	mkdir "$group"
	echo "$box" >"$group/cgroup.procs"
	echo FROZEN >"$group/freezer.state"
	wait_for grep -q FROZEN "$group/freezer.state"
	run -125 nskill --grace 0 "$box"
	echo THAWED >"$group/freezer.state"
	wait_for gone "$box"
	wait_for rmdir "$group"
	expect message "nskill: process $box (nsnew:hold) does not end: *timed out" "$output"
}

@test "PID reuse: the stale handle is refused, whoever has the number now" {
	requires root
	local stale

	hold --id -u
	stale=$box
	nskill "$stale"
	wait_for test ! -e "/proc/${stale%:*}"
	echo $((${stale%:*} - 1)) >/proc/sys/kernel/ns_last_pid
	spawn unshare -u sleep 60
	[ "$pid" = "${stale%:*}" ] || skip 'another process took the number'
	fails 125 "nskill: handle is stale: '$stale'" nskill "$stale"
	alive "$pid"
}

@test "veth pairs go first: the names of the other ends can be used again at once" {
	requires root ip
	local hub _

	hold -n
	hub=$box
	for _ in {1..30}; do
		hold -a
		nsveth -t "$box" --peer "$hub" -i eth0:host0 -a 10.0.0.2/24 -A 10.0.0.1/24
		nsveth -t "$box" --peer "$hub" -i eth1:host1
		nskill "$box"
	done
	run -0 nsjoin -t "$hub" -n -- ip -br link
	expect interfaces 'lo *' "$output"
	((${#lines[@]} == 1))
}

@test "veth pairs of an ordinary user's containers, and with both ends in one" {
	requires ip
	local hub

	hub=$(as_user nsnew --hold -rn 3>&-)
	started+=("$hub")
	for _ in {1..5}; do
		box=$(as_user nsjoin -t "$hub" -- nsnew --hold -n 3>&-)
		started+=("$box")
		as_user nsveth -t "$box" --peer "$hub" -i eth0:host0
		as_user nsveth -t "$box" --peer "$box" -i a0:b0
		as_user nskill "$box"
	done
	[ "$(as_user nsjoin -t "$hub" -- ip -br link | wc -l)" = 1 ]
}

@test "veth pairs stay where others live in the network namespace, or it is pinned" {
	requires root ip
	local hub other

	hold -n
	hub=$box
	hold -n
	other=$box
	nsveth -t "$other" --peer "$hub" -i eth0:host0
	box=$(nsjoin -t "$other" -n -- nsnew --hold -p)
	started+=("$box")
	nskill "$box"
	nsjoin -t "$hub" -n -- ip link show host0
	touch pinned
	mount --bind "/proc/$other/ns/net" pinned
	nskill "$other"
	nsjoin -t "$hub" -n -- ip link show host0
	umount pinned
}

@test "a registered name is removed with what it names" {
	requires root
	local name=nskit-test-$$

	hold --id -a
	mkdir -p /run/nskit
	echo "$box" >"/run/nskit/$name"
	nskill "$name"
	gone "${box%:*}"
	[ ! -e "/run/nskit/$name" ]
	rmdir /run/nskit 2>/dev/null || :

	box=$(as_user nsnew --hold --id -a 3>&-)
	started+=("${box%:*}")
	mkdir -p "$USER_DIR/nskit"
	echo "$box" >"$USER_DIR/nskit/$name"
	[ -z "$TEST_USER" ] || chown -R "$TEST_USER" "$USER_DIR/nskit"
	as_user nskill -t "$name"
	gone "${box%:*}"
	[ ! -e "$USER_DIR/nskit/$name" ]
	rmdir "$USER_DIR/nskit"
}

@test "a stale name is refused, and removed" {
	requires root
	local name=nskit-test-$$ there=''

	[ ! -d /run/nskit ] || there=1
	hold --id -a
	mkdir -p /run/nskit
	echo "${box%:*}:1" >"/run/nskit/$name"
	run -125 nskill "$name"
	expect refusal "nskill: handle is stale: '$name' names a process that is gone; the name is removed" "$output"
	[ ! -e "/run/nskit/$name" ]
	echo "4194304:77" >"/run/nskit/$name"
	run -125 nskill "$name"
	[ ! -e "/run/nskit/$name" ]
	[ "$there" ] || rmdir /run/nskit
	alive "${box%:*}"
}

@test "a directory of pinned namespaces: processes, mounts and directory go" {
	requires root
	local kind ns

	hold -n -u -i
	mkdir pins
	for kind in net uts ipc; do
		touch "pins/$kind"
		mount --bind "/proc/$box/ns/$kind" "pins/$kind"
	done
	ns=$(ns_of "$box" net)
	nskill "$PWD/pins"
	gone "$box"
	empty "$ns"
	[ ! -e pins ]
	run ! grep -F "$PWD/pins" /proc/self/mountinfo

	# Without a process left; and what else is there stays.
	hold -n
	mkdir pins
	touch pins/net pins/other
	mount --bind "/proc/$box/ns/net" pins/net
	kill -KILL "$box"
	wait_for gone "$box"
	nskill pins/
	[ "$(ls pins)" = other ]
}

@test "a single file: its processes end, the file stays" {
	requires root
	hold -n
	touch pinned
	mount --bind "/proc/$box/ns/net" pinned
	nskill "$PWD/pinned"
	gone "$box"
	mountpoint -q pinned
	nskill "$PWD/pinned"
	umount pinned
	# That of a process goes with it.
	hold -n
	nskill "/proc/$box/ns/net"
	gone "$box"
	hold -a
	nskill "/proc/$box/ns"
	gone "$box"
}

@test "with hidepid an ordinary user finds his own" {
	requires root
	run -0 nsnew -m -- sh -c 'mount -t proc -o hidepid=invisible none /proc && exec "$@"' sh \
		"${user_command[@]}" sh -c 'box=$(nsnew --hold -a) && nskill "$box" && ! [ -e "/proc/$box/exe" ]'
}

@test "-v tells each signal" {
	requires root
	hold -a
	run -0 --separate-stderr nskill -v "$box"
	expect step "*nskill?+([0-9])?: pidfd_send_signal($box, TERM) = 0*" "$stderr"
}

@test "calls that make no sense" {
	fails 125 'nskill: missing operand HANDLE' nskill
	fails 125 "nskill: unexpected word '2'" nskill -t 1 2
	fails 125 "nskill: signal 'NO': Invalid argument" nskill -s NO 1
	fails 125 "nskill: signal '0': Invalid argument" nskill -s 0 1
	fails 125 "nskill: grace of 'x' seconds: Invalid argument" nskill --grace x 1
	fails 125 "nskill: open handle '': " nskill ''
}
