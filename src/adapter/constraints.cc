// Checks requests against the constraints of the service model.
#include "adapter/constraints.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/utf8.h"

namespace pipexpr::adapter {
namespace {

#include "adapter/shapes.inc"

constexpr std::size_t kMaxViolations = 10;
constexpr std::size_t kShownValue = 64;

// A member on the way to the value under examination, for the message: pipelineObjects.1.member.id.
struct Step {
  std::string_view name;
  std::size_t item = 0;  // 1-based; 0 for a member of a structure
};

class Validator {
 public:
  explicit Validator(rapidjson::Document::AllocatorType& allocator) : allocator_(allocator) {}

  std::optional<ServiceError> run(const ModelShape& shape, Json& input) {
    check(shape, input);
    if (!wrong_type_.empty()) return ServiceError{ErrorType::serialization, wrong_type_};
    if (violations_.empty()) return std::nullopt;
    std::string message =
        fmt::format("{} validation error{} detected: ", violations_.size(), violations_.size() == 1 ? "" : "s");
    for (std::size_t i = 0; i < violations_.size(); ++i) message += (i == 0 ? "" : "; ") + violations_[i];
    return ServiceError{ErrorType::validation, message};
  }

 private:
  // Recursion follows the model, which is six levels deep, and not the request.
  void check(const ModelShape& shape, Json& value) {
    if (!wrong_type_.empty() || violations_.size() >= kMaxViolations) return;
    switch (shape.type) {
      case Type::structure: return check_structure(shape, value);
      case Type::list: return check_list(shape, value);
      case Type::text: return check_text(shape, value);
      case Type::integer:
        if (!value.IsInt()) wrong_type("an integer", value);
        return;
      case Type::boolean:
        if (!value.IsBool()) wrong_type("a boolean", value);
        return;
      case Type::timestamp:
        if (!value.IsNumber()) wrong_type("a number of seconds", value);
        return;
    }
  }

  void check_structure(const ModelShape& shape, Json& value) {
    if (!value.IsObject()) return wrong_type("an object", value);
    rapidjson::SizeType known = 0;
    const Json::ConstMemberIterator end = value.MemberEnd();  // clang finds two ways to compare two that are not const
    for (const Member& member : members(shape)) {
      auto found = value.FindMember(Json(rapidjson::StringRef(member.name.data(), member.name.size())));
      path_.push_back({member.name});
      if (found != end && !found->value.IsNull()) {
        ++known;
        check(adapter::shape(member.shape), found->value);
      } else if (member.required) {
        violation("null", "Member must not be null");
      }
      path_.pop_back();
    }
    if (known != value.MemberCount()) keep_known(shape, value);
  }

  // The first member of each name that was checked above, and nothing else.
  void keep_known(const ModelShape& shape, Json& value) {
    Json kept(rapidjson::kObjectType);
    const Json::ConstMemberIterator end = value.MemberEnd();
    for (const Member& member : members(shape)) {
      Json name(rapidjson::StringRef(member.name.data(), member.name.size()));
      auto found = value.FindMember(name);
      if (found != end && !found->value.IsNull()) kept.AddMember(name, found->value, allocator_);
    }
    value = kept;
  }

  void check_list(const ModelShape& shape, Json& value) {
    if (!value.IsArray()) return wrong_type("a list", value);
    check_length(shape, static_cast<std::int64_t>(value.Size()), {});
    const ModelShape& item_shape = adapter::shape(members(shape).front().shape);
    path_.push_back({"member"});
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      path_.back().item = i + 1;
      if (value[i].IsNull()) {
        violation("null", "Member must not be null");
      } else {
        check(item_shape, value[i]);
      }
    }
    path_.pop_back();
  }

