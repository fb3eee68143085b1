# what is installed from doc/
dist_man_MANS += doc/sekisho.1
EXTRA_DIST += doc/acceptance.md
