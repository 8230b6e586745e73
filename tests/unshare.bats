#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsnew called as unshare(1) is: the same call, the same result

load helpers

teardown() {
	umount "$BATS_TEST_TMPDIR"/pins/* 2>/dev/null || :
	umount "$BATS_TEST_TMPDIR/pins" 2>/dev/null || :
	release
}

# What a process can tell of where and who it is, apart from numbers that are new each time.
look='id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map; cat /proc/self/setgroups; pwd
	for kind in user cgroup ipc uts net mnt time; do
		[ "$(readlink /proc/self/ns/$kind)" = "$(eval echo \$ns_$kind)" ] || echo "new $kind"
	done
	[ $$ = 1 ] && echo "process 1"
	grep -E "^(Cap(Inh|Prm|Eff|Amb)|Groups|NoNewPrivs)" /proc/self/status
	sort /proc/self/timens_offsets | tr -s " "
	echo "args: $*"; exit 9'

setup() {
	local kind

	for kind in user cgroup ipc uts net mnt time; do
		export "ns_$kind=$(readlink "/proc/self/ns/$kind")"
	done
}

# same [as_user] OPTIONS...: nsnew and unshare make the same of these options.
same() {
	local who=() theirs ours their_status=0 our_status=0

	[ "$1" != as_user ] || { who=(as_user); shift; }
	theirs=$("${who[@]}" unshare "$@" sh -c "$look" - a 'b c' 2>&1) || their_status=$?
	ours=$("${who[@]}" nsnew "$@" sh -c "$look" - a 'b c' 2>&1) || our_status=$?
	[ "$their_status" = 9 ] || expect "unshare $*" 'to work' "$theirs"
	expect "status of nsnew $*" "$their_status" "$our_status"
	diff --label "unshare $*" --label "nsnew $*" -U9 <(echo "$theirs") <(echo "$ours") >&2
}

@test "as root: the same ids, maps, namespaces, directory, arguments and status" {
	requires root unshare
	local call

	while read -r call; do
		eval "same $call"
	done <<-'END'
		-m
		-u
		-i
		-n
		-C
		-T
		-U
		-muinCT
		-fp
		-fp --mount-proc
		-mfp --mount-proc=/proc
		--mount --uts --ipc --net --cgroup --time
		--fork --pid --mount-proc
		-Ur
		-r
		-c
		-rc
		-cr
		-rf
		-U --map-user=5
		--map-user=5 --map-group=6
		--map-user=root --map-group=daemon
		-u -w /usr
		-u --wd=/usr
		-u --wd /usr
		-m -R /
		-u -R / -w /usr
		-u --root=/ --wd=/etc
		-u -S 65534
		-u -G 65534
		-u -S 65534 -G 65534
		-r --keep-caps
		-T --monotonic 1000
		-T --boottime=-10 --monotonic=5
		-fT --boottime 4000000000
		-fpT --boottime 77
		-m --propagation slave
		-m --propagation=unchanged
		-m --propagation private
		--kill-child -u
		--kill-child=TERM -fpm
		-fp --kill-child -S 65534
		-u --
		-fuim --
		-fp --mount-p
		--map-r
	END
}

@test "as an ordinary user: the same" {
	requires userns unshare
	local call id

	id=$(as_user id -u)
	while read -r call; do
		eval "same as_user $call"
	done <<-END
		-U
		-Ur
		-r
		-c
		-rm
		-rmuinCT
		-rfp
		-rfp --mount-proc
		-cmfp --mount-proc
		--map-user=$id
		--map-user=7 --map-group=8
		-r --keep-caps
		-c --keep-caps
		-rT --boottime 1000
		-rm -w /usr
		-rm -R / -w /usr
		-r -S 0
		-r --kill-child
		-rn
		-rmfpS 0
	END
}

@test "subordinate ids of an ordinary user" {
	requires root userns newuidmap
	local first inside

	first=$(sed -n "s/^$TEST_USER:\([0-9]*\):.*/\1/p" /etc/subuid)
	[ "$first" ] || skip 'the user has no subordinate ids'
	for inside in --map-auto '--map-users=auto --map-groups=auto'; do
		# shellcheck disable=SC2086
		run -0 as_user nsnew $inside -- sh -c 'cat /proc/self/uid_map /proc/self/gid_map; id -u'
		expect "$inside" "*0 *$first *65536*0 *65536*0" "$output"
	done
	run -0 as_user nsnew -r --map-auto -- sh -c 'tr -s " " </proc/self/uid_map; cat /proc/self/setgroups'
	expect '-r --map-auto' " 0 $(as_user id -u) 1"$'\n'" 1 $first 65536"$'\nallow' "$output"
	run -0 as_user nsnew -c --map-subids -- sh -c 'tr -s " " </proc/self/uid_map | sort'
	expect '--map-subids' "*$first $first 65536*" "$output"
	run -0 as_user nsnew -r --map-users="1:$first:5" --map-groups="1:$first:5" -- \
		sh -c 'touch "$0" && chown 3:4 "$0" && stat -c %u:%g "$0"' "$USER_DIR/file"
	[ "$output" = 3:4 ]
	same as_user -r "--map-users=$first,1,10" "--map-groups=$first,1,10"
	same as_user --map-auto -S 0 -G 0 # without, unshare leaves one nobody
	same as_user "--map-users=$first,0,10" "--map-groups=$first,0,10" -S 3 -G 4
	[ "$(stat -c %u:%g "$USER_DIR/file")" = "$((first + 2)):$((first + 3))" ]
	rm "$USER_DIR/file"
	fails 125 'map users' as_user nsnew -r --map-users=1:0:1 -- true
}

