#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsjoin: into namespaces that exist

load helpers

namespaces() {
	readlink "/proc/$1/ns/"{user,cgroup,ipc,uts,net,pid,mnt,time}
}

joined='readlink /proc/self/ns/user /proc/self/ns/cgroup /proc/self/ns/ipc /proc/self/ns/uts
	/proc/self/ns/net /proc/self/ns/pid /proc/self/ns/mnt /proc/self/ns/time'

@test "by default PROG is in every namespace of the handle" {
	requires root
	local kinds

	for kinds in -a -aU -u -nm; do
		hold $kinds
		# shellcheck disable=SC2086
		[ "$(nsjoin -t "$box" -- ${joined//$'\n'/ })" = "$(namespaces "$box")" ]
		release
	done
}

@test "an ordinary user's container is joined by its owner and by root, as its root" {
	requires root userns
	local who

	hold_as_user -a
	for who in as_user env; do
		# shellcheck disable=SC2086
		[ "$($who nsjoin -t "$box" -- ${joined//$'\n'/ })" = "$(namespaces "$box")" ]
		[ "$($who nsjoin -t "$box" -- sh -c 'id -u; id -g')" = $'0\n0' ]
		$who nsjoin -t "$box" -- mount -t tmpfs none /mnt
	done
}

@test "a container that maps only the user's own id keeps it" {
	requires userns
	hold_as_user -ac
	[ "$(as_user nsjoin -t "$box" -- id -u)" = "$(as_user id -u)" ]
}

# Else the container's code would run as the host's root, whom it doesn't map.
@test "root in a user's container is never the host's root, nor in its groups" {
	requires root userns
	local how handle

	for how in -a -ac; do
		hold_as_user $how
		for handle in "$box" "/proc/$box/ns"; do
			run -0 setpriv --groups 0,6,42 nsjoin -t "$handle" -- grep ^Groups /proc/self/status
			expect groups $'Groups:*([[:space:]])' "$output"
			run -1 setpriv --groups 0,6,42 nsjoin -t "$handle" -- cat /etc/shadow
			expect refusal '*Permission denied*' "$output"
		done
		release
	done
	hold_as_user -U
	fails 125 "nsjoin: become root in the user namespace of '$box': Operation not permitted (it maps no ids)" \
		nsjoin -t "$box" -- true
}

@test "letters choose: only those kinds are entered" {
	requires root
	hold -a
	[ "$(nsjoin -t "$box" -n -- readlink /proc/self/ns/net)" = "$(readlink "/proc/$box/ns/net")" ]
	[ "$(nsjoin -t "$box" -n -- readlink /proc/self/ns/uts)" = "$(readlink /proc/self/ns/uts)" ]
	[ "$(nsjoin -t "$box" --uts -i -- readlink /proc/self/ns/ipc)" = "$(readlink "/proc/$box/ns/ipc")" ]
}

@test "a kind that is ours already is no error" {
	requires root
	hold -u
	nsjoin -t "$box" -n -- true
	nsjoin -t "$box" -aU -- true
	nsjoin -t $$ -- true
}

@test "the target's root and working directory become PROG's" {
	requires root
	mkdir -p "$BATS_TEST_TMPDIR/root/inner"
	cp /bin/busybox "$BATS_TEST_TMPDIR/root/busybox"
	spawn nsnew -m -- unshare --root="$BATS_TEST_TMPDIR/root" --wd=/inner /busybox sleep 60
	wait_for grep -qx busybox "/proc/$pid/comm"
	[ "$(nsjoin -t "$pid" -- /busybox pwd)" = /inner ]
	[ "$(nsjoin -t "$pid" -- /busybox ls /)" = $'busybox\ninner' ]
}

@test "a working directory from before the root changed is not taken over" {
	requires root
	install -D /bin/busybox "$BATS_TEST_TMPDIR/root/bin/busybox"
	hold -a
	spawn nsjoin -t "$box" -- sh -c 'cd /etc && exec sleep 60'
	child_named "$pid" sleep
	nsroot -t "$box" "$BATS_TEST_TMPDIR/root"
	[ "$(nsjoin -t "$child" -- /bin/busybox pwd)" = / ]
	[ "$(nsjoin -t "$child" -- /bin/busybox ls .)" = "$(nsjoin -t "$box" -- /bin/busybox ls /)" ]
}

