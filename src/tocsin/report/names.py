"""Sources and kinds of act by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tocsin.assess.assessment import SourceCoverage, Targeting
from tocsin.coverage import BY_NAME
from tocsin.report.phrases import PROVIDER_WORDS, listed
from tocsin.report.visible import visible
from tocsin.sources.countries import COUNTRY_CODES


def without_tenant(sources: Iterable[SourceCoverage]) -> set[str]:
    """Providers of which some records name no tenant and others do: those count for the tenant of their account."""
    held = [one for one in sources if one.events]
    return {one.provider for one in held if not one.tenant} & {one.provider for one in held if one.tenant}


def whole(sources: Sequence[SourceCoverage]) -> list[SourceCoverage]:
    """Sources with events, less those whose records count for another one's."""
    loose = without_tenant(sources)
    return [one for one in sources if one.events and (one.tenant or one.provider not in loose)]


def source_name(source: SourceCoverage) -> str:
    """``Okta (acme.example)``."""
    return tenant_name(source.provider, source.tenant)


def tenant_name(provider: str, tenant: str) -> str:
    """``Okta (acme.example)``, ``Okta`` where the log names no tenant."""
    words = PROVIDER_WORDS.get(provider, visible(provider))
    return f"{words} ({visible(tenant)})" if tenant else words


def population_words(targeting: Targeting) -> str:
    """``all accounts seen there``, ``all accounts seen at daily.example``: what targets were counted among."""
    where = [visible(domain) if domain else "names without a mail domain" for domain in targeting.within]
    return f"all accounts seen{' at ' + listed(where) if where else ' there'}"


def kind_words(kind: str) -> str:
    """``started recoveries``; the bare name of one that this version does not know."""
    known = BY_NAME.get(kind)
    return known.words if known else visible(kind)


def listed_countries(codes: Iterable[str]) -> str:
    """``Iran and Israel``, from two-letter codes; a code that is nobody's as it is."""
    return listed([_COUNTRIES.get(code, visible(code)) for code in codes])


_COUNTRIES: dict[str, str] = {}
for _name, _code in COUNTRY_CODES.items():
    if len(_name) > 2:
        _COUNTRIES.setdefault(_code, _name)
