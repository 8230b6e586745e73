#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsinfo: the namespaces of a process, all about one, what two share, and the limits

load helpers
load nsinfo

@test "own: the files of /proc/self/ns, as root and as an ordinary user" {
	local as name

	for as in '' as_user; do
		run -0 $as nsinfo
		[ "${#lines[@]}" = 11 ]
		[[ ${lines[0]} =~ ^KIND\ +INODE$ ]]
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
	run -0 nsnew -a -- sh -c 'nsinfo -o +parent; readlink /proc/self/ns/pid'
	[ "$(echo "$output" | cell pid INODE)" = "$(tr -dc 0-9 <<<"${lines[-1]}")" ]
	[ "$(echo "$output" | cell pid PARENT)" = - ]
	[ "$(nsnew -a -- nsinfo -l --json | jq -c '[.processes, .unreadable]')" = '[1,0]' ]
}

@test "handle: what the caller shares, and what not" {
	requires root
	hold -un
	run -0 nsinfo -o +shared "$box"
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
	run -0 nsinfo -o kind,shared -t "$BATS_TEST_TMPDIR"
	[ "$(echo "$output" | tr -s ' ')" = $'KIND SHARED\nuts no\nnet no' ]
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
		run -0 $as nsinfo -o kind,inode,owner,owner_user,parent "$box"
		for kind in $kinds; do
			[ "$(echo "$output" | cell "$kind" OWNER_USER)" = "$user" ]
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
	[ "$(nsinfo -o kind,owner_uid "$pid" | cell user OWNER_UID)" = 54321 ]
	[ "$(nsinfo -t "$pid" --json | jq -c '.namespaces[0] | [.owner_uid, .owner_user]')" = \
		'[54321,null]' ]
}

@test "owner: seen from inside, nothing is known of what lies outside" {
	requires userns
	run -0 as_user unshare -Urn nsinfo -o kind,inode,owner,owner_user,parent
	[ "$(echo "$output" | cell net OWNER)" = "$(echo "$output" | cell user INODE)" ]
	[ "$(echo "$output" | cell net OWNER_USER)" = root ] # as this user namespace maps the id
	[ "$(echo "$output" | cell user PARENT)" = - ]
	[ "$(echo "$output" | cell uts OWNER)" = - ]
	[ "$(echo "$output" | cell uts OWNER_USER)" = - ]
}

@test "parent: of containers three deep" {
	requires userns ps
	local level kind here above

	spawn as_user nsnew -ar -- nsnew -ar -- nsnew -ar -- sleep 60
	descends "$pid" 4
	for level in 1 2 3; do
		run -0 nsinfo -o +owner,parent "${nested[level]}"
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
	run -0 nsinfo -o +shared,parent "$pid"
	[ "$(echo "$output" | cell pid SHARED)" = yes ]
	[ "$(echo "$output" | cell pid_for_children INODE)" = "$(inode "${nested[1]}" pid)" ]
	[ "$(echo "$output" | cell pid_for_children SHARED)" = no ]
	[ "$(echo "$output" | cell pid_for_children PARENT)" = "$(inode "$pid" pid)" ]
}

@test "for children: none before the first child" {
	requires root
	aside unshare -p
	run -0 nsinfo -t "$pid"
	[ "$(echo "$output" | grep pid_for_children | tr -s ' ')" = 'pid_for_children -' ]
	[ "$(echo "$output" | cell time_for_children INODE)" = "$(inode "$pid" time)" ]
}

@test "a kernel that answers no question about owners: all else is shown" {
	requires strace
	local mute='strace -qq -o /dev/null -e inject=ioctl:error=ENOTTY nsinfo'
	[ "$($mute -o +owner,owner_user,parent -n | tail -n 1 | tr -s ' ')" = "net $(inode self net) - - -" ]
	[ "$($mute -n --json | jq -c '.namespaces[0] | [.owner, .owner_uid, .parent]')" = \
		'[null,null,null]' ]
	[ "$($mute --limits -n --json | jq -c '.limits[0] | [.visible, .yours]')" = '[null,null]' ]
}

