# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What the suites of nsinfo share.

# shellcheck disable=SC2034
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
