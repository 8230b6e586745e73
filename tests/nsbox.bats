#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsbox: full containers from the shell

load helpers
load world
load nsbox

setup() {
	requires root userns
	make_box
}

# Nothing tells of the box, nor of any other of this test.
forgotten() {
	! grep -lsx "name=$box.*" /run/nsbox/* "$USER_DIR"/nsbox/* &&
		! compgen -G "/run/nskit/$box*" && ! compgen -G "$USER_DIR/nskit/$box*"
}

is_default() {
	local how=$1

	run -0 --separate-stderr "$how" nsbox run --name "$box" "$root" -- sh -c \
		'id -u; hostname; echo $HOME $PATH; pwd; cat /proc/1/comm; echo $$ >/written; ls /sys/class/net'
	expect 'what is inside' "0 $box /root /usr/local/sbin:*:/bin / nsinit lo" "${output//$'\n'/ }"
	expect 'standard error' '' "$stderr"
	[ "$(cat "$root/written")" = 2 ]
	rm -f "$root/written"
	run -7 "$how" nsbox run "$root" sh -c 'exit 7'
	run -127 "$how" nsbox run "$root" /no/such
	run -0 "$how" nsbox run "$root" <<<'echo a shell'
	[ "$output" = 'a shell' ]
	wait_for forgotten
}

@test "run: PROG with a root, a name, an environment of its own, and its status; nothing stays" {
	both is_default
}

is_confined() {
	run -0 "$1" nsbox run "$root" -- sh -c 'cat /proc/self/status /proc/self/limits; ls -l /proc/self/ns'
	caps=$'\t00000000a00425fb\n'
	expect capabilities "*CapPrm:${caps}CapEff:${caps}CapBnd:${caps}*" "$output"
	expect 'no way up' $'*CapInh:\t0000000000000000*CapAmb:\t0000000000000000*NoNewPrivs:\t1*' "$output"
	expect filter $'*Seccomp:\t2*Seccomp_filters:\t1*' "$output"
	for kind in cgroup ipc mnt net pid time user uts; do
		run ! grep "$(readlink "/proc/self/ns/$kind" | tr -d '[]')" <<<"$(tr -d '[]' <<<"$output")"
	done
	run -0 "$1" nsbox run --unconfined "$root" -- sh -c 'grep -e CapEff -e Seccomp: -e NoNew /proc/self/status'
	expect unconfined $'CapEff:\t000001ffffffffff\nNoNewPrivs:\t0\nSeccomp:\t0' "$output"
}

@test "run: namespaces of all kinds, few capabilities, a filter, no way back; --unconfined without" {
	both is_confined
}

with_options() {
	local how=$1

	mkdir -p "$USER_DIR/a b" && echo volume >"$USER_DIR/a b/file" && chmod -R a+rX "$USER_DIR/a b"
	run -0 "$how" nsbox run --hostname other -e A=1 --env=B="it's \$x" --env 'C=two words' -w /etc \
		--volume "$USER_DIR/a b:/data:ro" --volume="$USER_DIR/a b:/more" "$root" -- \
		sh -c 'hostname; echo "$A/$B/$C"; pwd; cat /data/file /more/file; touch /data/x; :'
	expect output "other 1/it's \$x/two words /etc volume volume touch: /data/x: Read-only*" "${output//$'\n'/ }"
	run -1 "$how" nsbox run --read-only "$root" touch /x
	run -0 "$how" nsbox run --overlay "$root" -- sh -c 'echo x >/etc/name; cat /etc/name'
	[ "$output" = x ]
	[ "$(cat "$root/etc/name")" = inside ]
	run -0 "$how" nsbox run --cap-drop all --cap-add chown,kill "$root" -- grep CapEff /proc/self/status
	expect capabilities $'CapEff:\t0000000000000021' "$output"
	run -0 "$how" nsbox run -v "$root" true
	expect steps '*nsnew?*clone3(*nsroot?*nscap?*seccomp(*execve(true)*' "$output"
	rm -r "$USER_DIR/a b"
}

@test "run: host name, environment, directory, volumes, a root that stays as it is, capabilities" {
	ln -s busybox "$root/bin/grep"
	both with_options
	echo 'www:x:33:34::/:' >"$root/etc/passwd"
	run -0 nsbox run --user www "$root" -- sh -c 'id -u; id -g; echo "$HOME."'
	expect user '33 34 .' "${output//$'\n'/ }"
	run -0 nsbox run -u 5:6 "$root" id -u
	expect user 5 "$output"
}

@test "run: the limits are those of a control group, and of an ordinary user without one a limit" {
	run -2 nsbox run --memory 64M --cpu 0.5 --pids 20 "$root" -- sh -c 'for i in $(seq 30); do sleep 1 & done; wait'
	expect message '*fork*' "$output"
	run -137 nsbox run --memory 16M "$root" -- sh -c 'x=x; while :; do x=$x$x; done'
	run -0 as_user nsbox run "$root" cat /proc/self/limits
	expect limit '*Max processes  *1024  *1024 *' "$output"
	fails 125 "nscgroup: make group 'box-" as_user nsbox run --memory 1M "$root"
}

is_detached() {
	local how=$1

	run -0 "$how" nsbox run -d --name "$box" -e A=b "$root" -- sh -c 'echo out; echo err >&2; exec sleep 600'
	[ "$output" = "$box" ]
	run -0 "$how" nsbox ps
	expect row "*$box * running *none *$root *sh -c echo out*sleep 600*" "$output"
	[ "$("$how" nsbox ps --names | grep "^$box")" = "$box" ]
	[ "$("$how" nsbox ps --json | jq -r ".boxes[] | select(.name == \"$box\") | .root")" = "$root" ]
	wait_for grep -q err <("$how" nsbox logs "$box")
	[ "$("$how" nsbox logs "$box")" = $'out\nerr' ]
	run -0 --separate-stderr "$how" nsbox exec -w /etc -e C=d "$box" -- sh -c \
		'echo $A $C; pwd; cat /proc/self/status'
	expect 'environment and directory' $'b d\n/etc\n*' "$output"
	expect confined $'*CapEff:\t00000000a00425fb*NoNewPrivs:\t1*Seccomp:\t2*' "$output"
	run -9 "$how" nsbox exec "$box" sh -c 'exit 9'
	run -0 "$how" nsbox exec "$box" <<<'echo a shell'
	[ "$output" = 'a shell' ]
	[ "$("$how" nshost -t "$box")" = "$box" ]
	run -0 --separate-stderr "$how" nsbox inspect "$box"
	expect JSON "$box true 10" \
		"$(jq -r '"\(.box.name) \(.privilege.no_new_privs) \(.namespaces.namespaces | length)"' <<<"$output")"
	expect processes '*sleep 600*' "$("$how" nsbox top "$box" 2>/dev/null)"
	run -125 "$how" nsbox rm "$box"
	expect message "nsbox: box '$box' runs"$'\n'"nsbox: hint: *" "$output"
	run -125 "$how" nsbox run -d --name "$box" "$root" true
	expect 'name in use' "nsnew: give PROG the name '$box': File exists*" "$output"
	number=$("$how" nsbox ps --json | jq ".boxes[] | select(.name == \"$box\") | .pid")
	"$how" nsbox stop --grace 1 "$box"
	run ! compgen -G "/run/nsbox/$number*" # at once
	run ! compgen -G "$USER_DIR/nsbox/$number*"
	wait_for forgotten
	fails 125 "nsbox: no box '$box'" "$how" nsbox stop "$box"
}

@test "run -d: the box is listed, has a log, and is joined, until it is stopped" {
	both is_detached
}

cannot_start() {
	run -125 "$1" nsbox run -d --name "$box" "$root" /no/such
	expect message "nsinit: run '/no/such': No such file or directory" "$output"
	run -125 "$1" nsbox run -d --name "$box" --volume /no/such:/x "$root" true
	expect message "nsroot: *'/no/such'*: No such file*" "$output"
	wait_for forgotten
}

@test "run -d: what can't be started says so, and nothing stays" {
	both cannot_start
}

@test "run -d --keep: the log stays when the box has ended, until rm" {
	nsbox run -d --keep --name "$box" "$root" sh -c 'echo said; exit 3'
	wait_for test -e "/run/nsbox/$box.ended"
	[ "$(nsbox logs "$box")" = said ]
	[ "$(nsbox logs -f "$box")" = said ]
	expect row "*$box * ended *" "$(nsbox ps)"
	fails 125 "nsbox: box '$box' has ended" nsbox exec "$box" true
	nsbox rm "$box"
	run ! grep "$box" <<<"$(nsbox ps; ls /run/nsbox)"
}

@test "logs -f: goes on while the box runs" {
	nsbox run -d --name "$box" "$root" sh -c 'echo one; while ! [ -e /go ]; do sleep 0.1; done; echo two'
	spawn nsbox logs -f "$box" >"$BATS_TEST_TMPDIR/log"
	wait_for grep -q one "$BATS_TEST_TMPDIR/log"
	touch "$root/go"
	ends 0
	[ "$(cat "$BATS_TEST_TMPDIR/log")" = $'one\ntwo' ]
}

@test "pause and resume, top, stats, events" {
	spawn nsbox events >"$BATS_TEST_TMPDIR/events"
	nsbox run -d --name "$box" "$root" sh -c 'while :; do echo x; sleep 0.02; done'
	wait_for grep -qx "start $box" "$BATS_TEST_TMPDIR/events"
	expect stats '*pids*memory*' "$(nsbox stats "$box" | sort -r | tr '\n' ' ')"
	[ "$(nsbox stats --json "$box" | jq '.pids.current >= 2')" = true ]
	nsbox pause "$box"
	expect state '* paused *' "$(nsbox ps | grep "$box")"
	size=$(nsbox logs "$box" | wc -c)
	sleep 0.3 # nothing is written for a while: there is no fact to wait for
	[ "$(nsbox logs "$box" | wc -c)" = "$size" ]
	nsbox resume "$box"
	expect state '* running *' "$(nsbox ps | grep "$box")"
	wait_for grows "$size"
	nsbox pause "$box"
	nsbox stop "$box" # what is frozen can be ended
	wait_for grep -qx "end $box" "$BATS_TEST_TMPDIR/events"
}

grows() {
	[ "$(nsbox logs "$box" | wc -c)" -gt "$1" ]
}

odd_words() {
	local how=$1 name dir=$USER_DIR/odd

	for name in -x 'a b' "\$(id)" $'new\nline' "it's" '*' --; do
		"$how" mkdir -p "$dir"
		mv "$root" "$dir/$name"
		run -0 "$how" sh -c 'cd "$1" && exec nsbox run -- "$2" cat /etc/name' - "$dir" "$name"
		expect "root '$name'" inside "$output"
		run -0 "$how" nsbox run "$dir/$name" -- echo -n "$name" "\$(id)" '' 'x y' --name
		expect words "$name \$(id)  x y --name" "$output"
		run -0 "$how" nsbox run -e "A=$name" --volume "$dir/$name/etc:/v" "$dir/$name" -- \
			sh -c 'echo "$A"; cat /v/name'
		expect words "$name"$'\n'inside "$output"
		mv "$dir/$name" "$root"
		[ "$(ls "$dir")" = '' ]
	done
	run -127 "$how" nsbox run "$root" -- --bind / / id
	expect message "nsinit: run '--bind': No such file or directory" "$output"
	rm -r "$dir"
}

@test "no word is taken for an option, or read by a shell" {
	ln -s busybox "$root/bin/echo"
	both odd_words
}

is_printed() {
	local how=$1 chain

	chain=$("$how" nsbox script --name "$box" --volume "$root/etc:/v d:ro" -e "A=it's" "$root" -- \
		sh -c 'echo "$A" "$0" $$; cat "/v d/name"; hostname; grep -c . /proc/self/status' "x'\"y")
	expect chain '*nsnew * --name *nshost *nsroot *nscap *nsinit *' "${chain//$'\n'/ }"
	run -0 "$how" sh -c "$chain"
	expect 'what it does' "it's x'\"y 2 inside $box +([0-9])" "${output//$'\n'/ }"
}

@test "script: prints the chain, which does the same when it is pasted" {
	ln -s busybox "$root/bin/grep"
	both is_printed
}

at_terminal() {
	local how=''

	[ "$1" = env ] || how="${user_command[*]}"
	open_terminal 'bash --norc --noprofile -i'
	type_in "$how $(type -P nsbox) run $root sh\\n"
	type_in 'echo in''side; readlink /proc/self/fd/0; ls /dev/console; sleep 68\n'
	screen inside
	screen /dev/console
	wait_for pgrep -x -f 'sleep 68' >/dev/null
	type_in '\x03'
	wait_for run ! pgrep -x -f 'sleep 68'
	type_in 'echo sta''tus=$?; exit 5\n'
	screen status=130
	type_in 'echo en''ded=$?\n'
	screen ended=5
	type_in "$how $(type -P nsbox) run $root sleep 68\\n"
	wait_for pgrep -x -f 'sleep 68' >/dev/null
	type_in '\x1a'
	screen Stopped
	type_in 'fg\n'
	wait_for foreground "$(pgrep -x -f 'sleep 68')"
	type_in '\x03'
	wait_for run ! pgrep -x -f 'sleep 68'
	type_in 'echo en''ded=$?\n'
	screen ended=130
	exec 7>&-
	ends 0
	rm keys screen
}

@test "run: at a terminal, which is PROG's, with job control" {
	requires script
	cd "$BATS_TEST_TMPDIR"
	both at_terminal
}

@test "a program beside a box is not told of, and each user has boxes of his own" {
	nsbox run -d --name "$box" "$root" sleep 600
	run ! grep "$box" <<<"$(as_user nsbox ps)"
	fails 125 "nsbox: no box '$box'" as_user nsbox stop "$box"
	as_user nsbox run -d --name "$box" "$root" sleep 600
	nsbox stop "$box"
	expect row "$box *" "$(as_user nsbox ps | grep "$box")"
}

# In a network namespace for the test, with a web server in each of two boxes.
@test "bridge: addresses from a pool, names of servers, the way out and in; the last takes it away" {
	requires ip nft
	local net

	net=(nsnew -n -- sh -c)
	for name in nc ip ping; do ln -s busybox "$root/bin/$name"; done
	# shellcheck disable=SC2016
	run -0 "${net[@]}" '
		set -e
		box=$1 root=$2
		ip link add out type bridge && ip addr add 192.0.2.1/24 dev out && ip link set out up
		nsbox run -d --name "$box-a" --net bridge --bridge br --pool 10.77.0.0/24 -p 8080:80 "$root" -- \
			sh -c "while :; do echo answer | nc -l -p 80; done" >/dev/null 2>&1
		nsbox run -d --name "$box-b" --net bridge --bridge br --pool 10.77.0.0/24 "$root" \
			sleep 600 >/dev/null 2>&1
		nsbox exec "$box-b" ip -4 -o addr show eth0 | grep -o 10.77.0.3/24
		nsbox exec "$box-b" ping -c1 -W2 10.77.0.2 | grep -o "1 packets received"
		nsbox exec "$box-b" ping -c1 -W2 192.0.2.1 | grep -o "1 packets received"
		timeout 5 sh -c "until busybox nc 192.0.2.1 8080 </dev/null | grep answer; do :; done"
		nsbox stop "$box-a"
		ip -o link show br | grep -o "br:"
		nsbox stop "$box-b"
		ip -o link | grep -e ": br:" -e box || echo no links
		nft list ruleset
	' - "$box" "$root"
	expect output $'10.77.0.3/24\n1 packets received\n1 packets received\nanswer\nbr:\nno links' "$output"
	fails 125 'nsbox: a bridge is for the root of the system' as_user nsbox run --net bridge "$root"
}

@test "host: the network of the caller; pasta: what connects the box, and ends with it" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	run -0 --separate-stderr nsbox run --net host "$root" readlink /proc/self/ns/net
	[ "$output" = "$(readlink /proc/self/ns/net)" ]
	cat >"$BATS_TEST_TMPDIR/bin/pasta" <<-END
		#!/bin/sh
		echo "\$@" >$BATS_TEST_TMPDIR/pasta
		while [ "\$1" != --pid ]; do shift; done
		sleep 600 </dev/null >/dev/null 2>&1 3>&- &
		echo \$! >"\$2"
		echo \$! >>$BATS_TEST_TMPDIR/pasta
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/pasta"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run -0 nsbox run --net pasta -p 8080:80 -p 53:53/udp "$root" \
		readlink /proc/self/ns/net
	run ! grep -Fx "$output" <<<"$(readlink /proc/self/ns/net)"
	expect call '*--config-net * -t 8080:80 *-u 53:53 * +([0-9])' "$(head -1 "$BATS_TEST_TMPDIR/pasta")"
	wait_for gone "$(tail -1 "$BATS_TEST_TMPDIR/pasta")"
	PATH=${PROGRAMS}:/bin fails 125 'nsbox: find pasta: not in PATH' env PATH="$PROGRAMS:/bin/none:/usr/sbin" \
		/bin/sh "$(type -P nsbox)" run --net pasta "$root"
}

# On a machine of its own: what an ordinary user's box with pasta reaches.
reaches_by_pasta() {
	eval "user_command=($user)"
	mkdir /run/local
	echo 'only for this machine' >/run/local/index.html
	busybox httpd -p 127.0.0.1:80 -h /run/local
	as_user nsbox run --net pasta "$1" -- sh -c 'for host in 203.0.113.80 192.0.2.1 127.0.0.1; do
		timeout 5 wget -qO- "http://$host" 2>&1; done'
}

@test "pasta: a box reaches the Internet, and nothing that is the host's alone" {
	requires pasta
	export -f reaches_by_pasta as_user
	export user="${user_command[*]@Q}"
	run world reaches_by_pasta "$root"
	expect reached "hello from the Internet
hello from the Internet
wget: can't connect to remote host (127.0.0.1): Connection refused" "$output"
}

@test "the roots: the image of a file system, an archive, the host" {
	requires mksquashfs
	mksquashfs "$root" "$USER_DIR/root.squashfs" -quiet -noappend >/dev/null
	chmod a+r "$USER_DIR/root.squashfs"
	run -0 nsbox run "$USER_DIR/root.squashfs" -- sh -c 'cat /etc/name; echo new >/etc/name; cat /etc/name'
	expect 'an image' $'inside\nnew' "$output"
	run -125 as_user nsbox run "$USER_DIR/root.squashfs" true
	expect message "nsroot: mount image '*': Operation not permitted*" "$output"
	rm "$USER_DIR/root.squashfs"
	run -0 as_user nsbox run host -- sh -c 'echo x >/etc/nsbox-test && ls /etc/nsbox-test'
	[ ! -e /etc/nsbox-test ]
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/nsimage" <<-END
		#!/bin/sh
		[ "\$1" = --config ] || { echo "$root"; exit; }
		printf '%s\n' env=A=b 'env=B=two\\nlines' workdir=/etc user=5:6 entrypoint=sh entrypoint=-c \
			'cmd=id -u; pwd; echo "\$A \$B"'
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/nsimage"
	touch "$BATS_TEST_TMPDIR/image.tar"
	# The programs that came with nsbox are first: this one is there instead of that.
	mv "$PROGRAMS/nsimage" "$BATS_TEST_TMPDIR/nsimage"
	cp "$BATS_TEST_TMPDIR/bin/nsimage" "$PROGRAMS/nsimage"
	run nsbox run "$BATS_TEST_TMPDIR/image.tar"
	mv "$BATS_TEST_TMPDIR/nsimage" "$PROGRAMS/nsimage"
	expect 'an archive' $'5\n/etc\nb two\nlines' "$output"
}

@test "calls that make no sense" {
	nsbox run "$root" true # the directories are there then
	as_user nsbox run "$root" true
	wait_for forgotten
	fails 125 'nsbox: missing command' nsbox
	fails 125 "nsbox: unknown command 'walk'" nsbox walk
	fails 125 'nsbox: missing operand ROOT' nsbox run
	fails 125 'nsbox: missing operand ROOT' nsbox script --
	fails 125 "nsbox: unknown option '--bogus'" nsbox run --bogus "$root"
	fails 125 "nsbox: unknown option '-q'" nsbox run -q "$root"
	fails 125 "nsbox: unknown option '--json'" nsbox run --json "$root"
	fails 125 "nsbox: unknown option '--name'" nsbox ps --name x
	fails 125 "nsbox: missing argument of '--name'" nsbox run --name
	fails 125 "nsbox: unknown option, or one without argument: '--overlay=x'" nsbox run --overlay=x "$root"
	fails 125 "nsbox: root '/no/such': No such file" nsbox run /no/such
	fails 125 "nsbox: network 'x' is none of" nsbox run --net x "$root"
	for name in 'a b' .a -a a/b '$(id)' ''; do
		[ -z "$name" ] || fails 125 "nsbox: name '$name'" nsbox run --name="$name" "$root"
		fails 125 "nsbox: no box '$name'" nsbox logs -- "$name"
	done
	fails 125 "nsbox: name '12'" nsbox run --name 12 "$root"
	fails 125 'nsbox: --keep goes with -d' nsbox run --keep "$root"
	fails 125 'nsbox: --publish is for --net bridge or pasta' nsbox run -p 80:80 "$root"
	fails 125 "nsbox: port '80:80;id'" nsbox run --net bridge -p '80:80;id' "$root"
	fails 125 "nsbox: --cap-add 'x y'" nsbox run --cap-add 'x y' "$root"
	fails 125 "nscap: --add 'bogus'" nsbox run --cap-add bogus "$root"
	fails 125 "nsbox: user 'a b'" nsbox run --user 'a b' "$root"
	fails 125 'nsnew: variable ' nsbox run -e A "$root" true
	fails 125 'nsbox: a read-only host' nsbox run --read-only host true
	fails 125 'nsbox: find a place for boxes: XDG_RUNTIME_DIR is not set' \
		as_user env -u XDG_RUNTIME_DIR nsbox run "$root"
	fails 125 'nsbox: missing operand BOX' nsbox exec
	fails 125 'nsbox: one BOX is needed, not 2' nsbox pause a b
}
