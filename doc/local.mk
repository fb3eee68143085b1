# what is installed from doc/
dist_man_MANS += doc/sekisho.1 doc/sekisho-packs.5 doc/sekisho.yaml.5 \
	doc/sekishod.8
EXTRA_DIST += doc/acceptance.md doc/architecture.md doc/conformance.md doc/draft.md \
	doc/gateways.md doc/performance.md doc/records.md doc/reputation.md doc/tutorial.md
EXTRA_DIST += doc/dnslists.md doc/lint.md doc/metrics.md doc/store.md

# The page of codes, from the program's own table.
lint-page: sekisho
	./sekisho explain --json | python3 \
	    $(top_srcdir)/tests/story/lintpage.py > $(top_srcdir)/doc/lint.md
.PHONY: lint-page
