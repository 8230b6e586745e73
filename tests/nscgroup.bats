#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nscgroup: a group with limits for PROG, or for what runs; whichever versions are mounted

load helpers

setup() {
	requires root
	group=test-$$-$BATS_TEST_NUMBER
}

teardown() {
	release
	[ -z "$(dirs)" ] || nscgroup --kill --rm "$group"
	rm -rf "${root:-}"
}

# The directories of the group, one a line, and of those within it.
dirs() {
	find /sys/fs/cgroup -name "nskit-$group*" -o -path "*/nskit-$group/*" -type d
}

# What is there of the group, and of whoever is to remove it.
left() {
	dirs
	keeper
}

# The process that is to remove the group; 1 where there is none.
keeper() {
	local one

	for one in $(pgrep -x nscgroup:keep); do
		[[ "$(ls -l "/proc/$one/fd")" != *"nskit-$group"* ]] || {
			echo "$one"
			return
		}
	done
	return 1
} 2>/dev/null

nothing_left() {
	[ -z "$(left)" ]
}

# What a file of the group holds: of version 1, or of version 2 where the controller is that one's.
# `value pids.max`, `value memory.limit_in_bytes memory.max`
value() {
	local dir

	for dir in $(dirs); do
		[ ! -e "$dir/$1" ] || cat "$dir/$1"
		[ ! -e "$dir/${2:-$1}" ] || [ -z "$2" ] || cat "$dir/$2"
	done
}

# The paths of a process's groups in the hierarchies that nscgroup uses.
groups_of() {
	grep -E ':.*(cpu|cpuacct|cpuset|memory|freezer|blkio|pids):' "/proc/$1/cgroup" | cut -d: -f3
}

@test "chain: PROG is in the group in every hierarchy" {
	run -0 nscgroup "$group" -- cat /proc/self/cgroup
	run ! grep -vE "/nskit-$group\$|:(name=.*|devices):|^0::/$" <<<"$output"
}

@test "chain: PROG's status, or the signal that it dies of" {
	run -7 nscgroup "$group" -- sh -c 'exit 7'
	run -137 nscgroup "$group" -- sh -c 'kill -KILL $$'
	run -127 nscgroup "$group" -- no-such
	run -126 nscgroup "$group" -- /etc/passwd
	wait_for nothing_left
}

@test "chain: PROG has no child but its own, and no descriptor" {
	run -0 nscgroup "$group" -- ls /proc/self/fd 3>&-
	expect descriptors $'0\n1\n2\n3' "$output" # and the directory
	run -0 timeout 20 nscgroup "$group" -- perl -e 'print wait()'
	expect 'a child to wait for' -1 "$output"
}

@test "chain: the group goes with PROG, with all that is left in it, and in groups within it" {
	local how

	for how in 'exit 0' 'kill -KILL $$' 'kill -TERM $$'; do
		run nscgroup "$group" -- sh -c 'setsid sleep 600 >/dev/null 2>&1 3>&- & echo $!; '"$how"
		wait_for gone "$output"
		wait_for nothing_left
	done
	run -0 nscgroup "$group" -- sh -c "
		for dir in \$(find /sys/fs/cgroup -name nskit-$group); do
			mkdir -p \$dir/within/deeper
		done
		for procs in \$(find /sys/fs/cgroup/ -path '*/nskit-$group/within/cgroup.procs' ! -path '*cpuset*'); do
			echo \$\$ >\$procs
		done
		for state in \$(find /sys/fs/cgroup -path '*/nskit-$group/within/deeper/freezer.state'); do
			sh -c 'sleep 600 & echo \$! >\${1%/*}/cgroup.procs' - \$state >/dev/null 2>&1 3>&-
			echo FROZEN >\$state
		done
		setsid sleep 600 >/dev/null 2>&1 3>&- & echo \$!"
	wait_for gone "$output"
	wait_for nothing_left
}

