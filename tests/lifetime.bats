#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsnew and its holders from birth to end: deaths, signals, terminals, leases, the outside command

load helpers

setup() {
	mark=7771.$BATS_SUITE_TEST_NUMBER$$ # seconds that only this test sleeps
}

teardown() {
	pkill -KILL -f "sleep $mark" || :
	release
}

none_sleeps() {
	! pgrep -f "sleep $mark" >/dev/null
}

# A pause of up to 8 ms: of no length that a test relies on.
moment() {
	read -rt "0.00$((RANDOM % 8))$((RANDOM % 10))" -u 7 || :
}

stopped() {
	[[ $(cut -d' ' -f3 "/proc/$1/stat") == T ]]
}

# A command on a terminal of its own: type into it, and see what it shows.
on_terminal() {
	coproc TERMINAL { exec script -qec "$1" /dev/null 3>&-; }
	# shellcheck disable=SC2153
	terminal=$TERMINAL_PID
	started+=("$terminal")
	seen=''
}

types() {
	# shellcheck disable=SC2059
	printf "$1" >&"${TERMINAL[1]}"
}

# Read until it has shown that, at most 10 seconds.
shows() {
	local char

	# shellcheck disable=SC2053
	until [[ $seen == *$1* ]]; do
		IFS= read -rN1 -t 10 -u "${TERMINAL[0]}" char || {
			printf 'never shown: %s\nbut: %q\n' "$1" "$seen" >&2
			return 1
		}
		seen+=$char
	done
	seen=''
}

ends_terminal() {
	local status=0

	wait "$terminal" || status=$?
	expect 'status of the terminal' "$1" "$status"
}

@test "300 runs killed at random instants from birth on leave no survivor" {
	requires root userns
	local run how words=('-p' '-uf' '-mp --mount-proc' '-fpS 65534' '-f -u -S 65534 -G 65534')

	mkfifo "$BATS_TEST_TMPDIR/never"
	exec 7<>"$BATS_TEST_TMPDIR/never"
	for ((run = 0; run < 240; run++)); do
		how=${words[run % 5]}
		# shellcheck disable=SC2086
		nsnew $how --kill-child -- sleep "$mark" 3>&- 7<&- &
		moment
		kill -KILL $!
		wait $! || :
	done 2>/dev/null
	words=(-rf -rfp)
	for ((run = 0; run < 60; run++)); do
		setpriv --reuid "$TEST_USER" --clear-groups nsnew "${words[run % 2]}" \
			-- sleep "$mark" 3>&- 7<&- &
		moment
		kill -KILL $!
		wait $! || :
	done 2>/dev/null
	exec 7<&-
	wait_for none_sleeps
}

@test "PROG is there to be killed: it runs, and goes with nsnew" {
	requires root userns
	local how

	for how in -p -uf '-uf --kill-child' '-fpS 65534' '-fu -S 65534' '-fm --keep-caps -S 65534'; do
		# shellcheck disable=SC2086
		spawn nsnew $how -- sleep "$mark"
		child_named "$pid" sleep
		kill -KILL "$pid"
		wait_for gone "$child"
	done
	for how in -rp -rf -cf -af; do
		spawn as_user nsnew $how -- sleep "$mark"
		child_named "$pid" sleep
		kill -KILL "$pid"
		wait_for gone "$child"
	done
}

@test "--kill-child=SIGNAL is what PROG gets" {
	requires root
	spawn nsnew -uf --kill-child=USR1 -- bash -c "trap 'echo got >$BATS_TEST_TMPDIR/got; exit' USR1
		echo >$BATS_TEST_TMPDIR/up; while :; do sleep 0.02; done"
	wait_for test -e "$BATS_TEST_TMPDIR/up"
	kill -KILL "$pid"
	wait_for test -e "$BATS_TEST_TMPDIR/got"
	fails 125 "nsnew: signal 'BOGUS' is unknown" nsnew -u --kill-child=BOGUS -- true
}

