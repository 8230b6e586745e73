#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lib/path: what lies below a hostile root, as the kernel finds it and as our own walk does

load helpers

setup_file() {
	export PATH_PROGRAM=$BATS_FILE_TMPDIR/path
	cd "$BATS_TEST_DIRNAME/../lib" || return
	cc -D_GNU_SOURCE -I. -o "$PATH_PROGRAM" ../tests/path.c {path,walk,file,text,trace,why}.c 3>&-
}

# A root, and beside it what no path may lead to. Sets $root and $out.
setup() {
	root=$BATS_TEST_TMPDIR/root
	out=$BATS_TEST_TMPDIR/out
	mkdir -p "$root"/a/b/c "$root/closed" "$out"
	touch "$root/file" "$root/a/b/file" "$out/secret"
	ln -s "$out" "$root/abs"
	ln -s / "$root/top"
	ln -s ../../../../../../../../.. "$root/a/up"
	ln -s /a/b "$root/inside"
	ln -s ../inside/c/ "$root/a/via"
	ln -s . "$root/dot"
	ln -s loop "$root/loop"
	ln -s two "$root/one" && ln -s one "$root/two"
	ln -s nowhere "$root/dangling"
	ln -s /file "$root/tofile"
	ln -s file/ "$root/filedir"
	for ((i = 1; i <= 41; i++)); do
		ln -s "l$((i - 1))" "$root/l$i"
	done
	ln -s a "$root/l0"
	mkfifo "$root/fifo"
	printf -v long '%255s' ''
	mkdir "$root/${long// /x}"
}

# Every way to run the program: by the kernel, and where a call is missing or a sandbox refuses it.
each_way() {
	"$@"
	for error in ENOSYS EPERM EAGAIN; do
		how=(strace -qq -o /dev/null -e trace=openat2 -e "inject=openat2:error=$error")
		"$@"
	done
}

# Paths below $root, good and bad ones.
paths() {
	local first second

	for first in a a/b a/b/c file inside top abs a/up a/via dot loop one dangling tofile filedir l0 l39 l40 \
		l41 fifo closed missing "${long// /x}" "${long// /x}x" .. . ''; do
		for second in '' / // /. /.. /b /b/../b/file /c/../../../.. /file /file/.. /missing \
			/top/a /../inside; do
			printf '%s\0' "$first$second" "/$first$second"
		done
	done
	for first in {1..9} {a..z}; do
		second+=/../a/b/c/../../via/../../inside
	done
	printf '%s\0' "a$second" "$(printf './%.0s' {1..2100})"
}

same_answers() {
	mapfile -d '' -t all < <(paths)
	"${how[@]}" "$PATH_PROGRAM" open "$root" "${all[@]}" >"$BATS_TEST_TMPDIR/answers"
	cmp "$BATS_TEST_TMPDIR/answers" "$BATS_TEST_TMPDIR/kernel" || {
		diff <(paste -d ' ' <(printf '%s\n' "${all[@]}") "$BATS_TEST_TMPDIR/answers") \
			<(paste -d ' ' <(printf '%s\n' "${all[@]}") "$BATS_TEST_TMPDIR/kernel")
		return 1
	}
}

@test "a path leads to the same by the kernel's resolution and by our own" {
	requires strace
	how=()
	mapfile -d '' -t all < <(paths)
	"$PATH_PROGRAM" open "$root" "${all[@]}" >"$BATS_TEST_TMPDIR/kernel"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/kernel")" = "${#all[@]}" ]
	[ "$(sort -u "$BATS_TEST_TMPDIR/kernel" | wc -l)" -ge 10 ]
	each_way same_answers
}

stays_below() {
	run -0 "${how[@]}" "$PATH_PROGRAM" open "$root" ../../.. a/up top /.. a/up/../.. dot/top/dot
	expect 'the root itself' "$(stat -c %i "$root")" \
		"$(printf '%s\n' "$output" | sed 's/.*:\(.*\) .*/\1/' | sort -u)"
	run -0 "${how[@]}" "$PATH_PROGRAM" open "$root" abs abs/secret "$out" "a/up$out"
	expect outside 'No such file or directory' "$(printf '%s\n' "$output" | sort -u)"
}

@test "no path leads out of the root" {
	requires strace
	how=()
	each_way stays_below
}

