#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsjoin: no more than the target may do, its control groups, a terminal apart from the caller's

load helpers

teardown() {
	release
	leave_cgroups
}

# What a process is bound by, but for its name and number.
bounds='grep -E "^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)" /proc/self/status; cat /proc/self/oom_score_adj
	tail -n +2 /proc/self/limits'

# like_target COMMAND...: what COMMAND bounds, PROG is bound by, in each respect.
like_target() {
	local inside

	spawn "$@" nsnew -u -- sleep 60
	wait_for grep -qx sleep "/proc/$pid/comm"
	inside=$(nsjoin -t "$pid" --as-target -- sh -c "$bounds")
	diff <("$@" sh -c "$bounds") <(echo "$inside")
	# And it is not what we are anyway.
	[ "$inside" != "$(sh -c "$bounds")" ]
}

@test "as the target: bounding set" {
	requires root setpriv
	like_target setpriv --bounding-set=-net_raw,-sys_time
}

@test "as the target: user, groups, inheritable and ambient capabilities" {
	requires root setpriv
	spawn nsnew -u -- setpriv --reuid 1234 --regid 2345 --groups 4,24 --inh-caps=+net_raw --ambient-caps=+net_raw \
		sleep 60
	wait_for grep -qx sleep "/proc/$pid/comm"
	diff <(grep -E '^(Uid|Gid|Groups|Cap)' "/proc/$pid/status") \
		<(nsjoin -t "$pid" --as-target -- grep -E '^(Uid|Gid|Groups|Cap)' /proc/self/status)
}

@test "as the target: no_new_privs" {
	requires root setpriv
	like_target setpriv --no-new-privs
}

@test "as the target: resource limits, only lowered" {
	requires root prlimit
	like_target prlimit --nofile=100:200 --nproc=777 --core=0 --fsize=1000000:2000000
	spawn nsnew -u -- sleep 60
	wait_for grep -qx sleep "/proc/$pid/comm"
	run -0 prlimit --nofile=50:60 nsjoin -t "$pid" --as-target -- grep 'open files' /proc/self/limits
	expect limit 'Max open files*50*60*' "$output"
	run -0 prlimit --nofile=50:60 nsjoin -t "$pid" -- grep 'open files' /proc/self/limits
	expect limit 'Max open files*50*60*' "$output"
}

@test "as the target: OOM score, only raised" {
	requires root choom
	like_target choom -n 300 --
	spawn nsnew -u -- sleep 60
	wait_for grep -qx sleep "/proc/$pid/comm"
	[ "$(choom -n 200 -- nsjoin -t "$pid" --as-target -- cat /proc/self/oom_score_adj)" = 200 ]
}

@test "as the target: seccomp filters, all of them, oldest first" {
	requires root bwrap perl
	filter 83 18 >"$BATS_TEST_TMPDIR/mkdir" # EXDEV
	filter 84 23 longer >"$BATS_TEST_TMPDIR/rmdir" # ENFILE
	spawn bwrap --bind / / --unshare-uts --add-seccomp-fd 8 --add-seccomp-fd 9 sleep 60 \
		8<"$BATS_TEST_TMPDIR/mkdir" 9<"$BATS_TEST_TMPDIR/rmdir"
	child_named "$pid" sleep
	started+=("$child")
	run nsjoin -v -t "$child" --as-target -- sh -c 'mkdir /no/such; rmdir /no/such; grep ^Seccomp /proc/self/status'
	expect order '*FILTER, 5 instr*FILTER, 6 instr*' "$output"
	expect filters '*cross-device link*Too many open files in system*Seccomp:*2*Seccomp_filters:*2*' "$output"
}

@test "as the target: filters that can't be read are told of, in one line" {
	requires userns bwrap perl
	filter 83 18 >"$BATS_TEST_TMPDIR/mkdir"
	chmod a+r "$BATS_TEST_TMPDIR/mkdir"
	spawn as_user bwrap --bind / / --unshare-user --unshare-uts --seccomp 9 sleep 60 9<"$BATS_TEST_TMPDIR/mkdir"
	child_named "$pid" sleep
	started+=("$child")
	run -0 --separate-stderr as_user nsjoin -t "$child" --as-target -- grep NoNewPrivs /proc/self/status
	[ "$output" = $'NoNewPrivs:\t1' ]
	expect line "nsjoin: read the seccomp filters of '$child', which PROG will not have: *" "$stderr"
	[ "${#stderr_lines[@]}" = 1 ]
}

