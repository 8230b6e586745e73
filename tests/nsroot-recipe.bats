#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsroot: what goes into a root

load helpers

setup() {
	make_root
	make_data
}

teardown() {
	release
	rm -rf "$root" "$data" "$USER_DIR/out"
}

# in_root WHO OPTION... -- PROG: run it in the small root.
in_root() {
	local who=$1 options=()

	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	"$who" nsnew -a -- nsroot "${options[@]}" "$root" "$@"
}

# The options of the mount at a path, as mountinfo has them: of the mount, then of the file system.
options_of() {
	awk -v at="$1" '$5 == at { print $6 }'
}

binds() {
	[ "$(in_root "$1" --bind "$data:/data" -- cat /data/file)" = content ]
	[ "$(in_root "$1" --bind "$data/file:/a/b/c" -- cat /a/b/c)" = content ]
	in_root "$1" --bind "$data:/data" -- touch /data/new
	[ -e "$data/new" ]
	rm "$data/new"
	run -1 in_root "$1" --bind "$data:/data:ro" -- touch /data/new
	expect message '*Read-only file system*' "$output"
	# In order, the later one over the earlier one.
	run -0 in_root "$1" --bind "$data:/data" --tmpfs /data/below --bind "$data/file:/data/below/f" -- cat \
		/data/file /data/below/f
	[ "$output" = $'content\ncontent' ]
}

@test "--bind: a directory or file at a place that is made, also below a file system of ours" {
	both binds
}

attributes() {
	local mounts

	mounts=$(in_root "$1" --bind "$data:/data:ro,noexec,nosuid,nodev,nosymfollow" -- cat /proc/self/mountinfo)
	expect options 'ro,nosuid,nodev,noexec,*nosymfollow*' "$(options_of /data <<<"$mounts")"
	mounts=$(in_root "$1" --volume "$data:/data" -- cat /proc/self/mountinfo)
	expect options 'rw,nosuid,nodev,*' "$(options_of /data <<<"$mounts")"
}

@test "--bind: each attribute is the mount's; --volume is nosuid and nodev" {
	both attributes
}

@test "--bind: rec takes along what is mounted below, read-only all of it; without, it is left out" {
	requires root
	run -0 nsnew -mp -- sh -c 'mount -t tmpfs none "$1/below" && echo deep >"$1/below/deep" &&
		nsroot --bind "$1:/one" --bind "$1:/two:rec,ro" "$2" -- sh -c "
			ls /one/below; cat /two/below/deep; busybox touch /two/below/x 2>&1; :"' - "$data" "$root"
	expect 'both' $'deep\n*Read-only*' "$output"
}

@test "--bind: what a user namespace inherited stays as closed as it was" {
	requires root userns
	# A tmpfs that is nosuid, nodev, noexec, with another one below it, as root has mounted them.
	run -0 nsnew -m -- sh -c 'mount -t tmpfs -o nosuid,nodev,noexec,mode=755 none "$1/below" &&
		mkdir "$1/below/sub" && mount -t tmpfs -o nosuid,mode=755 none "$1/below/sub" && shift && exec "$@"' - \
		"$data" "${user_command[@]}" nsnew -a -- nsroot --bind "$data/below:/data:rec,ro" "$root" -- \
		cat /proc/self/mountinfo
	expect options 'ro,nosuid,nodev,noexec,*' "$(options_of /data <<<"$output")"
	expect options 'ro,nosuid,*' "$(options_of /data/sub <<<"$output")"
}

@test "--bind-fd, --root-fd: what was opened, whatever its path is by now" {
	requires root
	echo right >"$data/below/which"
	run -0 nsnew -a -- sh -c 'cd "$2" && exec 8<"$1" 9<below && mv below was && mkdir below && mv "$1" "$1.was" &&
		exec nsroot --root-fd 8 --bind-fd 9:/data cat /data/which /etc/name' - "$root" "$data"
	mv "$root.was" "$root"
	rm -r "$data/below"
	mv "$data/was" "$data/below"
	[ "$output" = $'right\ninside' ]
	# One that was opened in another mount namespace is found where it still is, and nothing else.
	run -0 nsnew -a --keep-fd 9 -- nsroot --bind-fd 9:/data "$root" cat /data/which 9<"$data/below"
	[ "$output" = right ]
	exec 9<"$data/below"
	fails 125 "nsroot: bind '9' at '/data'" nsnew -a --keep-fd 9 -- sh -c 'mount -t tmpfs none "$2" &&
		exec nsroot --bind-fd 9:/data "$1" cat /data/which' - "$root" "$data"
	exec 9<&-
}