proc_links() {
	run -0 "${how[@]}" "$PATH_PROGRAM" open / proc/self/{cwd,root,exe,fd/0,ns/net,root/etc} \
		proc/thread-self/cwd proc/net/../cwd/. dev/../proc/self/root/.
	expect 'magic links' "$(strerror ELOOP)" "$(printf '%s\n' "$output" | sort -u)"
	run -0 "${how[@]}" "$PATH_PROGRAM" open / proc/{self,thread-self,net,mounts,self/status}
	expect 'plain links' '+([0-9a-f]):+([0-9]) +([0-9])' "${lines[0]}"
	[[ ${#lines[@]} == 5 && $output != *[G-Zg-z]* ]]
}

strerror() {
	perl -MPOSIX -e '$! = POSIX->can(shift)->(); print "$!"' "$1"
}

@test "of the links of /proc those are followed that are plain" {
	requires strace perl
	how=()
	each_way proc_links
}

makes() {
	run -0 "${how[@]}" "$PATH_PROGRAM" dir "$root" new/x/./y// inside/made a/up/top/up closed
	[[ $output != *[A-Z]* ]]
	run -0 "${how[@]}" "$PATH_PROGRAM" file "$root" new/x/file a/b
	[[ $output != *[A-Z]* ]]
	[ "$(stat -c '%a %F' "$root"/new{,/x,/x/y,/x/file})" = '755 directory
755 directory
755 directory
644 regular empty file' ]
	[ -d "$root/a/b/made" ] && [ -d "$root/up" ]
	# Through a link that leads nowhere, or would lead out: below the root.
	run -0 "${how[@]}" "$PATH_PROGRAM" file "$root" dangling abs/x/y
	[[ $output != *[A-Z]* ]]
	# By its name with a slash, a link would be followed by the kernel.
	rm -r "$root$out"
	run -0 "${how[@]}" "$PATH_PROGRAM" dir "$root" "$1"
	[ "$output" = "$(stat -c '%Hd:%i 40755' "$root$out" | sed "s/^[^:]*/${output%%:*}/")" ]
	run -0 "${how[@]}" "$PATH_PROGRAM" file "$root" abs/x/y
	[ -f "$root/nowhere" ] && [ -f "$root/$out/x/y" ] && [ ! -e "$out/x" ]
	rm -r "$root/new" "$root/a/b/made" "$root/up" "$root/nowhere" "$root$out"
}

refuses() {
	find "$BATS_TEST_TMPDIR" -mindepth 2 >"$BATS_TEST_TMPDIR/before"
	run -0 "${how[@]}" "$PATH_PROGRAM" dir "$root" loop/x tofile/x ''
	[ "$output" = "$(strerror ELOOP)
Not a directory
$(strerror ENOENT)" ]
	run -0 "${how[@]}" "$PATH_PROGRAM" file "$root" new/
	[ "$output" = 'Is a directory' ]
	find "$BATS_TEST_TMPDIR" -mindepth 2 | diff "$BATS_TEST_TMPDIR/before" -
	"${how[@]}" "$PATH_PROGRAM" undo "$root" u/v/w u/v a/b/u inside/u/v dangling
	find "$BATS_TEST_TMPDIR" -mindepth 2 | diff "$BATS_TEST_TMPDIR/before" -
}

@test "what is missing is made, whatever the umask, and nothing outside of the root" {
	requires strace perl
	local slashes

	how=()
	for slashes in abs/ abs// abs/. /abs//./; do
		each_way makes "$slashes"
	done
	each_way refuses
}

@test "a link to a long path, made and taken away, in little memory" {
	ln -s "$(printf 'm/%.0s' {1..400})m" "$root/far"
	ln -s "far/$(printf 'n/%.0s' {1..400})n" "$root/further"
	(
		ulimit -s 128
		"$PATH_PROGRAM" undo "$root" further/x
	) >"$BATS_TEST_TMPDIR/said"
	expect answer '+([0-9a-f]):+([0-9]) 40755' "$(cat "$BATS_TEST_TMPDIR/said")"
	[ ! -e "$root/m" ]
}

# The answer is the root's own or none, whatever changes there.
@test "a directory that becomes a link out, and back, ten thousand times" {
	local inside count=0

	mkdir "$root/a/real"
	inside=$(stat -c %i "$root/a/real")
	spawn sh -c 'cd "$1/a" && while :; do
		mv real kept; ln -s "$2" real; rm real; mv kept real; done' - "$root" "$out"
	for ((i = 0; i < 10; i++)); do
		for way in '' 'strace -qq -o /dev/null -e trace=openat2 -e inject=openat2:error=ENOSYS'; do
			mapfile -t all < <(yes a/real | head -500)
			$way "$PATH_PROGRAM" open "$root" "${all[@]}" | sort | uniq -c >"$BATS_TEST_TMPDIR/seen"
			! grep -v -e ":$inside " -e 'No such file' "$BATS_TEST_TMPDIR/seen" || return 1
			count=$((count + 1))
		done
	done
	[ "$count" = 20 ]
}
