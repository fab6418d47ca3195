#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "samples/sample_table.h"
#include "specbridge/context.h"

namespace specbridge {

/// Which columns of a table of labels say what.
struct LabelColumns {
  std::string label = "label";
  std::optional<std::string> group = {};  ///< of the subject; absent: every sample is a subject
};

/// Samples with a class each, of subjects with a class each.
struct Cohort {
  std::vector<std::string> classes, subjects;     ///< names, sorted
  std::vector<std::size_t> samples;               ///< their numbers in the table of samples
  std::vector<std::size_t> class_of, subject_of;  ///< of each of them
  std::vector<std::size_t> class_of_subject;
  Matrix rows;  ///< [samples, width]

  std::size_t size() const { return samples.size(); }
  /// How many samples, or subjects, there are of each class.
  std::vector<std::size_t> samples_by_class() const;
  std::vector<std::size_t> subjects_by_class() const;
};

/// Reads a table with a header and a line for each sample: the sample (a column sample, file or
/// filename: its name, the name of its file, or the path), its label and its subject. A sample with
/// an empty label is left out, and so is one that has no row, with a warning.
/// @throws InputError for a sample that is unknown, missing or there twice, a subject without a
/// name or of two labels
Cohort read_cohort(const SampleTable& table, const std::filesystem::path& labels,
                   const LabelColumns& columns, const RunContext& context);

/// Throws unless there are two classes, each with subjects enough for folds within folds: as many
/// as folds, two of which are left when one fold is taken away. @throws InputError
void check_folds(const Cohort& cohort, std::size_t folds, const std::filesystem::path& labels);

}  // namespace specbridge
