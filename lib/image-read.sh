# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# image-read - what is in an archive: the configuration of an image, and its layers
#
# Whatever reads the archive has no privilege, and a blob is used when its digest has been checked.

# The program that decompresses what begins as the file does.
decompressor() {
	case $(od -A n -t x1 -N 4 <"$1" | tr -d ' \n') in
	1f8b*) echo gzip ;;
	28b52ffd) echo zstd ;;
	425a68*) echo bzip2 ;;
	fd377a58) echo xz ;;
	*) echo cat ;;
	esac
}

# decompress FROM TO: a file of the archive, as it is or decompressed.
decompress() {
	with=$(decompressor "$1")
	need "$with" "$with has compressed what is in '$archive'"
	step "$with -dc"
	case $with in
	cat) mv "$1" "$2" ;;
	*) warily "$with" -dc <"$1" >"$2" 2>"$work/said" && rm "$1" ;;
	esac || die "decompress by $with what is in '$archive': it is damaged" \
		"$(head -n 1 "$work/said")"
}

# The archive as a tar file that can be read again and again, and what is in it as lines "NAME, name
# in the archive, link", between them tabs.
open_archive() {
	[ ! -d "$archive" ] || return 0
	tarfile=$work/archive.tar
	if [ "$archive" = - ]; then
		cat >"$work/archive" || exit 125
	elif [ -f "$archive" ] && [ "$(decompressor "$archive")" = cat ]; then
		tarfile=$archive
	else
		cat <"$archive" >"$work/archive" || exit 125
	fi
	[ "$tarfile" = "$archive" ] || decompress "$work/archive" "$tarfile"
	warily tar -tvf - --quoting-style=escape --numeric-owner \
		<"$tarfile" >"$work/list" 2>"$work/said" ||
		die "read '$archive': it is no tar archive" "$(head -n 1 "$work/said")"
	LC_ALL=C awk '{
		name = $0
		for (field = 1; field <= 5; field++) sub(/^[^ ]+ +/, "", name)
		link = ""
		if (/^[lh]/ && match(name, / (->|link to) [^ ]+$/)) {
			link = substr(name, RSTART + 1)
			name = substr(name, 1, RSTART - 1)
			sub(/^(->|link to) (\.\.?\/)*/, "", link)
		}
		plain = name
		sub(/^(\.\/)+/, "", plain)
		print plain "\t" name "\t" link }' "$work/list" >"$work/names"
}

# The name that a file has in the archive. A layer that is there for the second time can be a link.
name_of() {
	NAME=$1 LC_ALL=C awk -F '\t' '
		!($1 in name) { name[$1] = $2; link[$1] = $3 }
		END {
			plain = ENVIRON["NAME"]
			if (link[plain] != "") plain = link[plain]
			print name[plain]
		}' "$work/names"
}

has() {
	if [ -d "$archive" ]; then
		[ -f "$archive/$1" ]
	else
		[ -n "$(name_of "$1")" ]
	fi
}

# read_file NAME WHAT TO: the file with that name in the archive, which is WHAT, to the file TO.
read_file() {
	step "read $1"
	has "$1" || die "read $2 of '$archive': '$1' isn't in it"
	if [ -d "$archive" ]; then
		cat <"$archive/$1" >"$3"
	else
		warily tar -xOf - --occurrence=1 --no-wildcards -- "$(name_of "$1")" \
			<"$tarfile" >"$3"
	fi || die "read $2 of '$archive': '$1' can't be read"
}

