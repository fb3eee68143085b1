# tests of engine/mail
if HAVE_CMOCKA
read_tests = \
	tests/mail/test_address \
	tests/mail/test_auth \
	tests/mail/test_bidi \
	tests/mail/test_charset \
	tests/mail/test_encoding \
	tests/mail/test_header \
	tests/mail/test_links \
	tests/mail/test_message \
	tests/mail/test_mime \
	tests/mail/test_pdf \
	tests/mail/test_received

check_PROGRAMS += $(read_tests)
TESTS += $(read_tests)

tests_mail_test_address_SOURCES = tests/mail/test_address.c
tests_mail_test_address_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_address_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_auth_SOURCES = tests/mail/test_auth.c
tests_mail_test_auth_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_auth_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_bidi_SOURCES = tests/mail/test_bidi.c
tests_mail_test_bidi_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_bidi_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_charset_SOURCES = tests/mail/test_charset.c
tests_mail_test_charset_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_mail_test_charset_LDADD = $(mail_libs) $(CMOCKA_LIBS) $(JANSSON_LIBS)
tests_mail_test_encoding_SOURCES = tests/mail/test_encoding.c
tests_mail_test_encoding_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_encoding_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_header_SOURCES = tests/mail/test_header.c
tests_mail_test_header_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_header_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_links_SOURCES = tests/mail/test_links.c
tests_mail_test_links_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_links_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_message_SOURCES = tests/mail/test_message.c
tests_mail_test_message_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_mail_test_message_LDADD = $(mail_libs) $(CMOCKA_LIBS) $(JANSSON_LIBS)
tests_mail_test_mime_SOURCES = tests/mail/test_mime.c
tests_mail_test_mime_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_mime_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_pdf_SOURCES = tests/mail/test_pdf.c
tests_mail_test_pdf_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_pdf_LDADD = $(mail_libs) $(CMOCKA_LIBS)
tests_mail_test_received_SOURCES = tests/mail/test_received.c
tests_mail_test_received_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_received_LDADD = $(mail_libs) $(CMOCKA_LIBS)

text_tests = \
	tests/mail/test_fold \
	tests/mail/test_hostcut \
	tests/mail/test_html \
	tests/mail/test_htmlnest \
	tests/mail/test_htmlseen \
	tests/mail/test_htmltoken \
	tests/mail/test_idna \
	tests/mail/test_quoted \
	tests/mail/test_suffix \
	tests/mail/test_unwrap \
	tests/mail/test_url \
	tests/mail/test_urlfind

check_PROGRAMS += $(text_tests)
TESTS += $(text_tests)
EXTRA_DIST += tests/mail/cpu.h tests/mail/shared.h

tests_mail_test_fold_SOURCES = tests/mail/test_fold.c
tests_mail_test_fold_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_fold_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_hostcut_SOURCES = tests/mail/test_hostcut.c
tests_mail_test_hostcut_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_hostcut_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_html_SOURCES = tests/mail/test_html.c
tests_mail_test_html_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_html_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_htmlnest_SOURCES = tests/mail/test_htmlnest.c
tests_mail_test_htmlnest_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_htmlnest_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_htmlseen_SOURCES = tests/mail/test_htmlseen.c
tests_mail_test_htmlseen_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_htmlseen_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_htmltoken_SOURCES = tests/mail/test_htmltoken.c
tests_mail_test_htmltoken_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_mail_test_htmltoken_LDADD = $(mail_libs) $(CMOCKA_LIBS) $(JANSSON_LIBS)

tests_mail_test_idna_SOURCES = tests/mail/test_idna.c
tests_mail_test_idna_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_idna_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_quoted_SOURCES = tests/mail/test_quoted.c
tests_mail_test_quoted_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_quoted_LDADD = $(mail_libs) $(CMOCKA_LIBS)

tests_mail_test_suffix_SOURCES = tests/mail/test_suffix.c
tests_mail_test_suffix_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_suffix_LDADD = $(mail_libs) $(CMOCKA_LIBS)

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

if HAVE_CMOCKA
check_PROGRAMS += tests/mail/test_compose
TESTS += tests/mail/test_compose

tests_mail_test_compose_SOURCES = tests/mail/test_compose.c
tests_mail_test_compose_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_mail_test_compose_LDADD = $(mail_libs) $(CMOCKA_LIBS)
endif
