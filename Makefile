# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC

VERSION    := 0.1.0
B          := build

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR     ?= $(PREFIX)/share/man
COMPDIR    ?= $(PREFIX)/share/bash-completion/completions
INSTALL    ?= install
CC         ?= cc
CFLAGS     ?= -O3 -g
PKG_CONFIG ?= pkg-config
FUZZ_CC    ?= clang
FUZZ_TIME  ?= 60

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion \
           -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
           -Wformat=2 -Werror=implicit-function-declaration
ifdef WERROR
WARNINGS += -Werror
endif

# No contraction to fused multiply-add: every compiler gives the same bits.
COMMON = -I. -fPIC -fvisibility=hidden -fno-math-errno -ffp-contract=off \
         -MMD -MP $(WARNINGS)
DSP_FLAGS  = -std=c11 $(COMMON)
HOST_FLAGS = -std=c11 -D_GNU_SOURCE -DECHOIC_VERSION='"$(VERSION)"' $(COMMON)
# The macros of check need GNU C.
TEST_FLAGS = -std=gnu11 -D_GNU_SOURCE $(filter-out -Wpedantic,$(COMMON)) \
             -Wno-missing-field-initializers

DSP_SRC   := $(wildcard dsp/*.c dsp/nodes/*.c)
HOST_SRC  := $(wildcard host/*.c)
TEST_SRC  := $(wildcard tests/test_*.c)
BENCH_SRC := $(wildcard tests/bench_*.c)
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)
TEST_SH   := $(wildcard tests/test_*.sh)
SOURCES   := $(wildcard dsp/*.[ch] dsp/nodes/*.[ch] host/*.[ch] tests/*.[ch] \
               tests/fuzz/*.[ch] presets/*.[ch])

DSP_OBJ   := $(DSP_SRC:%.c=$(B)/%.o)
HOST_OBJ  := $(HOST_SRC:%.c=$(B)/%.o)
TESTS     := $(TEST_SRC:%.c=$(B)/%)
BENCHES   := $(BENCH_SRC:%.c=$(B)/%)
FUZZERS   := $(FUZZ_SRC:%.c=$(B)/%)

# Asked for while a recipe runs: a bare system can still read this file.
pkg = $$($(PKG_CONFIG) --$(1) $(2))
LIBRARIES = $(call pkg,libs,sndfile) $(call pkg,libs,kissfft-float jansson) \
            -lpthread -lm

all: $(B)/echoic $(B)/libechoic.a

$(B)/libechoic.a: $(DSP_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

# What tests need of the host: all but main().
$(B)/libhost.a: $(filter-out $(B)/host/main.o,$(HOST_OBJ))
	rm -f $@
	$(AR) rcs $@ $^

$(B)/echoic: $(HOST_OBJ) $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(B)/tests/test_%: $(B)/tests/test_%.o $(B)/libhost.a $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg,libs,check samplerate) \
	  $(LIBRARIES)

$(B)/tests/bench_%: $(B)/tests/bench_%.o $(B)/libhost.a $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(B)/dsp/fft.o $(B)/tests/bench_fft.o: MORE = $(call pkg,cflags,kissfft-float)
$(B)/dsp/model%.o: MORE = $(call pkg,cflags,jansson)

$(B)/dsp/%.o: dsp/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(DSP_FLAGS) $(MORE) $(CFLAGS) -c -o $@ $<

$(B)/host/%.o: host/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(HOST_FLAGS) $(call pkg,cflags,sndfile) $(CFLAGS) -c -o $@ $<

$(B)/presets/make_world: $(B)/presets/make_world.o $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(B)/presets/%.o: presets/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(HOST_FLAGS) $(call pkg,cflags,sndfile) $(CFLAGS) -c -o $@ $<

$(B)/tests/%.o: tests/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(TEST_FLAGS) $(MORE) $(CFLAGS) -c -o $@ $<

# Says which package is missing, once, before the compiler would in its way.
$(B)/deps:
	@mkdir -p $(@D)
	@CC="$(CC)" PKG_CONFIG="$(PKG_CONFIG)" tests/install_deps.sh --verify build
	@touch $@

# Installs what is missing for: build check demo bench lint ci
DEPS ?= check demo
deps:
	@CC="$(CC)" PKG_CONFIG="$(PKG_CONFIG)" tests/install_deps.sh $(DEPS)

check:
	@$(MAKE) --no-print-directory deps DEPS=check
	@$(MAKE) --no-print-directory check-run

# Everything that is compiled, for warnings.
programs: all $(TESTS) $(BENCHES)

check-run: $(B)/echoic $(TESTS)
	@ECHOIC=$(B)/echoic tests/run_tests.sh $(TESTS) $(TEST_SH)

# Address and undefined behaviour sanitizers; `make check` comes first.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
check-asan:
	@$(MAKE) --no-print-directory deps DEPS=check
	@CK_FORK=no CK_TIMEOUT_MULTIPLIER=20 ECHOIC_SANITIZED=1 \
	  $(MAKE) --no-print-directory check-run B=$(B)/asan \
	  CFLAGS="-O1 -g -fno-omit-frame-pointer $(SANITIZE)" \
	  LDFLAGS="$(LDFLAGS) $(SANITIZE)"

lint: all
	@CC="$(CC)" tests/install_deps.sh --verify lint
	tests/lint.sh $(B)

bench:
	@$(MAKE) --no-print-directory deps DEPS=bench
	@$(MAKE) --no-print-directory bench-run

bench-run: $(B)/echoic $(BENCHES)
	@tests/bench.sh $(B)

demo:
	@$(MAKE) --no-print-directory deps DEPS=demo
	@$(MAKE) --no-print-directory $(B)/echoic
	@tests/demo.sh $(B)/echoic $(B)/demo

# Each fuzzer for FUZZ_TIME seconds from the seeds and the words that are there
# for it; what it finds stays in the build directory.
fuzz: $(FUZZERS)
	@for f in $(FUZZERS); do \
	  name=$${f##*/fuzz_}; seeds=tests/fuzz/corpus_$$name; \
	  words=tests/fuzz/$$name.dict; \
	  test -d $$seeds || seeds=; test -f $$words || words=; \
	  mkdir -p $$f.corpus && \
	  $$f -max_total_time=$(FUZZ_TIME) -timeout=20 $${words:+-dict=$$words} \
	    $$f.corpus $$seeds || exit 1; \
	done

