#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsroot: kernels that lack a call, and roots that can't be pivoted from

load helpers

# A kernel before the mount API (Linux 5.2, and 5.12 for mount_setattr), and before openat2 (5.6).
without() {
	old=(strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:error=ENOSYS")
}
mount_api=fsopen,fsconfig,fsmount,open_tree,move_mount,mount_setattr,openat2

setup() {
	make_root
	make_data
}

teardown() {
	release
	rm -rf "$root" "$data"
}

# What a root with something of everything shows: mounts, but for their numbers, and files.
shown() {
	"$1" nsnew -a -- "${old[@]}" nsroot --bind "$data:/mnt/d:ro,nosuid" --tmpfs /t:size=1m --file /etc/motd \
		--symlink x:/etc/l --mask /etc/name --readonly /bin "$root" -- sh -c '
			while read -r _ _ _ from at options rest; do echo "$at $options"; done </proc/self/mountinfo
			ls -A / /dev /mnt/d; cat /etc/motd; wc -c </etc/name; touch /bin/x /mnt/d/x 2>&1; :' <<<said
}

same_shown() {
	local new call

	old=()
	new=$(shown "$1")
	for call in "$mount_api" fsopen fsconfig fsmount open_tree move_mount mount_setattr openat2; do
		without "$call"
		expect "without $call" "$new" "$(shown "$1")"
	done
	[[ $new == */mnt/d\ ro,nosuid* && $new == *said* ]]
}

@test "without one call of the mount API, or all: the same root" {
	requires root userns strace
	same_shown env
}

@test "the same for an ordinary user" {
	requires root userns strace
	same_shown as_user
}

@test "an overlay, and the host" {
	requires root strace
	mkdir "$data/top"
	echo top >"$data/top/name"
	for call in "$mount_api" mount_setattr; do
		without "$call"
		run -0 nsnew -a -- "${old[@]}" nsroot --overlay --layer "$data/top" --layer "$root" -- sh -c \
			'cat /name /etc/name; touch /new && ls /new'
		[ "$output" = $'top\ninside\n/new' ]
		[ ! -e "$root/new" ]
		run -0 nsnew -a -- "${old[@]}" nsroot --host -- sh -c \
			'touch /etc/nskit-new && ls /etc/nskit-new /dev/null'
		[ ! -e /etc/nskit-new ]
	done
}

@test "read-only with all that is mounted below, and as closed as it was" {
	requires root strace
	without "$mount_api"
	run -0 nsnew -mp -- sh -c 'mount -t tmpfs -o nodev,noexec none "$2/below" && mkdir "$2/below/a b" &&
		mount -t tmpfs none "$2/below/a b" && data=$2 root=$1 && shift 2 &&
		exec "$@" nsroot --bind "$data:/d:rec,ro,nosuid" "$root" cat /proc/self/mountinfo' - "$root" "$data" \
		"${old[@]}"
	expect 'the mount' 'ro,nosuid,*' "$(awk '$5 == "/d" { print $6 }' <<<"$output")"
	expect 'below' 'ro,nosuid,nodev,noexec,*' "$(awk '$5 == "/d/below" { print $6 }' <<<"$output")"
	expect 'below that' 'ro,nosuid,*' "$(awk '$5 == "/d/below/a\\040b" { print $6 }' <<<"$output")"
}

@test "in a handle; what fails leaves the container as it was" {
	requires root strace
	local before

	without "$mount_api"
	hold -a
	before=$(cut -d' ' -f2- "/proc/$box/mountinfo")
	run -125 "${old[@]}" nsroot -t "$box" --tmpfs /t --mask /none "$root"
	[ "$before" = "$(cut -d' ' -f2- "/proc/$box/mountinfo")" ]
	[ ! -e "$root/t" ]
	"${old[@]}" nsroot -t "$box" "$root"
	[ "$(nsjoin -t "$box" -- cat /etc/name)" = inside ]
	before=$(cut -d' ' -f2- "/proc/$box/mountinfo")
	run -125 "${old[@]}" nsroot -t "$box" --add --tmpfs /t --mask /none
	[ "$before" = "$(cut -d' ' -f2- "/proc/$box/mountinfo")" ]
	"${old[@]}" nsroot -t "$box" --add --tmpfs /t
	[ "$(cut -d' ' -f5 "/proc/$box/mountinfo" | grep -cx /t)" = 1 ]
	[ "$(cut -d' ' -f5 "/proc/$box/mountinfo" | sort | uniq -d)" = '' ]
}

# A first root, an initramfs, can't be pivoted from: EINVAL.
first_root=(strace -f -qq -o /dev/null -e trace=pivot_root -e inject=pivot_root:error=EINVAL)

@test "where pivot_root can't work: PROG's root is the new one, nsjoin's too, and no way leads back" {
	requires root strace
	local prog

	make_escape
	run -0 nsnew -a -- "${first_root[@]}" nsroot "$root" -- sh -c 'cat /etc/name; exec escape "$1"' - "$data/file"
	[ "$output" = inside ]
	spawn nsnew -mp -- "${first_root[@]}" nsroot "$root" -- sleep 60
	wait_for eval 'prog=$(pgrep -n -f "^sleep 60$")'
	[ "$(nsjoin -t "$prog" -- cat /etc/name)" = inside ]
	# Its processes can't be given another root from outside: nothing is changed.
	hold -a
	before=$(cut -d' ' -f2- "/proc/$box/mountinfo")
	fails 125 'nsroot: make it the root: Invalid argument (pivot_root(2) refuses' \
		"${first_root[@]}" nsroot -t "$box" "$root"
	[ "$before" = "$(cut -d' ' -f2- "/proc/$box/mountinfo")" ]
}

@test "from a chroot, whose / is no mount point" {
	requires root
	mkdir -p "$root/inner"/{bin,proc,tmp} "$root"/{proc,tmp}
	cp "$root/bin/busybox" "$root/inner/bin/sh"
	cp "$PROGRAMS/nsroot" "$root/bin"
	run -0 nsnew -mp -- chroot "$root" /bin/nsroot /inner -- sh -c 'echo /*; while read -r _ _ _ _ at _; do
		case $at in /) echo "$at";; esac; done </proc/self/mountinfo'
	expect 'the inner root' $'/bin /dev /proc /sys /tmp\n/' "$output"
}

