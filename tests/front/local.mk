if HAVE_CMOCKA
front_tests = \
	tests/front/test_exposition \
	tests/front/test_headers \
	tests/front/test_packing \
	tests/front/test_queue \
	tests/front/test_httpparse \
	tests/front/test_miltermail \
	tests/front/test_milterparse \
	tests/front/test_mirrorverdict \
	tests/front/test_token \
	tests/front/test_reply \
	tests/front/test_rewrite \
	tests/front/test_spamcparse

check_PROGRAMS += $(front_tests)
TESTS += $(front_tests)

tests_front_test_httpparse_SOURCES = tests/front/test_httpparse.c
tests_front_test_httpparse_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_httpparse_LDADD = libfront.a libscan.a $(base_libs) \
	$(CMOCKA_LIBS)

tests_front_test_miltermail_SOURCES = tests/front/test_miltermail.c
tests_front_test_miltermail_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_miltermail_LDADD = libfront.a $(base_libs) $(CMOCKA_LIBS)

tests_front_test_milterparse_SOURCES = tests/front/test_milterparse.c
tests_front_test_milterparse_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_milterparse_LDADD = libfront.a $(base_libs) $(CMOCKA_LIBS)

tests_front_test_mirrorverdict_SOURCES = tests/front/test_mirrorverdict.c
tests_front_test_mirrorverdict_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_mirrorverdict_LDADD = $(front_libs) $(CMOCKA_LIBS)

tests_front_test_queue_SOURCES = tests/front/test_queue.c
tests_front_test_queue_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_queue_LDADD = $(front_libs) $(CMOCKA_LIBS)

tests_front_test_reply_SOURCES = tests/front/test_reply.c \
	tests/front/shipped.h
tests_front_test_reply_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_front_test_reply_LDADD = $(front_libs) $(CMOCKA_LIBS)

tests_front_test_rewrite_SOURCES = tests/front/test_rewrite.c \
	tests/front/shipped.h
tests_front_test_rewrite_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_rewrite_LDADD = $(front_libs) $(CMOCKA_LIBS)

tests_front_test_spamcparse_SOURCES = tests/front/test_spamcparse.c
tests_front_test_spamcparse_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_spamcparse_LDADD = libfront.a libscan.a $(base_libs) \
	$(CMOCKA_LIBS)
tests_front_test_exposition_SOURCES = tests/front/test_exposition.c
tests_front_test_exposition_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_exposition_LDADD = libfront.a $(base_libs) $(CMOCKA_LIBS)

tests_front_test_headers_SOURCES = tests/front/test_headers.c \
	tests/front/shipped.h
tests_front_test_headers_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_headers_LDADD = $(front_libs) $(CMOCKA_LIBS)

tests_front_test_packing_SOURCES = tests/front/test_packing.c
tests_front_test_packing_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_packing_LDADD = $(front_libs) $(CMOCKA_LIBS)

tests_front_test_token_SOURCES = tests/front/test_token.c
tests_front_test_token_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_front_test_token_LDADD = $(front_libs) $(CMOCKA_LIBS)
endif
