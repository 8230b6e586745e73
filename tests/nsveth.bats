#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsveth: a pair between two network namespaces, its addresses and routes
#
# Everything happens in namespaces of the test: $here stands for the caller's, $box is the one that
# is wired.

load helpers

# Addresses for the end and the other end.
addresses=(-a 10.0.0.2/24 -A 10.0.0.1/24)

# Two network namespaces of root's.
setup_two() {
	requires root ip ping
	via=(nsenter -n)
	hold -n
	here=$box
	hold -n
	all=("$here" "$box")
}

# Two of an ordinary user's, owned by the user namespace of the first.
setup_two_of_user() {
	requires userns ip ping
	via=("${user_command[@]}" nsenter -U --preserve-credentials -n)
	hold_as_user -r -n
	here=$box
	hold_within "$here" -n
	all=("$here" "$box")
}

# Two whose user namespaces are neither within the other.
setup_two_apart() {
	requires userns ip
	via=("${user_command[@]}" nsenter -U --preserve-credentials -n)
	hold_as_user -r -n
	here=$box
	hold_as_user -r -n
	all=("$here" "$box")
}

# Two of root's in which nothing was ever brought up.
setup_two_down() {
	requires root ip
	via=(nsenter -n)
	spawn unshare -n sleep 60
	here=$pid
	spawn unshare -n sleep 60
	box=$pid
	all=("$here" "$box")
	wait_for test ! "/proc/$here/ns/net" -ef /proc/self/ns/net
	wait_for test ! "/proc/$box/ns/net" -ef /proc/self/ns/net
	expect lo '*DOWN*DOWN*' "$(here ip -br link) $(box ip -br link)"
}

# hold_within BOX ARGS...: like hold_as_user, from the user namespace of a box.
hold_within() {
	box=$(as_user nsjoin -t "$1" -U -- nsnew --hold "${@:2}" 3>&-)
	started+=("${box%%:*}")
}

# inside BOX COMMAND...: with its network namespace.
inside() {
	"${via[@]}" -t "${1%%:*}" "${@:2}"
}

here() {
	inside "$here" "$@"
}

box() {
	inside "$box" "$@"
}

# All that ip(8) can tell of the links, addresses and routes of all namespaces.
state() {
	local one what

	for one in "${all[@]}"; do
		for what in link addr 'route show table all' '-6 route show table all'; do
			# shellcheck disable=SC2086
			inside "$one" ip -j $what | settled
		done
	done
}

# shows BOX INTERFACE: what ip(8) shows, in short: "eth0 UP 10.0.0.2/24". Link-local addresses come
# when they like.
shows() {
	inside "$1" ip -br address show dev "$2" |
		sed 's/@[^ ]*//; s,fe80:[^ ]*,,; s/  */ /g; s/ $//'
}

# The names of all interfaces.
names() {
	inside "$1" ip -o link | awk -F '[:@ ]+' '{ printf "%s ", $2 }'
}

pings() {
	inside "$1" ping -c 1 -W 2 "$2"
}

# A link of somebody else's, to which nothing happens by itself.
add_bridge() {
	inside "$1" ip link add "$2" type bridge
	inside "$1" ip link set "$2" addrgenmode none
	inside "$1" ip link set "$2" up
}

@test "handle: a pair from the box to here, both ends up, ping both ways" {
	setup_two
	run -0 --separate-stderr here nsveth -t "$box" "${addresses[@]}"
	[ "$output,$stderr" = 'eth0:veth0,' ]
	[ "$(shows "$box" eth0)" = 'eth0 UP 10.0.0.2/24' ]
	[ "$(shows "$here" veth0)" = 'veth0 UP 10.0.0.1/24' ]
	pings "$here" 10.0.0.2
	pings "$box" 10.0.0.1
}

