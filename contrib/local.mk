# what is installed from contrib/
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = contrib/completion/bash/sekisho
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = contrib/completion/zsh/_sekisho
EXTRA_DIST += contrib/quickstart
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
