#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nskit-cookbook(7): every recipe, taken from the page, by whom it says, answers what it says and leaves
# nothing behind
#
# A test is named after its recipe, which is done on a machine of its own, see world.bash.

load helpers
load world

page=$BATS_TEST_DIRNAME/../man/nskit-cookbook.7

setup() {
	requires root userns ip busybox
	kitchen=$USER_DIR/kitchen-$BATS_TEST_NUMBER
	mkdir "$kitchen"
	chown "$TEST_USER" "$kitchen"
	user="${user_command[*]@Q}"
	export user kitchen
	export -f as_user wait_for follow left nothing_left
}

teardown() {
	release
	rm -rf "$kitchen"
}

# The literal text of a recipe, as mandoc(1) shows it.
literal() {
	awk -v title="$1" '
		/^\.S[sh] / { here = substr($0, 5) == title }
		/^\.Ed/ { shown = 0 }
		here && shown
		/^\.Bd -literal/ { shown = 1 }' "$page" | sed 's/\\e/\\/g; s/\\&//g'
}

# The commands of a recipe without their prompts: what goes on in the next line is indented there.
commands() {
	literal "$1" | sed -n 's/^[$#] //p; s/^    /  /p'
}

# What is answered.
answers() {
	literal "$1" | sed '/^\[Unit\]/,/^WantedBy/d; /^[$#] /d; /^    /d'
}

# Who does it.
cook_of() {
	case $(literal "$1" | grep -m1 -o '^[$#] ') in
	'$ ') echo as_user ;;
	'# ') echo env ;;
	esac
}

# What a recipe could leave on the machine.
left() {
	cut -d' ' -f4- /proc/self/mountinfo
	ip -br link
	ip -br address
	ls /run /run/nskit /run/netns "$USER_DIR/nskit"
	nft list ruleset
	find /sys/fs/cgroup -name nskit-lab
	ps --ppid "$BASHPID" -p "$BASHPID" -N -o comm= # but this process and ps
} 2>/dev/null

nothing_left() {
	after=$(left)
	[ "$after" = "$before" ]
}

# On the machine: the recipe, after another one's commands, and what it has left.
follow() {
	local before after

	eval "user_command=($user)"
	cd "$kitchen" || return
	$1 sh -c "$2" >/dev/null
	before=$(left)
	$1 sh -c "$3" 2>&1
	wait_for nothing_left 2>/dev/null || diff <(echo "$before") <(echo "$after") || :
}

# Do the recipe that the test is named after.
cook() {
	local title=$BATS_TEST_DESCRIPTION

	run -0 world follow "$(cook_of "$title")" "$(commands 'A small root')" "$(commands "$title")"
	diff <(answers "$title") <(echo "$output")
}

@test "A small root" {
	cook
}

@test "A throwaway shell" {
	cook
}

@test "A build without the network" {
	cook
}

@test "As confined as a container engine has it" {
	cook
}

@test "A script's container" {
	cook
}

@test "A read-only image with a layer for what is written" {
	cook
}

@test "A container of many users" {
	cook
}

@test "Run as another user" {
	cook
}

@test "A container in a container" {
	cook
}

@test "A debugger for a container that has none" {
	requires strace
	cook
}

@test "Limits" {
	cook
}

@test "Two services on a bridge" {
	cook
}

@test "A port of this machine for a container" {
	cook
}

@test "A pod: two containers that share a network" {
	cook
}

@test "The Internet without privilege" {
	cook
}

@test "Only through the VPN" {
	cook
}

@test "Namespaces that are there from boot on" {
	literal "$BATS_TEST_DESCRIPTION" | sed '/^[$#] /,$d' >"$kitchen/blue.service"
	mkdir "$kitchen/bin"
	# What systemd does with the unit.
	cat >"$kitchen/bin/systemctl" <<-'END'
		#!/bin/sh -e
		case $1 in enable) when=Start ;; disable) when=Stop ;; esac
		sed -n "s/^Exec$when=//p" "$3.service" | while read -r command; do $command; done
	END
	chmod +x "$kitchen/bin/systemctl"
	PATH=$kitchen/bin:$PATH cook
}

@test "every recipe of the page has its test" {
	diff <(sed '/^\.Sh IF YOU KNOW/,$d; s/^\.Ss //p; d' "$page") \
		<(sed -n 's/^@test "\(.*\)" {$/\1/p' "$BATS_TEST_FILENAME" | grep -v 'of the page')
}

# The calls of the toolkit's programs in what the page says for another program's, one a line.
calls() {
	sed -n '/^\.Sh IF YOU KNOW/,$p' "$page" | sed 's/\\e/\\/g' |
		sed -n ':a; /\\$/ { N; s/\\\n */ /; ba }; s/^    //p' | sed 's/ -- \| | /\n/g' | grep '^ns'
}

@test "what is said for another program's call of the page are options that there are" {
	local program words word help

	[ "$(calls | wc -l)" -gt 40 ]
	while read -r program words; do
		help=$("$program" --help)
		for word in $words; do
			case $word in
			--*) grep -qE -- " ${word%%=*}[[ =]" <<<"$help" || echo "$program $word" ;;
			-?*) # letters, of which the last may take something
				for ((i = 1; i < ${#word}; i++)); do
					grep -q -- "^  -${word:i:1}," <<<"$help" || echo "$program $word"
				done ;;
			esac
		done
	done < <(calls) >"$BATS_TEST_TMPDIR/unknown"
	diff /dev/null "$BATS_TEST_TMPDIR/unknown"
}
