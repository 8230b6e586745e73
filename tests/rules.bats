#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The rules that hold for the whole toolkit, and the completions

load helpers

# The layers of lib/: a file includes only its own and those before it.
layers=(
	'addr bpf capname clock file kernel nskind num path sorted sync text trace user walk why words'
	'cgroupfs cgrouptree handle handlens idmap landlock mnt mntns mntold mountinfo name nft nftrule nl
		nldump nlfind ns nsfile nstable proc rlimit securebits sig subid'
	'account accountset apifs bridge cap cgroup cgroupbase cgroupdir cgroupend cgroupenter cgroupio
		cgroupjoin cgroupkeep cgrouplimit cgroupmove cgroupparse cgroupstat cgroupwhere confine dad devfs
		ending env etc filter hold hostfs idns ids image job lease link linkback linkdel linkmore linkmove
		loop mask members nat natguard natrule netfact netids netlist netname netpeer nsfact nsinside
		nsinsidenet nsname nsscan nsscanfd nsscanmnt nsscanproc nsscanread nstree overlay pick pin place
		pool pty reap recipe relay rootfs route seccomp secfilter source step veth vethend waycheck wayout
		wire'
	'bind bounds box cgrouporder cgroupview chain child command create die hint hintrule holder join maps
		nsabout nscolumn nscompare nsdot nslimits nslist nsparse nsquery nsvalue nsvaluefar nsview nswatch
		opt out outlist outside outtable plan privilege report rootopt rootplan settle target toolkit
		vethjson vethkind vethopt vethsay vethshow'
)

setup() {
	cd "$ROOT" || return
	read -ra programs < <(sed -n 's/^TOOLS *= //p' Makefile)
	read -ra scripts < <(sed -n 's/^SCRIPTS *= //p' Makefile)
	tools=("${programs[@]}" "${scripts[@]}")
}

teardown() {
	release
	rmdir /run/nskit 2>/dev/null || :
}

# Fail with the lines of standard input, where there are any, under a heading.
none() {
	local found

	found=$(cat)
	[ -z "$found" ] || {
		printf '%s:\n%s\n' "$1" "$found"
		return 1
	}
}

# Fail with the lines in which two lists differ.
same() {
	diff --label "$1" --label "$3" <(echo "$2") <(echo "$4") -U0
}

# A man page as it is read, its lines as long as need be.
page() {
	mandoc -T ascii -O width=500 "$1" | sed 's/.\x08//g'
}

# The options of a program, one a line: "-t --target HANDLE", "--pid [=FILE]".
options_of_help() {
	"$1" --help | grep -E '^  (-.|   ) ?,? *--|^  -.,' |
		sed -E 's/^ +//; s/  .*//; s/,//; s/\[=/ [=/' | sort
}

# The same as the man page has them: "-t HANDLE, --target=HANDLE", "--pid[=FILE]".
options_of_page() {
	page "man/$1.1" | sed -n '/options are as follows:/,/^[A-Z]/p' | grep -E '^ {5}-' |
		sed -E 's/^ +//; s/^(-.) [^,]*,/\1,/; s/,//; s/\[=/ [=/; s/([a-z0-9])=/\1 /; s/  .*//' | sort
}

# The words of those two lists alone.
words_of() {
	options_of_help "$1" | grep -oE -- '(^| )--?[A-Za-z0-9-]+' | tr -d ' ' | sort
}

# What a shell's completion offers at the end of a line, one a line.
offered_by() {
	case $1 in
	bash) bash tests/complete.bash "$2" ;;
	bash-completion) bash tests/complete.bash "$2" /usr/share/bash-completion/bash_completion ;;
	zsh) zsh -f tests/complete.zsh "$2" ;;
	# Where the argument may be left out, fish offers the option with = and without.
	fish) fish --no-config tests/complete.fish "$2" | sed 's/^\(--.*\)=$/\1/' ;;
	esac | sort -u
}

@test "every program has its source, man page, completion and tests" {
	local tool

	for tool in "${tools[@]}"; do
		ls "man/$tool.1" "completions/$tool" "tests/$tool.bats" >/dev/null
	done
	same Makefile "$(printf '%s\n' "${programs[@]/%/.c}" "${scripts[@]}" | sort)" \
		tools/ "$(basename -a tools/* | sort)"
}

@test "the README and nskit.7 tell of every program, as it tells of itself" {
	local tool does

	for tool in "${tools[@]}"; do
		does=$("$tool" --help | sed -n "s/^$tool - //p")
		grep -qF "| \`$tool\` | $does |" README.md ||
			echo "README.md has no row: | \`$tool\` | $does |"
		page man/nskit.7 | grep -qE "^ +$tool +$does\$" ||
			echo "nskit.7 has no row: $tool $does"
	done | none 'not told of'
}

