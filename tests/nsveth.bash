# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Three network namespaces of a test: $here stands for the caller's, $box and $other are the ones
# that are wired.

# What makes every system call fail takes its time.
setup_file() {
	export BATS_TEST_TIMEOUT=400
}

setup() {
	local one

	requires root ip ping nft jq perl
	hold -n
	here=$box
	hold -n
	other=$box
	hold -n
	# Link-local addresses would come when they like; forwarding is on where the host's is.
	for one in "$here" "$other" "$box"; do
		nsenter -n -t "$one" sh -c 'cd /proc/sys/net &&
			echo 1 >ipv6/conf/default/addr_gen_mode && echo 0 >ipv4/ip_forward'
	done
}

here() {
	nsenter -n -t "$here" "$@"
}

box() {
	nsenter -n -t "$box" "$@"
}

other() {
	nsenter -n -t "$other" "$@"
}

# All that ip(8) and nft(8) tell of the three, and the switches.
state() {
	local one what

	for one in "$here" "$box" "$other"; do
		for what in 'link' 'addr' 'route show table all' '-6 route show table all'; do
			# shellcheck disable=SC2086
			nsenter -n -t "$one" ip -j $what | settled
		done
		nsenter -n -t "$one" nft -j list ruleset
		nsenter -n -t "$one" sh -c 'cd /proc/sys/net &&
			cat ipv4/ip_forward ipv6/conf/all/forwarding'
	done
}

# one JQ-EXPRESSION: of what ip(8) tells of the links here, or there.
link_of() {
	nsenter -n -t "$1" ip -d -j link show "$2" | jq -r ".[0] | $3"
}
