# SPDX-License-Identifier: Apache-2.0
"""Mail servers of the stories, unmodified, each in a folder of its own, on
ports of loopback, ended by process id.  They are packages that exclude one
another, so they are unpacked privately (peers.sh) and skipped where they are
not."""

import atexit
import contextlib
import functools
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import stat
import subprocess
import tempfile
import threading
import time

import pytest

import daemon as sekishod
import ports


def is_public(path):
    """Servers that have dropped their privileges come to it."""
    path = os.path.realpath(path)
    while os.stat(path).st_mode & stat.S_IXOTH and path != "/":
        path = os.path.dirname(path)
    return path == "/"


@functools.lru_cache(maxsize=None)
def public(at):
    """The same folder, or a copy of it: a checkout may lie in a home that
    nobody else may enter."""
    if os.geteuid() != 0 or is_public(at):
        return at
    folder = tempfile.mkdtemp(prefix="sekisho-story-", dir="/tmp")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = os.path.join(folder, os.path.basename(at))
    shutil.copytree(at, copy, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    return copy


def peer(name, *path):
    """Where a privately unpacked program lies, or skips the test."""
    folder = os.environ.get("SEKISHO_PEERS") or os.path.join(
        sekishod.build_folder(), "peers")
    if not os.path.exists(os.path.join(folder, name, *path)):
        pytest.skip("%s is not unpacked; tests/story/peers.sh does it" % name)
    return os.path.join(public(os.path.join(folder, name)), *path)


def library_path(root):
    """LD_LIBRARY_PATH for what was unpacked in a folder."""
    return ":".join(found for found, _, files in os.walk(root)
                    if any(".so" in name for name in files))


def wait_for_port(port, alive=lambda: True, wait=sekishod.PATIENCE):
    end = time.monotonic() + wait
    while time.monotonic() < end and alive():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def snippet(name, **changed):
    """A file of contrib/ with the ports of this story in it."""
    with open(os.path.join(sekishod.source_folder(), "contrib", name),
              encoding="utf-8") as file:
        text = file.read()
    for old, new in changed.items():
        old = old.lstrip("p")
        assert old in text, "no %s in %s" % (old, name)
        text = text.replace(old, str(new))
    return text


@contextlib.contextmanager
def public_folder():
    """One that servers may enter which have dropped their privileges."""
    folder = tempfile.mkdtemp(prefix="sekisho-story-", dir="/tmp")
    os.chmod(folder, 0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Sink:
    """Takes mail by SMTP and keeps it: where the servers deliver to."""

    def __init__(self):
        self.socket = ports.listener()
        self.port = self.socket.getsockname()[1]
        self.messages = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                s, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(s,), daemon=True).start()

    def talk(self, s):
        with s, s.makefile("rb") as lines, \
                contextlib.suppress(ConnectionError):
            s.sendall(b"220 sink\r\n")
            for line in lines:
                verb = line[:4].upper()
                if verb == b"DATA":
                    s.sendall(b"354 go on\r\n")
                    self.take(lines)
                s.sendall(b"221 bye\r\n" if verb == b"QUIT" else
                          b"250 ok\r\n")
                if verb == b"QUIT":
                    return

    def take(self, lines):
        message = b""
        for line in lines:
            if line == b".\r\n":
                break
            message += line[1:] if line.startswith(b".") else line
        self.messages.append(message)

    def wait(self, n, wait=sekishod.PATIENCE):
        """The messages, once there are n."""
        end = time.monotonic() + wait
        while len(self.messages) < n and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.messages) >= n, "only %d" % len(self.messages)
        return self.messages

    def close(self):
        self.socket.close()


