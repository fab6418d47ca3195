#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ms/formats/isolation.h"
#include "ms/formats/mzml_arrays.h"
#include "ms/formats/readers.h"
#include "ms/formats/record.h"
#include "ms/formats/xml_events.h"
#include "specbridge/error.h"
#include "store/byte_reader.h"

namespace specbridge {
namespace {

constexpr std::size_t kMaxSharedParams = 10000;
constexpr std::size_t kMaxSharedUses = 4096;  // in one spectrum
constexpr std::size_t kMaxSharedBytes = std::size_t{4} << 20;

constexpr std::string_view kCentroid = "MS:1000127", kProfile = "MS:1000128";

/// A <cvParam> or <userParam>.
struct Param {
  std::string accession, name, value, unit;
};

Param param_of(const XmlAttributes& attributes) {
  return {std::string(attributes["accession"]), std::string(attributes["name"]),
          std::string(attributes["value"]), std::string(attributes["unitAccession"])};
}

/// Reads the <spectrum> elements of mzML. Properties that mzML has no term for (structure, adduct)
/// are taken from <userParam>s that are named like the keys of MGF.
class MzmlReader final : public SpectrumReader, private XmlHandler {
 public:
  MzmlReader(ByteReader bytes, std::string label)
      : record_(bytes.name(), std::move(label)), xml_(std::move(bytes), *this) {}

  SpectrumFormat format() const noexcept override { return SpectrumFormat::mzml; }

  bool next(Spectrum& spectrum) override {
    current_ = &spectrum;
    if (xml_.run()) return true;
    if (!any_mzml_) throw InputError({xml_.name(), 0}, "holds no mzML element");
    return false;
  }

 private:
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "mzML") any_mzml_ = true;
    if (name == "referenceableParamGroup") group_ = std::string(attributes["id"]);
    if (name == "fileContent") in_content_ = true;
    if (name == "spectrum") return start_spectrum(attributes);
    if (name == "cvParam" || name == "userParam") return take_param(param_of(attributes));
    if (!in_spectrum_) return;
    if (name == "referenceableParamGroupRef") {
      const auto found = groups_.find(attributes["ref"]);
      if (found == groups_.end()) return;
      apply_shared(found->second);
    } else if (name == "precursor") {
      ++precursors_;
    } else if (name == "selectedIon") {
      ++selected_ions_;
    } else if (name == "binaryDataArray") {
      array_.emplace();
      collecting_ = false;
      if (const auto length = parse_integer(attributes["arrayLength"]); length && *length >= 0) {
        array_->length = static_cast<std::size_t>(*length);
      }
    } else if (name == "binary" && array_) {
      collecting_ = level_ != "1" && array_->kind != BinaryArray::Kind::other;
    }
  }

  void end(std::string_view name) override {
    if (name == "referenceableParamGroup") group_.reset();
    if (name == "fileContent") in_content_ = false;
    if (name == "mzML") xml_.finish();  // an index may follow; it is not needed, nor trusted
    if (!in_spectrum_) return;
    if (name == "binary") {
      collecting_ = false;
    } else if (name == "binaryDataArray" && array_) {
      if (array_->kind == BinaryArray::Kind::mz)
        mz_ = std::move(*array_);
      else if (array_->kind == BinaryArray::Kind::intensity)
        intensity_ = std::move(*array_);
      array_.reset();
    } else if (name == "spectrum") {
      in_spectrum_ = false;
      finish_spectrum();
      xml_.pause();
    }
  }

  void text(std::string_view text) override {
    if (collecting_ && array_) array_->append(text);
  }

  void start_spectrum(const XmlAttributes& attributes) {
    if (in_spectrum_) {
      throw InputError({xml_.name(), xml_.line()},
                       fmt::format("<spectrum> within the <spectrum> begun in line {}; the file is "
                                   "damaged, fetch or convert it again",
                                   record_.first_line()));
    }
    record_.begin(*current_, xml_.line());
    in_spectrum_ = true;
    selected_ions_ = precursors_ = possible_charges_ = shared_uses_ = 0;
    level_ = charge_ = mode_ = energy_ = form_ = "";
    precursor_ = {};
    array_.reset();
    mz_.reset();
    intensity_.reset();
    current_->native_id = attributes["id"];
    add_field("NATIVEID", current_->native_id);  // before any other fills the record
    length_ = std::string(attributes["defaultArrayLength"]);
  }

  void take_param(Param param) {
    if (group_) {
      share(std::move(param));
    } else if (in_spectrum_) {
      apply(param);
    } else if (in_content_) {
      if (param.accession == kProfile) content_.profile = true;
      if (param.accession == kCentroid) content_.centroid = true;
    }
  }

  void share(Param param) {
    shared_bytes_ += param.accession.size() + param.name.size() + param.value.size();
    if (++shared_params_ > kMaxSharedParams || shared_bytes_ > kMaxSharedBytes) {
      throw InputError({xml_.name(), xml_.line()},
                       fmt::format("more than {} shared parameters or {} MiB of them; is this an "
                                   "mzML file of spectra?",
                                   with_thousands(kMaxSharedParams), kMaxSharedBytes >> 20));
    }
    groups_[*group_].push_back(std::move(param));
  }

  void apply_shared(const std::vector<Param>& params) {
    shared_uses_ += params.size();
    if (shared_uses_ > kMaxSharedUses) {
      record_.problem(xml_.line(),
                      fmt::format("the spectrum refers to more than {} shared parameters",
                                  with_thousands(kMaxSharedUses)));
      return;
    }
    for (const Param& param : params) apply(param);
  }

