#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsjoin: containers and callers that make it hard, and those that mean harm

load helpers

@test "a pid namespace whose first process has ended" {
	requires root
	hold -mp
	exec 9<"/proc/$box/ns/pid"
	release
	fails 125 'nsjoin: fork into the namespaces: ' nsjoin -t /dev/fd/9 -- true
	expect hint '*: hint: the pid namespace is dead*' "${stderr_lines[1]}"
	exec 9<&-
}

@test "a process that ends while it is joined" {
	requires root
	local i

	for i in {1..30}; do
		box=$(nsnew --hold -mpu 3>&-)
		kill -KILL "$box" &
		run nsjoin -t "$box" -- true
		wait $!
		[[ $status == 0 || $status == 125 || $status == 137 ]] || expect status 125 "$status"
		[ "$status" != 125 ] || expect message 'nsjoin: *' "$output"
		wait_for gone "$box"
	done
}

@test "a container without /proc" {
	requires root
	install -D /bin/busybox "$BATS_TEST_TMPDIR/root/bin/busybox"
	spawn nsnew -mpu -- chroot "$BATS_TEST_TMPDIR/root" /bin/busybox sleep 60
	child_named "$pid" busybox
	started+=("$child")
	[ "$(nsjoin -t "$child" -- /bin/busybox ls /)" = bin ]
	[ "$(nsjoin -t "$child" -- nshost web -- /bin/busybox hostname)" = web ]
	run -7 nsjoin -t "$child" --as-target -- /bin/busybox sh -c 'exit 7'
}

@test "a user namespace whose owner has a process in none: each kind by the way that leads to it" {
	requires root userns
	local who outer net own='/proc/self/ns/net /proc/self/ns/uts /proc/self/ns/user'

	# The upper one owns the network namespace, the lower one the host name.
	spawn as_user nsnew -rn -- sh -c 'readlink /proc/self/ns/user >"$0"
		exec unshare -Uu --map-current-user sleep 60' "$USER_DIR/outer"
	wait_for grep -qx sleep "/proc/$pid/comm"
	outer=$(cat "$USER_DIR/outer")
	net=$(readlink "/proc/$pid/ns/net")
	rm "$USER_DIR/outer"
	for who in as_user env; do
		for handle in "$pid" "/proc/$pid/ns"; do
			# shellcheck disable=SC2086
			[ "$($who nsjoin -t "$handle" -- readlink $own)" = "$(readlink ${own//self/$pid})" ]
			[ "$($who nsjoin -t "$handle" -n -- readlink /proc/self/ns/net)" = "$net" ]
			[ "$($who nsjoin -t "$handle" -n --user-parent -- readlink /proc/self/ns/{net,user})" = \
				"$net"$'\n'"$outer" ]
			[ "$($who nsjoin -t "$handle" --user-parent -- readlink /proc/self/ns/user)" = "$outer" ]
			[ "$($who nsjoin -t "$handle" -U --user-parent -- readlink /proc/self/ns/user)" = "$outer" ]
		done
	done
}

@test "a container of bwrap, whose user namespaces nest" {
	requires root userns bwrap
	local who kinds='/proc/self/ns/net /proc/self/ns/uts /proc/self/ns/mnt /proc/self/ns/user'

	spawn as_user bwrap --ro-bind / / --dev /dev --proc /proc --unshare-user --unshare-net --unshare-uts sleep 60
	child_named "$pid" sleep
	started+=("$child")
	for who in as_user env; do
		for handle in "$child" "/proc/$child/ns"; do
			# shellcheck disable=SC2086
			[ "$($who nsjoin -t "$handle" -- readlink $kinds)" = "$(readlink ${kinds//self/$child})" ]
			[ "$($who nsjoin -t "$handle" -m -- readlink /proc/self/ns/mnt)" = \
				"$(readlink "/proc/$child/ns/mnt")" ]
		done
		[ "$($who nsjoin -t "$child" -- id -u)" = "$(as_user id -u)" ]
	done
}

@test "a container of unshare that maps one id only" {
	requires root userns
	local who

	spawn as_user unshare -Ump --map-user=77 --map-group=78 --fork sleep 60
	child_named "$pid" sleep
	started+=("$child")
	for who in as_user env; do
		[ "$($who nsjoin -t "$child" -- sh -c 'id -u; id -g')" = $'77\n78' ]
		[ "$($who nsjoin -t "$child" -- readlink /proc/self/ns/mnt)" = "$(readlink "/proc/$child/ns/mnt")" ]
	done
}

@test "the message names the one kind that can't be entered, and why" {
	requires root userns
	hold -n
	other=$box
	hold_as_user -ru
	# The host name is the user's, the network root's.
	fails 125 "nsjoin: enter NEWNET of '$box': Operation not permitted" \
		as_user sh -c "exec nsjoin -t $box -u -n=/dev/fd/9 -- true" 9<"/proc/$other/ns/net"
}

@test "a caller in a chroot, without /proc, with /proc hidden" {
	requires root userns
	local root=$BATS_TEST_TMPDIR/root

	install -D /bin/busybox "$root/bin/busybox"
	cp "$(type -P nsjoin)" "$root/bin"
	mkdir "$root/proc"
	hold -u
	fails 125 "nsjoin: open handle '$box': No such file or directory (/proc is not mounted here)" \
		chroot "$root" /bin/nsjoin -t "$box" -- /bin/busybox true
	run -0 nsnew -m -- sh -c 'mount --bind /proc "$1/proc" && exec chroot "$1" /bin/nsjoin -t "$2" -- \
		/bin/busybox readlink /proc/self/ns/uts' - "$root" "$box"
	[ "$output" = "$(readlink "/proc/$box/ns/uts")" ]
	run -125 nsnew -m -- sh -c 'mount -t proc -o hidepid=invisible proc /proc && exec "$@"' - \
		"${user_command[@]}" nsjoin -t "$box" -- true
	expect message "nsjoin: read the namespaces of '$box': * (it has ended, or /proc here hides it)*" "$output"
}

