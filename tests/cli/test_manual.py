"""What the program says of itself: help, versions, the manual page and completions are of one description."""

import json
import re
import shutil
import subprocess

import pytest

from cli_support import ROOT, specbridge, succeed

COMMANDS = ["train", "index", "search", "explain", "embed", "similarity", "eval", "split", "pools", "audit", "check",
            "analogues", "mces", "info", "make-encoder", "make-encoder morgan", "render", "sample", "sample embed",
            "sample fit", "sample predict"]


def longest_line(text):
    return max(len(line) for line in text.splitlines())


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_80_columns_and_keeps_words_whole(command):
    text = succeed(*command.split(), "--help").out
    assert longest_line(text) <= 80
    assert not re.search(r":INT|in \[\d|UINT|FLOAT|TEXT:|REQUIRED", text)
    words = " ".join(text.split())
    assert all(word in words for word in ("Usage: specbridge", "--help"))


@pytest.mark.parametrize("command, first", [
    ("search", ["--out", "--model", "--library"]), ("train", ["--spectra", "--spectrum-encoder"]),
    ("eval", ["--out", "--hits"]), ("index", ["--out", "--encoder"])])
def test_required_options_are_shown_as_such_and_come_first(command, first):
    text = succeed(command, "--help").out
    required = text.split("\nRequired:\n")[1].split("\n\n")[0]
    assert first[0] in required and "--threads" not in required
    options = re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", text, re.MULTILINE)
    assert [option for option in options if option in first] == first
    assert re.findall("(--[a-z]+) ", text.split("\nGeneral:\n")[1].split("\n\n")[0])[-1] == "--help"


def test_defaults_are_told_without_the_words_of_a_library():
    words = " ".join(succeed("search", "--help").out.split())
    assert "-k N Hits per spectrum; 0 writes all candidates (default: 10)" in words
    assert "--cutoffs K,K... K of Recall@K (default: 1,5,20)" in " ".join(succeed("eval", "--help").out.split())
    assert "--ties worst|expected|best" in succeed("eval", "--help").out


@pytest.mark.parametrize("words", [["help"], ["help", "search"], ["help", "make-encoder", "morgan"]])
def test_help_is_a_word_too(words):
    assert succeed(*words).out == succeed(*words[1:], "--help").out


def test_help_on_a_command_that_is_none():
    result = specbridge("help", "serch")
    assert (result.code, result.out, result.err) == (
        2, "", 'specbridge: unknown command "serch", did you mean "search"?; see specbridge --help\n')


@pytest.mark.parametrize("word", ["version", "-V"])
def test_version_has_other_names(word):
    assert succeed(word).out == succeed("--version").out
    assert succeed(word, "--json").out == succeed("--version", "--json").out


def test_the_version_as_json_names_the_commit_and_the_libraries():
    versions = json.loads(succeed("--version", "--json").out)
    assert set(versions) - {"modified"} == {"specbridge", "commit", "libtorch", "faiss", "rdkit", "inchi", "gloo"}
    assert all(re.search(r"\d+\.\d+", versions[name]) for name in ("libtorch", "faiss", "rdkit", "inchi"))
    if (ROOT / ".git").exists():
        assert re.fullmatch("[0-9a-f]{40}", versions["commit"])


@pytest.mark.parametrize("arguments, message", [
    (["train"], "--spectra and --out are required; see specbridge train "
                "--help"),
    (["search"], "spectra, --out and one of --library, --candidates, --spectral-library are required; see specbridge "
                 "search --help"),
    (["eval"], "--out and one of --hits, --model are required; see specbridge eval --help"),
    (["eval", "--model", "m"], "--out, --spectra and --candidates are required; see specbridge eval --help"),
    (["explain"], "hits, spectra and --out are required; see specbridge explain --help"),
    (["embed"], "inputs and --out are required; see specbridge embed --help"),
    (["sample", "embed"], "runs and --out are required; see specbridge sample embed --help"),
    (["sample", "fit"], "samples, --labels and --out are required; see specbridge sample fit --help"),
    (["sample", "predict"], "samples, --cohort and --out are required; see specbridge sample predict --help"),
    (["split"], "spectra and --out are required; see specbridge split --help"),
    (["pools"], "spectra, --library and --out are required; see specbridge pools --help"),
    (["similarity"], "queries and --out are required; see specbridge similarity --help"),
    (["index"], "--out and one of molecules, --spectra, --decoys, --add, --remove are required; see specbridge index "
                "--help"),
    (["merge"], "libraries and --out are required; see specbridge merge --help"),
    (["make-encoder", "morgan"], "--molecules and --out are required; see specbridge make-encoder morgan --help"),
    (["info"], "path is required; see specbridge info --help"),
])
def test_everything_that_is_missing_is_named_at_once(arguments, message):
    result = specbridge(*arguments)
    assert (result.code, result.out, result.err) == (2, "", f"specbridge: {message}\n")