@test "without the mount API: what is covered isn't in the way, and no attribute is lost" {
	requires root strace perl
	without "$mount_api"
	cat >"$data/try" <<-'END'
		mount -t tmpfs -o nodev,noexec none "$DATA/below"
		# mount(8) knows of nosymfollow (256) only lately.
		case $(uname -m) in x86_64) number=165 ;; *) number=40 ;; esac
		perl -e 'exit(syscall($ARGV[0] + 0, 0, "$ARGV[1]", 0, 0x1020 | 256 | 4 | 8, 0) < 0)' \
			"$number" "$DATA/below"
		mkdir -p "$DATA/below/a/b"
		mount -t tmpfs none "$DATA/below/a/b"
		mount -t tmpfs none "$DATA/below/a/b"
		mkdir "$DATA/below/a/b/c"
		mount -t tmpfs none "$DATA/below/a/b/c"
		[ -z "$COVER" ] || mount -t tmpfs none "$DATA/below/a"
		exec "$@"
	END
	for COVER in '' cover; do
		run -0 env DATA="$data" COVER="$COVER" nsnew -mp -- sh "$data/try" "${old[@]}" \
			nsroot --bind "$data:/d:rec,ro" "$root" cat /proc/self/mountinfo
		expect 'below' 'ro,*nodev,noexec,*nosymfollow*' "$(awk '$5 == "/d/below" { print $6 }' <<<"$output")"
		if [ "$COVER" ]; then
			expect 'the cover' 'ro,*' "$(awk '$5 == "/d/below/a" { print $6 }' <<<"$output")"
		else
			expect 'the upper one' 'ro,*' \
				"$(awk '$5 == "/d/below/a/b" { print $6 }' <<<"$output" | tail -1)"
			expect 'on that' 'ro,*' "$(awk '$5 == "/d/below/a/b/c" { print $6 }' <<<"$output")"
		fi
	done
}