@test "as the target: a container of runc" {
	requires root runc jq
	local bundle=$BATS_TEST_TMPDIR/bundle name=nskit-$$

	install -D /bin/busybox "$bundle/rootfs/bin/busybox"
	(cd "$bundle" && runc spec)
	jq '.process.args = ["/bin/busybox", "sleep", "60"] | .process.terminal = false' \
		"$bundle/config.json" >"$bundle/new" && mv "$bundle/new" "$bundle/config.json"
	runc run --detach --bundle "$bundle" "$name" </dev/null &>"$BATS_TEST_TMPDIR/log" 3>&- ||
		skip "runc doesn't run here: $(tail -1 "$BATS_TEST_TMPDIR/log")"
	pid=$(runc state "$name" | jq .pid)
	started+=("$pid")
	run -0 nsjoin -t "$pid" --as-target -- /bin/busybox grep -E '^(Cap|NoNewPrivs|Seccomp)' /proc/self/status
	expect bounds "$(grep -E '^(Cap|NoNewPrivs|Seccomp)' "/proc/$pid/status")" "$output"
	run -0 nsjoin -t "$pid" -- /bin/busybox cat /proc/self/cgroup
	expect 'control groups' "$(nsjoin -t "$pid" -- /bin/busybox cat /proc/1/cgroup)" "$output"
	run -0 nsjoin -t "$pid" --tty -- /bin/busybox ls /dev/pts
	expect terminal '0*' "$output"
	release
	runc delete "$name"
}

groups_made=()

