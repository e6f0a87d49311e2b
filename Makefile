# SPDX-License-Identifier: GPL-3.0-or-later
#
# Targets
#   make            setup, then build/potsherd and the tools
#   make demo       setup, build, and what potsherd finds in a capture of real programs
#   make check      setup, build, and every test; ends with "N passed, N failed"
#   make test       the tests alone (no setup, no linters)
#   make spampots   the published SpamPots tables regenerated from packets, side by side
#   make net        the honeypot against real clients, in network namespaces (root)
#   make soak       floods, crowds and kills, and the units (root; more than an hour)
#   make soak-units the units under a systemd that runs, in an emulated machine (root; minutes)
#   make bench      speed beside tcpdump, bare libnids, tcpflow and tshark, as ratios
#   make bench-answer   the honeypot's cost beside smtp-sink, tinyproxy and microsocks (root)
#   make bench-watch    the listener's rate without a loss beside tcpdump -w (root; minutes)
#   make install    into $(DESTDIR)$(PREFIX)
#   make clean
# Variables
#   CC=gcc  BUILD=build  CFLAGS='-O2 -g -flto=auto'  SANITIZE=address,undefined  PREFIX=/usr/local
#   SANITIZE also compiles the checks that cost too much, or end too much, in use
#   V=1 shows the commands
#   SETUP=0 leaves out the setup step (nothing is installed)

CC       = gcc
BUILD    = build
CFLAGS   = -O2 -g -flto=auto
PREFIX   = /usr/local
SETUP    = 1
SANITIZE =
V        =
JOBS     := $(shell nproc)
Q        = $(if $(V),,@)

VERSION  := 0.1.0
PACKAGES := libpcap libarchive zlib glib-2.0 libcrypto libmaxminddb libnftables libcap-ng

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
            -Wwrite-strings -Wundef -Wvla -Wformat=2 -Werror
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2
ifneq ($(SANITIZE),)
HARDEN   := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer -DPOTSHERD_CHECKS
endif

# libnids calls its own functions by global names (tcp_init, ...): ours of the same name
# must stay out of its sight.
VISIBILITY := -fvisibility=hidden

# Asked of pkg-config only when something is compiled, since setup may install it.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(HARDEN) $(VISIBILITY) -I. -Iinclude -Isrc -DPOTSHERD_VERSION='"$(VERSION)"' \
             -DPOTSHERD_DATA='"$(PREFIX)/share/potsherd"' $(PKG_CFLAGS)
ALL_LIBS   = $(PKG_LIBS) -lnids -lnet