@test "with the pid namespace PROG is a child in it" {
	requires root
	hold -mp
	expect pid '[2-9]*' "$(nsjoin -t "$box" -- sh -c 'echo $$')"
	run -7 nsjoin -t "$box" -- sh -c 'exit 7'
	run -143 nsjoin -t "$box" -- sh -c 'kill -TERM $$'
}

@test "signals to nsjoin reach PROG" {
	requires root
	hold -mp
	spawn nsjoin -t "$box" -- sleep 60
	child_named "$pid" sleep
	kill -TERM "$pid"
	ends 143
	wait_for gone "$child"
}

@test "a handle as a file: /proc/PID/ns/net, a descriptor, a name of ip-netns" {
	requires root ip
	hold -n
	local there

	there=$(readlink "/proc/$box/ns/net")
	[ "$(nsjoin -t "/proc/$box/ns/net" -- readlink /proc/self/ns/net)" = "$there" ]
	[ "$(nsjoin -t "/proc/$box/ns" -- readlink /proc/self/ns/net)" = "$there" ]
	exec 9<"/proc/$box/ns/net"
	[ "$(nsjoin -t /dev/fd/9 -- readlink /proc/self/ns/net)" = "$there" ]
	exec 9<&-
	# In a mount namespace of its own, the host keeps its /run.
	run -0 nsnew -mn -- sh -c 'mount -t tmpfs none /run && ip netns add blue &&
		nsjoin -t blue -- readlink /proc/self/ns/net &&
		stat -c "net:[%i]" /run/netns/blue'
	[ "${lines[0]}" = "${lines[1]}" ]
}

@test "a handle as a file of an ordinary user's container" {
	requires userns
	hold_as_user -a
	as_user nshost -t "/proc/$box/ns/uts" web
	[ "$(as_user nshost -t "/proc/$box/ns")" = web ]
}

@test "a handle by name: a file that holds PID:INODE" {
	requires userns
	hold_as_user --id -ru
	mkdir -p "$USER_DIR/nskit"
	echo "$box" >"$USER_DIR/nskit/web"
	chmod -R a+rX "$USER_DIR/nskit"
	[ "$(as_user nsjoin -t web -- readlink /proc/self/ns/uts)" = "$(readlink "/proc/${box%:*}/ns/uts")" ]
	echo "${box%:*}:1" >"$USER_DIR/nskit/web"
	fails 125 "handle is stale: 'web'" as_user nsjoin -t web -- true
	rm -r "$USER_DIR/nskit"
}

@test "a process number that has passed to another process is refused" {
	requires root

	hold --id -mpu
	# Inside a pid namespace the next number can be chosen.
	run -0 nsjoin -t "$box" -- sh -c '
		sleep 60 & old=$!
		exec 9<"/proc/$old/ns/uts"
		kill $old; wait $old
		echo $((old - 1)) >/proc/sys/kernel/ns_last_pid
		sleep 60 & [ $! = $old ] || exit 9
		nsjoin -t $old:1 -- true
		echo $?
		kill $!'
	expect answer "*handle is stale: '*:1' names a process that is gone*125" "$output"
}

@test "filter: - is the first line of standard input, and PROG gets another" {
	requires root
	hold -u
	run -0 sh -c 'printf "%s\nmore\n" "$1" | nsjoin -t - -- readlink /proc/self/fd/0 /proc/self/ns/uts' - "$box"
	[ "$output" = /dev/null$'\n'"$(readlink "/proc/$box/ns/uts")" ]
	fails 125 'nsjoin: no handle on standard input' nsjoin -t - -- true </dev/null
}

@test "our own programs run in a container that has none of them" {
	requires root userns
	local who

	install -D /bin/busybox "$USER_DIR/root/bin/busybox"
	mkdir -p "$USER_DIR/root/"{proc,sys,dev}
	chmod -R a+rX "$USER_DIR/root"
	hold_as_user -a
	as_user nsroot -t "$box" "$USER_DIR/root"
	for who in as_user env; do
		[ "$($who nsjoin -t "$box" -- nshost a -- nshost b -- /bin/busybox hostname)" = b ]
		[ "$($who nsjoin -t "$box" -- nshost a -- nsnew -u -- nshost c -- /bin/busybox hostname)" = c ]
		run -0 "$who" nsjoin -t "$box" -- nshost a -- /bin/busybox sh -c 'exec /bin/busybox ls /proc/self/fd'
		[ "$output" = $'0\n1\n2\n3' ]
		$who nsjoin -t "$box" -- nshost a -- /bin/busybox env | grep NSKIT && return 1
	done
	rm -r "$USER_DIR/root"
}

