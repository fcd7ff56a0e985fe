// Reads a JSON text into a flat list of values with their places.
#include "definition/json_document.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>

#include "base/char_class.h"
#include "base/json_error.h"
#include "base/report.h"
#include "definition/other_forms.h"

namespace pipexpr::definition {

constexpr std::size_t kMaxDepth = 64;  // real definitions reach 4

// RapidJSON's own allocators use what malloc gives without a look.
struct ThrowingAllocator {
  static constexpr bool kNeedFree = true;
  void* Malloc(std::size_t size) { return size == 0 ? nullptr : ::operator new(size); }
  void* Realloc(void* old, std::size_t old_size, std::size_t size) {
    void* const made = Malloc(size);
    if (made != nullptr && old != nullptr) std::memcpy(made, old, std::min(old_size, size));
    Free(old);
    return made;
  }
  static void Free(void* memory) { ::operator delete(memory); }
};

// Receives RapidJSON's events. The stream stands just after a scalar, and on the bracket of an object or array.
class JsonHandler {
 public:
  JsonHandler(JsonText& out, std::string_view text, const rapidjson::MemoryStream& stream, std::size_t shift)
      : out_(out), text_(text), stream_(stream), shift_(shift) {}

  bool Null() { return scalar(JsonType::null, 4); }
  bool Bool(bool value) { return scalar(JsonType::boolean, value ? 4 : 5); }
  bool RawNumber(const char*, rapidjson::SizeType length, bool) { return scalar(JsonType::number, length); }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const SourceSpan span = quoted();
    out_.values_[add(JsonType::string, span)].text = decoded({text, length}, span);
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    key_span_ = quoted();
    key_ = decoded({text, length}, key_span_);
    return true;
  }
  bool StartObject() { return open(JsonType::object); }
  bool StartArray() { return open(JsonType::array); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }
  // Numbers come raw; RapidJSON wants these all the same.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  bool too_deep() const { return open_.size() >= kMaxDepth; }
  std::size_t position() const { return stream_.Tell() + shift_; }

 private:
  // A string's opening quote: the nearest one to the left that is not escaped.
  SourceSpan quoted() const {
    const std::size_t end = position();
    std::size_t begin = end - 1;
    for (bool found = false; !found && begin > 0;) {
      begin = text_.rfind('"', begin - 1);
      std::size_t slashes = 0;
      while (slashes < begin && text_[begin - 1 - slashes] == '\\') ++slashes;
      found = slashes % 2 == 0;
    }
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
  }

  std::string_view decoded(std::string_view text, SourceSpan span) {
    if (text.size() + 2 == span.length) return text_.substr(span.offset + 1, text.size());  // no escapes
    return out_.decoded_.emplace_back(text);
  }

  std::size_t add(JsonType type, SourceSpan span) {
    Json value;
    value.type = type;
    value.key = key_;
    value.key_span = key_span_;
    value.span = span;
    out_.values_.push_back(value);
    out_.values_.back().end = out_.size();
    key_ = {};
    key_span_ = {};
    return out_.values_.size() - 1;
  }

  bool scalar(JsonType type, std::size_t length) {
    const SourceSpan span{static_cast<std::uint32_t>(position() - length), static_cast<std::uint32_t>(length)};
    out_.values_[add(type, span)].text = text_.substr(span.offset, length);
    return true;
  }

  bool open(JsonType type) {
    if (too_deep()) return false;
    open_.push_back(static_cast<std::uint32_t>(add(type, {static_cast<std::uint32_t>(position()), 1})));
    return true;
  }

  bool close() {
    Json& value = out_.values_[open_.back()];
    value.span.length = static_cast<std::uint32_t>(position()) + 1 - value.span.offset;
    value.end = out_.size();
    open_.pop_back();
    return true;
  }

