#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsveth: other links than a pair: an interface moved there and back, macvlan, ipvlan, tap and tun

load helpers
load nsveth

teardown() {
	release
	rm -rf "${USER_DIR:?}/dev"
}

# An interface here with all that a move takes from one, at the other end of which is $other.
add_card() {
	here ip link add "$1" type veth peer name far0 netns "$other"
	other ip address add 10.5.0.9/24 dev far0
	other ip link set far0 up
	here ip link set "$1" address 02:00:00:00:05:01 mtu 1450 txqueuelen 77 group 7
	here ip address add 10.5.0.1/24 dev "$1" label "$1:a" valid_lft 8900 preferred_lft 7900
	here ip address add 10.5.0.3/24 dev "$1" noprefixroute
	here ip address add fd05::1/64 dev "$1" nodad
	here ip link set "$1" up
	here ip route add 192.0.2.7 dev "$1"
	here ip route add default via 192.0.2.7 dev "$1" metric 9
	here ip route add 10.6.0.0/16 via 10.5.0.9 table 100
	here ip -6 route add fd06::/64 via fd05::9
}

# The seconds that an address still has.
state_but_seconds() {
	state | sed -E 's/_life_time":(8|7)[0-9]{3}/_life_time":N/g'
}

# steady MESSAGE COMMAND...: it fails so, and all is as before.
steady() {
	local before

	before=$(state_but_seconds)
	fails 125 "nsveth: $1" "${@:2}"
	diff <(echo "$before") <(state_but_seconds) >&2
}

# names NS INTERFACE: "its alias: its alternative names".
names() {
	link_of "$1" "$2" '"\(.ifalias // ""): \(.altnames // [] | join(" "))"'
}

# each_call_fails MADE ARGS...: each of these system calls of nsveth fails in turn. Either all is there,
# which the function MADE puts away; or all is as before.
each_call_fails() {
	local made=$1 call nth before trace=$BATS_TEST_TMPDIR/calls

	before=$(state_but_seconds)
	for call in open openat socket setns getrandom sendto recvfrom ioctl; do
		for ((nth = 1; nth < 60; nth++)); do
			here strace -qq -o "$trace" -e "trace=$call" -e "inject=$call:error=ENOBUFS:when=$nth" \
				nsveth "${@:2}" >"$BATS_TEST_TMPDIR/said" 2>&1 || {
				grep '^nsveth: ' "$BATS_TEST_TMPDIR/said"
				run ! grep -F 'may be left' "$BATS_TEST_TMPDIR/said"
				diff <(echo "$before") <(state_but_seconds)
				continue
			}
			"$made"
			before=$(state_but_seconds)
			grep -q INJECTED "$trace" || break
		done
		((nth < 60))
	done
}

@test "--move: in, with its addresses, up, and its old name recorded; --return: back under that name" {
	here ip link add card type veth peer name far0 netns "$other"
	other ip address add 10.5.0.9/24 dev far0
	other ip link set far0 up
	[ -z "$(here nsveth -t "$box" --move card -i lan -a 10.5.0.2/24 -a fd05::2/64 --mtu 1400 \
		--mac 02:00:00:00:05:02 --gateway 10.5.0.9 --route 10.7.0.0/16,blackhole --group 5 --txqlen 55)" ]
	box ping -c 1 -W 2 10.5.0.9
	[ "$(names "$box" lan)" = 'card: nskit-was-card' ]
	[ "$(link_of "$box" lan '"\(.mtu) \(.address) \(.group) \(.txqlen)"')" = '1400 02:00:00:00:05:02 5 55' ]
	[ "$(box ip route show default)" = 'default via 10.5.0.9 dev lan ' ]
	run ! here ip link show card
	[ "$(here nsveth -t "$box" --return lan)" = card ]
	[ "$(names "$here" card)" = ': ' ]
	run ! box ip link show lan
	# It is back already.
	[ -z "$(here nsveth -t "$box" --return lan)" ]
	[ "$(echo "$box" | here nsveth -t - --return lan)" = "$box" ]
}

