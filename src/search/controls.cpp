#include "search/controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "base/random.h"
#include "chem/stated_structure.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

constexpr std::array<ControlRow, 9> kControls = {{
    {Control::none, "none", "spectrum", "the run under test", SpectrumUse::whole, Offered::by_name,
     "peaks, vector and the nearest candidates"},
    {Control::zeroed, "zeroed", "spectrum zeroed", "the peaks' m/z with intensity 0",
     SpectrumUse::nothing, Offered::by_name,
     "the m/z of the peaks, the vector of these, and the candidates nearest to that"},
    {Control::flat, "flat", "spectrum flat",
     "the peaks' m/z, all equally intense: what masses alone give", SpectrumUse::part,
     Offered::by_name,
     "peaks of one intensity, the vector of these, and the candidates nearest to that"},
    {Control::precursor, "precursor", "precursor only", "the precursor m/z and no peak",
     SpectrumUse::nothing, Offered::by_name,
     "the precursor m/z, the vector of that, and the candidates nearest to it"},
    {Control::swapped, "swapped", "spectra swapped",
     "the spectrum of another molecule's query of the same ion mode", SpectrumUse::nothing,
     Offered::by_name,
     "peaks and vector of another molecule, and the candidates of this query nearest to those: "
     "what is still found was read off the candidates"},
    {Control::isomer, "isomer", "spectra of isomers",
     "the spectrum of an isomer's query of the same ion mode, where there is one, else of another "
     "molecule's",
     SpectrumUse::part, Offered::by_name,
     "peaks and vector of an isomer, and the candidates nearest to those"},
    {Control::mean, "mean", "mean vector", "the mean training target for every query",
     SpectrumUse::nothing, Offered::by_name,
     "no peak, the mean vector, and the candidates nearest to it: what it writes from habit"},
    {Control::withheld, "withheld", "formula withheld",
     "the peaks below the precursor, with the median precursor m/z of all queries: the mass of the "
     "molecule is not told",
     SpectrumUse::part, Offered::to_audits,
     "the same peaks, the vector of these, and the candidates nearest to that"},
    {Control::untold, "untold", "truth not told",
     "the spectrum; the decoder is told the nearest candidates but the truth, which stays in the "
     "pool: what is less than under \"spectrum\" was copied",
     SpectrumUse::whole, Offered::by_name,
     "peaks, vector and the nearest candidates that are not the truth", Concerns::decoders},
}};

const ControlRow& row_of(Control control) {
  return *std::ranges::find(kControls, control, &ControlRow::control);
}

/// Queries whose molecule is known, by ion mode: those of unknown mode are with the positive ones.
std::array<std::vector<std::size_t>, 2> queries_by_mode(std::span<const Query> queries) {
  std::array<std::vector<std::size_t>, 2> modes;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const Query& query = queries[i];
    if (query.refusal || !query.structure || query.structure->molecule() == nullptr) continue;
    modes[polarity_of(query.spectrum, query.ion) < 0 ? 1 : 0].push_back(i);
  }
  return modes;
}

/// Whether two queries, whose molecules are known, are of the same.
bool of_one_molecule(const Query& a, const Query& b) {
  return a.structure->molecule()->inchikey14() == b.structure->molecule()->inchikey14();
}

/// For each of some queries another one at random, of another molecule as far as there is one.
std::vector<std::size_t> exchanged(const std::vector<std::size_t>& from,
                                   std::span<const Query> queries, Random& random) {
  auto to = from;
  shuffle(std::span(to), random);
  const auto same = [&](std::size_t a, std::size_t b) {
    return of_one_molecule(queries[from[a]], queries[to[b]]);
  };
  for (std::size_t i = 0; i < to.size(); ++i) {
    for (std::size_t tries = 0; tries < to.size() && same(i, i); ++tries) {
      const std::size_t other = (i + 1 + tries) % to.size();
      if (!same(i, other) && !same(other, i)) std::swap(to[i], to[other]);
    }
  }
  return to;
}

/// For each of some queries one of the others at random that is of another molecule; each of them
/// has one.
std::vector<std::size_t> drawn(const std::vector<std::size_t>& from, std::span<const Query> queries,
                               Random& random) {
  std::vector<std::size_t> to;
  for (const std::size_t query : from) {
    std::vector<std::size_t> others;
    for (const std::size_t other : from) {
      if (!of_one_molecule(queries[query], queries[other])) others.push_back(other);
    }
    to.push_back(others[random.below(others.size())]);
  }
  return to;
}

