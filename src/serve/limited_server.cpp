#include "serve/limited_server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "serve/replies.h"

namespace specbridge {

bool LimitedServer::process_and_close_socket(socket_t socket) {
  Connection connection(socket, limits, ending);
  constexpr bool kLastRequest = true;
  bool closed = false, done = false;
  try {
    done = process_request(connection, kLastRequest, closed, nullptr);
  } catch (const std::exception&) {  // what is asked for has handlers of its own
    done = false;
  }
  if (!connection.has_answered() && connection.refusal() != 0) {
    const std::string body = reply_text({{"error", words_of(connection.refusal())}});
    const std::string answer = fmt::format(
        "HTTP/1.1 {} Refused\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: "
        "close\r\n\r\n{}",
        connection.refusal(), kJsonType, body.size(), body);
    connection.write(answer.data(), answer.size());
  }
  connection.end();
  ::close(socket);
  return done;
}

}  // namespace specbridge