  JsonText& out_;
  std::string_view text_;
  const rapidjson::MemoryStream& stream_;
  std::size_t shift_;
  std::vector<std::uint32_t> open_;
  std::string_view key_;
  SourceSpan key_span_;
};

std::string_view json_type_name(JsonType type) {
  switch (type) {
    case JsonType::null: return "null";
    case JsonType::boolean: return "true or false";
    case JsonType::number: return "a number";
    case JsonType::string: return "a string";
    case JsonType::array: return "an array";
    case JsonType::object: break;
  }
  return "an object";
}

Result<JsonText> JsonText::read(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::size_t shift = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  JsonText result;
  rapidjson::MemoryStream stream(text.data() + shift, text.size() - shift);
  result.values_.reserve(text.size() / 16);  // seldom more than that
  JsonHandler handler(result, text, stream, shift);
  rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, ThrowingAllocator> reader;
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
  if (reader.Parse<kFlags>(stream, handler)) {
    // The parser takes a NUL for the end of the text.
    const std::size_t end = stream.Tell() + shift;
    if (end >= text.size()) return result;
    const auto rest = static_cast<std::uint32_t>(end);
    return base::report(DiagnosticCode::invalid_json, {rest, 0},
                        base::json_error_text(rapidjson::kParseErrorDocumentRootNotSingular));
  }
  const auto at = static_cast<std::uint32_t>(std::min(reader.GetErrorOffset() + shift, text.size()));
  if (handler.too_deep()) return base::report(DiagnosticCode::json_depth, {at, 0}, kMaxDepth);
  const std::string why = base::json_error_text(reader.GetParseErrorCode());
  return base::report(DiagnosticCode::invalid_json, {at, 0}, json_mistake(text, at, why));
}

std::uint32_t JsonText::member(std::uint32_t object, std::string_view key) const {
  for (std::uint32_t i = object + 1; i < values_[object].end; i = values_[i].end) {
    if (values_[i].key == key) return i;
  }
  return 0;
}

namespace {

// One character of a string value: goes to the next one.
void step(std::string_view raw, std::size_t& at, std::size_t& done) {
  if (raw[at] != '\\') {
    ++at;
    ++done;
  } else if (raw[at + 1] != 'u') {
    at += 2;
    ++done;
  } else {
    unsigned unit = 0;
    for (std::size_t i = at + 2; i < at + 6 && i < raw.size(); ++i) {
      unit = unit * 16 + static_cast<unsigned>(base::hex_value(raw[i]));
    }
    const bool pair = unit >= 0xD800 && unit < 0xDC00;
    at += pair ? 12 : 6;
    done += pair ? 4u : unit < 0x80 ? 1u : unit < 0x800 ? 2u : 3u;
  }
}

std::size_t raw_offset_after(std::string_view raw, std::size_t at, std::size_t done, std::size_t decoded) {
  while (done < decoded && at + 1 < raw.size()) step(raw, at, done);
  return std::min(at, raw.size());
}

}  // namespace

std::size_t raw_offset(std::string_view raw, std::size_t decoded) {
  return raw_offset_after(raw, 1, 0, decoded);  // after the quote
}

OffsetMarks offset_marks(std::string_view raw) {
  constexpr std::size_t kApart = 256;
  OffsetMarks marks{{0, 1}};
  std::size_t at = 1, done = 0;
  while (at + 1 < raw.size()) {
    step(raw, at, done);
    if (done < marks.back().first + kApart) continue;
    marks.emplace_back(static_cast<std::uint32_t>(done), static_cast<std::uint32_t>(at));
  }
  return marks;
}

std::size_t raw_offset(std::string_view raw, std::size_t decoded, const OffsetMarks& marks) {
  const auto next = std::upper_bound(marks.begin(), marks.end(), decoded,
                                     [](std::size_t wanted, const auto& mark) { return wanted < mark.first; });
  const auto& [done, at] = *std::prev(next);
  return raw_offset_after(raw, at, done, decoded);
}

}  // namespace pipexpr::definition
