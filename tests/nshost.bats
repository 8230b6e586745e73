#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nshost: the host name and the NIS domain name, by chain, handle, filter and query

load helpers

setup() {
	here=$(uname -n)
}

teardown() {
	release
	[ "$(uname -n)" = "$here" ] # no test renames the machine
}

# A command in a new UTS namespace, which another program than ours makes.
aside() {
	unshare --uts "$@"
}

as_root_of_own() {
	as_user unshare --map-root-user --uts "$@"
}

long=$(printf '%065d' 0)

@test "chain: PROG runs under the new name" {
	requires root
	[ "$(aside nshost web -- uname -n)" = web ]
}

@test "chain: an ordinary user's own namespace is renamed" {
	requires userns
	[ "$(as_root_of_own nshost web -- uname -n)" = web ]
}

@test "chain: -- may be left out, and PROG keeps its options" {
	requires root
	[ "$(aside nshost web sh -c 'echo $(uname -n) $0 $1' -- -t)" = 'web -- -t' ]
}

@test "chain: -d sets the NIS domain name as well" {
	requires root
	run -0 aside nshost -d lab web -- cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname
	[ "$output" = $'web\nlab' ]
}

@test "chain: a link of one's own comes from where nshost came from, not from PATH" {
	requires root
	[ "$(aside env PATH=/bin "$(type -P nshost)" one -- nshost two -- uname -n)" = two ]
}

@test "chain: PROG's status is the status, 126 and 127 tell why it couldn't run" {
	requires root
	run -7 aside nshost web -- sh -c 'exit 7'
	fails 127 "nshost: run 'no-such-program': No such file or directory" \
		aside nshost web -- no-such-program
	fails 126 "nshost: run '/': Permission denied" aside nshost web -- /
}

@test "chain: PROG gets no descriptor but those kept" {
	requires root
	exec 8</dev/null 9</dev/null
	run -0 aside nshost --keep-fd 9 web -- sh -c 'exec ls /proc/self/fd'
	exec 8<&- 9<&-
	[ "$output" = $'0\n1\n2\n3\n9' ] # 3 is the directory that ls reads
}

@test "handle: renames the container from outside" {
	requires root
	hold -u
	nshost -t "$box" web
	[ "$(nsenter -t "${box%%:*}" -u uname -n)" = web ]
}

@test "handle: renames the container of an ordinary user" {
	requires userns
	hold_as_user -r -u
	as_user nshost -t "$box" -d lab web
	[ "$(as_user nshost -t "$box")" = web ]
	[ "$(as_user nshost -t "$box" -D)" = $'web\nlab' ]
}

@test "handle: -d alone leaves the host name" {
	requires root
	hold -u
	nshost -t "$box" -d lab
	[ "$(nshost --target="$box" --show-domain)" = "$here"$'\nlab' ]
}

@test "handle: a PID or a file of a UTS namespace will do" {
	requires root
	hold -u
	nshost -t "${box%%:*}" one
	[ "$(nshost -t "/proc/${box%%:*}/ns/uts")" = one ]
}

@test "filter: the handle comes in, and goes out once the name is set" {
	requires root
	hold -u
	[ "$(echo "$box" | nshost -t - web)" = "$box" ]
	[ "$(echo "$box" | nshost -t -)" = web ]
}

@test "filter: what follows the handle stays unread" {
	requires root
	hold -u
	run -0 sh -c "printf '%s\nrest\n' $box | { nshost -t - web; cat; }"
	[ "$output" = "$box"$'\nrest' ]
}

@test "filter: a query prints what is asked, in the handle's place" {
	requires userns
	hold_as_user -r -u
	echo "$box" | as_user nshost -t - -d lab web
	[ "$(echo "$box" | as_user nshost -t - -D)" = $'web\nlab' ]
}

@test "query: without a name prints the own one, with -D both" {
	[ "$(nshost)" = "$(uname -n)" ]
	[ "$(nshost -D)" = "$(cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname)" ]
	[ "$(as_user nshost -D)" = "$(nshost -D)" ]
}

# What the kernel itself says of the namespace of $box: host name, domain name.
held() {
	nsenter -t "${box%%:*}" -u cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname
}

