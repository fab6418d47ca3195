#include "decode/smiles_grammar.h"

namespace specbridge {

SmilesGrammar::SmilesGrammar(const SmilesVocabulary& vocabulary) : vocabulary_(vocabulary) {
  for (Token token = 0; token < vocabulary.size(); ++token) {
    kinds_.push_back(vocabulary.is_special(token) ? Kind::other : kind_of(vocabulary.word(token)));
  }
}

SmilesGrammar::Kind SmilesGrammar::kind_of(std::string_view word) {
  if (word == "(") return Kind::opening;
  if (word == ")") return Kind::closing;
  if (word.find_first_of("0123456789") != std::string_view::npos && word.front() != '[') {
    return Kind::ring;
  }
  if (word.size() == 1 && std::string_view("-=#:/\\~$").find(word) != std::string_view::npos) {
    return Kind::bond;
  }
  const char first = word.front();
  const bool letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  const bool bracket = first == '[' && word.back() == ']';
  return letter || bracket || word == "*" ? Kind::atom : Kind::other;
}

SmilesGrammar::State SmilesGrammar::after(std::span<const Token> tokens) const {
  State state;
  for (const Token token : tokens) {
    const Kind kind = kinds_[token];
    state.bond_of_branch = kind == Kind::bond && state.last == Kind::opening;
    if (kind == Kind::atom) ++state.atoms;
    if (kind == Kind::opening) ++state.open_branches;
    if (kind == Kind::closing) --state.open_branches;
    if (kind == Kind::ring) {
      const auto [ring, opened] = state.open_rings.emplace(vocabulary_.word(token), state.atoms);
      if (!opened) state.open_rings.erase(ring);
    }
    state.last = kind;
  }
  return state;
}

bool SmilesGrammar::may_follow(const State& state, Token token) const {
  const bool after_atom =
      state.last == Kind::atom || state.last == Kind::ring || state.last == Kind::closing;
  switch (kinds_[token]) {
    case Kind::atom:
      return true;
    case Kind::bond:
      return after_atom || (state.last == Kind::opening && state.atoms > 0);
    case Kind::opening:
      return after_atom;
    case Kind::closing:
      return after_atom && state.open_branches > 0;
    case Kind::ring: {
      const auto ring = state.open_rings.find(vocabulary_.word(token));
      const bool to_itself = ring != state.open_rings.end() && ring->second == state.atoms;
      const bool place = state.last == Kind::atom || state.last == Kind::ring ||
                         (state.last == Kind::bond && !state.bond_of_branch);
      return place && !to_itself;
    }
    case Kind::other:
      return false;
  }
  return false;
}

bool SmilesGrammar::may_end(const State& state) {
  return state.atoms > 0 && state.open_branches == 0 && state.open_rings.empty() &&
         state.last != Kind::bond && state.last != Kind::opening;
}

void SmilesGrammar::limit(std::span<const Token> so_far, std::span<float> logarithms) const {
  const State state = after(so_far);
  for (Token token = 0; token < logarithms.size(); ++token) {
    const bool ends = token == vocabulary_.special().end;
    if (ends ? !may_end(state) : !may_follow(state, token)) logarithms[token] = kNever;
  }
}

bool SmilesGrammar::accepts(std::span<const Token> whole) const {
  return may_end(after(whole));
}

}  // namespace specbridge
