"""Every command of docs/guide is run, page by page, in a copy of data/; so is every snippet of Python whose packages
are there."""

import gzip
import os
import re
import shutil
import subprocess
import sys

import pytest

from cli_support import PROGRAM, ROOT, read_records, write_records

pytestmark = pytest.mark.thorough

GUIDE = ROOT / "docs/guide"
PAGES = sorted(path.name for path in GUIDE.glob("*.md"))
BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS_AT_MOST = 900  # only ends a hung page; one trains a model


def blocks_of(page):
    """[language, text] of the blocks of a page that are run: "" is a shell, "text" is shown only."""
    blocks = BLOCK.findall((GUIDE / page).read_text())
    assert {language for language, _ in blocks} <= {"", "python", "text"}
    return [(language, text) for language, text in blocks if language != "text"]


def write_ei_record(path):
    path.write_text("Name: somebody's EI spectrum\nInstrument_type: GC-EI-QTOF\nIon_mode: P\nNum Peaks: 3\n"
                    "41 30\n57 999\n71 400\n")


def write_exports(data):
    """Spectra as MZmine and MS-DIAL export them, and a list of compounds as a laboratory keeps one."""
    records = read_records(data / "query.mgf")[:30]
    mzmine = [record.replace("BEGIN IONS", f"BEGIN IONS\nFEATURE_ID={1 + i // 2}\nRTINSECONDS={60 + 5 * (i // 2)}")
              for i, record in enumerate(one for one in records for _ in range(2))]
    write_records(data / "mzmine.mgf", mzmine)
    (data / "msdial.msp").write_text("NAME: Unknown|ID=3|MZ=195.0877|RT=2.50\nPRECURSORMZ: 195.0877\n"
                                     "PRECURSORTYPE: [M+H]+\nRETENTIONTIME: 2.5\nNum Peaks: 3\n110.0713\t300\n"
                                     "138.0662\t999\n195.0877\t800\n\n")
    (data / "compounds.csv").write_text("name,smiles,cas\ncaffeine,Cn1cnc2c1c(=O)n(C)c(=O)n2C,58-08-2\n"
                                        "JWH-018,CCCCCn1cc(C(=O)c2cccc3ccccc23)c2ccccc21,209414-07-3\n")


@pytest.fixture
def folder(tmp_path):
    """What the pages find where they are read: data, and beside it the tools of the source."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for name in ("tools", "configs"):
        (tmp_path / "data" / name).symlink_to(ROOT / name)
    write_ei_record(tmp_path / "data/ei.msp")
    write_exports(tmp_path / "data")
    return tmp_path / "data"


def run(language, text, folder):
    """Why it could not be run, if so."""
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    command = [sys.executable, "-c", text] if language == "python" else ["bash", "-euo", "pipefail", "-c", text]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=SECONDS_AT_MOST)
    missing = re.search(r"No module named '(\w+)'", done.stderr)
    if missing and language == "python":
        return f"{missing.group(1)} is not installed"
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return None


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page, folder):
    blocks, left_out, python = blocks_of(page), [], ""
    for language, text in blocks:
        if language == "python":  # snippets of a page go on where the last one ended
            text = python + text
        reason = run(language, text, folder)
        if reason:
            left_out.append(reason)
        elif language == "python":
            python = text
    if blocks and len(left_out) == len(blocks):
        pytest.skip("; ".join(left_out))
    for reason in left_out:
        print(f"{page}: {reason}")


def test_the_guide_has_a_page_for_what_people_come_with():
    assert {"first-search.md", "reading-an-answer.md", "exchange.md", "training.md", "gc-ms.md",
            "what-not-to-believe.md", "service.md", "vectors.md", "samples.md", "large-libraries.md"} <= set(PAGES)


def test_what_the_first_page_shows_of_the_spectra_is_what_the_program_says():
    shown = re.search(r"```text\n(query.mgf: mgf.*?)```", (GUIDE / "first-search.md").read_text(), re.DOTALL).group(1)
    said = subprocess.run([PROGRAM, "check", "query.mgf"], cwd=ROOT / "data", capture_output=True, text=True)
    assert said.stdout.strip() == shown.strip()


def test_the_training_page_keeps_its_promise_about_formulas():
    def formulas(path):
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as file:
            return set(re.findall(r"^FORMULA=(.+)$", file.read(), re.MULTILINE))
    assert not formulas(ROOT / "data/query.mgf") & formulas(ROOT / "data/train.mgf.gz")
