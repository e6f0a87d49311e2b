# SPDX-License-Identifier: GPL-3.0-or-later
#
# Targets
#   make            build/potsherd and the tools; installs nothing
#   make deps       what building needs and this machine lacks, with apt-get (Debian 12)
#   make demo       deps, build, and what potsherd finds in a capture of real programs
#   make check      deps of the tests, build, linters and tests; ends with "N passed, N failed"
#   make test       the tests alone, of one build (no deps, no linters)
#   make lint       the linters alone
#   make fuzz       each fuzz target for TIME seconds with libFuzzer; TARGETS='conversation' for some
#   make spampots   the published SpamPots tables regenerated from packets, side by side
#   make net        honeypot and listener in network namespaces, all of it (root)
#   make check-engines  the records in SQLite, PostgreSQL, DuckDB, ClickHouse, pandas, R: the same answers; and in LibreOffice
#   make soak       floods, crowds and kills, and the units (root; more than an hour)
#   make check-monitoring   Debian's Prometheus over the counts of watch and answer (root; minutes)
#   make soak-units the units of the package under a systemd that runs, in an emulated machine (root; minutes)
#   make bench      speed beside tcpdump, bare libnids, tcpflow and tshark, as ratios
#   make bench-answer   the honeypot's cost beside smtp-sink, tinyproxy and microsocks (root)
#   make bench-watch    the listener's rate without a loss beside tcpdump -w (root; minutes)
#   make install    into $(DESTDIR)$(prefix), and $(DESTDIR)$(sysconfdir)/potsherd; runs nothing on the host
#   make uninstall  what install put there; what was changed in $(sysconfdir)/potsherd stays
#   make dist       a source tarball of what is committed, build/dist/potsherd-VERSION.tar.gz
#   make deb        a Debian package of it
#   make check-package   the package built, installed, upgraded and purged in chroots of Debian (root; minutes)
#   make clean
# Variables
#   CC CXX CPPFLAGS CFLAGS CXXFLAGS LDFLAGS   as usual; CFLAGS='-O1 -g' for a fast build
#   BUILD=build  SANITIZE=address,undefined  WERROR=-Werror
#   DESTDIR prefix bindir datadir sysconfdir mandir docdir bashcompdir zshcompdir unitdir sysusersdir
#   PREFIX is prefix
#   TESTS='tests/cli/usage.t asan:tests/unit/test_tcp'   of make test   JOBS=2   TIME_FACTOR=1
#   SANITIZE also compiles the checks that cost too much, or end too much, in use
#   V=1 shows the commands
#   SETUP=0 leaves out deps (nothing is installed)

CC       = gcc
CXX      = $(if $(findstring clang,$(CC)),clang++,g++)
BUILD    = build
CPPFLAGS =
CFLAGS   = -O2 -g -flto=auto
CXXFLAGS = $(filter-out -flto%,$(CFLAGS))
LDFLAGS  =
WERROR   =
SETUP    = 1
SANITIZE =
V        =
TIME     = 60
JOBS     := $(shell nproc)
Q        = $(if $(V),,@)

PREFIX      = /usr/local
prefix      = $(PREFIX)
bindir      = $(prefix)/bin
datadir     = $(prefix)/share
mandir      = $(datadir)/man
docdir      = $(datadir)/doc/potsherd
bashcompdir = $(datadir)/bash-completion/completions
zshcompdir  = $(datadir)/zsh/site-functions
unitdir     = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
# Compiled in: the same for "make" and "make install". ../etc beside the program comes first.
sysconfdir  = $(if $(filter /usr /usr/local,$(prefix)),/etc,$(prefix)/etc)

VERSION  := $(shell cat VERSION)
PACKAGES := libpcap libarchive zlib glib-2.0 libcrypto libmaxminddb libcap-ng libseccomp gmime-3.0 libpsl libidn2 yara

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
            -Wwrite-strings -Wundef -Wvla -Wformat=2
# What a packager sets of these comes later and wins.
HARDEN   := -fstack-protector-strong $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,-D_FORTIFY_SOURCE=2)
RELOCATE := -fPIE
HARDEN_LD := -pie -Wl,-z,relro -Wl,-z,now
ifneq ($(SANITIZE),)
HARDEN   := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer -DPOTSHERD_CHECKS
endif

# libnids calls its own functions by global names (tcp_init, ...): ours of the same name
# must stay out of its sight.
VISIBILITY := -fvisibility=hidden

# Asked of pkg-config only when something is compiled, since setup may install it.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)

