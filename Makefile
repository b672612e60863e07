# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC

VERSION    := 0.1.0
B          := build

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
LV2DIR     ?= $(LIBDIR)/lv2
MANDIR     ?= $(PREFIX)/share/man
COMPDIR    ?= $(PREFIX)/share/bash-completion/completions
DOCDIR     ?= $(PREFIX)/share/doc/echoic
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
LV2_SRC   := $(wildcard plugin/*.c)
TEST_SRC  := $(wildcard tests/test_*.c)
BENCH_SRC := $(wildcard tests/bench_*.c)
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)
TEST_SH   := $(wildcard tests/test_*.sh)
SOURCES   := $(wildcard dsp/*.[ch] dsp/nodes/*.[ch] dsp/simd/*.h host/*.[ch] \
               plugin/*.[ch] ttl/*.[ch] tests/*.[ch] \
               tests/fuzz/*.[ch] presets/*.[ch])

DSP_OBJ   := $(DSP_SRC:%.c=$(B)/%.o)
HOST_OBJ  := $(HOST_SRC:%.c=$(B)/%.o)
LV2_OBJ   := $(LV2_SRC:%.c=$(B)/%.o)
TESTS     := $(TEST_SRC:%.c=$(B)/%)
BENCHES   := $(BENCH_SRC:%.c=$(B)/%)
REPLAYS   := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(B)/tests/fuzz/replay_%)
FUZZ_RUNS := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=fuzz-run-%)

# Asked for while a recipe runs: a bare system can still read this file.
pkg = $$($(PKG_CONFIG) --$(1) $(2))
LIBRARIES = $(call pkg,libs,sndfile) $(call pkg,libs,kissfft-float jansson) \
            -lpthread -lm
# And what live sound needs besides
HOST_LIBRARIES = $(call pkg,libs,portaudio-2.0 jack alsa liblo) $(LIBRARIES) -ldl

all: $(B)/echoic $(B)/libechoic.a plugin

# The bundle as it is installed.
BUNDLE := $(B)/echoic.lv2
KITS   := $(BUNDLE)/drum-machine.echoic.safetensors
plugin: $(BUNDLE)/echoic.so $(BUNDLE)/manifest.ttl $(BUNDLE)/echoic.ttl \
        $(BUNDLE)/presets.ttl $(KITS)

$(B)/libechoic.a: $(DSP_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

# What tests need of the host: all but main().
$(B)/libhost.a: $(filter-out $(B)/host/main.o,$(HOST_OBJ))
	rm -f $@
	$(AR) rcs $@ $^

$(B)/echoic: $(HOST_OBJ) $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HOST_LIBRARIES)

# Of the objects and libraries in it nothing but lv2_descriptor is exported.
$(BUNDLE)/echoic.so: $(LV2_OBJ) $(B)/libechoic.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,--exclude-libs,ALL -o $@ $^ \
	  $(call pkg,libs,kissfft-float jansson) -lm

$(BUNDLE)/%.ttl: ttl/%.ttl.in $(B)/ttl/make_ttl
	@mkdir -p $(@D)
	$(B)/ttl/make_ttl $< > $@.part && mv $@.part $@

# All kits are made at once; one stands for them.
$(KITS): $(B)/presets/make_kits
	@mkdir -p $(@D)
	$(B)/presets/make_kits $(@D)

$(B)/presets/make_kits: $(B)/presets/make_kits.o $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
	  $(call pkg,libs,kissfft-float jansson) -lm

$(B)/ttl/make_ttl: $(B)/ttl/make_ttl.o $(B)/ttl/translations.o $(B)/plugin/ports.o \
                   $(B)/plugin/ports_table.o $(B)/plugin/ports_slots.o \
                   $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm

$(B)/tests/test_%: $(B)/tests/test_%.o $(B)/libhost.a $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg,libs,check samplerate $(ALSO)) \
	  $(HOST_LIBRARIES)

# Looks into tensor files, for shell tests.
$(B)/tests/golden: $(B)/tests/golden.o $(B)/libhost.a $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

# Preloaded, it aborts when an audio thread does what it may not.
TRAP := $(B)/tests/rt_trap.so $(B)/tests/trap_victim
$(B)/tests/rt_trap.so: $(B)/tests/rt_trap.o
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^
$(B)/tests/rt_trap.o: MORE = $(call pkg,cflags,lv2)
$(B)/tests/trap_victim: $(B)/tests/trap_victim.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

# These are hosts, of the bundle.
LV2_TESTS := $(filter $(B)/tests/test_plugin%,$(TESTS))
$(LV2_TESTS): ALSO = lilv-0
$(LV2_TESTS): | plugin
$(LV2_TESTS:%=%.o): MORE = $(call pkg,cflags,lilv-0 lv2)

# The command, and a host of the plugins, whose allocations can be made to fail
WRAP = $(patsubst %,--wrap=%,malloc calloc realloc aligned_alloc strdup strndup \
         asprintf realpath fopen fdopen scandir json_loads json_loadb)
$(B)/tests/alloc_fail.o: MORE = $(call pkg,cflags,jansson)
$(B)/tests/wrapped_host.o: $(HOST_OBJ) $(DSP_OBJ)
$(B)/tests/wrapped_plugin.o: $(LV2_OBJ) $(DSP_OBJ)
$(B)/tests/wrapped_%.o:
	@mkdir -p $(@D)
	$(LD) -r $(WRAP) -o $@ $^
$(B)/tests/echoic_fails: $(B)/tests/wrapped_host.o $(B)/tests/alloc_fail.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HOST_LIBRARIES)
$(B)/tests/test_plugin_memory: $(B)/tests/test_plugin_memory.o \
                               $(B)/tests/alloc_fail.o $(B)/tests/wrapped_plugin.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg,libs,check $(ALSO)) \
	  $(LIBRARIES)

# Preloaded to watch what runs in the audio thread of live sound.
$(B)/tests/live_trap.so: $(B)/tests/live_trap.o
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^ -ldl

# Fuzz targets: run by a fuzzer, and over files.
FUZZ_LIBS = $(B)/libplugin.a $(B)/libhost.a $(B)/libechoic.a
$(B)/libplugin.a: $(LV2_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_LIBS)
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(HOST_LIBRARIES)

$(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o \
                          $(B)/tests/fuzz/replay.o $(FUZZ_LIBS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HOST_LIBRARIES)

$(B)/tests/fuzz/%.o: MORE = $(call pkg,cflags,lv2 sndfile jansson)

$(B)/tests/bench_%: $(B)/tests/bench_%.o $(B)/libhost.a $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HOST_LIBRARIES)

$(B)/dsp/fft.o $(B)/tests/bench_fft.o: MORE = $(call pkg,cflags,kissfft-float)
$(B)/host/convert%.o $(B)/dsp/model%.o $(B)/dsp/graph_file.o \
$(B)/dsp/json_text.o $(B)/dsp/safetensors%.o: MORE = $(call pkg,cflags,jansson)

$(B)/dsp/%.o: dsp/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(DSP_FLAGS) $(MORE) $(CFLAGS) -c -o $@ $<

$(B)/host/%.o: host/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(HOST_FLAGS) $(call pkg,cflags,sndfile) $(MORE) $(CFLAGS) \
	  -c -o $@ $<

$(B)/presets/make_world: $(B)/presets/make_world.o $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(B)/presets/%.o: presets/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(HOST_FLAGS) $(call pkg,cflags,sndfile) $(CFLAGS) -c -o $@ $<

$(B)/plugin/%.o: plugin/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(HOST_FLAGS) $(call pkg,cflags,lv2) $(CFLAGS) -c -o $@ $<

$(B)/ttl/%.o: ttl/%.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(HOST_FLAGS) $(CFLAGS) -c -o $@ $<

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
programs: all $(TESTS) $(BENCHES) $(REPLAYS) $(TRAP) $(B)/tests/golden

check-run: $(TRAP) plugin $(B)/echoic $(B)/tests/echoic_fails $(B)/tests/live_trap.so $(TESTS) \
           $(REPLAYS) $(B)/tests/golden
	@ECHOIC=$(B)/echoic tests/run_tests.sh $(TEST_SH) $(TESTS) # The longest first

# The plugins in real hosts, each without a display or a sound card.
check-hosts:
	@$(MAKE) --no-print-directory deps DEPS=hosts
	@$(MAKE) --no-print-directory check-hosts-run

check-hosts-run: $(TRAP) plugin
	@ECHOIC=$(B)/echoic tests/run_tests.sh $(wildcard tests/hosts/test_*.sh)

# Address and undefined behaviour sanitizers; `make check` comes first.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
check-asan:
	@$(MAKE) --no-print-directory deps DEPS=check
	@CK_FORK=no CK_TIMEOUT_MULTIPLIER=20 ECHOIC_SANITIZED=1 \
	  $(MAKE) --no-print-directory check-run B=$(B)/asan \
	  CFLAGS="-O2 -g1 -fno-omit-frame-pointer $(SANITIZE)" \
	  LDFLAGS="$(LDFLAGS) $(SANITIZE)"

# Thread sanitizer, on what threads of live sound share.
TSAN = -fsanitize=thread
TSAN_TESTS = $(B)/tsan/tests/test_ring $(B)/tsan/tests/test_live_callback \
             $(B)/tsan/tests/test_plugin_threads
check-tsan:
	@$(MAKE) --no-print-directory deps DEPS=check
	@$(MAKE) --no-print-directory B=$(B)/tsan CFLAGS="-O1 -g1 $(TSAN)" \
	  LDFLAGS="$(LDFLAGS) $(TSAN)" $(TSAN_TESTS)
	@CK_FORK=no CK_TIMEOUT_MULTIPLIER=20 CK_RUN_CASE=threads \
	  tests/run_tests.sh $(TSAN_TESTS)

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

# Each fuzzer for FUZZ_TIME seconds, as many at once as make has jobs.  It
# doesn't look into loops of arithmetic, or it would spend its time there.
FUZZ_FLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_BLIND := $(wildcard dsp/kernels_*.c dsp/lda.c dsp/match*.c dsp/mel.c \
                dsp/features.c dsp/states.c dsp/strike_fit.c dsp/teach*.c dsp/world*.c \
                dsp/nodes/linear.c dsp/nodes/memory.c dsp/gate.c plugin/path.c)
fuzz:
	@$(MAKE) --no-print-directory deps DEPS=fuzz
	@$(MAKE) --no-print-directory B=$(B)/fuzzing CC="$(FUZZ_CC)" \
	  CFLAGS="-O1 -g1 $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link" \
	  BLIND="-O2 -fno-sanitize=fuzzer-no-link" \
	  LDFLAGS="$(LDFLAGS) $(FUZZ_FLAGS)" $(FUZZ_RUNS)

$(FUZZ_BLIND:%.c=$(B)/%.o): override CFLAGS += $(BLIND)

IS_WATCHED := $(findstring -fsanitize=,$(CFLAGS))
# A check of each pointer makes compiling these take a minute; that of addresses
# sees what it points to.
FEWER_CHECKS = -fno-sanitize=null,alignment,object-size,pointer-overflow
$(B)/dsp/kernels_%.o: override CFLAGS += $(if $(IS_WATCHED),$(FEWER_CHECKS))

# Its loops would take most of the time of all tests; memcheck looks into them
# (tests/test_valgrind.sh).
$(B)/dsp/lda.o: override CFLAGS += $(if $(IS_WATCHED),-O3 -fno-sanitize=all)

$(FUZZ_RUNS): fuzz-run-%: $(B)/tests/fuzz/fuzz_%
	@tests/fuzz/run_fuzzer.sh $< $(FUZZ_TIME)

# The seeds of fuzz_model anew; only when the format of models changes.
fuzz-seeds: $(B)/tests/fuzz/seed_model
	$< tests/fuzz/corpus_model

$(B)/tests/fuzz/seed_model: $(B)/tests/fuzz/seed_model.o $(B)/libechoic.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

# The statistics of foreign sounds that ship; only when dsp/embed.c or the
# features change.
world:
	@$(MAKE) --no-print-directory deps DEPS=world
	@$(MAKE) --no-print-directory $(B)/presets/make_world
	presets/make_world.sh $(B)/presets/make_world > $(B)/world_table.c
	cp $(B)/world_table.c dsp/world_table.c

format:
	clang-format -i $(SOURCES)

# $(call install-bundle,DIR)
define install-bundle
	$(INSTALL) -d $(1)/echoic.lv2
	cd $(BUNDLE) && for f in *; do \
	  case $$f in *.so) mode=755 ;; *) mode=644 ;; esac; \
	  $(INSTALL) -m $$mode "$$f" $(abspath $(1))/echoic.lv2 || exit 1; \
	done
endef

install-user: plugin
	$(call install-bundle,$(HOME)/.lv2)

install: all
	$(call install-bundle,$(DESTDIR)$(LV2DIR))
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 \
	  $(DESTDIR)$(COMPDIR) $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 755 $(B)/echoic $(DESTDIR)$(BINDIR)/echoic
	$(INSTALL) -m 644 host/echoic.1 $(DESTDIR)$(MANDIR)/man1/echoic.1
	$(INSTALL) -m 644 host/echoic.bash $(DESTDIR)$(COMPDIR)/echoic
	$(INSTALL) -m 644 host/echoic-live.service $(DESTDIR)$(DOCDIR)

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
	rm -rf $(DESTDIR)$(INCLUDEDIR)/echoic $(DESTDIR)$(LV2DIR)/echoic.lv2 \
	  $(DESTDIR)$(DOCDIR)

dist:
	@mkdir -p $(B)
	git archive --prefix=echoic-$(VERSION)/ -o $(B)/echoic-$(VERSION).tar.gz HEAD
	@echo $(B)/echoic-$(VERSION).tar.gz

clean:
	rm -rf $(B)

help:
	@sed -n 's/^#: //p' Makefile

#: make              build/echoic, build/echoic.lv2 and build/libechoic.a
#: make plugin       only build/echoic.lv2
#: make demo         hear it: teach three drum sounds, find them in a recording
#: make programs     all, and the programs of tests and benchmarks
#: make check        run all tests
#: make check-hosts  the plugins in jalv, Ardour, ffmpeg and others
#: make check-asan   run them under the address and undefined sanitizers
#: make check-tsan   those of threads under the thread sanitizer
#: make lint         layout, layers, lengths, static analysis
#: make bench        speed and memory
#: make fuzz         fuzz all that reads bytes (FUZZ_TIME=60 seconds each, clang)
#: make fuzz-seeds   make tests/fuzz/corpus_model anew (the format changed)
#: make format       clang-format all sources
#: make world        make dsp/world_table.c anew (flite, espeak-ng)
#: make install      program, plugins, manual page, completion; uninstall undoes it
#: make install-user only the plugins, into ~/.lv2
#: make install-dev  libechoic.a, its headers and libechoic.pc
#: make deps         install what check and demo need (DEPS="build lint ...")
#: make dist         a tarball of HEAD
#: make clean        remove the build directory
#:
#: Variables: CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR BINDIR LIBDIR
#:            INCLUDEDIR LV2DIR MANDIR COMPDIR DOCDIR PKG_CONFIG
#:            B=DIR builds in DIR, WERROR=1 makes warnings errors

.PHONY: all plugin check-hosts check-hosts-run install-user programs deps check check-run check-asan check-tsan lint bench bench-run demo fuzz $(FUZZ_RUNS) \
        fuzz-seeds world format install install-dev uninstall dist clean help
.SECONDARY:
-include $(wildcard $(B)/dsp/*.d $(B)/dsp/nodes/*.d $(B)/host/*.d \
                    $(B)/plugin/*.d $(B)/ttl/*.d \
                    $(B)/tests/*.d $(B)/tests/fuzz/*.d $(B)/presets/*.d)
