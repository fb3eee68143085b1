# tests of engine/mail
if HAVE_CMOCKA
text_tests = \
	tests/mail/test_fold \
	tests/mail/test_unwrap \
	tests/mail/test_url \
	tests/mail/test_urlfind

check_PROGRAMS += $(text_tests)
TESTS += $(text_tests)
EXTRA_DIST += tests/mail/shared.h

tests_mail_test_fold_SOURCES = tests/mail/test_fold.c
tests_mail_test_fold_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_fold_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_unwrap_SOURCES = tests/mail/test_unwrap.c
tests_mail_test_unwrap_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_unwrap_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_urlfind_SOURCES = tests/mail/test_urlfind.c
tests_mail_test_urlfind_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_urlfind_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_url_SOURCES = tests/mail/test_url.c
tests_mail_test_url_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_mail_test_url_LDADD = $(mail_libs) $(CMOCKA_LIBS) $(JANSSON_LIBS)
endif