SOURCES := $(sort $(wildcard src/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(filter-out $(BUILD)/src/cli/main.o,$(OBJECTS))

UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS   := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/unit/%)
TOOLS        := $(addprefix $(BUILD)/tools/,mkpcap mangle nids-bare stream-bare mail-load wire-load)
SH_TESTS     := $(sort $(wildcard tests/cli/*.t tests/enrich/*.t tests/report/*.t tests/stream/*.t))
UNITS        := potsherd-watch@.service potsherd-answer@.service
QUICK_NET    := tests/net/watch.t # of make net, what make check can wait for
LINTS        := $(sort $(wildcard tests/lint/*.t))

.PHONY: all setup build tools demo check test lint spampots net soak soak-units bench bench-answer bench-watch install clean
.DELETE_ON_ERROR:

all: setup
	@$(MAKE) --no-print-directory SETUP=0 build tools

setup:
ifeq ($(SETUP),1)
	@tools/setup.sh build
endif

build: $(BUILD)/potsherd

tools: $(TOOLS)

demo:
	@test $(SETUP) = 0 || tools/setup.sh demo
	@$(MAKE) --no-print-directory -s SETUP=0 build
	@BUILD=$(BUILD) tools/demo

# The linters, both compilers, and the tests twice: as shipped and with sanitizers.
check:
	@test $(SETUP) = 0 || tools/setup.sh check
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 build tools unit
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 CC=clang CFLAGS='-O1' BUILD=$(BUILD)/clang objects
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 CFLAGS='-O1 -g' SANITIZE=address,undefined \
	    BUILD=$(BUILD)/asan build unit
	@tests/run $(call run_lints) $(call run_tests,$(BUILD),) \
	    $(call run_tests,$(BUILD)/asan,ASan+UBSan: )

test:
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 build tools unit
	@tests/run $(call run_tests,$(BUILD),)

lint:
	@tests/run $(call run_lints)

# TITLE=COMMAND for tests/run. The sanitizer's build runs what takes no capture of
# many megabytes; the tools are those of the plain build.
run_lints = $(foreach t,$(LINTS),'$(t)=CC=$(CC) $(t)')
run_tests = $(foreach t,$(UNIT_SOURCES:tests/unit/%.c=%),'$(2)$(t)=$(1)/unit/$(t)') \
    '$(2)tests/golden=POTSHERD=$(1)/potsherd MANGLE=$(BUILD)/tools/mangle tests/golden/run' \
    $(foreach t,$(SH_TESTS),'$(2)$(t)=POTSHERD=$(1)/potsherd BUILD=$(BUILD) $(t)') \
    $(if $(2),,$(foreach t,$(wildcard tests/tools/*.t),'$(t)=BUILD=$(BUILD) $(t)') \
        $(foreach t,$(QUICK_NET),'$(t)=BUILD=$(BUILD) bash $(t)'))

spampots:
	@test $(SETUP) = 0 || tools/setup.sh spampots
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 build tools
	@BUILD=$(BUILD) tools/spampots

NET_TESTS_net        := tests/net/*.t
NET_TESTS_soak       := tests/net/*.soak
NET_TESTS_soak-units := tests/net/units.soak

net soak soak-units:
	@test $(SETUP) = 0 || tools/setup.sh $(if $(filter soak-units,$@),,net) $(if $(filter net,$@),,units)
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 build tools
	@tests/run $(foreach t,$(sort $(wildcard $(NET_TESTS_$@))), \
	    '$(t)=POTSHERD=$(BUILD)/potsherd BUILD=$(BUILD) bash $(t)')

bench:
	@test $(SETUP) = 0 || tools/setup.sh bench
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 build tools
	@BUILD=$(BUILD) POTSHERD=$(BUILD)/potsherd tools/bench
	@BUILD=$(BUILD) tools/spampots 1000

bench-answer:
	@test $(SETUP) = 0 || tools/setup.sh bench-answer
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 build tools
	@BUILD=$(BUILD) tools/bench-answer

bench-watch:
	@test $(SETUP) = 0 || tools/setup.sh bench-watch
	@$(MAKE) --no-print-directory -j$(JOBS) SETUP=0 build tools
	@BUILD=$(BUILD) tools/bench-watch

install: build
	install -D -m 755 $(BUILD)/potsherd $(DESTDIR)$(PREFIX)/bin/potsherd
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/potsherd/rules rules/ports.rules rules/firewall.nft
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/potsherd/rules/personas rules/personas/*
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in $(UNITS); do \
	    sed 's,@PREFIX@,$(PREFIX),g' tools/systemd/$$unit >$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit 1; \
	done
	install -D -m 644 tools/systemd/potsherd.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/potsherd.conf
	[ -n '$(DESTDIR)' ] || [ ! -d /run/systemd/system ] || [ "$$(id -u)" != 0 ] || \
	    { systemd-sysusers $(PREFIX)/lib/sysusers.d/potsherd.conf && systemctl daemon-reload; }

.PHONY: objects unit
objects: $(OBJECTS)
unit: $(UNIT_TESTS)

$(BUILD)/potsherd: $(OBJECTS)
	@echo '  LD      $@'
	$(Q)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(LDFLAGS) $(ALL_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# A unit test is one program over all of src but main.
$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libpotsherd.a
	@mkdir -p $(@D)
	@echo '  LD      $@'
	$(Q)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(LDFLAGS) $(ALL_LIBS) -lcmocka

$(BUILD)/libpotsherd.a: $(LIBRARY)
	@rm -f $@
	$(Q)gcc-ar rcs $@ $^

.PRECIOUS: $(BUILD)/%.o

# The tools stand for themselves; only stream-bare is about src.
$(BUILD)/tools/mkpcap: $(addprefix $(BUILD)/tools/,mkpcap.o campaign.o campaign-figures.o campaign-talk.o mails.o frames.o args.o)
$(BUILD)/tools/mangle: $(addprefix $(BUILD)/tools/,mangle.o mangle-segments.o mangle-layers.o frames.o args.o)
$(BUILD)/tools/nids-bare: $(BUILD)/tools/nids-bare.o
$(BUILD)/tools/mail-load: $(addprefix $(BUILD)/tools/,mail-load.o args.o)
$(BUILD)/tools/wire-load: $(addprefix $(BUILD)/tools/,wire-load.o args.o)
$(BUILD)/tools/stream-bare: $(BUILD)/tools/stream-bare.o $(BUILD)/libpotsherd.a
$(TOOLS):
	@echo '  LD      $@'
	$(Q)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(LDFLAGS) $(ALL_LIBS)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(wildcard $(BUILD)/tools/*.d $(BUILD)/tests/unit/*.d)
