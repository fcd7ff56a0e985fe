// Finds the known name nearest to an unknown one by edit distance.
#include "base/similar_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "base/char_class.h"
#include "base/shown.h"

namespace pipexpr::base {
namespace {

constexpr std::size_t kMaxLength = 64;  // longer names get no suggestion

// Edits between two names (insert, delete, replace, swap neighbors); a difference in case alone counts as one.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::uint8_t, kMaxLength + 1>, 3> rows;
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<std::uint8_t>(j);
  bool same_letters = a.size() == b.size();
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    row[0] = static_cast<std::uint8_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      int edits = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      edits = std::min({edits, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        edits = std::min(edits, rows[(i + 1) % 3][j - 2] + 1);
      }
      row[j] = static_cast<std::uint8_t>(edits);
    }
    same_letters = same_letters && to_lower(a[i - 1]) == to_lower(b[i - 1]);
  }
  return same_letters ? 1 : rows[a.size() % 3][b.size()];
}

// table1 and table3 are two tables, and no misspelling of one.
bool differ_in_digits_only(std::string_view a, std::string_view b) {
  for (std::size_t i = 0, j = 0;; ++i, ++j) {
    while (i < a.size() && is_digit(a[i])) ++i;
    while (j < b.size() && is_digit(b[j])) ++j;
    if (i >= a.size() || j >= b.size()) return i >= a.size() && j >= b.size();
    if (a[i] != b[j]) return false;
  }
}

}  // namespace

void Similar::consider(std::string_view candidate) {
  if (candidate.size() > kMaxLength || wanted_.size() > kMaxLength || candidate == wanted_) return;
  if (differ_in_digits_only(candidate, wanted_)) return;
  const std::size_t shorter = std::min(wanted_.size(), candidate.size());
  const std::size_t allowed = std::max<std::size_t>(1, shorter / 3);
  const std::size_t least = std::max(wanted_.size(), candidate.size()) - shorter;  // edits that the lengths alone need
  if (least > allowed || least > distance_) return;
  const std::size_t found = distance(wanted_, candidate);
  if (found > allowed || found > distance_) return;
  // Of a name of one letter, one edit leaves nothing but its case.
  if (shorter == 1 && (least != 0 || to_lower(wanted_[0]) != to_lower(candidate[0]))) return;
  if (found == distance_) {
    tied_ = tied_ || candidate != best_;
    return;
  }
  tied_ = false;
  distance_ = found;
  best_ = candidate;
}

bool Similar::is_same_word() const {
  if (best_.empty() || tied_) return false;
  const std::string wanted = lowercase(wanted_), best = lowercase(best_);
  if (wanted == best || wanted == best + 's' || wanted + 's' == best) return true;
  const auto [left, right] = std::mismatch(wanted.begin(), wanted.end(), best.begin(), best.end());
  const auto at = static_cast<std::size_t>(left - wanted.begin());
  if (wanted.size() != best.size() || at + 1 >= wanted.size()) return false;
  return wanted[at] == best[at + 1] && wanted[at + 1] == best[at] && wanted.substr(at + 2) == best.substr(at + 2);
}

namespace {

// Compares two names letter by letter without regard to case, from their beginnings.
bool begins_lower(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return to_lower(x) < to_lower(y); });
}

// The same from their ends.
bool ends_lower(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend(),
                                      [](char x, char y) { return to_lower(x) < to_lower(y); });
}

}  // namespace

void NameIndex::build() {
  if (names_.size() <= kMaxCompared) return;
  std::vector<std::uint32_t> order(names_.size());
  std::iota(order.begin(), order.end(), 0U);
  by_beginning_ = order;
  by_end_ = std::move(order);
  std::stable_sort(by_beginning_.begin(), by_beginning_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return begins_lower(names_[a], names_[b]); });
  std::stable_sort(by_end_.begin(), by_end_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return ends_lower(names_[a], names_[b]); });
}

std::vector<std::uint32_t> NameIndex::near(std::string_view wanted) const {
  std::vector<std::uint32_t> found;
  if (wanted.size() > kMaxLength) return found;
  if (by_beginning_.empty()) {
    found.resize(names_.size());
    std::iota(found.begin(), found.end(), 0U);
    return found;
  }
  const auto around = [&](const std::vector<std::uint32_t>& sorted, auto less) {
    const auto middle = std::lower_bound(sorted.begin(), sorted.end(), wanted,
                                         [&](std::uint32_t a, std::string_view b) { return less(names_[a], b); });
    const auto at = static_cast<std::size_t>(middle - sorted.begin());
    const std::size_t begin = at - std::min(at, kMaxCompared / 4);
    const std::size_t end = std::min(sorted.size(), at + kMaxCompared / 4);
    for (std::size_t i = begin; i < end; ++i) found.push_back(sorted[i]);
  };
  around(by_beginning_, begins_lower);
  around(by_end_, ends_lower);
  std::sort(found.begin(), found.end());
  return found;
}

std::string did_you_mean(const Similar& similar) {
  return similar.best().empty() ? "" : ", did you mean '" + shown(similar.best()) + "'?";
}

}  // namespace pipexpr::base