@test "--move: an alias that is there stays, the name too; the record is another name of it" {
	here ip link add card type veth peer name far0 netns "$other"
	here ip link set card alias 'in slot 5'
	here ip link property add dev card altname enp0s5
	run -0 here nsveth -t "$box" --move enp0s5 -a 10.5.0.2/24 --json
	[ "$(jq -c '[.end.name, .end.mac, .by, .from]' <<<"$output")" = \
		"[\"card\",\"$(link_of "$box" card .address)\",\"move\",\"enp0s5\"]" ]
	[ "$(names "$box" card)" = 'in slot 5: enp0s5 nskit-was-card' ]
	here nsveth -t "$box" --return card
	[ "$(names "$here" card)" = 'in slot 5: enp0s5' ]
	here nsveth -t "$box" --move card -i an-interface-with-a-long-name --alias mine
	[ "$(names "$box" card)" = 'mine: enp0s5 nskit-was-card an-interface-with-a-long-name' ]
	here nsveth -t "$box" --return an-interface-with-a-long-name -i card2
	[ "$(names "$here" card2)" = 'mine: enp0s5 an-interface-with-a-long-name' ]
}

@test "--move: on through a second container, and back the same way" {
	here ip link add card type veth peer name far0
	here nsveth -t "$box" --move card -i lan
	here nsveth -t "$other" --peer "$box" --move lan -i card
	[ "$(names "$other" card)" = 'card: nskit-was-card nskit-was-lan' ]
	[ "$(here nsveth -t "$other" --peer "$box" --return card)" = lan ]
	[ "$(here nsveth -t "$box" --return lan)" = card ]
	[ "$(names "$here" card)" = ': ' ]
}

@test "--move: in the chain, from the peer; back where PROG can't be run" {
	local before

	here ip link add card type veth peer name far0
	run -0 nsnew -n -- nsveth --peer "$here" --move card -i lan -a 10.5.0.2/24 -- ip -o -4 address show lan
	expect address '*10.5.0.2/24*' "$output"
	# It went with the namespace, as what is virtual does.
	wait_for eval '! here ip link show far0 2>/dev/null'
	add_card card
	before=$(state_but_seconds)
	fails 127 "nsveth: run 'no-such-program': *" box nsveth --peer "$here" --move card -i lan -- no-such-program
	diff <(echo "$before") <(state_but_seconds)
}

@test "--move: what can't be, and all that the interface had is as before" {
	add_card card
	here ip link add br0 type bridge
	here ip link set br0 up
	here ip link add port type veth peer name far1
	here ip link set port master br0
	box ip link add taken type bridge
	box ip link property add dev taken altname a-name-that-is-taken
	steady "find interface 'none' in this namespace: No such device" here nsveth -t "$box" --move none
	steady "move interface 'lo' in this namespace: *" here nsveth -t "$box" --move lo -i lan
	steady "name the interface 'taken' in '$box': File exists" here nsveth -t "$box" --move card -i taken
	steady "name the interface 'lo' in '$box': File exists" here nsveth -t "$box" --move lo
	steady "add a default route via '10.8.0.9' in '$box': *" here nsveth -t "$box" --move card -i lan \
		-a 10.5.0.2/24 --gateway 10.8.0.9 --mtu 1300 --mac 02:00:00:00:05:02 --alias new --group 3 --txqlen 5
	steady "add the name 'a-name-that-is-taken' in '$box': *" here nsveth -t "$box" --move card \
		-i a-name-that-is-taken
	steady "add route '10.9.0.0/16,dev=none' in '$box': No such device" here nsveth -t "$box" --move port -i lan \
		--route 10.7.0.0/16,blackhole --route 10.9.0.0/16,dev=none
}

@test "--return: what --move didn't bring needs a name, and what a container records is only a name" {
	local name

	here ip link add card type veth peer name far0
	box ip link add own type bridge
	steady "find the former name of 'own' in '$box': No such file or directory (--move didn't bring it there)" \
		here nsveth -t "$box" --return own
	for name in all .. 0123456789012345 'a%d'; do
		here nsveth -t "$box" --move card -i lan
		box ip link property del dev lan altname nskit-was-card
		box ip link property add dev lan altname "nskit-was-$name"
		steady "find the former name of 'lan' in '$box': Invalid argument *" here nsveth -t "$box" --return lan
		here nsveth -t "$box" --return lan -i card
	done
	here ip link add taken type bridge
	here nsveth -t "$box" --move card -i lan
	box ip address add 10.5.0.2/24 dev lan
	box ip link set lan up
	steady "name the interface 'taken' in this namespace: File exists" here nsveth -t "$box" --return lan -i taken
}

