// Reads JSON that may be incomplete, in one pass with a list of what is open.
#include "lsp/json_outline.h"

#include <algorithm>
#include <optional>

#include "base/char_class.h"

namespace pipexpr::lsp {
namespace {

using Kind = JsonNode::Kind;

// The four digits that follow \u.
std::optional<std::uint32_t> code_unit(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  std::uint32_t unit = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (base::hex_value(digits[i]) < 0) return std::nullopt;
    unit = unit * 16 + static_cast<std::uint32_t>(base::hex_value(digits[i]));
  }
  return unit;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6U);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12U);
    put(0x80 | (code >> 6U & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18U);
    put(0x80 | (code >> 12U & 0x3F));
    put(0x80 | (code >> 6U & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

class OutlineReader {
 public:
  OutlineReader(std::string_view json, std::vector<JsonNode>& nodes) : json_(json), nodes_(nodes) {}

  void read() {
    while (at_ < json_.size()) {
      const char c = json_[at_];
      switch (c) {
        case '{': open(Kind::object); break;
        case '[': open(Kind::array); break;
        case '}': close(Kind::object); break;
        case ']': close(Kind::array); break;
        case '"': string(); break;
        case ':':
          is_value_next_ = key_ != JsonNode::kNone;
          ++at_;
          break;
        case ',':
          forget_key();
          ++at_;
          break;
        case ' ':
        case '\t':
        case '\r':
        case '\n': ++at_; break;
        default: other();
      }
    }
    while (!open_.empty()) pop(json_.size());
  }

 private:
  // The node for a value that begins here: that of the key before it, or a new one.
  std::uint32_t value(Kind kind) {
    std::uint32_t node = key_;
    if (key_ == JsonNode::kNone || !is_value_next_) {
      node = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back().parent = parent();
    }
    forget_key();
    nodes_[node].kind = kind;
    nodes_[node].value.offset = static_cast<std::uint32_t>(at_);
    nodes_[node].end = node + 1;
    return node;
  }
  void forget_key() {
    key_ = JsonNode::kNone;
    is_value_next_ = false;
  }
  std::uint32_t parent() const { return open_.empty() ? JsonNode::kNone : open_.back(); }

  void open(Kind kind) {
    open_.push_back(value(kind));
    ++(kind == Kind::object ? objects_ : arrays_);
    ++at_;
  }
  void pop(std::size_t end) {
    JsonNode& node = nodes_[open_.back()];
    node.value.length = static_cast<std::uint32_t>(end) - node.value.offset;
    node.end = static_cast<std::uint32_t>(nodes_.size());
    open_.pop_back();
    --(node.kind == Kind::object ? objects_ : arrays_);
    forget_key();
  }
  // What was left open inside ends here, too; a bracket that closes nothing is passed over.
  void close(Kind kind) {
    if ((kind == Kind::object ? objects_ : arrays_) != 0) {
      while (nodes_[open_.back()].kind != kind) pop(at_);
      pop(at_ + 1);
    }
    ++at_;
  }

  void string() {
    std::size_t end = at_ + 1;
    while (end < json_.size() && json_[end] != '"' && json_[end] != '\n') {
      const bool is_escape = json_[end] == '\\' && end + 1 < json_.size() && json_[end + 1] != '\n';
      end += is_escape ? 2 : 1;
    }
    const bool is_closed = end < json_.size() && json_[end] == '"';
    if (is_closed) ++end;
    const SourceSpan span{static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end - at_)};
    const bool is_key = !is_value_next_ && !open_.empty() && nodes_[open_.back()].kind == Kind::object;
    if (is_key) {
      key_ = static_cast<std::uint32_t>(nodes_.size());
      JsonNode& node = nodes_.emplace_back();
      node.parent = parent();
      node.end = key_ + 1;
      node.key = span;
      node.is_closed = is_closed;
    } else {
      const std::uint32_t node = value(Kind::string);
      nodes_[node].value = span;
      nodes_[node].is_closed = is_closed;
    }
    at_ = end;
  }

  void other() {
    const std::size_t begin = at_;
    const std::size_t end = std::min(json_.find_first_of("{}[]\":, \t\r\n", begin + 1), json_.size());
    const std::uint32_t node = value(Kind::other);
    nodes_[node].value.length = static_cast<std::uint32_t>(end - begin);
    at_ = end;
  }

  std::string_view json_;
  std::vector<JsonNode>& nodes_;
  std::vector<std::uint32_t> open_;
  std::size_t objects_ = 0, arrays_ = 0;  // how many of them are open
  std::size_t at_ = 0;
  std::uint32_t key_ = JsonNode::kNone;  // whose value has not come yet
  bool is_value_next_ = false;
};

}  // namespace

JsonOutline::JsonOutline(std::string_view json) : json_(json) { OutlineReader(json, nodes_).read(); }

std::uint32_t JsonOutline::at(std::size_t offset) const {
  std::uint32_t found = JsonNode::kNone;
  for (std::uint32_t i = 0; i < size();) {
    const SourceSpan whole = nodes_[i].whole();
    const bool is_inside = whole.offset <= offset && offset <= whole.end();
    if (is_inside) found = i;
    i = is_inside ? i + 1 : nodes_[i].end;
  }
  return found;
}

std::string JsonOutline::decoded(SourceSpan span) const {
  std::string_view raw = json_.substr(span.offset, span.length);
  if (!raw.starts_with('"')) return std::string(raw);
  raw.remove_prefix(1);
  if (raw.ends_with('"')) raw.remove_suffix(1);
  return decode_json(raw);
}

std::uint32_t JsonOutline::member(std::uint32_t object, std::string_view name) const {
  std::uint32_t found = JsonNode::kNone;
  if (nodes_[object].kind != Kind::object) return found;
  each(object, [&](std::uint32_t i) {
    if (found == JsonNode::kNone && nodes_[i].key.length != 0 && key(i) == name) found = i;
  });
  return found;
}

std::string decode_json(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out += raw[i];
      continue;
    }
    if (++i == raw.size()) break;
    switch (raw[i]) {
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u': {
        auto code = code_unit(raw.substr(i + 1));
        if (!code) return out;
        i += 4;
        const bool is_high = *code >= 0xD800 && *code < 0xDC00;
        if (is_high && raw.substr(i + 1).starts_with("\\u")) {
          const auto low = code_unit(raw.substr(i + 3));
          if (low && *low >= 0xDC00 && *low < 0xE000) {
            code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
            i += 6;
          }
        }
        append_utf8(out, *code);
        break;
      }
      default: out += raw[i];
    }
  }
  return out;
}

}  // namespace pipexpr::lsp
