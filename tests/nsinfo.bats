#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsinfo: the namespaces of a process and of all, who is in them, who owns them, and their limits

load helpers

kinds='user cgroup ipc uts net pid mnt time'

# The inode of a process's namespace, from its link.
inode() {
	readlink "/proc/$1/ns/$2" | tr -dc 0-9
}

# The cell of a table on standard input in the row of $1, column $2 by its heading.
cell() {
	awk -v kind="$1" -v heading="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == heading) at = i }
		$1 == kind { print $at }'
}

# Whether a process has become PROG.
runs() {
	[ "$(readlink "/proc/$1/exe")" = "$(readlink -f "$(type -P "$2")")" ]
}

# Start sleep by a command that makes namespaces, as `aside unshare -u`; $pid is sleep's.
aside() {
	spawn "$@" sleep 60
	wait_for runs "$pid" sleep
}

@test "own: the files of /proc/self/ns, as root and as an ordinary user" {
	local as name

	for as in '' as_user; do
		run -0 $as nsinfo
		[ "${#lines[@]}" = 11 ]
		[[ ${lines[0]} =~ ^KIND\ +INODE\ +OWNER\ +USER\ +PARENT$ ]]
		for name in $kinds pid_for_children time_for_children; do
			[ "$(echo "$output" | cell "$name" INODE)" = "$(inode self "$name")" ]
		done
	done
}

@test "own: letters choose the kinds" {
	[ "$(nsinfo -n --uts | awk '{ print $1 }')" = $'KIND\nuts\nnet' ]
	[ "$(nsinfo -p | awk '{ print $1 }')" = $'KIND\npid\npid_for_children' ]
}

@test "own: in a container with a /proc of its own" {
	requires root
	run -0 nsnew -a -- sh -c 'nsinfo; readlink /proc/self/ns/pid'
	[ "$(echo "$output" | cell pid INODE)" = "$(tr -dc 0-9 <<<"${lines[-1]}")" ]
	[ "$(echo "$output" | cell pid PARENT)" = - ]
	[ "$(nsnew -a -- nsinfo -l --json | jq -c '[.processes, .unreadable]')" = '[1,0]' ]
}

@test "handle: what the caller shares, and what not" {
	requires root
	hold -un
	run -0 nsinfo -t "$box"
	[[ ${lines[0]} == *' SHARED' ]]
	for kind in $kinds; do
		[ "$(echo "$output" | cell "$kind" INODE)" = "$(inode "$box" "$kind")" ]
		case $kind in
		uts | net) [ "$(echo "$output" | cell "$kind" SHARED)" = no ] ;;
		*) [ "$(echo "$output" | cell "$kind" SHARED)" = yes ] ;;
		esac
	done
}

@test "handle: PID:INODE, a file, a directory of files, each with its rows" {
	requires root
	hold --id -un
	[ "$(nsinfo -t "$box" | wc -l)" = 11 ]
	[ "$(nsinfo -t "/proc/${box%:*}/ns/net" | awk '{ print $1, $2 }')" = \
		"KIND INODE"$'\n'"net $(inode "${box%:*}" net)" ]
	ln -s "/proc/${box%:*}/ns/uts" "/proc/${box%:*}/ns/net" "$BATS_TEST_TMPDIR"
	run -0 nsinfo -t "$BATS_TEST_TMPDIR"
	[ "$(echo "$output" | awk '{ print $1, $NF }')" = $'KIND SHARED\nuts no\nnet no' ]
}

@test "handle: from standard input, and only the answer goes out" {
	requires root
	hold -u
	[ "$(echo "$box" | nsinfo -t - -u)" = "$(nsinfo -t "$box" -u)" ]
}

@test "owner: the user namespace and the user who made it" {
	requires userns
	local as kind user

	hold_as_user -a
	user=$(as_user id -un) || : # a number without a name
	for as in '' as_user; do
		run -0 $as nsinfo -t "$box"
		for kind in $kinds; do
			[ "$(echo "$output" | cell "$kind" USER)" = "$user" ]
			[ "$kind" != user ] || continue
			[ "$(echo "$output" | cell "$kind" OWNER)" = "$(inode "$box" user)" ]
		done
		[ "$(echo "$output" | cell user OWNER)" = "$(inode self user)" ]
		[ "$(echo "$output" | cell user PARENT)" = "$(inode self user)" ]
		[ "$(echo "$output" | cell pid PARENT)" = "$(inode self pid)" ]
		[ "$(echo "$output" | cell net PARENT)" = - ]
	done
}

