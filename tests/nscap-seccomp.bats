#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nscap --seccomp: the default filter, the one that logs, and those from files

load helpers

setup_file() {
	export CALLS=$BATS_FILE_TMPDIR/calls SECFILTER=$BATS_FILE_TMPDIR/secfilter
	chmod 755 "$BATS_FILE_TMPDIR"
	cd "$BATS_TEST_DIRNAME/../lib" || return
	cc -static -D_GNU_SOURCE -o "$CALLS" ../tests/calls.c 3>&-
	build_evaluator cc "$SECFILTER"
}

setup() {
	evaluator=("$SECFILTER")
}

# The program that says what the filter answers, for the compiler's architecture.
build_evaluator() {
	(cd "$BATS_TEST_DIRNAME/../lib" && "$1" -static -D_GNU_SOURCE -I. -o "$2" ../tests/secfilter.c \
		{secfilter,file,text,trace,why}.c) 3>&-
}

# Have evaluate() ask the filter of that architecture, on such a machine or in an emulator.
on() {
	[ "$(uname -m)" != "$1" ] || return 0
	requires "$1-linux-gnu-gcc" "qemu-$1-static"
	evaluator=("qemu-$1-static" "$BATS_TEST_TMPDIR/secfilter")
	build_evaluator "$1-linux-gnu-gcc" "$BATS_TEST_TMPDIR/secfilter"
}

# What the kernel answers to system calls, of which each has a line: `answers nscap --seccomp default`.
answers() {
	local words=()

	while [ "$1" != : ]; do
		words+=("$1")
		shift
	done
	shift
	"${words[@]}" -- "$CALLS" "$@"
}

@test "default: what a container has no business with is denied" {
	requires root
	local calls denied

	mapfile -t calls < <("$CALLS" --list | grep -vx -e chroot -e personality)
	denied=$(answers nscap --only default --seccomp default : "${calls[@]}")
	expect 'not denied' '' "$(grep -v ' EPERM$' <<<"$denied")"
	[ "$(wc -l <<<"$denied")" -gt 50 ]
	# By the filter: without it the kernel looks at what it is asked.
	denied=$(answers nscap --only default : mount umount2 open_tree setns bpf keyctl io_uring_setup unshare)
	expect 'denied without' '' "$(grep ' EPERM$' <<<"$denied")"
	expect 'to an ordinary user' '' \
		"$(answers as_user nscap --no-new-privs --seccomp default : "${calls[@]}" chroot | grep -v ' EPERM$')"
}

@test "default: a capability that PROG begins with brings its system calls" {
	requires root
	local cap call error

	# it_is ANSWER OPTION...: that is the answer to the call.
	it_is() {
		[ "$(answers nscap --seccomp default "${@:2}" : "$call")" = "$call $1" ] || echo "$call: ${*:2}"
	}
	while read -r cap call error; do
		it_is "$error" --only "$cap"
		it_is "$error" --drop all --ambient "$cap" -u 1234
		it_is EPERM --drop "$cap,sys_admin"
		it_is EPERM -u 1234 # a setuid program might have it; PROG hasn't
		it_is EPERM --securebits noroot
	done >"$BATS_TEST_TMPDIR/wrong" <<-'END'
		sys_admin mount EFAULT
		sys_admin unshare EINVAL
		sys_admin clone EINVAL
		sys_admin setns EBADF
		sys_chroot chroot EFAULT
		sys_nice mbind EINVAL
		sys_ptrace kcmp ESRCH
		sys_ptrace process_madvise EINVAL
		sys_time settimeofday EFAULT
		sys_pacct acct EFAULT
		sys_boot reboot EINVAL
		bpf bpf E2BIG
		perfmon perf_event_open EINVAL
		dac_read_search open_by_handle_at EFAULT
		syslog syslog EINVAL
	END
	cat "$BATS_TEST_TMPDIR/wrong"
	[ ! -s "$BATS_TEST_TMPDIR/wrong" ]
	nsnew -m -- nscap --only sys_admin --seccomp default -- mount -t tmpfs none /mnt
}

@test "default: what is newer than the filter isn't there, and threads start without clone3" {
	local answer

	answer=$(answers as_user nscap --no-new-privs --seccomp default \
		: 340 423 435 470 471 1000 0x40000000 0x40000027 -1)
	expect answers '' "$(grep -v ' ENOSYS$' <<<"$answer")"
	requires perl
	[ "$(as_user nscap --no-new-privs --seccomp default -- \
		perl -Mthreads -e 'threads->create(sub { print "ran" })->join')" = ran ]
}