@test "nsnew killed before its child hears that it may start" {
	requires root strace
	local creator how

	for how in -p -uf; do
		spawn strace -qq -o /dev/null -e trace=sendto -e inject=sendto:delay_enter=900000 \
			nsnew $how -- sleep "$mark"
		child_named "$pid" nsnew
		creator=$child
		child_named "$creator" nsnew
		kill -KILL "$creator"
		wait_for gone "$child"
	done
	none_sleeps
}

@test "nsnew killed while its child asks to die with it" {
	requires root strace
	local creator

	spawn strace -f -qq -o /dev/null -e trace=prctl -e inject=prctl:delay_enter=400000 \
		nsnew -uf -- sleep "$mark"
	child_named "$pid" nsnew
	creator=$child
	child_named "$creator" nsnew
	kill -KILL "$creator"
	wait_for none_sleeps
}

@test "TERM while the namespaces are made ends all, with that signal" {
	requires root strace
	local how

	for how in -mp -mfu; do
		spawn strace -f -qq -o /dev/null -e trace=mount -e inject=mount:delay_enter=3000000 \
			nsnew $how -- sleep "$mark"
		child_named "$pid" nsnew
		creator=$child
		child_named "$creator" nsnew
		kill -TERM "$creator"
		wait_for gone "$creator"
		ends 143
		wait_for gone "$child"
	done
}

@test "a caller that ignores CHLD, blocks TERM and leaves capabilities: no hang, the status, unseen" {
	requires root
	local how caller=(timeout 20 env --ignore-signal=CHLD --block-signal=TERM
		capsh --inh=cap_chown --addamb=cap_chown --)
	local see=$BATS_TEST_TMPDIR/see wanted

	echo "grep -E '^(Sig(Blk|Ign)|Cap(Inh|Amb))' /proc/self/status; exit 7" >"$see"
	wanted=$(env --ignore-signal=CHLD --block-signal=TERM sh "$see" || :)
	for how in -u -uf -p -mp '-mp --outside true' '-u --outside true' '-p --map-users=0:100000:10' \
		"-m --mount=$BATS_TEST_TMPDIR/mnt" '-uf --kill-child=TERM'; do
		run "${caller[@]}" -c "exec nsnew $how -- sh $see"
		[ "$status" = 7 ] || expect "status with $how" 7 "$status"
		expect "$how" "$wanted" "$output"
	done
	umount "$BATS_TEST_TMPDIR/mnt"
	box=$("${caller[@]}" -c 'exec nsnew --hold -mp --outside true' 3>&-)
	started+=("$box")
	[ "$(cat "/proc/$box/comm")" = nsnew:hold ]
}

@test "a caller that ignores CHLD hears of a failure" {
	requires root
	local how

	for how in '-mp -w /no/such' '--hold -w /no/such' '--hold --lease=1 -w /no/such'; do
		# shellcheck disable=SC2086
		fails 125 '/no/such' timeout 20 env --ignore-signal=CHLD nsnew -m $how
	done
}

@test "PROG dies of any signal: nsnew dies of the same, and says nothing" {
	requires root
	local sig

	for sig in {1..8} {10..16} {24..27} 29 30 31 34 50 64 9; do
		run --separate-stderr nsnew -uf -- sh -c "ulimit -c 0; kill -$sig \$\$; sleep 5"
		expect "status after $sig" $((128 + sig)) "$status"
		[[ $stderr != *nsnew:* ]] || expect "words after $sig" '' "$stderr"
	done
}

@test "a shell sees the signal itself, not a status" {
	requires root
	local how

	for how in -uf -p; do
		spawn nsnew $how -- sleep "$mark"
		child_named "$pid" sleep
		kill -KILL "$child"
		ends 137
		run strace -f -qq -e trace=none -o "$BATS_TEST_TMPDIR/end" nsnew -uf -- bash -c 'kill -SEGV $$'
		grep -q 'killed by SIGSEGV' "$BATS_TEST_TMPDIR/end"
	done
}