returned() {
	expect 'alias and names' '@(|mine): ' "$(names "$here" card)"
	run ! box ip link show lan
	here ip link set card group 5 alias mine
	here nsveth -t "$box" --move card -i lan -a 10.5.0.2/24 --gateway 10.5.0.9
}

@test "--return: each system call failing in turn: it is here, or there as it was" {
	requires strace
	here ip link add card type veth peer name far0
	here nsveth -t "$box" --move card -i lan -a 10.5.0.2/24 --gateway 10.5.0.9
	each_call_fails returned -t "$box" --return lan
}

@test "--return: one that has come here otherwise gets its name back" {
	here ip link add card type veth peer name far0
	here nsveth -t "$box" --move card -i lan
	# As the kernel does it, to a network card whose container has gone.
	box ip link set lan netns "$here"
	[ "$(here nsveth -t "$here" --return lan)" = card ]
	[ "$(names "$here" card)" = ': ' ]
}

moved() {
	[ "$(names "$box" lan)" = 'card: nskit-was-card' ]
	box ip -o address show lan | grep -q 10.5.0.2/24
	box nsveth --delete lan
	box ip route del blackhole 10.7.0.0/16
	add_card card
}

@test "--move: each system call failing in turn: it is there, or as it was" {
	requires strace
	add_card card
	each_call_fails moved -t "$box" --move card -i lan -a 10.5.0.2/24 --gateway 10.5.0.9 --mtu 1300 \
		--route 10.7.0.0/16,blackhole
}

# An interface here, up, for others to share.
add_parent() {
	here ip link add parent type veth peer name far0
	here ip link set far0 up
	here ip link set parent up
}

@test "--macvlan: two containers reach each other over the interface that they share" {
	add_parent
	[ "$(here nsveth -t "$box" --macvlan parent -a 10.5.0.2/24 --alias mine --group 5 --mtu 1400)" = eth0 ]
	here nsveth -t "$other" --macvlan parent -i lan -a 10.5.0.3/24 --mac 02:00:00:00:05:03 --gateway 10.5.0.2
	box ping -c 1 -W 2 10.5.0.3
	[ "$(link_of "$box" eth0 '"\(.mtu) \(.group) \(.ifalias)"')" = '1400 5 mine' ]
	[ "$(link_of "$box" eth0 .linkinfo.info_data.mode)" = bridge ]
	[ "$(link_of "$other" lan '"\(.address) \(.group)"')" = '02:00:00:00:05:03 default' ]
	[ "$(other ip route show default)" = 'default via 10.5.0.2 dev lan ' ]
	box nsveth --delete eth0
	run ! box ip link show eth0
}

@test "--macvlan: its modes; passthru has its parent's MAC address" {
	local mode

	add_parent
	for mode in private vepa bridge; do
		here nsveth -t "$box" --macvlan "parent,mode=$mode" -i "m-$mode"
		[ "$(link_of "$box" "m-$mode" .linkinfo.info_data.mode)" = "$mode" ]
	done
	here nsveth -t "$box" --delete
	run -0 here nsveth -t "$box" --macvlan parent,mode=passthru -i lan --json
	[ "$(jq -c '[.end.mac, .end.name, .peer, .by, .from]' <<<"$output")" = \
		"[\"$(link_of "$here" parent .address)\",\"lan\",null,\"macvlan\",\"parent\"]" ]
}