@test "default: no new namespaces, no way into others" {
	requires userns
	hold_as_user -a
	for kind in -U -m -u -i -n -p -C -T; do
		run -1 as_user nscap --no-new-privs --seccomp default -- unshare "$kind" true
		expect "$kind" '*Operation not permitted*' "$output"
	done
	fails 125 'nsnew: create NEWUSER: Operation not permitted' \
		as_user nscap --no-new-privs --seccomp default -- nsnew -U true
	fails 125 "nsjoin: enter *: Operation not permitted" \
		as_user nscap --no-new-privs --seccomp default -- nsjoin -t "$box" true
	run ! as_user nscap --no-new-privs --seccomp default -- bwrap --ro-bind / / true
	expect bwrap '*No permissions to create new namespace*' "$output"
}

# evaluate CAPS LOG: fail with the lines "ANSWER ARCH NUMBER ARGUMENTS" to which the filter answers otherwise.
evaluate() {
	local lines

	lines=$(cat)
	diff <(awk '{ print $1 }' <<<"$lines") <(cut -d' ' -f2- <<<"$lines" | "${evaluator[@]}" "$1" "$2")
}

# decided ARCH CAPS ANSWER: the numbers from 0 to 999 that have the answer, of others than `allow`.
decided() {
	seq 0 999 | sed "s/.*/$1 & 0 0/" | "${evaluator[@]}" "$2" 0 | awk -v answer="$3" '
		function put() { printf "%s%s%s", separator, first, first == last ? "" : "-" last }
		$1 != answer { next }
		NR - 2 != last { if (count++) { put(); separator = " " } first = NR - 1 }
		{ last = NR - 1 }
		END { if (count) put() }'
}

# What is denied, whatever the capabilities; more without CAP_SYS_ADMIN and its like; with none at
# all. Each other number below 470 that a system call has is allowed by container engines too.
@test "default: every number is decided, on x86-64" {
	on x86_64
	local all=0xffffffffffffffff gap='337-423 470-999'

	[ "$(decided 0xc000003e $all EPERM)" = '134 136 139 156 167-168 174 177-178 180-185 212 236 246'\
' 248-250 256 279 320 323 425-427' ]
	[ "$(decided 0xc000003e $all ENOSYS)" = "$gap" ]
	[ "$(decided 0xc000003e a00425fb EPERM)" = '103 134 136 139 153 155-156 163-185 212 227 236-239'\
' 246 248-250 256 279 298 300 304 308 312-313 320-321 323 425-433 438 440 442-443 450 459-461 467' ]
	[ "$(decided 0xc000003e a00425fb ENOSYS)" = "${gap/ / 435 }" ]
	[ "$(decided 0xc000003e 0 EPERM)" = '103 134 136 139 153 155-156 161 163-185 212 227 236-239'\
' 246 248-250 256 279 298 300 304 308 312-313 320-321 323 425-433 438 440 442-443 450 459-461 467' ]
}

@test "default: every number is decided, on aarch64" {
	on aarch64
	local all=0xffffffffffffffff gap='244-259 295-423 470-999'

	[ "$(decided 0xc00000b7 $all EPERM)" = '18 42 104 217-219 224-225 238-239 282 294 425-427' ]
	[ "$(decided 0xc00000b7 $all ENOSYS)" = "$gap" ]
	[ "$(decided 0xc00000b7 a00425fb EPERM)" = '18 39-42 58 60 89 104-106 112 116 142 161-162 170'\
' 217-219 224-225 235-239 241 262 265 268 272-273 280 282 294 425-433 438 440 442-443 450 459-461 467' ]
	[ "$(decided 0xc00000b7 a00425fb ENOSYS)" = "${gap/423/423 435}" ]
	[ "$(decided 0xc00000b7 0 EPERM)" = '18 39-42 51 58 60 89 104-106 112 116 142 161-162 170'\
' 217-219 224-225 235-239 241 262 265 268 272-273 280 282 294 425-433 438 440 442-443 450 459-461 467' ]
}

