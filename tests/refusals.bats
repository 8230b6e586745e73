#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Bad input: one status, one clear line, nothing changed and nothing left; for root and an ordinary user

load helpers

setup() {
	requires root userns
	root=$USER_DIR/root-$BATS_TEST_NUMBER
	install -D /bin/busybox "$root/bin/busybox"
	chmod -R a+rX "$root"
	[ -z "$TEST_USER" ] || chown -R "$TEST_USER" "$root"
}

teardown() {
	release
	rm -rf "$root"
}

# As root, and as the ordinary user in `$who`.
twice() {
	local who

	for who in env as_user; do
		"$@"
		release
	done
}

# In new namespaces, what a chain would be in.
inside=(nsnew -a --)

# Each program with words that begin a call which would succeed.
programs=('nsnew -a' 'nsjoin -t BOX' 'nsinfo -t BOX' 'nsveth -t BOX' 'nsroot -t BOX' 'nshost -t BOX'
	'nscap --drop net_raw' 'nscgroup' 'nsinit -s TERM:INT' 'nskill -t BOX' 'nsimage --list')

unknown_option() {
	local call

	box=$($who nsnew --hold -a)
	started+=("$box")
	for call in "${programs[@]/BOX/"$box"}"; do
		# shellcheck disable=SC2086
		fails 125 "${call%% *}: unknown or ambiguous option '--no-such'" "$who" $call --no-such
		# shellcheck disable=SC2086
		fails 125 "${call%% *}: unknown option '-@'" "$who" $call -@
	done
}

@test "an unknown option" {
	twice unknown_option
}

# The programs that take a handle, and the words that make the rest of such a call.
with_handle() {
	printf '%s\n' 'nsjoin:-- true' nsinfo: nskill: nscap:--show nscgroup:web \
		'nsveth:-a 10.0.0.1/24' "nsroot:$root" nshost:web
}

no_handle() {
	local call program words message

	while IFS=: read -r program words; do
		for handle in 4194304 no-such-name /no/such/file; do
			message="$program: open handle '$handle': No such"
			# shellcheck disable=SC2086
			fails 125 "$message" "$who" $program -t $handle $words
		done
		# shellcheck disable=SC2086
		fails 125 "$program: open handle '': " "$who" "$program" -t '' $words
		# shellcheck disable=SC2086
		fails 125 "$program: no handle on standard input" "$who" "$program" -t - $words </dev/null
	done < <(with_handle)
	fails 125 "nsveth: open handle 'no-such-name': No such" "$who" "${inside[@]}" nsveth --peer no-such-name -- true
}

@test "a handle that isn't there" {
	twice no_handle
}