@test "--macvlan, --ipvlan: what can't be, in the kernel's words, and what helps" {
	local word

	add_parent
	here ip link add br0 type bridge
	here ip link set far0 master br0
	box ip link add taken type bridge
	for word in parent,mode=fast parent,fast parent,mode= a/b ,mode=bridge; do
		steady '*: *' here nsveth -t "$box" --macvlan "$word"
	done
	steady "find interface 'none' in this namespace: No such device" here nsveth -t "$box" --macvlan none
	steady "make interface 'taken' in '$box': File exists" here nsveth -t "$box" --macvlan parent -i taken
	steady "share interface 'far0' in this namespace: *busy*" here nsveth -t "$box" --macvlan far0
	expect hint '*a port of a bridge*' "${stderr_lines[1]}"
	steady "set up 'eth%d' in '$box': *" here nsveth -t "$box" --macvlan parent --mtu 9000
	steady "add a default route via '10.8.0.9' in '$box': *" here nsveth -t "$box" --macvlan parent -i lan \
		-a 10.5.0.2/24 --gateway 10.8.0.9 --route 10.7.0.0/16,blackhole
}

@test "--ipvlan: containers that share an interface and its MAC address; or the kernel's word that it has none" {
	add_parent
	if ! here ip link add link parent name probe type ipvlan 2>/dev/null; then
		steady "share interface 'parent' in this namespace: *(Unknown device type)" \
			here nsveth -t "$box" --ipvlan parent -a 10.5.0.2/24
		expect hint '*built without it*' "${stderr_lines[1]}"
		return
	fi
	here ip link del probe
	here nsveth -t "$box" --ipvlan parent -i lan -a 10.5.0.2/24
	here nsveth -t "$other" --ipvlan parent,mode=l2 -i lan -a 10.5.0.3/24
	box ping -c 1 -W 2 10.5.0.3
	[ "$(link_of "$box" lan .address)" = "$(link_of "$here" parent .address)" ]
}

# A program that opens the interface $1 of $box as the ordinary user, and answers each ping: at once
# as frames or packets, whatever the interface wants.
answer() {
	# Over there /dev/net/tun is for everybody.
	mkdir -p "$USER_DIR/dev"
	spawn nsenter -n -t "$box" unshare -m bash -c '
		mount -t tmpfs -o mode=755 none "$1" && mknod -m 666 "$1/tun" c 10 200 &&
		mount --bind "$1/tun" /dev/net/tun && exec "${@:4}" perl -e "$2" "$3"' - "$USER_DIR/dev" '
		open my $tun, "+<", "/dev/net/tun" or die "open: $!";
		my ($name, $frames) = ($ARGV[0], $ARGV[0] =~ /^tap/);
		ioctl $tun, 0x400454ca, (my $request = pack "a16 s x22", $name, 0x1000 | ($frames ? 2 : 1))
			or die "TUNSETIFF: $!";
		while (sysread $tun, my $packet, 2000) {
			my $head = $frames ? substr $packet, 0, 14, "" : "";
			my ($to, $from, $type) = unpack "a6 a6 n", $head;
			if ($frames && $type == 0x806) { # who has this address: we
				my $mac = "\x02\0\0\0\0\x09";
				syswrite $tun, $from . $mac . pack("n", 0x806) . pack("a6 n a6 a4 a6 a4",
					substr($packet, 0, 6), 2, $mac, substr($packet, 24, 4),
					substr($packet, 8, 6), substr($packet, 14, 4));
			}
			next unless $packet =~ /^\x45.{8}\x01.{10}\x08/s;
			substr $packet, 12, 8, substr($packet, 16, 4) . substr($packet, 12, 4);
			my $sum = unpack("n", substr $packet, 22, 2) + 0x800;
			substr $packet, 20, 1, "\0";
			substr $packet, 22, 2, pack "n", ($sum & 0xffff) + ($sum >> 16);
			syswrite $tun, ($frames ? $from . $to . pack("n", 0x800) : "") . $packet;
		}' "$1" "${user_command[@]}"
}

