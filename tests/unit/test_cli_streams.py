"""The command where a standard stream is closed, full, or has lost its reader."""

import os
import subprocess
import sys

import pytest
from test_explain import TRACEBACK

from unrolled.cli import main as cli
from unrolled.cli import streams

KNOWN = "'expected ndim=3, found ndim=2'"
CLOSED = "unrolled: [Errno 9] Standard output is closed: the result cannot be written\n"


def run(line, limit=""):
    """Run the command by a shell; return its exit code, standard output and standard error."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONUNBUFFERED"
    }
    command = f'{limit}"{sys.executable}" -m unrolled {line}'
    done = subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
        env=env,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_closed_output_is_one_line():
    assert run(f"explain {KNOWN} >&-") == (2, "", CLOSED)


def test_a_closed_input_holds_no_text():
    code, out, err = run("explain <&-")
    assert (code, out) == (2, "")
    assert err.startswith(
        "unrolled: Expected an error message, got nothing. Fix: "
    )
    assert err.count("\n") == 1


def test_a_closed_error_output_changes_no_result():
    assert run(f"explain {KNOWN} 2>&-") == run(f"explain {KNOWN}")
    assert run("explain nothing.log 2>&-") == (2, "", "")


def test_everything_closed_still_has_an_exit_code():
    assert run(f"explain {KNOWN} <&- >&- 2>&-") == (2, "", "")
    assert run("explain '' <&- >&- 2>&-")[0] == 2


def test_a_full_disk_is_one_line(tmp_path):
    code, out, err = run(
        f"explain {KNOWN} >'{tmp_path}/out'", limit="ulimit -f 0; "
    )
    assert (code, out) == (2, "")
    assert err == "unrolled: [Errno 27] File too large\n"


def test_a_gone_reader_ends_in_silence_with_141():
    with subprocess.Popen(
        [sys.executable, "-m", "unrolled", "explain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        process.stdin.write(TRACEBACK.encode())
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == cli.NOT_READ == 141


def test_a_closed_stream_gives_its_number_to_no_file(tmp_path):
    """What a backend prints to the number of a closed stream must not land in a file."""
    code = (
        "import os, sys; from unrolled.cli.streams import open_streams; open_streams(); "
        f"file = open({str(tmp_path / 'a.svg')!r}, 'w'); sys.exit(file.fileno())"
    )
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -c "{code}" <&- >&- 2>&-'],
        check=False,
    )
    assert done.returncode > 2


def test_a_closed_output_says_so_to_whoever_writes(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    streams.open_streams()
    with pytest.raises(OSError, match="Standard output is closed"):
        print("a result")


@pytest.mark.parametrize("command", ["draw", "summary", "check", "explain", ""])
def test_help_says_every_exit_code(capsys, command):
    with pytest.raises(SystemExit):
        cli.main([*command.split(), "--help"])
    text = " ".join(capsys.readouterr().out.split())
    codes = text[text.index("exit code: 0 ") :]
    for number in (" 1 ", " 2 ", "130 after Ctrl-C", "141 where the reader"):
        assert number in codes
    for number in ("0", "1", "2", "130", "141"):
        assert f"\n    {number} " in cli.main.__doc__
