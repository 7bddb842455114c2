"""Provider logs to event rows. Files come in; `EVENT` tables and rejected records go out.

`SOURCES` lists every format, the first that recognises a record takes it. A new format is one new file and one
line here.
"""

from tocsin.sources.auth0 import AUTH0
from tocsin.sources.authentik import AUTHENTIK, AUTHENTIK_CSV, AUTHENTIK_LOG
from tocsin.sources.django_allauth import DJANGO_ALLAUTH
from tocsin.sources.duo import DUO, DUO_CSV, DUO_V1
from tocsin.sources.duo_admin import DUO_ACTIVITY, DUO_ADMIN
from tocsin.sources.entra_audit import ENTRA_AUDIT
from tocsin.sources.entra_portal import ENTRA_PORTAL
from tocsin.sources.entra_powershell import ENTRA_POWERSHELL
from tocsin.sources.entra_risk import ENTRA_RISK
from tocsin.sources.entra_risky_user import ENTRA_RISKY_USER
from tocsin.sources.entra_signin import ENTRA_SIGNIN
from tocsin.sources.google import GOOGLE
from tocsin.sources.google_alerts import GOOGLE_ALERT
from tocsin.sources.google_cloud_logging import GOOGLE_CLOUD_LOGGING
from tocsin.sources.google_console import GOOGLE_CONSOLE
from tocsin.sources.graph_alerts import GRAPH_ALERTS
from tocsin.sources.keycloak import KEYCLOAK, KEYCLOAK_JSON_LINE, KEYCLOAK_LINE
from tocsin.sources.keycloak_admin import KEYCLOAK_ADMIN
from tocsin.sources.keycloak_tables import KEYCLOAK_TABLES
from tocsin.sources.lemonldap import LEMONLDAP
from tocsin.sources.m365 import M365
from tocsin.sources.m365_graph import M365_AUDIT_GRAPH
from tocsin.sources.m365_hawk import M365_AUDIT_FLAT
from tocsin.sources.mapped_source import Mapped, read_mappings
from tocsin.sources.mapping import LogMapping
from tocsin.sources.ocsf import OCSF
from tocsin.sources.ocsf_okta import OCSF_OKTA
from tocsin.sources.okta import OKTA, OKTA_EVENTBRIDGE, OKTA_FOLDED
from tocsin.sources.onelogin import ONELOGIN
from tocsin.sources.read import Normalised, Reader
from tocsin.sources.risc import RISC
from tocsin.sources.source import Source

SOURCES: tuple[Source, ...] = (
    *(OKTA, OKTA_FOLDED, OKTA_EVENTBRIDGE),
    RISC,
    *(KEYCLOAK, KEYCLOAK_ADMIN, KEYCLOAK_LINE, KEYCLOAK_JSON_LINE, *KEYCLOAK_TABLES),
    *(*LEMONLDAP, DJANGO_ALLAUTH),
    *ENTRA_AUDIT,
    *ENTRA_SIGNIN,
    *(*ENTRA_PORTAL, *ENTRA_POWERSHELL),
    *(*ENTRA_RISK, *ENTRA_RISKY_USER, *GRAPH_ALERTS),
    *(*GOOGLE, GOOGLE_CLOUD_LOGGING, GOOGLE_ALERT, GOOGLE_CONSOLE),
    *(M365_AUDIT_FLAT, *M365, M365_AUDIT_GRAPH),
    *(OCSF, OCSF_OKTA),
    *AUTH0,
    *(AUTHENTIK, AUTHENTIK_CSV, AUTHENTIK_LOG),
    *(DUO, DUO_V1, DUO_CSV, DUO_ADMIN, DUO_ACTIVITY),
    ONELOGIN,
)

__all__ = ["SOURCES", "LogMapping", "Mapped", "Normalised", "Reader", "Source", "read_mappings"]
