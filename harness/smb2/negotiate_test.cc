#include "harness/smb2/negotiate.h"

#include <gtest/gtest.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

NegotiateRequest with_contexts() {
  NegotiateRequest request;
  request.security_mode = SecurityMode::signing_enabled;
  request.dialects = {Dialect::smb_2_0_2, Dialect::smb_3_1_1};
  request.negotiate_contexts = {
      {.type = ContextType::preauth_integrity,
       .data = PreauthIntegrityCapabilities{.hash_algorithms = {HashAlgorithm::sha_512}, .salt = {1, 2, 3}}},
      {.type = ContextType::encryption,
       .data = EncryptionCapabilities{.ciphers = {Cipher::aes_128_gcm, Cipher::aes_128_ccm}}},
      {.type = ContextType{0x7fff}, .data = wire::Bytes{0xde, 0xad}},
  };
  return request;
}

TEST(NegotiateRequest, DerivesEveryNumber) {
  const wire::Bytes bytes =
      encode(Message{.header = {.command = Command::negotiate}, .body = with_contexts()});
  const auto decoded = decode(bytes);
  EXPECT_TRUE(decoded.issues.empty());
  const auto& request = std::get<NegotiateRequest>(decoded.message.body);
  EXPECT_EQ(request.dialect_count.value, 2);
  EXPECT_EQ(request.negotiate_context_offset.value, 104u);
  EXPECT_EQ(request.negotiate_context_count.value, 3);
  ASSERT_EQ(request.negotiate_contexts.size(), 3u);
  const auto& preauth = std::get<PreauthIntegrityCapabilities>(request.negotiate_contexts[0].data);
  EXPECT_EQ(preauth.salt_length.value, 3);
  EXPECT_EQ(request.negotiate_contexts[0].data_length.value, 9);
  EXPECT_EQ(std::get<wire::Bytes>(request.negotiate_contexts[2].data), (wire::Bytes{0xde, 0xad}));
  EXPECT_EQ(wire::encode(decoded.message, decoded.residue), bytes);
}

TEST(NegotiateRequest, EveryPathCanBeSet) {
  Message message{.header = {.command = Command::negotiate}, .body = with_contexts()};
  const auto path = wire::Path::parse("NegotiateContextList[type=ENCRYPTION].CipherCount");
  ASSERT_TRUE(path);
  EXPECT_TRUE(wire::find(message, *path, [](const wire::Field& f) { EXPECT_TRUE(f.set(std::uint64_t{9})); }));
  const auto decoded = decode(encode(message));
  const auto& request = std::get<NegotiateRequest>(decoded.message.body);
  const auto& encryption = std::get<EncryptionCapabilities>(request.negotiate_contexts[1].data);
  EXPECT_EQ(encryption.cipher_count.value, 9);
  EXPECT_EQ(encryption.ciphers.size(), 2u);
  ASSERT_EQ(decoded.issues.size(), 1u);
  EXPECT_EQ(decoded.issues[0].rule, wire::Rule::wrong_count);
}