/// Those of some queries whose formula several of the molecules have, by formula.
std::vector<std::vector<std::size_t>> isomers_among(const std::vector<std::size_t>& some,
                                                    std::span<const Query> queries) {
  std::map<std::string, std::vector<std::size_t>> by_formula;
  for (const std::size_t query : some) {
    by_formula[queries[query].structure->molecule()->formula()].push_back(query);
  }
  std::vector<std::vector<std::size_t>> groups;
  for (auto& of_formula : by_formula) {
    auto& group = of_formula.second;
    const bool several = std::ranges::any_of(group, [&](std::size_t query) {
      return !of_one_molecule(queries[query], queries[group.front()]);
    });
    if (several) groups.push_back(std::move(group));
  }
  return groups;
}

/// What queries show exchanged at random between those of different molecules and one ion mode, as
/// far as there are any; where isomers are asked for, what one of them shows, drawn for each. A
/// query without a molecule shows nothing.
ShownQueries swapped(const ShownQueries& shown, std::span<const Query> queries, Control control,
                     std::uint64_t seed) {
  Random random(seed);
  ShownQueries mixed{Matrix(shown.vectors.rows(), shown.vectors.cols()),
                     std::vector<std::vector<FragmentPeak>>(queries.size()),
                     std::vector<std::vector<Peak>>(shown.spectra.size()),
                     std::vector<PeakRows>(queries.size())};
  const auto show = [&](const std::vector<std::size_t>& from, const std::vector<std::size_t>& to) {
    for (std::size_t i = 0; i < to.size(); ++i) {
      std::ranges::copy(shown.vectors.row(to[i]), mixed.vectors.row(from[i]).begin());
      mixed.peaks[from[i]] = shown.peaks[to[i]];
      mixed.inputs[from[i]] = shown.inputs[to[i]];
      if (!shown.spectra.empty()) mixed.spectra[from[i]] = shown.spectra[to[i]];
    }
  };
  for (const auto& from : queries_by_mode(queries)) {
    show(from, exchanged(from, queries, random));
    if (control != Control::isomer) continue;
    for (const auto& group : isomers_among(from, queries)) {
      show(group, drawn(group, queries, random));
    }
  }
  return mixed;
}

/// Whether a control shows spectra of other queries.
bool exchanges(Control control) {
  return control == Control::swapped || control == Control::isomer;
}

/// Keeps the structures of queries from what a decoder is told.
void hide_truths(std::span<const Query> queries, ShownQueries& shown) {
  for (const Query& query : queries) {
    const Molecule* truth = query.structure ? query.structure->molecule() : nullptr;
    auto& untold = shown.untold.emplace_back();
    if (truth != nullptr) untold = StructureKey(truth->inchikey14());
  }
}

/// What the run under test shows, changed into what a control does.
ShownQueries made_of_plain(ShownQueries plain, std::span<const Query> queries, Control control,
                           std::uint64_t seed) {
  if (exchanges(control)) return swapped(plain, queries, control, seed);
  hide_truths(queries, plain);
  return plain;
}

Matrix mean_vectors(const Bridge& model, std::size_t queries) {
  Matrix vectors(queries, model.dim());
  for (std::size_t i = 0; i < queries; ++i) {
    std::ranges::copy(model.mean_target(), vectors.row(i).begin());
  }
  return vectors;
}

float median_precursor(std::span<const Query> queries) {
  std::vector<double> mz;
  for (const auto& query : queries) {
    if (!query.refusal && query.spectrum.precursor_mz) mz.push_back(*query.spectrum.precursor_mz);
  }
  if (mz.empty()) return 0;
  const auto middle = mz.begin() + static_cast<std::ptrdiff_t>(mz.size() / 2);
  std::nth_element(mz.begin(), middle, mz.end());
  return static_cast<float>(*middle);
}

/// What is shown under a control that needs no other query's vectors.
InputTransform transform_of(Control control, std::span<const Query> queries) {
  const auto under = [](PeakControl peaks) {
    return [peaks](const PeakRows& rows) { return controlled(rows, peaks); };
  };
  switch (control) {
    case Control::zeroed:
      return under(PeakControl::zeroed);
    case Control::flat:
      return under(PeakControl::flat);
    case Control::precursor:
      return under(PeakControl::precursor);
    case Control::withheld:
      return [shown_mz = median_precursor(queries)](const PeakRows& rows) {
        return without_precursor_mz(rows, shown_mz);
      };
    case Control::none:
    case Control::swapped:
    case Control::isomer:
    case Control::mean:
    case Control::untold:
      break;
  }
  return under(PeakControl::none);
}

/// A spectrum whose peaks are all equally intense.
Spectrum flattened(Spectrum spectrum) {
  for (auto& peak : spectrum.peaks) peak.intensity = peak.intensity > 0 ? 1 : 0;
  return spectrum;
}

