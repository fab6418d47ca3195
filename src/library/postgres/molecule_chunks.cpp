#include "library/postgres/molecule_chunks.h"

namespace specbridge {

void MoleculeChunk::add(const MoleculeText& molecule) {
  MoleculeText& copy = molecules_.emplace_back(molecule);
  std::vector<std::string_view*> views = {&copy.id,      &copy.smiles,   &copy.inchikey14,
                                          &copy.formula, &copy.inchikey, &copy.name};
  for (auto& further : copy.further) views.push_back(&further);
  std::size_t size = 0;
  for (const auto* view : views) size += view->size();
  std::string& text = texts_.emplace_back();
  text.reserve(size);  // it must not move while views into it are made
  for (auto* view : views) {
    const std::size_t begin = text.size();
    text += *view;
    *view = std::string_view(text).substr(begin);
  }
  text_bytes_ += size + copy.further.size() * sizeof(std::string_view);
  structures_.emplace_back(copy.inchikey14);
}

std::size_t MoleculeChunk::bytes() const noexcept {
  constexpr std::size_t kOfMolecule = sizeof(MoleculeText) + sizeof(StructureKey) + 96;
  return text_bytes_ + molecules_.size() * kOfMolecule;
}

std::shared_ptr<const MoleculeChunk> MoleculeChunks::find(std::size_t chunk) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(chunk);
  if (place == places_.end()) return nullptr;
  latest_.splice(latest_.begin(), latest_, place->second);
  return place->second->second;
}

void MoleculeChunks::keep(std::size_t chunk, std::shared_ptr<const MoleculeChunk> molecules) {
  const std::lock_guard lock(mutex_);
  if (places_.contains(chunk)) return;
  bytes_ += molecules->bytes();
  latest_.emplace_front(chunk, std::move(molecules));
  places_[chunk] = latest_.begin();
  while (bytes_ > most_bytes_ && latest_.size() > 1) {
    bytes_ -= latest_.back().second->bytes();
    places_.erase(latest_.back().first);
    latest_.pop_back();
  }
}

}  // namespace specbridge