  void apply(const Param& param) {
    if (array_) return array_->apply(param.accession, param.name);
    if (param.accession.empty()) {
      record_.add({normalised_key(param.name), std::string(trim(param.value)), xml_.line(),
                   param.name + ": "});
      return;
    }
    for (const auto& [accession, text] : texts_) {
      if (param.accession == accession && text->empty()) *text = trim(param.value);
    }
    apply_meaning(param);
  }

  /// Terms that are more than a text to keep.
  void apply_meaning(const Param& param) {
    const std::string& term = param.accession;
    if (term == "MS:1000041" && selected_ions_ <= 1) charge_ = param.value;
    if (term == "MS:1000633" && selected_ions_ <= 1) {
      ++possible_charges_;
      if (charge_.empty()) charge_ = trim(param.value);
    }
    if (term == "MS:1000129") mode_ = "negative";
    if (term == "MS:1000130") mode_ = "positive";
    if (term == kProfile) form_ = "profile";
    if (term == kCentroid) form_ = "centroid";
    if (term == "MS:1000016") add_start_time(param);
    // An MS1 spectrum that does not state its level, or light instead of ions: passed over alike.
    const bool no_fragments = term == "MS:1000579" || term == "MS:1000804" || term == "MS:1000806";
    if (no_fragments && level_.empty()) level_ = "1";
  }

  /// Without a unit a time says nothing.
  void add_start_time(const Param& param) {
    if (param.unit == "UO:0000031") add_field("RTINMINUTES", param.value);
    if (param.unit == "UO:0000010") add_field("RTINSECONDS", param.value);
  }

  void add_field(const char* key, std::string value, const char* written = "") {
    if (!value.empty()) record_.add({key, std::move(value), record_.first_line(), written});
  }

  void finish_spectrum() {
    const bool has_ion = precursor_.has_ion();
    add_field("MSLEVEL", level_);
    add_field("PRECURSORMZ", has_ion ? precursor_.ion_mz : precursor_.target,
              has_ion ? "selected ion m/z: " : "isolation window target m/z: ");
    add_field("CHARGE", charge_);
    add_field("IONMODE", mode_);
    add_field("COLLISIONENERGY", energy_);
    if (form_.empty() && content_.profile && !content_.centroid) form_ = "profile";
    add_field("SPECTRUMREPRESENTATION", form_);
    record_.finish({"SPECTRUMID", "NATIVEID"});
    Spectrum& spectrum = record_.spectrum();
    if (selected_ions_ > 1) spectrum.note(Oddity::several_precursors);
    if (possible_charges_ > 1) spectrum.note(Oddity::several_charges);
    if (spectrum.ms_level != 2) return;
    if (precursors_ <= 1) judge_isolation(precursor_, spectrum);
    add_peaks();
    record_.settle_peaks();
  }

  void add_peaks() {
    const auto mz = values_of(mz_, "m/z"), intensity = values_of(intensity_, "intensity");
    if (mz.size() != intensity.size()) {
      record_.problem(record_.first_line(),
                      fmt::format("the spectrum has {} m/z values and {} intensities", mz.size(),
                                  intensity.size()));
      return;
    }
    for (std::size_t i = 0; i < mz.size(); ++i) {
      record_.add({mz[i], intensity[i]}, record_.first_line());
    }
  }

  /// The values of an array; what is wrong with it becomes the problem of the record.
  std::vector<double> values_of(const std::optional<BinaryArray>& array, std::string_view name) {
    std::vector<double> values;
    try {
      if (array) values = decoded(*array);
    } catch (const InputError& error) {
      record_.problem(record_.first_line(),
                      fmt::format("the {} array cannot be read: {}", name, error.what()));
      return {};
    }
    const auto stated = parse_integer(length_);
    const auto wanted =
        array && array->length ? static_cast<long long>(*array->length) : stated.value_or(0);
    if (static_cast<long long>(values.size()) != wanted) {
      record_.problem(record_.first_line(),
                      fmt::format("the {} array has {} values, but {} are announced", name,
                                  values.size(), wanted));
    }
    return values;
  }

  RecordBuilder record_;
  std::map<std::string, std::vector<Param>, std::less<>> groups_;
  std::optional<std::string> group_;  // the shared group being read
  std::size_t shared_params_ = 0, shared_bytes_ = 0;
  Spectrum* current_ = nullptr;
  bool any_mzml_ = false, in_spectrum_ = false, in_content_ = false, collecting_ = false;
  struct {
    bool profile = false, centroid = false;
  } content_;  // what the file says that it holds
  std::string length_, level_, charge_, mode_, energy_, form_;
  PrecursorTexts precursor_;
  /// Terms whose first value is kept.
  const std::array<std::pair<std::string_view, std::string*>, 8> texts_ = {{
      {"MS:1000511", &level_},
      {"MS:1000744", &precursor_.ion_mz},
      {"MS:1000827", &precursor_.target},
      {"MS:1000828", &precursor_.lower},
      {"MS:1000829", &precursor_.upper},
      {"MS:1000794", &precursor_.low_end},
      {"MS:1000793", &precursor_.high_end},
      {"MS:1000045", &energy_},
  }};
  std::size_t selected_ions_ = 0, precursors_ = 0, possible_charges_ = 0, shared_uses_ = 0;
  std::optional<BinaryArray> array_, mz_, intensity_;
  XmlStream xml_;
};

}  // namespace

std::unique_ptr<SpectrumReader> mzml_reader(ByteReader bytes, std::string label) {
  return std::make_unique<MzmlReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
