#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsimage: archives made by an enemy, or damaged

# shellcheck disable=SC2034 # image.bash reads them

load helpers
load image

setup() {
	requires perl
	make_dir
	mkdir "$dir"/{one,two}
	out=$USER_DIR/out
	mkdir "$out"
	echo untouched >"$out/file"
	chmod -R go+rwX "$out"
}

teardown() {
	release
	remove_dir
	rm -rf "$out"
}

# Nothing of the host was made, changed, removed or read.
out_is_untouched() {
	[ "$(ls -A "$out")" = file ]
	[ "$(cat "$out/file")" = untouched ]
	[ "$(stat -c '%a %h' "$out/file")" = '666 1' ]
	! grep -rqs untouched "$cache" "$USER_DIR/.cache"
}

# As root and as the ordinary user: whether it works or not, the host is as it was.
try() {
	local who

	requires root userns
	make_image "$@"
	for who in env as_user; do
		run "$who" nsimage --cache "$cache-$who" "$image"
		out_is_untouched
		root=$output
	done
}

@test "a link out in one layer, and the next writes through it: inside" {
	local to

	for to in "$out" "../../../../../../../../..$out" "/proc/self/root$out" /proc/1/cwd /proc/self/fd/7; do
		rm -rf "$cache"*
		forge one dir/link "->$to" name "->$to/file"
		forge two dir/link/new x dir/link/file changed name changed
		try one two
	done
	# An absolute link leads to where it does in the container.
	rm -rf "$cache"*
	forge one etc dir abs '->/etc' up '->../../../etc'
	forge two abs/passwd inside up/group inside
	make_image one two
	root=$(nsimage --cache "$cache" "$image")
	[ "$(cat "$root/etc/passwd" "$root/etc/group")" = $'inside\ninside' ] ||
		[ "$(cat "$root/etc/passwd" "$root/etc/group")" = insideinside ]
}

@test "the same in one layer" {
	forge one link "->$out" link/new x link/file changed hard "=>link/file"
	try one
}

@test "a hard link to a file of the host" {
	forge one passwd "=>$out/file" up "=>../../../../../../../../..$out/file"
	try one
	forge one link "->$out"
	forge two got "=>link/file" got changed
	try one two
}

@test "whiteouts that lead out" {
	local name

	forge one link "->$out" top "->/"
	forge two link/.wh.file '' "top$out/.wh.file" '' link/.wh..wh..opq ''
	try one two
	[ "$status" = 0 ]
	for name in .wh. .wh.. .wh... dir/.wh. dir/.wh... "../.wh.file" "dir/../../.wh.x"; do
		forge two "$name" ''
		make_image one two
		fails 125 "nsimage: unpack '$image': a layer has the name '$name'" nsimage --cache "$cache" "$image"
		out_is_untouched
	done
	forge two '.wh...%2f' '' '.wh.%2e%2e' '' '.wh.-rf' '' '.wh.*' '' '.wh.@file' '' 'keep' ''
	make_image one two
	root=$(nsimage --cache "$cache" "$image")
	[ "$(cd "$root" && echo *)" = 'keep link top' ]
}

@test "names that lead up are refused; absolute ones are below the root" {
	local name

	for name in ../x dir/../../x .. dir/..; do
		forge one "$name" x
		make_image one
		fails 125 "nsimage: unpack '$image': a layer has the name '$name'" nsimage --cache "$cache" "$image"
	done
	forge one "$out/new" x //two ''
	try one
	forge one /abs x
	make_image one
	[ -e "$(nsimage --cache "$cache" "$image")/abs" ]
}

@test "devices are left out" {
	forge one dev dir dev/disk block file x
	make_image one
	root=$(nsimage --cache "$cache" "$image")
	[ "$(find "$root" -mindepth 1 -printf '%P ' | xargs -n 1 | sort | xargs)" = 'dev file' ]
}

@test "the image's libraries and settings are for none of our programs" {
	requires root
	local name

	mkdir -p "$dir"/one/{etc,lib64,usr/lib/x86_64-linux-gnu/gconv,usr/share/locale/C/LC_MESSAGES}
	cc -shared -fPIC -x c -o "$dir/one/evil.so" - <<-END
		#include <fcntl.h>
		#include <unistd.h>
		__attribute__((constructor)) static void run(void)
		{
			close(creat("/evil-has-run", 0600));
		}
	END
	echo /evil.so >"$dir/one/etc/ld.so.preload"
	echo 'passwd: evil' >"$dir/one/etc/nsswitch.conf"
	for name in libnss_evil.so.2 libc.so.6 libacl.so.1 libselinux.so.1; do
		cp "$dir/one/evil.so" "$dir/one/lib64/$name"
	done
	echo 'module UTF-8// ANSI_X3.4-1968// /evil' >"$dir/one/usr/lib/x86_64-linux-gnu/gconv/gconv-modules"
	touch "$dir/one/gone"
	touch "$dir/two/.wh.gone" "$dir/two/"$'\303\266'
	layer one
	layer two --format=pax --owner=somebody:1234 --group=some:1234
	make_image one two
	root=$(nsimage --cache "$cache" "$image")
	[ ! -e "$root/evil-has-run" ]
	[ ! -e "$root/gone" ]
	# It would have run.
	cp "$dir/one/evil.so" "$dir/evil.so"
	LD_PRELOAD=$dir/evil.so /bin/true && [ -e /evil-has-run ]
	rm /evil-has-run
}

