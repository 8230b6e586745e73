# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# json - reading JSON in a script

# Standard input as the lines that json.awk tells of.
json() {
	LC_ALL=C awk '
@json.awk@
	'
}

# Of such lines, the value of a path; the values of its array.
value() {
	LC_ALL=C awk -v path="$2 " 'index($0, path) == 1 { print substr($0, length(path) + 1) }' "$1"
}

values() {
	LC_ALL=C awk -v path="$2/" 'index($0, path) == 1 {
		rest = substr($0, length(path) + 1)
		if (match(rest, /^[0-9]+ /)) print substr(rest, RLENGTH + 1) }' "$1"
}

# The lines of the JSON text in the file $1, which is $2 of the archive, to $1.lines.
parse() {
	[ "$(wc -c <"$1")" -le 4194304 ] || die "read $2 of '$archive': it is larger than 4 MiB"
	json <"$1" >"$1.lines" || die "read $2 of '$archive': it is no JSON"
}