@test "chain: what is left in the group can't hold its removal up by a lock" {
	run -0 nscgroup "$group" -- perl -e '
		my @files = split /\n/, `find /sys/fs/cgroup -name nskit-$ARGV[0]`;
		my @open;
		for my $file (map { ($_, "$_/cgroup.procs") } @files) {
			open my $fd, "<", $file or next;
			push @open, $fd if flock $fd, 1 | 4;
		}
		my $pid = fork;
		if (!$pid) { close STDOUT; close STDERR; sleep 600 }
		print "$pid ", scalar @open' "$group"
	[ "${output#* }" -ge 1 ]
	wait_for gone "${output% *}"
	wait_for nothing_left
}

@test "chain: what forks without end ends with PROG" {
	run -0 nscgroup --pids 40 "$group" -- perl -e 'close STDOUT; close STDERR; my $first = $$;
		while (1) { my $pid = fork; exit if $$ == $first && !defined $pid; select undef, undef, undef, 0.005 }'
	wait_for nothing_left
}

@test "chain: the keeper holds nothing of the caller's, and no signal but KILL ends it" {
	local keeper fd

	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here"
	spawn env SECRET=of-the-caller nscgroup "$group" -- sleep 600
	wait_for keeper >/dev/null
	keeper=$(keeper)
	rmdir "$BATS_TEST_TMPDIR/here"
	expect 'working directory' / "$(readlink "/proc/$keeper/cwd")"
	expect session "$keeper" "$(ps -o sid= -p "$keeper" | tr -d ' ')"
	expect command 'nscgroup:keep' "$(tr -d '\0' <"/proc/$keeper/cmdline")"
	run ! grep -q SECRET "/proc/$keeper/environ"
	for fd in 0 1 2; do
		expect "descriptor $fd" /dev/null "$(readlink "/proc/$keeper/fd/$fd")"
	done
	run ! grep -vE '^(/dev/null|/sys/fs/cgroup.*|anon_inode:\[pidfd\]|pidfd:.*|socket:.*)$' \
		<<<"$(for fd in "/proc/$keeper/fd/"*; do readlink "$fd"; done)"
	run ! grep -q "nskit-$group" "/proc/$keeper/cgroup"
	kill -TERM "$keeper"
	kill -HUP "$keeper"
	kill -INT "$keeper"
	kill -KILL "$pid"
	ends 137
	wait_for gone "$keeper"
	wait_for nothing_left
}

@test "chain: a pipe and a command substitution end with PROG" {
	run -0 timeout 20 sh -c "nscgroup $group -- echo one | cat; x=\$(nscgroup $group -- echo two); echo \$x"
	expect output $'one\ntwo' "$output"
}

@test "chain: one after the other, each has limits of its own" {
	local n

	for n in $(seq 21 40); do
		run -0 nscgroup --pids "$n" "$group" -- cat /dev/null
		run -0 nscgroup "$group" -- sleep 0
	done
	run -0 nscgroup "$group" -- sh -c "cat \$(find /sys/fs/cgroup -path '*/nskit-$group/pids.max')"
	expect pids.max max "$output"
}

@test "chain: many at once under one name: each runs in it, or goes with the one that made it" {
	local n status all=()

	for n in $(seq 20); do
		nscgroup --pids 400 "$group" -- sh -c 'exec grep -q nskit /proc/self/cgroup' 3>&- &
		all+=($!)
	done
	for n in "${all[@]}"; do
		status=0
		wait "$n" || status=$?
		[ "$status" = 0 ] || [ "$status" = 137 ] || expect status 137 "$status"
	done
	wait_for nothing_left
}

@test "chain: killed at any of its system calls, it leaves nothing" {
	requires strace
	local n status

	for n in $(seq 1 4 140); do
		status=0
		strace -qq -o /dev/null -e inject=all:signal=KILL:when="$n" \
			nscgroup --pids 20 --cpu 1 "$group" -- true || status=$?
		[ "$status" = 137 ] || [ "$status" = 0 ] || expect "status at call $n" 137 "$status"
		wait_for nothing_left
	done
	[ "$n" -gt 100 ]
}

