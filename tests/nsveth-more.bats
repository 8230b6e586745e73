#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsveth: what a pair can have beside addresses; bridges, pools, the way out, deleting

load helpers
load nsveth

@test "both ends: MTU, queues, group, alias, the length of the queue; each its own MAC address" {
	local end one

	here nsveth -t "$box" -i lan:wan --mtu 1400 --queues 3 --txqlen 77 --group 5 --alias 'of the box' \
		--mac 02:00:00:00:00:05 --peer-mac 02:00:00:00:00:06
	for end in "$box lan" "$here wan"; do
		read -r one end <<<"$end"
		[ "$(link_of "$one" "$end" '"\(.mtu) \(.txqlen)"')" = '1400 77' ]
		[ "$(link_of "$one" "$end" '"\(.num_tx_queues) \(.num_rx_queues)"')" = '3 3' ]
		[ "$(link_of "$one" "$end" '"\(.group) \(.ifalias)"')" = '5 of the box' ]
	done
	[ "$(link_of "$box" lan .address) $(link_of "$here" wan .address)" = '02:00:00:00:00:05 02:00:00:00:00:06' ]
}

@test "--mtu auto: that of the peer's way out" {
	refused 'find the MTU of the way out of this namespace: *' here nsveth -t "$box" --mtu auto
	here nsveth -t "$other" -i x:out -A 10.3.0.2/24 --mtu 1340
	here ip route add default via 10.3.0.1
	here nsveth -t "$box" -i lan:wan --mtu auto
	[ "$(link_of "$box" lan .mtu) $(link_of "$here" wan .mtu)" = '1340 1340' ]
}

@test "a name of more than 15 bytes is another name of the interface, never cut" {
	local name=container-of-the-web-server

	[ "$(here nsveth -t "$box" -i "lan:$name")" = lan:veth0 ]
	here ip link show dev "$name"
	refused "add the name '$name' in this namespace: File exists" here nsveth -t "$box" -i "x:$name"
	here nsveth --delete "$name"
	run ! here ip link show dev veth0
}

@test "the names that were chosen are printed, and go into -i" {
	[ "$(here nsveth -t "$box")" = eth0:veth0 ]
	[ "$(here nsveth -t "$box" -i lan)" = lan:veth1 ]
	[ -z "$(here nsveth -t "$box" -i lan1:wan1)" ]
	[ "$(echo "$box" | here nsveth -t -)" = "$box" ]
}

@test "--route: by the link, by a next hop, in a table, to nowhere" {
	here nsveth -t "$box" -i lan:wan -a 10.0.0.2/24 -A 10.0.0.1/24 -a fd00::2/64 --route 10.9.0.0/16 \
		--route 10.8.0.0/16,via=10.0.0.1,metric=7 --route default,via=192.0.2.9,onlink,table=100 \
		--route 10.7.0.0/16,blackhole --route fd01::/64,unreachable --route fd02::/64,via=fd00::1
	expect routes '*10.8.0.0/16 via 10.0.0.1 dev lan metric 7*10.9.0.0/16 dev lan scope link*' "$(box ip route)"
	expect 'to nowhere' 'blackhole 10.7.0.0/16*' "$(box ip route show type blackhole)"
	expect 'table 100' 'default via 192.0.2.9 dev lan onlink*' "$(box ip route show table 100)"
	expect 'IPv6' $'*unreachable fd01::/64 dev lo*' "$(box ip -6 route show type unreachable)"
	expect 'IPv6' $'fd02::/64 via fd00::1*' "$(box ip -6 route show fd02::/64)"
}

@test "--route: what is none, and what the kernel refuses takes all back" {
	local word

	for word in 10.0.0.1/8 10.0.0.0/33 x default,via=x 10.0.0.0/8,via=fd00::1 10.0.0.0/8,metric=0 \
		10.0.0.0/8,speed=1 10.0.0.0/8,blackhole,via=10.0.0.1 10.0.0.0/8,onlink 10.0.0.0/8,dev=a/b ''; do
		refused "route '$word': " here nsveth -t "$box" --route "$word"
	done
	refused "add route '10.9.0.0/16,via=10.5.0.1' in '$box': *" here nsveth -t "$box" -a 10.0.0.2/24 \
		--route 10.7.0.0/16,blackhole --route 10.9.0.0/16,via=10.5.0.1
	refused "add route '10.9.0.0/16,dev=none' in '$box': No such device" here nsveth -t "$box" \
		--route 10.7.0.0/16,blackhole --route 10.9.0.0/16,dev=none
}

