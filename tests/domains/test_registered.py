"""Which part of a name somebody chose."""

from __future__ import annotations

import pytest

from tocsin.domains.registered import DYNAMIC, Registered, is_suffix, registered


@pytest.mark.parametrize(
    ("name", "below", "label", "suffix", "hosted"),
    [
        ("www.example.co.uk", ("www",), "example", "co.uk", False),
        ("google-verify.github.io", (), "google-verify", "github.io", True),
        ("a.b.duckdns.org", ("a",), "b", "duckdns.org", True),
        ("account-check.weebly.com", (), "account-check", "weebly.com", True),  # a hoster that the list lacks
        ("accounts.google.com.session-check.info", ("accounts", "google", "com"), "session-check", "info", False),
        ("login.example.nosuchsuffix", ("login",), "example", "nosuchsuffix", False),
    ],
)
def test_a_name_falls_into_its_parts(name: str, below: tuple[str, ...], label: str, suffix: str, hosted: bool) -> None:
    assert registered(name) == Registered(below, label, suffix, hosted)


@pytest.mark.parametrize("name", ["github.io", "duckdns.org", "co.uk", "weebly.com", "web.app"])
def test_a_suffix_or_hoster_is_nobodys_own(name: str) -> None:
    assert is_suffix(name)
    assert not is_suffix(f"customer.{name}")


def test_each_dynamic_dns_provider_is_a_hoster_of_the_list() -> None:
    assert [provider for provider in sorted(DYNAMIC) if not registered(f"customer.{provider}").dynamic] == []
    assert [provider for provider in sorted(DYNAMIC) if not registered(f"customer.{provider}").hosted] == []
    assert not registered("customer.github.io").dynamic