@test "--help and the man page have the same options, arguments included" {
	local tool

	for tool in "${tools[@]}"; do
		same "$tool --help" "$(options_of_help "$tool")" "$tool.1" "$(options_of_page "$tool")"
		options_of_help "$tool" | grep -qx -- '-V --version' # the lists aren't empty
	done
}

@test "--help and the man page have the same forms, and the same one line" {
	local tool

	for tool in "${tools[@]}"; do
		same "$tool --help" "$("$tool" --help | sed -nE 's/^(usage:|      ) //p')" \
			"$tool.1" "$(page "man/$tool.1" | sed -n '/^SYNOPSIS/,/^DESCRIPTION/s/^ \+//p')"
		same "$tool --help" "$("$tool" --help | grep "^$tool - ")" \
			"$tool.1" "$(page "man/$tool.1" | sed -n '/^NAME/,/^SYNOPSIS/s/^ \+//p')"
	done
}

@test "the completions offer the options of --help, in bash, zsh and fish" {
	requires zsh fish
	local tool shell

	for tool in "${tools[@]}"; do
		for shell in bash zsh fish; do
			same "$tool --help" "$(words_of "$tool")" "$shell" "$(offered_by "$shell" "$tool -")"
		done
	done
}

@test "the completions know all programs, and complete PROG and its options behind them" {
	requires zsh fish
	local shell line

	for shell in bash zsh fish; do
		for line in 'nshost web nsjoin -' 'nshost -d lab web -- nsjoin -' \
			'nsnew -mu -- nsroot --host -- nshost web -- nsjoin -' \
			'nsroot / nsnew --boottime 1 -a nsjoin -'; do
			same "$shell: $line" "$(offered_by "$shell" "$line")" 'nsjoin -' "$(words_of nsjoin)"
		done
		for tool in "${tools[@]}"; do
			offered_by "$shell" "nshost web $tool" | grep -qx "$tool" || echo "$shell: $tool"
		done | none 'not offered'
	done
}

@test "the completions offer what an option or operand is, by its name in --help" {
	requires zsh fish
	local shell line

	spawn unshare --user sleep 600
	mkdir -p "$BATS_TEST_TMPDIR/where"
	touch "$BATS_TEST_TMPDIR/what"
	wait_for differs "/proc/$pid/ns/user" /proc/self/ns/user
	for shell in bash zsh fish; do
		for line in 'nshost -t ' 'nshost --target=' 'nshost -d lab -t ' 'nshost web -- nsjoin -t ' \
			'nskill ' "nskill $pid " 'nskill --grace 1 1 2 ' 'nskill -t '; do
			offered_by "$shell" "$line" | sed 's/^--target=//' | grep -cx -e - -e "$pid" | grep -qx 2 ||
				echo "$shell: no handle after '$line'"
		done
		offered_by "$shell" "nshost -t /proc/self/ns/ut" | grep -q 'uts$' ||
			echo "$shell: no path as handle"
		offered_by "$shell" "nsroot $BATS_TEST_TMPDIR/wh" | grep -q 'where/\?$' ||
			echo "$shell: no directory"
		offered_by "$shell" "nsroot $BATS_TEST_TMPDIR/wh" | grep -q 'what$' &&
			echo "$shell: a file as directory"
		for line in 'nshost -d ' 'nshost ' 'nshost -t 1 web '; do
			offered_by "$shell" "$line" | sed "s/^/$shell: after '$line' offers /"
		done
	done | none 'completions'
}

@test "the completions of a program with commands: these, and after one its options and operands" {
	requires root zsh fish
	local shell line box=complete-$$

	nsbox run -d --name "$box" host sleep 600 3>&-
	for shell in bash zsh fish; do
		same "$shell" "$(offered_by "$shell" 'nsbox st')" 'nsbox st' $'stats\nstop'
		same "$shell" "$(offered_by "$shell" 'nsbox run --net ')" 'nsbox run --net' $'bridge\nhost\nnone\npasta'
		same "$shell" "$(words_of nsbox)" 'nsbox run -' "$(offered_by "$shell" 'nsbox run -')"
		same "$shell" "$(words_of nsjoin)" 'nsbox exec x nsjoin -' \
			"$(offered_by "$shell" 'nsbox exec x nsjoin -')"
		for line in 'nsbox exec ' 'nsbox logs -f ' 'nsbox stop --grace 1 x '; do
			offered_by "$shell" "$line" | grep -qx "$box" || echo "$shell: no box after '$line'"
		done
		offered_by "$shell" "nsbox run LIC" | grep -qx LICENSE || echo "$shell: no file as root"
	done | none 'completions'
	nsbox stop --grace 0 "$box"
}