@test "every signal that can be caught reaches PROG, process 1 or not" {
	requires root
	local sig how log=$BATS_TEST_TMPDIR/log

	for how in -mp -uf; do
		spawn nsnew $how -- bash -c 'for sig in {1..64}; do
				case $sig in 9|17|19|20|21|22|32|33) continue ;; esac
				trap "echo $sig >>$1" $sig
			done; echo up >>"$1"; while :; do read -rt 0.02 <> <(:); done' - "$log"
		wait_for grep -q up "$log"
		for sig in {1..8} {10..16} 18 {23..31} {34..64}; do
			kill -"$sig" "$pid"
			wait_for grep -qx "$sig" "$log"
		done
		child_named "$pid" bash
		kill -KILL "$child"
		ends 137
		rm "$log"
	done
}

@test "stop and continue are mirrored, both ways" {
	requires root
	local how sig

	for how in -p -uf; do
		spawn nsnew $how -- sleep "$mark"
		child_named "$pid" sleep
		# To a group that no shell watches, as this may be, the kernel does nothing for these;
		# to a process 1 it is nsnew that does it.
		for sig in TSTP TTIN TTOU; do
			[ "$how" = -p ] || break
			kill -s "$sig" "$pid"
			wait_for stopped "$child"
			wait_for stopped "$pid"
			kill -CONT "$pid"
			wait_for eval "! stopped $pid && ! stopped $child"
		done
		kill -STOP "$child"
		wait_for stopped "$pid"
		kill -CONT "$pid"
		wait_for eval "! stopped $pid && ! stopped $child"
		kill -TERM "$pid"
		ends 143
	done
}

@test "no zombie stays in a container with a holder, however it was left" {
	requires root
	local i

	hold -mp
	for i in {1..20}; do
		nsenter -t "$box" -m -p sh -c 'sleep 0.0 & (sleep 0.0 & sleep 0.0 &) & exec true'
	done
	wait_for eval '[ "$(nsenter -t "$box" -m -p ps -e -o pid= | wc -l)" = 2 ]'
}

@test "a shell as process 1 on a terminal: it ends with its status, and complains of nothing" {
	requires root script
	local shell

	for shell in dash 'bash --norc'; do
		on_terminal "nsnew -mp -- $shell -i"
		types 'stty -echo; PS1=; echo pid=$$\n'
		shows 'pid=1'
		types 'sleep 100\n'
		sleepers() { pgrep -f '^sleep 100$' -s "$(pgrep -P "$terminal")" >/dev/null; }
		wait_for sleepers
		types '\003'
		types 'echo "st=$?"\n'
		shows st=130
		types 'exit 4\n'
		! shows 'annot set tty process group' 2>/dev/null
		ends_terminal 4
	done
}

@test "Ctrl-Z and fg from a shell with job control, and Ctrl-C" {
	requires root script
	local how

	for how in -mp -u -uf -p; do
		on_terminal 'bash --norc -i'
		types "PS1=; echo \"re\"ady\n"
		shows ready
		types "nsnew $how -- sleep $mark\n"
		wait_for pgrep -fx "sleep $mark" >/dev/null
		child=$(pgrep -fx "sleep $mark")
		types '\032'
		shows Stopped
		wait_for stopped "$child"
		types 'fg\n'
		wait_for eval "! stopped $child"
		types '\003'
		wait_for gone "$child"
		types 'echo "st=$?"\n'
		shows st=130
		types 'exit 5\n'
		ends_terminal 5
	done
}

@test "the caller has its terminal back after PROG was killed" {
	requires root script
	local how

	for how in -mp -uf; do
		on_terminal 'bash --norc -i'
		types "PS1=; echo \"re\"ady\n"
		shows ready
		types "nsnew $how -- bash --norc -ic 'sleep $mark; true'\n"
		wait_for pgrep -fx "sleep $mark" >/dev/null
		pkill -KILL -fx "bash --norc -ic sleep $mark; true"
		types 'read line; echo "<$line>"\nwords\n'
		shows '<words>'
		types 'exit 5\n'
		ends_terminal 5
		pkill -KILL -fx "sleep $mark" || :
	done
}

