#include "harness/scenario/covering.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace scenario {
namespace {

// Greedy, as AETG is: a row begins with a combination that no row has yet, and each of its other factors
// takes the value by which it gains most new combinations.
class Cover {
 public:
  Cover(std::span<const std::size_t> sizes, std::size_t strength,
        const std::function<bool(const Choice&)>& allowed)
      : sizes_(sizes), strength_(std::min(strength, sizes.size())), allowed_(allowed) {
    Choice combination(sizes.size());
    list(combination, 0, strength_);
  }

  std::vector<Choice> rows() {
    std::vector<Choice> rows;
    while (!open_.empty()) {
      Choice row = *open_.begin();
      if (!allowed_(row) || !complete(row)) {
        open_.erase(open_.begin());
        continue;
      }
      std::erase_if(open_, [&](const Choice& combination) { return holds(row, combination); });
      rows.push_back(std::move(row));
    }
    std::ranges::sort(rows);
    return rows;
  }

 private:
  // All combinations of `more` factors from the `factor`th on.
  void list(Choice& combination, std::size_t factor, std::size_t more) {
    if (more == 0) {
      open_.insert(combination);
      return;
    }
    if (sizes_.size() - factor < more) return;
    for (std::size_t value = 0; value < sizes_[factor]; ++value) {
      combination[factor] = value;
      list(combination, factor + 1, more - 1);
    }
    combination[factor].reset();
    list(combination, factor + 1, more);
  }

  static bool holds(const Choice& row, const Choice& combination) {
    return std::ranges::equal(row, combination,
                              [](const auto& has, const auto& wanted) { return !wanted || has == wanted; });
  }

  bool complete(Choice& row) const {
    const auto open = std::ranges::find_if(row, [](const auto& value) { return !value; });
    if (open == row.end()) return true;
    const auto factor = static_cast<std::size_t>(open - row.begin());
    for (const std::size_t value : by_gain(row, factor)) {
      row[factor] = value;
      if (allowed_(row) && complete(row)) return true;
    }
    row[factor].reset();
    return false;
  }

  // The factor's values, the one first by which the row can still hold most combinations.
  std::vector<std::size_t> by_gain(const Choice& row, std::size_t factor) const {
    std::vector<std::size_t> gain(sizes_[factor]);
    for (const Choice& combination : open_) {
      if (combination[factor] && fits(row, combination)) ++gain[*combination[factor]];
    }
    std::vector<std::size_t> values(sizes_[factor]);
    std::iota(values.begin(), values.end(), 0);
    std::ranges::sort(
        values, [&](std::size_t a, std::size_t b) { return gain[a] != gain[b] ? gain[a] > gain[b] : a < b; });
    return values;
  }

  static bool fits(const Choice& row, const Choice& combination) {
    return std::ranges::equal(row, combination, [](const auto& has, const auto& wanted) {
      return !has || !wanted || has == wanted;
    });
  }

  std::span<const std::size_t> sizes_;
  std::size_t strength_;
  const std::function<bool(const Choice&)>& allowed_;
  std::set<Choice> open_;  // combinations that no row holds yet
};

}  // namespace

std::vector<Choice> covering_rows(std::span<const std::size_t> sizes, std::size_t strength,
                                  const std::function<bool(const Choice&)>& allowed) {
  return Cover(sizes, strength, allowed).rows();
}

}  // namespace scenario
