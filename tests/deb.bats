#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# make deb: what the package holds and says, and that it can be installed, used and removed

load helpers

setup_file() {
	type -P dpkg-deb >/dev/null || skip 'needs dpkg-deb'
	cd "$ROOT" || return
	make -s deb >/dev/null
	cp build/deb/*.deb "$BATS_FILE_TMPDIR"
}

setup() {
	cd "$ROOT" || return
	deb=$(echo "$BATS_FILE_TMPDIR"/*.deb)
	to=$BATS_TEST_TMPDIR/to
}

# What of the package's files and links dpkg lists, without what it has of its own.
contents() {
	dpkg-deb -c "$deb" | grep -v '/$' | sed 's/.* \.\//.\//; s/ -> .*//' | grep -v /share/doc/ | sort
}

@test "its name and fields" {
	local version

	version=$(sed -n 's/^VERSION = //p' Makefile)
	[ "${deb##*/}" = "nskit_${version}_$(dpkg --print-architecture).deb" ]
	[ "$(dpkg-deb -f "$deb" Package)" = nskit ]
	[ "$(dpkg-deb -f "$deb" Version)" = "$version" ]
	[ "$(dpkg-deb -f "$deb" Section)" = admin ]
	[[ $(dpkg-deb -f "$deb" Maintainer) == *' <'*@*'>' ]]
	[ "$(dpkg-deb -f "$deb" Installed-Size)" -ge "$(($(dpkg-deb --fsys-tarfile "$deb" | wc -c) / 2048))" ]
	readelf -d bin/nsnew | grep -q NEEDED && expect Depends libc6 "$(dpkg-deb -f "$deb" Depends)"
	DEBFULLNAME='A B' DEBEMAIL=a@b.example make -s deb >/dev/null
	[ "$(dpkg-deb -f build/deb/*.deb Maintainer)" = 'A B <a@b.example>' ]
}

@test "it holds what make install puts where Debian looks, man pages compressed, and says whose it is" {
	make -s install DESTDIR="$to" PREFIX=/usr ZSHDIR=/usr/share/zsh/vendor-completions
	(cd "$to" && find . ! -type d | sed '/\/man\//s/$/.gz/' | sort) | diff - <(contents)
	dpkg-deb -x "$deb" "$to/x"
	ls "$to"/x/usr/share/doc/nskit/{copyright,changelog.gz,README.md}
	grep -x 'License: ISC' "$to/x/usr/share/doc/nskit/copyright"
	zcat "$to/x/usr/share/man/man7/nskit.7.gz" | cmp - man/nskit.7
}

@test "all of it is root's, and nobody else may write to it" {
	umask 077 # of who builds it
	make -s deb >/dev/null
	dpkg-deb -c build/deb/*.deb | grep -vE '^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|lrwxrwxrwx) root/root ' |
		diff /dev/null -
}

@test "its checksums are those of its files" {
	dpkg-deb -R "$deb" "$to"
	(cd "$to" && md5sum --quiet -c DEBIAN/md5sums)
	[ "$(wc -l <"$to/DEBIAN/md5sums")" = "$(find "$to/usr" -type f | wc -l)" ]
}

@test "two builds are the same, whatever the umask and the time zone, and as old as is said" {
	export SOURCE_DATE_EPOCH=1700000000
	make -s deb >/dev/null
	cp build/deb/*.deb "$BATS_TEST_TMPDIR/one"
	(umask 077 && TZ=Asia/Tokyo make -s deb >/dev/null)
	cmp "$BATS_TEST_TMPDIR/one" build/deb/*.deb
	dpkg-deb -c build/deb/*.deb | grep -v 2023-11-14 | diff /dev/null -
}

@test "installed into a root of its own, its programs run, and removed it leaves nothing" {
	requires root
	mkdir -p "$to"/var/lib/dpkg/{info,updates}
	touch "$to"/var/lib/dpkg/status
	dpkg --root="$to" --path-include='/usr/*' --force-depends --log=/dev/null -i "$deb"
	"$to/usr/bin/nsnew" -u -- "$to/usr/bin/nshost" deb uname -n | grep -x deb
	dpkg --root="$to" --log=/dev/null --verify nskit | diff /dev/null -
	dpkg --root="$to" --log=/dev/null --purge nskit
	find "$to" -path "$to/var" -prune -o ! -type d -print | diff /dev/null -
}

# In a container with this very system: the package installed, the answers of who looks for its parts.
installed() {
	dpkg --no-triggers --path-include='/usr/*' --force-depends -i "$1" >/dev/null 2>&1 || return
	nshost --version | cut -d' ' -f1
	man -w nskit nshost
	bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader nsveth; complete -p nsveth'
	zsh -c 'autoload -U compinit; compinit -D -u; print $_comps[nsveth]'
	fish -c 'complete -C "nsveth --peer-a"' | cut -f1
	dpkg --no-triggers --purge nskit >/dev/null 2>&1
	! type nsnew >/dev/null 2>&1
}

@test "installed in a container on this system, man and the shells find its parts" {
	requires root man zsh fish
	[ -r /usr/share/bash-completion/bash_completion ] || skip 'needs bash-completion'
	type -P nsnew | grep -q ^/usr/bin && skip 'nskit is installed here'
	run -0 nsnew -a -- nsroot --host --bind "$deb:/nskit.deb" -- \
		env -i HOME=/tmp PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		bash -c "$(declare -f installed); installed /nskit.deb"
	diff - <(echo "$output") <<-END
		nshost
		/usr/share/man/man7/nskit.7.gz
		/usr/share/man/man1/nshost.1.gz
		complete -F _nskit nsveth
		_nskit
		--peer-address
	END
}
