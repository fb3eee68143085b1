# Programs that measure; make bench builds and runs them.  No test is timed.
bench_programs = \
	tests/bench/bench_match

EXTRA_PROGRAMS += $(bench_programs)

tests_bench_bench_match_SOURCES = tests/bench/bench_match.c
tests_bench_bench_match_LDADD = $(rule_libs)

bench: $(bench_programs)
	@for program in $(bench_programs); do \
		echo "== $$program"; ./$$program || exit 1; done
.PHONY: bench