@test "a kernel without time namespaces, and one where setns takes no pidfd" {
	requires root strace
	hold -mpuT
	# The two links of each kind are read by turns, time's last.
	run -0 strace -qqo /dev/null -e trace=readlinkat -e inject=readlinkat:error=ENOENT:when=15 \
		nsjoin -t "$box" -- readlink /proc/self/ns/uts /proc/self/ns/time
	[ "$output" = "$(readlink "/proc/$box/ns/uts" /proc/self/ns/time)" ]
	run -0 strace -qqo /dev/null -e trace=setns -e inject=setns:error=EINVAL:when=1 \
		nsjoin -t "$box" -- readlink /proc/self/ns/uts /proc/self/ns/time
	[ "$output" = "$(readlink "/proc/$box/ns/uts" "/proc/$box/ns/time")" ]
	run -0 strace -qqo /dev/null -e trace=openat2 -e inject=openat2:error=ENOSYS \
		nsjoin -t "$box" --tty -W=/usr -- pwd
	expect directory '/usr*' "$output"
}

@test "standard input, output and error closed: none of ours takes their place" {
	requires root
	hold -mp
	[ "$(nsjoin -t "$box" -- readlink /proc/self/fd/0 <&-)" = /dev/null ]
	run -0 sh -c "nsjoin -t $box -- sh -c 'readlink /proc/self/fd/2 >$BATS_TEST_TMPDIR/two' 2>&-"
	[ "$(cat "$BATS_TEST_TMPDIR/two")" = /dev/null ]
	run -0 sh -c "nsjoin -t $box --tty -- true <&- >&- 2>&-"
}

@test "PROG has the caller's signal mask and dispositions, and no descriptor of ours" {
	requires root
	local how=(env --ignore-signal=CHLD --block-signal=TERM)

	hold -mp
	diff <("${how[@]}" grep -E '^Sig(Blk|Ign)' /proc/self/status) \
		<("${how[@]}" nsjoin -t "$box" -- grep -E '^Sig(Blk|Ign)' /proc/self/status)
	diff <("${how[@]}" grep -E '^Sig(Blk|Ign)' /proc/self/status) \
		<("${how[@]}" nsjoin -t "$box" --tty -- grep -E '^Sig(Blk|Ign)' /proc/self/status | tr -d '\r')
	run -7 timeout 10 "${how[@]}" nsjoin -t "$box" -- sh -c 'exit 7'
	run -7 timeout 10 "${how[@]}" nsjoin -t "$box" --tty -- sh -c 'exit 7'
	[ "$(nsjoin -t "$box" -- sh -c 'exec ls /proc/self/fd')" = $'0\n1\n2\n3' ]
	[ "$(nsjoin -t "$box" --tty --as-target -e -- sh -c 'exec ls -1 /proc/self/fd' | tr -d '\r')" = $'0\n1\n2\n3' ]
	[ "$(nsjoin -t "$box" --keep-fd 7 -- sh -c 'exec ls /proc/self/fd' 7</dev/null)" = $'0\n1\n2\n3\n7' ]
}

# CVE-2016-9962: the moment between arriving and becoming PROG.
@test "a container's root sees nothing of the host in a process that is joining" {
	requires root
	local root=$BATS_TEST_TMPDIR/root i

	install -D /bin/busybox "$root/bin/busybox"
	mkdir -p "$root/proc" "$root/dev" "$root/sys"
	hold -a
	nsroot -t "$box" "$root"
	spawn nsjoin -t "$box" -- /bin/busybox sh -c '
		echo >/ready
		while [ ! -e /stop ]; do
			for p in /proc/[0-9]*; do
				for f in $p/root $p/cwd $p/fd/*; do
					[ ! -e $f/etc/passwd ] && [ ! -e $f/../etc/passwd ] && [ ! -e $f/stat ] ||
						echo "$f" >>/seen
				done
			done
			echo >>/rounds
		done 2>/dev/null'
	wait_for test -e "/proc/$box/root/ready"
	# shellcheck disable=SC2034
	for i in {1..200}; do
		nsjoin -t "$box" -- /bin/busybox true </dev/null >/dev/null
	done
	[ "$(wc -l <"/proc/$box/root/rounds")" -gt 100 ]
	expect seen '' "$(cat "/proc/$box/root/seen" 2>/dev/null || :)"
	# It would have: here is a descriptor that leads out.
	timeout 10 nsjoin -t "$box" --keep-fd 8 -- /bin/busybox sh -c 'until [ -e /seen ]; do :; done' 8</
	touch "/proc/$box/root/stop"
}

# CVE-2024-21626: a descriptor of the caller's that leads out.
@test "a directory that the caller left open isn't open for PROG" {
	requires root
	install -D /bin/busybox "$BATS_TEST_TMPDIR/root/bin/busybox"
	mkdir -p "$BATS_TEST_TMPDIR/root/proc"
	hold -a
	nsroot -t "$box" "$BATS_TEST_TMPDIR/root"
	exec 8</
	run ! nsjoin -t "$box" -- /bin/busybox ls /proc/self/fd/8/etc/shadow
	run -0 nsjoin -t "$box" --keep-fd 8 -- /bin/busybox ls /proc/self/fd/8/etc/shadow
	exec 8<&-
}
