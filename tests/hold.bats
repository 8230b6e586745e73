#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Holders: their names, pid files, pins, leases and control groups, and what is done outside

load helpers

# Registered names are in a place of this test.
setup() {
	export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR
	rm -rf "$USER_DIR/nskit"
}

# Root's names are the machine's: one of ours says so.
name=nskit-test-$$

teardown() {
	release
	rm -f "/run/nskit/$name"
	rmdir /run/nskit 2>/dev/null || :
}

@test "--name is a handle for PROG too, as long as it runs" {
	requires root
	local name=nskit-prog-$$

	spawn nsnew -up --name "$name" -- nshost inside -- sleep 600
	wait_for test -e "/run/nskit/$name"
	wait_for test "$(nshost -t "$name")" = inside
	expect 'pid namespace' '*no*' "$(nsinfo --diff -p "$name" | tail -1)"
	fails 125 "nsnew: give PROG the name '$name': File exists" nsnew -p --name "$name" -- true
	fails 125 "nsnew: give PROG the name '$name': File exists" \
		nsnew -pU --map-users=all --outside 'sleep 60' --name "$name" -- true
	kill -TERM "$pid"
	wait "$pid" || :
	run ! test -e "/run/nskit/$name"
	fails 125 "nsnew: --name is for a process that nsnew waits for" nsnew -u --name "$name" -- true
	run -7 nsnew -up --name "$name" -- sh -c 'exit 7'
	run ! test -e "/run/nskit/$name"
}

@test "--name registers a handle, for root and for an ordinary user" {
	requires root userns
	hold --name "$name" -u
	[ "$(nsjoin -t "$name" -- readlink /proc/self/ns/uts)" = "$(readlink "/proc/$box/ns/uts")" ]
	expect content "$box:+([0-9])" "$(head -1 "/run/nskit/$name")"
	[ "$(stat -c %a "/run/nskit/$name")" = 644 ]
	hold_as_user --name web -ru
	[ "$(as_user nshost -t web)" = "$(uname -n)" ]
	expect content "$box:+([0-9])" "$(head -1 "$USER_DIR/nskit/web")"
	[ "$(stat -c '%a %U' "$USER_DIR/nskit")" = "700 $TEST_USER" ]
}

@test "a name in use is refused, that of a holder that has ended is taken over" {
	requires userns
	hold_as_user --name web -ru
	fails 125 "nsnew: give the holder the name 'web': File exists" as_user nsnew --hold --name web -ru
	kill -KILL "$box"
	wait_for gone "$box"
	fails 125 "handle is stale: 'web'" as_user nsjoin -t web -- true
	hold_as_user --name web -ru
	as_user nsjoin -t web -- true
}

# In a /run of its own. The second file that is opened there is the one to be named.
@test "--name: nothing is left of who is killed meanwhile; where files have a name from the start it works" {
	requires root strace
	run env -u XDG_RUNTIME_DIR nsnew -mp -- sh -c 'mount -t tmpfs none /run
		strace -qq -o /run/calls -e trace=linkat -e inject=linkat:signal=KILL:when=1 \
			nsnew --hold --name web -u
		ls -A /run/nskit
		strace -qq -o /run/calls -e trace=openat,linkat -e inject=openat:error=EOPNOTSUPP:when=2 \
			nsnew --hold --name db -u
		ls -A /run/nskit
		grep -c "O_TMPFILE.*INJECTED" /run/calls
		grep -c "linkat([0-9]*, \"\.nskit-[0-9]*\", [0-9]*, \"db\"" /run/calls
		nsjoin -t db -- echo joined'
	expect output $'Killed\n+([0-9])\ndb\n1\n1\njoined' "$output"
}

# Its number is another process's there, or nobody's.
@test "a name of another pid namespace is neither stale nor free" {
	requires userns
	hold_as_user --name web -ru
	fails 125 "nsnew: give the holder the name 'web': File exists" \
		as_user nsnew -rmp -- nsnew --hold --name web -u
	fails 125 "nsjoin: open handle 'web': " \
		as_user nsnew -rmp -- nsjoin -t web -- true
	fails 125 "nskill: open handle 'web'" as_user nsnew -rmp -- nskill web
	as_user nsjoin -t web -- true
}

