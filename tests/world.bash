# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# A machine of a test's own, for what would change this one: /run, names, processes and the network
# begin empty, and all that is left ends with it.
#
#     the machine           the Internet
#     192.0.2.2 uplink ---- 192.0.2.1, 203.0.113.80, a web server that says hello

# world COMMAND...: run it on such a machine, as its root; functions that are exported are there.
world() {
	nsnew -mnpui -- nsinit --grace 0 -- \
		bash -c "$(declare -f world_begin); world_begin && \"\$@\"" world "$@"
}

# What is given to a machine to begin with: the Internet, and a /dev/net/tun that is everybody's, as
# udev(7) makes it.
world_begin() {
	local internet

	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir /run/nskit /run/www
	echo 0 >/proc/sys/net/ipv4/ip_forward
	mknod -m 666 /run/tun c 10 200
	mount --bind /run/tun /dev/net/tun
	internet=$(nsnew --hold -n)
	nsveth -t "$internet" -i machine:uplink -a 192.0.2.1/24 -A 192.0.2.2/24 \
		-a 2001:db8::1/64 -A 2001:db8::2/64
	ip route add default via 192.0.2.1
	ip route add default via 2001:db8::1
	nsjoin -t "$internet" -- ip address add 203.0.113.80 dev lo
	echo 'hello from the Internet' >/run/www/index.html
	nsjoin -t "$internet" -- busybox httpd -h /run/www
}
