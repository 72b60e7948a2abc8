// A capture of all cases and its keys, as tshark opens them.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/smb2/tshark.h"
#include "harness/target/peers/loopback.h"
#include "harness/target/peers/not_started.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using Scenarios = std::set<std::string>;

struct Frame {
  std::string scenario;
  std::string commands;  // "0,1": of a sealed message only once it is open
  bool from_server = false;
  bool is_sealed = false;
  bool is_malformed = false;
  bool is_signed = false;
  bool is_wrongly_signed = false;
  bool is_gmac = false;  // its connection signs with AES-GMAC, which tshark 4.0 takes for AES-CMAC
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// The frames of a capture that comments tell the case of, with the keys of the configuration folder.
std::vector<Frame> frames_of(const std::filesystem::path& capture, const std::string& options) {
  const auto text = smb2::tshark(
      options + " -n -r " + capture.string() +
      " -T fields -e tcp.stream -e tcp.srcport -e frame.comment -e smb2.cmd -e smb2.header.transform.nonce"
      " -e smb2.flags.signature -e _ws.malformed -e _ws.expert.message -e smb2.negotiate_context.signing_id");
  std::map<std::string, std::string> scenarios;  // by stream: its first packet has the comment
  std::set<std::string> gmac;                    // streams
  std::vector<Frame> frames;
  for (const std::string& line : split(text.value_or(""), '\n')) {
    std::vector<std::string> fields = split(line, '\t');
    fields.resize(9);
    if (!fields[2].empty()) scenarios[fields[0]] = fields[2].substr(0, fields[2].find('['));
    const bool from_server = fields[1] == "445";
    if (from_server && fields[8] == "0x0002") gmac.insert(fields[0]);
    frames.push_back(
        {.scenario = scenarios[fields[0]],
         .commands = fields[3],
         .from_server = from_server,
         .is_sealed = !fields[4].empty(),
         .is_malformed = !fields[6].empty(),
         .is_signed = fields[5].find('1') != std::string::npos || fields[5].find("True") != std::string::npos,
         .is_wrongly_signed = fields[7].find("Invalid Signature") != std::string::npos,
         .is_gmac = gmac.contains(fields[0])});
  }
  return frames;
}

template <class Wanted>
Scenarios scenarios_of(const std::vector<Frame>& frames, Wanted wanted) {
  Scenarios names;
  for (const Frame& frame : frames) {
    if (wanted(frame)) names.insert(frame.scenario);
  }
  return names;
}

bool is_about(const Frame& frame, const char* pattern) {
  return std::regex_search(frame.scenario, std::regex(pattern));
}

// A case that sends what cannot be read says so in its name.
constexpr const char* unreadable =
    "cut|short|beyond|malformed|garbage|outside|lies|misaligned|bent|count|compressed|offset|behind|other-"
    "command"
    "|header-authenticated|less-than|disconnects-alone|payload|empty|wrong|too-long|first-byte|next-command|"
    "nested|large|transform-size";
// ClientStartTime taken for the offset of contexts, a request that says it is a response, a NegTokenInit that
// other ones seldom send, a MOVE_DST_IPADDR taken for a socket's address.
constexpr const char* tshark_reads_otherwise =
    "^negotiate/(client-start-time|header-response-flag)$|^session-setup/spnego-token-init$"
    "|^tree-connect/redirected-to-the-owner$";
// Seals that no key opens, and what is no SMB2 message inside of one.
constexpr const char* does_not_open =
    "^encryption/"
    "(before-a-session|below-3.0|bent|bent-by-dialect|compressed-inside|cut|header-authenticated"
    "|less-than-a-header-inside|nested|of-servers-and-shares|transform-[a-z-]+|unknown-session|without-"
    "capability)$"
    "|^negotiate/(header-encrypted-|disconnects-alone$)|^session-setup/without-a-cipher$";
constexpr const char* bends_signatures =
    "^signing/|^cancel/wrongly-signed$|^encryption/"
    "signature-inside-does-not-count$|binding-wrong-key$|^session-setup/preauth-tampered$";
// tshark 4.0 has one key for a session, though every channel has its own, and one preauthentication hash for
// a connection, though every authentication has its own.
constexpr const char* tshark_has_not_the_key =
    "channel|^session-setup/(binding|bound-|for-any-session|interleaved-|requests-below-3.0-verified)";

class Capture : public testing::Test {
 protected:
  // Signed so that tshark can tell, but for the cases that set up a server of their own.
  void record() {
    const Ended run =
        smbspec({"run", "--setting", "signing-algorithms=AES-CMAC,HMAC-SHA256", "--pcap", path_.string()});
    ASSERT_EQ(run.code, 0) << run;
    std::filesystem::copy_file(path_.string() + ".keys", folder_.path() / "smb2_seskey_list");
    setenv("WIRESHARK_CONFIG_DIR", folder_.path().c_str(), 1);
  }
  ~Capture() override { unsetenv("WIRESHARK_CONFIG_DIR"); }

  Folder folder_;
  std::filesystem::path path_ = folder_.path() / "run.pcapng";
};

TEST_F(Capture, OpensInTshark) {
  if (find_program("tshark").empty())
    return cannot_run({NotStarted::Why::absent, "tshark is not installed (Debian: tshark)"});
  ASSERT_NO_FATAL_FAILURE(record());

  const std::vector<Frame> frames = frames_of(path_, "");
  EXPECT_GT(std::ranges::count_if(frames, [](const Frame& f) { return f.is_sealed && !f.commands.empty(); }),
            100);
  EXPECT_THAT(scenarios_of(frames,
                           [](const Frame& f) {
                             return f.is_sealed && f.commands.empty() && !is_about(f, does_not_open);
                           }),
              testing::IsEmpty())
      << "are sealed and do not open";
  EXPECT_THAT(scenarios_of(frames,
                           [](const Frame& f) {
                             return f.is_malformed && f.from_server && !is_about(f, tshark_reads_otherwise);
                           }),
              testing::IsEmpty())
      << "have malformed answers";
  EXPECT_THAT(scenarios_of(frames,
                           [](const Frame& f) {
                             return f.is_malformed && !is_about(f, unreadable) &&
                                    !is_about(f, tshark_reads_otherwise);
                           }),
              testing::IsEmpty())
      << "are malformed, and do not say that they mean to";

  const std::vector<Frame> verified = frames_of(path_, "-o smb2.verify_signatures:TRUE");
  const auto wrong = [](const Frame& f) { return f.is_wrongly_signed; };
  EXPECT_GT(
      std::ranges::count_if(verified, [](const Frame& f) { return f.is_signed && !f.is_wrongly_signed; }),
      1000);
  EXPECT_THAT(scenarios_of(verified, wrong), testing::Contains("signing/bent"))
      << "tshark looks at signatures";
  EXPECT_THAT(scenarios_of(verified,
                           [&](const Frame& f) {
                             // Of a chain it takes the bytes of the last element for those of each.
                             const bool is_chain = f.commands.find(',') != std::string::npos;
                             return wrong(f) && !is_chain && !f.is_gmac && !is_about(f, bends_signatures) &&
                                    !is_about(f, tshark_has_not_the_key);
                           }),
              testing::IsEmpty())
      << "are wrongly signed";
}

}  // namespace
}  // namespace cli::end_to_end
