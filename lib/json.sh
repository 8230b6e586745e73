# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# json - JSON in a script

# The JSON text of standard input as the lines that json.awk tells of.
json() {
	LC_ALL=C awk '
@json.awk@
	'
}

# value FILE PATH: of such lines in a file the value of a path.
value() {
	LC_ALL=C awk -v path="$2 " 'index($0, path) == 1 {
		print substr($0, length(path) + 1) }' "$1"
}

# values FILE PATH [NAME]: those of an array there; of an array of objects those with that name.
values() {
	LC_ALL=C awk -v path="$2/" -v name="${3:+/$3} " 'index($0, path) == 1 {
		rest = substr($0, length(path) + 1)
		if (match(rest, /^[0-9]+/) && index(substr(rest, RLENGTH + 1), name) == 1)
			print substr(rest, RLENGTH + length(name) + 1) }' "$1"
}

# What values() and value() print as a string of JSON: \0ooo is \u00xx there, the rest is the same.
# A function of awk.
json_string='
	function string(text,  out, o) {
		while (match(text, /"|\\\\|\\0[0-7][0-7][0-7]/)) {
			o = substr(text, RSTART, RLENGTH)
			out = out substr(text, 1, RSTART - 1)
			if (o == "\"") out = out "\\\""
			else if (RLENGTH == 2) out = out o
			else out = out sprintf("\\u%04x",
				substr(o, 3, 1) * 64 + substr(o, 4, 1) * 8 + substr(o, 5, 1))
			text = substr(text, RSTART + RLENGTH)
		}
		return "\"" out text "\""
	}'
