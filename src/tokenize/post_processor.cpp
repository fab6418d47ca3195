#include "tokenize/post_processor.h"

#include <fmt/format.h>

#include "base/text.h"

namespace specbridge {
namespace {

/// The id of ["token", id].
std::int64_t id_of_pair(const TokenizerPart& part) {
  const Json& json = part.json();
  if (!json.is_array() || json.size() != 2 || !json[1].is_number_unsigned()) {
    part.refuse("must be a token and its id");
  }
  return json[1].get<std::int64_t>();
}

SpecialEnds read_pair(const TokenizerPart& part) {
  part.only({"sep", "cls", "trim_offsets", "add_prefix_space"});
  return {{id_of_pair(part.child("cls"))}, {id_of_pair(part.child("sep"))}};
}

std::vector<std::int64_t> ids_of_special(const TokenizerPart& specials, const std::string& name) {
  const TokenizerPart ids = specials.child(name).child("ids");
  if (!ids.json().is_array()) ids.refuse("must be a list of ids");
  std::vector<std::int64_t> result;
  for (const Json& id : ids.json()) {
    if (!id.is_number_unsigned()) ids.refuse("must be a list of ids");
    result.push_back(id.get<std::int64_t>());
  }
  return result;
}

SpecialEnds read_template(const TokenizerPart& part) {
  part.only({"single", "pair", "special_tokens"});
  const TokenizerPart single = part.child("single"), specials = part.child("special_tokens");
  if (!single.json().is_array()) single.refuse("must be a list");
  SpecialEnds ends;
  std::size_t texts = 0;
  for (const Json& json : single.json()) {
    const TokenizerPart item(json, single.where());
    if (json.is_object() && json.contains("Sequence")) {
      ++texts;
      continue;
    }
    auto& side = texts == 0 ? ends.before : ends.behind;
    const auto ids = ids_of_special(specials, item.child("SpecialToken").text("id"));
    side.insert(side.end(), ids.begin(), ids.end());
  }
  if (texts != 1) single.refuse(fmt::format("has {} texts, expected one", texts));
  return ends;
}

SpecialEnds read_sequence(const TokenizerPart& part) {
  part.only({"processors"});
  const TokenizerPart list = part.child("processors");
  if (!list.json().is_array()) list.refuse("must be a list");
  SpecialEnds all;
  for (const Json& json : list.json()) {
    const SpecialEnds ends = read_post_processor({json, list.where()});
    all.before.insert(all.before.begin(), ends.before.begin(), ends.before.end());
    all.behind.insert(all.behind.end(), ends.behind.begin(), ends.behind.end());
  }
  return all;
}

}  // namespace

SpecialEnds read_post_processor(const TokenizerPart& part) {
  if (part.is_null()) return {};
  const std::string type = part.type();
  if (type == "RobertaProcessing" || type == "BertProcessing") return read_pair(part);
  if (type == "TemplateProcessing") return read_template(part);
  if (type == "Sequence") return read_sequence(part);
  if (type == "ByteLevel") return {};
  part.refuse_type("RobertaProcessing, BertProcessing, TemplateProcessing, ByteLevel and Sequence");
}

}  // namespace specbridge
