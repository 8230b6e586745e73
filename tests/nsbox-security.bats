#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsbox: attacks from inside a box, each of which fails, on boxes of root and of an ordinary user

load helpers
load nsbox

setup_file() {
	export CALLS=$USER_DIR/calls REACH=$USER_DIR/reach
	cc -static -D_GNU_SOURCE -o "$CALLS" "$BATS_TEST_DIRNAME/calls.c" 3>&-
	# reach NAME: connect to the abstract socket of that name.
	cc -static -x c -o "$REACH" - 3>&- <<-'END'
		#include <stdio.h>
		#include <string.h>
		#include <sys/socket.h>
		#include <sys/un.h>
		int main(int argc, char **argv)
		{
			struct sockaddr_un to = { .sun_family = AF_UNIX };
			int fd = socket(AF_UNIX, SOCK_STREAM, 0);
			if (argc != 2)
				return 2;
			strncpy(to.sun_path + 1, argv[1], sizeof(to.sun_path) - 2);
			if (connect(fd, (void *)&to, sizeof(sa_family_t) + 1 + strlen(argv[1])) < 0) {
				perror("connect");
				return 1;
			}
			return 0;
		}
	END
	chmod 755 "$CALLS" "$REACH"
}

setup() {
	requires root userns
	make_box
	for name in umount mknod dd grep chmod setsid find unshare mkdir; do
		ln -s busybox "$root/bin/$name"
	done
	cp "$CALLS" "$REACH" "$root/bin"
	secret=$BATS_TEST_TMPDIR/secret
	echo secret >"$secret"
	chmod 644 "$secret"
}

# The shell commands on standard input, each of which has to fail in the box of $1 (env or as_user),
# and of which none leaves a trace outside.
all_fail() {
	local how=$1

	cat >"$root/attacks"
	# shellcheck disable=SC2016
	run -0 "$how" nsbox run "$root" -- sh -c 'while read -r line; do
		sh -c "$line" >/dev/null 2>&1 </dev/null && echo "it succeeds: $line"; done </attacks; echo end'
	expect 'what succeeds' end "$output"
}

devices_and_mounts() {
	all_fail "$1" <<-'END'
		mknod /x b 254 0 && dd if=/x of=/dev/null count=1
		mknod /dev/x c 1 1 && dd if=/dev/x of=/dev/null count=1
		dd if=/disk of=/dev/null count=1
		dd if=/dev/vda of=/dev/null count=1
		mount -t tmpfs tmpfs /etc
		mount -t proc proc /etc
		mount -t sysfs sysfs /etc
		mount -t cgroup -o pids cgroup /etc
		mount -t cgroup2 cgroup2 /etc
		mount --bind /proc /etc
		mount -o remount,rw /sys
		mount -o remount,rw,bind /proc/sys
		umount /proc/sys
		umount /proc/kcore
		umount /proc
		umount -l /
		unshare -m true
		unshare -U true
		unshare -UrmC mount -t cgroup -o pids cgroup /etc
		unshare -n true
	END
}

@test "no raw device, no mount, no remount, no namespace to do it in" {
	mknod "$root/disk" b 254 0 # in the root already, as an image may have it
	chmod 666 "$root/disk"
	# They are real attacks: without the confinement such succeed.
	run -0 nsbox run --unconfined "$root" -- sh -c 'mount -t tmpfs tmpfs /etc && mount -o remount,ro /etc &&
		mount -t proc proc /etc && umount /etc && unshare -m true && unshare -U true'
	both devices_and_mounts
	# Where there is no user namespace, the root being an image, it is the same.
	requires mksquashfs
	mksquashfs "$root" "$USER_DIR/root.squashfs" -quiet -noappend >/dev/null
	rm -rf "$root" && mkdir "$root"
	in_image devices_and_mounts
	rm "$USER_DIR/root.squashfs"
}

# The same on the image, as root.
in_image() {
	local image=$USER_DIR/root.squashfs lines

	lines=$(declare -f "$1" | sed -n '/<<-/,/^END$/p' | sed '1d;$d')
	# shellcheck disable=SC2016
	run -0 nsbox run "$image" -- sh -c 'while read -r line; do
		sh -c "$line" >/dev/null 2>&1 </dev/null && echo "it succeeds: $line"; done; echo "end $#"' <<<"$lines"
	expect 'what succeeds' 'end 0' "$output"
}

