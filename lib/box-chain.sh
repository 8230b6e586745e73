# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-chain - the chain of programs that a box is
#
# It is put together behind the words of the command line, in "$@": so no word is read by a shell a
# second time, whatever is in it.

# The chain, link by link. Each adds its words behind those of the command line, and hands all on to
# the next. What is unquoted are words of ours, or such as demand() lets pass.
# shellcheck disable=SC2086
link_group() {
	group=''
	if [ -n "$memory$pids$cpu" ]; then
		group=box-$$
		set -- "$@" nscgroup $pass
		[ -z "$memory" ] || set -- "$@" --memory "$memory"
		[ -z "$pids" ] || set -- "$@" --pids "$pids"
		[ -z "$cpu" ] || set -- "$@" --cpu "$cpu"
		set -- "$@" "$group" --
	fi
	link_new "$@"
}

# shellcheck disable=SC2086
link_new() {
	set -- "$@" nsnew $pass $kinds --name "$name" --clear-env --setenv PATH=$box_path
	[ -n "$user" ] || set -- "$@" --setenv HOME=/root
	[ -z "${TERM-}" ] || set -- "$@" --setenv "TERM=$TERM"
	[ -z "$outside" ] || set -- "$@" --outside "$outside"
	while IFS= read -r line; do
		unescape "${line#*=}"
		[ "${line#env=}" = "$line" ] || set -- "$@" --setenv "$value"
	done <<-END
		$config
	END
	add_variables link_host "$@"
}

# Hand on to $1, with the options for the variables that are asked for.
add_variables() {
	next=$1
	shift
	at=0
	for word; do
		at=$((at + 1))
		case $env in
		*" $at "*) set -- "$@" --setenv "$word" ;;
		*" $at= "*) set -- "$@" --setenv "${word#*=}" ;;
		esac
	done
	"$next" "$@"
}

# shellcheck disable=SC2086
link_host() {
	link_root "$@" -- nshost $pass "$hostname" --
}

# shellcheck disable=SC2086
link_root() {
	set -- "$@" nsroot $pass $root_options
	at=0
	for word; do
		at=$((at + 1))
		case $volumes in
		*" $at "*) set -- "$@" --volume "$word" ;;
		*" $at= "*) set -- "$@" --volume "${word#*=}" ;;
		esac
	done
	[ -z "$root" ] || set -- "$@" "$root"
	link_init "$@" --
}

# shellcheck disable=SC2086
link_init() {
	[ -z "$confine" ] || set -- "$@" nscap $pass $confine --
	set -- "$@" nsinit $verbose $ready
	[ -z "$workdir" ] || set -- "$@" --wd "$workdir"
	link_prog "$@" --
}

# PROG as the archive says that it begins, and ends where nothing else is asked for.
link_prog() {
	while IFS= read -r line; do
		unescape "${line#*=}"
		case $line in
		entrypoint=*) set -- "$@" "$value" ;;
		cmd=*) [ "$count" -gt "$taken" ] || set -- "$@" "$value" ;;
		esac
	done <<-END
		$config
	END
	add_prog "$act" "$@"
}

# Hand on to $1 the chain alone, with the words of the command line that are PROG, or a shell.
add_prog() {
	next=$1
	shift
	at=0
	for word; do
		at=$((at + 1))
		[ "$at" -le "$count" ] || break
		[ "$at" -le "$taken" ] || set -- "$@" "$word"
	done
	[ "$count" -gt "$taken" ] || [ -n "${config-}" ] || set -- "$@" /bin/sh
	shift "$count"
	"$next" "$@"
}

# Take ROOT, and the -- behind it.
take_root() {
	shift "$taken"
	[ $# -gt 0 ] || misuse 'missing operand ROOT'
	find_root "$1"
	taken=$((taken + 1))
	[ "${2-}" != -- ] || taken=$((taken + 1))
}

nsbox_run() {
	config='' count=$# pass=$verbose ready=''
	check
	if [ "$act$detach" = startyes ] && [ -z "${NSBOX_STARTER-}" ]; then
		detach "$@"
		return
	fi
	if [ -n "${NSBOX_STARTER-}" ]; then
		pass="$pass --keep-fd 9" ready='--ready 9'
	fi
	take_root "$@"
	choose_kinds
	choose_root
	choose_confinement
	choose_network
	link_group "$@"
}
