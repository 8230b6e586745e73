#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsroot: each of its system calls fails once, and everything is as it was

load helpers

# The calls by which it acts; what only looks is left out.
acts='open_tree move_mount fsopen fsconfig fsmount mount_setattr mount umount2 pivot_root openat2 openat open
	mkdirat mknodat mknod symlinkat fchmod chmod fchownat unlinkat readlinkat fstat newfstatat statx fchdir chdir
	write dup fcntl clone clone3 setns'

# Hundreds of runs a test.
setup_file() {
	export BATS_TEST_TIMEOUT=600
}

setup() {
	make_root
	make_data
	recipe=(--bind "$data:/data/new:ro" --bind "$data/file:/etc/file" --tmpfs /t --dir /a/b --symlink x:/etc/l
		--file /etc/motd --mask /etc/name --readonly /bin --device /dev/kmsg --etc)
}

teardown() {
	release
	rm -rf "$root" "$data"
}

# The files of the root, and what is in them.
files() {
	find "$root" -path "$root/bin" -prune -o -printf '%P %y %m %s\n' | sort
}

# Remove what a run that succeeded made in it.
clean() {
	rm -rf "${root:?}"/{a,t,data,proc,sys,dev} "$root"/etc/{file,motd,l,hosts,hostname,resolv.conf}
}

# How often each call is made by a run that succeeds: "CALL COUNT" a line.
count_calls() {
	awk -v acts="$acts" 'BEGIN { split(acts, names); for (i in names) wanted[names[i]] = 1 }
		{ sub(/^\[pid +[0-9]+\] /, ""); sub(/^[0-9]+ +/, ""); call = $0; sub(/\(.*/, "", call)
		  if (call in wanted) count[call]++ }
		END { for (call in count) print call, count[call] }' "$1" | sort
}

@test "chain: every call fails in turn" {
	requires root strace
	local call times i status runs=0 before after

	before=$(files)
	nsnew -m -- strace -qq -o "$data/log" nsroot "${recipe[@]}" "$root" -- true <<<said
	clean
	[ "$(files)" = "$before" ]
	# Nothing but the shell itself may be needed once the root has changed.
	cat >"$data/try" <<-'END'
		mounts() {
			while read -r _ rest; do echo "$rest"; done </proc/self/mountinfo
		}
		exec 8>"$DATA/status" 9>"$DATA/said"
		before=$(mounts)
		inject=$1
		shift
		strace -qq -o /dev/null -e trace="${inject%%:*}" -e inject="$inject" nsroot "$@" -- true 2>&9
		echo $? >&8
		[ "$before" = "$(mounts)" ] || echo changed >&8
	END
	while read -r call times; do
		for ((i = 1; i <= times; i++)); do
			DATA=$data nsnew -m -- /bin/sh "$data/try" "$call:error=EIO:when=$i" "${recipe[@]}" "$root" \
				<<<said >/dev/null 2>&1 || :
			status=$(cat "$data/status")
			runs=$((runs + 1))
			case $status in
			# It did without; or it had become PROG, or was about to.
			0* | 126* | 127*) clean ;;
			125*)
				# In place when the old one is let go of: from there on nothing can be undone.
				if [[ $status == *changed* ]]; then
					expect "$call $i" '@(umount2|chdir|fchdir) *' "$call $i"
					clean
				fi
				expect "$call $i" 'nsroot: *' "$(cat "$data/said")"
				;;
			*) expect "$call $i" 125 "$status" ;;
			esac
			after=$(files)
			[ "$after" = "$before" ] || expect "$call $i" "$before" "$after"
		done
	done < <(count_calls "$data/log")
	((runs > 150))
}

# A container with the little that the recipe changes.
hold_one() {
	hold -a
	echo inside | nsroot -t "$box" --empty --file /etc/name --dir /bin
	mounts=$(cut -d' ' -f2- "/proc/$box/mountinfo")
}

@test "handle: every call fails in turn" {
	requires root strace
	local call times i after status runs=0 said=$BATS_TEST_TMPDIR/said
	local add=(--add "${recipe[@]}" --umount /dev/mqueue)

	hold_one
	strace -f -qq -o "$data/log" nsroot -t "$box" "${add[@]}" <<<said
	hold_one
	while read -r call times; do
		for ((i = 1; i <= times; i++)); do
			status=0
			strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:error=EIO:when=$i" \
				nsroot -t "$box" "${add[@]}" <<<said 2>"$said" || status=$?
			runs=$((runs + 1))
			if [ "$status" = 0 ]; then
				release
				hold_one
				continue
			fi
			expect "$call $i" 125 "$status"
			expect "$call $i" 'nsroot: *' "$(cat "$said")"
			after=$(cut -d' ' -f2- "/proc/$box/mountinfo")
			[ "$after" = "$mounts" ] || expect "$call $i" "$mounts" "$after"
		done
	done < <(count_calls "$data/log")
	((runs > 100))
	[ "$(find "/proc/$box/root/" -mindepth 1 -maxdepth 1 | wc -l)" = 5 ]
}