@test "--tap, --tun: there until deleted, and the owner's program answers a ping" {
	requires perl
	local name owner

	owner=$(id -u "$TEST_USER")
	here nsveth -t "$box" --tap tap7 -a 10.5.0.2/24 --owner "$owner" --mtu 1400 --mac 02:00:00:00:05:02
	run -0 here nsveth -t "$box" --tun tun7 -a 10.6.0.2/24 --owner "$owner" --alias 'of tests' \
		--gateway 10.6.0.9 --json
	[ "$(jq -c '[.end.name, .end.mac, .by, .from]' <<<"$output")" = '["tun7",null,"tun",null]' ]
	[ "$(link_of "$box" tap7 '"\(.mtu) \(.address) \(.linkinfo.info_data.type)"')" = '1400 02:00:00:00:05:02 tap' ]
	[ "$(link_of "$box" tun7 '"\(.ifalias) \(.linkinfo.info_data.type)"')" = 'of tests tun' ]
	answer tap7
	wait_for box ping -c 1 -W 1 10.5.0.9
	answer tun7
	wait_for box ping -c 1 -W 1 10.6.0.9
	wait_for box ping -c 1 -W 1 192.0.2.1
	[ -z "$(here ip -o link show type tun)" ]
	for name in tap7 tun7; do
		box nsveth --delete "$name"
		run ! box ip link show "$name"
	done
}

@test "--tap: none that is there already; one that fails leaves nothing" {
	box ip tuntap add mode tap name tap0
	steady "make interface 'tap0' in '$box': File exists" here nsveth -t "$box" --tap tap0
	steady "make interface 'tap0' in '$box': File exists" here nsveth -t "$box" --tun tap0
	steady "make interface 'lo' in '$box': File exists" here nsveth -t "$box" --tap lo
	steady "add a default route via '10.8.0.9' in '$box': *" here nsveth -t "$box" --tap tap1 -a 10.5.0.2/24 \
		--gateway 10.8.0.9
	steady "set up 'tun1' in '$box': *" here nsveth -t "$box" --tun tun1 --mac 02:00:00:00:05:02
	steady "owner 'nobody': not a number from 0 to *" here nsveth -t "$box" --tun tun1 --owner nobody
}

# with_tun 'COMMAND' ARGS...: where that was done to a /dev/net of its own.
with_tun() {
	nsenter -n -t "$here" unshare -m bash -c 'mount -t tmpfs none /dev/net && eval "$1" && "${@:2}"' - "$@"
}

@test "--tap: /dev/net/tun that isn't there, or not for us" {
	steady "look at '$box': No such file or directory (/dev/net/tun)" with_tun : nsveth -t "$box" --tap tap0
	expect hint '*mknod /dev/net/tun c 10 200*' "${stderr_lines[1]}"
	steady "look at '$box': No such device* (/dev/net/tun)" with_tun 'mknod /dev/net/tun c 10 254' \
		nsveth -t "$box" --tap tap0
	hold_as_user -r -n
	fails 125 "nsveth: look at '$box': Permission denied (/dev/net/tun)" \
		with_tun 'mknod -m 600 /dev/net/tun c 10 200' "${user_command[@]}" nsveth -t "$box" --tap tap0
	expect hint '*lets only some users*' "${stderr_lines[1]}"
}

@test "an ordinary user: own namespaces have all of it, root's nothing" {
	requires userns
	local root=$box first what

	add_card card
	for what in '--move card' '--macvlan card' '--tap tap0'; do
		# shellcheck disable=SC2086
		steady "enter NEWNET of '$root': Operation not permitted" as_user nsveth -t "$root" $what
	done
	hold_as_user -r -n
	first=$box
	for what in '--move card' '--macvlan card'; do
		# shellcheck disable=SC2086
		steady "*: Operation not permitted" nsenter -n -t "$here" "${user_command[@]}" nsveth -t "$first" $what
		expect hint '*needs privilege over both*' "${stderr_lines[1]}"
	done
	box=$(as_user nsjoin -t "$first" -U -- nsnew --hold -n 3>&-)
	started+=("$box")
	as_user nsenter -U --preserve-credentials -n -t "$first" ip link add card type veth peer name far0
	as_user nsenter -U --preserve-credentials -n -t "$first" ip link set far0 up
	as_user nsveth -t "$box" --peer "$first" --macvlan far0 -i m1
	as_user nsveth -t "$box" --peer "$first" --move card -i lan
	with_tun 'mknod -m 666 /dev/net/tun c 10 200' "${user_command[@]}" nsveth -t "$box" --tap tap0
	run -0 as_user nsenter -U --preserve-credentials -n -t "$box" ip -o link
	expect links '*lan@*m1@*tap0:*' "$(sort -t: -k2 <<<"$output" | tr '\n' ' ')"
	[ "$(as_user nsveth -t "$box" --peer "$first" --return lan)" = card ]
}

