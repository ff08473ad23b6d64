"""How Sphinx builds the site: the pages are the Markdown files of the repository, where they are."""

project = "Setpoint"
extensions = ["myst_parser"]
root_doc = "site/contents"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "ENHANCED_CONFIG_SYSTEM_REPORT.md",
    "docs/**.md",
    "bench/README.md",
    "site/contents.md",
]
# A theme of Sphinx's own: nothing is fetched from anywhere.
html_theme = "alabaster"
html_theme_options = {
    "description": "keeps a program's configuration correct while it changes",
    "fixed_sidebar": True,
    "page_width": "1100px",
    "sidebar_width": "250px",
}
html_sidebars = {"**": ["about.html", "searchbox.html", "navigation.html"]}
html_show_sourcelink = False
html_additional_pages = {"index": "first.html"}
templates_path = ["templates"]
myst_heading_anchors = 4
