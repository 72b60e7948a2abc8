// A field of a message by its path, header and body apart: names such as Reserved stand in both.
#pragma once

#include <functional>

#include "harness/smb2/message.h"

namespace smb2 {

enum class Part : std::uint8_t { body, header };

// Shows the field to `use`, which may set it; false when it is not there.
bool find_field(Message& message, Part part, const wire::Path& path,
                const std::function<void(const wire::Field&)>& use);

// Lets through to `inner` what belongs to one part.
class PartFilter : public wire::Observer {
 public:
  PartFilter(Part part, wire::Observer& inner) : part_(part), inner_(inner) {}
  void enter(std::string_view list, std::size_t index, std::string_view kind) override {
    inner_.enter(list, index, kind);
  }
  void leave() override { inner_.leave(); }
  void field(const wire::Field& field) override;

 private:
  Part part_;
  wire::Observer& inner_;
  bool in_body_ = false;
};

}  // namespace smb2
