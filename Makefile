# make [V=1] [CC=clang] [SAN=address,undefined] TARGET ...; `make help` lists the targets.

PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
VERSION    := $(shell cat VERSION)
comma      := ,
B          ?= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
Q          := $(if $(V),,@)

PKGS      := ldns libconfig libcrypto libidn2 jansson libpsl libsodium libcap-ng libseccomp sqlite3 \
             gnutls libarchive libmicrohttpd libcurl
CFLAGS    ?= -O2 -g
WARN      := -Wall -Wextra -Werror -Wshadow -Wvla -Wmissing-prototypes -Wstrict-prototypes -Wcast-qual
BASEFLAGS  = -std=gnu11 $(WARN) -fno-common -ffp-contract=off -I. -MMD -MP -D_GNU_SOURCE \
             -DCORDON_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PKGS))
# DPDK's headers are the system's: its own warnings are not ours to mend.
DPDKFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libdpdk 2>/dev/null))
LIBS       = -Wl,--as-needed $(shell pkg-config --libs $(PKGS)) -lJudy -lm -lpthread -Wl,--no-as-needed
DPDKLIBS   = $(shell pkg-config --libs libdpdk)
ifdef SAN
CFLAGS    += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# One directory, one archive; the include rules stand in docs/ARCHITECTURE.md.
PROGRAMS  := cordon cordond cordon-responder cordon-bench
MAIN       = control/cordon.c control/cordond.c dataplane/responder.c bench/cordon-bench.c
RIGS      := tests/control/xfr_main.c tests/run/strike.c
TOOLS     := bench/index_bench.c bench/names_print.c
SRC_base      := $(wildcard base/*.c)
SRC_lists     := $(wildcard lists/*.c)
SRC_dataplane := $(filter-out $(MAIN),$(wildcard dataplane/*.c))
SRC_control   := $(filter-out $(MAIN),$(wildcard control/*.c))
SRC_bench     := $(filter-out $(MAIN) $(TOOLS),$(wildcard bench/*.c))
SRC       := $(SRC_base) $(SRC_lists) $(SRC_dataplane) $(SRC_control) $(SRC_bench)
HEADERS   := $(wildcard base/*.h lists/*.h dataplane/*.h control/*.h bench/*.h)
TESTS     := $(foreach d,base lists dataplane control bench,$(wildcard tests/$d/*_test.c))
FUZZERS   := $(wildcard tests/fuzz/fuzz_*.c)
RUNS      := $(wildcard tests/run/*_test.sh)
# Files that run for every packet: scripts/check-hot holds them to hot.allow.
HOT       := lists/hash.c lists/hash_aes.c lists/index_lookup.c lists/index_leaf_avx2.c lists/prefixes_find.c \
             lists/szone_find.c lists/addrpool.c dataplane/query.c dataplane/lookup.c dataplane/shield.c dataplane/cookie.c \
             dataplane/limit.c dataplane/respond.c dataplane/zones.c dataplane/zone_answer.c dataplane/engine.c \
             dataplane/frame.c dataplane/frame_odd.c dataplane/frame_plain.c dataplane/frame_turn.c \
             dataplane/checksum.c dataplane/exception.c dataplane/worker.c
obj        = $(patsubst %.c,$B/%.o,$1)
lib        = $B/lib$1.a

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE all help run test unit check asan corpus faults load fuzz bench bench-long install deps format clean

all: $(PROGRAMS:%=$B/bin/%)

help:	## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

$B/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(if $Q,@echo '  CC   $<')
	$Q$(CC) $(CFLAGS) $(BASEFLAGS) -c -o $@ $<

$B/dataplane/%.o $B/bench/%.o $B/tests/dataplane/%.o: BASEFLAGS += $(DPDKFLAGS)

# They are few and small: unrolled loops pay there.
$(call obj,$(HOT)): BASEFLAGS += -O3

define archive
$(call lib,$1): $(call obj,$(SRC_$1))
	$(if $Q,@echo '  AR   $$@')
	$Qrm -f $$@ && $(AR) rcsD $$@ $$^
endef
# Measurements say which tree and which flags they were made with.
$B/git.id: FORCE
	@mkdir -p $B; git describe --always --dirty >$@.new 2>/dev/null || echo unknown >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$B/bench/record.o: $B/git.id
$B/bench/record.o: BASEFLAGS += -DCORDON_FLAGS='"$(CFLAGS)"' -DCORDON_GIT='"$(shell cat $B/git.id)"'
FORCE:

# What tests share: a small image, what must hold for every answer.
SRC_tests := tests/dataplane/world.c tests/fuzz/answer.c
$(foreach d,base lists dataplane control bench tests,$(eval $(call archive,$d)))

LINK = $(if $Q,@echo '  LD   $@' &&) mkdir -p $(@D) && \
       $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LIBS)

$B/bin/cordon: $B/control/cordon.o $(call lib,control) $(call lib,lists) $(call lib,base)
	$(LINK)
$B/bin/cordond: $B/control/cordond.o $(call lib,control) $(call lib,lists) $(call lib,base)
	$(LINK)
$B/bin/cordon-responder: $B/dataplane/responder.o $(call lib,dataplane) $(call lib,lists) $(call lib,base)
	$(LINK) $(DPDKLIBS)
$B/bin/cordon-bench: $B/bench/cordon-bench.o $(call lib,bench) $(call lib,dataplane) $(call lib,lists) $(call lib,base)
	$(LINK) $(DPDKLIBS) -lrte_net_ring
$B/tests/dataplane/%: $B/tests/dataplane/%.o $(call lib,tests) $(call lib,dataplane) $(call lib,lists) $(call lib,base)
	$(LINK) $(DPDKLIBS)
$B/tests/%: $B/tests/%.o $(call lib,control) $(call lib,lists) $(call lib,base)
	$(LINK)
$B/tests/bench/%: $B/tests/bench/%.o $(call lib,bench) $(call lib,dataplane) $(call lib,lists) $(call lib,base)
	$(LINK) $(DPDKLIBS)
$B/bench/%: $B/bench/%.o $(call lib,bench) $(call lib,dataplane) $(call lib,lists) $(call lib,base)
	$(LINK) $(DPDKLIBS)

run: deps	## install what is missing, build, answer today's Conficker names until Ctrl-C
	$Q$(MAKE) --no-print-directory -j$$(nproc) all
	$Qscripts/run $B

test: deps	## install what is missing, build, run every test
	$Q$(MAKE) --no-print-directory -j$$(nproc) all $(RIGS:%.c=$B/%) $(TOOLS:%.c=$B/%)
	$Qscripts/test $B

unit: $(TESTS:%.c=$B/%)	## unit tests only
	$Qscripts/unit $B $(TESTS:%.c=%)

check: all	## include direction, hot files, headers, layout, man pages, options
	$Qscripts/check-layers .
	$Qscripts/check-hot hot.allow $(call obj,$(HOT))
	$Qscripts/check-headers '$(CC) $(filter-out -MMD -MP,$(BASEFLAGS)) $(DPDKFLAGS)' $(HEADERS)
	$Qscripts/check-plants '$(CC)'
	$Qscripts/check-text $B

asan:	## unit tests, corpora and mutated frames under ASan and UBSan
	$Q$(MAKE) --no-print-directory SAN=address,undefined unit
	$Q$(MAKE) --no-print-directory SAN=address,undefined corpus

corpus: $(FUZZERS:tests/fuzz/%.c=$B/replay/%)	## replay tests/fuzz/corpus through every fuzz target
	$Qscripts/corpus $B

# A fuzz target without libFuzzer: replays files, then mutates them (tests/fuzz/replay.c).
$B/tests/fuzz/%.o: BASEFLAGS += $(DPDKFLAGS)
$B/replay/%: $B/tests/fuzz/%.o $B/tests/fuzz/replay.o $(call lib,tests) $(call lib,dataplane) $(call lib,control) $(call lib,lists) $(call lib,base)
	$(LINK) $(DPDKLIBS)

faults: all $(RIGS:%.c=$B/%)	## kill -9 of each process of cordond at FAULTS points (40), or all, of an update: minutes
	$QFAULTS=$${FAULTS:-40} tests/run/faults_test.sh $B

load: all	## TCP exhaustion, a flood, reloads and kills under load, 1,500 registries, 1.5 million names: minutes
	$QLOAD=long tests/run/flood_test.sh $B
	$QLOAD=long tests/run/tcp_load_test.sh $B
	$QLOAD=long tests/run/reload_load_test.sh $B
	$QLOAD=long tests/run/registries_load_test.sh $B
	$QLOAD=long tests/run/feed_load_test.sh $B

fuzz:	## libFuzzer on every target, FUZZ_SECONDS each (60)
	$Q$(MAKE) --no-print-directory B=build-fuzz CC=clang SAN=fuzzer-no-link,address,undefined \
	    LDFLAGS=-fsanitize=fuzzer $(FUZZERS:tests/fuzz/%.c=build-fuzz/fuzz/%)
	$Qscripts/fuzz build-fuzz $${FUZZ_SECONDS:-60}
$B/fuzz/%: $B/tests/fuzz/%.o $(call lib,tests) $(call lib,dataplane) $(call lib,control) $(call lib,lists) $(call lib,base)
	$(LINK) $(DPDKLIBS)

bench: deps	## every measurement in its short form; records and report.html in bench/results
	$Q$(MAKE) --no-print-directory all $(TOOLS:%.c=$B/%)
	$Qscripts/bench $B
bench-long: deps	## the same with more rounds, larger lists and the slow peers at 1.5 and 18 million names: hours
	$Q$(MAKE) --no-print-directory all $(TOOLS:%.c=$B/%)
	$Qscripts/bench $B --long

install: all	## into $(DESTDIR)$(PREFIX)
	$Qscripts/install $B '$(DESTDIR)$(PREFIX)' '$(DESTDIR)$(SYSCONFDIR)'

deps:	## install the Debian packages that are missing (says which)
	$Qscripts/deps

format:	## lay out every file by .clang-format
	clang-format -i $(SRC) $(MAIN) $(HEADERS) $(TOOLS) $(wildcard tests/*/*.[ch] tests/*.h)

clean:	## remove everything that was built
	$(RM) -r build build-*

-include $(patsubst %.c,$B/%.d,$(SRC) $(SRC_tests) $(MAIN) $(TOOLS) $(RIGS) $(TESTS) $(FUZZERS) tests/fuzz/replay.c)
