#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsroot: roots of layers, and of images

load helpers

setup() {
	make_root
	mkdir -p "$root"/{proc,sys,dev}
	top=$USER_DIR/top
	keep=$USER_DIR/keep
	mkdir -p "$top/etc" "$keep"
	echo top >"$top/etc/top"
	chmod -R a+rX "$top"
	[ -z "$TEST_USER" ] || chown -R "$TEST_USER:" "$root" "$top" "$keep"
}

teardown() {
	release
	rm -rf "$root" "$top" "$keep" "$USER_DIR"/{image,layers}
}

layers() {
	run -0 "$1" nsnew -a -- nsroot --layer "$top" --layer "$root" -- sh -c \
		'cat /etc/top /etc/name; touch /x 2>&1; :'
	expect 'two layers' $'top\ninside\n*Read-only file system*' "$output"
	echo above >"$top/etc/name"
	[ "$("$1" nsnew -a -- nsroot --layer "$top" --layer "$root" -- cat /etc/name)" = above ]
	[ "$("$1" nsnew -a -- nsroot --layer "$root" --layer "$top" -- cat /etc/name)" = inside ]
	rm "$top/etc/name"
}

@test "--layer: several, the topmost first, read-only" {
	both layers
}

overlaid() {
	run -0 "$1" nsnew -a -- nsroot --overlay --layer "$top" --layer "$root" -- sh -c '
		echo new >/etc/name; rm /etc/top; mkdir /made; cat /etc/name; ls /etc; ls -d /made'
	[ "$output" = $'new\nname\n/made' ]
	[ "$("$1" nsnew -a -- nsroot --overlay "$root" -- sh -c 'echo x >/etc/name; cat /etc/name')" = x ]
	[ "$(cat "$root/etc/name" "$top/etc/top")" = $'inside\ntop' ]
	[ ! -e "$root/made" ] && [ ! -e "$top/made" ]
}

@test "--overlay: what is written vanishes, and the layers stay" {
	both overlaid
}

