#include "harness/target/probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/defaults.h"
#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"
#include "harness/transport/framed.h"

namespace target {
namespace {

using scenario::List;
using scenario::Term;
using transport::Awaitable;
using transport::Time;

using Answer = std::expected<smb2::Message, std::string>;

// Why no frame came, with how much of one had come.
std::string seen(const transport::Error& error, const transport::Recording& recording) {
  const auto unfinished = std::ranges::find_if(recording, [](const transport::Recorded& event) {
    return event.event == transport::Event::received && !event.note.empty();
  });
  if (unfinished == recording.end() || error.fault == transport::Fault::not_a_frame) return error.text;
  const bool late = error.fault == transport::Fault::timeout;
  return fmt::format("{} in the middle of a frame, after {} byte{}", late ? "the time was over" : error.text,
                     unfinished->bytes.size(), unfinished->bytes.size() == 1 ? "" : "s");
}

// One request on a fresh connection.
Awaitable<Answer> ask(transport::Network& network, Time timeout, wire::Bytes message) {
  const Time deadline = network.now() + timeout;
  transport::Result<std::unique_ptr<transport::Stream>> stream = co_await network.connect(deadline);
  if (!stream) co_return std::unexpected(stream.error().text);
  transport::Recording recording;
  transport::Framed framed(*std::move(stream), 0, network, recording);
  const wire::Bytes bytes = smb2::frame(message);
  const transport::Result<void> sent = co_await framed.send(bytes, deadline);
  if (!sent) co_return std::unexpected(sent.error().text);
  transport::Result<transport::Frame> frame = co_await framed.receive(deadline);
  if (!frame) {
    framed.close();  // which records what is left
    co_return std::unexpected(seen(frame.error(), recording));
  }
  auto decoded = smb2::decode(frame->message());
  const smb2::Header& header = decoded.message.header;
  if (header.protocol_id.forced || !header.is_response() || header.command != smb2::Command::negotiate) {
    co_return std::unexpected(
        fmt::format("it answered NEGOTIATE with a frame of {} bytes that is no NEGOTIATE response",
                    frame->message().size()));
  }
  co_return std::move(decoded.message);
}

const smb2::NegotiateResponse* response_of(const Answer& answer) {
  return answer ? std::get_if<smb2::NegotiateResponse>(&answer->body) : nullptr;
}

// The context of a type that an answer holds.
const smb2::NegotiateContext* context_of(const Answer& answer, smb2::ContextType type) {
  const smb2::NegotiateResponse* response = response_of(answer);
  if (response == nullptr) return nullptr;
  const auto found = std::ranges::find(response->negotiate_contexts, type, &smb2::NegotiateContext::type);
  return found == response->negotiate_contexts.end() ? nullptr : &*found;
}

template <class Member>
struct ClassOf;
template <class Data, class List>
struct ClassOf<List Data::*> {
  using Type = Data;
};

smb2::NegotiateRequest& body(smb2::Message& message) {
  return std::get<smb2::NegotiateRequest>(message.body);
}

smb2::Message offer(std::vector<smb2::Dialect> dialects) {
  scenario::Entropy entropy(0);
  smb2::Message message = scenario::default_request(smb2::Command::negotiate, entropy);
  body(message).dialects = std::move(dialects);
  const bool contexts = body(message).dialects.back() == smb2::Dialect::smb_3_1_1;
  if (!contexts) body(message).negotiate_contexts.clear();
  return message;
}

// The default 3.1.1 offer with one context more.
smb2::Message offer(smb2::NegotiateContext extra) {
  smb2::Message message = offer({smb2::Dialect::smb_3_1_1});
  std::erase_if(body(message).negotiate_contexts,
                [&](const auto& context) { return context.type == extra.type; });
  body(message).negotiate_contexts.push_back(std::move(extra));
  return message;
}

template <class E>
Term name_term(E value) {
  const std::string_view name = wire::name_of(names(value), static_cast<std::uint64_t>(value));
  return name.empty() ? Term{static_cast<std::uint64_t>(value)} : Term{std::string(name)};
}

class Prober {
 public:
  Prober(transport::Network& network, Time timeout) : network_(network), timeout_(timeout) {}

  Awaitable<std::expected<Probe, std::string>> run() {
    smb2::Message everything = offer({std::begin(smb2::all_dialects), std::end(smb2::all_dialects)});
    const Answer all = co_await ask_for(std::move(everything));
    List dialects;
    std::string last = all ? "" : all.error();
    for (const smb2::Dialect dialect : smb2::all_dialects) {
      smb2::Message one = offer({dialect});
      const Answer alone = co_await ask_for(std::move(one));
      const auto* response = response_of(alone);
      if (response != nullptr && response->dialect_revision == dialect)
        dialects.push_back(name_term(dialect));
      if (!alone) last = alone.error();
      if (!alone && !all)
        co_return std::unexpected(last);  // twice nothing: there is no server to ask further
      if (alone && response == nullptr)
        last = "it answered NEGOTIATE with " + smb2::to_text(alone->header.status);
    }
    if (dialects.empty() && response_of(all) == nullptr) {
      co_return std::unexpected(last.empty() ? "it agrees on no dialect" : last);
    }
    note("dialects", std::move(dialects));
    if (const auto* response = response_of(all)) note_settings(*response);
    co_await contexts();
    co_await multi_protocol();
    co_return std::move(probe_);
  }

