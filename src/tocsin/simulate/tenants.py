"""Organisations and their tenants: who uses which provider, in which native variant."""

from __future__ import annotations

from random import Random

import msgspec

from .networks import Address, Place, draw_address, draw_network, places_in


class Tenant:
    """One provider's instance: an Okta org, an Entra tenant, a Workspace customer, a Keycloak realm."""

    __slots__ = ("apps", "domain", "key", "provider", "uid", "unified_audit", "variant")

    def __init__(self, rng: Random, key: str, provider: str, variant: str, *, unified_audit: bool = False) -> None:
        self.key = key
        self.provider = provider  # okta | entra | google | keycloak
        self.variant = variant
        self.unified_audit = unified_audit  # a Microsoft 365 unified audit log is exported too
        self.uid = _guid(rng)
        self.domain = ""  # of its first organisation
        self.apps: tuple[tuple[str, str], ...] = ()  # (display name, provider's id)


class Organisation:
    """A member of the federation."""

    __slots__ = (
        "category",
        "domain",
        "kind",
        "login",
        "name",
        "office_days",
        "offices",
        "place",
        "roster_weight",
        "size",
        "students",
        "tenant",
        "weekend",
    )

    def __init__(
        self,
        name: str,
        kind: OrganisationKind,
        domain: str,
        tenant: Tenant,
        place: Place,
        offices: list[Address],
        size: int,
        login: str,
    ) -> None:
        self.name = name
        self.kind = kind.kind
        self.category = kind.category
        self.domain = domain
        self.tenant = tenant
        self.place = place
        self.offices = offices  # addresses that hundreds share
        self.size = size
        self.login = login  # first.last | flast | first
        self.office_days = kind.office_days
        self.weekend = kind.weekend
        self.roster_weight = kind.roster_weight
        self.students = kind.students


