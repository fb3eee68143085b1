# Programs that measure; make bench builds and runs them.  No test is timed.
bench_programs =
EXTRA_PROGRAMS += $(bench_programs)

bench: $(bench_programs)
	@for program in $(bench_programs); do \
		echo "== $$program"; ./$$program || exit 1; done
.PHONY: bench
