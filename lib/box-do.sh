# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-do - what is done with a box

# PROG joins the box and is then confined as the box is. The chain is put together as that of the
# box was, behind the words of the command line.
# shellcheck disable=SC2086
nsbox_exec() {
	count=$#
	take_box "$@"
	set -- "$@" nsjoin $verbose -t "$box_name" --env $tty
	[ -z "$workdir" ] || set -- "$@" --wdns="$workdir"
	add_variables exec_confined "$@"
}

take_box() {
	shift "$taken"
	[ $# -gt 0 ] || misuse 'missing operand BOX'
	find_box "$1"
	[ "$box_state" != ended ] || die "box '$1' has ended"
	taken=$((taken + 1))
	[ "${2-}" != -- ] || taken=$((taken + 1))
}

# shellcheck disable=SC2086
exec_confined() {
	set -- "$@" --
	[ -z "$user" ] || box_confine="$box_confine --user $user"
	[ -z "$box_confine" ] || set -- "$@" nscap $verbose $box_confine --
	add_prog exec "$@"
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

# The pid namespace is asked for: its processes are those of the box, and what comes behind the
# table about itself.
nsbox_top() {
	need_box "$@"
	inode=$(nsinfo -t "$box_name" -p -o inode --raw | head -n 1) || exit
	nsinfo "pid:[$inode]" | sed '1,/^$/d'
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
