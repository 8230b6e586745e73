#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsnew and its holder, attacked: by what they hold, by who calls, by what lies in the way

load helpers

setup_file() {
	export PROBE=$USER_DIR/userns
	cc -static -D_GNU_SOURCE -o "$PROBE" "$BATS_TEST_DIRNAME/userns.c" 3>&- && chmod 755 "$PROBE"
}

# A root directory with a static shell, and the words of a script to attack with.
make_root() {
	rf=$BATS_TEST_TMPDIR/root
	mkdir -p "$rf/bin" "$rf/proc" "$rf/tmp"
	cp "$(type -P busybox)" "$rf/bin/busybox"
	for name in sh cat ls mount readlink sleep; do ln -sf busybox "$rf/bin/$name"; done
}

sum() {
	sha256sum <"$PROGRAMS/nsnew"
}

# What a container's root does to a program of the host that runs as its process 1. An open of a
# running program for writing fails anyway; the words of the failure tell that it always will.
attack='exec 9</proc/1/exe
	(echo x >/proc/1/exe) 2>&1
	(echo x >/proc/self/fd/9) 2>&1
	:'

@test "a held container's root can't write to the holder's program" {
	requires root
	local before

	before=$(sum)
	hold -a
	run -0 nsenter -t "$box" -a sh -c "$attack"
	expect attack '*1/exe: Read-only file system*fd/9: Read-only file system' "$output"
	[ "$(sum)" = "$before" ]
}

@test "nor after the holder has ended, when nothing runs that program" {
	requires root
	local before

	before=$(sum)
	hold -mu
	# Without a pid namespace the attacker outlives the holder.
	spawn nsenter -t "$box" -m -u sh -c "exec 9</proc/$box/exe; kill $box
		while kill -0 $box; do sleep 0.02; done
		echo x >/proc/self/fd/9 || :
		sleep 0.02; exec sh -c 'echo x >/dev/fd/9; echo end >&2'" 2>"$BATS_TEST_TMPDIR/said"
	wait_for grep -q end "$BATS_TEST_TMPDIR/said"
	[ "$(grep -c 'Read-only file system' "$BATS_TEST_TMPDIR/said")" = 2 ]
	[ "$(sum)" = "$before" ]
}

