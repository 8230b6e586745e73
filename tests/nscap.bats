#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nscap: what PROG is left with: capabilities, securebits, ids, limits

load helpers

teardown() {
	release
	rm -rf "${root:-}"
}

# A field of the own /proc/PID/status, as cat has it below nscap: `field CapEff nscap --drop all`.
field() {
	local name=$1

	shift
	"$@" -- cat /proc/self/status | sed -n "s/^$name:[[:space:]]*//p" | tr '\t' ' ' | sed 's/ $//'
}

# The five sets, in the order of the kernel: inheritable permitted effective bounding ambient.
sets() {
	"$@" -- cat /proc/self/status | sed -n 's/^Cap...:\t0*\([0-9a-f]\)/\1/p' | xargs
}

# The sets of this machine's root, less those in a mask of hexadecimal digits.
less() {
	printf '%x' $((0x$(field CapBnd env) & ~0x$1))
}

# What root begins with, without net_raw (bit 13): the same on each machine.
poor=(setpriv --bounding-set=-net_raw --inh-caps=-net_raw)

@test "capabilities: without an option PROG keeps what it has, but nothing inheritable or ambient" {
	requires root capsh
	[ "$(sets nscap)" = "0 $(less 0) $(less 0) $(less 0) 0" ]
	run -0 capsh --inh=cap_chown --addamb=cap_chown -- -c 'nscap cat /proc/self/status'
	expect sets $'*CapInh:\t0000000000000000*CapAmb:\t0000000000000000*' "$output"
}

@test "capabilities: what is dropped leaves all sets; names, numbers, upper and lower case" {
	requires root
	local caps

	for caps in net_raw NET_RAW cap_net_raw CAP_NET_RAW 13; do
		[ "$(sets nscap --drop $caps)" = "0 $(less 2000) $(less 2000) $(less 2000) 0" ]
	done
	caps=$(less 10000002001)
	[ "$(sets nscap --drop net_raw,chown --drop 40)" = "0 $caps $caps $caps 0" ]
	[ "$(sets nscap --drop all)" = '0 0 0 0 0' ]
}

@test "capabilities: no program of root, setuid or with capabilities of its file, gets one back" {
	requires root setcap
	local cat=$BATS_TEST_TMPDIR/cat

	cp /bin/cat "$cat"
	chmod 4755 "$cat"
	[ "$(nscap --drop net_raw -- "$cat" /proc/self/status | grep -c "^Cap.*$(less 2000)")" = 3 ]
	setcap cap_net_raw,cap_chown+p "$cat"
	run -0 nscap --drop net_raw -u 1234 -- "$cat" /proc/self/status
	expect permitted $'*CapPrm:\t0000000000000001*' "$output"
	setcap cap_net_raw,cap_chown+ep "$cat"
	run -126 nscap --drop net_raw -u 1234 -- "$cat" /proc/self/status
}

@test "capabilities: only, keep and add, whatever their order" {
	requires root
	local hex words

	while read -r hex words; do
		# shellcheck disable=SC2086
		[ "$(sets nscap $words)" = "0 $hex $hex $hex 0" ] || expect "$words" "$hex" "$(sets nscap $words)"
	done <<-'END'
		0 --only none
		0 --drop all
		a00425fb --only default
		2000 --only net_raw
		2001 --only net_raw --only chown
		2001 --only chown,net_raw
		2001 --drop all --keep net_raw,chown
		2001 --keep chown --drop all --keep net_raw
		2001 --drop all --add 0,13
		2001 --add 0 --only net_raw
		1 --drop net_raw --only net_raw,chown
		1 --only net_raw,chown --drop net_raw
		2001 --add net_raw --drop net_raw --only chown
		a00425fb --drop setfcap,net_raw --only none,default --add setfcap --keep 13 --drop 31
		a00425fb --drop all --only net_raw --keep default
	END
}

@test "capabilities: a root with the default ones makes no device, for nothing else would forbid it to open it" {
	requires root
	make_root
	local made='busybox mknod /dev/disk b 7 0 && ls /dev/disk'

	[ "$(nsnew -m -- nsroot "$root" -- sh -c "$made")" = /dev/disk ] # the attack exists
	run -1 nsnew -m -- nsroot "$root" -- nscap --only default -- sh -c "$made"
	expect error '*mknod: /dev/disk: Operation not permitted' "$output"
}