@test "--map-users=all and subids, --owner" {
	requires root
	run -0 nsnew --map-users=all --map-groups=all -- sh -c 'tr -s " " </proc/self/uid_map; cat /proc/self/setgroups'
	expect all ' 0 0 429496729[45]'$'\n''allow' "$output"
	run -0 nsnew -r --owner 1234:1235 -- sh -c 'tr -s " " </proc/self/uid_map; id -u; id -g'
	expect owner ' 0 1234 1'$'\n0\n0' "$output"
	hold -U --owner 1234:1235
	expect owner '*1234*' "$(nsinfo -t "$box" --json | tr -d '\n')"
}

@test "environment options" {
	requires root
	run -0 env A=1 B=2 nsnew -u --clear-env -- /usr/bin/env
	[ "$output" = '' ]
	run -0 env -i A=1 B=2 C= PATH="$PATH" nsnew -u --whitelist-env A,C,D -- /usr/bin/env
	[ "$output" = $'A=1\nC=' ]
}

@test "without a program: the shell, as a login shell" {
	requires root
	local shell

	for shell in /bin/sh /bin/bash ''; do
		# shellcheck disable=SC2016
		run -0 env SHELL="$shell" nsnew -u <<<'echo "$0"'
		expect "$shell" "-${shell:+${shell##*/}}*" "$output"
	done
	SHELL=/bin/dash run -3 nsnew -u -- <<<'exit 3'
	SHELL=/bin/dash run -3 nsnew -mp <<<'exit 3'
}

@test "statuses of PROG are unshare's, our own failures 125" {
	requires root
	run -127 unshare -u no-such-program
	run -127 nsnew -u no-such-program
	run -126 unshare -u /etc/passwd
	run -126 nsnew -u /etc/passwd
	run -1 unshare -u --no-such-option true
	run -125 nsnew -u --no-such-option true
}

@test "a new root with its proc, for root and for an ordinary user" {
	requires userns busybox
	local root=$USER_DIR/root

	mkdir -p "$root/bin" "$root/proc" "$root/work"
	cp "$(type -P busybox)" "$root/bin/sh"
	chmod -R a+rX "$root"
	# shellcheck disable=SC2016
	for call in nsnew unshare; do
		run -0 as_user $call -rmfp --mount-proc -R "$root" -w /work sh -c 'pwd; echo /*; echo $$ /proc/[0-9]*'
		expect "$call" $'/work\n/bin /proc /work\n1 /proc/1' "$output"
	done
	rm -r "$root"
}

@test "propagation: what is mounted inside shows outside only where asked" {
	requires root
	local how

	for how in private slave shared unchanged; do
		for call in nsnew unshare; do
			run -0 unshare -m --propagation shared sh -c "
				$call -m --propagation $how sh -c 'mount -t tmpfs none /mnt'
				grep -c ' /mnt ' /proc/self/mountinfo || :"
			echo "$call $how $output"
		done
	done >"$BATS_TEST_TMPDIR/seen"
	diff <(sed -n 's/^nsnew //p' "$BATS_TEST_TMPDIR/seen") <(sed -n 's/^unshare //p' "$BATS_TEST_TMPDIR/seen")
	grep -q 'nsnew unchanged 1' "$BATS_TEST_TMPDIR/seen"
	fails 125 "propagation 'bogus'" nsnew -m --propagation bogus -- true
}

