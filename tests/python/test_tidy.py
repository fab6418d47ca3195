"""scripts/tidy.py: what it hands to clang-tidy, and when it judges a source again."""

import json
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import tidy  # noqa: E402

needs_clang_tidy = pytest.mark.skipif(not shutil.which("clang-tidy-14"), reason="clang-tidy-14 is not installed")


class Checkout:
    """A small repository with two sources, and a clang-tidy that finds what `findings` says."""

    def __init__(self, root):
        self.root, self.build, self.findings, self.judged = root, root / "build/tidy", {}, []
        self.cache = root.parent / "cache"
        self.write(".clang-tidy", (ROOT / ".clang-tidy").read_text())
        self.write("include/specbridge/top.h", "#pragma once\n")
        self.write("src/base/low.h", '#pragma once\n#include "specbridge/top.h"\n#include <vector>\n')
        self.write("src/base/a.cpp", '#include "base/low.h"\n')
        self.write("src/base/b.cpp", "\n")
        self.write("tests/c.cpp", "\n")
        self.commands("-O3")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commands(self, options):
        names = ("src/base/a.cpp", "src/base/b.cpp", "tests/c.cpp", "src/base/gone.cpp")
        self.list_files([self.root / name for name in names], options)

    def list_files(self, files, options="-O3"):
        self.write("build/tidy/compile_commands.json", json.dumps([
            {"directory": str(self.build), "file": str(file),
             "command": f"/usr/bin/c++ -I{self.root}/src -I{self.root}/include {options} -std=c++20 -o x.o -c {file}"}
            for file in files]))

    def judge(self, source, *_):
        self.judged.append(source.path.name)
        found = self.findings.get(source.path.name, [])
        if isinstance(found, Exception):
            raise found
        return found

    def run(self):
        """The exit code and the names of the sources that were judged."""
        self.judged = []
        return tidy.main(["--jobs", "1", "--cache", str(self.cache)], self.root), self.judged


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    made = Checkout(tmp_path / "one")
    monkeypatch.setattr(tidy, "judge", made.judge)
    monkeypatch.setattr(tidy, "clang_tidy", lambda rules: tidy.Tidy("clang-tidy", "version 14.", rules))
    return made


def test_warnings_and_precompiled_headers_are_left_out():
    command = ("ccache /usr/bin/c++ -DA=1 -I/src -O3 -Wall -Wno-restrict -Winvalid-pch -fpch-preprocess "
               "-idirafter /torch -std=c++20 -include /build/cmake_pch.hxx -include other.h -o x.cpp.o -c x.cpp")
    assert tidy.clang_arguments(command.split()) == (
        "-DA=1", "-I/src", "-O3", "-idirafter", "/torch", "-std=c++20", "-include", "other.h")


def test_sources_of_src_and_tools_are_judged_once(checkout):
    assert checkout.run() == (0, ["a.cpp", "b.cpp"])
    assert checkout.run() == (0, [])


@pytest.mark.parametrize("name, judged", [
    ("src/base/b.cpp", ["b.cpp"]), ("src/base/low.h", ["a.cpp"]), ("include/specbridge/top.h", ["a.cpp"]),
    (".clang-tidy", ["a.cpp", "b.cpp"])])
def test_a_source_is_judged_again_when_what_it_includes_changed(checkout, name, judged):
    checkout.run()
    checkout.write(name, (checkout.root / name).read_text() + "# \n")
    assert checkout.run() == (0, judged)


def test_a_source_is_judged_again_when_its_command_changed(checkout):
    checkout.run()
    checkout.commands("-O3 -Wall")
    assert checkout.run() == (0, [])
    checkout.commands("-O3 -DNDEBUG")
    assert checkout.run() == (0, ["a.cpp", "b.cpp"])


def test_sources_that_the_build_joins_are_judged_together(checkout, capsys):
    joined = checkout.build / "src/base/Unity/unity_0.cxx"
    for path in (joined, checkout.build / "tests/Unity/unity_0.cxx"):
        folder = "src/base" if path == joined else "tests"
        checkout.write(path, "".join(f'#include "{checkout.root}/{folder}/{name}.cpp"\n' for name in "ab"))
    checkout.list_files([joined, checkout.build / "tests/Unity/unity_0.cxx", checkout.root / "src/base/b.cpp"])
    assert checkout.run() == (0, ["unity_0.cxx", "b.cpp"])
    assert "3 sources, 3 of them judged now, 0 findings" in capsys.readouterr().out
    checkout.write("src/base/a.cpp", "int changed;\n")
    assert checkout.run() == (0, ["unity_0.cxx"])


def test_another_checkout_of_the_same_sources_is_not_judged_again(checkout, tmp_path):
    checkout.run()
    other = Checkout(tmp_path / "two")
    other.run()
    assert checkout.judged == ["a.cpp", "b.cpp"]
    other.write("src/base/b.cpp", "int changed;\n")
    other.run()
    assert checkout.judged == ["a.cpp", "b.cpp", "b.cpp"]


def test_known_findings_are_told_again_each_once(checkout, capsys):
    checkout.findings = {name: ["src/base/low.h:1:1: error: bad [check]"] for name in ("a.cpp", "b.cpp")}
    for judged in (["a.cpp", "b.cpp"], []):
        assert checkout.run() == (1, judged)
        out = capsys.readouterr().out.splitlines()
        assert out == ["src/base/low.h:1:1: error: bad [check]",
                       f"2 sources, {len(judged)} of them judged now, 1 findings"]


def test_a_failure_is_told_and_not_kept(checkout, capsys):
    checkout.findings = {"a.cpp": tidy.TidyError("a.cpp: clang-tidy failed")}
    assert checkout.run() == (1, ["a.cpp", "b.cpp"])
    assert "a.cpp: clang-tidy failed" in capsys.readouterr().out
    checkout.findings = {}
    assert checkout.run() == (0, ["a.cpp"])


def test_a_damaged_cache_is_no_answer(checkout):
    checkout.run()
    (checkout.cache / "src/base/a.cpp.json").write_text('{"key": ')
    assert checkout.run() == (0, ["a.cpp"])


def test_a_build_that_is_not_configured_is_told(checkout, capsys):
    (checkout.build / "compile_commands.json").unlink()
    assert checkout.run() == (2, [])
    assert "configure the build first: cmake --preset tidy" in capsys.readouterr().err


@needs_clang_tidy
def test_clang_tidy_finds_what_the_rules_forbid(tmp_path, capsys):
    made = Checkout(tmp_path / "one")
    made.write("src/base/low.h", "#pragma once\nstruct badly_named {};\n")
    made.write("src/base/b.cpp", "int f(int unused) {\n  return 1;\n}\n")
    assert made.run() == (1, [])
    out = capsys.readouterr().out
    assert "low.h:2:8: error: invalid case style for struct 'badly_named'" in out
    assert "b.cpp:1:11: error: parameter 'unused' is unused" in out and "2 findings" in out
    made.write("src/base/low.h", "#pragma once\nstruct WellNamed {};\n")
    made.write("src/base/b.cpp", "int f() {\n  return 1;\n}\n")
    assert made.run() == (0, [])


@needs_clang_tidy
def test_a_source_that_does_not_compile_is_a_finding(tmp_path, capsys):
    made = Checkout(tmp_path / "one")
    made.write("src/base/b.cpp", "int f( {\n")
    assert made.run()[0] == 1
    assert "b.cpp:1:9: error: expected" in capsys.readouterr().out
