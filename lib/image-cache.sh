# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# image-cache - the images that are kept, in image/HEX: their root, config and what they are about
#
# They are made in work/ID, renamed into place when they are complete, and out of it before they are
# removed, so that there never is one of which a part is missing.

# Remove a directory, whoever owns what is in it.
discard() {
	rm -rf -- "$1" 2>/dev/null || nsnew -r --map-auto -- rm -rf -- "$1" 2>/dev/null ||
		nsnew -r -- rm -rf -- "$1"
}

# PID.START.SPACE of that process in our pid namespace, SPACE: START tells it from a later one with
# its number. Nothing, where it has ended.
identity() {
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null |
		awk -v pid="$1" -v space="$space" '{ print pid "." $20 "." space }'
}

# Remove what processes have left that were killed. Those of another pid namespace can't be seen;
# they have a day.
discard_left() {
	for left in "$cache"/work/*; do
		id=${left##*/}
		case $id in
		\*) ;;
		*."$space") [ "$(identity "${id%%.*}")" = "$id" ] || discard "$left" ;;
		*) [ -z "$(find "$left" -prune -mtime +0)" ] || discard "$left" ;;
		esac
	done
}

# Set work to a directory to work in, which goes when we end.
open_work() {
	mkdir -p -- "$cache/image" "$cache/work" 2>/dev/null
	[ -z "$(find -H "$cache" "$cache/image" "$cache/work" -prune \
		\( ! -type d -o ! -user "$(id -u)" -o -perm -020 -o -perm -002 \) 2>&1)" ] ||
		die "keep images in '$cache': it isn't a directory that only you can write to" \
			'--cache DIR keeps them elsewhere'
	space=$(ls -diL "/proc/$$/ns/pid") && space=${space%%/*} && space=${space%% *}
	discard_left
	work=$cache/work/$(identity $$)
	trap close_work EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir -- "$work" || exit 125
}

close_work() {
	# shellcheck disable=SC2086
	[ -z "$worlds" ] || nskill $worlds 2>/dev/null
	discard "$work"
}

# Into the cache. Where another process was faster with the same image, its directory stays.
publish() {
	size=$(nsjoin -t "$world" -- du -sk "$root" 2>/dev/null)
	cat >"$made/about" <<-END
		size $((${size%%[!0-9]*} * 1024))
		created $(date -u +%Y-%m-%dT%H:%M:%SZ)
		platform $made_for
		name ${name:-$(printf %s "${archive##*/}" | LC_ALL=C tr '\000-\037\134\177' '?')}
	END
	print_config "$work/config.lines" >"$made/config"
	mv -- "$made" "$cache/image/" 2>/dev/null || [ -d "$kept/root" ] ||
		die "keep the image as '$kept': it can't be renamed"
}

# The images, a line each: digest, size, time, platform and name.
images() {
	for about in "$cache"/image/*/about; do
		[ -f "$about" ] || continue
		hex=${about%/about}
		awk -v hex="${hex##*/}" -v OFS='\t' '{ of[$1] = substr($0, length($1) + 2) }
			END { print hex, of["size"], of["created"], of["platform"], of["name"]
			}' "$about"
	done | sort -t "$tab" -k 3
}

list_table() {
	images | awk -F '\t' -v form='%-12s  %9s  %-20s  %-12s  %s\n' '
		BEGIN { printf form, "DIGEST", "SIZE", "CREATED", "PLATFORM", "NAME" }
		{ printf form, substr($1, 1, 12), sprintf("%.1fM", $2 / 1048576), $3, $4, $5 }'
}

list_json() {
	images | CACHE=$(printf %s "$cache" | sed 's/\\/&&/g') awk -F '\t' "$json_string"'
		function pair(name, text) { return "\"" name "\":" string(text) }
		BEGIN { printf "{\"images\":[" }
		{
			printf "%s{%s,\"size\":%d,%s,%s,%s,%s}", NR == 1 ? "" : ",",
				pair("digest", "sha256:" $1), $2, pair("created", $3),
				pair("platform", $4), pair("name", $5),
				pair("root", ENVIRON["CACHE"] "/image/" $1 "/root")
		}
		END { print "]}" }'
}

# The one image whose digest begins so.
find_kept() {
	case ${1#sha256:} in
	'' | *[!0-9a-f]*) ;;
	*) found=$(images | cut -f 1 | grep "^${1#sha256:}") ;;
	esac
	[ "$found" = "${found%%"$newline"*}" ] ||
		die "remove '$1': the digests of several images begin so"
}

# forget HEX...: out of the cache, and then away.
forget() {
	for one; do
		step "remove sha256:$one"
		mv -- "$cache/image/$one" "$work/" || exit 125
	done
}
