#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsinit: the process 1 of a container, and a reaper elsewhere

load helpers

setup() {
	requires userns
	cd "$BATS_TEST_TMPDIR" || return
	up=$BATS_TEST_TMPDIR/up
}

# Start `HOW nsinit ARGS` in the background; $init is nsinit's number here, $prog PROG's, once PROG
# has made the file $up.
start() {
	local how=$1

	shift
	rm -f "$up"
	# shellcheck disable=SC2086
	spawn $how nsinit "$@"
	init=$pid
	if [[ $how == nsnew* ]]; then
		child_named "$pid" nsinit
		init=$child
		started+=("$init") # it outlives an nsnew that is killed
	fi
	wait_for test -e "$up"
	prog=$(pgrep -P "$init" | head -1)
}

# PROG that says that it is up, and ends by a signal with what the trap says.
waiting() {
	echo "${1:-:}; : >$up; while :; do sleep 0.02; done"
}

# As process 1, and as an ordinary process.
each_way=('nsnew -mp --' '')

alive() {
	! gone "$1"
}

stopped() {
	[[ $(cut -d' ' -f3 "/proc/$1/stat") == [Tt] ]]
}

# The private memory of a process in KiB.
private() {
	awk '/^Private_/ { sum += $2 } END { print sum }' "/proc/$1/smaps_rollup"
}

@test "PROG's status is the status, and 128 + N where a signal ended it" {
	local way

	for way in 'as_user nsnew -a --' 'as_user'; do
		# shellcheck disable=SC2086
		run -0 $way nsinit true
		# shellcheck disable=SC2086
		run -7 $way nsinit -- sh -c 'exit 7'
		# shellcheck disable=SC2086
		run -143 $way nsinit -- sh -c 'kill -TERM $$'
		# shellcheck disable=SC2086
		run -137 $way nsinit -- sh -c 'kill -KILL $$'
		# shellcheck disable=SC2086
		fails 127 "nsinit: run 'no-such': No such file or directory" $way nsinit no-such
		# shellcheck disable=SC2086
		fails 126 "nsinit: run '/etc/passwd': Permission denied" $way nsinit /etc/passwd
	done
}

@test "it is process 1, PROG its child" {
	run -0 as_user nsnew -a -- nsinit -- sh -c 'echo $$ $PPID; cat /proc/1/comm'
	[ "$output" = $'2 1\nnsinit' ]
}

@test "orphans are reaped, and no zombie is left, also of many that end at once" {
	local way

	for way in "${each_way[@]}"; do
		[[ $way == '' || $(id -u) == 0 ]] || continue
		start "$way" -- sh -c "for i in \$(seq 100); do (sleep 0.2 & exit) & done; wait
			(exec sleep 60) & $(waiting '')"
		none_left() { [ "$(pgrep -c -P "$init" || :)" = 1 ]; }
		wait_for none_left
		run ! pgrep -P "$init" -r Z
		kill -KILL "$prog"
		ends 137
	done
}

@test "every signal that can be caught is passed on" {
	requires root
	local way sig

	for way in "${each_way[@]}"; do
		start "$way" -- bash -c "for sig in {1..31} {34..64}; do
				case \$sig in 9 | 17 | 19) ;; *) trap \"echo \$sig >>got\" \$sig ;; esac
			done; $(waiting '')"
		for sig in {1..31} {34..64}; do
			case $sig in 9 | 17 | 19) continue ;; esac
			kill -"$sig" "$init"
			wait_for grep -sqx "$sig" got
		done
		kill -KILL "$prog"
		ends 137
		rm got
	done
}

@test "-s rewrites a signal, or drops it" {
	requires root
	local way

	for way in "${each_way[@]}"; do
		start "$way" -s TERM:QUIT --rewrite SIGHUP:0 -s 10:35 -- bash -c "
			trap 'echo hup >>got' HUP; trap 'echo rt >>got' 35; $(waiting 'trap "exit 3" QUIT')"
		kill -HUP "$init"
		kill -USR1 "$init"
		wait_for grep -sqx rt got
		kill -TERM "$init"
		ends 3
		[ "$(cat got)" = rt ]
		rm got
	done
}

