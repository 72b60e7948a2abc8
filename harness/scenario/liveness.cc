#include "harness/scenario/liveness.h"

#include "harness/scenario/defaults.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/transport/framed.h"

namespace scenario {

transport::Awaitable<bool> answers(transport::Network& network, transport::Time deadline) {
  Entropy entropy(0);
  const wire::Bytes request = smb2::frame(smb2::encode(default_request(smb2::Command::negotiate, entropy)));
  transport::Result<std::unique_ptr<transport::Stream>> stream = co_await network.connect(deadline);
  if (!stream) co_return false;
  transport::Recording unused;
  transport::Framed framed(*std::move(stream), 0, network, unused);
  const transport::Result<void> sent = co_await framed.send(request, deadline);
  const transport::Result<transport::Frame> answer = co_await framed.receive(deadline);
  co_return sent&& answer;
}

}  // namespace scenario