@test "in a pipe on a terminal nobody is stopped" {
	requires root script
	on_terminal 'bash --norc -i'
	types "PS1=; echo \"re\"ady\n"
	shows ready
	types 'nsnew -mp -- sh -c "echo a\\"\\"sk; read x </dev/tty; echo got-\\$x" | cat; echo "st=$?"\n'
	shows ask
	types 'word\n'
	shows got-word
	shows 'st=0'
	types 'echo word | nsnew -mp -- sh -c "read x; echo got-\\$x; read y </dev/tty; echo then-\\$y"\n'
	shows got-word
	types 'more\n'
	shows then-more
	types 'exit 5\n'
	ends_terminal 5
}

@test "200 holders, started at once by 8 shells, are ready when their handles are printed" {
	requires userns ip
	local shell boxes log=$BATS_TEST_TMPDIR/log

	as_user_bash() { exec "${user_command[@]}" bash -c "$@"; }
	for shell in {1..8}; do
		as_user_bash 'for i in {1..25}; do
				box=$(nsnew --hold --lease=$$ -rn) || break
				read -r _ _ count <"/proc/$box/uid_map" && [ "$count" = 1 ] || break
				read -r comm <"/proc/$box/comm" && [ "$comm" = nsnew:hold ] || break
				((i % 5)) || up=$(nsenter -t "$box" -U -n --preserve-credentials ip -br link)
				[[ $up == *LOOPBACK,UP* || $i -lt 5 ]] || break
				echo "$box"
			done
			echo end; exec sleep 60' >"$log.$shell" 3>&- &
		started+=("$!")
	done
	all_ended() { [ "$(cat "$log".* | grep -c end)" = 8 ]; }
	wait_for all_ended || wait_for all_ended || wait_for all_ended || wait_for all_ended
	mapfile -t boxes < <(cat "$log".* | grep -v end)
	[ "${#boxes[@]}" = 200 ]
	for box in "${boxes[@]}"; do
		[ -d "/proc/$box" ]
	done
	kill -KILL "${started[@]}"
	for box in "${boxes[@]}"; do
		wait_for gone "$box"
	done
}

@test "a script killed by KILL leaves none of what it leased: no holder, mount, name, file or link" {
	requires root ip
	local dir=$BATS_TEST_TMPDIR boxes i start name=lease$$

	mkdir "$dir/run"
	spawn bash -c 'for i in 1 2 3 4 5; do
			box=$(nsnew --hold --lease -an --pin "$1/pin$i" --name "$2-$i" --pidfile "$1/pid$i")
			nsveth -t "$box" -i "eth0:$2.$i" -a 10.231.$i.2/24 || exit
			echo "$box"
		done >"$1/boxes"
		echo >"$1/up"
		sleep '"$mark" - "$dir" "$name"
	wait_for test -e "$dir/up"
	mapfile -t boxes <"$dir/boxes"
	[ "${#boxes[@]}" = 5 ]
	for i in 1 2 3 4 5; do
		[ "$(stat -f -c %T "$dir/pin$i/net")" = nsfs ]
		[ "$(cat "$dir/pid$i")" = "${boxes[i - 1]}" ]
		nsjoin -t "$name-$i" -- true
	done
	start=${EPOCHREALTIME/./}
	kill -KILL "$pid"
	nothing_left() {
		local box

		for box in "${boxes[@]}"; do gone "$box" || return; done
		! grep -q "$dir" /proc/self/mountinfo && ! ls "$dir"/pi* "/run/nskit/$name-"* 2>/dev/null &&
			! ip link | grep -q "$name\."
	}
	wait_for nothing_left
	((${EPOCHREALTIME/./} - start < 1000000))
	rmdir --ignore-fail-on-non-empty /run/nskit
}