sysctls() {
	all_fail "$1" <<-'END'
		echo '|/bin/sh' >/proc/sys/kernel/core_pattern
		echo x >/proc/sys/kernel/hostname
		echo 1 >/proc/sys/net/ipv4/ip_forward
		echo b >/proc/sysrq-trigger
		echo x >/proc/irq/default_smp_affinity
		echo 1 >/sys/kernel/profiling
		grep . /proc/keys
		grep . /proc/timer_list
		dd if=/proc/kcore of=/dev/null count=1
		grep . /sys/firmware/acpi/tables/DSDT
		find /sys/fs/cgroup -type f | grep .
		find / -name release_agent | grep .
		chmod 777 /proc/sys/kernel/core_pattern
	END
}

@test "no sysctl is written, no core pattern, no release agent, nothing that is hidden read" {
	local before

	before=$(cat /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname)
	both sysctls
	[ "$(cat /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname)" = "$before" ]
}

system_calls() {
	local calls

	mapfile -t calls < <("$CALLS" --list | grep -vx -e chroot -e personality)
	run -0 "$1" nsbox run "$root" -- calls "${calls[@]}" # keyrings, modules, clocks, ptrace and bpf
	run -0 grep -v ' EPERM$' <<<"$output"$'\n'"none other"
	expect 'not denied' 'none other' "$output"
	run -0 "$1" nsbox run "$root" -- calls 600 $((0x40000000 + 1))
	expect 'beyond the table, x32' $'600 ENOSYS\n1073741825 ENOSYS' "$output"
	run "$1" nsbox run "$root" -- calls --compat
	expect 'a 32-bit system call: status' 159 "$status" # 128 + SIGSYS
}

@test "no keyring, module, clock, trace or BPF; a static program, 32 bits, x32 and the unknown included" {
	[ "$(uname -m)" = x86_64 ] || skip 'knows system calls by their numbers on x86-64'
	both system_calls
}

out_of_sight() {
	local how=$1

	make_escape
	exec 8</ 9<"$secret"
	run -0 "$how" nsbox run -d --name "$box" "$root" -- sleep 600
	run -0 "$how" nsbox run "$root" -- sh -c "ls /proc/self/fd; ls -d /proc/[0-9]* | wc -l; cat /proc/self/fd/9
		ls /proc/self/fd/8/etc; cat /proc/1/root$secret; cat /proc/1/cwd$secret; cat $secret; kill -0 $$
		ls /oldroot /newroot; escape $secret && echo contained; ls /proc/1/fd; :"
	expect 'what is seen' $'0\n1\n2\n3\n[2-6]\n*' "$output"
	expect 'escape' '*contained*' "$output"
	run ! grep -x secret <<<"$output"
	run -0 "$how" nsbox exec "$box" sh -c "ls /proc/self/fd; cat /proc/self/fd/9 2>&1; kill -0 $$ 2>&1; :"
	expect 'what exec sees' $'0\n1\n2\n3\n*No such*No such process*' "$output"
	exec 8<&- 9<&-
	rm -rf "$root/escape"
	"$how" nsbox stop --grace 0 "$box"
	# Every mount is ours: of the host's file systems only the root itself is there.
	run -0 "$how" nsbox run "$root" -- cat /proc/self/mountinfo
	run ! grep -e "$BATS_RUN_TMPDIR/[^u]" -e ' /home ' -e ' /run' <<<"$output"
	[ "$(awk '$5 !~ "^/(proc|sys|dev|$)"' <<<"$output")" = '' ]
}

@test "no descriptor of the caller's, no process of the host's, no way by /proc/1/root or chroot" {
	both out_of_sight
}

@test "no word is put into the terminal that it is run on" {
	requires script
	local how

	[ "$(cat /proc/sys/dev/tty/legacy_tiocsti 2>/dev/null || echo 1)" = 1 ] || skip 'the kernel forbids it itself'
	# It would work: the test sees it.
	run -0 as_user script -qec "$CALLS --type x" /dev/null </dev/null
	expect 'without a box' '*[0-5] of 6 denied*' "$output"
	for how in env as_user; do
		run -0 "$how" script -qec "$(type -P nsbox) run $root calls --type x" /dev/null </dev/null
		expect 'in a box' '*6 of 6 denied*' "$output"
		"$how" nsbox run -d --name "$box" "$root" sleep 600
		run -0 "$how" script -qec "$(type -P nsbox) exec -t $box calls --type x" /dev/null </dev/null
		expect 'by exec' '*6 of 6 denied*' "$output"
		"$how" nsbox stop --grace 0 "$box"
	done
}

