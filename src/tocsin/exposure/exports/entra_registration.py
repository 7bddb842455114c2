"""Microsoft Entra: the report of user registration details, one record a user.

Fields: https://learn.microsoft.com/graph/api/resources/userregistrationdetails ; words of `methodsRegistered`:
https://learn.microsoft.com/graph/api/resources/usageauthmethod . The report names methods, not numbers or addresses;
those come from the users' own lists (`entra_methods.py`).

A reset gives a password only. How many methods it asks of a user (one or two) stands in the tenant's policy, not here:
where two are registered, the reset with one of them is marked as possible. Administrators are asked for two, and never
for questions (https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy, two-gate policy).
"""

from __future__ import annotations

from tocsin.exposure.effects import Kind
from tocsin.exposure.exports.export import Export, Record, flag, items, needed, text
from tocsin.exposure.registered import BadRecord, Gate, Method, Registered, Use

ORIGIN = "Entra registration details"

_RESET, _BOTH = (Use.RESET,), (Use.SECOND, Use.RESET)

METHODS: dict[str, tuple[Kind, tuple[Use, ...]]] = {
    "email": (Kind.MAILBOX, _RESET),
    "mobilePhone": (Kind.PHONE, _BOTH),
    "alternateMobilePhone": (Kind.PHONE, _BOTH),
    "officePhone": (Kind.PHONE, _BOTH),
    "mobileSMS": (Kind.PHONE, _BOTH),
    "mobileCall": (Kind.PHONE, _BOTH),
    "alternateMobileCall": (Kind.PHONE, _BOTH),
    "sms": (Kind.PHONE, _BOTH),
    "securityQuestion": (Kind.QUESTION, _RESET),
    "microsoftAuthenticatorPush": (Kind.PROMPT, _BOTH),
    "appNotification": (Kind.PROMPT, _BOTH),
    "microsoftAuthenticatorPasswordless": (Kind.PROMPT, (Use.ALONE, Use.SECOND)),
    "softwareOneTimePasscode": (Kind.APP_CODE, _BOTH),
    "oneTimePasscode": (Kind.APP_CODE, _BOTH),
    "appCode": (Kind.APP_CODE, _BOTH),
    "hardwareOneTimePasscode": (Kind.TOKEN_CODE, _BOTH),
    "fido2": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "fido": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "fido2SecurityKey": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "passKeyDeviceBound": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "passKeyDeviceBoundAuthenticator": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "passKeyDeviceBoundWindowsHello": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "passKeySynced": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "windowsHelloForBusiness": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "macOsSecureEnclaveKey": (Kind.KEY, (Use.ALONE, Use.SECOND)),
    "temporaryAccessPass": (Kind.PASS, (Use.ALONE,)),
    "qrCode": (Kind.OTHER, (Use.ALONE,)),
    "externalAuthMethod": (Kind.STEP, (Use.SECOND,)),
}
"""What each registered method does. `appPassword` is for old clients and none of these."""


def _recognises(record: Record, _around: Record) -> bool:
    return "methodsRegistered" in record and "userPrincipalName" in record


def _reads(record: Record, _around: Record) -> Registered:
    name = needed(record, "userPrincipalName").lower()
    admin = flag(record, "isAdmin") is True
    capable = flag(record, "isSsprCapable") is True
    methods: dict[tuple[Kind, tuple[Use, ...]], Method] = {}
    for word in items(record, "methodsRegistered"):
        if not isinstance(word, str):
            raise BadRecord("methodsRegistered holds what is no text")
        if word == "appPassword":
            continue
        kind, uses = METHODS.get(word, (Kind.STEP, (Use.SECOND,)))
        if admin and kind == Kind.QUESTION:
            continue
        methods.setdefault((kind, uses), Method(kind=kind, uses=frozenset(uses), origin=ORIGIN))
    able = sum(Use.RESET in one.uses for one in methods.values())
    return Registered(
        provider="entra",
        uid=text(record, "id"),
        names=(name,),
        methods=tuple(methods.values()),
        gates=_gates(able, capable=capable, admin=admin),
        factors_told=True,
        mail_host=True,
        where=ORIGIN,
    )


def _gates(able: int, *, capable: bool, admin: bool) -> tuple[Gate, ...]:
    """What a reset asks for. Who may reset with one method registered is asked for one; with more, two are enough, and
    one may be."""
    if not capable:
        return ()
    if admin:
        return (Gate(needs=2),)
    return (Gate(needs=1),) if able < 2 else (Gate(needs=2), Gate(needs=1, possible=True))


ENTRA_REGISTRATION = Export(
    name="entra_registration",
    title="Microsoft Entra user registration details",
    provider="entra",
    source="https://learn.microsoft.com/graph/api/authenticationmethodsroot-list-userregistrationdetails",
    recognises=_recognises,
    reads=_reads,
)
