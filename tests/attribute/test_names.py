"""Names are claims: several actors may bear one, and whoever asks is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tocsin.attribute import Actor, Claim, actor_knowledge, folded
from tocsin.attribute.actor import Similar
from tocsin.attribute.names import Names


def actor(
    authority: str, name: str, *names: str, similar: Sequence[Similar] = (), replaced: str | None = None
) -> Actor:
    return Actor(
        authority=authority,
        name=name,
        id=name,
        source="by hand",
        names=tuple(Claim(actor=name, name=one, authority=authority, source="by hand") for one in (name, *names)),
        similar=tuple(similar),
        replaced_by=replaced,
    )


def test_a_name_is_known_however_it_is_written() -> None:
    names = Names([actor("ours", "Mint Sandstorm")])
    assert [one.name for one in names.bearers("mint-SANDSTORM\u200b")] == ["Mint Sandstorm"]
    assert names.bearers("Mint") == ()
    assert names.bearers("\u202e") == ()
    assert folded("x" * 5_000_000) == "x" * 200


def test_a_name_that_all_mean_alike_is_not_contested() -> None:
    names = Names([actor("a", "Otter", "River Otter"), actor("b", "RIVER OTTER", "Otter")])
    assert names.standing("otter").contested == ()


def test_a_name_on_two_actors_of_one_authority_is_contested() -> None:
    names = Names([actor("a", "Otter", "Weasel"), actor("a", "Stoat", "Weasel")])
    assert names.standing("Weasel").contested == ("a give the name Weasel to Otter and Stoat.",)
    assert names.standing("Otter").contested == ()


def test_an_entry_that_its_authority_withdrew_contests_nothing() -> None:
    names = Names([actor("a", "Otter", "Weasel"), actor("a", "Weasel", replaced="Otter")])
    assert names.standing("Weasel").contested == ()
    assert [one.name for one in names.of("a", "Weasel")] == ["Otter"]


def test_a_name_whose_actor_another_authority_splits_is_contested() -> None:
    names = Names([actor("a", "Otter", "Weasel", "Stoat"), actor("b", "Weasel"), actor("b", "Stoat")])
    assert names.standing("Otter").contested == ("a hold one actor, Otter, where b keep Weasel and Stoat.",)


def test_an_entry_that_its_own_authority_calls_like_another_is_contested() -> None:
    alike = Similar(actor="Stoat", authority="a", likelihood="likely")
    names = Names([actor("a", "Otter", similar=[alike]), actor("a", "Stoat")])
    assert names.standing("Otter").contested == ("a keep Otter apart from Stoat, and call them alike (likely).",)


BEARERS = {
    "Phosphorus": {("misp", "APT35"), ("microsoft", "Mint Sandstorm"), ("mitre-attack", "Magic Hound")},
    "Mint Sandstorm": {
        ("misp", "Charming Kitten"),
        ("misp", "APT35"),
        ("microsoft", "Mint Sandstorm"),
        ("mitre-attack", "Magic Hound"),
    },
    "APT42": {("misp", "APT42"), ("mitre-attack", "APT42")},
    "Charming Kitten": {
        ("misp", "Charming Kitten"),
        ("microsoft", "Mint Sandstorm"),
        ("mitre-attack", "Magic Hound"),
        ("mitre-attack", "Charming Kitten"),
    },
    "Ajax Security Team": {
        ("misp", "Flying Kitten"),
        ("microsoft", "Mint Sandstorm"),
        ("mitre-attack", "Ajax Security Team"),
    },
}
"""As the galaxies have it (threat-actor 336, microsoft-activity-group 21, mitre-intrusion-set 38), and Microsoft's
statement of 27 March 2019 on Ajax Security Team."""


@pytest.mark.parametrize("name", BEARERS)
def test_the_names_around_phosphorus_stay_apart_and_are_called_contested(name: str) -> None:
    standing = actor_knowledge().names.standing(name)
    assert {one.key for one in standing.bearers} == BEARERS[name]
    assert standing.contested


def test_every_claim_has_its_authority_and_source() -> None:
    for one in actor_knowledge().actors:
        assert one.names[0].name == one.name
        assert all(claim.actor == one.name and claim.authority == one.authority for claim in one.names)
        assert all(claim.source for claim in one.names)


def test_attack_gives_techniques_and_keeps_apt42_apart() -> None:
    (apt42,) = actor_knowledge().names.of("mitre-attack", "APT42")
    assert (apt42.id, apt42.source) == ("G1044", "https://attack.mitre.org/groups/G1044")
    (hound,) = actor_knowledge().names.of("mitre-attack", "Magic Hound")
    assert {"T1589.002", "T1586.002", "T1114.002", "T1098.002"} <= hound.techniques
