#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The user and group maps of nsnew: one id, several ranges, subordinate ids, and what is refused

load helpers

setup() {
	requires root userns newuidmap
	uid=$(as_user id -u)
	gid=$(as_user id -g)
	# useradd(8) gave the ordinary user subordinate ids.
	IFS=: read -r _ sub count < <(grep "^$TEST_USER:" /etc/subuid)
	IFS=: read -r _ subgid _ < <(grep "^$TEST_USER:" /etc/subgid)
}

# What nsnew with these words maps, its numbers in one line.
maps() {
	"$@" -- cat /proc/self/uid_map | xargs
}

@test "an own id as another one: --map-user, --map-group, by number and by name" {
	[ "$(maps as_user nsnew --map-user 7 --map-group 8)" = "7 $uid 1" ]
	[ "$(as_user nsnew --map-user daemon --map-group mail -- id -u)" = "$(id -u daemon)" ]
	[ "$(as_user nsnew --map-user daemon --map-group mail -- id -g)" = "$(getent group mail | cut -d: -f3)" ]
	[ "$(as_user nsnew -r --map-user 3 -- id -u)" = 3 ] # the last one counts
	fails 125 "nsnew: map the own user to 'no-such': no such user" as_user nsnew --map-user no-such -- true
	fails 125 "nsnew: map the own group to '-1': no such group" as_user nsnew --map-group -1 -- true
}

@test "an ordinary user's subordinate ids: auto around the own id, subids to themselves" {
	[ "$(maps as_user nsnew -r --map-auto)" = "0 $uid 1 1 $sub $count" ]
	[ "$(maps as_user nsnew -c --map-users auto)" = \
		"$uid $uid 1 0 $sub $uid $((uid + 1)) $((sub + uid)) $((count - uid))" ]
	[ "$(maps as_user nsnew --map-subids)" = "$sub $sub $count" ]
	[ "$(maps as_user nsnew -c --map-subids)" = "$uid $uid 1 $sub $sub $count" ]
	[ "$(as_user nsnew -r --map-auto -- cat /proc/self/gid_map | xargs)" = "0 $gid 1 1 $subgid $count" ]
	[ "$(as_user nsnew -r --map-auto -- cat /proc/self/setgroups)" = allow ]
}

@test "who isn't mapped becomes root, where there is one" {
	run -0 as_user nsnew --map-auto -- sh -c 'id -u; id -g; id -G'
	[ "$output" = $'0\n0\n0' ]
	run -0 nsnew --map-users 0:100000:10 --map-groups 0:100000:10 -- sh -c '
		id -u; id -g; grep CapEff /proc/self/status'
	expect ids $'0\n0\n*1ff*' "$output"
	# Without one, the first that is mapped: as nobody he would still be root for the host's files.
	[ "$(nsnew --map-users 5:100000:10 -- id -u)" = 5 ]
}

@test "a map of one subordinate id, and several ranges" {
	[ "$(maps as_user nsnew -r --map-users "1:$sub:1")" = "0 $uid 1 1 $sub 1" ]
	[ "$(maps as_user nsnew --map-users "0:$sub:1" --map-users "9:$((sub + 5)):2")" = \
		"0 $sub 1 9 $((sub + 5)) 2" ]
	[ "$(maps as_user nsnew --map-users "$sub,0,3")" = "0 $sub 3" ] # the older form
	[ "$(maps nsnew --map-users 0:0:1000 --map-users 5000:3000000000:1294967295)" = \
		'0 0 1000 5000 3000000000 1294967295' ]
}

@test "root maps without a helper, and maps all" {
	run -0 env -i PATH=/nowhere "$(type -P nsnew)" --map-users all --map-groups all -- /bin/cat /proc/self/uid_map
	[ "$(xargs <<<"$output")" = '0 0 4294967295' ]
	[ "$(maps nsnew -c --map-users all)" = '0 0 1 1 1 4294967294' ]
	# In a user namespace, all is what that has.
	[ "$(as_user nsnew -r --map-auto -- nsnew --map-users all -- cat /proc/self/uid_map | xargs)" = \
		"0 0 1 1 1 $count" ]
}