@test "keep: the group stays, and another PROG is limited by it" {
	run -0 nscgroup --keep --pids 30 "$group" -- cat /proc/self/cgroup
	expect pids.max 30 "$(value pids.max)"
	run -0 nscgroup "$group" -- cat /proc/self/cgroup
	expect group "*nskit-$group*" "$output"
	expect pids.max 30 "$(value pids.max)"
	run -0 nscgroup --rm "$group"
	expect 'directories' '' "$(dirs)"
}

@test "without PROG: made, changed, and removed; what isn't asked for stays" {
	run -0 nscgroup --pids 30 --cpu-weight 200 "$group"
	expect output '' "$output"
	run -0 nscgroup --pids 40 "$group"
	expect pids.max 40 "$(value pids.max)"
	expect weight '2048|200' "$(value cpu.shares cpu.weight | sed 's/^2048$/2048|200/; s/^200$/2048|200/')"
	run -0 nscgroup --pids max "$group"
	expect pids.max max "$(value pids.max)"
	run -0 nscgroup --rm "$group"
	expect 'directories' '' "$(dirs)"
	fails 125 "nscgroup: find group '$group': No such file or directory" nscgroup --rm "$group"
}

@test "pids: a fork too many fails" {
	run -0 nscgroup --pids 3 "$group" -- perl -e '
		my $n = 0; while (defined(my $pid = fork)) { if (!$pid) { sleep 600; exit } $n++ } print "$n $!"'
	expect forks '2 Resource temporarily unavailable' "$output"
	wait_for nothing_left
}

@test "memory: who takes too much is killed, and who doesn't isn't" {
	run -137 nscgroup --memory 30M --swap 0 "$group" -- perl -e 'my $x = "x" x 100_000_000; print "had it"'
	wait_for nothing_left
	run -0 nscgroup --memory 300M "$group" -- perl -e 'my $x = "x" x 100_000_000; print "had it"'
	expect output 'had it' "$output"
}

@test "cpu: time beyond the share is waited for" {
	local begin=${EPOCHREALTIME/./}

	run -0 nscgroup --cpu 0.1 "$group" -- perl -e '
		1 while (times)[0] + (times)[1] < 0.1'
	# A tenth of a second takes nearly a second.
	((${EPOCHREALTIME/./} - begin > 500000))
}

@test "cpuset: PROG runs there alone" {
	run -0 nscgroup --cpuset 0 "$group" -- grep Cpus_allowed_list /proc/self/status
	expect processors $'Cpus_allowed_list:\t0' "$output"
}

@test "limits: each is what was asked for, in the words of the version" {
	local disk

	disk=$(lsblk -dno MAJ:MIN | tr -d ' ' | tail -1)
	nscgroup --memory 64M --swap 16Mi --pids 20 --cpu 1.5 --cpu-weight 50 --cpuset 0 \
		--io "$disk:rbps=1M,wiops=100" --io "$disk:riops=max" "$group"
	[ "$(value memory.limit_in_bytes memory.max)" = 67108864 ]
	[ "$(value memory.memsw.limit_in_bytes)" = 83886080 ] || [ "$(value memory.swap.max)" = 16777216 ]
	[ "$(value pids.max)" = 20 ]
	[ "$(value cpu.cfs_quota_us)" = 150000 ] || [ "$(value cpu.max)" = '150000 100000' ]
	[ "$(value cpu.shares cpu.weight)" = 512 ] || [ "$(value cpu.weight)" = 50 ]
	[ "$(value cpuset.cpus)" = 0 ]
	[ "$(value blkio.throttle.read_bps_device)" = "$disk 1048576" ] || value io.max | grep 'rbps=1048576 wbps=max'
	[ "$(value blkio.throttle.write_iops_device)" = "$disk 100" ] || value io.max | grep 'riops=max wiops=100'
}

