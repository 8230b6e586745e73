# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# bash completion for the programs of nskit
#
# What is known of a program comes from its own --help: the options and what each takes, and from
# the usage lines what stands before PROG. Works without bash-completion, and asks it to complete
# PROG where it is there.

# complete -F _nskit PROGRAM
_nskit() {
	local words=() starts=() fixed forms=() operands=() at state
	local -A letter=() takes=() given=()

	_nskit_join
	_nskit_read_help "$1"
	_nskit_take_command
	_nskit_walk
	COMPREPLY=()
	case $state in
	options) mapfile -t COMPREPLY < <(compgen -W "${!takes[*]}" -- "${words[at]}") ;;
	PROG) _nskit_prog "${starts[at]}" ;;
	*) _nskit_argument "$state" "${words[at]#--*=}" ;;
	esac
}

# The words as the program will see them: bash has cut them at each = and : too. Word I begins at
# COMP_WORDS[starts[I]]. Of the last one, bash replaces only what is not in `fixed`.
_nskit_join() {
	local i word last

	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((i > 1)) && [[ $word == [=:]* || $last == [=:] ]]; then
			fixed=${words[-1]}
			words[-1]+=$word
			[[ $word != [=:] ]] || fixed=${words[-1]}
		else
			fixed=''
			words+=("$word")
			starts+=("$i")
		fi
		last=$word
	done
}

# takes[--target]=HANDLE and takes[-t]=HANDLE, takes[--json]=''; what may be left out begins with =.
# letter[--target]=-t. The usage lines go to `forms`.
_nskit_read_help() {
	local line name
	local option='^  (-.|   ),? (--[a-z0-9-]+)(\[(=[^]]*)\]| ([^ ]+))?'
	local usage='^(usage:|      ) [a-z]+(.*)'

	while IFS= read -r line; do
		if [[ $line =~ $usage ]]; then
			forms+=("${BASH_REMATCH[2]}")
		elif [[ $line =~ $option ]]; then
			name=${BASH_REMATCH[2]}
			takes[$name]=${BASH_REMATCH[4]}${BASH_REMATCH[5]}
			letter[$name]=${BASH_REMATCH[1]// }
			[[ ! ${letter[$name]} ]] || takes[${letter[$name]}]=${BASH_REMATCH[5]}
		fi
	done < <("$1" --help 2>/dev/null </dev/null)
}

# Of a program with commands, as `nsbox run`, the usage lines of the one that is given count, and
# the command is out of the way then; before, it is what comes next.
_nskit_take_command() {
	local form commands='' chosen=()

	for form in "${forms[@]}"; do
		[[ $form =~ ^' '([a-z|]+)(.*) ]] || return
		commands+=${commands:+|}${BASH_REMATCH[1]}
		[[ "|${BASH_REMATCH[1]}|" != *"|${words[1]}|"* ]] || chosen+=("${BASH_REMATCH[2]}")
	done
	if ((${#words[@]} == 2)); then
		forms=("$commands")
	else
		forms=("${chosen[@]}")
		words=("${words[0]}" "${words[@]:2}")
		starts=("${starts[0]}" "${starts[@]:2}")
	fi
}

# Set `at` to the word to complete, or to PROG where that comes before it, and `state` to what it
# is: options, PROG, or the name --help has for it.
_nskit_walk() {
	local last=$((${#words[@]} - 1)) want='' ended=''

	for ((at = 1; at < last; at++)); do
		if [[ $want ]]; then
			want=''
		elif [[ ${words[at]} == -- ]]; then
			ended=1
			((at++))
			break
		elif [[ ${words[at]} == -?* ]]; then
			_nskit_note "${words[at]}"
		else
			break
		fi
	done
	state=$want
	if [[ $want ]]; then
		return
	elif [[ ! $ended && ${words[at]} == --*=* ]]; then
		state=${takes[${words[at]%%=*}]#=}
	elif [[ ! $ended && ${words[at]} == -* ]]; then
		state=options
	else
		_nskit_walk_operands "$last"
	fi
}

# Note that an option is given, and in `want` what the next word is then to be.
_nskit_note() {
	local name=$1 letters

	if [[ $name == --* ]]; then
		given[${name%%=*}]=1
		[[ ! ${letter[${name%%=*}]} ]] || given[${letter[${name%%=*}]}]=1
		[[ $name == *=* || ${takes[$name]} == =* ]] || want=${takes[$name]}
		return
	fi
	for ((letters = 1; letters < ${#name}; letters++)); do
		given[-${name:letters:1}]=1
		want=${takes[-${name:letters:1}]}
		[[ ! $want ]] || break
	done
	((letters >= ${#name} - 1)) || want=''
}

_nskit_walk_operands() {
	local operand

	_nskit_choose_form
	for operand in "${operands[@]}"; do
		state=$operand
		[[ $operand != @(HANDLE|BOX)... ]] || at=$1 # all others are such, too
		[[ $at -lt $1 && $operand != PROG ]] || break
		state=''
		((at++))
	done
	[[ $at -eq $1 || ${words[at]} != -- ]] || ((at++))
}

# Whether one of the options --a|--b is given.
_nskit_is_given() {
	local one

	for one in ${1//|/ }; do
		[[ ! ${given[$one]} ]] || return 0
	done
	return 1
}

# Of the usage lines whose options are given, the one with most of them says what the operands are.
_nskit_choose_form() {
	local form word skip required most=-1 found missing

	operands=(options) # what is to come first where no form fits yet
	for form in "${forms[@]}"; do
		# Without [:PEER], then without [-d DOMAIN] and [--].
		while [[ $form =~ \[[^][A-Za-z][^][]*\] ]]; do
			form=${form/"${BASH_REMATCH[0]}"}
		done
		required=0 missing='' skip='' found=()
		for word in $form; do
			word=${word//[][]/}
			if [[ $skip || $word == OPTION... || $word == ... ]]; then
				skip=''
			elif [[ $word == -* ]]; then
				((++required))
				_nskit_is_given "$word" || missing=1
				skip=${takes[$word]}
			else
				found+=("$word")
			fi
		done
		if [[ ! $missing && $required -gt $most ]]; then
			most=$required
			operands=("${found[@]}")
		fi
	done
}

# Complete the argument that --help calls $1, of which $2 is typed: one of several kinds with |
# between. Of a list or a pair, the last part is completed.
_nskit_argument() {
	local what list before=${2%"${2##*[,+:]}"} offers=()

	for what in ${1//|/ }; do
		list=()
		case $what in
		HANDLE*)
			mapfile -t list < <(compgen -W "$(_nskit_handles)" -- "$2"
				[[ $2 != */* ]] || compgen -f -- "$2")
			;;
		DIR | KEEP)
			compopt -o filenames 2>/dev/null
			mapfile -t list < <(compgen -d -- "$2")
			;;
		FILE | ARCHIVE | ROOT | PATH | BIND | NAMESPACE | DEV:*)
			compopt -o filenames 2>/dev/null
			mapfile -t list < <(compgen -f -- "$2")
			;;
		COMMAND) mapfile -t list < <(compgen -c -- "$2" | sort -u) ;;
		*)
			mapfile -t list < <(compgen -P "$before" \
				-W "$(_nskit_words "$what" "$before")" -- "${2#"$before"}")
			;;
		esac
		offers+=("${list[@]}")
	done
	[[ ${offers[*]} != *= ]] || compopt -o nospace 2>/dev/null
	COMPREPLY=("${offers[@]#"${fixed#--*=}"}")
}

# The words that an argument can be, by the name that --help has for it, one or several a line; with
# a second word those that can come after the first in a list or pair. What has no capital letter is
# a word itself.
_nskit_words() {
	case ${words[0]##*/}:$1:${2:+next} in
	*:CAPS:*) echo all default none && nscap --decode 1ffffffffff | tr , '\n' ;;
	*:KIND:*) echo mnt uts ipc net pid user cgroup time ;;
	*:HOW:*) echo process thread children mount fd socket tun namespace unseen ;;
	*:BITS:*)
		echo {noroot,no_setuid_fixup,no_cap_ambient_raise}{,_locked} keep_caps_locked all
		;;
	*:NAME=SOFT*)
		printf '%s=\n' as core cpu data fsize locks memlock msgqueue nice nofile nproc rss \
			rtprio rttime sigpending stack
		;;
	*:RANGE:*) echo auto subids all ;;
	*:SIGNAL:* | *:FROM:TO:*) compgen -A signal SIG | sed 's/^SIG//' ;;
	*:GROUP:* | *:GROUPS:* | *:USER*GROUP*:next) compgen -g ;;
	*:USER*) compgen -u ;;
	nsinfo:LIST:* | nsinfo:EXPR:*) nsinfo --columns --raw | cut -d' ' -f1 ;;
	nsnew:LIST:*) compgen -e ;;
	*:INODE:*) nsinfo --quick --list --user -o inode --raw ;;
	nsveth:DST*:next) echo {via,dev,metric,table}= onlink blackhole unreachable prohibit ;;
	nsveth:DST*) echo default ;;
	nsveth:IF*:next) echo mode={bridge,private,vepa,passthru,l2,l3,l3s} ;;
	nsveth:IF* | nsveth:NAME*) ls /sys/class/net ;;
	nscgroup:NAME:*) find /sys/fs/cgroup -type d -name 'nskit-*' | sed 's/.*nskit-//' ;;
	*:BOX*) nsbox ps --names ;;
	*:*[A-Z]*) ;;
	*) echo "$1" ;;
	esac 2>/dev/null
}

