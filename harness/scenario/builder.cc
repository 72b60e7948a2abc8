#include "harness/scenario/builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"

namespace scenario {
namespace {

using Problem = std::optional<std::string>;

std::string at_line(unsigned line, std::string_view why) { return fmt::format("line {}: {}", line, why); }

// Sets one field as a step says.
Problem apply(const Set& set, const wire::Field& field, const Environment& environment) {
  if (set.to) {
    const auto term = environment.evaluate(*set.to);
    if (!term) return term.error();
    const auto value = to_value(*term, field);
    if (!value) return value.error();
    if (!field.set(*value)) return fmt::format("\"{}\" does not fit the field", term->text());
  }
  if (set.place) {
    const auto term = environment.evaluate(*set.place);
    if (!term) return term.error();
    const auto at = literal(term->text()).number();
    if (!at || *at > smb2::largest_frame) return fmt::format("\"{}\" is no place in a message", term->text());
    if (!field.place(static_cast<std::uint32_t>(*at))) return "only an offset can be placed";
  }
  return std::nullopt;
}

// Finds the field a step names and sets it; the path has to lead somewhere in this very message.
template <class Find>
Problem apply(const Set& set, const Environment& environment, Find find) {
  const auto wanted = environment.holds(set.condition);
  if (!wanted) return at_line(set.line, wanted.error());
  if (!*wanted) return std::nullopt;
  Problem problem;
  const bool found =
      find(set.path, [&](const wire::Field& field) { problem = apply(set, field, environment); });
  if (!found) return at_line(set.line, "this request has no " + set.path.text());
  if (problem) return at_line(set.line, fmt::format("{}: {}", set.path.text(), *problem));
  return std::nullopt;
}

using OptionalNumber = std::expected<std::optional<std::uint64_t>, std::string>;

OptionalNumber number(const std::optional<Text>& text, std::uint64_t greatest, const Environment& environment,
                      wire::Names names = {}) {
  if (!text) return std::nullopt;
  const auto term = environment.evaluate(*text);
  if (!term) return std::unexpected(term.error());
  if (const auto named = wire::value_of(names, term->text())) return *named;
  const auto value = literal(term->text()).number();
  if (!value || *value > greatest)
    return std::unexpected(fmt::format("\"{}\" is no number up to {}", term->text(), greatest));
  return *value;
}

std::expected<smb2::NegotiateContext, std::string> context(const ContextSpec& spec,
                                                           const Environment& environment, Entropy& entropy) {
  const auto fault = [&](std::string_view why) { return std::unexpected(at_line(spec.line, why)); };
  const auto type = number(spec.type, 0xffff, environment, smb2::context_type_names);
  if (!type) return fault(type.error());
  smb2::NegotiateContext result = default_context(static_cast<smb2::ContextType>(**type), entropy);
  if (spec.raw) {
    const auto raw = environment.evaluate(*spec.raw);
    if (!raw) return fault(raw.error());
    const auto* bytes = std::get_if<wire::Bytes>(&raw->value);
    const auto parsed = bytes != nullptr ? std::optional(*bytes) : wire::from_hex(raw->text());
    if (!parsed) return fault(fmt::format("raw=\"{}\" is not hexadecimal", raw->text()));
    result.data = *parsed;
  }
  const auto length = number(spec.length, 0xffff, environment);
  if (!length) return fault(length.error());
  if (*length) result.data_length = wire::Derived<std::uint16_t>::force(static_cast<std::uint16_t>(**length));
  const auto place = number(spec.place, smb2::largest_frame, environment);
  if (!place) return fault(place.error());
  if (*place) result.placed = static_cast<std::uint32_t>(**place);
  const auto find = [&](const wire::Path& path, const std::function<void(const wire::Field&)>& use) {
    return wire::find(result, path, use);
  };
  for (const Set& set : spec.sets) {
    if (auto problem = apply(set, environment, find)) return std::unexpected(*problem);
  }
  return result;
}

Problem add_contexts(const Request& request, smb2::NegotiateRequest& body, const Environment& environment,
                     Entropy& entropy) {
  constexpr std::uint64_t most = 0xffff;  // that NegotiateContextCount can tell
  if (!request.contexts.empty() || !request.default_contexts) body.negotiate_contexts.clear();
  for (const ContextSpec& spec : request.contexts) {
    const auto wanted = environment.holds(spec.condition);
    if (!wanted) return at_line(spec.line, wanted.error());
    if (!*wanted) continue;
    const auto repeat = number(spec.repeat, most, environment);
    if (!repeat) return at_line(spec.line, repeat.error());
    for (std::uint64_t i = 0; i < repeat->value_or(1); ++i) {
      auto built = context(spec, environment, entropy);
      if (!built) return built.error();
      body.negotiate_contexts.push_back(*std::move(built));
    }
  }
  return std::nullopt;
}

// The default contexts belong to 3.1.1; a table that names its own sends them with any dialect.
void drop_contexts_below_3_1_1(smb2::Body& body) {
  auto* negotiate = std::get_if<smb2::NegotiateRequest>(&body);
  if (negotiate == nullptr) return;
  const auto& dialects = negotiate->dialects;
  if (std::ranges::find(dialects, smb2::Dialect::smb_3_1_1) == dialects.end())
    negotiate->negotiate_contexts.clear();
}

// The input of an FSCTL whose fields are set has them once CtlCode says which, and a TREE_CONNECT that has an
// extension gets the context whose fields are set.
void give_form(smb2::Body& body, const wire::Path& path) {
  auto* tree = std::get_if<smb2::TreeConnectRequest>(&body);
  if (tree != nullptr && path.segments().front().name == "TreeConnectContexts" &&
      tree->tree_connect_contexts.empty()) {
    tree->tree_connect_contexts = {
        {.type = smb2::TreeConnectContextType::remoted_identity, .data = smb2::RemotedIdentity{}}};
  }
  auto* ioctl = std::get_if<smb2::IoctlRequest>(&body);
  const bool of_input = path.segments().size() > 1 && path.segments().front().name == "InputBuffer";
  if (ioctl == nullptr || !of_input || !std::holds_alternative<wire::Bytes>(ioctl->input)) return;
  if (ioctl->ctl_code == smb2::CtlCode::validate_negotiate_info)
    ioctl->input = smb2::ValidateNegotiateInfoRequest{};
}

std::expected<wire::Bytes, std::string> smb1_message(const Request& request, const Environment& environment) {
  smb1::NegotiateRequest message;
  if (request.strings) {
    const auto term = environment.evaluate(*request.strings);
    if (!term) return std::unexpected(term.error());
    const std::string text = term->text();
    std::vector<std::string_view> strings;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('|'), rest.size());
      strings.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    message.dialects = smb1::dialect_bytes(strings);
  }
  const auto find = [&](const wire::Path& path, const std::function<void(const wire::Field&)>& use) {
    return wire::find(message, path, use);
  };
  for (const Set& set : request.sets) {
    if (set.part == Part::frame) continue;
    if (auto problem = apply(set, environment, find)) return std::unexpected(*problem);
  }
  return wire::encode(message);
}

std::expected<wire::Bytes, std::string> smb2_message(const Request& request, smb2::Message message,
                                                     const Environment& environment, Entropy& entropy) {
  if (auto* negotiate = std::get_if<smb2::NegotiateRequest>(&message.body)) {
    if (auto problem = add_contexts(request, *negotiate, environment, entropy))
      return std::unexpected(*problem);
  }
  for (const Set& set : request.sets) {
    if (set.part != Part::field && set.part != Part::header) continue;
    if (set.part == Part::field) give_form(message.body, set.path);
    const auto find = [&](const wire::Path& path, const std::function<void(const wire::Field&)>& use) {
      return find_field(message, set.part, path, use);
    };
    if (auto problem = apply(set, environment, find)) return std::unexpected(*problem);
    if (request.contexts.empty()) drop_contexts_below_3_1_1(message.body);
  }
  return smb2::encode(message);
}

// Sets fields of one part at one moment on a message of a token; a fault is kept, the first of them.
template <class M>
std::function<void(M&)> bend(const Request& request, Part part, Moment moment, const Environment& environment,
                             BendFault& fault) {
  return [&request, part, moment, &environment, &fault](M& message) {
    for (const Set& set : request.sets) {
      if (set.part != part || (part == Part::ntlm && set.moment != moment)) continue;
      const auto find = [&](const wire::Path& path, const std::function<void(const wire::Field&)>& use) {
        return wire::find(message, path, use);
      };
      const Problem problem = apply(set, environment, find);
      const auto nothing = [](const wire::Field&) {};
      if (problem && fault.why.empty()) fault = {.why = *problem, .absent = !find(set.path, nothing)};
    }
  };
}

}  // namespace