@test "handle: addresses may be left out, on one side or both" {
	setup_two
	here nsveth -t "$box"
	here nsveth -t "$box" -a 10.0.0.2/24
	here nsveth -t "$box" -A 10.0.1.1/24
	expect box 'eth0 UP;eth1 UP 10.0.0.2/24;eth2 UP' \
		"$(shows "$box" eth0);$(shows "$box" eth1);$(shows "$box" eth2)"
	expect here 'veth0 UP;veth1 UP;veth2 UP 10.0.1.1/24' \
		"$(shows "$here" veth0);$(shows "$here" veth1);$(shows "$here" veth2)"
}

@test "handle: -i names one end or both, else they are the next ethN and vethN" {
	setup_two
	here nsveth -t "$box" -i uplink:to-the-box-1234
	here nsveth -t "$box"
	here nsveth -t "$box" --interface=lan
	here nsveth -t "$box"
	expect box 'lo uplink eth0 lan eth1 ' "$(names "$box")"
	expect here 'lo to-the-box-1234 veth0 veth1 veth2 ' "$(names "$here")"
}

# sysfs shows the interfaces of the namespace that it was mounted in.
attribute() {
	inside "$1" unshare -m sh -c 'mount -t sysfs sysfs /sys && cat "/sys/class/net/$1"' - "$2"
}

@test "handle: both ends have one MTU, and MAC addresses that were given, for udev to leave alone" {
	setup_two
	here nsveth -t "$box"
	[ "$(attribute "$box" eth0/mtu) $(attribute "$here" veth0/mtu)" = '1500 1500' ]
	[ "$(attribute "$box" eth0/addr_assign_type)" = 3 ]
	[ "$(attribute "$here" veth0/addr_assign_type)" = 3 ]
	[ "$(attribute "$box" eth0/address)" != "$(attribute "$here" veth0/address)" ]
}

@test "handle: IPv6 beside IPv4, usable at once" {
	setup_two
	here nsveth -t "$box" "${addresses[@]}" -a fd00::2/64 -a 10.0.7.2/32 -A fd00::1/64
	here ping -c 1 -W 2 fd00::2
	[ "$(shows "$box" eth0)" = 'eth0 UP 10.0.0.2/24 10.0.7.2/32 fd00::2/64' ]
	[ "$(shows "$here" veth0)" = 'veth0 UP 10.0.0.1/24 fd00::1/64' ]
	box ping -c 1 -W 2 fd00::1
}

@test "handle: --gateway is the default route, one for each family" {
	setup_two
	here nsveth -t "$box" "${addresses[@]}" -a fd00::2/64 -A fd00::1/64 \
		--gateway 10.0.0.1 --gateway fd00::1
	[ "$(box ip route show default)" = 'default via 10.0.0.1 dev eth0 ' ]
	expect route 'default via fd00::1 dev eth0 metric 1024 *' "$(box ip -6 route show default)"
	here ip address add 192.0.2.1/32 dev lo
	pings "$box" 192.0.2.1
}

@test "handle: --peer wires two others, and leaves here alone" {
	setup_two
	local one=$box

	hold -n
	here nsveth -t "$one" --peer "$box" "${addresses[@]}"
	[ "$(shows "$one" eth0)" = 'eth0 UP 10.0.0.2/24' ]
	[ "$(shows "$box" veth0)" = 'veth0 UP 10.0.0.1/24' ]
	pings "$one" 10.0.0.1
	pings "$box" 10.0.0.2
	[ "$(names "$here")" = 'lo ' ]
}

@test "handle: lo is brought up in both" {
	setup_two_down
	here nsveth -t "$box"
	[ "$(shows "$here" lo)" = 'lo UNKNOWN 127.0.0.1/8 ::1/128' ]
	[ "$(shows "$box" lo)" = 'lo UNKNOWN 127.0.0.1/8 ::1/128' ]
}

