#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/error.h"
#include "specbridge/ranks.h"

namespace c10d {
class Store;
}

namespace specbridge {

/// A process that trains along is gone, or ended with an error.
class RankLost : public ResourceError {
 public:
  using ResourceError::ResourceError;
};

/// Where the processes of a training tell each other what is no matter of a step: that they are
/// there, what rank 0 has decided, why one of them ended. Each gives a sign of life every second or
/// so, however long its work takes; who gives none for Ranks::patience is given up.
class MeetingPlace {
 public:
  using Bytes = std::vector<std::uint8_t>;

  /// Comes, and waits until all have come.
  /// @throws ResourceError, RankLost, UsageError for a rank that is there already, Interrupted
  MeetingPlace(const Ranks& ranks, const RunContext& context);
  /// Leaves. Who listens stays a little for those who have still to hear of it.
  ~MeetingPlace();
  MeetingPlace(const MeetingPlace&) = delete;

  /// What collective operations find each other by.
  c10d::Store& store() const;
  /// Says something under a name of its own; any number of others may hear it.
  /// @throws RankLost, Interrupted
  void say(const std::string& name, const Bytes& what);
  /// Waits for it. @throws RankLost, Interrupted
  Bytes hear(const std::string& name);
  /// Tells the others why this process ends; the first who does is heard.
  void say_why(const std::exception& error) noexcept;
  /// Called where the connection to another process broke: finds out which is gone.
  /// @throws RankLost, Interrupted
  [[noreturn]] void find_lost(const std::string& reason);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