@test "inside, tar has nothing but the root, and the privilege to give files their owners" {
	requires root strace
	touch "$dir"/{one/file,two/.wh.file}
	layer one
	layer two
	make_image one two
	strace -f -qq -e trace=execve,pivot_root,open,openat,openat2 -o "$dir/trace" \
		nsimage --cache "$cache" "$image"
	# What tar opens once it has what it waits for.
	awk '/execve\(.*"--force-local"/ { inside[$1]; next }
		$1 in inside && /fifo/ { open[$1] = 1; next }
		$1 in open && /open/' "$dir/trace" >"$dir/opened"
	grep -q file "$dir/opened"
	grep -e ld.so -e locale -e gconv -e nss -e passwd -e localtime "$dir/opened" | none_of
}

none_of() {
	run cat
	[ -z "$output" ]
}

@test "digests: a layer, a configuration or a manifest that was changed is refused" {
	local what sum file

	echo good >"$dir/one/file"
	layer one
	make_image one
	for what in blob config.json manifest; do
		sum=$(digest "$dir/$what")
		file=$dir/layout/blobs/sha256/$sum
		printf x | dd of="$file" bs=1 seek=20 conv=notrunc status=none
		for archive in "$dir/layout" "$dir/forged.tar"; do
			tar -C "$dir/layout" -cf "$dir/forged.tar" .
			fails 125 "of '$archive': its digest isn't sha256:$sum" nsimage --cache "$cache" "$archive"
		done
		cp "$dir/$what" "$file"
	done
	nothing_in "$cache/image" "$cache/work"
	nsimage --cache "$cache" "$dir/layout"
}

@test "digests: a layer that isn't the one of the configuration" {
	echo good >"$dir/one/file"
	echo bad >"$dir/two/file"
	layer one
	layer two
	make_image one
	gzip -c <"$dir/two.layer" >"$dir/two.gz"
	printf '{"config":%s,"layers":[%s]}' "$(blob "$dir/config.json")" "$(blob "$dir/two.gz")" >"$dir/manifest"
	index "$(blob "$dir/manifest")"
	fails 125 "nsimage: check a layer of '$image': its digest isn't sha256:$(digest "$dir/one.layer")" \
		nsimage --cache "$cache" "$image"
}

# damaged MESSAGE: what is in $dir/layout is refused so.
damaged() {
	fails 125 "nsimage: $1" nsimage --cache "$cache" "$dir/layout"
}

@test "an archive of which something is missing, or is not what it has to be" {
	local text

	layer one
	make_image one
	rm "$dir/layout/blobs/sha256/$(digest "$dir/blob")"
	damaged "read a layer of '$dir/layout': 'blobs/sha256/$(digest "$dir/blob")' isn't in it"
	for text in '' '{' '{"manifests":[}' 'null x' '{"a":1,"a":2}' "$(printf '[%.0s' {1..100})"; do
		echo "$text" >"$dir/layout/index.json"
		damaged "read the index of '$dir/layout': it is no JSON"
	done
	for text in '{}' '{"manifests":[]}' '{"manifests":"x"}' '[]' '"x"'; do
		echo "$text" >"$dir/layout/index.json"
		damaged "find the image for linux/"
	done
	for text in md5:0 sha256: "sha256:$(printf '%064d' 0)/../../x" 'sha256:../../../etc/shadow' \
		"sha512:$(printf '%064d' 0)" "sha256:$(printf 'A%.0s' {1..64})"; do
		echo "{\"manifests\":[{\"digest\":\"$text\"}]}" >"$dir/layout/index.json"
		damaged "read '$dir/layout': '$text' is no sha256 digest"
	done
	printf '{"manifests":[%s]}' "$(blob "$dir/layout/index.json")" >"$dir/layout/index.json"
	head -c 5000000 /dev/zero | tr '\0' ' ' >"$dir/layout/index.json"
	damaged "read the index of '$dir/layout': it is larger than 4 MiB"
	rm "$dir/layout/index.json"
	damaged "read '$dir/layout': it is neither an OCI layout nor what docker save writes"
	echo text >"$dir/text"
	fails 125 "nsimage: read '$dir/text': it is no tar archive" nsimage --cache "$cache" "$dir/text"
	fails 125 "nsimage: open archive '$dir/none': No such file" nsimage --cache "$cache" "$dir/none"
	head -c 700 "$image" | gzip -c | head -c 100 >"$dir/short.gz"
	fails 125 "nsimage: decompress by gzip what is in '$dir/short.gz': it is damaged" \
		nsimage --cache "$cache" "$dir/short.gz"
	tar -C "$dir" -cf "$image" text
	fails 125 "nsimage: read '$image': it is neither" nsimage --cache "$cache" "$image"
	nothing_in "$cache/image" "$cache/work"
}

