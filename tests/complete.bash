# SPDX-License-Identifier: ISC
# bash complete.bash LINE [FILE]: what bash's completion offers at the end of the line, one a line,
# FILE sourced first
#
# The line is cut into words as bash does it: at white space, = and :.

line=$1
while [[ $line =~ ^\ *([=:]+|[^\ =:]+) ]]; do
	COMP_WORDS+=("${BASH_REMATCH[1]}")
	line=${line#"${BASH_REMATCH[0]}"}
done
[[ $1 != *\  ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE=$1
COMP_POINT=${#COMP_LINE}

[ $# -lt 2 ] || . "$2"
. "completions/${COMP_WORDS[0]}"
spec=$(complete -p "${COMP_WORDS[0]}")
[[ $spec =~ ' -F '([^ ]+) ]]
"${BASH_REMATCH[1]}" "${COMP_WORDS[0]}" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