@test "without the mount API: killed, it leaves no mount behind" {
	requires root strace
	run -0 nsnew -m -- sh -c 'before=$(cat /proc/self/mountinfo)
		strace -qq -o /dev/null -e trace="$1,pivot_root" -e inject="$1:error=ENOSYS" \
			-e inject=pivot_root:signal=KILL:error=EIO nsroot "$2" -- true
		echo $?; [ "$before" = "$(cat /proc/self/mountinfo)" ] && echo same' - "$mount_api" "$root"
	expect 'status and mounts' '*137?same' "$output"
}

@test "without the mount API: nsnew has its /proc, and gives a root" {
	requires root userns strace
	without "$mount_api"
	for who in env as_user; do
		[ "$($who "${old[@]}" nsnew -a -- sh -c 'echo $$ /proc/[0-9]*')" = '1 /proc/1' ]
		[ "$($who "${old[@]}" nsnew -a -- nsroot "$root" -- cat /etc/name)" = inside ]
	done
}

@test "without the mount API: the program that acts inside a container is a copy in memory" {
	requires root strace
	hold -a
	spawn strace -f -qq -o /dev/null -e trace="$mount_api,pivot_root" -e inject="$mount_api:error=ENOSYS" \
		-e inject=pivot_root:delay_enter=60000000 nsroot -t "$box" "$root"
	inside() { child=$(pgrep -x nsroot --ns "$box" --nslist pid); }
	wait_for inside
	expect 'the program' '/memfd:nsroot (deleted)' "$(readlink "/proc/$child/exe")"
	run -0 write_to_nsroot
	expect refusal '*@(Operation not permitted|Text file busy)*' "$output"
}

@test "the old root, where it can't be let go of, is the root again" {
	requires root strace
	for call in umount2 chdir; do
		run -0 nsnew -m -- sh -c 'before=$(cut -d" " -f2- /proc/self/mountinfo)
			strace -qq -o /dev/null -e trace="$1" -e inject="$1:error=EIO:when=1" nsroot "$2" -- true
			echo $?
			[ "$before" = "$(cut -d" " -f2- /proc/self/mountinfo)" ] && echo same' - "$call" "$root"
		expect "$call" '*125?same' "$output"
	done
}

# The number of the first call of $1 that is like $2, in the trace of a root.
first_call() {
	local trace=$BATS_TEST_TMPDIR/trace

	nsnew -a -- strace -qq -e signal=none -o "$trace" -e trace="$1" nsroot "${@:3}" >/dev/null
	grep -nF -m 1 "$2" "$trace" | cut -d: -f1
}

@test "before Linux 6.15: the files of a root, none of which is a copy of what is detached" {
	requires root strace
	local first

	# Each first try is answered so, and the second then by this kernel.
	first=$(first_call open_tree 'CLOEXEC|AT_EMPTY_PATH) =' --bare --etc "$root" -- true)
	run -0 nsnew -a -- strace -qq -o /dev/null -e trace=open_tree \
		-e inject="open_tree:error=EINVAL:when=$first..$((first + 4))+2" \
		nsroot --bare --etc "$root" -- ls /etc
	[ "$output" = $'hostname\nhosts\nname\nresolv.conf' ]
}

@test "before Linux 6.15: the host, whose layers are attached after the root that they are to be in" {
	requires root strace
	local trace=$BATS_TEST_TMPDIR/trace layer made

	layer=$(first_call fsconfig lowerdir+ --host -- true)
	made=$((layer + 3)) # upperdir, workdir, and the overlay
	run -0 nsnew -a -- strace -qq -e signal=none -o "$trace" -e trace=fsconfig,move_mount \
		-e inject="fsconfig:error=EINVAL:when=$made..$((made + 5))+5" \
		nsroot --host -- sh -c 'touch /etc/nskit-new && ls /etc/nskit-new'
	[ "$output" = /etc/nskit-new ]
	[ ! -e /etc/nskit-new ]
	[ "$(grep -c INJECTED "$trace")" = 2 ]
	run -0 grep -A 1 -m 1 'move_mount(.*AT_FDCWD' <(grep move_mount "$trace")
	expect 'both attached' '*AT_FDCWD*'$'\n''*AT_FDCWD*' "$output"
}
