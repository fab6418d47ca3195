#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "eval/result.h"

namespace specbridge {

/// The header line of ranks.tsv, with its line end.
std::string ranks_header();
/// One row of ranks.tsv, with its line end; absent values are empty.
std::string to_line(const QueryResult& result);
/// @throws OutputError
void write_ranks(const std::filesystem::path& path, std::span<const QueryResult> results);

}  // namespace specbridge