@test "handle: a PID, a file of a network namespace, a name of ip-netns will do" {
	setup_two
	local name=nskit-$BATS_TEST_NUMBER-$$

	here nsveth -t "${box%%:*}" -i one
	here nsveth -t "/proc/${box%%:*}/ns/net" -i two
	[ "$(names "$box")" = 'lo one two ' ]
	# A mount namespace and a /run of its own, so that /run/netns goes with it.
	run -0 unshare -m sh -c '
		mount -t tmpfs none /run && ip netns add "$1" &&
		nsveth -t "$1" --peer "$2" -i three &&
		ip -n "$1" -o link show three' \
		- "$name" "$box"
	expect link '*three@*' "$output"
}

@test "handle: --json tells what was made" {
	setup_two
	run -0 here nsveth --json -t "$box" -i lan -a 10.0.0.2/24 -a fd00::2/64
	[ "$(sed -E 's/"[0-9a-f:]{17}"/"MAC"/' <<<"$output")" = '{
  "end": {
    "name": "lan",
    "index": 2,
    "altname": null,
    "mac": "MAC",
    "addresses": ["10.0.0.2/24", "fd00::2/64"]
  },
  "peer": {
    "name": "veth0",
    "index": 2,
    "altname": null,
    "mac": "MAC",
    "addresses": []
  }
}' ]
}

@test "filter: the handle comes in, and goes out once the pair is there" {
	setup_two
	[ "$(echo "$box" | here nsveth -t - -a 10.0.0.2/24)" = "$box" ]
	[ "$(shows "$box" eth0)" = 'eth0 UP 10.0.0.2/24' ]
}

@test "chain: a pair from here to the peer, then PROG" {
	setup_two
	run -0 nsnew -n -- nsveth --peer "$box" "${addresses[@]}" --gateway 10.0.0.1 -- \
		sh -c 'ip -br address show eth0; ping -c 1 -W 2 10.0.0.1; ip route show default'
	expect PROG 'eth0@* UP * 10.0.0.2/24 * 1 received*default via 10.0.0.1 dev eth0*' "$output"
}

@test "chain: PROG runs in the namespace it was started in, its status is the status" {
	setup_two
	run -7 here nsveth --peer "$box" -i own sh -c \
		'readlink /proc/self/ns/net; echo "$@"; exit 7' -- -t
	[ "$output" = "$(here readlink /proc/self/ns/net)"$'\n-t' ]
	[ "$(names "$here") $(names "$box")" = 'lo own  lo veth0 ' ]
}

@test "chain: signals are for PROG again" {
	setup_two
	local before

	before=$(grep SigBlk /proc/self/status)
	run -0 here nsveth --peer "$box" -- grep SigBlk /proc/self/status
	[ "$output" = "$before" ]
}

@test "chain: without PROG there is no pair" {
	setup_two
	state_before=$(state)
	fails 127 "nsveth: run 'no-such-program': No such file or directory" \
		here nsveth --peer "$box" -a 10.0.0.2/24 -- no-such-program
	fails 126 "nsveth: run '/': Permission denied" here nsveth --peer "$box" -- /
	diff <(echo "$state_before") <(state)
}

@test "an ordinary user: two own namespaces, wired as root's are" {
	setup_two_of_user
	as_user nsveth -t "$box" --peer "$here" -i lan:lan "${addresses[@]}" --gateway 10.0.0.1
	[ "$(shows "$box" lan) $(shows "$here" lan)" = 'lan UP 10.0.0.2/24 lan UP 10.0.0.1/24' ]
	[ "$(box ip route show default)" = 'default via 10.0.0.1 dev lan ' ]
	pings "$here" 10.0.0.2
	pings "$box" 10.0.0.1
}

@test "an ordinary user: from within, to a box of the same user namespace, by handle and chain" {
	setup_two_of_user
	here nsveth -t "$box" -i one
	here nsveth --peer "$box" -i own:two -- true
	[ "$(names "$box") $(names "$here")" = 'lo one two  lo veth0 own ' ]
}

