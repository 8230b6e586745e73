# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# bench/boxes - what a box costs

# The same as runc(8) is told to make it, in the directory $1.
write_bundle() {
	mkdir -p "$1"
	cat >"$1/config.json" <<-END
		{ "ociVersion": "1.0.2",
		  "process": { "user": { "uid": 0, "gid": 0 }, "args": ["/bin/hop"], "cwd": "/",
		    "noNewPrivileges": true, "capabilities": {
		      "bounding": ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_SETGID"],
		      "permitted": ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_SETGID"],
		      "effective": ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_SETGID"] } },
		  "root": { "path": "$root" }, "hostname": "box",
		  "mounts": [
		    { "destination": "/proc", "type": "proc", "source": "proc" },
		    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs" },
		    { "destination": "/dev/pts", "type": "devpts", "source": "devpts",
		      "options": ["newinstance", "ptmxmode=0666"] },
		    { "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue" },
		    { "destination": "/sys", "type": "sysfs", "source": "sysfs",
		      "options": ["ro"] } ],
		  "linux": { "resources": { "pids": { "limit": 1024 } },
		    "namespaces": [ { "type": "pid" }, { "type": "network" }, { "type": "ipc" },
		      { "type": "uts" }, { "type": "mount" }, { "type": "cgroup" } ],
		    "maskedPaths": ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list"],
		    "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys"] } }
	END
}

# A box against its peers: bwrap has no control group, and isn't started by a shell.
boxes() {
	local chain times ours theirs shell confined

	find_masks
	confined=(bwrap --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup
		--as-pid-1 --hostname box --cap-drop ALL --bind "$root" / --proc /proc --dev /dev
		--mqueue /dev/mqueue --ro-bind /sys /sys "${masks[@]}" /bin/hop)
	for chain in '' '--pids max'; do
		# shellcheck disable=SC2086
		times=$("$BENCH/race" 100 '' nsbox run $chain "$root" /bin/hop ::: \
			"${confined[@]}" ::: sh -c :) || return
		read -r ours theirs shell <<<"$times"
		echo "$ours $((theirs + shell)) -" | awk -v what="a box: nsbox run $chain" '{
			printf "%-42s %-18s %8.2f %8.2f %7.3f  <= 1%s\n", what, "bwrap, sh -c :",
				$1 / 1000, $2 / 1000, $1 / $2, ($1 > $2) ? "  MISSED" : "" }'
	done
	write_bundle /run/bundle
	row 'a box: nsbox run' runc 0.5 20 '' nsbox run "$root" /bin/hop ::: \
		runc run --bundle /run/bundle bench
	eval "chain=($(nsbox script --pids max --name box "$root" /bin/hop))"
	row 'its chain' 'floor-box (calls)' 2.0 200 '' "${chain[@]}" ::: \
		"$BENCH/floor-box" "$root" box /bin/hop
}
