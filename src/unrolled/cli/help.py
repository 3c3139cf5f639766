"""The texts of the command's help: what each command does, its files, examples and exit codes."""

from __future__ import annotations

from unrolled.scenes.pictures import KINDS

ABOUT = """\
See how data flows through a Keras recurrent network, whether your arrays fit it, and what an error
means.
"""
CHECK_ABOUT = """\
Run a saved model on the first samples and say all that is wrong with the arrays: what Keras would
stop at, and what it would compute without a word. Nothing is trained, and no file is changed.
"""
EXPLAIN_ABOUT = """\
Say what an error of Keras or TensorFlow means and what to do. Colours, line breaks and the lines of
a traceback around the message do not matter, and messages of Keras 1 and 2 are known too. No model
and no data are needed.
"""
IMPORT = (
    "import this module first, which registers classes of your own; this runs its code "
    "(may be repeated)"
)
LOSS = (
    "the loss you train with, by its name in Keras; once for each output. "
    "Without it the one in the file"
)
TEXT = "a file, the message itself, or - for standard input, which is read where nothing is given"

_FILES = """\
files:
  MODEL.keras  what model.save("model.keras") writes in Keras 3. It is loaded in Keras's safe mode,
               run once, and left as it is.
  {x:<11}  .npy: one array (batch, timesteps, features), from np.save("x.npy", x);
               .npz: one array per input, from np.savez("x.npz", name=array), by the names of the
               model's inputs.
{without}  {y:<11}  .npy: one row per sample; .npz: one array per output, by the names of the
               outputs or in their order.
"""
_MADE_UP = """\
               Without --input small values are made up, from a fixed seed, and the result says so.
"""
_DRAW_EXAMPLES = f"""\
  unrolled draw model.keras                          in the terminal: an image, or else words
  unrolled draw model.keras -o model.svg             a file: {" ".join(KINDS)}
  unrolled draw model.keras -o model.tex             TikZ: \\input{{model.tex}} in a LaTeX document
  unrolled draw model.keras --input x.npy --labels y.npy -o model.html
  unrolled draw model.keras -o - > model.svg         the SVG on standard output
  unrolled summary model.keras --input x.npy         words: one line per row of the picture
"""
_CHECK_EXAMPLES = """\
  unrolled check model.keras x.npy y.npy             all that does not fit
  unrolled check model.keras x.npy y.npy --loss mse  for a file that was saved before compile
  unrolled check model.keras x.npz                   the inputs alone
"""
_END = """\
In any of them 130 after Ctrl-C, 141 where the reader of the output has gone, as in ... | head -1.
"""
_EXPLAIN_EXAMPLES = """\
  unrolled explain                                   paste the traceback, then press Ctrl-D
                                                     (Windows: Ctrl-Z, Enter)
  unrolled explain train.log                         the last error in a file
  python train.py 2>&1 | unrolled explain            straight from the program
  unrolled explain "expected ndim=3, found ndim=2"   a part of a message, in quotes
"""
_CODES = """\
exit code: 0 done, 1 input that cannot be drawn, 2 wrong usage; those of check and explain are in
their help.
"""
_DRAW_CODES = (
    "exit code: 0 done, 1 input that cannot be drawn, 2 wrong usage.\n"
)
_CHECK_CODES = """\
exit code: 0 the data fit, 1 they do not, 2 wrong usage, or a file that cannot be read.
"""
_EXPLAIN_CODES = (
    "exit code: 0 explained, 1 not known, 2 wrong usage or no text.\n"
)


def _epilog(files: str, examples: str, codes: str) -> str:
    parts = (files, f"examples:\n{examples}", f"{codes}{_END}")
    return "\n".join(filter(None, parts))


EPILOG = _epilog(
    _FILES.format(x="X, --input", y="Y, --labels", without=_MADE_UP),
    _DRAW_EXAMPLES + _CHECK_EXAMPLES + _EXPLAIN_EXAMPLES,
    _CODES,
)
DRAW_EPILOG = _epilog(
    _FILES.format(x="--input", y="--labels", without=_MADE_UP),
    _DRAW_EXAMPLES,
    _DRAW_CODES,
)
CHECK_EPILOG = _epilog(
    _FILES.format(x="X", y="Y", without=""), _CHECK_EXAMPLES, _CHECK_CODES
)
EXPLAIN_EPILOG = _epilog("", _EXPLAIN_EXAMPLES, _EXPLAIN_CODES)
