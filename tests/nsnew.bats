#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsnew: new namespaces for a program, or held open

load helpers

# The kinds in which /proc/PID/ns of two processes differ.
differing() {
	local kind

	for kind in user cgroup ipc uts net pid mnt time; do
		[ "$(readlink "/proc/$1/ns/$kind")" = "$(readlink "/proc/$2/ns/$kind")" ] || echo -n "$kind "
	done
}

@test "each letter makes its kind and no other" {
	requires root
	local pair

	for pair in m:mnt u:uts i:ipc n:net p:pid U:user C:cgroup T:time; do
		hold "-${pair%:*}"
		expect "-${pair%:*}" "${pair#*:} " "$(differing "$box" $$)"
		release
	done
}

@test "long names are those of unshare(1)" {
	requires root
	hold --mount --uts --ipc --net --pid --user --cgroup --time
	expect kinds 'user cgroup ipc uts net pid mnt time ' "$(differing "$box" $$)"
}

@test "-a is all kinds but user for root" {
	requires root
	hold -a
	expect kinds 'cgroup ipc uts net pid mnt time ' "$(differing "$box" $$)"
}

@test "-a adds the user namespace for an ordinary user, who is root there" {
	requires userns
	run -0 as_user nsnew -a -- sh -c 'id -u; id -g; cat /proc/self/setgroups; ls /proc/self/ns | wc -l'
	[ "$output" = $'0\n0\ndeny\n10' ]
	hold_as_user -a
	expect kinds 'user cgroup ipc uts net pid mnt time ' "$(differing "$box" $$)"
}

@test "-a -c keeps the user's own ids" {
	requires userns
	local id gid

	id=$(as_user id -u) gid=$(as_user id -g)
	run -0 as_user nsnew -a -c -- sh -c 'id -u; id -g'
	[ "$output" = "$id"$'\n'"$gid" ]
	run -0 as_user nsnew -c -a -- id -u
	[ "$output" = "$id" ]
}

@test "-r maps exactly one id" {
	requires userns
	run -0 as_user nsnew -r -- sh -c 'wc -l </proc/self/uid_map; tr -s " " </proc/self/uid_map'
	[ "$output" = $'1\n 0 '"$(as_user id -u) 1" ]
}

@test "in the pid namespace PROG is process 1 and sees only its own /proc" {
	requires root
	run -0 nsnew -mp -- sh -c 'echo $$; echo /proc/[0-9]*'
	[ "$output" = $'1\n/proc/1' ]
}

@test "without a mount namespace /proc stays the host's" {
	requires root
	[ "$(nsnew -p -- sh -c 'echo $$')" = 1 ]
	[ "$(nsnew -p -- readlink /proc/self)" != 1 ]
}

@test "mounts made inside don't show outside, also from a shared tree" {
	requires root
	run -0 unshare -m --propagation shared sh -c '
		nsnew -m -- mount -t tmpfs none /mnt
		grep -c " /mnt " /proc/self/mountinfo || :'
	[ "$output" = 0 ]
}

@test "lo is up in the network namespace" {
	requires root ip
	run -0 nsnew -n -- ip -br link
	expect interfaces 'lo *LOOPBACK,UP*' "$output"
	expect 'interfaces of a user' 'lo *LOOPBACK,UP*' "$(as_user nsnew -rn -- ip -br link)"
}