@test "of many who want one name, one gets it" {
	requires userns
	local i pids=()

	for i in {1..20}; do
		as_user nsnew --hold --name web -ru >"$BATS_TEST_TMPDIR/$i" 2>/dev/null 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || :
	done
	run cat "$BATS_TEST_TMPDIR"/*
	expect 'one handle' '+([0-9])' "$output"
	started+=("$output")
	expect content "$output:*" "$(cat "$USER_DIR/nskit/web")"
}

@test "what is no name" {
	requires userns
	local word

	for word in '' . ../x a/b 42 42:7 -x .hidden "$(printf '%065d' 0)"; do
		fails 125 "nsnew: name '$word': a name has no slash" as_user nsnew --hold -ru --name="$word"
	done
}

@test "names need a directory of one's own" {
	requires root userns
	fails 125 "nsnew: give the holder the name 'web': No such file or directory (XDG_RUNTIME_DIR is not set)" \
		as_user env -u XDG_RUNTIME_DIR nsnew --hold --name web -ru
	as_user mkdir -m 777 "$USER_DIR/nskit"
	fails 125 "(others can write to the directory of names)" as_user nsnew --hold --name web -ru
	rmdir "$USER_DIR/nskit"
	ln -s /tmp "$USER_DIR/nskit"
	fails 125 "nsnew: give the holder the name 'web'" as_user nsnew --hold --name web -ru
	rm "$USER_DIR/nskit"
}

@test "--pidfile: the handle in a file, that of a dead process replaced, nothing else" {
	requires root
	local file=$BATS_TEST_TMPDIR/pid

	hold -u --pidfile "$file"
	[ "$(cat "$file")" = "$box" ]
	fails 125 "nsnew: write the pid file '$file': File exists" nsnew --hold -u --pidfile "$file"
	release
	hold -u --id --pidfile "$file"
	[ "$(cat "$file")" = "$box" ]
	release
	echo precious >"$file"
	fails 125 "nsnew: write the pid file '$file': File exists" nsnew --hold -u --pidfile "$file"
	[ "$(cat "$file")" = precious ]
	fails 125 'No such file or directory' nsnew --hold -u --pidfile "$BATS_TEST_TMPDIR/no/such"
}

@test "--pin: files that keep the namespaces without a process" {
	requires root
	# In a mount namespace of its own, the host keeps its mounts.
	run -0 nsnew -m -- sh -e -c '
		mount -t tmpfs none /mnt
		box=$(nsnew --hold -mupinCT --pin /mnt/box)
		for kind in cgroup ipc mnt net pid time uts; do
			stat -c "$kind:[%i]" /mnt/box/$kind
			readlink /proc/$box/ns/$kind
		done
		kill -KILL $box
		while kill -0 $box 2>/dev/null && ! grep -qs "^State:.Z" /proc/$box/status; do :; done
		ls /mnt/box
		stat -c "net:[%i]" /mnt/box/net
		nsjoin -t /mnt/box -uiC -- readlink /proc/self/ns/uts
		stat -c "uts:[%i]" /mnt/box/uts'
	local i

	for ((i = 0; i < 14; i += 2)); do
		[ "${lines[i]}" = "${lines[i + 1]}" ]
	done
	[ "$(printf '%s ' "${lines[@]:14:7}")" = 'cgroup ipc mnt net pid time uts ' ]
	[ "${lines[21]}" = "${lines[6]}" ]
	[ "${lines[22]}" = "${lines[23]}" ]
}

# Which CPU a mount namespace is made on decides what the kernel thinks of its age.
@test "--pin: a mount namespace can be pinned from whatever CPU" {
	requires root
	run -0 nsnew -m -- sh -e -c 'mount -t tmpfs none /mnt
		for i in 1 2 3 4 5 6 7 8 9 10; do
			nsnew -m --pin /mnt/$i -- taskset -p $$ | cut -d: -f2
		done
		taskset -p $$ | cut -d: -f2' # PROG may run everywhere again
	[ "$(sort -u <<<"$output" | wc -l)" = 1 ]
}

@test "--pin: an ordinary user is told what it takes; a failure leaves nothing" {
	requires root userns
	fails 125 "nsnew: bind the namespaces to files in '$USER_DIR/pin': Operation not permitted" \
		as_user nsnew --hold -ru --pin "$USER_DIR/pin"
	expect hint '*nsnew -rm*' "${stderr_lines[1]}"
	[ ! -e "$USER_DIR/pin" ]
	run -0 as_user nsnew -rm -- sh -e -c 'mount -t tmpfs none /mnt
		box=$(nsnew --hold -u --pin /mnt/pin); ls /mnt/pin; kill $box
		mkdir /mnt/full; mkdir /mnt/full/net
		nsnew --hold -un --pin /mnt/full || ls -A /mnt/full'
	expect steps $'uts\nnsnew: bind the namespaces to files in \'/mnt/full\': *\nnet' "$output"
	run -125 nsnew -m -- sh -c 'mount -t tmpfs none /mnt && ls /mnt &&
		! nsnew --hold -u --pin /mnt/pin >/dev/full && ls /mnt && exit 125'
	[ "${#lines[@]}" = 1 ]
}

@test "--KIND=FILE: each kind is kept by its file, made by nsnew, entered by nsjoin and by nsenter" {
	requires root
	local who

	for who in env as_user; do
		run -0 "$who" nsnew -aUr -- sh -e -c '
			mount -t tmpfs none /mnt
			for pair in uts:u ipc:i net:n cgroup:C time:T pid:p mnt:m user:U; do
				kind=${pair%:*} letter=${pair#*:} long=$kind
				[ $kind != mnt ] || long=mount
				case $kind in pid) more=-f ;; user) more=-r ;; *) more= ;; esac
				nsnew $more --$long=/mnt/$kind -- readlink /proc/self/ns/$kind
				# In a pid namespace whose init has ended nobody can be born any more.
				if [ $kind = pid ]; then
					stat -c "pid:[%i]" /mnt/pid
				else
					nsjoin -t /mnt/$kind -- readlink /proc/self/ns/$kind
				fi
			done'
		[ "${#lines[@]}" = 16 ]
		for ((i = 0; i < 16; i += 2)); do
			[ "${lines[i]}" = "${lines[i + 1]}" ]
		done
	done
}

@test "--KIND=FILE: what can't be bound is told, and leaves no file and no process" {
	requires root userns
	fails 125 "nsnew: bind the uts namespace to '$USER_DIR/uts': Operation not permitted" \
		as_user nsnew -r --uts="$USER_DIR/uts" -- true
	fails 125 "nsnew: bind the net namespace to '/no/such': No such file or directory" \
		nsnew -n=/no/such -- true
	run -125 nsnew -m --propagation shared -- nsnew --propagation unchanged --mount=/tmp/nskit-pin -- true
	expect message "nsnew: bind the mnt namespace to '/tmp/nskit-pin': Invalid argument" "${lines[0]}"
	expect hint '*hint: a mount namespace *' "${lines[1]}"
	[ ! -e /tmp/nskit-pin ]
}

@test "--outside: runs where nsnew was called, with the handle, before PROG" {
	requires root
	local how

	for how in -n -np -nf; do
		run -0 --separate-stderr nsnew $how --outside 'readlink /proc/self/ns/net
			nsjoin -t "$NSKIT_HANDLE" -n -- readlink /proc/self/ns/net' -- readlink /proc/self/ns/net
		[ "${stderr_lines[0]}" = "$(readlink /proc/self/ns/net)" ]
		[ "${stderr_lines[1]}" = "$output" ]
	done
	run -0 --separate-stderr nsnew --hold --id -u --outside 'echo "$NSKIT_HANDLE"'
	started+=("${output%:*}")
	[ "$output" = "$stderr" ]
}

@test "--outside: the host's end of a pair is there when PROG starts" {
	requires ip
	run -0 as_user nsnew -rmn -- sh -c '
		nsnew -n --outside "nsveth -t \$NSKIT_HANDLE -a 10.9.0.2/24 -A 10.9.0.1/24" -- ip -br addr show dev eth0
		: the other end stays'
	expect address '*10.9.0.2/24*' "$output"
}

@test "--outside: its failure is the end, and PROG never runs" {
	requires root
	local how

	for how in -u -up -uf; do
		fails 125 "nsnew: 'exit 3' ended with status 3" nsnew $how --outside 'exit 3' -- echo PROG
		fails 125 "nsnew: 'kill -KILL \$\$' was killed by signal 9" \
			nsnew $how --outside 'kill -KILL $$' -- echo PROG
	done
	fails 125 "nsnew: 'exit 3' ended with status 3" nsnew --hold -u --outside 'exit 3'
	fails 125 "nsnew: 'exit 3' ended with status 3" nsnew --hold --lease -u --outside 'exit 3'
}

@test "--outside: PROG has no child that it didn't make" {
	requires root
	[ "$(nsnew -u --outside true -- sh -c 'exec cat /proc/$$/task/$$/children')" = '' ]
}

@test "--lease: the holder ends with the process that ran nsnew, and its name and files go" {
	requires root userns
	local box keeper

	spawn as_user sh -c 'nsnew --hold --lease --name web --pidfile "$1/pid" -rmp >"$1/box"
		exec sleep 60' - "$USER_DIR"
	wait_for test -s "$USER_DIR/box"
	box=$(cat "$USER_DIR/box")
	keeper=$(awk '{ print $4 }' "/proc/$box/stat")
	[ "$(cat "/proc/$keeper/comm")" = nsnew:lease ]
	[ -e "$USER_DIR/nskit/web" ]
	[ "$(cat "$USER_DIR/pid")" = "$box" ]
	[ "$(readlink "/proc/$keeper/fd/"[012] | sort -u)" = /dev/null ]
	kill -KILL "$pid"
	wait_for gone "$box"
	wait_for gone "$keeper"
	[ ! -e "$USER_DIR/nskit/web" ]
	[ ! -e "$USER_DIR/pid" ]
	rm "$USER_DIR/box"
}

@test "--lease: files that namespaces are bound to go too" {
	requires root
	run -0 nsnew -mp -- sh -e -c 'mount -t tmpfs none /mnt
		sh -c "nsnew --hold --lease -un --net=/mnt/net --pin /mnt/pin >/mnt/box; ls /mnt; ls /mnt/pin"
		while [ -e /mnt/net ] || [ -e /mnt/pin ]; do :; done
		ls /mnt'
	[ "${output//$'\n'/ }" = 'box net pin net uts box' ]
}

# A mount namespace and a /run of its own.
@test "--netns-name: ip netns knows the network namespace, and nothing of it is left" {
	requires root ip
	run -0 nsnew -mp -- sh -e -c 'mount -t tmpfs none /run
		box=$(nsnew --hold -n --netns-name blue)
		ip -n blue -o link | grep -c LOOPBACK,UP
		ip netns pids blue | grep -cx "$box"
		! nsnew --hold -n --netns-name blue 2>&1
		nskill "$box"
		ls /run/netns
		box=$(nsnew --hold -n --netns-name blue)
		kill -KILL "$box"
		while [ -e /run/netns/blue ]; do :; done
		box=$(nsnew --hold -n --netns-name blue)
		ip netns del blue 2>/dev/null
		ls /run/netns
		sh -c "nsnew --hold --lease -n --netns-name blue >/run/box; ls /run/netns"
		while [ -h /run/netns/blue ]; do :; done'
	[ "$output" = "1
1
nsnew: give the network namespace the name 'blue': File exists
blue" ]
	fails 125 'nsnew: --netns-name is for a network namespace: add -n' nsnew --hold -u --netns-name a
	fails 125 'nsnew: --netns-name is for --hold' nsnew -n --netns-name a -- true
	fails 125 "nsnew: name '../a': a name has no slash" nsnew --hold -n --netns-name ../a
}

@test "--lease=PID: ends with that process" {
	requires root
	spawn sleep 60
	# Through a command substitution in a function: its shell is not the one that is meant.
	make() { nsnew --hold --lease="$pid" -u 3>&-; }
	box=$(make)
	started+=("$box")
	kill -0 "$box"
	kill "$pid"
	wait_for gone "$box"
	fails 125 "nsnew: lease of process $pid: No such process" nsnew --hold --lease="$pid" -u
	fails 125 "nsnew: lease 'x' is not a process number" nsnew --hold --lease=x -u
}

@test "--lease: a keeper that is killed takes the holder along, and one asked to end does" {
	requires root
	local keeper sig

	for sig in KILL TERM; do
		hold --lease=$$ -u
		keeper=$(awk '{ print $4 }' "/proc/$box/stat")
		kill -s "$sig" "$keeper"
		wait_for gone "$box"
	done
}

@test "--lease: a holder that ends by itself takes the keeper and its name along" {
	requires userns
	hold_as_user --lease=$$ --name web -ru
	keeper=$(awk '{ print $4 }' "/proc/$box/stat")
	kill "$box"
	wait_for gone "$keeper"
	[ ! -e "$USER_DIR/nskit/web" ]
}

# Whoever adopts orphans would be taken for it, and never end.
@test "--lease: a parent that has gone already is no parent" {
	requires root
	run setsid -f sh -c '(
		while [ "$(awk "{ print \$4 }" /proc/self/stat)" = "$1" ]; do :; done 2>/dev/null
		nsnew --hold --lease -u >"$2/out" 2>&1; echo $? >>"$2/out") & exit' - "$$" "$BATS_TEST_TMPDIR"
	wait_for grep -q '^[0-9]*$' "$BATS_TEST_TMPDIR/out"
	run cat "$BATS_TEST_TMPDIR/out"
	[[ ${lines[0]} == 'nsnew: lease of the process that runs this: No such process'* || ${lines[0]} == +([0-9]) ]]
	[[ ${lines[0]} != +([0-9]) ]] || started+=("${lines[0]}")
}

# A version 2 control group of this test's own, in $group.
make_group() {
	local mount

	mount=$(awk '$(NF - 2) == "cgroup2" { print $5; exit }' /proc/self/mountinfo)
	[ -n "$mount" ] || skip 'needs a mounted cgroup2'
	group=$mount/nskit-test-$$
	mkdir "$group" || skip 'needs a writable cgroup2'
}

@test "--into-cgroup: in the group from the beginning, which a new cgroup namespace has as its root" {
	requires root
	local how

	make_group
	for how in -u -p -f -C -Cp '-Cp --hold'; do
		[[ $how != *hold ]] || continue
		# shellcheck disable=SC2086
		run -0 nsnew $how -u --into-cgroup "$group" -- grep ^0: /proc/self/cgroup
		case $how in
		*C*) [ "$output" = 0::/ ] ;;
		*) [ "$output" = "0::/${group##*/}" ] ;;
		esac
	done
	[ "$(nsnew -p --cgroup="$group" -- grep ^0: /proc/self/cgroup)" = 0::/ ]
	hold --into-cgroup "$group" -u
	[ "$(cat "$group/cgroup.procs")" = "$box" ]
	release
	wait_for rmdir "$group"
	fails 125 "nsnew: '/etc' is not the directory of a control group" nsnew -u --into-cgroup /etc -- true
	fails 125 "nsnew: open control group '/no/such': No such file or directory" \
		nsnew -u --into-cgroup /no/such -- true
}