@test "--route: one that leads elsewhere is taken back though the kernel's answer is lost, and nobody else's" {
	requires strace
	local nth before route type trace=$BATS_TEST_TMPDIR/calls

	box ip link add x0 type bridge
	box ip link set x0 up
	before=$(state)
	for route in 10.7.0.0/16,blackhole fd01::/64,prohibit 10.7.0.0/16,dev=x0,metric=5 fd01::/64,dev=x0; do
		for ((nth = 1; nth < 20; nth++)); do
			here strace -qq -o "$trace" -e trace=recvfrom -e "inject=recvfrom:error=ENOMEM:when=$nth" \
				nsveth -t "$box" -i lan:wan --route "$route" >/dev/null 2>&1 || {
				diff <(echo "$before") <(state)
				continue
			}
			break
		done
		((nth > 5 && nth < 20))
		here nsveth --delete wan
		refused "add route '$route' in '$box': File exists" here nsveth -t "$box" -i lan:wan --route "$route"
		for type in 'blackhole 10.7.0.0/16' 'prohibit fd01::/64' '10.7.0.0/16 dev x0' 'fd01::/64 dev x0'; do
			# shellcheck disable=SC2086
			box ip route del $type 2>/dev/null || :
		done
	done
}

@test "--dad: IPv6 addresses that somebody has are refused, others are ready when it returns" {
	here nsveth -t "$other" -i lan:p1 --bridge br0 -a fd00::5/64
	refused "wait for the addresses of 'eth0' in '$box': *" here nsveth -t "$box" -i eth0:p2 --bridge br0 \
		-a fd00::5/64 --dad
	here nsveth -t "$box" -i lan:p2 --bridge br0 -a fd00::6/64 --dad
	[ -z "$(box ip -6 address show dev lan tentative scope global)" ]
}

# asked FILE: how often that trace asks for addresses.
asked() {
	grep -cE '^sendto.*nlmsg_type=(0x16|RTM_GETADDR)' "$1"
}