@test "--bind: the separators of the argument in names, after a backslash" {
	requires root
	mkdir "$data/a:b,c\\d"
	echo odd >"$data/a:b,c\\d/file"
	[ "$(in_root env --bind "$data"'/a\:b,c\\d:/x\:y' -- cat /x:y/file)" = odd ]
}

tmpfs() {
	local mounts

	mounts=$(in_root "$1" --tmpfs /t:size=1m,mode=700,noexec --tmpfs /etc -- sh -c \
		'cat /proc/self/mountinfo; stat -c "%a %n" /t /etc; ls /etc')
	expect 'tmpfs' '*rw,nosuid,nodev,noexec*' "$(options_of /t <<<"$mounts")"
	expect 'size' '*size=1024k*' "$(grep ' /t ' <<<"$mounts")"
	expect 'modes' $'*700 /t\n755 /etc' "$mounts"
}

@test "--tmpfs: size, mode, attributes; else the mode of the directory that was there" {
	both tmpfs
}

files() {
	[ "$(echo said | in_root "$1" --file /etc/motd -- cat /etc/motd)" = said ]
	[ "$("$1" sh -c 'echo said >"$1/said"; exec 8<"$1/said"; exec nsnew -a --keep-fd 8 -- nsroot --file \
		/x/y:fd=8,mode=600,ro "$2" -- sh -c "cat /x/y; stat -c %a /x/y; echo no >/x/y || echo closed"' - \
		"$data" "$root" 2>/dev/null)" = $'said\n600\nclosed' ]
	# The source has at most an empty file to mount on.
	[ ! -s "$root/etc/motd" ] && [ ! -s "$root/x/y" ]
	run -0 in_root "$1" --dir /one/two:mode=711 --symlink /proc/self/fd:/one/fd --symlink ../name:/etc/one/l -- \
		sh -c 'stat -c %a /one /one/two; readlink /one/fd; cat /etc/one/l'
	[ "$output" = $'755\n711\n/proc/self/fd\ninside' ]
	# A link that is there already, and leads there, is one; another is not.
	in_root "$1" --symlink ../name:/etc/one/l -- true
	fails 125 "nsroot: link '/etc/one/l' to 'else': File exists" in_root "$1" --symlink else:/etc/one/l -- true
	rm -rf "$root"/{one,x,etc/one,etc/motd}
}

@test "--file, --dir, --symlink: content, modes, and no more than asked for" {
	both files
}

masks() {
	run -0 in_root "$1" --dir /data --mask /data --mask /etc/name --readonly /bin -- sh -c '
		wc -c </etc/name; ls -A /data; touch /bin/x /data/x 2>&1; exec 2>&1; echo x >/etc/name; :'
	expect 'masks' $'0\n*Read-only*\n*Read-only*\n*Read-only*' "$output"
	[ "$(cat "$root/etc/name")" = inside ]
	fails 125 "nsroot: mask '/no/such': No such file or directory" in_root "$1" --mask /no/such -- true
	fails 125 "nsroot: make '/no/such' read-only: No such file" in_root "$1" --readonly /no/such -- true
	rmdir "$root/data"
}

@test "--mask, --readonly: a file, a directory, and what isn't there" {
	both masks
}

standard_masks() {
	run -0 in_root "$1" -- sh -c 'for f in /proc/keys /proc/timer_list /proc/sched_debug /proc/kcore; do
			[ ! -e "$f" ] || wc -c <"$f"; done
		ls -A /sys/firmware
		for f in /proc/sysrq-trigger /proc/sys/kernel/domainname /proc/irq/x; do
			(echo b >"$f") 2>/dev/null && echo "wrote $f"; done
		:'
	expect 'only empty files' '*([0[:space:]])' "$output"
}

@test "what tells of the machine in /proc and /sys is masked or read-only" {
	both standard_masks
}

@test "--unmasked leaves it open" {
	requires root
	[ "$(in_root env --unmasked -- sh -c 'busybox grep -c " /proc/" /proc/self/mountinfo || :')" = 0 ]
}

bare() {
	run -0 in_root "$1" --bare -- ls /
	[ "$output" = $'bin\netc' ]
	run -0 in_root "$1" --bare --proc --dev -- sh -c 'ls /; ls /dev; ls -d /proc/1'
	expect 'those asked for' $'bin\ndev\netc\nproc\n*null*\n/proc/1' "$output"
	rmdir "$root"/{dev,proc}
}

@test "--bare has none of the standard set, but what is asked for" {
	both bare
}

