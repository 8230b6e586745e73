# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# image-make - a root directory of layers, one over the other
#
# Whoever made a layer may be an enemy: its names lead up and out, its links to /etc of the host. So tar
# works inside: the root directory that it has is the one that is being made.

# Run tar in the directory $1: that is its root, and nothing else is in sight. The words after $2 are
# its options; FIFO among them is where it gets the file $2. What it says goes to $work/said.
#
# tar starts outside, where it is found, and waits for the FIFO; only then its root is changed below
# it. So nothing that is in the image is ever run, or loaded, or read by what starts it.
tar_inside() {
	inside=$1 data=$2
	shift 2
	den=$(nsjoin -t "$world" -- nsnew --hold --lease=$$ -mnp) || exit 125
	{
		umask 022 # for directories that no layer has
		nsjoin -t "$den" --wdns=/ -- nscap --only "$privilege" --no-new-privs --seccomp default -- \
			tar --force-local --numeric-owner "$@" >/dev/null 2>"$work/said"
		ended=$?
		: <>"$work/fifo" # nobody waits for it any more
		exit "$ended"
	} &
	job=$!
	exec 7>"$work/fifo"
	nsroot -t "$den" --bare --nosuid --nodev -- "$inside" || exit 125
	is_inside "$job" "$inside" || die "unpack '$archive': tar isn't where it has to be"
	cat <"$data" >&7 2>/dev/null
	exec 7>&-
	wait "$job"
	ended=$?
	nskill "$den"
	den=
	return "$ended"
}

# Whether the grandchild of process $1 has the directory $2 as its root and its working directory.
is_inside() {
	there=$(ps -A -o ppid= -o pid= | awk -v of="$1" '
		{ parent[$2] = $1 }
		END { for (pid in parent) if (parent[parent[pid]] == of) print pid }')
	wanted=$(ls -di "$2/.") && wanted=${wanted% *}
	for at in root cwd; do
		is=$(ls -di "/proc/$there/$at/.") && [ "${is% *}" = "$wanted" ] || return 1
	done
}

# What is to go of the layers below, a name a line, escaped: what the whiteouts among the names in
# $work/members say, and directories that become something else. One that is opaque goes as a
# whole: the layer brings it again. The last line is a name that is none for a layer, if there is one.
taken_away() {
	LC_ALL=C awk '
		FILENAME == ARGV[1] { below[$0]; next }
		{
			is_dir = /\/$/
			gsub(/\/+/, "/")
			sub(/^\.?\//, "")
			sub(/\/$/, "")
			if (/^\.\.(\/|$)/ || /\/\.\.(\/|$)/) { print; exit 1 }
			base = $0
			sub(/^.*\//, "", base)
			dir = substr($0, 1, length($0) - length(base))
			if (base !~ /^\.wh\./) {
				if (!is_dir && $0 in below) print "./" $0
			} else if (base == ".wh..wh..opq") {
				print "./" dir
			} else if (base ~ /^\.wh\.\.?\.?$/) {
				print
				exit 1
			} else if (base !~ /^\.wh\.\.wh\./) {
				print "./" dir substr(base, 5)
			}
		}' "$work/dirs" "$work/members"
}

# Remember the directories of the layer: for each name all that lead to it.
note_directories() {
	LC_ALL=C awk '
		{
			gsub(/\/+/, "/")
			sub(/^\.?\//, "")
			while (sub(/\/[^\/]*$/, "") && !($0 in seen)) {
				seen[$0]
				print
			}
		}' "$work/members" >>"$work/dirs"
}

# What tar has said, but what is no failure: a device is left out, for it has no privilege to make
# one, and the container gets its own.
complaints() {
	grep -vxE -e "tar: .*: Cannot mknod: Operation not permitted" \
		-e "tar: Exiting with failure status due to previous errors" \
		-e "tar: .*: Warning: Cannot stat: .*" -e "tar: Removing leading .*" \
		-e "tar: Ignoring unknown extended header keyword .*" \
		-e "tar: .*: implausibly old time stamp .*" -e "tar: .*: time stamp .* in the future" \
		"$work/said"
}

# Delete the names that the whiteouts give: a tar that puts them into an archive, which is thrown
# away, and removes them.
take_away() {
	gone=$(taken_away) || die "unpack '$archive': a layer has the name '${gone##*"$newline"}'"
	[ -n "$gone" ] || return 0
	case $newline$gone$newline in
	*"$newline./$newline"*)
		discard "$work/root" && mkdir -m 755 "$work/root"
		return
		;;
	esac
	# tar writes \ooo where printf reads \0ooo.
	printf '%s\n' "$gone" | LC_ALL=C awk '{ for (out = ""; match($0, /\\./); ) {
			two = substr($0, RSTART, 2)
			out = out substr($0, 1, RSTART - 1) (two ~ /[0-7]/ ? "\\0" substr(two, 2) : two)
			$0 = substr($0, RSTART + 2)
		}
		print out $0 }' | while IFS= read -r one; do printf '%b\000' "$one"; done >"$work/gone"
	tar_inside "$work/root" "$work/gone" -c -f - --remove-files --ignore-failed-read \
		--null --verbatim-files-from -T "$work/fifo" || [ -z "$(complaints)" ] ||
		die "delete what a layer of '$archive' does: $(complaints | head -n 1)"
}

# Unpack a layer over those below: its digest when decompressed, its blob's or its name.
add_layer() {
	check_digest "$1"
	case $2 in
	sha256:*) blob "$2" 'a layer' "$work/blob" ;;
	*)
		has "$2" || die "read a layer of '$archive': '$2' isn't in it"
		member "$2" >"$work/blob" || exit 125
		;;
	esac
	decompress "$work/blob" "$work/layer"
	rm "$work/blob"
	check 'a layer' "$work/layer" "$1"
	warily tar -tf - --quoting-style=escape <"$work/layer" >"$work/members" 2>/dev/null ||
		die "unpack '$archive': a layer is no tar archive"
	take_away
	note_directories
	step "unpack $1"
	tar_inside "$work/root" "$work/layer" -x -p -f "$work/fifo" "$owners" \
		--exclude='.wh.*' --xattrs --xattrs-include=security.capability || [ -z "$(complaints)" ] ||
		die "unpack '$archive': $(complaints | head -n 1)"
}

make_root() {
	# Ids that aren't there can own nothing.
	owners=$(awk '{ ids += $3 } END { print ids > 1 ? "--same-owner" : "--no-same-owner" }' \
		"/proc/${world%%:*}/uid_map")
	privilege=chown,dac_override,fowner,fsetid,setfcap
	mkdir -m 755 "$work/root"
	: >"$work/dirs"
	mkfifo "$work/fifo" || exit 125
	while IFS=$tab read -r diff blob <&8; do
		add_layer "$diff" "$blob"
	done 8<"$work/layers"
}
