#include "specbridge/device.h"

#include <fmt/format.h>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {

Device parse_device(std::string_view text) {
  if (text == "auto") return {Device::Kind::automatic, 0};
  if (text == "cpu") return {Device::Kind::cpu, 0};
  if (text == "cuda") return {Device::Kind::cuda, 0};
  if (text.starts_with("cuda:")) {
    const auto index = parse_integer(text.substr(5));
    if (index && *index >= 0 && *index < 1024)
      return {Device::Kind::cuda, static_cast<int>(*index)};
  }
  throw UsageError(
      fmt::format("--device: found \"{}\", expected auto, cpu, cuda or cuda:<number>", text));
}

std::string to_string(const Device& device) {
  switch (device.kind) {
    case Device::Kind::automatic:
      return "auto";
    case Device::Kind::cpu:
      return "cpu";
    case Device::Kind::cuda:
      return fmt::format("cuda:{}", device.index);
  }
  return {};
}

}  // namespace specbridge