@test "limits: memory and swap go up and down, together and alone, and back to none" {
	local memory swap

	[ -n "$(find /sys/fs/cgroup -maxdepth 2 -name memory.memsw.limit_in_bytes)" ] || skip 'needs version 1 memory'
	while read -r memory swap; do
		nscgroup --memory "${memory}M" --swap "${swap}M" "$group"
		expect "$memory $swap" "$(((memory + swap) << 20))" "$(value memory.memsw.limit_in_bytes)"
		expect "$memory $swap" "$((memory << 20))" "$(value memory.limit_in_bytes)"
	done < <(printf '%s\n' '64 16' '128 0' '32 8' '32 200' '16 1')
	nscgroup --memory 64M "$group"
	expect 'memory alone' $((65 << 20)) "$(value memory.memsw.limit_in_bytes)"
	nscgroup --swap 2M "$group"
	expect 'swap alone' $((66 << 20)) "$(value memory.memsw.limit_in_bytes)"
	nscgroup --swap max "$group"
	expect 'no limit of swap' '9223372036854771712' "$(value memory.memsw.limit_in_bytes)"
	expect 'memory still' $((64 << 20)) "$(value memory.limit_in_bytes)"
	nscgroup --memory max "$group"
	expect 'none at all' '9223372036854771712' "$(value memory.limit_in_bytes)"
	fails 125 "nscgroup: limit the swap of group '$group' alone: Invalid argument" nscgroup --swap 1M "$group"
}

@test "a limit that can't be set: the message names it, and all is as it was" {
	fails 125 "nscgroup: set cpuset.cpus of group '$group' to '4000': " \
		nscgroup --pids 20 --cpuset 4000 "$group" -- true
	wait_for nothing_left
	nscgroup --pids 20 --cpu 0.5 "$group"
	fails 125 "nscgroup: set cpuset.cpus of group '$group' to '4000': " \
		nscgroup --pids 30 --cpu 1 --memory 32M --cpuset 4000 "$group"
	expect pids.max 20 "$(value pids.max)"
	[ "$(value cpu.cfs_quota_us)" = 50000 ] || [ "$(value cpu.max)" = '50000 100000' ]
	[ "$(value memory.limit_in_bytes memory.max)" -gt 33554432 ] || [ "$(value memory.max)" = max ]
	fails 125 "nscgroup: --io '/dev/null:rbps=1M': Block device required" nscgroup --io /dev/null:rbps=1M "$group"
}

@test "a limit below what is in use, or above that of the group above: the message tells why" {
	[ -e "$(find /sys/fs/cgroup -maxdepth 2 -name cpu.cfs_quota_us | head -1)" ] || skip 'needs version 1'
	nscgroup --cpu 0.5 "$group"
	fails 125 'Invalid argument (is it more than that of the group above?)' nscgroup --cpu 0.6 "$group/in" -- true
	spawn nscgroup "$group" -- perl -e 'my $x = "x" x 40_000_000; print "there\n"; close STDOUT; sleep 600' \
		>"$BATS_TEST_TMPDIR/out"
	wait_for test -s "$BATS_TEST_TMPDIR/out"
	[ -z "$(value memory.limit_in_bytes)" ] ||
		fails 125 "(more is in use, and can't be got back)" nscgroup --memory 4M "$group"
}

@test "words that are no limit" {
	local option word

	while read -r option word; do
		fails 125 "nscgroup: --$option '$word': " nscgroup "--$option=$word" "$group" -- true
	done <<-'END'
		memory M1
		memory -1
		memory 1.5G
		memory 1X
		memory 1KB
		memory M
		memory max1
		memory 99999999999999999999
		memory 9223372036854775807K
		memory 0x10
		swap 5m
		pids -1
		pids many
		pids 5000000
		cpu 0
		cpu 0.001
		cpu 1.2345
		cpu 1.
		cpu .5
		cpu -1
		cpu 1e3
		cpu-weight 0
		cpu-weight 10001
		cpu-weight max
		cpuset x
		cpuset a
		cpuset 0;1
		io /dev/vda
		io /dev/vda:
		io /dev/vda:rbps
		io /dev/vda:rbps=
		io /dev/vda:rbps=0
		io /dev/vda:speed=1
		io /dev/none:rbps=1
		io :rbps=1
		io 1:x:rbps=1
	END
	expect 'directories' '' "$(dirs)"
}

