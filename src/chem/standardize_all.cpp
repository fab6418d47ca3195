#include "chem/standardize_all.h"

#include <atomic>

#include "base/parallel.h"

namespace specbridge {

std::vector<std::variant<Molecule, Rejection>> standardize_all(
    const std::vector<std::string>& smiles, std::string_view stage, const RunContext& context) {
  constexpr std::size_t kReportEvery = 256;
  std::vector<std::variant<Molecule, Rejection>> results(smiles.size(), Rejection{});
  std::atomic<std::size_t> done{0};
  parallel_for(smiles.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    results[i] = standardize(smiles[i]);
    const std::size_t now = ++done;
    if (!stage.empty() && (now % kReportEvery == 0 || now == smiles.size())) {
      context.progress(stage, now, smiles.size());
    }
  });
  return results;
}

}  // namespace specbridge