@test "the completions offer capabilities, and after a comma the next" {
	requires zsh fish
	local shell line

	for shell in bash zsh fish; do
		for line in 'nscap --drop ' 'nscap --only=' 'nscap --keep all --add chown,sys'; do
			offered_by "$shell" "$line" | sed 's/^--only=//; s/^.*,//' | grep -qx sys_admin ||
				echo "$shell: no capability after '$line'"
		done
		offered_by "$shell" 'nscap --show --json ' | grep -qx -e - || echo "$shell: no handle"
	done | none 'completions'
}

# What is typed, and what is to be offered for its last part.
offers=(
	'nsveth --peer :host' 'nsveth --mtu=:auto' 'nsveth -t 1 --gateway :auto' 'nsveth --delete :lo'
	'nsveth --bridge :lo' 'nscap --seccomp :default' 'nscap --seccomp=l:log'
	'nscap --seccomp LIC:LICENSE' 'nscap --scope abstract,s:signal' 'nscap -u ro:root'
	'nscap --user=0:ro:root' 'nscap -g ro:root' 'nscap --groups 1,ro:root' 'nscap --rlimit core=0,nof:nofile='
	'nscap --securebits noroot,no_s:no_setuid_fixup' 'nsinfo --same n:net' 'nsinfo --held-by so:socket'
	'nsinfo -o ki:kind' 'nsinfo -o +kind,ow:owner_uid' 'nsinfo --output=kind,ow:owner_uid'
	'nsinfo --owned-by ro:root' 'nsinfo --tree=:owner' 'nsinfo -Q pr:processes' 'nskill -s TE:TERM'
	'nsinit -s TERM:QU:QUIT' 'nsnew --kill-child=TE:TERM' 'nsnew --map-users :auto' 'nsnew --map-user ro:root'
	'nsnew --propagation sh:shared' 'nsnew --setgroups :allow' 'nsnew --whitelist-env HOME,PA:PATH'
	'nsnew --outside nsvet:nsveth' 'nsnew -- nshost web nscap -u ro:root' 'nsroot --cgroup=:rw'
	'nsveth -t 1 --move :lo' 'nsveth --macvlan l:lo' 'nsveth --ipvlan lo,mo:mode=l3s'
	'nsveth --route de:default' 'nsveth --route=default,o:onlink' 'nscgroup --memory :max'
	'nscgroup --io /dev/nul:null'
)

# offers_in SHELL: it offers them all.
offers_in() {
	local one got

	requires "$1" getent
	for one in "${offers[@]}"; do
		got=$(offered_by "$1" "${one%:*}" | sed 's/^--[a-z-]*=//; s/^.*[,+:/]//')
		grep -qxF -- "${one##*:}" <<<"$got" ||
			echo "after '${one%:*}' there is no ${one##*:} in: ${got//$'\n'/ }"
	done | none "$1"
}

@test "bash completes the words that an argument can be, of a list or pair the next" {
	offers_in bash
}

@test "zsh completes them" {
	offers_in zsh
}

@test "fish completes them" {
	offers_in fish
}

@test "the completions offer the names of containers" {
	requires root zsh fish
	local shell

	hold -u --name "offered-$$" --lease=$$
	for shell in bash zsh fish; do
		offered_by "$shell" 'nsjoin -t offer' | grep -qx "offered-$$" || echo "$shell"
	done | none 'not offered'
	nskill "$box"
}

# The words of a kind that the completions know by heart, one a line.
by_heart() {
	offered_by "$1" "$2" | sed 's/=$//' | sort
}

@test "the completions know all kinds, resources, securebits and ways to hold, and no others" {
	requires zsh fish jq
	local shell

	for shell in bash zsh fish; do
		same kinds "$(basename -a /proc/self/ns/* | grep -v _for_ | sort)" \
			"$shell" "$(by_heart "$shell" 'nsinfo --same ')"
		same resources "$(nscap --show --json | jq -r '.limits | keys[]')" \
			"$shell" "$(by_heart "$shell" 'nscap --rlimit ')"
		same 'nstable.c' "$(grep '"process", "thread"' lib/nstable.c | grep -o '[a-z]*' | sort)" \
			"$shell" "$(by_heart "$shell" 'nsinfo --held-by ')"
		same 'securebits.c' "$(grep -oP '^\t\{ "\K[a-z_]+' lib/securebits.c | sort)" \
			"$shell" "$(by_heart "$shell" 'nscap --securebits ')"
	done
}

