# Unit tests mirror engine/: tests/FOLDER/test_NOUN.c tests engine/FOLDER/NOUN.c
# and links that floor and the lower ones only.  Stories run whole programs.

include tests/base/local.mk
include tests/conf/local.mk
include tests/mail/local.mk
include tests/net/local.mk
include tests/rule/local.mk
include tests/scan/local.mk
include tests/check/local.mk
include tests/front/local.mk
include tests/daemon/local.mk
include tests/cli/local.mk
include tests/story/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk

TESTS += tests/floors.sh tests/shapes.sh
EXTRA_DIST += tests/floors.sh tests/shapes.sh
EXTRA_DIST += tests/draw.h tests/scratch.h

# Where the programs under test and the material beside the project are.
AM_TESTS_ENVIRONMENT = \
	SEKISHO_BUILD='$(abs_top_builddir)'; export SEKISHO_BUILD; \
	SEKISHO_SOURCE='$(abs_top_srcdir)'; export SEKISHO_SOURCE; \
	PYTEST='$(PYTEST)'; export PYTEST; \
	if test -z "$$SEKISHO_SHARED" && test -d '$(abs_top_srcdir)/../shared'; \
	then SEKISHO_SHARED='$(abs_top_srcdir)/../shared'; export SEKISHO_SHARED; fi; \
	if test -z "$$SEKISHO_SUITES" && test -d '$(abs_top_srcdir)/../suites'; \
	then SEKISHO_SUITES='$(abs_top_srcdir)/../suites'; export SEKISHO_SUITES; fi;

# The unit tests alone: no daemon, no network.
check-units:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(filter-out tests/story/%,$(TESTS))'
.PHONY: check-units

# The table of what the campaign reports ask, made by a run of the stories.
acceptance: all
	SEKISHO_ACCEPTANCE_OUT='$(abs_top_srcdir)/doc/acceptance.md' \
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=tests/story/run.sh
.PHONY: acceptance

# Suites of SPF, DKIM and ARC that Debian carries in the sources of other
# programs; only read, and no part of the project.
suites:
	$(MKDIR_P) suites
	cd suites && apt-get -q source --download-only \
	    pyspf libmail-dkim-perl dkimpy
.PHONY: suites

# The table of how other people's collections are read, made by a run.
conformance: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS)
	$(AM_TESTS_ENVIRONMENT) \
	SEKISHO_CONFORMANCE_OUT='$(abs_top_srcdir)/doc/conformance.md' \
	$(PYTEST) -q -ra -p no:cacheprovider \
	    '$(abs_top_srcdir)'/tests/story/test_conformance_*.py \
	    '$(abs_top_srcdir)'/tests/story/test_auth.py
.PHONY: conformance
