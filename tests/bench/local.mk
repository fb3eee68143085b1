# Programs that measure; make bench builds and runs them.  No test is timed.
bench_programs = \
	tests/bench/bench_auth \
	tests/bench/bench_list \
	tests/bench/bench_match \
	tests/bench/bench_read \
	tests/bench/bench_shapes

# Only where GMime is: what others take to read the same mails.
if HAVE_GMIME
bench_programs += tests/bench/bench_gmime
endif

EXTRA_PROGRAMS += $(bench_programs)
EXTRA_DIST += tests/bench/bench.h tests/bench/bench_front \
	tests/bench/bench_engines.py tests/bench/bench_feed.py \
	tests/bench/bench_packs.py tests/bench/bench_peers \
	tests/bench/bench_service.py tests/bench/bench_store.py \
	tests/bench/bench_world.py \
	tests/bench/indicators.py tests/bench/milterload.py

tests_bench_bench_auth_SOURCES = tests/bench/bench_auth.c
tests_bench_bench_auth_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_bench_bench_auth_LDADD = $(check_libs)

tests_bench_bench_list_SOURCES = tests/bench/bench_list.c
tests_bench_bench_list_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_bench_bench_list_LDADD = $(rule_libs)

tests_bench_bench_match_SOURCES = tests/bench/bench_match.c
tests_bench_bench_match_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_bench_bench_match_LDADD = $(rule_libs)

tests_bench_bench_read_SOURCES = tests/bench/bench_read.c
tests_bench_bench_read_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_bench_bench_read_LDADD = $(rule_libs)

tests_bench_bench_shapes_SOURCES = tests/bench/bench_shapes.c
tests_bench_bench_shapes_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_bench_bench_shapes_LDADD = $(rule_libs)

if HAVE_GMIME
tests_bench_bench_gmime_SOURCES = tests/bench/bench_gmime.c
tests_bench_bench_gmime_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_bench_bench_gmime_CFLAGS = $(AM_CFLAGS) $(GMIME_CFLAGS) -Wno-error
tests_bench_bench_gmime_LDADD = libbase.a $(GMIME_LIBS) $(base_libs)
endif

bench: $(bench_programs)
	@$(AM_TESTS_ENVIRONMENT) for program in $(bench_programs); do \
		echo "== $$program"; ./$$program || exit 1; done; \
	$(MAKE) $(AM_MAKEFLAGS) -s tests/story/storeload; \
	echo "== tests/bench/bench_engines.py"; \
	SEKISHO_BUILD=$$PWD $(srcdir)/tests/bench/bench_engines.py; \
	echo "== tests/bench/bench_store.py"; \
	SEKISHO_BUILD=$$PWD $(srcdir)/tests/bench/bench_store.py; \
	echo "== tests/bench/bench_world.py"; \
	SEKISHO_BUILD=$$PWD $(srcdir)/tests/bench/bench_world.py; \
	echo "== tests/bench/bench_peers"; \
	SEKISHO_BUILD=$$PWD $(srcdir)/tests/bench/bench_peers; \
	echo "== tests/bench/bench_front"; \
	SEKISHO_BUILD=$$PWD $(srcdir)/tests/bench/bench_front
.PHONY: bench
