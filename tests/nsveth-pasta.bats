#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# An ordinary user's container and the Internet: nsveth can't, and tells how pasta(1) can
#
# All on a machine of the test's own, see world.bash.

load helpers
load world

setup() {
	requires root userns ip busybox pasta
	cd "$ROOT" || return
	export -f as_user wait_for hint_of reaches connects
	rm -f "$USER_DIR/pasta.pid"
	export user="${user_command[*]@Q}" change=
}

# The command that nsveth recommends for a handle, which it refuses.
hint_of() {
	as_user nsveth -t "$1" -a 10.0.0.2/24 2>&1 | sed -n 's/^nsveth: hint: .*: \(pasta .*\)/\1/p'
}

# Whether a container reaches an address and port: what is said there.
reaches() {
	as_user nsjoin -t "$1" -- busybox timeout 5 busybox wget -qO- "http://$2" 2>&1
}

# In the world: a container made with these options gets the Internet by the recommended line, or one
# that $change makes of it, and gets what else that leads to.
connects() {
	local box line

	eval "user_command=($user)"
	mkdir /run/local
	echo 'only for this machine' >/run/local/index.html
	busybox httpd -p 127.0.0.1:80 -h /run/local
	box=$(as_user nsnew --hold "$@")
	reaches "$box" 203.0.113.80
	line=$(hint_of "$box" | sed "$change")
	echo "${line/%$box/PID}"
	# shellcheck disable=SC2086
	as_user ${line/pasta/pasta --quiet -P "$USER_DIR/pasta.pid"}
	reaches "$box" 203.0.113.80
	# This machine may stand behind its gateway and behind the loopback.
	reaches "$box" 192.0.2.1
	reaches "$box" 127.0.0.1
	# Its interface is deleted, which ends it.
	as_user nskill "$box"
	wait_for test ! -e "/proc/$(cat "$USER_DIR/pasta.pid")"
}

no="wget: can't connect to remote host"
transcript="$no (203.0.113.80): Network is unreachable
pasta --config-net --no-map-gw -t none -u none -T none -U none PID
hello from the Internet
hello from the Internet
$no (127.0.0.1): Connection refused"

@test "the way to the Internet that is recommended works, leads nowhere else, and ends with the container" {
	run -0 world connects -a
	expect 'what was seen' "$transcript" "$output"
}

@test "the same for a container of subordinate ids" {
	requires newuidmap
	run -0 world connects -a -r --map-auto
	expect 'what was seen' "$transcript" "$output"
}

@test "without the options that narrow it, the container would reach what is this machine's alone" {
	export change='s/--no-map-gw .* none//'
	run -0 world connects -a
	expect 'what was seen' '*config-net*hello*only for this machine*only for this machine' "$output"
}

@test "nothing of it is said where the other end has a handle, or the namespace is somebody else's" {
	local other

	hold_as_user -rn
	other=$box
	hold_as_user -rn
	fails 125 "enter NEWNET of '$box'" as_user nsveth -t "$box" --peer "$other"
	expect hint '*hint: a link needs privilege over both*' "$stderr"
	hold -n
	fails 125 "enter NEWNET of '$box'" as_user nsveth -t "$box"
	expect hint '*hint: a link needs privilege over both*' "$stderr"
}
