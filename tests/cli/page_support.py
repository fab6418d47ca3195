"""Reads what stands in the page of a search."""

import base64
import gzip
import json
import re
from pathlib import Path

DATA_OF_PAGE = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
BLOCK_OF_PAGE = re.compile(r'<script type="text/plain" class="block">(.*?)</script>')


def read_page(path):
    """The list and the facts of the run, as the page has them."""
    return json.loads(DATA_OF_PAGE.search(Path(path).read_text())[1])


def details_of(path):
    """Of each query what is shown once it is chosen: a value for each part."""
    details = []
    for text in BLOCK_OF_PAGE.findall(Path(path).read_text()):
        block = json.loads(gzip.decompress(base64.b64decode(text)))
        details += [dict(zip(block, values)) for values in zip(*block.values(), strict=True)]
    return details


def answers_of(path, column):
    """Of each query the cells of its answers in a column."""
    place = read_page(path)["run"]["columns"].index(column)
    return [[cells[place] for cells in detail["cells"]] for detail in details_of(path)]
