#include "nn/archive_pickle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/text.h"

namespace specbridge {
namespace {

/// Ends the reading with a sentence.
class Problem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct StorageType {
  std::string_view name;
  std::uint64_t bytes;  ///< of an element
};
constexpr std::array<StorageType, 10> kStorageTypes = {{{"torch FloatStorage", 4},
                                                        {"torch DoubleStorage", 8},
                                                        {"torch HalfStorage", 2},
                                                        {"torch BFloat16Storage", 2},
                                                        {"torch LongStorage", 8},
                                                        {"torch IntStorage", 4},
                                                        {"torch ShortStorage", 2},
                                                        {"torch CharStorage", 1},
                                                        {"torch ByteStorage", 1},
                                                        {"torch BoolStorage", 1}}};

enum class Kind { other, number, text, global, tuple, storage, mark };

struct Node {
  Kind kind = Kind::other;
  std::int64_t number = 0;              ///< of a storage: its elements
  std::string_view text = {};           ///< of texts and globals, "module name"
  std::vector<std::size_t> parts = {};  ///< other nodes
};

/// The stack machine that a pickle is a program of. Values are nodes of one list.
class Machine {
 public:
  Machine(std::string_view pickle,
          const std::function<std::optional<std::uint64_t>(const std::string&)>& size_of)
      : rest_(pickle), size_of_(size_of) {}

  void run() {
    while (step()) {
    }
    if (stack_.size() != 1) throw Problem("does not end with one value");
    check_depth(stack_.back());
  }

 private:
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) throw Problem("is cut off");
    const std::string_view part = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return part;
  }
  /// A little-endian number of `count` bytes.
  std::uint64_t unsigned_number(std::size_t count) {
    std::uint64_t value = 0;
    std::memcpy(&value, take(count).data(), count);
    return value;
  }
  std::string_view line() {
    const auto end = rest_.find('\n');
    if (end == std::string_view::npos) throw Problem("is cut off");
    const std::string_view text = take(end);
    take(1);
    return text;
  }

  void push(Node node) {
    nodes_.push_back(std::move(node));
    stack_.push_back(nodes_.size() - 1);
  }
  void push_number(std::int64_t number) { push({Kind::number, number}); }
  std::size_t pop() {
    if (stack_.empty()) throw Problem("takes more values than there are");
    const std::size_t top = stack_.back();
    stack_.pop_back();
    return top;
  }
  Node& top() {
    if (stack_.empty()) throw Problem("takes more values than there are");
    return nodes_[stack_.back()];
  }
  std::vector<std::size_t> pop_several(std::size_t count) {
    std::vector<std::size_t> values(count);
    for (std::size_t i = count; i-- > 0;) values[i] = pop();
    return values;
  }
  std::vector<std::size_t> pop_to_mark() {
    std::vector<std::size_t> values;
    for (std::size_t value = pop(); nodes_[value].kind != Kind::mark; value = pop()) {
      values.push_back(value);
    }
    std::reverse(values.begin(), values.end());
    return values;
  }
  void add_to_top(const std::vector<std::size_t>& values) {
    auto& parts = top().parts;
    parts.insert(parts.end(), values.begin(), values.end());
  }

  bool step();
  void step_of_values(unsigned char operation);
  void global();
  void storage();
  void call();
  void check_tensor(const Node& arguments) const;
  const Node& part(const Node& node, std::size_t index, Kind kind) const;
  std::vector<std::int64_t> numbers(const Node& tuple) const;
  void check_depth(std::size_t root) const;

  std::string_view rest_;
  const std::function<std::optional<std::uint64_t>(const std::string&)>& size_of_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> stack_;
  std::map<std::uint64_t, std::size_t> memo_;
};