@test "owner: a number where /etc/passwd has no name" {
	requires root
	aside setpriv --reuid 54321 --clear-groups unshare -Ur
	[ "$(nsinfo -t "$pid" | cell user USER)" = 54321 ]
	[ "$(nsinfo -t "$pid" --json | jq -c '.namespaces[0] | [.owner_uid, .owner_user]')" = \
		'[54321,null]' ]
}

@test "owner: seen from inside, nothing is known of what lies outside" {
	requires userns
	run -0 as_user unshare -Urn nsinfo
	[ "$(echo "$output" | cell net OWNER)" = "$(echo "$output" | cell user INODE)" ]
	[ "$(echo "$output" | cell net USER)" = root ] # as this user namespace maps the id
	[ "$(echo "$output" | cell user PARENT)" = - ]
	[ "$(echo "$output" | cell uts OWNER)" = - ]
	[ "$(echo "$output" | cell uts USER)" = - ]
}

# Set `nested` to a process and its line of only children.
descend() {
	nested=("$1")
	while [ "${#nested[@]}" -lt "$2" ]; do
		nested+=("$(ps -o pid= --ppid "${nested[-1]}" | tr -d ' ')")
		[ "${nested[-1]}" ] || return 1
	done
	runs "${nested[-1]}" sleep
}

# The same, once there are so many. All are ended at teardown: when the first, which waits, is
# killed, the others live on.
descends() {
	wait_for descend "$@"
	started+=("${nested[@]}")
}

@test "parent: of containers three deep" {
	requires userns ps
	local level kind here above

	spawn as_user nsnew -ar -- nsnew -ar -- nsnew -ar -- sleep 60
	descends "$pid" 4
	for level in 1 2 3; do
		run -0 nsinfo -t "${nested[level]}"
		for kind in user pid; do
			here=$(inode "${nested[level]}" "$kind")
			above=$(inode "${nested[level - 1]}" "$kind")
			[ "$(echo "$output" | cell "$kind" INODE)" = "$here" ]
			[ "$(echo "$output" | cell "$kind" PARENT)" = "$above" ]
		done
		[ "$(echo "$output" | cell pid OWNER)" = "$(inode "${nested[level]}" user)" ]
	done
}

@test "for children: the namespaces that a process's next child will be in" {
	requires root ps
	spawn unshare -p -f sleep 60
	descends "$pid" 2
	run -0 nsinfo -t "$pid"
	[ "$(echo "$output" | cell pid SHARED)" = yes ]
	[ "$(echo "$output" | cell pid_for_children INODE)" = "$(inode "${nested[1]}" pid)" ]
	[ "$(echo "$output" | cell pid_for_children SHARED)" = no ]
	[ "$(echo "$output" | cell pid_for_children PARENT)" = "$(inode "$pid" pid)" ]
}

@test "for children: none before the first child" {
	requires root
	aside unshare -p
	run -0 nsinfo -t "$pid"
	[ "$(echo "$output" | grep pid_for_children | tr -s ' ')" = 'pid_for_children - - - - -' ]
	[ "$(echo "$output" | cell time_for_children INODE)" = "$(inode "$pid" time)" ]
}

@test "list: each namespace once, and how many processes are in it" {
	requires root
	local first kind row
	aside unshare -Cuin
	first=$pid
	aside nsenter -t "$first" -u -n
	run -0 --separate-stderr nsinfo -l
	[[ ${lines[0]} =~ ^KIND\ +INODE\ +USER\ +PROCS\ +PID\ +COMMAND$ ]]
	[ -z "$(echo "$output" | awk 'NR > 1 { print $2 }' | sort | uniq -d)" ]
	for kind in cgroup ipc uts net; do
		row=$(echo "$output" | grep " $(inode "$first" "$kind") " | tr -s ' ')
		case $kind in
		uts | net) expect row "$kind * root 2 $first sleep 60" "$row" ;;
		*) expect row "$kind * root 1 $first sleep 60" "$row" ;;
		esac
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
	[[ ${lines[1]} =~ ^uts\ +[0-9]+\ +root\ +0\ +-\ +-$ ]]
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
	between=$(nsinfo -t "$pid" | cell user PARENT)
	[ "$between" != "$(inode self user)" ]
	run -0 --separate-stderr nsinfo -l -U
	[[ $output =~ user\ +$between\ +$(as_user id -un)\ +0\ +-\ +- ]]
}

