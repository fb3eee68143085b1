# One libFuzzer target a parser.  Configured with --enable-fuzz (clang) they
# search: make fuzz FUZZ_SECONDS=60.  Otherwise replay.c gives each the corpus
# and the seeds, which is part of make check.
FUZZ_SECONDS = 60

fuzz_targets = \
	tests/fuzz/fuzz_authresults \
	tests/fuzz/fuzz_charset \
	tests/fuzz/fuzz_condition \
	tests/fuzz/fuzz_dns \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_dmarc \
	tests/fuzz/fuzz_fold \
	tests/fuzz/fuzz_header \
	tests/fuzz/fuzz_history \
	tests/fuzz/fuzz_html \
	tests/fuzz/fuzz_http \
	tests/fuzz/fuzz_image \
	tests/fuzz/fuzz_import \
	tests/fuzz/fuzz_list \
	tests/fuzz/fuzz_match \
	tests/fuzz/fuzz_message \
	tests/fuzz/fuzz_milter \
	tests/fuzz/fuzz_pack \
	tests/fuzz/fuzz_packing \
	tests/fuzz/fuzz_pattern \
	tests/fuzz/fuzz_proxy \
	tests/fuzz/fuzz_received \
	tests/fuzz/fuzz_record \
	tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_resp \
	tests/fuzz/fuzz_signed \
	tests/fuzz/fuzz_report \
	tests/fuzz/fuzz_spamc \
	tests/fuzz/fuzz_spf \
	tests/fuzz/fuzz_taglist \
	tests/fuzz/fuzz_url

if ENABLE_FUZZ
EXTRA_PROGRAMS += $(fuzz_targets)
fuzz_driver =
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
else
check_PROGRAMS += $(fuzz_targets)
TESTS += tests/fuzz/replay.sh
fuzz_driver = tests/fuzz/replay.c
fuzz_ldflags = $(AM_LDFLAGS)
endif
EXTRA_DIST += tests/fuzz/replay.sh tests/fuzz/replay.c tests/fuzz/search.sh

tests_fuzz_fuzz_authresults_SOURCES = tests/fuzz/fuzz_authresults.c $(fuzz_driver)
tests_fuzz_fuzz_authresults_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_authresults_LDADD = $(front_libs)
tests_fuzz_fuzz_dmarc_SOURCES = tests/fuzz/fuzz_dmarc.c \
	tests/fuzz/world.h $(fuzz_driver)
tests_fuzz_fuzz_dmarc_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_dmarc_LDADD = $(front_libs)
tests_fuzz_fuzz_record_SOURCES = tests/fuzz/fuzz_record.c \
	engine/cli/recordline.c $(fuzz_driver)
tests_fuzz_fuzz_record_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_record_LDADD = $(front_libs)
tests_fuzz_fuzz_signed_SOURCES = tests/fuzz/fuzz_signed.c $(fuzz_driver)
tests_fuzz_fuzz_signed_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_signed_LDADD = $(front_libs)
tests_fuzz_fuzz_taglist_SOURCES = tests/fuzz/fuzz_taglist.c $(fuzz_driver)
tests_fuzz_fuzz_taglist_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_taglist_LDADD = $(front_libs)
tests_fuzz_fuzz_charset_SOURCES = tests/fuzz/fuzz_charset.c $(fuzz_driver)
tests_fuzz_fuzz_charset_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_charset_LDADD = $(front_libs)
tests_fuzz_fuzz_condition_SOURCES = tests/fuzz/fuzz_condition.c $(fuzz_driver)
tests_fuzz_fuzz_condition_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_condition_LDADD = $(front_libs)
tests_fuzz_fuzz_dns_SOURCES = tests/fuzz/fuzz_dns.c $(fuzz_driver)
tests_fuzz_fuzz_dns_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_dns_LDADD = $(front_libs)
tests_fuzz_fuzz_fold_SOURCES = tests/fuzz/fuzz_fold.c $(fuzz_driver)
tests_fuzz_fuzz_fold_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_fold_LDADD = $(front_libs)
tests_fuzz_fuzz_header_SOURCES = tests/fuzz/fuzz_header.c $(fuzz_driver)
tests_fuzz_fuzz_header_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_header_LDADD = $(front_libs)
tests_fuzz_fuzz_history_SOURCES = tests/fuzz/fuzz_history.c $(fuzz_driver)
tests_fuzz_fuzz_history_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_history_LDADD = $(front_libs)
tests_fuzz_fuzz_html_SOURCES = tests/fuzz/fuzz_html.c $(fuzz_driver)
tests_fuzz_fuzz_html_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_html_LDADD = $(front_libs)
tests_fuzz_fuzz_http_SOURCES = tests/fuzz/fuzz_http.c $(fuzz_driver)
tests_fuzz_fuzz_http_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_http_LDADD = $(front_libs)
tests_fuzz_fuzz_image_SOURCES = tests/fuzz/fuzz_image.c $(fuzz_driver)
tests_fuzz_fuzz_image_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_image_LDADD = $(front_libs)
tests_fuzz_fuzz_import_SOURCES = tests/fuzz/fuzz_import.c \
	engine/cli/exchange.c engine/cli/importjson.c engine/cli/importtext.c \
	$(fuzz_driver)