# strace(1) marks the first list so, by writing over the beginning of what was received.
@test "--dad: a list of addresses that changed while it was read is no answer" {
	requires strace
	local trace=$BATS_TEST_TMPDIR/calls calls=(strace -qq -e 'trace=sendto,recvfrom') once nth length
	local wire=(nsveth -t "$box" -i lan:wan --dad)

	[ "$(uname -m)" = x86_64 ] || skip 'knows how numbers lie in memory on x86-64'
	here "${calls[@]}" -o "$trace" "${wire[@]}"
	once=$(asked "$trace")
	# Of every message sent or received the call, its length and its type.
	sed -nE 's/^(sendto|recvfrom)[^{]*\{nlmsg_len=([0-9]*), nlmsg_type=([^ ,]*).*/\1 \2 \3/p' \
		"$trace" >"$trace.short"
	read -r nth length < <(awk '/^recvfrom/ { n++ }
		asking { print n, $2; exit }
		$3 ~ /^(0x16|RTM_GETADDR)$/ { asking = 1 }' "$trace.short")
	here nsveth --delete wan
	here "${calls[@]}" -o "$trace" -e \
		"inject=recvfrom:poke_exit=@arg2=$(printf '%02x00000014001200' "$length"):when=$nth" "${wire[@]}"
	[ "$(asked "$trace")" = $((once + 1)) ]
}

@test "--bridge: made where it isn't there, with a MAC address that stays; used where it is" {
	local mac

	here nsveth -t "$box" -i lan:p1 --bridge br0 -a 10.1.0.2/24 -A 10.1.0.1/24 --gateway auto
	mac=$(link_of "$here" br0 .address)
	here nsveth -t "$other" -i lan:p2 --bridge br0 -a 10.1.0.3/24 -A 10.1.0.1/24 --gateway auto --hairpin --isolated
	[ "$(link_of "$here" br0 .address)" = "$mac" ]
	[ "$(link_of "$here" p2 '.linkinfo.info_slave_data | "\(.hairpin) \(.isolated)"')" = 'true true' ]
	[ "$(here ip -j -4 address show dev br0 | jq -r '[.[0].addr_info[].local] | join(" ")')" = 10.1.0.1 ]
	box ping -c 1 -W 2 10.1.0.3
	other ping -c 1 -W 2 10.1.0.1
	[ "$(box ip route show default)" = 'default via 10.1.0.1 dev lan ' ]
	# A name that is something else's.
	refused "use bridge 'p1' in this namespace: *(it is there, and is no bridge)" here nsveth -t "$box" --bridge p1
}

@test "--bridge: a failure takes back the bridge that was made, and from one that was there what was added" {
	refused "add a default route via '10.9.0.1' in '$box': *" here nsveth -t "$box" --bridge br0 -a 10.1.0.2/24 \
		-A 10.1.0.1/24 --gateway 10.9.0.1
	here ip link add br0 address 02:00:00:00:00:09 type bridge
	here ip link set br0 up
	here ip address add 10.1.0.1/24 dev br0
	refused "add a default route via '10.9.0.1' in '$box': *" here nsveth -t "$box" --bridge br0 -a 10.1.0.2/24 \
		-A 10.1.0.1/24 -A 10.2.0.1/24 --gateway 10.9.0.1
}

@test "--pool: pairs get the first free networks, whoever has the others" {
	here nsveth -t "$box" -i lan:p1 --pool 10.1.0.0/28 --gateway auto
	box ping -c 1 -W 2 10.1.0.1
	here ip link add br9 type bridge
	here ip address add 10.1.0.6/30 dev br9
	here nsveth -t "$other" -i lan:p2 --pool 10.1.0.0/28
	[ "$(other ip -j -4 address show dev lan | jq -r '.[0].addr_info[0].local')" = 10.1.0.10 ]
	here nsveth -t "$other" -i lan2:p3 --pool 10.1.0.0/28
	refused 'find a free address in this namespace: *(every address of the pool is in use)' \
		here nsveth -t "$other" --pool 10.1.0.0/28
	here nsveth --delete p2
	here nsveth -t "$other" -i lan:p2 --pool 10.1.0.0/28
	[ "$(other ip -j -4 address show dev lan | jq -r '.[0].addr_info[0].local')" = 10.1.0.10 ]
	here nsveth -t "$other" -i six:p6 --pool fd00:1::/64
	[ "$(other ip -j -6 address show dev six scope global | jq -r '.[0].addr_info[0].local')" = fd00:1::2 ]
}

@test "--pool --bridge: the next free address, seen behind the other ports" {
	here nsveth -t "$box" -i lan:p1 --bridge br0 --pool 10.1.0.0/29 --gateway auto
	# One that was added by somebody else, where only the namespace behind the port tells.
	box ip address add 10.1.0.3/29 dev lan
	here nsveth -t "$other" -i lan:p2 --bridge br0 --pool 10.1.0.0/29 --gateway auto
	[ "$(other ip -j -4 address show dev lan | jq -r '.[0].addr_info[0].local')" = 10.1.0.4 ]
	[ "$(here ip -j -4 address show dev br0 | jq -r '.[0].addr_info[0].local')" = 10.1.0.1 ]
	other ping -c 1 -W 2 10.1.0.2
	# A bridge that has an address in the pool keeps it, and is the gateway.
	here ip link add br1 type bridge
	here ip address add 10.2.0.9/24 dev br1
	here nsveth -t "$other" -i lan2:p3 --bridge br1 --pool 10.2.0.0/24 --route 10.5.0.0/16,via=10.2.0.9
	[ "$(here ip -j -4 address show dev br1 | jq -r '[.[0].addr_info[].local] | join(" ")')" = 10.2.0.9 ]
}

@test "two hundred at once on one bridge and one pool: each has an address of its own" {
	local i

	for ((i = 0; i < 200; i++)); do
		spawn nsenter -n -t "$here" nsveth -t "$box" --bridge br0 --pool 10.1.0.0/24
	done
	for pid in "${started[@]:3}"; do
		wait "$pid"
	done
	[ "$(box ip -o -4 address show scope global | awk '{ print $4 }' | sort -u | wc -l)" = 200 ]
	[ "$(here ip -j link show type bridge | jq length)" = 1 ]
	[ "$(here ip -j link show master br0 | jq length)" = 200 ]
}

@test "two hundred at once want the same names, address and port: one gets them, of the others nothing is left" {
	local i won=0 others=0 status

	for ((i = 0; i < 200; i++)); do
		spawn nsenter -n -t "$here" nsveth -t "$box" -i lan:p0 --bridge br0 -a 10.1.0.2/24 \
			-A 10.1.0.1/24 --gateway auto --masquerade --publish 8080:80 2>/dev/null
	done
	for pid in "${started[@]:3}"; do
		status=0
		wait "$pid" || status=$?
		((status == 0 ? ++won : status == 125 ? ++others : 0)) || :
	done
	[ "$won $others" = '1 199' ]
	[ "$(here ip -j link | jq -r '[.[].ifname] | sort | join(" ")')" = 'br0 lo p0' ]
	[ "$(box ip -j link | jq -r '[.[].ifname] | sort | join(" ")')" = 'lan lo' ]
	[ "$(here ip -j -4 address show dev br0 | jq '[.[].addr_info[]] | length')" = 1 ]
	[ "$(box ip -j route show default | jq length)" = 1 ]
	[ "$(here nft list tables | sort)" = $'table inet nskit-br0\ntable inet nskit-p0' ]
	[ "$(here nft -j list ruleset | jq '[.nftables[].rule // empty] | length')" = "$(rules_of_one)" ]
}

# How many rules the way out of one pair has, made in another namespace.
rules_of_one() {
	other nsveth -t "$box" -i lan9:p0 --bridge br0 -a 10.9.0.2/24 -A 10.9.0.1/24 \
		--masquerade --publish 8080:80 2>/dev/null
	other nft -j list ruleset | jq '[.nftables[].rule // empty] | length'
}

@test "--masquerade and --publish: the way out and in, a table that goes with the pair, one with the bridge" {
	here nsveth -t "$other" -i wan:out -a 192.0.2.2/24 -A 192.0.2.1/24
	run -0 here nsveth -t "$box" -i lan:p1 --bridge br0 --pool 10.1.0.0/24 --gateway auto \
		--masquerade --publish 8080:80
	expect said '*switched on: net.ipv4.ip_forward*' "$output"
	# The other knows no way back to 10.1.0.0: it answers an address of its own link.
	box ping -c 1 -W 2 192.0.2.2
	spawn nsenter -n -t "$box" busybox nc -l -p 80 -e echo hello
	wait_for eval "box ss -Hltn | grep -q :80"
	[ "$(other busybox nc 192.0.2.1 8080 </dev/null)" = hello ]
	refused "publish '8080:81' in this namespace: Address*in use (published by 'p1')" \
		here nsveth -t "$other" -a 10.5.0.2/24 --publish 8080:81
	[ "$(here nft list tables | sort)" = $'table inet nskit-br0\ntable inet nskit-p1' ]
	here nsveth -t "$box" --delete
	[ "$(here nft list tables)" = 'table inet nskit-br0' ]
	here nsveth --delete br0
	[ -z "$(here nft list tables)" ]
}

# What root in a container can do to reach 127.0.0.1 of the host.
attack_loopback() {
	"$1" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
		ip address del 127.0.0.1/8 dev lo 2>/dev/null
		ip route replace 127.0.0.0/8 via 10.1.0.1 dev lan'
	! "$1" timeout 5 busybox nc -w 2 127.0.0.1 9999 </dev/null | grep -q secret
}

@test "--publish over a bridge: no container there reaches 127.0.0.1, also when the port's has gone" {
	# shellcheck disable=SC2016
	spawn nsenter -n -t "$here" perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 5,
		LocalAddr => "127.0.0.1", LocalPort => 9999); while ($c = $s->accept) { print $c "secret\n"; close $c }'
	here nsveth -t "$box" -i lan:p1 --bridge br0 --pool 10.1.0.0/24 --publish 8080:80
	here nsveth -t "$other" -i lan:p2 --bridge br0 --pool 10.1.0.0/24
	wait_for eval 'here ss -Hltn | grep -q 127.0.0.1:9999'
	attack_loopback other
	here nsveth -t "$box" --delete
	attack_loopback other
	here nsveth --delete br0 p2
	[ -z "$(here nft list tables)" ]
}

