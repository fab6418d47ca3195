#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "specbridge/context.h"

namespace specbridge::test {

/// Collects what the user is warned of.
class Warnings : public Reporter {
 public:
  void info(std::string_view) override {}
  void warning(std::string_view text) override { texts.emplace_back(text); }
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  std::vector<std::string> texts;
};

}  // namespace specbridge::test