@test "words that are no name, and options that don't go together" {
	local word

	for word in '' . .. / /a a/ a//b ../a a/../b 'a b' $'a\nb' -a .a _a '*' "$(printf '%0300d' 0)"; do
		fails 125 'is no name of a group' nscgroup -- "$word"
		fails 125 'is no name of a group' nscgroup -- "$word" true
	done
	fails 125 'nscgroup: missing operand NAME' nscgroup
	fails 125 'different actions' nscgroup --freeze --thaw "$group"
	fails 125 'different actions' nscgroup --freeze --kill "$group"
	fails 125 'goes with no other option' nscgroup --kill --pids 5 "$group"
	fails 125 'goes with no other option' nscgroup --rm -t $$ "$group"
	fails 125 "unexpected word 'true'" nscgroup --kill "$group" true
	fails 125 "no program runs with -t" nscgroup -t $$ "$group" -- true
	expect 'directories' '' "$(dirs)"
}

@test "handle: a container's processes, all of them, and what they start after that" {
	local inner

	hold -a
	spawn nsjoin -t "$box" -- nsnew -p -- sh -c "sleep 600.$$ & wait"
	wait_for child_named "$pid" nsnew
	wait_for pgrep -f "^sleep 600.$$\$" >/dev/null
	inner=$(pgrep -n -f "^sleep 600.$$\$")
	expect output "$box" "$(nscgroup --pids 50 -t - "$group" <<<"$box")"
	run -0 sort -u <(groups_of "$box" | sed 's/.*nskit/nskit/') <(groups_of "$inner" | sed 's/.*nskit/nskit/')
	expect groups "nskit-$group" "$output"
	fails 125 "group '$group' has processes: --kill --rm ends them" nscgroup --rm "$group"
	run -0 nscgroup --kill --rm "$group"
	gone "$box"
	gone "$inner"
	expect 'directories' '' "$(dirs)"
}

@test "handle: of a process that is no process 1, that one alone" {
	spawn sleep 600
	nscgroup --pids 50 -t "$pid" "$group"
	run -0 sort -u <(groups_of "$pid" | sed 's/.*nskit/nskit/')
	expect groups "nskit-$group" "$output"
	expect processes "$pid" "$(value cgroup.procs | sort -u)"
	run ! grep -q "nskit-$group" /proc/self/cgroup
}

@test "handle: what fails leaves the processes where they were" {
	local before

	hold -a
	before=$(cat "/proc/$box/cgroup")
	fails 125 "nscgroup: set cpuset.cpus" nscgroup --cpuset 4000 -t "$box" "$group"
	fails 125 "nscgroup: move a handle that is no process: " nscgroup --pids 9 -t "/proc/$box/ns/net" "$group"
	expect groups "$before" "$(cat "/proc/$box/cgroup")"
	wait_for nothing_left
}

@test "whatever fails, in a chain and for a handle: all is as it was" {
	requires strace
	local call n before status failed=0

	hold -p
	before=$(cat "/proc/$box/cgroup")
	for call in write openat mkdirat,mkdir clone,fork,clone3,vfork socketpair; do
		for n in 1 2 3 5 8 9 10 12 15 20 24; do
			status=0
			strace -qq -o /dev/null -e inject="$call:error=EPERM:when=$n" \
				nscgroup --pids 20 --cpu 1 "$group" -- /bin/true 2>/dev/null 3>&- || status=$?
			wait_for nothing_left
			[ "$status" = 0 ] || [ "$status" = 125 ] || expect "$call $n: status" 125 "$status"
			((failed += status == 125))
			status=0
			strace -qq -o /dev/null -e inject="$call:error=EPERM:when=$n" \
				nscgroup --pids 20 --cpu 1 -t "$box" "$group" 2>/dev/null 3>&- || status=$?
			[ "$status" = 0 ] || expect "$call $n: groups" "$before" "$(cat "/proc/$box/cgroup")"
			[ -z "$(dirs)" ] || move_back
		done
	done
	[ "$failed" -gt 12 ]
}

