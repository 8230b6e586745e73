#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsroot: the root of a mount namespace

load helpers

setup() {
	make_root
}

teardown() {
	release
	rm -rf "$root"
}

mounts_inside() {
	local mounts

	mounts=$("$1" nsnew -a -- nsroot --unmasked "$root" -- cat /proc/self/mountinfo |
		cut -d' ' -f5 | sort | tr '\n' ' ')
	[ "$1" = env ] || mounts=${mounts//\/dev\/@(full|null|random|tty|urandom|zero) /}
	expect mounts '/ /dev /dev/mqueue /dev/pts /dev/shm /proc /sys ' "$mounts"
}

@test "chain: DIR is the root, and nothing of the old one is there" {
	shopt -s extglob
	both mounts_inside
	[ "$(nsnew -a -- nsroot "$root" -- cat /etc/name)" = inside ]
	run -0 nsnew -a -- nsroot "$root" -- ls -A /
	[ "$output" = $'bin\ndev\netc\nproc\nsys' ]
}

devices() {
	run -0 "$1" nsnew -a -- nsroot "$root" -- sh -c '
		echo x >/dev/null && cat /dev/null
		busybox head -c 3 /dev/zero | wc -c
		busybox head -c 3 /dev/urandom | wc -c
		busybox head -c 3 /dev/random | wc -c
		echo x 2>/dev/null >/dev/full || echo full
		echo one >/dev/shm/one && cat /dev/shm/one
		echo two | cat /dev/stdin
		(echo three >/dev/fd/1) | cat
		readlink /dev/ptmx; readlink /dev/stderr
		ls /dev'
	[ "$output" = $'3\n3\n3\nfull\none\ntwo\nthree\npts/ptmx\n/proc/self/fd/2
fd\nfull\nmqueue\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero' ]
}

@test "/dev is a small one of its own that works" {
	both devices
}

terminals() {
	run -0 "$1" nsnew -a -- nsroot --host -- script -qc 'tty; ls /dev/pts' /dev/null
	expect terminal $'/dev/pts/0?\n0*ptmx?' "$output"
}

@test "/dev/pts is an instance of its own that gives terminals" {
	both terminals
}

proc_and_sys() {
	[ "$("$1" nsnew -a -- nsroot "$root" -- sh -c 'echo $$ /proc/[0-9]*')" = '1 /proc/1' ]
	[ "$("$1" nsnew -a -- nsroot "$root" -- ls /sys/class/net)" = lo ]
	run -1 "$1" nsnew -a -- nsroot "$root" -- sh -c 'echo 1 >/sys/kernel/profiling'
	expect refusal '*Read-only file system*' "$output"
}

@test "/proc is the pid namespace's, /sys the network namespace's and read-only" {
	both proc_and_sys
}

@test "without namespaces of one's own, /proc and /sys are those that were there" {
	requires userns
	run -0 as_user nsnew -rm -- nsroot "$root" -- sh -c 'echo $$; readlink /proc/self; test -d /sys/kernel'
	expect pids '+([0-9])'$'\n''+([0-9])' "$output"
	run -1 as_user nsnew -rm -- nsroot "$root" -- sh -c 'echo 1 >/sys/kernel/profiling'
	expect refusal '*sys/kernel/profiling*' "$output"
}

@test "a pid namespace without its /proc isn't shown another's" {
	requires userns
	# As the masks of a container engine do: then the kernel refuses a new proc.
	fails 125 'nsroot: mount /proc: Operation not permitted' as_user nsnew -rm -- sh -c '
		mount -t tmpfs none /proc/sys
		exec unshare -Urmpf --propagation unchanged nsroot "$1" -- true' - "$root"
}

@test "chain: PROG's status is the status; PROG is searched in the new root" {
	requires root
	run -7 nsnew -a -- nsroot "$root" -- sh -c 'exit 7'
	fails 127 "nsroot: run 'bash': No such file or directory" nsnew -a -- nsroot "$root" -- bash
	fails 126 "nsroot: run '/etc/name': Permission denied" nsnew -a -- nsroot "$root" -- /etc/name
}

chained() {
	run -0 "$1" nsnew -a -- nsroot "$root" -- nshost one -- nsnew -up -- nshost two -- sh -c '
		hostname; env; exec ls /proc/self/fd'
	expect 'host name, no toolkit, no descriptors' $'two\n*\n0\n1\n2\n3' "$output"
	[[ $output != *NSKIT* ]]
}

@test "programs of ours run behind the new root, which has none; PROG sees nothing of them" {
	both chained
}

@test "the toolkit behind the new root is a read-only mount without a parent" {
	requires root
	# nsnew, process 1, is the toolkit's and waits for its PROG. It holds the descriptor no more.
	run -0 nsnew -a -- nsroot "$root" -- nsnew -p -- sh -c 'for fd in /proc/1/fd/*; do
		[ "${fd##*/}" -le 2 ] || readlink "$fd" | busybox sed "s/.[0-9]*.$//"; done | busybox sort -u'
	expect descriptors '*(anon_inode*|pidfd*|socket*|'$'\n'')' "$output"
	run -1 nsnew -a -- nsroot "$root" -- nsnew -p -- sh -c 'exec 7</proc/1/exe && echo x >/proc/self/fd/7'
	expect refusal '*@(Read-only file system|Text file busy)*' "$output"
}

in_a_handle() {
	box=$("$1" nsnew --hold -a)
	started+=("$box")
	"$1" nsroot -t "$box" "$root"
	[ "$("$1" nsjoin -t "$box" -- cat /etc/name)" = inside ]
	[ "$("$1" nsjoin -t "$box" -- readlink /proc/1/exe)" != '' ]
	[ "$("$1" nsjoin -t "$box" -- sh -c 'set -- /proc/[0-9]*; echo $#')" = 2 ]
	[ "$("$1" nsjoin -t "$box" -- ls /sys/class/net)" = lo ]
	[ "$(readlink "/proc/$box/root")" = / ]
	run -0 "$1" nsjoin -t "$box" -- ls -A /
	[ "$output" = $'bin\ndev\netc\nproc\nsys' ]
}

@test "handle: the root of a container that is held changes for all in it" {
	both in_a_handle
}

@test "handle: root gives a root to an ordinary user's container" {
	requires root userns
	hold_as_user -a
	nsroot -t "$box" "$root"
	[ "$(as_user nsjoin -t "$box" -- cat /etc/name)" = inside ]
}

piped() {
	run -0 "$1" sh -c 'nsnew --hold -a | tee "$HOME/box" | nsroot -t - "$1" | nshost -t - web |
		nsjoin -t - -- sh -c "hostname; cat /etc/name"' - "$root"
	[ "$output" = $'web\ninside' ]
}

@test "handle: a directory that is another one in there" {
	requires root userns
	hold_as_user -a
	as_user nsjoin -t "$box" -- mount -t tmpfs none "$root"
	fails 125 "nsroot: use '$root' in the target: *another one in the target's mount namespace*" \
		as_user nsroot -t "$box" "$root"
	# Root can take the right one along.
	nsroot -t "$box" "$root"
	[ "$(as_user nsjoin -t "$box" -- cat /etc/name)" = inside ]
}

@test "the program that acts inside a container isn't the host's file there" {
	requires root strace
	hold -a
	# Stopped at its last step, in the container's pid namespace.
	spawn strace -f -qq -o /dev/null -e trace=pivot_root -e inject=pivot_root:delay_enter=60000000 \
		nsroot -t "$box" "$root"
	inside() { pgrep -x nsroot --ns "$box" --nslist pid >/dev/null; }
	wait_for inside
	run -0 write_to_nsroot
	expect refusal '*Read-only file system*' "$output"
}

@test "a hostile container: what it has in place of a device isn't bound" {
	requires root userns
	hold_as_user -a
	as_user nsjoin -t "$box" -- sh -c 'mount -t tmpfs none /mnt && echo x >/mnt/x &&
		mount --bind /mnt/x /dev/null'
	fails 125 'nsroot: make /dev/null: ' nsroot -t "$box" "$root"
	[ "$(as_user nsjoin -t "$box" -- sh -c 'test -e /etc/passwd && echo same')" = same ]
}

@test "filter: the handle flows through" {
	requires root userns
	local who

	for who in env as_user; do
		HOME=$USER_DIR piped $who
		started+=("$(cat "$USER_DIR/box")")
		rm "$USER_DIR/box"
	done
}

@test "filter: a failing step writes nothing, and the next ones say so" {
	requires root
	run -125 --separate-stderr sh -c 'echo $$ | nsroot -t - /no/such | nshost -t - web'
	[ -z "$output" ]
	expect errors "nsroot: '*' has no mount namespace*"$'\n'"nshost: no handle on standard input" "$stderr"
}

throwaway() {
	run -0 "$1" nsnew -a -- nsroot --host -- sh -c '
		echo $$; ls -A /run /tmp
		echo x >/usr/nskit-test && cat /usr/nskit-test
		touch /nskit-test /home/nskit-test
		readlink /bin; id -u'
	expect 'inside' $'1\n/run:\n\n/tmp:\nx\n'"$(readlink /bin)"$'\n0' "$output"
	[ ! -e /usr/nskit-test ] && [ ! -e /nskit-test ] && [ ! -e /home/nskit-test ]
}

@test "--host: this system as a root; what is written vanishes" {
	both throwaway
}

@test "--host: what is mounted below a directory is there too" {
	requires root
	run -0 nsnew -m -- sh -c '
		mount -t tmpfs none /mnt && mkdir -p "/mnt/a b/deep" /mnt/other
		echo file >/mnt/file && ln -s file /mnt/link
		mount -t tmpfs none "/mnt/a b/deep" && echo below >"/mnt/a b/deep/below"
		exec nsnew -p -- nsroot --host -- sh -c "
			cat \"/mnt/a b/deep/below\" /mnt/link; echo new >/mnt/other/new && cat /mnt/other/new
			echo new >\"/mnt/a b/deep/new\" && cat \"/mnt/a b/deep/new\""'
	[ "$output" = $'below\nfile\nnew\nnew' ]
}

@test "--host in a handle" {
	requires root userns
	local who

	for who in env as_user; do
		box=$($who nsnew --hold -a)
		started+=("$box")
		$who nsroot -t "$box" --host
		$who nsjoin -t "$box" -- sh -c 'echo x >/usr/nskit-test'
		[ "$($who nsjoin -t "$box" -- cat /usr/nskit-test)" = x ]
		[ ! -e /usr/nskit-test ]
	done
}

@test "names with every character that separates something" {
	requires root userns
	local name who

	for name in 'a b' 'a:b,c\d"e' $'new\nline' '-x' '$(id)'; do
		cp -r "$root" "$USER_DIR/$name"
		chmod -R a+rX "$USER_DIR/$name"
		for who in env as_user; do
			run -0 $who nsnew -a -- sh -c 'cd "$1"; exec nsroot -- "$2" cat /etc/name' - "$USER_DIR" "$name"
			[ "$output" = inside ]
		done
		rm -r "${USER_DIR:?}/$name"
	done
	# And below a throwaway root.
	run -0 nsnew -m -- sh -c 'mount -t tmpfs none /mnt; mkdir "/mnt/a:b,c\\d" /mnt/x; mount -t tmpfs none /mnt/x
		echo ok >"/mnt/a:b,c\\d/file"; exec nsnew -p -- nsroot --host -- cat "/mnt/a:b,c\\d/file"'
	[ "$output" = ok ]
}

@test "a hostile root: /proc, /sys or /dev that is a link or a file is refused, nothing followed" {
	requires root userns
	local name to who

	mkdir "$USER_DIR/out"
	chmod 777 "$USER_DIR/out"
	for name in proc sys dev; do
		for to in "$USER_DIR/out" ../../out /proc/self/cwd ..; do
			ln -s "$to" "$root/$name"
			for who in env as_user; do
				fails 125 "nsroot: mount /$name: " "$who" nsnew -a -- nsroot "$root" -- true
			done
			# What was made before it failed is gone.
			[ "$(cd "$root" && echo *)" = "$(printf '%s\n' bin etc $name | sort | xargs)" ]
			rm "$root/$name"
		done
		echo >"$root/$name"
		fails 125 "nsroot: mount /$name: Not a directory" nsnew -a -- nsroot "$root" -- true
		rm "$root/$name"
	done
	[ -z "$(ls -A "$USER_DIR/out")" ]
	rmdir "$USER_DIR/out"
}

@test "a shared tree is not told of our mounts" {
	requires root
	run -0 unshare -m --propagation shared sh -c '
		wc -l </proc/self/mountinfo
		unshare -m --propagation unchanged nsroot "$1" -- sleep 0
		wc -l </proc/self/mountinfo' - "$root"
	[ "${lines[0]}" = "${lines[1]}" ]
}

@test "a kernel that mounts nothing on a detached mount: the root is attached first" {
	requires root strace
	run -0 nsnew -a -- strace -qq -o /dev/null -e trace=move_mount \
		-e inject=move_mount:error=EINVAL:when=1 nsroot "$root" -- cat /etc/name
	[ "$output" = inside ]
	# The same, and then a failure: what was attached is gone.
	run -0 nsnew -m -- sh -c 'before=$(cat /proc/self/mountinfo)
		strace -qq -o /dev/null -e trace=move_mount,pivot_root \
			-e inject=move_mount:error=EINVAL:when=1 -e inject=pivot_root:error=EIO nsroot "$1" -- true
		echo $?; [ "$before" = "$(cat /proc/self/mountinfo)" ] && echo same' - "$root"
	expect 'status and mounts' '*125?same' "$output"
}

@test "the root of the system's own mount namespace stays" {
	requires root strace
	grep -qsx kthreadd /proc/2/comm || skip 'needs to be in the namespaces that the system booted with'
	# Were it not refused, these calls would fail all the same.
	fails 125 'nsroot: this is the mount namespace of the whole system' strace -qq -o /dev/null \
		-e trace=pivot_root,move_mount,mount,umount2 \
		-e inject=pivot_root,move_mount,mount,umount2:error=EIO nsroot "$root" -- true
	fails 125 'nsroot: this is the mount namespace of the whole system' nsnew -p -- strace -qq -o /dev/null \
		-e trace=pivot_root,move_mount,mount,umount2 \
		-e inject=pivot_root,move_mount,mount,umount2:error=EIO nsroot --host -- true
	spawn sleep 60
	fails 125 "nsroot: '$pid' has no mount namespace of its own" nsroot -t "$pid" "$root"
}

@test "no permission, no directory, no sense" {
	requires root userns
	fails 125 "nsroot: take '$root' as a root: Operation not permitted" as_user nsroot "$root" -- true
	expect hint '*nsnew -rm*' "${stderr_lines[1]}"
	fails 125 "nsroot: open root directory '/no/such': No such file or directory" nsnew -m nsroot /no/such true
	fails 125 "nsroot: open root directory '/etc/passwd': Not a directory" nsnew -m nsroot /etc/passwd true
	mkdir -m 700 "$BATS_TEST_TMPDIR/closed"
	fails 125 'Permission denied' as_user nsnew -rm -- nsroot "$BATS_TEST_TMPDIR/closed/x" -- true
	chmod -R a-w "$root" && fails 125 "nsroot: mount /proc: Permission denied (the directory is missing" \
		as_user nsnew -rm -- setpriv --bounding-set=-dac_override nsroot "$root" -- true
	chmod -R u+w "$root"
	fails 125 'nsroot: missing operand DIR' nsroot
	fails 125 'nsroot: missing program to run' nsroot "$root"
	fails 125 'nsroot: missing program to run' nsroot --host --
	fails 125 "unexpected word 'true'" nsroot -t $$ "$root" -- true
	hold -m
	fails 125 "nsroot: open root directory '/no/such': No such file or directory" nsroot -t "$box" /no/such
	hold_as_user -a
	fails 125 "nsroot: open root directory '/no/such': No such file or directory" as_user nsroot -t "$box" /no/such
}

@test "as process 1, ended by a signal that comes while it works" {
	requires root strace
	spawn strace -qq -f -o /dev/null -e trace=pivot_root -e inject=pivot_root:delay_enter=500000 \
		nsnew -mp -- nsroot "$root" -- /bin/sleep 600
	child_named "$pid" nsnew
	wait_for pgrep -P "$child" -x nsroot >/dev/null
	wait_for grep -q '^\(155\|41\) ' "/proc/$(pgrep -P "$child" -x nsroot)/syscall" # pivot_root
	kill -TERM "$child"
	ends 143
}
