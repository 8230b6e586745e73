#!/bin/sh
# SPDX-License-Identifier: ISC
# lib/deb.sh TREE VERSION DEPENDS: of what make install has put below TREE with PREFIX=/usr, a
# Debian package beside it
#
# Who builds it for others sets DEBFULLNAME and DEBEMAIL. With one SOURCE_DATE_EPOCH, and by one
# compiler, any two builds are the same.
set -eu
umask 022

tree=$1 version=$2 depends=$3
doc=$tree/usr/share/doc/nskit
arch=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-The nskit authors} <${DEBEMAIL:-nskit@localhost}>"
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date +%s)}"
export SOURCE_DATE_EPOCH

for program in "$tree"/usr/bin/*; do
	head -n 1 "$program" | grep -q '^#!' || strip "$program"
done
gzip -9n "$tree"/usr/share/man/man*/*

mkdir -p "$doc" "$tree/DEBIAN"
cp README.md "$doc"
{
	echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
	echo
	echo 'Files: *'
	sed -n 's/^Copyright (c)/Copyright:/p' LICENSE
	echo 'License: ISC'
	sed -n '/^Permission/,$ { s/^$/./; s/^/ /p }' LICENSE
} >"$doc/copyright"
gzip -9n >"$doc/changelog.gz" <<END
nskit ($version) unstable; urgency=medium

  * As released.

 -- $maintainer  $(LC_ALL=C date -uR -d "@$SOURCE_DATE_EPOCH")
END

(cd "$tree" && find usr -type f -exec md5sum {} +) | LC_ALL=C sort -k2 >"$tree/DEBIAN/md5sums"
size=$(find "$tree/usr" -type f -exec stat -c %s {} + |
	awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
cat >"$tree/DEBIAN/control" <<END
Package: nskit
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $size
${depends:+Depends: $depends
}Suggests: passt, uidmap
Section: admin
Priority: optional
Description: small programs for Linux namespaces, composed by the shell
 Each does one step of building a container: create namespaces, enter them,
 show them, give them a root file system, a network, a host name, and give up
 privilege. They have no configuration, no daemon and no privilege of their
 own.
END

dpkg-deb --root-owner-group --build "$tree" "${tree%/*}/nskit_${version}_$arch.deb"
