#pragma once

#include <string_view>

namespace specbridge::tool {

// Defined in the commit.cpp that cmake/WriteCommit.cmake writes at build time.

/// The commit that the program was built from, 40 hex digits; empty outside a checkout.
std::string_view built_commit();
/// Whether files of the checkout differed from the commit.
bool built_from_modified_files();

}  // namespace specbridge::tool
