#include "harness/smb2/compound.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::Bytes;

Bytes with_next_command(std::uint32_t next) {
  Message message = request(Command::echo);
  message.header.next_command = next;
  return encode(message);
}

const Bytes echo = with_next_command(0);
const Bytes logoff = encode(request(Command::logoff));

std::vector<Bytes> pieces(const std::vector<Element>& elements) {
  std::vector<Bytes> result;
  for (const Element& element : elements) result.emplace_back(element.bytes.begin(), element.bytes.end());
  return result;
}

TEST(Chain, PadsAllButTheLastAndPointsAtTheNext) {
  const auto chained = chain({echo, logoff, echo});
  ASSERT_THAT(chained, SizeIs(3));
  EXPECT_THAT(chained[0], SizeIs(72));
  EXPECT_THAT(chained[1], SizeIs(72));
  EXPECT_EQ(chained[2], echo);
  for (const Bytes& element : {chained[0], chained[1]}) {
    const auto decoded = decode(element);
    EXPECT_THAT(decoded.issues, IsEmpty());
    EXPECT_EQ(decoded.message.header.next_command, 72u);
  }
}

TEST(Chain, OfOneIsThatOne) {
  EXPECT_THAT(chain({echo}), ElementsAre(echo));
  EXPECT_THAT(chain({}), IsEmpty());
}

TEST(Chain, KeepsANextCommandThatIsThere) {
  EXPECT_EQ(decode(chain({with_next_command(80), echo})[0]).message.header.next_command, 80u);
}

TEST(Chain, PadsWhatHasNoHeader) {
  EXPECT_THAT(chain({Bytes{1, 2}, echo}), ElementsAre(Bytes{1, 2, 0, 0, 0, 0, 0, 0}, echo));
}

TEST(Split, UndoesAChain) {
  const auto chained = chain({echo, logoff, echo});
  const Bytes whole = join(chained);
  const auto elements = split(whole);
  EXPECT_EQ(pieces(elements), chained);
  for (const Element& element : elements) EXPECT_THAT(element.issues, IsEmpty());
}

TEST(Split, LeavesASingleMessageAlone) {
  EXPECT_THAT(pieces(split(echo)), ElementsAre(echo));
  EXPECT_THAT(pieces(split({})), ElementsAre(Bytes{}));
  EXPECT_THAT(pieces(split(Bytes(63, 0xff))), ElementsAre(Bytes(63, 0xff)));
}

TEST(Split, LeavesOtherProtocolsAlone) {
  for (const std::uint8_t protocol : {std::uint8_t{0xfc}, std::uint8_t{0xfd}, std::uint8_t{0xff}}) {
    Bytes whole = join(chain({echo, logoff}));
    whole[0] = protocol;
    const auto elements = split(whole);
    EXPECT_THAT(pieces(elements), ElementsAre(whole));
    EXPECT_THAT(elements[0].issues, IsEmpty());
  }
}

TEST(Split, DoesNotFollowANextCommandIntoTheHeader) {
  const Bytes message = with_next_command(56);
  const auto elements = split(message);
  EXPECT_THAT(pieces(elements), ElementsAre(message));
  EXPECT_THAT(elements[0].issues,
              ElementsAre(wire::Issue{wire::Rule::overlapping, 20, "NextCommand", 56, 64}));
}

TEST(Split, DoesNotFollowANextCommandOutOfTheMessage) {
  for (const std::uint32_t next : {72u, 1000u, 0xfffffff8u}) {
    const auto whole = with_next_command(next);
    const auto elements = split(whole);
    EXPECT_THAT(pieces(elements), ElementsAre(whole));
    EXPECT_THAT(elements[0].issues,
                ElementsAre(wire::Issue{wire::Rule::outside, 20, "NextCommand", next, 68}));
  }
}

TEST(Split, FollowsANextCommandOffItsBoundary) {
  const Bytes whole = join(std::vector{with_next_command(68), echo});
  const auto elements = split(whole);
  EXPECT_THAT(pieces(elements), ElementsAre(with_next_command(68), echo));
  EXPECT_THAT(elements[0].issues, ElementsAre(wire::Issue{wire::Rule::misaligned, 20, "NextCommand", 68, 8}));
  EXPECT_THAT(elements[1].issues, IsEmpty());
}

TEST(Split, LeavesAnElementThatIsNoHeaderToItsDecoder) {
  const Bytes whole = join(chain({echo, Bytes{1, 2, 3}}));
  const auto elements = split(whole);
  ASSERT_THAT(elements, SizeIs(2));
  EXPECT_THAT(elements[1].issues, IsEmpty());
  EXPECT_FALSE(decode(elements[1].bytes).issues.empty());
}

// Whatever the bytes, the pieces are the whole.
TEST(Split, LosesNothing) {
  const Bytes whole = join(chain({echo, logoff, echo}));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const std::uint8_t byte : sample::bytes("00 01 08 40 48 80 ff")) {
      Bytes changed = whole;
      changed[at] = byte;
      EXPECT_EQ(join(pieces(split(changed))), changed);
      EXPECT_EQ(join(pieces(split(wire::View(whole).first(at)))),
                Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at)));
    }
  }
}

TEST(Transcript, ShowsEveryElement) {
  const std::string text = transcript(join(chain({echo, logoff})));
  EXPECT_TRUE(text.starts_with("ECHO Request + LOGOFF Request\n")) << text;
  EXPECT_TRUE(text.contains("  20    4  NextCommand 0x00000048\n")) << text;
  EXPECT_FALSE(text.contains("!")) << text;
}

}  // namespace
}  // namespace smb2
