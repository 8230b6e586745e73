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
	fails 125 "nsjoin: one -t HANDLE is enough: '2' is a second" nsjoin -t $$ -t 2 -- true
	fails 125 'nsjoin: -w and -W both set the working directory' nsjoin -t $$ -w=/ -W=/ -- true
	fails 125 'nsjoin: --preserve-credentials leaves nothing' nsjoin -t $$ --preserve-credentials -S 0 -- true
	fails 125 'nsjoin: --as-target leaves nothing' nsjoin -t $$ --as-target --keep-caps -- true
	fails 125 'nsjoin: --tty needs a process that stays outside' nsjoin -t $$ --tty -F -- true
	fails 125 'nsjoin: -W takes its directory as -W=/tmp: ' nsjoin -t $$ -W /tmp
	fails 125 'nsjoin: -r takes its directory as -r=/tmp: ' nsjoin -t $$ -r /tmp true
	fails 125 "nsjoin: socket descriptor 'x': Invalid argument" nsjoin -t $$ -N x -- true
	fails 125 "is no process to take anything else from" nsjoin -n=/proc/self/ns/net -e -- true
	fails 125 "nsjoin: '/proc/self/ns/net' has no NEWNS to enter" nsjoin -t /proc/self/ns/net -m -- true
	fails 125 "no process to take the root directory from" nsjoin -n=/proc/self/ns/net -r -- true
	fails 125 'nsjoin: -N is for a process' nsjoin -t /proc/self/ns/net -N 0 -- true
	fails 125 'nsjoin: --for-children is for a process' nsjoin -t /proc/self/ns/net --for-children -- true
}

@test "ids are numbers, strictly, or follow" {
	local word

	for word in '' x 1: -1 4294967295 0x0 ' 1' follows; do
		fails 125 "nsjoin: user '$word': " nsjoin -t $$ -S "$word" -- true
		fails 125 "nsjoin: group '$word': " nsjoin -t $$ -G "$word" -- true
	done
}

@test "without PROG it is the shell, as a login shell" {
	requires root
	hold -u
	[ "$(echo 'echo $0; readlink /proc/self/ns/uts' | SHELL=/bin/sh nsjoin -t "$box")" = \
		$'-sh\n'"$(readlink "/proc/$box/ns/uts")" ]
}

@test "a kind from a file, with and without a handle" {
	requires root
	local net uts

	hold -n
	net=$(readlink "/proc/$box/ns/net")
	[ "$(nsjoin -n="/proc/$box/ns/net" -- readlink /proc/self/ns/net)" = "$net" ]
	[ "$(nsjoin -n/proc/"$box"/ns/net -- readlink /proc/self/ns/net)" = "$net" ]
	[ "$(nsjoin --net="/proc/$box/ns/net" -- readlink /proc/self/ns/net)" = "$net" ]
	other=$box
	hold -nu
	uts=$(readlink "/proc/$box/ns/uts")
	[ "$(nsjoin -t "$box" -a -n="/proc/$other/ns/net" -- readlink /proc/self/ns/net /proc/self/ns/uts)" = \
		"$net"$'\n'"$uts" ]
	[ "$(nsjoin -t "$box" -u -n="/proc/$other/ns/net" -- readlink /proc/self/ns/net /proc/self/ns/uts)" = \
		"$net"$'\n'"$uts" ]
	fails 125 "nsjoin: open net namespace '/proc/$box/ns/uts': Invalid argument (a namespace of another kind)" \
		nsjoin -n="/proc/$box/ns/uts" -- true
	fails 125 "nsjoin: open net namespace '/etc/passwd': Invalid argument (not a namespace file)" \
		nsjoin -n=/etc/passwd -- true
	fails 125 "nsjoin: open net namespace 'no-such': No such file or directory" nsjoin -n=no-such -- true
}

# The number that ioctl NS_GET_ID tells of a namespace file.
ns_id() {
	perl -e 'open F, "<", $ARGV[0] or exit 1; my $id = "\0" x 8;
		ioctl F, 0x8008b70d, $id or exit 1; print unpack "Q", $id' "$1"
}

@test "a kind by the kernel's number for it" {
	requires root perl
	ns_id /proc/self/ns/net >/dev/null || skip 'needs Linux 6.18'
	hold -nu
	[ "$(nsjoin -n=":$(ns_id "/proc/$box/ns/net")" -- readlink /proc/self/ns/net)" = \
		"$(readlink "/proc/$box/ns/net")" ]
	fails 125 "nsjoin: open net namespace ':99999999': Stale file handle (no process" nsjoin -n=:99999999 -- true
	fails 125 "nsjoin: open net namespace ':': Invalid argument (not the number" nsjoin -n=: -- true
	fails 125 "nsjoin: open net namespace ':1x': Invalid argument (not the number" nsjoin -n=:1x -- true
	# That of another kind.
	fails 125 "nsjoin: open net namespace ':" nsjoin -n=":$(ns_id "/proc/$box/ns/uts")" -- true
}