@test "no end of a layer, and a layer that is no archive" {
	seq 1000 >"$dir/one/file"
	layer one
	truncate -s 3000 "$dir/one.layer"
	make_image one
	fails 125 "nsimage: read a layer of '$image': it is no tar archive" nsimage --cache "$cache" "$image"
	seq 1000 >"$dir/one.layer"
	make_image one
	fails 125 "nsimage: read a layer of '$image': it is no tar archive" nsimage --cache "$cache" "$image"
}

@test "what a message tells of an archive has no controls" {
	forge one $'.wh.\e[31m/../x' x
	make_image one
	run -125 nsimage --cache "$cache" "$image"
	expect message "*a layer has the name '.wh.?033[[]31m/../x'" "$output"
}

@test "a cache that others can write to, or that is a link, is refused" {
	layer one
	make_image one
	ln -s "$out" "$cache/image"
	fails 125 "nsimage: keep images in '$cache': it isn't a directory that only you can write to" \
		nsimage --cache "$cache" "$image"
	rm "$cache/image"
	chmod 777 "$cache"
	fails 125 "nsimage: keep images in '$cache'" nsimage --cache "$cache" "$image"
	out_is_untouched
	requires root
	fails 125 "nsimage: keep images in '/var/cache/none'" as_user nsimage --cache /var/cache/none "$image"
}

# A PATH of links to all programs but these.
without() {
	local file

	bin=$BATS_TEST_TMPDIR/bin
	rm -rf "$bin"
	mkdir "$bin"
	for file in "$PROGRAMS"/* /usr/bin/* /bin/*; do
		[[ " $* " == *" ${file##*/} "* ]] || ln -sf "$file" "$bin/"
	done
}

@test "what it needs and isn't there is told" {
	requires zstd
	local with=zstd

	layer one
	make_image one
	without zstd
	PATH=$bin fails 125 "nsimage: run 'zstd': not found" nsimage --cache "$cache" "$image"
	without sha256sum
	PATH=$bin fails 125 "nsimage: run 'sha256sum': not found" nsimage --cache "$cache" "$image"
	without tar
	ln -s /bin/busybox "$bin/tar"
	PATH=$bin fails 125 'nsimage: unpack an image: tar is not GNU tar' nsimage --cache "$cache" "$image"
}

@test "a tar that ends too early hangs nobody" {
	layer one
	make_image one
	without tar
	# shellcheck disable=SC2016
	printf '%s\n' '#!/bin/sh' 'case "$*" in *--force-local*) exit 3 ;; esac' 'exec /bin/tar "$@"' >"$bin/tar"
	chmod +x "$bin/tar"
	PATH=$bin fails 125 "nsimage: unpack '$image': tar doesn't run in its root" \
		nsimage --cache "$cache" "$image"
}

@test "standard output that takes nothing" {
	layer one
	make_image one
	fails 125 '' sh -c "exec nsimage --cache $cache $image >/dev/full"
	fails 125 '' sh -c "exec nsimage --cache $cache --list >/dev/full"
}

@test "wrong words" {
	fails 125 'nsimage: missing operand ARCHIVE' nsimage
	fails 125 'nsimage: missing operand ARCHIVE' nsimage --rm
	fails 125 "nsimage: unexpected word 'b'" nsimage a b
	fails 125 "nsimage: unexpected word 'a'" nsimage --list a
	fails 125 "nsimage: missing argument of '--cache'" nsimage --cache
	fails 125 'nsimage: --json is for --list' nsimage --json a
	fails 125 'nsimage: only one of --config, --list and --rm can be done' nsimage --list --rm a
	fails 125 'nsimage: find the cache: HOME is not set' as_user env -u HOME -u XDG_CACHE_HOME nsimage --list
}