@test "a process: at most 30 system calls" {
	requires root strace
	local word
	hold --id -a
	for word in $$ "$box"; do
		strace -qq -c -o "$BATS_TEST_TMPDIR/calls" nsinfo "$word"
		[ "$(awk '/total/ { print $4 }' "$BATS_TEST_TMPDIR/calls")" -le 30 ]
	done
}

@test "a namespace: by its link, its inode, its number, a file and a name in /run/netns, all about it" {
	requires root jq
	local net word made
	hold -n
	net=$(inode "$box" net)
	made=$(mkdir /run/netns 2>/dev/null && echo yes || :)
	touch "/run/netns/t$$"
	mount --bind "/proc/$box/ns/net" "/run/netns/t$$"
	for word in "net:[$net]" "$net" "/proc/$box/ns/net" "t$$" \
		":$(nsinfo -n -o id --raw "$box")"; do
		run -0 --separate-stderr nsinfo "$word" || break
		expect inode "*inode *$net*" "$output"
		expect member "*PID *PPID *UID *USER *COMMAND*$box *root*nsnew*" "$output"
		expect addresses '*interfaces *lo*' "$output"
	done
	run -0 nsinfo --json "net:[$net]"
	umount "/run/netns/t$$"
	rm "/run/netns/t$$"
	[ -z "$made" ] || rmdir /run/netns
	[ "$status" = 0 ]
	[ "$(jq -c '[.namespaces[0] | .inode, .name, .nsfs, .held, .processes], [.members[].pid]' <<<"$output")" = \
		"[$net,\"t$$\",\"/run/netns/t$$\",[\"process\",\"mount\"],1]"$'\n'"[$box]" ]
	run -1 --separate-stderr nsinfo 'net:[4000000000]'
	[ -z "$output" ]
	run -1 --separate-stderr nsinfo --json 'net:[4000000000]'
	[ "$(jq -c '[.namespaces, .members, .children]' <<<"$output")" = '[[],[],[]]' ]
	# It may be one of those that can't be read.
	run -1 --separate-stderr as_user nsinfo "net:[$net]"
	[ -z "$output" ]
	expect unreadable 'nsinfo: read the namespaces of * processes: Permission denied' "$stderr"
}

