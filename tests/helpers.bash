# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What the tests of every program use. setup_suite.bash prepares the ground.

bats_require_minimum_version 1.5.0

# What makes a command an ordinary user's, who may write below $USER_DIR.
user_command=(env HOME="$USER_DIR" XDG_RUNTIME_DIR="$USER_DIR")
[ -z "$TEST_USER" ] || user_command=(setpriv --reuid "$TEST_USER" --regid "$TEST_USER"
	--init-groups --inh-caps=-all "${user_command[@]}" USER="$TEST_USER")

as_user() {
	"${user_command[@]}" "$@"
}

# Skip the test, and say why, where the machine has not what it needs: programs, or one of the words
# root (this test is root's), userns (an ordinary user can make user namespaces).
requires() {
	local need

	for need; do
		case $need in
		root) [ "$(id -u)" = 0 ] || skip 'needs to be root' ;;
		userns)
			as_user unshare -Ur true 2>/dev/null ||
				skip 'user namespaces are switched off'
			;;
		*) type -P "$need" >/dev/null || skip "needs $need" ;;
		esac
	done
}

# The processes that release() is to end.
started=()

# Start a program in the background, by `spawn as_user` as the ordinary user; $pid is its process.
# Ended at teardown.
spawn() {
	local words=("$@")

	[ "$1" != as_user ] || words=("${user_command[@]}" "${@:2}")
	exec "${words[@]}" 3>&- &
	pid=$!
	started+=("$pid")
}

# Set $box to the handle of a container made by `nsnew --hold ARGS`, as root or the ordinary user.
# Ended at teardown.
hold() {
	box=$(nsnew --hold "$@" 3>&-)
	started+=("${box%%:*}")
}

hold_as_user() {
	box=$(as_user nsnew --hold "$@" 3>&-)
	started+=("${box%%:*}")
}

# Each as root and as the ordinary user, who is root in a user namespace of his own.
both() {
	requires root userns
	"$@" env
	"$@" as_user
}

# A small root, of the ordinary user's: a static busybox under the names that tests use. Sets $root,
# which the test's file removes at its teardown.
make_root() {
	local name

	root=$USER_DIR/root-$BATS_TEST_NUMBER
	mkdir -p "$root"/{bin,etc}
	cp /bin/busybox "$root/bin/busybox"
	for name in sh ls cat id mount ps hostname touch stat readlink sleep env wc true; do
		ln -s busybox "$root/bin/$name"
	done
	echo inside >"$root/etc/name"
	chmod -R a+rX "$root"
	[ -z "$TEST_USER" ] || chown -R "$TEST_USER" "$root"
}

# Beside it a directory of the ordinary user's with a file and a directory in it. Sets $data.
make_data() {
	data=$USER_DIR/data
	mkdir -p "$data/below"
	echo content >"$data/file"
	chmod -R a+rX "$data"
	[ -z "$TEST_USER" ] || chown -R "$TEST_USER" "$data"
}

# In that root, a program `escape PATH`: out of a chroot, if that is all it is; 1 where PATH is
# there then.
make_escape() {
	cc -static -x c -o "$root/bin/escape" - <<-'END'
		#include <sys/stat.h>
		#include <unistd.h>
		int main(int argc, char **argv)
		{
			(void)argc;
			mkdir("/escape", 0700);
			if (chroot("/escape") < 0)
				return 2;
			for (int i = 0; i < 64; i++)
				if (chdir("..") < 0)
					return 3;
			return chroot(".") < 0 || access(argv[1], F_OK) == 0;
		}
	END
}

# Write, from within the container $box, to the program that nsroot runs as there; what that says.
write_to_nsroot() {
	# shellcheck disable=SC2016
	nsjoin -t "$box" -- sh -c 'for exe in /proc/[0-9]*/exe; do
		[ "$(cat "${exe%exe}comm")" != nsroot ] || {
			exec 7<"$exe" && echo x >/proc/self/fd/7
		}; done; :'
}

# filter CALL ERRNO [OTHER]: a compiled seccomp filter that answers so to that system call; with a
# third word one instruction longer.
filter() {
	[ "$(uname -m)" = x86_64 ] || skip 'knows system calls by their numbers on x86-64'
	perl -e 'print pack("SCCL", 0x20, 0, 0, 0) x @ARGV, pack "SCCL" x 3, 0x15, 0, 1, $ARGV[0],
		6, 0, 0, 0x50000 | $ARGV[1], 6, 0, 0, 0x7fff0000' "$@"
}

