# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-do - what is done with a box

# PROG joins the box and is then confined as the box is: the words of that are as they were told of
# by whoever began it, the caller.
# shellcheck disable=SC2086
nsbox_exec() {
	[ $# -gt 0 ] || misuse 'missing operand BOX'
	find_box "$1"
	[ "$box_state" != ended ] || die "box '$1' has ended"
	count=$#
	set -- "$@" nsjoin $verbose -t "$box_name" --env $tty
	[ -z "$workdir" ] || set -- "$@" --wdns="$workdir"
	set -- "$@" --
	[ -z "$user" ] || box_confine="${box_confine% --user *} --user $user"
	[ -z "$box_confine" ] || set -- "$@" nscap $verbose $box_confine --
	join_prog "$@"
}

# BOX [--] [PROG...], and behind $count of those words the chain so far.
join_prog() {
	shift
	count=$((count - 1))
	if [ "$count" -gt 0 ] && [ "$1" = -- ]; then
		shift
		count=$((count - 1))
	fi
	[ "$count" -gt 0 ] || set -- "$@" /bin/sh
	while [ "$count" -gt 0 ]; do
		set -- "$@" "$1"
		shift
		count=$((count - 1))
	done
	exec "$@"
}

nsbox_stop() {
	[ $# -gt 0 ] || misuse 'missing operand BOX'
	for box; do
		find_box "$box"
		[ "$box_state" = ended ] || end_box
	done
}

# What is frozen can't end. When its cleaner has ended, nothing is left of the box.
end_box() {
	[ "$box_state" != paused ] || nscgroup --thaw "$box_group" || exit
	nskill --grace "$grace" "$box_name" || exit
	nsinfo --wait "$box_cleaner" 2>/dev/null || :
}

nsbox_rm() {
	[ $# -gt 0 ] || misuse 'missing operand BOX'
	for box; do
		find_box "$box"
		[ "$box_state" = ended ] || [ -n "$force" ] ||
			die "box '$box' runs" 'nsbox stop ends it, and so does rm --force'
		[ "$box_state" = ended ] || end_box
		rm -f "$place/$box.ended" "$place/$box.log"
	done
}

nsbox_pause() {
	need_box "$@"
	need_group
	nscgroup --freeze "$box_group" || exit
	printf 'state=paused\n' >>"$file"
}

nsbox_resume() {
	need_box "$@"
	need_group
	nscgroup --thaw "$box_group" || exit
	printf 'state=running\n' >>"$file"
}

need_group() {
	[ -n "$box_group" ] ||
		die "box '$box_name' has no control group" 'it was run without any limit'
}

# shellcheck disable=SC2086
nsbox_stats() {
	need_box "$@"
	need_group
	exec nscgroup --stat ${form:+--json} $watch "$box_group"
}

nsbox_logs() {
	[ $# -eq 1 ] || misuse "one BOX is needed, not $#"
	find_box "$1"
	log=$place/$box_pid.log
	[ "$box_state" != ended ] || log=$place/$box_name.log
	[ -e "$log" ] || die "box '$1' has no log" 'only one that was run with -d has'
	if [ -z "$follow" ] || [ "$box_state" = ended ]; then
		exec cat "$log"
	fi
	tail -n +1 -f "$log" &
	tail=$!
	trap 'kill "$tail"' EXIT
	trap 'exit 0' INT TERM HUP
	nsinfo --wait "$box_pid" 2>/dev/null
	sleep 1 # tail looks once a second
}

# The pid namespace is asked for: its processes are those of the box.
nsbox_top() {
	need_box "$@"
	inode=$(nsinfo -t "$box_name" -p -o inode --raw | head -n 1) || exit
	exec nsinfo "pid:[$inode]"
}

nsbox_inspect() {
	[ $# -eq 1 ] || misuse "one BOX is needed, not $#"
	find_box "$1"
	printf '{ "box": '
	print_facts
	if [ "$box_state" != ended ]; then
		printf ', "namespaces": '
		nsinfo --json -t "$box_name"
		printf ', "privilege": '
		nscap --show --json "$box_name"
	fi
	printf '}\n'
}
