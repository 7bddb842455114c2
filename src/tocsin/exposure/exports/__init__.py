"""Exports of registered methods. A decoded record comes in with what stands around it; a `Registered` goes out."""

from tocsin.exposure.exports.entra_methods import ENTRA_METHODS
from tocsin.exposure.exports.entra_registration import ENTRA_REGISTRATION
from tocsin.exposure.exports.export import Export
from tocsin.exposure.exports.google_users import GOOGLE_USERS
from tocsin.exposure.exports.keycloak_users import KEYCLOAK_USERS
from tocsin.exposure.exports.okta_factors import OKTA_FACTORS
from tocsin.exposure.exports.okta_users import OKTA_USERS

EXPORTS: tuple[Export, ...] = (
    ENTRA_REGISTRATION,
    ENTRA_METHODS,
    OKTA_FACTORS,
    OKTA_USERS,
    GOOGLE_USERS,
    KEYCLOAK_USERS,
)
"""The first one that recognises a record reads it."""

__all__ = ["EXPORTS", "Export"]
