#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsveth --show: the interfaces of a network namespace, and where they lead
#
# Everything happens in namespaces of the test: $here stands for the caller's, $box is another.

load helpers

setup() {
	requires root ip jq
	hold -n
	here=$box
	hold -n
}

teardown() {
	rm -f "/run/nskit/show-$$" "/run/nskit/here-$$"
	release
}

here() {
	nsenter -n -t "${here%%:*}" "$@"
}

box() {
	nsenter -n -t "${box%%:*}" "$@"
}

# shown JQ-EXPRESSION [ARGS...]: what `nsveth --show --json ARGS` says here of all interfaces.
shown() {
	here nsveth --show --json "${@:2}" | jq -c ".interfaces | $1"
}

# of NAME JQ-EXPRESSION: the same of one.
of() {
	shown ".[] | select(.name == \"$1\") | $2"
}

# row NAME: its line in the table, blanks squeezed.
row() {
	here nsveth --show "$1" | sed -n '2{s/  */ /g;p}'
}

# What both `nsveth` and `ip` can tell, in one form.
told_by_nsveth() {
	nsveth --show --json | jq -S '.interfaces[] | {name, index, mtu, mac, operstate, group, alias, master,
		altnames: (.altnames | sort), kind: (if .kind == "loopback" then null else .kind end), up,
		carrier, addresses, counted: [.rx, .tx | .bytes, .packets, .errors, .dropped]}'
}

