# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What the suites of nsbox have in common

# Sets $root, and $box, with which the names of this test's boxes begin.
make_box() {
	make_root
	chgrp -R "$TEST_USER" "$root" # a group that isn't his couldn't be copied into an overlay
	# shellcheck disable=SC2034
	box=test-$BATS_TEST_NUMBER-$$
}

teardown() {
	local name who

	for who in env as_user; do
		for name in $("$who" nsbox ps --names | grep "^$box"); do
			"$who" nsbox rm --force --grace 0 "$name"
		done
	done
	release
	rm -rf "$root"
	rmdir /run/nskit /run/nsbox 2>/dev/null || :
}