# What can be a handle: - for standard input, the names, and of each namespace that isn't ours the
# first process, if it isn't the kernel's.
_nskit_handles() {
	echo -
	nsinfo --names 2>/dev/null
	nsinfo --quick -Q '!shared && processes && ppid != 2' -o pid --raw 2>/dev/null | sort -u
}

# Complete PROG, word $1 of the line, and its arguments.
_nskit_prog() {
	local prog=${COMP_WORDS[$1]##*/} offset spec

	if (($1 == COMP_CWORD)); then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[$1]}" | sort -u)
		return
	fi
	# One of ours lies beside this file, which bash-completion need not know.
	if [[ -r ${BASH_SOURCE[0]%/*}/$prog ]] && ! complete -p "$prog" &>/dev/null; then
		. "${BASH_SOURCE[0]%/*}/$prog"
	fi
	for offset in _comp_command_offset _command_offset; do
		if declare -F "$offset" >/dev/null; then
			"$offset" "$1"
			return
		fi
	done
	spec=$(complete -p "$prog" 2>/dev/null)
	if [[ $spec =~ ' -F '([^ ]+) ]]; then
		COMP_WORDS=("${COMP_WORDS[@]:$1}")
		((COMP_CWORD -= $1))
		"${BASH_REMATCH[1]}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" \
			"${COMP_WORDS[COMP_CWORD - 1]}"
	else
		mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
	fi
}
