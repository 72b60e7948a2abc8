#include "harness/scenario/builder.h"

#include <gmock/gmock.h>

#include "harness/scenario/sample_table.h"
#include "harness/smb1/negotiate.h"
#include "harness/smb2/direct_tcp.h"

namespace scenario {
namespace {

using smb2::ContextType;
using smb2::Dialect;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t message_id = 5;

// What the <request> of a table becomes; it stands on line 6, its children from line 7 on.
std::expected<wire::Bytes, std::string> built(std::string_view request, std::string_view head = "") {
  const Library library =
      library_of(fmt::format("{}<steps>\n<connect as=\"c\"/>\n{}</steps>", head, request));
  const TargetFacts facts;
  const Environment environment(library.cases[0], facts, 0);
  Entropy entropy(1);
  const auto& step = std::get<Request>(library.scenarios[0]->steps[1].action);
  smb2::Message base = base_of(step, entropy);
  base.header.message_id = message_id;
  auto message = build(step, std::move(base), environment, entropy);
  if (!message) return message;
  return frame(step, *std::move(message), environment);
}

std::string problem(std::string_view request) {
  const auto frame = built(request);
  return frame ? "it was built" : frame.error();
}

wire::Bytes message_of(const wire::Bytes& frame) { return {frame.begin() + 4, frame.end()}; }

struct Built {
  explicit Built(std::string_view request, std::string_view head = "")
      : frame(built(request, head).value()), decoded(smb2::decode(message_of(frame))) {}

  const smb2::Header& header() const { return decoded.message.header; }
  const smb2::NegotiateRequest& body() const {
    return std::get<smb2::NegotiateRequest>(decoded.message.body);
  }
  std::vector<ContextType> types() const {
    std::vector<ContextType> list;
    for (const auto& context : body().negotiate_contexts) list.push_back(context.type);
    return list;
  }

