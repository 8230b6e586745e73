# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-end - the cleaner: it waits for the end of a box, and takes away what is left
#
# It is started before there is anything of the box, in a session of its own and deaf to what ends
# others.

# What the file about the box tells that there may be.
read_leftovers() {
	while IFS= read -r line; do
		case $line in
		name=*) name=${line#*=} ;;
		keep=*) keep=${line#*=} ;;
		group=*) group=${line#*=} ;;
		link=*) link=${line#*=} ;;
		bridge=*) bridge=${line#*=} ;;
		esac
	done <"$1"
}

# A name that an nsnew which was killed couldn't take back. Whose it is ends at any moment; one that
# doesn't is another box's, of the same name.
forget_name() {
	for patience in 1 2 3; do
		[ -e "$names/$name" ] && IFS= read -r handle <"$names/$name" || return
		nsinfo "$handle" >/dev/null || break
		[ "$patience" = 3 ] || sleep 1
	done
	nsinfo "$handle" >/dev/null || rm -f "$names/$name"
}

# Who wires the box may still be at it when the box has been killed: then it is waited for.
leave_network() {
	if [ -e "$1.net" ]; then
		IFS= read -r helper <"$1.net" && nsinfo --wait "$helper"
		nsveth --delete --bridge "$bridge" "$link"
	fi
	if [ -e "$1.pasta" ]; then
		IFS= read -r helper <"$1.pasta" && kill "$helper"
	fi
}

# PID [STARTER]: PID is nsbox, which became the chain; when it has ended, so have all processes of
# the box. STARTER reads the log of a box that couldn't be started.
nsbox_end() {
	nsinfo --wait "$1"
	group='' link=''
	[ ! -e "$place/$1" ] || read_leftovers "$place/$1"
	[ -z "$group" ] || nscgroup --kill --rm "$group"
	leave_network "$place/$1"
	[ -z "$name" ] || forget_name
	[ -z "${2-}" ] || nsinfo --wait "$2"
	if [ -n "$keep" ]; then
		mv "$place/$1.log" "$place/$name.log" && mv "$place/$1" "$place/$name.ended"
	fi
	rm -f "$place/$1" "$place/$1.log" "$place/$1.net" "$place/$1.pasta"
}
