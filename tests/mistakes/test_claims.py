"""Every claim's script against the installed Keras: it comes to the verdict that the page states."""

import dataclasses

import pytest
from claim_runs import settle, sources
from page_runs import stored

CLAIMS = [pytest.param(claim, id=claim.name) for source in sources() for claim in source.claims]


RUNS = {
    claim["name"]: claim for source in stored("claim_runs").values() for claim in source["claims"]
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_run_comes_to_the_verdict(claim):
    run = RUNS[claim.name]  # a run that comes to another verdict is not stored: make runs stops
    assert run["verdict"] == claim.verdict
    assert run["printed"].strip(), f"{claim.name} shows nothing"


def test_each_claim_has_a_name_of_its_own():
    names = [p.values[0].name for p in CLAIMS]
    assert len(names) == len(set(names))


def test_a_claim_that_states_another_verdict_is_refused():
    claim = next(p.values[0] for p in CLAIMS if p.values[0].name == "units-are-free")
    with pytest.raises(ValueError, match="expected the verdict 'does not hold', got 'holds'"):
        settle(dataclasses.replace(claim, verdict="does not hold"))
