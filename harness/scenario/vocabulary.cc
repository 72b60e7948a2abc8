#include "harness/scenario/vocabulary.h"

#include <algorithm>

#include "harness/scenario/defaults.h"
#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"

namespace scenario {
namespace {

class Collector : public wire::Observer {
 public:
  void enter(std::string_view list, std::size_t, std::string_view kind) override {
    add(names.lists, list);
    if (!kind.empty()) add(names.kinds, kind);
  }
  void leave() override {}
  void field(const wire::Field& field) override { add(names.fields, field.name()); }

  Vocabulary names;

 private:
  static void add(std::vector<std::string>& list, std::string_view name) {
    if (std::ranges::find(list, name) == list.end()) list.emplace_back(name);
  }
};

// A full message and a bare one, since some fields stand where others could.
void collect(smb2::Message message, Collector& collector) {
  std::visit(
      [&](auto& body) {
        using Body = std::remove_reference_t<decltype(body)>;
        if constexpr (!std::is_same_v<Body, wire::Bytes>) {
          wire::walk(body, collector);
          Body bare;
          wire::walk(bare, collector);
        }
      },
      message.body);
}

template <class M>
Vocabulary vocabulary_of(M message) {
  Collector collector;
  wire::walk(message, collector);
  return std::move(collector.names);
}

}  // namespace

Vocabulary vocabulary_of_request(smb2::Command command) {
  Collector collector;
  collect(specimen(command, false), collector);
  return std::move(collector.names);
}

Vocabulary vocabulary_of_response(smb2::Command command) {
  Collector collector;
  collect(specimen(command, true), collector);
  collect({.header = {}, .body = smb2::ErrorResponse{.error_contexts = {smb2::ErrorContext{}}}}, collector);
  return std::move(collector.names);
}

Vocabulary vocabulary_of_header() {
  Collector collector;
  smb2::Header request;
  smb2::Header response{.flags = smb2::HeaderFlags::server_to_redir | smb2::HeaderFlags::async_command};
  wire::walk(request, collector);
  wire::walk(response, collector);
  return std::move(collector.names);
}

Vocabulary vocabulary_of_frame() {
  Vocabulary names = vocabulary_of(smb2::DirectTcp{});
  std::erase(names.fields, "SMB2Message");  // what a request has already said
  return names;
}

Vocabulary vocabulary_of_smb1() { return vocabulary_of(smb1::NegotiateRequest{}); }

}  // namespace scenario