@test "clock offsets are seen inside, and need a time namespace" {
	requires root
	local up inside

	for form in -T -aT; do
		read -r up _ </proc/uptime
		inside=$(nsnew $form --boottime 1000000 -- cut -d. -f1 /proc/uptime)
		((inside - ${up%.*} >= 1000000 && inside - ${up%.*} < 1000100))
	done
	read -r up _ </proc/uptime
	inside=$(as_user nsnew -rT --boottime -100 -- cut -d. -f1 /proc/uptime)
	((inside - ${up%.*} >= -100 && inside - ${up%.*} < 0))
	fails 125 'clock offsets are for a time namespace: add -T' nsnew -u --monotonic 5 -- true
	fails 125 "nsnew: clock offset '1x': Invalid argument" nsnew -T --monotonic 1x -- true
	fails 125 'set the clocks of the time namespace' nsnew -T --boottime -999999999 -- true
	fails 125 'set the clocks of the time namespace' nsnew -aT --boottime -999999999 -- true
	fails 125 'set the clocks of the time namespace' nsnew --hold -aT --boottime -999999999
}

@test "PROG's status is the status, with and without a pid namespace" {
	requires root
	run -7 nsnew -u -- sh -c 'exit 7'
	run -7 nsnew -p -- sh -c 'exit 7'
	fails 127 "nsnew: run 'no-such-program': No such file or directory" nsnew -p -- no-such-program
	fails 126 "nsnew: run '/etc/passwd': Permission denied" nsnew -p -- /etc/passwd
}

@test "a file without its interpreter can't run, and the hint says so" {
	requires root
	printf '#!/no/such/interpreter\n' >"$BATS_TEST_TMPDIR/script"
	chmod +x "$BATS_TEST_TMPDIR/script"
	fails 126 'No such file or directory' nsnew -u -- "$BATS_TEST_TMPDIR/script"
	expect hint '*its interpreter*' "${stderr_lines[1]}"
}

@test "PROG killed by a signal: nsnew dies of the same" {
	requires root
	local child

	run -137 nsnew -u -- sh -c 'kill -KILL $$'
	spawn nsnew -p -- sleep 60
	child_named "$pid" sleep
	kill -KILL "$child"
	ends 137
}

@test "a signal reaches PROG's handler" {
	requires root
	local sig

	for sig in INT TERM HUP USR1 WINCH; do
		spawn nsnew -mp -- sh -c "trap 'echo $sig >$BATS_TEST_TMPDIR/$sig; exit 3' $sig
			echo >$BATS_TEST_TMPDIR/up
			while :; do sleep 0.05; done"
		wait_for test -e "$BATS_TEST_TMPDIR/up"
		kill -s "$sig" "$pid"
		ends 3
		[ "$(cat "$BATS_TEST_TMPDIR/$sig")" = "$sig" ]
		rm "$BATS_TEST_TMPDIR/up"
	done
}

# The kernel drops for a process 1 what that has no handler for.
@test "a signal that PROG, process 1, has no handler for ends it all the same" {
	requires root
	local sig child

	for sig in TERM INT HUP USR1; do
		spawn nsnew -p -- sleep 60
		child_named "$pid" sleep
		kill -s "$sig" "$pid"
		ends "$((128 + $(kill -l "$sig")))"
		wait_for gone "$child"
	done
}

@test "a PROG that waits for signals by sigwait, as inits do, gets them" {
	requires root
	local up=$BATS_TEST_TMPDIR/up

	# nsnew itself is such a program: a container in a container.
	spawn nsnew -mp -- nsnew -mp -- sh -c "trap 'exit 3' TERM; echo >$up; while :; do sleep 0.05; done"
	wait_for test -e "$up"
	kill -TERM "$pid"
	ends 3
}

@test "a signal that comes while the namespaces are made is not lost" {
	requires root strace
	spawn strace -f -qq -o /dev/null -e trace=move_mount -e inject=move_mount:delay_enter=500000 \
		nsnew -mp -- sleep 60
	child_named "$pid" nsnew
	creator=$child
	child_named "$creator" nsnew
	kill -TERM "$creator"
	wait_for gone "$creator"
}

@test "a stop is mirrored, and undone by a continue" {
	requires root
	local child

	stopped() { [[ $(cut -d' ' -f3 "/proc/$1/stat") == T ]]; }
	spawn nsnew -p -- sleep 60
	child_named "$pid" sleep
	kill -TSTP "$pid"
	wait_for stopped "$child"
	wait_for stopped "$pid"
	kill -CONT "$pid"
	wait_for eval "! stopped $child"
	wait_for eval "! stopped $pid"
	kill -KILL "$child"
	ends 137
}