@test "when PROG has ended the rest gets TERM, and those that don't mind KILL after the grace" {
	requires root
	local way begin end

	for way in "${each_way[@]}"; do
		begin=${EPOCHREALTIME/./}
		start "$way" --grace 1 -- sh -c "
			(trap 'echo term >>got; exit' TERM; : >trap; while :; do sleep 0.02; done) &
			(trap '' TERM; echo >deaf; exec sleep 61) &
			until [ -e trap ] && [ -e deaf ]; do sleep 0.02; done
			: >$up; exit 4"
		ends 4
		end=${EPOCHREALTIME/./}
		[ "$(cat got)" = term ]
		((end - begin >= 1000000 && end - begin < 4000000))
		rm got trap deaf
	done
	[ -z "$(pgrep -x -f 'sleep 61')" ]
}

@test "who heeds TERM needs no grace, and a stopped one heeds it too" {
	requires root
	local way

	for way in "${each_way[@]}"; do
		# shellcheck disable=SC2086
		run -0 timeout 4 $way nsinit --grace 60 -- sh -c '
			sleep 62 & kill -STOP $!; (sleep 62 & (sleep 62 & sleep 62)) & sleep 0.1'
	done
	[ -z "$(pgrep -x -f 'sleep 62')" ]
}

@test "a second signal ends the grace" {
	requires root
	local way

	for way in "${each_way[@]}"; do
		start "$way" --grace 60 -- sh -c "(trap '' TERM; : >$up; exec sleep 63) & wait"
		kill -TERM "$init"
		wait_for gone "$prog"
		alive "$init"
		kill -TERM "$init"
		ends 143
	done
	[ -z "$(pgrep -x -f 'sleep 63')" ]
}

@test "--grace 0: KILL at once" {
	requires root
	local way

	for way in "${each_way[@]}"; do
		# shellcheck disable=SC2086
		run -0 timeout 4 $way nsinit --grace 0 -- sh -c "
			(trap 'echo term >>got' TERM; : >up; sleep 64; sleep 64) & until [ -e up ]; do sleep 0.01; done"
		[ ! -e got ]
		rm up
	done
}

@test "where it isn't process 1, nobody but its own descendants is ended" {
	local outside

	spawn sleep 65
	outside=$pid
	run -0 nsinit --grace 0 -- sh -c 'sleep 66 & (sleep 66 &) '
	[ -z "$(pgrep -x -f 'sleep 66')" ]
	alive "$outside"
	# Not even where /proc shows other numbers than ours.
	requires root
	run -0 nsnew -p -- sh -c 'nsinit --grace 0 true; echo $?'
	[ "$output" = 0 ]
	alive "$outside"
}

@test "who was sent into the pid namespace from outside has the grace as well" {
	requires root
	start 'nsnew -mp --' --grace 60 -- sh -c "$(waiting 'trap "exit 3" TERM')"
	local main=$pid

	nsjoin -t "$init" -- sh -c 'cd "$0"; trap "sleep 0.3; echo done >got; exit" TERM
		: >in; while :; do sleep 0.02; done' "$PWD" 3>&- &
	started+=($!)
	wait_for test -e in
	kill -TERM "$init"
	wait "$main" || [ $? = 3 ]
	grep -qx 'done' got
}

@test "the caller's SIGCHLD ignored and TERM blocked: no hang, and PROG gets them as they were" {
	local way
	local caller=(env --ignore-signal=CHLD --ignore-signal=USR1 --block-signal=TERM)
	local see=(grep -E '^Sig(Blk|Ign)' /proc/self/status)

	for way in 'as_user nsnew -a --' 'as_user'; do
		# shellcheck disable=SC2086
		[ "$($way "${caller[@]}" nsinit "${see[@]}")" = "$("${caller[@]}" "${see[@]}")" ]
		# shellcheck disable=SC2086
		run -7 $way timeout 10 "${caller[@]}" nsinit -- sh -c 'exit 7'
	done
	requires root
	spawn env --block-signal=TERM nsinit sleep 60
	child_named "$pid" sleep
	kill -TERM "$pid" # PROG has it blocked
	wait_for grep -q 'ShdPnd:.*4000$' "/proc/$child/status"
	kill -KILL "$child"
	ends 137
}

