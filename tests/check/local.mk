if HAVE_CMOCKA
check_tests = \
	tests/check/test_arc \
	tests/check/test_authreport \
	tests/check/test_dkim \
	tests/check/test_dmarc \
	tests/check/test_dnscode \
	tests/check/test_namebook \
	tests/check/test_receipt \
	tests/check/test_record \
	tests/check/test_signedchange \
	tests/check/test_signedmail \
	tests/check/test_spf \
	tests/check/test_spfcases \
	tests/check/test_srs \
	tests/check/test_taglist \
	tests/check/test_templatebook

check_PROGRAMS += $(check_tests)
TESTS += $(check_tests)

tests_check_test_arc_SOURCES = tests/check/test_arc.c \
	tests/check/house.h tests/check/signing.h tests/check/zone.h
tests_check_test_arc_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_arc_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_dkim_SOURCES = tests/check/test_dkim.c \
	tests/check/house.h tests/check/signing.h tests/check/zone.h
tests_check_test_dkim_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_dkim_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_dmarc_SOURCES = tests/check/test_dmarc.c tests/check/zone.h
tests_check_test_dmarc_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_dmarc_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_receipt_SOURCES = tests/check/test_receipt.c
tests_check_test_receipt_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_receipt_LDADD = $(check_libs) $(CMOCKA_LIBS)
tests_check_test_record_SOURCES = tests/check/test_record.c
tests_check_test_record_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_record_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_signedchange_SOURCES = tests/check/test_signedchange.c \
	tests/check/house.h tests/check/signing.h tests/check/zone.h
tests_check_test_signedchange_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_signedchange_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_signedmail_SOURCES = tests/check/test_signedmail.c
tests_check_test_signedmail_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_signedmail_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_spf_SOURCES = tests/check/test_spf.c tests/check/zone.h
tests_check_test_spf_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_spf_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_spfcases_SOURCES = tests/check/test_spfcases.c \
	tests/check/zone.h
tests_check_test_spfcases_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_spfcases_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_namebook_SOURCES = tests/check/test_namebook.c
tests_check_test_namebook_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_namebook_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_templatebook_SOURCES = tests/check/test_templatebook.c
tests_check_test_templatebook_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_templatebook_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_srs_SOURCES = tests/check/test_srs.c
tests_check_test_srs_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_srs_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_taglist_SOURCES = tests/check/test_taglist.c
tests_check_test_taglist_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_taglist_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_authreport_SOURCES = tests/check/test_authreport.c
tests_check_test_authreport_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_authreport_LDADD = $(check_libs) $(CMOCKA_LIBS)

tests_check_test_dnscode_SOURCES = tests/check/test_dnscode.c
tests_check_test_dnscode_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_check_test_dnscode_LDADD = $(check_libs) $(CMOCKA_LIBS)
endif
EXTRA_DIST += tests/check/rfc7208.cases
