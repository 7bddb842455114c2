"""Resolvers of their own on the loopback interface, with a zone of neighbours behind them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

NEIGHBOURS = """$TTL 60
@ IN SOA localhost. hostmaster.localhost. 1 3600 900 86400 60
@ IN NS localhost.
confirm-session IN A 192.0.2.1
*.confirm-session IN A 192.0.2.2
harmless IN A 192.0.2.3
www.harmless IN A 192.0.2.4
"""
"""What stands in the zone `info` behind the resolvers."""

Ask = Callable[[str], tuple[str, list[str]]]
"""Status and addresses that a resolver gives for a name."""


def program(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def running(*command: str, port: int, log: Path) -> Iterator[None]:
    """The server, from when it answers until the test is over."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            for _ in range(100):
                if process.poll() is not None:
                    pytest.fail(f"{command[0]} stopped: {log.read_text()[-2000:]}")
                if asked(port, "harmless.info")[0] != "none":
                    break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(10)


def asked(port: int, name: str) -> tuple[str, list[str]]:
    """What dig says: NOERROR, NXDOMAIN, or none where nobody answered."""
    done = subprocess.run(
        [program("dig"), "@127.0.0.1", "-p", str(port), "+tries=1", "+time=2", "+noedns", name, "A"],
        capture_output=True,
        text=True,
    )
    status = done.stdout.partition("status: ")[2].partition(",")[0] or "none"
    rows = [line.split() for line in done.stdout.splitlines() if line and not line.startswith(";")]
    return status, [row[-1] for row in rows if row[3:4] == ["A"]]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _named(folder: Path, name: str, text: str) -> list[str]:
    path = folder / f"{name}.conf"
    path.write_text(text)
    return [program("named"), "-g", "-c", str(path)]


def _options(folder: Path, name: str, port: int, more: str) -> str:
    return (
        f'options {{ directory "{folder}"; pid-file "{folder}/{name}.pid"; session-keyfile "{folder}/{name}.key"; '
        f"listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; dnssec-validation no; {more} }};\n"
        "controls { };\n"
    )


@pytest.fixture(params=["bind", "unbound"])
def resolver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str, Path], Ask]]:
    """Starts a real resolver with a response policy zone (its name, its file), and asks it."""
    with ExitStack() as servers:

        def start(zone: str, file: Path) -> Ask:
            behind, port = free_port(), free_port()
            (tmp_path / "info.zone").write_text(NEIGHBOURS)
            authority = _named(
                tmp_path,
                "authority",
                _options(tmp_path, "authority", behind, "recursion no;")
                + f'zone "info" {{ type primary; file "{tmp_path}/info.zone"; }};\n',
            )
            if request.param == "bind":
                more = (
                    f"recursion yes; forward only; forwarders {{ 127.0.0.1 port {behind}; }}; "
                    f'response-policy {{ zone "{zone}"; }};'
                )
                command = _named(
                    tmp_path,
                    "resolver",
                    _options(tmp_path, "resolver", port, more) + f'zone "{zone}" {{ type primary; file "{file}"; }};\n',
                )
            else:
                path = tmp_path / "unbound.conf"
                path.write_text(
                    f'server:\n interface: 127.0.0.1@{port}\n username: ""\n chroot: ""\n directory: "{tmp_path}"\n'
                    f' pidfile: ""\n use-syslog: no\n do-daemonize: no\n do-not-query-localhost: no\n'
                    ' module-config: "respip iterator"\n'
                    f'rpz:\n name: {zone}.\n zonefile: "{file}"\n'
                    f'forward-zone:\n name: "."\n forward-addr: 127.0.0.1@{behind}\n'
                    "remote-control:\n control-enable: no\n"
                )
                command = [program("unbound"), "-d", "-c", str(path)]
            servers.enter_context(running(*authority, port=behind, log=tmp_path / "authority.log"))
            servers.enter_context(running(*command, port=port, log=tmp_path / "resolver.log"))
            return lambda name: asked(port, name)

        yield start
