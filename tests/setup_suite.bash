# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Once around all tests: the ordinary user that root's tests become, where his files are, and bin/.

setup_suite() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export ROOT TEST_USER='' LC_ALL=C
	export BATS_TEST_TIMEOUT=120 # seconds
	export PATH=$ROOT/bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin
	export USER_DIR=$BATS_RUN_TMPDIR/user

	chmod 711 "$BATS_RUN_TMPDIR" # the user must reach what is below it
	mkdir -m 700 "$USER_DIR"
	[ "$(id -u)" = 0 ] || return 0
	TEST_USER=nskit-$$ # of this run alone: two may run at the same time
	useradd --no-create-home --home-dir "$USER_DIR" "$TEST_USER" 3>&-
	chown "$TEST_USER": "$USER_DIR"
	# A source tree below /root is out of the user's reach.
	if ! setpriv --reuid "$TEST_USER" --clear-groups test -x "$ROOT/bin/nshost"; then
		cp -r "$ROOT/bin" "$BATS_RUN_TMPDIR/bin"
		PATH=$BATS_RUN_TMPDIR/bin:$PATH
	fi
}

teardown_suite() {
	[ -z "$TEST_USER" ] || userdel "$TEST_USER" 2>/dev/null
}