@test "nothing of the caller's environment, and nothing of it changes what the programs do" {
	local how

	for how in env as_user; do
		run -0 "$how" env LD_LIBRARY_PATH=/x GCONV_PATH=/x SECRET=1 TERM=dumb \
			nsbox run "$root" env
		expect environment 'HOME=/root PATH=*:/bin TERM=dumb ' "$(sort <<<"$output" | tr '\n' ' ')"
		run -0 "$how" env SECRET=1 nsbox run "$root" cat /proc/1/environ
		run ! grep -a SECRET <<<"$output"
	done
}

@test "no setting is read from the root, or from beside it" {
	mkdir -p "$root/run/nsbox" "$root/etc/nskit"
	echo 'touch /made' | tee "$root/.nsboxrc" "$root/etc/nsbox.conf" "$root/etc/nskit/nsbox" "$root/.profile" \
		"$root/etc/profile" >/dev/null
	(cd "$root" && run -0 as_user env ENV="$root/.profile" HOME="$root" nsbox run "$root" true)
	(cd "$root" && as_user nsbox run . true)
	run ! test -e "$root/made" -o -e /made
}

@test "names of a bridge and of ports that are too long, or odd: refused, and no link is made" {
	local before word

	before=$(ip -o link)
	for word in abcdefghijklmnop "$(printf '%065536d' 1)" a/b .. 'a b' %d 'x;id' "\$(id)" ''; do
		run -125 nsbox run --net bridge --bridge "$word" --pool 10.99.0.0/24 "$root" true
		[[ $output == 'nsbox: bridge '* || $output == *'nsveth: bridge '* ]]
	done
	for word in 80 80:99999 80:80:80:80:80 'a:b' "80:80 --delete"; do
		run -125 nsbox run --net bridge --bridge x --pool 10.99.0.0/24 -p "$word" "$root" true
	done
	[ "$(ip -o link)" = "$before" ]
	wait_for no_tables
}

no_tables() {
	! nft list tables | grep nskit-box
}

@test "an ordinary user reaches no box of root's, and wires nothing" {
	local before pid

	nsbox run -d --name "$box" "$root" sleep 600
	pid=$(sed -n 's/:.*//p' "/run/nskit/$box" | head -1)
	before=$(ip -o link)
	run -125 as_user nsveth -t "$pid" -a 10.99.0.2/24
	run -125 as_user nsjoin -t "$pid" -- true
	run -125 as_user nsbox exec "$box" true
	expect message "nsbox: no box *" "$output"
	run ! as_user cat "/run/nsbox/$pid"
	[ "$(ip -o link)" = "$before" ]
	nsbox stop --grace 0 "$box"
}

@test "abstract sockets of the host are out of reach, and --net host warns that they aren't" {
	requires perl
	local name=nsbox-$$

	spawn perl -MIO::Socket::UNIX -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("\0$ARGV[0]"));
		listen(S, 5); open(F, ">", $ARGV[1]); close F; sleep 600' "$name" "$BATS_TEST_TMPDIR/up"
	wait_for test -e "$BATS_TEST_TMPDIR/up"
	"$REACH" "$name"
	run -1 nsbox run "$root" reach "$name"
	run -1 as_user nsbox run "$root" reach "$name"
	run -0 --separate-stderr nsbox run --net host "$root" reach "$name"
	expect warning 'nsbox: *abstract sockets*' "$stderr"
}

@test "more processes, or memory, than it may have: the box is what fails" {
	# shellcheck disable=SC2016
	run nsbox run --pids 30 "$root" -- sh -c 'f() { f | f & }; f; sleep 1; echo survived'
	expect 'the fork bomb' '*' "$output"
	run -0 nsbox run "$root" true
	run nsbox run --memory 16M "$root" -- sh -c 'x=x; while :; do x=$x$x; done'
	expect status 137 "$status"
}
