"""What goes to stdout and what to stderr; help, versions, and pipes that close early."""

import json
import subprocess

import pytest

from cli_support import DATA, PROGRAM, SECONDS_AT_MOST, specbridge, succeed

COMMANDS = ["train", "index", "search", "eval", "mces", "info", "make-encoder", "make-encoder morgan"]


def test_without_arguments_the_program_says_how_it_is_used_and_fails():
    result = specbridge()
    assert result.code == 2
    assert "Usage: specbridge [OPTIONS] [SUBCOMMAND]" in result.out + result.err


def test_help_names_every_command_and_the_exit_codes():
    text = succeed("--help").out
    assert "Usage: specbridge [OPTIONS] [SUBCOMMAND]\n" in text
    assert all(f"\n  {command.split()[0]} " in text for command in COMMANDS)
    words = " ".join(text.split())
    assert "Exit codes: 0 done, 1 nothing found (with --fail-if-empty), 2 command line or configuration" in words


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_goes_to_stdout(command):
    result = succeed(*command.split(), "--help")
    assert f"Usage: specbridge {command} [OPTIONS]" in result.out
    assert result.err == ""


def test_the_version_is_one_line_or_json():
    words = succeed("--version").out.split()
    assert (words[0], words[2], len(words)) == ("specbridge", "(RDKit", 4)
    assert json.loads(succeed("--version", "--json").out)["specbridge"] == words[1]


def test_quiet_runs_say_nothing(made, tmp_path):
    commands = [("search", DATA / "query.mgf", "--model", made.model["morgan"], "--library",
                 made.library["morgan"], "-o", tmp_path / "hits.tsv"),
                ("index", DATA / "molecules.tsv", "--encoder", made.encoder["morgan"], "-o", tmp_path / "library"),
                ("make-encoder", "morgan", "--molecules", DATA / "molecules.tsv", "-o", tmp_path / "encoder")]
    for command in commands:
        result = succeed(*command, "-q")
        assert (result.out, result.err) == ("", "")


def test_hits_go_to_stdout_alone(made):
    result = succeed("search", DATA / "query.mgf", "--model", made.model["morgan"], "--library",
                     made.library["morgan"], "-o", "-")
    assert result.out.startswith("query_id\t")
    assert result.err == "22 spectra, 20 answered; not: 1 no_precursor, 1 unknown_adduct\n"


def test_a_pipe_that_closes_early_ends_the_search_without_a_word(made):
    process = subprocess.Popen([PROGRAM, "search", DATA / "query.mgf", "--model", made.model["morgan"],
                                "--library", made.library["morgan"], "-o", "-", "-k", "0", "--tolerance", "5000Da"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline().startswith(b"query_id\t")
    process.stdout.close()
    err = process.stderr.read().decode()
    assert process.wait(SECONDS_AT_MOST) == 141
    assert err == ""
