"""A LemonLDAP::NG portal from Debian's packages, started for a test on loopback with settings of its own.

Served as it is in production: nginx before the product's own FastCGI server, accounts in an SQL database, mail over
SMTP. Nothing of the machine's own configuration is read or written.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers.mailbox import free_port

SERVER = Path("/usr/sbin/llng-fastcgi-server")
HTDOCS = Path("/usr/share/lemonldap-ng/portal/htdocs")
MODULES = ("Lemonldap::NG::Portal", "Log::Log4perl", "DBD::SQLite", "Email::Sender", "MIME::Entity", "String::Random")
OWNER = "www-data"  # the server refuses to run as root

LAYOUT = (
    "%d{yyyy-MM-dd'T'HH:mm:ss.SSSZ} [LLNG:%P] [%p] [%E{REMOTE_ADDR}] %m{chomp}"
    " [agent %E{HTTP_USER_AGENT}] [path %E{PATH_INFO}]%n"
)
"""As docs/sources.md recommends it."""


def missing() -> str | None:
    """What is not installed of it, as a reason to skip."""
    for command in (str(SERVER), "nginx", "perl"):
        if shutil.which(command) is None:
            return f"LemonLDAP::NG is not installed here: no {command}"
    uses = [f"-M{module}" for module in MODULES]
    if subprocess.run(["perl", *uses, "-e1"], capture_output=True).returncode:
        return f"LemonLDAP::NG is not installed here: perl lacks one of {', '.join(MODULES)}"
    return None


@dataclass(frozen=True, kw_only=True)
class Account:
    login: str
    password: str
    mail: str


@dataclass(frozen=True, kw_only=True)
class Portal:
    url: str
    log: Path


@contextmanager
def portal(accounts: list[Account], *, smtp_port: int, second_factor_for: str, logger: str) -> Iterator[Portal]:
    """A running portal. `logger`: `Log4perl` writes LAYOUT, `Std` the product's own lines."""
    # Not below pytest's folder, which the server's own user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="lemonldap-"))
    folder.chmod(0o755)
    port = free_port()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        _write(folder, accounts, port, smtp_port, second_factor_for, logger)
        environment = os.environ | {"LLNG_DEFAULTCONFFILE": str(folder / "lemonldap-ng.ini")}
        if logger == "Std":
            command = _as_owner(["plackup", "-s", "Standalone", "--host", "127.0.0.1", "--port", str(port), "-E",
                                 "deployment", str(HTDOCS / "index.psgi")])  # fmt: skip
            processes.append(_start(command, folder, "portal.log", environment))
        else:
            command = [str(SERVER), "--foreground", "-s", str(folder / "llng.sock"), "-p", str(folder / "llng.pid"),
                       "-n", "2"]  # fmt: skip
            if os.geteuid() == 0:
                command += ["-u", OWNER, "-g", OWNER]
            processes.append(_start(command, folder, "server.log", environment))
            processes.append(_start(["nginx", "-c", str(folder / "nginx.conf")], folder, "nginx.log", environment))
        url = f"http://127.0.0.1:{port}/"
        _await(url, folder)
        yield Portal(url=url, log=folder / "portal.log")
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _as_owner(command: list[str]) -> list[str]:
    return (
        ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups", *command]
        if os.geteuid() == 0
        else command
    )