  wire::Bytes frame;
  wire::Decoded<smb2::Message> decoded;
};

Built negotiate(std::string_view children, std::string_view attributes = "") {
  return Built(fmt::format("<request command=\"NEGOTIATE\" {}>\n{}</request>", attributes, children));
}

TEST(Builder, SendsTheDefaultNegotiate) {
  const Built b = negotiate("");
  EXPECT_THAT(b.decoded.issues, IsEmpty());
  EXPECT_EQ(b.frame.size() - 4, smb2::frame_header(std::span(b.frame).first<4>()).length);
  EXPECT_EQ(b.header().message_id, message_id);
  EXPECT_EQ(b.header().credits, 1);
  EXPECT_THAT(b.body().dialects, testing::ElementsAreArray(smb2::all_dialects));
  EXPECT_EQ(b.body().security_mode, smb2::SecurityMode::signing_enabled);
  EXPECT_EQ(static_cast<unsigned>(b.body().capabilities), 0x7fU);
  EXPECT_NE(b.body().client_guid, smb2::Guid{});
  EXPECT_THAT(b.types(),
              ElementsAre(ContextType::preauth_integrity, ContextType::encryption, ContextType::signing));
}

TEST(Builder, SetsFieldsOfBodyAndHeaderApart) {
  const Built b = negotiate(R"(<set field="Reserved" to="0x1234"/><set field="Capabilities" to="DFS|0x100"/>
<set field="ClientGuid" to="000102030405060708090a0b0c0d0e0f"/><header field="Reserved" to="0x5678"/>
<header field="Reserved[1]" to="0x9abcdef0"/><header field="MessageId" to="77"/><header field="CreditCharge" to="3"/>)");
  EXPECT_EQ(b.body().reserved, 0x1234);
  EXPECT_EQ(static_cast<unsigned>(b.body().capabilities), 0x101U);
  EXPECT_EQ(b.body().client_guid[1], 1);
  EXPECT_EQ(b.header().channel_reserved, 0x5678);
  EXPECT_EQ(b.header().reserved, 0x9abcdef0U);
  EXPECT_EQ(b.header().message_id, 77U);
  EXPECT_EQ(b.header().credit_charge, 3);
}

TEST(Builder, ANumberLiesOnlyWhenATableSetsIt) {
  const Built natural = negotiate(R"(<set field="Dialects" to="0x0222 2.1"/>)");
  EXPECT_EQ(natural.body().dialect_count.value, 2);
  const Built lying =
      negotiate(R"(<set field="Dialects" to="0x0222 2.1"/><set field="DialectCount" to="1"/>)");
  EXPECT_EQ(lying.body().dialect_count.value, 1);
  EXPECT_EQ(lying.frame.size(), natural.frame.size());
  const Built size =
      negotiate(R"(<set field="StructureSize" to="37"/><header field="StructureSize" to="65"/>)");
  EXPECT_EQ(size.body().structure_size.value, 37);
  EXPECT_EQ(size.header().structure_size.value, 65);
}

TEST(Builder, ConditionsDecideWhatIsSet) {
  const Built b(R"(<request command="NEGOTIATE"><set if="$x == 1" field="Reserved" to="1"/>
<set if="$x == 2" field="SecurityMode" to="2"/><context if="$x == 2" type="PREAUTH"/><context type="SIGNING"/></request>)",
                R"(<row id="a" x="1"/>)");
  EXPECT_EQ(b.body().reserved, 1);
  EXPECT_EQ(b.body().security_mode, smb2::SecurityMode::signing_enabled);
  EXPECT_THAT(b.types(), ElementsAre(ContextType::signing));
}

TEST(Builder, BendsTheFrameApartFromTheMessage) {
  const Built b = negotiate(R"(<frame field="Zero" to="0x85"/><frame field="StreamProtocolLength" to="7"/>)");
  EXPECT_EQ(b.frame[0], 0x85);
  EXPECT_EQ(b.frame[3], 7);
  EXPECT_GT(b.frame.size(), 100U);
  EXPECT_EQ(message_of(b.frame), message_of(negotiate("").frame));
}

TEST(Builder, MovesAPayloadAndItsOffset) {
  const Built b = negotiate(R"(<set field="NegotiateContextOffset" place="160"/>)");
  EXPECT_EQ(b.body().negotiate_context_offset.value, 160U);
  EXPECT_EQ(b.types().size(), 3U);
  const Built lying = negotiate(R"(<set field="NegotiateContextOffset" place="160" to="112"/>)");
  EXPECT_EQ(lying.body().negotiate_context_offset.value, 112U);
  EXPECT_EQ(lying.frame.size(), b.frame.size()) << "the payload moved all the same";
}

TEST(Builder, KeepsAPrefixFramedAsSuch) {
  const Built whole = negotiate("");
  for (const std::size_t length : {0U, 1U, 63U, 100U}) {
    const auto frame = built(fmt::format("<request command=\"NEGOTIATE\" keep=\"{}\"/>", length)).value();
    ASSERT_EQ(frame.size(), 4 + length);
    EXPECT_EQ(frame[3], length);
    EXPECT_TRUE(std::equal(frame.begin() + 4, frame.end(), whole.frame.begin() + 4));
  }
  EXPECT_EQ(built("<request command=\"NEGOTIATE\" keep=\"5000\"/>").value(), whole.frame);
}

TEST(Builder, PadsBehindTheMessage) {
  const Built b = negotiate("", "pad=\"3\"");
  wire::Bytes wanted = message_of(negotiate("").frame);
  wanted.resize(wanted.size() + 3);
  EXPECT_EQ(message_of(b.frame), wanted);
  EXPECT_EQ(smb2::frame_header(std::span(b.frame).first<4>()).length, wanted.size());
  EXPECT_EQ(message_of(built("<request command=\"NEGOTIATE\" keep=\"2\" pad=\"2\"/>").value()),
            (wire::Bytes{0xfe, 'S', 0, 0}));
  EXPECT_THAT(problem("<request command=\"NEGOTIATE\" pad=\"16777215\"/>"),
              HasSubstr("too long for a frame"));
  EXPECT_THAT(problem("<request command=\"NEGOTIATE\" pad=\"16777216\"/>"), HasSubstr("is no number up to"));
}

TEST(Builder, DefaultContextsGoWith3_1_1) {
  EXPECT_THAT(negotiate("", "contexts=\"none\"").types(), IsEmpty());
  const Built low = negotiate(R"(<set field="Dialects" to="2.1 3.0.2"/>)");
  EXPECT_THAT(low.types(), IsEmpty());
  EXPECT_EQ(low.frame.size(), 4U + 64 + 36 + 4);
  EXPECT_THAT(low.decoded.issues, IsEmpty());
  EXPECT_EQ(negotiate(R"(<set field="Dialects" to="2.1 3.1.1"/>)").types().size(), 3U);
}

TEST(Builder, ContextsOfATableAreSentWithAnyDialect) {
  const Built plain = negotiate(R"(<set field="Dialects" to="2.1"/>)");
  const Built b = negotiate(R"(<context type="PREAUTH"/><set field="Dialects" to="2.1"/>)");
  // 2.1 alone: a reader looks for no contexts, but the bytes are there.
  EXPECT_EQ(b.frame.size(), plain.frame.size() + 2 + 46) << "padding and a context";
  EXPECT_EQ(b.body().dialects, std::vector{Dialect::smb_2_1});
}

TEST(Builder, ClientStartTimeIsThereWithout3_1_1) {
  const Built b =
      negotiate(R"(<set field="Dialects" to="2.1"/><set field="ClientStartTime" to="0x1122334455667788"/>)");
  EXPECT_EQ(b.body().client_start_time, 0x1122334455667788U);
  EXPECT_EQ(problem("<request command=\"NEGOTIATE\">\n<set field=\"ClientStartTime\" to=\"1\"/></request>"),
            "line 7: this request has no ClientStartTime");
}

TEST(Builder, ContextsOfATableReplaceTheDefault) {
  const Built b =
      negotiate(R"(<context type="SIGNING"><set field="SigningAlgorithms" to="AES-CMAC 0x7777"/></context>
<context type="NETNAME"/><context type="0x7fff" raw="0011"/><context type="PREAUTH" repeat="2"/>
<context type="ENCRYPTION" raw=""/><context type="COMPRESSION" length="1"/>)");
  EXPECT_THAT(b.types(), ElementsAre(ContextType::signing, ContextType::netname, ContextType{0x7fff},
                                     ContextType::preauth_integrity, ContextType::preauth_integrity,
                                     ContextType::encryption, ContextType::compression));
  const auto& contexts = b.body().negotiate_contexts;
  const auto& signing = std::get<smb2::SigningCapabilities>(contexts[0].data);
  EXPECT_THAT(signing.signing_algorithms,
              ElementsAre(smb2::SigningAlgorithm::aes_cmac, smb2::SigningAlgorithm{0x7777}));
  EXPECT_EQ(signing.signing_algorithm_count.value, 2);
  EXPECT_EQ(std::get<smb2::NetnameNegotiateContextId>(contexts[1].data).net_name.to_utf8(), "smbspec");
  EXPECT_EQ(std::get<wire::Bytes>(contexts[2].data), (wire::Bytes{0x00, 0x11}));
  EXPECT_EQ(contexts[5].data_length.value, 0);
  EXPECT_EQ(contexts[6].data_length.value, 1);
  const auto& one = std::get<smb2::PreauthIntegrityCapabilities>(contexts[3].data);
  const auto& two = std::get<smb2::PreauthIntegrityCapabilities>(contexts[4].data);
  EXPECT_EQ(one.salt.size(), 32U);
  EXPECT_NE(one.salt, two.salt);
}

TEST(Builder, PlacesAContext) {
  const Built b = negotiate(R"(<context type="PREAUTH"/><context type="SIGNING" place="200"/>)");
  EXPECT_EQ(message_of(b.frame).at(200), 0x08);
  EXPECT_EQ(message_of(b.frame).size(), 200U + 16);
}

TEST(Builder, SetsInsideTheContextsOfTheMessage) {
  const Built b = negotiate(R"(<set field="NegotiateContextList[type=ENCRYPTION].CipherCount" to="9"/>
<set field="NegotiateContextList[0].Salt" to="00 11"/>)");
  const auto& contexts = b.body().negotiate_contexts;
  EXPECT_EQ(std::get<smb2::PreauthIntegrityCapabilities>(contexts[0].data).salt, (wire::Bytes{0x00, 0x11}));
  EXPECT_EQ(std::get<smb2::EncryptionCapabilities>(contexts[1].data).cipher_count.value, 9);
}

TEST(Builder, WritesSmbComNegotiate) {
  const auto frame = built(R"(<request command="SMB_COM_NEGOTIATE" strings="NT LM 0.12|SMB 2.002" pad="1">
<set field="Flags2" to="0x1234"/></request>)");
  ASSERT_TRUE(frame) << frame.error();
  const auto decoded = wire::decode<smb1::NegotiateRequest>(message_of(*frame));
  EXPECT_THAT(smb1::dialect_strings(decoded.message), ElementsAre("NT LM 0.12", "SMB 2.002"));
  EXPECT_EQ(decoded.message.flags2, 0x1234);
  EXPECT_EQ(decoded.message.byte_count.value, 12 + 11);
  EXPECT_EQ(decoded.message.trailing, wire::Bytes{0});
}

TEST(Builder, WritesCommandsThatAreNotDescribedWithoutABody) {
  const Built b("<request command=\"SERVER_TO_CLIENT_NOTIFICATION\"/>");
  EXPECT_EQ(b.header().command, smb2::Command::server_to_client_notification);
  EXPECT_EQ(b.frame.size(), 4U + 64);
}

TEST(Builder, ErrorsNameTheirLineOnce) {
  const auto child = [](std::string_view element) {
    return problem(fmt::format("<request command=\"NEGOTIATE\">\n{}</request>", element));
  };
  EXPECT_EQ(child(R"(<set field="Dialects" to="2.1 x"/>)"),
            "line 7: Dialects: \"x\" is no value of this field");
  EXPECT_EQ(child(R"(<set field="Reserved" to="0x10000"/>)"),
            "line 7: Reserved: \"0x10000\" does not fit the field");
  EXPECT_EQ(child(R"(<set field="Reserved" place="3"/>)"), "line 7: Reserved: only an offset can be placed");
  EXPECT_EQ(child(R"(<set field="NegotiateContextOffset" place="0x1000000"/>)"),
            "line 7: NegotiateContextOffset: \"0x1000000\" is no place in a message");
  EXPECT_EQ(child("<context type=\"PREAUTH\">\n<set field=\"Ciphers\" to=\"1\"/></context>"),
            "line 8: this request has no Ciphers");
  EXPECT_EQ(child(R"(<context type="PREAUTH" raw="0"/>)"), "line 7: raw=\"0\" is not hexadecimal");
  EXPECT_EQ(child(R"(<context type="PREAUTH" length="0x10000"/>)"),
            "line 7: \"0x10000\" is no number up to 65535");
  EXPECT_EQ(child(R"(<context type="0x10001"/>)"), "line 7: \"0x10001\" is no number up to 65535");
  EXPECT_EQ(child(R"(<context type="PREAUTH" repeat="65536"/>)"),
            "line 7: \"65536\" is no number up to 65535");
  EXPECT_EQ(child(R"(<header field="Status" to="1"/>)"), "line 7: this request has no Status");
}

TEST(FindField, TellsHeaderAndBodyApart) {
  Entropy entropy(0);
  smb2::Message message = default_request(smb2::Command::negotiate, entropy);
  message.header.credits = 7;
  const auto found = [&](Part part, std::string_view path) {
    return find_field(message, part, *wire::Path::parse(path), [](const wire::Field&) {});
  };
  EXPECT_TRUE(found(Part::header, "CreditRequest"));
  EXPECT_FALSE(found(Part::field, "CreditRequest"));
  EXPECT_TRUE(found(Part::field, "Dialects"));
  EXPECT_FALSE(found(Part::header, "Dialects"));
}

TEST(Builder, TheInputOfAnFsctlIsSetByItsFields) {
  const auto ioctl = [](std::string_view input) {
    return Built(
        fmt::format("<request command=\"IOCTL\">\n"
                    "<set field=\"CtlCode\" to=\"FSCTL_VALIDATE_NEGOTIATE_INFO\"/>{}</request>",
                    input));
  };
  const Built fields = ioctl(
      R"(<set field="InputBuffer.Capabilities" to="0x7f"/>
<set field="InputBuffer.Guid" to="00112233445566778899aabb00010003"/>
<set field="InputBuffer.SecurityMode" to="1"/><set field="InputBuffer.Dialects" to="3.0 3.0.2"/>)");
  const Built bytes =
      ioctl(R"(<set field="InputBuffer" to="7f00000000112233445566778899aabb000100030100020000030203"/>)");
  EXPECT_EQ(fields.frame, bytes.frame);
  EXPECT_THAT(
      problem("<request command=\"IOCTL\"><set field=\"InputBuffer.SecurityMode\" to=\"1\"/></request>"),
      HasSubstr("this request has no InputBuffer.SecurityMode"))
      << "no CtlCode says what it is";
}

TEST(Builder, SetsFieldsOfTheHeaderAroundASeal) {
  const Library library = library_of_steps(R"(<connect as="c"/><request command="ECHO">
<transform field="Reserved" to="7"/><transform field="OriginalMessageSize" to="9"/></request>)");
  const TargetFacts facts;
  const Environment environment(library.cases[0], facts, 0);
  BendFault fault;
  smb2::TransformHeader header;
  transform_of(std::get<Request>(library.scenarios[0]->steps[1].action), environment, fault)(header);
  EXPECT_EQ(fault.why, "");
  EXPECT_EQ(header.reserved, 7);
  EXPECT_EQ(header.original_message_size.value, 9U);
}

}  // namespace
}  // namespace scenario
