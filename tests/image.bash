# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Container images for the tests of nsimage, made by tar

# Sets $dir, the ordinary user's, for what a test makes, and $cache, root's.
make_dir() {
	dir=$USER_DIR/image
	cache=$USER_DIR/image-cache
	mkdir -p "$dir"
	mkdir -m 700 "$cache"
}

# Nothing of it stays, whoever owns it: nor what the user's cache holds with subordinate ids.
remove_dir() {
	rm -rf "$dir" "$cache"* "$USER_DIR/.cache"
}

# Whether the directories are there, and empty.
nothing_in() {
	[ -z "$(find "$@" -mindepth 1 2>&1)" ]
}

digest() {
	local sum

	sum=$(sha256sum "$1")
	echo "${sum%% *}"
}

# layer NAME [TAR-OPTION...]: the directory $dir/NAME as a layer, $dir/NAME.layer.
layer() {
	tar -C "$dir/$1" -cf "$dir/$1.layer" --sort=name "${@:2}" .
}

# Put a file into the layout as a blob, and print its descriptor, with more members.
blob() {
	local sum

	sum=$(digest "$1")
	mkdir -p "$dir/layout/blobs/sha256"
	cp "$1" "$dir/layout/blobs/sha256/$sum"
	printf '{"digest":"sha256:%s","size":%d%s}' "$sum" "$(stat -c %s "$1")" "${2-}"
}

# manifest CONFIG LAYER...: a manifest of these layers and the configuration's members; prints its
# descriptor. The blobs are compressed by $with, a program that says so by -c.
manifest() {
	local config=$1 name diffs='' blobs=''

	shift
	for name; do
		${with:-gzip} -c <"$dir/$name.layer" >"$dir/blob"
		blobs+=,$(blob "$dir/blob" ',"mediaType":"application/vnd.oci.image.layer.v1.tar"')
		diffs+=,\"sha256:$(digest "$dir/$name.layer")\"
	done
	printf '{"os":"linux","architecture":"%s","config":%s,"rootfs":{"diff_ids":[%s]}}' \
		"${arch:-amd64}" "$config" "${diffs#,}" >"$dir/config.json"
	printf '{"schemaVersion":2,"config":%s,"layers":[%s]}' "$(blob "$dir/config.json")" \
		"${blobs#,}" >"$dir/manifest"
	blob "$dir/manifest" "${platform:+,\"platform\":$platform}"
}

# index DESCRIPTOR...: the layout's index, and the whole as $image.
index() {
	local IFS=,

	printf '{"schemaVersion":2,"manifests":[%s]}' "$*" >"$dir/layout/index.json"
	echo '{"imageLayoutVersion":"1.0.0"}' >"$dir/layout/oci-layout"
	image=$dir/image.tar
	tar -C "$dir/layout" -cf "$image" oci-layout index.json blobs
	chmod -R a+rX "$dir"
	[ -z "$TEST_USER" ] || chown -R "$TEST_USER" "$dir"
}

# An image of these layers, $image.
make_image() {
	rm -rf "$dir/layout"
	index "$(manifest "${config:-{\}}" "$@")"
}

# A layer NAME of members that tar would not make by itself: pairs of a name in it and what it is, a
# text, or a link's target behind a mark, -> or =>, which is a hard link.
forge() {
	local name=$1

	rm -f "$dir/$name.layer"
	perl -e '
		while (@ARGV) {
			my ($name, $what) = splice @ARGV, 0, 2;
			my ($type, $text, $link) = (0, $what, "");
			($type, $text, $link) = (2, "", $1) if $what =~ /^->(.*)/;
			($type, $text, $link) = (1, "", $1) if $what =~ /^=>(.*)/;
			($type, $text) = (5, "") if $what eq "dir";
			($type, $text) = (4, "") if $what eq "block";
			my @fields = ($name, "0000755", "0000000", "0000000",
				sprintf("%011o", length $text), "00000000000", "", $type, $link,
				"ustar", "00", "", "", "0000010", "0000001", "");
			my $head = pack "a100a8a8a8a12a12A8a1a100a6a2a32a32a8a8a155x12", @fields;
			substr($head, 148, 8) = sprintf "%06o\0 ", unpack "%32C*", $head;
			print $head, $text, "\0" x (-length($text) % 512);
		}
		print "\0" x 1024' "${@:2}" >"$dir/$name.layer"
}
