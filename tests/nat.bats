#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lib/nat and lib/wayout: translation, published ports, forwarding
#
# Three network namespaces of the test: a container $box, a router $here that stands for the host,
# and a machine $out on the other side of it, which has no route to the container.

load helpers

setup_file() {
	export NAT=$BATS_FILE_TMPDIR/nat SERVE=$BATS_FILE_TMPDIR/serve
	cd "$BATS_TEST_DIRNAME/../lib" || return
	cc -D_GNU_SOURCE -I. -o "$NAT" ../tests/nat.c {nat,natrule,nft,nftrule,nl,nldump,nlfind,link}.c \
		{wayout,waycheck,ns,nsfile,nskind,nstable,proc,addr,num,file,text,trace,die,why}.c 3>&-
	chmod a+rx "$BATS_FILE_TMPDIR" "$NAT"
	# serve NAME PROTOCOL PORT: answer whoever asks with a name and the address one has.
	cat >"$SERVE" <<-'END'
		use IO::Socket::IP;
		my ($name, $protocol, $port) = @ARGV;
		my $socket = IO::Socket::IP->new(LocalHost => '::', V6Only => 0, LocalPort => $port,
			Proto => $protocol, $protocol eq 'tcp' ? (Listen => 64) : ()) or die $@;
		sub answer { my $peer = shift->peerhost; $peer =~ s/^::ffff://; "$name $peer\n" }
		if ($protocol eq 'tcp') {
			while (my $one = $socket->accept) { print $one answer($one); }
		} else {
			while (defined $socket->recv(my $text, 100)) { $socket->send(answer($socket)); }
		}
	END
}

# A namespace in which nothing was ever done, in the variable named; forwarding is off to begin with,
# whatever the host has.
new_net() {
	"${within[@]}" unshare -n sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward; exec sleep 600' 3>&- &
	printf -v "$1" %s $!
	started+=("$!")
	wait_for differs "/proc/$!/ns/net" "${2:-/proc/self/ns/net}"
}

differs() {
	[ -e "$1" ] && [ -e "$2" ] && ! [ "$1" -ef "$2" ]
}

in_net() {
	"${via[@]}" --net="/proc/$1/ns/net" "${@:2}"
}

here() {
	in_net "$here" "$@"
}

nat() {
	here "$NAT" "$@"
}

# wire NS NAME NUMBER: a pair from the router to a namespace, with addresses of its own networks.
wire() {
	here ip link add "$2" type veth peer name eth0 netns "$1"
	in_net "$1" ip link set lo up
	here ip address add "10.$3.0.1/24" dev "$2"
	here ip address add "fd00:$3::1/64" dev "$2" nodad
	here ip link set "$2" up
	in_net "$1" ip address add "10.$3.0.2/24" dev eth0
	in_net "$1" ip address add "fd00:$3::2/64" dev eth0 nodad
	in_net "$1" ip link set eth0 up
}

route_from() {
	in_net "$1" ip route add default via "10.$2.0.1"
	in_net "$1" ip route add default via "fd00:$2::1"
}

setup() {
	requires root ip nft perl strace
	within=() via=(nsenter)
	new_net here
	here ip link set lo up
	# A new namespace has the settings of the first.
	here sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
}

set_up_all() {
	new_net box
	new_net out
	wire "$box" host0 1
	wire "$out" out0 2
	route_from "$box" 1
	nat forward "/proc/$here/ns/net" host0 >/dev/null
}

# serves NS NAME PROTOCOL PORT
serves() {
	spawn "${via[@]}" --net="/proc/$1/ns/net" perl "$SERVE" "$2" "$3" "$4"
	wait_for listens "$1" "$3" "$4"
}

listens() {
	in_net "$1" ss -Hln "--$2" "sport = :$3" | grep -q .
}

# asks NS ADDRESS PORT [udp]: what the server says; nothing where there is none.
asks() {
	in_net "$1" timeout 2 bash -c 'exec 5<>"/dev/$3/$1/$2" && echo >&5 && head -n 1 <&5' \
		- "$2" "$3" "${4:-tcp}" 2>/dev/null || :
}

# answers WANTED NS ADDRESS PORT [udp]: a first packet may be lost while neighbours get to know each other.
answers() {
	local got='' tries

	for tries in 1 2 3 4 5; do
		got=$(asks "${@:2}")
		[ -z "$got" ] || break
	done
	expect "answer from ${*:3} to $2, in $tries tries" "$1" "$got"
}

rules() {
	here nft -j list ruleset
}

# refused MESSAGE COMMAND...: it fails, and the rule set is as before.
refused() {
	local before

	before=$(rules)
	run --separate-stderr -125 "${@:2}"
	expect 'standard error' "nat: $1" "$stderr"
	diff <(echo "$before") <(rules) >&2
}

@test "masquerade: who has no route back answers all the same, IPv4 and IPv6" {
	set_up_all
	serves "$out" out tcp 80
	answers '' "$box" 10.2.0.2 80
	nat create host0 10.1.0.2/24 fd00:1::2/64
	answers 'out 10.2.0.1' "$box" 10.2.0.2 80
	answers 'out fd00:2::1' "$box" fd00:2::2 80
	# What stays is not translated.
	serves "$here" here tcp 81
	answers 'here 10.1.0.2' "$box" 10.1.0.1 81
	nat delete host0
	answers '' "$box" 10.2.0.2 80
	expect rules '' "$(here nft list ruleset)"
}

@test "masquerade: a single address, and not its neighbour's" {
	set_up_all
	serves "$out" out tcp 80
	in_net "$box" ip address add 10.1.0.3/24 dev eth0
	nat create host0 10.1.0.2/32
	answers 'out 10.2.0.1' "$box" 10.2.0.2 80
	in_net "$box" ip route replace default via 10.1.0.1 src 10.1.0.3
	answers '' "$box" 10.2.0.2 80
}

@test "a published port is reached from outside, from the host and from the container itself" {
	local protocol address

	set_up_all
	for protocol in tcp udp; do
		serves "$box" box "$protocol" 80
		answers '' "$out" 10.2.0.1 8080 "$protocol"
	done
	nat create host0 8080=10.1.0.2/24:80 8080=10.1.0.2/24:80/udp \
		8080=fd00:1::2/64:80 8080=fd00:1::2/64:80/udp
	for protocol in tcp udp; do
		answers 'box 10.2.0.2' "$out" 10.2.0.1 8080 "$protocol"
		answers 'box fd00:2::2' "$out" fd00:2::1 8080 "$protocol"
		for address in 10.1.0.1 10.2.0.1; do
			answers 'box 10.1.0.1' "$box" "$address" 8080 "$protocol"
			answers "box $address" "$here" "$address" 8080 "$protocol"
		done
		for address in fd00:1::1 fd00:2::1; do
			answers 'box fd00:1::1' "$box" "$address" 8080 "$protocol"
			answers "box $address" "$here" "$address" 8080 "$protocol"
		done
		answers 'box 10.1.0.1' "$here" 127.0.0.1 8080 "$protocol"
	done
	# Another port, and one of somebody else behind the router, are left alone.
	answers '' "$out" 10.2.0.1 80
	serves "$here" here tcp 8081
	answers 'here 10.2.0.2' "$out" 10.2.0.1 8081
	serves "$out" out tcp 8080
	in_net "$out" ip route add 10.1.0.0/24 via 10.2.0.1
	answers 'out 10.1.0.2' "$box" 10.2.0.2 8080
	nat delete host0
	answers '' "$out" 10.2.0.1 8080
}

@test "::1 of the host stays its own, and no port of it can be published" {
	set_up_all
	serves "$here" here tcp 8080
	nat create host0 8080=fd00:1::2/64:80
	answers 'here ::1' "$here" ::1 8080
	nat delete host0
	refused "publish '::1@8080=fd00:1::2/64:80': Cannot assign requested address (IPv6 has no*" \
		nat create host0 ::1@8080=fd00:1::2/64:80
}

@test "a port of one address is published there and nowhere else" {
	set_up_all
	serves "$box" box tcp 80
	nat create host0 10.2.0.1@8080=10.1.0.2/24:80
	answers 'box 10.2.0.2' "$out" 10.2.0.1 8080
	answers '' "$box" 10.1.0.1 8080
	answers '' "$here" 127.0.0.1 8080
}

@test "a port of 127.0.0.1 is for the host alone, whatever way others try" {
	set_up_all
	serves "$box" box tcp 80
	in_net "$out" ip route add 10.1.0.0/24 via 10.2.0.1
	# An attacker in the same network has route_localnet on his side, and sends there.
	in_net "$out" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet'
	in_net "$out" ip address del 127.0.0.1/8 dev lo
	in_net "$out" ip route add 127.0.0.0/8 via 10.2.0.1 src 10.2.0.2
	answers 'box 10.2.0.2' "$out" 10.1.0.2 80
	nat create host0 127.0.0.1@8080=10.1.0.2/24:80
	answers 'box 10.1.0.1' "$here" 127.0.0.1 8080
	answers '' "$out" 10.2.0.1 8080
	answers '' "$out" 127.0.0.1 8080
	answers '' "$out" 10.1.0.2 80
}

@test "the container doesn't get to the host's loopback, which route_localnet would let it" {
	set_up_all
	serves "$here" here tcp 81
	in_net "$box" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet'
	in_net "$box" ip address del 127.0.0.1/8 dev lo
	in_net "$box" ip route add 127.0.0.0/8 via 10.1.0.1 src 10.1.0.2
	answers 'here 10.1.0.2' "$box" 127.0.0.1 81 # the danger is there
	nat create host0 8080=10.1.0.2/24:80
	answers '' "$box" 127.0.0.1 81
	answers 'here 10.1.0.2' "$box" 10.1.0.1 81
}

@test "a bridge: neighbours reach a published port by way of the host" {
	new_net box
	new_net out
	here ip link add br0 type bridge
	here ip address add 10.1.0.1/24 dev br0
	here ip link set br0 up
	local one number=2

	for one in "$box" "$out"; do
		here ip link add "port$number" master br0 type veth peer name eth0 netns "$one"
		here ip link set "port$number" up
		here ip link set "port$number" type bridge_slave hairpin on
		in_net "$one" ip address add "10.1.0.$number/24" dev eth0
		in_net "$one" ip link set eth0 up
		number=$((number + 1))
	done
	nat forward "/proc/$here/ns/net" br0
	serves "$box" box tcp 80
	nat create port2:br0 10.1.0.2/32 8080=10.1.0.2/24:80
	answers 'box 10.1.0.1' "$out" 10.1.0.1 8080
	answers 'box 10.1.0.3' "$out" 10.1.0.2 80
	answers 'box 10.1.0.1' "$box" 10.1.0.1 8080
}

# A namespace with interfaces v0, v1, ..., and no container.
set_up_names() {
	local i

	for ((i = 0; i < $1; i++)); do
		here ip link add "v$i" type veth peer name "w$i"
	done
}

@test "a table is made once, deleted as often as one likes, and nft reads it" {
	set_up_names 1
	nat create v0 10.1.0.2/24 127.0.0.1@8080=10.1.0.2/24:80
	refused "make the nftables table of 'v0': File exists" nat create v0 10.9.0.2/16
	expect rules '*oif != "v0" ip saddr 10.1.0.0/24 masquerade*' "$(here nft list ruleset)"
	expect rules '*ip daddr 127.0.0.1 tcp dport 8080 dnat ip to 10.1.0.2:80*' "$(here nft list ruleset)"
	nat delete v0
	nat delete v0
	expect rules '' "$(here nft list ruleset)"
}

@test "a port that is published is refused, and its owner named" {
	local taken="Address already in use (published by 'v0')"

	set_up_names 2
	nat create v0 10.1.0.2/24 8080=10.1.0.2/24:80 10.2.0.1@53=10.1.0.2/24:53/udp
	refused "publish '8080=10.1.0.3/24:80': $taken" nat create v1 8080=10.1.0.3/24:80
	refused "publish '10.2.0.1@8080=10.1.0.3/24:80': $taken" nat create v1 10.2.0.1@8080=10.1.0.3/24:80
	refused "publish '53=10.1.0.3/24:5/udp': $taken" nat create v1 53=10.1.0.3/24:5/udp
	refused "publish '8081=10.1.0.2/24:81': Address already in use (published twice)" \
		nat create v1 8081=10.1.0.2/24:80 8081=10.1.0.2/24:81
	# Another family, protocol, address or port is another one.
	nat create v1 8080=fd00:1::2/64:80 8080=10.1.0.3/24:80/udp 10.2.0.2@53=10.1.0.3/24:53/udp \
		8082=10.1.0.3/24:80
}

@test "two who publish a port at the same time: exactly one gets it" {
	local i one two won

	set_up_names 2
	for ((i = 0; i < 100; i++)); do
		won=
		nat create v0 8080=10.1.0.2/24:80 2>"$BATS_TEST_TMPDIR/one" 3>&- &
		one=$!
		nat create v1 8080=10.1.0.3/24:80 2>"$BATS_TEST_TMPDIR/two" 3>&- &
		two=$!
		! wait "$one" || won+=v0
		! wait "$two" || won+=v1
		expect winner '@(v0|v1)' "$won"
		expect loser "*Address already in use (published by '$won')" \
			"$(cat "$BATS_TEST_TMPDIR"/{one,two})"
		expect tables "table inet nskit-$won" "$(here nft list tables)"
		nat delete "$won"
	done
}

@test "twenty who publish ports of their own at the same time: all get them" {
	local i ends=()

	set_up_names 20
	for ((i = 0; i < 20; i++)); do
		nat churn "v$i" 20 "$((8000 + i))=10.1.0.2/24:80" 3>&- &
		ends+=("$!")
	done
	for i in "${ends[@]}"; do
		wait "$i"
	done
	expect rules '' "$(here nft list ruleset)"
}

@test "a dead table: nothing is in the way of a new one, and pruned it is" {
	set_up_names 5
	nat create v0 8080=10.1.0.2/24:80
	nat create v1 10.1.0.2/24
	nat create v2 10.1.0.3/24 8082=10.1.0.3/24:80
	nat create v3 10.1.0.4/24
	nat create v4 10.1.0.5/24
	here nft add table inet nskit-
	here nft add table inet nskit-of-somebody-with-a-long-name
	here nft add table ip nskit-v9
	# Of the same name, and another interface: its table is made as if there were none.
	here ip link del v0
	here ip link add v0 type veth peer name w0
	nat create v0 10.1.0.2/24
	expect rules '*10.1.0.0/24 masquerade*' "$(here nft list table inet nskit-v0)"
	[[ $(here nft list table inet nskit-v0) != *8080* ]]
	# Its port goes to who wants it; what isn't in the way stays until it is pruned.
	here ip link del v2
	here ip link del v3
	nat create v1 8082=10.1.0.4/24:80 2>"$BATS_TEST_TMPDIR/said" || :
	expect refusal '*File exists' "$(cat "$BATS_TEST_TMPDIR/said")"
	nat delete v1
	nat create v1 8082=10.1.0.4/24:80
	[[ $(here nft list tables) != *nskit-v2* && $(here nft list tables) == *nskit-v3* ]]
	here ip link set v4 name v5
	expect pruned 2 "$(nat prune)"
	expect pruned 0 "$(nat prune)"
	expect tables 'table inet nskit-
table inet nskit-of-somebody-with-a-long-name
table ip nskit-v9
table inet nskit-v0
table inet nskit-v1' "$(here nft list tables)"
}

@test "a renamed interface that keeps its name as another one keeps its table" {
	set_up_names 1
	nat create v0 10.1.0.2/24
	here ip link set v0 name v7
	here ip link property add dev v7 altname v0
	expect pruned 0 "$(nat prune)"
	here ip link property del dev v7 altname v0
	expect pruned 1 "$(nat prune)"
}

# calls NAME COMMAND...: how often a command makes a system call.
calls() {
	here strace -f -qq -o "$BATS_TEST_TMPDIR/calls" -e trace="$1" "${@:2}" >/dev/null 2>&1 || :
	grep -c "^[0-9]* *$1(" "$BATS_TEST_TMPDIR/calls"
}

@test "each message that fails leaves the rules as they were" {
	local call count nth create=("$NAT" create v0 10.1.0.2/24 '8080=10.1.0.2/24:80')

	set_up_names 2
	nat create v1 10.1.0.3/24 8081=10.1.0.3/24:80
	for call in socket sendto; do
		count=$(calls "$call" "${create[@]}")
		nat delete v0
		[ "$count" -ge 1 ]
		for ((nth = 1; nth <= count; nth++)); do
			refused '*: Cannot allocate memory' here strace -qq -o /dev/null \
				-e trace="$call" -e "inject=$call:error=ENOMEM:when=$nth" "${create[@]}"
		done
	done
	nat create v0 10.1.0.2/24
	# Deleting: all or nothing, too.
	refused '*Cannot allocate memory' here strace -qq -o /dev/null -e trace=sendto \
		-e inject=sendto:error=ENOMEM "$NAT" delete v0
}

@test "sixty-four ports are published in one transaction; what doesn't fit in one is refused" {
	local near=() away=() nth

	set_up_names 1
	for ((nth = 1; nth <= 64; nth++)); do
		near+=("$nth=10.1.0.2/24:80")
		away+=("$nth=10.1.$nth.2/24:80")
	done
	refused "make the nftables table of 'v0': Message too long" nat create v0 "${away[@]}"
	nat create v0 "${near[@]}"
	expect rules '*tcp dport 64 dnat*' "$(here nft list ruleset)"
}

@test "without nfnetlink or nf_tables: a clear word" {
	set_up_names 1
	fails 125 'nat: open a netlink socket: Protocol not supported' here strace -qq -o /dev/null \
		-e trace=socket -e inject=socket:error=EPROTONOSUPPORT "$NAT" create v0 10.1.0.2/24
}

@test "as root of a user namespace, in a network namespace of one's own" {
	requires userns
	release
	within=("${user_command[@]}" unshare -Ur)
	new_net here
	via=("${user_command[@]}" nsenter --preserve-credentials "--user=/proc/$here/ns/user")
	here ip link set lo up
	here ip link add v0 type veth peer name v1
	nat create v0 10.1.0.2/24 8080=10.1.0.2/24:80
	expect rules '*tcp dport 8080 dnat*' "$(here nft list ruleset)"
	expect 'switched on' 'net.ipv4.ip_forward 1*' "$(nat forward "/proc/$here/ns/net" v0)"
	nat delete v0
	expect rules '' "$(here nft list ruleset)"
}

# All settings that forwarding touches.
settings() {
	here sh -c 'cd /proc/sys/net && grep -r . ipv4/ip_forward ipv4/conf/*/forwarding ipv4/conf/*/accept_redirects \
		ipv4/conf/*/route_localnet ipv6/conf/*/forwarding ipv6/conf/*/accept_ra'
}

@test "forwarding: switched on from another namespace, said, and put back to the letter" {
	local before

	set_up_names 2
	new_net box
	here sh -c 'cd /proc/sys/net; echo 0 >ipv4/conf/all/accept_redirects
		echo 1 >ipv6/conf/v1/forwarding; echo 1 >ipv4/conf/v0/forwarding'
	before=$(settings)
	[[ $before == *'ipv4/conf/v0/forwarding:1'* ]]
	expect said 'net.ipv4.ip_forward 1
net.ipv6.conf.all.forwarding 1' "$(nat undo "/proc/$box/ns/net" v0)"
	diff <(echo "$before") <(settings)
	nat forward "/proc/$box/ns/net" v0
	expect settings '*ipv4/ip_forward:1*v0/route_localnet:1*ipv6/conf/all/forwarding:1*' "$(settings)"
	expect 'box' 0 "$(in_net "$box" cat /proc/sys/net/ipv4/ip_forward)"
	expect said '' "$(nat forward "/proc/$box/ns/net" v0)"
}

@test "forwarding: where a switch can't be written, it is named, and none is left on" {
	local before what

	set_up_names 1
	before=$(settings)
	for what in ipv4/ip_forward ipv6/conf/all/forwarding; do
		fails 125 "nat: switch on 'net.${what//\//.}': Permission denied" here strace -qq -o /dev/null \
			-P "/proc/sys/net/$what" -e inject=pwrite64:error=EACCES:when=1 \
			"$NAT" forward "/proc/$here/ns/net" v0
		diff <(echo "$before") <(settings)
	done
}

@test "forwarding: a default route from a router's advertisement is kept" {
	new_net box
	wire "$box" host0 1
	here ip -6 route add default via fd00:1::2 dev host0 proto ra
	expect said 'net.ipv4.ip_forward 1
net.ipv6.conf.host0.accept_ra 2
net.ipv6.conf.all.forwarding 1' "$(nat forward "/proc/$here/ns/net")"
	expect accept_ra 2 "$(here cat /proc/sys/net/ipv6/conf/host0/accept_ra)"
}

@test "what is in the way: the policy of a chain, rp_filter, a bridge, the MTU, no route" {
	set_up_names 2
	here sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter'
	expect found "16 '' '' 0" "$(nat check v0 1500)"
	expect mtu -1 "$(nat mtu)"
	here ip link set v0 up
	here ip link set w0 mtu 1400 up
	here ip route add default dev w0
	expect found "8 '' '' 1400" "$(nat check v1 1500)"
	expect found "0 '' '' 1400" "$(nat check v1 1400)"
	here ip route replace default dev w0 mtu 1300
	expect mtu 1300 "$(nat mtu)"
	here ip -6 address add fd00::1/64 dev w0 nodad
	here ip -6 route add default dev w0 mtu 1280
	expect mtu 1280 "$(nat mtu)"
	here ip -6 route replace unreachable default metric 1
	expect mtu 1300 "$(nat mtu)"
	here sh -c 'echo 1 >/proc/sys/net/ipv4/conf/w0/rp_filter'
	expect found "2 '' 'w0' 1300" "$(nat check v1 1300)"
	here sh -c 'echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter'
	expect found "0 '' '' 1300" "$(nat check v1 1300)"
	here nft 'add table ip filter
		add chain ip filter INPUT { type filter hook input priority 0; policy drop; }'
	expect found "0 '' '' 1300" "$(nat check v1 1300)"
	here nft 'add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'
	expect found "1 'ip filter FORWARD' '' 1300" "$(nat check v1 1300)"
	here ip link add br0 type bridge
	[ ! -e /proc/sys/net/bridge ] || expect found "5 'ip filter FORWARD' '' 1300" "$(nat check br0 1300)"
}