@test "it keeps no descriptor, no directory, and less than 100 KiB of private memory" {
	requires root
	local way

	exec 8</dev/null
	for way in "${each_way[@]}"; do
		start "$way" -- sh -c "ls /proc/self/fd >fds; ls /proc/\$PPID/fd >inits; $(waiting '')"
		[ "$(cat fds)" = $'0\n1\n2\n3' ] # 3 is the directory that ls reads
		[[ $(cat inits) == $'0\n1\n2\n'[34] ]] # the last its signals
		[ "$(readlink "/proc/$init/fd/$(tail -1 inits)")" = 'anon_inode:[signalfd]' ]
		[ "$(readlink "/proc/$init/cwd")" = / ]
		expect 'private KiB' '?([0-9])[0-9]' "$(private "$init")"
		kill -KILL "$prog"
		ends 137
	done
	exec 8<&-
}

@test "--keep-fd leaves a descriptor to PROG alone" {
	exec 9>&1
	run -0 nsinit --keep-fd 9 -- sh -c 'echo kept >&9; ls /proc/$PPID/fd'
	exec 9>&-
	[[ $output == $'0\n1\n2\n'[34] ]]
}

@test "close_range missing: descriptors are closed one by one" {
	requires root strace
	exec 8</dev/null
	run -0 strace -f -qq -o /dev/null -e trace=close_range -e inject=close_range:error=ENOSYS \
		nsinit -- sh -c 'ls /proc/$PPID/fd; exec ls /proc/self/fd'
	exec 8<&-
	[[ $output == $'0\n1\n2\n'[34]$'\n0\n1\n2\n3' ]]
}

@test "inside a container its file is not the host's, and can't be written" {
	requires root
	local sum

	sum=$(sha256sum "$(type -P nsinit)")
	run -0 nsnew -a -- nsinit -- sh -c '
		(echo x >/proc/1/exe) 2>&1 | grep -o "Read-only file system"; readlink /proc/1/exe
		mount -o remount,bind,rw / 2>/dev/null; (echo x >/proc/1/exe) 2>&1 | grep -o "Read-only file system"'
	[ "$output" = $'Read-only file system\n/\nRead-only file system' ]
	[ "$(sha256sum "$(type -P nsinit)")" = "$sum" ]
}

@test "behind nsroot, in a root with nothing but PROG, and without a /proc" {
	requires root
	local root=$USER_DIR/bare-$BATS_TEST_NUMBER

	install -D /bin/busybox "$root/bin/sh"
	chmod -R a+rX "$root"
	run -3 nsnew -a -- nsroot "$root" -- nsinit -- sh -c 'echo $$ $PPID; (sleep 67 &); exit 3'
	[ "$output" = '2 1' ]
	run -3 as_user nsnew -a -- nsroot "$root" -- nsinit -- nshost web -- sh -c 'uname -n; exit 3'
	[ "$output" = web ]
	# chroot(1) mounts nothing there.
	cp "$(type -P nsinit)" "$root/bin"
	run -3 --separate-stderr timeout 10 nsnew -mp -- chroot "$root" nsinit -- sh -c \
		'echo /proc/*; (trap "" TERM; sleep 68 & sleep 68) & exit 3' <&-
	expect output '/proc/\*' "$output"
	[ -z "$(pgrep -f 'sleep 6[78]')" ]
	rm -r "$root"
}

@test "a stop is mirrored and undone by a continue, where it isn't process 1" {
	spawn nsinit sleep 60
	child_named "$pid" sleep
	kill -STOP "$child"
	wait_for stopped "$pid"
	kill -CONT "$pid"
	wait_for alive "$child"
	wait_for eval "! stopped $child"
	kill -KILL "$child"
	ends 137
}

@test "at a terminal PROG has the foreground, and stops, continues and ends by its keys" {
	requires root script
	local way

	for way in "${each_way[@]}"; do
		open_terminal 'bash --norc --noprofile -i'
		type_in "$way nsinit sleep 69\n"
		wait_for pgrep -x -f 'sleep 69' >/dev/null
		prog=$(pgrep -x -f 'sleep 69')
		wait_for foreground "$prog"
		type_in '\x1a'
		screen Stopped
		wait_for stopped "$prog"
		type_in 'bg\n'
		wait_for eval "! stopped $prog"
		type_in 'echo a''live$((1+1))\n' # the terminal is the shell's
		screen alive2
		type_in 'fg\n' # sends no signal to a running job
		job=$(ps -o ppid= -p "$prog" | tr -d " ")
		[ -z "$way" ] || job=$(ps -o ppid= -p "$job" | tr -d " ")
		wait_for foreground "$job"
		type_in '\x03'
		wait_for gone "$prog"
		type_in 'echo s''tatus=$?\n'
		screen status=130

		type_in "$way nsinit cat\n"
		wait_for eval 'prog=$(pgrep -x -n cat) && foreground $prog'
		type_in '\x1a'
		wait_for stopped "$prog"
		type_in 'fg\n'
		wait_for foreground "$prog"
		type_in 'hel''lo\n\x04'
		screen $'hello\r\nhello'
		type_in 'echo again=$?\n'
		screen again=0
		exec 7>&-
		ends 0
		rm keys screen
	done
}

