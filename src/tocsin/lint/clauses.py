"""The clauses that rules rest on, in our own words: what each asks of whoever lets people recover accounts.

Sources: NIST SP 800-63B-4 (July 2025, https://pages.nist.gov/800-63-4/sp800-63b.html), the OWASP Forgot Password Cheat
Sheet (OWASP/CheatSheetSeries) and the OWASP ASVS 5.0 (OWASP/ASVS, 5.0/en). Read there what exactly they say.
"""

from __future__ import annotations

from dataclasses import dataclass

_NIST = "NIST SP 800-63B-4"
_SHEET = "OWASP Forgot Password Cheat Sheet"
_ASVS = "OWASP ASVS 5.0"
_PLACES = {
    _NIST: "https://pages.nist.gov/800-63-4/sp800-63b.html",
    _SHEET: "https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html",
    _ASVS: "https://github.com/OWASP/ASVS/tree/v5.0.0/5.0/en",
}


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One requirement of a published document."""

    document: str
    section: str
    asks: str  # in our own words

    @property
    def id(self) -> str:
        """As it is cited: `NIST SP 800-63B-4 §4.2.1.2`."""
        return f"{self.document} §{self.section}"

    @property
    def url(self) -> str:
        """Where the document is read."""
        return _PLACES[self.document]


def _nist(section: str, asks: str) -> Clause:
    return Clause(document=_NIST, section=section, asks=asks)


def _sheet(section: str, asks: str) -> Clause:
    return Clause(document=_SHEET, section=section, asks=asks)


def _asvs(section: str, asks: str) -> Clause:
    return Clause(document=_ASVS, section=section, asks=asks)


PASSWORDS = _nist(
    "3.1.1.2", "passwords have at least eight characters, fifteen where nothing else protects the account"
)
THROTTLING = _nist("3.2.2", "guesses at one account are limited, to a hundred wrong ones in a row at the most")
BINDING = _nist(
    "4.1.2.1",
    "whoever adds a way to authenticate has proved to be the owner as strongly as the account can, and is told",
)
TWO_WAYS = _nist("4.1.2.1", "owners are encouraged to keep two ways to authenticate, so that few need recovery")
METHODS = _nist(
    "4.2.1",
    "an account is recovered by saved codes, issued codes, recovery contacts or a new identity proofing; questions"
    " about the owner are none of these",
)
ISSUED_CODES = _nist(
    "4.2.1.2",
    "a code or link that is sent is random (six digits at least), good for ten minutes by text or voice and for 24"
    " hours by mail, guessed at only so often, and goes to an address that the owner has confirmed",
)
TWO_PROOFS = _nist(
    "4.2.2.2",
    "an account with a second factor is recovered by two codes of different kinds, by one code and an authenticator"
    " that is still bound, or by a new identity proofing",
)
RECOVERY_NOTICE = _nist("4.2.3", "every recovery sends the owner a notice")
NOTICES = _nist(
    "4.6", "notices go to all addresses that are kept for them, and say whom to turn to if it was not the owner"
)

REQUEST = _sheet(
    "Forgot Password Request",
    "the answer is the same, in words and time, whether or not the account exists, and requests are limited per"
    " account",
)
RESET = _sheet(
    "User Resets Password",
    "after a reset the owner is told by mail, signs in the usual way, and other sessions end or can be ended",
)
URL_TOKENS = _sheet(
    "URL Tokens",
    "a link in a mail is for one account, used once, soon expired, under https, and leaks in no referrer",
)
QUESTIONS = _sheet("Security Questions", "questions are never the only proof")
NO_LOCKOUT = _sheet("Account Lockout", "whoever only knows a name cannot lock its owner out")

MALICIOUS_LOCKOUT = _asvs("6.1.1", "limits on guessing are set so that they cannot be used to lock owners out")
GUESSING = _asvs("6.3.1", "credential stuffing and guessing are held off")
SECOND_FACTOR = _asvs("6.3.3", "signing in takes more than one factor")
NO_WEAKER_WAY = _asvs("6.3.4", "no way in is weaker than the others")
SUSPICIOUS_TOLD = _asvs("6.3.5", "owners are told of suspicious attempts")
CHANGES_TOLD = _asvs("6.3.7", "owners are told of reset credentials and of changed names and addresses")
NO_DEDUCTION = _asvs("6.3.8", "neither sign-in, registration nor recovery lets anybody find out which accounts exist")
NO_QUESTIONS = _asvs("6.4.2", "there are no secret questions and no password hints")
RESET_KEEPS_FACTORS = _asvs("6.4.3", "a forgotten password is reset without going around the second factor")
CODES_EXPIRE = _asvs("6.5.1", "codes can be used once")
PHONE = _asvs("6.6.1", "codes by phone are offered only beside something stronger")
CODES_THROTTLED = _asvs("6.6.3", "codes that are sent cannot be guessed at without limit")
OTHER_SESSIONS = _asvs("7.4.3", "after a credential changed, all other sessions can be ended")
REAUTHENTICATION = _asvs("7.5.1", "addresses, numbers and factors are changed only after authenticating anew")
REFRESH_TOKENS = _asvs("10.4.5", "a stolen refresh token cannot be used beside the owner's")
LOGS_KEPT = _asvs("16.1.1", "it is written down what is logged and for how long it is kept")
LOGGED = _asvs("16.3.1", "all authentication operations are logged, successful or not")
