#include "library/postgres/catalogue_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chem/standard_form.h"
#include "library/postgres/catalogue.h"
#include "library/postgres/catalogue_part.h"
#include "library/postgres/catalogue_server.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/file.h"

namespace specbridge {
namespace {

CatalogueFacts facts_of(const MoleculeLibrary& library, const CatalogueLayout& layout) {
  CatalogueFacts facts;
  facts.rows = library.rows();
  facts.dim = library.dim();
  facts.part_rows = layout.part_rows;
  facts.molecule_encoder_fingerprint = library.molecule_encoder_fingerprint();
  facts.molecule_encoder_architecture = layout.molecule_encoder_architecture;
  facts.library_fingerprint = library.fingerprint();
  facts.standard_form = kStandardForm;
  facts.further_columns = library.further_columns();
  facts.key =
      fmt::format("{:016x}", xxhash64(fmt::format("{} {} {}", kCatalogueVersion,
                                                  facts.library_fingerprint, facts.part_rows)));
  return facts;
}

/// Where the library is cut.
std::vector<CataloguePart> planned_parts(const MoleculeLibrary& library, std::size_t part_rows) {
  std::vector<CataloguePart> parts;
  for (std::size_t first = 0; first < library.rows();) {
    std::size_t last = std::min(first + part_rows, library.rows());
    while (last < library.rows() && library.mass(last) == library.mass(last - 1)) ++last;
    parts.push_back(
        {parts.size(), first, last - first, library.mass(first), library.mass(last - 1)});
    first = last;
  }
  return parts;
}

/// One export of one library.
class CatalogueWriter {
 public:
  CatalogueWriter(const MoleculeLibrary& library, const DatabaseAddress& address,
                  const CatalogueLayout& layout, const RunContext& context)
      : context_(context),
        existing_(layout.existing),
        connection_(address),
        names_(address.schema),
        facts_(facts_of(library, layout)),
        plan_(planned_parts(library, layout.part_rows)),
        parts_(library, connection_, names_, facts_) {}

  CatalogueCounts write() {
    parts_.use_vector_type(checked_vector_type(connection_, facts_.dim));
    CatalogueNames::molecule_columns(facts_);  // a name that is too long is refused before the work
    prepare_schema(connection_, names_);
    const auto published = published_catalogue(connection_, names_);
    check_replaceable(published);
    published_ = published && published->key == facts_.key;
    begin();
    for (const auto& part : plan_) {
      context_.check_interrupt();
      complete(part);
      context_.progress("exporting molecules", part.first + part.rows, facts_.rows);
    }
    check_all();
    if (!published_) publish();
    counts_.rows = facts_.rows;
    counts_.parts = plan_.size();
    counts_.bytes = size_on_server(connection_, names_, facts_);
    return counts_;
  }

 private:
  void check_replaceable(const std::optional<CatalogueFacts>& published) {
    const std::string& shown = connection_.shown();
    if (!published) {
      if (!connection_.ask_one("SELECT to_regclass($1)", {names_.table("molecules")})) return;
      throw OutputError(
          fmt::format("{}: schema {} has a table \"molecules\" that this program did not write; "
                      "name another schema: ?schema=NAME behind the address",
                      shown, names_.schema()));
    }
    if (published->key == facts_.key || existing_ == Existing::replace) return;
    throw OutputError(fmt::format(
        "{}: schema {} holds another library already ({}, fingerprint {:.12}...); replace it with "
        "--force, or name another schema: ?schema=NAME behind the address",
        shown, names_.schema(), counted(published->rows, "molecule"),
        published->library_fingerprint));
  }

  /// Says which library is on its way.
  void begin() {
    std::string columns = "{}";
    if (!facts_.further_columns.empty()) {
      std::vector<std::string> quoted;
      for (const auto& name : facts_.further_columns) quoted.push_back(array_item(name));
      columns = fmt::format("{{{}}}", fmt::join(quoted, ","));
    }
    connection_.ask(
        fmt::format("INSERT INTO {} (key, format_version, rows, dim, part_rows, "
                    "molecule_encoder_fingerprint, molecule_encoder_architecture, "
                    "library_fingerprint, standard_form, further_columns) VALUES "
                    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text[]) ON CONFLICT DO NOTHING",
                    names_.table("library")),
        {facts_.key, std::to_string(facts_.format_version), std::to_string(facts_.rows),
         std::to_string(facts_.dim), std::to_string(facts_.part_rows),
         facts_.molecule_encoder_fingerprint, facts_.molecule_encoder_architecture,
         facts_.library_fingerprint, std::to_string(facts_.standard_form), columns});
    there_ = finished_parts(connection_, names_, facts_);
  }