# The seeds of fuzz_model anew; only when the format of models changes.
fuzz-seeds: $(B)/tests/fuzz/seed_model
	$< tests/fuzz/corpus_model

$(B)/tests/fuzz/seed_model: $(B)/tests/fuzz/seed_model.o $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

FUZZ_FLAGS = -O1 -g -fsanitize=fuzzer,address,undefined \
             -fno-sanitize-recover=all
$(B)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(SOURCES) | $(B)/deps
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) -std=c11 -D_GNU_SOURCE -I. $(FUZZ_FLAGS) -o $@ $< \
	  $(filter-out host/main.c,$(HOST_SRC)) $(DSP_SRC) \
	  $(call pkg,cflags,kissfft-float) $(LDFLAGS) $(LIBRARIES)

# The statistics of foreign sounds that ship; only when dsp/embed.c or the
# features change.
world:
	@$(MAKE) --no-print-directory deps DEPS=world
	@$(MAKE) --no-print-directory $(B)/presets/make_world
	presets/make_world.sh $(B)/presets/make_world > $(B)/world_table.c
	cp $(B)/world_table.c dsp/world_table.c

format:
	clang-format -i $(SOURCES)

install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 \
	  $(DESTDIR)$(COMPDIR)
	$(INSTALL) -m 755 $(B)/echoic $(DESTDIR)$(BINDIR)/echoic
	$(INSTALL) -m 644 host/echoic.1 $(DESTDIR)$(MANDIR)/man1/echoic.1
	$(INSTALL) -m 644 host/echoic.bash $(DESTDIR)$(COMPDIR)/echoic

# The library, for programs of one's own; headers as in the tree ("dsp/x.h")
install-dev: $(B)/libechoic.a
	$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig \
	  $(DESTDIR)$(INCLUDEDIR)/echoic/dsp
	$(INSTALL) -m 644 $(B)/libechoic.a $(DESTDIR)$(LIBDIR)/libechoic.a
	$(INSTALL) -m 644 $(wildcard dsp/*.h) $(DESTDIR)$(INCLUDEDIR)/echoic/dsp
	sed -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
	  -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' dsp/libechoic.pc.in \
	  > $(B)/libechoic.pc
	$(INSTALL) -m 644 $(B)/libechoic.pc \
	  $(DESTDIR)$(LIBDIR)/pkgconfig/libechoic.pc

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/echoic $(DESTDIR)$(MANDIR)/man1/echoic.1 \
	  $(DESTDIR)$(COMPDIR)/echoic $(DESTDIR)$(LIBDIR)/libechoic.a \
	  $(DESTDIR)$(LIBDIR)/pkgconfig/libechoic.pc
	rm -rf $(DESTDIR)$(INCLUDEDIR)/echoic

dist:
	@mkdir -p $(B)
	git archive --prefix=echoic-$(VERSION)/ -o $(B)/echoic-$(VERSION).tar.gz HEAD
	@echo $(B)/echoic-$(VERSION).tar.gz

clean:
	rm -rf $(B)

help:
	@sed -n 's/^#: //p' Makefile

#: make              build/echoic and build/libechoic.a
#: make demo         hear it: teach three drum sounds, find them in a recording
#: make programs     all, and the programs of tests and benchmarks
#: make check        run all tests
#: make check-asan   run them under the address and undefined sanitizers
#: make lint         layout, layers, lengths, static analysis
#: make bench        speed and memory
#: make fuzz         fuzz the parsers (FUZZ_TIME=60 seconds each, clang)
#: make fuzz-seeds   make tests/fuzz/corpus_model anew (the format changed)
#: make format       clang-format all sources
#: make world        make dsp/world_table.c anew (flite, espeak-ng)
#: make install      program, manual page, completion; uninstall undoes it
#: make install-dev  libechoic.a, its headers and libechoic.pc
#: make deps         install what check and demo need (DEPS="build lint ...")
#: make dist         a tarball of HEAD
#: make clean        remove the build directory
#:
#: Variables: CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BINDIR LIBDIR
#:            INCLUDEDIR MANDIR COMPDIR PKG_CONFIG
#:            B=DIR builds in DIR, WERROR=1 makes warnings errors

.PHONY: all programs deps check check-run check-asan lint bench bench-run demo fuzz \
        fuzz-seeds world format install install-dev uninstall dist clean help
.SECONDARY:
-include $(wildcard $(B)/dsp/*.d $(B)/dsp/nodes/*.d $(B)/host/*.d \
                    $(B)/tests/*.d $(B)/presets/*.d)
