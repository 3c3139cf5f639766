"""Scripts are run as a reader would, and told without what is of this machine alone."""

import pytest
from scripts import execute

GRAPH_ERROR = """Graph execution error:

Detected at node mul defined at (most recent call last):
  File "<string>", line 1, in <module>

  File "/usr/lib/python3.11/multiprocessing/spawn.py", line 122, in spawn_main

Incompatible shapes: [8] vs. [8,5]
\t [[{{node mul}}]] [Op:__inference_multi_step_on_iterator_4711]"""


GRAPH_ERROR_TOLD = """Graph execution error:

Detected at node mul defined at (most recent call last):
  …

Incompatible shapes: [8] vs. [8,5]
\t [[{{node mul}}]] [Op:__inference_multi_step_on_iterator_…]"""


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "no 'a' (/home/me/.venv/lib/python3.11/site-packages/keras/a.py)",
            "no 'a' (keras/a.py)",
        ),
        ("<LSTM at 0x7f00aa11bb22>", "<LSTM at 0x…>"),
        (GRAPH_ERROR, GRAPH_ERROR_TOLD),
    ],
)
def test_a_message_holds_nothing_of_this_machine(message, told):
    assert execute(f"raise ValueError({message!r})").message == told


def test_a_script_finds_its_files_and_no_other(tmp_path):
    (tmp_path / "data.txt").write_text("read")
    script = "from pathlib import Path\nprint([p.read_text() for p in Path('.').iterdir()])"
    assert (
        execute(script, files=[tmp_path / "data.txt"]).printed == "['read']\n"
    )
    assert execute(script).printed == "[]\n"
