#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/adduct.h"
#include "specbridge/context.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/molecule_text.h"
#include "specbridge/query.h"
#include "specbridge/status.h"
#include "specbridge/tolerance.h"
#include "specbridge/unit_mass.h"

namespace specbridge {

/// Which candidates a query is ranked against.
enum class CandidateMode { mass_window, formula, pools, open };

/// How an open search finds candidates: by the FAISS index, or by comparing with every molecule.
enum class OpenSearch { by_index, exact };

/// How candidates are chosen.
struct CandidateChoice {
  CandidateMode mode = CandidateMode::mass_window;
  Tolerance tolerance = {};          ///< of a mass window
  std::vector<Adduct> adducts = {};  ///< tried where a record states none that can be read
  std::string formula = {};          ///< for all queries; empty: each record's own
  std::size_t effort = 0;            ///< IVF lists to visit in an open search; 0: default
  OpenSearch open = OpenSearch::by_index;
};

/// What the ranking is by.
enum class RankBy { cosine, fragments, library, analogues, generated, likelihood, fused };
/// @throws UsageError for other names
RankBy parse_rank_by(std::string_view name);
std::string to_string(RankBy by);

/// Whether evidence that the ranking is not by is worked out, to stand beside the score.
enum class OtherEvidence { show, leave_out };

/// Which library spectra a query is compared with, beside those of its precursor and ion mode.
enum class ReferenceAdducts { any, same };
/// What becomes of the library spectrum that is the query itself: it has the same name, or all the
/// same peaks.
enum class OwnRecord { compare, leave_out };

/// Which precursors the library spectra have that a query is compared with.
enum class ReferencePrecursors { own, any };

/// Whether molecules of library spectra of other precursors speak for candidates that are like
/// them.
enum class Analogues { leave_out, show };

/// Where the mass of the molecule comes from that a spectrum of electron ionisation is of.
enum class MassOfQuery {
  stated,  ///< by its record
  /// By its record, else the highest m/z of at least 1 % of the base peak: the molecular ion, where
  /// there is one.
  guessed,
};

/// How spectra are compared that have no precursor, and retention indices where both sides state
/// one.
struct GasChoice {
  /// How far the mass of a molecule may be from that of the query; absent: all are compared. One
  /// whose mass is not known is compared with all.
  std::optional<Tolerance> mass = {};
  MassOfQuery mass_of_query = MassOfQuery::stated;
  /// How far retention indices may be apart; absent: any.
  std::optional<double> retention_width = {};
  /// Absent: spectra beyond the width are left out. Else they lose this for every further width, of
  /// their similarity, down to 0.
  std::optional<double> retention_penalty = {};
};

/// Spectra of known compounds that queries are compared with.
struct ReferenceSources {
  std::filesystem::path library;  ///< made by `index --spectra`
  /// Of two spectra: "entropy", "cosine" ..., or "vector" where the library has vectors of the
  /// model; absent: that of the library.
  std::optional<std::string> score = {};
  std::optional<Tolerance> peak_tolerance = {};               ///< absent: that of the score
  std::optional<UnitMass> unit_mass = {};                     ///< absent: as the library was made
  std::optional<double> mz_power = {}, intensity_power = {};  ///< absent: those of the score
  GasChoice gas = {};
  std::optional<std::size_t> min_matched = {};  ///< peaks; absent: that of the library's rule
  std::optional<double> min_score = {};         ///< the same
  ReferencePrecursors precursors = ReferencePrecursors::own;
  ReferenceAdducts adducts = ReferenceAdducts::any;
  OwnRecord own_record = OwnRecord::compare;
  /// Decoys of the library, made by `index --decoys`: q-values are estimated from what they score.
  /// Of searches of library spectra alone.
  std::optional<std::filesystem::path> decoys = {};
  /// They are shown, too, where the evidence of the model was weighed with them.
  Analogues analogues = Analogues::leave_out;
};

/// How candidates are compared with molecules that a decoder has written.
enum class GeneratedSimilarity {
  embedding,  ///< cosine of their vectors
  tanimoto,   ///< of their Morgan fingerprints, radius 2, 2,048 bits
};
/// "embedding" or "tanimoto". @throws UsageError for other words
GeneratedSimilarity parse_generated_similarity(std::string_view name);
std::string_view to_string(GeneratedSimilarity similarity);

/// What the decoder of a model is asked for.
struct GenerationSources {
  std::size_t beams = 5;  ///< texts that it writes for a spectrum
  GeneratedSimilarity by = GeneratedSimilarity::embedding;
  /// Whether candidates are compared with these texts.
  OtherEvidence evidence = OtherEvidence::show;
  /// Molecules that become the answers of a query whose window of the library is empty, at most;
  /// they are not looked up, and say so. 0: none do.
  std::size_t denovo = 0;
  /// They also join the answers of a query whose first one is right with less probability than
  /// this; nothing: they do not. A model that gives no probability is refused.
  std::optional<double> denovo_below = {};
};

/// What a search works with.
struct SearchSources {
  std::filesystem::path model;  ///< empty: none, where library spectra alone are the evidence
  std::optional<std::filesystem::path> library = {};  ///< needed by every mode but pools
  std::optional<std::filesystem::path> pools = {};    ///< file of candidate pools
  CandidateChoice choice = {};
  /// Nothing: fused where the evidence of the model was weighed (where the decoder is asked: with
  /// it), else the molecules that it writes where it is asked, else the cosine.
  std::optional<RankBy> rank_by = {};
  OtherEvidence other_evidence = OtherEvidence::show;
  /// How many candidates, the best by cosine, other evidence looks at; 0: all.
  std::size_t rescore = 1000;
  std::optional<ReferenceSources> references = {};
  /// Nothing: the decoder is asked only where the evidence of the model was weighed with it.
  std::optional<GenerationSources> generation = {};
  /// Library directories that are searched together with `library`, as one.
  std::vector<std::filesystem::path> further_libraries = {};
};

/// How answers are given.
struct RankOptions {
  std::size_t k = 10;           ///< structures a query; 0: all
  std::size_t in_flight = 256;  ///< spectra in work at a time; never changes a result
};

/// How much of a spectrum the fragments of a structure explain.
struct ExplainedShare {
  std::size_t peaks = 0;  ///< that are explained
  float intensity = 0;    ///< of these, as a share of the peaks that fragments are to explain
};

/// The library spectrum of a structure that is most like the query.
struct ReferenceMatch {
  std::string spectrum;  ///< its name in the library
  std::size_t matched_peaks = 0;
  /// Of the query less that of the library spectrum, Th; nothing where they have none.
  std::optional<double> precursor_difference = {};
  /// The simplest change of formula of that mass; empty: none, or the precursors are the same.
  std::string formula_change = {};
  std::string collision_energy;  ///< as its record states it
  /// Of spectra of electron ionisation: 999 times the similarity, and the same without the query's
  /// peaks that the library spectrum lacks.
  std::optional<int> match_factor = {}, reverse_match_factor = {};
  std::optional<double> retention_difference = {};  ///< of the query less that of the library
};

/// A ranked structure.
struct RankedHit {
  std::size_t row = 0;  ///< of its best member: see Searcher::molecule()
  float score = 0;      ///< what the ranking is by
  /// Each kind of evidence alone, in the order of Searcher::evidence(); empty where there is one
  /// kind, which is the score. Not a number: missing.
  std::vector<float> evidence = {};
  /// How far the next structure scores below it; nothing where there is none.
  std::optional<float> margin = {};
  /// Nothing where the model has no fragment score, or ion or structure cannot be taken apart.
  std::optional<ExplainedShare> explained = {};
  std::string unexplained = {};                  ///< why not, of a model with a fragment score
  std::optional<ReferenceMatch> reference = {};  ///< nothing: no library spectrum is like the query
  /// Of a molecule that the decoder has written and no library has; nullptr: it was looked up.
  std::shared_ptr<const MoleculeText> written = {};
};

/// The probability that a first answer is right, the truth being absent for the share of queries
/// that the model was calibrated for. Where library spectra alone are searched nobody knows it, and
/// the similarities stand in its place.
struct Certainty {
  double first = 0;
  /// What the second answer would have, were the first no candidate: answers of that kind are
  /// wrong. Nothing where there is no second.
  std::optional<double> second = {};
  /// That the right one is among the candidates at all; nothing where the model does not tell it.
  std::optional<double> present = {};
};

/// What a query got.
struct RankedList {
  Status status = Status::ok;
  std::string message = {};          ///< why there is no answer, or what to know of it
  std::size_t candidates = 0;        ///< structures that were ranked
  std::vector<RankedHit> hits = {};  ///< best first
  std::vector<Ion> assumed =
      {};  ///< where the record states none or several: those that were tried
  std::optional<std::size_t> peaks_used = {};  ///< peaks that the encoder saw
  /// Nothing where the ranking is neither by the fused score of a calibrated model nor by library
  /// spectra alone.
  std::optional<Certainty> certainty = {};
  /// The similarity of the decoy spectrum that is most like the query; nothing: none is, or none
  /// are asked for.
  std::optional<float> decoy = {};
  /// The spectra of one feature that it is of, by their numbers, ascending; empty: of one spectrum.
  std::vector<std::size_t> spectra = {};
};

struct SearchParts;

/// Identifies spectra: opened once, asked often. Answers do not depend on threads or on what else
/// is asked. Thread-safe.
class Searcher {
 public:
  /// Opens model, libraries and pools. The reporter of the context must outlive the object.
  /// @throws UsageError when sources are missing, InputError for the pools, ArtifactError when
  /// model and library are damaged or do not fit each other, ResourceError
  static Searcher open(const SearchSources& sources, const RunContext& context);
  explicit Searcher(std::unique_ptr<const SearchParts> parts);
  ~Searcher();
  Searcher(Searcher&&) noexcept;

  /// Makes a query of a record. @param index its number among those that are asked
  Query query(Spectrum spectrum, std::size_t index = 0) const;
  /// One list a query, in their order. @throws ResourceError, Interrupted
  std::vector<RankedList> rank(std::span<const Query> queries,
                               const RankOptions& options = {}) const;
  /// The molecule of a row.
  MoleculeText molecule(std::size_t row) const;
  /// The molecule of an answer, looked up or written.
  MoleculeText molecule(const RankedHit& hit) const;
  /// What the further values of molecules are called.
  std::vector<std::string> further_columns() const;
  /// Names of the kinds of evidence that scores are made of.
  std::vector<std::string> evidence() const;

  /// What it is made of, for those who look deeper; see search/search_parts.h.
  const SearchParts& parts() const noexcept { return *parts_; }

 private:
  std::unique_ptr<const SearchParts> parts_;
};

}  // namespace specbridge
