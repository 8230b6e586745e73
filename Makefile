# nskit - a toolkit of small composable Linux-namespace programs
#
#   make              build into bin/          make check     run all tests
#   make run          stand in a container     make bench     measure against peers
#   make install      PREFIX, DESTDIR          make lint      static checks
#   make deb          a Debian package below build/
#
# LIBC=system builds with the system's libc instead of musl.

VERSION = 0.1.0
TOOLS   = nsnew nsjoin nsinfo nsveth nsroot nshost nscap nscgroup nsinit nskill
SCRIPTS = nsbox nsimage
ALL     = $(TOOLS) $(SCRIPTS)
PREFIX  = /usr/local
BINDIR  = $(PREFIX)/bin
MANDIR  = $(PREFIX)/share/man
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR  = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d
PAGES   = nskit nskit-cookbook

# The libc decides what a link of a chain costs: a static musl program starts in a fifth of the
# time.
LIBC ?= $(shell command -v musl-gcc >/dev/null && echo musl || echo system)
B     = build/$(LIBC)
ifeq ($(LIBC),musl)
ifeq ($(origin CC),default)
CC      = musl-gcc
endif
# musl-gcc looks past the kernel's headers, where Debian has them.
KERNEL  = -idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu
# In a static program musl protects no relocated data, for which there would be a gap.
STATIC  = -static -Wl,-z,norelro
PACKED  = -fno-align-functions -fno-align-jumps -fno-align-loops
# Optimized as a whole a program is 4 KiB smaller.
WHOLE   = -flto=auto
AR      = gcc-ar
else
HARDEN  = -D_FORTIFY_SOURCE=2
STATIC := $(shell echo 'int main(void){return 0;}' | $(CC) -static -x c - -o /dev/null \
                  2>/dev/null || echo no)
STATIC := $(if $(STATIC),,-static)
endif

CFLAGS ?= -Os
WARN    = -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
          -Wformat=2 -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings
HARDEN += -fstack-protector-strong -fno-plt
# What a program doesn't use isn't in it, and what is there lies in few pages: both start sooner.
SMALL   = -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables $(PACKED) $(WHOLE)
LINK    = $(STATIC) $(WHOLE) -Wl,--gc-sections -Wl,-z,noseparate-code
comma   = ,
DEFINES = -D_GNU_SOURCE -DNSKIT_VERSION='"$(VERSION)"' \
          '-DNSKIT_PROGRAMS=$(foreach t,$(TOOLS),"$(t)"$(comma))'
