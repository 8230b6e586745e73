# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# image-make - a root directory of layers, one over the other
#
# Whoever made a layer may be an enemy: its names can lead up and out, its links to the host's /etc.
# So tar works inside: its root directory is the one that is being made.

# tar_inside DIR DATA [WORD...]: run tar with these words, and DIR as its root; it reads the file
# DATA from the FIFO $work/fifo. What it says goes to $work/said.
#
# tar is found and started outside, and waits for the FIFO. Then only is its root changed under it:
# nothing that is in the image is run, or loaded, or read by what starts a program.
tar_inside() {
	inside=$1 data=$2
	shift 2
	den=$(nsjoin -t "$world" -- nsnew --hold --lease=$$ -mp) || exit 125
	{
		umask 022 # for directories that no layer has
		# shellcheck disable=SC2086
		nsjoin -t "$den" --wdns=/ -- nscap --only "$privilege" $confined -- \
			tar --force-local --numeric-owner "$@" \
			</dev/null >/dev/null 2>"$work/said"
		status=$?
		: <>"$work/fifo" # nobody waits for who has ended
		exit "$status"
	} &
	job=$!
	exec 7>"$work/fifo"
	nsroot -t "$den" --bare --nosuid --nodev -- "$inside" || exit 125
	is_inside "$job" "$inside" || die "unpack '$archive': tar doesn't run in its root" \
		"$(head -n 1 "$work/said")"
	cat <"$data" >&7 2>/dev/null
	exec 7>&-
	wait "$job"
	status=$?
	kill "${den%%:*}"
	return "$status"
}

# is_inside PID DIR: whether the child of the child of that process has the directory as its root,
# and works in it.
is_inside() {
	tar=$(ps -A -o ppid= -o pid= | awk -v of="$1" '
		{ parent[$2] = $1 }
		END { for (pid in parent) if (parent[parent[pid]] == of) print pid }')
	wanted=$(ls -di "$2/.") || return
	for at in root cwd; do
		is=$(ls -di "/proc/$tar/$at/." 2>/dev/null) || return
		[ "${is%/proc*}" = "${wanted%"$2"*}" ] || return
	done
}

# What is to go of the layers below, as names, one a line: what the whiteouts among the layer's
# names say, and a directory that becomes something else. One that is opaque goes as a whole, for
# the layer brings it again. With status 1 the last line is a name that no layer may have.
taken_away() {
	LC_ALL=C awk '
		FILENAME == ARGV[1] { below[$0]; next }
		{
			is_dir = /\/$/
			gsub(/\/+/, "/")
			sub(/^\.?\//, "")
			sub(/\/$/, "")
			base = $0
			sub(/^.*\//, "", base)
			dir = substr($0, 1, length($0) - length(base))
			if (/^\.\.(\/|$)/ || /\/\.\.(\/|$)/ || base ~ /^\.wh\.\.?\.?$/) {
				print
				exit 1
			}
			if (base !~ /^\.wh\./) {
				if (!is_dir && $0 in below) print "./" $0
			} else if (base == ".wh..wh..opq") {
				print "./" dir
			} else if (base !~ /^\.wh\.\.wh\./) {
				print "./" dir substr(base, 5)
			}
		}' "$work/dirs" "$work/members"
}

# Remember the layer's directories, all that lead to a name.
note_dirs() {
	LC_ALL=C awk '{
		gsub(/\/+/, "/")
		sub(/^\.?\//, "")
		while (sub(/\/[^\/]*$/, "") && !($0 in seen)) {
			seen[$0]
			print
		}
	}' "$work/members" >>"$work/dirs"
}

# Names as tar writes them, one a line, as they are, after each a 0.
plain_names() {
	LC_ALL=C awk '{
		out = ""
		while (match($0, /\\./)) {
			two = substr($0, RSTART, 2)
			if (two ~ /[0-7]/) two = "\\0" substr(two, 2) # so has it printf
			out = out substr($0, 1, RSTART - 1) two
			$0 = substr($0, RSTART + 2)
		}
		print out $0
	}' | while IFS= read -r one; do
		printf '%b\000' "$one"
	done
}

# Delete what the layer takes away: by a tar that puts it into an archive, which nobody gets, and
# removes what is in there.
take_away() {
	taken=$(taken_away) ||
		die "unpack '$archive': a layer has the name '${taken##*"$newline"}'"
	case $newline$taken$newline in
	"$newline$newline") return ;;
	*"$newline./$newline"*)
		discard "$root" && mkdir -m 755 "$root"
		return
		;;
	esac
	step "delete $(printf '%s\n' "$taken" | wc -l) names"
	printf '%s\n' "$taken" | plain_names >"$work/taken"
	tar_inside "$root" "$work/taken" -c -f - --remove-files --ignore-failed-read \
		--null --verbatim-files-from -T "$work/fifo" || complain $? 'delete for a layer of'
}

# complain STATUS WHAT: fail with what tar has said, if any of it is a failure. A device is left
# out, for tar has no privilege to make one; what is to be deleted may not be there.
complain() {
	complaint=$(grep -vx \
		-e 'tar: .*: Cannot mknod: Operation not permitted' \
		-e 'tar: .*: Warning: Cannot stat: No such file or directory' \
		-e 'tar: .*: implausibly old time stamp .*' \
		-e 'tar: .*: time stamp .* in the future' \
		-e 'tar: Ignoring unknown extended header keyword .*' \
		-e 'tar: Removing leading .*' \
		-e 'tar: Exiting with failure status due to previous errors' "$work/said")
	complaint=${complaint%%"$newline"*}
	if [ "$1" != 2 ] || [ -n "$complaint" ]; then
		die "$2 '$archive': ${complaint:-tar ended with status $1}"
	fi
}

# add_layer DIGEST BLOB: unpack the layer over those below. BLOB is a digest, or a name.
add_layer() {
	case $2 in
	sha256:*) read_blob "$2" 'a layer' "$work/blob" ;;
	*) read_file "$2" 'a layer' "$work/blob" ;;
	esac
	decompress "$work/blob" "$work/layer"
	check "$1" 'a layer' "$work/layer"
	warily tar -tf - --quoting-style=escape <"$work/layer" >"$work/members" 2>"$work/said" ||
		die "read a layer of '$archive': it is no tar archive" "$(head -n 1 "$work/said")"
	take_away
	note_dirs
	step "unpack $1"
	tar_inside "$root" "$work/layer" -x -p -f "$work/fifo" "$owners" --exclude='.wh.*' \
		--xattrs --xattrs-include=security.capability || complain $? 'unpack a layer of'
}

# The root directory $root of all layers.
make_root() {
	# Where there is one id only, nothing can belong to another one.
	owners=$(awk '{ ids += $3 } END { print (ids > 1 ? "--same-owner" : "--no-same-owner") }' \
		"/proc/${world%%:*}/uid_map")
	privilege=chown,dac_override,fowner,fsetid,setfcap
	world=$(nsjoin -t "$world" -- nsnew --hold --lease=$$ -n) || exit 125
	worlds="$worlds $world"
	: >"$work/dirs"
	mkdir -m 755 "$root" && mkfifo "$work/fifo" || exit 125
	while IFS=$tab read -r diff blob <&8; do
		add_layer "$diff" "$blob"
	done 8<"$work/layers"
}