@test "an ordinary user: a box and one in its own user namespace, either way round" {
	setup_two_of_user
	hold_within "$here" -r -n
	as_user nsveth -t "$box" --peer "$here" -i one
	as_user nsveth -t "$here" --peer "$box" -i two
	expect box 'lo one veth0 ' "$(names "$box")"
	[ "$(names "$here")" = 'lo veth0 two ' ]
}

@test "-v tells each kernel step" {
	setup_two
	add_bridge "$box" br0
	box ip route add default dev br0
	run -125 --separate-stderr here nsveth -v -t "$box" "${addresses[@]}" --gateway 10.0.0.1
	expect trace 'nsveth\[*\]: socket(NETLINK, ROUTE) = [0-9]*
nsveth\[*\]: setns(*, NEWNET) = 0
nsveth\[*\]: socket(NETLINK, ROUTE) = [0-9]*
nsveth\[*\]: send(*, NEWLINK veth%d, peer eth%d) = 0
nsveth\[*\]: send(*, NEWADDR 10.0.0.1/24) = 0
nsveth\[*\]: send(*, SETLINK up veth0) = 0
nsveth\[*\]: send(*, NEWADDR 10.0.0.2/24) = 0
nsveth\[*\]: send(*, SETLINK up eth0) = 0
nsveth\[*\]: send(*, NEWROUTE default via 10.0.0.1) = -1 (File exists)
nsveth\[*\]: send(*, DELLINK veth pair) = 0
nsveth: add a default route via *' "$stderr"
}

@test "refused: bad usage, as anybody" {
	local as

	for as in '' as_user; do
		fails 125 "nsveth: unknown option '-x'" $as nsveth -x
		fails 125 "nsveth: missing argument of '-t'" $as nsveth -t
		fails 125 "nsveth: missing program to run" $as nsveth
		fails 125 "nsveth: missing program to run" $as nsveth --peer 1 --
		fails 125 "nsveth: missing --peer HANDLE, where the other end goes" \
			$as nsveth -- true
		fails 125 "nsveth: no program runs with -t, but nsjoin -t does it*" \
			$as nsveth -t 1 true
		fails 125 "nsveth: only -t takes a handle from standard input" \
			$as nsveth -t 1 --peer -
		fails 125 "nsveth: --json goes with -t HANDLE" $as nsveth --json --peer 1 true
		fails 125 "nsveth: --json goes with -t HANDLE" $as nsveth --json -t -
	done
}

@test "refused: a handle that isn't there" {
	local as

	for as in '' as_user; do
		fails 125 "nsveth: open handle 'no-such': No such file or directory" \
			$as nsveth -t no-such
		fails 125 "nsveth: open handle 'no-such': No such file or directory" \
			$as nsveth --peer no-such -- true
		fails 125 "nsveth: no handle on standard input" $as nsveth -t - </dev/null
	done
	fails 125 "nsveth: enter NEWNET of '/proc/self/ns/uts': *(the handle has no such *)" \
		nsveth -t /proc/self/ns/uts
	spawn sleep 60
	fails 125 "nsveth: handle is stale: '$pid:1' names a process that is gone" \
		nsveth -t "$pid:1"
}

@test "refused: names that the kernel wouldn't take, or would take for something else" {
	local as

	for as in '' as_user; do
		fails 125 "nsveth: interface name '': it is empty" $as nsveth -t 1 -i ''
		fails 125 "nsveth: interface name '': it is empty" $as nsveth -t 1 -i lan:
		fails 125 "nsveth: interface name '': it is empty" $as nsveth -t 1 -i :lan
		fails 125 "nsveth: interface name '$(printf '%0128d' 0)': longer than 127 bytes" \
			$as nsveth -t 1 -i "$(printf '%0128d' 0)"
		fails 125 "nsveth: interface name '$(printf '%0140d' 0)': longer than 127 bytes" \
			$as nsveth -t 1 -i "lan:$(printf '%065536d' 0)"
		for name in . ..; do
			fails 125 "nsveth: interface name '$name': a directory's name" \
				$as nsveth -t 1 -i $name
		done
		for name in all default; do
			fails 125 "nsveth: interface name '$name': it means every interface" \
				$as nsveth -t 1 -i lan:$name
		done
		for name in a/b a:b:c 'a b' a%d $'a\tb' $'a\nb' $'a\eb'; do
			fails 125 "': a character that the kernel doesn't take in a name" \
				$as nsveth -t 1 -i "lan:$name"
		done
	done
}

