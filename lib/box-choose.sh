# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-choose - what a box shall be, of what the options say and the root is

box_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Refuse a word that isn't made of these characters alone: it will stand in a command, or a name.
demand() {
	case $2 in
	'' | *[!$3]*) die "$1 '$2'" "it is made of the characters $3" ;;
	esac
}

plain=A-Za-z0-9_.-

check() {
	[ -n "$name" ] || name=box${NSBOX_STARTER:-$$}
	demand name "$name" "$plain"
	case $name in
	[.-]*) die "name '$name': it begins with no dot or dash" ;;
	*[!0-9]*) ;;
	*) die "name '$name': it is no number" ;;
	esac
	[ "${#name}" -le 63 ] || die "name '$name': it has at most 63 characters"
	[ -n "$hostname" ] || hostname=$name
	demand 'host name' "$hostname" "$plain"
	case $net in
	none | host | bridge | pasta) ;;
	*) die "network '$net' is none of none, host, bridge, pasta" ;;
	esac
	[ -z "$user" ] || demand user "$user" "$plain:"
	[ -z "$cap_add" ] || demand --cap-add "${cap_add#,}" A-Za-z0-9_,
	[ -z "$cap_drop" ] || demand --cap-drop "${cap_drop#,}" A-Za-z0-9_,
	[ -z "$keep" ] || [ -n "$detach" ] || misuse '--keep goes with -d'
	if [ -n "$publish" ]; then
		demand port "${publish# }" '0-9:./a-z '
		case $net in
		none | host) misuse "--publish is for --net bridge or pasta, not $net" ;;
		esac
	fi
	[ "$net$act${NSBOX_STARTER-}" != hoststart ] ||
		printf 'nsbox: abstract sockets of the host are in reach of the box\n' >&2
	[ "$net" != bridge ] || check_bridge
	[ "$net" != pasta ] || command -v pasta >/dev/null ||
		die 'find pasta: not in PATH' 'it is in the package passt'
}

check_bridge() {
	[ -n "$system" ] ||
		die 'a bridge is for the root of the system' '--net pasta is for everybody'
	demand bridge "$bridge" "$plain"
	demand pool "$pool" 0-9a-fA-F:./
}

# What ROOT is: a directory, the image of a file system, an archive of one, or the host.
find_root() {
	case $1 in
	host) root='' kind=host ;;
	/*) root=$1 ;;
	*) root=$PWD/$1 ;;
	esac
	if [ -z "$root" ]; then
		:
	elif [ -d "$root" ] && [ ! -e "$root/oci-layout" ]; then
		kind=directory
	elif [ ! -e "$root" ]; then
		die "root '$1': No such file or directory"
	else
		case $root in
		*.tar | *.tar.* | *.tgz) kind=archive ;;
		*) kind=image ;;
		esac
		[ ! -d "$root" ] || kind=archive
	fi
	[ "$kind" != archive ] || find_archive "$1"
}

find_archive() {
	command -v nsimage >/dev/null || die "unpack '$1': nsimage is not in PATH"
	config=$(nsimage --config "$root") && root=$(nsimage "$root") || exit 125
	overlay=--overlay
	# Its files have subordinate owners then.
	[ -n "$system" ] || ! nsnew -r --map-auto -- true 2>/dev/null || map_auto=--map-auto
	while IFS= read -r line; do
		unescape "${line#*=}"
		case $line in
		workdir=?*) [ -n "$workdir" ] || workdir=$value ;;
		user=?*) [ -n "$user" ] || user=$value ;;
		esac
	done <<-END
		$config
	END
	[ -z "$user" ] || demand user "$user" "$plain:"
}

# The value that nsimage has written with backslashes, to $value.
unescape() {
	value=$1
	case $1 in
	*\\*)
		value=$(printf '%b.' "$1")
		value=${value%.}
		;;
	esac
}

# The namespaces: all kinds. To the user namespace of the system's root every id is what it is
# outside; but only without one an image can be mounted.
choose_kinds() {
	kinds=-a
	[ "$net" != host ] || kinds=-muipCT
	if [ -z "$system" ]; then
		kinds="$kinds -r $map_auto"
	elif [ "$kind" != image ]; then
		kinds="$kinds -U --map-users=all --map-groups=all"
	fi
}

choose_root() {
	case $kind in
	host) overlay=--host ;;
	image) overlay=--overlay ;;
	esac
	[ -z "$readonly" ] || [ "$kind" = host ] || overlay=''
	[ -z "$readonly" ] || [ "$kind" != host ] ||
		die 'a read-only host: it is many mounts' 'what is written to it vanishes anyway'
	root_options="$overlay $readonly"
	[ "$kind" = host ] || root_options="$root_options --nodev"
	[ "$net" = none ] || root_options="$root_options --etc"
	[ -n "$confined" ] || root_options="$root_options --unmasked"
}

choose_confinement() {
	confine=''
	[ -z "$confined" ] || confine="--no-new-privs --seccomp default --only default"
	[ -z "$cap_drop" ] || confine="$confine --drop ${cap_drop#,}"
	[ -z "$cap_add" ] || confine="$confine --add ${cap_add#,}"
	[ -z "$user" ] || confine="$confine --user $user"
	# An ordinary user has no control group of his own; in his user namespace this counts alike.
	if [ -z "$system$memory$cpu$pids" ]; then
		confine="$confine --rlimit nproc=1024"
	elif [ -z "$pids" ]; then
		pids=1024
	fi
	[ "$pids" != max ] || pids=''
}

has_way_out() {
	while read -r _ destination _; do
		[ "$destination" != 00000000 ] || return 0
	done </proc/net/route
	return 1
}

# What joins the network, from outside, when the namespaces are there and before PROG starts. Its
# process is noted, for it may outlive a box that is killed meanwhile.
choose_network() {
	outside='' link=box$$ noted=''
	[ "$act" = print ] || noted="echo \$\$ >$place/$$.net && exec "
	case $net in
	bridge)
		outside="nsveth -t \$NSKIT_HANDLE -i eth0:$link --bridge $bridge --pool $pool"
		outside="$noted$outside --gateway auto --masquerade"
		! has_way_out || outside="$outside --mtu auto"
		for port in $publish; do
			outside="$outside --publish $port"
		done
		;;
	pasta)
		tcp='' udp=''
		for port in $publish; do
			case $port in
			*/udp) udp="$udp -u ${port%/udp}" ;;
			*) tcp="$tcp -t $port" ;;
			esac
		done
		# By itself it would open all ports of the box, and to it those of the host's
		# loopback.
		outside="pasta --config-net --quiet --no-map-gw -T none -U none"
		outside="$outside ${tcp:--t none} ${udp:--u none}"
		[ "$act" = print ] || outside="$outside --pid $place/$$.pasta"
		outside="$outside \${NSKIT_HANDLE%:*}"
		;;
	esac
}