# The group's processes back to where this one is, and the group removed.
move_back() {
	local dir line

	for dir in $(dirs); do
		while read -r line; do
			echo "$line" >"${dir%/*}/cgroup.procs"
		done <"$dir/cgroup.procs"
	done
	nscgroup --rm "$group"
}

@test "freeze and thaw: nothing runs, and nobody enters; KILL ends what is frozen" {
	spawn nscgroup "$group" -- perl -e '$| = 1; while (1) { print "x"; select undef, undef, undef, 0.001 }' \
		>"$BATS_TEST_TMPDIR/out"
	wait_for test -s "$BATS_TEST_TMPDIR/out"
	nscgroup --freeze "$group"
	local size again

	size=$(stat -c %s "$BATS_TEST_TMPDIR/out")
	fails 125 "nscgroup: group '$group' is frozen: nscgroup --thaw lets it go on" nscgroup "$group" -- true
	again=$(stat -c %s "$BATS_TEST_TMPDIR/out")
	expect 'size while frozen' "$size" "$again"
	nscgroup --thaw "$group"
	# shellcheck disable=SC2016
	wait_for sh -c '[ "$(stat -c %s "$1")" -gt "$2" ]' - "$BATS_TEST_TMPDIR/out" "$size"
	nscgroup --freeze "$group"
	nscgroup --kill "$group"
	ends 137
	wait_for nothing_left
}

# Whether the group had 40 milliseconds of processor time.
has_worked() {
	[ "$(nscgroup --stat --json "$group" | jq .cpu.usage_usec)" -gt 40000 ]
}

@test "stat: what PROG uses, in words and as JSON, of a name and of a handle" {
	requires jq
	local json

	spawn nscgroup --memory 64M --pids 10 --cpu 0.1 "$group" -- perl -e '
		my $x = "x" x 9_000_000; 1 while (times)[0] + (times)[1] < 0.05; sleep 600'
	wait_for has_worked || wait_for has_worked || wait_for has_worked # where many others work, too
	json=$(nscgroup --stat --json "$group")
	run -0 jq -c '[.group, .processes, .frozen, .memory.max, .pids.current, .pids.max, .cpu.quota_usec,
		.cpu.period_usec, .cpu.weight, .events.pids_max, .events.oom_kill]' <<<"$json"
	[ "$output" = "[\"$group\",1,false,67108864,1,10,10000,100000,100,0,0]" ]
	run -0 jq '.memory.current > 9000000 and .memory.peak >= .memory.current and .cpu.throttled > 0 and
		.cpu.throttled <= .cpu.periods and .cpu.throttled_usec > 0 and
		.cpu.user_usec + .cpu.system_usec < 2000000' <<<"$json"
	expect 'what is used' true "$output"
	run -0 jq -r '.paths[]' <<<"$json"
	expect paths "$(dirs | sort)" "$(sort <<<"$output")"
	jq -e '.pressure.cpu.some == null' <<<"$json" # it is version 2's, which isn't used
	run -0 nscgroup --stat "$group"
	expect words $'processes     1\nmemory        * of 64M, peak *M\nswap*' "$output"
	expect words $'*\npids          1 of 10, peak 1\n*cpu limit     0.10 processors, weight 100\n*' "$output"
	run -0 nscgroup --stat --json -t "$pid"
	[ "$(jq -S .paths <<<"$json")" = "$(jq -S .paths <<<"$output")" ]
	run -0 nscgroup --stat -t - <<<"$pid"
	nscgroup --freeze "$group"
	expect frozen 'processes     1, frozen*' "$(nscgroup --stat "$group")"
}

