"""The tools that are compared: how each is called, with the richest options that it has, and where
it comes from.
"""

import logging
import re
import shutil
import sys
from contextlib import ExitStack
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import keras

import unrolled

# with IPython there, plot_model writes the SVG and then fails to show it as an Image, which takes
# no SVG
sys.modules["IPython"] = None

sys.path.append(str(Path(__file__).parents[1] / "site"))


class Tool:
    """One tool. show: from a model and its x to a picture, as text or bytes. tells: whether to ask
    what it tells.
    """

    name = install = ""
    modules = programs = ()
    runs, tells = 15, True

    def __init__(self):
        self.stack = ExitStack()

    def __enter__(self):
        self.folder = Path(self.stack.enter_context(TemporaryDirectory()))
        return self

    def __exit__(self, *problem):
        self.stack.close()

    @classmethod
    def missing(cls):
        """Return how to install what is not there, or an empty text."""
        there = all(map(find_spec, cls.modules)) and all(
            map(shutil.which, cls.programs)
        )
        return "" if there else cls.install

    @classmethod
    def versions(cls):
        return {name: version(name) for name in cls.modules}

    def show(self, model, x):
        raise NotImplementedError


class Unrolled(Tool):
    """Trace and draw, to SVG."""

    name = "unrolled"
    modules = ("unrolled",)

    def show(self, model, x):
        return unrolled.draw(unrolled.trace(model, x)).svg()


class PlotModel(Tool):
    """keras.utils.plot_model to a file of either kind."""

    install = "pip install pydot, and Graphviz"
    modules, programs = ("pydot",), ("dot",)
    suffix = ""

    def show(self, model, x):
        path = self.folder / f"model{self.suffix}"
        keras.utils.plot_model(
            model,
            path,
            show_shapes=True,
            show_layer_names=True,
            show_layer_activations=True,
            expand_nested=True,
        )
        return path.read_bytes() if self.suffix == ".png" else path.read_text()


class PlotModelSvg(PlotModel):
    name, suffix = "plot_model, SVG", ".svg"


class PlotModelPng(PlotModel):
    name, suffix = "plot_model, PNG", ".png"
    tells = False  # the picture of the SVG


class Summary(Tool):
    """model.summary."""

    name = "model.summary"
    modules = ("keras",)

    def show(self, model, x):
        lines = []
        model.summary(
            print_fn=lambda line, **_: lines.append(line), expand_nested=True
        )
        return "\n".join(lines)


class Netron(Tool):
    """Save the model, serve it, and wait until the page has drawn it; cut off from all but this
    machine.
    """

    name, install = "netron", "pip install netron playwright, and Chromium"
    modules, runs = ("netron", "playwright"), 7
    ready = "svg text"

    def __enter__(self):
        import browser
        from playwright.sync_api import sync_playwright

        chromium = self.stack.enter_context(sync_playwright()).chromium
        self.browser = chromium.launch(
            executable_path=browser.find(), args=browser.FLAGS
        )
        self.stack.callback(self.browser.close)
        return super().__enter__()

    @classmethod
    def missing(cls):
        import browser

        return super().missing() or ("" if browser.find() else cls.install)

    def show(self, model, x):
        import netron

        path = self.folder / "model.keras"
        model.save(path)
        logging.getLogger("netron").setLevel(logging.ERROR)
        host, port = netron.start(
            str(path), address=("127.0.0.1", None), browse=False
        )
        context = self.browser.new_context()
        try:
            context.route(
                lambda url: not url.startswith(f"http://{host}:{port}"),
                lambda route: route.abort(),
            )
            context.add_cookies(
                [
                    {
                        "name": "consent",
                        "value": "1",
                        "url": f"http://{host}:{port}",
                    }
                ]
            )
            page = context.new_page()
            page.goto(f"http://{host}:{port}")
            page.wait_for_selector(self.ready, state="attached")
            return page.content()
        finally:
            context.close()
            netron.stop((host, port))


class Visualkeras(Tool):
    """The two views of visualkeras, to an image in memory."""

    install = "pip install visualkeras"
    modules = ("visualkeras",)
    view = ""

    def show(self, model, x):
        import visualkeras

        options = {"legend": True} if self.view == "layered_view" else {}
        return getattr(visualkeras, self.view)(model, **options).tobytes()


class VisualkerasLayered(Visualkeras):
    name, view = "visualkeras layered_view", "layered_view"


class VisualkerasGraph(Visualkeras):
    name, view = "visualkeras graph_view", "graph_view"


class TorchTool(Tool):
    """A tool of PyTorch models: it takes a Keras model on the torch backend only."""

    install = "make test-torch (4.4 GB), then make bench"
    programs, runs = ("dot",), 7

    def tensors(self, x):
        import torch

        made = [torch.tensor(a) for a in (x if isinstance(x, list) else [x])]
        return made[0] if len(made) == 1 else [made]


class Torchview(TorchTool):
    """The graph of operations, to SVG."""

    name, modules = "torchview", ("torchview",)

    def show(self, model, x):
        from torchview import draw_graph

        graph = draw_graph(
            model, input_data=self.tensors(x), expand_nested=True
        )
        return graph.visual_graph.pipe("svg").decode()


class Torchlens(TorchTool):
    """The graph of operations step by step, to SVG."""

    name, modules = "torchlens", ("torchlens",)
    tells = False  # m2 takes it a minute or more

    def show(self, model, x):
        import torchlens

        path = self.folder / "model"
        logged = torchlens.trace(model, self.tensors(x))
        logged.draw(
            vis_mode="unrolled",
            vis_outpath=str(path),
            vis_save_only=True,
            vis_fileformat="svg",
        )
        return path.with_suffix(".svg").read_text()


ON_TENSORFLOW = (
    PlotModelSvg,
    PlotModelPng,
    Summary,
    Netron,
    VisualkerasLayered,
    VisualkerasGraph,
)
ON_TORCH = (Torchview, Torchlens)
TOOLS = ON_TORCH if keras.backend.backend() == "torch" else ON_TENSORFLOW


def texts(picture):
    """Return the texts that a reader sees, in the order of the file; memory addresses as #."""
    parts = (
        re.findall(r"<text\b.*?</text>", picture, re.DOTALL)
        or picture.splitlines()
    )
    plain = (re.sub(r"<title>.*?</title>|<[^>]*>", "", part) for part in parts)
    return [re.sub(r"0x[0-9a-f]+|\d{9,}", "#", text) for text in plain]


def shapes(picture):
    """Return how many boxes, lines and curves a picture has."""
    return len(
        re.findall(
            r"<(?:rect|polygon|path|line|polyline|circle|ellipse|use)\b",
            picture,
        )
    )