told_by_ip() {
	jq -S -n --argjson links "$(ip -j -d -s link)" --argjson addresses "$(ip -j addr)" '
		$links[] | . as $link | {name: .ifname, index: .ifindex, mtu, mac: .address,
		operstate: .operstate | ascii_downcase,
		group: (if .group == "default" then 0 else .group | tonumber end),
		alias: .ifalias, master, altnames: (.altnames // [] | sort), kind: .linkinfo.info_kind,
		up: (.flags | contains(["UP"])), carrier: (.flags | contains(["LOWER_UP"])),
		addresses: [$addresses[] | select(.ifindex == $link.ifindex).addr_info[] |
			{address: "\(.local)/\(.prefixlen)", scope}],
		counted: [.stats64.rx, .stats64.tx | .bytes, .packets, .errors, .dropped]}'
}

# What is told is the same as what ip(8) tells, where nothing happens meanwhile.
agree() {
	local told

	told=$(told_by_nsveth)
	[ "$(told_by_ip)" = "$told" ] || {
		diff <(told_by_ip) <(told_by_nsveth)
	}
}

@test "a table: a line for each interface, with its peer and that one's namespace" {
	here nsveth -t "$box" -i lan:wan -a 10.0.0.2/24 -A 10.0.0.1/24 --mtu 1400 --mac 02:00:00:00:00:05
	run -0 --separate-stderr nsveth --show -t "$box"
	[ "${#lines[@]},$stderr" = 3, ]
	expect heading 'INTERFACE * KIND * STATE * PEER * NAMESPACE * MASTER * ADDRESSES * MTU *' "${lines[0]}"
	expect lo 'lo * loopback * up * - * - * - * 127.0.0.1/8(host),::1/128(host) * 65536 *' "${lines[1]}"
	expect lan "lan * veth * up * wan * $here:* - * 10.0.0.2/24* 1400 *02:00:00:00:00:05 *" "${lines[2]}"
	expect wan "wan veth up lan $box:* - 10.0.0.1/24*" "$(row wan)"
}

@test "JSON: the same members for each interface" {
	here nsveth -t "$box" -i lan:wan --bridge br0
	[ "$(shown '[.[] | keys_unsorted] | unique | length')" = 1 ]
	expect members '"name index kind up operstate carrier mtu mac altnames alias group master ports peer*' \
		"$(shown '.[0] | keys_unsorted | join(" ")')"
	expect members '*peer addresses rx tx"' "$(shown '.[0] | keys_unsorted | join(" ")')"
	expect lo '*"loopback",null,null,\[],null,0,null*' \
		"$(of lo '[.kind, .peer, .ports, .altnames, .alias, .group, .master]')"
	[ "$(of wan '.peer | [.name, .index], (.namespace | keys_unsorted)')" = \
		$'["lan",2]\n["id","name","handle","inode"]' ]
	[ "$(of wan '.peer.namespace.inode')" = "$(stat -Lc %i "/proc/${box%%:*}/ns/net")" ]
	[ "$(of wan '[.rx, .tx | keys_unsorted] | unique')" = '[["bytes","packets","errors","dropped"]]' ]
}

@test "all is as ip(8) tells it" {
	here nsveth -t "$box" -i lan:wan --bridge br0 -a fd00::2/64 -A 10.0.0.1/24 --group 7 --alias 'of the box'
	here ip link property add dev wan altname a-name-of-more-than-fifteen-bytes altname other
	here ip address add 10.5.0.1 peer 10.5.0.2/32 dev br0
	here ip address add 10.6.0.1/24 dev wan scope link
	here ip link add down0 type veth peer down1
	box ping -c 1 fd00::2 >/dev/null
	here timeout 20 bash -c "$(declare -f told_by_nsveth told_by_ip agree wait_for); wait_for agree"
}

@test "states: down, without the other end, up" {
	here ip link add down0 type veth peer down1
	here ip link add alone0 type veth peer alone1
	here ip link set alone0 up
	here nsveth -t "$box" -i lan:wan
	[ "$(here nsveth --show | awk '{ printf "%s %s ", $1, $3 }')" = \
		'INTERFACE STATE lo up down1 down down0 down alone1 down alone0 no-carrier wan up ' ]
	[ "$(of alone0 '[.up, .operstate, .carrier]')" = '[true,"lowerlayerdown",false]' ]
}

@test "a bridge and its ports, which are told to be its" {
	here nsveth -t "$box" -i one:p1 --bridge br0
	here nsveth -t "$box" -i two:p2 --bridge br0
	here nsveth -t "$box" -i three:p3 --bridge br1
	[ "$(of br0 .ports) $(of br1 .ports) $(of p1 .ports)" = '["p1","p2"] ["p3"] null' ]
	[ "$(of p1 .master) $(of p3 .master) $(of br0 .master)" = '"br0" "br1" null' ]
	expect p2 'p2 veth up two * br0 *' "$(row p2)"
}

@test "a peer in the same namespace, and an interface that lies on another" {
	here ip link add one type veth peer two
	here ip link add link one name onto type macvlan
	here ip link add link two name away netns "${box%%:*}" type macvlan
	[ "$(of one .peer)" = '{"name":"two","index":2,"namespace":null}' ]
	expect one 'one veth down two - - *' "$(row one)"
	[ "$(of onto '[.kind, .peer.name, .peer.namespace]')" = '["macvlan","one",null]' ]
	expect away "away * macvlan * two * $here:* *" "$(nsveth --show -t "$box" away | tail -1)"
}

@test "the namespace by its name, where a handle is registered that isn't only in ours" {
	local container=$box

	hold -n --name "show-$$"
	here nsveth -t "$box" -i lan:named
	expect named "named veth up lan show-$$ *" "$(row named)"
	expect namespace "[[]\"show-$$\",\"$box:*\"]" "$(of named '.peer.namespace | [.name, .handle]')"
	here nsveth -t "$container" -i lan:wan
	started+=("$(here nsnew --hold -u --name "here-$$" 3>&- | cut -d: -f1)")
	run -0 here nsveth --show --json -t "$container" lan
	expect namespace "null $here:*" \
		"$(jq -r '.interfaces[0].peer.namespace | "\(.name) \(.handle)"' <<<"$output")"
}

# In a mount namespace, for /run/netns becomes a mount.
@test "the namespace by its name in /run/netns, with a process in it or without" {
	# shellcheck disable=SC2016
	run -0 here nsnew -m -- sh -c 'mount -t tmpfs none /run && ip netns add blue &&
		nsveth -t blue -i lan:bound && nsveth --show bound &&
		nsveth --show --json bound && stat -Lc %i /run/netns/blue'
	expect bound "bound * veth * up * lan * blue *" "${lines[1]}"
	expect namespace "*\"name\": \"blue\", \"handle\": null, \"inode\": ${lines[-1]}}*" "$output"
}

@test "the handle that is shown is one" {
	here nsveth -t "$box" -i lan:wan
	run -0 nsveth --show -t "$(of wan .peer.namespace.handle | tr -d '"')" lan
	expect lan 'lan * veth *' "${lines[1]}"
}

@test "a namespace that nothing is known of" {
	spawn nsenter -n -t "${here%%:*}" unshare -n sleep 60
	wait_for grep -qx sleep "/proc/$pid/comm"
	exec 9<"/proc/$pid/ns/net"
	here ip link add wan type veth peer lan netns "$pid"
	kill "$pid"
	wait_for gone "$pid"
	expect wan 'wan veth down lan ? - *' "$(row wan)"
	expect peer '"lan",{"id":0,"name":null,"handle":null,"inode":null}' \
		"$(of wan '.peer | .name, .namespace' | paste -sd,)"
	exec 9<&-
}

@test "only those of the names, which may be alternative ones, or of the group" {
	here nsveth -t "$box" -i lan:a-name-of-more-than-fifteen-bytes
	here nsveth -t "$box" -i one:p1 --group 7
	[ "$(shown 'map(.name)' p1 lo p1)" = '["lo","p1"]' ]
	[ "$(shown 'map(.name)' a-name-of-more-than-fifteen-bytes)" = '["veth0"]' ]
	[ "$(shown 'map(.name)' -- p1 2>/dev/null)" = '["p1"]' ]
	[ "$(here nsveth --show --json --group 7 | jq -c '.interfaces | map(.name)')" = '["p1"]' ]
	[ "$(here nsveth --show --json --group 8 | jq -c .interfaces)" = '[]' ]
	expect altnames '* a-name-of-more-than-fifteen-bytes -' "$(row veth0)"
}

@test "refused: a name that there isn't, other things at once, a filter" {
	fails 125 "nsveth: show interface 'none': No such device" here nsveth --show lo none
	fails 125 "nsveth: show interface 'none': No such device" here nsveth --show --json lo none
	fails 125 'nsveth: either names or --group' here nsveth --show --group 1 lo
	fails 125 'nsveth: either --show or --delete' here nsveth --show --delete lo
	fails 125 'nsveth: --show goes with -t, --group and NAME alone' here nsveth --show -i lan
	fails 125 "nsveth: --delete goes with -t, --group, --bridge and NAME alone" \
		here nsveth --delete --peer "$box" lo
	fails 125 'nsveth: --show prints' here nsveth --show -t - <<<"$box"
	fails 125 "nsveth: enter NEWNET of '$box': Operation not permitted" as_user nsveth --show -t "$box"
}

# An altname and an alias may have any bytes but blanks.
@test "hostile names: a terminal is told nothing that it would obey, JSON stays JSON" {
	local red=$'\e[31mred\x9b2J\xc2\x9b' alias=$'of\e]0;title\aa\nbox\xff"'

	here ip link add wan alias "$alias" type veth peer lan
	here ip link set wan alias "$alias"
	here ip link property add dev wan altname "$red"
	[ "$(here nsveth --show | LC_ALL=C tr -d '\n' | LC_ALL=C grep -c '[[:cntrl:]]\|\x9b')" = 0 ]
	expect wan '* ?[[]31mred?2J? * of?]0;title?a?box?"' "$(here nsveth --show wan | tail -1)"
	run -0 here nsveth --show --json
	[ "$(LC_ALL=C tr -d '\n' <<<"$output" | LC_ALL=C grep -c '[[:cntrl:]]')" = 0 ]
	[ "$(jq -r '.interfaces[2] | .alias' <<<"$output")" = $'of\e]0;title\aa\nbox\xef\xbf\xbd"' ]
	here nsveth --show "$red" | grep -q ^wan
}

@test "an ordinary user: his own, and of what is linked with it no more than he may know" {
	requires userns
	local one two

	one=$(as_user nsnew --hold -rn 3>&-)
	started+=("$one")
	two=$(as_user nsjoin -t "$one" -U -- nsnew --hold -n 3>&-)
	started+=("$two")
	as_user nsveth -t "$one" -i lan:wan --peer "$two"
	here nsveth -t "$one" -i rooted:ours
	run -0 --separate-stderr as_user nsveth --show -t "$one"
	[ -z "$stderr" ]
	expect lan "lan * veth * up * wan * $two:* -*" "${lines[2]}"
	expect rooted 'rooted * veth * up * [?] *' "${lines[3]}"
	run -0 as_user nsveth --show --json -t "$one"
	[ "$(jq -c '.interfaces[2].peer | .name, .namespace.inode' <<<"$output")" = $'null\nnull' ]
	# Where he is he may look, too.
	as_user nsveth --show --json | jq -e '.interfaces | length > 0'
}

@test "in a container, and where there is no /proc" {
	local inside

	# shellcheck disable=SC2016
	inside='nsveth --show wan && umount -l /proc && nsveth --show --json wan'
	run -0 nsnew -n -- nsveth --peer "$box" -i wan:lan -- nsnew -fpm --mount-proc -- sh -c "$inside"
	expect table 'wan * veth * up * lan * [?] *' "${lines[1]}"
	expect JSON '*"namespace": {"id": 0, "name": null, "handle": null, "inode": null}}*' "$output"
}

@test "the table fits a terminal, and isn't cut for a pipe" {
	local table

	table=$(here script -qec 'stty cols 60; nsveth --show' /dev/null </dev/null | tr -d '\r' |
		sed 's/\x1b\[[0-9]*m//g')
	expect 'in 60 columns' 60 "$(wc -L <<<"$table")"
	[ "$(here nsveth --show | wc -L)" -gt 100 ]
}

# What a dump's first message begins with, as the kernel marks one during which the list changed.
# strace(1) writes it over the beginning of what was received, the lengths of lo's being the same.
interrupted() {
	local length

	length=$(here strace -qq -e trace=recvfrom nsveth --show lo 2>&1 >/dev/null |
		sed -E 's/^[^{]*\{nlmsg_len=([0-9]*).*/\1/;q')
	printf '%02x%02x000010001200' $((length % 256)) $((length / 256))
}

@test "a list that changed while it was read is read again" {
	requires strace
	local trace=$BATS_TEST_TMPDIR/trace
	local calls=(strace -qq -o "$trace" -e 'trace=recvfrom,sendto')

	[ "$(uname -m)" = x86_64 ] || skip 'knows how numbers lie in memory on x86-64'
	run -0 here "${calls[@]}" -e "inject=recvfrom:poke_exit=@arg2=$(interrupted):when=1" nsveth --show
	expect lines 2 "${#lines[@]}"
	[ "$(grep -c sendto "$trace")" = 3 ]
	run -125 here "${calls[@]}" -e "inject=recvfrom:poke_exit=@arg2=$(interrupted):when=1+2" nsveth --show
	expect message 'nsveth: list the interfaces: Interrupted system call*' "$output"
	[ "$(grep -c sendto "$trace")" = 20 ]
}

@test "interfaces come and go meanwhile: each is told once, and those that stay are there" {
	here nsveth -t "$box" -i lan:wan
	# shellcheck disable=SC2016
	spawn nsenter -n -t "${here%%:*}" sh -c 'while :; do
		for i in 1 2 3 4 5 6 7 8; do ip link add "x$i" type bridge; ip addr add 10.9.$i.1/24 dev "x$i"; done
		for i in 1 2 3 4 5 6 7 8; do ip link del "x$i"; done; done'
	for _ in {1..50}; do
		run -0 here nsveth --show --json
		jq -e '.interfaces | map(.name) | length == (unique | length) and index("wan") == 1' <<<"$output"
	done
}

# calls COUNT: how many system calls it takes with so many pairs.
calls() {
	local have i

	have=$(here ip -o link show type veth | wc -l)
	for ((i = have; i < $1; i++)); do
		echo "link add b$i type veth peer a$i netns ${box%%:*}"
		echo "address add 10.$((i / 250)).$((i % 250)).1/24 dev b$i"
	done | here ip -batch -
	here strace -f -qq -o "$BATS_TEST_TMPDIR/calls" nsveth --show >"$BATS_TEST_TMPDIR/table"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/table")" = $(($1 + 2)) ]
	expect 'last line' "b$(($1 - 1)) * veth * a$(($1 - 1)) * $box:* 10.*.1/24 *" \
		"$(tail -1 "$BATS_TEST_TMPDIR/table")"
	wc -l <"$BATS_TEST_TMPDIR/calls"
}