@test "names: 64 bytes of anything, or none" {
	requires root
	local most=${long#0} odd=$' a\nb\t\xff\xc3\xa9/-.'

	hold -u
	nshost -t "$box" -d "$most" "$most"
	[ "$(held)" = "$most"$'\n'"$most" ]
	nshost -t "$box" -d "$odd" "$odd"
	[ "$(held)" = "$odd"$'\n'"$odd" ]
	nshost -t "$box" -d '' ''
	[ "$(held; echo end)" = $'\n\nend' ]
	[ "$(aside nshost "$odd" -- uname -n)" = "$odd" ]
	[ "$(aside nshost -- -x -- uname -n)" = -x ]
}

@test "query: a name takes one line, and a terminal obeys none of it" {
	requires userns
	hold_as_user -r -u
	as_user nshost -t "$box" -d $'\a\x7f \xff\xc3\xa9\xe4\xbd\x9b' $'a\nb\e[1m\xc2\x9b'
	[ "$(as_user nshost -t "$box" -D)" = $'a?b?[1m??\n?? \xff\xc3\xa9\xe4\xbd\x9b' ]
	as_user nshost -t "$box" -d '' ''
	[ "$(as_user nshost -t "$box" -D; echo end)" = $'\n\nend' ]
}

@test "-v tells each kernel step" {
	requires root
	run -0 --separate-stderr aside nshost -v -d lab web -- true
	expect trace 'nshost\[*\]: sethostname(web) = 0
nshost\[*\]: setdomainname(lab) = 0
nshost\[*\]: execve(true)' "$stderr"
}

@test "refused: bad usage, as anybody" {
	local as

	for as in '' as_user; do
		fails 125 "nshost: unknown option '-x'" $as nshost -x
		fails 125 "nshost: unknown or ambiguous option '--no-such'" $as nshost --no-such
		fails 125 "nshost: missing argument of '-t'" $as nshost -t
		fails 125 "nshost: missing operand NAME" $as nshost -d lab
		fails 125 "nshost: missing program to run" $as nshost web
		fails 125 "nshost: missing program to run" $as nshost web --
		fails 125 "nshost: missing program to run" $as nshost --generate
		fails 125 "nshost: unexpected word 'web'" $as nshost -D web
		fails 125 "nshost: -D prints names, and -d sets one" $as nshost -D -d lab
		fails 125 "nshost: -D prints names, and --generate sets one" $as nshost -D --generate
		fails 125 "nshost: --strict checks a name to set, and there is none" $as nshost --strict
		fails 125 "nshost: --strict checks a name to set, and there is none" \
			$as nshost --strict -D -t $$
		fails 125 "nshost: no program runs with -t, but nsjoin -t does it; unexpected word 'true'" \
			$as nshost -t $$ web true
		fails 125 "nshost: no program runs with -t, but nsjoin -t does it; unexpected word 'web'" \
			$as nshost -t $$ --generate web
		fails 125 "nshost: keep descriptor '77': Bad file descriptor" \
			$as nshost --keep-fd 77 web -- true
	done
}

@test "strict: what RFC 1123 allows is set" {
	requires userns
	local label name

	label=$(printf '%063d' 0)
	hold_as_user -r -u
	for name in a 3com web-1.lab.EXAMPLE "$label" 1.2.3 1.2.3.4.5 10.0.0.x 0; do
		as_user nshost -t "$box" --strict -d "$name" "$name"
		[ "$(as_user nshost -t "$box" -D)" = "$name"$'\n'"$name" ]
	done
	[ "$(as_root_of_own nshost --strict web -- uname -n)" = web ]
}

# Whether a name is what --generate makes.
generated() {
	[[ $1 =~ ^[a-p][a-z2-7]{11}$ ]]
}

@test "generate, chain: PROG runs under a random name, with and without --" {
	requires root
	local one two

	one=$(aside nshost --generate -- uname -n)
	two=$(aside nshost --strict --generate uname -n)
	generated "$one"
	generated "$two"
	[ "$one" != "$two" ]
	run -0 aside nshost --generate -d lab cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname
	generated "${lines[0]}"
	[ "${lines[1]}" = lab ]
}

@test "generate, chain: an ordinary user's own namespace" {
	requires userns
	generated "$(as_root_of_own nshost --generate -- uname -n)"
}

@test "generate, handle: sets the name, prints nothing, and a query tells it" {
	requires userns
	hold_as_user -r -u
	[ -z "$(as_user nshost -t "$box" --generate)" ]
	generated "$(as_user nshost -t "$box")"
	as_user nshost -t "$box" --strict --generate -d lab
	run -0 as_user nshost -t "$box" -D
	generated "${lines[0]}"
	[ "${lines[1]}" = lab ]
}

@test "generate, filter: the handle alone goes out" {
	requires userns
	hold_as_user -r -u
	[ "$(echo "$box" | as_user nshost -t - --generate)" = "$box" ]
	generated "$(as_user nshost -t "$box")"
}

@test "generate: completed is what stands behind it, PROG but with -t" {
	cd "$ROOT"
	[ "$(bash tests/complete.bash 'nshost --generate -- nsjoi')" = nsjoin ]
	[ -z "$(bash tests/complete.bash 'nshost -t 1 --generate nsjoi')" ]
}

@test "generate: any letter and digit comes anywhere, only a letter first, and none twice" {
	requires root
	local names column

	names=$(aside sh -c 'for i in $(seq 1000); do nshost --generate uname -n; done')
	[ "$(sort -u <<<"$names" | wc -l)" = 1000 ]
	[ "$(cut -c 1 <<<"$names" | sort -u | tr -d '\n')" = abcdefghijklmnop ]
	for column in {2..12}; do
		[ "$(cut -c "$column" <<<"$names" | sort -u | tr -d '\n')" = 234567abcdefghijklmnopqrstuvwxyz ]
	done
}

@test "generate: without randomness nothing is set" {
	requires root strace
	fails 125 'nshost: draw a random name: Function not implemented' \
		aside strace -o /dev/null -e inject=getrandom:error=ENOSYS nshost --generate -- true
}

# A name as a message has it; the ? for a control character is none of a pattern.
shown() {
	echo "${1//[[:cntrl:]]/[?]}"
}

@test "strict: refused is what RFC 1123 doesn't allow, before anything changes" {
	requires userns
	local label name why before

	label=$(printf '%064d' 0)
	hold_as_user -r -u
	as_user nshost -t "$box" -d lab web
	before=$(as_user nshost -t "$box" -D)
	while read -r name why; do
		printf -v name %b "$name"
		fails 125 "nshost: host name '$(shown "$name")' breaks RFC 1123: $why" \
			as_user nshost -t "$box" --strict -- "$name"
		fails 125 "nshost: domain name '$(shown "$name")' breaks RFC 1123: $why" \
			as_user nshost -t "$box" --strict -d "$name" web
		[ "$(as_user nshost -t "$box" -D)" = "$before" ]
		as_user nshost -t "$box" -- "$name" # without it, anything
		as_user nshost -t "$box" web
	done <<-END
		a_b only letters, digits and '-' make a label
		a\\x20b only letters, digits and '-' make a label
		a\\nb only letters, digits and '-' make a label
		a\\ec only letters, digits and '-' make a label
		a\\xc3\\xa9 only letters, digits and '-' make a label
		a\\xff only letters, digits and '-' make a label
		-a a label neither begins nor ends with '-'
		a-.b a label neither begins nor ends with '-'
		.a no label is empty
		a..b no label is empty
		a. no label is empty
		$label a label has at most 63 characters
		10.0.0.1 four numbers are an address
		999.0.0.1 four numbers are an address
	END
	fails 125 "nshost: host name '' breaks RFC 1123: no label is empty" nshost --strict '' -- true
}

@test "refused: a name of 65 bytes, before anything changes" {
	local as

	for as in '' as_user; do
		fails 125 "nshost: host name '$long' is 65 bytes long; the kernel takes 64" \
			$as nshost "$long" -- true
		fails 125 "nshost: domain name '$long' is 65 bytes long; the kernel takes 64" \
			$as nshost -d "$long" web -- true
	done
}

@test "refused: a name of 100,000 bytes, in a message of one line that tells why" {
	local zeros

	zeros=$(printf '%0100000d' 0)
	fails 125 "nshost: host name '${zeros:0:80}...' is 100000 bytes long; the kernel takes 64" \
		nshost "$zeros" -- true
}

@test "refused: a handle that isn't there" {
	local as

	for as in '' as_user; do
		fails 125 "nshost: open handle 'no-such': No such file or directory" \
			$as nshost -t no-such web
		fails 125 "nshost: open handle '4194305': No such process" $as nshost -t 4194305 web
		fails 125 "nshost: open handle '/etc/passwd': Invalid argument (not a namespace file)" \
			$as nshost -t /etc/passwd web
		fails 125 "nshost: no handle on standard input" $as nshost -t - web </dev/null
	done
}

@test "refused: a handle whose process is gone, its number somebody else's" {
	spawn sleep 60
	fails 125 "nshost: handle is stale: '$pid:1' names a process that is gone" \
		nshost -t "$pid:1" web
}

@test "refused: no permission" {
	fails 125 "nshost: set host name 'web': Operation not permitted" as_user nshost web -- true
	fails 125 "nshost: set host name '[a-p]???????????': Operation not permitted" \
		as_user nshost --generate -- true
	requires root
	hold -u
	fails 125 "nshost: enter NEWUTS of '$box': Operation not permitted" \
		as_user nshost -t "$box" web
}

@test "both names are set, or neither: a call that fails, by handle and by chain" {
	requires root strace
	local call before

	hold -u
	nshost -t "$box" -d lab one
	before=$(held)
	for call in sethostname setdomainname; do
		fails 125 "nshost: set *: Operation not permitted" \
			strace -o /dev/null -e inject=$call:error=EPERM:when=1 nshost -t "$box" -d far two
		[ "$(held)" = "$before" ]
		fails 125 "nshost: set *: Operation not permitted" nsenter -t "${box%%:*}" -u \
			strace -o /dev/null -e inject=$call:error=EPERM:when=1 nshost -d far two -- true
		[ "$(held)" = "$before" ]
	done
}

@test "refused: to run setuid" {
	requires root
	cp "$(type -P nshost)" "$BATS_TEST_TMPDIR/nshost"
	chmod 4755 "$BATS_TEST_TMPDIR/nshost"
	fails 125 "nshost: refusing to run setuid, setgid or with file capabilities" \
		as_user "$BATS_TEST_TMPDIR/nshost" web -- true
}