def _start(command: list[str], folder: Path, log: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with (folder / log).open("ab") as file:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip


def _await(url: str, folder: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 401:  # the portal's own answer to who has not signed in
                return
            problem: Exception = error
            if error.code == 500:  # it started, and could not use its settings
                deadline = 0
        except OSError as error:
            problem = error
        if time.monotonic() > deadline:
            logs = "\n".join(path.read_text(errors="replace")[:3000] for path in sorted(folder.glob("*.log")))
            raise RuntimeError(f"the portal does not answer: {problem}\n{logs}")
        time.sleep(0.1)


def _write(
    folder: Path, accounts: list[Account], port: int, smtp_port: int, second_factor_for: str, logger: str
) -> None:
    for name in ("conf", "sessions/lock", "psessions/lock", "cache", "nginx"):
        (folder / name).mkdir(parents=True)
    used = f"Lemonldap::NG::Common::Logger::{logger}"
    (folder / "lemonldap-ng.ini").write_text(
        f"[all]\nlogger = {used}\nuserLogger = {used}\nlog4perlConfFile = {folder}/log4perl.conf\nlogLevel = info\n"
        f"[configuration]\ntype = File\ndirName = {folder}/conf\n"
        "[portal]\nstaticPrefix = /static\ntemplateDir = /usr/share/lemonldap-ng/portal/templates\nlanguages = en\n"
    )
    (folder / "log4perl.conf").write_text(
        "log4perl.logger = INFO, File\n"
        "log4perl.appender.File = Log::Log4perl::Appender::File\n"
        f"log4perl.appender.File.filename = {folder}/portal.log\n"
        "log4perl.appender.File.mode = append\n"
        "log4perl.appender.File.layout = PatternLayout\n"
        f"log4perl.appender.File.layout.ConversionPattern = {LAYOUT}\n"
    )
    settings = _settings(folder, port, smtp_port, second_factor_for)
    (folder / "conf/lmConf-1.json").write_text(json.dumps(settings))
    database = sqlite3.connect(folder / "users.db")
    database.execute("CREATE TABLE users (uid, password, mail)")
    rows = [(account.login, account.password, account.mail) for account in accounts]
    database.executemany("INSERT INTO users VALUES (?, ?, ?)", rows)
    database.commit()
    database.close()
    (folder / "nginx.conf").write_text(_nginx(folder, port))
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, OWNER, OWNER)


def _settings(folder: Path, port: int, smtp_port: int, second_factor_for: str) -> dict[str, Any]:
    def store(name: str) -> dict[str, str]:
        return {"Directory": f"{folder}/{name}", "LockDirectory": f"{folder}/{name}/lock"}

    return {
        "cfgNum": 1,
        "cfgDate": 1600000000,
        "cfgVersion": "2.16.1",
        "key": "only-for-this-test",
        "authentication": "DBI",
        "userDB": "Same",
        "passwordDB": "DBI",
        "registerDB": "Null",
        "domain": "127.0.0.1",
        "portal": f"http://127.0.0.1:{port}/",
        "cookieName": "lemonldap",
        "securedCookie": 0,
        "dbiAuthChain": f"dbi:SQLite:dbname={folder}/users.db",
        "dbiAuthUser": "",
        "dbiAuthPassword": "",
        "dbiAuthTable": "users",
        "dbiAuthLoginCol": "uid",
        "dbiAuthPasswordCol": "password",
        "dbiAuthPasswordHash": "",
        "dbiMailCol": "mail",
        "dbiPasswordMailCol": "mail",
        "dbiUserTable": "users",
        "userPivot": "uid",
        "dbiExportedVars": {"uid": "uid", "mail": "mail"},
        "globalStorage": "Apache::Session::File",
        "globalStorageOptions": store("sessions"),
        "persistentStorage": "Apache::Session::File",
        "persistentStorageOptions": store("psessions"),
        "localSessionStorage": "Cache::FileCache",
        "localSessionStorageOptions": {"cache_root": f"{folder}/cache", "cache_depth": 3, "namespace": "s"},
        "macros": {"_whatToTrace": "lc($_user)"},
        "whatToTrace": "_whatToTrace",
        "exportedVars": {},
        "groups": {},
        "locationRules": {},
        "exportedHeaders": {},
        "SMTPServer": "127.0.0.1",
        "SMTPPort": smtp_port,
        "mailUrl": f"http://127.0.0.1:{port}/resetpwd",
        "mailFrom": "noreply@example.org",
        "portalDisplayResetPassword": 1,
        "portalRequireOldPassword": 1,
        "requireToken": 0,
        "captcha_mail_enabled": 0,
        # Not used, and loaded all the same; the one by default needs ImageMagick.
        "captcha": "::Lib::OneTimeToken",
        "mail2fActivation": f'$uid eq "{second_factor_for}"',
        "mail2fCodeRegex": r"\d{6}",
    }


def _nginx(folder: Path, port: int) -> str:
    """Debian's `portal-nginx.conf`, with ports and folders of its own."""
    temporary = "".join(
        f"{kind}_temp_path {folder}/nginx; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
{f"user {OWNER};" if os.geteuid() == 0 else ""}
events {{}}
http {{
  access_log off; {temporary}
  server {{
    listen 127.0.0.1:{port}; root {HTDOCS}/;
    if ($uri !~ ^/((static|javascript|favicon).*|.*\\.psgi)) {{ rewrite ^/(.*)$ /index.psgi/$1 break; }}
    location ~ ^(?<sc>/.*\\.psgi)(?:$|/) {{
      include /etc/nginx/fastcgi_params;
      fastcgi_pass unix:{folder}/llng.sock;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_param LLTYPE psgi;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_split_path_info ^(.*\\.psgi)(/.*)$;
      fastcgi_param PATH_INFO $fastcgi_path_info;
    }}
  }}
}}
"""