def stop(process, wait=10):
    """The whole group: servers have children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def xclient(s, said, name):
    """The client is another one from now on."""
    helo = said.get("helo", "client.customer.example")
    code, text = s.docmd("XCLIENT", "ADDR=%s NAME=%s HELO=%s" % (
        said.get("ip", "192.0.2.1"), name, helo))
    assert code == 220, text
    s.ehlo(helo)


class Server:
    """What the servers have in common; each says how it is started."""

    def __init__(self):
        self.port = ports.take()
        self.sink = Sink()
        self.process = None
        self.folder = None
        self.stack = contextlib.ExitStack()

    def start(self, words, **more):
        path = os.path.join(self.folder, "server.out")
        with open(path, "ab") as out:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, **more)
        assert wait_for_port(self.port, lambda: self.process.poll() is None),\
            self.log()

    def log(self):
        text = ""
        for name in ("server.out", "mail.log", "mainlog", "paniclog"):
            with contextlib.suppress(OSError):
                with open(os.path.join(self.folder, name), "rb") as file:
                    text += file.read().decode("utf-8", "replace")
        return text

    def wait_for(self, text, wait=sekishod.PATIENCE):
        end = time.monotonic() + wait
        while text not in self.log() and time.monotonic() < end:
            time.sleep(0.05)
        assert text in self.log(), self.log()

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w",
                  encoding="utf-8") as file:
            file.write(text)

    def __enter__(self):
        self.folder = self.stack.enter_context(public_folder())
        try:
            self.configure()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        if self.process is not None:
            stop(self.process)
        self.sink.close()
        self.stack.close()

    def configure(self):
        raise NotImplementedError

    def send(self, message, said=None):
        """One message by SMTP: code and text of the last reply.  What is
        said of the client goes in by XCLIENT, where the server takes it."""
        said = said or {}
        with smtplib.SMTP("127.0.0.1", self.port, timeout=120) as s:
            s.ehlo("client.customer.example")
            if said:
                self.introduce(s, said)
            code, text = s.mail(said.get("mail_from",
                                         "taro@customer.example"))
            if code == 250:
                code, text = s.rcpt(said.get("rcpt",
                                             "hanako@victim.example"))
            if code == 250:
                try:
                    code, text = s.data(message)
                except smtplib.SMTPDataError as error:
                    code, text = error.smtp_code, error.smtp_error
            return code, text.decode("utf-8", "replace")

    def introduce(self, s, said):
        pass


class Postfix(Server):
    """Postfix with the milter of contrib/postfix."""

    def __init__(self, milter, settings=""):
        super().__init__()
        self.milter = milter
        self.settings = settings
        self.root = peer("postfix")
        if os.geteuid() != 0:
            pytest.skip("Postfix is started by root only")

    QUEUE = ("active", "bounce", "corrupt", "defer", "deferred", "flush",
             "hold", "incoming", "maildrop", "pid", "private", "public",
             "saved", "trace")

    MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
mail_owner = daemon
setgid_group = mail
default_privs = nobody
import_environment = MAIL_CONFIG LD_LIBRARY_PATH TZ
maillog_file_prefixes = {folder}
maillog_file = {folder}/mail.log
myhostname = mx.victim.example
mydestination =
relay_domains = victim.example
mynetworks = 127.0.0.1
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
default_transport = smtp:[127.0.0.1]:{sink}
relay_transport = smtp:[127.0.0.1]:{sink}
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_authorized_xclient_hosts = 127.0.0.1
"""

    MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

    def configure(self):
        owner = pwd.getpwnam("daemon")
        for name in ["queue", "data"] + ["queue/" + n for n in self.QUEUE]:
            path = os.path.join(self.folder, name)
            os.mkdir(path, 0o755 if name == "queue" else 0o700)
            if name not in ("queue", "queue/pid"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        os.chmod(os.path.join(self.folder, "queue", "public"), 0o755)
        os.chmod(os.path.join(self.folder, "queue", "pid"), 0o755)
        self.write("main.cf", self.MAIN.format(
            folder=self.folder, root=self.root, sink=self.sink.port) +
            snippet("postfix/main.cf", p11332=self.milter) + self.settings)
        self.write("master.cf", self.MASTER.format(port=self.port))
        self.start([self.root + "/usr/lib/postfix/sbin/master", "-c",
                    self.folder, "-d"], env=self.environment())

    def environment(self):
        return dict(os.environ, MAIL_CONFIG=self.folder,
                    LD_LIBRARY_PATH=library_path(self.root))

    def introduce(self, s, said):
        xclient(s, said, said.get("rdns") or "[UNAVAILABLE]")

    def held(self):
        """The files that wait in quarantine."""
        return os.listdir(os.path.join(self.folder, "queue", "hold"))

    def queued(self):
        """The message of the first of them."""
        return subprocess.run(
            [self.root + "/usr/sbin/postcat", "-c", self.folder, "-hbq",
             self.held()[0]], env=self.environment(), check=True,
            capture_output=True, timeout=120).stdout


class Users:
    """Accounts that packages would have made, seen by one server only."""

    def __init__(self, folder, root, names):
        self.folder = folder
        self.preload = os.path.join(next(
            found for found, _, files in os.walk(root)
            if "libnss_wrapper.so" in files), "libnss_wrapper.so")
        users = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
        groups = "root:x:0:\nnogroup:x:65534:\n"
        for i, name in enumerate(names):
            users += "%s:x:%d:%d::/:/bin/false\n" % (name, 64100 + i,
                                                     64100 + i)
            groups += "%s:x:%d:\n" % (name, 64100 + i)
        for name, text in (("passwd", users), ("group", groups)):
            with open(os.path.join(folder, name), "w",
                      encoding="utf-8") as file:
                file.write(text)

    def environment(self):
        return {"LD_PRELOAD": self.preload,
                "NSS_WRAPPER_PASSWD": os.path.join(self.folder, "passwd"),
                "NSS_WRAPPER_GROUP": os.path.join(self.folder, "group")}


class Exim(Server):
    """Exim with one of the variants of contrib/exim, "spamc" or "rspamd"."""

    PORTS = {"spamc": "p783", "rspamd": "p11333"}

    CONF = """
keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : ^NSS_WRAPPER_
add_environment = PATH=/usr/bin
exim_path = {exim}
exim_user = root
exim_group = root
never_users =
trusted_users = root
primary_hostname = mx.victim.example
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/exim.pid
domainlist relay_to = victim.example
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
queue_run_in_order
.include {folder}/sekisho.main

begin acl
acl_rcpt:
  accept domains = +relay_to
  deny
acl_data:
.include {folder}/sekisho.acl
  accept

begin routers
sink:
  driver = manualroute
  transport = sink
  route_list = * 127.0.0.1
  self = send

begin transports
sink:
  driver = smtp
  user = nobody
  group = nogroup
  port = {sink}
  allow_localhost
  hosts_try_fastopen =

begin retry
* * F,1h,1m
"""

    def __init__(self, variant, port):
        super().__init__()
        self.variant = variant
        self.sekisho = port
        self.root = peer("exim")
        if os.geteuid() != 0:
            pytest.skip("Exim takes a configuration of ours from root only")

    def configure(self):
        # Without its privilege bit, so that the loader believes us.
        exim = os.path.join(self.folder, "exim")
        shutil.copy(self.root + "/usr/sbin/exim4", exim)
        users = Users(self.folder, self.root, ["Debian-exim"])
        os.mkdir(os.path.join(self.folder, "spool"))
        self.write("sekisho.main", snippet(
            "exim/%s.main" % self.variant,
            **{self.PORTS[self.variant]: self.sekisho}))
        self.write("sekisho.acl", snippet("exim/%s.acl" % self.variant))
        self.write("exim.conf", self.CONF.format(
            folder=self.folder, exim=exim, sink=self.sink.port))
        self.words = [exim, "-C", os.path.join(self.folder, "exim.conf")]
        self.environment = dict(os.environ, **users.environment(),
                                LD_LIBRARY_PATH=library_path(self.root))
        self.start(self.words + ["-bdf", "-oX", "127.0.0.1:%d" % self.port],
                   env=self.environment)

    def send(self, message, said=None):
        """Exim takes no XCLIENT, but root may say whose session it is."""
        if not said:
            return super().send(message)
        lines = ["EHLO " + said.get("helo", "client.customer.example"),
                 "MAIL FROM:<%s>" % said.get("mail_from",
                                             "taro@customer.example"),
                 "RCPT TO:<%s>" % said["rcpt"], "DATA"]
        talk = "\r\n".join(lines).encode() + b"\r\n" + \
            re.sub(rb"(?m)^\.", b"..", message) + b".\r\nQUIT\r\n"
        done = subprocess.run(
            self.words + ["-bs", "-oMa", said["ip"]], input=talk,
            capture_output=True, timeout=120, env=self.environment)
        replies = re.findall(rb"(?m)^(\d{3}) (.*)\r$", done.stdout)
        # The last but one; the last answers QUIT.
        assert len(replies) == 7, done
        return int(replies[5][0]), replies[5][1].decode()


class Haraka(Server):
    """Haraka with one of its plugins, "rspamd" or "spamassassin"."""

    PORTS = {"spamassassin": "p783", "rspamd": "p11333"}

    def __init__(self, plugin, port):
        super().__init__()
        self.plugin = plugin
        self.sekisho = port
        self.root = peer("haraka", "node_modules", "Haraka")
        if shutil.which("node") is None:
            pytest.skip("node is not installed")

    def configure(self):
        os.mkdir(os.path.join(self.folder, "config"))
        conf = {
            "smtp.ini": "listen=127.0.0.1:%d\n" % self.port,
            "me": "mx.victim.example\n",
            "host_list": "victim.example\n",
            "plugins": "xclient\nrcpt_to.in_host_list\n%s\n"
                       "queue/smtp_forward\n" % self.plugin,
            "smtp_forward.ini": "host=127.0.0.1\nport=%d\n"
                                % self.sink.port,
            "log.ini": "[main]\nlevel=info\n",
            "%s.ini" % self.plugin: snippet(
                "haraka/%s.ini" % self.plugin,
                **{self.PORTS[self.plugin]: self.sekisho}),
        }
        for name, text in conf.items():
            self.write(os.path.join("config", name), text)
        shutil.copy(os.path.join(self.root, "config", "connection.ini"),
                    os.path.join(self.folder, "config"))
        self.write("package.json", "{}\n")
        os.symlink(os.path.dirname(self.root),
                   os.path.join(self.folder, "node_modules"))
        self.start(["node", os.path.join(self.root, "bin", "haraka"), "-c",
                    self.folder])

    # Without a name it would ask a name server.
    UNNAMED = "client.invalid"

    def introduce(self, s, said):
        xclient(s, said, said.get("rdns") or self.UNNAMED)


class SpamassMilter(Server):
    """spamass-milter, which calls spamc; a mail server calls it."""

    def __init__(self, spamc_port):
        super().__init__()
        self.spamc_port = spamc_port
        self.root = peer("spamass-milter")
        if not os.path.exists("/usr/bin/spamc"):
            pytest.skip("spamc is not installed")

    def configure(self):
        self.write("spamc.conf", snippet("spamc/spamc.conf",
                                         p783=self.spamc_port))
        self.start([self.root + "/usr/sbin/spamass-milter", "-p",
                    "inet:%d@127.0.0.1" % self.port, "-r", "15", "--",
                    "-F", os.path.join(self.folder, "spamc.conf")],
                   env=dict(os.environ,
                            LD_LIBRARY_PATH=library_path(self.root)))


class Opensmtpd(Server):
    """OpenSMTPD with filter-rspamd.  Its folders are built in: it gets a view
    of the file system of its own, which takes root."""

    REST = """
action "sink" relay host smtp://127.0.0.1:{sink}
match from any for domain "victim.example" action "sink"
"""

    VIEW = """
mount -t tmpfs tmpfs /var/spool && mount -t tmpfs tmpfs /var/lib &&
mount -t tmpfs tmpfs /run && mkdir -m 711 -p /var/lib/opensmtpd/empty \\
    /var/spool/smtpd && exec "$@"
"""

    def __init__(self, port):
        super().__init__()
        self.sekisho = port
        self.root = peer("opensmtpd")
        if os.geteuid() != 0 or subprocess.run(
                ["unshare", "-m", "true"], check=False).returncode != 0:
            pytest.skip("OpenSMTPD needs root and a mount namespace here")

    def configure(self):
        users = Users(self.folder, self.root, ["opensmtpd", "opensmtpq"])
        self.write("smtpd.conf", snippet(
            "opensmtpd/smtpd.conf", p11333=self.sekisho,
            **{"p25 filter": "%d filter" % self.port,
               'p"filter-rspamd': '"%s/usr/libexec/opensmtpd/filter-rspamd'
                                  % self.root}) +
            self.REST.format(sink=self.sink.port))
        self.start(["unshare", "-m", "sh", "-c", self.VIEW, "view",
                    self.root + "/usr/sbin/smtpd", "-d", "-f",
                    os.path.join(self.folder, "smtpd.conf")],
                   env=dict(os.environ, **users.environment(),
                            LD_LIBRARY_PATH=library_path(self.root)))


class Amavis(Server):
    """amavis, called by SMTP, with the file of contrib/amavis.  Its modules
    are found where they would be installed: in a view of its own."""

    VIEW = """
cd "$0" && for at in usr/share/perl5 usr/lib/*/perl5/5.*; do
    mkdir -p "/$at" && mount -t overlay overlay -o "lowerdir=$0/$at:/$at" "/$at" || exit 1
done
exec "$@"
"""

    CONF = """
use strict;
$daemon_user = 'nobody';
$daemon_group = 'nogroup';
$myhostname = 'mx.victim.example';
$mydomain = 'victim.example';
$MYHOME = '{folder}/home';
$TEMPBASE = "$MYHOME/tmp";
$db_home = "$MYHOME/db";
$QUARANTINEDIR = undef;
$spam_quarantine_method = undef;
$pid_file = "$MYHOME/amavisd.pid";
$lock_file = "$MYHOME/amavisd.lock";
$do_syslog = 0;
$logfile = "$MYHOME/amavis.log";
$log_level = 2;
$max_servers = 1;
$enable_db = 0;
$enable_dkim_verification = 0;
@bypass_virus_checks_maps = (1);
@bypass_header_checks_maps = (1);
@bypass_banned_checks_maps = (1);
@decoders = ();
@local_domains_maps = (['victim.example']);
@mynetworks = ();
$inet_socket_bind = '127.0.0.1';
$inet_socket_port = {port};
@inet_acl = ('127.0.0.1');
$forward_method = 'smtp:[127.0.0.1]:{sink}';
$notify_method = $forward_method;
$warnspamsender = 0;
$spam_admin = undef;
1;
"""

    def __init__(self, port):
        super().__init__()
        self.sekisho = port
        self.root = peer("amavis")
        if os.geteuid() != 0 or subprocess.run(
                ["unshare", "-m", "true"], check=False).returncode != 0:
            pytest.skip("amavis needs root and a mount namespace here")

    def configure(self):
        for name in ("home", "home/tmp", "home/db"):
            path = os.path.join(self.folder, name)
            os.mkdir(path)
            shutil.chown(path, "nobody", "nogroup")
        self.write("amavisd.conf", self.CONF.format(
            folder=self.folder, port=self.port, sink=self.sink.port))
        self.write("50-sekisho", snippet("amavis/50-sekisho",
                                         p11333=self.sekisho))
        self.start(["unshare", "-m", "sh", "-c", self.VIEW, self.root,
                    self.root + "/usr/sbin/amavisd", "-c",
                    os.path.join(self.folder, "amavisd.conf"), "-c",
                    os.path.join(self.folder, "50-sekisho"), "foreground"],
                   env=dict(os.environ,
                            LD_LIBRARY_PATH=library_path(self.root)))

    def log(self):
        text = super().log()
        with contextlib.suppress(OSError):
            with open(os.path.join(self.folder, "home", "amavis.log"),
                      encoding="utf-8", errors="replace") as file:
                text += file.read()
        return text

    def introduce(self, s, said):
        code, text = s.docmd("XFORWARD", "ADDR=%s NAME=%s HELO=%s" % (
            said.get("ip", "192.0.2.1"), said.get("rdns") or "[UNAVAILABLE]",
            said.get("helo", "client.customer.example")))
        assert code == 250, text
