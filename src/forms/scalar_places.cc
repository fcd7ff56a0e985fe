// Walks a string of JSON or YAML and its decoded text side by side.
#include "forms/scalar_places.h"

#include <algorithm>

namespace pipexpr::forms {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Walk {
 public:
  Walk(std::string_view source, const Node& node)
      : text_(node.text), style_(node.style), base_(node.span.offset), raw_(source.substr(base_, node.span.length)) {}

  std::vector<Run> run() {
    begin();
    while (done_ < text_.size() && at_ < raw_.size()) {
      if (!step()) break;
    }
    // What cannot be told apart stands where the walk ended.
    if (done_ < text_.size()) add(text_.size() - done_, raw_.size() - std::min(at_, raw_.size()), false);
    return std::move(runs_);
  }

 private:
  bool is_block() const { return style_ == Style::literal || style_ == Style::folded; }

  void begin() {
    if (style_ == Style::json || style_ == Style::single_quoted || style_ == Style::double_quoted) at_ = 1;
    if (!is_block()) return;
    // After the header's line, and the first line's indentation.
    at_ = std::min(raw_.find('\n'), raw_.size() - 1) + 1;
    blanks();
  }

  void add(std::size_t decoded, std::size_t raw, bool exact) {
    const auto length = static_cast<std::uint32_t>(decoded);
    const SourceSpan place{base_ + static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(raw)};
    if (exact && !runs_.empty() && runs_.back().exact && runs_.back().source.end() == place.offset) {
      runs_.back().length += length;
      runs_.back().source.length += place.length;
    } else if (length != 0) {
      runs_.push_back({static_cast<std::uint32_t>(done_), length, place, exact});
    }
    done_ += decoded;
    at_ += raw;
  }

  // Blanks with a line break in them: folding makes other blanks of them.
  void blanks() {
    std::size_t raw = 0, decoded = 0, lines = 0;
    while (at_ + raw < raw_.size() && is_blank(raw_[at_ + raw])) lines += raw_[at_ + raw++] == '\n' ? 1u : 0u;
    if (is_block()) {
      while (done_ + decoded < text_.size() && is_blank(text_[done_ + decoded])) ++decoded;
    } else {
      decoded = std::min<std::size_t>(lines > 1 ? lines - 1 : 1, text_.size() - done_);
    }
    add(decoded, raw, false);
  }

  // Blanks of one line stay as they are.
  bool blanks_within() {
    std::size_t i = at_;
    while (i < raw_.size() && (raw_[i] == ' ' || raw_[i] == '\t' || raw_[i] == '\r')) ++i;
    if (i < raw_.size() && raw_[i] == '\n') return blanks(), true;
    const std::string_view same = raw_.substr(at_, i - at_);
    if (text_.substr(done_, same.size()) != same) return false;
    return add(same.size(), same.size(), true), true;
  }

  void escape() {
    const char kind = at_ + 1 < raw_.size() ? raw_[at_ + 1] : ' ';
    if (style_ == Style::double_quoted && (kind == '\n' || kind == '\r')) {  // an escaped line break is nothing
      std::size_t raw = 2;
      while (at_ + raw < raw_.size() && is_blank(raw_[at_ + raw])) ++raw;
      return add(0, raw, false);
    }
    std::size_t digits = kind == 'u' ? 4 : kind == 'x' ? 2 : kind == 'U' ? 8 : 0;
    const auto lead = static_cast<unsigned char>(text_[done_]);
    const std::size_t bytes = lead < 0x80 ? 1u : lead < 0xE0 ? 2u : lead < 0xF0 ? 3u : 4u;
    if (kind == 'u' && bytes == 4) digits = 10;  // two escapes for one character
    add(std::min(bytes, text_.size() - done_), 2 + digits, false);
  }

  bool step() {
    const char c = raw_[at_];
    const bool escapes = style_ == Style::json || style_ == Style::double_quoted;
    if (c == '\\' && escapes) return escape(), true;
    if (c == '\'' && style_ == Style::single_quoted) return add(1, 2, false), true;
    if (is_blank(c) && style_ != Style::json) return blanks_within();
    if (c != text_[done_]) return false;
    add(1, 1, true);
    return true;
  }

  std::string_view text_;
  Style style_;
  std::uint32_t base_;
  std::string_view raw_;
  std::size_t at_ = 0, done_ = 0;
  std::vector<Run> runs_;
};

}  // namespace

std::vector<Run> runs_of(std::string_view source, const Node& node) {
  if (node.text.empty()) return {};
  return Walk(source, node).run();
}

}  // namespace pipexpr::forms
