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
		group=nsbox-$$
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
	set -- "$@" nsnew $pass $kinds --name "$name" --clear-env --env PATH=$box_path
	[ -n "$user" ] || set -- "$@" --env HOME=/root
	[ -z "${TERM-}" ] || set -- "$@" --env "TERM=$TERM"
	[ -z "$outside" ] || set -- "$@" --outside "$outside"
	while IFS= read -r line; do
		[ "${line#env=}" = "$line" ] || set -- "$@" --env "${line#env=}"
	done <<-END
		$config
	END
	at=0
	for word; do
		at=$((at + 1))
		case $env in
		*" $at "*) set -- "$@" --env "$word" ;;
		*" $at= "*) set -- "$@" --env "${word#*=}" ;;
		esac
	done
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

# PROG, or what the archive says that it is, or a shell. The chain then stands alone.
link_prog() {
	while IFS= read -r line; do
		case $line in
		entrypoint=*) set -- "$@" "${line#*=}" ;;
		cmd=*) [ "$count" -gt "$taken" ] || set -- "$@" "${line#*=}" ;;
		esac
	done <<-END
		$config
	END
	at=0
	for word; do
		at=$((at + 1))
		[ "$at" -gt "$count" ] && break
		[ "$at" -le "$taken" ] || set -- "$@" "$word"
	done
	[ "$count" -gt "$taken" ] || [ -n "$config" ] || set -- "$@" /bin/sh
	shift "$count"
	"$act" "$@"
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
