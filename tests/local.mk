# Unit tests mirror engine/: tests/FOLDER/test_NOUN.c tests engine/FOLDER/NOUN.c
# and links that floor and the lower ones only.

include tests/base/local.mk
include tests/conf/local.mk
include tests/mail/local.mk
include tests/net/local.mk
include tests/rule/local.mk
include tests/scan/local.mk
include tests/front/local.mk
include tests/daemon/local.mk
include tests/cli/local.mk
include tests/story/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
