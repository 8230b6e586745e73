#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nscgroup with version 2 and all its controllers, whatever this machine has mounted: in a system of
# its own, User-Mode Linux, on this one's files

load helpers

setup() {
	requires root linux.uml busybox
}

# Run the script of standard input as that system's process 1, and take what it prints as $output.
v2() {
	local dir=$BATS_TEST_TMPDIR

	{
		printf '#!/bin/sh\nexec >%s/out 2>&1\nexport PATH=%s\n%s\n' "$dir" "$PATH" "$begin"
		cat
		echo busybox halt -f
	} >"$dir/init"
	chmod 755 "$dir/init"
	HOME=$dir TMPDIR=$dir timeout 100 linux.uml mem=256M rootfstype=hostfs rw quiet "init=$dir/init" \
		con=null con0=null,fd:2 "$@" </dev/null >"$dir/log" 2>&1 3>&-
	output=$(cat "$dir/out")
	# shellcheck disable=SC2034
	mapfile -t lines <"$dir/out"
}

# What each script begins with.
begin='
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
cd /sys/fs/cgroup
removed() {
	until [ -z "$(find . -name "nskit-*")" ]; do busybox usleep 10000; done
}
# Be in a group, made for it.
be_in() {
	mkdir -p "$1" && echo $$ >"$1/cgroup.procs"
}
forks="my \$n = 0; while (defined(my \$pid = fork)) { if (!\$pid) { sleep 600; exit } \$n++ } print qq(\$n\n)"
'

@test "version 2: each limit is what was asked for" {
	v2 "ubd0=$(truncate -s 1M "$BATS_TEST_TMPDIR/disk" && echo "$BATS_TEST_TMPDIR/disk")" <<-END
		nscgroup --memory 64M --swap 16Mi --pids 20 --cpu 1.5 --cpu-weight 50 \
			--io /dev/ubda:rbps=1M,wiops=100 --io /dev/ubda:riops=max web -- \
			cat nskit-web/memory.max nskit-web/memory.swap.max nskit-web/pids.max nskit-web/cpu.max \
			nskit-web/cpu.weight nskit-web/io.max nskit-web/cgroup.controllers /proc/self/cgroup
		removed
		cat cgroup.subtree_control
		nscgroup --keep --io /dev/ubda:rbps=1M,wbps=2M web -- true
		nscgroup --io /dev/ubda:rbps=3M --memory max --cpu max web
		cat nskit-web/io.max nskit-web/memory.max nskit-web/cpu.max
		nscgroup --rm web
		ls -d nskit-web
	END
	expect limits $'67108864\n16777216\n20\n150000 100000\n50
*rbps=1048576 wbps=max riops=max wiops=100\ncpu io memory pids\n0::/nskit-web
cpu io memory pids\n*rbps=3145728 wbps=2097152 riops=max wiops=max\nmax\nmax 100000\nls: *' "$output"
}

@test "version 2: limits hold" {
	v2 <<-END
		nscgroup --pids 3 web -- perl -e "\$forks"
		nscgroup --memory 20M --swap 0 web -- perl -e 'my \$x = "x" x 50_000_000; print "had it\n"'
		echo \$?
		nscgroup --cpu 0.1 web -- perl -e '1 while (times)[0] + (times)[1] < 0.2; exec "nscgroup --stat web"' |
			grep throttled
		removed
		nscgroup --pids 2 --memory 20M --swap 0 web
		nscgroup web -- perl -e 'fork; fork; exit 0'
		nscgroup web -- perl -e 'my \$x = "x" x 50_000_000'
		nscgroup --stat --json web | jq -c '[.memory.max, .pids.max, .events.memory_max > 0,
			.events.oom_kill, .events.pids_max > 0, .cpu.usage_usec > 0, .pressure.cpu.some]'
		nscgroup --rm web
	END
	[ "${lines[0]}" = 2 ]
	expect 'killed' $'2\n*Killed\n137\nthrottled * of * periods, *' "$output"
	[ "${lines[-1]}" = '[20971520,2,true,1,true,true,null]' ] || expect 'last line' '' "${lines[-1]}"
	run ! grep 'throttled     0' <<<"$output"
}

