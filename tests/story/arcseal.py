# SPDX-License-Identifier: Apache-2.0
"""Seals a mail as a forwarder does (RFC 8617 5.1), with a key of its own."""

import base64
import hashlib
import re
import subprocess

SIGNED = "from:to:subject:date:message-id"


class Sealer:
    """record: what stands at t._domainkey of its domain."""

    def __init__(self, folder, domain):
        self.domain = domain
        self.key = str(folder / ("%s.pem" % domain))
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"],
                       capture_output=True, check=True)
        public = subprocess.run(
            ["openssl", "rsa", "-in", self.key, "-pubout", "-outform",
             "DER"], capture_output=True, check=True).stdout
        self.record = "v=DKIM1; p=" + base64.b64encode(public).decode()

    def sign(self, data):
        done = subprocess.run(["openssl", "dgst", "-sha256", "-sign",
                               self.key], input=data, capture_output=True,
                              check=True)
        return base64.b64encode(done.stdout)

    def dkim(self, mail):
        """Signs it as an author's host does (RFC 6376)."""
        head, body = mail.split(b"\r\n\r\n", 1)
        field = b"DKIM-Signature: v=1; a=rsa-sha256; " \
            b"c=relaxed/relaxed; d=%s; s=t; h=%s; bh=%s; b=" % (
                self.domain.encode(), SIGNED.encode(),
                base64.b64encode(hashlib.sha256(
                    relaxed_body(body)).digest()))
        fields = fields_of(head)
        signed = b"".join(relaxed(find(fields, name)) + b"\r\n"
                          for name in SIGNED.split(":"))
        return field + self.sign(signed + relaxed(field)) + b"\r\n" + mail

    def seal(self, mail, instance, results):
        head, body = mail.split(b"\r\n\r\n", 1)
        aar = b"ARC-Authentication-Results: i=%d; %s; %s" % (
            instance, self.domain.encode(), results.encode())
        ams = b"ARC-Message-Signature: i=%d; a=rsa-sha256; " \
            b"c=relaxed/relaxed; d=%s; s=t; h=%s; bh=%s; b=" % (
                instance, self.domain.encode(), SIGNED.encode(),
                base64.b64encode(hashlib.sha256(
                    relaxed_body(body)).digest()))
        fields = fields_of(head)
        signed = b"".join(relaxed(find(fields, name)) + b"\r\n"
                          for name in SIGNED.split(":"))
        ams += self.sign(signed + relaxed(ams))
        seal = b"ARC-Seal: i=%d; a=rsa-sha256; cv=%s; d=%s; s=t; t=1; b=" % (
            instance, b"none" if instance == 1 else b"pass",
            self.domain.encode())
        below = [find(fields, name, n) for n in range(1, instance)
                 for name in ("arc-authentication-results",
                              "arc-message-signature", "arc-seal")]
        sealed = b"".join(relaxed(f) + b"\r\n" for f in below + [aar, ams])
        seal += self.sign(sealed + relaxed(seal))
        return b"\r\n".join([seal, ams, aar, mail])


def fields_of(head):
    return re.findall(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*", head)


def find(fields, name, instance=None):
    """The lowest of a name, or the one of a set."""
    return [f for f in fields if f.lower().startswith(name.encode() + b":")
            and (instance is None or
                 re.search(rb"[:\s;]i=%d;" % instance, f))][-1]


def relaxed(field):
    name, value = field.split(b":", 1)
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()
    return name.strip().lower() + b":" + value


def relaxed_body(body):
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip()
             for line in body.split(b"\r\n")]
    text = b"\r\n".join(lines).rstrip(b"\r\n")
    return text + b"\r\n" if text else b""
