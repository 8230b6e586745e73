#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsroot: a root file system made by an enemy

load helpers

# Hundreds of runs a test.
setup_file() {
	export BATS_TEST_TIMEOUT=600
}

setup() {
	make_root
	make_data
	out=$USER_DIR/out
	mkdir "$out"
	echo untouched >"$out/file"
	chmod 777 "$out"
}

teardown() {
	release
	rm -rf "$root" "$out" "$data"
}

# Nothing of the host was made, changed or mounted over.
out_is_untouched() {
	[ "$(ls -A "$out")" = file ]
	[ "$(cat "$out/file")" = untouched ]
	! grep -q " $out" /proc/self/mountinfo
}

# Each option that makes or mounts something, at the place $1.
options_at() {
	printf '%s\n' "--bind=$data:$1" "--bind=$data/file:$1/new" "--tmpfs=$1" "--dir=$1/a/b" "--symlink=x:$1/l" \
		"--file=$1/f" "--device=/dev/null" "--volume=$data:$1/v" "--mask=$1/file" "--readonly=$1/file"
}

# What a process of the root sees of the host: the words that were outside of it.
reveals() {
	"$@" -- sh -c 'busybox find / -xdev -name file -exec cat {} + 2>/dev/null; cat /proc/self/mountinfo' \
		</dev/null 2>/dev/null | grep -c untouched
}

links_out() {
	local name to option status

	for name in etc tmp a/b; do
		for to in "$out" "../../../../../../..$out" ../../out /proc/self/cwd /proc/self/root /proc/1/root \
			/proc/self/fd/3; do
			rm -rf "${root:?}/${name%%/*}"
			mkdir -p "$(dirname "$root/$name")"
			ln -s "$to" "$root/$name"
			while read -r option; do
				status=0
				"$1" nsnew -a -- nsroot "$option" "$root" -- true </dev/null 2>"$data/said" || status=$?
				# It is done inside, or refused with the path in the message.
				[ "$status" = 0 ] || grep -q "^nsroot: .*'/${option#*/}*" "$data/said" ||
					grep -qF "${name%%/*}" "$data/said" || { cat "$data/said" && false; }
				out_is_untouched
			done < <(options_at "/$name")
		done
	done
}

@test "17: links out of the root, as any part of a path: nothing outside is made, changed or mounted over" {
	requires root
	links_out env
}

@test "17: the same for an ordinary user" {
	requires userns
	links_out as_user
}

@test "17: the same where the kernel has no openat2" {
	requires root strace
	local name to option

	for name in etc a/b; do
		for to in "$out" ../../out /proc/self/cwd; do
			rm -rf "${root:?}/${name%%/*}"
			mkdir -p "$(dirname "$root/$name")"
			ln -s "$to" "$root/$name"
			while read -r option; do
				nsnew -a -- strace -f -qq -o /dev/null -e trace=openat2 \
					-e inject=openat2:error=ENOSYS nsroot "$option" "$root" -- true </dev/null \
					2>"$data/said" || grep -q '^nsroot: ' "$data/said"
				out_is_untouched
			done < <(options_at "/$name")
		done
	done
}

@test "17: an absolute link, and one with .., lead where a process of the root would go" {
	requires root
	mkdir -p "$root/real/deep"
	ln -s /real "$root/abs"
	ln -s ../../../../real/deep "$root/etc/up"
	run -0 nsnew -a -- nsroot --bind "$data:/abs/here" --bind "$data:/etc/up" "$root" -- cat \
		/real/here/file /real/deep/file
	[ "$output" = $'content\ncontent' ]
}

@test "a volume's target that leads into a mounted proc is refused" {
	requires root
	local to

	for to in /proc /proc/self /proc/sys/kernel /proc/1/attr; do
		ln -sfn "$to" "$root/into"
		fails 125 "nsroot: bind '$data' at '/into" nsnew -a -- nsroot --bind "$data:/into" "$root" -- true
		fails 125 "nsroot: bind '$data/file' at '/into" \
			nsnew -a -- nsroot --bind "$data/file:/into/current" "$root" -- true
	done
}