class OrganisationKind(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    category: str  # of its people at risk
    share: float  # of all accounts, before normalising; varies by +-20 % with the seed
    roster_weight: float  # how much likelier than others its people are on the roster
    office_network: str
    office_days: float  # share of sessions from the office on work days
    weekend: float  # activity on Saturday and Sunday against a work day
    tenants: tuple[str, ...]  # keys it may live in
    names: tuple[str, ...]
    students: float = 0.0  # share of students among the accounts


TENANTS = (  # (key, provider, variant, unified audit log too)
    ("okta-1", "okta", "classic", False),
    ("okta-2", "okta", "engine", False),
    ("entra-1", "entra", "graph", True),
    ("entra-2", "entra", "diagnostic", False),
    ("google-1", "google", "list", False),
    ("google-2", "google", "list", False),
    ("keycloak-1", "keycloak", "current", False),
    ("keycloak-2", "keycloak", "older", False),
)

KINDS = (
    OrganisationKind(
        kind="company",
        category="other",
        share=0.22,
        roster_weight=0.15,
        office_network="business",
        office_days=0.5,
        weekend=0.16,
        tenants=("okta-1",),
        names=("Halden Freight", "Corvane Systems", "Ostrava Glassworks", "Brightwater Energy"),
    ),
    OrganisationKind(
        kind="newsroom",
        category="media",
        share=0.07,
        roster_weight=8,
        office_network="business",
        office_days=0.4,
        weekend=0.55,
        tenants=("okta-2",),
        names=("The Meridian Post", "Radio Lantern", "Daily Compass", "Tidewater Review"),
    ),
    OrganisationKind(
        kind="think-tank",
        category="think-tank",
        share=0.025,
        roster_weight=9,
        office_network="business",
        office_days=0.45,
        weekend=0.25,
        tenants=("okta-2", "entra-2"),
        names=("Alder Institute", "Centre for Strait Studies", "Northlight Policy Forum"),
    ),
    OrganisationKind(
        kind="ministry",
        category="government",
        share=0.12,
        roster_weight=2.2,
        office_network="business",
        office_days=0.75,
        weekend=0.1,
        tenants=("entra-1",),
        names=("Ministry of Infrastructure", "Department of Civic Affairs", "Treasury Office"),
    ),
    OrganisationKind(
        kind="bank",
        category="other",
        share=0.06,
        roster_weight=0.1,
        office_network="business",
        office_days=0.7,
        weekend=0.12,
        tenants=("entra-1",),
        names=("Lindqvist Savings", "Harbour Mutual", "Union Cooperative Bank"),
    ),
    OrganisationKind(
        kind="university",
        category="academia",
        share=0.30,
        roster_weight=0.5,
        office_network="university",
        office_days=0.45,
        weekend=0.4,
        tenants=("entra-2",),
        students=0.72,
        names=("Northfield University", "Aldermere University", "Vesterhavn University"),
    ),
    OrganisationKind(
        kind="campaign",
        category="campaign",
        share=0.012,
        roster_weight=26,
        office_network="residential",
        office_days=0.3,
        weekend=0.8,
        tenants=("google-1", "okta-2"),
        names=("Rowan for Governor", "Calloway 2026", "Vote Ferrante"),
    ),
    OrganisationKind(
        kind="ngo",
        category="ngo",
        share=0.04,
        roster_weight=6,
        office_network="business",
        office_days=0.35,
        weekend=0.25,
        tenants=("google-1",),
        names=("Open Shores", "Witness Collective", "Clean Rivers Trust"),
    ),
    OrganisationKind(
        kind="party",
        category="political-party",
        share=0.028,
        roster_weight=11,
        office_network="business",
        office_days=0.4,
        weekend=0.45,
        tenants=("google-2",),
        names=("Civic Union Party", "Meadow Party", "New Coast Alliance"),
    ),
    OrganisationKind(
        kind="college",
        category="academia",
        share=0.09,
        roster_weight=0.5,
        office_network="university",
        office_days=0.4,
        weekend=0.4,
        tenants=("keycloak-1",),
        students=0.6,
        names=("Sankt Olav College", "Brookhaven College", "Institut de la Loire"),
    ),
    OrganisationKind(
        kind="hospital",
        category="other",
        share=0.09,
        roster_weight=0.1,
        office_network="business",
        office_days=0.8,
        weekend=0.6,
        tenants=("keycloak-1",),
        names=("Saint Brigid Hospital", "Westvale Clinics"),
    ),
    OrganisationKind(
        kind="diaspora",
        category="diaspora",
        share=0.014,
        roster_weight=22,
        office_network="residential",
        office_days=0.1,
        weekend=0.8,
        tenants=("keycloak-2",),
        names=("Homeland Voices Network", "Exile Writers Circle", "Free Exchange Association"),
    ),
    OrganisationKind(
        kind="legal-aid",
        category="ngo",
        share=0.022,
        roster_weight=6,
        office_network="business",
        office_days=0.4,
        weekend=0.2,
        tenants=("keycloak-2",),
        names=("Lawyers Without Fear", "Justice Line", "Refuge Legal Aid"),
    ),
)
HOME_COUNTRIES = ("US", "GB", "DE", "FR", "NL", "SE", "NO")
LOGINS = ("first.last", "first.last", "flast", "first_last")


def found(rng: Random, accounts: int) -> tuple[list[Tenant], list[Organisation]]:
    """The federation: every provider has at least one tenant, every tenant at least one organisation."""
    tenants = {
        key: Tenant(rng, key, provider, variant, unified_audit=audit) for key, provider, variant, audit in TENANTS
    }
    shares = [kind.share * rng.uniform(0.8, 1.2) for kind in KINDS]
    countries = rng.sample(HOME_COUNTRIES, 3)
    organisations = []
    for kind, share in zip(KINDS, shares, strict=True):
        tenant = tenants[rng.choice(kind.tenants)]
        place = rng.choice(places_in(rng.choice(countries)))
        network = draw_network(rng, kind.office_network, place.country)
        size = max(3, round(accounts * share / sum(shares)))
        name = rng.choice(kind.names)
        domain = name.lower().replace("the ", "").replace(" ", "-") + ".example"
        office_count = 1 if size < 60 else rng.randint(1, 3)
        offices = [draw_address(rng, network, place) for _ in range(office_count)]
        login = "student" if kind.students > 0.7 else rng.choice(LOGINS)
        organisations.append(Organisation(name, kind, domain, tenant, place, offices, size, login))
        if not tenant.domain:
            tenant.domain = domain
            tenant.apps = _apps(rng, tenant)
    largest = max(organisations, key=lambda organisation: organisation.size)
    largest.size = max(3, largest.size + accounts - sum(organisation.size for organisation in organisations))
    return list(tenants.values()), organisations


_APPS = {
    "okta": ("Salesforce.com", "Slack", "Zoom", "Box", "Workday", "ServiceNow UD", "GitHub Enterprise Cloud"),
    "entra": (
        "Office 365 Exchange Online",
        "Microsoft Teams",
        "Office365 Shell WCSS-Client",
        "SharePoint Online Web Client Extensibility",
        "OfficeHome",
        "Microsoft Authentication Broker",
        "One Outlook Web",
    ),
    "google": ("Zoom", "Slack", "Google Chrome", "macOS", "Asana", "Canva"),
    "keycloak": ("webmail", "intranet", "moodle", "nextcloud", "account-console", "wiki"),
}


def _apps(rng: Random, tenant: Tenant) -> tuple[tuple[str, str], ...]:
    names = rng.sample(_APPS[tenant.provider], 5)
    if tenant.provider == "okta":
        return tuple((name, "0oa" + _base62(rng, 17)) for name in names)
    if tenant.provider == "google":
        return tuple((name, f"{rng.randrange(10**11, 10**12)}.apps.googleusercontent.com") for name in names)
    if tenant.provider == "keycloak":
        return tuple((name, f"https://{name}.{tenant.domain}/") for name in names)
    return tuple((name, _guid(rng)) for name in names)


_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _base62(rng: Random, length: int) -> str:
    return "".join(rng.choices(_BASE62, k=length))


def _guid(rng: Random) -> str:
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