@test "the network namespace of a socket" {
	requires root perl
	hold -n
	# The socket is made in there, the process is outside.
	spawn perl -e 'require "syscall.ph" if 0; use Socket; open N, "<", "/proc/$ARGV[0]/ns/net";
		open O, "<", "/proc/self/ns/net"; syscall 308, fileno N, 0; socket S, PF_INET, SOCK_DGRAM, 0;
		syscall 308, fileno O, 0; $^F = 9; $0 = "sock" . fileno S; sleep 60' "$box"
	[ "$(uname -m)" = x86_64 ] || skip 'knows setns by its number on x86-64'
	wait_for grep -q ^sock "/proc/$pid/cmdline"
	fd=$(tr -d '\0' <"/proc/$pid/cmdline" | tr -dc 0-9)
	[ "$(readlink "/proc/$pid/ns/net")" = "$(readlink /proc/self/ns/net)" ]
	[ "$(nsjoin -t "$pid" -N "$fd" -- readlink /proc/self/ns/net)" = "$(readlink "/proc/$box/ns/net")" ]
	fails 125 "nsjoin: open the network namespace of socket 77 of '$pid': Bad file descriptor" \
		nsjoin -t "$pid" -N 77 -- true
	fails 125 "nsjoin: open the network namespace of socket 0 of '$pid': " nsjoin -t "$pid" -N 0 -- true
}

@test "the namespaces of the target's children" {
	requires root
	spawn unshare -p sh -c 'sleep 60 & exec sleep 61'
	wait_for pgrep -P "$pid" -f 'sleep 60' >/dev/null
	child=$(pgrep -P "$pid")
	started+=("$child")
	[ "$(nsjoin -t "$pid" -p -- readlink /proc/self/ns/pid)" = "$(readlink /proc/self/ns/pid)" ]
	[ "$(nsjoin -t "$pid" -p --for-children -- readlink /proc/self/ns/pid)" = \
		"$(readlink "/proc/$child/ns/pid")" ]
	[ "$(nsjoin -t "$pid" --for-children -- readlink /proc/self/ns/pid)" = "$(readlink "/proc/$child/ns/pid")" ]
}

@test "the children's namespace before there is a child" {
	requires root
	spawn unshare -p sleep 61
	wait_for grep -qx sleep "/proc/$pid/comm"
	fails 125 "nsjoin: open the namespaces of the children of '$pid': No such file or directory" \
		nsjoin -t "$pid" -p --for-children -- true
}

@test "user and group by number, or the target's" {
	requires root
	hold -m
	run -0 setpriv --groups 4,24 nsjoin -t "$box" -S 1234 -G 2345 -- sh -c 'id -u; id -g; id -G'
	[ "$output" = $'1234\n2345\n2345' ]
	run -0 setpriv --groups 4,24 nsjoin -t "$box" -S 1234 -- sh -c 'id -u; id -g; id -G'
	[ "$output" = $'1234\n0\n0 4 24' ]
	spawn nsnew -u -- setpriv --reuid 1234 --regid 2345 --clear-groups sleep 60
	wait_for grep -qx sleep "/proc/$pid/comm"
	[ "$(nsjoin -t "$pid" -S follow -G follow -- sh -c 'id -u; id -g')" = $'1234\n2345' ]
	[ "$(nsjoin -t "$pid" -G follow -- sh -c 'id -u; id -g')" = $'0\n2345' ]
}

# Outside they are 1 and 2, say, inside 0: what is to be followed is what the target sees.
@test "the target's ids are those inside its user namespace" {
	requires root userns
	hold_as_user -ac
	who=$(as_user id -u)
	[ "$(nsjoin -t "$box" -S follow -G follow -- id -u)" = "$who" ]
	release
	hold_as_user -ar
	[ "$(nsjoin -t "$box" -S follow -G follow -- id -u)" = 0 ]
	fails 125 'nsjoin: become user 77: Invalid argument' nsjoin -t "$box" -S 77 -- true
}

@test "an ordinary user's container with setgroups denied needs no special option" {
	requires userns
	hold_as_user -Ur
	[ "$(cat "/proc/$box/setgroups")" = deny ]
	[ "$(as_user nsjoin -t "$box" -U -- id -u)" = 0 ]
	[ "$(as_user nsjoin -t "$box" -U -S 0 -G 0 -- sh -c 'id -u; id -g')" = $'0\n0' ]
	[ "$(as_user nsjoin -t "$box" -U --preserve-credentials -- id -u)" = 0 ]
}