@test "default: architectures and arguments, on aarch64" {
	on aarch64
	evaluate 0 0 <<-'END'
		kill 0x40000028 172 0 0
		kill 0x40000028 1 0 0
		kill 0xc000003e 172 0 0
		kill 0x800000b7 172 0 0
		kill 0 0 0 0
		allow 0xc00000b7 172 0 0
		ENOSYS 0xc00000b7 0x40000000 0 0
		ENOSYS 0xc00000b7 -1 0 0
		ENOSYS 0xc00000b7 435 0 0
		EPERM 0xc00000b7 29 0 0x5412
		EPERM 0xc00000b7 29 0 0xffffffff0000541c
		allow 0xc00000b7 29 0 0x5413
		EPERM 0xc00000b7 220 0x10000000 0
		EPERM 0xc00000b7 220 0x100020000 0
		allow 0xc00000b7 220 0x3d0f00 0
		EPERM 0xc00000b7 97 0x80 0
		allow 0xc00000b7 97 0x200 0
		EPERM 0xc00000b7 198 38 5
		EPERM 0xc00000b7 198 40 1
		allow 0xc00000b7 198 2 1
		EPERM 0xc00000b7 92 0x40000 0
		allow 0xc00000b7 92 8 0
		EPERM 0xc00000b7 40 0 0
	END
	evaluate 200000 0 <<-'END'
		allow 0xc00000b7 435 0 0
		allow 0xc00000b7 220 0x10000000 0
		allow 0xc00000b7 40 0 0
		EPERM 0xc00000b7 142 0 0
		kill 0x40000028 172 0 0
	END
	evaluate 0 1 <<-'END'
		log 0x40000028 172 0 0
		log 0xc00000b7 40 0 0
		log 0xc00000b7 300 0 0
		allow 0xc00000b7 435 0 0
	END
}

@test "default: another architecture is killed, whatever the number; arguments by the half that counts" {
	on x86_64
	evaluate 0 0 <<-'END'
		kill 0x40000003 39 0 0
		kill 0x40000003 1 0 0
		kill 0x40000028 0 0 0
		kill 0xc00000b7 39 0 0
		kill 0 0 0 0
		kill 0x3e 0 0 0
		kill 0x4000003e 39 0 0
		allow 0xc000003e 39 0 0
		allow 0xc000003e 469 0 0
		ENOSYS 0xc000003e 470 0 0
		ENOSYS 0xc000003e 0x40000000 0 0
		ENOSYS 0xc000003e 0x40000207 0 0
		ENOSYS 0xc000003e 0x7fffffff 0 0
		ENOSYS 0xc000003e 435 0 0
		EPERM 0xc000003e 16 0 0x5412
		EPERM 0xc000003e 16 0 0x100005412
		EPERM 0xc000003e 16 0 0xffffffff0000541c
		allow 0xc000003e 16 0 0x5413
		allow 0xc000003e 16 0x5412 0x541b
		EPERM 0xc000003e 56 0x10000000 0
		EPERM 0xc000003e 56 0x10000011 0
		EPERM 0xc000003e 56 0x100020000 0
		allow 0xc000003e 56 0x3d0f00 0
		allow 0xc000003e 56 0x1200011 0
		EPERM 0xc000003e 272 0x80 0
		EPERM 0xc000003e 272 0x2000000 0
		EPERM 0xc000003e 272 0x40000200 0
		allow 0xc000003e 272 0x200 0
		allow 0xc000003e 41 2 1
		allow 0xc000003e 41 16 3
		allow 0xc000003e 41 39 1
		EPERM 0xc000003e 41 40 1
		EPERM 0xc000003e 41 38 5
		EPERM 0xc000003e 41 0x100000026 5
		allow 0xc000003e 135 0 0
		allow 0xc000003e 135 8 0
		allow 0xc000003e 135 0x20008 0
		allow 0xc000003e 135 0xffffffff 0
		EPERM 0xc000003e 135 0x40000 0
		EPERM 0xc000003e 135 0x400000 0
		EPERM 0xc000003e 165 0 0
	END
	evaluate 200000 0 <<-'END'
		allow 0xc000003e 435 0 0
		allow 0xc000003e 56 0x10000000 0
		allow 0xc000003e 165 0 0
		allow 0xc000003e 321 0 0
		allow 0xc000003e 459 0 0
		EPERM 0xc000003e 167 0 0
		EPERM 0xc000003e 41 38 5
		EPERM 0xc000003e 169 0 0
		EPERM 0xc000003e 250 0 0
		kill 0x40000003 39 0 0
	END
	evaluate 0 1 <<-'END'
		log 0x40000003 39 0 0
		log 0xc000003e 165 0 0
		log 0xc000003e 16 0 0x5412
		log 0xc000003e 470 0 0
		allow 0xc000003e 435 0 0
		allow 0xc000003e 39 0 0
	END
}

