# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-list - which boxes there are

# What the file about a box tells: $box_name, $box_pid and so on.
read_box() {
	box_name='' box_pid='' box_cleaner='' box_root='' box_network='' box_publish=''
	box_hostname='' box_confine='' box_group='' box_state=running box_command=''
	while IFS= read -r line; do
		value=${line#*=}
		case $line in
		name=*) box_name=$value ;;
		pid=*) box_pid=$value ;;
		cleaner=*) box_cleaner=$value ;;
		root=*) box_root=$value ;;
		network=*) box_network=$value ;;
		publish=*) box_publish=$value ;;
		hostname=*) box_hostname=$value ;;
		confine=*) box_confine=$value ;;
		group=*) box_group=$value ;;
		state=*) box_state=$value ;;
		command=*) box_command=$value ;;
		esac
	done <"$1" 2>/dev/null
	case $1 in
	*.ended) box_state=ended ;;
	# Its end is known before the cleaner has taken the file away.
	*) [ -e "$names/$box_name" ] && kill -0 "$box_pid" 2>/dev/null ;;
	esac
}

# Call $1 for every box, with what its file tells.
each_box() {
	for file in "$place"/*[0-9] "$place"/*.ended; do
		[ ! -f "$file" ] || ! read_box "$file" || [ -z "$box_name" ] || "$1"
	done
}

# Find the box of this name: $file, and what it tells.
find_box() {
	for file in "$place"/*[0-9] "$place/$1.ended"; do
		[ ! -f "$file" ] || ! read_box "$file" || [ "$box_name" != "$1" ] || return 0
	done
	die "no box '$1'" 'nsbox ps shows which there are'
}

# The one operand of a command, a box that runs.
need_box() {
	[ $# -eq 1 ] || misuse "one BOX is needed, not $#"
	find_box "$1"
	[ "$box_state" != ended ] || die "box '$1' has ended"
}

nsbox_ps() {
	[ $# -eq 0 ] || misuse "unexpected word '$1'"
	case $form in
	names) each_box print_name ;;
	json)
		printf '{ "boxes": ['
		comma=''
		each_box print_object
		printf '] }\n'
		;;
	*)
		row NAME PID STATE NETWORK ROOT COMMAND
		each_box print_row
		;;
	esac
}

print_name() {
	printf '%s\n' "$box_name"
}

row() {
	printf '%-16s %7s  %-8s %-8s %-24s %s\n' "$@"
}

# What the caller wrote may hold controls, which a terminal would obey.
print_row() {
	row "$box_name" "$box_pid" "$box_state" "$box_network" "$box_root" "$box_command" |
		LC_ALL=C tr '\001-\011\013-\037\177' '?'
}

print_object() {
	printf '%s' "$comma"
	print_facts
	comma=', '
}

# The box as an object of JSON.
print_facts() {
	printf '%s\n' "name $box_name" "pid $box_pid" "state $box_state" "hostname $box_hostname" \
		"network $box_network" "publish $box_publish" "root $box_root" "group $box_group" \
		"command $box_command" | LC_ALL=C awk '
		function escaped(text,  i, c, out) {
			for (i = 1; i <= length(text); i++) {
				c = substr(text, i, 1)
				if (c == "\\" || c == "\"")
					c = "\\" c
				else if (c < " " || c == "\177")
					c = "?"
				out = out c
			}
			return "\"" out "\""
		}
		{
			key = $1
			text = substr($0, length(key) + 2)
			value = key == "pid" ? text + 0 : text == "" ? "null" : escaped(text)
			printf "%s\"%s\": %s", (NR > 1) ? ", " : "{ ", key, value
		}
		END { printf " }" }'
}

# Each box is waited for by a process of its own; new ones are looked for every second.
nsbox_events() {
	[ $# -eq 0 ] || misuse "unexpected word '$1'"
	known=' '
	trap 'trap - TERM; kill -TERM 0; exit 0' INT TERM HUP
	while :; do
		each_box await
		sleep 1
	done
}

await() {
	case $known in
	*" $box_pid "*) return ;;
	esac
	[ "$box_state" != ended ] || return
	known="$known$box_pid "
	printf 'start %s\n' "$box_name"
	(
		nsinfo --wait "$box_pid" 2>/dev/null
		printf 'end %s\n' "$box_name"
	) &
}
