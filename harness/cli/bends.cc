#include "harness/cli/bends.h"

#include <algorithm>

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"
#include "harness/smb2/direct_tcp.h"

namespace cli {
namespace {

Said only(wire::Bytes frame) { return {.frames = {std::move(frame)}}; }

std::size_t position(const wire::Bytes& frame, std::ptrdiff_t place) {
  return place < 0 ? frame.size() - static_cast<std::size_t>(-place) : static_cast<std::size_t>(place);
}

// For frames that are neither signed nor sealed.
FrameBend edited(std::function<void(smb2::Message&)> edit) {
  return [edit = std::move(edit)](const wire::Bytes& frame) {
    smb2::Message message = smb2::decode(wire::View(frame).subspan(smb2::direct_tcp_header_size)).message;
    edit(message);
    return only(smb2::frame(smb2::encode(message)));
  };
}

FrameBend with_token(std::function<void(wire::Bytes&)> edit) {
  return edited([edit = std::move(edit)](smb2::Message& message) {
    edit(std::get<smb2::SessionSetupResponse>(message.body).buffer);
  });
}

// The NTLMSSP message in the SPNEGO token.
FrameBend with_challenge(std::function<void(wire::Bytes&)> edit) {
  return with_token([edit = std::move(edit)](wire::Bytes& buffer) {
    auto token = wire::decode<security::Token>(buffer).message;
    edit(std::get<security::NegTokenResp>(token.body).response_token.value().value);
    buffer = wire::encode(token);
  });
}

wire::Bytes interim_to(const wire::Bytes& frame) {
  smb2::Message message = smb2::decode(wire::View(frame).subspan(smb2::direct_tcp_header_size)).message;
  message.header.status = smb2::NtStatus::pending;
  message.header.flags = smb2::HeaderFlags::server_to_redir | smb2::HeaderFlags::async_command;
  message.header.async_id = 99;
  message.header.signature = {};
  message.body = smb2::ErrorResponse{.padding = {0}};
  return smb2::frame(smb2::encode(message));
}

}  // namespace

Bend at(std::size_t reply, FrameBend bend) {
  return [reply, bend = std::move(bend)](std::size_t number, wire::Bytes frame) {
    return number == reply ? bend(std::move(frame)) : only(std::move(frame));
  };
}

Bend everywhere(FrameBend bend) {
  return [bend = std::move(bend)](std::size_t, wire::Bytes frame) { return bend(std::move(frame)); };
}

FrameBend as_it_is() { return only; }

FrameBend flipped(std::ptrdiff_t place) {
  return [place](wire::Bytes frame) {
    frame.at(position(frame, place)) ^= 1;
    return only(std::move(frame));
  };
}

FrameBend without_signature() {
  return [](wire::Bytes frame) {
    constexpr std::uint8_t is_signed = 0x08;
    frame.at(position(frame, flags)) &= static_cast<std::uint8_t>(~is_signed);
    std::ranges::fill(std::span(frame).subspan(position(frame, signature), 16), std::uint8_t{0});
    return only(std::move(frame));
  };
}

FrameBend twice() {
  return [](const wire::Bytes& frame) { return Said{.frames = {frame, frame}}; };
}

FrameBend behind_a_stray() {
  return [](const wire::Bytes& frame) {
    wire::Bytes stray = frame;
    stray.at(position(stray, message_id) + 1) = 1;
    return Said{.frames = {stray, frame}};
  };
}

FrameBend leave() {
  return [](const wire::Bytes&) { return Said{.frames = {}, .leaves = true}; };
}

FrameBend silence() {
  return [](const wire::Bytes&) { return Said{}; };
}

FrameBend cut() {
  return [](wire::Bytes frame) {
    frame.resize(frame.size() / 2);
    return Said{.frames = {std::move(frame)}, .leaves = true};
  };
}

FrameBend byte_by_byte() {
  return [](const wire::Bytes& frame) {
    Said said;
    for (const std::uint8_t byte : frame) said.frames.push_back({byte});
    return said;
  };
}

FrameBend refused(smb2::NtStatus status) {
  return edited([status](smb2::Message& message) {
    message.header.status = status;
    message.header.flags = smb2::HeaderFlags::server_to_redir;
    message.header.signature = {};
    message.body = smb2::ErrorResponse{.padding = {0}};
  });
}

FrameBend interims(unsigned number) {
  return [number](const wire::Bytes& frame) {
    return Said{.frames = std::vector<wire::Bytes>(number, interim_to(frame))};
  };
}

FrameBend behind_interims(unsigned number) {
  return [number](wire::Bytes frame) {
    Said said{.frames = std::vector<wire::Bytes>(number, interim_to(frame))};
    said.frames.push_back(std::move(frame));
    return said;
  };
}

FrameBend after_an_interim() {
  return [](const wire::Bytes& frame) {
    const FrameBend as_final = edited([](smb2::Message& message) {
      message.header.flags = message.header.flags | smb2::HeaderFlags::async_command;
      message.header.async_id = 99;
      message.header.credits = 0;
    });
    return Said{.frames = {interim_to(frame), as_final(frame).frames.front()}};
  };
}

FrameBend large_challenge(std::size_t target_info) {
  return with_challenge([target_info](wire::Bytes& bytes) {
    auto challenge = wire::decode<security::ChallengeMessage>(bytes).message;
    security::TargetInfo large;
    large.av_pairs.push_back({.id = security::AvId::dns_tree_name, .value = wire::Bytes(target_info, 'x')});
    large.av_pairs.push_back({.id = security::AvId::eol});
    challenge.target_info = std::move(large);
    bytes = wire::encode(challenge);
  });
}

FrameBend challenge_that_points_outside() {
  return with_challenge([](wire::Bytes& bytes) {
    constexpr std::size_t target_info_offset = 44;
    std::ranges::fill(std::span(bytes).subspan(target_info_offset, 4), std::uint8_t{0xf0});
  });
}

FrameBend token_outside() {
  return [](wire::Bytes frame) {
    constexpr std::size_t security_buffer_offset = 4 + 64 + 4;
    frame.at(security_buffer_offset + 1) = 0xff;
    return only(std::move(frame));
  };
}

FrameBend noise_as_token() {
  return with_token([](wire::Bytes& buffer) { std::ranges::fill(buffer, std::uint8_t{0x5a}); });
}

transport::Peer::Effects BentPeer::bent(Effects effects) {
  Effects result;
  for (auto& effect : effects) {
    auto* send = std::get_if<Send>(&effect);
    const std::uint64_t connection = send == nullptr ? std::get<Close>(effect).connection : send->connection;
    if (gone_.contains(connection)) continue;
    if (send == nullptr) {
      result.push_back(std::move(effect));
      continue;
    }
    Said said = bend_(replies_[connection]++, std::move(send->bytes));
    for (wire::Bytes& frame : said.frames) result.emplace_back(Send{connection, std::move(frame)});
    if (!said.leaves) continue;
    gone_.insert(connection);
    result.emplace_back(Close{connection});
  }
  return result;
}

}  // namespace cli
