# nskit - a toolkit of small composable Linux-namespace programs
#
#   make              build into bin/          make check     run all tests
#   make run          stand in a container     make bench     measure against peers
#   make install      PREFIX, DESTDIR          make lint      static checks
#
# LIBC=system builds with the system's libc instead of musl.

VERSION = 0.1.0
TOOLS   = nsnew nsjoin nsinfo nsveth nsroot nshost
PREFIX  = /usr/local
BINDIR  = $(PREFIX)/bin
MANDIR  = $(PREFIX)/share/man
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR  = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d

# The libc decides what a link of a chain costs: a static musl program starts in a fifth of the time.
LIBC ?= $(shell command -v musl-gcc >/dev/null && echo musl || echo system)
B     = build/$(LIBC)
ifeq ($(LIBC),musl)
ifeq ($(origin CC),default)
CC      = musl-gcc
endif
# musl-gcc looks past the kernel's headers, where Debian has them.
KERNEL  = -idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu
STATIC  = -static
else
HARDEN  = -D_FORTIFY_SOURCE=2
STATIC := $(shell echo 'int main(void){return 0;}' | $(CC) -static -x c - -o /dev/null 2>/dev/null && echo -static)
endif

CFLAGS ?= -O2
WARN    = -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
          -Wformat=2 -Wvla -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings
HARDEN += -fstack-protector-strong -fno-plt
comma   = ,
DEFINES = -D_GNU_SOURCE -DNSKIT_VERSION='"$(VERSION)"' \
          '-DNSKIT_PROGRAMS=$(foreach t,$(TOOLS),"$(t)"$(comma))'
LIB     = $(patsubst lib/%.c,$B/lib/%.o,$(wildcard lib/*.c))

# make V=1 shows the commands.
Q = $(if $(V),,@)

all: $(TOOLS:%=bin/%)

# bin/ holds the programs of the libc asked for last; build/LIBC/ those of each.
bin/%: $B/% FORCE
	@mkdir -p bin && cmp -s $< $@ || cp -f $< $@

$B/%: $B/tools/%.o $B/libnskit.a
	$(Q)$(CC) $(STATIC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$B/libnskit.a: $(LIB)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$B/%.o: %.c Makefile | $B/said
	@mkdir -p $(@D)
	$(Q)$(CC) $(WARN) $(HARDEN) $(CFLAGS) $(DEFINES) $(CPPFLAGS) $(KERNEL) -Ilib -MMD -MP -c -o $@ $<

$B/said:
	@mkdir -p $B && touch $@
	@echo "nskit: building with $(CC), $(LIBC) libc, linked $(if $(STATIC),statically,dynamically)"

clean:
	rm -rf build bin

.PHONY: all clean FORCE
.SECONDARY:
-include $(wildcard $B/*/*.d)