# refuses_address WORD WHY
refuses_address() {
	fails 125 "nsveth: address '$1': $2" nsveth -t 1 -a "$1"
	fails 125 "nsveth: address '$1': $2" as_user nsveth -t 1 -A "$1"
}

@test "refused: what is no host's address" {
	local word

	for word in '' 10.0.0.1 fd00::1 "$(printf '%0100d' 0)/8"; do
		refuses_address "$word" 'not of the form ADDR/LEN'
	done
	for word in /24 10.0.0/24 10.0.0.0.1/24 10.0.0.256/24 10.0.0.01/24 ' 10.0.0.1/24' \
		0x0a000001/8 fd00::1::2/64 fd00::g/64 'fe80::1%lo/64' box/24; do
		refuses_address "$word" 'no IPv4 or IPv6 address'
	done
	for word in 10.0.0.1/33 10.0.0.1/ 10.0.0.1/-1 10.0.0.1/+8 10.0.0.1/8/8 10.0.0.1/255.0.0.0 \
		10.0.0.1/99999999999999999999; do
		refuses_address "$word" 'the prefix length is not 0 to 32'
	done
	refuses_address fd00::1/129 'the prefix length is not 0 to 128'
	for word in 10.0.0.0/24 10.0.0.4/30 fd00::/64 fd00::4/126; do
		refuses_address "$word" "the network's own address, not a host's"
	done
	refuses_address 10.0.0.255/24 "the network's broadcast address, not a host's"
	for word in 0.0.0.0/0 255.255.255.255/32 ::/128; do
		refuses_address "$word" "no host's address"
	done
	for word in 224.0.0.1/24 239.1.2.3/32 ff02::1/64; do
		refuses_address "$word" 'a multicast address'
	done
}

@test "the edges of what is an address" {
	setup_two
	here nsveth -t "$box" -a 10.0.0.0/31 -a 10.0.1.255/32 -a 10.0.2.0/32 -a 1.2.3.4/0 \
		-a fd00::/127 -a fd01::/128 -a fd02::1/0
	expect addresses 'eth0 UP 10.0.0.0/31 10.0.1.255/32 10.0.2.0/32 1.2.3.4/0 *' \
		"$(shows "$box" eth0)"
	for word in fd00::/127 fd01::/128 fd02::1/0; do
		expect addresses "* $word*" "$(shows "$box" eth0)"
	done
}

@test "refused: a gateway of no use" {
	fails 125 "nsveth: gateway '10.0.0.1/24': no IPv4 or IPv6 address" \
		nsveth -t 1 -a 10.0.0.2/24 --gateway 10.0.0.1/24
	fails 125 "nsveth: gateway '0.0.0.0': no host's address" nsveth -t 1 --gateway 0.0.0.0
	fails 125 "nsveth: gateway '10.0.0.1': the end has no address of its family (-a)" \
		nsveth -t 1 -A 10.0.0.1/24 -a fd00::2/64 --gateway 10.0.0.1
	fails 125 "nsveth: gateway 'fd00::1': the end has no address of its family (-a)" \
		nsveth -t 1 -a 10.0.0.2/24 --gateway fd00::1
	fails 125 "nsveth: gateway 'fd00:0::2': it is the end's own address" \
		nsveth -t 1 -a 10.0.0.2/24 -a fd00::2/64 --gateway fd00:0::2
	fails 125 "nsveth: gateway '10.0.0.3': more than one of a family" \
		nsveth -t 1 -a 10.0.0.2/24 --gateway 10.0.0.1 --gateway 10.0.0.3
	fails 125 "nsveth: gateway '10.0.0.4': more than one of a family" \
		nsveth -t 1 --gateway 10.0.0.1 --gateway fd00::1 --gateway 10.0.0.4
}

