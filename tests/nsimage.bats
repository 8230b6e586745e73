#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsimage: archives, layers, the cache

# shellcheck disable=SC2034 # image.bash reads them

load helpers
load image

setup() {
	make_dir
	mkdir -p "$dir"/{one,two,three}
}

teardown() {
	release
	remove_dir
}

# The files of a root with their types, one a line.
tree() {
	(cd "$1" && find . -mindepth 1 -printf '%p %y%l\n' | LC_ALL=C sort)
}

# unpacks [as_user]: as root with a cache of the test's, or as the ordinary user with his own.
unpacks() {
	local root words=(nsimage --cache "$cache" "$image")

	[ $# = 0 ] || words=("$1" nsimage "$image")
	root=$("${words[@]}")
	[ -f "$root/bin/busybox" ]
	[ "$("${words[@]}")" = "$root" ]
	run -0 "$@" nsnew -a -- nsroot --overlay "$root" -- /bin/busybox sh -c 'echo x >/new && cat /new /etc/name'
	[ "$output" = $'x\ninside' ]
	[ ! -e "$root/new" ]
}

@test "the root of an image, once; nsroot runs it" {
	install -D /bin/busybox "$dir/one/bin/busybox"
	mkdir "$dir/one/etc"
	echo inside >"$dir/two/name"
	layer one
	layer two --transform='s,^\.,etc,'
	make_image one two
	requires root userns
	unpacks
	unpacks as_user
	expect 'the cache of a user' "$USER_DIR/.cache/nskit/image/*/root" "$(as_user nsimage "$image")"
	expect 'the cache of root' '/var/cache/nskit/image/*/root' \
		"$(nsnew -m -- sh -c 'mount -t tmpfs none /var/cache && nsimage "$1"' - "$image")"
}

@test "layers: what one deletes, hides or replaces of those below" {
	local name

	mkdir -p "$dir"/one/{keep,opaque/below,list,dir,a/b} "$dir"/two/{opaque,list,file,a} "$dir"/three/opaque
	touch "$dir"/one/{keep/x,gone,opaque/old,opaque/below/old,list/x,file,dir/x}
	ln -s keep "$dir/one/link"
	ln -s none "$dir/one/link2"
	touch "$dir"/two/{.wh.gone,opaque/new,opaque/.wh..wh..opq,list/.wh.x,dir,file/x}
	touch "$dir"/two/{.wh.never,.wh.link,a/.wh.b,.wh..wh.plnk}
	for name in 'back\slash' 'two words' $'new\nline' $'\303\266' -f; do
		touch "$dir/one/$name" "$dir/two/.wh.$name"
	done
	ln -s file "$dir/two/link2"
	touch "$dir"/three/{opaque/newest,.wh.a}
	layer one
	layer two
	layer three
	make_image one two three
	tree "$(nsimage --cache "$cache" "$image")" | diff - <(
		echo './dir f'
		echo './file d'
		echo './file/x f'
		echo './keep d'
		echo './keep/x f'
		echo './link2 lfile'
		echo './list d'
		echo './opaque d'
		echo './opaque/new f'
		echo './opaque/newest f'
	)
}

@test "the topmost layer may make the whole root opaque" {
	mkdir "$dir/one/below"
	touch "$dir"/two/{.wh..wh..opq,new}
	layer one
	layer two
	make_image one two
	[ "$(tree "$(nsimage --cache "$cache" "$image")")" = './new f' ]
}

@test "root: owners, modes, times, links, FIFOs and capabilities are those of the image" {
	requires root setcap
	touch -d @1000000000 "$dir"/one/{file,setuid}
	ln "$dir/one/file" "$dir/one/hard"
	mkfifo "$dir/one/fifo"
	cp /bin/true "$dir/one/capable"
	chown 1000:5000 "$dir/one/file"
	chmod 4751 "$dir/one/setuid"
	setcap cap_net_raw+ep "$dir/one/capable"
	layer one --xattrs
	make_image one
	root=$(nsimage --cache "$cache" "$image")
	run -0 stat -c '%n %u:%g %a %Y %h %F' --cached=never "$root"/{file,setuid,fifo}
	expect files "$root/file 1000:5000 644 1000000000 2 *
$root/setuid 0:0 4751 1000000000 1 *
$root/fifo 0:0 644 * 1 fifo" "$output"
	[ "$root/file" -ef "$root/hard" ]
	expect capabilities '*cap_net_raw=ep' "$(getcap "$root/capable")"
	expect 'the way there' "*700" "$(stat -c %a "$cache")"
}

@test "an ordinary user: owners by his subordinate ids, and without any all is his" {
	requires root userns newuidmap
	local without=(nsnew -m -- sh -c 'mount --bind /dev/null /etc/subuid && exec "$@"' -)

	install -D /bin/busybox "$dir/one/bin/busybox"
	mkdir "$dir/one/closed"
	touch "$dir"/one/{his,file,closed/file}
	chown 1000:1000 "$dir"/one/{file,closed/file,closed}
	chmod 0 "$dir/one/closed"
	layer one
	make_image one
	root=$(as_user nsimage "$image")
	[ "$(as_user nsnew -r --map-auto -- stat -c %u:%g "$root/his" "$root/file" "$root/closed/file" | xargs)" = \
		'0:0 1000:1000 1000:1000' ]
	[ "$(as_user nsnew -a -r --map-auto -- nsroot --overlay "$root" -- /bin/busybox stat -c %u /his /file |
		xargs)" = '0 1000' ]
	[ "$(stat -c %U "$root/his")" = "$TEST_USER" ]
	as_user nsimage --rm "$image"
	nothing_in "$USER_DIR/.cache/nskit"/{image,work}

	root=$("${without[@]}" "${user_command[@]}" nsimage "$image")
	[ "$(stat -c %U "$root/his" "$root/file" "$root/closed/file" | sort -u)" = "$TEST_USER" ]
	"${without[@]}" "${user_command[@]}" nsimage --rm "$image"
	nothing_in "$USER_DIR/.cache/nskit"/{image,work}
}

# That the image is read from there, as the same.
same_image() {
	[ "$(nsimage --cache "$cache" "$@")" = "$root" ]
}

@test "an archive: plain or compressed, on standard input, a directory, with ./ before the names" {
	requires zstd
	touch "$dir"/{one/a,two/b}
	layer one
	layer two
	make_image one two
	root=$(nsimage --cache "$cache" "$image")
	same_image - <"$image"
	same_image "$dir/layout"
	gzip -c <"$image" >"$dir/a.gz" && same_image "$dir/a.gz"
	zstd -q -c <"$image" >"$dir/a.zst" && same_image "$dir/a.zst"
	same_image - <"$dir/a.zst"
	tar -C "$dir/layout" -cf "$dir/dots.tar" . && same_image "$dir/dots.tar"
	same_image <(cat "$image")
	cd "$dir"
	same_image image.tar
	[ "$(nsimage --cache ../image-cache image.tar)" = "$dir/../image-cache/${root#"$cache"/}" ]
}

@test "layers compressed by gzip, zstd or nothing" {
	requires zstd
	local with

	touch "$dir/one/a"
	layer one
	for with in gzip zstd cat; do
		[ "$with" != cat ] || with=as_is
		make_image one
		[ -e "$(nsimage --cache "$cache-$with" "$image")/a" ]
	done
}

as_is() {
	cat
}

# The image as docker save wrote it before it wrote layouts: $image, of these layers.
make_docker() {
	local name layers=''

	rm -rf "$dir/save"
	mkdir "$dir/save"
	for name; do
		[ -d "$dir/save/$name" ] || {
			mkdir "$dir/save/$name"
			cp "$dir/$name.layer" "$dir/save/$name/layer.tar"
		}
		layers+=,\"$name/layer.tar\"
	done
	cp "$dir/config.json" "$dir/save/$(digest "$dir/config.json").json"
	printf '[{"Config":"%s.json","RepoTags":["small:1"],"Layers":[%s]}]' \
		"$(digest "$dir/config.json")" "${layers#,}" >"$dir/save/manifest.json"
}

@test "what docker save wrote of old; a layer that is there twice is a link" {
	touch "$dir"/{one/a,two/b}
	layer one
	layer two
	cp "$dir/one.layer" "$dir/three.layer"
	make_image one two three
	root=$(nsimage --cache "$cache" "$image")
	make_docker one two three
	ln -sf ../one/layer.tar "$dir/save/three/layer.tar"
	tar -C "$dir/save" -cf "$image" .
	same_image "$image"
	(cd "$dir/save" && tar -cf "$image" ./*)
	same_image "$image"
	expect list '*linux/amd64 * small:1' "$(nsimage --cache "$cache-other" "$image" >/dev/null
		nsimage --cache "$cache-other" --list)"
}

@test "of several platforms the machine's, or the one that is asked for" {
	local one two arch platform

	rm -rf "$dir/layout"
	touch "$dir"/{one/a,two/b}
	layer one
	layer two
	one=$(arch=arm64 platform='{"os":"linux","architecture":"arm64","variant":"v8"}' manifest '{}' one)
	two=$(platform='{"os":"linux","architecture":"amd64"}' manifest '{}' two)
	index "$one" "$two" "$(platform='{"os":"unknown","architecture":"unknown"}' manifest '{}' one)"
	[ -e "$(nsimage --cache "$cache" --platform linux/amd64 "$image")/b" ]
	[ -e "$(nsimage --cache "$cache" --platform linux/arm64 "$image")/a" ]
	[ -e "$(nsimage --cache "$cache" --platform=linux/arm64/v8 "$image")/a" ]
	[ "$(uname -m)" != x86_64 ] || [ -e "$(nsimage --cache "$cache" "$image")/b" ]
	fails 125 "nsimage: find the image for linux/s390x in '$image': none of 2 is" \
		nsimage --cache "$cache" --platform linux/s390x "$image"
	index "$two" "$two"
	fails 125 "nsimage: find the image for linux/amd64 in '$image': 2 of 2 are" \
		nsimage --cache "$cache" --platform linux/amd64 "$image"
	# An index behind the index.
	printf '{"schemaVersion":2,"manifests":[%s,%s]}' "$one" "$two" >"$dir/inner"
	index "$(blob "$dir/inner")"
	[ -e "$(nsimage --cache "$cache" --platform linux/arm64 "$image")/a" ]
	index "$one"
	[ -e "$(nsimage --cache "$cache" "$image")/a" ]
	fails 125 "nsimage: find the image for linux/arm in '$image': it has one for linux/arm64" \
		nsimage --cache "$cache" --platform linux/arm "$image"
	fails 125 "nsimage: platform 'arm64' is not OS/ARCH or OS/ARCH/VARIANT" \
		nsimage --cache "$cache" --platform arm64 "$image"
}

@test "--config: how the image wants to be run, as printf %b reads it" {
	local config name

	config='{"Env":["PATH=/bin","A=two\nlines \\ \"\u00e9\ud83d\ude00\u0007"],"Entrypoint":["/a b"],
		"Cmd":["-c",""],"WorkingDir":"/w","User":"1:2","Volumes":{"/x":{}},"Labels":null}'
	layer one
	make_image one
	nsimage --cache "$cache" --config "$image" | diff - <(
		printf '%s\n' 'env=PATH=/bin' 'env=A=two\nlines \\ "é😀\0007' 'entrypoint=/a b' cmd=-c cmd= \
			workdir=/w user=1:2
	)
	nothing_in "$cache/image" "$cache/work" # it isn't unpacked
	nsimage --cache "$cache" --config "$image" >"$dir/words"
	nsimage --cache "$cache" "$image"
	diff "$dir/words" "$cache"/image/*/config
}

@test "--list and --rm" {
	local one two name=$'strange "name"\\ \e[31m'

	[ "$(nsimage --cache "$cache" --list | wc -l)" = 1 ]
	[ "$(nsimage --cache "$cache" --list --json)" = '{"images":[]}' ]
	touch "$dir"/{one/a,two/b}
	layer one
	layer two
	make_image one
	one=$(nsimage --cache "$cache" "$image")
	make_image two
	cp "$image" "$dir/$name"
	two=$(nsimage --cache "$cache" "$dir/$name")
	run -0 nsimage --cache "$cache" --list
	[ "${#lines[@]}" = 3 ]
	one=${one%/root} one=${one##*/} two=${two%/root} two=${two##*/}
	expect list "*${one:0:12} * linux/amd64 * image.tar*" "$output"
	expect list "*${two:0:12} * linux/amd64 * strange \"name\"? ?[[]31m*" "$output"
	nsimage --cache "$cache" --list --json | jq -r '.images[] | .digest, .name, .root, (.size > 0), .platform' |
		sort | diff - <(printf '%s\n' "sha256:$one" "sha256:$two" image.tar 'strange "name"? ?[31m' \
			"$cache/image/$one/root" "$cache/image/$two/root" true true linux/amd64 linux/amd64 | sort)
	nsimage --cache "$cache" --rm "$image" # the second
	[ "$(ls "$cache/image")" = "$one" ]
	fails 125 "nsimage: remove '$image': it isn't in the cache" nsimage --cache "$cache" --rm "$image"
	fails 125 "nsimage: remove '$two': it isn't in the cache" nsimage --cache "$cache" --rm "$two"
	fails 125 "nsimage: remove '': it isn't in the cache" nsimage --cache "$cache" --rm ''
	nsimage --cache "$cache" --rm "sha256:${one:0:8}"
	nothing_in "$cache/image" "$cache/work"
	nsimage --cache "$cache" "$image"
	nsimage --cache "$cache" --rm all
	nsimage --cache "$cache" --rm all
	nothing_in "$cache/image" "$cache/work"
}

@test "two at once, and many: one wins, and nothing else is left" {
	local jobs=() job

	seq 100000 >"$dir/one/file"
	layer one
	make_image one
	for _ in 1 2 3 4; do
		nsimage --cache "$cache" "$image" >>"$dir/said" &
		jobs+=($!)
	done
	for job in "${jobs[@]}"; do
		wait "$job"
	done
	[ "$(sort -u "$dir/said" | wc -l)" = 1 ]
	[ "$(wc -l <"$dir/said")" = 4 ]
	[ "$(wc -l <"$(head -1 "$dir/said")/file")" = 100000 ]
	nothing_in "$cache/work"
}

@test "killed at any moment: no process, no half of an image; the next run takes away what is left" {
	local delay

	seq 200000 >"$dir/one/file"
	touch "$dir/two/.wh.file"
	layer one
	layer two
	make_image one two
	for delay in 0.0{1..9} 0.{1..5}; do
		spawn nsimage --cache "$cache" "$image"
		sleep "$delay"
		kill -KILL "$pid" 2>/dev/null || :
		wait_for gone "$pid"
		[ -z "$(ls "$cache/image" 2>/dev/null)" ] || nsimage --cache "$cache" --rm all
		wait_for nobody_inside
	done
	root=$(nsimage --cache "$cache" "$image")
	nothing_in "$root" "$cache/work"
	spawn nsimage --cache "$cache-other" "$image"
	wait_for test -e "$cache-other/work"
	kill -TERM "$pid"
	ends 143
	nothing_in "$cache-other/work"
}

# Whether no process that nsimage has started is left, nor one that has a root of the cache's.
nobody_inside() {
	! grep -l "$cache" /proc/[0-9]*/mountinfo 2>/dev/null &&
		! grep -lzx "BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ 2>/dev/null |
		sed 's/environ$/comm/' | xargs cat 2>/dev/null | grep -x -e 'ns.*' -e tar -e gzip
}
