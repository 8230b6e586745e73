#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsinfo: columns, filters, trees, drawings, and what a terminal and a program see of them

load helpers
load nsinfo

# One cell about the namespace of kind $2 of process $1.
fact() {
	nsinfo --inode "$(inode "$1" "$2")" -o "$3" --raw 2>/dev/null
}

# What a command prints on a terminal of so many columns.
on_terminal() {
	script -qec "stty cols $1; $2" /dev/null </dev/null | tr -d '\r'
}

@test "columns: each that --columns lists is there, also by the names of lsns" {
	local column lsns rest count=0
	while read -r column lsns rest; do
		((++count))
		[ "$(nsinfo -o "$column" -n | head -1 | tr -d ' ')" = "${column^^}" ]
		[ "$lsns" = - ] || [ "$(nsinfo -n -o "${lsns^^}")" = "$(nsinfo -n -o "$column")" ]
		[ "$rest" ]
	done < <(nsinfo --columns --raw)
	((count > 20))
	run -0 nsinfo -n -O --raw
	[ "$(wc -w <<<"$output")" = "$(nsinfo --columns --raw | wc -l)" ]
}

@test "columns: -o chooses, +adds, and none comes twice" {
	[ "$(nsinfo -n -o inode,kind --raw)" = "$(inode self net) net" ]
	[ "$(nsinfo -n -o +kind,shared --raw)" = "net $(inode self net) yes" ]
}

@test "columns: host name, interfaces and addresses of a container, as root and as an ordinary user" {
	requires root userns ip
	inside() {
		nsjoin -t "$box" -- nshost "box-$$" -- true
		nsjoin -t "$box" -- ip link set lo up
		[ "$(fact "$box" uts hostname)" = "box-$$" ]
		[ "$(fact "$box" net interfaces)" = 'lo\x20127.0.0.1/8\x20::1/128' ]
		[ "$(as_user nsinfo --inode "$(inode self uts)" -o hostname --raw 2>/dev/null)" = "$(uname -n)" ]
	}
	hold -run
	inside
	hold_as_user -run
	inside
	[ "$(as_user nsinfo -Q 'interfaces =~ 127.0.0.1 && !shared' -o pid,hostname --raw 2>/dev/null)" = "$box -" ]
}

@test "columns: more addresses than there is room for are not passed over in silence" {
	requires root ip jq
	hold -n
	for number in {0..2099}; do
		echo "addr add 10.0.$((number / 250)).$((number % 250 + 1))/32 dev lo"
	done | nsjoin -t "$box" -- ip -batch -
	[[ $(fact "$box" net interfaces) == 'lo\x20'*'\x2010.0.0.1/32\x20'*',\x20...' ]]
	[ "$(nsinfo -n -t "$box" --json -o interfaces |
		jq -c '.namespaces[0].interfaces | map([.name, (.addresses | length > 2000)])')" = \
		'[["lo",true],["...",false]]' ]
}

@test "columns: maps, clock offsets, mounts, process 1, handle, parent of the process" {
	requires root userns
	box=$(nsnew --hold -a --map-users 0:100000:10 --map-users 20:200000:5 --map-groups 0:100000:10 \
		--monotonic 7 --boottime 1000 3>&-)
	started+=("$box")
	[ "$(fact "$box" user uid_map)" = '0\x20100000\x2010,20\x20200000\x205' ]
	[ "$(fact "$box" user gid_map)" = '0\x20100000\x2010' ]
	[ "$(nsinfo -U -t "$box" --json -o uid_map | jq -c '.namespaces[0].uid_map[1]')" = \
		'{"inside":20,"outside":200000,"count":5}' ]
	[ "$(fact "$box" time monotonic,boottime)" = '7000000000 1000000000000' ]
	[ "$(fact "$box" mnt mounts)" = "$(wc -l <"/proc/$box/mountinfo")" ]
	[ "$(fact "$box" pid init)" = "$box" ]
	[ "$(fact "$box" net ppid)" = "$(awk '/^PPid/ { print $2 }' "/proc/$box/status")" ]
	run -0 nsjoin -t "$(fact "$box" uts handle)" -- true
	run -0 nsinfo --same net "$(fact "$box" net path)" "$box"
}

@test "columns: before the kernel could tell process 1 and the mounts, /proc tells" {
	requires root strace
	hold -mp
	run -0 --separate-stderr strace -qq -o /dev/null -e inject=ioctl:error=ENOTTY \
		nsinfo -mp -l -Q "pid == $box" -o kind,mounts,init,id,owner --raw
	[ "${lines[0]}" = "pid - $box - -" ]
	[ "${lines[1]}" = "mnt $(wc -l <"/proc/$box/mountinfo") - - -" ]
}