@test "--into-cgroup: where no child can be born into it, it enters" {
	requires root strace
	local error

	make_group
	for error in EBADF ENOSYS E2BIG; do
		run -0 strace -f -qq -o /dev/null -e trace=clone3 -e inject=clone3:error=$error:when=1 \
			nsnew -Cp --into-cgroup "$group" -- grep ^0: /proc/self/cgroup
		[ "$output" = 0::/ ]
	done
	wait_for rmdir "$group"
}

@test "a holder keeps nothing of its caller's environment and command line" {
	requires root
	hold -mp --outside ': secret'
	[ -z "$(tr -d '\0' <"/proc/$box/environ")" ]
	[ "$(tr -d '\0' <"/proc/$box/cmdline")" = nsnew:hold ]
}

@test "a holder with a root that has no /dev/null" {
	requires root
	install -D /bin/busybox "$BATS_TEST_TMPDIR/root/bin/busybox"
	mkdir "$BATS_TEST_TMPDIR/root/dev"
	echo secret >"$BATS_TEST_TMPDIR/root/dev/null"
	hold -mp -R "$BATS_TEST_TMPDIR/root"
	[ "$(stat -L -c %t:%T "/proc/$box/fd/0")" = 1:3 ]
	[ "$(nsjoin -t "$box" -- /bin/busybox ls /)" = $'bin\ndev' ]
}

# With a second one, the program's own pages are what all holders share.
@test "a holder costs at most 150 KiB of private memory" {
	requires root
	hold -a
	hold -a
	run -0 awk '/^Private_/ { sum += $2 } END { print sum }' "/proc/$box/smaps_rollup"
	echo "$output KiB"
	[ -x "$ROOT/build/musl/nshost" ] || skip 'not built with musl: sizes are those of another libc'
	((output <= 150))
}
