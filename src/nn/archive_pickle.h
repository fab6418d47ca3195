#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// Follows a pickle of a TorchScript archive without making anything of it, and tells what would
/// harm its reader: tensors that reach beyond their records, values nested deeper than
/// kDeepestPickle, operations and kinds of storage that encoders do not need. (LibTorch believes
/// what a pickle says about sizes, and frees nested values by recursion.)
/// @param pickle the record, of protocol 2 as torch.jit.save writes it
/// @param size_of bytes of the record that holds a tensor's values, by its key; nothing: no such
/// record
/// @return what is wrong; nothing when nothing is
std::optional<std::string> pickle_problem(
    std::string_view pickle,
    const std::function<std::optional<std::uint64_t>(const std::string&)>& size_of);

constexpr std::size_t kDeepestPickle = 200;

}  // namespace specbridge
