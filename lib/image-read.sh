# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# image-read - what is in an archive, from its index to its layers
#
# Everything is read by programs without privilege; a blob is used only after its digest is checked.

# The program that decompresses what the file begins like.
decompressor() {
	case $(od -A n -t x1 -N 4 <"$1" | tr -d ' \n') in
	1f8b*) echo gzip ;;
	28b52ffd) echo zstd ;;
	425a68*) echo bzip2 ;;
	fd377a58) echo xz ;;
	*) echo cat ;;
	esac
}

# The file $1, decompressed, to the file $2.
decompress() {
	with=$(decompressor "$1")
	need "$with" "'$archive' holds what $with has compressed"
	step "$with -d"
	case $with in
	cat) cat <"$1" >"$2" ;;
	*) warily "$with" -dc <"$1" >"$2" ;;
	esac || die "decompress by $with what is in '$archive': it is damaged"
}

# The archive as a tar file that can be read again, and the names that are in it.
open_archive() {
	[ ! -d "$archive" ] || return 0
	tarfile=$work/archive.tar
	if [ "$archive" = - ]; then
		cat >"$work/archive"
	elif [ -f "$archive" ] && [ "$(decompressor "$archive")" = cat ]; then
		tarfile=$archive
	else
		cat <"$archive" >"$work/archive" || exit 125
	fi
	[ "$tarfile" = "$archive" ] || decompress "$work/archive" "$tarfile"
	warily tar -tvf - --quoting-style=escape --numeric-owner <"$tarfile" >"$work/list" 2>/dev/null ||
		die "read '$archive': it is no tar archive"
	# Links too: the same layer a second time is one, to ../OTHER/layer.tar.
	awk '{ name = $0
		sub(/^([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ )/, "", name)
		link = ""
		if (/^[lh]/ && match(name, / (->|link to) [^ ]+$/)) {
			link = substr(name, RSTART + 1)
			sub(/^(->|link to) /, "", link)
			sub(/^(\.\.\/)+/, "", link)
			name = substr(name, 1, RSTART - 1)
		}
		plain = name
		sub(/^\.\//, "", plain)
		print plain "\t" (link == "" ? name : link) }' "$work/list" >"$work/names"
}

has() {
	if [ -d "$archive" ]; then
		[ -f "$archive/$1" ]
	else
		[ -n "$(real_name "$1")" ]
	fi
}

real_name() {
	NAME=$1 awk -F '\t' '$1 == ENVIRON["NAME"] { print $2; exit }' "$work/names"
}

# The file with that name in the archive, to standard output.
member() {
	step "read $1"
	if [ -d "$archive" ]; then
		cat <"$archive/$1"
	else
		warily tar -xOf - --occurrence=1 --no-wildcards -- "$(real_name "$1")" <"$tarfile"
	fi
}

# Refuse the file $2, which is $1 of the archive, where its digest isn't $3.
check() {
	sum=$(sha256sum <"$2")
	[ "sha256:${sum%% *}" = "$3" ] ||
		die "check $1 of '$archive': its digest is not $3" 'the archive is damaged, or made up'
}

# Refuse what isn't sha256:HEX.
check_digest() {
	case ${1#sha256:} in
	"$1" | *[!0-9a-f]*) false ;;
	*) [ ${#1} = 71 ] ;;
	esac || die "read '$archive': '$1' is no sha256 digest"
}

# The blob of the digest $1, which is $2 of the archive, to the file $3.
blob() {
	check_digest "$1"
	has "blobs/sha256/${1#sha256:}" || die "read $2 of '$archive': $1 isn't in it"
	member "blobs/sha256/${1#sha256:}" >"$3" || exit 125
	check "$2" "$3" "$1"
}

# Of the lines of an index the digest and the name of the one manifest that is for the platform, or
# how many there are. What attests to another one is none.
choose() {
	awk -v wanted="$platform" '
		match($0, "^/manifests/[0-9]+/[^ ]+ ") {
			path = substr($0, 12, RLENGTH - 12)
			at = path + 0
			sub(/^[0-9]+\//, "", path)
			of[at, path] = substr($0, RLENGTH + 1)
			if (at >= count) count = at + 1
		}
		END {
			for (at = 0; at < count; at++) {
				for_what = of[at, "platform/os"] "/" of[at, "platform/architecture"]
				if (for_what == "unknown/unknown") continue
				images++
				only = at
				if (for_what == wanted || for_what "/" of[at, "platform/variant"] == wanted) {
					fits++
					fit = at
				}
			}
			if (images != 1 && fits != 1) {
				print images + 0, fits + 0
				exit 1
			}
			if (images != 1) only = fit
			print of[only, "digest"]
			name = of[only, "annotations/io.containerd.image.name"]
			print name != "" ? name : of[only, "annotations/org.opencontainers.image.ref.name"]
		}' "$1"
}

# An OCI layout: from its index, which may lead to another, to the manifest.
find_oci() {
	member index.json >"$work/index"
	for _ in 1 2 3 4; do
		parse "$work/index" 'the index'
		values "$work/index.lines" /layers >"$work/none"
		[ -z "$(value "$work/index.lines" /config/digest)" ] || break
		chosen=$(choose "$work/index.lines") ||
			die "find an image for $platform in '$archive': of ${chosen% *} it has ${chosen#* }" \
				'--platform OS/ARCH[/VARIANT] chooses another'
		digest=${chosen%%"$newline"*}
		[ "$chosen" = "$digest" ] || name=${name:-${chosen#*"$newline"}}
		blob "$digest" 'a manifest' "$work/index"
	done
	digest=$(value "$work/index.lines" /config/digest)
	blob "$digest" 'the configuration' "$work/config"
	LC_ALL=C awk 'match($0, "^/layers/[0-9]+/digest ") { print substr($0, RLENGTH + 1) }' \
		"$work/index.lines" >"$work/blobs"
}

# What docker save wrote before it wrote OCI layouts: layers have no digest but that in the
# configuration, whose own one is its name.
find_docker() {
	member manifest.json >"$work/index"
	parse "$work/index" 'manifest.json'
	[ -z "$(value "$work/index.lines" /1/Config)" ] ||
		die "find the image in '$archive': it has several"
	file=$(value "$work/index.lines" /0/Config)
	name=$(value "$work/index.lines" /0/RepoTags/0)
	has "$file" || die "read the configuration of '$archive': it isn't in it"
	member "$file" >"$work/config"
	digest=${file##*/}
	digest=sha256:${digest%.json}
	check_digest "$digest"
	check 'the configuration' "$work/config" "$digest"
	values "$work/index.lines" /0/Layers >"$work/blobs"
}

# Set digest and name; the configuration goes to config.lines, and to layers what is a layer: its
# digest when decompressed, then that of the blob, or its name in the archive.
find_image() {
	if has index.json; then
		find_oci
	elif [ ! -d "$archive" ] && has manifest.json; then
		find_docker
	else
		die "read '$archive': it is neither an OCI layout nor what docker save writes"
	fi
	parse "$work/config" 'the configuration'
	values "$work/config.lines" /rootfs/diff_ids >"$work/diffs"
	[ -s "$work/diffs" ] || die "read '$archive': it is no image, for it has no layer"
	[ "$(wc -l <"$work/diffs")" -eq "$(wc -l <"$work/blobs")" ] ||
		die "read '$archive': its manifest and its configuration differ in how many layers there are"
	paste "$work/diffs" "$work/blobs" >"$work/layers"
	of=$(value "$work/config.lines" /os)/$(value "$work/config.lines" /architecture)
	variant=$(value "$work/config.lines" /variant)
	[ -z "$asked" ] || [ "$of" = "$platform" ] || [ "$of/$variant" = "$platform" ] ||
		die "find an image for $platform in '$archive': it is for $of"
	of=$of${variant:+/$variant}
}
