if HAVE_CMOCKA
net_tests = \
	tests/net/test_conn \
	tests/net/test_dns \
	tests/net/test_dnsprivate \
	tests/net/test_dnswire \
	tests/net/test_journal \
	tests/net/test_loop \
	tests/net/test_proxy \
	tests/net/test_recall \
	tests/net/test_resp \
	tests/net/test_store \
	tests/net/test_storecache \
	tests/net/test_updatepool \
	tests/net/test_watch

check_PROGRAMS += $(net_tests)
TESTS += $(net_tests)

tests_net_test_conn_SOURCES = tests/net/test_conn.c
tests_net_test_conn_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_conn_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_dns_SOURCES = tests/net/test_dns.c tests/net/packet.h
tests_net_test_dns_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_dns_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_dnswire_SOURCES = tests/net/test_dnswire.c tests/net/packet.h
tests_net_test_dnswire_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_dnswire_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_dnsprivate_SOURCES = tests/net/test_dnsprivate.c
tests_net_test_dnsprivate_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_dnsprivate_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_journal_SOURCES = tests/net/test_journal.c
tests_net_test_journal_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_journal_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_recall_SOURCES = tests/net/test_recall.c
tests_net_test_recall_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_recall_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_resp_SOURCES = tests/net/test_resp.c
tests_net_test_resp_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_resp_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_storecache_SOURCES = tests/net/test_storecache.c
tests_net_test_storecache_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_storecache_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_store_SOURCES = tests/net/test_store.c
tests_net_test_store_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_store_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_updatepool_SOURCES = tests/net/test_updatepool.c
tests_net_test_updatepool_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_updatepool_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_watch_SOURCES = tests/net/test_watch.c
tests_net_test_watch_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_watch_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_loop_SOURCES = tests/net/test_loop.c
tests_net_test_loop_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_loop_LDADD = $(net_libs) $(CMOCKA_LIBS)

tests_net_test_proxy_SOURCES = tests/net/test_proxy.c
tests_net_test_proxy_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_net_test_proxy_LDADD = $(net_libs) $(CMOCKA_LIBS)
endif