@test "PROG gets the caller's signal mask and dispositions" {
	requires root
	local how
	local caller=(env --ignore-signal=CHLD --ignore-signal=USR1 --block-signal=TERM)
	local see=(grep -E '^Sig(Blk|Ign)' /proc/self/status)

	for how in -u -p; do
		[ "$("${caller[@]}" nsnew $how -- "${see[@]}")" = "$("${caller[@]}" "${see[@]}")" ]
	done
}

@test "a caller that ignores SIGCHLD gets the status, and no hang" {
	requires root
	run -7 timeout 10 env --ignore-signal=CHLD nsnew -p -- sh -c 'exit 7'
}

@test "PROG gets no descriptor but those kept" {
	requires root
	local how

	exec 8</dev/null 9</dev/null
	for how in -u -p; do
		run -0 nsnew $how --keep-fd 9 -- sh -c 'exec ls /proc/self/fd'
		[ "$output" = $'0\n1\n2\n3\n9' ] # 3 is the directory that ls reads
	done
	exec 8<&- 9<&-
	fails 125 "nsnew: keep descriptor '77': Bad file descriptor" nsnew --keep-fd 77 -u -- true
}

@test "closed standard descriptors are /dev/null, never something else" {
	requires root
	[ "$(nsnew -p -- readlink /proc/self/fd/0 <&-)" = /dev/null ]
	nsnew -mp -- test /proc/self/fd/1 -ef /dev/null >&-
	[ "$(nsnew -p -- readlink /proc/self/fd/2 2>&-)" = /dev/null ]
}

@test "--hold prints the handle of a process that keeps nothing of its caller" {
	requires root
	exec 8</dev/null
	hold -a
	exec 8<&-
	expect handle '+([0-9])' "$box"
	[ "$(cat "/proc/$box/comm")" = nsnew:hold ]
	[ "$(readlink "/proc/$box/fd/"* | sort -u)" = /dev/null ]
	[ "$(ls "/proc/$box/fd")" = $'0\n1\n2' ]
	[ "$(readlink "/proc/$box/cwd")" = / ]
	[ "$(ps -o sid= -p "$box" | tr -d ' ')" = "$box" ]
}

@test "--hold has all in place when the handle is printed" {
	requires userns ip
	for _ in {1..50}; do
		hold_as_user -rnmp
		expect lo 'lo *LOOPBACK,UP*' \
			"$(as_user nsenter -t "$box" -U -n --preserve-credentials ip -br link)"
		[ "$(awk '{print $1, $3}' "/proc/$box/uid_map")" = '0 1' ]
		kill "$box"
	done
}

@test "--id: the handle's inode is that of the process" {
	requires root
	hold --id -u
	expect handle '+([0-9]):+([0-9])' "$box"
	nsinfo -t "$box" >/dev/null
	fails 125 "handle is stale: '${box%:*}:1'" nsinfo -t "${box%:*}:1"
}

@test "TERM ends a holder, and what it held goes" {
	requires root
	local how

	for how in -u -a; do
		hold $how
		kill "$box"
		wait_for gone "$box"
	done
}

@test "the holder, as process 1, reaps orphans" {
	requires root
	hold -mp
	nsenter -t "$box" -m -p sh -c '(sleep 0.01 & exit) & wait'
	zombies() { nsenter -t "$box" -m -p ps -e -o stat= | grep -c ^Z || :; }
	wait_for eval '[ "$(nsenter -t "$box" -m -p ps -e -o comm= | grep -c sleep)" = 0 ]'
	[ "$(zombies)" = 0 ]
}

