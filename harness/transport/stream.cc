#include "harness/transport/stream.h"

namespace transport {

std::string_view name(Fault fault) {
  switch (fault) {
    case Fault::timeout:
      return "timeout";
    case Fault::closed:
      return "closed";
    case Fault::reset:
      return "reset";
    case Fault::refused:
      return "refused";
    case Fault::unreachable:
      return "unreachable";
    case Fault::not_a_frame:
      return "not-a-frame";
  }
  return "unknown";
}

}  // namespace transport
