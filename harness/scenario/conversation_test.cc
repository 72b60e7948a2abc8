// What answers a request and what does not: interim responses, answers to nothing, answers that no client
// could go on with.
#include "harness/scenario/conversation.h"

#include <gmock/gmock.h>

#include "harness/scenario/case_runner.h"
#include "harness/scenario/sample_server.h"
#include "harness/scenario/sample_table.h"
#include "harness/transport/scripted.h"

namespace scenario {
namespace {

using namespace std::chrono_literals;
using smb2::NtStatus;
using testing::HasSubstr;
using testing::IsEmpty;
using Effects = transport::Peer::Effects;

const std::string ask = "<request command=\"NEGOTIATE\" as=\"r\"/>\n";

struct Ran {
  CaseRun run;
  transport::Time took{};
  Outcome outcome() const { return run.result.outcome; }
  const std::string& message() const { return run.result.message; }
};

// The steps follow a <connect>.
Ran ran(std::string_view steps, std::unique_ptr<transport::Peer> peer,
        std::string_view attributes = "level=\"MUST\"") {
  const Library library = library_of_steps(fmt::format("<connect as=\"c\"/>\n{}", steps), attributes);
  const auto network = transport::memory_network(std::move(peer));
  const TargetFacts facts;
  boost::asio::io_context io;
  auto awaitable = run_case(library.cases.at(0), library.requirements, *network, facts, {});
  CaseRun run = transport::run(io, std::move(awaitable));
  return {std::move(run), network->now()};
}

Ran ran(std::string_view steps, SampleServer::Answer answer, std::string_view attributes = "level=\"MUST\"") {
  return ran(steps, std::make_unique<SampleServer>(std::move(answer)), attributes);
}

smb2::Message asynchronous(smb2::Message message, std::uint64_t async_id) {
  message.header.flags = message.header.flags | smb2::HeaderFlags::async_command;
  message.header.async_id = async_id;
  return message;
}
smb2::Message interim_to(wire::View frame) {
  smb2::Message message = asynchronous(refusal_of(frame, NtStatus::pending), 9);
  std::get<smb2::ErrorResponse>(message.body).padding = {0};
  return message;
}
smb2::Message final_to(wire::View frame, std::uint64_t async_id = 9) {
  smb2::Message message = asynchronous(response_to(frame), async_id);
  message.header.credits = 0;
  return message;
}

Effects say_all(std::uint64_t connection, std::initializer_list<smb2::Message> messages) {
  Effects effects;
  for (const smb2::Message& message : messages)
    effects.emplace_back(std::move(say(connection, message).front()));
  return effects;
}

Effects slow(std::uint64_t connection, wire::View frame) {
  return say_all(connection, {interim_to(frame), final_to(frame)});
}

TEST(Interim, EndsNoExchangeThatDoesNotAskForIt) {
  const Ran r = ran(ask + R"(<response><check header="AsyncId" is="9"/></response>)", slow);
  EXPECT_EQ(r.outcome(), Outcome::pass) << r.message();
}

TEST(Interim, IsAStepOfItsOwn) {
  const Ran r = ran(ask + R"(<interim to="r"><check header="Status" is="STATUS_PENDING"/>
<check field="ByteCount" is="0"/><save header="AsyncId" as="id"/></interim>
<response><check header="AsyncId" is="$id"/></response>)",
                    slow);
  EXPECT_EQ(r.outcome(), Outcome::pass) << r.message();
  const Ran none = ran(ask + "<interim/>", well_behaved);
  EXPECT_EQ(none.outcome(), Outcome::fail);
  EXPECT_EQ(none.message(),
            "NEGOTIATE Response with STATUS_SUCCESS (0x00000000) instead of an interim response");
  EXPECT_EQ(none.run.result.failure->what, "interim");
}

TEST(Interim, IsOneAlternative) {
  const std::string either =
      ask + R"(<either><interim latitude="interim"/><response latitude="at-once"/></either>)";
  EXPECT_EQ(ran(either, slow, "level=\"observe\"").run.result.observed, "interim");
  EXPECT_EQ(ran(either, well_behaved, "level=\"observe\"").run.result.observed, "at-once");
}

// 3.3.5.16: the CANCEL has the MessageId of the request, which is answered by it.
TEST(Interim, IsOfARequestStillWhenACancelHasItsMessageId) {
  wire::Bytes request;
  const auto patient = [&](std::uint64_t connection, wire::View frame) {
    if (request.empty()) {
      request.assign(frame.begin(), frame.end());
      return say_all(connection, {interim_to(frame)});
    }
    return say_all(connection, {final_to(request)});
  };
  const Ran r = ran(ask + R"(<interim to="r"><save header="MessageId" as="id"/></interim>
<request command="CANCEL"><header field="MessageId" to="$id"/></request>
<response to="r"/>)",
                    patient);
  EXPECT_EQ(r.outcome(), Outcome::pass) << r.message();
}

TEST(Interim, OfAnAnswerThatHasComeIsForgotten) {
  unsigned requests = 0;
  const auto once = [&](std::uint64_t connection, wire::View frame) {
    return ++requests == 1 ? slow(connection, frame) : say(connection, response_to(frame));
  };
  const Ran r =
      ran(ask + "<response/>\n" + ask + "<either><interim latitude=\"stale\"/><response/></either>", once);
  EXPECT_EQ(r.outcome(), Outcome::pass) << r.message();
  EXPECT_THAT(r.run.result.latitudes, IsEmpty());
}