  void check_text(const ModelShape& shape, const Json& value) {
    if (!value.IsString()) return wrong_type("a string", value);
    std::string_view text = text_of(value);
    if (shape.word_count != 0) {
      auto words = std::span(kEnumWords).subspan(shape.first_word, shape.word_count);
      if (std::find(words.begin(), words.end(), text) != words.end()) return;
      std::string list;
      for (std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
      return violation(shown(text), fmt::format("Member must satisfy enum value set: [{}]", list));
    }
    std::int64_t length = count_characters(text, shape.has_pattern);
    if (length < 0) {
      return violation(shown({}), fmt::format("Member must satisfy regular expression pattern: {}", kPattern));
    }
    check_length(shape, length, text);
  }

  void check_length(const ModelShape& shape, std::int64_t length, std::string_view text) {
    if (length < shape.min) {
      violation(shown(text), fmt::format("Member must have length greater than or equal to {}", shape.min));
    } else if (shape.max >= 0 && length > shape.max) {
      violation(shown(text), fmt::format("Member must have length less than or equal to {}", shape.max));
    }
  }

  // Values of fields and parameters may be secrets: the message does not repeat them.
  std::string shown(std::string_view text) const {
    std::string_view name = path_.empty() ? std::string_view{} : path_.back().name;
    if (name == "stringValue" || name == "expression" || name == "errorMessage" || name == "errorStackTrace") return "";
    if (count_characters(text) < 0) return "";
    if (text.size() <= kShownValue) return fmt::format("'{}'", text);
    return fmt::format("'{}...'", base::cut_utf8(text, kShownValue));
  }

  void violation(std::string_view value, std::string_view constraint) {
    if (violations_.size() >= kMaxViolations) return;
    violations_.push_back(fmt::format("Value {}{}at '{}' failed to satisfy constraint: {}", value,
                                      value.empty() ? "" : " ", path(), constraint));
  }

  void wrong_type(std::string_view expected, const Json& value) {
    static constexpr std::string_view kFound[] = {"null",   "false",    "true",    "an object",
                                                  "a list", "a string", "a number"};
    wrong_type_ = fmt::format("expected {} at '{}', found {}", expected, path(), kFound[value.GetType()]);
  }

  std::string path() const {
    std::string result;
    for (const Step& step : path_) {
      if (!result.empty()) result += '.';
      if (step.item != 0) result += fmt::format("{}.", step.item);
      result += step.name;
    }
    return result.empty() ? "the request" : result;
  }

  rapidjson::Document::AllocatorType& allocator_;
  std::vector<Step> path_;
  std::vector<std::string> violations_;
  std::string wrong_type_;
};

}  // namespace

std::span<const OperationModel> operations() { return kOperations; }

const OperationModel* find_operation(std::string_view name) {
  const auto* found = std::lower_bound(std::begin(kOperations), std::end(kOperations), name,
                                       [](const OperationModel& row, std::string_view key) { return row.name < key; });
  return found != std::end(kOperations) && found->name == name ? found : nullptr;
}

std::span<const Member> members(const ModelShape& shape) {
  return std::span(kMembers).subspan(shape.first_member, shape.member_count);
}

const ModelShape& shape(std::uint8_t index) { return kShapes[index]; }

std::optional<ServiceError> validate(const OperationModel& operation, rapidjson::Document& input) {
  return Validator(input.GetAllocator()).run(shape(operation.input), input);
}

namespace {

constexpr std::ptrdiff_t kBlock = 32;

// Characters of ASCII that need no closer look, line breaks among them; in a form that compilers make vector code of.
bool is_plain(const unsigned char* block) {
  std::uint8_t found = 0;
  for (std::ptrdiff_t i = 0; i < kBlock; ++i) {
    unsigned char c = block[i];
    bool is_break = std::uint8_t{c == '\t'} | std::uint8_t{c == '\n'} | std::uint8_t{c == '\r'};
    found = static_cast<std::uint8_t>(found | std::uint8_t{c >= 0x80} | (std::uint8_t{c < 0x20} & !is_break));
  }
  return found == 0;
}

}  // namespace

std::int64_t count_characters(std::string_view text, bool pattern) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* end = at + text.size();
  std::int64_t count = 0;
  while (at != end) {
    while (end - at >= kBlock && is_plain(at)) {
      at += kBlock;
      count += kBlock;
    }
    if (at == end) break;
    unsigned char head = *at;
    if (head < 0x80) {
      if (head == 0 || (pattern && head < 0x20 && head != '\t' && head != '\n' && head != '\r')) return -1;
      ++at;
    } else {
      int tail = head >= 0xF0 ? 3 : head >= 0xE0 ? 2 : 1;
      if (head < 0xC2 || head > 0xF4 || end - at <= tail) return -1;
      std::uint32_t point = head & (0x3FU >> tail);
      for (int i = 1; i <= tail; ++i) {
        if ((at[i] & 0xC0U) != 0x80U) return -1;
        point = point << 6U | (at[i] & 0x3FU);
      }
      bool overlong = (tail == 2 && point < 0x800) || (tail == 3 && point < 0x10000);
      bool surrogate = point >= 0xD800 && point <= 0xDFFF;
      bool excluded = pattern && (point == 0xFFFE || point == 0xFFFF);
      if (overlong || surrogate || point > 0x10FFFF || excluded) return -1;
      at += tail + 1;
    }
    ++count;
  }
  return count;
}

std::string printable(std::string_view text) {
  std::string result(text);
  if (count_characters(text, false) >= 0) return result;
  for (char& c : result) {
    if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return result;
}

}  // namespace pipexpr::adapter