@test "at a terminal that no shell watches, a stop is nobody's wish" {
	requires root script
	open_terminal 'exec nsinit -- cat'
	wait_for eval 'prog=$(pgrep -x -n cat) && foreground $prog'
	type_in '\x1a'
	type_in 'one\n'
	screen $'one\r\none'
	type_in '\x04'
	exec 7>&-
	ends 0
}

@test "started in the background it doesn't take the terminal" {
	requires root script
	local way

	for way in "${each_way[@]}"; do
		open_terminal 'bash --norc --noprofile -i'
		type_in "$way nsinit sleep 70 &\n"
		wait_for pgrep -x -f 'sleep 70' >/dev/null
		type_in 'echo a''live$((1+1)); kill %1\n'
		screen alive2
		exec 7>&-
		ends 0
		rm keys screen
	done
}

@test "--wd: PROG works there, and in no directory outside of its root" {
	expect 'working directory' /tmp "$(nsnew -a -- nsinit --wd /tmp -- pwd)"
	fails 125 "nsinit: change to the directory '/no/such': No such file" nsinit -w /no/such -- true
	fails 125 "nsinit: change to the directory '/proc/self/fd/8'" \
		sh -c 'exec nsnew -mpr --keep-fd 8 -- nsroot --host --keep-fd 8 -- \
			nsinit --keep-fd 8 -w /proc/self/fd/8 -- pwd 8</'
}

# The line that comes on descriptor 9 of `nsinit --ready 9 ARGS`, or "nothing" where it closes without.
told() {
	{ nsinit --ready 9 "$@" 9>&1 >/dev/null 2>&1 7<&- & } |
		{ read -r line && echo "line$line" || echo nothing; }
}

@test "--ready: a line when PROG has started, while it runs, and none where it can't" {
	expect 'PROG that runs' line "$(told -- sleep 1)"
	expect 'PROG that is missing' nothing "$(told -- /no/such)"
	expect 'PROG that cannot be run' nothing "$(told -- /etc/passwd)"
	expect 'no directory' nothing "$(told -w /no/such -- true)"
	expect 'descriptors of PROG' '0 1 2 3 ' "$(nsinit --ready 9 -- ls /proc/self/fd 9>/dev/null | tr '\n' ' ')"
	fails 125 "nsinit: tell the start on descriptor '77': Bad file descriptor" nsinit --ready 77 true
}

@test "calls that make no sense" {
	fails 125 'nsinit: missing program to run' nsinit
	fails 125 'nsinit: missing program to run' nsinit --
	fails 125 "nsinit: rewrite 'TERM': not of the form FROM:TO" nsinit -s TERM true
	fails 125 "nsinit: rewrite 'SIGTERMINATION-OF:1': not of the form" nsinit -s SIGTERMINATION-OF:1 true
	fails 125 "nsinit: rewrite 'NO:INT': Invalid argument" nsinit -s NO:INT true
	fails 125 "nsinit: rewrite 'INT:': Invalid argument" nsinit -s INT: true
	fails 125 "nsinit: rewrite 'INT:65': Invalid argument" nsinit -s INT:65 true
	fails 125 "nsinit: rewrite '0:INT': Invalid argument" nsinit -s 0:INT true
	fails 125 "nsinit: rewrite 'KILL:INT': nobody can catch KILL" nsinit -s KILL:INT true
	fails 125 "nsinit: rewrite 'CHLD:0': CHLD is what tells nsinit of its children" nsinit -s CHLD:0 true
	fails 125 "nsinit: grace of '1.5' seconds: Invalid argument" nsinit --grace 1.5 true
	fails 125 "nsinit: grace of '-1' seconds: Invalid argument" nsinit --grace -1 true
	fails 125 "nsinit: grace of '99999999' seconds" nsinit --grace 99999999 true
}
