# what is installed from contrib/
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = contrib/completion/bash/sekisho \
	contrib/completion/bash/sekishod
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = contrib/completion/zsh/_sekisho \
	contrib/completion/zsh/_sekishod
# What others are to be given.
grafanadir = $(docdir)/examples/grafana
dist_grafana_DATA = contrib/grafana/sekisho.json
prometheusdir = $(docdir)/examples/prometheus
dist_prometheus_DATA = contrib/prometheus/sekisho.rules.yml
EXTRA_DIST += contrib/quickstart contrib/release-check
EXTRA_DIST += contrib/sekisho.yaml
EXTRA_DIST += contrib/postfix/main.cf
EXTRA_DIST += contrib/exim/rspamd.acl contrib/exim/rspamd.main \
	contrib/exim/spamc.acl contrib/exim/spamc.main
EXTRA_DIST += contrib/haraka/rspamd.ini contrib/haraka/spamassassin.ini
EXTRA_DIST += contrib/spamc/spamc.conf

EXTRA_DIST += contrib/ci/packs.yml
EXTRA_DIST += contrib/editor/README.md contrib/editor/nvim-sekisho.lua \
	contrib/editor/vscode-settings.json
EXTRA_DIST += contrib/opensmtpd/smtpd.conf
EXTRA_DIST += contrib/amavis/50-sekisho

# Where systemd looks for what others than a distribution install.
systemdsystemunitdir = $(prefix)/lib/systemd/system
systemdsystemunit_DATA = contrib/systemd/sekishod.service
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = contrib/systemd/sysusers.d/sekisho.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
dist_tmpfiles_DATA = contrib/systemd/tmpfiles.d/sekisho.conf
EXTRA_DIST += contrib/systemd/sekishod.service.in
CLEANFILES += contrib/systemd/sekishod.service
contrib/systemd/sekishod.service: contrib/systemd/sekishod.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) contrib/systemd && \
	sed -e 's|[@]bindir[@]|$(bindir)|g' -e 's|[@]sbindir[@]|$(sbindir)|g' \
	    -e 's|[@]sysconfdir[@]|$(sysconfdir)|g' \
	    '$(srcdir)/contrib/systemd/sekishod.service.in' > $@

# A configuration that is there stays, and one that was changed.
sysconf_sekisho = $(DESTDIR)$(sysconfdir)/sekisho
install-data-local: install-sekisho-conf
install-sekisho-conf:
	test -e '$(sysconf_sekisho)/sekisho.yaml' || { \
	    $(MKDIR_P) '$(sysconf_sekisho)' && $(INSTALL_DATA) \
	    '$(srcdir)/contrib/sekisho.yaml' '$(sysconf_sekisho)/'; }
uninstall-local: uninstall-sekisho-conf
uninstall-sekisho-conf:
	! cmp -s '$(srcdir)/contrib/sekisho.yaml' \
	    '$(sysconf_sekisho)/sekisho.yaml' || \
	    rm '$(sysconf_sekisho)/sekisho.yaml'
.PHONY: install-sekisho-conf uninstall-sekisho-conf

EXTRA_DIST += contrib/debian/build contrib/debian/changelog \
	contrib/debian/control contrib/debian/copyright \
	contrib/debian/docs contrib/debian/postrm contrib/debian/rules contrib/debian/source/format
EXTRA_DIST += contrib/logrotate/sekisho
EXTRA_DIST += contrib/container/Containerfile contrib/container/sekisho.yaml