std::vector<std::vector<FragmentPeak>> flat_peaks(std::span<const Query> queries) {
  std::vector<std::vector<FragmentPeak>> peaks;
  for (const Query& query : queries) {
    peaks.push_back(query.refusal ? std::vector<FragmentPeak>()
                                  : fragment_peaks(flattened(query.spectrum)));
  }
  return peaks;
}

/// Whole spectra under a control that needs no other query's.
std::vector<std::vector<Peak>> spectra_under(Control control, std::span<const Query> queries) {
  if (control == Control::zeroed || control == Control::precursor || control == Control::mean) {
    return std::vector<std::vector<Peak>>(queries.size());
  }
  auto spectra = shown_spectra(queries);
  if (control != Control::flat) return spectra;
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    if (!spectra[i].empty()) spectra[i] = flattened(queries[i].spectrum).peaks;
  }
  return spectra;
}

/// The peaks that evidence reads under a control that needs no other query's.
std::vector<std::vector<FragmentPeak>> peaks_under(Control control,
                                                   std::span<const Query> queries) {
  switch (control) {
    case Control::zeroed:
    case Control::precursor:
    case Control::mean:
      return std::vector<std::vector<FragmentPeak>>(queries.size());
    case Control::flat:
      return flat_peaks(queries);
    case Control::none:
    case Control::withheld:
    case Control::swapped:
    case Control::isomer:
    case Control::untold:
      break;
  }
  return shown_peaks(queries);
}

}  // namespace

Control parse_control(const std::string& name) {
  for (const auto& row : kControls) {
    if (row.offered == Offered::by_name && row.name == name) return row.control;
  }
  throw UsageError(
      fmt::format("--control: found \"{}\", expected none, zeroed, flat, precursor, swapped, "
                  "isomer, mean, untold or nearest",
                  name));
}

std::string to_string(Control control) {
  return std::string(row_of(control).name);
}

std::span<const ControlRow> all_controls() {
  return kControls;
}

std::vector<PeakRows> encoder_inputs(const Bridge& model, std::span<const Query> queries,
                                     const InputTransform& shown) {
  std::vector<PeakRows> inputs(queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (!queries[i].refusal) inputs[i] = shown(model.clean(queries[i].spectrum));
  }
  return inputs;
}

Matrix embed_inputs(const Bridge& model, std::span<const PeakRows> inputs, std::size_t in_flight) {
  std::vector<PeakRows> there;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].count() == 0) continue;
    there.push_back(inputs[i]);
    places.push_back(i);
  }
  const Matrix embedded = model.embed(there, in_flight);
  Matrix vectors(inputs.size(), model.dim());
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::copy(embedded.row(i), vectors.row(places[i]).begin());
  }
  return vectors;
}

ShownQueries shown_as_they_are(const Bridge& model, std::span<const Query> queries,
                               std::size_t in_flight) {
  auto inputs = encoder_inputs(model, queries, transform_of(Control::none, queries));
  Matrix vectors = embed_inputs(model, inputs, in_flight);
  return {std::move(vectors), shown_peaks(queries), {}, std::move(inputs)};
}

std::vector<ShownQueries> shown_under(std::span<const Control> controls, const Bridge& model,
                                      std::span<const Query> queries, std::uint64_t seed,
                                      std::size_t in_flight, WholeSpectra whole) {
  const auto shown_by = [&](Control control) {
    ShownQueries shown;
    if (control == Control::mean) {
      shown.vectors = mean_vectors(model, queries.size());
      shown.inputs.resize(queries.size());
    } else {
      shown.inputs = encoder_inputs(model, queries, transform_of(control, queries));
      shown.vectors = embed_inputs(model, shown.inputs, in_flight);
    }
    shown.peaks = peaks_under(control, queries);
    if (whole == WholeSpectra::show) shown.spectra = spectra_under(control, queries);
    return shown;
  };
  std::vector<ShownQueries> runs;
  for (std::size_t i = 0; i < controls.size(); ++i) {
    // These show what the run under test does, exchanged: encoded once, when it stands before.
    const auto plain = std::ranges::find(controls.first(i), Control::none);
    const bool made = exchanges(controls[i]) || controls[i] == Control::untold;
    const bool known = made && plain != controls.first(i).end();
    ShownQueries shown =
        known ? runs[static_cast<std::size_t>(plain - controls.begin())] : shown_by(controls[i]);
    runs.push_back(made ? made_of_plain(std::move(shown), queries, controls[i], seed)
                        : std::move(shown));
  }
  return runs;
}

}  // namespace specbridge
