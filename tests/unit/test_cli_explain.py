"""``unrolled explain``: of standard input, a file or words; at once, and without Keras."""

import io
import subprocess
import sys
import time

import pytest
from test_explain import NDIM, TRACEBACK

from unrolled.cli import main as cli

TITLE = "A recurrent layer got two axes"


class Input:
    """Standard input of bytes."""

    def __init__(self, data, tty=False):
        self.buffer, self.tty = io.BytesIO(data), tty

    def isatty(self):
        return self.tty


@pytest.fixture
def explain(capsys, monkeypatch):
    def run(*args, stdin=b"", tty=False):
        monkeypatch.setattr(sys, "stdin", Input(stdin, tty))
        code = cli.main(["explain", *map(str, args)])
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("args", [(), ("-",)])
def test_standard_input_is_read_whole(explain, args):
    code, out, err = explain(*args, stdin=TRACEBACK.encode())
    assert (code, err) == (0, "")
    assert out.startswith(f"{TITLE}\n\nThe layer lstm_1 takes 3 axes")
    assert "Fix: " in out
    assert out.endswith(f"More: errors/{NDIM}.html\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_whatever_wrote_it(explain, tmp_path, encoding):
    (tmp_path / "train.log").write_bytes(TRACEBACK.encode(encoding))
    assert explain(tmp_path / "train.log") == explain(stdin=TRACEBACK.encode())
    (tmp_path / "no_ending").write_bytes(TRACEBACK.encode(encoding))
    assert explain(tmp_path / "no_ending") == explain(stdin=TRACEBACK.encode())


def test_words_are_read_with_and_without_quotes(explain):
    line = "Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=2"
    assert explain(line) == explain(*line.split())
    assert explain(line)[1].startswith(TITLE)
    assert explain(TRACEBACK) == explain(stdin=TRACEBACK.encode())


def test_a_part_of_a_message_is_enough(explain):
    code, out, err = explain("expected ndim=3, found ndim=2")
    assert (code, err) == (0, "")
    assert out.startswith(f"{TITLE}\n\n")
    assert "{" not in out


def test_an_unknown_message_points_to_check(explain):
    code, out, err = explain("KeyError: 'nothing of Keras'")
    assert (code, err) == (1, "")
    assert "not in the catalogue" in out
    assert "unrolled check model.keras x.npy y.npy" in out


@pytest.mark.parametrize("stdin", [b"", b" \n\n"])
def test_nothing_is_no_message(explain, stdin):
    code, out, err = explain(stdin=stdin)
    assert (code, out) == (2, "")
    assert err.startswith(
        "unrolled: Expected an error message, got nothing. Fix: "
    )


def test_a_file_that_is_not_there_is_not_taken_for_a_message(explain):
    code, out, err = explain("none.log")
    assert (code, out) == (2, "")
    assert "none.log" in err


def test_a_terminal_is_told_what_to_paste_and_how_to_end(explain):
    code, out, err = explain(stdin=TRACEBACK.encode(), tty=True)
    assert code == 0
    assert out.startswith(TITLE)
    assert err.startswith("Paste the whole traceback")
    assert "Ctrl-" in err
    assert explain(stdin=TRACEBACK.encode())[2] == ""


def test_control_characters_of_the_text_do_not_reach_the_terminal(explain):
    evil = "\x1b]0;owned\x07lstm\u202e"
    code, out, _ = explain(
        f"Input 0 is incompatible with layer {evil}: expected ndim=3, found ndim=2"
    )
    assert code == 0
    assert all(c.isprintable() or c == "\n" for c in out)
    message = (
        f"Layer {evil} expects 1 input(s), but it received 2 input tensors."
    )
    _, out, err = explain(stdin=message.encode())
    assert all(c.isprintable() or c == "\n" for c in out + err)
    assert (
        explain(f"{evil}.log")[2].isprintable() is False
    )  # only its line break is not
    assert all(c.isprintable() or c == "\n" for c in explain(f"{evil}.log")[2])


def test_bytes_that_are_no_text_and_very_long_logs_are_read(explain):
    code, out, _ = explain(stdin=b"\xff\xfe\x00" + bytes(range(256)))
    assert code == 1
    log = (
        b"epoch 1: loss 0.5, input 0 of layer, expected 3\n" * 100_000
        + TRACEBACK.encode()
    )
    began = time.process_time()
    code, out, _ = explain(stdin=log)
    assert code == 0
    assert out.startswith(TITLE)
    assert time.process_time() - began < 20, (
        "a log is looked through more than once"
    )


def test_it_answers_at_once_and_without_keras():
    code = (
        "import sys, runpy, atexit; sys.argv = ['unrolled', 'explain']; "
        "heavy = {'keras', 'tensorflow', 'matplotlib', 'numpy'}; "
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)))); "
        "runpy.run_module('unrolled', run_name='__main__')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=TRACEBACK,
        capture_output=True,
        check=True,
        text=True,
        timeout=10,
    )
    assert run.stdout.startswith(TITLE)
    assert run.stdout.endswith("\n[]\n")


@pytest.mark.parametrize("command", ["check", "explain"])
def test_help_teaches_with_examples(capsys, command):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert out.count(f"  unrolled {command} ") >= 3
    assert "exit code: 0 " in out