@test "columns: the number of a network namespace in ours, where it has one" {
	requires root ip
	hold -n
	[ "$(fact "$box" net netnsid)" = - ]
	ip link add "a$$" type veth peer name "b$$" netns "$box"
	ip netns list-id | grep -q . # asking makes none
	[[ $(fact "$box" net netnsid) =~ ^[0-9]+$ ]]
	ip link del "a$$"
}

@test "columns: the root of a cgroup namespace" {
	requires root
	local root=/sys/fs/cgroup group
	[ ! -d "$root/unified" ] || root=$root/unified
	group=$root/nskit-$$
	mkdir "$group"
	spawn sh -c "echo \$\$ >$group/cgroup.procs && exec unshare -C sleep 60"
	wait_for runs "$pid" sleep
	run fact "$pid" cgroup cgroup
	release
	wait_for rmdir "$group"
	[[ $output == */nskit-$$ ]]
}

@test "filters: by inode, id, owner, user, how held, without a process" {
	requires root userns
	local net owner
	hold_as_user -rn
	net=$(inode "$box" net) owner=$(inode "$box" user)
	found() { nsinfo "$@" -o inode --raw 2>/dev/null; }
	[ "$(found --inode "$net")" = "$net" ]
	[ "$(found --id "$(fact "$box" net id)")" = "$net" ]
	[ "$(found --owner "$owner")" = "$net" ]
	[ "$(found --owned-by "$TEST_USER" -n)" = "$net" ]
	[ "$(found --owned-by "$(id -u "$TEST_USER")" -n --held-by process)" = "$net" ]
	[ "$(found -n -t "$box" -l)" = "$net" ]
	run -1 found --inode "$net" -u
	[ -z "$output" ]
	run -1 found --owner "$owner" --persistent
	run -1 found --inode "$net" --held-by fd --held-by mount
	[ "$(found --inode "$net" --held-by fd --held-by process)" = "$net" ]
}

@test "quiet: nothing but the status, of a list, a process, a namespace" {
	local inode word
	inode=$(inode self net)
	for word in "--inode=$inode" "$$" "net:[$inode]"; do
		run -0 --separate-stderr nsinfo -q "$word"
		[ -z "$output" ]
	done
	run -1 --separate-stderr nsinfo -q --inode 1
	[ -z "$output" ]
}

@test "filters: an expression on columns" {
	requires root
	local one
	hold -un
	one=$(inode "$box" net)
	holds() { [ "$(nsinfo -l -Q "inode == $one && ($1)" -o inode --raw 2>/dev/null)" = "$one" ]; }
	for true in 'kind == net' 'KIND=="net"' "TYPE == 'net'" 'not shared' '!shared' 'shared == no' \
		'shared == false' 'processes >= 1' 'processes <= 1' 'processes < 2 and processes > 0' \
		"pid == $box" 'kind != uts' 'kind =~ ne' 'kind !~ x' 'held == process' 'nsfs == null' \
		'inode != null' 'nsfs != x' 'command' '!nsfs' 'kind == uts || kind == net' \
		'kind == uts && x == y || kind == net' '!(kind == uts or kind == ipc)' \
		'owner_user == root' 'owner_uid == 0' 'kind > mnt' 'kind < uts' '!owner_uid' \
		'command =~ "nsnew"' "!(nsfs =~ a)" 'nsfs !~ a'; do
		[[ $true != *x\ ==\ y* ]] || true=${true/x == y/pid == 1}
		holds "$true" || expect "$true" true false
		! holds "!($true)" || expect "! $true" false true
	done
	for false in 'kind == "null"' 'nsfs == "null"' 'nsfs < a' 'nsfs > a' 'processes > 1'; do
		! holds "$false" || expect "$false" false true
	done
}

@test "filters: what is no expression is refused, and where" {
	local deep
	deep=$(printf '(%.0s' {1..2000})
	fails 125 "nsinfo: in the filter '': a column wanted at ''" nsinfo -Q ''
	fails 125 "nsinfo: in the filter 'x == 1': a column wanted at 'x == 1'" nsinfo -Q 'x == 1'
	fails 125 "nsinfo: in the filter 'kind ==': a word wanted at ''" nsinfo -Q 'kind =='
	fails 125 "nsinfo: in the filter 'kind = net': 'and', 'or' or the end wanted at '= net'" nsinfo -Q 'kind = net'
	fails 125 "nsinfo: in the filter '(kind': ) wanted at ''" nsinfo -Q '(kind'
	fails 125 "the end of the text wanted at '\"net'" nsinfo -Q 'kind == "net'
	fails 125 "'and', 'or' or the end wanted at ')'" nsinfo -Q 'kind)'
	fails 125 'less nesting wanted at' nsinfo -Q "$deep"
}

