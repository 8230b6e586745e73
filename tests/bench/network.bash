# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# The network section of bench/run, which sources it: nsveth against what connects two network
# namespaces, or one with the world, today. Uses its row(), in the namespaces it is in.

# Two new network namespaces, bench-a and bench-b, which are there before the first round too.
anew='ip netns del bench-a; ip netns del bench-b; ip netns add bench-a && ip netns add bench-b'

# The pair of most scripts: both ends made here, then moved.
cat >/run/ip-ten <<'IP'
ip link add eth0 type veth peer name veth0
ip link set eth0 netns bench-a
ip link set veth0 netns bench-b
ip -n bench-a addr add 10.0.0.2/24 dev eth0
ip -n bench-b addr add 10.0.0.1/24 dev veth0
ip -n bench-a link set eth0 up
ip -n bench-b link set veth0 up
ip -n bench-a link set lo up
ip -n bench-b link set lo up
ip -n bench-a route add default via 10.0.0.1
IP

# The fastest that ip(8) can: one of it for each namespace.
cat >/run/ip-batch <<'IP'
ip -n bench-b -batch - <<'B'
link add veth0 type veth peer name eth0 netns bench-a
addr add 10.0.0.1/24 dev veth0
link set veth0 up
link set lo up
B
ip -n bench-a -batch - <<'A'
addr add 10.0.0.2/24 dev eth0
link set eth0 up
link set lo up
route add default via 10.0.0.1
A
IP

pairs() {
	local veth=(nsveth -t bench-a --peer bench-b -i eth0:veth0 -a 10.0.0.2/24 -A 10.0.0.1/24
		--gateway 10.0.0.1)

	row 'a veth pair: nsveth' 'ip, 10 times' 0.0167 40 "$anew" \
		"${veth[@]}" ::: sh -e /run/ip-ten
	row 'the same' 'ip -batch, twice' 0.2 40 "$anew" "${veth[@]}" ::: sh -e /run/ip-batch
	row 'the same' 'floor-veth (calls)' 1.5 100 "$anew" \
		"${veth[@]}" ::: "$BENCH/floor-veth" /run/netns/bench-a /run/netns/bench-b
}

# A container on a new bridge, with an address out of a pool, a default route and the way out.
way_out() {
	local plugins=/usr/lib/cni none

	if [ ! -x $plugins/bridge ]; then
		printf '%-42s %-18s not installed\n' 'the way out, by a bridge: nsveth' 'CNI bridge'
		return
	fi
	cat >/run/bench-cni.json <<-'CNI'
		{ "cniVersion": "1.0.0", "name": "bench", "type": "bridge", "bridge": "br0",
		  "isGateway": true, "ipMasq": true, "ipam": { "type": "host-local",
		  "dataDir": "/run/cni", "ranges": [[{ "subnet": "10.1.0.0/24" }]],
		  "routes": [{ "dst": "0.0.0.0/0" }] } }
	CNI
	cat >/run/bench-cni <<-CNI
		export CNI_COMMAND=ADD CNI_CONTAINERID=bench CNI_NETNS=/run/netns/bench-a
		export CNI_IFNAME=eth0 CNI_PATH=$plugins
		exec $plugins/bridge </run/bench-cni.json
	CNI
	none="$anew; ip link del br0 2>/dev/null; nft flush ruleset; rm -rf /run/cni/bench"
	mkdir -p /run/cni
	row 'the way out, by a bridge: nsveth' 'bridge (CNI)' 0.1 20 "$none" \
		nsveth -t bench-a -i eth0 --bridge br0 --pool 10.1.0.0/24 --gateway auto \
		--masquerade ::: sh -e /run/bench-cni 2>/dev/null
	row 'the same, to a bridge that is there' 'bridge (CNI)' 0.1 20 \
		"$anew; nft flush ruleset; rm -rf /run/cni/bench" \
		nsveth -t bench-a -i eth0 --bridge br0 --pool 10.1.0.0/24 --gateway auto \
		--masquerade ::: sh -e /run/bench-cni 2>/dev/null
	ip link del br0
	nft flush ruleset
}

# What one of 1,000 pairs takes, among few and among many, and what all of them take to go.
thousand() {
	local start few many gone

	start=${EPOCHREALTIME/./}
	few=$(make_pairs 1 100)
	make_pairs 101 900 >/dev/null
	many=$(make_pairs 901 1000)
	start=${EPOCHREALTIME/./}
	nsveth --delete --group 77
	gone=$(((${EPOCHREALTIME/./} - start) / 1000))
	printf '%-61s %5d us, the last ones %5d us\n' 'a pair of 1,000: nsveth, the first ones' \
		"$few" "$many"
	printf '%-61s %5d ms %16s<= 1000 ms%s\n' '1,000 pairs: nsveth --delete --group' "$gone" '' \
		"$([ "$gone" -le 1000 ] || echo '  MISSED')"
}

# make_pairs FIRST LAST: what each takes, in microseconds.
make_pairs() {
	local start=${EPOCHREALTIME/./} i

	for ((i = $1; i <= $2; i++)); do
		nsveth -t bench-a -i "e$i:v$i" --group 77
	done
	echo $(((${EPOCHREALTIME/./} - start) / ($2 - $1 + 1)))
}

# What a TCP stream carries over our pair, and over one that ip(8) made: the best of five each, for
# the machine's other work only takes away.
throughput() {
	local ours=0 theirs=0 i

	if ! type -P iperf3 >/dev/null; then
		printf '%-42s %-18s not installed\n' 'a TCP stream over the pair' iperf3
		return
	fi
	for ((i = 0; i < 5; i++)); do
		sh -c "$anew"
		nsveth -t bench-a --peer bench-b -i eth0:veth0 -a 10.0.0.2/24 -A 10.0.0.1/24 \
			--gateway 10.0.0.1
		ours=$(stream "$ours")
		sh -c "$anew"
		sh -e /run/ip-batch
		theirs=$(stream "$theirs")
	done
	echo "$ours $theirs" | awk '{
		printf "%-42s %-18s %8.2f %8.2f %7.2f  >= 0.9%s\n", "a TCP stream, Gbit/s: nsveth",
			"a pair of ip", $1, $2, $1 / $2, ($1 / $2 < 0.9 ? "  MISSED" : "") }'
}

# stream BEST: what the pair carries in two seconds, in Gbit/s, or BEST where that is more.
stream() {
	local server

	ip netns exec bench-b iperf3 -s -1 >/run/iperf3 2>&1 &
	server=$!
	until ip netns exec bench-b ss -ltn | grep -q :5201; do :; done
	ip netns exec bench-a iperf3 -c 10.0.0.1 -t 2 -f g | awk -v best="$1" '
		/receiver/ { for (i = 1; i < NF; i++) if ($(i + 1) == "Gbits/sec") now = $i }
		END { print (now > best ? now : best) }'
	wait "$server"
}

network() {
	type -P ip >/dev/null || return 0
	ip netns add bench-a
	ip netns add bench-b
	pairs
	way_out
	thousand
	throughput
	ip netns del bench-a
	ip netns del bench-b
}
