"""The command line: its arguments, its help, the files it refuses before Keras is imported."""

import io
import os
import subprocess
import sys
import zipfile
from base64 import b64decode

import numpy as np
import pytest

from unrolled.cli import drawing, images, loading, parsing
from unrolled.cli import main as cli
from unrolled.cli.texts import visible
from unrolled.scenes.scene import Scene


def run(capsys, *args):
    code = cli.main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys, *args):
    """Return the one line of the error."""
    code, out, err = run(capsys, *args)
    assert (code, out) == (1, "")
    assert err.startswith("unrolled: ")
    assert err.count("\n") == 1
    return err


def test_help_teaches_quickly_and_without_keras():
    code = (
        "import sys, runpy, atexit; sys.argv = ['unrolled', '--help']; "
        "heavy = {'keras', 'tensorflow', 'matplotlib', 'numpy'}; "
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)))); "
        "runpy.run_module('unrolled', run_name='__main__')"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        timeout=10,
    ).stdout
    assert out.endswith("\n[]\n")
    for part in (
        "usage: unrolled",
        "draw",
        "summary",
        ".npy",
        ".npz",
        "values are made up",
        "-o model.svg",
        ".svg .png .pdf .html .tex",
        "\\input{model.tex}",
        "-o - >",
    ):
        assert part in out


def test_a_reader_that_has_gone_is_no_error():
    env = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONUNBUFFERED"
    }
    with subprocess.Popen(
        [sys.executable, "-m", "unrolled", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.parametrize("command", ["draw", "summary"])
def test_each_command_has_help(capsys, command):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert "--import MODULE" in out
    assert "runs its code" in " ".join(out.split())
    assert ("--labels FILE" in out) is (command == "draw")


def test_version(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("unrolled 0.")


def test_arguments_are_read_as_draw_takes_them():
    args = parsing.parser().parse_args(["draw", "m.keras"])
    assert (args.sample, args.max_steps, args.max_units, args.values) == (
        0,
        8,
        8,
        True,
    )
    assert (args.input, args.labels, args.output, args.modules) == (
        None,
        None,
        None,
        [],
    )
    more = [
        "--max-units",
        "3",
        "--no-values",
        "--import",
        "a",
        "--import",
        "b.c",
    ]
    args = parsing.parser().parse_args(
        [
            "draw",
            "m.keras",
            "--input=x.npy",
            "--labels",
            "y.npy",
            "-o",
            "a.PNG",
            "--sample=2",
            "--max-steps=4",
            *more,
        ]
    )
    assert (args.sample, args.max_steps, args.max_units, args.values) == (
        2,
        4,
        3,
        False,
    )
    assert (args.input, args.labels, args.output, args.modules) == (
        "x.npy",
        "y.npy",
        "a.PNG",
        ["a", "b.c"],
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "required: COMMAND"),
        ("draw", "required: MODEL.keras"),
        ("paint m.keras", "invalid choice: 'paint'"),
        (
            "draw m.keras -o a.jpg",
            r"ending in .svg, .png, .pdf, .html, .tex, or -; got 'a.jpg'",
        ),
        ("draw m.keras --sample one", "invalid int value: 'one'"),
        ("draw m.keras --max 3", "unrecognized arguments: --max 3"),
        ("summary m.keras -o a.svg", "unrecognized arguments: -o a.svg"),
        ("check", "required: MODEL.keras, X"),
        ("check m.keras", "required: X"),
        ("check m.keras x.npy y.npy z.npy", "unrecognized arguments: z.npy"),
        ("check m.keras x.npy --loss", "expected one argument"),
        ("explain --what", "unrecognized arguments: --what"),
    ],
)
def test_wrong_usage_exits_with_2(capsys, line, message):
    with pytest.raises(SystemExit) as end:
        cli.main(line.split())
    assert end.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_what_is_no_keras_file_is_refused_before_keras_is_loaded(
    capsys, tmp_path, monkeypatch
):
    monkeypatch.setitem(
        sys.modules, "keras", None
    )  # an import would fail with another text
    (tmp_path / "folder.keras").mkdir()
    for name in ("old.h5", "text.keras", "model.zip"):
        (tmp_path / name).write_text("no model")
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as archive:
        archive.writestr("notes.txt", "no model")
    for name, message in {
        "none.keras": "There is no file",
        "folder.keras": "is a folder",
        "old.h5": "as h5. Fix: build the model again in Python, then model.load_weights('old.h5')",
        "text.keras": "no zip archive",
        "model.zip": "Expected a file name ending in .keras",
        "other.keras": "no config.json",
    }.items():
        assert message in refused(capsys, "summary", tmp_path / name)
        assert message in refused(
            capsys, "draw", tmp_path / name, "-o", tmp_path / "x.svg"
        )
    assert not (tmp_path / "x.svg").exists()


def test_a_file_that_may_not_be_read_says_so(capsys, tmp_path, monkeypatch):
    np.savez(tmp_path / "model", a=np.zeros(2))  # some archive
    path = (tmp_path / "model.npz").rename(tmp_path / "model.keras")

    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(path), "open", refuse)
    for command in (["summary", path], ["draw", path]):
        err = refused(capsys, *command)
        assert "model.keras' cannot be read: Permission denied. Fix: " in err
        assert "zip" not in err