@test "--publish: what is no port" {
	local word

	for word in 80 80:0 0:80 80:80/icmp 80:65536 x:80:80 :80 ''; do
		refused "publish '$word': " here nsveth -t "$box" -a 10.0.0.2/24 --publish "$word"
	done
	refused '--masquerade and --publish are for' here nsveth -t "$box" --masquerade
	refused "publish '[[]fd00::1]:81:81': the end has no address of its family (-a)" \
		here nsveth -t "$box" -a 10.5.0.2/24 --publish '[fd00::1]:81:81'
	for word in '[[]::1]:8080:80' ::1:8080:80 '[[]0:0::1]:8080:80/udp'; do
		refused "publish '$word': IPv6 has no way out of ::1: *" here nsveth -t "$box" -a fd00::2/64 \
			--publish "${word/\[\[\]/[}"
	done
}

@test "--delete: by name, by group, by handle; many as fast as one; what isn't there is no error" {
	local i names=()

	for ((i = 0; i < 20; i++)); do
		here nsveth -t "$box" -i "a$i:b$i" --group 9
		names+=("b$i")
	done
	here nsveth -t "$other" -i lan:wan
	refused "delete interface 'lo': *" here nsveth --delete b0 lo
	here nsveth --delete "${names[@]:0:10}" none
	[ "$(here ip -o link show group 9 | wc -l)" = 10 ]
	here nsveth --delete --group 9
	here nsveth --delete --group 9
	[ "$(here ip -o link | wc -l) $(box ip -o link | wc -l)" = '2 1' ]
	[ "$(echo "$other" | here nsveth --delete -t -)" = "$other" ]
	[ "$(here ip -o link | wc -l) $(other ip -o link | wc -l)" = '1 1' ]
	refused 'missing what to delete' here nsveth --delete
	refused 'either names or --group' here nsveth --delete --group 1 x
	refused "group '0'" here nsveth --delete --group 0
}