@test "a handle that can't be told leaves no holder" {
	requires root
	fails 125 'tell the handle' sh -c 'exec nsnew --hold -a >&-'
	fails 125 'tell the handle' sh -c 'exec nsnew --hold -a >/dev/full'
	fails 125 'tell the handle' sh -c 'exec nsnew --hold --id -u >/dev/full'
}

@test "the creator killed before it told the handle: the holder goes too" {
	requires root strace
	# Each read of the creator, which waits for the holder, is made to last; then it is killed.
	spawn strace -qq -o /dev/null -e trace=read -e inject=read:delay_enter=5000000 nsnew --hold -u
	child_named "$pid" nsnew
	creator=$child
	child_named "$creator" nsnew:hold
	kill -KILL "$creator"
	wait_for gone "$child"
}

@test "clone3 hidden by a filter: clone(2) does" {
	requires root strace
	run -0 strace -f -qq -o /dev/null -e trace=clone3 -e inject=clone3:error=ENOSYS \
		nsnew -mp -- sh -c 'echo $$'
	[ "$output" = 1 ]
}

@test "a kernel whose clone3 makes no time namespace: the child makes its own" {
	requires root strace
	local error

	for error in EINVAL:when=1 ENOSYS; do
		run -0 strace -f -qq -o /dev/null -e trace=clone3 -e inject=clone3:error=$error \
			nsnew -a -- readlink /proc/self/ns/time
		[ "$output" != "$(readlink /proc/self/ns/time)" ]
	done
}

@test "close_range missing: descriptors are closed one by one" {
	requires root strace
	exec 8</dev/null
	run -0 strace -f -qq -o /dev/null -e trace=close_range -e inject=close_range:error=ENOSYS \
		nsnew -u -- sh -c 'exec ls /proc/self/fd'
	exec 8<&-
	[ "$output" = $'0\n1\n2\n3' ]
}

@test "-v tells each step" {
	requires root
	run -0 --separate-stderr nsnew -v -mpn -- true
	expect clone '*nsnew?+([0-9])?: clone3(NEWNET|NEWPID|NEWNS) = +([0-9])*' "$stderr"
	expect steps '*mount(/, REC|PRIVATE) = 0*fsmount(proc) = *execve(true)*' "$stderr"
}

@test "an ordinary user without a user namespace: what is missing is said" {
	requires userns
	fails 125 'nsnew: create NEWUTS: Operation not permitted' as_user nsnew -u -- true
	expect hint '*adds -r*' "${stderr_lines[1]}"
	fails 125 'nsnew: create NEWNET|NEWPID: Operation not permitted' as_user nsnew -np -- true
	fails 125 'nsnew: create NEWNET: Operation not permitted' as_user nsnew --hold -n
}

@test "calls that make no sense" {
	fails 125 'nsnew: no namespace to create' nsnew -- true
	fails 125 "nsnew: missing argument of '--name'" nsnew --hold -a --name
	fails 125 'nsnew: --lease is for --hold' nsnew -a --lease -- true
	fails 125 'nsnew: --propagation is for a mount namespace: add -m' nsnew -u --propagation slave -- true
	fails 125 "nsnew: propagation 'x' is none of private, slave" nsnew -m --propagation x -- true
	fails 125 'nsnew: --owner is for a user namespace: add -U' nsnew -m --owner 1:1 -- true
	fails 125 "nsnew: owner '1' is not of the form UID:GID" nsnew -U --owner 1 -- true
	fails 125 "nsnew: setgroups 'x' is neither allow nor deny" nsnew -r --setgroups x -- true
	fails 125 "nsnew: signal 'x' is unknown" nsnew -p --kill-child=x -- true
	fails 125 "nsnew: user '-1': Invalid argument" nsnew -u -S -1 -- true
	fails 125 "nsnew: user '4294967295': " nsnew -u -S 4294967295 -- true
	fails 125 "nsnew: unknown option '-q'" nsnew -aq -- true
	fails 125 "nsnew: unknown or ambiguous option '--bogus'" nsnew --bogus -- true
	fails 125 "nsnew: this option takes no argument: '--hold=x'" nsnew --hold=x
	fails 125 "nsnew: missing argument of '--boottime'" nsnew -T --boottime
	fails 125 "nsnew: unexpected word 'true'" nsnew --hold -a true
	fails 125 'nsnew: --id is for --hold' nsnew -a --id -- true
}

