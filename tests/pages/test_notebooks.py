"""What a notebook shows: HTML where it is trusted, a PNG where it is not and on paper."""

import base64
import io

import nbformat
import pytest
from matplotlib.image import imread
from nbclient import NotebookClient
from nbconvert import HTMLExporter, LatexExporter
from nbformat.v4 import new_code_cell, new_notebook

CELLS = {
    "a diagram": """import keras, numpy as np, unrolled
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3), keras.layers.Dense(1)])
x = np.ones((3, 5, 2))
trace = unrolled.trace(model, x)
unrolled.draw(trace)""",
    "a cell": "unrolled.draw_cell(trace['lstm'], t=2)",
    "windows": "unrolled.windows(np.arange(40.0).reshape(20, 2), timesteps=5)",
    "gates": "unrolled.plot_gates(trace['lstm'])",
    "states": "unrolled.plot_states(trace['lstm'])",
    "weights": "unrolled.plot_weights(trace['lstm'])",
    "sensitivity": "unrolled.plot_sensitivity(unrolled.sensitivity(model, x))",
}


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    cells = list(map(new_code_cell, CELLS.values()))
    whole = new_notebook(cells=cells)
    folder = str(tmp_path_factory.mktemp("notebook"))
    client = NotebookClient(whole, resources={"metadata": {"path": folder}})
    client.execute()
    return whole


def shown(notebook, name):
    cell = notebook.cells[list(CELLS).index(name)]
    (output,) = [o for o in cell.outputs if o.output_type == "execute_result"]
    return output.data


@pytest.mark.parametrize("name", CELLS)
def test_a_picture_and_a_plot_show_themselves(notebook, name):
    data = shown(notebook, name)
    png = base64.b64decode(data["image/png"])
    assert 10_000 < len(png) < 90_000
    height, width = imread(io.BytesIO(png)).shape[:2]
    assert min(height, width) > 200
    is_plot = name in ("gates", "states", "weights", "sensitivity")
    assert ("text/html" in data) is not is_plot


def test_the_picture_survives_on_paper_and_in_a_page(notebook):
    nbformat.validate(notebook)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert page.count('<svg class="unrolled-svg"') == 3
    _, files = LatexExporter().from_notebook_node(notebook)
    images = [name for name in files["outputs"] if name.endswith(".png")]
    assert len(images) == len(CELLS)
