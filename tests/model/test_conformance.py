"""What `make conformance` does with a model that fails; the workers themselves need joblib."""

import importlib.util
import json
from pathlib import Path

import comparisons
import pytest

SCRIPT = Path(__file__).parents[1] / "conformance" / "conformance.py"


@pytest.fixture(scope="module")
def conformance():
    spec = importlib.util.spec_from_file_location("conformance", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def one_fails(monkeypatch):
    def compare(seed):
        assert seed != 7, "lstm call 0 states 0"

    monkeypatch.setattr(comparisons, "compare", compare)


def test_a_chunk_goes_on_after_a_failure(conformance, one_fails):
    results = conformance.compare_chunk([6, 7, 8], str(Path(__file__).parent))
    assert [r.seed for r in results] == [6, 7, 8]
    assert [bool(r.error) for r in results] == [False, True, False]
    assert "lstm call 0 states 0" in results[1].error


def test_a_failure_is_reported_with_the_command_that_repeats_it(
    conformance, one_fails, capsys, tmp_path
):
    results = conformance.compare_chunk([6, 7, 8], str(Path(__file__).parent))
    arguments = conformance.read_arguments(
        [
            "--models",
            "3",
            "--jobs",
            "2",
            "--report",
            str(tmp_path / "made.json"),
        ]
    )
    assert conformance.report(arguments, results, 2.0) == 1
    said = capsys.readouterr().out
    assert (
        "3 models in 2 s (1.5 per second), 2 jobs over loky: 1 failed" in said
    )
    assert "seed 7: AssertionError: lstm call 0 states 0" in said
    assert 'make conformance ARGS="--seed 7"' in said
    assert [
        f["seed"]
        for f in json.loads((tmp_path / "made.json").read_text())["failed"]
    ] == [7]
    assert conformance.report(arguments, results[:1], 2.0) == 0


def test_one_seed_is_repeated_here(conformance, capsys):
    assert conformance.main(["--seed", "3"]) == 0
    assert (
        "seed 3: every number is that of the cells" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--models", "0"], "expected a whole number from 1 on, got '0'"),
        (["--jobs", "two"], "expected a whole number from 1 on, got 'two'"),
        (
            ["--scheduler", "tcp://127.0.0.1:1"],
            "expected --backend dask beside --scheduler",
        ),
        (
            ["--report", "no/such/folder.json"],
            "expected a folder for --report, no/such is none",
        ),
    ],
)
def test_a_wrong_argument_gets_one_clear_error(conformance, argv, said, capsys):
    with pytest.raises(SystemExit) as ended:
        conformance.read_arguments(argv)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
