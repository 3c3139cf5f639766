"""The command ``unrolled``: draws a saved model from a shell. Keras is imported when a model is loaded, not before."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unrolled.diagrams import Diagram

KINDS = (".svg", ".png", ".pdf", ".html")
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}
_LONGEST = 600  # characters of an error: Keras quotes whole configurations
_CELL = 9  # pixels: about the width of one character in a terminal
_KITTY, _ITERM = ("xterm-kitty", "xterm-ghostty", "ghostty"), ("iTerm.app", "WezTerm")
_IMPORT = "import this module first, which registers classes of your own; this runs its code (may be repeated)"
_ABOUT = "Trace and draw how data flows through a Keras recurrent network, from its saved file."
_MORE = """\
files:
  MODEL.keras  what model.save("model.keras") writes in Keras 3. It is loaded in Keras's safe mode, run once, and
               left as it is.
  --input      .npy: one array (batch, timesteps, features), from np.save("x.npy", x);
               .npz: one array per input, from np.savez("x.npz", name=array), by the names of the model's inputs.
               Without --input small values are made up, from a fixed seed, and the result says so.
  --labels     .npy: one row per sample; .npz: one array per output, in the order of the outputs.

examples:
  unrolled draw model.keras                          in the terminal: an image where it can show one, or else words
  unrolled draw model.keras -o model.svg             a file; its ending decides: .svg .png .pdf .html
  unrolled draw model.keras --input x.npy --labels y.npy -o model.html
  unrolled draw model.keras -o - > model.svg         the SVG on standard output
  unrolled summary model.keras --input x.npy         words: one line per row of the picture
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for input that cannot be drawn, 130 after Ctrl-C.

    argv: the arguments after the name of the command; None takes those of the process. Wrong usage exits with 2.
    """
    try:
        try:
            args = parser().parse_args(argv)
            args.run(args)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has gone, as in `unrolled ... | head -1`: as quiet as other commands
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        print(f"unrolled: {_one_line(error)}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    raw: Any = {"epilog": _MORE, "formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}
    top = argparse.ArgumentParser("unrolled", description=_ABOUT, **raw)
    top.add_argument("--version", action="version", version=f"unrolled {metadata.version('unrolled')}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    draw = commands.add_parser("draw", help="draw a model", **raw)
    summary = commands.add_parser("summary", help="tell the same in words", **raw)
    for command in (draw, summary):
        command.add_argument("model", metavar="MODEL.keras", type=Path, help="the saved model")
        command.add_argument("--input", metavar="FILE", help="the x to run it on: .npy or .npz")
        command.add_argument("--import", dest="modules", metavar="MODULE", action="append", default=[], help=_IMPORT)
    draw.add_argument("--labels", metavar="FILE", help="the labels y, drawn on top: .npy or .npz")
    draw.add_argument("-o", "--output", metavar="FILE", type=_output, help=f"{' '.join(KINDS)}, or - for SVG on stdout")
    draw.add_argument("--sample", metavar="N", type=int, default=0, help="the sample in front (default: 0)")
    draw.add_argument("--max-steps", metavar="N", type=int, default=8, help="timesteps drawn (default: 8)")
    draw.add_argument("--max-units", metavar="N", type=int, default=8, help="values as squares (default: 8)")
    draw.add_argument("--no-values", dest="values", action="store_false", help="colours without numbers")
    draw.set_defaults(run=_draw)
    summary.set_defaults(run=_summary)
    return top


def image_protocol(env: Mapping[str, str]) -> str:
    """Return how the terminal shows images: ``kitty``, ``iterm``, or nothing where that is not certain."""
    term, program = env.get("TERM", "dumb"), env.get("TERM_PROGRAM", "")
    if "TMUX" in env or "STY" in env or term.startswith(("dumb", "screen", "tmux")):
        return ""  # a multiplexer drops the image
    if (program or term) in _KITTY:
        return "kitty"
    if program:
        return "iterm" if program in _ITERM else ""
    return "kitty" if "KITTY_WINDOW_ID" in env and "VTE_VERSION" not in env else ""


def image_escape(protocol: str, png: bytes, columns: int) -> str:
    """Return the escape sequence that shows a PNG, so many columns wide."""
    data = b64encode(png).decode()
    if protocol == "iterm":  # https://iterm2.com/documentation-images.html
        return f"\033]1337;File=inline=1;size={len(png)};width={columns}:{data}\a"
    # https://sw.kovidgoyal.net/kitty/graphics-protocol/: f=100 is PNG, a=T shows it, q=2 asks for no reply
    parts = [data[k : k + 4096] for k in range(0, len(data), 4096)]
    first = f"a=T,f=100,q=2,c={columns},"
    return "".join(f"\033_G{'' if k else first}m={int(k + 1 < len(parts))};{p}\033\\" for k, p in enumerate(parts))


def load(path: Path) -> Any:
    """Return the model in a ``.keras`` file, loaded in safe mode: no code of the file is run.

    Raises ValueError, FileNotFoundError where there is no such model; the text says why not and the fix.
    """
    _check_file(path)
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        raise ValueError(_why_not(path, str(error))) from error


def read_arrays(path: str) -> Any:
    """Return the array of a ``.npy`` file, or the arrays of an ``.npz`` file by name; a single one by itself.

    Raises ValueError for any other file, and for pickled objects.
    """
    import numpy as np

    try:
        with Path(path).open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            arrays = dict(loaded) if isinstance(loaded, np.lib.npyio.NpzFile) else {"": loaded}
    except OSError:
        raise
    except Exception as error:
        raise ValueError(
            f"Expected arrays of numbers in {path!r}, .npy or .npz; it holds something else, or is damaged. Fix: "
            "np.save('x.npy', np.asarray(x, dtype='float32')); pickled objects are not read, as that could run code."
        ) from error
    return next(iter(arrays.values())) if len(arrays) == 1 else arrays


def _draw(args: argparse.Namespace) -> None:
    if args.output not in (None, "-") and not Path(args.output).parent.is_dir():
        raise FileNotFoundError(f"The folder of {args.output!r} does not exist. Fix: make it first.")
    y = read_arrays(args.labels) if args.labels else None
    y = list(y.values()) if isinstance(y, dict) else y
    options = {name: getattr(args, name) for name in ("sample", "max_steps", "max_units", "values")}
    diagram = _diagram(args, y=y, **options)
    if args.output == "-":
        print(diagram.svg().encode("ascii", "xmlcharrefreplace").decode())  # the same in every encoding
    elif args.output:
        print(_visible(str(diagram.save(args.output))))
    else:
        print(_image(diagram) or _visible(diagram.words()))


def _summary(args: argparse.Namespace) -> None:
    print(_visible(_diagram(args).words()))


def _diagram(args: argparse.Namespace, **options: Any) -> Diagram:
    x = read_arrays(args.input) if args.input else None
    os.environ.update(_QUIET | dict(os.environ))  # before anything imports TensorFlow
    with redirect_stdout(sys.stderr):  # standard output is for the result alone
        if args.modules:
            sys.path.insert(0, str(Path.cwd()))
        for module in args.modules:
            import_module(module)
        model = load(args.model)
        from unrolled.diagrams import draw

        return draw(model, x, **options)


def _image(diagram: Diagram) -> str:
    """Return the escape sequence of the picture, nothing where the terminal or Matplotlib cannot make it."""
    protocol = image_protocol(os.environ) if sys.stdout.isatty() else ""
    if not protocol:
        return ""
    try:
        from unrolled.rendering.figures import figure_bytes

        png = figure_bytes(diagram.figure(), "png")
    except ImportError:
        return ""
    columns = min(shutil.get_terminal_size().columns, round(diagram.scene.width / _CELL))
    return image_escape(protocol, png, columns)


def _check_file(path: Path) -> None:
    """Raise for what is no ``.keras`` archive, before Keras is imported."""
    name, fix = repr(str(path)), "Fix: in Python, model.save('model.keras')."
    if not path.exists():
        raise FileNotFoundError(f"There is no file {name}.")
    if path.is_dir():
        raise ValueError(f"{name} is a folder, not a .keras file. {fix}")
    if path.suffix in (".h5", ".hdf5"):
        raise ValueError(
            f"{name} is not loaded: Keras 3 does not read every whole model that Keras 2 wrote as h5. Fix: build the "
            f"model again in Python, then model.load_weights({path.name!r}) and model.save('model.keras')."
        )
    if path.suffix != ".keras":
        raise ValueError(f"Expected a file name ending in .keras, got {name}. {fix}")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{name} is no .keras file: no zip archive, or only a part of one. {fix}")
    with zipfile.ZipFile(path) as archive:
        if "config.json" not in archive.namelist():
            raise ValueError(f"{name} is a zip archive, but holds no Keras model (no config.json). {fix}")


def _why_not(path: Path, text: str) -> str:
    """Return one sentence on why Keras did not load a file, and what to do."""
    in_python = "draw the model in Python, where it is built: unrolled.draw(model)"
    if "`Lambda`" in text and "arbitrary code" in text:
        return (
            f"{str(path)!r} is not loaded: it holds a Lambda layer, which is Python code inside the file, and running "
            f"it could do anything. Fix: {in_python}."
        )
    if missing := re.search(r"Could not locate (?:class|function) '([^']*)'", text):
        return (
            f"{str(path)!r} is not loaded: it needs {missing[1]!r}, which is not registered here (a .keras file names "
            "classes of your own, but holds no code). Fix: --import the MODULE that defines it under "
            f"@keras.saving.register_keras_serializable(), or {in_python}."
        )
    reason = text.rpartition("Exception encountered: ")[2].rstrip(". ")
    return f"{str(path)!r} cannot be loaded: {reason}. Fix: save it again, model.save('model.keras')."


def _output(name: str) -> str:
    if name != "-" and Path(name).suffix.lower() not in KINDS:
        raise argparse.ArgumentTypeError(f"expected a file name ending in {', '.join(KINDS)}, or -; got {name!r}")
    return name


def _visible(text: str) -> str:
    """Return what the terminal can show, without control characters: a name in a file is not to steer it."""
    encoding = sys.stdout.encoding or "utf-8"
    plain = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
    return plain.encode(encoding, "replace").decode(encoding)


def _one_line(error: Exception) -> str:
    plain = isinstance(error, (OSError, TypeError, ValueError, ImportError))
    text = re.sub(r"\033\[[\d;]*m", "", str(error) if plain else f"{type(error).__name__}: {error}")
    text = " ".join(text.split())
    return _visible(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
