#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# peers.sh FOLDER [NAME...]: unpacks the programs that the stories of gateways
# talk to, each into a folder of its own below FOLDER.  As packages they
# exclude one another and start services; here nothing is installed.  What
# cannot be had is said, and its stories are skipped.
set -u
folder=${1:?usage: peers.sh FOLDER [NAME...]}
shift
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder" && folder=$(cd "$folder" && pwd) || exit 1

# The packages of each, the first one last to be missed; libraries are those
# that a machine which builds sekisho need not have.
packages_of() {
	case $1 in
	postfix) echo postfix libnsl2 libtirpc3 libsasl2-2 libdb5.3 ;;
	exim) echo exim4-daemon-heavy exim4-base libmariadb3 libidn12 \
	    libspf2-2 libnsl2 libtirpc3 libgnutls-dane0 libunbound8 \
	    libldap-2.5-0 libpq5 libperl5.36 libsasl2-2 libdb5.3 \
	    libnss-wrapper ;;
	spamass-milter) echo spamass-milter libmilter1.0.1 ;;
	nsd) echo nsd libfstrm0 libprotobuf-c1 ;;
	redis) echo redis-server redis-tools libhiredis0.14 liblzf1 \
	    libjemalloc2 liblua5.1-0 lua-bitop lua-cjson libatomic1 ;;
	opensmtpd) echo opensmtpd opensmtpd-filter-rspamd libdb5.3 \
	    libnss-wrapper ;;
	amavis) echo amavisd-new libarchive-zip-perl libberkeleydb-perl \
	    libconvert-tnef-perl libconvert-uulib-perl libmime-tools-perl \
	    libnet-libidn-perl libnet-server-perl libunix-syslog-perl \
	    libio-stringy-perl libmail-dkim-perl libmailtools-perl libidn12 \
	    libwww-perl libjson-perl libhttp-message-perl libhttp-date-perl \
	    liburi-perl libhtml-parser-perl libhtml-tagset-perl \
	    libencode-locale-perl libtimedate-perl liblwp-mediatypes-perl \
	    libnet-http-perl libtry-tiny-perl libhttp-negotiate-perl \
	    libfile-listing-perl libhttp-cookies-perl libio-html-perl \
	    libwww-robotrules-perl libnet-dns-perl libcrypt-openssl-rsa-perl \
	    libcrypt-openssl-bignum-perl libcryptx-perl libdb5.3 \
	    libmail-authenticationresults-perl libclone-perl \
	    libconvert-binhex-perl libio-socket-ssl-perl libnet-ssleay-perl \
	    perl-openssl-defaults libio-socket-inet6-perl libsocket6-perl ;;
	esac
}

unpack() {
	local at=$folder/$1 debs p
	# The downloads are read by apt's own user, so not in a home.
	debs=$(mktemp -d) && chmod 777 "$debs"
	# shellcheck disable=SC2046 # one word a package
	(cd "$debs" && apt-get download -q $(packages_of "$1") \
	    > apt.log 2>&1) || {
		grep '^E:' "$debs/apt.log" | head -n 3
		rm -rf "$debs"
		return 1
	}
	mkdir -p "$at.new"
	for p in "$debs"/*.deb; do
		dpkg -x "$p" "$at.new" || return 1
	done
	rm -rf "$debs"
	mv "$at.new" "$at"
}

# Haraka and its plugins in versions that run on Debian 12's Node.js.
fetch_haraka() {
	local at=$folder/haraka
	command -v npm >/dev/null || { echo 'no npm here'; return 1; }
	mkdir -p "$at.new" && cp "$here/haraka.json" "$at.new/package.json" &&
	    (cd "$at.new" && npm install --omit=optional --ignore-scripts \
		--no-audit --no-fund --loglevel=error > npm.log 2>&1 </dev/null) || {
		tail -n 3 "$at.new/npm.log"
		rm -rf "$at.new"
		return 1
	}
	mv "$at.new" "$at"
}

[ $# -gt 0 ] || set -- postfix exim spamass-milter opensmtpd amavis nsd \
    redis haraka
for name; do
	[ ! -e "$folder/$name" ] || continue
	if [ "$name" = haraka ]; then
		fetch_haraka
	else
		unpack "$name"
	fi && echo "$name: there" || echo "$name: cannot be had, its stories are skipped"
done