@test "default: a system call of 32 bits is the end of the process" {
	[ "$(uname -m)" = x86_64 ] || skip 'makes system calls of 32 bits on x86-64'
	run "$CALLS" --compat
	[ "$status:$output" = 0:1 ] || skip 'this kernel has no system calls of 32 bits'
	run -159 as_user nscap --no-new-privs --seccomp default -- "$CALLS" --compat # 128 and SIGSYS
	expect output '' "$output"
	run -0 as_user nscap --no-new-privs --seccomp log -- "$CALLS" --compat
	[ "$output" = 1 ]
}

@test "default: the kernel's own cryptography and VM sockets are out of reach, for root too" {
	requires root perl
	local family reach who

	for family in 38 40; do # AF_ALG, AF_VSOCK
		reach="socket(S, $family, 5, 0) or socket(S, $family, 1, 0) or die qq(\$!\n)"
		for who in env as_user; do
			run ! "$who" nscap --no-new-privs --seccomp default -- perl -e "$reach"
			expect "family $family" 'Operation not permitted' "$output"
		done
	done
	run -0 as_user nscap --no-new-privs --seccomp default -- perl -e 'socket(S, 2, 1, 0) or die'
}

@test "default: nothing is typed into the caller's terminal" {
	requires userns script
	local typed=("$CALLS" --type x)

	run -0 as_user script -qec "nscap --no-new-privs --seccomp default -- ${typed[*]}" /dev/null
	expect denied '*6 of 6 denied*' "$output"
	[ "$(cat /proc/sys/dev/tty/legacy_tiocsti)" = 1 ] || skip 'this kernel lets nobody type'
	run -0 as_user script -qec "${typed[*]}" /dev/null
	expect 'without the filter' '*0 of 6 denied*' "$output"
}

@test "default: a static program has the filter too, and what it starts" {
	local filtered=(as_user nscap --no-new-privs --seccomp default --)

	[ "$("${filtered[@]}" /bin/busybox grep -c '^Seccomp:.2' /proc/self/status)" = 1 ]
	run -1 "${filtered[@]}" /bin/busybox sh -c 'exec /bin/busybox unshare -U true'
	expect error '*Operation not permitted*' "$output"
	run -0 "${filtered[@]}" nscap --seccomp default -- grep Seccomp_filters /proc/self/status
	[ "$output" = $'Seccomp_filters:\t2' ]
}

@test "default: common programs run" {
	run -0 as_user nscap --no-new-privs --seccomp default -- bash -c '
		set -e
		ls -l /etc /dev >/dev/null; find /usr/bin | sort >/dev/null
		tar -c /bin/ls 2>/dev/null | gzip | zcat | tar -t >/dev/null
		perl -e "fork or exit; wait"
		echo "int main(void) { return 0; }" | cc -x c -o '"$USER_DIR"'/empty - && '"$USER_DIR"'/empty
		ps -e >/dev/null; ip -br link >/dev/null; setsid true; nice true
		timeout 5 sleep 0.01; mktemp -u >/dev/null; date >/dev/null; rm '"$USER_DIR"'/empty; echo all'
	[ "$output" = all ]
}

@test "privilege: CAP_SYS_ADMIN installs a filter and is gone, or else no_new_privs is asked for" {
	requires root
	run -0 nscap --only none --seccomp default -- cat /proc/self/status
	expect status $'*CapPrm:\t0000000000000000\nCapEff:\t0000000000000000*NoNewPrivs:\t0\nSeccomp:\t2*' "$output"
	run -0 nscap --only none -u 1234 --seccomp default -- cat /proc/self/status
	expect status $'*CapPrm:\t0000000000000000\nCapEff:\t0000000000000000*NoNewPrivs:\t0\nSeccomp:\t2*' "$output"
	fails 125 "nscap: install the filter 'default': Permission denied" as_user nscap --seccomp default true
	expect hint "*hint: without root's capabilities that takes --no-new-privs" "$stderr"
	fails 125 "nscap: install the filter 'default': Permission denied" \
		nscap --drop sys_admin -- nscap --seccomp default -- true
	requires userns
	[ "$(as_user nsnew -r -- nscap --only none --seccomp default -- grep -c '^Seccomp:.2' /proc/self/status)" = 1 ]
}