# ends STATUS: the program that was spawned last ends, with this status. (`run` is a subshell, whose
# child it isn't.)
ends() {
	local status=0

	wait "$pid" || status=$?
	expect 'status' "$1" "$status"
}

# Set $child to the child of a process that has become NAME, once there is one.
child_named() {
	wait_for pgrep -P "$1" -x "$2" >/dev/null
	# shellcheck disable=SC2034
	child=$(pgrep -P "$1" -x "$2" | head -1)
}

# Whether a process has ended, reaped or not.
gone() {
	local stat

	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
	[[ ${stat##*) } == [ZX]* ]]
}

# End what the test has started, and wait until it has gone.
release() {
	local one

	for one in "${started[@]}"; do
		kill -KILL "$one" 2>/dev/null || :
		wait_for gone "$one"
	done
	started=()
}

# A file with a teardown of its own calls release in it.
teardown() {
	release
}

# Try a command until it is true, at most 5 seconds.
wait_for() {
	local end=$((${EPOCHREALTIME/./} + 5000000))

	until "$@"; do
		if ((${EPOCHREALTIME/./} > end)); then
			echo "never came true: $*" >&2
			return 1
		fi
		sleep 0.02
	done
}

# What a program could leave behind: mounts, interfaces, names, files and processes of this test.
footprint() {
	grep -v /bats-run- /proc/self/mountinfo
	grep "$BATS_RUN_TMPDIR" /proc/self/mountinfo
	ls -I 'separate-stderr-*' /sys/class/net /run/nskit /run/netns
	ls -I 'separate-stderr-*' "$USER_DIR" "$BATS_TEST_TMPDIR"
	env -u BATS_TEST_TMPDIR grep -lzx "BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ
	:
} 2>/dev/null

# A program on a terminal of its own; `type_in` types there, `screen` waits for what it shows.
open_terminal() {
	mkfifo keys
	exec 7<>keys
	# A shell without job control has what is in the background ignore the keys' signals.
	env --default-signal=INT,QUIT PS1='> ' script -qfc "$1" screen <keys >/dev/null 3>&- 7>&- &
	pid=$!
	started+=("$pid")
}

type_in() {
	printf '%b' "$1" >&7
}

screen() {
	wait_for grep -sqF -- "$1" screen
}

# Whether the process is in the foreground of its terminal.
foreground() {
	[ "$(ps -o stat= -p "$1" | grep -c +)" = 1 ]
}

# fails STATUS MESSAGE COMMAND...: the command ends with the status, prints nothing, says the
# message in one line, to which a hint may come, and leaves nothing behind.
fails() {
	local status_wanted=$1 message=$2 before after

	shift 2
	before=$(footprint)
	run --separate-stderr "-$status_wanted" "$@"
	after=$(footprint)
	expect 'standard error' "*$message*" "$stderr"
	expect 'standard output' '' "$output"
	((${#stderr_lines[@]} <= 2)) || expect 'lines of standard error' 2 "${#stderr_lines[@]}"
	[[ ${#stderr_lines[@]} == 1 || ${stderr_lines[1]} == *': hint: '* ]] ||
		expect 'second line' '*: hint: *' "${stderr_lines[1]}"
	diff <(echo "$before") <(echo "$after") >&2
}

# expect WHAT PATTERN TEXT: fail, and show both, where the text isn't like the pattern.
expect() {
	# shellcheck disable=SC2053
	[[ $3 == $2 ]] || {
		printf '%s: wanted %s\n  got %s\n' "$1" "$2" "$3" >&2
		return 1
	}
}

# What `ip -j` tells, one object a line, without what comes when it likes: link-local addresses, and
# whether there is a carrier yet.
settled() {
	sed -E 's/"operstate":"[A-Z]*",//g; s/"tentative":true,//g
		s/"NO-CARRIER",//g; s/"linkdown"//g
		s/\{"family":"inet6","local":"fe80[^}]*\},?//g; s/\},\{/},\n{/g' |
		sed 's/[],]*$//' | grep -v '"multicast"\|"fe80\|"anycast"' || :
}

# refused MESSAGE COMMAND...: nsveth fails so, and all that the suite's state() tells is as before.
refused() {
	local before

	before=$(state)
	fails 125 "nsveth: $1" "${@:2}"
	diff <(echo "$before") <(state) >&2
}