/// Operations by what they do to the stack; false at the end of the program.
bool Machine::step() {
  const auto operation = static_cast<unsigned char>(take(1)[0]);
  switch (operation) {
    case 0x80:
      take(1);
      break;  // PROTO
    case '.':
      return false;  // STOP
    case 'q':
      memo_[unsigned_number(1)] = stack_.empty() ? pop() : stack_.back();
      break;
    case 'r':
      memo_[unsigned_number(4)] = stack_.empty() ? pop() : stack_.back();
      break;
    case 'h':
    case 'j': {
      const auto known = memo_.find(unsigned_number(operation == 'h' ? 1 : 4));
      if (known == memo_.end()) throw Problem("names a value that it did not keep");
      stack_.push_back(known->second);
      break;
    }
    case 'c':
      global();
      break;
    case 'Q':
      storage();
      break;
    case 'R':
      call();
      break;
    case 0x81: {  // NEWOBJ: arguments, class
      auto values = pop_several(2);
      push({Kind::other, 0, {}, std::move(values)});
      break;
    }
    case 'a':
    case 'b':
      add_to_top({pop()});
      break;  // APPEND, BUILD
    case 'e':
    case 'u':
      add_to_top(pop_to_mark());
      break;  // APPENDS, SETITEMS
    case 's':
      add_to_top(pop_several(2));
      break;  // SETITEM
    default:
      step_of_values(operation);
  }
  return true;
}

/// Operations that put a value on the stack.
void Machine::step_of_values(unsigned char operation) {
  switch (operation) {
    case '(':
      push({Kind::mark});
      break;
    case 'N':
    case 0x88:
    case 0x89:
    case '}':
    case ']':
      push({});
      break;
    case ')':
      push({Kind::tuple});
      break;
    case 't':
      push({Kind::tuple, 0, {}, pop_to_mark()});
      break;
    case 0x85:
    case 0x86:
    case 0x87:
      push({Kind::tuple, 0, {}, pop_several(operation - 0x84U)});
      break;
    case 'l':
    case 'd':
      push({Kind::other, 0, {}, pop_to_mark()});
      break;
    case 'K':
      push_number(static_cast<std::int64_t>(unsigned_number(1)));
      break;
    case 'M':
      push_number(static_cast<std::int64_t>(unsigned_number(2)));
      break;
    case 'J':
      push_number(static_cast<std::int32_t>(unsigned_number(4)));
      break;
    case 0x8a: {  // LONG1: two's complement of so many bytes
      const std::uint64_t bytes = unsigned_number(1);
      if (bytes > 8) throw Problem("holds a number of more than 8 bytes");
      const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes);
      const std::uint64_t value = unsigned_number(bytes);
      push_number(bytes == 0 ? 0 : static_cast<std::int64_t>(value << unused) >> unused);
      break;
    }
    case 'G':
      take(8);
      push({});
      break;
    case 'X':
      push({Kind::text, 0, take(unsigned_number(4))});
      break;
    default:
      throw Problem(fmt::format("uses operation 0x{:02x}, which encoders do not need", operation));
  }
}

void Machine::global() {
  const std::string_view module = line(), name = line();
  // Both lie in the pickle, one line end between them.
  push({Kind::global, 0, {module.data(), module.size() + 1 + name.size()}});
}

const Node& Machine::part(const Node& node, std::size_t index, Kind kind) const {
  if (index >= node.parts.size() || nodes_[node.parts[index]].kind != kind) {
    throw Problem("describes a tensor in a way that is not known");
  }
  return nodes_[node.parts[index]];
}

/// ("storage", class, key, device, elements)
void Machine::storage() {
  const Node& tuple = nodes_[pop()];
  std::string type(part(tuple, 1, Kind::global).text);
  std::replace(type.begin(), type.end(), '\n', ' ');
  const auto* known = std::ranges::find(kStorageTypes, type, &StorageType::name);
  if (known == kStorageTypes.end()) {
    throw Problem(fmt::format("holds a {}, which encoders do not need", one_line(type, 60)));
  }
  const std::string key(part(tuple, 2, Kind::text).text);
  const std::int64_t elements = part(tuple, 4, Kind::number).number;
  const auto found = size_of_(key);
  if (!found)
    throw Problem(fmt::format("needs the record {}, which is missing", one_line(key, 60)));
  if (elements < 0 || *found / known->bytes != static_cast<std::uint64_t>(elements) ||
      *found % known->bytes != 0) {
    throw Problem(fmt::format("the record {} has {} bytes, expected {} values of {}",
                              one_line(key, 60), *found, elements, known->bytes));
  }
  push({Kind::storage, elements});
}