@test "--delete -t: all that nsveth made there, and nothing that it moved there" {
	add_parent
	here ip link add card type veth peer name far1
	box ip link add own type bridge
	here nsveth -t "$box" -i pair:peer
	here nsveth -t "$box" --move card
	here nsveth -t "$box" --macvlan parent
	here nsveth -t "$box" --tap tap0
	here nsveth -t "$box" --tun tun0
	here nsveth -t "$box" --delete
	[ "$(box ip -o link | awk -F '[:@ ]+' '{ printf "%s ", $2 }')" = 'lo own card ' ]
	here nsveth -t "$box" --return card
	steady "delete interface 'lo': *" here nsveth -t "$box" --delete lo
	expect hint '*--return takes back what*' "${stderr_lines[1]}"
}

deleted() {
	box ip -o address show lan | grep -q 10.5.0.2/24
	box nsveth --delete lan
	box ip route del blackhole 10.7.0.0/16
}

@test "--macvlan, --tap, --tun: each system call failing in turn: it is there, or all is as before" {
	requires strace
	local kind

	add_parent
	for kind in '--macvlan parent -i lan' '--tap lan --owner 5' '--tun lan'; do
		# shellcheck disable=SC2086
		each_call_fails deleted -t "$box" $kind -a 10.5.0.2/24 --gateway 10.5.0.9 --alias mine --group 5 \
			--mtu 1300 --route 10.7.0.0/16,blackhole
	done
}

