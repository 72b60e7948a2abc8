#include "reference-server/quirks/tables.h"

namespace reference {
namespace {

constexpr QuirkEntry table[] = {
    {Quirk::contexts_twice, "contexts-twice", "NEG-098", "NEG-099 NEG-100 NEG-101 NEG-102",
     "takes a NEGOTIATE with two contexts of one type", "Samba 4.17"},
    {Quirk::encryption_wants_capability, "encryption-wants-capability", "NEG-112", "",
     "answers an ENCRYPTION context only to a client that announces the capability as well", "Samba 4.17"},
    {Quirk::validates_any_negotiate, "validates-any-negotiate", "IOC-173",
     "IOC-170 IOC-171 IOC-172 IOC-174 IOC-175", "says yes to VALIDATE_NEGOTIATE_INFO whatever it is told",
     "servers that answer with their own values alone"},
};

}  // namespace

std::span<const QuirkEntry> connection_quirks() { return table; }

}  // namespace reference