std::vector<std::int64_t> Machine::numbers(const Node& tuple) const {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < tuple.parts.size(); ++i) {
    values.push_back(part(tuple, i, Kind::number).number);
  }
  return values;
}

/// Whether all elements lie in the storage, worked out without products beyond 64 bits.
bool fits(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides,
          std::int64_t first, std::int64_t elements) {
  if (std::ranges::find(sizes, 0) != sizes.end()) return first <= elements;
  std::int64_t left = elements - 1 - first;  // from the first element on
  for (std::size_t i = 0; i < sizes.size() && left >= 0; ++i) {
    const std::int64_t steps = sizes[i] - 1;
    if (steps > 0 && strides[i] > left / steps) return false;
    left -= steps * strides[i];
  }
  return left >= 0;
}

/// (storage, first element, sizes, strides, ...): every element lies in the storage.
void Machine::check_tensor(const Node& arguments) const {
  const auto elements = part(arguments, 0, Kind::storage).number;
  const auto first = part(arguments, 1, Kind::number).number;
  const auto sizes = numbers(part(arguments, 2, Kind::tuple));
  const auto strides = numbers(part(arguments, 3, Kind::tuple));
  const auto negative = [](std::int64_t value) { return value < 0; };
  if (sizes.size() != strides.size() || sizes.size() > 64 || first < 0 ||
      std::ranges::any_of(sizes, negative) || std::ranges::any_of(strides, negative)) {
    throw Problem("describes a tensor of an impossible shape");
  }
  if (!fits(sizes, strides, first, elements)) {
    throw Problem(fmt::format("describes a tensor [{}] that reaches beyond its {} values",
                              fmt::join(sizes, ", "), elements));
  }
}

void Machine::call() {
  const auto values = pop_several(2);
  const Node& function = nodes_[values[0]];
  if (function.kind == Kind::global && function.text == "torch._utils\n_rebuild_tensor_v2") {
    check_tensor(nodes_[values[1]]);
    push({});  // what a tensor is made of is freed with it, not in turn
    return;
  }
  push({Kind::other, 0, {}, values});
}

/// How deep the value is nested, without recursion; a value within itself has no depth.
void Machine::check_depth(std::size_t root) const {
  enum class State : unsigned char { fresh, open, done };
  std::vector<State> states(nodes_.size(), State::fresh);
  std::vector<std::size_t> heights(nodes_.size(), 0);
  std::vector<std::pair<std::size_t, std::size_t>> path = {{root, 0}};  // and the next part
  states[root] = State::open;
  while (!path.empty()) {
    auto& [node, next] = path.back();
    const auto& parts = nodes_[node].parts;
    if (next < parts.size()) {
      const std::size_t inner = parts[next++];
      if (states[inner] == State::open) throw Problem("holds a value within itself");
      if (states[inner] == State::fresh) {
        states[inner] = State::open;
        path.emplace_back(inner, 0);
      }
      continue;
    }
    for (const std::size_t inner : parts) {
      heights[node] = std::max(heights[node], heights[inner] + 1);
    }
    if (heights[node] > kDeepestPickle) {
      throw Problem(fmt::format("nests values more than {} deep", kDeepestPickle));
    }
    states[node] = State::done;
    path.pop_back();
  }
}

}  // namespace

std::optional<std::string> pickle_problem(
    std::string_view pickle,
    const std::function<std::optional<std::uint64_t>(const std::string&)>& size_of) {
  try {
    Machine(pickle, size_of).run();
    return {};
  } catch (const Problem& problem) {
    return problem.what();
  }
}

}  // namespace specbridge