kept() {
	rm -rf "${keep:?}"/*
	"$1" nsnew -a -- nsroot --overlay="$keep" "$root" -- sh -c 'echo kept >/etc/name; rm /bin/wc; mkdir /made'
	run "$1" nsnew -a -- nsroot --overlay="$keep" "$root" -- sh -c 'cat /etc/name; ls -d /bin/wc /made 2>/dev/null'
	[ "$output" = $'kept\n/made' ]
	[ "$(cat "$root/etc/name")" = inside ] && [ -e "$root/bin/wc" ]
	[ "$(cd "$keep" && echo *)" = 'upper work' ]
	[ "$(stat -c '%a %u' "$keep/upper")" = "$(stat -c '%a %u' "$root")" ] || [ "$1" = env ]
}

@test "--overlay=KEEP: what is written is there the next time" {
	both kept
	rm -rf "${keep:?}"/*
}

@test "--overlay=KEEP: not in a layer, not around one, not through a link" {
	requires root
	mkdir "$root/keep"
	fails 125 "nsroot: overlay '$root': Invalid argument" nsnew -m -- nsroot --overlay="$root/keep" "$root" -- true
	rmdir "$root/keep"
	mkdir -p "$keep/upper/in"
	fails 125 "nsroot: overlay '$keep/upper/in': Invalid argument" \
		nsnew -m -- nsroot --overlay="$keep" "$keep/upper/in" -- true
	rm -r "$keep/upper"
	mkdir "$USER_DIR/layers"
	ln -s "$USER_DIR/layers" "$keep/upper"
	fails 125 "nsroot: overlay '$root': " nsnew -m -- nsroot --overlay="$keep" "$root" -- true
	[ -z "$(ls -A "$USER_DIR/layers")" ]
	fails 125 "nsroot: open '$keep/none': No such file" nsnew -m -- nsroot --overlay="$keep/none" "$root" -- true
}

@test "--overlay=KEEP: of one container at a time, and of one root" {
	requires root
	hold -a
	nsroot -t "$box" --overlay="$keep" "$root"
	fails 125 "nsroot: overlay '$root': * (another container has it)" \
		nsnew -m -- nsroot --overlay="$keep" "$root" -- true
	release
	wait_for nsnew -m -- nsroot --overlay="$keep" "$root" -- true
	fails 125 "nsroot: overlay '$top': * (it holds the changes to another root)" \
		nsnew -m -- nsroot --overlay="$keep" "$top" -- true
}

in_a_handle() {
	local box

	box=$("$1" nsnew --hold -a)
	started+=("$box")
	"$1" nsroot -t "$box" --overlay --layer "$top" --layer "$root"
	[ "$("$1" nsjoin -t "$box" -- sh -c 'cat /etc/top; touch /new && ls /new')" = $'top\n/new' ]
	[ ! -e "$root/new" ]
}

@test "layers in a handle" {
	both in_a_handle
}

@test "layers that the target's mount namespace doesn't have under these names" {
	requires root
	hold -a
	mkdir "$USER_DIR/layers"
	nsnew -m -- sh -c 'mount --bind "$2" "$3" && nsroot -t "$1" --overlay="$4" --layer "$5" --layer "$3"' - \
		"$box" "$root" "$USER_DIR/layers" "$keep" "$top"
	[ "$(nsjoin -t "$box" -- sh -c 'cat /etc/top /etc/name; touch /new')" = $'top\ninside' ]
	[ -e "$keep/upper/new" ]
	[ "$(cut -d' ' -f5 "/proc/$box/mountinfo" | grep -cvE '^/($|proc|sys|dev)' || :)" = 0 ]
}

@test "--idmap with layers" {
	requires root
	chown -R 0:0 "$root"
	hold -a --map-users=0:100000:65536 --map-groups=0:100000:65536
	nsroot -t "$box" --idmap --overlay "$root"
	[ "$(nsjoin -t "$box" -- sh -c 'stat -c %u /etc/name; echo new >/etc/name; cat /etc/name')" = $'0\nnew' ]
	[ "$(cat "$root/etc/name")" = inside ]
}

@test "20 layers, 100 layers, 50 volumes" {
	requires root
	local words=() volumes=() i

	for i in {1..100}; do
		mkdir -p "$USER_DIR/layers/$i"
		echo "$i" >"$USER_DIR/layers/$i/is$i"
		words+=(--layer "$USER_DIR/layers/$i")
	done
	[ "$(nsnew -m -- nsroot --bare "${words[@]:0:40}" --layer "$root" -- cat /is1 /is20)" = $'1\n20' ]
	[ "$(nsnew -m -- nsroot --bare "${words[@]}" --layer "$root" -- cat /is1 /is100)" = $'1\n100' ]
	for i in {1..50}; do
		volumes+=(--bind "$USER_DIR/layers/$i:/v/$i:ro")
	done
	[ "$(nsnew -m -- nsroot --bare "${volumes[@]}" --overlay "$root" -- cat /v/1/is1 /v/50/is50)" = $'1\n50' ]
}

@test "layers where the kernel takes no descriptor for one, or has no lowerdir+" {
	requires root strace
	local when trace=$USER_DIR/trace

	# What an older one says to a form or an option that it doesn't know. The first call is a probe, the second
	# the descriptor, the third its path.
	for when in 2..4+2 2..3; do
		run -0 nsnew -m -- strace -qq -o "$trace" -e trace=fsconfig \
			-e inject="fsconfig:error=EINVAL:when=$when" \
			nsroot --bare --layer "$top" --layer "$root" -- cat /etc/top
		[ "$output" = top ]
		case $when in
		2..3) grep -q '"lowerdir", "/proc/self/fd/[0-9]*:' "$trace" ;;
		*) grep -q '"lowerdir+", "/proc/self/fd/[0-9]*", 0) = 0' "$trace" ;;
		esac
	done
	rm "$trace"
}

@test "layers in a target whose /proc is false: the ones that were asked for" {
	requires root
	hold -a
	mkdir -p "$USER_DIR/layers/evil/etc"
	echo evil | tee "$USER_DIR/layers/evil/etc/name" >"$USER_DIR/layers/evil/etc/top"
	nsjoin -t "$box" -- sh -c 'mount -t tmpfs none /proc && mkdir -p /proc/self/fd && for fd in $(seq 3 40); do
		ln -s "$1" "/proc/self/fd/$fd"; done; cd /proc && ln -s self/fd thread-self' - "$USER_DIR/layers/evil"
	nsroot -t "$box" --bare --overlay="$keep" --layer "$top" --layer "$root"
	[ "$(nsjoin -t "$box" -- sh -c 'cat /etc/name /etc/top; touch /new')" = $'inside\ntop' ]
	[ -e "$keep/upper/new" ]
}

# An image of the root, as TYPE, in $image. The tools are packages of the README's.
make_image() {
	image=$USER_DIR/image
	rm -f "$image"
	case $1 in
	squashfs) mksquashfs "$root" "$image" -quiet -no-progress ;;
	erofs) mkfs.erofs --quiet "$image" "$root" ;;
	ext4) /sbin/mkfs.ext4 -q -d "$root" "$image" 8M ;;
	esac >/dev/null 2>&1
	chmod 644 "$image"
}

loops() {
	losetup -a 2>/dev/null | grep -F "$USER_DIR/image" || :
}

@test "an image, squashfs, erofs or ext4: read-only, nosuid, nodev; --overlay takes what is written" {
	requires root mksquashfs mkfs.erofs
	local type

	for type in squashfs erofs ext4; do
		grep -qw "$type" /proc/filesystems || modprobe "$type" 2>/dev/null || continue
		make_image "$type"
		run -0 nsnew -a -- nsroot "$image" -- sh -c \
			'cat /etc/name; cat /proc/self/mountinfo; touch /new 2>&1; :'
		expect "$type" $'inside\n*/ / ro,nosuid,nodev*Read-only file system*' "$output"
		[ "$(nsnew -a -- nsroot --overlay "$image" -- sh -c 'touch /new && ls /new')" = /new ]
		[ "$(nsnew -a -- nsroot --overlay --layer "$top" --layer "$image" -- cat /etc/top)" = top ]
		hold -a
		nsroot -t "$box" "$image"
		[ "$(nsjoin -t "$box" -- cat /etc/name)" = inside ]
		release
		# No loop device stays; the last mount goes with the last process.
		wait_for eval '[ -z "$(loops)" ]'
	done
}