@test "--cgroup, --mqueue: the control groups, read-only or not, and the message queues" {
	requires root
	run -0 in_root env --cgroup -- cat /proc/self/mountinfo
	expect 'cgroup' '*/sys/fs/cgroup*ro,nosuid,nodev,noexec*' "$output"
	run -0 in_root env --cgroup=rw -- cat /proc/self/mountinfo
	expect 'cgroup' 'rw,nosuid,nodev,noexec*' "$(options_of /sys/fs/cgroup <<<"$output")"
	[ "$(in_root env --bare --proc --mqueue -- sh -c 'cat /proc/self/mountinfo' | grep -c /dev/mqueue)" = 1 ]
}

etc_files() {
	run -0 "$1" nsnew -a -- nshost web -- nsroot --etc "$root" -- sh -c 'cat /etc/hostname /etc/hosts
		echo; cat /etc/resolv.conf'
	expect 'names' $'web\n127.0.0.1*localhost*web*' "$output"
	# A resolver on a loopback that isn't the container's is of no use to it.
	[[ ${output##*web} != *nameserver*127.* ]]
	[ ! -s "$root/etc/hosts" ] && [ ! -s "$root/etc/resolv.conf" ]
	rm "$root"/etc/{hostname,hosts,resolv.conf}
}

@test "--etc: hostname, hosts and resolv.conf fit the container; the source isn't written" {
	both etc_files
}

@test "--etc: resolv.conf as a link to a file that only runs on the host" {
	requires root
	ln -s ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
	run -0 in_root env --etc -- sh -c '[ -f /etc/resolv.conf ] && readlink /etc/resolv.conf'
	[ "$output" = ../run/systemd/resolve/stub-resolv.conf ]
	# And the host's has not been touched.
	[ -L "$root/etc/resolv.conf" ]
}

@test "--etc -t: a resolver on the caller's loopback is not the target's: the ones behind it" {
	requires root
	hold -a
	echo 'nameserver 127.0.0.53' >"$data/stub"
	nsnew -m -- sh -c 'mount --bind "$3" /etc/resolv.conf && mount -t tmpfs none /run && cd /run &&
		mkdir -p systemd/resolve && echo nameserver 192.0.2.1 >systemd/resolve/resolv.conf &&
		nsroot -t "$1" --etc "$2"' - "$box" "$root" "$data/stub"
	[ "$(nsjoin -t "$box" -- cat /etc/resolv.conf)" = 'nameserver 192.0.2.1' ]
}

@test "--device: a directory in memory that is the user's own gets no node" {
	requires root
	local tree=$USER_DIR/memory

	mkdir "$tree"
	nsnew -m -- sh -c 'mount -t tmpfs none "$1" && cp -a "$2/." "$1" && mkdir "$1"/dev &&
		nsnew -m -- nsroot --bare --device /dev/full "$1" -- sh -c "! : >/dev/full; stat -c %F /dev/full" &&
		stat -c %F "$1/dev/full"' - "$tree" "$root" >"$data/out"
	rmdir "$tree"
	[ "$(cat "$data/out")" = $'character special file\nregular empty file' ]
}

devices() {
	run -0 in_root "$1" --device /dev/full -- sh -c 'echo x >/dev/full || stat -c %F /dev/full'
	expect 'device' '*character special file' "$output"
	fails 125 "nsroot: take device '/etc/passwd': " in_root "$1" --device /etc/passwd -- true
}

@test "--device: one more, and only a device" {
	both devices
}

@test "/dev/console is the terminal, where there is one" {
	requires root script
	run -0 timeout -k 5 30 script -qec "nsnew -a -- nsroot $root -- sh -c '[ -c /dev/console ] &&
		echo said >/dev/console'" /dev/null </dev/null
	expect 'console' '*said*' "$output"
	run -1 in_root env -- ls /dev/console </dev/null
}

empties() {
	run -0 "$1" nsnew -a -- nsroot --empty --bind "$root/bin:/bin:ro" --tmpfs /tmp -- sh -c \
		'ls / && touch /new && ls /new; readlink /proc/1/exe'
	expect 'an empty root' $'bin\ndev\nproc\nsys\ntmp\n/new*' "$output"
	run -1 "$1" nsnew -a -- nsroot --empty --ro --bind "$root/bin:/bin" -- touch /new
	expect message '*Read-only file system*' "$output"
}

@test "--empty: a root in memory, with --ro closed once it is filled" {
	both empties
}

read_only() {
	mkdir -p "$root"/{proc,sys,dev}
	run -1 in_root "$1" --ro -- touch /new
	expect message '*Read-only file system*' "$output"
	fails 125 "nsroot: mount a tmpfs at '/new': Read-only file system" in_root "$1" --ro --tmpfs /new -- true
	expect hint '*--overlay*' "${stderr_lines[1]}"
	in_root "$1" --ro --tmpfs /etc -- touch /etc/new
	rmdir "$root"/{proc,sys,dev}
}

@test "--ro: nothing of DIR can be written, and nothing was for it" {
	both read_only
}

@test "--nosuid, --nodev: a setuid program gives nothing, a device node doesn't open" {
	requires root
	cc -static -x c -o "$root/bin/euid" - <<<'#include <stdio.h>
		#include <unistd.h>
		int main(void) { return printf("%d\n", (int)geteuid()) < 0; }'
	chmod 4755 "$root/bin/euid"
	mknod -m 666 "$root/null" c 1 3
	in_root env -- busybox test -w /null
	run -0 in_root env -- nsnew -u -S 77 -G 77 -- euid
	[ "$output" = 0 ]
	run -0 in_root env --nosuid --nodev -- nsnew -u -S 77 -G 77 -- sh -c \
		'(echo x >/null) 2>&1; euid'
	expect 'neither' $'*Permission denied\n77' "$output"
}

@test "a missing source: nothing has happened" {
	requires root
	fails 125 "nsroot: open '$data/none': No such file or directory" in_root env \
		--dir /made --bind "$data:/made2" --bind "$data/none:/x" -- true
	[ ! -e "$root/made" ] && [ ! -e "$root/made2" ]
	fails 125 "nsroot: open root directory '$data/none': No such file" nsnew -m -- \
		nsroot --layer "$root" --layer "$data/none" -- true
}

@test "a later step that fails leaves no directory, file, link or mount behind" {
	requires root
	fails 125 "nsroot: mask '/none'" in_root env --dir /a/b/c --symlink x:/etc/l --bind "$data/file:/etc/f" \
		--tmpfs /t --device /dev/null --mask /none -- true
	[ "$(cd "$root" && find . -mindepth 1 -not -path './bin/*' | sort | xargs)" = './bin ./etc ./etc/name' ]
}

@test "words that make no sense are refused before anything" {
	requires root
	local word

	for word in --bind=x --bind=x:y --bind="$data:y" --bind="$data:/y:zz" --bind="$data:/y:ro=1" --tmpfs=t \
		--tmpfs=/t:size=0 --tmpfs=/t:size=-1 --tmpfs=/t:size=9223372036854775808 --tmpfs=/t:size=1x \
		--tmpfs=/t:mode=9 --tmpfs=/t:rec --tmpfs=/t:size=1m,,ro --dir=/d:ro --dir=/d:mode= --file=f \
		--symlink=/l --symlink=:/l --symlink=a:b --mask=m --readonly=r --umount=/x --cgroup=x --bind-fd=x:/y \
		--bind-fd=77:/y --device=null --json; do
		fails 125 'nsroot: ' in_root env "$word" -- true
	done
	fails 125 'nsroot: one root only' nsnew -m -- nsroot --host --empty -- true
	fails 125 'nsroot: only one --file' in_root env --file /a --file /b -- true
	fails 125 'nsroot: only one --file' nsroot -t - --add --file /a
	fails 125 "nsroot: --umount '/a/b' is done with '/a' already" nsroot -t 1 --add --umount /a --umount /a/b
	[ "$(cd "$root" && echo *)" = 'bin etc' ]
}

@test "--plan: what would be done, in order; nothing is" {
	requires root jq
	run -0 nsroot --plan --ro --bind "$data:/data:ro" --tmpfs /t:size=1m --mask /x "$root"
	expect 'plan' $'STEP *\ndirectory */ *ro *'"$root"$'\nproc */proc *masked*\nsysfs *\ndev *\nbind */data *ro *
tmpfs */t *nosuid,nodev,size=1m*\nmask */x *\npivot *' "$output"
	run -0 nsroot --plan --json --bind "$data:/data:ro" "$root" -- true
	[ "$(jq -r '.steps[] | select(.step == "bind") | .source, .target, .options' <<<"$output")" = \
		"$data"$'\n/data\nro' ]
	[ "$(cd "$root" && echo *)" = 'bin etc' ]
}

added() {
	box=$("$1" nsnew --hold -a)
	started+=("$box")
	"$1" nsroot -t "$box" "$root"
	"$1" nsroot -t "$box" --add --tmpfs /mnt/t --dir /mnt/d --symlink d:/mnt/l
	[ "$("$1" nsjoin -t "$box" -- sh -c 'ls /mnt; touch /mnt/t/x')" = $'d\nl\nt' ]
	"$1" nsroot -t "$box" --add --umount /mnt/t
	[ "$("$1" nsjoin -t "$box" -- ls /mnt/t)" = '' ]
	[ "$("$1" nsjoin -t "$box" -- sh -c 'busybox grep -c /mnt/t /proc/self/mountinfo')" = 0 ]
	fails 125 "nsroot: unmount '/mnt/t', where nothing is mounted" "$1" nsroot -t "$box" --add --umount /mnt/t
	rm -r "${root:?}/mnt"
}

@test "--add: into a container that runs; --umount: and out of it" {
	both added
}

@test "--add --volume: root puts a directory of the host into a container that runs" {
	requires root userns
	hold_as_user -a
	as_user nsroot -t "$box" "$root"
	nsroot -t "$box" --add --volume "$data:/data"
	[ "$(nsjoin -t "$box" -- cat /data/file)" = content ]
	# An ordinary user can't: the host is out of sight for the container, and he is root only there.
	fails 125 "nsroot: use '$data' in the target" as_user nsroot -t "$box" --add --volume "$data:/data2"
	# What failed has left nothing.
	fails 125 "nsroot: mask '/none'" nsroot -t "$box" --add --tmpfs /data3 --bind "$data:/data4" --mask /none
	[ "$(nsjoin -t "$box" -- sh -c 'busybox grep -c /data /proc/self/mountinfo')" = 1 ]
	[ ! -e "$root/data3" ] && [ ! -e "$root/data4" ]
}

@test "--add in a chain: this mount namespace, as it is, and one thing more" {
	requires root
	run -0 nsnew -m -- nsroot --add --tmpfs "$data/below" -- sh -c 'touch "$1/below/x"; ls "$1/below"' - "$data"
	[ "$output" = x ]
	[ -z "$(ls "$data/below")" ]
}

@test "--idmap: a shared, unshifted directory in a container with other ids" {
	requires root
	chown -R 0:0 "$data"
	chown 7:8 "$data/file"
	hold -a --map-users=0:100000:65536 --map-groups=0:100000:65536
	nsroot -t "$box" --idmap --bind "$data:/data:idmap" "$root"
	[ "$(nsjoin -t "$box" -- stat -c '%u %g' /data/file /data | xargs)" = '7 8 0 0' ]
	nsjoin -t "$box" -- touch /data/new
	[ "$(stat -c %u "$data/new")" = 0 ]
	# By a map of one's own.
	[ "$(in_root env --bind "$data:/data:idmap=7:70:1" -- stat -c %u /data/file)" = 70 ]
	[ "$(in_root env --bare --idmap=0:0:9000 -- stat -c %u /etc/name)" = "$(stat -c %u "$root/etc/name")" ]
	fails 125 'nsroot: --idmap without a MAP' in_root env --idmap -- true
}

@test "the root itself is no place to mount on, to mask or to unmount" {
	requires root
	local word

	for word in --readonly=/ --mask=/ --tmpfs=/ "--bind=$data:/" --mask=/etc/..; do
		fails 125 'nsroot: *(it is the root itself)' in_root env "$word" -- true
	done
	hold -a
	nsroot -t "$box" "$root"
	fails 125 "nsroot: unmount '/': *(it is the root itself)" nsroot -t "$box" --add --umount /
	[ "$(nsjoin -t "$box" -- cat /etc/name)" = inside ]
}

@test "--plan: options longer than anything; --host with --ro is refused" {
	requires root
	run -0 nsroot --plan "--tmpfs=/t:size=1m$(printf ',size=%020d' {1..5})" "$root"
	fails 125 'nsroot: --ro, --nosuid and --nodev' nsnew -m -- nsroot --host --ro -- true
}

@test "a layer that the target lacks can't be written by it while it is attached there" {
	requires root userns strace
	hold_as_user -a
	mkdir "$data/mounted"
	# Stopped while it is attached: the overlay is not yet made.
	spawn nsnew -m -- sh -c 'mount --bind "$2" "$3" && exec strace -f -qq -o /dev/null -e trace=fsopen \
		-e inject=fsopen:delay_enter=5000000:when=4 nsroot -t "$1" --overlay --layer "$3" --layer "$2"' - \
		"$box" "$root" "$data/mounted"
	wait_for grep -q " $root /proc/fs " "/proc/$box/mountinfo"
	expect options 'ro,*' "$(awk '$5 == "/proc/fs" { print $6 }' "/proc/$box/mountinfo")"
}