tests_fuzz_fuzz_import_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_import_LDADD = $(front_libs)
tests_fuzz_fuzz_list_SOURCES = tests/fuzz/fuzz_list.c $(fuzz_driver)
tests_fuzz_fuzz_list_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_list_LDADD = $(front_libs)
tests_fuzz_fuzz_match_SOURCES = tests/fuzz/fuzz_match.c $(fuzz_driver)
tests_fuzz_fuzz_match_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_match_LDADD = $(front_libs)
tests_fuzz_fuzz_message_SOURCES = tests/fuzz/fuzz_message.c $(fuzz_driver)
tests_fuzz_fuzz_message_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_message_LDADD = $(front_libs)
tests_fuzz_fuzz_milter_SOURCES = tests/fuzz/fuzz_milter.c $(fuzz_driver)
tests_fuzz_fuzz_milter_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_milter_LDADD = $(front_libs)
tests_fuzz_fuzz_pack_SOURCES = tests/fuzz/fuzz_pack.c $(fuzz_driver)
tests_fuzz_fuzz_pack_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_pack_LDADD = $(front_libs)
tests_fuzz_fuzz_pattern_SOURCES = tests/fuzz/fuzz_pattern.c $(fuzz_driver)
tests_fuzz_fuzz_pattern_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_pattern_LDADD = $(front_libs)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c \
	engine/daemon/config.c engine/daemon/confwhole.c \
	engine/daemon/dnslistread.c \
	engine/daemon/nevername.c \
	engine/daemon/listen.c engine/daemon/said.c \
	engine/daemon/settings.c \
	engine/daemon/tokens.c $(fuzz_driver)
tests_fuzz_fuzz_config_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_config_LDADD = $(front_libs)
tests_fuzz_fuzz_packing_SOURCES = tests/fuzz/fuzz_packing.c $(fuzz_driver)
tests_fuzz_fuzz_packing_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_packing_LDADD = $(front_libs)
tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c $(fuzz_driver)
tests_fuzz_fuzz_request_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_request_LDADD = $(front_libs)
tests_fuzz_fuzz_resp_SOURCES = tests/fuzz/fuzz_resp.c $(fuzz_driver)
tests_fuzz_fuzz_resp_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_resp_LDADD = $(net_libs)
tests_fuzz_fuzz_proxy_SOURCES = tests/fuzz/fuzz_proxy.c $(fuzz_driver)
tests_fuzz_fuzz_proxy_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_proxy_LDADD = $(front_libs)
tests_fuzz_fuzz_received_SOURCES = tests/fuzz/fuzz_received.c $(fuzz_driver)
tests_fuzz_fuzz_received_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_received_LDADD = $(front_libs)
tests_fuzz_fuzz_report_SOURCES = tests/fuzz/fuzz_report.c $(fuzz_driver)
tests_fuzz_fuzz_report_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_report_LDADD = $(front_libs)
tests_fuzz_fuzz_spamc_SOURCES = tests/fuzz/fuzz_spamc.c $(fuzz_driver)
tests_fuzz_fuzz_spamc_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_spamc_LDADD = $(front_libs)
tests_fuzz_fuzz_spf_SOURCES = tests/fuzz/fuzz_spf.c \
	tests/fuzz/world.h $(fuzz_driver)
tests_fuzz_fuzz_spf_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_spf_LDADD = $(front_libs)
tests_fuzz_fuzz_url_SOURCES = tests/fuzz/fuzz_url.c $(fuzz_driver)
tests_fuzz_fuzz_url_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_url_LDADD = $(front_libs)

# Each target for FUZZ_SECONDS, from its corpus; what is found is kept beside.
fuzz: $(fuzz_targets)
	$(srcdir)/tests/fuzz/search.sh $(FUZZ_SECONDS) $(fuzz_targets)
.PHONY: fuzz