@test "refuses to run setuid, or with file capabilities" {
	requires root setcap
	local name

	for name in nsnew nsjoin nsinfo nsveth nsroot nshost nscap nscgroup nsinit nskill; do
		cp "$(type -P "$name")" "$USER_DIR/$name"
		chown root "$USER_DIR/$name"
		chmod 4755 "$USER_DIR/$name"
		fails 125 "$name: refusing to run setuid" as_user "$USER_DIR/$name" --help
		chmod 755 "$USER_DIR/$name"
		as_user "$USER_DIR/$name" --help >/dev/null
		setcap cap_net_admin+ep "$USER_DIR/$name"
		fails 125 "$name: refusing to run setuid" as_user "$USER_DIR/$name" --help
		rm "$USER_DIR/$name"
	done
}

# A root of busybox and our programs in $root.
small_root() {
	root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root"/{bin,proc,mnt,dev}
	cp /bin/busybox "$PROGRAMS"/* "$root/bin"
}

# "/" there is no mount point, whose propagation could be set; the mounts to keep apart lie above.
@test "in a chroot: mounts are private, the root and the working directory stay" {
	requires root
	small_root
	run -0 unshare -m --propagation shared sh -c '
		chroot "$1" /bin/nsnew -m --wd /mnt -- /bin/busybox sh -c "
			/bin/busybox mount -t tmpfs none /mnt && /bin/busybox ls / && pwd"
		grep -c "$1/mnt" /proc/self/mountinfo || :' - "$root"
	[ "${output//$'\n'/ }" = 'bin dev mnt proc /mnt 0' ]
	# The kernel makes no user namespace there.
	run -125 chroot "$root" /bin/nsnew -r -- true
	expect message $'nsnew: create NEWUSER: Operation not permitted\n*hint: not in a chroot*' "$output"
}

@test "with a /proc that hides others' processes" {
	requires userns
	run -0 nsnew -mp -- sh -c 'mount -o remount,hidepid=2 /proc && exec "$@"' - \
		"${user_command[@]}" sh -c 'nsnew -a -- sh -c "echo \$\$"
			box=$(nsnew --hold -a) && nsjoin -t $box -- id -u && kill $box'
	[ "$output" = $'1\n0' ]
}

@test "a kernel without time namespaces is named" {
	requires root strace
	run -125 nsnew -m -- sh -c 'mount -t tmpfs none /proc && mkdir /proc/self /proc/self/ns &&
		exec strace -qq -o /dev/null -e trace=unshare -e inject=unshare:error=EINVAL nsnew -T -- true'
	expect message $'nsnew: create NEWTIME: Invalid argument\n*hint: this kernel has no time namespaces*' "$output"
}

@test "a shell where PROG is left out, as a login shell; /bin/sh where that isn't there" {
	requires root
	[ "$(echo 'echo $0' | SHELL=/bin/sh nsnew -u)" = -sh ]
	[ "$(echo 'echo $0' | SHELL=/bin/bash nsnew -p)" = -bash ]
	[ "$(echo 'echo $0' | SHELL=/no/such nsnew -u --)" = -sh ]
	[ "$(echo 'echo $0' | env -u SHELL nsnew -u)" = -sh ]
	fails 126 "nsnew: run a shell, '/etc': Permission denied" env SHELL=/etc nsnew -u
}

@test "letters bundle; one takes its file behind = or /" {
	requires root
	[ "$(nsnew -muinp -- sh -c 'echo $$')" = 1 ]
	run -0 nsnew -m -- sh -c 'mount -t tmpfs none /mnt && nsnew -mu=/mnt/a -- true &&
		nsnew -iu/mnt/b -- true && cd /mnt && nsnew -nu=c -- true && ls /mnt'
	[ "$output" = $'a\nb\nc' ]
	fails 125 "nsnew: unknown option '-x'" nsnew -mx -- true
}

@test "an interpreter of the caller's files is there behind a new root, and runs" {
	requires root
	small_root
	printf '#!/bin/sh\n' >"$root/run" && chmod +x "$root/run"
	printf '\177FOO' >"$root/foo" && chmod +x "$root/foo"
	run -0 nsnew -pr -R "$root" -l ':foo:M::\x7fFOO::/bin/busybox:F' -- \
		/bin/busybox sh -c 'echo /proc/sys/fs/binfmt_misc/*; /foo 2>&1 | /bin/busybox head -1'
	expect registered '*/binfmt_misc/foo *' "${lines[0]}"
	expect 'what ran' '*foo: applet not found' "${lines[1]}"
}

