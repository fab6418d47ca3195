#pragma once

#include <fmt/format.h>

#include "specbridge/error.h"
#include "store/journalled/journal.h"

namespace specbridge {

/// Runs work on a journalled folder. Where it ends for a reason that another run may not meet (an
/// interrupt, a full disk, want of memory) and some of it is done, the message says how to go on;
/// after any other error nothing is left behind.
template <typename Work>
auto keeping_work(JournalledDirectory& journal, Work&& work) {
  const auto advice = [&](const char* what) {
    return journal.steps().empty()
               ? std::string(what)
               : fmt::format(
                     "{}; what is done is kept in {}: go on with the same command and "
                     "--resume",
                     what, journal.place().string());
  };
  try {
    return work();
  } catch (const Interrupted& error) {
    throw Interrupted(journal.steps().empty() ? error.what() : advice("interrupted"));
  } catch (const OutputError& error) {
    throw OutputError(advice(error.what()));
  } catch (const ResourceError& error) {
    throw ResourceError(advice(error.what()));
  } catch (const Error&) {
    journal.give_up();
    throw;
  }
}

}  // namespace specbridge