@test "--lease=PID ends with that process, and the lease of a dead one is refused" {
	requires root
	spawn sleep "$mark"
	box=$(nsnew --hold --lease="$pid" -a 3>&-)
	started+=("$box")
	[ "$(cat "/proc/$box/comm")" = nsnew:hold ]
	kill "$pid"
	wait_for gone "$box"
	wait "$pid" || :
	fails 125 "nsnew: lease of process $pid: No such process" nsnew --hold --lease="$pid" -a
	for word in 0 -1 x '' 99999999999; do
		fails 125 "nsnew: lease '$word'" nsnew --hold "--lease=$word" -a
	done
}

@test "a lease of a parent that has died, or may have, is refused" {
	requires root
	local said=$BATS_TEST_TMPDIR/said

	# In a session of its own, so that whoever adopts orphans here is of another.
	setsid sh -c 'me=$$; (while kill -0 $me 2>/dev/null; do sleep 0.02; done
		exec nsnew --hold --lease -u) >"$1" 2>&1 3>&- & exit 0' - "$said"
	wait_for grep -q hint "$said"
	expect message 'nsnew: lease of the process that runs this: *' "$(head -1 "$said")"
	# The parent of an orphan is whoever adopts orphans, of another session.
	run setsid --wait nsnew --hold --lease -u
	[ "$status" = 125 ]
	expect message 'nsnew: lease of the process that runs this: *hint: in a shell, --lease=$$ names the shell*' \
		"$output"
}

@test "the keeper killed: its holder goes" {
	requires root
	local keeper

	box=$(nsnew --hold --lease=$$ -a 3>&-)
	started+=("$box")
	keeper=$(ps -o ppid= -p "$box" | tr -d ' ')
	[ "$(cat "/proc/$keeper/comm")" = nsnew:lease ]
	run ! grep -vE '^(/dev/null|anon_inode:.*|pidfd:.*)$' < <(readlink "/proc/$keeper/fd/"*)
	kill -KILL "$keeper"
	wait_for gone "$box"
}

@test "a holder that ends takes its keeper along, and what was kept" {
	requires root
	local keeper how

	for how in TERM KILL; do
		box=$(nsnew --hold --lease=$$ -an --pin "$BATS_TEST_TMPDIR/pin" 3>&-)
		keeper=$(ps -o ppid= -p "$box" | tr -d ' ')
		kill -s "$how" "$box"
		wait_for gone "$box"
		wait_for gone "$keeper"
		[ ! -e "$BATS_TEST_TMPDIR/pin" ]
	done
}

@test "a handle that can't be told leaves no leased holder" {
	requires root
	fails 125 'tell the handle' sh -c 'nsnew --hold --lease=$$ -a >/dev/full; exit'
	fails 125 'tell the handle' sh -c 'nsnew --hold --lease=$$ -a >&-; exit'
	fails 125 "/no/such" sh -c 'nsnew --hold --lease=$$ -a --pin '"$BATS_TEST_TMPDIR"'/pin --pidfile /no/such; exit'
}