@test "an empty list: nothing, and status 1; in JSON an empty array" {
	requires jq
	for option in --raw --tree -n; do
		run -1 --separate-stderr nsinfo -l --inode 1 $option
		[ -z "$output" ]
	done
	run -1 --separate-stderr nsinfo -l --inode 1 --json
	[ "$(jq -c .namespaces <<<"$output")" = '[]' ]
	run -1 --separate-stderr nsinfo -n -Q 'kind == uts'
	[ -z "$output" ]
}

# The line of a namespace in a tree, and the nearest line above it that is less deep.
above() {
	awk -v inode="$1" '{ at = match($0, /[a-z]/); line[at] = $0 }
		{ for (i = at + 1; i < 200; i++) delete line[i] }
		$0 ~ inode { for (i = at - 1; i > 0; i--) if (line[i]) { print line[i]; exit } }'
}

@test "tree: by owner, by parent and by process, and every orphan has a place" {
	requires userns
	local how count outer inner
	spawn as_user unshare -Urn sh -c 'unshare -Un sleep 60; :'
	outer=$pid
	wait_for descend "$outer" 2
	inner=${nested[1]}
	started+=("$inner")
	count=$(nsinfo -l --raw 2>/dev/null | wc -l)
	for how in '' =owner =parent =process; do
		run -0 --separate-stderr nsinfo --tree$how
		((${#lines[@]} >= count / 2))
		[ -z "$(awk 'NR > 1' <<<"$output" | grep -oE '[0-9]{10}' | sort | uniq -d)" ]
	done
	run -0 --separate-stderr nsinfo --tree=owner
	[[ $(above "$(inode "$inner" net)" <<<"$output") == *"user"*" $(inode "$inner" user) "* ]]
	[[ $(above "$(inode "$inner" user)" <<<"$output") == *"user"*" $(inode "$outer" user) "* ]]
	[[ $(above "$(inode "$outer" net)" <<<"$output") == *"user"*" $(inode "$outer" user) "* ]]
	run -0 --separate-stderr nsinfo --tree=parent
	[[ $(above "$(inode "$inner" user)" <<<"$output") == *" $(inode "$outer" user) "* ]]
	[[ $output == *$'\nnet '* ]]
	run -0 --separate-stderr nsinfo --tree=process -n
	[[ $(above "$(inode "$inner" net)" <<<"$output") == *" $(inode "$outer" net) "* ]]
	# What is between isn't listed: below what is above that.
	run -0 --separate-stderr nsinfo --tree -Q "inode == $(inode self user) || inode == $(inode "$inner" net)"
	[ "${#lines[@]}" = 3 ]
	[[ $(above "$(inode "$inner" net)" <<<"$output") == user*" $(inode self user) "* ]]
}

@test "tree: its lines are those that the character set has" {
	[[ $(LC_ALL=C nsinfo --tree 2>/dev/null) == *$'\n|- '*$'\n`- '* ]]
	[[ $(LC_ALL=C.UTF-8 nsinfo --tree 2>/dev/null) == *$'\n├─ '*$'\n└─ '* ]]
	[[ $(LC_ALL='' LANG=en_US.utf8 nsinfo --tree 2>/dev/null) == *$'\n├─ '* ]]
}

@test "dot: Graphviz draws it, each namespace below its owner, whatever it is called" {
	requires root dot
	local evil=$'"]; evil -> "x\\'
	spawn unshare -u bash -c 'exec -a "$1" sleep 60' bash "$evil"
	wait_for runs "$pid" sleep
	hold -a
	nsinfo --dot >"$BATS_TEST_TMPDIR/dot" 2>/dev/null
	dot -Tplain "$BATS_TEST_TMPDIR/dot" >"$BATS_TEST_TMPDIR/plain"
	[ "$(grep -c '^node' "$BATS_TEST_TMPDIR/plain")" -ge 10 ]
	! grep -E '^node "?(evil|x)' "$BATS_TEST_TMPDIR/plain" || return 1
	grep -E "^edge \"?$(inode self user)\"? \"?$(inode "$pid" uts)\"? " "$BATS_TEST_TMPDIR/plain"
	dot -Tsvg "$BATS_TEST_TMPDIR/dot" | grep -q "uts $(inode "$box" uts)"
	nsinfo --dot --tree=parent -p 2>/dev/null | dot -Tplain |
		grep -E "^edge \"?$(inode self pid)\"? \"?$(inode "$box" pid)\"? "
}

@test "terminal: a tree by owner that fits, in colours; without with NO_COLOR, and not when piped" {
	requires script
	local esc=$'\e'
	spawn unshare -u sleep 60 "$(printf '%.0s0' {1..300})1"
	run -0 on_terminal 60 "nsinfo -l -u 2>/dev/null"
	[[ ${lines[0]} == *"${esc}[1mKIND${esc}[m"* ]]
	[[ $output == *"${esc}[36muts${esc}[m"* ]]
	# shellcheck disable=SC2001
	run ! grep -E '^.{61}' <<<"$(sed "s/$esc\[[0-9]*m//g" <<<"$output")"
	run -0 on_terminal 60 "LC_ALL=C nsinfo -l 2>/dev/null"
	[[ $output == *'|- '* ]]
	run -0 on_terminal 80 "NO_COLOR=1 nsinfo -l -u 2>/dev/null" # the command has room
	[[ ${lines[0]} =~ ^KIND\ +INODE\ +PROCESSES\ +PID\ +NAME\ +COMMAND\ *$ ]]
	[[ $output == *"sleep 60 0000000000"* ]]
	run -0 on_terminal 200 "NO_COLOR=1 nsinfo -l -u 2>/dev/null"
	[[ $output != *"$esc"* ]]
	run -0 on_terminal 7 "NO_COLOR=1 nsinfo -l -u 2>/dev/null"
	[[ ${lines[0]} =~ ^KIND\ *$ ]]
	run -0 --separate-stderr nsinfo -l -u
	[[ $output == *0001* && $output != *"$esc"* ]]
}

@test "terminal: --watch clears it before each look, and ends as it is told" {
	requires script
	run -0 on_terminal 60 'timeout -s INT 3 nsinfo --watch=1 -n; echo $?'
	[ "$(grep -o $'\e\[H\e\[J' <<<"$output" | wc -l)" -ge 2 ]
	[ "${lines[-1]}" = 124 ]
}

@test "terminal: --watch shows no more than there are lines, and how much more there is" {
	requires root script
	local rows=12 shown
	hold -a
	run -0 on_terminal 100 "stty rows $rows; NO_COLOR=1 timeout -s INT 2 nsinfo --watch=9 -l --tree 2>&1; :"
	((${#lines[@]} < rows)) || expect lines "less than $rows" "${#lines[@]}"
	[[ ${lines[0]} == *KIND* ]]
	shown=$(grep -c ' 40[0-9]\{8\} ' <<<"$output")
	[[ $output =~ $'\n... '([0-9]+)' more' ]]
	((shown > 5 && BASH_REMATCH[1] > 0))
	# All about one: three tables.
	run -0 on_terminal 100 "stty rows $rows; timeout -s INT 2 nsinfo --watch=9 $(inode "$box" net) 2>&1; :"
	((${#lines[@]} < rows)) || expect lines "less than $rows" "${#lines[@]}"
	run -0 on_terminal 100 "stty rows 100; timeout -s INT 2 nsinfo --watch=9 $(inode "$box" net) 2>&1; :"
	[[ $output == *COLUMN*VALUE*PPID* && $output != *' more'* ]]
}

@test "raw: a line has as many words as columns, whatever is in them" {
	requires root
	spawn unshare -u bash -c 'exec -a "$1" sleep 60' bash $'a b\\c\nd'
	wait_for runs "$pid" sleep
	[ "$(fact "$pid" uts kind,command,nsfs)" = 'uts a\x20b\x5cc?d\x2060 -' ]
}

@test "honesty: with hidepid, in a container, as an ordinary user, without user namespaces" {
	requires root strace jq
	hold_as_user -ar
	# Others' processes are not there to be counted.
	run -0 nsnew -m -- sh -c 'mount -t proc -o hidepid=invisible none /proc && exec "$@"' sh \
		setpriv --reuid "$TEST_USER" --regid "$TEST_USER" --clear-groups --inh-caps=-all nsinfo -l --json
	[ "$(jq ".unreadable, (.namespaces[] | select(.inode == $(inode "$box" net)) | .processes)" <<<"$output")" = \
		$'0\n1' ]
	[ "$(nsjoin -t "$box" -- nsinfo -l --json | jq -c '[.namespaces[].owner_uid] | unique')" = '[0]' ]
	# A kernel without them has neither the file nor the answers.
	run -0 --separate-stderr nsnew -fp --mount-proc strace -qq -o /dev/null \
		-e inject=ioctl:error=ENOTTY -e inject=readlinkat:error=ENOENT:when=2+8 \
		nsinfo -l --quick --json
	[ "$(jq -c '[.namespaces[].kind], ([.namespaces[].owner] | unique)' <<<"$output")" = \
		'["cgroup","ipc","uts","net","pid","mnt","time"]'$'\n[null]' ]
}
