# SPDX-License-Identifier: ISC
# zsh -f complete.zsh LINE: what zsh's completion offers at the end of the line, one a line

zmodload zsh/zpty
here=$PWD/completions
offers=$(mktemp)

zpty shell zsh -f -i
zpty -w shell '
PS1= fpath=('$here' $fpath)
autoload -U compinit && compinit -D -u
# Each match that would be added goes to the file.
compadd() {
	local -a matches
	if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
		builtin compadd -A matches "$@"
		print -rl -- $matches >>'$offers'
	fi
	builtin compadd "$@"
}
answer() {
	_main_complete
	print done >>'$offers'.done
}
zle -C answer complete-word answer
bindkey "^X" answer
print RE""ADY'
zpty -r shell seen '*READY*'
zpty -w -n shell "$1"$'\x18'
for try in {1..500}; do
	[[ ! -e $offers.done ]] || break
	sleep 0.01
done
zpty -d shell
grep . $offers
rm -f $offers $offers.done
