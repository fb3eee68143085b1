# what is installed from doc/
dist_man_MANS += doc/sekisho.1 doc/sekishod.8
EXTRA_DIST += doc/acceptance.md doc/architecture.md doc/conformance.md \
	doc/performance.md
