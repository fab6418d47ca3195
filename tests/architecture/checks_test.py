"""The checks find what is planted, and are silent about what is allowed."""

import contextlib
import io
import shutil
import tempfile
import unittest
from pathlib import Path

import check_docs
import check_declarations
import check_rooms
import check_size
from functions import Function, cpp_functions
from scopes import read


class Checkout(unittest.TestCase):
    """A small checkout of three rooms that every check accepts."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("src/CMakeLists.txt",
                   "foreach(room base store library)\n  add_subdirectory(${room})\nendforeach()\n")
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

    def test_finds_a_room_that_comes_to_need_what_it_must_not(self):
        self.write("src/CMakeLists.txt", "foreach(room base nn store eval)\nendforeach()\n")
        shutil.rmtree(self.root / "src/library")
        self.room("base", "API error.h\n  SOURCES x.cpp")
        self.room("nn", "SOURCES x.cpp\n  LINK base")
        self.room("store", "SOURCES x.cpp\n  LINK nn base")
        self.room("eval", "SOURCES x.cpp\n  LINK store base")
        code, text = self.run_check(check_rooms)
        self.assertEqual((code, text.split(";")[0]), (1, "src/eval: comes to need nn"))

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

    def test_reads_tests_and_scripts(self):
        self.write("tests/unit/x.cpp", "y" * 101 + "\n")
        self.write("scripts/x.py", "# " + "y" * 119 + "\n")
        self.write("tests/x.sh", "y" * 121 + "\n")
        self.write(".ci/run", "#!/usr/bin/env bash\n" + "y" * 121 + "\n")
        self.assertEqual(self.run_check(check_size),
                         (1, "tests/unit/x.cpp:1: 101 columns, at most 100\n"
                             "scripts/x.py:1: 121 columns, at most 120\n"
                             "tests/x.sh:1: 121 columns, at most 120\n"
                             ".ci/run:2: 121 columns, at most 120"))

    def test_leaves_data_alone(self):
        self.write("tests/fuzz/corpus/x", "#!/bin/sh\n" * 401)
        self.write("tests/cases.txt", "y" * 121 + "\n")
        self.assertEqual(self.run_check(check_size), (0, "4 files, none too long"))

    def test_finds_functions_that_are_too_long(self):
        body = "  if (x) {\n    y();\n  }\n" * 19 + "  y();\n"
        self.write("src/base/x.cpp",
                   "void f() {\n" + body + "}\n\nint Class::g(int a,\n             int b) {\n" + body +
                   "}\n\nTEST(A, B) {\n" + body + "  y();\n  y();\n}\n")
        self.write("scripts/x.py", "def f():\n" + "    y()\n" * 59 + "\n\ndef g():\n" + "    y()\n" * 60)
        self.assertEqual(self.run_check(check_size),
                         (1, "src/base/x.cpp:62: Class::g has 61 lines, at most 60\n"
                             "src/base/x.cpp:124: TEST(A, B) has 62 lines, at most 60\n"
                             "scripts/x.py:63: g has 61 lines, at most 60"))

    def test_finds_a_member_function_that_is_too_long(self):
        self.write("src/base/x.h", "class A {\n public:\n  A() {\n" + "    y();\n" * 59 + "  }\n};\n")
        self.assertEqual(self.run_check(check_size), (1, "src/base/x.h:3: A has 61 lines, at most 60"))


class FunctionsTest(unittest.TestCase):
    def test_takes_no_block_for_a_function(self):
        text = ("namespace a {\nint f(int x) {\n  if (x) {\n    g();\n  } else if (y()) {\n    h();\n  }\n}\n"
                "}\n")
        self.assertEqual(cpp_functions(text), [Function("f", 2, 8)])

    def test_takes_no_text_for_code(self):
        text = 'int f() {\n  g("{", \'}\');  // }\n  return h(R"(\n}\n)", 10\'000);\n}\n'
        self.assertEqual(cpp_functions(text), [Function("f", 1, 6)])

    def test_knows_operators_and_templates(self):
        text = ("template <typename T>\nbool Box<T>::operator==(const Box& other) const {\n  return true;\n}\n"
                "Box::Box(int a)\n    : a_(a) {\n  g();\n}\n")
        self.assertEqual(cpp_functions(text), [Function("Box<T>::operator==", 2, 4), Function("Box::Box", 5, 8)])


class DeclarationsTest(Checkout):
    SILENT = (0, "2 headers, every function in the source of its name")

    def header(self, text):
        self.write("src/store/file.h", f"#pragma once\nnamespace specbridge {{\n{text}\n}}  // namespace specbridge\n")

    def source(self, name, text):
        self.write(f"src/{name}", f"namespace specbridge {{\n{text}\n}}  // namespace specbridge\n")

    def assert_found(self, message):
        self.assertEqual(self.run_check(check_declarations), (1, f"src/store/file.h: {message}"))

    def test_is_silent_about_functions_in_the_source_of_their_header(self):
        self.header("struct A {\n  A();\n  int f(int x = {}) const;\n  int g() { return 1; }\n"
                    "  virtual int h() = 0;\n};\nvoid free(std::function<void(int)> call);")
        self.source("store/file.cpp", "A::A() = default;\nint A::f(int x) const {\n  return x;\n}\n"
                                      "void free(std::function<void(int)> call) {\n  call(1);\n}")
        self.assertEqual(self.run_check(check_declarations), self.SILENT)

    def test_finds_a_function_in_a_source_of_another_name(self):
        self.header("void f();\nstruct A {\n  void g();\n};")
        self.source("store/other.cpp", "void f() {}\nvoid A::g() {}")
        self.assert_found("A::g, f defined in store/other.cpp, not in file.cpp of store")

    def test_accepts_a_header_that_says_where(self):
        self.header("void f();  // Defined in store/other.cpp.")
        self.source("store/other.cpp", "void f() {}")
        self.assertEqual(self.run_check(check_declarations), self.SILENT)

    def test_finds_a_comment_that_names_a_wrong_file(self):
        self.header("void f();  // Defined in store/once.cpp.")
        self.source("store/other.cpp", "void f() {}")
        self.assert_found("f defined in store/other.cpp, not in file.cpp of store")

    def test_takes_the_function_of_its_room_among_those_of_one_name(self):
        self.header("void f(int x);")
        self.source("base/file.cpp", "void f() {}")
        self.source("store/other.cpp", "void f(int x) {}")
        self.assert_found("f defined in store/other.cpp, not in file.cpp of store")

    def test_does_not_look_into_anonymous_namespaces(self):
        self.header("void f();")
        self.source("store/file.cpp", "namespace {\nvoid f() {}\n}  // namespace")
        self.source("store/other.cpp", "void f() {}")
        self.assert_found("f defined in store/other.cpp, not in file.cpp of store")

    def test_finds_a_function_that_nobody_defines_unless_the_build_does(self):
        self.header("void f();")
        self.assert_found("f defined nowhere, not in file.cpp of store")
        self.header("// Defined by the build.\nvoid f();")
        self.assertEqual(self.run_check(check_declarations), self.SILENT)

    def test_looks_for_an_installed_header_in_the_room_that_states_it(self):
        self.write("include/specbridge/error.h", "#pragma once\nvoid fail();\n")
        self.source("base/detail/error.cpp", "void fail() {}")
        self.assertEqual(self.run_check(check_declarations),
                         (0, "1 headers, every function in the source of its name"))
        self.source("base/detail/error.cpp", "")
        self.source("store/error.cpp", "void fail() {}")
        self.assertEqual(self.run_check(check_declarations),
                         (1, "include/specbridge/error.h: fail defined in store/error.cpp, not in error.cpp of base"))


class ScopesTest(unittest.TestCase):
    def test_tells_declared_from_defined(self):
        names = read("#define F(x) x(\nint a = g();\nextern int (*pointer)(int);\nvoid f(int x = 1);\n"
                     "class A final : public B<int()> {\n public:\n  explicit A(int x) : x_{x}, y_(1) {}\n  ~A();\n"
                     "  bool operator==(const A& other) const;\n  A(const A&) = delete;\n  struct C {\n    void g();\n"
                     "  };\n  std::function<void(int)> call;\n private:\n  int x_{0}, y_;\n};\n"
                     "template <typename T>\nT h(T x) {\n  return x;\n}\nenum class E { a, b };\n")
        self.assertEqual(names.declared, {"f", "A::~A", "A::operator==", "A::C::g"})
        self.assertEqual(names.defined, {"A::A", "h"})

    def test_knows_attributes_and_members_in_braces(self):
        names = read('A::A()\n    : x_{1},\n      y_(2) {\n  f();\n}\n__attribute__((target("x"))) float dot(int x) {\n'
                     "  return 1;\n}\n[[nodiscard]] int g();\n")
        self.assertEqual((names.declared, names.defined), ({"g"}, {"A::A", "dot"}))


class DocsTest(Checkout):
    TABLE = ("| room | does | links | third parties |\n|---|---|---|---|\n"
             "| `base` | text | - | fmt |\n| `store` | files | base | zlib |\n| `library` | rows | store base | - |\n")
    PICTURE = "<!-- rooms: begin -->\n```mermaid\ngraph TB\n{}```\n<!-- rooms: end -->\n"
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
