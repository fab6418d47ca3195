#include "samples/cohort.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/separated_rows.h"
#include "store/table_header.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kNamesShown = 5;

std::string some_names(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kNamesShown);
  std::string text =
      one_line(fmt::format("{}", fmt::join(names.begin(), names.begin() + shown, ", ")), 400);
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

/// Samples by all that a table may call them.
class SampleFinder {
 public:
  explicit SampleFinder(const std::vector<Sample>& samples) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto& [name, file] = std::tie(samples[i].name, samples[i].file);
      for (const auto& word : {name, file.filename().string(), file.string()}) {
        const auto [entry, fresh] = places_.try_emplace(word, i);
        if (!fresh && entry->second != i) entry->second = kSeveral;
      }
      names_.push_back(name);
    }
  }

  /// @throws InputError for a name of none or of several
  std::size_t find(const std::string& name, const SourcePos& at) const {
    const auto found = places_.find(name);
    if (found != places_.end() && found->second != kSeveral) return found->second;
    const auto near = suggestion(name, names_);
    throw InputError(
        at, found != places_.end()
                ? fmt::format("several samples are called \"{}\"; expected the path of the file",
                              one_line(name, 80))
                : fmt::format(
                      "\"{}\" is no sample of the array{}; its samples are {}", one_line(name, 80),
                      near ? fmt::format(", did you mean \"{}\"?", one_line(*near, 80)) : "",
                      some_names(names_)));
  }

 private:
  static constexpr std::size_t kSeveral = static_cast<std::size_t>(-1);
  std::map<std::string, std::size_t> places_;
  std::vector<std::string> names_;
};

struct LabelPlaces {
  std::size_t sample = 0, label = 0;
  std::optional<std::size_t> group;
};

struct SampleLabel {
  std::string label, subject;
  std::size_t line = 0;
};

class LabelTable {
 public:
  LabelTable(const fs::path& path, const LabelColumns& columns) : lines_(LineReader(path)) {
    auto header = read_table_header(lines_);
    if (!header) throw InputError(lines_.at(0), "is empty; expected a table of labels");
    header_ = std::move(*header);
    places_ = {sample_place(), place_of(columns.label), {}};
    if (columns.group) places_.group = place_of(*columns.group);
  }

  /// Labels by number of the sample.
  std::map<std::size_t, SampleLabel> read(const SampleFinder& finder) {
    std::map<std::size_t, SampleLabel> labels;
    while (const auto row = next_row(lines_, header_.separator)) add(*row, finder, labels);
    return labels;
  }

 private:
  [[noreturn]] void refuse_columns(std::string_view lacking) const {
    throw InputError(lines_.at(header_.line),
                     fmt::format("has no column {}; found {}; name another one, or rename it",
                                 lacking, some_names(header_.names)));
  }

  std::size_t sample_place() const {
    for (const std::string_view name : {"sample", "file", "filename"}) {
      if (const auto places = header_.places_of(name); !places.empty()) return places.front();
    }
    refuse_columns("sample (or file, filename)");
  }

  std::size_t place_of(const std::string& name) const {
    const auto places = header_.places_of(plain_column(name));
    if (places.empty()) refuse_columns(fmt::format("\"{}\"", one_line(name, 80)));
    return places.front();
  }

  void add(const SeparatedRow& row, const SampleFinder& finder,
           std::map<std::size_t, SampleLabel>& labels) const {
    const auto& cells = row.cells.values;
    const SourcePos at = lines_.at(row.line);
    if (row.cells.open || cells.size() != header_.names.size()) {
      throw InputError(at, fmt::format("{}, but the header has {}", counted(cells.size(), "column"),
                                       header_.names.size()));
    }
    const std::string name(trim(cells[places_.sample]));
    SampleLabel label{std::string(value_of_cell(cells[places_.label])), name, row.line};
    const std::size_t sample = finder.find(name, at);
    if (places_.group) label.subject = value_of_cell(cells[*places_.group]);
    if (!label.label.empty() && label.subject.empty()) {
      throw InputError(at, fmt::format("sample \"{}\" has no {}; expected the subject that it is "
                                       "from",
                                       one_line(name, 80), header_.names[*places_.group]));
    }
    const auto [entry, fresh] = labels.try_emplace(sample, std::move(label));
    if (fresh) return;
    throw InputError(at, fmt::format("sample \"{}\" stands in line {} already; a sample has one "
                                     "line",
                                     one_line(name, 80), entry->second.line));
  }

  TableLines lines_;
  TableHeader header_;
  LabelPlaces places_;
};

std::size_t place_in(const std::vector<std::string>& sorted, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::lower_bound(sorted, name) - sorted.begin());
}