@test "an image: the failures leave no loop device" {
	requires root mksquashfs strace
	local call

	make_image squashfs
	for call in ioctl:error=EIO:when=1 ioctl:error=EIO:when=2 fsconfig:error=EIO:when=1 fsmount:error=EIO:when=1 \
		pivot_root:error=EIO; do
		run -125 nsnew -m -- strace -qq -o /dev/null -e trace="${call%%:*}" -e inject="$call" \
			nsroot "$image" -- true
		wait_for eval '[ -z "$(loops)" ]'
	done
	# A device that somebody else took meanwhile: the next one; before Linux 5.8 in two steps.
	for call in EBUSY EINVAL; do
		run -0 nsnew -m -- strace -qq -o /dev/null -e trace=ioctl -e inject="ioctl:error=$call:when=2" \
			nsroot "$image" -- cat /etc/name
		[ "$output" = inside ]
	done
	wait_for eval '[ -z "$(loops)" ]'
	# What has the magic and nothing else.
	truncate -s 100 "$image"
	fails 125 "nsroot: mount image '$image': " nsnew -m -- nsroot "$image" -- true
	head -c 4096 /dev/zero >"$image"
	fails 125 "nsroot: open root directory '$image': Not a directory" nsnew -m -- nsroot "$image" -- true
	mkfifo "$USER_DIR/layers"
	fails 125 "nsroot: open root directory '$USER_DIR/layers': Not a directory" \
		timeout 10 nsnew -m -- nsroot "$USER_DIR/layers" -- true
	wait_for eval '[ -z "$(loops)" ]'
}

@test "an image without a place for /proc; an ordinary user's" {
	requires root userns mksquashfs
	rmdir "$root/proc"
	make_image squashfs
	fails 125 'nsroot: mount /proc: Read-only file system' nsnew -a -- nsroot "$image" -- true
	expect hint '*--overlay*' "${stderr_lines[1]}"
	[ "$(nsnew -a -- nsroot --overlay "$image" -- cat /etc/name)" = inside ]
	fails 125 "nsroot: mount image '$image': " as_user nsnew -a -- nsroot "$image" -- true
	expect hint '*unsquashfs*' "${stderr_lines[1]}"
}

@test "26: an image whose path leads to another file by turns: the one that was opened, or that one" {
	requires root mksquashfs
	local i other

	make_image squashfs
	other=$USER_DIR/layers
	cp "$image" "$other"
	spawn sh -c 'while :; do ln -sfn "$1" "$3"; ln -sfn "$2" "$3"; done' - "$image" /etc/passwd "$keep/image"
	wait_for test -L "$keep/image"
	for i in {1..50}; do
		nsnew -m -- nsroot --bare "$keep/image" -- true 2>"$keep/said" ||
			grep -q "open root directory '$keep/image': Not a directory" "$keep/said"
		run ! grep -q /etc/passwd <(losetup -a)
	done
	rm "$other"
}