TEST(Interim, WithoutEndIsCounted) {
  const auto endless = [](std::uint64_t connection, wire::View frame) {
    Effects effects;
    for (int i = 0; i < 1000; ++i)
      effects.emplace_back(std::move(say(connection, interim_to(frame)).front()));
    return effects;
  };
  const Ran r = ran(ask + "<response/>", endless);
  EXPECT_EQ(r.outcome(), Outcome::fail);
  EXPECT_THAT(r.message(), HasSubstr("64 interim responses to SMB2 NEGOTIATE and no final one"));
  EXPECT_LT(r.run.result.recording.size(), 100U);
  EXPECT_FALSE(r.run.lost) << "it answers";
}

// Answers with an interim response, and with one more every 100 ms.
class Dawdler : public transport::Peer {
 public:
  std::uint64_t connected() override { return 1; }
  Effects receive(std::uint64_t, wire::View bytes) override {
    request_.assign(bytes.begin(), bytes.end());
    return say(1, interim_to(request_));
  }
  Effects closed(std::uint64_t) override { return {}; }
  Effects advance(transport::Time now) override {
    if (now < next_) return {};
    next_ = now + 100ms;
    return request_.empty() ? Effects() : say(1, interim_to(request_));
  }
  std::optional<transport::Time> next_deadline() const override { return next_; }

 private:
  wire::Bytes request_;
  transport::Time next_ = 100ms;
};

TEST(Interim, ProlongsNoDeadline) {
  const Ran r = ran(ask + "<response/>", std::make_unique<Dawdler>());
  EXPECT_EQ(r.outcome(), Outcome::fail);
  EXPECT_THAT(r.message(), HasSubstr("no final answer within 2000 ms, after 21 interim responses"));
  EXPECT_EQ(r.took, 2s);
  EXPECT_TRUE(r.run.lost);
}

TEST(FinalResponse, UnderAnotherAsyncIdIsNoneToGoOnWith) {
  const auto confused = [](std::uint64_t connection, wire::View frame) {
    return say_all(connection, {interim_to(frame), final_to(frame, 10)});
  };
  EXPECT_THAT(ran("<connect as=\"d\" dialect=\"2.1\"/>", confused).message(),
              HasSubstr("but its interim response had AsyncId 0x9, and it has 0xa"));
  const auto forgetful = [](std::uint64_t connection, wire::View frame) {
    return say_all(connection, {interim_to(frame), response_to(frame)});
  };
  EXPECT_THAT(ran("<connect as=\"d\" dialect=\"2.1\"/>", forgetful).message(),
              HasSubstr("but its interim response had AsyncId 0x9, and it has none"));
}

smb2::Message stray(wire::View frame) {
  smb2::Message message = response_to(frame);
  message.header.message_id += 5;
  return message;
}

TEST(AnswerToNothing, IsNoResponse) {
  const auto straying = [](std::uint64_t connection, wire::View frame) {
    return say(connection, stray(frame));
  };
  const std::string what =
      "NEGOTIATE Response with STATUS_SUCCESS (0x00000000), which answers no request (MessageId 5)";
  EXPECT_EQ(ran(ask + "<response/>", straying).message(),
            what + " instead of a response with STATUS_SUCCESS (0x00000000)");
  const Ran connected = ran("<connect as=\"d\" dialect=\"2.1\"/>", straying);
  EXPECT_EQ(connected.message(), "no dialect: " + what);
  EXPECT_EQ(connected.took, 2s) << "the answer might still come";
}

TEST(AnswerToNothing, WithoutEndIsCounted) {
  const auto flooding = [](std::uint64_t connection, wire::View frame) {
    Effects effects;
    for (int i = 0; i < 5000; ++i) effects.emplace_back(std::move(say(connection, stray(frame)).front()));
    return effects;
  };
  const Ran r = ran("<connect as=\"d\" dialect=\"2.1\"/>", flooding);
  EXPECT_THAT(r.message(), HasSubstr("which answers no request (MessageId 5)"));
  EXPECT_LT(r.run.result.recording.size(), 1100U);
  EXPECT_EQ(r.took, 0s);
}

TEST(AnswerToNothing, DoesNotKeepAnAnswerFromItsStep) {
  const auto chatty = [](std::uint64_t connection, wire::View frame) {
    return say_all(connection, {stray(frame), response_to(frame)});
  };
  EXPECT_EQ(ran("<connect as=\"d\" dialect=\"2.1\"/>", chatty).outcome(), Outcome::pass);
}

TEST(SecondAnswer, IsNoResponseToTheNextRequest) {
  const auto twice = [](std::uint64_t connection, wire::View frame) {
    return say_all(connection, {response_to(frame), response_to(frame)});
  };
  const Ran r = ran(ask + "<response/>\n" + ask + "<response/>", twice);
  EXPECT_EQ(r.outcome(), Outcome::fail);
  EXPECT_THAT(r.message(), HasSubstr("which answers no request (MessageId 0)"));
}

TEST(AnswerToRawBytes, IsTakenForWhatItIs) {
  const auto fixed = [](std::uint64_t connection, wire::View) {
    const wire::Bytes nothing(68);
    return say(connection, stray(nothing));
  };
  EXPECT_EQ(ran("<send hex=\"00\"/><response/>", fixed).outcome(), Outcome::pass);
}

}  // namespace
}  // namespace scenario