std::vector<std::string> sorted_names(std::vector<std::string> names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// The samples that are learned from: those with a label and a row.
std::map<std::size_t, SampleLabel> usable(const SampleTable& table,
                                          std::map<std::size_t, SampleLabel> labels,
                                          const fs::path& path, const RunContext& context) {
  std::vector<std::string> missing, without_row;
  for (std::size_t i = 0; i < table.samples.size(); ++i) {
    const auto found = labels.find(i);
    if (found == labels.end()) missing.push_back(table.samples[i].name);
    if (found == labels.end() || found->second.label.empty()) continue;
    if (!table.samples[i].row) without_row.push_back(table.samples[i].name);
  }
  if (!missing.empty()) {
    throw InputError({path.string(), 0},
                     fmt::format("has no line for {}: {}; give each one, with an empty label to "
                                 "leave it out",
                                 counted(missing.size(), "sample"), some_names(missing)));
  }
  if (!without_row.empty()) {
    context.warning(fmt::format("{}: left out, having no vector: {}; {} says why",
                                table.path.string(), some_names(without_row),
                                sample_table_beside(table.path).string()));
  }
  std::erase_if(labels, [&](const auto& entry) {
    return entry.second.label.empty() || !table.samples[entry.first].row;
  });
  return labels;
}

std::vector<std::size_t> counts_of_classes(const std::vector<std::size_t>& classes,
                                           std::size_t count) {
  std::vector<std::size_t> counts(count);
  for (const auto one : classes) ++counts[one];
  return counts;
}

/// Every subject gets the class of its samples. @throws InputError when they are of two
void set_subjects(const std::map<std::size_t, SampleLabel>& labels, const fs::path& path,
                  Cohort& cohort) {
  std::map<std::string, std::string> label_of;
  for (const auto& [sample, label] : labels) {
    const auto [entry, fresh] = label_of.try_emplace(label.subject, label.label);
    if (fresh || entry->second == label.label) continue;
    throw InputError({path.string(), label.line},
                     fmt::format("subject \"{}\" is labelled \"{}\" here and \"{}\" before; a "
                                 "subject has one label, whatever the number of its samples",
                                 one_line(label.subject, 80), one_line(label.label, 80),
                                 one_line(entry->second, 80)));
  }
  for (const auto& [subject, label] : label_of) {
    cohort.subjects.push_back(subject);
    cohort.class_of_subject.push_back(place_in(cohort.classes, label));
  }
}

}  // namespace

std::vector<std::size_t> Cohort::samples_by_class() const {
  return counts_of_classes(class_of, classes.size());
}

std::vector<std::size_t> Cohort::subjects_by_class() const {
  return counts_of_classes(class_of_subject, classes.size());
}

Cohort read_cohort(const SampleTable& table, const fs::path& path, const LabelColumns& columns,
                   const RunContext& context) {
  const SampleFinder finder(table.samples);
  const auto labels = usable(table, LabelTable(path, columns).read(finder), path, context);
  Cohort cohort;
  for (const auto& [sample, label] : labels) cohort.classes.push_back(label.label);
  cohort.classes = sorted_names(std::move(cohort.classes));
  set_subjects(labels, path, cohort);
  cohort.rows = Matrix(labels.size(), table.rows.cols());
  for (const auto& [sample, label] : labels) {
    std::ranges::copy(table.rows.row(*table.samples[sample].row),
                      cohort.rows.row(cohort.size()).begin());
    cohort.samples.push_back(sample);
    cohort.class_of.push_back(place_in(cohort.classes, label.label));
    cohort.subject_of.push_back(place_in(cohort.subjects, label.subject));
  }
  return cohort;
}

void check_folds(const Cohort& cohort, std::size_t folds, const fs::path& labels) {
  const SourcePos at{labels.string(), 0};
  if (cohort.classes.size() < 2) {
    throw InputError(at, cohort.classes.empty()
                             ? std::string("labels no sample that has a vector; expected two "
                                           "classes")
                             : fmt::format("all samples are labelled \"{}\"; expected two classes "
                                           "or more",
                                           one_line(cohort.classes.front(), 80)));
  }
  const std::size_t least = std::max<std::size_t>(folds, folds == 2 ? 4 : 3);
  const auto subjects = cohort.subjects_by_class();
  for (std::size_t c = 0; c < subjects.size(); ++c) {
    if (subjects[c] >= least) continue;
    throw InputError(
        at, fmt::format(
                "class \"{}\" has {}, {} folds need {} of each; choose fewer --folds (3 are "
                "the fewest for so few), or leave the class out",
                one_line(cohort.classes[c], 80), counted(subjects[c], "subject"), folds, least));
  }
}

}  // namespace specbridge
