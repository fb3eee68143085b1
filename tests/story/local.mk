# Stories: the programs as a user runs them, through pytest.
TESTS += tests/story/run.sh
EXTRA_DIST += tests/story/run.sh
EXTRA_DIST += tests/story/daemon.py
EXTRA_DIST += tests/story/test_daemon.py