bool find_field(smb2::Message& message, Part part, const wire::Path& path,
                const std::function<void(const wire::Field&)>& use) {
  return smb2::find_field(message, part == Part::header ? smb2::Part::header : smb2::Part::body, path, use);
}

smb2::Message base_of(const Request& request, Entropy& entropy) {
  return request.smb1 ? smb2::Message{} : default_request(request.command, entropy);
}

std::expected<wire::Bytes, std::string> build(const Request& request, smb2::Message base,
                                              const Environment& environment, Entropy& entropy) {
  auto message = request.smb1 ? smb1_message(request, environment)
                              : smb2_message(request, std::move(base), environment, entropy);
  if (!message) return message;
  const auto keep = number(request.keep, smb2::largest_frame, environment);
  if (!keep) return std::unexpected(keep.error());
  if (*keep && **keep < message->size()) message->resize(**keep);
  const auto pad = number(request.pad, smb2::largest_frame, environment);
  if (!pad) return std::unexpected(pad.error());
  message->resize(message->size() + pad->value_or(0));
  if (message->size() > smb2::largest_frame) return std::unexpected("the message is too long for a frame");
  return message;
}

std::expected<wire::Bytes, std::string> frame(const Request& request, wire::Bytes message,
                                              const Environment& environment) {
  smb2::DirectTcp frame{.smb2_message = std::move(message)};
  const auto find = [&](const wire::Path& path, const std::function<void(const wire::Field&)>& use) {
    return wire::find(frame, path, use);
  };
  for (const Set& set : request.sets) {
    if (set.part != Part::frame) continue;
    if (auto problem = apply(set, environment, find)) return std::unexpected(*problem);
  }
  return wire::encode(frame);
}