@test "a target that is a FIFO, a socket or a device: no hang, and only a file lies over it" {
	requires root perl
	local name

	mkfifo "$root/fifo"
	mknod "$root/device" c 1 3
	perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) && bind(S, sockaddr_un($ARGV[0])) or die' "$root/socket"
	for name in fifo device socket; do
		fails 125 "nsroot: bind '$data' at '/$name': Not a directory" \
			timeout 10 nsnew -a -- nsroot --bind "$data:/$name" "$root" -- true
		fails 125 "nsroot: mount a tmpfs at '/$name': Not a directory" \
			timeout 10 nsnew -a -- nsroot --tmpfs "/$name" "$root" -- true
		[ "$(timeout 10 nsnew -a -- nsroot --bind "$data/file:/$name" "$root" -- cat "/$name")" = content ]
		# As a part of a path it is none.
		fails 125 "nsroot: bind '$data' at '/$name/x': Not a directory" \
			timeout 10 nsnew -a -- nsroot --bind "$data:/$name/x" "$root" -- true
	done
	fails 125 "nsroot: bind '$data/file' at '/etc': Is a directory" \
		nsnew -a -- nsroot --bind "$data/file:/etc" "$root" -- true
}

@test "names with newlines, spaces, backslashes, 255 bytes, not UTF-8" {
	requires root
	local name long

	printf -v long '%0255d' 0
	for name in $'new\nline' 'a space' $'tab\tand\033[31m' 'back\slash' "$long" $'\377\376' '"quoted"' "it's" \
		'%s%n' -- -x; do
		mkdir "$data/$name"
		echo "$name" >"$data/$name/file"
		escaped=${name//\\/\\\\}
		[ "$(nsnew -a -- nsroot --bind "$data/$escaped:/x/$escaped" "$root" -- cat "/x/$name/file")" = "$name" ]
		rm -r "${root:?}/x"
		# As a root, and in a message: one line, no control character.
		cp -a "$root" "$data/$name/root"
		[ "$(nsnew -a -- nsroot "$data/$name/root" -- cat /etc/name)" = inside ]
		run -125 --separate-stderr nsnew -a -- nsroot --bind "$data/$escaped/none:/x" "$root" -- true
		[ "${#stderr_lines[@]}" = 1 ]
		[[ $stderr != *[$'\001'-$'\037']* ]]
	done
	fails 125 "nsroot: bind '$data' at '/$long" nsnew -a -- nsroot --bind "$data:/${long}0" "$root" -- true
}

@test "18: a /dev of the root that is full of links, and a /dev/null that is one, change nothing" {
	requires root
	mkdir "$root/dev"
	ln -s "$out/file" "$root/dev/null"
	ln -s /proc/sys/kernel/core_pattern "$root/dev/console"
	before=$(cat /proc/sys/kernel/core_pattern)
	run -0 nsnew -a -- nsroot --mask /etc/name "$root" -- sh -c \
		'echo x >/dev/null; wc -c </etc/name; [ ! -L /dev/null ]'
	[ "$output" = 0 ]
	[ "$(cat /proc/sys/kernel/core_pattern)" = "$before" ]
	out_is_untouched
}

# A target that is a directory and a link by turns, from a process outside.
swap() {
	cat >"$data/swap.c" <<-'END'
		#include <stdio.h>
		#include <sys/stat.h>
		#include <unistd.h>
		/* swap DIR LINK: exchange them for ever. */
		int main(int argc, char **argv)
		{
			(void)argc;
			for (;;)
				if (renameat2(-100, argv[1], -100, argv[2], 2) < 0)
					return 1;
		}
	END
	cc -D_GNU_SOURCE -o "$data/swap" "$data/swap.c"
}

@test "19: a target that is swapped with a link out while nsroot runs, 10,000 rounds" {
	requires root
	local i words=() rounds=0

	swap
	mkdir "$root/x" "$root/x/sub"
	ln -s "$out" "$root/y"
	spawn "$data/swap" "$root/x" "$root/y"
	# Each makes 100 steps that look at the name anew.
	for i in {1..25}; do
		words+=(--bind "$data:/x" --bind "$data/file:/x/file$i" --dir "/x/d$i" --tmpfs "/x/sub")
	done
	for i in {1..100}; do
		nsnew -m -- nsroot --bare "${words[@]}" "$root" -- true </dev/null 2>/dev/null || :
		rounds=$((rounds + ${#words[@]} / 2))
		out_is_untouched
	done
	((rounds >= 10000))
	kill -0 "$pid"
}

@test "21: the old root is out of reach, and has no name" {
	requires root
	make_escape
	nsnew -a -- nsroot "$root" -- escape "$out/file"
	run -0 nsnew -a -- nsroot "$root" -- cat /proc/self/mountinfo
	[ "$(awk '{ print $5 }' <<<"$output" | grep -vcE '^/($|proc|sys|dev)')" = 0 ]
	[ "$(nsnew -a -- nsroot "$root" -- sh -c 'ls -d /oldroot /newroot /.old* /mnt 2>/dev/null | wc -l')" = 0 ]
}

@test "22: a shared tree learns nothing of volumes that are added" {
	requires root
	run -0 unshare -m --propagation shared sh -c '
		wc -l </proc/self/mountinfo
		unshare -m --propagation unchanged nsroot --bind "$2:/data" --tmpfs /t --mask /etc/name "$1" -- true
		wc -l </proc/self/mountinfo' - "$root" "$data"
	[ "${lines[0]}" = "${lines[1]}" ]
}

@test "24: masks stay for a user namespace inside, which gets no other /proc" {
	requires userns
	run -0 as_user nsnew -a -- nsroot "$root" -- sh -c '(echo b >/proc/sysrq-trigger) 2>/dev/null && echo sysrq; :'
	[ "$output" = '' ]
	run -0 as_user nsnew -a -- nsroot "$root" -- nsnew -rm -- sh -c '
		for path in /proc/keys /proc/timer_list /sys/firmware /proc/sysrq-trigger /proc/sys; do
			busybox umount "$path" 2>/dev/null && echo "unmasked $path"
		done
		:'
	[ "$output" = '' ]
	fails 125 'nsnew: mount proc at /proc: Operation not permitted' \
		as_user nsnew -a -- nsroot "$root" -- nsnew -rmp -- true
	# Where nothing is masked it does.
	run -0 as_user nsnew -a -- nsroot --unmasked "$root" -- nsnew -rmp -- mount -t proc none /proc
}

@test "25: no file in or beside the root is read as settings" {
	requires root strace
	for name in .nsrootrc nsroot.conf .nskit etc/nsroot.conf etc/nskit.conf etc/nsbox.conf; do
		echo '--bind /:/host' >"$root/$name"
	done
	strace -f -qq -e trace=openat,openat2,open,execve -o "$data/log" nsnew -a -- nsroot "$root" -- true
	run ! grep -E '"[^"]*(rc|conf|nskit)"' "$data/log"
	[ "$(nsnew -a -- nsroot "$root" -- sh -c '[ -e /host ] || echo none')" = none ]
}

@test "27: characters that separate mount options, in every name" {
	requires root
	local odd=$'lower ":,\\ =x'

	mkdir -p "$data/$odd/keep"
	cp -a "$root" "$data/$odd/root"
	[ "$(nsnew -m -- nsroot --overlay "$data/$odd/root" -- cat /etc/name)" = inside ]
	nsnew -m -- nsroot --overlay="$data/$odd/keep" "$data/$odd/root" -- sh -c 'echo kept >/etc/new'
	[ "$(cat "$data/$odd/keep/upper/etc/new")" = kept ]
	[ ! -e "$data/$odd/root/etc/new" ]
	fails 125 "nsroot: '/t:size=1m,huge=always'" nsnew -m -- nsroot --tmpfs '/t:size=1m,huge=always' "$root" -- true
}

@test "PROG: /bin/sh that is a link to /proc/self/exe, a script whose interpreter is missing" {
	requires root
	ln -sf /proc/self/exe "$root/bin/sh"
	run nsnew -a -- nsroot "$root" -- /bin/sh -c true
	[ "$status" != 0 ]
	sum=$(sha256sum "$PROGRAMS/nsroot")
	# Whatever is executed there, it is no file that can be written.
	[ "$(sha256sum "$PROGRAMS/nsroot")" = "$sum" ]
	printf '#!/no/such/interpreter\n' >"$root/bin/script"
	chmod 755 "$root/bin/script"
	fails 126 "nsroot: run 'script': No such file or directory" nsnew -a -- nsroot "$root" -- script
	expect hint '*interpreter*' "${stderr_lines[1]}"
}

@test "a root with none of the directories, or only a file" {
	requires root
	mkdir "$data/void"
	run -0 nsnew -a -- nsroot --bind "$root/bin:/bin" "$data/void" -- ls /
	[ "$output" = $'bin\ndev\nproc\nsys' ]
	# Made in vain, and gone.
	rm -r "${data:?}"/void/*
	fails 127 "nsroot: run 'no-such'" nsnew -a -- nsroot "$data/void" -- no-such
	rm -rf "${data:?}"/void/*
	fails 125 "nsroot: mask '/none'" nsnew -a -- nsroot --mask /none "$data/void" -- true
	[ -z "$(ls -A "$data/void")" ]
}
