"""Configuration of the site: data and dotted names only; what runs lives in docs/_ext."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent
sys.path[:0] = [str(ROOT / "docs" / "_ext"), str(ROOT / "docs" / "_runs")]

project = "unrolled"
author = "the unrolled developers"
project_copyright = author
version = release = "0.1"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "sphinx_design",
    "sphinx_copybutton",
    "freshness",
    "api_attributes",
    "api_pages",
    "api_uses",
    "axes",
    "contents",
    "diagram",
    "entry_pages",
    "first_picture",
    "gallery_pages",
    "measurements",
    "mathml",
    "page_execution",
    "page_heads",
    "picture_words",
    "run_tables",
    "sidebar",
    "site_search",
    "whole_builds",
]
root_doc = "index"
exclude_patterns = [
    "auto_gallery/**.ipynb",
    "auto_gallery/**.md5",
    "_ext",
    "_runs",
    "_templates",
]
templates_path = ["docs/_templates"]
nitpicky = True
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(?!unrolled\.).*",
    ),  # other libraries, and types told in words: "array of shape (batch, units)"
    (
        r"py:.*",
        r"unrolled\.(keras_bridge|model_io|checks|explanations|windowing|scenes|diagrams|traces)\..*",
    ),  # modules behind the documented ones
]
suppress_warnings = [
    "config.cache",
    "sphinx_gallery.space_in_filename",  # of the whole path: a clone may lie anywhere
]

# --- gallery
# -----------------------------------------------------------------------------------------------

PATTERN = os.environ.get("UNROLLED_PATTERN", "")  # set by `make page`
sphinx_gallery_conf = {
    "examples_dirs": "../gallery",
    "gallery_dirs": "auto_gallery",
    "filename_pattern": PATTERN or r"[\\/]plot_",
    "run_stale_examples": bool(PATTERN),
    "within_subsection_order": "FileNameSortKey",
    "nested_sections": True,
    "abort_on_example_error": True,
    "parallel": 2,  # a third process would load TensorFlow once more and wait for a third core
    "capture_repr": ("_repr_html_", "__repr__"),
    "ignore_repr_types": r"matplotlib\.figure\.Figure|ShownFigure",
    "image_scrapers": ("gallery_scraper.diagrams", "matplotlib"),
    "reset_modules": (
        "matplotlib",
        "gallery_reset.keras_names",
        "gallery_trainings.keep_trainings",
        "gallery_reset.warnings_are_errors",
    ),
    "reset_modules_order": "both",
    "image_srcset": ["2x"],
    "thumbnail_size": (640, 400),
    "remove_config_comments": True,
    "download_all_examples": False,
    "write_computation_times": False,
    "min_reported_time": 10**9,
    "show_memory": False,
    "show_signature": False,
}
plot_gallery = (
    "True"  # without a value here, -D plot_gallery=0 would be ignored
)

# --- Markdown and notebooks
# --------------------------------------------------------------------------------

myst_enable_extensions = [
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
]
myst_heading_anchors = 4
nb_execution_mode = "cache"
nb_execution_in_temp = True  # a page may write files
nb_execution_cache_path = str(ROOT / "build" / "jupyter-cache")
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

# --- API pages
# ---------------------------------------------------------------------------------------------

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_preprocess_types = False

# --- HTML
# --------------------------------------------------------------------------------------------------

html_theme = "furo"
html_title = "unrolled"
html_static_path = ["docs/_static"]
html_favicon = "docs/_static/favicon.svg"
html_css_files = ["palette.css", "site.css"]
html_js_files = [
    (name, {"defer": "defer"})
    for name in ("site.js", "diagram.js", "filter.js")
]
html_math_renderer = "mathml"
html_show_search_summary = False
html_show_sourcelink = False
html_show_sphinx = False
html_copy_source = False
html_use_index = False
html_domain_indices = False
pygments_style = "a11y-light"
pygments_dark_style = "a11y-dark"
copybutton_exclude = ".linenos, .gp, .go"
API = {
    "color-api-name": "var(--color-foreground-primary)",
    "color-api-pre-name": "var(--color-foreground-muted)",
}
LIGHT = {
    "color-brand-primary": "#0f172a",
    "color-brand-content": "#1d4ed8",
    "color-brand-visited": "#6d28d9",
    "color-background-secondary": "#f7f8fa",
    "color-background-border": "#e2e6ec",
    **API,
}
DARK = {
    "color-brand-primary": "#f1f5f9",
    "color-brand-content": "#7fabff",
    "color-brand-visited": "#c4a6ff",
    "color-background-secondary": "#191b1f",
    "color-background-border": "#2c313a",
    **API,
}
html_theme_options = {
    "light_css_variables": LIGHT,
    "dark_css_variables": DARK,
    "top_of_page_buttons": [],
}
