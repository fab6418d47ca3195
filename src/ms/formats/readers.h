#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "specbridge/spectrum_reader.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"

namespace specbridge {

/// One reader per format. `label` stands for the file in the names of nameless records.
// Defined in ms/formats/mgf.cpp, ms/formats/msp.cpp, ms/formats/massbank.cpp, ms/formats/mzml.cpp,
// ms/formats/gnps_json.cpp and ms/electron/jcamp.cpp.
std::unique_ptr<SpectrumReader> mgf_reader(ByteReader bytes, std::string label);
std::unique_ptr<SpectrumReader> msp_reader(ByteReader bytes, std::string label);
std::unique_ptr<SpectrumReader> massbank_reader(ByteReader bytes, std::string label);
std::unique_ptr<SpectrumReader> mzml_reader(ByteReader bytes, std::string label);
std::unique_ptr<SpectrumReader> gnps_json_reader(ByteReader bytes, std::string label);
std::unique_ptr<SpectrumReader> jcamp_reader(ByteReader bytes, std::string label);

/// Lines of a file of spectra; over-long ones are cut, not refused.
inline LineReader spectra_lines(ByteReader bytes) {
  return LineReader(std::move(bytes), kMaxLineOfSpectra, LongLine::cut);
}

/// What is said of a line that was cut.
inline constexpr std::string_view kLongLineProblem = "the line is longer than 1 MiB";

}  // namespace specbridge
