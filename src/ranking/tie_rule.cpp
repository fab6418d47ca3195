#include "specbridge/tie_rule.h"

#include <fmt/format.h>

#include "specbridge/error.h"

namespace specbridge {

TieRule parse_tie_rule(std::string_view name) {
  for (const TieRule rule : {TieRule::worst, TieRule::expected, TieRule::best}) {
    if (name == to_string(rule)) return rule;
  }
  throw UsageError(fmt::format("--ties: found \"{}\", expected worst, expected or best", name));
}

std::string to_string(TieRule rule) {
  switch (rule) {
    case TieRule::worst:
      return "worst";
    case TieRule::expected:
      return "expected";
    case TieRule::best:
      return "best";
  }
  return {};
}

}  // namespace specbridge
