"""Labels are read as people read them."""

from __future__ import annotations

import pytest

from tocsin.domains import Judge
from tocsin.domains.segment import segment


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("mysecureaccountlogin", "mysecure account login"),
        ("account-verifiy", "account verifiy~verify"),
        ("settinqs-myaccount", "settinqs~settings myaccount"),
        ("useridentity-confirm", "user identity confirm"),
        ("inbox01-gomail", "inbox gomail"),
        ("micr0soft-login", "micr0soft~microsoft login"),
        ("te1egram", "te1egram~telegram"),
        ("kontobestaetigung", "konto bestaetigung"),
        ("hesap-dogrulama", "hesap dogrulama"),
        ("podtverzhdenie-pochta", "podtverzhdenie pochta"),
        ("myaccountes-settings", "myaccountes~myaccount settings"),
        ("login-es", "login es"),
        ("mystery", "?mystery"),
        ("computer-designers", "computer designer ?s"),
        ("zxqv-notification", "?zxqv notification"),
    ],
)
def test_a_label_is_cut_into_its_words(judge: Judge, label: str, read: str) -> None:
    pieces = segment(label, judge.vocabulary.found(label), judge.costs)
    shown = [
        f"?{piece.text}"
        if piece.word is None
        else piece.text
        if piece.word.spelling == "exact"
        else f"{piece.text}~{piece.word.right}"
        for piece in pieces
    ]
    assert " ".join(shown) == read
