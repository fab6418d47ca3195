"""Ctrl-C: exit code 130, and nothing is left where nothing was done that another run could go on with."""

import os
import signal
import subprocess
import time

import pytest

from cli_support import DATA, PROGRAM, SECONDS_AT_MOST, catches_interrupts, names_in, wait_until


def start(*arguments, **options):
    return subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def finish(process):
    out, err = process.communicate(timeout=SECONDS_AT_MOST)
    return process.returncode, out.decode(), err.decode()


# Reading from a pipe that stays open, the program is for certain within its work.
@pytest.mark.parametrize("command", ["index", "search", "train", "make-encoder"])
def test_an_interrupted_run_leaves_nothing(made, train_with, tmp_path, command):
    arguments = {"index": ("index", "-", "--encoder", made.encoder["morgan"]),
                 "search": ("search", "-", "--model", made.model["morgan"], "--library", made.library["morgan"]),
                 "train": ("train", "--spectra", "-", *train_with()[3:]),
                 "make-encoder": ("make-encoder", "morgan", "--molecules", "-")}[command]
    content = (made.train if command in ("search", "train") else DATA / "molecules.tsv").read_bytes()
    process = start(*arguments, "-o", tmp_path / "out", stdin=subprocess.PIPE)
    if command == "make-encoder":
        wait_until(lambda: catches_interrupts(process.pid))
    else:
        wait_until(lambda: names_in(tmp_path) != [])
    process.stdin.write(content)
    process.send_signal(signal.SIGINT)
    code, out, err = finish(process)
    assert (code, out) == (130, "")
    assert err == "specbridge: interrupted; nothing was published\n"
    assert names_in(tmp_path) == []


def test_a_pipe_that_nobody_reads_is_waited_for_until_the_first_signal(made, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    process = start("search", DATA / "query.mgf", "--model", made.model["morgan"], "--library", made.library["morgan"],
                    "-o", tmp_path / "pipe", "-v")
    while b"library of" not in process.stderr.readline():  # the last before the table is opened
        assert process.poll() is None
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    code, out, err = finish(process)
    assert (code, out, err.splitlines()[-1]) == (130, "", "specbridge: interrupted; nothing was published")
    assert names_in(tmp_path) == ["pipe"] and (tmp_path / "pipe").is_fifo()


def test_a_second_signal_ends_what_does_not_hear_the_first(made, tmp_path):
    """A pipe of spectra that nobody writes is opened in one call of the system, which signals do not end."""
    os.mkfifo(tmp_path / "query.mgf")
    process = start("search", tmp_path / "query.mgf", "--model", made.model["morgan"], "--library",
                    made.library["morgan"], "-o", tmp_path / "hits.tsv")
    wait_until(lambda: catches_interrupts(process.pid))
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    assert finish(process)[0] == 130
    assert "hits.tsv" not in names_in(tmp_path)