def test_a_pipe_is_not_waited_for(capsys, tmp_path):
    os.mkfifo(tmp_path / "m.keras")
    assert "is a device or a pipe, not a .keras file" in refused(
        capsys, "draw", tmp_path / "m.keras"
    )


def test_more_than_fits_into_memory_is_not_taken_for_damage(capsys, tmp_path):
    np.save(tmp_path / "huge.npy", np.zeros(1, "float32"))
    data = (tmp_path / "huge.npy").read_bytes()
    claim = b"(1,), }" + 40 * b" "
    assert claim in data
    huge = data.replace(
        claim, b"(%d,), }" % 10**15 + (41 - len(str(10**15))) * b" "
    )
    assert len(huge) == len(data)
    (tmp_path / "huge.npy").write_bytes(huge)
    err = refused(capsys, "draw", "m.keras", "--input", tmp_path / "huge.npy")
    assert "do not fit into memory. Fix: save fewer samples" in err


class RaisingTextError(ValueError):
    def __str__(self):
        raise RuntimeError("no text")


def test_an_error_without_a_text_is_one_line(capsys, monkeypatch):
    def fail(path):
        raise RaisingTextError

    monkeypatch.setattr(drawing, "read_model", fail)
    assert (
        refused(capsys, "summary", "m.keras") == "unrolled: RaisingTextError\n"
    )


class Trap:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_array_files_that_are_none_are_refused_and_nothing_is_unpickled(
    capsys, tmp_path
):
    trap = tmp_path / "trapped"
    np.save(
        tmp_path / "pickled.npy",
        np.array([Trap(trap)], dtype=object),
        allow_pickle=True,
    )
    np.savez(
        tmp_path / "pickled.npz",
        a=np.zeros(2),
        b=np.array([Trap(trap)], dtype=object),
    )
    (tmp_path / "text.npy").write_text("1, 2, 3")
    (tmp_path / "empty.npy").write_bytes(b"")
    np.savez(tmp_path / "whole.npz", a=np.zeros(99))
    (tmp_path / "cut.npz").write_bytes(
        (tmp_path / "whole.npz").read_bytes()[:100]
    )
    for name in (
        "pickled.npy",
        "pickled.npz",
        "text.npy",
        "empty.npy",
        "cut.npz",
    ):
        for option in ("--input", "--labels"):
            err = refused(capsys, "draw", "m.keras", option, tmp_path / name)
            assert "Expected arrays of numbers" in err
            assert "pickled objects are not read" in err
    assert "No such file" in refused(
        capsys, "draw", "m.keras", "--input", tmp_path / "none.npy"
    )
    assert not trap.exists()


