// Reads a line of --jsonl with RapidJSON, decoding its texts in place.
#include "jsonl/request.h"
#include "base/json_error.h"
#include "base/utf8.h"

#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstring>

#include <pipexpr/diagnostic.h>

namespace pipexpr::jsonl {
namespace {

constexpr std::size_t kMaxFields = 1000;  // they are searched one after the other

struct Member {
  std::string_view name;
  std::string_view Request::*text;                       // a plain text, or
  std::vector<FieldOverride> Request::*given = nullptr;  // named values
};

constexpr Member kMembers[] = {
    {"template", nullptr},
    {"definition", &Request::definition},
    {"object", &Request::object},
    {"at", &Request::at},
    {"end", &Request::end},
    {"now", &Request::now},
    {"delimiters", &Request::delimiters},
    {"fields", nullptr, &Request::fields},
    {"parameters", nullptr, &Request::parameters},
};

// Follows the reader through {"member": "text", "fields": {"name": "text" | ["text", ...] | {"ref": "id"}}}.
class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  Handler(Request& out, rapidjson::InsituStringStream& stream) : out_(out), stream_(stream) {}

  RequestError error;

  bool Null() { return unexpected("null", 4); }
  bool Bool(bool value) { return value ? unexpected("true", 4) : unexpected("false", 5); }
  bool Int(int) { return number(); }
  bool Uint(unsigned) { return number(); }
  bool Int64(std::int64_t) { return number(); }
  bool Uint64(std::uint64_t) { return number(); }
  bool Double(double) { return number(); }

  bool String(const char* text, rapidjson::SizeType size, bool) {
    at_ = static_cast<std::size_t>(text - stream_.head_);
    const std::string_view value(text, size);
    switch (place_) {
      case Place::member:
        if (member_->given != nullptr) break;
        if (member_->text == nullptr) {
          out_.template_text = value;
        } else {
          out_.*member_->text = value;
        }
        return true;
      case Place::named:
      case Place::items: return give(value, false);
      case Place::reference: has_reference_ = true; return give(value, true);
      case Place::line: break;
    }
    return unexpected("a string", 0);
  }

  bool StartObject() {
    at_ = stream_.Tell() + 1;  // the reader reports a bracket before it takes it
    if (place_ == Place::line && !inside_) return inside_ = true;
    if (place_ == Place::member && member_->given != nullptr) return place_ = Place::named, name_ = {}, true;
    if (place_ == Place::named && !name_.empty() && member_->given == &Request::fields) {
      has_reference_ = false;
      return place_ = Place::reference, true;
    }
    return unexpected("an object", 0);
  }

  bool EndObject(rapidjson::SizeType) {
    at_ = stream_.Tell() + 1;
    if (place_ == Place::reference) {
      if (!has_reference_) return refuse(DiagnosticCode::missing_member, "expected {} to have \"{}\"", what(), "ref");
      place_ = Place::named;
    } else if (place_ == Place::named) {
      place_ = Place::line;
    } else {
      place_ = Place::line;
      inside_ = true;
    }
    return true;
  }

  bool Key(const char* text, rapidjson::SizeType size, bool) {
    at_ = static_cast<std::size_t>(text - stream_.head_);
    const std::string_view name(text, size);
    if (place_ == Place::reference) {
      if (name == "ref" && !has_reference_) return true;
      return refuse(DiagnosticCode::wrong_json_type, "expected {} to be {}, found a member '{}'", what(), kReference,
                    name);
    }
    if (place_ == Place::named) return new_name(name);
    const auto* const member =
        std::find_if(std::begin(kMembers), std::end(kMembers), [&](const Member& one) { return one.name == name; });
    if (member == std::end(kMembers)) {
      return refuse(DiagnosticCode::wrong_json_type,
                    "a request has no member '{}': it may have template, definition, object, at, end, now, delimiters, "
                    "fields and parameters",
                    name);
    }
    unsigned& seen = seen_[member - kMembers];
    if (seen++ != 0) return refuse(DiagnosticCode::duplicate_id, "member '{}' stands in the request twice", name);
    member_ = member;
    place_ = Place::member;
    return true;
  }

  bool StartArray() {
    at_ = stream_.Tell() + 1;
    if (place_ != Place::named || name_.empty()) return unexpected("an array", 0);
    return place_ = Place::items, true;
  }

  bool EndArray(rapidjson::SizeType count) {
    at_ = stream_.Tell() + 1;
    place_ = Place::named;
    if (count != 0) return true;
    return refuse(DiagnosticCode::wrong_json_type,
                  "expected {} to be a list with at least one string, found an empty one", what());
  }