@test "stat: what has happened is counted" {
	requires jq
	nscgroup --pids 2 --memory 30M --swap 0 "$group"
	run nscgroup "$group" -- perl -e 'fork; fork; fork'
	run nscgroup "$group" -- perl -e 'my $x = "x" x 100_000_000'
	run -0 sh -c "nscgroup --stat --json $group | jq -c '.events | [.pids_max > 0, .oom_kill]'"
	[ "$output" = '[true,1]' ]
}

@test "stat: again and again, until the group is gone" {
	spawn nscgroup --stat --watch=1 "$group-none"
	ends 125
	nscgroup "$group"
	spawn nscgroup --stat --watch=1 --json "$group" >"$BATS_TEST_TMPDIR/out" 2>&1
	wait_for sh -c "[ \$(grep -c '^{' $BATS_TEST_TMPDIR/out) -ge 2 ]"
	nscgroup --rm "$group"
	ends 125
	grep "find group '$group': No such file" "$BATS_TEST_TMPDIR/out"
	fails 125 'nscgroup: --watch is for --stat' nscgroup --watch "$group"
	fails 125 'nscgroup: --json is for --stat' nscgroup --json "$group" -- true
	fails 125 "nscgroup: '/proc/self/ns/net' is files of namespaces" nscgroup --stat -t /proc/self/ns/net
	fails 125 'nscgroup: write' sh -c 'exec nscgroup --stat -t $$ >/dev/full'
}

@test "actions: not on a group that this program is in itself" {
	local action

	for action in --freeze --kill; do
		run -125 nscgroup "$group" -- nscgroup "$action" "$group"
		expect message '*this program is in the group itself*' "$output"
		wait_for nothing_left
	done
}

@test "in another group: OUTER is there before, and its limits hold for all in it" {
	fails 125 "nscgroup: find group '$group', for 'one' in it: No such file" nscgroup "$group/one" -- true
	nscgroup --pids 3 "$group"
	run -0 nscgroup "$group/one" -- perl -e '
		my $n = 0; while (defined(my $pid = fork)) { if (!$pid) { sleep 600; exit } $n++ } print "$n"'
	expect forks 2 "$output"
	run -0 nscgroup "$group/one" -- cat /proc/self/cgroup
	expect groups "*/nskit-$group/one*" "$output"
	wait_for test ! -e "$(dirs | head -1)/one"
	fails 125 "nscgroup: open group '$group/cgroup.procs': Not a directory" nscgroup "$group/cgroup.procs" -- true
	nscgroup --rm "$group"
}

@test "from elsewhere: what is found in one hierarchy tells where the rest is" {
	local memory elsewhere

	memory=$(awk '$(NF - 2) == "cgroup" && $NF ~ /memory/ { print $5; exit }' /proc/self/mountinfo)
	[ -n "$memory" ] || skip 'needs memory of version 1'
	elsewhere=$memory/elsewhere-$$-$BATS_TEST_NUMBER
	mkdir "$elsewhere"
	run -0 sh -c "echo 0 >$elsewhere/cgroup.procs; exec nscgroup --memory 64M --pids 9 $group"
	[ -d "$elsewhere/nskit-$group" ]
	nscgroup --memory 32M "$group"
	expect memory 33554432 "$(cat "$elsewhere/nskit-$group/memory.limit_in_bytes")"
	run -0 nscgroup "$group" -- cat /proc/self/cgroup
	expect memory "*:memory:/${elsewhere##*/}/nskit-$group*" "$output"
	nscgroup --rm "$group"
	rmdir "$elsewhere"
	expect directories '' "$(dirs)"
	mkdir "$elsewhere"
	run -0 sh -c "echo 0 >$elsewhere/cgroup.procs; exec nscgroup --memory 64M $group -- true"
	wait_for rmdir "$elsewhere"
}