# A container's root keeps a program of ours open that ran in it, and writes to it when it has ended.
@test "the host's programs can't be written from a container that one of them ran in" {
	requires root
	local sum

	sum=$(sha256sum <"$(type -P nsnew)")
	install -D /bin/busybox "$BATS_TEST_TMPDIR/root/bin/busybox"
	hold -a
	nsroot -t "$box" "$BATS_TEST_TMPDIR/root"
	# nsnew waits in the container for its PROG; its number there comes last in NSpid.
	spawn nsjoin -t "$box" -- nsnew -p -- /bin/busybox sleep 60
	child_named "$pid" nsnew
	ours=$(sed -n 's/^NSpid:.*\t//p' "/proc/$child/status")
	run -0 nsjoin -t "$box" -- /bin/busybox sh -c '
		exec 7<"/proc/$1/exe"
		/bin/busybox kill -KILL "$1"
		while [ -e "/proc/$1/exe" ]; do :; done
		echo x >/proc/self/fd/7; :' - "$ours"
	expect refusal '*Read-only file system*' "$output"
	[ "$sum" = "$(sha256sum <"$(type -P nsnew)")" ]
}

@test "no permission: which namespaces, and what to do" {
	requires root userns
	hold -u
	fails 125 "nsjoin: read the namespaces of '$box': Permission denied" as_user nsjoin -t "$box" -- true
	expect hint '*must be yours*' "${stderr_lines[1]}"
}

@test "what is no handle" {
	requires root
	fails 125 "nsjoin: open handle '4194304': No such process" nsjoin -t 4194304 -- true
	fails 125 "nsjoin: open handle '0': Invalid argument" nsjoin -t 0 -- true
	fails 125 "nsjoin: open handle '1:': Invalid argument (not of the form PID:INODE)" nsjoin -t 1: -- true
	fails 125 "nsjoin: open handle '99999999999999999999'" nsjoin -t 99999999999999999999 -- true
	fails 125 "handle is stale: '$$:1'" nsjoin -t $$:1 -- true
	fails 125 "nsjoin: open handle 'no-such': No such file or directory" nsjoin -t no-such -- true
	fails 125 "nsjoin: open handle '': Invalid argument" nsjoin -t '' -- true
	fails 125 "nsjoin: open handle '../x'" nsjoin -t ../x -- true
	fails 125 "nsjoin: open handle '/etc/passwd': Invalid argument (not a namespace file)" \
		nsjoin -t /etc/passwd -- true
	fails 125 "nsjoin: open handle '/etc': Invalid argument (no namespace files in this directory)" \
		nsjoin -t /etc -- true
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	fails 125 'not a namespace file' timeout 5 nsjoin -t "$BATS_TEST_TMPDIR/fifo" -- true
}

@test "calls that make no sense" {
	fails 125 'nsjoin: missing -t HANDLE' nsjoin -- true
}

@test "a /proc of another pid namespace: the handle is our number, not that of /proc" {
	requires root
	# Without a mount namespace of its own, the pid namespace has the /proc of the host.
	run -0 nsnew -p -- sh -c 'nsnew -u -- sleep 60 & sleep=$!
		here=$(readlink /proc/self/ns/uts)
		until [ "$here" != "$(nsjoin -t $sleep -- readlink /proc/self/ns/uts)" ]; do :; done
		nsjoin -t $sleep -- readlink /proc/self/ns/uts
		kill -KILL $sleep'
	[ "$output" != "$(readlink /proc/self/ns/uts)" ]
	expect namespace 'uts:*' "$output"
	# And the other way round: a number that only the /proc here has.
	hold -mp
	fails 125 "nsinfo: open handle '1': " nsenter -t "$box" -m nsinfo -t 1
}

@test "a /proc that is no proc file system is refused" {
	requires root
	fails 125 '/proc is not a proc file system' \
		nsnew -m -- sh -c 'mount -t tmpfs none /proc && mkdir /proc/self /proc/$$ && exec nsjoin -t $$ -- true'
}
