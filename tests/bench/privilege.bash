# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# The privilege section of bench/run, which sources it: nscap against setpriv(1), which knows no
# default filter, no default capabilities and no names of a container, and reads the host's name
# services. Uses its row().

# What a container's user is left with, as setpriv(1) says it.
bounding=-all,+audit_write,+chown,+dac_override,+fowner,+fsetid,+kill,+net_bind_service,+net_raw
bounding+=,+setfcap,+setgid,+setpcap,+setuid,+sys_chroot

# What one of 40 links takes, more than an exec of nothing: link_of WHAT TARGET LINK...
link_of() {
	local what=$1 target=$2 links=() hops=() ours theirs

	shift 2
	for _ in {1..40}; do
		links+=("$@" --)
		hops+=("$BENCH/hop")
	done
	read -r ours theirs < <("$BENCH/race" 100 '' "${links[@]}" "$BENCH/hop" ::: \
		"${hops[@]}" "$BENCH/hop")
	echo "$ours $theirs $target" | awk -v what="$what" '{
		more = ($1 - $2) / 40
		printf "%-61s %5.0f us %17s<= %d us%s\n", what, more, "", $3,
			(more > $3 ? "  MISSED" : "") }'
}

privilege() {
	local all=(--only default -u 1234:1234 --no-new-privs)
	local same=(--bounding-set="$bounding" --inh-caps=-all --reuid 1234 --regid 1234
		--clear-groups --no-new-privs)

	row 'capabilities, ids, no_new_privs: nscap' setpriv 0.5 400 '' \
		nscap "${all[@]}" -- "$BENCH/hop" ::: setpriv "${same[@]}" "$BENCH/hop"
	row 'the same, and the default filter' 'setpriv, no filter' 0.75 400 '' \
		nscap "${all[@]}" --seccomp default -- "$BENCH/hop" ::: \
		setpriv "${same[@]}" "$BENCH/hop"
	link_of 'a link of a chain: nscap --umask 22' 60 nscap --umask 22
	link_of 'the same, with three lists of capabilities' 80 \
		nscap --only default --add mknod --drop sys_time,net_raw
	link_of 'the same, with user, limits and no_new_privs' 120 \
		nscap --only default -u 0:0 --rlimit core=0,nofile=64 --no-new-privs
}
