# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-end - the cleaner, which takes away what is left of a box
#
# It is started before there is anything of the box, as a small program that waits for its end, in a
# session of its own and deaf to what ends others.

# What the file about the box tells that there may be.
read_leftovers() {
	while IFS= read -r line; do
		case $line in
		name=*) name=${line#*=} ;;
		keep=*) keep=${line#*=} ;;
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

# PID [STARTER]: PID was nsbox, which became the chain; with it all processes of the box have ended
# or are about to, and a control group has a keeper of its own. STARTER reads the log of a box that
# couldn't be started.
nsbox_end() {
	name='' keep='' link='' bridge=''
	[ ! -e "$place/$1" ] || read_leftovers "$place/$1"
	leave_network "$place/$1"
	[ -z "$name" ] || forget_name
	[ -z "${2-}" ] || nsinfo --wait "$2"
	if [ -n "$keep" ]; then
		mv "$place/$1.log" "$place/$name.log" && mv "$place/$1" "$place/$name.ended"
	fi
	rm -f "$place/$1" "$place/$1.log" "$place/$1.net" "$place/$1.pasta"
}