# Unit tests are linked of the same objects without LTO, which would compile all of src for each.
FAT        = $(if $(findstring -flto,$(CFLAGS)),-ffat-lto-objects)
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -I. -Iinclude -Isrc -DPOTSHERD_VERSION='"$(VERSION)"' \
             -DPOTSHERD_DATA='"$(datadir)/potsherd"' -DPOTSHERD_CONFIG='"$(sysconfdir)/potsherd"' \
             $(PKG_CFLAGS) $(WARNINGS) $(WERROR) $(HARDEN) $(RELOCATE) \
             $(VISIBILITY) $(CPPFLAGS) $(CFLAGS) $(FAT)
# The one file of C++ is the adapter of a library that has no other interface.
ALL_CXXFLAGS = -std=gnu++17 -I. -Iinclude -Isrc -Wall -Wextra -Wshadow -Wconversion $(WERROR) $(HARDEN) \
               $(RELOCATE) $(VISIBILITY) -fno-exceptions -fno-rtti $(CPPFLAGS) $(CXXFLAGS)
ALL_LIBS   = $(PKG_LIBS) -lnids -lnet -lcld2 -lstdc++
LINK       = $(CC) $(HARDEN) $(RELOCATE) $(CFLAGS) $(HARDEN_LD) $(LDFLAGS)

SOURCES := $(sort $(wildcard src/*/*.c))
CXX_SOURCES := $(sort $(wildcard src/*/*.cc))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(CXX_SOURCES:%.cc=$(BUILD)/%.o)
LIBRARY := $(filter-out $(BUILD)/src/cli/main.o,$(OBJECTS))

UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS   := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/unit/%)
TOOLS        := $(addprefix $(BUILD)/tools/,mkpcap mkrecords mkmanual mangle nids-bare stream-bare mail-bare mail-load wire-load)
MAN_PAGES    := $(patsubst doc/man/%,$(BUILD)/man/%,$(sort $(wildcard doc/man/*.[15])))
COMPLETION   := $(addprefix $(BUILD)/completion/,potsherd _potsherd)
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_TESTS   := $(FUZZ_SOURCES:tests/fuzz/%.c=$(BUILD)/fuzz/%)

.PHONY: all deps build tools manual demo check check-engines test lint fuzz spampots net soak soak-units check-monitoring check-package bench bench-answer bench-watch install uninstall dist deb clean
.DELETE_ON_ERROR:

all: build tools manual

deps:
	@tools/setup.sh build

build: $(BUILD)/potsherd

tools: $(TOOLS)

manual: $(MAN_PAGES) $(COMPLETION)

# What is installed and compiled for it is in logs, and on the terminal where it fails.
QUIETLY = mkdir -p $(BUILD); quietly() { echo "$$1 (log: $$2)"; log=$$2; shift 2; "$$@" >$$log 2>&1 || { tail -n 20 $$log; exit 1; }; }
demo:
	@$(QUIETLY); test $(SETUP) = 0 || quietly 'installing what building needs, with apt-get' $(BUILD)/setup.log tools/setup.sh demo
	@$(QUIETLY); quietly 'building potsherd, in a few minutes' $(BUILD)/build.log $(MAKE) --no-print-directory -s -j$(JOBS) build manual $(BUILD)/potsherd.conf
	@BUILD=$(BUILD) tools/demo

# --- tests ---

UNIT_TESTS_ALL := $(UNIT_SOURCES:%.c=%)
SH_TESTS   := $(sort $(wildcard tests/golden/*.t tests/cli/*.t tests/enrich/*.t tests/report/*.t tests/stream/*.t tests/mail/*.t tests/export/*.t tests/campaign/*.t))
TOOL_TESTS := $(sort $(wildcard tests/tools/*.t)) tests/monitoring/rules.t
LINTS      := $(sort $(wildcard tests/lint/*.t))
NET_TESTS  := $(sort $(wildcard tests/net/*.t))
# Those of make net that make check leaves to it: each takes minutes of waiting, for a disk
# to fill, a row each minute, a watchdog, or lost segments to be sent again.
SLOW_NET   := $(addprefix tests/net/,days.t changes.t jobs.t year.t reorder.t loss.t)
QUICK_NET  := $(filter-out $(SLOW_NET),$(NET_TESTS))

PLAIN_TESTS := $(UNIT_TESTS_ALL) $(SH_TESTS) $(TOOL_TESTS) $(QUICK_NET)
# These take long and run both builds themselves.
BOTH := tests/stream/harmless-made.t tests/stream/harmless-real.t tests/cli/jobs.t
# The sanitizer's build runs what has to do with src; the tools are those of the plain one.
ASAN_TESTS  := $(addprefix asan:,$(UNIT_TESTS_ALL) $(FUZZ_SOURCES:%.c=%) $(filter-out $(BOTH),$(SH_TESTS)))
# What takes longest begins first, so that nothing runs alone at the end.
FIRST := $(addprefix tests/,stream/harmless-made.t stream/harmless-real.t lint/static.t lint/format.t unit/test_capture_live golden/golden.t cli/jobs.t enrich/spampots.t)
first = $(foreach t,$(FIRST:%=asan:%) $(FIRST),$(filter $(t),$(1))) $(filter-out $(FIRST) $(FIRST:%=asan:%),$(1))
RUN   = BUILD=$(BUILD) CC='$(CC)' tests/run -j $(shell expr $(JOBS) \* 2)

# The linters, both compilers, and the tests twice: as shipped and with sanitizers.
check:
	@test $(SETUP) = 0 || tools/setup.sh check
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror build tools unit manual $(BUILD)/potsherd.conf
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror CC=clang CFLAGS='-O1' BUILD=$(BUILD)/clang objects
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror CFLAGS='-O1 -g' SANITIZE=address,undefined \
	    BUILD=$(BUILD)/asan build unit fuzz-corpus
	@ASAN=$(abspath $(BUILD))/asan/potsherd $(RUN) $(call first,$(LINTS) $(QUICK_NET) $(ASAN_TESTS) $(PLAIN_TESTS))

TESTS = $(call first,$(PLAIN_TESTS))
test:
	@$(MAKE) --no-print-directory -j$(JOBS) build tools unit
	@$(RUN) $(TESTS)

lint:
	@$(RUN) $(LINTS)

# New inputs and crashes go into $(BUILD)/fuzz.
TARGETS = $(FUZZ_SOURCES:tests/fuzz/fuzz_%.c=%)
fuzz:
	@test $(SETUP) = 0 || tools/setup.sh fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) CC=clang CFLAGS='-O1 -g' SANITIZE=address,undefined,fuzzer-no-link \
	    BUILD=$(BUILD)/fuzz libfuzzer
	@BUILD=$(BUILD) TIME=$(TIME) tests/fuzz/run $(TARGETS)

spampots:
	@test $(SETUP) = 0 || tools/setup.sh spampots
	@$(MAKE) --no-print-directory -j$(JOBS) build tools
	@BUILD=$(BUILD) tools/spampots

# DuckDB comes by npm; what is not there is skipped.
check-engines:
	@test $(SETUP) = 0 || tools/setup.sh engines
	@test $(SETUP) = 0 || test -d $(BUILD)/npm/node_modules/@duckdb/node-api || ! command -v npm >/dev/null || \
	    npm install --prefix $(BUILD)/npm --no-audit --no-fund --silent @duckdb/node-api
	@$(MAKE) --no-print-directory -j$(JOBS) build tools
	@NODE_PATH=$${NODE_PATH:-$(abspath $(BUILD))/npm/node_modules} BUILD=$(BUILD) tests/run -j1 tests/engines/*.t

NET_TESTS_net        := tests/net/*.t
NET_TESTS_soak       := tests/net/*.soak
NET_TESTS_soak-units := tests/net/units.soak

net soak soak-units:
	@test $(SETUP) = 0 || tools/setup.sh $(if $(filter soak-units,$@),,net) $(if $(filter net,$@),,units deb)
	@$(MAKE) --no-print-directory -j$(JOBS) build tools
	@BUILD=$(BUILD) tests/run $(sort $(wildcard $(NET_TESTS_$@)))

check-monitoring:
	@test $(SETUP) = 0 || tools/setup.sh monitoring
	@$(MAKE) --no-print-directory -j$(JOBS) build tools
	@BUILD=$(BUILD) tests/run tests/monitoring/rules.t tests/monitoring/live.t

# Chroots of Debian, with a network; see tests/package/package.t.
check-package:
	@test $(SETUP) = 0 || tools/setup.sh deb package
	@BUILD=$(BUILD) tests/run tests/package/package.t

bench:
	@test $(SETUP) = 0 || tools/setup.sh bench
	@$(MAKE) --no-print-directory -j$(JOBS) build tools
	@BUILD=$(BUILD) POTSHERD=$(BUILD)/potsherd tools/bench
	@BUILD=$(BUILD) POTSHERD=$(BUILD)/potsherd tools/bench-mail
	@BUILD=$(BUILD) tools/spampots 1000

bench-answer:
	@test $(SETUP) = 0 || tools/setup.sh bench-answer
	@$(MAKE) --no-print-directory -j$(JOBS) build tools
	@BUILD=$(BUILD) tools/bench-answer

bench-watch:
	@test $(SETUP) = 0 || tools/setup.sh bench-watch
	@$(MAKE) --no-print-directory -j$(JOBS) build tools
	@BUILD=$(BUILD) tools/bench-watch

PLACE   = BUILD='$(BUILD)' DESTDIR='$(DESTDIR)' bindir='$(bindir)' datadir='$(datadir)' sysconfdir='$(sysconfdir)' \
          mandir='$(mandir)' docdir='$(docdir)' bashcompdir='$(bashcompdir)' zshcompdir='$(zshcompdir)' \
          unitdir='$(unitdir)' sysusersdir='$(sysusersdir)' tools/install
install: build manual $(BUILD)/potsherd.conf
	@$(PLACE) put

uninstall:
	@$(PLACE) remove

dist deb:
	@test $(SETUP) = 0 || test $@ = dist || tools/setup.sh build deb
	@BUILD=$(BUILD) JOBS=$(JOBS) tools/make-deb $@

# --- files ---

.PHONY: FORCE objects unit fuzz-corpus libfuzzer
objects: $(OBJECTS)
unit: $(UNIT_TESTS)
fuzz-corpus: $(FUZZ_TESTS)
libfuzzer: $(FUZZ_SOURCES:tests/fuzz/%.c=$(BUILD)/%)

$(BUILD)/potsherd: $(OBJECTS)
	@echo '  LD      $@'
	$(Q)$(LINK) -o $@ $^ $(ALL_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.cc
	@mkdir -p $(@D)
	@echo '  CXX     $<'
	$(Q)$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

# What --version says; looked up at each make, written where it is another.
# A test that installs does not look, so that the program is not linked amid the others.
$(BUILD)/versions.h: $(if $(KEEP_VERSIONS),,FORCE)
	@mkdir -p $(@D)
	@new=$@.$$$$; tools/versions '$(CC)' $(PACKAGES) >$$new && if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi
FORCE:
$(BUILD)/src/cli/version.o: $(BUILD)/versions.h VERSION
$(BUILD)/src/cli/version.o: WARNINGS += -include $(BUILD)/versions.h

# A unit test is one program over all of src but main.
$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libpotsherd.a
	@mkdir -p $(@D)
	@echo '  LD      $@'
	$(Q)$(LINK) -fno-lto -o $@ $^ $(ALL_LIBS) -lcmocka

# A fuzz target over its corpus, and one for libFuzzer.
$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/driver.o $(BUILD)/libpotsherd.a
	@mkdir -p $(@D)
	@echo '  LD      $@'
	$(Q)$(LINK) -fno-lto -o $@ $^ $(ALL_LIBS)

$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libpotsherd.a
	@echo '  LD      $@'
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(ALL_LIBS)

$(BUILD)/libpotsherd.a: $(LIBRARY)
	@rm -f $@
	$(Q)gcc-ar rcs $@ $^

.PRECIOUS: $(BUILD)/%.o $(BUILD)/libpotsherd.a

# The tools stand for themselves; only stream-bare, mail-bare, mkrecords and mkmanual are about src.
SPAM := spam-plan.o spam-template.o spam-content.o spam-encode.o spam-mime.o spam-text.o spam-truth.o mails.o frames.o args.o
$(BUILD)/tools/mkpcap: $(addprefix $(BUILD)/tools/,mkpcap.o campaign.o campaign-figures.o campaign-talk.o packet-queue.o spam-pcap.o $(SPAM))
$(BUILD)/tools/mkrecords: $(addprefix $(BUILD)/tools/,mkrecords.o $(SPAM)) $(BUILD)/libpotsherd.a
$(BUILD)/tools/mangle: $(addprefix $(BUILD)/tools/,mangle.o mangle-segments.o mangle-layers.o frames.o args.o)
$(BUILD)/tools/nids-bare: $(BUILD)/tools/nids-bare.o
$(BUILD)/tools/mkmanual: $(BUILD)/tools/mkmanual.o $(BUILD)/libpotsherd.a
$(BUILD)/tools/mail-load: $(addprefix $(BUILD)/tools/,mail-load.o args.o)
$(BUILD)/tools/wire-load: $(addprefix $(BUILD)/tools/,wire-load.o args.o)
$(BUILD)/tools/stream-bare: $(BUILD)/tools/stream-bare.o $(BUILD)/libpotsherd.a
$(BUILD)/tools/mail-bare: $(BUILD)/tools/mail-bare.o $(BUILD)/libpotsherd.a
$(BUILD)/potsherd.conf: $(BUILD)/potsherd
	$(Q)$< config --example >$@
$(BUILD)/man/%: doc/man/% $(BUILD)/tools/mkmanual
	@mkdir -p $(@D)
	$(Q)$(BUILD)/tools/mkmanual man $* $< >$@
$(BUILD)/completion/potsherd: $(BUILD)/tools/mkmanual
	@mkdir -p $(@D)
	$(Q)$< bash >$@
$(BUILD)/completion/_potsherd: $(BUILD)/tools/mkmanual
	@mkdir -p $(@D)
	$(Q)$< zsh >$@
$(TOOLS):
	@echo '  LD      $@'
	$(Q)$(LINK) -o $@ $^ $(ALL_LIBS)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(wildcard $(BUILD)/tools/*.d $(BUILD)/tests/unit/*.d $(BUILD)/tests/fuzz/*.d)

$(BUILD)/tools/mkmanual.o: VERSION