# Make a control group in each hierarchy that lets us: of version 1 pids, and that of version 2.
make_cgroups() {
	local point

	while read -r point; do
		mkdir "$point/nskit-$$" 2>/dev/null || continue
		groups_made+=("$point/nskit-$$")
	done < <(awk '$(NF-2) == "cgroup2" || ($(NF-2) == "cgroup" && $NF ~ /pids/) { print $5 }' /proc/self/mountinfo)
	[ ${#groups_made[@]} -gt 0 ] || skip 'no control group can be made here'
}

leave_cgroups() {
	local one

	for one in "${groups_made[@]}"; do
		wait_for rmdir "$one"
	done
	groups_made=()
}

spawn_in_cgroups() {
	make_cgroups
	spawn sh -c 'for one; do echo 0 >"$one/cgroup.procs"; done; exec nsnew -u -- sleep 60' - "${groups_made[@]}"
	wait_for grep -qx sleep "/proc/$pid/comm"
	[ "$(cat "/proc/$pid/cgroup")" != "$(cat /proc/self/cgroup)" ]
}

@test "the target's control groups, of version 1 and 2" {
	requires root
	local theirs

	spawn_in_cgroups
	theirs=$(cat "/proc/$pid/cgroup")
	[ "$(nsjoin -t "$pid" -- cat /proc/self/cgroup)" = "$theirs" ]
	[ "$(nsjoin -t "$pid" -a -- cat /proc/self/cgroup)" = "$theirs" ]
	[ "$(nsjoin -t "$pid" -u -c -- cat /proc/self/cgroup)" = "$theirs" ]
	[ "$(nsjoin -t "$pid" -u -- cat /proc/self/cgroup)" = "$(cat /proc/self/cgroup)" ]
}

@test "joining a control group takes no standard input, and leaves no descriptor" {
	requires root
	spawn_in_cgroups
	[ "$(echo hello | nsjoin -t "$pid" -u -c -- cat)" = hello ]
	[ "$(nsjoin -t "$pid" -u -c -- sh -c 'exec ls /proc/self/fd')" = $'0\n1\n2\n3' ]
	[ "$(nsjoin -t "$pid" -u -c -- readlink /proc/self/fd/0 <&-)" = /dev/null ]
}

@test "a control group that isn't ours to join: left out, or with -c an error" {
	requires root userns
	local mine

	make_cgroups
	box=$(as_user nsnew --hold -ru 3>&-)
	started+=("$box")
	for one in "${groups_made[@]}"; do
		echo "$box" >"$one/cgroup.procs"
	done
	mine=$(cat /proc/self/cgroup)
	[ "$(as_user nsjoin -t "$box" -- cat /proc/self/cgroup)" = "$mine" ]
	fails 125 "nsjoin: open the control group of '$box': Permission denied (/nskit-$$)" \
		as_user nsjoin -t "$box" -c -- true
}

# terminal COMMAND: run a shell command under a terminal of its own, its output without the carriage
# returns.
terminal() {
	(
		set -o pipefail
		timeout -k 5 60 script -qec "$1" /dev/null </dev/null | tr -d '\r'
	)
}

@test "tty: PROG leads a session with the container's own terminal" {
	requires root script
	hold -a
	run -0 terminal "stty rows 21 cols 77; tty >$BATS_TEST_TMPDIR/outer; nsjoin -t $box --tty -- sh -c '
		tty; stty size; ls -l /proc/self/fd | grep -c pts; ps -o sid= -p \$\$; echo \$\$'"
	expect terminal '*/dev/pts/*' "$output"
	expect size '*21 77*' "$output"
	[ "${lines[-1]// /}" = "${lines[-2]// /}" ]
	[[ "$output" != *"$(cat "$BATS_TEST_TMPDIR/outer")"* ]]
}

@test "tty: the size of the caller's window, as it changes" {
	requires root script
	hold -m
	run -0 terminal "stty rows 21 cols 77; (until [ -e $BATS_TEST_TMPDIR/go ]; do sleep 0.02; done
		stty rows 32 cols 98 </dev/tty) & nsjoin -t $box --tty -- sh -c '
		trap : WINCH; touch $BATS_TEST_TMPDIR/go; until [ \"\$(stty size)\" = \"32 98\" ]; do sleep 0.02; done
		echo followed'"
	expect size '*followed*' "$output"
}

@test "tty: the caller's terminal is raw meanwhile, and in the end as it was" {
	requires root script
	hold -m
	run -5 terminal "stty -a >$BATS_TEST_TMPDIR/before; exec 4<&0
		nsjoin -t $box --tty --keep-fd 4 -- sh -c 'stty -a <&4 >$BATS_TEST_TMPDIR/meanwhile; exit 5'; status=\$?
		stty -a >$BATS_TEST_TMPDIR/after; exit \$status"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	grep -qw -- -icanon "$BATS_TEST_TMPDIR/meanwhile"
	grep -qw icanon "$BATS_TEST_TMPDIR/before"
}

@test "tty: the caller's terminal is set back when nsjoin is killed" {
	requires root script
	hold -m
	run -0 terminal "stty -a >$BATS_TEST_TMPDIR/before
		nsjoin -t $box --tty -- sh -c 'kill -KILL \$PPID; exec sleep 1'
		until stty -a | cmp -s - $BATS_TEST_TMPDIR/before; do sleep 0.02; done; echo set back"
	expect modes '*set back*' "$output"
	wait_for eval '! pgrep -x nsjoin:tty'
}

@test "tty: what was written last arrives, the status too, also of a signal" {
	requires root
	hold -mp
	[ "$(nsjoin -t "$box" --tty -- seq 5000 | tr -d '\r' | cksum)" = "$(seq 5000 | cksum)" ]
	run -7 nsjoin -t "$box" --tty -- sh -c 'exit 7'
	run -143 nsjoin -t "$box" --tty -- sh -c 'kill -TERM $$'
	run -127 nsjoin -t "$box" --tty -- no-such
	expect message "*nsjoin: run 'no-such': No such file or directory*" "$output"
}

@test "tty: standard input that is no terminal, to its end" {
	requires root
	hold -m
	[ "$(printf 'one\ntwo\n' | nsjoin -t "$box" --tty -- cat | tr -d '\r')" = $'one\ntwo' ]
	[ "$(printf 'no newline' | nsjoin -t "$box" --tty -- cat | tr -d '\r')" = 'no newline' ]
	nsjoin -t "$box" --tty -- cat </dev/null
	nsjoin -t "$box" --tty -- cat <&-
	[ "$(seq 3000 | nsjoin -t "$box" --tty -- cat | tr -d '\r' | cksum)" = "$(seq 3000 | cksum)" ]
}

@test "tty: signals reach PROG" {
	requires root
	hold -mp
	spawn nsjoin -t "$box" --tty -- sleep 60
	child_named "$pid" sleep
	kill -TERM "$pid"
	ends 143
	wait_for gone "$child"
}

# Whether a process is in one of these states.
is_in_state() {
	local stat

	stat=$(cat "/proc/$1/stat") && [[ ${stat##*) } == [$2]* ]]
}

@test "tty: nsjoin stops with PROG, the terminal in order, and goes on with it" {
	requires root script
	hold -mp
	# Not script's own child: what stops that stops script too.
	run -0 terminal "cd $BATS_TEST_TMPDIR; stty -a >before
		(until [ -e go ]; do sleep 0.02; done
		read nsjoin <pid
		until grep -q 'State:.T' /proc/\$nsjoin/status; do sleep 0.02; done
		stty -a </dev/tty >stopped; kill -CONT \$nsjoin) &
		sh -c 'echo \$\$ >pid; exec \"\$@\"' - \
			nsjoin -t $box --tty -w=/ -- sh -c 'touch $BATS_TEST_TMPDIR/go; kill -STOP \$\$; echo went on'
		:"
	expect output '*went on*' "$output"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/stopped"
}

@test "as the target: it goes on as before, and PROG doesn't trace it" {
	requires root bwrap perl
	filter 83 18 >"$BATS_TEST_TMPDIR/mkdir"
	spawn bwrap --bind / / --unshare-uts --seccomp 9 sleep 60 9<"$BATS_TEST_TMPDIR/mkdir"
	child_named "$pid" sleep
	started+=("$child")
	[ "$(nsjoin -t "$child" --as-target -- sed -n 's/^TracerPid:\t//p' "/proc/$child/status")" = 0 ]
	is_in_state "$child" S
}

@test "tty: where the container has no devpts, one of the caller's; what is none is not taken for one" {
	requires root
	local root=$BATS_TEST_TMPDIR/root

	install -D /bin/busybox "$root/bin/busybox"
	mkdir -p "$root/dev/pts"
	mkfifo "$root/dev/pts/ptmx"
	spawn nsnew -m -- chroot "$root" /bin/busybox sleep 60
	wait_for grep -qx busybox "/proc/$pid/comm"
	run -0 timeout 10 nsjoin -t "$pid" --tty -- /bin/busybox sh -c '[ -t 0 ] && [ -t 1 ] && echo yes'
	expect terminal 'yes*' "$output"
	rm "$root/dev/pts/ptmx"
	rmdir "$root/dev/pts"
	ln -s /proc/self/fd "$root/dev/pts"
	run -0 timeout 10 nsjoin -t "$pid" --tty -- /bin/busybox sh -c '[ -t 0 ] && [ -t 1 ] && echo yes'
	expect terminal 'yes*' "$output"
}

@test "tty: an ordinary user" {
	requires userns script
	hold_as_user -a
	[ "$(as_user nsjoin -t "$box" --tty -- sh -c 'tty >/dev/null && id -u' | tr -d '\r')" = 0 ]
}

# Push a line into the terminal that is standard input.
push='ioctl STDIN, 0x5412, $_ for map { pack "a", $_ } split //, "pushed\n"'

# Without privilege over the terminal; root could push anywhere.
@test "tty: nothing inside can push characters into the caller's terminal" {
	requires userns script perl
	local reads="stty -icanon min 0 time 3; dd bs=64 count=1 2>/dev/null"

	[ "$(cat /proc/sys/dev/tty/legacy_tiocsti 2>/dev/null || echo 1)" = 1 ] || skip 'the kernel forbids it'
	hold_as_user -ac
	run -0 as_user script -qec "nsjoin -t $box -- perl -e '$push'; $reads" /dev/null </dev/null
	expect 'without --tty' '*pushed*' "$output"
	run -0 as_user script -qec "stty -echo
		nsjoin -t $box --tty -- sh -c 'stty -echo; perl -e \"\$1\"' - '$push'; $reads" /dev/null </dev/null
	[[ "$output" != *pushed* ]]
}