client::Connection::TransformBend transform_of(const Request& request, const Environment& environment,
                                               BendFault& fault) {
  return bend<smb2::TransformHeader>(request, Part::transform, Moment::before_mic, environment, fault);
}

security::Bends bends_of(const Request& request, const Environment& environment, BendFault& fault) {
  using security::AuthenticateMessage;
  return {
      .negotiate =
          bend<security::NegotiateMessage>(request, Part::ntlm, Moment::before_mic, environment, fault),
      .before_proof =
          bend<AuthenticateMessage>(request, Part::ntlm, Moment::before_proof, environment, fault),
      .before_mic = bend<AuthenticateMessage>(request, Part::ntlm, Moment::before_mic, environment, fault),
      .after_mic = bend<AuthenticateMessage>(request, Part::ntlm, Moment::after_mic, environment, fault),
      .token = bend<security::Token>(request, Part::spnego, Moment::before_mic, environment, fault)};
}

std::expected<std::vector<client::Bend>, std::string> bends_of(const Request& request,
                                                               const Environment& environment) {
  std::vector<client::Bend> bends;
  for (const BendSpec& spec : request.bends) {
    const auto offset = environment.evaluate(spec.offset);
    const auto bits = environment.evaluate(spec.exclusive_or);
    if (!offset || !bits) return std::unexpected(at_line(spec.line, offset ? bits.error() : offset.error()));
    const std::string text = offset->text();
    const bool from_end = text.starts_with('-');
    const auto place = literal(std::string_view(text).substr(from_end ? 1 : 0)).number();
    const auto mask = literal(bits->text()).number();
    if (!place || *place > smb2::largest_frame || !mask || *mask > 0xff) {
      return std::unexpected(at_line(spec.line, "a bend needs the offset of a byte and eight bits"));
    }
    const auto at = static_cast<std::int64_t>(*place);
    bends.push_back({spec.stage, from_end ? -at : at, static_cast<std::uint8_t>(*mask)});
  }
  return bends;
}

}  // namespace scenario