# check_digest DIGEST: refuse what isn't sha256:HEX.
check_digest() {
	case ${1#sha256:} in
	"$1" | *[!0-9a-f]*) false ;;
	*) [ ${#1} = 71 ] ;;
	esac || die "read '$archive': '$1' is no sha256 digest"
}

# check DIGEST WHAT FILE: refuse a file of the archive that has another digest.
check() {
	check_digest "$1"
	sum=$(sha256sum <"$3")
	[ "sha256:${sum%% *}" = "$1" ] ||
		die "check $2 of '$archive': its digest isn't $1" \
			'the archive is damaged, or forged'
}

# read_blob DIGEST WHAT TO: as read_file, and checked.
read_blob() {
	check_digest "$1"
	read_file "blobs/sha256/${1#sha256:}" "$2" "$3"
	check "$1" "$2" "$3"
}

# parse FILE WHAT: the lines of a JSON text to FILE.lines.
parse() {
	[ "$(wc -c <"$1")" -le 4194304 ] || die "read $2 of '$archive': it is larger than 4 MiB"
	json <"$1" >"$1.lines" || die "read $2 of '$archive': it is no JSON"
}

# Of an index the digest and the name of the one manifest for the platform, or why there is none; it
# needs no platform where it is the only one. One that only tells of another one doesn't count.
choose() {
	LC_ALL=C awk -v wanted="$platform" '
		match($0, "^/manifests/[0-9]+/[^ ]+ ") {
			path = substr($0, 12, RLENGTH - 12)
			at = path + 0
			sub(/^[0-9]+\//, "", path)
			of[at, path] = substr($0, RLENGTH + 1)
			if (at >= count) count = at + 1
		}
		END {
			for (at = 0; at < count; at++) {
				is = of[at, "platform/os"] "/" of[at, "platform/architecture"]
				variant = is "/" of[at, "platform/variant"]
				if (is == "unknown/unknown") continue
				images++
				any = at
				if (wanted == is || wanted == variant) {
					fits++
					fit = at
				}
			}
			if (images != 1 && fits != 1) {
				print fits ? fits " of " images " are" : "none of " images + 0 " is"
				exit 1
			}
			one = images == 1 ? any : fit
			print of[one, "digest"]
			name = of[one, "annotations/io.containerd.image.name"]
			if (name == "")
				name = of[one, "annotations/org.opencontainers.image.ref.name"]
			print name
		}' "$1"
}

# An OCI layout: an index leads to the manifest, at times by another index.
find_oci() {
	read_file index.json 'the index' "$work/manifest"
	parse "$work/manifest" 'the index'
	for _ in 1 2 3; do
		[ -z "$(value "$work/manifest.lines" /config/digest)" ] || break
		chosen=$(choose "$work/manifest.lines") ||
			die "find the image for $platform in '$archive': $chosen" \
				'--platform OS/ARCH[/VARIANT] chooses one of several'
		digest=${chosen%%"$newline"*}
		[ "$chosen" = "$digest" ] || name=${name:-${chosen#*"$newline"}}
		read_blob "$digest" 'a manifest' "$work/manifest"
		parse "$work/manifest" 'a manifest'
	done
	digest=$(value "$work/manifest.lines" /config/digest)
	read_blob "$digest" 'the configuration' "$work/config"
	values "$work/manifest.lines" /layers digest >"$work/blobs"
}

# What docker save wrote before it wrote OCI layouts, and podman save does: layers have no digest
# but that in the configuration, whose own one is its name.
find_docker() {
	read_file manifest.json manifest.json "$work/manifest"
	parse "$work/manifest" manifest.json
	[ -z "$(value "$work/manifest.lines" /1/Config)" ] ||
		die "find the image in '$archive': it has several" 'save them one by one'
	file=$(value "$work/manifest.lines" /0/Config)
	name=$(value "$work/manifest.lines" /0/RepoTags/0)
	digest=${file##*/}
	digest=sha256:${digest%.json}
	read_file "$file" 'the configuration' "$work/config"
	check "$digest" 'the configuration' "$work/config"
	values "$work/manifest.lines" /0/Layers >"$work/blobs"
}

# Set digest, name and made_for; the configuration goes to config.lines, and to layers a line for
# each: its digest when decompressed, and that of its blob, or its name in the archive.
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
	[ -s "$work/diffs" ] || die "read '$archive': it is no image, for it has no layers"
	[ "$(wc -l <"$work/diffs")" -eq "$(wc -l <"$work/blobs")" ] ||
		die "read '$archive': manifest and configuration differ in the number of layers"
	paste "$work/diffs" "$work/blobs" >"$work/layers"
	check_platform
}

# Where a platform is asked for, the image has to be for it, even if it is the only one.
check_platform() {
	made_for=$(value "$work/config.lines" /os)/$(value "$work/config.lines" /architecture)
	variant=$(value "$work/config.lines" /variant)
	made_for=$made_for${variant:+/$variant}
	case ${asked:-$made_for}/ in
	"$made_for/"*) ;;
	*)
		[ "${made_for%/"$variant"}" = "$asked" ] ||
			die "find the image for $asked in '$archive': it has one for $made_for"
		;;
	esac
}