stale() {
	local program words handle

	box=$($who nsnew --hold --id -a)
	started+=("${box%:*}")
	handle=${box%:*}:$((${box#*:} - 1))
	while IFS=: read -r program words; do
		# shellcheck disable=SC2086
		fails 125 "$program: handle is stale: '$handle' names a process that is gone" \
			"$who" $program -t "$handle" $words
	done < <(with_handle)
	[ "$($who nsjoin -t "$box" -- uname -n)" = "$(uname -n)" ]
}

@test "a stale PID:INODE" {
	twice stale
}

no_directory() {
	fails 125 "nsroot: open root directory '/etc/passwd': Not a directory" \
		"$who" "${inside[@]}" nsroot /etc/passwd -- true
	fails 125 "nsroot: open root directory '$root/none': No such file or directory" \
		"$who" "${inside[@]}" nsroot "$root/none" -- true
	fails 125 "nsroot: open root directory '': No such file or directory" \
		"$who" "${inside[@]}" nsroot '' -- true
	box=$($who nsnew --hold -a)
	started+=("$box")
	fails 125 "nsroot: open root directory '/etc/passwd': Not a directory" "$who" nsroot -t "$box" /etc/passwd
}

@test "a root that isn't a directory" {
	twice no_directory
}

long_name() {
	local long

	long=$(printf '%065d' 0)
	fails 125 "nshost: host name '$long' is 65 bytes long; the kernel takes 64" \
		"$who" "${inside[@]}" nshost "$long" -- true
	fails 125 "nshost: domain name '$long' is 65 bytes long; the kernel takes 64" \
		"$who" "${inside[@]}" nshost -d "$long" web -- true
	box=$($who nsnew --hold -a)
	started+=("$box")
	fails 125 "nshost: host name '$long' is 65 bytes long; the kernel takes 64" "$who" nshost -t "$box" "$long"
	[ "$($who nshost -t "$box")" = "$(uname -n)" ]
}

@test "a name of 65 bytes" {
	twice long_name
}

no_program() {
	fails 125 'nsroot: missing program to run' "$who" "${inside[@]}" nsroot "$root"
	fails 125 'nshost: missing program to run' "$who" "${inside[@]}" nshost web --
	fails 125 'nsveth: missing program to run' "$who" "${inside[@]}" nsveth --peer 1
	fails 125 'nscap: missing program to run' "$who" "${inside[@]}" nscap --drop net_raw
	fails 125 'nsinit: missing program to run' "$who" "${inside[@]}" nsinit
}

@test "a missing PROG" {
	twice no_program
}

program_not_found() {
	local box

	box=$($who nsnew --hold -a)
	started+=("$box")
	fails 127 "nsnew: run 'no-such': No such file or directory" "$who" nsnew -a -- no-such
	fails 126 "nsnew: run '/etc/passwd': Permission denied" "$who" nsnew -a -- /etc/passwd
	fails 127 "nsjoin: run 'no-such': No such file or directory" "$who" nsjoin -t "$box" -- no-such
	fails 127 "nsroot: run 'no-such': No such file or directory" "$who" "${inside[@]}" nsroot "$root" no-such
	fails 127 "nsinit: run 'no-such': No such file or directory" "$who" "${inside[@]}" nsinit no-such
	fails 127 "nscap: run 'no-such': No such file or directory" "$who" "${inside[@]}" nscap --only none no-such
	fails 127 "nshost: run 'no-such': No such file or directory" "$who" "${inside[@]}" nshost web no-such
}

@test "a PROG that isn't there, or isn't a program" {
	twice program_not_found
}

@test "no permission: an ordinary user and what is root's" {
	hold -a
	fails 125 'nsnew: create NEWUTS: Operation not permitted' as_user nsnew -u -- true
	fails 125 "nsjoin: read the namespaces of '$box': Permission denied" as_user nsjoin -t "$box" -- true
	fails 125 "nsinfo: read the namespaces of '$box': Permission denied" as_user nsinfo -t "$box"
	fails 125 "nskill: read the namespaces of '$box': Permission denied" as_user nskill "$box"
	fails 125 "nsveth: enter NEWNET of '$box': Operation not permitted" as_user nsveth -t "$box" -a 10.0.0.1/24
	fails 125 "nsroot: read the namespaces of '$box': Permission denied" as_user nsroot -t "$box" "$root"
	fails 125 "nshost: enter NEWUTS of '$box': Operation not permitted" as_user nshost -t "$box" web
	fails 125 "nsroot: take '$root' as a root: Operation not permitted" as_user nsroot "$root" -- true
	fails 125 "nshost: set host name 'web': Operation not permitted" as_user nshost web -- true
	[ "$(nshost -t "$box")" = "$(uname -n)" ]
}

@test "no permission: root without the capability" {
	local without=(setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin)

	fails 125 'nsnew: create NEWUTS: Operation not permitted' "${without[@]}" nsnew -u -- true
	hold -u
	fails 125 "nshost: enter NEWUTS of '$box': Operation not permitted" "${without[@]}" nshost -t "$box" web
}

@test "standard output that takes nothing" {
	hold -a
	fails 125 'write' sh -c "exec nshost -t $box >/dev/full"
	fails 125 '' sh -c "exec nsinfo -t $box >/dev/full"
	fails 125 'tell the handle' sh -c 'exec nsnew --hold -a >/dev/full'
	fails 125 'write the handle' sh -c "echo $box | nshost -t - web >/dev/full"
}
