# Stories: the programs as a user runs them, through pytest.
TESTS += tests/story/run.sh
EXTRA_DIST += \
	tests/story/acceptance.py \
	tests/story/conformance.py \
	tests/story/conftest.py \
	tests/story/daemon.py \
	tests/story/haraka.json \
	tests/story/drafts.py \
	tests/story/messages.py \
	tests/story/miltertalk.py \
	tests/story/mimecases.py \
	tests/story/nameserver.py \
	tests/story/mta.py \
	tests/story/peers.sh \
	tests/story/rows.py \
	tests/story/run.sh \
	tests/story/samples.py \
	tests/story/test_acceptance.py \
	tests/story/test_amavis.py \
	tests/story/test_auth.py \
	tests/story/test_attack.py \
	tests/story/test_brands.py \
	tests/story/test_campaigns.py \
	tests/story/lintpage.py \
	tests/story/test_check.py \
	tests/story/test_clean.py \
	tests/story/test_conformance_mime.py \
	tests/story/test_cli.py \
	tests/story/test_conformance_text.py \
	tests/story/test_daemon.py \
	tests/story/test_evasion.py \
	tests/story/test_draft.py \
	tests/story/test_every_brand.py \
	tests/story/test_exchange.py \
	tests/story/test_http.py \
	tests/story/test_editor.py \
	tests/story/test_exim.py \
	tests/story/test_fmt.py \
	tests/story/test_haraka.py \
	tests/story/test_image.py \
	tests/story/test_inspect.py \
	tests/story/test_listen.py \
	tests/story/test_manual.py \
	tests/story/test_milter.py \
	tests/story/test_opensmtpd.py \
	tests/story/test_packformat.py \
	tests/story/test_regex.py \
	tests/story/test_postfix.py \
	tests/story/test_settings.py \
	tests/story/test_spamassmilter.py \
	tests/story/test_world.py \
	tests/story/test_spamc.py
EXTRA_DIST += \
	tests/story/reports/blog.html \
	tests/story/reports/council.txt \
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
