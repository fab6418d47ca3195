#pragma once

#include <inchi_api.h>

#include <cstddef>

namespace specbridge {

/// The functions of one copy of the InChI library in memory.
struct InchiFunctions {
  decltype(&::GetStdINCHI) name;
  decltype(&::FreeStdINCHI) free_name;
  decltype(&::GetStdINCHIKeyFromStdINCHI) key;
  decltype(&::GetStructFromINCHI) structure;
  decltype(&::FreeStructFromINCHI) free_structure;
};

/// The InChI library, for one thread as long as the object lives. Version 1.03 sorts with global
/// state, so only one thread may be inside a copy of it. Where a thread would wait for another, a
/// copy is loaded beside the one that the program is linked to, up to most_inchi_copies(); where
/// that fails, threads wait. What a copy gives out goes back to the same one.
class InchiLibrary {
 public:
  InchiLibrary();  ///< waits for a copy that is free
  ~InchiLibrary();
  InchiLibrary(const InchiLibrary&) = delete;
  InchiLibrary& operator=(const InchiLibrary&) = delete;

  const InchiFunctions* operator->() const noexcept { return functions_; }

 private:
  const InchiFunctions* functions_;
};

/// How many copies are loaded, the linked one among them.
std::size_t inchi_copies();

/// How many there may be: one for each processor that the process may use, 64 at most; under a
/// sanitizer, which watches only the libraries that are linked, one.
std::size_t most_inchi_copies();

}  // namespace specbridge
