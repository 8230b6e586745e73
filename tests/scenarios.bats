#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What the tutorials of this field teach, each step with our programs

load helpers

setup() {
	requires root
	here=$(uname -n)
}

teardown() {
	release
	rm -rf "$USER_DIR/busybox"
	[ "$(uname -n)" = "$here" ]
}

# The inode of one namespace, by nsinfo.
inode() {
	nsinfo -t "$1" --json | jq -r ".namespaces[] | select(.kind == \"$2\") | .inode"
}

@test "a shell in new mount, pid, ipc and UTS namespaces, with a host name of its own" {
	run -0 nsnew -mpiu -- nshost web -- sh -c 'uname -n; echo $$'
	[ "$output" = $'web\n1' ]
}

@test "a shell in new cgroup, ipc, net, mount and UTS namespaces" {
	run -0 nsnew -Cinmu -- nshost web -- sh -c 'uname -n; cat /proc/self/cgroup | grep -vc ":/$" || :'
	[ "$output" = $'web\n0' ]
}

@test "a shell in all eight, as root and as an ordinary user" {
	local who

	for who in env as_user; do
		run -0 "$who" nsnew -aUr -- nshost web -- sh -c 'uname -n; echo $$; id -u; wc -l </proc/net/dev'
		[ "$output" = $'web\n1\n0\n3' ]
	done
}

@test "the same inode is the same namespace: before and after each kind is made" {
	requires jq
	local pair kind

	spawn sleep 60
	for pair in m:mnt u:uts i:ipc n:net p:pid U:user C:cgroup T:time; do
		hold "-${pair%:*}"
		for kind in mnt uts ipc net pid user cgroup time; do
			if [ "$kind" = "${pair#*:}" ]; then
				[ "$(inode "$box" $kind)" != "$(inode "$pid" $kind)" ]
			else
				[ "$(inode "$box" $kind)" = "$(inode "$pid" $kind)" ]
			fi
		done
		release
		spawn sleep 60
	done
}

@test "IPC: a message queue of the host isn't seen inside, and the reverse" {
	requires ipcmk
	local queue before

	hold -i
	queue=$(ipcmk -Q | grep -o '[0-9]*$')
	ipcs -q -i "$queue" | grep -q "msqid=$queue"
	run -0 nsjoin -t "$box" -- ipcs -q
	[[ $output != *0x* ]]
	before=$(ipcs -q)
	nsjoin -t "$box" -- ipcmk -Q
	[ "$(ipcs -q)" = "$before" ]
	nsjoin -t "$box" -- ipcs -q | grep -q 0x
	ipcrm -q "$queue"
}

@test "PID: ps shows the host until /proc is mounted for the namespace, then only its own" {
	requires ps
	# ps itself looks for its own number there, which may be nobody's.
	run -0 nsnew -p -- sh -c 'set -- /proc/[0-9]*; echo $#'
	((output > 3))
	run -0 nsnew -mp -- sh -c 'ps -e -o pid=,comm= | tr -s " "'
	expect processes ' 1 sh?*ps?*' "$output "
	[ "$(grep -c . <<<"$output")" -le 3 ]
}

@test "PID: children are numbered from 1" {
	[ "$(nsnew -p -- sh -c 'echo $$; sh -c "echo \$\$"; :')" = $'1\n2' ]
}

@test "PID: a process can signal one inside, not one outside; killing process 1 ends all" {
	spawn sleep 60
	local outside=$pid

	run -0 nsnew -mp -- sh -c "kill -0 $outside 2>/dev/null && echo outside
		sleep 60 & kill -TERM \$! && wait \$! 2>/dev/null; echo \$?"
	expect answer '?(Terminated?)143' "$output"
	[ -d "/proc/$outside" ]

	hold -mp
	spawn nsjoin -t "$box" -- sleep 61
	child_named "$pid" sleep
	kill -KILL "$box"
	wait_for gone "$child"
	ends 137
}

@test "nesting: containers three deep, each with its own process 1, as root and as an ordinary user" {
	local who

	for who in env as_user; do
		run -0 "$who" nsnew -a -- nsroot --host -- nshost one -- sh -c 'uname -n; echo $$
			exec nsnew -a -- nsroot --host -- nshost two -- sh -c "uname -n; echo \$\$
				exec nsnew -a -- nsroot --host -- nshost three -- sh -c \"uname -n; echo \\\$\\\$\""'
		[ "$output" = $'one\n1\ntwo\n1\nthree\n1' ]
	done
}

@test "network: the child sees only its own adapter" {
	run -0 nsnew -n -- sh -c 'sed 1,2d /proc/net/dev | cut -d: -f1 | tr -d " "'
	[ "$output" = lo ]
}

@test "network: a veth pair to the parent, addresses on both sides, ping both ways" {
	requires ping ip
	# The parent is a container too: the host's network stays as it is.
	run -0 nsnew -mpnu -- sh -e -c '
		box=$(nsnew --hold -n)
		nsveth -t "$box" -i eth0:host0 -a 10.9.0.2/24 -A 10.9.0.1/24 --gateway 10.9.0.1
		ping -c 1 -W 2 10.9.0.2 | grep -c "1 received"
		nsjoin -t "$box" -n -- ping -c 1 -W 2 10.9.0.1 | grep -c "1 received"
		nsjoin -t "$box" -n -- ip -br link | cut -d" " -f1
		nsjoin -t "$box" -n -- ip route | head -1'
	expect network $'1\n1\nlo\neth0@*\ndefault via 10.9.0.1 dev eth0 *' "$output"
}