@test "in a chain: a container within limits, with the group as the root of its own namespace" {
	run -0 nscgroup --pids 20 "$group" -- nsnew -a -- nsroot --host -- cat /proc/self/cgroup
	run ! grep -E ":(|memory|pids|cpu):/." <<<"$output"
	run -0 nscgroup --pids 20 "$group" -- nscap --drop net_raw -- sh -c 'exec nscgroup --pids 4 in -- echo in'
	wait_for nothing_left
}

@test "without version 2: frozen and killed by version 1's freezer, and the group goes with PROG" {
	local mount

	mount=$(awk '$(NF - 2) == "cgroup2" { print $5; exit }' /proc/self/mountinfo)
	[ -z "$mount" ] || set -- unshare -m sh -c "umount $mount"' && exec "$@"' -
	grep -q '^[0-9]*:freezer:' /proc/self/cgroup || skip 'needs the freezer of version 1'
	run -0 "$@" nscgroup "$group" -- sh -c 'setsid sleep 600 >/dev/null 2>&1 3>&- & echo $!'
	wait_for gone "$output"
	wait_for nothing_left
	run -0 "$@" nscgroup "$group" -- grep ^0: /proc/self/cgroup
	expect 'version 2' 0::/ "$output"
	wait_for nothing_left
	spawn "$@" nscgroup "$group" -- sh -c 'sleep 600 & wait'
	wait_for sh -c "[ \"\$(cat /sys/fs/cgroup/*/nskit-$group/cgroup.procs 2>/dev/null | sort -u | wc -l)\" = 2 ]"
	"$@" nscgroup --freeze "$group"
	expect state FROZEN "$(value freezer.state)"
	run -0 "$@" nscgroup -v --kill "$group"
	expect kill '*write(freezer.state, "THAWED") = 0*' "$output"
	ends 137
	wait_for nothing_left
}

@test "an ordinary user: not here, but where a group was delegated" {
	requires userns
	local mount delegated=

	fails 125 "nscgroup: make group '$group': Permission denied" as_user nscgroup --pids 9 "$group" -- true
	expect hint '*systemd-run --user*' "$stderr"
	fails 125 "nscgroup: make group '$group': Permission denied" as_user nscgroup "$group"
	mount=$(awk '$(NF - 2) == "cgroup2" { print $5; exit }' /proc/self/mountinfo)
	[ -n "$mount" ] || skip 'needs a mounted cgroup2'
	delegated=$mount/delegated-$group
	mkdir "$delegated"
	chown "$TEST_USER" "$delegated" "$delegated/cgroup.procs" "$delegated/cgroup.subtree_control"
	run -0 sh -c "echo 0 >$delegated/cgroup.procs; "'exec "$@"' - "${user_command[@]}" nscgroup "$group" -- \
		sh -c 'setsid sleep 600 >/dev/null 2>&1 3>&- & echo $!; grep ^0: /proc/self/cgroup
		exec nscgroup --stat --json -t $$'
	expect group "*/delegated-$group/nskit-$group" "${lines[1]}"
	[ ! -e /proc/pressure/cpu ] || jq -e '.pressure.cpu.some.total_usec >= 0' <<<"${lines[*]:2}"
	wait_for gone "${lines[0]}"
	wait_for rmdir "$delegated"
}

@test "process 1 of a pid namespace has nobody to remove its group" {
	fails 125 'nscgroup: as process 1 of a pid namespace' nsnew -p -- nscgroup "$group" -- true
	run -0 nsnew -p -- nscgroup --keep "$group" -- true
	nscgroup --rm "$group"
}

@test "umask and ignored signals change nothing" {
	local mask

	for mask in 077 027 007; do
		run -0 sh -c "umask $mask; exec nscgroup --pids 20 $group -- sh -c umask"
		expect umask "0$mask" "$output"
		wait_for nothing_left
	done
	run -3 timeout 20 env --ignore-signal=CHLD nscgroup --pids 20 "$group" -- sh -c 'exit 3'
	wait_for nothing_left
}