LIB     = $(patsubst lib/%.c,$B/lib/%.o,$(wildcard lib/*.c))

# make V=1 shows the commands.
Q = $(if $(V),,@)

all: $(ALL:%=bin/%)
programs: $(TOOLS:%=$B/%)

# bin/ holds the programs of the libc asked for last; build/LIBC/ those of each.
$(TOOLS:%=bin/%): bin/%: $B/% FORCE
	@mkdir -p bin && cmp -s $< $@ || cp -f $< $@

# A script is one file, too: each @NAME@ that is a line of its own is that file of lib/.
PARTS = awk -v version='$(VERSION)' 'function put(file,  line) { \
		while ((getline line <file) > 0) \
			if (line ~ /^@[a-z.-]+@$$/) put("lib/" substr(line, 2, length(line) - 2)); \
			else { gsub("@VERSION@", version, line); print line } } \
		BEGIN { put(ARGV[1]) }'
$(SCRIPTS:%=bin/%): bin/%: tools/% $(wildcard lib/*.sh lib/*.awk) Makefile
	$(Q)mkdir -p bin && $(PARTS) $< >$@.new && chmod 755 $@.new && mv -f $@.new $@

$B/%: $B/tools/%.o $B/libnskit.a
	$(Q)$(CC) $(LINK) $(CFLAGS) $(LDFLAGS) -o $@ $^

$B/libnskit.a: $(LIB)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$B/%.o: %.c Makefile | $B/said
	@mkdir -p $(@D)
	$(Q)$(CC) $(WARN) $(HARDEN) $(SMALL) $(CFLAGS) $(DEFINES) $(CPPFLAGS) $(KERNEL) -Ilib \
		-MMD -MP -c -o $@ $<

$B/said:
	@mkdir -p $B && touch $@
	@echo "nskit: building with $(CC), $(LIBC) libc, linked" \
		"$(if $(STATIC),statically,dynamically)"

# Tests. The last line is the count; an incomplete run is a failure.
check: all
	@bats --formatter tap tests/*.bats | tee $B/check.tap
	@awk '/^1\.\./ { planned = substr($$1, 4) } /^not ok/ { failed++ } \
	      /^ok/ { if (/ # skip/) skipped++; else passed++ } \
	      END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; \
	            exit failed || !planned || passed + skipped != planned }' $B/check.tap

# Everything that reads the sources and finds nothing to say.
SHELLCODE = completions/nskit.bash $(ALL:%=completions/%) $(SCRIPTS:%=bin/%) tests/demo \
            lib/deb.sh .ci/run tests/*.bash tests/*.bats tests/bench/run tests/bench/*.bash
ARM = aarch64-linux-gnu-
lint:
	$(Q)$(MAKE) -s programs B=build/lint-musl CFLAGS='-O2 -Werror'
	$(Q)$(MAKE) -s programs B=build/lint-gcc LIBC=system CC=gcc CFLAGS='-O2 -Werror'
	$(Q)$(MAKE) -s programs B=build/lint-clang LIBC=system CC=clang CFLAGS='-O2 -Werror'
	$(Q)! type $(ARM)gcc >/dev/null 2>&1 || $(MAKE) -s programs B=build/lint-arm LIBC=system \
		CC=$(ARM)gcc AR=$(ARM)ar CFLAGS='-O2 -Werror'
	$(Q)clang-tidy --quiet lib/*.c tools/*.c tests/*.c tests/bench/*.c -- \
		-std=gnu11 $(DEFINES) -Ilib 2>/dev/null
	$(Q)$(MAKE) -s lint-text
	@echo 'lint: nothing found'

lint-text: $(SCRIPTS:%=bin/%)
	$(Q)shellcheck $(SHELLCODE)
	$(Q)! mandoc -T lint -W style man/*.[17] 2>/dev/null | grep -v 'referenced manual not found'

run: all
	@PATH="$(CURDIR)/bin:$$PATH" tests/demo

bench: all $(patsubst tests/bench/%.c,$B/bench/%,$(wildcard tests/bench/*.c))
	@tests/bench/run $B/bench

$B/bench/%: $B/tests/bench/%.o $B/libnskit.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(STATIC) $(CFLAGS) $(LDFLAGS) -o $@ $^

# What install puts, and uninstall takes away.
INSTALLED = $(ALL:%=$(BINDIR)/%) $(ALL:%=$(MANDIR)/man1/%.1) $(PAGES:%=$(MANDIR)/man7/%.7) \
            $(ALL:%=$(BASHDIR)/%) $(BASHDIR)/nskit.bash $(ZSHDIR)/_nskit \
            $(FISHDIR)/nskit.fish $(ALL:%=$(FISHDIR)/%.fish)
install: all
	install -d $(sort $(dir $(INSTALLED:%=$(DESTDIR)%)))
	install $(ALL:%=bin/%) $(DESTDIR)$(BINDIR)
	install -m 644 $(ALL:%=man/%.1) $(DESTDIR)$(MANDIR)/man1
	install -m 644 $(PAGES:%=man/%.7) $(DESTDIR)$(MANDIR)/man7
	install -m 644 completions/nskit.bash $(ALL:%=completions/%) $(DESTDIR)$(BASHDIR)
	install -m 644 completions/_nskit $(DESTDIR)$(ZSHDIR)
	install -m 644 completions/nskit.fish $(DESTDIR)$(FISHDIR)
	for t in $(ALL); do ln -sf nskit.fish $(DESTDIR)$(FISHDIR)/$$t.fish; done

uninstall:
	rm -f $(INSTALLED:%=$(DESTDIR)%)

# Debian's zsh has a place of its own for what packages bring.
deb: all
	$(Q)rm -rf build/deb
	$(Q)$(MAKE) -s install DESTDIR=build/deb/nskit PREFIX=/usr \
		ZSHDIR=/usr/share/zsh/vendor-completions
	$(Q)lib/deb.sh build/deb/nskit $(VERSION) '$(if $(STATIC),,libc6)'

clean:
	rm -rf build bin

.PHONY: all programs check lint lint-text run bench install uninstall deb clean FORCE
.SECONDARY:
-include $(wildcard $B/*/*.d $B/*/*/*.d)
