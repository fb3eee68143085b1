# Stories: the programs as a user runs them, through pytest.
TESTS += tests/story/run.sh
EXTRA_DIST += tests/story/run.sh
EXTRA_DIST += tests/story/daemon.py
EXTRA_DIST += tests/story/test_daemon.py
EXTRA_DIST += \
	tests/story/acceptance.py \
	tests/story/conftest.py \
	tests/story/messages.py \
	tests/story/rows.py \
	tests/story/samples.py \
	tests/story/test_acceptance.py \
	tests/story/test_brands.py \
	tests/story/test_campaigns.py \
	tests/story/test_clean.py \
	tests/story/test_cli.py
EXTRA_DIST += tests/story/test_manual.py
