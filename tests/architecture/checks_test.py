"""The checks find what is planted, and are silent about what is allowed."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_docs
import check_rooms
import check_size


class Checkout(unittest.TestCase):
    """A small checkout of three rooms that every check accepts."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("src/CMakeLists.txt", "foreach(room base store library)\n  add_subdirectory(${room})\nendforeach()\n")
        self.room("base", "API error.h\n  SOURCES x.cpp")
        self.room("store", "SOURCES x.cpp\n  LINK base\n  PRIVATE ZLIB::ZLIB")
        self.room("library", "SOURCES x.cpp\n  LINK store base")
        self.write("include/specbridge/error.h", "#pragma once\n#include <string>\n")

    def room(self, name, lists):
        self.write(f"src/{name}/CMakeLists.txt", f"specbridge_room({name}\n  {lists})\n")
        self.write(f"src/{name}/x.cpp", "int x;\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_check(self, check):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = check.main(self.root)
        return code, out.getvalue().strip()


class RoomsTest(Checkout):
    def test_is_silent_about_includes_that_are_allowed(self):
        self.write("src/store/x.cpp", '#include "specbridge/error.h"\n#include <zlib.h>\n')
        self.write("src/library/x.cpp", '#include "store/manifest.h"\n#include "base/json.h"\n')
        self.assertEqual(self.run_check(check_rooms), (0, "4 files in 3 rooms, every include allowed"))

    def assert_found(self, name, include, message):
        self.write(name, f"#pragma once\n{include}\n")
        self.assertEqual(self.run_check(check_rooms), (1, f"{name}:2: {message}"))

    def test_finds_a_header_of_a_room_above(self):
        self.assert_found("src/store/x.h", '  #  include "library/library.h"',
                          "room store includes library/library.h of room library, which it does not link")

    def test_finds_an_installed_header_of_a_room_above(self):
        self.write("include/specbridge/search.h", "#pragma once\n")
        self.room("library", "API search.h\n  SOURCES x.cpp\n  LINK store base")
        self.assert_found("src/base/x.h", '#include "specbridge/search.h"',
                          "room base includes specbridge/search.h of room library, which it does not link")

    def test_finds_an_installed_header_that_no_room_owns(self):
        self.assert_found("src/base/x.h", '#include "specbridge/none.h"', "specbridge/none.h is in the API of no room")

    def test_finds_a_library_outside_its_room(self):
        self.assert_found("src/library/x.h", "#include <faiss/Index.h>", "faiss/Index.h may be seen in index only")

    def test_finds_a_library_in_an_installed_header(self):
        self.assert_found("include/specbridge/error.h", "#include <fmt/format.h>",
                          "an installed header shows fmt/format.h")

    def test_finds_a_folder_that_is_no_room(self):
        self.write("src/util/x.h", "#pragma once\n")
        self.assertEqual(self.run_check(check_rooms), (1, "src/util: is no room of src/CMakeLists.txt"))

    def test_finds_a_link_upwards(self):
        self.room("base", "SOURCES x.cpp\n  API error.h\n  LINK store")
        self.assertEqual(self.run_check(check_rooms),
                         (1, "src/base: links store, which does not stand before it in src/CMakeLists.txt"))

    def test_finds_a_source_that_is_not_listed(self):
        self.write("src/base/y.cpp", "int y;\n")
        self.assertEqual(self.run_check(check_rooms), (1, "src/base/y.cpp: is not listed"))

    def test_finds_a_folder_that_holds_too_much(self):
        for number in range(16):
            self.write(f"src/base/unit{number}.h", "#pragma once\n")
        self.assertEqual(self.run_check(check_rooms), (1, "src/base: 17 units, at most 16"))


class SizeTest(Checkout):
    def test_accepts_the_longest_file_and_line(self):
        self.write("src/base/x.cpp", "x\n" * 399 + "y" * 100 + "\n")
        self.assertEqual(self.run_check(check_size), (0, "4 files, none too long"))

    def test_finds_a_file_that_is_too_long(self):
        self.write("tools/specbridge/x.cpp", "x\n" * 401)
        self.assertEqual(self.run_check(check_size),
                         (1, "tools/specbridge/x.cpp: 401 lines, at most 400"))

    def test_finds_a_line_that_is_too_long(self):
        self.write("src/base/x.cpp", "x\n" + "y" * 101 + "\n")
        self.assertEqual(self.run_check(check_size),
                         (1, "src/base/x.cpp:2: 101 columns, at most 100"))


class DocsTest(Checkout):
    TABLE = ("| room | does | links | third parties |\n|---|---|---|---|\n"
             "| `base` | text | - | fmt |\n| `store` | files | base | zlib |\n| `library` | rows | store base | - |\n")
    PICTURE = "<!-- rooms: begin -->\n```mermaid\ngraph BT\n{}```\n<!-- rooms: end -->\n"
    EDGES = "    store --> base\n    library --> store\n"

    def setUp(self):
        super().setUp()
        self.document(self.TABLE, self.EDGES)
        self.write("README.md", "[how](docs/architecture.md#rooms), ![page](data/page.png)\n")
        self.write("data/page.png", "")

    def document(self, table, edges):
        self.write("docs/architecture.md", f"# Rooms\n\n{table}\n{self.PICTURE.format(edges)}\nText.\n")

    def assert_found(self, *complaints):
        self.assertEqual(self.run_check(check_docs), (1, "\n".join(complaints)))

    def test_is_silent_about_documents_that_agree(self):
        self.assertEqual(self.run_check(check_docs), (0, "3 documents agree with 3 rooms"))

    def test_finds_other_links_in_the_table(self):
        self.document(self.TABLE.replace("store base", "base store"), self.EDGES)
        self.assert_found('docs/architecture.md:7: library links "base store", its CMakeLists.txt says "store base"')

    def test_finds_a_room_without_a_row_and_a_row_without_a_room(self):
        self.document(self.TABLE.replace("`store`", "`shop`"), self.EDGES)
        self.assert_found("docs/architecture.md: the table lacks store",
                          "docs/architecture.md:6: shop is no room of src/CMakeLists.txt")

    def test_finds_rows_in_another_order(self):
        lines = self.TABLE.splitlines(keepends=True)
        self.document("".join([*lines[:2], lines[3], lines[2], lines[4]]), self.EDGES)
        self.assert_found("docs/architecture.md: the rooms of the table are not in the order of src/CMakeLists.txt")

    def test_finds_a_row_of_another_form(self):
        self.document(self.TABLE.replace("`base`", "base"), self.EDGES)
        self.assert_found("docs/architecture.md:5: expected | `base` | does | links | third parties |")

    def test_finds_an_edge_that_lacks_and_one_that_follows_from_others(self):
        self.document(self.TABLE, "    store --> base\n    library --> base\n")
        self.assert_found("docs/architecture.md: the picture lacks library --> store",
                          "docs/architecture.md: the picture has library --> base, which is no link or follows from "
                          "others")

    def test_finds_edges_in_another_order(self):
        self.document(self.TABLE, "".join(reversed(self.EDGES.splitlines(keepends=True))))
        self.assert_found("docs/architecture.md: the picture is not as --write makes it")

    def test_finds_that_table_and_picture_are_not_there(self):
        self.write("docs/architecture.md", "# Rooms\n")
        self.assert_found(*(f"docs/architecture.md: the table lacks {name}" for name in ("base", "store", "library")),
                          "docs/architecture.md: the picture lacks its lines <!-- rooms: begin --> and "
                          "<!-- rooms: end -->")

    def test_mends_links_and_picture_and_leaves_the_rest(self):
        right = (self.root / "docs/architecture.md").read_text()
        self.document(self.TABLE.replace("store base", "-"), "    library --> base\n")
        check_docs.write(self.root)
        self.assertEqual((self.root / "docs/architecture.md").read_text(), right)

    def test_finds_a_readme_that_is_too_long(self):
        self.write("README.md", "x\n" * 180)
        self.assertEqual(self.run_check(check_docs)[0], 0)
        self.write("README.md", "x\n" * 181)
        self.assert_found("README.md: 181 lines, at most 180")

    def test_finds_links_to_nothing(self):
        self.write("CONTRIBUTING.md", "see [one](README.md) and [two](docs/none.md#rules)\n")
        self.write("docs/method/deep.md", "\n[up](../architecture.md) [out](../../../elsewhere.md) ![page](page.png)\n")
        self.assert_found("CONTRIBUTING.md:1: links docs/none.md#rules, which is not in the checkout",
                          "docs/method/deep.md:2: links ../../../elsewhere.md, which is not in the checkout",
                          "docs/method/deep.md:2: links page.png, which is not in the checkout")

    def test_passes_over_links_to_the_net_within_a_document_and_in_code(self):
        self.write("docs/links.md", "[net](https://example.org/x) [here](#here) `[code](none.md)`\n"
                                    "```\n[code](none.md)\n```\n")
        self.assertEqual(self.run_check(check_docs), (0, "4 documents agree with 3 rooms"))


if __name__ == "__main__":
    unittest.main()