# A program of ours that waits inside holds those that come after it, and nothing else.
@test "a program of ours inside leads to no other file of the host's directory" {
	requires root
	local tools=$BATS_TEST_TMPDIR/tools

	mkdir "$tools"
	cp "$PROGRAMS"/* "$tools"
	echo secret >"$tools/secret"
	chmod -R a+rX "$BATS_TEST_TMPDIR"
	hold -a
	PATH=$tools:$PATH spawn nsjoin -t "$box" -- nsnew -u --outside 'exec sleep 60' -- nshost web -- true
	child_named "$pid" nsnew
	wait_for pgrep -P "$child" -x nsnew
	run nsenter -t "$box" -a sh -c 'for fd in /proc/[0-9]*/fd/*; do
		ls "$fd/" 2>/dev/null; cat "$fd/secret" 2>/dev/null; done | grep -x secret'
	[ "$output" = '' ]
}

@test "the holder's program leads to no directory of the host" {
	requires root
	hold -a
	[ "$(readlink "/proc/$box/exe")" = / ] # a mount of this one file
	run ! nsenter -t "$box" -a ls /proc/1/exe/..
	[ "$(readlink "/proc/$box/root")" = / ]
}

@test "a script of the new root that names /proc/self/exe gets a program that can't be written" {
	requires root busybox
	local before

	before=$(sum)
	make_root
	# The script's interpreter is nsnew: it stays as process 1, with a program of the attacker's.
	mkdir -p "$rf/sub/bin" "$rf/sub/proc"
	cp "$rf/bin/busybox" "$rf/sub/bin/sh"
	cp "$rf/bin/busybox" "$rf/sub/bin/mount"
	printf '#!/proc/self/exe -ufR/sub\n' >"$rf/evil"
	printf '#!/bin/sh\nmount -t proc proc /proc\n%s\n' "$attack" >"$rf/sub/evil"
	chmod +x "$rf/evil" "$rf/sub/evil"
	run nsnew -mp -R "$rf" -- /evil
	expect attack '*1/exe: Read-only file system*fd/9: Read-only file system' "$output"
	[ "$(sum)" = "$before" ]
}

@test "an nsnew that stays in the container, as a link of a chain, can't be written" {
	requires root busybox
	local before

	before=$(sum)
	make_root
	for how in "-R $rf --" "-- nsroot $rf --"; do
		# shellcheck disable=SC2086
		run nsnew -mp $how nsnew -uf -- sh -c "$attack"
		expect "$how" '*1/exe: Read-only file system*fd/9: Read-only file system' "$output"
	done
	[ "$(sum)" = "$before" ]
}

@test "nothing of the new root is read, not even for a name" {
	requires root busybox strace
	make_root
	mkdir -p "$rf/etc"
	printf 'passwd: evil\ngroup: evil\n' >"$rf/etc/nsswitch.conf"
	run -0 strace -f -qq -e trace=openat,open,openat2,pivot_root -o "$BATS_TEST_TMPDIR/steps" \
		nsnew -mp -R "$rf" --map-user=root -w / -- /bin/sh -c :
	run ! grep -E '/etc/nsswitch|libnss|ld\.so|/locale' "$BATS_TEST_TMPDIR/steps"
	grep -q '/etc/passwd.* = [0-9]' "$BATS_TEST_TMPDIR/steps" # the caller's, before
	[ "$(sed -n '/pivot_root/,$p' "$BATS_TEST_TMPDIR/steps" | grep -c /etc/)" = 0 ]
}

@test "a directory that the caller left open leads nowhere" {
	requires root busybox
	make_root
	exec 8</
	run -0 nsnew -mp -R "$rf" -- /bin/ls /proc/self/fd
	[ "$output" = $'0\n1\n2\n3' ]
	run -0 nsnew -mp -R "$rf" --keep-fd 8 -- /bin/sh -c 'exec ls /proc/self/fd/8/'
	expect kept '*etc*' "$output"
	exec 8<&-
}

@test "a working directory outside of the new root is refused" {
	requires root busybox
	make_root
	exec 8</
	run -0 nsnew -mp -R "$rf" -- /bin/sh -c 'pwd; ls /proc/self/cwd'
	expect cwd $'/\nbin*' "$output"
	ln -s /proc/self/fd/8 "$rf/work"
	mount -t proc proc "$rf/proc"
	run nsnew -mu -R "$rf" -w /work -- /bin/ls
	umount "$rf/proc"
	[ "$status" = 125 ]
	expect message "nsnew: change to the directory '/work': *" "$output"
	exec 8<&-
}

@test "PROG sees no descriptor of ours, whatever was done for it" {
	requires userns
	local how

	for how in -U -r -rf -rmp '-rmp --outside true' '-rf --outside true' "-rmu --outside true"; do
		# shellcheck disable=SC2086
		run -0 as_user nsnew $how -- sh -c 'exec ls /proc/self/fd'
		expect "$how" $'0\n1\n2\n3' "$output"
	done
	[ "$TEST_USER" ] || return 0
	for how in "--pin $BATS_TEST_TMPDIR/pin" "--net=$BATS_TEST_TMPDIR/net --map-users=0:100000:10"; do
		# shellcheck disable=SC2086
		run -0 nsnew -mpn $how -- sh -c 'exec ls /proc/self/fd'
		expect "$how" $'0\n1\n2\n3' "$output"
	done
	umount "$BATS_TEST_TMPDIR/net" "$BATS_TEST_TMPDIR/pin"/*
}

@test "the outside command gets no descriptor, no input, and no output that is PROG's" {
	requires root
	exec 8</dev/null
	run -0 --separate-stderr nsnew -mp --outside 'ls /proc/self/fd; cat; echo out' -- cat <<<input
	exec 8<&-
	[ "$output" = input ]
	expect 'what it says' $'0\n1\n2\n3\nout' "$stderr"
}

@test "a standard descriptor that is closed is never something of ours" {
	requires userns
	local how

	for how in -U -rmp "-rmp --outside true"; do
		# shellcheck disable=SC2086
		[ "$(as_user nsnew $how -- readlink /proc/self/fd/0 <&-)" = /dev/null ]
		# shellcheck disable=SC2086
		as_user nsnew $how -- test /proc/self/fd/1 -ef /dev/null >&-
		# shellcheck disable=SC2086
		[ "$(as_user nsnew $how -- readlink /proc/self/fd/2 2>&-)" = /dev/null ]
	done
	box=$(as_user nsnew --hold -U 0<&- 2>&- 3>&-)
	started+=("$box")
	[ "$(readlink "/proc/$box/fd/"* | sort -u)" = /dev/null ]
}

@test "the holder tells a container nothing of its caller" {
	requires root
	SECRET=word hold -a
	run ! grep -q SECRET "/proc/$box/environ"
	run ! grep -qi word "/proc/$box/environ"
	[ "$(ls "/proc/$box/fd")" = $'0\n1\n2' ]
	nsjoin -t "$box" -- true
}

# What looks like /proc may be the work of the container that the caller is in.
@test "a /proc that is none is believed nothing" {
	requires root
	local fake='mount -t tmpfs none /proc; mkdir -p /proc/self/ns /proc/self/fdinfo /proc/thread-self
		mkdir "$1/evil"
		printf "#!/bin/sh\necho >$1/believed\n" >"$1/evil/nsnew"
		cp "$1/evil/nsnew" "$1/evil/nshost"
		chmod +x "$1/evil/"*
		ln -s "$1/evil/nsnew" /proc/self/exe
		touch /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
		"${@:2}"'

	in_fake() { unshare -m bash -c "$fake" - "$BATS_TEST_TMPDIR" "$@"; }
	run in_fake nsnew -r -- true
	expect map 'nsnew: * (/proc is not a proc file system)' "$output"
	[ "$status" = 125 ]
	rm -r "$BATS_TEST_TMPDIR/evil"
	run in_fake nsnew --pin "$BATS_TEST_TMPDIR/pin" -n -- true
	[ "$status" = 125 ]
	rm -r "$BATS_TEST_TMPDIR/evil"
	run in_fake nsnew -u -- nshost web true
	rm -r "$BATS_TEST_TMPDIR/evil"
	box=$(in_fake nsnew --hold -u 3>&-)
	started+=("$box")
	[ "$(cat "/proc/$box/comm")" = nsnew:hold ]
	[ ! -e "$BATS_TEST_TMPDIR/believed" ]
	[ ! -e "$BATS_TEST_TMPDIR/pin" ]
}

@test "the number of a holder that has ended, given to another process, is no handle" {
	requires root
	local name=reused-$$ old tries=200

	hold --id -u --name "$name"
	old=${box%:*}
	kill -KILL "$old"
	wait_for test ! -e "/proc/$old" # whoever adopted it takes a while to reap it
	until ((tries-- == 0)); do
		echo $((old - 1)) >/proc/sys/kernel/ns_last_pid
		spawn sleep 60
		((pid != old)) || break
	done
	[ "$pid" = "$old" ] || {
		rm -f "/run/nskit/$name"
		skip 'the number was not to be had'
	}
	for handle in "$box" "$name"; do
		fails 125 "nsinfo: handle is stale: '$handle'" nsinfo -t "$handle"
		fails 125 "nsjoin: handle is stale: '$handle'" nsjoin -t "$handle" -- true
		fails 125 "nshost: handle is stale: '$handle'" nshost -t "$handle" web
	done
	hold -u --name "$name" # such a name is free
	[ "$(nsinfo -t "$name" | head -c 4)" ]
	rm "/run/nskit/$name"
	rmdir --ignore-fail-on-non-empty /run/nskit
}

@test "a link where a pid file is to be is refused, and what it leads to untouched" {
	requires userns
	local file=$USER_DIR/pidfile target=$USER_DIR/target

	echo precious >"$target"
	chmod 666 "$target"
	ln -s "$target" "$file"
	fails 125 "write the pid file '$file': *a link is in its place" as_user nsnew --hold -r --pidfile "$file"
	[ "$(cat "$target")" = precious ]
	rm "$file" "$target"
	ln -s "$target" "$file" # to nothing: it isn't made
	fails 125 "write the pid file '$file'" as_user nsnew --hold -r --pidfile "$file"
	[ ! -e "$target" ]
	rm "$file"
}

@test "a pid file in place of another file: this stays" {
	requires userns
	local file=$USER_DIR/pidfile

	for content in precious '' 1 "$$"; do
		echo "$content" >"$file"
		fails 125 "write the pid file '$file': File exists" as_user nsnew --hold -r --pidfile "$file"
		[ "$(cat "$file")" = "$content" ]
	done
	rm "$file"
	mkfifo "$file" # nor does it hang
	fails 125 "write the pid file '$file': File exists" as_user nsnew --hold -r --pidfile "$file"
	rm "$file"
}

@test "a link where names are kept is refused" {
	requires userns
	mkdir "$USER_DIR/elsewhere"
	chmod 777 "$USER_DIR/elsewhere"
	ln -s elsewhere "$USER_DIR/nskit"
	fails 125 "give the holder the name 'box'" as_user nsnew --hold -r --name box
	[ -z "$(ls "$USER_DIR/elsewhere")" ]
	rm "$USER_DIR/nskit"
	rmdir "$USER_DIR/elsewhere"
}

@test "a directory of names that others can write to is refused" {
	requires userns
	as_user mkdir "$USER_DIR/nskit"
	chmod 777 "$USER_DIR/nskit"
	fails 125 'others can write to the directory of names' as_user nsnew --hold -r --name box
	rmdir "$USER_DIR/nskit"
}

@test "a name can't lead out of its directory" {
	requires userns
	local name

	for name in ../evil a/b /evil .. . '' -x 12 12:34 .hidden "$(printf '%065d' 0 | tr 0 a)"; do
		run -125 as_user nsnew --hold -r "--name=$name"
		expect "$name" "nsnew: name '$name': a name has no slash*" "$output"
	done
	[ ! -e "$USER_DIR/nskit" ]
	as_user nsnew --hold -r --name ok >"$BATS_TEST_TMPDIR/handle" 3>&-
	started+=("$(cat "$BATS_TEST_TMPDIR/handle")")
	[ "$(stat -c %a "$USER_DIR/nskit")" = 700 ]
	rm -r "$USER_DIR/nskit"
}

@test "a link where namespaces are to be bound is refused" {
	requires root
	local dir=$BATS_TEST_TMPDIR

	mkdir "$dir/target" "$dir/pins"
	echo precious >"$dir/file"
	ln -s target "$dir/pin"
	ln -s ../file "$dir/pins/net"
	ln -s file "$dir/net"
	fails 125 'a link is in its place' nsnew -n --pin "$dir/pin" -- true
	fails 125 'a link is in its place' nsnew --hold -n --pin "$dir/pin"
	fails 125 'a link is in its place' nsnew -n --pin "$dir/pins" -- true
	fails 125 'a link is in its place' nsnew --net="$dir/net" -- true
	[ -z "$(ls "$dir/target")" ]
	[ "$(cat "$dir/file")" = precious ]
}

@test "what was bound in a directory before, by another nsnew, survives a failure" {
	requires root
	local dir=$BATS_TEST_TMPDIR/pins

	nsnew -n --pin "$dir" -- true
	fails 125 "'false' ended with status 1" nsnew -u --pin "$dir" --outside false -- true
	[ "$(stat -f -c %T "$dir/net")" = nsfs ]
	umount "$dir/net"
	echo precious >"$dir/net"
	fails 125 "'false' ended with status 1" nsnew --net="$dir/net" --outside false -- true
	[ "$(cat "$dir/net")" = precious ]
}

@test "no group is given up that denies a file" {
	requires userns root
	local group=$((RANDOM + 70000)) how
	local member=(setpriv --reuid "$TEST_USER" --regid "$TEST_USER" --groups "$group"
		--inh-caps=-all env HOME="$USER_DIR")

	echo denied >"$USER_DIR/denied"
	chown root:"$group" "$USER_DIR/denied"
	chmod 604 "$USER_DIR/denied"
	[ "$(as_user cat "$USER_DIR/denied")" = denied ]
	run ! "${member[@]}" cat "$USER_DIR/denied"
	for how in -U -r -c '-r -G 0' '-r -S 0 -G 0' '-rfp' '-r --keep-caps'; do
		# shellcheck disable=SC2086
		run ! "${member[@]}" nsnew $how -- cat "$USER_DIR/denied"
		# shellcheck disable=SC2086
		run ! "${member[@]}" nsnew $how -- setpriv --clear-groups cat "$USER_DIR/denied"
	done
	[ "$("${member[@]}" nsnew -r -- cat /proc/self/setgroups)" = deny ]
	fails 125 '--setgroups=allow' "${member[@]}" nsnew -r --setgroups=allow -- true
	rm "$USER_DIR/denied"
}

@test "the helpers that map ids aren't searched in PATH, and get no environment" {
	requires userns root newuidmap strace
	local bin=$USER_DIR/bin

	mkdir "$bin"
	printf '#!/bin/sh\necho called >>%s/called\n' "$USER_DIR" | tee "$bin/newuidmap" >"$bin/newgidmap"
	chmod 755 "$bin"/*
	chmod 777 "$USER_DIR"
	PATH=$bin:$PATH run -0 as_user nsnew --map-auto -- cat /proc/self/uid_map
	[ ! -e "$USER_DIR/called" ]
	expect map '*65536' "$output"
	chmod 700 "$USER_DIR"
	rm -r "$bin"
	run strace -f -qq -v -e trace=execve -o "$BATS_TEST_TMPDIR/execs" \
		setpriv --reuid "$TEST_USER" --clear-groups nsnew --map-auto -- true
	grep -q 'newuidmap.*, \[\])' "$BATS_TEST_TMPDIR/execs"
}

@test "capabilities that the caller leaves to be inherited are not PROG's, nor the holder's" {
	requires root capsh
	local how none='*CapInh:?0000000000000000*CapAmb:?0000000000000000*'

	for how in -m -fm -mp -r '-r --no-userns' '-S 65534'; do
		run -0 capsh --inh=cap_chown --addamb=cap_chown -- -c "nsnew -u $how -- cat /proc/self/status"
		expect "$how" "$none" "$output"
	done
	box=$(capsh --inh=cap_chown --addamb=cap_chown -- -c 'nsnew --hold -m' 3>&-)
	started+=("$box")
	expect holder "$none" "$(cat "/proc/$box/status")"
}

@test "an ordinary user's file capabilities aren't raised by what he inherits" {
	requires root capsh setcap userns
	cp "$(type -P cat)" "$USER_DIR/cat"
	setcap cap_chown+ei "$USER_DIR/cat"
	run -0 capsh --inh=cap_chown --user="$TEST_USER" -- -c "$USER_DIR/cat /proc/self/status"
	expect 'without nsnew' '*CapPrm:?0000000000000001*' "$output" # the attack exists
	run -0 capsh --inh=cap_chown -- -c "nsnew -u -S $(id -u "$TEST_USER") -- $USER_DIR/cat /proc/self/status"
	expect 'by nsnew' '*CapPrm:?0000000000000000*' "$output"
	rm "$USER_DIR/cat"
}

@test "--no-userns: every way into a user namespace is closed" {
	requires userns
	[ -x "$PROBE" ] || skip 'needs a compiler'
	local how

	spawn as_user unshare -Ur sleep 60
	wait_for eval '! [ /proc/$pid/ns/user -ef /proc/self/ns/user ]'
	exec 9<"/proc/$pid/ns/user"
	run -0 as_user nsnew -r --keep-fd 9 -- "$PROBE"
	expect 'without it' '*unshare*clone*clone3*' "$output" # they are there to be closed
	for how in -r -c -rmp '-rmp -f' '-a'; do
		# shellcheck disable=SC2086
		run -0 as_user nsnew $how --no-userns --keep-fd 9 -- "$PROBE"
		expect "$how" '' "$output"
	done
	[ -z "$TEST_USER" ] || {
		run -0 nsnew -m --no-userns --keep-fd 9 -- "$PROBE"
		expect root '' "$output"
	}
	exec 9<&-
}

@test "--no-userns: it can't be undone, and the rest works" {
	requires userns
	run -0 --separate-stderr as_user nsnew -rmp --no-userns -- sh -c '
		echo 100 >/proc/sys/user/max_user_namespaces
		nsnew -r -- true || echo $?
		unshare -U true || echo $?
		nsnew -mpu -- sh -c "echo \$\$"'
	[ "$output" = $'125\n1\n1' ]
	run as_user nsnew -r --no-userns -- nsnew -r -- true
	expect message '*nsnew: create NEWUSER: Operation not permitted*' "$output"
}

@test "maps that are none are refused before anything is made" {
	requires userns strace
	local map overlap

	refused() {
		run -125 as_user nsnew "${@:2}" -- true
		expect "$2" "nsnew: *$1*" "$output"
	}
	for map in --map-users=0:0:0 --map-groups=0:1:4294967296 --map-user=no-such-user --owner=1; do
		run -125 as_user strace -f -qq -o "$USER_DIR/steps" nsnew -U -m "$map" -- true
		run ! grep -E 'clone|fork|unshare|write\([^2]' "$USER_DIR/steps"
	done
	for map in '' 0 0:0 0:0: :0:1 0::1 0:0:0 a:0:1 0:b:1 0:0:1x '0:0: 1' 0:0:1:1 -1:0:1 0:-1:1 0:0:-1 \
		4294967296:0:1 0:4294967296:1 0:0:4294967296 4294967295:0:1 0:4294967295:1 \
		1:0:4294967295 0x0:0:1 +0:0:1 '0:0:1 0:0:1' 99999999999999999999:0:1 0,0 0,0,0 ",,"; do
		refused "--map-users" "--map-users=$map"
		refused "--map-groups" "--map-groups=$map"
	done
	for overlap in 0:200:1 9:200:1 5:200:10 100:1000:1 100:1009:5 0:1000:10; do
		refused "overlaps '0:1000:10'" --map-users=0:1000:10 "--map-users=$overlap"
	done
	for map in nobody-of-that-name '' -1 4294967295 4294967296 0x0 1: 1:2; do
		refused 'no such user' "--map-user=$map"
		refused 'no such group' "--map-group=$map"
	done
	for map in '' 0 0: :0 0:0:0 a:b -1:0 0:-1 4294967295:0; do
		refused owner -U "--owner=$map"
	done
	refused "setgroups 'maybe'" -r --setgroups=maybe
	rm "$USER_DIR/steps"
}

@test "more ranges than the kernel takes, and ids that this user namespace hasn't, are refused" {
	requires root
	local many=() i

	for ((i = 0; i < 341; i++)); do many+=("--map-users=$((2 * i)):$((2 * i)):1"); done
	fails 125 "--map-users '680:680:1': Argument list too long" nsnew "${many[@]}" -- true
	run -0 nsnew "${many[@]:0:340}" -- wc -l /proc/self/uid_map
	expect lines '340 *' "$output"
	run nsnew --map-users=0:100000:10 --map-groups=0:100000:10 -- nsnew --map-users=0:5:10 -- true
	expect hole "nsnew: --map-users '0:5:10': not all of these ids are mapped *" "$output"
}

@test "ids of PROG that are none are refused, never taken for 0" {
	requires userns
	local id

	for id in '' x 1: :1 1:2 -1 4294967295 4294967296 0x0 ' 0' '0 ' +0 0.0; do
		run -125 as_user nsnew -r "--setuid=$id" -- true
		expect "$id" "nsnew: user '$id': *" "$output"
		run -125 as_user nsnew -r "--setgid=$id" -- true
		expect "$id" "nsnew: group '$id': *" "$output"
	done
	fails 125 'become user 5' as_user nsnew -r -S 5 -- true
	fails 125 'become group 5' as_user nsnew -r -G 5 -- true
}

@test "root, whose own id isn't mapped, is one who is mapped, and to no file still root" {
	requires root
	run -0 nsnew --map-users=0:100000:10 --map-groups=0:100000:10 -- sh -c 'id -u; id -g; id -G'
	[ "$output" = $'0\n0\n0' ]
	run -0 nsnew --map-users=5:100000:10 --map-groups=5:100000:10 -- sh -c 'id -u; id -g; id -G'
	[ "$output" = $'5\n5\n5' ]
	run ! nsnew --map-users=5:100000:10 --map-groups=5:100000:10 -- cat /etc/shadow
}
