#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# make install, make uninstall: what lands where, and that it works from there

load helpers

setup() {
	cd "$ROOT" || return
	to=$BATS_TEST_TMPDIR/to
	read -ra tools < <(sed -nE 's/^(TOOLS|SCRIPTS) *= //p' Makefile | xargs)
}

# The files below a directory.
files() {
	(cd "$1" && find . ! -type d | sort)
}

@test "DESTDIR and PREFIX say where" {
	local tool

	make -s install DESTDIR="$to" PREFIX=/opt/kit
	for tool in "${tools[@]}"; do
		"$to/opt/kit/bin/$tool" --version | grep -x "$tool (nskit) .*"
		cmp "man/$tool.1" "$to/opt/kit/share/man/man1/$tool.1"
	done
	files "$to" | grep -v '^\./opt/kit/' && return 1
	ls "$to"/opt/kit/share/man/man7/{nskit,nskit-cookbook}.7
}

@test "each kind of file has a directory of its own, that can be said" {
	local where=(BINDIR=/b MANDIR=/m BASHDIR=/bash ZSHDIR=/zsh FISHDIR=/fish)

	make -s install DESTDIR="$to" "${where[@]}"
	[ "$(ls "$to")" = $'b\nbash\nfish\nm\nzsh' ]
	"$to/b/nshost" --version >/dev/null
	ls "$to"/m/man1/nshost.1 "$to"/bash/{nshost,nskit.bash} "$to"/zsh/_nskit "$to"/fish/nshost.fish
	make -s uninstall DESTDIR="$to" "${where[@]}"
	files "$to" | diff /dev/null -
}

@test "everybody can read what is installed, whatever the umask of who does it" {
	(umask 077 && make -s install DESTDIR="$to")
	# But DESTDIR itself, which was made on the way, is somebody else's business.
	find "$to/" -mindepth 1 -type d ! -perm 755 -o -type f ! -perm 644 ! -path '*/bin/*' \
		-o -path '*/bin/*' ! -perm 755 | diff /dev/null -
}

@test "uninstall takes away what install put, and nothing else" {
	local tool

	mkdir -p "$to/usr/local/bin" "$to/usr/local/share/man/man1"
	touch "$to/usr/local/bin/nsother" "$to/usr/local/share/man/man1/nsother.1"
	files "$to" >"$BATS_TEST_TMPDIR/before"
	make -s install DESTDIR="$to"
	[ "$(files "$to" | wc -l)" -gt 20 ]
	make -s uninstall DESTDIR="$to"
	files "$to" | diff "$BATS_TEST_TMPDIR/before" -
}

@test "the man pages are found from where they are" {
	requires man
	make -s install DESTDIR="$to" PREFIX=
	man -M "$to/share/man" -w nshost nskit
}

@test "bash finds the completions from where they are" {
	make -s install DESTDIR="$to" PREFIX=
	bash -c '. "$1/nsveth" && complete -p nsveth' bash "$to/share/bash-completion/completions"
	[ -r /usr/share/bash-completion/bash_completion ] || skip 'loading by name needs bash-completion'
	XDG_DATA_DIRS=$to/share bash -c '. /usr/share/bash-completion/bash_completion
		_completion_loader nsveth; complete -p nsveth' | grep _nskit
}

@test "zsh finds the completions from where they are" {
	requires zsh
	make -s install DESTDIR="$to" PREFIX=
	zsh -f -c 'fpath=($1 $fpath); autoload -U compinit; compinit -D -u
		print $_comps[nsveth]' zsh "$to/share/zsh/site-functions" | grep -x _nskit
}

@test "fish finds the completions from where they are" {
	requires fish
	make -s install DESTDIR="$to" PREFIX=
	HOME=$BATS_TEST_TMPDIR XDG_DATA_DIRS=$to/share fish -c 'complete -C "nsveth --peer-a"' |
		grep -e --peer-address
}