 private:
  enum class Place { line, member, named, items, reference };
  static constexpr std::string_view kReference = "{\"ref\": \"id\"}";

  bool new_name(std::string_view name) {
    const auto& given = out_.*member_->given;
    if (name.empty())
      return refuse(DiagnosticCode::missing_member, "expected a name in \"{}\", found an empty string", member_->name);
    if (given.size() >= kMaxFields) {
      return refuse(DiagnosticCode::wrong_json_type, "expected at most {} values in \"{}\"", kMaxFields, member_->name);
    }
    for (const FieldOverride& one : given) {
      if (one.name == name)
        return refuse(DiagnosticCode::duplicate_id, "'{}' stands in \"{}\" twice", name, member_->name);
    }
    name_ = name;
    return true;
  }

  bool give(std::string_view text, bool is_reference) {
    auto& given = out_.*member_->given;
    given.push_back({name_, text, is_reference});
    return given.size() <= kMaxFields * 10 ||
           refuse(DiagnosticCode::wrong_json_type, "expected at most {} strings in \"{}\"", kMaxFields * 10,
                  member_->name);
  }

  std::string what() const {
    if (member_ == nullptr) return "a request";
    if (name_.empty() || place_ == Place::member) return fmt::format("\"{}\"", member_->name);
    return fmt::format("{} '{}'", member_->given == &Request::fields ? "field" : "parameter", name_);
  }

  // The value that was just read is of the wrong type; it took `length` bytes.
  bool unexpected(std::string_view found, std::size_t length) {
    if (length != 0) at_ = stream_.Tell() - length + 1;
    std::string_view wanted = "a string";
    std::string subject = what();
    if (place_ == Place::line) {
      subject = "a request";
      wanted = "a JSON object";
    } else if (place_ == Place::member && member_->given != nullptr) {
      wanted = "an object";
    } else if (place_ == Place::items) {
      wanted = "a list of strings";
    } else if (place_ == Place::reference) {
      wanted = kReference;
    } else if (place_ == Place::named) {
      wanted = member_->given == &Request::fields ? "a string, a list of strings or {\"ref\": \"id\"}"
                                                  : "a string or a list of strings";
    }
    return refuse(DiagnosticCode::wrong_json_type, "expected {} to be {}, found {}", subject, wanted, found);
  }

  // While a number is being read the stream may or may not have moved on.
  bool number() {
    std::size_t begin = stream_.Tell();
    while (begin > 0 && std::strchr("+-.0123456789eE", stream_.head_[begin - 1]) != nullptr) --begin;
    at_ = begin + 1;
    return unexpected("a number", 0);
  }

  template <class... Parts>
  bool refuse(DiagnosticCode code, fmt::format_string<Parts...> format, Parts&&... parts) {
    error = {code_id(code), fmt::format(format, std::forward<Parts>(parts)...), at_};
    return false;
  }

  Request& out_;
  rapidjson::InsituStringStream& stream_;
  Place place_ = Place::line;
  bool inside_ = false;
  bool has_reference_ = false;
  const Member* member_ = nullptr;
  std::string_view name_;
  std::size_t at_ = 0;
  unsigned seen_[std::size(kMembers)] = {};
};

}  // namespace

void Request::clear() {
  template_text.reset();
  definition = object = at = end = now = delimiters = {};
  fields.clear();
  parameters.clear();
}

std::optional<RequestError> read_request(char* line, std::size_t size, Request& out) {
  out.clear();
  line[size] = '\0';
  const auto invalid = [&](std::string_view why, std::size_t offset) {
    return RequestError{code_id(DiagnosticCode::invalid_json), fmt::format("invalid JSON: {}", why), offset + 1};
  };
  // The reader would take a NUL for the end of the line.
  if (const void* nul = std::memchr(line, 0, size))
    return invalid("a NUL byte", static_cast<std::size_t>(static_cast<const char*>(nul) - line));
  if (const std::size_t bad = base::find_invalid_utf8({line, size}); bad != std::string_view::npos)
    return invalid("a byte that is no UTF-8", bad);
  rapidjson::InsituStringStream stream(line);
  rapidjson::Reader reader;
  Handler handler(out, stream);
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (result.Code() == rapidjson::kParseErrorTermination) return std::move(handler.error);
  if (result.IsError()) return invalid(base::json_error_text(result.Code()), std::min(result.Offset(), size));
  if (!out.template_text) {
    return RequestError{code_id(DiagnosticCode::missing_member), "expected a request to have \"template\"", 1};
  }
  return std::nullopt;
}

}  // namespace pipexpr::jsonl