@test "version 2: a controller that isn't there is looked for above, and an error; nothing is left" {
	v2 <<-END
		nscgroup --pids 9 --cpuset 0 web -- true
		echo \$?
		ls -d nskit-*
		cat cgroup.subtree_control
		echo .
		nscgroup --pids 9 --io 7:99:rbps=1M web -- true
		cat cgroup.subtree_control
		echo .
		be_in slice/scope
		nscgroup --pids 9 web -- cat /proc/self/cgroup
		perl -e 'my @words = ("slice/scope", "trusted.delegate", "1"); syscall(188, @words, 1, 0) and die \$!'
		nscgroup --pids 9 in -- true
		echo \$?
		nscgroup in -- cat /proc/self/cgroup
	END
	expect output "nscgroup: use the controller 'cpuset' for --cpuset: Not supported
nscgroup: hint: *
125
ls: *
.
nscgroup: set io.max of group 'web' to '7:99 rbps=1048576': No such device
.
0::/nskit-web
nscgroup: use the controller 'pids' for --pids: Not supported
nscgroup: hint: *
125
0::/slice/scope/nskit-in" "$output"
}

@test "version 2: where the own group has processes, the group is above it, but never out of bounds" {
	v2 <<-END
		echo '+memory +pids' >cgroup.subtree_control
		mkdir slice
		echo '+memory +pids' >slice/cgroup.subtree_control
		be_in slice/scope
		nscgroup --pids 9 web -- cat /proc/self/cgroup
		removed
		nscgroup --pids 9 web -- sh -c 'nscgroup --pids 2 in -- true; echo \$?'
		removed
		nscgroup --pids 9 pod
		nscgroup --pids 3 pod/one -- cat /proc/self/cgroup slice/nskit-pod/one/pids.max
		nscgroup --freeze pod
		nscgroup pod/one -- true
		nscgroup --kill --rm pod
		ls -d slice/nskit-*
		perl -e 'my @words = ("slice/scope", "trusted.delegate", "1"); syscall(188, @words, 1, 0) and die \$!'
		nscgroup --pids 9 web -- true
		echo \$?
	END
	expect output "0::/slice/nskit-web
nscgroup: make group 'in': *esource busy
nscgroup: hint: in version 2 a group with processes of its own can't divide what it has*
125
0::/slice/nskit-pod/one
3
nscgroup: group 'pod/one' is frozen: nscgroup --thaw lets it go on
ls: *
nscgroup: make group 'web': *esource busy
nscgroup: hint: *
125" "$output"
}

@test "version 2: an ordinary user makes groups where one was delegated, and nowhere else" {
	v2 <<-END
		echo '+memory +pids' >cgroup.subtree_control
		mkdir user
		echo '+memory +pids' >user/cgroup.subtree_control
		mkdir user/service user/service/app user/session
		chown $TEST_USER user/service user/service/app user/service/*/cgroup.procs \
			user/service/cgroup.procs user/service/cgroup.subtree_control
		user="setpriv --reuid $TEST_USER --regid $TEST_USER --init-groups"
		echo \$\$ >user/service/app/cgroup.procs
		\$user nscgroup --pids 3 --memory 50M web -- perl -e "\$forks" && echo .
		\$user nscgroup --pids 3 web -- cat /proc/self/cgroup
		\$user nscgroup --pids 3 web
		\$user nscgroup --kill --rm web
		removed
		echo \$\$ >user/session/cgroup.procs
		\$user nscgroup --pids 3 web -- true
		echo \$?
	END
	expect output "2
.
0::/user/service/nskit-web
nscgroup: make group 'web': Permission denied
nscgroup: hint: a group is made by root, or where the system has left that to you: systemd-run *
125" "$output"
}

@test "version 2: freeze, thaw, kill; and the group goes with PROG, with what is left in it" {
	v2 <<-END
		nscgroup web -- sh -c 'mkdir nskit-web/within; sleep 600 & echo \$! >nskit-web/within/cgroup.procs
			setsid sleep 600 & kill -KILL \$\$'
		removed
		pgrep sleep
		nscgroup web -- perl -e 'fork; fork; sleep 600' &
		until [ "\$(cat nskit-web/cgroup.procs 2>/dev/null | wc -l)" = 4 ]; do :; done
		nscgroup --freeze web && grep frozen nskit-web/cgroup.events
		nscgroup --thaw web && grep frozen nskit-web/cgroup.events
		nscgroup --rm web
		nscgroup --freeze web && nscgroup -v --kill web
		wait
		removed
		box=\$(nsnew --hold -p)
		nsjoin -t \$box -- sleep 600 &
		until pgrep sleep >/dev/null; do :; done
		nscgroup --pids 8 -t \$box web
		wc -l <nskit-web/cgroup.procs
		nscgroup --kill --rm web
		pgrep sleep
		ls -d nskit-*
	END
	expect output "Killed
frozen 1
frozen 0
nscgroup: group 'web' has processes: --kill --rm ends them
nscgroup*: write(cgroup.kill, \"1\") = 0
*2
*ls: *" "$output"
}