@test "log: what the default filter would deny passes, and is in the kernel's log" {
	requires root dmesg
	[ "$(answers nscap --only none --seccomp log : mount)" = 'mount EFAULT' ]
	in_log() {
		dmesg | grep -q "audit: type=1326 .* exe=\"$CALLS\" .* code=0x7ffc0000"
	}
	wait_for in_log
}

@test "file: a compiled filter, to which others are added by other links" {
	requires perl
	filter 83 18 >"$BATS_TEST_TMPDIR/mkdir" # EXDEV
	filter 84 23 >"$BATS_TEST_TMPDIR/rmdir" # ENFILE
	chmod -R a+rX "$BATS_TEST_TMPDIR"
	run as_user nscap --no-new-privs --seccomp "$BATS_TEST_TMPDIR/mkdir" -- \
		nscap --seccomp "$BATS_TEST_TMPDIR/rmdir" -- nscap --seccomp default -- \
		sh -c 'mkdir /no/such; rmdir /no/such; grep ^Seccomp /proc/self/status'
	expect filters '*cross-device link*Too many open files in system*Seccomp:*2*Seccomp_filters:*3*' "$output"
	run as_user nscap --no-new-privs --keep-fd 9 --seccomp /dev/fd/9 -- mkdir /no/such 9<"$BATS_TEST_TMPDIR/mkdir"
	expect 'by descriptor' '*cross-device link*' "$output"
}

@test "file: one that is no filter, and nothing has run" {
	requires perl
	local file=$BATS_TEST_TMPDIR/file

	fails 125 "nscap: read the filter '/no/such': No such file" nscap --seccomp /no/such -- echo ran
	expect hint '*hint: it is default, log, or the path of a compiled filter*' "$stderr"
	fails 125 "nscap: read the filter '': No such file" nscap --seccomp '' -- echo ran
	fails 125 "nscap: read the filter '/': Is a directory" nscap --seccomp / -- echo ran
	: >"$file"
	fails 125 "nscap: read the filter '$file': Invalid argument" nscap --seccomp "$file" -- echo ran
	printf 1234567 >"$file"
	fails 125 "nscap: read the filter '$file': Invalid argument" nscap --seccomp "$file" -- echo ran
	printf 12345678 >"$file"
	fails 125 "nscap: read the filter '$file': Invalid argument (no compiled filter" \
		nscap --no-new-privs --seccomp "$file" -- echo ran
	perl -e 'print pack("SCCL", 0xffff, 0, 0, 0), pack("SCCL", 6, 0, 0, 0x7fff0000)' >"$file"
	fails 125 "nscap: install the filter '$file': Invalid argument" \
		nscap --no-new-privs --seccomp "$file" -- echo ran
	perl -e 'print pack("SCCL", 0x20, 0, 0, 0) x 4096, pack("SCCL", 6, 0, 0, 0x7fff0000)' >"$file"
	fails 125 "nscap: read the filter '$file': " nscap --seccomp "$file" -- echo ran
	perl -e 'print pack("SCCL", 0x20, 0, 0, 0) x 4095, pack("SCCL", 6, 0, 0, 0x7fff0000)' >"$file"
	[ "$(nscap --no-new-privs --seccomp "$file" -- echo ran)" = ran ]
	fails 125 "nscap: one --seccomp is enough, 'log' is a second: another nscap adds it" \
		nscap --seccomp default --seccomp log -- true
}

@test "file: the filter comes last, so that it may forbid whatever the other steps need" {
	requires root
	local step

	# capset, setresuid, setresgid, setgroups, prctl, prlimit64, seccomp, landlock_restrict_self
	for step in 126 117 119 116 157 302 317 446; do
		filter $step 1 >"$BATS_TEST_TMPDIR/filter"
		[ "$(nscap --drop all --ambient chown -u 1234 --rlimit core=0 --securebits noroot \
			--seccomp "$BATS_TEST_TMPDIR/filter" -- "$CALLS" 39 | cut -d' ' -f1)" = 39 ]
	done
	filter 59 1 >"$BATS_TEST_TMPDIR/filter" # execve
	fails 126 "nscap: run '$CALLS': Operation not permitted" nscap --seccomp "$BATS_TEST_TMPDIR/filter" -- "$CALLS"
}

@test "file: without seccomp in the kernel there is no PROG" {
	requires strace
	run -125 strace -qq -o /dev/null -e inject=seccomp:error=ENOSYS \
		nscap --no-new-privs --seccomp default -- echo ran
	expect message "nscap: install the filter 'default': Function not implemented" "$output"
}
