#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# nsimage: archives, layers, the cache

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

# As root, with a cache of the test's, and as the ordinary user, whose cache is at home.
unpacks() {
	local root

	root=$("$@" nsimage "$image")
	[ -f "$root/bin/busybox" ]
	[ "$("$@" nsimage "$image")" = "$root" ]
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
	XDG_CACHE_HOME=$dir/cache unpacks env
	unpacks as_user
	rm -rf /var/cache/nskit
}

@test "layers: what one deletes, hides or replaces of those below" {
	mkdir -p "$dir"/one/{keep,opaque/below,list,dir,a/b} "$dir"/two/{opaque,list,file,a} "$dir"/three/opaque
	touch "$dir"/one/{keep/x,gone,opaque/old,opaque/below/old,list/x,file,dir/x,'two words',$'new\nline',back\\slash,ö}
	ln -s keep "$dir/one/link"
	ln -s none "$dir/one/link2"
	touch "$dir"/two/{.wh.gone,opaque/{new,.wh..wh..opq},list/.wh.x,dir,file/x,'.wh.two words',$'.wh.new\nline'}
	touch "$dir"/two/{.wh.back\\slash,.wh.ö,.wh.never,.wh.link,a/.wh.b,.wh..wh.plnk}
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
