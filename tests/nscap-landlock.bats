#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nscap --fs-ro, --fs-rw and --scope: what Landlock keeps PROG from

load helpers

setup() {
	data=$USER_DIR/data-$BATS_TEST_NUMBER
	mkdir -p "$data/ro" "$data/rw"
	echo content | tee "$data/ro/file" "$data/rw/file" "$data/file" >/dev/null
	chmod -R a+rwX "$data"
}

teardown() {
	release
	rm -rf "$data" "${root:-}"
}

# What the shell and common programs need, and two directories.
confined=(nscap --no-new-privs --fs-ro /usr --fs-ro /bin --fs-ro /lib --fs-ro /lib64 --fs-rw /dev/null)

inside() {
	"${confined[@]}" --fs-ro "$data/ro" --fs-rw "$data/rw" -- sh -c "cd / && data=$data && $1"
}

# Each line fails inside, for root and the ordinary user, with a permission denied.
denied() {
	local line who

	while read -r line; do
		for who in env as_user; do
			run "$who" "${confined[@]}" --fs-ro "$data/ro" --fs-rw "$data/rw" -- \
				sh -c "cd / && data=$data && $line"
			[[ $status != 0 && $output == *[Pp]ermission\ denied* ]] || echo "$who: $line: $status, $output"
		done
	done >"$BATS_TEST_TMPDIR/passed"
	cat "$BATS_TEST_TMPDIR/passed"
	[ ! -s "$BATS_TEST_TMPDIR/passed" ]
}

