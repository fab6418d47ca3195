#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// What of a source file of a TorchScript archive would overflow the stack of LibTorch's compiler,
/// which follows expressions and blocks by recursion: brackets or blocks nested too deep, a
/// statement or a chain of elif too long. What torch.jit.save writes is far below all limits.
/// @return what is wrong, with the line; nothing when nothing is
std::optional<std::string> code_problem(std::string_view code);

constexpr std::size_t kDeepestCode = 100;        ///< brackets, and blocks
constexpr std::size_t kLongestStatement = 4000;  ///< characters
constexpr std::size_t kLongestElifChain = 200;
constexpr std::size_t kMostCode = std::size_t{4} << 20;  ///< bytes of all code of an archive

}  // namespace specbridge