 private:
  Awaitable<Answer> ask_for(smb2::Message message) {
    wire::Bytes bytes = smb2::encode(message);
    return ask(network_, timeout_, std::move(bytes));
  }

  void note_settings(const smb2::NegotiateResponse& response) {
    probe_.facts["target.capabilities"] = Term{static_cast<std::uint64_t>(response.capabilities)};
    probe_.facts["target.security-mode"] = Term{static_cast<std::uint64_t>(response.security_mode)};
    const auto text = [&](std::string name, std::string value) {
      probe_.findings.emplace_back(std::move(name), std::move(value));
    };
    text("capabilities",
         wire::spell(smb2::capability_names, true, static_cast<std::uint64_t>(response.capabilities), 4));
    text("security mode",
         wire::spell(smb2::security_mode_names, true, static_cast<std::uint64_t>(response.security_mode), 2));
    text("largest transact, read, write", fmt::format("{} {} {}", response.max_transact_size,
                                                      response.max_read_size, response.max_write_size));
  }

  Awaitable<void> contexts() {
    List known;
    List compression;
    scenario::Entropy entropy(0);
    for (const wire::Name& type : smb2::context_type_names) {
      const auto value = static_cast<smb2::ContextType>(type.value);
      if (value == smb2::ContextType::encryption || value == smb2::ContextType::signing) continue;
      smb2::Message request = offer(scenario::default_context(value, entropy));
      const Answer answer = co_await ask_for(std::move(request));
      const smb2::NegotiateContext* context = context_of(answer, value);
      if (context == nullptr) continue;
      known.push_back({std::string(type.alias)});
      const auto* data = std::get_if<smb2::CompressionCapabilities>(&context->data);
      if (data == nullptr) continue;
      for (const auto algorithm : data->compression_algorithms) compression.push_back(name_term(algorithm));
    }
    List ciphers = co_await taken_alone<&smb2::EncryptionCapabilities::ciphers>(smb2::ContextType::encryption,
                                                                                smb2::cipher_names);
    List signing = co_await taken_alone<&smb2::SigningCapabilities::signing_algorithms>(
        smb2::ContextType::signing, smb2::signing_algorithm_names);
    if (!ciphers.empty()) known.push_back({std::string("ENCRYPTION")});
    if (!signing.empty()) known.push_back({std::string("SIGNING")});
    note("contexts", std::move(known));
    note("ciphers", std::move(ciphers));
    note("signing-algorithms", std::move(signing));
    note("compression-algorithms", std::move(compression));
  }

  // Of the algorithms there are names for those that the server takes when it is offered one alone.
  template <auto algorithms>
  Awaitable<List> taken_alone(smb2::ContextType type, wire::Names candidates) {
    using Data = ClassOf<decltype(algorithms)>::Type;
    List taken;
    for (const wire::Name& name : candidates) {
      Data wanted;
      auto& list = wanted.*algorithms;
      list.resize(1);
      using Algorithm = std::remove_reference_t<decltype(list.front())>;
      list.front() = static_cast<Algorithm>(name.value);
      smb2::Message request = offer(smb2::NegotiateContext{.type = type, .data = wanted});
      const Answer answer = co_await ask_for(std::move(request));
      const smb2::NegotiateContext* context = context_of(answer, type);
      const auto* data = context == nullptr ? nullptr : std::get_if<Data>(&context->data);
      if (data != nullptr && data->*algorithms == list) taken.push_back(name_term(list.front()));
    }
    co_return taken;
  }

  Awaitable<void> multi_protocol() {
    List answered;
    for (const std::string_view dialect : {smb1::smb_2_002, smb1::smb_2_wildcard}) {
      const std::string_view strings[] = {"NT LM 0.12", dialect};
      smb1::NegotiateRequest request{.dialects = smb1::dialect_bytes(strings)};
      const Answer answer = co_await ask(network_, timeout_, wire::encode(request));
      if (response_of(answer) != nullptr) answered.push_back({std::string(dialect)});
    }
    note("multi-protocol", std::move(answered));
  }

  void note(const std::string& name, List values) {
    Term term{std::move(values)};
    probe_.findings.emplace_back(name, term.text().empty() ? "none" : term.text());
    probe_.facts["target." + name] = std::move(term);
  }

  transport::Network& network_;
  Time timeout_;
  Probe probe_;
};

}  // namespace

Awaitable<std::expected<Probe, std::string>> probe(transport::Network& network, Time step_timeout) {
  Prober prober(network, step_timeout);
  std::expected<Probe, std::string> result = co_await prober.run();
  co_return result;
}

}  // namespace target