@test "capabilities: one that isn't here is no error when dropped, and a clear one when asked for" {
	requires root
	local option

	for option in --drop --keep; do
		run -0 "${poor[@]}" nscap $option net_raw -- grep CapBnd /proc/self/status
		[ $((0x${output##*:?} & 0x2000)) = 0 ]
	done
	for option in --add --only --ambient --inheritable; do
		fails 125 'nscap: capability net_raw was asked for, and is not here' \
			"${poor[@]}" nscap $option chown,net_raw -- true
		run -0 "${poor[@]}" nscap $option default -- true
		run -0 "${poor[@]}" nscap $option all -- true
	done
	# Permitted, but gone from the bounding set: PROG couldn't have it.
	fails 125 'nscap: capability net_raw was asked for, and is not here' \
		capsh --drop=cap_net_raw -- -c 'exec nscap --ambient net_raw -- true'
	[ "$(sets "${poor[@]}" nscap --only default)" = '0 a00405fb a00405fb a00405fb 0' ]
	fails 125 'nscap: capability 63 was asked for, and is not here' nscap --add 63 -- true
	run -0 nscap --drop 63 -- true
}

@test "capabilities: words that are none" {
	local word

	for word in '' ',' 'chown,' ,chown chown,,kill sys_foo cap_ -1 64 99999999999999999999 0x1 1x 'chown ' +chown \
		"$(printf '%0300d' 0)"; do
		fails 125 "nscap: --drop '$word': " nscap --drop "$word" -- true
		fails 125 "nscap: --ambient '$word': " as_user nscap --ambient "$word" -- true
	done
	fails 125 "nscap: --only 'chown,sys_foo': Invalid argument (sys_foo)" nscap --only chown,sys_foo -- true
	expect hint '*hint: a capability goes by its name, *' "$stderr"
}

@test "capabilities: ambient ones are there for a user other than root, and no others" {
	requires root
	[ "$(sets nscap -u 1234)" = "0 0 0 $(less 0) 0" ]
	[ "$(sets nscap --ambient net_raw,chown -u 1234)" = "2001 2001 2001 $(less 0) 2001" ]
	[ "$(sets nscap -u 1234 --drop all --ambient 10)" = '400 400 400 400 400' ]
	[ "$(sets nscap -u 1234 --ambient chown --only none --no-new-privs)" = '1 1 1 1 1' ]
	[ "$(sets nscap --ambient all -- nscap -u 1234)" = "0 0 0 $(less 0) 0" ]
}

@test "capabilities: inheritable ones are for files that let inherit them" {
	requires root setcap
	local cat=$BATS_TEST_TMPDIR/cat

	[ "$(sets nscap -u 1234 --only kill --inheritable chown)" = '1 0 0 21 0' ]
	cp /bin/cat "$cat"
	setcap cap_chown,cap_kill+ei "$cat"
	run -0 nscap -u 1234 --only kill --inheritable chown -- "$cat" /proc/self/status
	expect sets $'*CapPrm:\t0000000000000001\nCapEff:\t0000000000000001*' "$output"
}

@test "capabilities: an ordinary user's bounding set stays, so no_new_privs is asked for" {
	requires userns
	fails 125 'nscap: take capabilities out of the bounding set: Operation not permitted' \
		as_user nscap --drop all -- true
	expect hint '*--no-new-privs*' "$stderr"
	[ "$(sets as_user nscap --no-new-privs --drop all)" = "0 0 0 $(less 0) 0" ]
	[ "$(sets as_user nscap)" = "0 0 0 $(less 0) 0" ]
	# Root without CAP_SETPCAP: with no_new_privs PROG doesn't get back what the bounding set has.
	requires root
	poor=(setpriv --bounding-set=-setpcap --inh-caps=-setpcap)
	fails 125 'nscap: take capabilities' "${poor[@]}" nscap --drop net_raw -- true
	run -0 "${poor[@]}" nscap --no-new-privs --drop net_raw -- grep CapPrm /proc/self/status
	[ $((0x${output##*:?} & 0x2000)) = 0 ]
}

@test "capabilities: the root of a user namespace has all, and gives them up" {
	requires userns
	[ "$(sets as_user nsnew -r -- nscap)" = "$(sets as_user nsnew -r)" ]
	[ "$(sets as_user nsnew -r -- nscap --drop all)" = '0 0 0 0 0' ]
	[ "$(sets as_user nsnew -r -- nscap --only default)" = '0 a00425fb a00425fb a00425fb 0' ]
	[ "$(sets as_user nsnew -r -- nscap --add sys_resource --drop all)" = '0 1000000 1000000 1000000 0' ]
	[ "$(sets as_user nsnew -c --keep-caps -- nscap --only none --ambient net_raw)" = '2000 2000 2000 2000 2000' ]
}

@test "no_new_privs: no setuid program gives PROG another user" {
	requires root
	local id=$USER_DIR/id-$BATS_TEST_NUMBER

	cp "$(type -P id)" "$id"
	chmod 4755 "$id"
	[ "$(nscap -u 1234 -- "$id" -u)" = 0 ] # the attack exists
	[ "$(nscap -u 1234 --no-new-privs -- "$id" -u)" = 1234 ]
	rm "$id"
	[ "$(field NoNewPrivs as_user nscap --no-new-privs)" = 1 ]
	[ "$(field NoNewPrivs as_user nscap)" = 0 ]
}

@test "securebits: with noroot, root is nobody; what is locked stays" {
	requires root capsh
	[ "$(sets nscap --securebits noroot)" = "0 0 0 $(less 0) 0" ]
	[ "$(sets nscap --securebits noroot,noroot_locked --only none --ambient kill)" = '20 20 20 20 20' ]
	run -0 nscap --securebits all -- setpriv --dump
	expect bits "*Securebits: noroot,noroot_locked,no_setuid_fixup,no_setuid_fixup_locked,keep_caps_locked*" \
		"$output"
	run -0 nscap --securebits no_cap_ambient_raise --ambient chown -- nscap --ambient none -- setpriv --dump
	fails 125 'nscap: set the inheritable and ambient capabilities: Operation not permitted' \
		nscap --securebits no_cap_ambient_raise -- nscap --ambient chown -- true
	[ "$(sets nscap --securebits no_setuid_fixup,keep_caps_locked -- nscap -u 1234 --only none --ambient kill)" = \
		'20 20 20 20 20' ]
	fails 125 'nscap: keep the capabilities for a new user: Operation not permitted' \
		nscap --securebits keep_caps_locked -- nscap -u 1234 -- true
	fails 125 'nscap: set the securebits: Operation not permitted' \
		nscap --securebits noroot_locked -- nscap --securebits noroot -- true
	fails 125 "nscap: --securebits 'noroot,no': Invalid argument (no)" nscap --securebits noroot,no -- true
	expect hint '*hint: they are noroot, *' "$stderr"
	fails 125 'nscap: set the securebits: Operation not permitted' as_user nscap --securebits noroot -- true
}

@test "user: a number is itself and its group, and leaves no other" {
	requires root
	[ "$(nscap -u 1234 -- id)" = 'uid=1234 gid=1234 groups=1234' ]
	[ "$(nscap --user=1234:99999 -- id)" = 'uid=1234 gid=99999 groups=99999' ]
	[ "$(field Uid nscap -u 1234)" = '1234 1234 1234 1234' ]
	[ "$(field Gid nscap -u 1234:77)" = '77 77 77 77' ]
	[ "$(field Groups nscap -u 1234)" = '' ]
	[ "$(field Groups nscap --groups 8,9 -u 1234)" = '8 9' ]
	[ "$(field Groups nscap --groups none -g 7)" = '' ]
	[ "$(field Gid nscap -g 7)$(field Uid nscap -g 7)" = '7 7 7 70 0 0 0' ]
	[ "$(field Groups setpriv --groups 8,9 nscap -g 7)" = '' ]
}

@test "user: words that are none change nothing" {
	local word

	for word in '' : 1: :1 -1 4294967295 4294967296 0x0 x no-such 1:no-such 1:-1 ' 1' '1 ' +1 root: root:: \
		0:0:0 -x +; do
		fails 125 "nscap: user '$word': " as_user nscap -u "$word" -- true
		fails 125 "nscap: user '$word': " nscap -u "$word" -- true
	done
	for word in '' -1 4294967295 no-such 0x0 1:1; do
		fails 125 "nscap: group '$word': " nscap -g "$word" -- true
		fails 125 "nscap: groups '$word': " nscap --groups "$word" -- true
	done
	fails 125 "nscap: user 'no-such': No such file or directory (no such name in /etc/passwd)" nscap -u no-such true
	fails 125 "nscap: groups '1,,2': " nscap --groups 1,,2 -- true
}

@test "user: a number alone brings no group of anybody else, and none out of a file" {
	requires root
	accounts
	printf '%s\n' app:x:77:78 other:x:80:81 db:x:90:90 app2:x:77:79 >>"$root/etc/passwd"
	printf '%s\n' staff:x:78:app db:x:90:app,db disk:x:77: many:x:80:other >>"$root/etc/group"
	ids() {
		field Gid inside nscap "$@"
		field Groups inside nscap "$@"
	}
	[ "$(ids -u 90)" = '90 90 90 90' ]
	[ "$(ids -u 4711)" = '4711 4711 4711 4711' ] # no user's, and not root's
	[ "$(ids -u 0)" = '0 0 0 0' ]
	fails 125 "nscap: user '77': Invalid argument (group 77 is disk here, and not this user's: say USER:GROUP)" \
		inside nscap -u 77 -- id
	fails 125 "nscap: user '80': Invalid argument (group 80 is many here" inside nscap -u 80 --groups 7 -- id
	fails 125 "nscap: user '10': Invalid argument (group 10 is wheel here" inside nscap -u 10 -- id
	[ "$(ids -u 77:77)" = '77 77 77 77' ]
	[ "$(ids -u 77 -g 78)" = '78 78 78 78' ]
	[ "$(ids -g staff -u 77)" = '78 78 78 78' ]
	rm "$root/etc/passwd"
	fails 125 "nscap: user '90': Invalid argument (group 90 is db here" inside nscap -u 90 -- id
	rm "$root/etc/group"
	[ "$(ids -u 90)" = '90 90 90 90' ]
	mkfifo "$root/etc/group"
	fails 125 "nscap: user '90': Invalid argument (/etc/group)" \
		timeout 10 nsnew -m -- nsroot "$root" -- nscap -u 90 -- id
	[ "$(ids -u 90:91)" = '91 91 91 91' ]
}

# A command in a root with accounts of its own.
inside() {
	nsnew -m -- nsroot "$root" -- "$@"
}

accounts() {
	make_root
	cat >"$root/etc/passwd" <<-'END'
		root:x:0:0::/:/bin/sh
		web:x:2001:2002::/:/bin/sh
		minus:x:4294967295:1::/:/bin/sh
		+nis::::::
		1234:x:0:0::/:/bin/sh
	END
	printf '%s\n' wheel:x:10:root,web lab:x:2004:web none:x:2005: minus:x:4294967295:web >"$root/etc/group"
}

@test "user: a name is that of the container's own files, with its groups" {
	requires root
	accounts
	[ "$(inside nscap -u web -- id -u)" = 2001 ]
	[ "$(inside nscap -u web -- id -g)" = 2002 ]
	[ "$(field Groups inside nscap -u web)" = '10 2002 2004' ]
	[ "$(field Groups inside nscap -u web:lab)" = '' ]
	[ "$(field Gid inside nscap -u web:lab)" = '2004 2004 2004 2004' ]
	[ "$(field Groups inside nscap -u web --groups lab,7)" = '7 2004' ]
	[ "$(field Gid inside nscap -g wheel)" = '10 10 10 10' ]
	[ "$(field Uid inside nscap -u 1234)" = '1234 1234 1234 1234' ] # a name of digits is none
	rm "$root/etc/group"
	[ "$(field Groups inside nscap -u web)" = '2002' ]
}

@test "user: hostile files of a container" {
	requires root strace
	local kind

	accounts
	fails 125 "nscap: user 'minus': * (it has no id in /etc/passwd)" \
		inside nscap -u minus -- id
	fails 125 "nscap: group 'minus': * (it has no id in /etc/group)" inside nscap -g minus -- id
	fails 125 "nscap: user '+nis': Invalid argument" inside nscap -u +nis -- id
	# Nothing that a name service would load, here or there, is looked at.
	echo 'passwd: evil' >"$root/etc/nsswitch.conf"
	run -0 strace -f -e trace=open,openat -o "$BATS_TEST_TMPDIR/trace" \
		nsnew -m -- nsroot "$root" -- nscap -u web -- id -u
	[ "$output" = 2001 ]
	run -0 sh -c "sed -n '/etc.passwd/,\$p' '$BATS_TEST_TMPDIR/trace'"
	[[ $output != *nsswitch* && $output != *libnss* ]]
	rm "$root/etc/passwd"
	mknod "$root/etc/passwd" c 1 3
	run -125 strace -f -e trace=open,openat -o "$BATS_TEST_TMPDIR/trace" \
		nsnew -m -- nsroot "$root" -- nscap -u web -- id
	run ! grep '"/etc/passwd"' "$BATS_TEST_TMPDIR/trace" # a device may do something when it is opened
	for kind in 'mkfifo P' 'mkdir P' 'mknod P c 1 5' 'ln -s /proc/self/mem P' 'ln -s P P' true; do
		rm -rf "$root/etc/passwd"
		${kind//P/"$root/etc/passwd"}
		fails 125 "nscap: user 'web': " timeout 10 nsnew -m -- nsroot --proc "$root" -- nscap -u web -- id
	done
}

@test "user: what is no number in a container's files is no id, and never root's" {
	requires root
	local id

	accounts
	for id in '' 4294967296 4294967295 18446744073709551616 -1 +1 ' 1' 1x 0x1; do
		echo "web:x:$id:5::/:/bin/sh" >"$root/etc/passwd"
		fails 125 "nscap: user 'web': Invalid argument (it has no id in /etc/passwd)" inside nscap -u web -- id
		echo "web:x:5:$id::/:/bin/sh" >"$root/etc/passwd"
		fails 125 "nscap: user 'web': Invalid argument (its group has no id in /etc/passwd)" \
			inside nscap -u web -- id
		printf '%s\n' "lab:x:$id:web" "" : :: '# x' web:x >"$root/etc/group"
		fails 125 "nscap: group 'lab': Invalid argument (it has no id in /etc/group)" inside nscap -g lab -- id
		echo web:x:5:6 >"$root/etc/passwd"
		[ "$(field Groups inside nscap -u web)" = 6 ]
	done
	for id in web web:x web:x:; do
		printf %s "$id" >"$root/etc/passwd"
		fails 125 "nscap: user 'web': Invalid argument (it has no id in /etc/passwd)" inside nscap -u web -- id
	done
	printf '\n:x:0:0\n#web:x:1:1\nWeb:x:2:2\nweb:x:5:6' >"$root/etc/passwd"
	[ "$(field Uid inside nscap -u web)" = '5 5 5 5' ]
}

@test "user: a container's files that are endless, or no text, cost no memory and no time" {
	requires root
	local file

	accounts
	for file in passwd group; do
		truncate -s 20G "$root/etc/$file"
		fails 125 "nscap: user 'lost': File too large (a line too long, or no text, in /etc/$file)" \
			timeout 5 sh -c 'ulimit -v 20000; exec "$@"' sh \
			nsnew -m -- nsroot "$root" -- nscap -u lost -- id
		printf 'lost:x:5:6\nx:x:7:8:%02000000d\n' 0 >"$root/etc/$file"
	done
	fails 125 "nscap: user 'lost': File too large (a line too long" inside nscap -u lost -- id
	printf 'lost:x:5:6\n\0\n' >"$root/etc/group"
	fails 125 "nscap: user 'lost': File too large (a line too long" inside nscap -u lost -- id
	printf 'lost:x:5:lost\nbig:x:9:%s\n' "$(printf 'member%d,' {1..50000})lost" >"$root/etc/group"
	[ "$(field Groups inside nscap -u lost)" = '5 6 9' ]
	printf 'g:x:%d:lost\n' {1..300} >"$root/etc/group"
	fails 125 "nscap: user 'lost': Argument list too long (in more than 256 groups)" inside nscap -u lost -- id
}

@test "user: the death of the parent still ends PROG" {
	requires root
	spawn nsnew -p --kill-child -- nscap -u 1234 -- sleep 7711
	wait_for pgrep -x -f 'sleep 7711' >/dev/null
	kill -KILL "$pid"
	wait_for gone "$pid"
	wait_for sh -c '! pgrep -x -f "sleep 7711"'
}

@test "user: in a user namespace, of those that it maps" {
	requires userns
	local groups

	[ "$(as_user nsnew -r -- nscap -u 0 -- id -u)" = 0 ]
	fails 125 'nscap: set the group: Invalid argument (this user namespace maps no such id)' \
		as_user nsnew -r -- nscap -u 1 -- true
	fails 125 'nscap: set the supplementary groups: Operation not permitted' \
		as_user nsnew -r -- nscap --groups none -- true
	fails 125 'nscap: set the supplementary groups: Operation not permitted' as_user nscap -u 0 -- true
	fails 125 'nscap: set the user: Operation not permitted' \
		as_user nscap -u "0:$(as_user id -g)" -- true
	[ "$(as_user nscap -u "$(as_user id -u):$(as_user id -g)" -- id -u)" = "$(as_user id -u)" ]
	requires root
	[ "$(field Groups nsnew --map-users 0:200000:10 --map-groups 0:200000:10 -- nscap -u 5:5 --groups 3)" = 3 ]
	# Where groups can't be changed, it is enough that there is nothing to change, or that a name brought them.
	[ "$(as_user nsnew -r -- nscap -u root -- id -u)" = 0 ]
	[ "$(as_user nsnew -c -- nscap -u "$TEST_USER" -- id -un)" = "$TEST_USER" ]
	[ "$(as_user nscap -u "$TEST_USER" -- id -un)" = "$TEST_USER" ]
	run -0 setpriv --reuid 1234 --regid 77 --groups 8,9 nscap --groups 9,8 -u 1234:77 --groups 8,77,9 -- id -G
	[ "$output" = '77 8 9' ]
	for groups in 8 none 8,9,10; do
		fails 125 'nscap: set the supplementary groups: Operation not permitted' \
			setpriv --reuid 1234 --regid 77 --groups 8,9 nscap --groups "$groups" -- true
	done
}

@test "limits: resources, each and several" {
	run -0 as_user nscap --rlimit core=0,nofile=20:30 --rlimit fsize=unlimited --umask 027 -- \
		bash -c 'ulimit -Sc; ulimit -Hc; ulimit -Sn; ulimit -Hn; ulimit -f; umask'
	[ "$output" = $'0\n0\n20\n30\nunlimited\n0027' ]
	run -0 as_user nscap --rlimit cpu=9,data=1000000000,stack=8000000,rss=7,nproc=9999,memlock=4096 \
		--rlimit as=4000000000,locks=5,sigpending=4,msgqueue=3,nice=0,rtprio=0,rttime=2 -- cat /proc/self/limits
	[ "$(echo "$output" | sed 's/^.\{25\} *//' | awk 'NR > 1 { print $1 }' | xargs)" = \
		"9 unlimited 1000000000 8000000 $(ulimit -c) 7 9999 $(ulimit -n) 4096 4000000000 5 4 3 0 0 2" ]
}

@test "limits: words that are none, and more than there is" {
	local word

	for word in '' core core= =1 foo=1 core=1x core=-1 core=2:1 core=unlimited:1 core=1:2:3 'core=1,' \
		core=18446744073709551615 core=18446744073709551616; do
		fails 125 "nscap: --rlimit '$word': " nscap --rlimit "$word" -- true
	done
	for word in '' 8 0778 -1 1000 x 07x 0x7; do
		fails 125 "nscap: umask '$word' is no mode of octal digits up to 777" nscap --umask "$word" -- true
	done
	for word in '' 1001 -1001 x 1.5 +1; do
		fails 125 "nscap: OOM score '$word' is no number from -1000 to 1000" nscap --oom-score "$word" -- true
	done
	fails 125 "nscap: set the resource limit 'nofile': Operation not permitted" \
		as_user nscap --rlimit nofile=9 -- nscap --rlimit nofile=10 -- true
	expect hint '*hint: that takes CAP_SYS_RESOURCE*' "$stderr"
}

@test "limits: the OOM score rises for anybody, and falls for nobody without privilege" {
	[ "$(as_user nscap --oom-score 500 -- cat /proc/self/oom_score_adj)" = 500 ]
	[ "$(as_user nscap --oom-score 500 -u "$(as_user id -u)" --umask 777 --rlimit nofile=0 -- \
		/bin/busybox cat /proc/self/oom_score_adj 2>&1)" != 500 ] # no descriptor is left to read it with
	fails 125 "nscap: set the OOM score '-1000': Permission denied" as_user nscap --oom-score -1000 -- true
}

@test "descriptors: none but those kept, however few PROG may have, and on kernels without close_range" {
	requires strace
	exec 8</dev/null 9</dev/null
	run -0 nscap --keep-fd 9 --rlimit nofile=5 -- /bin/busybox ls /proc/self/fd
	[ "$output" = $'0\n1\n2\n3\n9' ] # 3 is the directory that ls reads
	run -0 strace -qq -o /dev/null -e inject=close_range:error=ENOSYS \
		nscap --keep-fd 9 --rlimit nofile=5 -- /bin/busybox ls /proc/self/fd
	exec 8<&- 9<&-
	[ "$output" = $'0\n1\n2\n3\n9' ]
}

@test "order: whatever that of the options is, the steps are the same" {
	requires root
	local options=(--drop=all --ambient=chown --securebits=noroot_locked --no-new-privs -u1234 '--groups=5,6'
		--rlimit=core=0 --umask=077 --oom-score=10) steps shuffled

	steps=$(nscap -v "${options[@]}" -- true 2>&1 | sed 's/^[^:]*: //')
	expect steps '*oom_score_adj*umask*prlimit*NO_NEW_PRIVS*KEEPCAPS*setgroups*setresgid*setresuid*'`
		`'capset*CAP_AMBIENT, RAISE*SECUREBITS*CAPBSET_DROP*capset*execve(true)' "$steps"
	for _ in {1..20}; do
		mapfile -t shuffled < <(printf '%s\n' "${options[@]}" | shuf)
		diff <(echo "$steps") <(nscap -v "${shuffled[@]}" -- true 2>&1 | sed 's/^[^:]*: //')
	done
}

@test "order: a step that fails is the end, and PROG doesn't run" {
	requires root strace
	local step

	for step in setgroups setresgid setresuid capset prctl prlimit64; do
		run -125 setpriv --groups 8,9 strace -qq -o /dev/null -e inject=$step:error=EPERM \
			nscap --drop all --ambient chown -u 1234 --no-new-privs --rlimit core=0 -- echo ran
		expect "$step" 'nscap: *: Operation not permitted*' "$output"
	done
}

@test "chain: the next link, PROG's status, and a program that isn't there" {
	[ "$(nscap --no-new-privs -- nscap --umask 022 echo gone)" = gone ]
	run -7 nscap -- sh -c 'exit 7'
	fails 127 "nscap: run 'no-such': No such file or directory" nscap no-such
	fails 126 "nscap: run '/': Permission denied" nscap /
	fails 125 'nscap: missing program to run' nscap --drop 63
}

@test "chain: no word of PROG is taken for an option, be it called like one" {
	local dir=$BATS_TEST_TMPDIR

	fails 127 "nscap: run '--user': No such file or directory" nscap --no-new-privs -- --user 0
	fails 127 "nscap: run '-u': No such file or directory" nscap -- -u 0
	fails 127 'nscap: run '"'"'$(id)'"'"': No such file or directory' nscap -- '$(id)'
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "$@"\n' | tee "$dir/--drop" "$dir/a b" >/dev/null
	chmod +x "$dir/--drop" "$dir/a b"
	[ "$(PATH=$dir:$PATH nscap -- --drop all -- --show)" = 'all -- --show' ]
	[ "$(PATH=$dir:$PATH nscap -- 'a b' -u 1234)" = '-u 1234' ]
}

@test "chain: a container with nsinit, as confined as one of an engine" {
	both confined_container
}

confined_container() {
	run -0 "$1" nsnew -a -- nsroot --host -- \
		nscap --only default --seccomp default --no-new-privs --rlimit core=0 --scope signal -- nsinit -- \
		sh -c 'cat /proc/self/status; echo x >/proc/sys/kernel/core_pattern; mount -t tmpfs none /mnt
			unshare -U true; hostname other; kill -0 1 && uname -n'
	expect status $'*CapBnd:\t00000000a00425fb*NoNewPrivs:\t1\nSeccomp:\t2*' "$output"
	expect refusals '*core_pattern: *mount: *ermission*unshare failed: *not permitted*hostname: *' "$output"
	expect 'host name' "*$(uname -n)" "$output"
}

@test "session: PROG's own, without a terminal; refused for the leader of a process group" {
	run -0 sh -c 'nscap --new-session -- sh -c "cut -d\\  -f 1,6,7 /proc/\$\$/stat" & wait'
	expect 'process, session, terminal' '+([0-9]) +([0-9]) 0' "$output"
	read -r process session _ <<<"$output"
	expect session "$process" "$session"
	fails 125 'nscap: begin a session: Operation not permitted' setsid -w nscap --new-session -- true
}

@test "show: this process, in words and in JSON" {
	requires jq
	local bounds=(as_user nscap --no-new-privs --rlimit 'core=0,nofile=10:20' --umask 027 --oom-score 3
		--seccomp default --)

	run -0 "${bounds[@]}" nscap --show
	expect words $'user *\nno_new_privs  yes\nseccomp       filter\nfilters       1\n*' "$output"
	expect umask $'*\numask         0027\n*' "$output"
	expect score $'*\noom_score     3\n*' "$output"
	expect limit $'*\nnofile * 10 * 20\n*' "$output"
	expect sets $'*\npermitted     none\neffective     none\ninheritable   none\n*\nambient       none\n*' "$output"
	run -0 "${bounds[@]}" nscap --show --json
	jq -e --argjson id "$(as_user id -u)" '.user == {real: $id, effective: $id, saved: $id, files: $id}
		and .permitted == [] and .ambient == [] and .no_new_privs == true
		and .seccomp == "filter" and .filters == 1
		and .umask == "0027" and .limits.nofile == {soft: 10, hard: 20} and .limits.fsize.hard == "unlimited"
		and .securebits == [] and (.limits | length) == 16' <<<"$output"
}

@test "show: capabilities and securebits by their names" {
	requires root jq
	run -0 nscap --only chown,net_raw --ambient chown --securebits noroot,noroot_locked -- nscap --show --json
	[ "$(jq -c '[.permitted, .effective, .inheritable, .bounding, .ambient, .securebits]' <<<"$output")" = \
		'[["chown"],["chown"],["chown"],["chown","net_raw"],["chown"],["noroot","noroot_locked"]]' ]
	run -0 nscap --only chown,net_raw --ambient chown --securebits noroot -- nscap --show
	expect words $'*\npermitted     chown\n*\nbounding      chown,net_raw\n*\nsecurebits    noroot\n*' "$output"
	run -0 nscap --drop net_raw -- nscap --show
	expect most '*bounding      all but *net_raw*' "$output"
}

@test "show: the process of a handle, as operand, option and from a pipe" {
	requires root jq
	local how

	box=$(nscap --only default,sys_admin -- nsnew --hold -u 3>&-)
	started+=("${box%:*}")
	for how in "$box" "-t $box" "-t -" "-"; do
		# shellcheck disable=SC2086
		run -0 sh -c "echo $box | nscap --show --json $how"
		[ "$(jq -r '.bounding | length' <<<"$output")" = 14 ]
		[ "$(jq -r .securebits <<<"$output")" = null ]
	done
	spawn setpriv --reuid 1234 --regid 7 --groups 8,9 sleep 600
	wait_for grep -qx sleep "/proc/$pid/comm"
	run -0 nscap --show "$pid"
	expect ids $'user          1234\ngroup         7\ngroups        8,9\n*' "$output"
	expect securebits $'*\nsecurebits    unknown\n*' "$output"
	fails 125 "nscap: '/proc/self/ns/uts' is files of namespaces, and no process to show" \
		nscap --show /proc/self/ns/uts
}

@test "decode: a set as /proc has it, as a list that the options take" {
	requires root jq
	[ "$(nscap --decode 2001)" = chown,net_raw ]
	[ "$(nscap --decode 0000000000000000)" = none ]
	[ "$(nscap --decode 8000000000000000)" = 63 ]
	[ "$(nscap --decode A00425FB --json | jq -r '.capabilities | length')" = 13 ]
	[ "$(sets nscap --only "$(nscap --decode a00425fb)")" = '0 a00425fb a00425fb a00425fb 0' ]
	for word in '' x 0x1 -1 12345678901234567 '1 '; do
		fails 125 "nscap: '$word' is no set of capabilities" nscap --decode "$word"
	done
	fails 125 "nscap: unexpected word 'true'" nscap --decode 1 -- true
	fails 125 "nscap: unexpected word 'true'" nscap --show 1 true
	fails 125 'nscap: --show and --decode are different questions' nscap --show --decode 1
	fails 125 'nscap: --show changes nothing' nscap --show --drop all
	fails 125 'nscap: --decode changes nothing' nscap -u 0 --decode 1
	fails 125 'nscap: --json is for --show' nscap --json true
	fails 125 'nscap: -t is for --show' nscap -t 1 true
	fails 125 'nscap: write' sh -c 'nscap --show >/dev/full'
}
