"""What is seen on a terminal: progress never wider than it and gone before anything is printed; colours only there."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios

import pytest

from cli_support import PROGRAM, SECONDS_AT_MOST, succeed, write_json

pytestmark = pytest.mark.thorough

COLUMNS = 80


def on_terminal(*arguments, columns=COLUMNS, stdout_too=True, **environment):
    """Runs the program on a pseudo-terminal; returns its exit code and every byte it was sent."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    settings = {**os.environ, "TERM": "xterm", **environment}
    settings = {name: value for name, value in settings.items() if value is not None}
    process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL,
                               stdout=side if stdout_too else subprocess.PIPE, stderr=side, env=settings)
    os.close(side)
    raw = b""
    while select.select([main], [], [], SECONDS_AT_MOST)[0]:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        raw += part
    os.close(main)
    if not stdout_too:
        process.stdout.read()
    return process.wait(SECONDS_AT_MOST), raw.decode()


def screen(text, columns=COLUMNS):
    """The lines that are left on a terminal that wraps, without colours."""
    lines, row, column = [[]], 0, 0
    at = 0
    while at < len(text):
        if text.startswith("\033[", at):
            end = at + 2
            while not text[end].isalpha():
                end += 1
            if text[end] == "K":
                del lines[row][column:]
            at = end + 1
            continue
        c = text[at]
        at += 1
        if c == "\r":
            column = 0
        elif c == "\n":
            row += 1
            lines.append([])
        else:
            if column == columns:
                row, column = row + 1, 0
                lines.append([])
            lines[row][column:column + 1] = [c]
            column += 1
    return ["".join(line).rstrip() for line in lines]


@pytest.fixture
def evaluate(made):
    return ("eval", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", made.pools, "--control",
            "none,zeroed,flat,precursor,mean")


@pytest.mark.parametrize("columns", [80, 40])
def test_training_leaves_a_few_lines(train_with, tmp_path, columns):
    config = write_json(tmp_path / "config.json", {"head_hidden": 32, "head_out": 32, "mapper_blocks": 1,
                                                   "mapper_hidden": 32, "batch": 8, "max_steps": 400, "epochs": 100})
    code, raw = on_terminal(*train_with()[:-2], "-o", tmp_path / "model", "--config", config, columns=columns)
    assert code == 0
    assert "training: [" in raw
    left = [line for line in screen(raw, columns) if line]
    assert len(left) <= 1 + 200 // columns, left
    assert "trained" in left[0] or "trained" in "".join(left)


def test_the_table_of_an_evaluation_stands_alone_and_fits(evaluate, tmp_path):
    code, raw = on_terminal(*evaluate, "-o", tmp_path / "report")
    assert code == 0
    plain = succeed(*evaluate, "-o", tmp_path / "again").out
    assert max(map(len, plain.splitlines())) <= COLUMNS
    assert "\n".join(screen(raw)).startswith(plain.rstrip("\n"))
    assert "zeroed" in plain and "precursor" in plain


def test_a_table_of_hits_is_not_mixed_with_progress(made, tmp_path):
    arguments = ("search", made.spectra, "--model", made.model["morgan"], "--library", made.library["morgan"], "-k", 1,
                 "-o", "-")
    code, raw = on_terminal(*arguments, columns=1000)
    assert code == 0
    lines = screen(raw, 1000)
    assert lines[:61] == [line.replace("\t", "\t").rstrip() for line in succeed(*arguments).out.splitlines()]


def test_what_is_left_of_an_index_does_not_jump(made, tmp_path):
    """Short rows first, then long ones: by the rows of the first file, all would be done where it ends."""
    (tmp_path / "short.smi").write_text("".join(f"{i}\t{'C' * (1 + i % 9)}\n" for i in range(9000)))
    (tmp_path / "long.csv").write_text("smiles,id,remark\n" + "".join(f"CC,{i},{'x' * 400}\n" for i in range(9000)))
    code, raw = on_terminal("index", tmp_path / "short.smi", tmp_path / "long.csv", "--encoder", made.encoder["morgan"],
                            "-o", tmp_path / "library", columns=120)
    assert code == 0
    shares = [int(share) for share in re.findall(r"1/2 reading molecules: .*?\((\d+) %\)", raw)]
    assert shares == sorted(shares) and shares[-1] == 100, shares
    assert "2/2 encoding molecules: [" in raw and "2/2 indexing: [" in raw


def test_an_error_does_not_stand_behind_progress(train_with, tmp_path):
    config = write_json(tmp_path / "config.json", {"head_hidden": 32, "head_out": 32, "mapper_blocks": 1,
                                                   "mapper_hidden": 32, "batch": 8, "learning_rate": 1e38})
    code, raw = on_terminal(*train_with()[:-2], "-o", tmp_path / "model", "--config", config)
    assert code == 6
    assert [line for line in screen(raw) if line][0].startswith("specbridge: training: the loss was not finite")


def test_colours_are_for_terminals_that_want_them():
    wrong = ("search", "--modle", "x")
    assert "\033[1;31mspecbridge:\033[0m" in on_terminal(*wrong, NO_COLOR=None)[1]
    assert "\033" not in on_terminal(*wrong, NO_COLOR="1")[1]
    assert "\033" not in on_terminal(*wrong, TERM="dumb", NO_COLOR=None)[1]
    assert "\033" not in subprocess.run([PROGRAM, *wrong], capture_output=True, text=True).stderr


def test_verbose_runs_say_what_they_work_with_and_how_long_it_takes(made, tmp_path):
    result = succeed("search", made.spectra, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                     tmp_path / "hits.tsv", "-v", "--threads", 2)
    assert result.err.startswith("specbridge 0.1.0 on 2 threads, device auto\n")
    assert "spectra.mgf: 60 spectra, mgf" in result.err
    assert "searching: took " in result.err
    quiet = succeed("search", made.spectra, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                    tmp_path / "hits.tsv", "--force")
    assert len(quiet.err.splitlines()) == 1
