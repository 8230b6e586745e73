# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Once around all tests: the ordinary user that root's tests become, where his files are, bin/, and
# that the machine is in the end as it was.

# What the tests could leave on the machine. Other runs' temporary files and users don't count.
machine() {
	grep -v /bats-run- /proc/self/mountinfo
	ls /sys/class/net /run/nskit /run/netns
	grep -v ^nskit- /etc/passwd /etc/group
	tail -n +2 /proc/sysvipc/msg
	grep -lzx "BATS_RUN_TMPDIR=$BATS_RUN_TMPDIR" /proc/[0-9]*/environ |
		sed 's/environ$/comm/' | xargs cat | grep -vx -e bash -e cat -e grep -e sed -e xargs
} 2>/dev/null

# End what keeps a test from ending: bats' own limit doesn't reach whom a test waits for in a pipe.
watch() {
	local test last='' since=$SECONDS

	while sleep 5; do
		test=$(cd "$BATS_RUN_TMPDIR/test" && find . -mindepth 1 -maxdepth 1 -type d |
			sort -t/ -k2n | tail -1)
		[ "$test" = "$last" ] || since=$SECONDS
		last=$test
		((SECONDS - since < 660)) ||
			grep -lzx "BATS_TEST_TMPDIR=$BATS_RUN_TMPDIR/test/${test#./}" \
				/proc/[0-9]*/environ | cut -d/ -f3 | xargs -r kill -KILL
	done
} >/dev/null 2>&1 3>&-

setup_suite() {
	machine >"$BATS_RUN_TMPDIR/before" || :
	ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export ROOT TEST_USER='' LC_ALL=C
	export BATS_TEST_TIMEOUT=120 # seconds
	# A source tree below /root is out of the user's reach, one below /tmp out of a --host root.
	PROGRAMS=$(mktemp -d /var/tmp/nskit.XXXXXX)
	cp "$ROOT"/bin/* "$PROGRAMS"
	chmod 755 "$PROGRAMS"
	export PROGRAMS PATH=$PROGRAMS:$PATH:/usr/local/sbin:/usr/sbin:/sbin
	export USER_DIR=$BATS_RUN_TMPDIR/user
	watch &
	WATCH=$!

	chmod 711 "$BATS_RUN_TMPDIR" # the user must reach what is below it
	mkdir -m 700 "$USER_DIR"
	[ "$(id -u)" = 0 ] || return 0
	TEST_USER=nskit-$$ # of this run alone: two may run at the same time
	useradd --no-create-home --home-dir "$USER_DIR" "$TEST_USER" 3>&-
	chown "$TEST_USER": "$USER_DIR"
}

teardown_suite() {
	local tries=50

	kill "$WATCH"
	rm -r "$PROGRAMS"
	# What is killed but not reaped still counts as his.
	until [ -z "$TEST_USER" ] || userdel "$TEST_USER" 2>/dev/null || ((--tries == 0)); do
		sleep 0.1
	done
	((tries)) || userdel "$TEST_USER" || return
	# What was killed last may still be on its way out.
	until
		machine >"$BATS_RUN_TMPDIR/after"
		cmp -s "$BATS_RUN_TMPDIR/before" "$BATS_RUN_TMPDIR/after" || ((--tries <= 0))
	do
		sleep 0.1
	done
	diff "$BATS_RUN_TMPDIR/before" "$BATS_RUN_TMPDIR/after"
}
