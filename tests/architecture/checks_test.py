"""The checks find what is planted, and are silent about what is allowed."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_layers
import check_size


class Checkout(unittest.TestCase):
    """A small checkout with one file in it that every check accepts."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("include/specbridge/base/error.h", "#pragma once\n#include <string>\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_check(self, check):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = check.main(self.root)
        return code, out.getvalue().strip()


class LayersTest(Checkout):
    def test_is_silent_about_includes_that_are_allowed(self):
        self.write("src/store/file.cpp", '#include "specbridge/base/error.h"\n#include <zlib.h>\n')
        self.write("src/pipeline/x.cpp", '#include "library/layout.h"\n#include "base/json.h"\n')
        self.assertEqual(self.run_check(check_layers), (0, "3 files, every include allowed"))

    def assert_found(self, name, include, message):
        self.write(name, f"#pragma once\n{include}\n")
        self.assertEqual(self.run_check(check_layers), (1, f"{name}:2: {message}"))

    def test_finds_a_public_header_of_a_layer_above(self):
        self.assert_found("src/base/text.cpp", '#include "specbridge/ms/spectrum.h"',
                          "layer base includes specbridge/ms/spectrum.h of layer ms")

    def test_finds_an_internal_header_of_a_layer_above(self):
        self.assert_found("src/store/x.h", '  #  include "chem/inchi.h"',
                          "layer store includes chem/inchi.h of layer chem")

    def test_finds_a_layer_beside(self):
        self.assert_found("include/specbridge/ms/x.h", '#include "specbridge/chem/molecule.h"',
                          "layer ms includes specbridge/chem/molecule.h of layer chem")

    def test_finds_a_library_outside_its_layer(self):
        self.assert_found("src/library/x.cpp", "#include <faiss/Index.h>",
                          "faiss/Index.h may be seen in index only")

    def test_finds_a_third_party_type_in_a_public_header(self):
        self.assert_found("include/specbridge/base/x.h", "#include <fmt/format.h>",
                          "a public header shows fmt/format.h")

    def test_finds_an_internal_header_in_the_program(self):
        self.assert_found("tools/specbridge/x.cpp", '#include "store/manifest.h"',
                          "the program includes the internal header store/manifest.h")

    def test_finds_a_folder_that_is_no_layer(self):
        self.write("src/util/x.h", "#pragma once\n")
        self.assertEqual(self.run_check(check_layers), (1, "unknown layer util"))

    def test_does_not_pass_when_it_looks_at_nothing(self):
        self.root = self.root / "elsewhere"
        self.assertEqual(self.run_check(check_layers)[0], 1)


class SizeTest(Checkout):
    def test_accepts_the_longest_file_and_line(self):
        self.write("src/base/x.cpp", "x\n" * 399 + "y" * 100 + "\n")
        self.assertEqual(self.run_check(check_size), (0, "2 files, none too long"))

    def test_finds_a_file_that_is_too_long(self):
        self.write("tools/specbridge/x.cpp", "x\n" * 401)
        self.assertEqual(self.run_check(check_size),
                         (1, "tools/specbridge/x.cpp: 401 lines, at most 400"))

    def test_finds_a_line_that_is_too_long(self):
        self.write("src/base/x.cpp", "x\n" + "y" * 101 + "\n")
        self.assertEqual(self.run_check(check_size),
                         (1, "src/base/x.cpp:2: 101 columns, at most 100"))


if __name__ == "__main__":
    unittest.main()