@test "network: an ordinary user wires two namespaces of his own" {
	requires ping
	run -0 as_user nsnew -rmpn -- sh -e -c '
		box=$(nsnew --hold -n)
		nsveth -t "$box" -a 10.9.0.2/24 -A 10.9.0.1/24
		ping -c 1 -W 2 10.9.0.2 | grep -c "1 received"'
	[ "${lines[-1]}" = 1 ]
}

# A root of Debian's static busybox, put together here. Sets $root.
busybox_root() {
	root=$USER_DIR/busybox
	mkdir -p "$root"/{bin,dev,etc,proc,sys}
	cp /bin/busybox "$root/bin/"
	for name in sh ls cat ps hostname ip id ping mount; do
		ln -s busybox "$root/bin/$name"
	done
	chmod -R a+rX "$root" && chmod a+x "$USER_DIR"
	[ -z "$TEST_USER" ] || chown -R "$TEST_USER" "$root"
}

inside='hostname; echo $$; ls /; ls /dev; id -u; ip -4 addr show | busybox grep -o "inet 10[0-9./]*"'

devices='fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero'

@test "root: a busybox container with device files, proc, host name and address, by chain" {
	busybox_root
	local who

	for who in env as_user; do
		run -0 "$who" nsnew -a -- nsroot "$root" -- nshost web -- sh -c "$inside; :"
		expect container "web 1 bin dev etc proc sys $devices 0*" "${output//$'\n'/ }"
	done
}

@test "root: the same by handle, with an address, and nothing of the host visible" {
	busybox_root
	local who

	for who in env as_user; do
		run -0 "$who" nsnew -aUr -- sh -e -c '
			box=$(nsnew --hold -a)
			# What is masked would be mounts of its own; other tests have those.
			nsroot -t "$box" --unmasked "$1"
			nshost -t "$box" web
			nsveth -t "$box" -i eth0:host0 -a 10.9.0.2/24 -A 10.9.0.1/24 >/dev/null
			nsjoin -t "$box" -- /bin/sh -c "$2"
			nsjoin -t "$box" -- /bin/sh -c "cat /proc/mounts" | cut -d" " -f2 | grep -v ^/dev/ | sort' \
			- "$root" "$inside"
		expect container 'web [2-9]* bin dev etc proc sys fd * zero 0 inet 10.9.0.2/24 / /dev /proc /sys' \
			"${output//$'\n'/ }"
	done
}

@test "root: the same by pipe" {
	busybox_root
	local who

	for who in env as_user; do
		run -0 "$who" nsnew -aUr -- sh -c '
			nsnew --hold -a | nsroot -t - "$1" | nshost -t - web |
				nsveth -t - -i eth0:host0 -a 10.9.0.2/24 -A 10.9.0.1/24 |
				nsjoin -t - -- /bin/sh -c "$2"' \
			- "$root" "$inside"
		expect container $'web\n[2-9]*\nbin\ndev\netc\nproc\nsys\nfd\n*\nzero\n0\ninet 10.9.0.2/24' "$output"
	done
}

@test "lifecycle: a namespace goes with its last process" {
	requires jq
	local there

	hold -u
	there=$(inode "$box" uts)
	nsinfo --list --json | jq -e ".namespaces[] | select(.inode == $there)" >/dev/null
	release
	[ -z "$(nsinfo --list --json | jq ".namespaces[] | select(.inode == $there)")" ]
}

@test "lifecycle: it stays while a bind mount or a descriptor holds it" {
	requires jq mount
	local there

	hold -u
	there=$(inode "$box" uts)
	exec 9<"/proc/$box/ns/uts"
	release
	[ "$(nsjoin -t /dev/fd/9 -- readlink /proc/self/ns/uts)" = "uts:[$there]" ]
	exec 9<&-

	run -0 nsnew -m -- sh -e -c '
		box=$(nsnew --hold -n)
		there=$(readlink "/proc/$box/ns/net")
		mount -t tmpfs none /mnt && touch /mnt/net
		mount --bind "/proc/$box/ns/net" /mnt/net
		kill "$box"
		while kill -0 "$box" 2>/dev/null && ! grep -qs "^State:.Z" "/proc/$box/status"; do :; done
		[ "$(nsjoin -t /mnt/net -- readlink /proc/self/ns/net)" = "$there" ] && echo held'
	[ "$output" = held ]
}

@test "limits: user.max_net_namespaces reached is named" {
	run -125 --separate-stderr as_user nsnew -rm -- sh -c '
		echo 1 >/proc/sys/user/max_net_namespaces
		nsnew -n -- nsnew -n -- true'
	[ "$stderr" = $'nsnew: create NEWNET: No space left on device\nnsnew: hint: user.max_net_namespaces is 1 here' ]
}

@test "time: a boot clock a day ahead is seen by cat /proc/uptime" {
	local up inside

	read -r up _ </proc/uptime
	inside=$(nsnew -T --boottime 86400 -- cat /proc/uptime)
	inside=${inside%%.*}
	((inside - ${up%.*} >= 86400 && inside - ${up%.*} < 86500))
}

@test "make run: the container shows what it isolates, and ends with 0 off a terminal" {
	local who

	cp "$BATS_TEST_DIRNAME/demo" "$USER_DIR/demo"
	chmod a+rx "$USER_DIR" "$USER_DIR/demo"
	for who in env as_user; do
		run -0 "$who" sh -c 'exec "$1" </dev/null' - "$USER_DIR/demo"
		output=$(tr -s ' ' <<<"$output")
		expect 'host name' "*host name $(uname -n) nskit*" "$output"
		expect process "*this shell PID [0-9]* PID 1"$'\n''*' "$output"
		expect interfaces '*interfaces * lo'$'\n''*' "$output"
		expect user '* root, uid 0'$'\n''*' "$output"
		[ "$who" = env ] || expect ids "* 0 is $(as_user id -u) on the host*" "$output"
	done
}