  /// The bounds of the table of a part: from its first mass to that of the next.
  MassBounds bounds_of(const CataloguePart& part) const {
    MassBounds bounds;
    if (part.number > 0) bounds.low = part.low_mass;
    if (part.number + 1 < plan_.size()) bounds.high = plan_[part.number + 1].low_mass;
    return bounds;
  }

  /// Writes a part, unless it is there whole. Of a library that is in use every row is read.
  void complete(const CataloguePart& part) {
    const auto listed = std::ranges::find(there_, part.number, &CataloguePart::number);
    if (listed != there_.end()) {
      const std::string damage =
          published_ ? parts_.damage_by_reading(*listed, context_) : parts_.damage(*listed);
      if (damage.empty()) {
        ++counts_.kept;
        return;
      }
      if (published_ && existing_ == Existing::refuse) {
        throw OutputError(fmt::format("{}: schema {}: {}; write what is damaged again with --force",
                                      connection_.shown(), names_.schema(), damage));
      }
      context_.warning(fmt::format("{}: {}; it is written again", connection_.shown(), damage));
    }
    PostgresTransaction transaction(connection_);
    parts_.write(part, bounds_of(part), context_);
    if (published_) attach(part);
    transaction.commit();
    ++counts_.written;
  }

  /// The counts and checksums of all parts together.
  void check_all() {
    std::size_t rows = 0;
    there_ = finished_parts(connection_, names_, facts_);
    for (const auto& part : there_) {
      const std::string damage = parts_.damage(part);
      if (!damage.empty()) throw ArtifactError(fmt::format("{}: {}", connection_.shown(), damage));
      rows += part.rows;
    }
    if (rows == facts_.rows && there_.size() == plan_.size()) return;
    throw ArtifactError(fmt::format("{}: schema {} holds {} in {}, expected {} in {}",
                                    connection_.shown(), names_.schema(), counted(rows, "molecule"),
                                    counted(there_.size(), "part"), facts_.rows, plan_.size()));
  }

  void attach(const CataloguePart& part) {
    const MassBounds bounds = bounds_of(part);
    connection_.ask(fmt::format("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})",
                                names_.table("molecules"), names_.part(facts_, part.number),
                                bounds.low ? shortest(*bounds.low) : "MINVALUE",
                                bounds.high ? shortest(*bounds.high) : "MAXVALUE"));
  }

  /// The library appears, and what was there before goes.
  void publish() {
    PostgresTransaction transaction(connection_);
    drop_others(connection_, names_, facts_);
    parts_.make_parent();
    for (const auto& part : plan_) attach(part);
    connection_.ask(fmt::format("UPDATE {} SET published_at = now(), made_by = 'specbridge {}' "
                                "WHERE key = $1",
                                names_.table("library"), program_version()),
                    {facts_.key});
    transaction.commit();
  }

  const RunContext& context_;
  Existing existing_;
  PostgresConnection connection_;
  CatalogueNames names_;
  CatalogueFacts facts_;
  std::vector<CataloguePart> plan_, there_;
  CatalogueParts parts_;
  bool published_ = false;  // this very library is in use
  CatalogueCounts counts_;
};

}  // namespace

void check_order(const MoleculeLibrary& library) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::size_t rows = 0;
  for (const auto& range : library.within(-kInfinity, kInfinity)) rows += range.size();
  bool ordered = rows == library.rows() && library.numbered_in_order();
  for (std::size_t row = 1; ordered && row < library.rows(); ++row) {
    ordered = library.mass(row - 1) <= library.mass(row);
  }
  if (ordered) return;
  throw ArtifactError(
      "molecules were added to the library or removed from it since it was built, so its rows are "
      "in no single order of mass; make one of it that is (specbridge compact) and export that");
}

CatalogueCounts write_catalogue(const MoleculeLibrary& library, const DatabaseAddress& address,
                                const CatalogueLayout& layout, const RunContext& context) {
  return CatalogueWriter(library, address, layout, context).write();
}

}  // namespace specbridge
