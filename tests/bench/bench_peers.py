"""unrolled beside the tools that a person would use instead: how long each takes on four models,
and what it tells.

A tool's time is taken in turns with that of unrolled's trace, draw and svg, so that a busy machine
slows both; the ratio is the median of those of the pairs. The first call is taken in a process of
its own, with the tool's import.
"""

import json
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

import keras
from facts import ask
from peer_models import MODELS, build
from peers import TOOLS, Unrolled

import unrolled

#: no more runs than take about this many seconds
PATIENCE = 60


def seconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def median_ms(values):
    return round(1000 * statistics.median(values), 2)


def time_parts(name):
    """Return the milliseconds of each part of unrolled, warm."""
    model, x = build(name)
    trace = unrolled.trace(model, x)
    parts = {
        "trace": lambda: unrolled.trace(model, x),
        "draw and svg": lambda: unrolled.draw(trace).svg(),
    }
    return {
        part: median_ms([seconds(call) for _ in range(Unrolled.runs)])
        for part, call in parts.items()
    }


def time_alone(name):
    """Return the milliseconds that the model itself takes, without a trace: what runs it cannot be
    faster.
    """
    model, x = build(name)
    return median_ms([seconds(model, x) for _ in range(Unrolled.runs)])


def time_pairs(ours, tool, name):
    """Return the times of a tool on one model and their ratio to ours, or the error with which it
    failed.
    """
    model, x = build(name)
    try:
        ours.show(model, x)
        once = seconds(tool.show, model, x)
        runs = max(1, min(tool.runs, int(PATIENCE / once)))
        pairs = [
            (seconds(ours.show, model, x), seconds(tool.show, model, x))
            for _ in range(runs)
        ]
    except Exception as problem:
        message = [*str(problem).splitlines(), ""][0]
        return {"error": f"{type(problem).__name__}: {message}"}
    ratios = sorted(mine / other for mine, other in pairs)
    return {
        "runs": len(pairs),
        "unrolled_ms": median_ms(mine for mine, _ in pairs),
        "ms": median_ms(other for _, other in pairs),
        "ratio": round(statistics.median(ratios), 3),
        "low": round(ratios[0], 3),
        "high": round(ratios[-1], 3),
    }


def first_call(tool):
    """Return the milliseconds of the first call in a new process, on the first model; None where it
    fails.
    """
    run = subprocess.run(
        [sys.executable, __file__, "--first", tool.name],
        capture_output=True,
        text=True,
    )
    return (
        round(1000 * float(run.stdout.split()[-1]), 1)
        if run.returncode == 0
        else None
    )


def print_first_call(tool_name):
    model, x = build(next(iter(MODELS)))
    start = time.perf_counter()
    with next(t for t in (Unrolled, *TOOLS) if t.name == tool_name)() as tool:
        tool.show(model, x)
        print(time.perf_counter() - start)


def measure():
    """Print times and facts of all tools, and return them with the versions and how to install
    those missing.
    """
    warnings.filterwarnings("ignore")
    print(
        f"unrolled (trace, draw, svg) beside other tools, on {keras.backend.backend()}; "
        "ratio: its time to theirs"
    )
    made = {
        "models": {name: maker.__doc__ for name, maker in MODELS.items()},
        "parts": {},
        "times": {},
        "facts": {},
    }
    made["missing"] = {
        t.name: f"not installed: {t.missing()}" for t in TOOLS if t.missing()
    }
    made["versions"], made["first_ms"] = {}, {}
    made["alone"] = {name: time_alone(name) for name in MODELS}
    made["parts"] = {name: time_parts(name) for name in MODELS}
    with Unrolled() as ours:
        for kind in (Unrolled, *(t for t in TOOLS if not t.missing())):
            measure_tool(ours, kind, made)
            print_times(made, kind.name)
    print_facts(made)
    return made


def measure_tool(ours, kind, made):
    """Add the version, the facts and the times of one tool to what was measured."""
    made["versions"] |= kind.versions()
    with kind() as tool:
        if kind.tells:
            made["facts"][tool.name] = ask(tool)
        if kind is not Unrolled:
            made["times"][tool.name] = {
                name: time_pairs(ours, tool, name) for name in MODELS
            }
    made["first_ms"][tool.name] = first_call(kind)


def print_times(made, tool):
    for name, each in made["times"].get(tool, {}).items():
        text = each.get("error") or (
            f"{each['ms']:9.1f} ms, unrolled {each['unrolled_ms']:7.1f} ms, "
            f"ratio {each['ratio']:.2f} ({each['low']:.2f} to {each['high']:.2f})"
        )
        print(f"  {tool:26} {name}  {text}", flush=True)


def print_facts(made):
    for tool, answers in made["facts"].items():
        print(
            f"  {tool:26} tells "
            + ", ".join(
                fact for fact, answer in answers.items() if answer == "yes"
            )
        )
    for tool, reason in made["missing"].items():
        print(f"  {tool:26} {reason}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--first"]:
        print_first_call(sys.argv[2])
    else:
        Path(sys.argv[1]).write_text(json.dumps(measure()), encoding="utf-8")