differs() {
	! [ "$1" -ef "$2" ]
}

@test "bash-completion, where it is there, completes PROG" {
	[ -r /usr/share/bash-completion/bash_completion ] || skip 'needs bash-completion'
	local words='nsnew -a -- nshost web'

	same bash-completion "$(offered_by bash-completion "$words -- nsjoin -")" \
		'nsjoin -' "$(words_of nsjoin)"
	offered_by bash-completion "$words timeout --kill-a" | grep -x -- --kill-after=
}

@test "lib: every file is in a layer, and includes no layer above" {
	local layer below='' name

	same layers "$(xargs -n1 <<<"${layers[*]}" | sort)" \
		lib/ "$(basename -a lib/*.[ch] | sed 's/\..*//' | sort -u)"
	for layer in "${layers[@]}"; do
		below+=${below:+|}$(xargs <<<"$layer" | tr ' ' '|')
		for name in $layer; do
			sed -n 's/^#include "\(.*\)\.h"/\1/p' lib/"$name".[ch] |
				grep -vxE "$below" | sed "s,^,lib/$name: ,"
		done
	done | none 'includes a layer above'
}

@test "lib: mechanism never prints and never exits" {
	local layer name

	for layer in "${layers[@]:0:3}"; do
		for name in $layer; do
			[ -e "lib/$name.c" ] || continue
			cc -w -std=gnu11 -D_GNU_SOURCE -Ilib -c -o "$BATS_TEST_TMPDIR/o" "lib/$name.c"
			nm --undefined-only "$BATS_TEST_TMPDIR/o" |
				grep -wE 'printf|vprintf|puts|putchar|perror|stdout|stderr|exit|abort' |
				sed "s/^/$name: /"
		done
	done | none 'mechanism that prints or exits'
}

@test "lib: every header stands alone" {
	local header

	for header in lib/*.h; do
		cc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Ilib -fsyntax-only -x c "$header" 2>&1
	done | none 'headers that lean on others'
}

@test "sources: a licence line, no line over 100 columns, no space at its end, and short files" {
	local file most

	for file in lib/*.[ch] tools/*.c tests/*.c tests/bench/*.c; do
		[ "$(head -1 "$file")" = '/* SPDX-License-Identifier: ISC */' ] || echo "$file: no licence line"
		case $file in
		lib/*) most=300 ;;
		*) most=250 ;;
		esac
		[ "$(wc -l <"$file")" -le "$most" ] || echo "$file: more than $most lines"
	done | none 'C sources'
	for file in tools/* lib/*.sh lib/*.awk; do
		[[ $file == *.c ]] || head -2 "$file" | grep -qx '# SPDX-License-Identifier: ISC' ||
			echo "$file: no licence line"
		[ "$(wc -l <"$file")" -le 250 ] || echo "$file: more than 250 lines"
	done | none 'scripts'
	find . -type f ! -path './.git*' ! -path './build/*' ! -path './bin/*' ! -name '*.md' |
		while read -r file; do
			most=100
			[[ $file != *.bats ]] || most=120 # messages are there in full
			expand "$file" | grep -nE ".{$((most + 1))}|[[:space:]]\$" | sed "s,^,$file:,"
			[ -z "$(tail -c 1 "$file")" ] || echo "$file: no newline at its end"
		done | none 'long lines, or space at their ends'
}

@test "shellcheck and mandoc have nothing to say" {
	requires shellcheck mandoc
	make -s lint-text
}

@test "man pages: a reference to a page of ours has that page" {
	sed -nE 's/^\.Xr ([^ ]+) ([17]).*/\1.\2/p' man/* | sort -u |
		grep -wFf <(printf '%s\n' "${tools[@]}" nskit) | (cd man && xargs ls >/dev/null)
}

@test "a program needs nothing but libc, and with musl at most 120 KiB" {
	local tool

	for tool in "${programs[@]}"; do
		readelf -d "bin/$tool" | grep NEEDED | grep -v '\[libc\.' | sed "s/^/$tool: /"
	done | none 'libraries'
	[ -x build/musl/nshost ] || skip 'not built with musl: sizes are those of another libc'
	for tool in "${programs[@]}"; do
		strip -o "$BATS_TEST_TMPDIR/$tool" "build/musl/$tool"
		find "$BATS_TEST_TMPDIR/$tool" -size +122880c
	done | none 'larger than 120 KiB'
}
