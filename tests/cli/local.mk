# tests of engine/cli
if HAVE_CMOCKA
cli_tests = \
	tests/cli/test_client \
	tests/cli/test_corpus \
	tests/cli/test_numbers \
	tests/cli/test_options \
	tests/cli/test_packedit \
	tests/cli/test_replyview \
	tests/cli/test_terminal

check_PROGRAMS += $(cli_tests)
TESTS += $(cli_tests)

tests_cli_test_client_SOURCES = \
	tests/cli/test_client.c \
	engine/cli/client.c
tests_cli_test_client_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_cli_test_client_LDADD = $(front_libs) $(CMOCKA_LIBS)
tests_cli_test_corpus_SOURCES = \
	tests/cli/test_corpus.c \
	engine/cli/corpus.c
tests_cli_test_corpus_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_cli_test_corpus_LDADD = $(base_libs) $(CMOCKA_LIBS)
tests_cli_test_packedit_SOURCES = \
	tests/cli/test_packedit.c \
	engine/cli/packedit.c \
	engine/cli/terminal.c
tests_cli_test_packedit_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_cli_test_packedit_LDADD = $(base_libs) $(CMOCKA_LIBS)
tests_cli_test_numbers_SOURCES = \
	tests/cli/test_numbers.c \
	engine/cli/client.c \
	engine/cli/numbers.c \
	engine/cli/numbersview.c \
	engine/cli/replyview.c \
	engine/cli/terminal.c
tests_cli_test_numbers_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_cli_test_numbers_LDADD = $(front_libs) $(CMOCKA_LIBS) -lm
tests_cli_test_options_SOURCES = \
	tests/cli/test_options.c \
	engine/cli/options.c \
	engine/cli/terminal.c
tests_cli_test_options_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_cli_test_options_LDADD = $(base_libs) $(CMOCKA_LIBS)
tests_cli_test_replyview_SOURCES = \
	tests/cli/test_replyview.c \
	engine/cli/replyview.c \
	engine/cli/terminal.c
tests_cli_test_replyview_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_cli_test_replyview_LDADD = $(base_libs) $(CMOCKA_LIBS) $(JANSSON_LIBS)
tests_cli_test_terminal_SOURCES = \
	tests/cli/test_terminal.c \
	engine/cli/terminal.c
tests_cli_test_terminal_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_cli_test_terminal_LDADD = $(base_libs) $(CMOCKA_LIBS)
endif
