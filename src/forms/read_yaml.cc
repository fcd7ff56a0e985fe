// YAML as a document. libyaml reads it, event by event and without recursion; aliases repeat what they name, within
// limits, so that a small file cannot become a large one.
#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/char_class.h"
#include "base/utf8.h"
#include "forms/document.h"

namespace pipexpr::forms {
namespace {

// libyaml counts characters, and places are bytes.
class ByteOffsets {
 public:
  explicit ByteOffsets(std::string_view text) : text_(text) {
    if (text.starts_with("\xEF\xBB\xBF")) first_ = 3;
    std::size_t characters = 0;
    for (std::size_t i = first_; i < text.size(); ++i) {
      if (base::continues_utf8(text[i])) continue;
      if (characters++ % kStep == 0) marks_.push_back(i);
    }
  }

  std::uint32_t of(std::size_t characters) const {
    if (marks_.empty()) return static_cast<std::uint32_t>(first_);
    std::size_t at = marks_[std::min(characters / kStep, marks_.size() - 1)];
    std::size_t left = characters - std::min(characters / kStep, marks_.size() - 1) * kStep;
    while (left > 0 && at < text_.size()) {
      ++at;
      while (at < text_.size() && base::continues_utf8(text_[at])) ++at;
      --left;
    }
    return static_cast<std::uint32_t>(at);
  }

 private:
  static constexpr std::size_t kStep = 64;
  std::string_view text_;
  std::size_t first_ = 0;
  std::vector<std::size_t> marks_;  // of every 64th character
};

bool is_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && base::is_digit(text[at])) ++at;
    return at != begin;
  };
  if (at < text.size() && text[at] == '0' && at + 1 < text.size() && text[at + 1] != '.') return false;
  if (!digits()) return false;
  if (at < text.size() && text[at] == '.' && (++at, !digits())) return false;
  return at == text.size();
}

// The types that JSON has; everything else that is written without quotes is a string, such as a date.
JsonType type_of(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return JsonType::null;
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" || text == "FALSE")
    return JsonType::boolean;
  return is_number(text) ? JsonType::number : JsonType::string;
}

Diagnostic broken(std::uint32_t at, std::string_view why) {
  return error(DiagnosticCode::invalid_json, {at, 0}, fmt::format("invalid YAML: {}", why));
}