@test "--delete --bridge: a bridge without ports goes, with those that it is asked for; two at once" {
	local i

	here nsveth -t "$box" -i a:b --bridge br --pool 10.9.0.0/24
	here nsveth -t "$other" -i a:c --bridge br --pool 10.9.0.0/24
	here nsveth --delete --bridge br b
	expect links $'br\nc@*\nlo' "$(here ip -br link | awk '{ print $1 }' | sort)"
	here nsveth --delete --bridge br c
	here nsveth --delete --bridge br
	[ "$(here ip -o link | wc -l) $(box ip -o link | wc -l)" = '1 1' ]
	refused "delete bridge 'lo': *" here nsveth --delete --bridge lo
	# One makes a port while another sees none: the port has its bridge all the same.
	for ((i = 0; i < 20; i++)); do
		here nsveth --delete --bridge br &
		here nsveth -t "$box" -i a:b --bridge br --pool 10.9.0.0/24
		wait "$!"
		expect port '*master br *' "$(here ip -o link show b)"
		here nsveth --delete --bridge br b
	done
}

@test "--peer host: the network namespace of process 1" {
	run -125 nsnew -n -- nsveth --peer host -a 10.0.0.2/33 -- true
	expect message "nsveth: address*" "$output"
	# Seen from a new /proc, process 1 is the caller: its own namespace.
	run -0 nsnew -fpn --mount-proc -- nsveth --peer host -i one:two -- ip -o link show type veth
	expect both '*one*two*' "$(tr '\n' ' ' <<<"$output")"
}

@test "all together, each system call failing in turn: all is there, or all is as before" {
	requires strace
	local call nth before trace=$BATS_TEST_TMPDIR/calls

	here ip link add x0 type bridge
	before=$(state)
	for call in getrandom sendto recvfrom ioctl open openat read write; do
		for ((nth = 1; nth < 90; nth++)); do
			here strace -qq -o "$trace" -e "trace=$call" -e "inject=$call:error=ENOBUFS:when=$nth" \
				nsveth -t "$box" -i lan:wan --bridge br0 --pool 10.1.0.0/24 --gateway auto \
				--masquerade --publish 8080:80 --hairpin --route 10.7.0.0/16,blackhole \
				--route fd01::/64,unreachable >"$BATS_TEST_TMPDIR/said" 2>&1 || {
				grep '^nsveth: ' "$BATS_TEST_TMPDIR/said"
				diff <(echo "$before") <(state)
				continue
			}
			here nsveth --delete wan br0
			box ip route del blackhole 10.7.0.0/16
			box ip -6 route del unreachable fd01::/64
			here sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
			grep -q INJECTED "$trace" || break
		done
		((nth < 90))
	done
}