TEST(NegotiateRequest, PrintsWhatWasSent) {
  Message message{.header = {.command = Command::negotiate}, .body = with_contexts()};
  std::get<NegotiateRequest>(message.body).dialect_count = wire::Derived<std::uint16_t>::force(1);
  const std::string text = transcript(encode(message));
  EXPECT_NE(text.find("  66    2  DialectCount 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" 100    2  Dialects [2.0.2 (0x0202)]\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("NegotiateContextList"), std::string::npos) << text;
}

// What stands before the body: read<Message> wants a header, and offsets count from it.
wire::Bytes with_header(const Message& like, std::string_view body) {
  wire::Bytes message = wire::encode(like.header);
  const wire::Bytes rest = sample::bytes(body);
  message.insert(message.end(), rest.begin(), rest.end());
  return message;
}

TEST(NegotiateRequest, WithoutContexts) {
  const auto message =
      sample::read<Message>(with_header(sample::negotiate_request(),
                                        "24 00"                                            // StructureSize
                                        "02 00"                                            // DialectCount
                                        "01 00"                                            // SecurityMode
                                        "00 00"                                            // Reserved
                                        "00 00 00 00"                                      // Capabilities
                                        "01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10"  // ClientGuid
                                        "00 00 00 00 00 00 00 01"                          // ClientStartTime
                                        "02 02"                                            // Dialects[0]
                                        "10 02"                                            // Dialects[1]
                                        ));
  const auto& request = std::get<NegotiateRequest>(message.body);
  EXPECT_EQ(request.dialects, (std::vector{Dialect::smb_2_0_2, Dialect::smb_2_1}));
  EXPECT_EQ(request.client_start_time, 0x0100000000000000u);
  EXPECT_EQ(request.client_guid[0], 1);
  EXPECT_FALSE(request.speaks_of_contexts());
}

constexpr std::string_view every_context_hex =
    "01 00"                                // [0].ContextType: PREAUTH_INTEGRITY
    "09 00"                                // [0].DataLength
    "00 00 00 00"                          // [0].Reserved
    "01 00"                                // [0].HashAlgorithmCount
    "03 00"                                // [0].SaltLength
    "01 00"                                // [0].HashAlgorithms
    "01 02 03"                             // [0].Salt
    "00 00 00 00 00 00 00"                 // padding
    "02 00"                                // [1].ContextType: ENCRYPTION
    "06 00"                                // [1].DataLength
    "00 00 00 00"                          // [1].Reserved
    "02 00"                                // [1].CipherCount
    "02 00 01 00"                          // [1].Ciphers
    "00 00"                                // padding
    "03 00"                                // [2].ContextType: COMPRESSION
    "0c 00"                                // [2].DataLength
    "00 00 00 00"                          // [2].Reserved
    "02 00"                                // [2].CompressionAlgorithmCount
    "00 00"                                // [2].Padding
    "01 00 00 00"                          // [2].Flags
    "01 00 04 00"                          // [2].CompressionAlgorithms
    "00 00 00 00"                          // padding
    "05 00"                                // [3].ContextType: NETNAME
    "0c 00"                                // [3].DataLength
    "00 00 00 00"                          // [3].Reserved
    "73 00 65 00 72 00 76 00 65 00 72 00"  // [3].NetName
    "00 00 00 00"                          // padding
    "06 00"                                // [4].ContextType: TRANSPORT
    "04 00"                                // [4].DataLength
    "00 00 00 00"                          // [4].Reserved
    "01 00 00 00"                          // [4].Flags
    "00 00 00 00"                          // padding
    "07 00"                                // [5].ContextType: RDMA_TRANSFORM
    "0c 00"                                // [5].DataLength
    "00 00 00 00"                          // [5].Reserved
    "02 00"                                // [5].TransformCount
    "00 00"                                // [5].Reserved1
    "00 00 00 00"                          // [5].Reserved2
    "01 00 02 00"                          // [5].RDMATransformIds
    "00 00 00 00"                          // padding
    "08 00"                                // [6].ContextType: SIGNING
    "06 00"                                // [6].DataLength
    "00 00 00 00"                          // [6].Reserved
    "02 00"                                // [6].SigningAlgorithmCount
    "02 00 01 00"                          // [6].SigningAlgorithms
    "00 00"                                // padding
    "ff 7f"                                // [7].ContextType: unknown
    "02 00"                                // [7].DataLength
    "00 00 00 00"                          // [7].Reserved
    "de ad";                               // [7].Data

TEST(NegotiateRequest, WithEveryContext) {
  const wire::Bytes bytes =
      with_header(sample::negotiate_request(),
                  std::string("24 00"                                            // StructureSize
                              "03 00"                                            // DialectCount
                              "01 00"                                            // SecurityMode
                              "00 00"                                            // Reserved
                              "41 00 00 00"                                      // Capabilities
                              "01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10"  // ClientGuid
                              "70 00 00 00"                                      // NegotiateContextOffset
                              "08 00"                                            // NegotiateContextCount
                              "00 00"                                            // Reserved2
                              "02 02"                                            // Dialects[0]
                              "00 03"                                            // Dialects[1]
                              "11 03"                                            // Dialects[2]
                              "00 00 00 00 00 00"                                // padding
                              )
                      .append(every_context_hex));
  EXPECT_EQ(wire::to_hex(encode(sample::negotiate_request())), wire::to_hex(bytes));
  const auto message = sample::read<Message>(bytes);
  const auto& contexts = std::get<NegotiateRequest>(message.body).negotiate_contexts;
  ASSERT_EQ(contexts.size(), 8u);
  for (std::size_t i = 0; i < contexts.size(); ++i) EXPECT_EQ(contexts[i].data.index(), i);
}

TEST(NegotiateResponse, Below311) {
  const auto message =
      sample::read<Message>(with_header(sample::negotiate_response(),
                                        "41 00"                                            // StructureSize
                                        "03 00"                                            // SecurityMode
                                        "10 02"                                            // DialectRevision
                                        "00 00"                                            // Reserved
                                        "10 0f 0e 0d 0c 0b 0a 09 08 07 06 05 04 03 02 01"  // ServerGuid
                                        "07 00 00 00"                                      // Capabilities
                                        "00 00 80 00"                                      // MaxTransactSize
                                        "00 00 80 00"                                      // MaxReadSize
                                        "00 00 80 00"                                      // MaxWriteSize
                                        "00 00 00 00 00 00 d9 01"                          // SystemTime
                                        "00 00 00 00 00 00 00 00"                          // ServerStartTime
                                        "80 00"        // SecurityBufferOffset
                                        "03 00"        // SecurityBufferLength
                                        "20 20 20 20"  // Reserved2, in which servers leave anything
                                        "60 01 02"     // Buffer
                                        ));
  const auto& response = std::get<NegotiateResponse>(message.body);
  EXPECT_EQ(response.dialect_revision, Dialect::smb_2_1);
  EXPECT_EQ(response.max_read_size, 8u << 20);
  EXPECT_EQ(response.buffer, sample::bytes("60 01 02"));
  EXPECT_EQ(response.negotiate_context_offset.value, 0x20202020u);
  EXPECT_TRUE(response.negotiate_contexts.empty());
}

TEST(NegotiateResponse, WithEveryContext) {
  const wire::Bytes bytes =
      with_header(sample::negotiate_response(),
                  std::string("41 00"                                            // StructureSize
                              "02 00"                                            // SecurityMode
                              "11 03"                                            // DialectRevision
                              "08 00"                                            // NegotiateContextCount
                              "10 0f 0e 0d 0c 0b 0a 09 08 07 06 05 04 03 02 01"  // ServerGuid
                              "06 00 00 00"                                      // Capabilities
                              "00 00 01 00"                                      // MaxTransactSize
                              "00 00 02 00"                                      // MaxReadSize
                              "00 00 03 00"                                      // MaxWriteSize
                              "00 00 00 00 00 00 d9 01"                          // SystemTime
                              "00 00 00 00 00 00 00 00"                          // ServerStartTime
                              "80 00"                                            // SecurityBufferOffset
                              "00 00"                                            // SecurityBufferLength
                              "80 00 00 00"                                      // NegotiateContextOffset
                              )
                      .append(every_context_hex));
  EXPECT_EQ(wire::to_hex(encode(sample::negotiate_response())), wire::to_hex(bytes));
  const auto message = sample::read<Message>(bytes);
  EXPECT_EQ(std::get<NegotiateResponse>(message.body).negotiate_contexts.size(), 8u);
}

// Each byte of each sample, changed in turn, comes back as it was changed.
TEST(Negotiate, IsRewrittenIdenticallyAfterAnyChange) {
  for (const Message& message : {sample::negotiate_request(), sample::negotiate_response()}) {
    const wire::Bytes whole = encode(message);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const std::uint8_t byte : sample::bytes("00 01 08 10 7f 80 ff")) {
        wire::Bytes changed = whole;
        changed[at] = byte;
        const auto decoded = decode(changed);
        ASSERT_EQ(wire::to_hex(wire::encode(decoded.message, decoded.residue)), wire::to_hex(changed)) << at;
      }
    }
  }
}

// A table may name any field of a message by the path that a report shows.
TEST(Negotiate, HasAPathOfItsOwnForEveryField) {
  for (Message message : {sample::negotiate_request(), sample::negotiate_response()}) {
    for (const auto& place : wire::places(message)) {
      std::size_t offset = wire::nowhere;
      EXPECT_TRUE(wire::find(message, *wire::Path::parse(place.path),
                             [&](const wire::Field& f) { offset = f.offset(); }));
      EXPECT_EQ(offset, place.offset) << place.path;
    }
  }
}

}  // namespace
}  // namespace smb2
