#include "harness/security/spnego.h"

#include <algorithm>

namespace security {
namespace {

namespace tag = wire::tag;

// The tag of what an element with an explicit tag contains; 0 when it is not there.
std::uint8_t inner_tag(wire::View element) {
  if (element.size() < 2) return 0;
  const std::size_t header = element[1] > 0x80 ? 2u + (element[1] & 0x7fu) : 2u;
  return header < element.size() ? element[header] : std::uint8_t{0};
}

std::size_t shape_of(wire::View bytes) {
  if (bytes.empty()) return 2;
  if (bytes[0] == tag::application(0) || bytes[0] == tag::context(0)) return 0;
  return bytes[0] == tag::context(1) ? 1 : 2;
}

}  // namespace

std::string_view mechanism_name(const ObjectIdentifier& mechanism) {
  if (mechanism == ntlmssp) return "NTLMSSP";
  if (mechanism == kerberos) return "KRB5";
  if (mechanism == microsoft_kerberos) return "MS_KRB5";
  if (mechanism == negoex) return "NEGOEX";
  if (mechanism == spnego) return "SPNEGO";
  return {};
}

template <class V>
void describe(V& v, MechTypeList& m) {
  v.constructed("mechTypes", 1, m.sequence, tag::sequence,
                [&] { v.elements("MechType", m.mech_types, tag::object_identifier); });
}

template <class V>
void describe(V& v, NegHints& m) {
  v.constructed("negHints", 0, m.outer, tag::context(3), [&] {
    v.constructed("negHints", 1, m.sequence, tag::sequence, [&] {
      if (v.present(m.hint_name, {tag::context(0)})) {
        describe_tagged(v, "hintName", *m.hint_name, tag::context(0), tag::general_string);
      }
      if (v.present(m.hint_address, {tag::context(1)})) {
        describe_tagged(v, "hintAddress", *m.hint_address, tag::context(1), tag::octet_string);
      }
    });
  });
}

template <class V>
void describe_fields(V& v, NegTokenInit& m) {
  if (v.present(m.mech_types, {tag::context(0)})) {
    v.constructed("mechTypes", 0, m.mech_types->outer, tag::context(0),
                  [&] { describe(v, m.mech_types->list); });
  }
  if (v.present(m.req_flags, {tag::context(1)})) {
    describe_tagged(v, "reqFlags", *m.req_flags, tag::context(1), tag::bit_string);
  }
  if (v.present(m.mech_token, {tag::context(2)})) {
    describe_tagged(v, "mechToken", *m.mech_token, tag::context(2), tag::octet_string);
  }
  if (v.present(m.neg_hints, {tag::context(3)}, inner_tag(v.ahead()) != tag::octet_string))
    describe(v, *m.neg_hints);
  if (v.present(m.mech_list_mic, {tag::context(3), tag::context(4)})) {
    describe_tagged(v, "mechListMIC", *m.mech_list_mic, tag::context(m.neg_hints ? 4 : 3), tag::octet_string);
  }
}

template <class V>
void describe(V& v, NegTokenInit& m) {
  const auto token = [&] {
    v.constructed("negTokenInit", 0, m.outer, tag::context(0), [&] {
      v.constructed("negTokenInit", 1, m.sequence, tag::sequence, [&] { describe_fields(v, m); });
    });
  };
  if (!v.present(m.initial_context_token, {tag::application(0)})) return token();
  v.constructed("InitialContextToken", 0, *m.initial_context_token, tag::application(0), [&] {
    v.primitive("thisMech", 0, m.this_mech_header, tag::object_identifier, m.this_mech);
    token();
  });
}

template <class V>
void describe(V& v, NegTokenResp& m) {
  v.constructed("negTokenResp", 0, m.outer, tag::context(1), [&] {
    v.constructed("negTokenResp", 1, m.sequence, tag::sequence, [&] {
      if (v.present(m.neg_state, {tag::context(0)})) {
        describe_tagged(v, "negState", *m.neg_state, tag::context(0), tag::enumerated);
      }
      if (v.present(m.supported_mech, {tag::context(1)})) {
        describe_tagged(v, "supportedMech", *m.supported_mech, tag::context(1), tag::object_identifier);
      }
      if (v.present(m.response_token, {tag::context(2)})) {
        describe_tagged(v, "responseToken", *m.response_token, tag::context(2), tag::octet_string);
      }
      if (v.present(m.mech_list_mic, {tag::context(3)})) {
        describe_tagged(v, "mechListMIC", *m.mech_list_mic, tag::context(3), tag::octet_string);
      }
    });
  });
}

template <class V>
void describe(V& v, Token& m) {
  v.alternative("Token", m.body, shape_of(v.ahead()));
  v.rest("Trailing", m.trailing);
}

template void describe(wire::DerReader&, MechTypeList&);
template void describe(wire::DerWriter&, MechTypeList&);
template void describe(wire::DerReader&, Token&);
template void describe(wire::DerWriter&, Token&);

NegTokenInit neg_token_init(std::span<const ObjectIdentifier> mech_types) {
  NegTokenInit token;
  std::vector<MechType>& list = token.mech_types.emplace().list.mech_types;
  for (const ObjectIdentifier& mech_type : mech_types) list.push_back({.value = mech_type});
  return token;
}

wire::Bytes neg_token_init2(std::span<const ObjectIdentifier> mech_types) {
  NegTokenInit token = neg_token_init(mech_types);
  token.neg_hints.emplace().hint_name.emplace().value.assign(hint_name.begin(), hint_name.end());
  return wire::encode(Token{.body = std::move(token)});
}

wire::View mechanism_token(const Token& token) {
  const auto* init = std::get_if<NegTokenInit>(&token.body);
  const auto* response = std::get_if<NegTokenResp>(&token.body);
  if (init != nullptr) return init->mech_token ? wire::View(init->mech_token->value) : wire::View();
  if (response != nullptr)
    return response->response_token ? wire::View(response->response_token->value) : wire::View();
  return std::get<wire::Bytes>(token.body);
}

}  // namespace security