@test "--mount-binfmt and --load-interp" {
	requires userns
	grep -q binfmt_misc /proc/filesystems || skip 'needs binfmt_misc'
	run as_user nsnew -rmfp --mount-binfmt -- ls /proc/sys/fs/binfmt_misc
	[ "$status" = 0 ] || skip 'binfmt_misc in a user namespace needs Linux 6.7'
	[ "$output" = $'register\nstatus' ]
	printf 'NSKITcontent' >"$USER_DIR/file"
	chmod 755 "$USER_DIR/file"
	run -0 as_user nsnew -rfp --load-interp ":nskit:M::NSKIT::$(type -P cat):" -- "$USER_DIR/file"
	[ "$output" = NSKITcontent ]
	rm "$USER_DIR/file"
	[ ! -e /proc/sys/fs/binfmt_misc/nskit ]
}

# Persistence: a directory with private mounts, as the host's are.
@test "--KIND=FILE keeps each kind, with a child or without, and it can be entered" {
	requires root nsenter
	local pins=$BATS_TEST_TMPDIR/pins pair letter name map fork inside call

	mkdir "$pins"
	for pair in uts:u ipc:i net:n cgroup:C time:T user:U mount:m pid:p; do
		name=${pair%:*} letter=${pair#*:}
		[ "$name" = user ] && map=-r || map=-u
		for fork in '' -f; do
			: >"$pins/$name"
			# shellcheck disable=SC2086
			inside=$(nsnew $map $fork "--$name=$pins/$name" -- readlink "/proc/self/ns/${name/mount/mnt}" ||
				echo failed)
			[ "$(stat -f -c %T "$pins/$name")" = nsfs ]
			[ "$name" != pid ] || { umount "$pins/pid"; continue; } # it ended with its process 1
			for call in "nsjoin -t $pins/$name" "nsenter -$letter$pins/$name"; do
				# shellcheck disable=SC2086
				run -0 $call readlink "/proc/self/ns/${name/mount/mnt}"
				[ "$output" = "$inside" ]
			done
			umount "$pins/$name"
		done
	done
	rm -r "$pins"
}

@test "--mount=FILE again and again, on any CPU" {
	requires root
	local pins=$BATS_TEST_TMPDIR/pins i

	mkdir "$pins"
	for i in {1..20}; do
		nsnew --mount="$pins/mnt" -- true
		umount "$pins/mnt"
		taskset -c $((i % $(nproc))) nsnew -fp --mount="$pins/mnt" -- true
		umount "$pins/mnt"
	done
}

@test "a letter takes its file as =FILE or /FILE, and bundles otherwise" {
	requires root
	local pins=$BATS_TEST_TMPDIR/pins

	mkdir "$pins"
	nsnew -n="$pins/a" -- true
	nsnew -un"$pins/b" -- true
	[ "$(stat -f -c %T "$pins/a")" = nsfs ]
	[ "$(stat -f -c %T "$pins/b")" = nsfs ]
}

@test "--mount=FILE on a shared mount: clear words, and nothing left" {
	requires root
	local pins=$BATS_TEST_TMPDIR/pins

	mkdir "$pins"
	mount -t tmpfs none "$pins"
	mount --make-shared "$pins"
	spawn unshare -m --propagation unchanged sleep 60
	wait_for eval '! [ /proc/$pid/ns/mnt -ef /proc/self/ns/mnt ]'
	fails 125 "bind the mnt namespace to '$pins/mnt'" nsnew --mount="$pins/mnt" -- true
	expect hint '*only where the mount is private*' "${stderr_lines[1]}"
	fails 125 "bind the mnt namespace to '$pins/mnt'" nsnew -u --uts="$pins/uts" --mount="$pins/mnt" -- true
	[ -z "$(ls "$pins")" ]
	release # nobody shares it any more
	nsnew --mount="$pins/mnt" --uts="$pins/uts" -- true
	umount "$pins/mnt" "$pins/uts" "$pins"
}

@test "a failure to keep a namespace leaves no file and no mount" {
	requires root userns
	local pins=$BATS_TEST_TMPDIR/pins

	mkdir "$pins"
	fails 125 "bind the uts namespace to '$pins/no/uts'" nsnew --net="$pins/net" --uts="$pins/no/uts" -- true
	fails 125 "bind the net namespace to '$pins'" nsnew --net="$pins" -- true
	fails 125 "bind the namespaces to files in '$pins/no/dir'" \
		nsnew -n --uts="$pins/uts" --pin "$pins/no/dir" -- true
	fails 125 "bind the net namespace to '$USER_DIR/net'" as_user nsnew -r --net="$USER_DIR/net" -- true
	expect hint '*an ordinary user has to be in a mount namespace*' "${stderr_lines[1]}"
	fails 125 'change to the directory' nsnew --net="$pins/net" -w /no/such -- true
	[ -z "$(ls "$pins")" ]
}