@test "refused: more addresses than an end takes" {
	local i words=()

	for ((i = 1; i <= 33; i++)); do
		words+=(-a "10.0.$i.1/24")
	done
	fails 125 'nsveth: more than 32 addresses for one end' nsveth -t 1 "${words[@]}"
	setup_two
	here nsveth -t "$box" "${words[@]:2}" --gateway 10.0.2.2
	[ "$(box ip -o -4 address show eth0 | wc -l)" = 32 ]
}

@test "undone: a name that is taken, and the message says where" {
	setup_two
	add_bridge "$box" lan
	add_bridge "$here" wan
	refused "make interface 'lan' in '$box': File exists" \
		here nsveth -t "$box" -i lan -a 10.0.0.2/24
	refused "make interface 'wan' in this namespace: File exists" \
		here nsveth -t "$box" -i new:wan
	refused "make interface 'wan' in '$here': File exists" \
		nsveth -t "$box" --peer "$here" -i new:wan
	refused "make interface 'wan' in this namespace: File exists" \
		here nsveth --peer "$box" -i wan -- true
}

@test "undone: what the kernel refuses of addresses, in its own words" {
	setup_two
	refused "add address '10.0.0.2/24' in '$box': File exists (*ddress already assigned)" \
		here nsveth -t "$box" -A 10.0.0.1/24 -a 10.0.0.2/24 -a 10.0.0.2/24
	refused "add address '10.0.0.1/24' in this namespace: File exists (*already assigned)" \
		here nsveth -t "$box" -A 10.0.0.1/24 -A 10.0.0.1/24
	box sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
	refused "add address 'fd00::2/64' in '$box': Permission denied (*IPv6 is disabled on *)" \
		here nsveth -t "$box" -A fd00::1/64 -a fd00::2/64
}

@test "undone: a route that can't be, with links and addresses made before it" {
	setup_two
	refused "add a default route via '10.9.9.9' in '$box': * (Nexthop has invalid gateway)" \
		here nsveth -t "$box" "${addresses[@]}" --gateway 10.9.9.9
	add_bridge "$box" br0
	box ip route add default dev br0
	refused "add a default route via '10.0.0.1' in '$box': File exists" \
		here nsveth -t "$box" "${addresses[@]}" -a fd00::2/64 --gateway 10.0.0.1
}

@test "undone: lo stays down where the pair fails" {
	setup_two_down
	refused "add a default route via '10.9.9.9' in '$box': Network *unreachable" \
		here nsveth -t "$box" -a 10.0.0.2/24 --gateway 10.9.9.9
}

@test "undone: a result that can't be written" {
	setup_two
	refused 'write to standard output: No space left on device' \
		here sh -c "nsveth --json -t $box >/dev/full"
	refused 'write the handle to standard output: No space left on device' \
		here sh -c "echo $box | nsveth -t - >/dev/full"
}

@test "no permission: an ordinary user and root's namespaces" {
	setup_two
	refused "enter NEWNET of '$box': Operation not permitted" as_user nsveth -t "$box"
	refused "enter NEWNET of '$box': Operation not permitted" \
		as_user nsveth --peer "$box" -- true
	refused "enter NEWNET of '/dev/fd/9': Operation not permitted" \
		as_user nsveth -t /dev/fd/9 9<"/proc/${box%%:*}/ns/net"
	hold_as_user -r -n
	refused "enter NEWNET of '${all[1]}': Operation not permitted" \
		as_user nsveth -t "$box" --peer "${all[1]}"
	refused "enter NEWNET of '${all[1]}': Operation not permitted" \
		as_user nsveth -t "${all[1]}" --peer "$box"
}