@test "ranges that overlap, or map what isn't there, are refused with the range" {
	fails 125 "nsnew: --map-users '5:100:10' overlaps '0:0:10'" \
		nsnew --map-users 0:0:10 --map-users 5:100:10 -- true
	fails 125 "nsnew: --map-users '100:9:1' overlaps '0:0:10'" \
		nsnew --map-users 0:0:10 --map-users 100:9:1 -- true
	fails 125 "nsnew: --map-groups '0:0:10' overlaps '0:0:1'" nsnew -r --map-groups 0:0:10 -- true
	run -125 --separate-stderr as_user nsnew -r --map-auto -- nsnew --map-users "0:0:$((count + 2))" -- true
	expect message "nsnew: --map-users '0:0:$((count + 2))': not all of these ids are mapped *" "$stderr"
	fails 125 'newuidmap: uid range ' as_user nsnew --map-users 0:0:10 -- true
}

@test "what is no range" {
	local word

	for word in '' x 1 1:2 1:2:3:4 1:2: :2:3 -1:2:3 1:2:0x3 1:2:4294967296 1:4294967295:1 0:0:0 \
		4294967290:0:10 1,2 '1 :2:3' 99999999999999999999:0:1; do
		fails 125 "nsnew: --map-users '$word" nsnew --map-users "$word" -- true
	done
}

@test "who has no subordinate ids is told so" {
	run -125 nsnew -m -- sh -c 'mount --bind /dev/null /etc/subuid && exec "$@"' - \
		"${user_command[@]}" nsnew -r --map-auto -- true
	expect message "nsnew: /etc/subuid has no range for user $uid, '$TEST_USER'" "$output"
}

@test "newuidmap is the system's, whatever PATH says, and where it is missing that is said" {
	mkdir -p "$USER_DIR/fake"
	printf '#!/bin/sh\ntouch %s/called\n' "$USER_DIR" >"$USER_DIR/fake/newuidmap"
	chmod -R a+rx "$USER_DIR/fake"
	[ "$(PATH=$USER_DIR/fake:$PATH maps as_user nsnew -r --map-auto)" = "0 $uid 1 1 $sub $count" ]
	[ ! -e "$USER_DIR/called" ]
	rm -r "$USER_DIR/fake"
	run -125 nsnew -m -- sh -c 'mount -t tmpfs none /mnt && touch /mnt/x &&
		mount --bind /mnt/x /usr/bin/newuidmap && exec "$@"' - "${user_command[@]}" nsnew -r --map-auto -- true
	expect message 'nsnew: map users: *' "$output"
}

@test "setgroups: denied for an own group, allowed where more are mapped, or as is asked" {
	[ "$(as_user nsnew -r -- cat /proc/self/setgroups)" = deny ]
	[ "$(as_user nsnew -r --map-auto --setgroups deny -- cat /proc/self/setgroups)" = deny ]
	[ "$(nsnew --map-users all --map-groups all -- cat /proc/self/setgroups)" = allow ]
	[ "$(nsnew -r --setgroups allow -- cat /proc/self/setgroups)" = allow ]
	[ "$(as_user nsnew -U --setgroups deny -- cat /proc/self/setgroups)" = deny ]
	[ "$(nsnew --map-users 0:5:1 --setgroups deny -- cat /proc/self/setgroups)" = deny ]
	fails 125 'nsnew: --setgroups=allow: a group that is mapped without privilege forbids it' \
		as_user nsnew -r --setgroups allow -- true
}

@test "--owner makes the user namespace another user's" {
	requires jq
	hold -u --owner "$uid:$gid" -r
	expect map "0 $uid 1" "$(xargs <"/proc/$box/uid_map")"
	[ "$(nsinfo -t "$box" --json | jq -r '.namespaces[] | select(.kind == "user") | .owner_user')" = "$TEST_USER" ]
	[ "$(as_user nsjoin -t "$box" -- id -u)" = 0 ]
}

@test "set up as root, run as the user: one line without privilege" {
	run -0 as_user nsnew -rm -- nsroot --host -- nsnew -c -- sh -c 'id -u; id -g; grep CapEff /proc/self/status'
	expect ids "$uid"$'\n'"$gid"$'\n*' "$output"
	[ "$(as_user nsnew -r -- nsnew -c -- cat /proc/self/uid_map | xargs)" = "$uid 0 1" ]
	# The container's root of more than one id stays what he is.
	[ "$(as_user nsnew -r --map-auto -- nsnew -c -- id -u)" = 0 ]
}

@test "-v tells the map" {
	run -0 --separate-stderr as_user nsnew -v -r --map-auto -- true
	expect steps "*newuidmap(*: 0 $uid 1, 1 $sub $count) = 0*newgidmap(*" "$stderr"
	run -0 --separate-stderr nsnew -v --map-users 0:5:6 --map-users 9:20:1 -- true
	expect steps '*write(uid_map, "0 5 6,9 20 1") = 0*' "$stderr"
}
