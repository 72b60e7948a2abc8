// The values a case sees: of its row and factors, of its oracles, what it saved, what the target was found
// to be.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "harness/scenario/model.h"
#include "harness/wire/field.h"

namespace scenario {

// "target.dialects" and so on.
using TargetFacts = std::map<std::string, Term, std::less<>>;

// What tables may ask of a target.
inline constexpr std::string_view target_fact_names[] = {"target.dialects",
                                                         "target.contexts",
                                                         "target.ciphers",
                                                         "target.signing-algorithms",
                                                         "target.compression-algorithms",
                                                         "target.multi-protocol",
                                                         "target.capabilities",
                                                         "target.security-mode",
                                                         "target.port",
                                                         "target.kerberos",
                                                         "target.accounts",
                                                         "target.share",
                                                         "target.sessions",
                                                         "target.plain-sessions",
                                                         "target.signed-sessions"};

class Environment {
 public:
  // All of them must outlive this. `now`: FILETIME.
  Environment(const Case& instance, const TargetFacts& facts, std::uint64_t now)
      : case_(instance), facts_(facts), now_(now) {}

  std::expected<Term, std::string> evaluate(const Expression& expression) const;
  // An expression's value, or the literal text, not yet taken apart.
  std::expected<Term, std::string> evaluate(const Text& text) const;
  // True for one that is not given.
  std::expected<bool, std::string> holds(const Text& condition) const;

  void save(const std::string& name, Term value) { saved_[name] = std::move(value); }

 private:
  std::expected<Term, std::string> variable(std::string_view name) const;
  std::expected<Term, std::string> decide(const Oracle& oracle) const;

  const Case& case_;
  const TargetFacts& facts_;
  std::uint64_t now_;
  std::map<std::string, Term, std::less<>> saved_;
};

// What a term means for a field: names and bits of the field, hexadecimal for bytes, words for lists.
std::expected<wire::Value, std::string> to_value(const Term& term, const wire::Field& field);

Term to_term(const wire::Value& value);

}  // namespace scenario
