"""`tocsin actors`: who says what of an actor."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import Tocsin
from tocsin.attribute import actor_knowledge


def test_a_contested_name_is_called_so_with_every_claim(tocsin: Tocsin) -> None:
    said = tocsin("actors", "phosphorus", "--json", "p.json")
    assert said.code == 0
    assert said.out.startswith("Phosphorus  contested\n")
    assert "98 domains called Phosphorus's in: court order of March 2019" in said.out
    assert "7 of them are called Strontium's, too" in " ".join(said.out.split())
    document = json.loads(Path("p.json").read_text())
    assert document["schema"] == "tocsin.actors/1"
    assert [(one["authority"], one["actor"]) for one in document["actors"]] == [
        ("misp", "APT35"),
        ("microsoft", "Mint Sandstorm"),
        ("mitre-attack", "Magic Hound"),
    ]
    claims = [(one["name"], one["authority"]) for actor in document["actors"] for one in actor["claims"]]
    assert {("PHOSPHORUS", "microsoft"), ("Phosphorus", "misp"), ("Phosphorus", "mitre-attack")} <= set(claims)


def test_actors_are_listed_by_authority_with_own_profiles_first(tocsin: Tocsin) -> None:
    Path("own").mkdir()
    Path("own/otter.yml").write_text("actor: RIVER OTTER\nauthority: Example CERT\n")
    Path("own/bad.yml").write_text("actor: [A\n")
    said = tocsin("actors", "--profiles", "own")
    assert said.code == 0
    assert "Example CERT: 1; MISP threat actors: 864; Microsoft activity groups: 79; MITRE ATT&CK" in said.out
    assert "profile not taken: own/bad.yml: no YAML" in said.err
    assert said.out.index("RIVER OTTER") < said.out.index(" misp ")


def test_entries_that_others_replaced_are_counted_apart(tocsin: Tocsin) -> None:
    """Campaigns are compared with the kept ones alone, and `tocsin attribute` says how many those are."""
    said = tocsin("actors", "--authority", "mitre-attack", "--all", "--json", "all.json")
    listed = json.loads(Path("all.json").read_text())["actors"]
    replaced = sum(one["replaced_by"] is not None for one in listed)
    assert replaced > 0
    told = f"MITRE ATT&CK groups: {len(listed) - replaced} (and {replaced} entries that others replaced)"
    assert told in " ".join(said.out.split())
    assert len(actor_knowledge(None).of("mitre-attack")) == len(listed) - replaced


def test_one_authority_can_be_asked_for(tocsin: Tocsin) -> None:
    said = tocsin("actors", "--authority", "microsoft", "--all", "--json", "all.json")
    assert said.code == 0
    assert {one["authority"] for one in json.loads(Path("all.json").read_text())["actors"]} == {"microsoft"}
    said = tocsin("actors", "--authority", "nobody")
    assert said.code == 2
    assert "no actor is known by nobody" in said.err


def test_a_name_that_nobody_uses_brings_the_nearest(tocsin: Tocsin) -> None:
    said = tocsin("actors", "Phosphorous")
    assert said.code == 2
    assert "did you mean Phosphorus?" in said.err


def test_a_name_that_hides_something_is_shown_with_what_it_hides(tocsin: Tocsin) -> None:
    said = tocsin("actors", "\u202e\x1b[31m" + "x" * 1_000_000)
    assert said.code == 2
    assert "\x1b" not in said.err
    assert "⟨U+202E⟩⟨U+001B⟩[31mxxx" in said.err
    assert len(said.err) < 1000