class Parser {
 public:
  Parser() { good_ = yaml_parser_initialize(&parser_) == 1; }
  ~Parser() {
    if (good_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool good() const { return good_; }
  yaml_parser_t* operator->() { return &parser_; }
  yaml_parser_t* get() { return &parser_; }

 private:
  yaml_parser_t parser_{};
  bool good_ = false;
};

// An event frees its memory when it goes.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

class YamlReader {
 public:
  explicit YamlReader(std::string_view text) : offsets_(text) { made_.source = text; }

  Result<Document> run() {
    Parser parser;
    if (!parser.good()) return broken(0, "there is not enough memory to read it");
    yaml_parser_set_encoding(parser.get(), YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser.get(), reinterpret_cast<const unsigned char*>(made_.source.data()),
                                 made_.source.size());
    for (bool ended = false; !ended && !why_;) {
      Event event;
      if (yaml_parser_parse(parser.get(), event.get()) != 1) return problem(parser);
      ended = event->type == YAML_STREAM_END_EVENT;
      take(event);
    }
    if (why_) return *why_;
    if (made_.nodes.empty()) return broken(0, "there is nothing in it");
    if (merges_ && !merge()) return *why_;
    return std::move(made_);
  }

 private:
  using Event = forms::Event;

  Diagnostic problem(Parser& parser) {
    if (parser->error == YAML_READER_ERROR) {
      return broken(static_cast<std::uint32_t>(std::min(parser->problem_offset, made_.source.size())),
                    "there are bytes that are no UTF-8 text");
    }
    const std::uint32_t at = offsets_.of(parser->problem_mark.index);
    const std::string_view rest = made_.source.substr(std::min<std::size_t>(at, made_.source.size()));
    if (rest.starts_with('\t'))
      return broken(at, "there is a tab, which YAML does not take for indentation: write blanks");
    std::string why = parser->problem == nullptr ? "it cannot be read" : parser->problem;
    if (why == "mapping values are not allowed in this context")
      why = "there is a ':' in a string without quotes: write quotes around it";
    if (parser->context != nullptr) why += fmt::format(" {}", parser->context);
    return broken(at, why);
  }

  void refuse(std::uint32_t at, std::string_view why) {
    if (!why_) why_ = broken(at, why);
  }

  void take(Event& event) {
    const std::uint32_t begin = offsets_.of(event->start_mark.index), end = offsets_.of(event->end_mark.index);
    const SourceSpan span{begin, end - begin};
    switch (event->type) {
      case YAML_DOCUMENT_START_EVENT:
        if (!made_.nodes.empty())
          refuse(begin, "a second document begins here; only one is read: put it into a file of its own");
        break;
      case YAML_SCALAR_EVENT: scalar(event, span); break;
      case YAML_ALIAS_EVENT: alias(event->data.alias.anchor, span); break;
      case YAML_SEQUENCE_START_EVENT:
        open(JsonType::array, span, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        break;
      case YAML_MAPPING_START_EVENT:
        open(JsonType::object, span, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        break;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: close(span); break;
      default: break;
    }
  }

  std::string_view own(const yaml_char_t* text, std::size_t size) {
    return made_.texts.emplace_back(reinterpret_cast<const char*>(text), size);
  }

  // "!Sub" is the tag Sub; the long tags of YAML's own types say what is known without them.
  std::string_view tag_of(const yaml_char_t* tag) {
    if (tag == nullptr) return {};
    const std::string_view text(reinterpret_cast<const char*>(tag));
    return text.size() > 1 && text[0] == '!' ? own(tag + 1, text.size() - 1) : std::string_view();
  }

  bool wants_key() const { return !open_.empty() && made_.is(open_.back(), JsonType::object) && !has_key_; }

  std::uint32_t add(JsonType type, SourceSpan span) {
    const auto at = static_cast<std::uint32_t>(made_.nodes.size());
    if (at >= kMaxNodes) refuse(span.offset, fmt::format("there are more than {} values", kMaxNodes));
    Node& node = made_.nodes.emplace_back();
    node.type = type;
    node.span = span;
    node.end = at + 1;
    if (has_key_) {
      node.key = key_;
      node.key_span = key_span_;
    }
    has_key_ = false;
    return at;
  }

  void scalar(Event& event, SourceSpan span) {
    const auto& from = event->data.scalar;
    const std::string_view text = own(from.value, from.length);
    const bool is_plain = from.style == YAML_PLAIN_SCALAR_STYLE;
    if (wants_key()) {
      key_ = text;
      key_span_ = span;
      has_key_ = true;
      merges_ = merges_ || (is_plain && text == "<<");
      return;
    }
    for (const std::string_view quote : {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x98", "\xE2\x80\x99"}) {
      if (is_plain && text.starts_with(quote)) {
        return refuse(span.offset,
                      fmt::format("there is a typographic quotation mark {}, which YAML takes for a part of "
                                  "the text: write \"",
                                  quote));
      }
    }
    Node& node = made_.nodes[add(JsonType::string, span)];
    node.text = text;
    node.tag = tag_of(from.tag);
    switch (from.style) {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: node.style = Style::single_quoted; break;
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: node.style = Style::double_quoted; break;
      case YAML_LITERAL_SCALAR_STYLE: node.style = Style::literal; break;
      case YAML_FOLDED_SCALAR_STYLE: node.style = Style::folded; break;
      default:
        node.style = Style::plain;
        if (node.tag.empty()) node.type = type_of(text);
    }
    // The place of a text with a tag or an anchor is that of the text alone.
    if (from.tag != nullptr || from.anchor != nullptr) skip_properties(node);
    if (node.type == JsonType::boolean) node.text = text[0] == 't' || text[0] == 'T' ? "true" : "false";
    if (from.anchor != nullptr) anchors_[reinterpret_cast<const char*>(from.anchor)] = {last(), true};
  }

  std::uint32_t last() const { return static_cast<std::uint32_t>(made_.nodes.size() - 1); }

  void skip_properties(Node& node) {
    std::string_view raw = made_.source.substr(node.span.offset, node.span.length);
    while (!raw.empty() && (raw[0] == '!' || raw[0] == '&')) {
      const std::size_t word = std::min(raw.find_first_of(" \t\r\n"), raw.size());
      const std::size_t next = std::min(raw.find_first_not_of(" \t\r\n", word), raw.size());
      raw.remove_prefix(next);
    }
    node.span.offset = node.span.end() - static_cast<std::uint32_t>(raw.size());
    node.span.length = static_cast<std::uint32_t>(raw.size());
  }

  void open(JsonType type, SourceSpan span, const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (wants_key()) return refuse(span.offset, "a key is a list or an object here, and must be a string");
    if (open_.size() >= kMaxDepth) return refuse(span.offset, fmt::format("nested deeper than {} levels", kMaxDepth));
    const std::uint32_t at = add(type, span);
    made_.nodes[at].tag = tag_of(tag);
    open_.push_back(at);
    if (anchor != nullptr) anchors_[reinterpret_cast<const char*>(anchor)] = {at, false};
    anchored_.push_back(anchor != nullptr ? reinterpret_cast<const char*>(anchor) : "");
  }

  void close(SourceSpan span) {
    if (open_.empty()) return;
    Node& node = made_.nodes[open_.back()];
    // A block ends where its last value does, and not at the next token.
    const std::uint32_t end = span.length != 0 || last() == open_.back() ? span.end() : made_.nodes.back().span.end();
    node.span.length = std::max(end, node.span.end()) - node.span.offset;
    node.end = static_cast<std::uint32_t>(made_.nodes.size());
    if (!anchored_.back().empty()) anchors_[anchored_.back()].closed = true;
    open_.pop_back();
    anchored_.pop_back();
  }

  void alias(const yaml_char_t* name, SourceSpan span) {
    const std::string text(reinterpret_cast<const char*>(name));
    const auto known = anchors_.find(text);
    if (known == anchors_.end())
      return refuse(span.offset, fmt::format("there is no anchor '&{}' before this alias", text));
    if (!known->second.closed)
      return refuse(span.offset, fmt::format("the alias '*{}' stands inside of what it repeats", text));
    const std::uint32_t from = known->second.node;
    if (wants_key()) {
      key_ = made_.nodes[from].text;
      key_span_ = span;
      has_key_ = true;
      return;
    }
    copy(from, span);
  }

  void copy(std::uint32_t from, SourceSpan span) {
    const std::uint32_t count = made_.nodes[from].end - from;
    repeated_ += count;
    if (repeated_ > kMaxRepeated || made_.nodes.size() + count > kMaxNodes)
      return refuse(span.offset, fmt::format("its aliases repeat more than {} values", kMaxRepeated));
    const std::uint32_t to = add(JsonType::null, span);
    const Node member = made_.nodes[to];
    made_.nodes.pop_back();
    for (std::uint32_t i = 0; i < count; ++i) {
      Node node = made_.nodes[from + i];
      node.end = node.end - from + to;
      if (i == 0) {
        node.key = member.key;
        node.key_span = member.key_span;
      }
      made_.nodes.push_back(node);
    }
  }

  // `<<` brings the members of other objects that an object does not have itself.
  bool merge() {
    Document flat;
    flat.source = made_.source;
    put(flat, 0, 0);
    flat.texts = std::move(made_.texts);
    made_ = std::move(flat);
    return !why_;
  }

  void put(Document& to, std::uint32_t from, std::size_t depth) {
    if (why_) return;
    if (depth > kMaxDepth || to.nodes.size() > kMaxNodes || ++repeated_ > kMaxNodes)
      return refuse(made_[from].span.offset, fmt::format("nested deeper than {} levels, or too large", kMaxDepth));
    const auto at = static_cast<std::uint32_t>(to.nodes.size());
    to.nodes.push_back(made_[from]);
    std::map<std::string_view, bool> taken;
    const bool is_object = made_.is(from, JsonType::object);
    made_.each(from, [&](std::uint32_t i) {
      if (is_object && made_[i].key == "<<") return;
      taken[made_[i].key] = true;
      put(to, i, depth + 1);
    });
    if (is_object) add_merged(to, from, taken, depth);
    to.nodes[at].end = static_cast<std::uint32_t>(to.nodes.size());
  }

  void add_merged(Document& to, std::uint32_t from, std::map<std::string_view, bool>& taken, std::size_t depth) {
    if (depth > kMaxDepth) return;
    const auto add_members = [&](std::uint32_t object) {
      if (!made_.is(object, JsonType::object))
        return refuse(made_[object].span.offset, "'<<' takes an object or a list of them");
      made_.each(object, [&](std::uint32_t i) {
        if (made_[i].key == "<<" || taken[made_[i].key]) return;
        taken[made_[i].key] = true;
        put(to, i, depth + 1);
      });
      add_merged(to, object, taken, depth + 1);
    };
    made_.each(from, [&](std::uint32_t i) {
      if (made_[i].key != "<<") return;
      if (made_.is(i, JsonType::array)) return made_.each(i, add_members);
      add_members(i);
    });
  }

  struct Anchor {
    std::uint32_t node = 0;
    bool closed = false;
  };

  Document made_;
  ByteOffsets offsets_;
  std::optional<Diagnostic> why_;
  std::vector<std::uint32_t> open_;
  std::vector<std::string> anchored_;  // the anchor of each open value
  std::map<std::string, Anchor> anchors_;
  std::string_view key_;
  SourceSpan key_span_;
  bool has_key_ = false, merges_ = false;
  std::size_t repeated_ = 0;
};

}  // namespace

Result<Document> read_yaml(std::string_view text) { return YamlReader(text).run(); }

}  // namespace pipexpr::forms
