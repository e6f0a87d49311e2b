# SPDX-License-Identifier: GPL-3.0-or-later
#
# Targets
#   make            setup, then build/potsherd and the tools
#   make demo       setup, build, and what potsherd finds in a capture of real programs
#   make check      setup, build, and every test; ends with "N passed, N failed"
#   make test       the tests alone (no setup, no linters)
#   make bench      speed beside tcpdump, bare libnids, tcpflow and tshark, as ratios
#   make install    into $(DESTDIR)$(PREFIX)
#   make clean
# Variables
#   CC=gcc  BUILD=build  CFLAGS='-O2 -g -flto=auto'  SANITIZE=address,undefined  PREFIX=/usr/local
#   V=1 shows the commands
#   SETUP=0 leaves out the setup step (nothing is installed)

CC       = gcc
BUILD    = build
CFLAGS   = -O2 -g -flto=auto
PREFIX   = /usr/local
SETUP    = 1
SANITIZE =
V        =
Q        = $(if $(V),,@)

VERSION  := 0.1.0
PACKAGES := libpcap libarchive zlib glib-2.0 libcrypto

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
            -Wwrite-strings -Wundef -Wvla -Wformat=2 -Werror
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2
ifneq ($(SANITIZE),)
HARDEN   := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# Asked of pkg-config only when something is compiled, since setup may install it.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(HARDEN) -Iinclude -Isrc -DPOTSHERD_VERSION='"$(VERSION)"' \
             -DPOTSHERD_DATA='"$(PREFIX)/share/potsherd"' $(PKG_CFLAGS)
ALL_LIBS   = $(PKG_LIBS) -lnids

SOURCES := $(sort $(wildcard src/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(filter-out $(BUILD)/src/cli/main.o,$(OBJECTS))

.PHONY: all setup build demo check test bench install clean
.DELETE_ON_ERROR:

all: setup
	$(MAKE) SETUP=0 build

setup:
ifeq ($(SETUP),1)
	tools/setup.sh build
endif

build: $(BUILD)/potsherd

$(BUILD)/potsherd: $(OBJECTS)
	@echo '  LD      $@'
	$(Q)$(CC) $(CFLAGS) $(HARDEN) -o $@ $^ $(LDFLAGS) $(ALL_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC      $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d)
