#include "harness/smb2/find_field.h"

namespace smb2 {

void PartFilter::field(const wire::Field& field) {
  if ((part_ == Part::body) == in_body_) inner_.field(field);
  if (field.name() == "Signature") in_body_ = true;  // the header's last
}

bool find_field(Message& message, Part part, const wire::Path& path,
                const std::function<void(const wire::Field&)>& use) {
  wire::Finder finder(path, use);
  PartFilter filter(part, finder);
  wire::walk(message, filter);
  return finder.found();
}

}  // namespace smb2