@test "files: what is named is reached, for reading or for all, and nothing else is" {
	run -0 inside 'cat $data/ro/file; ls $data/ro; echo more >>$data/rw/file; : >$data/rw/new; rm $data/rw/new
		mkdir $data/rw/dir; mv $data/rw/file $data/rw/dir/; ln -s x $data/rw/link
		truncate -s 0 $data/rw/dir/file; mv $data/rw/dir/* $data/rw'
	[ "$output" = $'content\nfile' ]
	denied <<-'END'
		cat $data/file
		ls $data
		cat /etc/passwd
		ls /etc
		echo x >$data/file
		echo x >>$data/ro/file
		: >$data/ro/file
		truncate -s 0 $data/ro/file
		: >$data/ro/new
		rm $data/ro/file
		mkdir $data/ro/dir
		mv $data/ro/file $data/rw/other
		ln $data/rw/file $data/ro/hard
		mv $data/rw/file $data/moved
		ln -s x $data/ro/link
		mkfifo $data/ro/pipe
		cat $data/rw/../file
		cat /proc/self/root/etc/passwd
		cat $data/ro/../../../../../../../etc/passwd
	END
	[ "$(cat "$data/ro/file" "$data/file")" = $'content\ncontent' ]
}

@test "files: neither a link inside nor a directory kept open leads out" {
	ln -s "$data/file" "$data/rw/out"
	denied <<<'cat $data/rw/out'
	exec 8<"$data"
	run ! "${confined[@]}" --keep-fd 8 --fs-rw "$data/rw" -- cat /proc/self/fd/8/file
	expect error '*ermission denied*' "$output"
	exec 8<&-
}

@test "files: root with every capability gets no further, nor by another process or a mount" {
	requires root
	local line

	spawn sleep 600
	for line in 'cat /etc/shadow' "cat /proc/$pid/root/etc/shadow" "readlink -v /proc/$pid/fd/0" \
		'mount -t tmpfs none /mnt' 'mount --bind /etc /mnt' 'unshare -m mount --bind /etc /usr' \
		'chroot /proc/1/root cat /etc/shadow'; do
		run nscap --fs-ro /usr --fs-ro /bin --fs-ro /lib --fs-ro /lib64 --fs-ro /proc -- sh -c "$line"
		[[ $status != 0 && $output == *[Pp]ermission\ denied* || $output == *not\ permitted* ]] ||
			expect "$line" denied "$status $output"
	done
}

@test "files: one by one, by link, by descriptor, in any order with the other options" {
	local file=$data/ro/file

	ln -s "$file" "$data/link"
	run -0 "${confined[@]}" --fs-ro "$data/link" -- cat "$file"
	run ! "${confined[@]}" --fs-ro "$data/link" -- ls "$data/ro"
	run -0 "${confined[@]}" --fs-rw /dev/fd/9 -- sh -c "echo x >>$file" 9<"$file"
	run -0 nscap --fs-ro / --seccomp default --no-new-privs --umask 77 -- cat "$file"
	(cd "$data" && run -0 "${confined[@]}" --fs-ro ro -- cat "$file")
	run -0 "${confined[@]}" --fs-ro "$data" -- nscap --fs-ro /usr --fs-ro /bin --fs-ro /lib --fs-ro /lib64 -- true
	run -1 "${confined[@]}" --fs-ro "$data" -- nscap --fs-ro / -- cat /etc/passwd # what comes after can only take
}

@test "files: what isn't there, or keeps PROG from running, is told" {
	fails 125 "nscap: let PROG reach '/no/such': No such file or directory" \
		nscap --no-new-privs --fs-ro / --fs-rw /no/such -- true
	fails 125 "nscap: let PROG reach '': No such file or directory" nscap --no-new-privs --fs-ro '' -- true
	fails 126 "nscap: run '/bin/cat': Permission denied" nscap --no-new-privs --fs-ro /etc -- /bin/cat
	expect hint '*hint: *--fs-ro*' "$stderr"
	fails 125 'nscap: obey the rules of Landlock: Operation not permitted' as_user nscap --fs-ro / -- true
	expect hint '*hint: *--no-new-privs' "$stderr"
}

@test "privilege: CAP_SYS_ADMIN sets the rules and is gone" {
	requires root
	run -0 nscap --fs-ro / --only none -- cat /proc/self/status
	expect status $'*CapEff:\t0000000000000000*NoNewPrivs:\t0*' "$output"
}

@test "chain: a program of the toolkit is there in another root, and what it runs obeys" {
	requires root
	make_root
	local chain=(nsnew -mp -- nsroot "$root" -- nscap --fs-ro /bin --only none -- nsinit --)

	run -0 "${chain[@]}" ls /bin
	run -1 "${chain[@]}" cat /etc/name
	expect error '*ermission denied*' "$output"
}

@test "scope: no abstract socket and no process outside is reached" {
	requires perl
	local name=nskit-$$-$BATS_TEST_NUMBER reach

	reach='use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0);
		connect(S, pack("Sa*", AF_UNIX, "\0'$name'")) or die "$!\n"'
	spawn as_user perl -e 'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0);
		bind(S, pack("Sa*", AF_UNIX, "\0'"$name"'")); listen(S, 9); sleep 600'
	wait_for grep -q "@$name" /proc/net/unix
	run -0 as_user nscap --no-new-privs --scope signal -- perl -e "$reach"
	run ! as_user nscap --no-new-privs --scope abstract -- perl -e "$reach"
	expect socket 'Operation not permitted' "$output"
	run -0 as_user nscap --no-new-privs --scope abstract -- kill -0 "$pid"
	run ! as_user nscap --no-new-privs --scope abstract,signal -- kill -0 "$pid"
	run -0 as_user nscap --no-new-privs --scope signal -- sh -c 'sleep 9 & kill $!'
	fails 125 "nscap: --scope 'abstract,no': Invalid argument (no)" nscap --scope abstract,no -- true
}

@test "old kernels: Landlock that is missing or can't do it is an error, never silence" {
	requires strace
	local inject=(strace -qq -o /dev/null -e)

	old() {
		run -125 "${inject[@]}" "inject=landlock_create_ruleset:$1:when=1" \
			nscap --no-new-privs "${@:2}" -- echo ran
	}
	old error=ENOSYS --fs-ro /
	expect none 'nscap: make rules for Landlock: * (Landlock came with Linux 5.13)' "$output"
	old error=EOPNOTSUPP --fs-ro /
	expect off 'nscap: make rules for Landlock: * (Landlock is switched off)' "$output"
	old retval=2 --fs-rw /
	expect truncating '*: * (Landlock rules truncating since Linux 6.2)' "$output"
	old retval=5 --scope signal
	expect scopes '*: * (Landlock has scopes since Linux 6.12)' "$output"
	run -0 "${inject[@]}" inject=landlock_create_ruleset:retval=3:when=1 nscap --no-new-privs --fs-rw / -- echo ran
	[ "$output" = ran ]
	run -1 "${inject[@]}" inject=landlock_create_ruleset:retval=3:when=1 "${confined[@]}" -- cat /etc/passwd
}