@test "list: an ordinary user's own, and how many processes could not be read" {
	requires root
	local count
	hold_as_user -a
	run -0 --separate-stderr as_user nsinfo -l
	[[ $output =~ net\ +$(inode "$box" net)\ +$TEST_USER\ +1\ +$box\ +[^$'\n']+ ]]
	[[ $stderr =~ ^'nsinfo: read the namespaces of '[0-9]+' processes: Permission denied'$ ]]
	run -0 --separate-stderr as_user nsinfo -l --json
	[ -z "$stderr" ]
	count=$(echo "$output" | jq .unreadable)
	[ "$count" -gt 1 ]
	[ "$(echo "$output" | jq '.processes + .unreadable')" -ge "$count" ]
}

@test "list: what lsns shows, row by row" {
	requires root lsns
	hold -a
	lsns -rno TYPE,NS | sort >"$BATS_TEST_TMPDIR/lsns"
	nsinfo -l 2>/dev/null | awk 'NR > 1 { print $1, $2 }' | sort |
		comm -23 "$BATS_TEST_TMPDIR/lsns" - >"$BATS_TEST_TMPDIR/missing"
	# Others may begin and end meanwhile: what is missing must be gone by now.
	while read -r _ number; do
		lsns -rno NS | grep -vx "$number" >"$BATS_TEST_TMPDIR/lsns"
		if lsns -rno NS | diff "$BATS_TEST_TMPDIR/lsns" - | grep -x "> $number"; then
			return 1
		fi
	done <"$BATS_TEST_TMPDIR/missing"
}

@test "list: grows with the processes, not with their square" {
	requires strace
	local calls processes namespaces
	run -0 strace -qq -f -c -o "$BATS_TEST_TMPDIR/calls" nsinfo -l --json
	calls=$(awk '/total/ { print $(NF - 2) }' "$BATS_TEST_TMPDIR/calls")
	[ "$calls" -gt 0 ]
	processes=$(echo "$output" | jq '.processes + .unreadable')
	# 8 a process, and what it takes to open, ask and name each namespace.
	namespaces=$(echo "$output" | jq '.namespaces | length')
	[ "$calls" -lt $((9 * processes + 20 * namespaces + 100)) ]
}

@test "list: a process that goes meanwhile is no failure" {
	requires strace
	local error round
	refused() { strace -qq -o /dev/null -e "inject=$1" nsinfo -l; }
	for error in ENOENT ESRCH; do
		run -0 --separate-stderr refused "readlinkat:error=$error:when=30+7"
		[[ $output =~ $'\nuser '.*$'\nnet ' ]]
		run -0 --separate-stderr refused "openat:error=$error:when=8+"
	done
	for round in 1 2; do
		spawn sh -c 'while :; do /bin/true; done'
	done
	for ((round = 0; round < 50; round++)); do
		run -0 --separate-stderr nsinfo -l
		[[ $output =~ net\ +$(inode self net)\  ]]
	done
}

