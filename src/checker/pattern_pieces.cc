// Splits and joins date patterns. What is joined is compiled, and compared with its pieces at a few instants.
#include "checker/pattern_pieces.h"

#include <algorithm>
#include <iterator>

#include <pipexpr/limits.h>

#include "base/char_class.h"
#include "time/pattern.h"

namespace pipexpr::checker {
namespace {

// What a pattern prints at an instant; nothing when it is refused.
std::optional<std::string> printed(std::string_view pattern, DateTime time) {
  const Limits limits;
  time::Pattern compiled;
  time::Failure failure;
  if (!time::Pattern::compile(pattern, limits.max_pattern_bytes, limits.max_pattern_run, compiled, failure))
    return std::nullopt;
  std::string out(compiled.max_size(), '\0');
  out.resize(static_cast<std::size_t>(compiled.write(time, out.data()) - out.data()));
  return out;
}

// One-digit and two-digit fields, an afternoon, and a day whose week is of another year.
constexpr DateTime kInstants[] = {{1735571045006}, {1704085263000}, {1729994400120}};

}  // namespace

std::optional<std::vector<PatternPiece>> pattern_pieces(std::string_view pattern) {
  std::vector<PatternPiece> pieces;
  const auto text = [&](char c) {
    if (pieces.empty() || !pieces.back().is_text) pieces.push_back({true, ""});
    pieces.back().text += c;
  };
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (base::is_letter(c)) {
      const std::size_t end = std::min(pattern.find_first_not_of(c, at), pattern.size());
      pieces.push_back({false, std::string(pattern.substr(at, end - at))});
      at = end;
      continue;
    }
    ++at;
    if (c != '\'') {
      text(c);
      continue;
    }
    if (pattern.substr(at).starts_with('\'')) {
      text('\'');
      ++at;
      continue;
    }
    for (;; ++at) {
      if (at >= pattern.size()) return std::nullopt;
      if (pattern[at] == '\'' && !pattern.substr(at + 1).starts_with('\'')) break;
      if (pattern[at] == '\'') ++at;
      text(pattern[at]);
    }
    ++at;
  }
  return pieces;
}

bool prints_as(std::string_view pattern, const std::vector<PatternPiece>& pieces) {
  return std::all_of(std::begin(kInstants), std::end(kInstants), [&](DateTime time) {
    std::string wanted;
    for (const PatternPiece& piece : pieces) {
      const auto part = piece.is_text ? piece.text : printed(piece.text, time);
      if (!part) return false;
      wanted += *part;
    }
    return printed(pattern, time) == wanted;
  });
}

std::optional<std::string> joined_pattern(const std::vector<PatternPiece>& pieces) {
  const auto needs_quotes = [](char c) { return base::is_letter(c) || c == '\''; };
  std::string out;
  for (std::size_t i = 0; i < pieces.size();) {
    if (!pieces[i].is_text) {
      out += pieces[i++].text;
      continue;
    }
    std::string text;
    for (; i < pieces.size() && pieces[i].is_text; ++i) text += pieces[i].text;
    // Signs around the letters need none.
    const auto first = std::find_if(text.begin(), text.end(), needs_quotes);
    out.append(text.begin(), first);
    if (first == text.end()) continue;
    const auto last = std::find_if(text.rbegin(), text.rend(), needs_quotes).base();
    out += '\'';
    for (auto c = first; c != last; ++c) out += *c == '\'' ? "''" : std::string(1, *c);
    out += '\'';
    out.append(last, text.end());
  }
  if (!prints_as(out, pieces)) return std::nullopt;
  return out;
}

}  // namespace pipexpr::checker