def test_arrays_are_read(tmp_path):
    x = np.arange(6.0).reshape(3, 2)
    np.save(tmp_path / "x.npy", x)
    np.savez(tmp_path / "one.npz", x=x)
    np.savez(tmp_path / "two.npz", b=x, a=-x)
    assert np.array_equal(loading.read_arrays(str(tmp_path / "x.npy")), x)
    assert np.array_equal(loading.read_arrays(str(tmp_path / "one.npz")), x)
    two = loading.read_arrays(str(tmp_path / "two.npz"))
    assert list(two) == ["b", "a"]
    assert np.array_equal(two["a"], -x)


def test_ctrl_c_and_what_nobody_foresaw(capsys, monkeypatch):
    def stop(path):
        raise KeyboardInterrupt

    def fail(path):
        raise RuntimeError("first\nsecond \033[31m\033]0;" + 1000 * "x")

    monkeypatch.setattr(drawing, "read_model", stop)
    assert run(capsys, "summary", "m.keras") == (130, "", "")
    monkeypatch.setattr(drawing, "read_model", fail)
    err = refused(capsys, "summary", "m.keras")
    assert err.startswith("unrolled: RuntimeError: first second \ufffd]0;xxx")
    assert len(err) < 700


@pytest.mark.parametrize(
    ("env", "protocol"),
    [
        ({}, ""),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "dumb", "KITTY_WINDOW_ID": "1"}, ""),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        (
            {
                "TERM": "xterm-256color",
                "KITTY_WINDOW_ID": "1",
                "VTE_VERSION": "7600",
            },
            "",
        ),
        (
            {
                "TERM": "xterm-256color",
                "KITTY_WINDOW_ID": "1",
                "TERM_PROGRAM": "vscode",
            },
            "",
        ),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, ""),
        ({"TERM": "screen-256color", "TERM_PROGRAM": "iTerm.app"}, ""),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, ""),
    ],
)
def test_images_only_where_the_terminal_is_known_to_show_them(env, protocol):
    assert images.image_protocol(env) == protocol


@pytest.mark.parametrize("size", [1, 3072, 3073, 10000])
def test_kitty_gets_the_png_in_parts(size):
    png = bytes(k % 251 for k in range(size))
    parts = [
        p.removeprefix("\033_G")
        for p in images.image_escape("kitty", png, 80).split("\033\\")
    ]
    assert parts.pop() == ""
    heads, data = zip(*(p.split(";") for p in parts), strict=True)
    assert b64decode("".join(data)) == png
    assert max(map(len, data)) <= 4096
    assert heads[0].startswith("a=T,f=100,q=2,c=80,m=")
    assert [h[-3:] for h in heads] == ["m=1"] * (len(parts) - 1) + ["m=0"]


def test_iterm_gets_the_png_in_one():
    escape = images.image_escape("iterm", b"\x89PNG", 80)
    assert escape == "\033]1337;File=inline=1;size=4;width=80:iVBORw==\a"


class WidePicture:
    """Stands for a diagram, which is twice as wide as high."""

    scene = Scene(900.0, 450.0, [], "", "")

    def figure(self):
        from matplotlib.figure import Figure

        return Figure(figsize=(2, 1))


@pytest.mark.parametrize(("terminal", "columns"), [(200, 100), (80, 80)])
def test_an_image_is_as_wide_as_the_picture_or_the_terminal(
    monkeypatch, terminal, columns
):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(
        os, "environ", {"TERM": "xterm-kitty", "COLUMNS": str(terminal)}
    )
    assert images.image_of(WidePicture()).startswith(
        f"\033_Ga=T,f=100,q=2,c={columns},m="
    )


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_of_control_characters_only_the_line_break_is_shown():
    letters = "".join(map(chr, range(0x2100)))
    shown = [letter for letter in visible(letters) if not letter.isprintable()]
    assert shown == ["\n"]
    assert visible("a\r\nb\tc\u202ed\x9b") == "a\ufffd\nb\ufffdc\ufffdd\ufffd"