@pytest.mark.parametrize("arguments, message", [
    (["search", "--tolarance", "5ppm"], 'unknown option "--tolarance", did you mean "--tolerance"?; see specbridge '
                                        "search --help"),
    (["search", "--formla"], 'unknown option "--formla", did you mean "--formula"?; see specbridge search --help'),
    (["search", "--candidats=x"], 'unknown option "--candidats", did you mean "--candidates"?; see specbridge search '
                                  "--help"),
    (["eval", "--resamble", "x"], 'unknown option "--resamble", did you mean "--resample"?; see specbridge eval '
                                  "--help"),
    (["hlep"], 'unknown command "hlep", did you mean "help"?; see specbridge --help'),
    (["versoin"], 'unknown command "versoin", did you mean "version"?; see specbridge --help'),
])
def test_a_slip_in_an_option_of_a_group_gets_a_suggestion(arguments, message):
    result = specbridge(*arguments)
    assert (result.code, result.err) == (2, f"specbridge: {message}\n")


def options_of_help(command):
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", succeed(*command.split(), "--help").out, re.MULTILINE))


@pytest.mark.thorough
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_know_every_option(shell):
    script = succeed("generate", shell).out
    for command in COMMANDS:
        for option in options_of_help(command):
            assert (f"-l {option[2:]} " if shell == "fish" else option) in script, (command, option)


def complete(*words):
    """What bash offers for the last word."""
    script = succeed("generate", "bash").out
    quoted = " ".join(f"'{word}'" for word in words)
    ask = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _specbridge; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "--norc", "-c", f"{script}\n{ask}"], capture_output=True, text=True, cwd=ROOT,
                          check=True)
    return done.stdout.split()


def test_bash_completes_commands_options_and_choices():
    assert complete("specbridge", "se") == ["search", "serve"]
    assert "morgan" in complete("specbridge", "make-encoder", "morgan")[:1]
    assert complete("specbridge", "search", "--tol") == ["--tolerance"]
    assert complete("specbridge", "make-encoder", "morgan", "--rad") == ["--radius"]
    assert complete("specbridge", "eval", "--ties", "") == ["worst", "expected", "best"]
    assert complete("specbridge", "search", "--model", "doc") == ["docs"]
    assert complete("specbridge", "check", "READ") == ["README.md"]


def test_the_manual_page_holds_every_command_and_option_and_is_sound(tmp_path):
    page = succeed("generate", "man").out
    (tmp_path / "specbridge.1").write_text(page)
    for command in COMMANDS:
        assert f".SH {command.upper()}".replace("-", "\\-") in page
        for option in options_of_help(command):
            assert option.replace("-", "\\-") in page
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    shown = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-rLL=78n", tmp_path / "specbridge.1"],
                           capture_output=True, text=True, check=True)
    assert shown.stderr == ""
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown.stdout)
    assert "specbridge search query.mgf --library library/ -o hits.tsv -k 10" in text


def test_all_settings_of_training_are_explained_as_the_page_says():
    settings = json.loads(succeed("train", "--help-settings", "--json").out)
    page = (ROOT / "docs/training-settings.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `([^`]*)` \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(row["key"], json.dumps(row["default"]), row["meaning"]) for row in settings]
    text = succeed("train", "--help-settings").out
    assert longest_line(text) <= 80
    assert all(f"{row['key']} = " in text for row in settings)


def test_a_setting_can_be_looked_up_while_options_are_missing():
    assert "keep_best_by" in succeed("train", "--help-settings").out