@test "a namespace: its children are those nested in it and those that it owns" {
	requires userns jq
	hold_as_user -rpn
	run -0 nsinfo --json "$(inode "$box" user)"
	for kind in net-owned pid-owned; do
		[ "$(jq -r ".children[] | select(.kind == \"${kind%-*}\") | .relation" <<<"$output")" = "${kind#*-}" ]
	done
	run -0 nsinfo --json "$(inode self pid)"
	[ "$(jq -r ".children[] | select(.inode == $(inode "$box" pid)) | .relation" <<<"$output")" = nested ]
}

@test "diff: before and after each kind is made" {
	requires root
	local letter kind
	aside env
	run -0 nsinfo --diff "$pid"
	[ "$(echo "$output" | awk '{ print $4 }' | sort -u)" = $'SHARED\nyes' ]
	for letter in m-mnt u-uts i-ipc n-net p-pid U-user C-cgroup T-time; do
		kind=${letter#*-}
		letter=-${letter%%-*}
		[ "$letter" != -p ] || continue # its children are, not itself
		aside unshare "$letter"
		run -1 nsinfo --diff "$pid"
		[ "$(echo "$output" | grep 'no$' | tr -s ' ')" = \
			"$kind $(inode "$pid" "$kind") $(inode self "$kind") no" ]
		run -1 nsinfo --diff "$letter" "$pid"
		run -1 nsinfo --diff -q "$pid"
		[ -z "$output" ]
		run -0 nsinfo --diff "$letter" "$pid" "$pid"
		[ "$kind" = uts ] || run -0 nsinfo --diff -u "$pid"
	done
}

@test "diff: the pid namespace of a container is another" {
	requires root
	hold -p
	run -1 nsinfo --diff "$box"
	[ "$(echo "$output" | awk '$4 == "no" { print $1 }')" = pid ]
}

@test "diff: two handles, of which one may be a file" {
	requires root
	hold -un
	aside nsenter -t "$box" -n
	run -0 nsinfo --diff -n "$pid" "$box"
	run -1 nsinfo --diff -n -u "$pid" "$box"
	run -0 nsinfo --diff "$pid" "/proc/$box/ns/net"
	run -1 nsinfo -t "/proc/$box/ns/net" --diff $$
	run -0 sh -c "echo $box | nsinfo -t - --diff -n $pid"
}

@test "diff: an ordinary user compares the own containers" {
	requires userns
	local one
	hold_as_user -a
	one=$box
	hold_as_user -a
	run -1 as_user nsinfo --diff "$one" "$box"
	[ "$(echo "$output" | grep -c 'no$')" = 8 ]
	run -0 as_user nsinfo --diff "$one" "$one"
}

@test "same: one kind, and only the status answers" {
	requires root
	hold -un
	run -1 nsinfo --same net "$box"
	[ -z "$output" ]
	run -0 nsinfo --same ipc "$box"
	[ -z "$output" ]
	run -0 nsinfo --same uts "$box" "/proc/$box/ns/uts"
	run -0 nsinfo --same ipc --same mnt "$box"
	run -1 nsinfo --same ipc --same uts "$box"
}

@test "wait: until a process has ended, and until nothing keeps a namespace" {
	requires root
	local first
	aside unshare -n
	first=$pid
	spawn nsinfo --wait "$first"
	wait_for runs "$pid" nsinfo
	spawn nsinfo --wait "/proc/$first/ns/net"
	wait_for runs "$pid" nsinfo
	exec 8<"/proc/$first/ns/net"
	kill -9 "$first"
	pid=${started[1]}
	ends 0
	kill -0 "${started[2]}"
	exec 8<&-
	pid=${started[2]}
	ends 0
}

@test "wait: becomes PROG when a process has ended, or had ended before" {
	aside env
	spawn nsinfo --wait "$pid" -- sh -c 'exit 9'
	wait_for runs "$pid" nsinfo
	kill -KILL "${started[0]}"
	ends 9
	run -9 nsinfo --wait 4194304 sh -c 'exit 9'
	run -127 nsinfo --wait 4194304 -- /no/such
	run -126 nsinfo --wait 4194304 -- /etc/passwd
}

@test "watch: again and again, each with an empty line before, until it is ended" {
	local out=$BATS_TEST_TMPDIR/out
	nsinfo --watch=1 -n >"$out" 3>&- &
	pid=$!
	started+=("$pid")
	wait_for eval '[ "$(grep -c KIND "$out")" = 3 ]'
	[ "$(grep -c '^$' "$out")" = 2 ]
	[ "$(sort -u "$out" | tr -s ' ')" = $'\nKIND INODE\nnet '"$(inode self net)" ]
	fails 125 "nsinfo: open handle 'no-such'" nsinfo --watch no-such
}

@test "limits: those of the own user namespace" {
	local as kind
	for as in '' as_user; do
		run -0 --separate-stderr $as nsinfo --limits
		[[ ${lines[0]} =~ ^LEVEL\ +USERNS\ +KIND\ +LIMIT\ +VISIBLE\ +YOURS$ ]]
		for kind in $kinds; do
			[ "$(echo "$output" | awk -v kind="$kind" '$1 == 0 && $3 == kind { print $2, $4 }')" = \
				"$(inode self user) $(cat "/proc/sys/user/max_${kind}_namespaces")" ]
		done
	done
	[ "$(nsinfo --limits -n --raw 2>/dev/null | awk '{ print $3 }' | sort -u)" = net ]
}

@test "limits: of each user namespace that can be seen, also one without a process" {
	requires userns jq
	spawn as_user unshare -Ur sh -c 'echo 5 >/proc/sys/user/max_net_namespaces
		exec unshare -Urn sh -c "echo 3 >/proc/sys/user/max_net_namespaces; exec sleep 60"'
	wait_for runs "$pid" sleep
	run -0 --separate-stderr nsinfo --limits -n --json
	jq -c ".limits[] | select(.userns == $(inode "$pid" user)) | [.level, .limit, .visible, .yours]" \
		<<<"$output" | grep -Fx '[2,3,1,null]'
	jq -c ".limits[] | select(.userns == $(nsinfo -U -o parent --raw "$pid")) |
		[.level, .limit, .visible, .yours]" <<<"$output" | grep -Fx '[1,5,1,null]'
}

@test "limits: what is made in a user namespace counts there" {
	requires userns
	run -0 --separate-stderr as_user unshare -Ur sh -c '
		exec 3<&-
		own() { nsinfo --limits "$1" --raw | sed -n "s/^0 [0-9]* //p"; }
		echo 7 >/proc/sys/user/max_net_namespaces
		own -n
		for option in -n -n -Urn; do
			unshare $option sleep 60 &
			pids="$pids $!"
		done
		until own -n | grep -q "net 7 3 3"; do
			sleep 0.02
		done
		own -nUu
		kill $pids'
	[ "${lines[0]}" = 'net 7 0 0' ]
	[ "${lines[1]}" = "user $(cat /proc/sys/user/max_user_namespaces) 1 1" ] ||
		[[ ${lines[1]} =~ ^'user '[0-9]+' 1 1'$ ]]
	[[ ${lines[2]} =~ ^'uts '[0-9]+' 0 0'$ ]]
	[ "${lines[3]}" = 'net 7 3 3' ]
}

@test "limits: yours are those below the user namespaces you made" {
	requires root userns
	hold_as_user -a
	# Not user and pid: a zombie of another test may have one of these still.
	[ "$(as_user nsinfo --limits -muniCT --json |
		jq -c '[.limits[] | select(.level == 0).yours] | unique')" = '[1]' ]
	[ "$(nsinfo --limits --json | jq '.limits[] | select(.level == 0) | .visible > .yours' | uniq)" = true ]
}

@test "names: those registered, and those of network namespaces; the list shows them" {
	requires root
	box=$(nsnew --hold --name "t$$" -n 3>&-)
	started+=("${box%%:*}")
	run -0 nsinfo --names
	grep -qx "t$$" <<<"$output"
	[ "$(nsinfo -l -Q "name == t$$" -o kind,inode --raw 2>/dev/null)" = "net $(inode "${box%%:*}" net)" ]
	nsinfo -l -t "t$$" -n 2>/dev/null | grep -q "^net .* t$$ "
	nskill "t$$"
	rmdir --ignore-fail-on-non-empty /run/nskit
	run -0 nsinfo --names
	! grep -x "t$$" <<<"$output" || return 1
}

@test "JSON: the keys, which never change" {
	requires jq
	local namespace='kind inode id held processes pid ppid handle init uid user owner owner_uid owner_user'
	namespace+=' parent shared name path nsfs netnsid uid_map gid_map monotonic boottime mounts command'
	keys_are() { # TOP ROW OPTION...
		run -0 nsinfo --json "${@:3}"
		[ "$(echo "$output" | jq -r 'keys_unsorted | join(" ")')" = "$1" ]
		run -0 jq -r '.[keys_unsorted[0]][] | keys_unsorted | join(" ")' <<<"$output"
		[ "$(echo "$output" | uniq)" = "$2" ]
	}
	keys_are namespaces "$namespace"
	keys_are namespaces "$namespace" $$
	keys_are 'namespaces processes unreadable' "$namespace" -l
	keys_are 'namespaces processes unreadable' 'kind inode' -l -o kind,ns
	keys_are 'namespaces shared' 'kind inode other shared' --diff $$ $$
	keys_are 'limits processes unreadable' 'level userns kind limit visible yours' --limits
	keys_are columns 'column lsns tells' --columns
	run -0 nsinfo --json "$(inode self net)"
	[ "$(echo "$output" | jq -r 'keys_unsorted | join(" ")')" = 'namespaces members children processes unreadable' ]
	[ "$(echo "$output" | jq -r '.members[0], .children[0] // empty | keys_unsorted | join(" ")' | head -1)" = \
		'pid ppid uid user command' ]
	[ "$(echo "$output" | jq -r '.namespaces[0] | keys_unsorted | length')" = "$(nsinfo --columns --raw | wc -l)" ]
}

@test "JSON: the same facts as the table" {
	requires jq
	local columns=kind,inode,owner,owner_user,parent,shared
	run -0 nsinfo --json
	[ "$(nsinfo -o $columns | tail -n +2 | tr -s ' ')" = "$(echo "$output" | jq -r '.namespaces[] |
		[.kind, .inode, .owner // "-", .owner_user // "-", .parent // "-",
		(.shared | if . then "yes" else "no" end)] | join(" ")')" ]
	[ "$(echo "$output" | jq -c '[.namespaces[].processes] | unique')" = '[null]' ]
	run -0 nsinfo -l --json
	[ "$(echo "$output" | jq ".namespaces[] | select(.inode == $(inode self user)) |
		.processes > 1")" = true ]
}

@test "standard output that takes nothing: 125" {
	local form
	for form in '' '-l' '--limits' '--json' '-l --json' "-t $$" --columns --dot --raw "net:[$(inode self net)]"; do
		fails 125 'nsinfo: write to standard output: No space left on device' \
			sh -c "exec nsinfo $form >/dev/full"
	done
}

@test "-v tells each question to the kernel" {
	run -0 --separate-stderr nsinfo -v -o owner -n
	expect trace "*nsinfo\[*\]: ioctl(net:\[$(inode self net)\], NS_GET_USERNS) = *" "$stderr"
}

@test "refused: bad usage, as anybody" {
	local as
	for as in '' as_user; do
		fails 125 "nsinfo: unknown option '-x'" $as nsinfo -x
		fails 125 "nsinfo: missing argument of '--same'" $as nsinfo --same
		fails 125 "nsinfo: unexpected word '2'" $as nsinfo $$ 2
		fails 125 "nsinfo: -t '$$' and '2': which one?" $as nsinfo -t $$ 2
		fails 125 'nsinfo: --list, --diff, --same, --wait, --limits, --names and --columns are' \
			$as nsinfo -l --limits
		fails 125 'nsinfo: -t and -q are not for --wait, --limits' $as nsinfo --limits -t $$
		fails 125 'nsinfo: -t and -q are not for --wait, --limits' $as nsinfo --columns -q
		fails 125 'nsinfo: --json, --raw, --dot and --quiet are different forms' $as nsinfo --json --raw
		fails 125 "nsinfo: the inode of a namespace is a number, not 'x'" $as nsinfo --inode x
		fails 125 "nsinfo: no user is called 'no-such'" $as nsinfo --owned-by no-such
		fails 125 'nsinfo: missing operand HANDLE' $as nsinfo --diff
		fails 125 "nsinfo: no kind of namespace is called 'x'" $as nsinfo --same x $$
		fails 125 "nsinfo: no column 'x'" $as nsinfo -o kind,x
		fails 125 "nsinfo: no column ''" $as nsinfo -o ''
		fails 125 "nsinfo: nothing is held by 'x', but by a process, thread" $as nsinfo --held-by x
		fails 125 "nsinfo: a tree is by owner, parent or process, not by 'x'" $as nsinfo --tree=x
		fails 125 "nsinfo: watch every of 'x' seconds: Invalid argument" $as nsinfo --watch=x
		fails 125 'nsinfo: --watch takes one second or more' $as nsinfo --watch=0
	done
}

@test "refused: a handle that isn't there, or is stale" {
	local as
	for as in '' as_user; do
		fails 125 "nsinfo: open handle 'no-such': No such file or directory" \
			$as nsinfo -t no-such
		fails 125 "nsinfo: open handle '4194304': No such process" $as nsinfo --diff 4194304
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
		as_user nsinfo --diff "$box"
}

@test "refused: to compare what one side hasn't" {
	fails 125 "nsinfo: no uts namespace in '/proc/self/ns/net' to compare" \
		nsinfo -t /proc/self/ns/net --diff -u $$
	fails 125 "nsinfo: no uts namespace in '/proc/self/ns/net' to compare" \
		nsinfo --diff -u --json /proc/self/ns/net
	fails 125 "nsinfo: no kind of namespace in common to compare with '/proc/self/ns/uts'" \
		nsinfo -t /proc/self/ns/uts --diff /proc/self/ns/net
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