@test "a thousand interfaces: one dump of each kind, and no more calls for each than with a hundred" {
	requires strace
	local hundred thousand

	hundred=$(calls 100)
	thousand=$(calls 1000)
	echo "calls: $hundred with 100 interfaces, $thousand with 1000"
	((thousand < 10 * hundred && thousand - hundred < 900 * 2))
	run -0 here nsveth -v --show
	[ "$(grep -c 'send(.*GETLINK all) = 0' <<<"$output")" = 1 ]
	[ "$(grep -c 'send(.*GETADDR all) = 0' <<<"$output")" = 1 ]
}

# make_large NAME: give an interface of the box alternative names that take more room than a list of
# interfaces has where nobody asks for more. The kernel ends it there, and says nothing.
make_large() {
	local i name

	printf -v name 'x%.0s' {1..115}
	for ((i = 0; i < 400; i++)); do
		echo "link property add dev $1 altname $1-$i$name"
	done | box ip -batch -
}

@test "an interface that a container has made too large to be told of in passing is shown, and deleted" {
	here nsveth -t "$box" -i lan:wan
	make_large lan
	[ "$(nsveth --show --json -t "$box" | jq -c '[.interfaces[].altnames | length]')" = '[0,400]' ]
	[ "$(of wan .peer.name)" = '"lan"' ]
	nsveth --delete -t "$box"
	[ "$(shown length)" = 1 ]
}

@test "such ones are no reason why the peers of others wouldn't be found" {
	local i

	for i in 1 2 3 4 5 6; do
		here nsveth -t "$box" -i "a$i:b$i"
		make_large "a$i"
	done
	hold -n
	here nsveth -t "$box" -i last:wan
	[ "$(shown 'map(.peer.name)')" = '[null,"a1","a2","a3","a4","a5","a6","last"]' ]
}
