#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsinfo -l: every namespace, whatever keeps it, and those asked for

load helpers
load nsinfo

setup_file() {
	export BATS_TEST_TIMEOUT=600 # seconds, for hundreds of runs
}

@test "list: each namespace once, and how many processes are in it" {
	requires root
	local first kind row
	aside unshare -Cuin
	first=$pid
	aside nsenter -t "$first" -u -n
	run -0 --separate-stderr nsinfo -l
	[[ ${lines[0]} =~ ^KIND\ +INODE\ +HELD\ +PROCESSES\ +PID\ +OWNER_USER\ +NAME\ +COMMAND$ ]]
	[ -z "$(echo "$output" | awk 'NR > 1 { print $2 }' | sort | uniq -d)" ]
	for kind in cgroup ipc uts net; do
		row=$(echo "$output" | grep " $(inode "$first" "$kind") " | tr -s ' ')
		case $kind in
		uts | net) expect row "$kind * process 2 $first root - sleep 60" "$row" ;;
		*) expect row "$kind * process 1 $first root - sleep 60" "$row" ;;
		esac
	done
}

@test "list: however many there are, also of a kind that the caller has others of" {
	requires root
	local inodes=''
	for _ in {1..20}; do
		hold -n
		inodes+=$(inode "$box" net)$'\n'
		run -0 --separate-stderr nsinfo -n --owned-by root -o inode --raw
		[ "$(grep -Fxf <(echo -n "$inodes") <<<"$output" | sort)" = "$(echo -n "$inodes" | sort)" ]
	done
}

@test "list: of a handle, also of one without a process" {
	requires root
	hold -un
	exec 8<"/proc/$box/ns/uts"
	[ "$(nsinfo -l -t "$box" -u | awk 'NR > 1 { print $2, $4, $5 }')" = \
		"$(inode "$box" uts) 1 $box" ]
	release
	run -0 --separate-stderr nsinfo -l -t /dev/fd/8
	exec 8<&-
	[[ ${lines[1]} =~ ^uts\ +[0-9]+\ +fd\ +0\ +[0-9]+\ +root\ +-\ +[^\ ] ]]
	[ "${#lines[@]}" = 2 ]
}

@test "list: where /proc is another pid namespace's, in which we are not" {
	requires root
	hold -mp
	run -0 nsenter -t "$box" -m "$(type -P nsinfo)" -l -m --json
	[ "$(echo "$output" | jq -c '[.processes, (.namespaces[] | .inode, .pid, .shared)]')" = \
		"[1,$(inode "$box" mnt),1,null]" ]
}

@test "list: letters choose the kinds" {
	[ "$(nsinfo -l -n -T 2>/dev/null | awk '{ print $1 }' | uniq)" = $'KIND\nnet\ntime' ]
}

@test "list: a user namespace without a process, whose child has one" {
	requires userns
	local between
	aside as_user unshare -Ur unshare -Ur
	between=$(nsinfo -U -o parent --raw "$pid")
	[ "$between" != "$(inode self user)" ]
	run -0 --separate-stderr nsinfo -l -U
	[[ $output =~ user\ +$between\ +namespace\ +0\ +-\ +$(as_user id -un)\ +-\ +- ]]
}

@test "list: an ordinary user's own, and how many processes could not be read" {
	requires root
	local count
	hold_as_user -a
	run -0 --separate-stderr as_user nsinfo -l
	[[ $output =~ net\ +$(inode "$box" net)\ +process\ +1\ +$box\ +$TEST_USER\ +-\ +[^$'\n']+ ]]
	[[ $stderr =~ ^'nsinfo: read the namespaces of '[0-9]+' processes: Permission denied'$ ]]
	run -0 --separate-stderr as_user nsinfo -l --json
	[ -z "$stderr" ]
	count=$(echo "$output" | jq .unreadable)
	[ "$count" -gt 1 ]
	[ "$(echo "$output" | jq '.processes + .unreadable')" -ge "$count" ]
}

