#include "chem/tables/column_names.h"

#include <algorithm>
#include <array>
#include <functional>

#include "base/characters.h"
#include "base/text.h"
#include "store/separated_rows.h"

namespace specbridge {
namespace {

using Places = std::vector<std::size_t>;
using Names = std::vector<std::string>;

Names plain_names(const Names& names) {
  Names plain;
  for (const auto& name : names) plain.push_back(plain_name(name));
  return plain;
}

/// The column with the first of `wanted` that occurs.
template <std::size_t N>
std::optional<std::size_t> find_column(const Names& plain,
                                       const std::array<std::string_view, N>& wanted) {
  for (const auto name : wanted) {
    const auto found = std::find(plain.begin(), plain.end(), name);
    if (found != plain.end()) return static_cast<std::size_t>(found - plain.begin());
  }
  return {};
}

std::optional<std::size_t> find_first(const Names& names,
                                      const std::function<bool(const std::string&)>& fits) {
  const auto found = std::find_if(names.begin(), names.end(), fits);
  if (found == names.end()) return {};
  return static_cast<std::size_t>(found - names.begin());
}

/// The letters behind the last blank, digit or sign: "ID" of "ChEBI ID".
std::string_view last_word(std::string_view name) {
  std::size_t begin = name.size();
  while (begin > 0 && is_letter(name[begin - 1])) --begin;
  return name.substr(begin);
}

/// "coconutId", "parentID": the case says where the last word begins.
bool ends_in_word_id(std::string_view word) {
  if (!word.ends_with("Id") && !word.ends_with("ID")) return false;
  const char before = word[word.size() - 3];
  return before >= 'a' && before <= 'z';
}

bool is_smiles(const std::string& plain) {
  return plain.starts_with("smiles") || plain.ends_with("smiles");
}

bool names_inchi(const std::string& plain) {
  // "InChI=1S/..." is a value.
  const bool other = plain.find("key") != std::string::npos ||
                     plain.find("aux") != std::string::npos || plain.find('=') != std::string::npos;
  return !other && (plain.starts_with("inchi") || plain.ends_with("inchi"));
}

/// Numbers of organisms, people and papers, which tables of natural products hold.
bool identifies_other(std::string_view name) {
  constexpr std::array<std::string_view, 6> kOthers = {"taxid", "taxonid",  "taxonomyid",
                                                       "orcid", "pubmedid", "organismid"};
  const std::string plain = plain_name(name);
  return std::ranges::any_of(kOthers, [&](auto other) { return plain.ends_with(other); });
}

/// Adds the columns that fit and are not in the list yet.
void add_columns(const Names& names, const Names& plain, bool (*fits)(const std::string&),
                 Places& places) {
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool known = std::find(places.begin(), places.end(), i) != places.end();
    if (!known && fits(plain[i]) && !is_named_after_id(names[i])) places.push_back(i);
  }
}

}  // namespace

bool is_named_after_id(std::string_view name) {
  constexpr std::array<std::string_view, 12> kOtherWords = {"ACID",  "LIPID",  "VALID", "INVALID",
                                                            "SOLID", "LIQUID", "FLUID", "HYBRID",
                                                            "GRID",  "RAPID",  "AMID",  "VOID"};
  if (identifies_other(name)) return false;
  const auto word = last_word(trim(name));
  const std::string upper = to_upper(word);
  if (upper == "ACCESSION" || upper.ends_with("IDENTIFIER")) return true;
  if (!upper.ends_with("ID")) return false;
  if (upper.size() == 2 || ends_in_word_id(word)) return true;
  const bool of_chemistry =
      upper.ends_with("OID") || std::any_of(kOtherWords.begin(), kOtherWords.end(),
                                            [&](auto other) { return upper.ends_with(other); });
  return !of_chemistry;
}

std::vector<std::size_t> structure_columns(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 4> kSmiles = {"smiles", "canonicalsmiles",
                                                       "isomericsmiles", "structuresmiles"};
  const Names plain = plain_names(names);
  Places places;
  if (const auto known = find_column(plain, kSmiles)) places.push_back(*known);
  add_columns(names, plain, is_smiles, places);
  add_columns(names, plain, names_inchi, places);
  return places;
}

std::optional<std::size_t> id_column(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 12> kIds = {
      "id",        "cid",        "identifier", "compoundid", "moleculeid", "molid",
      "libraryid", "pubchemcid", "databaseid", "chemblid",   "zincid",     "structurewikidata"};
  constexpr std::array<std::string_view, 2> kNames = {"compound", "name"};
  const Names plain = plain_names(names);
  if (const auto known = find_column(plain, kIds)) return known;
  if (const auto id = find_first(names, is_named_after_id)) return id;
  if (const auto known = find_column(plain, kNames)) return known;
  return find_first(plain, [](const std::string& name) { return name.ends_with("name"); });
}

std::optional<std::size_t> name_rank(std::string_view name) {
  constexpr std::array<std::string_view, 11> kKnown = {
      "name",         "compoundname", "preferredname", "moleculename",
      "chemicalname", "commonname",   "genericname",   "traditionalname",
      "title",        "compound",     "synonym"};
  constexpr std::array<std::string_view, 6> kOthers = {
      "filename", "username", "sourcename", "databasename", "vendorname", "suppliername"};
  const std::string plain = plain_name(name);
  const auto known = std::find(kKnown.begin(), kKnown.end(), plain);
  if (known != kKnown.end()) return static_cast<std::size_t>(known - kKnown.begin());
  if (!plain.ends_with("name") || std::find(kOthers.begin(), kOthers.end(), plain) != kOthers.end())
    return {};
  return kKnown.size() + (plain.find("iupac") == std::string::npos ? 0 : 1);
}

std::optional<std::size_t> name_column(const std::vector<std::string>& names) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto rank = name_rank(names[i]);
    if (rank && (!best || *rank < *name_rank(names[*best]))) best = i;
  }
  return best;
}

bool is_named_inchikey(std::string_view name) {
  return plain_name(name).ends_with("inchikey");
}

std::optional<std::size_t> inchikey_column(const std::vector<std::string>& names) {
  return find_first(names, is_named_inchikey);
}

std::optional<std::size_t> column_called(const std::vector<std::string>& names,
                                         std::string_view name) {
  return find_first(
      names, [&](const std::string& other) { return plain_name(other) == plain_name(name); });
}

}  // namespace specbridge