@test "--outside: the command sees the namespaces, from the caller's, before PROG starts" {
	requires root
	local how prog file=$BATS_TEST_TMPDIR/seen

	for how in -u -uf -mp '--hold -a'; do
		prog=(readlink /proc/self/ns/uts)
		[[ $how != --hold* ]] || prog=()
		# shellcheck disable=SC2086
		run -0 nsnew $how --outside "readlink /proc/\${NSKIT_HANDLE%:*}/ns/uts >$file
			readlink /proc/self/ns/uts >>$file; nsinfo -t \$NSKIT_HANDLE >/dev/null || exit 1
			[ \"\$(pgrep -fc '^sleep $mark')\" = 0 ]" "${prog[@]}"
		[ "$(sed -n 2p "$file")" = "$(readlink /proc/self/ns/uts)" ]
		if [[ $how == --hold* ]]; then
			started+=("$output")
			output=$(readlink "/proc/$output/ns/uts")
		fi
		[ "$(sed -n 1p "$file")" = "$output" ]
	done
}

@test "--outside: its failure ends everything, and PROG has never run" {
	requires root
	local how dir=$BATS_TEST_TMPDIR

	for how in -n -nf -mnp "-n --pin $dir/pin" "-np --net=$dir/net" "-nm --pin $dir/pin --mount=$dir/mnt"; do
		# shellcheck disable=SC2086
		fails 125 "'exit 3' ended with status 3" nsnew $how --outside 'exit 3' -- touch "$dir/ran"
		# shellcheck disable=SC2086
		fails 125 "was killed by signal 9" nsnew $how --outside 'kill -KILL $$' -- touch "$dir/ran"
	done
	for how in -n "-a --pin $dir/pin" "-n --lease=$$ --pidfile $dir/pid"; do
		# shellcheck disable=SC2086
		fails 125 "'exit 3' ended with status 3" nsnew --hold $how --outside 'exit 3'
	done
	[ ! -e "$dir/ran" ]
}

@test "--outside: the command ends, with all that it started, when nsnew is killed" {
	requires root userns
	local how sig prog dir=$BATS_TEST_TMPDIR

	for how in -u -uf -mp "-np --pin $dir/pin" '--hold -mp' "--hold -mp --lease=$$"; do
		prog=(touch "$dir/ran")
		[[ $how != --hold* ]] || prog=()
		for sig in KILL TERM INT; do
			# shellcheck disable=SC2086
			spawn env --default-signal=INT nsnew -m $how --outside "(sleep $mark; :) & sleep $mark; :" \
				"${prog[@]}"
			wait_for eval '[ "$(pgrep -fcx "sleep $mark")" = 2 ]'
			kill -s "$sig" "$pid"
			ends $((128 + $(kill -l "$sig")))
			wait_for none_sleeps
			wait_for eval '! pgrep -f "outside .sleep $mark" >/dev/null'
			[ ! -e "$dir/ran" ]
			wait_for eval '! ls $dir/pin 2>/dev/null'
		done
	done
	spawn as_user nsnew -rmp --outside "sleep $mark; :" -- true
	wait_for eval 'pgrep -fx "sleep $mark" >/dev/null'
	kill -KILL "$pid"
	wait_for none_sleeps
}

@test "--outside: a command that is deaf to TERM ends too" {
	requires root
	spawn nsnew -u --outside "trap '' TERM; sleep $mark; :" -- true
	wait_for pgrep -fx "sleep $mark" >/dev/null
	kill -KILL "$pid"
	wait_for none_sleeps
}

@test "--outside: Ctrl-C on a terminal ends it all" {
	requires root script
	local how

	for how in -u -uf "-np --pin $BATS_TEST_TMPDIR/pin"; do
		on_terminal 'bash --norc -i'
		types "PS1=; echo \"re\"ady\n"
		shows ready
		types "nsnew $how --outside 'sleep $mark' -- echo ran; echo \"st=\$?\"\n"
		wait_for pgrep -fx "sleep $mark" >/dev/null
		types '\003'
		wait_for none_sleeps
		types 'exit 5\n'
		ends_terminal 5
		wait_for test ! -e "$BATS_TEST_TMPDIR/pin"
	done
}

@test "--outside: it joins a step from outside to a chain, as an ordinary user too" {
	requires root userns ip
	run -0 nsnew -mn --outside 'nsveth -t "$NSKIT_HANDLE" -a 10.231.9.2/24' -- ip -br addr
	expect addresses '*10.231.9.2/24*' "$output"
	run -0 as_user nsnew -rn --outside 'nsinfo -t "$NSKIT_HANDLE" >/dev/null && echo seen' -- id -u
	expect 'what both say' $'seen\n0' "$output"
}