@test "no permission: an ordinary user's own box, towards the system" {
	setup_two_apart
	refused "make a veth pair between '$box' and this namespace: Operation not permitted" \
		as_user nsveth -t "$box" -a 10.0.0.2/24
	expect hint 'nsveth: hint: without privilege here, pasta(1) connects it*: pasta *' "${stderr_lines[1]}"
	refused "make a veth pair between this namespace and '$box': Operation not permitted" \
		as_user nsveth --peer "$box" -- true
}

@test "no permission: two user namespaces, neither within the other" {
	setup_two_apart
	refused "enter NEWNET of '$here': Operation not permitted" \
		as_user nsveth -t "$here" --peer "$box"
}

there_are_both() {
	[ "$(shows "$box" lan)" = 'lan UP 10.0.0.2/24' ]
	[ "$(shows "$here" veth0)" = 'veth0 UP 10.0.0.1/24' ]
}

@test "each system call failing in turn: all is there, or all is as before" {
	setup_two
	requires strace
	local call nth before

	add_bridge "$here" br0
	before=$(state)
	for call in pidfd_open open openat fstatfs setns socket setsockopt getrandom \
		rt_sigprocmask sendto recvfrom ioctl write; do
		for ((nth = 1; nth < 20; nth++)); do
			here strace -qq -o "$BATS_TEST_TMPDIR/calls" -e "trace=$call" \
				-e "inject=$call:error=ENOBUFS:when=$nth" \
				nsveth -t "$box" -i lan "${addresses[@]}" --gateway 10.0.0.1 \
				>"$BATS_TEST_TMPDIR/said" 2>&1 || {
				grep '^nsveth: ' "$BATS_TEST_TMPDIR/said"
				diff <(echo "$before") <(state)
				continue
			}
			there_are_both
			box ip link delete lan
			grep INJECTED "$BATS_TEST_TMPDIR/calls" || break
		done
		((nth < 20))
	done
}

@test "a signal in the middle leaves no half of a pair" {
	setup_two
	requires strace
	local nth

	for nth in 1 2 3; do
		here strace -qq -o "$BATS_TEST_TMPDIR/calls" -e trace=sendto \
			-e "inject=sendto:signal=TERM:when=$nth" \
			nsveth -t "$box" -i lan "${addresses[@]}" --gateway 10.0.0.1
		there_are_both
		box ip link delete lan
	done
}

@test "twenty at once: one gets the name, or each one of its own" {
	setup_two
	local i statuses=''

	for ((i = 0; i < 20; i++)); do
		spawn "${via[@]}" -t "${here%%:*}" nsveth -t "$box" -i lan:wan 2>/dev/null
	done
	for pid in "${started[@]:2}"; do
		wait "$pid" && statuses+=0 || statuses+=1
	done
	[ "$(tr -d 1 <<<"$statuses")" = 0 ]
	[ "$(names "$box") $(names "$here")" = 'lo lan  lo wan ' ]
	started=("${started[@]:0:2}")
	for ((i = 0; i < 20; i++)); do
		spawn "${via[@]}" -t "${here%%:*}" nsveth -t "$box"
	done
	for pid in "${started[@]:2}"; do
		wait "$pid"
	done
	[ "$(names "$box" | wc -w) $(names "$here" | wc -w)" = '22 22' ]
}

@test "a kernel without echo (before Linux 6.2): the pair is found all the same" {
	setup_two
	local build=$BATS_TEST_TMPDIR/build

	make -s -C "$ROOT" B="$build" CPPFLAGS=-DVETH_ECHO=0 "$build/nsveth"
	# One more in the box, so that the indexes differ.
	add_bridge "$box" br0
	here "$build/nsveth" -t "$box" "${addresses[@]}" --gateway 10.0.0.1
	pings "$here" 10.0.0.2
	here "$build/nsveth" -t "$box"
	refused "add a default route via '10.0.0.1' in '$box': File exists" \
		here "$build/nsveth" -t "$box" -a 10.0.0.3/24 --gateway 10.0.0.1
}
