"""A type checker sees the public names, and a misspelt one."""

import re
import subprocess
import sys
from pathlib import Path

import unrolled

SNIPPET = """\
import unrolled
from unrolled import Trace, trace, windows
unrolled.explain("text"), unrolled.__version__.split("."), unrolled.example_data
unrolled.explainn("text")
unrolled.plot_wieghts
from unrolled import Tracee
"""


def test_a_type_checker_sees_misspelt_names_and_no_others(tmp_path):
    (tmp_path / "snippet.py").write_text(SNIPPET)
    run = subprocess.run(
        [
            sys.executable,
            *(
                "-m",
                "mypy",
                "--config-file=",
                "--cache-dir",
                str(tmp_path / "cache"),
            ),
            *(
                "--follow-imports=skip",
                "--ignore-missing-imports",
            ),  # else NumPy is read: slow
            *("snippet.py", unrolled.__file__),
        ],
        capture_output=True,
        check=False,
        text=True,
        cwd=tmp_path,
    )
    assert run.returncode == 1, run.stderr
    found = re.findall(
        r'^snippet\.py:(\d+): error: .*?attribute "(\w+)"',
        run.stdout,
        re.MULTILINE,
    )
    assert found == [
        ("4", "explainn"),
        ("5", "plot_wieghts"),
        ("6", "Tracee"),
    ], run.stdout
    assert run.stdout.count(" error: ") == len(found)


def test_the_package_says_that_it_is_typed():
    assert (Path(unrolled.__file__).parent / "py.typed").is_file()
