#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "ms/formats/fields.h"
#include "ms/formats/peak_text.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// Collects one record after the other into a Spectrum: what the readers of all formats share.
class RecordBuilder {
 public:
  /// @param file in messages @param label in the names of nameless records
  /// @param silence what a record is that says nothing of precursor and ionisation
  RecordBuilder(std::string file, std::string label, Silence silence = Silence::is_tandem)
      : file_(std::move(file)), label_(std::move(label)), silence_(silence) {}

  /// Empties `spectrum`, keeps the memory of its peaks, and counts the record.
  void begin(Spectrum& spectrum, std::size_t line);
  void add(Field field);
  /// Properties that hold unless the record states its own.
  void inherit(const std::vector<Field>& fields) { fields_ = fields; }
  /// Adds the peak a line holds, or a problem.
  void add_peak_line(std::string_view text, std::size_t line);
  void add(const Peak& peak, std::size_t line);
  /// The first problem of a record is the one told.
  void problem(std::size_t line, std::string_view message);
  /// Compares the peaks with the number that was announced.
  void expect_peaks(std::string_view announced, std::string_view key, std::size_t line);
  /// Makes centroids of the peaks of a record that is stated to be a profile.
  void settle_peaks();
  /// Reads the fields, and settles peaks that were added before. `id_keys`: where the name of the
  /// record is looked for, best first.
  void finish(std::initializer_list<std::string_view> id_keys);

  const std::vector<Field>& fields() const noexcept { return fields_; }
  std::size_t peaks() const noexcept { return spectrum_->peaks.size(); }
  std::size_t count() const noexcept { return count_; }
  std::size_t first_line() const noexcept { return spectrum_->origin.line; }
  Spectrum& spectrum() noexcept { return *spectrum_; }

 private:
  std::string file_, label_;
  Silence silence_;
  Spectrum* spectrum_ = nullptr;
  std::vector<Field> fields_;
  std::size_t count_ = 0, field_bytes_ = 0;
};

}  // namespace specbridge
