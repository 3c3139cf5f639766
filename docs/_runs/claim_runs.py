"""Run the script of every claim, for the pages "Claims, checked". A script ends with a verdict that it computed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts import Outcome, execute, tidy

FOLDER = Path(__file__).parent / "claims"
VERDICTS = (
    "does not hold",
    "holds with a condition",
    "no longer exists in Keras 3",
    "cannot be settled by a run",
    "holds",
)


@dataclass(frozen=True)
class Claim:
    """One claim and how it is settled.

    name: of its anchor. says: the claim in this site's words, its heading. verdict: what its script has to find.
    right: what is so instead, or under which condition. script: ends with ``verdict`` computed from what it ran; a
    ``diagram`` that it leaves is shown. see: pages that tell more.
    """

    name: str
    says: str
    verdict: str
    right: str
    script: str
    see: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """The claims of one source. page: its name. source: its address, empty where none is known. about: what it is."""

    page: str
    title: str
    source: str
    about: str
    claims: tuple[Claim, ...]


def read_source(text: str, page: str) -> Source:
    """Return the source that a TOML text holds. Raises TypeError for a key that no claim has."""
    raw: dict[str, Any] = tomllib.loads(text)
    claims = tuple(Claim(**tidy(found)) for found in raw.pop("claim"))
    return Source(page=page, claims=claims, **raw)


def sources() -> Iterator[Source]:
    """Yield the sources in the order of their files."""
    for path in sorted(FOLDER.glob("*.toml")):
        yield read_source(
            path.read_text(encoding="utf-8"), path.stem.split("_", 1)[1].replace("_", "-")
        )


def run() -> dict[str, Any]:
    """Return each source by its title, with what the scripts of its claims printed and drew."""
    return {
        source.title: {
            "place": place,
            "page": source.page,
            "title": source.title,
            "source": source.source,
            "about": source.about,
            "claims": [asdict(claim) | settle(claim) for claim in source.claims],
        }
        for place, source in enumerate(sources())
    }


def settle(claim: Claim) -> dict[str, Any]:
    """Run a claim's script. Raises ValueError where it finds another verdict than the claim states."""
    outcome = execute(claim.script, claim.name)
    check(claim, outcome)
    diagram = outcome.names.get("diagram")
    picture = None if diagram is None else {"html": diagram._repr_html_(), "words": diagram.words()}
    return {"printed": outcome.printed, "warned": outcome.warned, "picture": picture}


def check(claim: Claim, outcome: Outcome) -> None:
    """Raise ValueError unless the script ran to its end and came to the verdict that the claim states."""
    if outcome.raised:
        raise ValueError(
            f"{claim.name}: expected the script to run, got {outcome.raised}: {outcome.message}"
        )
    found = outcome.names.get("verdict")
    if claim.verdict not in VERDICTS or found != claim.verdict:
        raise ValueError(
            f"{claim.name}: expected the verdict {claim.verdict!r}, got {found!r}. Fix: look at what the script "
            f"prints, and state the verdict that follows.\n{outcome.printed}"
        )