@test "credentials are preserved, also where nobody inside is that" {
	requires root userns
	hold_as_user -ar
	[ "$(nsjoin -t "$box" --preserve-credentials -- id -u)" = 65534 ]
	[ "$(nsjoin -t "$box" -- id -u)" = 0 ]
}

@test "no inheritable or ambient capability, unless they are kept" {
	requires root capsh
	hold -u
	run -0 capsh --inh=cap_chown -- -c "nsjoin -t $box -- grep CapInh /proc/self/status"
	[ "$output" = $'CapInh:\t0000000000000000' ]
	[ "$(nsjoin -t "$box" -S 1000 -- sed -n 's/^CapEff:\t//p' /proc/self/status)" = 0000000000000000 ]
	[ "$(nsjoin -t "$box" -S 1000 --keep-caps -- sed -n 's/^CapEff:\t//p' /proc/self/status)" = \
		"$(sed -n 's/^CapPrm:\t//p' /proc/self/status)" ]
}

@test "root and working directory: the target's, the caller's, one inside" {
	requires root
	local root=$BATS_TEST_TMPDIR/root

	install -D /bin/busybox "$root/busybox"
	mkdir -p "$root/inner/most" "$root/etc"
	spawn unshare -u --root="$root" --wd=/inner /busybox sleep 60
	wait_for grep -qx busybox "/proc/$pid/comm"
	[ "$(nsjoin -t "$pid" -u -- pwd)" = "$PWD" ]
	[ "$(nsjoin -t "$pid" -u -r -- /busybox pwd)" = / ]
	[ "$(nsjoin -t "$pid" -u -r -w -- /busybox pwd)" = /inner ]
	[ "$(nsjoin -t "$pid" -u -r -W=/inner/most -- /busybox pwd)" = /inner/most ]
	[ "$(nsjoin -t "$pid" -u -r="$root/inner/.." -w="$root/inner" -- /busybox pwd)" = /inner ]
	[ "$(cd /etc && nsjoin -t "$pid" -u -r -W -- /busybox pwd)" = /etc ]
	[ "$(nsjoin -t "$pid" -u -w=/usr -- pwd)" = /usr ]
	run -0 --separate-stderr nsjoin -t "$pid" -u -r -w=/usr -- /busybox true
	expect hint "nsjoin: hint: '/usr' lies outside of PROG's root directory*" "$stderr"
	fails 125 "nsjoin: open directory '/no-such': No such file" nsjoin -t "$pid" -u -r=/no-such -- true
	fails 125 "nsjoin: enter the working directory: No such file" nsjoin -t "$pid" -u -r -W=/no-such -- true
}

# What the container put there may lead to what we hold open ourselves.
@test "a working directory inside that leads outside is refused" {
	requires root
	local root=$BATS_TEST_TMPDIR/root fd

	install -D /bin/busybox "$root/bin/busybox"
	mkdir -p "$root/proc"
	hold -a
	nsroot -t "$box" "$root"
	for fd in 3 4 5 6 7 8 9; do
		ln -sf "/proc/self/fd/$fd" "$root/link"
		fails 125 'nsjoin: enter the working directory: ' nsjoin -t "$box" -W=/link -- /bin/busybox pwd
		fails 125 'nsjoin: enter the working directory: ' \
			nsjoin -t "$box" -W="/proc/self/fd/$fd" -- /bin/busybox pwd
	done
	ln -sfn /../../../bin "$root/link"
	[ "$(nsjoin -t "$box" -W=/link -- /bin/busybox pwd)" = /bin ]
}

@test "the environment is the target's, but for the toolkit" {
	requires root
	spawn env -i A=1 "B=two words" NSKIT_TOOLKIT==0 PATH=/usr/bin:/bin unshare -u sleep 60
	wait_for grep -qx sleep "/proc/$pid/comm"
	[ "$(C=3 nsjoin -t "$pid" -e -- env | sort)" = $'A=1\nB=two words\nPATH=/usr/bin:/bin' ]
	C=3 nsjoin -t "$pid" -- env | grep -qx C=3
	[ "$(C=3 nsjoin -t "$pid" -e -- nshost web -- uname -n)" = web ]
}

@test "without a fork PROG stays outside of the pid namespace, and its children don't" {
	requires root
	hold -p
	[ "$(nsjoin -t "$box" -F -- readlink /proc/self/ns/pid_for_children)" = "$(readlink "/proc/$box/ns/pid")" ]
	[ "$(nsjoin -t "$box" -F -- sh -c 'readlink /proc/$$/ns/pid')" = "$(readlink /proc/self/ns/pid)" ]
}

@test "an SELinux context is refused where there is no SELinux" {
	grep -qw selinuxfs /proc/filesystems && skip 'has SELinux'
	fails 125 'nsjoin: this kernel has no SELinux' nsjoin -t $$ -Z -- true
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
