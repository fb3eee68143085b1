# Stories: the programs as a user runs them, through pytest.
TESTS += \
	tests/story/run.sh \
	tests/story/daemons.sh \
	tests/story/gateways.sh \
	tests/story/stores.sh
EXTRA_DIST += \
	tests/story/daemons.list \
	tests/story/daemons.sh \
	tests/story/gateways.list \
	tests/story/gateways.sh \
	tests/story/list.sh \
	tests/story/stores.list \
	tests/story/stores.sh \
	tests/story/acceptance.py \
	tests/story/arcseal.py \
	tests/story/authtool.py \
	tests/story/conformance.py \
	tests/story/conftest.py \
	tests/story/crowd.py \
	tests/story/daemon.py \
	tests/story/haraka.json \
	tests/story/hostiledns.py \
	tests/story/clockjump.c \
	tests/story/hostile.py \
	tests/story/drafts.py \
	tests/story/feedlist.py \
	tests/story/messages.py \
	tests/story/miltertalk.py \
	tests/story/mimecases.py \
	tests/story/nameserver.py \
	tests/story/mta.py \
	tests/story/peers.sh \
	tests/story/ports.py \
	tests/story/redisserver.py \
	tests/story/rows.py \
	tests/story/run.sh \
	tests/story/samples.py \
	tests/story/suites.py \
	tests/story/terminal.py \
	tests/story/unsteady.py \
	tests/story/test_acceptance.py \
	tests/story/test_amavis.py \
	tests/story/test_auth.py \
	tests/story/test_attack.py \
	tests/story/test_backtest.py \
	tests/story/test_brands.py \
	tests/story/test_campaigns.py \
	tests/story/lintpage.py \
	tests/story/test_check.py \
	tests/story/test_clean.py \
	tests/story/test_config.py \
	tests/story/test_conformance_auth.py \
	tests/story/test_conformance_mime.py \
	tests/story/test_cli.py \
	tests/story/test_conformance_text.py \
	tests/story/test_daemon.py \
	tests/story/test_evasion.py \
	tests/story/test_diff.py \
	tests/story/test_draft.py \
	tests/story/test_every_brand.py \
	tests/story/test_exchange.py \
	tests/story/test_hostiledns.py \
	tests/story/test_hostile.py \
	tests/story/test_http.py \
	tests/story/test_editor.py \
	tests/story/test_exim.py \
	tests/story/test_faults.py \
	tests/story/test_fmt.py \
	tests/story/test_haraka.py \
	tests/story/test_image.py \
	tests/story/test_inspect.py \
	tests/story/test_listen.py \
	tests/story/test_history.py \
	tests/story/test_log.py \
	tests/story/test_manual.py \
	tests/story/test_mirror.py \
	tests/story/test_metrics.py \
	tests/story/test_milter.py \
	tests/story/test_monitoring.py \
	tests/story/nettable.py \
	tests/story/test_networks.py \
	tests/story/test_opensmtpd.py \
	tests/story/test_options.py \
	tests/story/test_overload.py \
	tests/story/test_packaging.py \
	tests/story/test_packformat.py \
	tests/story/test_places.py \
	tests/story/test_promote.py \
	tests/story/test_redis.py \
	tests/story/test_reliability.py \
	tests/story/test_rediscluster.py \
	tests/story/test_redisdaemon.py \
	tests/story/test_redisfailure.py \
	tests/story/test_records.py \
	tests/story/test_regex.py \
	tests/story/test_replay.py \
	tests/story/test_reputation.py \
	tests/story/test_reputationshared.py \
	tests/story/test_ports.py \
	tests/story/test_postfix.py \
	tests/story/test_sandbox.py \
	tests/story/test_selftest.py \
	tests/story/test_settings.py \
	tests/story/test_soak.py \
	tests/story/test_spamassmilter.py \
	tests/story/test_top.py \
	tests/story/test_tutorial.py \
	tests/story/test_worker.py \
	tests/story/test_authentic.py \
	tests/story/test_authresults.py \
	tests/story/test_dnslist.py \
	tests/story/test_world.py \
	tests/story/test_spamc.py
EXTRA_DIST += \
	tests/story/reports/blog.html \
	tests/story/reports/bank-sms.txt \
	tests/story/reports/chat.txt \
	tests/story/reports/event-dump.txt \
	tests/story/reports/feed.csv \
	tests/story/reports/folded-headers.txt \
	tests/story/reports/full-width.txt \
	tests/story/reports/ipv6.md \
	tests/story/reports/lookalike.txt \
	tests/story/reports/pdf-pages.txt \
	tests/story/reports/police-letter.txt \
	tests/story/reports/reiwa.txt \
	tests/story/reports/three-masks.md \
	tests/story/reports/council.txt \
	tests/story/reports/council-list.txt \
	tests/story/reports/field-table.md \
	tests/story/reports/vendor-table.txt \
	tests/story/reports/forwarded.eml \
	tests/story/reports/it-desk.txt \
	tests/story/reports/list-post.txt \
	tests/story/reports/machine.md \
	tests/story/reports/masked.txt \
	tests/story/reports/one-line-blog.txt \
	tests/story/reports/table.csv \
	tests/story/reports/tweet.txt \
	tests/story/reports/two-campaigns.txt \
	tests/story/reports/unknown-brand.txt \
	tests/story/reports/vendor-note.txt \
	tests/story/reports/voicemail.txt

# drives a store, for the stories about its engines
check_PROGRAMS += tests/story/storeload
tests_story_storeload_SOURCES = tests/story/storeload.c
tests_story_storeload_LDADD = $(net_libs)

# moves the clock of a program, for the story about that
check_DATA += tests/story/clockjump.so
CLEANFILES += tests/story/clockjump.so

tests/story/clockjump.so: tests/story/clockjump.c
	$(AM_V_at)$(MKDIR_P) tests/story
	$(AM_V_CC)$(CC) $(CPPFLAGS) $(AM_CPPFLAGS) $(WARN_CFLAGS) -O1 -fPIC \
	    -shared -o $@ $<