@test "the environment: cleared, or but for a list" {
	requires root
	[ "$(A=1 B=2 nsnew -u --clear-env -- /usr/bin/env)" = '' ]
	[ "$(env -i A=1 B=2 C=3 "$(type -P nsnew)" -u --whitelist-env A,C -- /usr/bin/env)" = $'A=1\nC=3' ]
	[ "$(A=1 nsnew -u --setenv C=x=y --clear-env --setenv B= -- /usr/bin/env)" = $'C=x=y\nB=' ]
	[ "$(A=1 B=1 nsnew -u --setenv A=2 --whitelist-env B -- sh -c 'echo $A $B')" = '2 1' ]
	fails 125 "nsnew: variable 'A' is not of the form NAME=VALUE" nsnew -u --setenv A -- true
	fails 125 "nsnew: variable '=A' is not of the form" nsnew -u --setenv =A -- true
	[ "$(env -i AB=1 "$(type -P nsnew)" -u --whitelist-env A -- /usr/bin/env)" = '' ]
	# The links behind are still found.
	[ "$(nsnew -a --clear-env -- nsroot --host -- nshost web -- /bin/uname -n)" = web ]
}

@test "ids and capabilities of PROG" {
	requires root
	local ids

	ids=$(nsnew -u -S 7 -G 8 -- grep -E '^(Uid|Gid|Groups|CapEff)' /proc/self/status | tr -d '\t ')
	[ "$ids" = $'Uid:7777\nGid:8888\nGroups:\nCapEff:0000000000000000' ]
	expect capabilities $'CapEff:\t*1ff*' \
		"$(nsnew -U --map-user 7 --keep-caps -- grep CapEff /proc/self/status)"
	expect capabilities $'CapEff:\t*1ff*' \
		"$(nsnew --map-users all --map-groups all -S 7 --keep-caps -- grep CapEff /proc/self/status)"
}

@test "proc elsewhere, and for the pid namespace that is there" {
	requires root
	small_root
	rmdir "$root/proc"
	[ "$(nsnew -mp -R "$root" -- /bin/busybox sh -c 'echo $$')" = 1 ]
	fails 125 'nsnew: mount proc at /proc: No such file or directory' \
		nsnew -p --mount-proc -R "$root" -- /bin/busybox true
	run -0 nsnew -mp --mount-proc=/mnt -- sh -c '
		ls /mnt | grep -x 1; [ "$(readlink /proc/self)" != 1 ] && echo host'
	[ "$output" = $'1\nhost' ]
	# What "nsenter -p ps" gets wrong.
	hold -mp
	run -0 nsjoin -t "$box" -p -- nsnew --mount-proc -- sh -c 'cat /proc/1/comm'
	[ "$output" = nsnew:hold ]
}
