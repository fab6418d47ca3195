#pragma once

#include <filesystem>
#include <memory>
#include <variant>
#include <vector>

#include "audit/text_rules.h"
#include "eval/scoring.h"
#include "pools/pools.h"
#include "specbridge/context.h"

namespace specbridge {

/// A pools file as it is written, as the program takes it, and in two forms that say the same.
struct AuditPools {
  RawPools raw;
  std::vector<std::variant<Molecule, Rejection>> standardized;  ///< one per text of `raw`
  std::shared_ptr<const CandidatePools> plain;
  std::shared_ptr<const CandidatePools> respelled;  ///< every SMILES written in another way
  std::shared_ptr<const CandidatePools> shuffled;   ///< candidates and pools in random order
};

/// @throws InputError as CandidatePools::load() does
AuditPools load_audit_pools(const std::filesystem::path& path, const RunContext& context);

/// The pools of some queries as texts: the first pool of each distinct truth (first InChIKey
/// block). They refer to `pools`.
std::vector<PoolTexts> texts_of(const AuditPools& pools, const std::vector<TruthRecord>& truths,
                                const RunContext& context);

}  // namespace specbridge
