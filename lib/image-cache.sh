# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# image-cache - the images that are kept: image/HEX/{root,config,about}, made in work/PID.START
#
# An image is renamed into place when it is complete, and out of it before it is removed.

# Remove a directory, whoever owns what is in it.
discard() {
	rm -rf -- "$1" 2>/dev/null || nsnew -r --map-auto -- rm -rf -- "$1" 2>/dev/null ||
		nsnew -r -- rm -rf -- "$1"
}

# PID.START of a process by PID or PID.START: START tells it from a later one of that number.
# Nothing, where it is gone.
identity() {
	sed 's/.*) //' "/proc/${1%%.*}/stat" 2>/dev/null | awk -v pid="${1%%.*}" '{ print pid "." $20 }'
}

# A directory to work in, named after us. Where the process is gone, its directory goes too.
open_work() {
	if ! mkdir -p -- "$cache/image" "$cache/work" || ! [ -w "$cache/work" ]; then
		die "keep images in '$cache': it isn't yours" '--cache DIR keeps them elsewhere'
	fi
	for left in "$cache"/work/*; do
		[ ! -e "$left" ] || [ "$(identity "${left##*/}")" = "${left##*/}" ] || discard "$left"
	done
	work=$cache/work/$(identity $$)
	mkdir -- "$work" || exit 125
	trap close_all EXIT
	trap 'exit 125' HUP INT TERM
}

close_all() {
	[ -z "$den" ] || nskill "$den" 2>/dev/null
	[ -z "$world" ] || nskill "$world" 2>/dev/null
	[ -z "$work" ] || discard "$work"
}

# Into the cache, at once; another process may have been faster with the same image.
publish() {
	image=$work/${digest#sha256:}
	mkdir "$image"
	kib=$(nsjoin -t "$world" -- du -sk "$work/root" 2>/dev/null)
	cat >"$image/about" <<-END
		size $((${kib%%[!0-9]*} * 1024))
		created $(date -u +%Y-%m-%dT%H:%M:%SZ)
		platform $of
		name ${name:-${archive##*/}}
	END
	print_config "$work/config.lines" >"$image/config"
	mv "$work/root" "$image/root" && mv "$image" "$cache/image/" 2>/dev/null
	[ -d "$cache/image/${digest#sha256:}/root" ] || die "keep the image in '$cache': it can't be renamed"
}

# What the cache holds, a line an image: digest, size, when it was made, platform and name.
images() {
	for about in "$cache"/image/*/about; do
		[ -f "$about" ] || continue
		hex=${about%/about}
		awk -v hex="${hex##*/}" -v OFS='\t' '{ of[$1] = substr($0, length($1) + 2) }
			END { print hex, of["size"], of["created"], of["platform"], of["name"] }' "$about"
	done | sort -t "$tab" -k 3
}

list_table() {
	images | awk -F '\t' '
		BEGIN { printf "%-12s  %9s  %-20s  %-12s  %s\n", "DIGEST", "SIZE", "CREATED", "PLATFORM", "NAME" }
		{ printf "%-12s  %8.1fM  %-20s  %-12s  %s\n", substr($1, 1, 12), $2 / 1048576, $3, $4, $5 }'
}

# What %b of printf reads, as JSON has it: \0ooo is \u00xx there, the rest is the same.
list_json() {
	images | CACHE=$(printf %s "$cache" | sed 's/\\/&&/g') awk -F '\t' '
		function string(text,  out, octal) {
			while (match(text, /"|\\0[0-7][0-7][0-7]|\\\\/)) {
				octal = substr(text, RSTART + 2, RLENGTH - 2)
				out = out substr(text, 1, RSTART - 1)
				if (RLENGTH == 5) out = out sprintf("\\u%04x", substr(octal, 1, 1) * 64 + \
					substr(octal, 2, 1) * 8 + substr(octal, 3))
				else out = out (RLENGTH == 1 ? "\\\"" : "\\\\")
				text = substr(text, RSTART + RLENGTH)
			}
			return "\"" out text "\""
		}
		function pair(name, text) { return "\"" name "\":" string(text) }
		BEGIN { printf "{\"images\":[" }
		{
			printf("%s{%s,\"size\":%d,%s,%s,%s,%s}", NR > 1 ? "," : "", pair("digest", "sha256:" $1), $2,
				pair("created", $3), pair("platform", $4), pair("name", $5),
				pair("root", ENVIRON["CACHE"] "/image/" $1 "/root"))
		}
		END { print "]}" }'
}

list() {
	if [ -n "$json" ]; then
		list_json
	else
		list_table
	fi
}

# The images that a digest, whole or its first digits, names.
named() {
	case ${1#sha256:} in
	all) images | cut -f 1 ;;
	*[!0-9a-f]* | ?????????????????????????????????????????????????????????????????*) ;;
	*) images | cut -f 1 | grep "^${1#sha256:}" ;;
	esac
}
