// Generates well-formed expressions and graphs from the fuzzer's bytes.
#include "generator.h"

namespace fuzz {

using namespace pipexpr;

namespace {

constexpr std::string_view kNames[] = {"a",       "b",       "c",    "next", "other",  "myText", "@scheduledStartTime",
                                       "@status", "*secret", "name", "id",   "parent", "node",   "nosuch"};
constexpr std::string_view kPatterns[] = {
    "'YYYY-MM-dd'", "'HH:mm:ss.SSS'", "'z ZZZ'", "\"EEEE 'x' D\"", "'q'", "''", "b"};
constexpr std::string_view kTexts[] = {
    "''", "'x'", "\"it's\"", "'2011-05-24T17:10:00'", "'12'", "'1.5'", "'1 day'", "'America/New_York'", "'\\n\\''"};
constexpr std::string_view kNumbers[] = {"0",   "1",   "2",  "7", "365", "2147483648", "9223372036854775807",
                                         "0.5", ".25", "1.0"};

template <std::size_t N>
std::string_view pick(Bytes& bytes, const std::string_view (&from)[N]) {
  return from[bytes.byte() % N];
}

// Everything appends: with sanitizers, a text for each part of a text is most of the time.
void expression(Bytes& bytes, int depth, std::string& out);

void call(Bytes& bytes, int depth, std::string& out) {
  const auto all = FunctionRegistry::standard().all();
  const FunctionSpec& function = *all[bytes.byte() % all.size()];
  const std::size_t count = bytes.byte() % 8 == 0 ? bytes.byte() % 4 : function.parameters.size();
  const bool method = count > 0 && bytes.byte() % 2 == 0;
  if (method) {
    out += '(';
    expression(bytes, depth, out);
    out += ").";
  }
  out += function.name;
  out += '(';
  for (std::size_t i = method ? 1 : 0; i < count; ++i) {
    if (out.back() != '(') out += ", ";
    if (function.name == "format" && i == 1) {
      out += pick(bytes, kPatterns);
    } else {
      expression(bytes, depth, out);
    }
  }
  out += ')';
}

void expression(Bytes& bytes, int depth, std::string& out) {
  if (depth <= 0 || bytes.empty()) {
    out += pick(bytes, kNames);
    return;
  }
  switch (bytes.byte() % 9) {
    case 0: out += pick(bytes, kNumbers); break;
    case 1: out += pick(bytes, kTexts); break;
    case 2:
    case 3: out += pick(bytes, kNames); break;
    case 4:
      out += '-';
      expression(bytes, depth - 1, out);
      break;
    case 5: {
      constexpr std::string_view kOperators[] = {" + ", " - ", " * ", "/", " ^ "};
      expression(bytes, depth - 1, out);
      out += pick(bytes, kOperators);
      expression(bytes, depth - 1, out);
      break;
    }
    case 6:
      out += '(';
      expression(bytes, depth - 1, out);
      out += ')';
      break;
    case 7:
      out += pick(bytes, kNames);
      out += '.';
      out += pick(bytes, kNames);
      break;
    default: call(bytes, depth - 1, out); break;
  }
}

}  // namespace

std::string expression(Bytes& bytes, int depth) {
  std::string text;
  expression(bytes, depth, text);
  return text;
}

std::string a_template(Bytes& bytes) {
  std::string text;
  for (std::uint32_t pieces = bytes.byte() % 4; pieces-- > 0;) {
    switch (bytes.byte() % 4) {
      case 0: text += bytes.text(6); break;
      case 1:
        text += "#<";
        expression(bytes, 2, text);
        text += '>';
        break;
      default:
        text += "#{";
        expression(bytes, 3, text);
        text += '}';
        break;
    }
  }
  return text;
}

Graph::Graph(Bytes& bytes) {
  const std::size_t count = 1 + bytes.byte() % 4;
  for (std::size_t i = 0; i < count; ++i) ids_.push_back("Obj" + std::to_string(i));
  for (std::size_t owner = 0; owner <= count; ++owner) {  // the last owner stands for the parameters
    for (std::uint32_t fields = bytes.byte() % 6; fields-- > 0;) {
      Stored& stored = fields_[{owner, std::string(pick(bytes, kNames))}];
      if (!stored.items.empty()) continue;
      stored.type = static_cast<SlotType>(bytes.byte() % 8);
      for (std::uint32_t items = bytes.byte() % 8 == 0 ? std::uint32_t{bytes.byte()} % 4 : 1; items-- > 0;) {
        switch (bytes.byte() % 4) {
          case 0:
            stored.items.push_back(FieldItem::of_value(ValueView(static_cast<ObjectId>(bytes.byte() % count))));
            break;
          case 1: stored.items.push_back(FieldItem::of_value(ValueView(bytes.number()))); break;
          default: stored.items.push_back(FieldItem::of_text(stored.texts.emplace_back(a_template(bytes)))); break;
        }
      }
    }
  }
}

bool Graph::field(ObjectId object, const FieldName& name, Field& out) const {
  const auto found = fields_.find(std::pair(static_cast<std::size_t>(object), std::string(name.text)));
  if (found == fields_.end()) return false;
  out = {found->second.items.data(), static_cast<std::uint32_t>(found->second.items.size()), found->second.type, false,
         &found->second};
  return true;
}

bool Graph::parameter(const FieldName& name, Field& out) const {
  return field(static_cast<ObjectId>(ids_.size()), name, out);
}

std::optional<ObjectId> Graph::find(std::string_view id) const {
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (ids_[i] == id) return static_cast<ObjectId>(i);
  }
  return std::nullopt;
}

FieldKey Graph::key(std::string_view name) const { return static_cast<FieldKey>(name.size()); }

void Graph::names(ObjectId object, const std::function<void(std::string_view)>& visit) const {
  for (const auto& [key, stored] : fields_) {
    if (key.first == static_cast<std::size_t>(object)) visit(key.second);
  }
}

}  // namespace fuzz