@test "a kernel that answers no question about owners: all else is shown" {
	requires strace
	local mute='strace -qq -o /dev/null -e inject=ioctl:error=ENOTTY nsinfo'
	[ "$($mute -n | tail -n 1 | tr -s ' ')" = "net $(inode self net) - - -" ]
	[ "$($mute -n --json | jq -c '.namespaces[0] | [.owner, .owner_uid, .parent]')" = \
		'[null,null,null]' ]
	[ "$($mute --limits -n --json | jq -c '.limits[0] | [.visible, .yours]')" = '[null,null]' ]
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

@test "same: before and after each kind is made" {
	requires root
	local letter kind
	aside env
	run -0 nsinfo --same "$pid"
	[ -z "$output" ]
	for letter in m-mnt u-uts i-ipc n-net p-pid U-user C-cgroup T-time; do
		kind=${letter#*-}
		letter=-${letter%%-*}
		[ "$letter" != -p ] || continue # its children are, not itself
		aside unshare "$letter"
		run -1 nsinfo --same "$pid"
		[ "$(echo "$output" | tail -n +2 | tr -s ' ')" = \
			"$kind $(inode self "$kind") $(inode "$pid" "$kind")" ]
		run -1 nsinfo --same "$pid" "$letter"
		run -0 nsinfo -t "$pid" --same "$pid" "$letter"
		[ "$kind" = uts ] || run -0 nsinfo --same "$pid" -u
	done
}

@test "same: the pid namespace of a container is another" {
	requires root
	hold -p
	run -1 nsinfo --same "$box"
	[ "$(echo "$output" | awk '{ print $1 }')" = $'KIND\npid' ]
}

@test "same: two handles, of which one may be a file" {
	requires root
	hold -un
	aside nsenter -t "$box" -n
	run -0 nsinfo -t "$pid" --same "$box" -n
	run -1 nsinfo -t "$pid" --same "$box" -n -u
	run -0 nsinfo -t "$pid" --same "/proc/$box/ns/net"
	run -1 nsinfo -t "/proc/$box/ns/net" --same $$
	run -0 sh -c "echo $box | nsinfo -t - --same $pid -n"
}

@test "same: an ordinary user compares the own containers" {
	requires userns
	local one
	hold_as_user -a
	one=$box
	hold_as_user -a
	run -1 as_user nsinfo -t "$one" --same "$box"
	[ "${#lines[@]}" = 9 ]
	run -0 as_user nsinfo -t "$one" --same "$one"
}

@test "limits: those of the own user namespace" {
	local as kind
	for as in '' as_user; do
		run -0 --separate-stderr $as nsinfo --limits
		[[ ${lines[0]} =~ ^KIND\ +LIMIT\ +VISIBLE\ +YOURS$ ]]
		[ "${#lines[@]}" = 9 ]
		for kind in $kinds; do
			[ "$(echo "$output" | cell "$kind" LIMIT)" = \
				"$(cat "/proc/sys/user/max_${kind}_namespaces")" ]
		done
	done
	[ "$(nsinfo --limits -n 2>/dev/null | wc -l)" = 2 ]
}

@test "limits: what is made in a user namespace counts there" {
	requires userns
	run -0 --separate-stderr as_user unshare -Ur sh -c '
		exec 3<&-
		echo 7 >/proc/sys/user/max_net_namespaces
		nsinfo --limits -n
		for option in -n -n -Urn; do
			unshare $option sleep 60 &
			pids="$pids $!"
		done
		until nsinfo --limits -n | tr -s " " | grep -q "net 7 3 3"; do
			sleep 0.02
		done
		nsinfo --limits -nUu
		kill $pids'
	[ "$(echo "${lines[1]}" | tr -s ' ')" = 'net 7 0 0' ]
	[ "$(printf '%s\n' "${lines[@]:2}" | cell user VISIBLE)" = 1 ]
	[ "$(printf '%s\n' "${lines[@]:2}" | cell uts VISIBLE)" = 0 ]
	[ "$(printf '%s\n' "${lines[@]:2}" | cell net VISIBLE)" = 3 ]
}

@test "limits: yours are those below the user namespaces you made" {
	requires root userns
	hold_as_user -a
	# Not user and pid: a zombie of another test may have one of these still.
	[ "$(as_user nsinfo --limits -muniCT --json | jq -c '[.limits[].yours] | unique')" = '[1]' ]
	[ "$(nsinfo --limits --json | jq '.limits[] | .visible > .yours' | uniq)" = true ]
}

@test "JSON: the keys, which never change" {
	requires jq
	local namespace='kind inode owner owner_uid owner_user parent shared processes pid command'
	keys_are() { # TOP ROW OPTION...
		run -0 nsinfo "${@:3}" --json
		[ "$(echo "$output" | jq -r 'keys_unsorted | join(" ")')" = "$1" ]
		run -0 jq -r '.[keys_unsorted[0]][] | keys_unsorted | join(" ")' <<<"$output"
		[ "$(echo "$output" | uniq)" = "$2" ]
	}
	keys_are namespaces "$namespace"
	keys_are namespaces "$namespace" -t $$
	keys_are 'namespaces processes unreadable' "$namespace" -l
	keys_are 'namespaces shared' 'kind inode other shared' -t $$ --same $$
	keys_are 'limits processes unreadable' 'kind limit visible yours' --limits
}

@test "JSON: the same facts as the table" {
	requires jq
	aside env
	run -0 nsinfo --json
	[ "$(nsinfo | tail -n +2 | tr -s ' ')" = "$(echo "$output" | jq -r '.namespaces[] |
		[.kind, .inode, .owner // "-", .owner_user // "-", .parent // "-"] | join(" ")')" ]
	[ "$(echo "$output" | jq -c '[.namespaces[].shared] | unique')" = '[true]' ]
	[ "$(echo "$output" | jq -c '[.namespaces[] | .processes, .pid, .command] | unique')" = \
		'[null]' ]
	run -0 nsinfo -l --json
	[ "$(echo "$output" | jq ".namespaces[] | select(.inode == $(inode self user)) |
		.processes > 1")" = true ]
	run -0 nsinfo --same "$pid" --json
	[ "$(echo "$output" | jq -c '[.shared, .namespaces[].shared] | unique')" = '[true]' ]
}

@test "standard output that takes nothing: 125" {
	local form
	for form in '' '-l' '--limits' '--json' '-l --json' "-t $$"; do
		fails 125 'nsinfo: write to standard output: No space left on device' \
			sh -c "exec nsinfo $form >/dev/full"
	done
}

@test "-v tells each question to the kernel" {
	run -0 --separate-stderr nsinfo -v -n
	expect trace "*nsinfo\[*\]: ioctl(net:\[$(inode self net)\], NS_GET_USERNS) = *" "$stderr"
}

@test "refused: bad usage, as anybody" {
	local as
	for as in '' as_user; do
		fails 125 "nsinfo: unknown option '-x'" $as nsinfo -x
		fails 125 "nsinfo: missing argument of '--same'" $as nsinfo --same
		fails 125 "nsinfo: unexpected word '$$'" $as nsinfo $$
		fails 125 'nsinfo: --list, --limits and --same are different questions' \
			$as nsinfo -l --limits
		fails 125 'nsinfo: --limits tells about the own user namespace, not about' \
			$as nsinfo --limits -t $$
	done
}

@test "refused: a handle that isn't there, or is stale" {
	local as
	for as in '' as_user; do
		fails 125 "nsinfo: open handle 'no-such': No such file or directory" \
			$as nsinfo -t no-such
		fails 125 "nsinfo: open handle '4194305': No such process" $as nsinfo --same 4194305
		fails 125 "nsinfo: open handle '/etc/passwd': Invalid argument (not a namespace" \
			$as nsinfo -l -t /etc/passwd
		fails 125 'nsinfo: no handle on standard input' $as nsinfo -t - </dev/null
		fails 125 "nsinfo: handle is stale: '$$:1' names a process that is gone" \
			$as nsinfo -t "$$:1"
	done
}

@test "refused: another user's process, and whose it is" {
	requires root
	hold -u
	fails 125 "nsinfo: read the namespaces of '$box': Permission denied" \
		as_user nsinfo -t "$box"
	expect hint 'nsinfo: hint: the process is one of uid 0 (root)' "${stderr_lines[1]}"
	fails 125 "nsinfo: read the namespaces of '$box': Permission denied" \
		as_user nsinfo --same "$box"
}

@test "refused: to compare what one side hasn't" {
	fails 125 "nsinfo: no uts namespace in '/proc/self/ns/net' to compare" \
		nsinfo -t /proc/self/ns/net --same $$ -u
	fails 125 "nsinfo: no uts namespace in '/proc/self/ns/net' to compare" \
		nsinfo --same /proc/self/ns/net -u --json
	fails 125 "nsinfo: no kind of namespace in common to compare with '/proc/self/ns/net'" \
		nsinfo -t /proc/self/ns/uts --same /proc/self/ns/net
}

@test "refused: without a /proc, or with a false one" {
	requires root
	hold -m
	nsenter -t "$box" -m mount -t tmpfs none /proc
	fails 125 'nsinfo: read the own namespaces in /proc/self: No such file or directory' \
		nsenter -t "$box" -m "$(type -P nsinfo)"
	nsenter -t "$box" -m mkdir -p /proc/self/ns
	fails 125 'nsinfo: read the own namespaces in /proc/self: *ross-device link (/proc is not' \
		nsenter -t "$box" -m "$(type -P nsinfo)"
}