@test "twenty at once: each gets a macvlan and a tap of its own" {
	local i held=${#started[@]}

	add_parent
	for ((i = 0; i < 20; i++)); do
		spawn nsenter -n -t "$here" nsveth -t "$box" --macvlan parent
		spawn nsenter -n -t "$here" nsveth -t "$box" --tap "tap$i"
	done
	for pid in "${started[@]:held}"; do
		wait "$pid"
	done
	[ "$(box ip -o link show group default | grep -cE ' (eth|tap)[0-9]+[@:]')" = 40 ]
	started=("${started[@]:0:held}")
}

@test "--vlan: a port reaches those of its VLAN alone; or the kernel's word that it filters none" {
	local third word

	for word in 0 4095 x ''; do
		steady "VLAN '$word': not a number from 1 to 4094" here nsveth -t "$box" --bridge br0 --vlan "$word"
	done
	steady '--hairpin, --isolated and --vlan go with --bridge' here nsveth -t "$box" --vlan 5
	if ! here ip link add br0 type bridge vlan_filtering 1 2>/dev/null; then
		steady "use bridge 'br0' in this namespace: *supported*" here nsveth -t "$box" --bridge br0 --vlan 5
		expect hint '*built without it*' "${stderr_lines[1]}"
		here ip link add br0 type bridge
		steady "use bridge 'br0' in this namespace: *(its vlan_filtering is off)" \
			here nsveth -t "$box" --bridge br0 --vlan 5 -a 10.5.0.2/24
		return
	fi
	third=$box
	hold -n
	here ip link del br0
	here nsveth -t "$third" --bridge br0 --vlan 5 -a 10.5.0.2/24
	here nsveth -t "$other" --bridge br0 --vlan 5 -a 10.5.0.3/24
	here nsveth -t "$box" --bridge br0 --vlan 6 -a 10.5.0.4/24
	other ping -c 1 -W 2 10.5.0.2
	run ! box ping -c 1 -W 1 10.5.0.2
	here ip link set br0 type bridge vlan_filtering 0
	steady "use bridge 'br0' in this namespace: *(its vlan_filtering is off)" \
		here nsveth -t "$box" --bridge br0 --vlan 5
}

@test "a pair with a MAC address that somebody has: its groups, and what is his when the answer is lost" {
	requires strace
	local nth before

	here ip link add x0 address 02:00:00:00:00:99 type bridge
	here nsveth -t "$box" -i lan:wan --peer-mac 02:00:00:00:00:99 --group 6
	[ "$(link_of "$here" wan .group) $(link_of "$box" lan .group)" = '6 6' ]
	here nsveth -t "$box" -i lan2:wan2 --peer-mac 02:00:00:00:00:99
	[ "$(link_of "$here" wan2 .group) $(link_of "$box" lan2 .group)" = 'default default' ]
	before=$(state)
	for nth in 1 2 3 4; do
		run -125 here strace -qq -o /dev/null -e trace=recvfrom -e "inject=recvfrom:error=EIO:when=$nth" \
			nsveth -t "$box" -i lan3:wan3 --peer-mac 02:00:00:00:00:99
		diff <(echo "$before") <(state)
	done
}

# killed_at CALL NTH ARGS...: nsveth is killed at its NTH system call of that name; false where it made
# fewer.
killed_at() {
	run here strace -qq -o /dev/null -e "trace=$1" -e "inject=$1:signal=KILL:when=$2" nsveth "${@:3}"
	[ "$status" != 0 ]
}

@test "KILL in the middle: of a pair and a macvlan nothing is left when their container is gone" {
	requires strace
	local nth before kind links=$BATS_TEST_TMPDIR/links

	add_parent
	before=$(here ip -o link | wc -l)
	for kind in '-i lan:wan -a 10.5.0.2/24 -A 10.5.0.1/24 --gateway 10.5.0.1 --route 10.9.0.0/16' \
		'--macvlan parent -i lan -a 10.5.0.2/24'; do
		# shellcheck disable=SC2086
		for ((nth = 1; nth < 20; nth++)); do
			hold -n
			killed_at sendto "$nth" -t "$box" $kind || break
			box ip -o link >>"$links"
			nskill "$box"
			wait_for eval '[ "$(here ip -o link | wc -l)" = "$before" ]'
		done
		((nth > 2 && nth < 20))
		nskill "$box"
		wait_for eval '[ "$(here ip -o link | wc -l)" = "$before" ]'
	done
	grep -q ' lan@' "$links" # it was there
}

@test "KILL in the middle: a tap is there whole or not at all" {
	requires strace
	local call nth

	for call in sendto ioctl; do
		for ((nth = 1; nth < 20; nth++)); do
			killed_at "$call" "$nth" -t "$box" --tap tap0 -a 10.5.0.2/24 --owner 1 || break
			run ! box ip link show tap0
		done
		((nth > 1 && nth < 20))
		box ip -o address show tap0 | grep -q 10.5.0.2/24
		box nsveth --delete tap0
	done
}

@test "KILL in the middle: what was moved can be brought back" {
	requires strace
	local nth

	here ip link add card type veth peer name far0
	for ((nth = 1; nth < 20; nth++)); do
		killed_at sendto "$nth" -t "$box" --move card -i lan -a 10.5.0.2/24 || break
		here nsveth -t "$box" --return lan
		here ip link show card
	done
	((nth > 6 && nth < 20))
}

@test "usage: one link, and nothing of another end" {
	local words

	for words in '--macvlan a' '--tap a' '--move b'; do
		# shellcheck disable=SC2086
		fails 125 'nsveth: one of --move, --macvlan, ' nsveth -t 1 --move a $words
	done
	for words in '-A 10.0.0.1/24' '-i a:b' '--peer-mac 02:00:00:00:00:01' '--bridge b' \
		'--pool 10.0.0.0/8' '--queues 2' '-a 10.0.0.1/24 --masquerade' \
		'-a 10.0.0.1/24 --publish 1:1' '-i a:a-name-that-is-too-long'; do
		# shellcheck disable=SC2086
		fails 125 'nsveth: --macvlan makes no other end, ' nsveth -t 1 --macvlan a $words
	done
	fails 125 'nsveth: --owner goes with --tap or --tun' nsveth -t 1 --owner 1
	fails 125 'nsveth: --owner goes with --tap or --tun' nsveth -t 1 --move a --owner 1
	fails 125 'nsveth: --return goes with -t HANDLE' nsveth --peer 1 --return a -- true
	fails 125 'nsveth: --return goes with -t HANDLE' nsveth -t 1 --return a --json
	fails 125 "nsveth: interface name 'a b': " nsveth -t 1 --move 'a b'
	fails 125 'nsveth: missing program to run' nsveth --peer 1 --tap a
}