@test "list: what lsns shows, row by row, with its numbers" {
	requires root lsns
	hold -a
	aside unshare -Urn
	lsns -rno TYPE,NS,NPROCS,PID | tr -s ' ' | sort >"$BATS_TEST_TMPDIR/lsns"
	nsinfo -l -o type,ns,nprocs,pid --raw 2>/dev/null | sort >"$BATS_TEST_TMPDIR/ours"
	# Of those that others change meanwhile the numbers differ; ours don't.
	for kind in ${kinds#user}; do
		grep -x "$kind $(inode "$box" "$kind") 1 $box" "$BATS_TEST_TMPDIR/lsns"
		grep -x "$kind $(inode "$box" "$kind") 1 $box" "$BATS_TEST_TMPDIR/ours"
	done
	cut -d' ' -f1,2 "$BATS_TEST_TMPDIR/ours" | sort >"$BATS_TEST_TMPDIR/known"
	cut -d' ' -f1,2 "$BATS_TEST_TMPDIR/lsns" | sort | comm -23 - "$BATS_TEST_TMPDIR/known" \
		>"$BATS_TEST_TMPDIR/missing"
	# What is missing must be gone by now.
	while read -r _ number; do
		if lsns -rno NS | grep -x "$number"; then
			return 1
		fi
	done <"$BATS_TEST_TMPDIR/missing"
}

# What a process of tests/keeper.c keeps is in the list, held as it should be: keeps HOW HELD.
keeps() {
	local found

	cc -D_GNU_SOURCE -static -pthread -o "$BATS_TEST_TMPDIR/keeper" "$BATS_TEST_DIRNAME/keeper.c"
	: >"$BATS_TEST_TMPDIR/inode" # not the one before
	"$BATS_TEST_TMPDIR/keeper" "$1" >"$BATS_TEST_TMPDIR/inode" 3>&- &
	pid=$!
	started+=("$pid")
	wait_for test -s "$BATS_TEST_TMPDIR/inode"
	kept=$(cat "$BATS_TEST_TMPDIR/inode")
	found=$(nsinfo --sockets --inode "$kept" -o held,processes,pid --raw 2>/dev/null) || :
	expect "$1" "$2 0 $pid" "$found"
}

@test "list: what a thread keeps, also one whose process is a zombie but for it" {
	requires root
	keeps thread thread
	keeps thread-alone thread
}

@test "list: what waits for a process's children" {
	requires root
	keeps time children
	keeps pid children
}

@test "list: what an open file, a socket and a tun device keep" {
	requires root
	keeps fd fd
	keeps mnt fd
	keeps tun tun
	keeps socket socket
	run -1 --separate-stderr nsinfo --inode "$kept" # sockets only when asked for
}

@test "list: a mount namespace of which only the kernel knows, and what it can tell" {
	requires root
	keeps mnt-in-flight 'unseen' || : # nobody's
	[ "$(nsinfo --inode "$kept" -o kind,held,pid,owner,path --raw 2>/dev/null)" = \
		"mnt unseen - $(inode self user) -" ]
	[ "$(nsinfo --inode "$kept" -o mounts --raw 2>/dev/null)" = "$(wc -l </proc/self/mountinfo)" ]
}

@test "list: what only listns(2) knows of, an open file on its way; and before Linux 6.19 nothing" {
	requires root
	local id
	cc -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/listns" "$BATS_TEST_DIRNAME/listns.c"
	keeps in-flight '' || : # nobody sees it
	wait_for eval '[ "$(wc -l <"$BATS_TEST_TMPDIR/inode")" = 2 ]'
	{ read -r kept && read -r id; } <"$BATS_TEST_TMPDIR/inode"
	run -1 --separate-stderr nsinfo --inode "$kept"
	run -0 --separate-stderr "$BATS_TEST_TMPDIR/listns" "$id" "$kept" \
		nsinfo --inode "$kept" -o kind,inode,id,held,processes,owner,interfaces --raw
	[ "$output" = "net $kept $id unseen 0 $(inode self user) lo" ]
	# What is known anyway stays as it is.
	run -0 --separate-stderr "$BATS_TEST_TMPDIR/listns" "$(nsinfo -n -o id --raw)" "$(inode self net)" \
		nsinfo --inode "$(inode self net)" -o held --raw
	[[ $output == process* ]]
}

@test "list: a file bound to it, here and in another mount namespace" {
	requires root
	local there kept
	hold -m
	touch "$BATS_TEST_TMPDIR/"{here,there}
	aside unshare -n
	mount --bind "/proc/$pid/ns/net" "$BATS_TEST_TMPDIR/here"
	kept=$(inode "$pid" net)
	aside unshare -u
	nsenter -t "$box" -m mount --bind "/proc/$pid/ns/uts" "$BATS_TEST_TMPDIR/there"
	there=$(inode "$pid" uts)
	kill "${started[@]:1}"
	wait_for gone "$pid"
	run -0 --separate-stderr nsinfo --held-by mount --persistent -o kind,inode,held,pid,nsfs,path,owner --raw
	umount "$BATS_TEST_TMPDIR/here"
	grep -Fx "net $kept mount - $BATS_TEST_TMPDIR/here $BATS_TEST_TMPDIR/here $(inode self user)" <<<"$output"
	grep -Fx "uts $there mount - - /proc/$box/root$BATS_TEST_TMPDIR/there $(inode self user)" <<<"$output"
}

@test "list: no bound file is looked for where a file system could keep us waiting" {
	requires root strace
	local way
	hold -m
	aside unshare -n
	nsenter -t "$box" -m mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR"
	nsenter -t "$box" -m touch "$BATS_TEST_TMPDIR/net"
	nsenter -t "$box" -m mount --bind "/proc/$pid/ns/net" "$BATS_TEST_TMPDIR/net"
	kept=$(inode "$pid" net)
	kill "$pid"
	wait_for gone "$pid"
	strace -qq -e trace=openat2 -o "$BATS_TEST_TMPDIR/trace" \
		nsinfo --inode "$kept" -o kind,held,owner --raw >"$BATS_TEST_TMPDIR/found" 2>/dev/null
	[ "$(cat "$BATS_TEST_TMPDIR/found")" = "net mount $(inode self user)" ]
	grep -q RESOLVE_CACHED "$BATS_TEST_TMPDIR/trace" || grep -q 0x20 "$BATS_TEST_TMPDIR/trace"
	for way in EAGAIN ENOSYS EINVAL; do # not in memory, Linux 5.5, Linux 5.11
		[ "$(strace -qq -o /dev/null -e "inject=openat2:error=$way" nsinfo --inode "$kept" \
			-o kind,held,owner --raw 2>/dev/null)" = 'net mount -' ]
	done
}

# The calls that a list takes among so many processes: calls COUNT OPTION...
calls() {
	nsnew -fp --mount-proc "$BATS_TEST_TMPDIR/crowd" "$1" strace -qq -f -c -o "$BATS_TEST_TMPDIR/calls" \
		nsinfo -l --raw -o kind,inode "${@:2}" >/dev/null 2>&1
	awk '/total/ { print $4 }' "$BATS_TEST_TMPDIR/calls"
}

# Each process more takes so many at most, its share of a namespace included: budget MOST OPTION...
budget() {
	local few many more

	few=$(calls 200 "${@:2}")
	many=$(calls 500 "${@:2}")
	more=$(calls 1100 "${@:2}")
	((few > 0 && many - few <= 300 * $1 && more - many <= 600 * $1)) ||
		expect calls "at most $1 a process" "$few $many $more"
}

@test "list: at most 20 calls a process, 10 for its own, however many there are" {
	requires root strace
	cc -O2 -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/crowd" "$BATS_TEST_DIRNAME/bench/crowd.c"
	budget 20
	budget 10 --quick
}

@test "list: a namespace is asked once, whoever is in it" {
	requires root strace
	cc -O2 -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/crowd" "$BATS_TEST_DIRNAME/bench/crowd.c"
	nsnew -fp --mount-proc "$BATS_TEST_TMPDIR/crowd" 400 strace -qq -f -o "$BATS_TEST_TMPDIR/trace" \
		-e trace=ioctl nsinfo -l --raw >"$BATS_TEST_TMPDIR/list" 2>/dev/null
	[ "$(grep -c NS_GET_USERNS "$BATS_TEST_TMPDIR/trace")" -le "$(wc -l <"$BATS_TEST_TMPDIR/list")" ]
}

@test "list: a process more takes less than 1 KiB more" {
	requires root
	local few many one
	for one in crowd peak; do
		cc -O2 -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/$one" "$BATS_TEST_DIRNAME/bench/$one.c"
	done
	memory() {
		nsnew -fp --mount-proc "$BATS_TEST_TMPDIR/crowd" "$1" "$BATS_TEST_TMPDIR/peak" \
			nsinfo -l --raw 2>/dev/null
	}
	few=$(memory 200)
	many=$(memory 2200)
	((few > 0 && many > 0 && many - few < 2000)) || expect KiB 'less than 2000 apart' "$few $many"
}

@test "list: the same read by several side by side, by one, where nobody can be started, and killed" {
	requires root strace
	cc -O2 -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/crowd" "$BATS_TEST_DIRNAME/bench/crowd.c"
	# shellcheck disable=SC2016
	run -0 --separate-stderr nsnew -fp --mount-proc "$BATS_TEST_TMPDIR/crowd" 700 sh -c '
		list="nsinfo -Q kind==net&&processes==20 -o inode,processes,pid --raw"
		$list && echo && taskset -c 0 $list && echo &&
		strace -qq -o /dev/null -e inject=fork,clone:error=EAGAIN $list &&
		strace -f -qq -o /dev/null -e inject=prctl:signal=KILL $list'
	[ "${#lines[@]}" = 140 ]
	[ "$(printf '%s\n' "${lines[@]}" | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 4 ]
}

@test "list: 400 times while 8 shells fork without pause, and each is right" {
	requires root
	hold -n
	for _ in {1..8}; do
		spawn sh -c 'while :; do /bin/true; done'
	done
	run -0 --separate-stderr sh -c "for round in \$(seq 400); do
		nsinfo --inode $(inode "$box" net) -o kind,held,processes,pid --raw
	done"
	[ "${#lines[@]}" = 400 ]
	[ "$(sort -u <<<"$output")" = "net process 1 $box" ]
}

@test "list: a process that goes meanwhile is no failure" {
	requires strace
	local error
	refused() { strace -qq -o /dev/null -e "inject=$1" nsinfo -l; }
	for error in ENOENT ESRCH; do
		run -0 --separate-stderr refused "readlinkat:error=$error:when=30+7"
		[[ $output =~ $'\nuser '.*$'\nnet ' ]]
		run -0 --separate-stderr refused "openat:error=$error:when=8+"
	done
}

@test "names of processes are hostile: one row each, and nothing a terminal obeys" {
	requires root jq
	local evil=$'evil\n\e[31m\xc2\x9b1m\xff\t"\\'
	spawn unshare -u bash -c 'exec -a "$1" sleep 60' bash "$evil"
	wait_for runs "$pid" sleep
	run -0 --separate-stderr nsinfo -l -t "$pid" -u
	expect table 'uts *evil??\[31m?1m??"\\ 60' "${lines[1]}"
	[ "${#lines[@]}" = 2 ]
	[ "$(nsinfo -l 2>/dev/null | LC_ALL=C tr -d '\n\040-\176\200-\377' | wc -c)" = 0 ]
	[ "$(nsinfo -l --json -u -t "$pid" | jq -r '.namespaces[0].command')" = \
		$'evil\n\e[31m\xc2\x9b1m\xef\xbf\xbd\t"\\ 60' ]
	nsinfo -l --json | jq -e . >/dev/null
}

@test "the name of a process without a command line, in brackets" {
	requires userns
	cp "$(type -P unshare)" "$USER_DIR/"$'a\nb'
	spawn as_user sh -c "\"\$1\" -Ur true & exec sleep 60" sh "$USER_DIR/"$'a\nb'
	wait_for runs "$pid" sleep
	requires ps
	descend "$pid" 2 || :
	wait_for gone "${nested[1]}" # it stays a zombie
	run -0 nsinfo -l -U --json
	run -0 jq -r ".namespaces[] | select(.pid == ${nested[1]}).command" <<<"$output"
	[ "$output" = '[true]' ]
	run -0 nsinfo -t "${nested[1]}"
	[ "$(echo "$output" | cell uts INODE)" = - ]
	[ "$(echo "$output" | cell user INODE)" = "$(inode "${nested[1]}" user)" ]
}
