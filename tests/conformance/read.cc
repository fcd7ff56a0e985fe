// Reads .test files.
#include <charconv>
#include <fstream>
#include <sstream>

#include "row.h"

namespace conformance {
namespace {

using pipexpr::SlotType;

constexpr std::string_view kBlanks = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t from = text.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

// The first word, which is taken off the text.
std::string_view word(std::string_view& text) {
  text = trim(text);
  const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  const std::string_view result = text.substr(0, end);
  text = trim(text.substr(end));
  return result;
}

// Where "=>", "=kind>" or "!!" begins, as a word of its own; npos when there is none.
std::size_t find_expectation(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (at != 0 && kBlanks.find(line[at - 1]) == std::string_view::npos) continue;
    const std::string_view rest = line.substr(at);
    const std::size_t length = std::min(rest.find_first_of(kBlanks), rest.size());
    const std::string_view mark = rest.substr(0, length);
    if (mark == "!!") return at;
    if (mark.size() >= 2 && mark.front() == '=' && mark.back() == '>' &&
        mark.substr(1, mark.size() - 2).find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos)
      return at;
  }
  return std::string_view::npos;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool number(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool slot_type(std::string_view name, SlotType& out) {
  for (int i = 0; i <= static_cast<int>(SlotType::verbatim); ++i) {
    out = static_cast<SlotType>(i);
    if (pipexpr::slot_type_name(out) == name) return true;
  }
  static const std::map<std::string_view, SlotType> short_names = {
      {"string", SlotType::string},       {"integer", SlotType::integer},   {"number", SlotType::number},
      {"boolean", SlotType::boolean},     {"datetime", SlotType::datetime}, {"period", SlotType::period},
      {"reference", SlotType::reference}, {"verbatim", SlotType::verbatim}};
  const auto found = short_names.find(name);
  if (found == short_names.end()) return false;
  out = found->second;
  return true;
}

class Reader {
 public:
  Reader(const std::string& name, const std::string& folder) : folder_(folder) { file_.name = name; }

  File read(std::string_view text) {
    file_.lines = split_lines(text);
    for (std::size_t i = 0; i < file_.lines.size(); ++i) {
      line_ = i + 1;
      read_line(file_.lines[i]);
    }
    if (open_) error("a template without an expectation");
    return std::move(file_);
  }

 private:
  void error(const std::string& what) {
    file_.errors.push_back(file_.name + ":" + std::to_string(line_) + ": " + what);
  }

  void read_line(std::string_view line) {
    if (trim(line).empty() || line == "#" || line.starts_with("# ")) return;
    if (line.front() == ' ') return read_expectation(trim(line));
    if (open_) return error("a template without an expectation");
    if (line.starts_with("== ")) {
      if (!in_section_) base_ = setting_;
      in_section_ = true;
      setting_ = base_;
      shared_.reset();
    } else if (line.front() == '%') {
      directive(line.substr(1));
    } else {
      read_case(line);
    }
  }

  void read_expectation(std::string_view text) {
    if (file_.rows.empty() || find_expectation(text) != 0) return error("expected '=>' or '!!'");
    Row& row = file_.rows.back();
    row.want.emplace_back(text);
    row.lines = line_ - row.line + 1;
    open_ = false;
  }

  void read_case(std::string_view line) {
    if (!shared_) shared_ = std::make_shared<const Setting>(setting_);
    Row row;
    row.line = line_;
    row.setting = shared_;
    const std::size_t at = find_expectation(line);
    std::string_view source = trim(line.substr(0, at));
    row.head = std::string(line.substr(0, std::min(at, line.size())));
    if (at != std::string_view::npos) row.want.emplace_back(trim(line.substr(at)));
    open_ = at == std::string_view::npos;
    if (source.starts_with("load ")) {
      row.form = Form::load;
      source.remove_prefix(5);
    } else if (source.starts_with("register ")) {
      row.form = Form::add;
      source.remove_prefix(9);
    } else if (source.starts_with('(')) {
      const std::size_t close = source.find(") ");
      if (close == std::string_view::npos) return error("expected ') ' after the object; a literal '(' is \\x28");
      row.object = std::string(source.substr(1, close - 1));
      source = trim(source.substr(close + 2));
    }
    row.source = decode(source);
    file_.rows.push_back(std::move(row));
  }

  void directive(std::string_view text) {
    shared_.reset();
    const std::string_view name = word(text);
    if (name == "use") {
      const std::string path = folder_ + "/graphs/" + std::string(text);
      setting_.definition = read_text(path + ".json");
      if (setting_.definition.empty()) error("there is no " + path + ".json");
      std::istringstream setup(read_text(path + ".setup"));
      for (std::string line; std::getline(setup, line);)
        if (line.starts_with('%')) directive(std::string_view(line).substr(1));
    } else if (name == "graph") {
      setting_.definition = decode(text);
    } else if (name == "object") {
      setting_.object = text == "none" ? "" : std::string(text);
    } else if (name == "at") {
      setting_.start = word(text);
      setting_.end = text.empty() ? setting_.start : std::string(text);
      if (setting_.start == "none") setting_.start.clear();
    } else if (name == "run") {
      overrides(setting_.run_fields, text);
    } else if (name == "set") {
      overrides(setting_.fields, text);
    } else if (name == "value" || name == "runtime") {
      const std::string key(word(text));
      if (word(text) != "=") return error("expected '='");
      (name == "value" ? setting_.values : setting_.runtime_fields).emplace_back(key, decode(text));
    } else if (name == "covers") {
      while (!text.empty()) setting_.covers.emplace_back(word(text));
    } else if (name == "functions" && text == "host") {
      setting_.host_functions = true;
    } else if (name == "functions" && text == "none") {
      setting_.no_functions = true;
    } else if (!option(name, text)) {
      error("unknown directive '%" + std::string(name) + " " + std::string(text) + "'");
    }
  }

  bool option(std::string_view name, std::string_view text) {
    std::uint64_t n = 0;
    if (name == "attempt" && number(text, n)) return setting_.attempt = static_cast<std::uint32_t>(n), true;
    if (name == "limit") {
      const std::string_view limit = word(text);
      for (const pipexpr::LimitInfo& info : pipexpr::limits())
        if (info.name == limit && number(text, n)) return setting_.limits.*info.member = n, true;
      return false;
    }
    if (name == "delimiters") {
      using pipexpr::Delimiters;
      setting_.delimiters = text == "braces"   ? Delimiters::braces
                            : text == "angles" ? Delimiters::angles
                                               : Delimiters::both;
      return text == "braces" || text == "angles" || text == "both";
    }
    if (name != "option") return false;
    if (text == "empty_unset_runtime_fields") return setting_.unset_runtime = pipexpr::UnsetRuntime::empty, true;
    if (text == "null_unset_runtime_fields") return setting_.unset_runtime = pipexpr::UnsetRuntime::null, true;
    if (text == "transitive_runtime_fields") return setting_.transitive_runtime_fields = true;
    if (text == "cancelled") return setting_.cancelled = true;
    if (text == "past_deadline") return setting_.past_deadline = true;
    return false;
  }

  void overrides(std::vector<Override>& fields, std::string_view text) {
    Override field;
    field.name = std::string(word(text));
    std::string_view mark = word(text);
    if (mark == ":") {
      if (!slot_type(word(text), field.type)) return error("unknown slot type");
      mark = word(text);
    }
    if (mark == "->") {
      field.reference = std::string(text);
      field.type = SlotType::reference;
    } else if (mark != "=") {
      return error("expected '=' or '->'");
    }
    if (!fields.empty() && fields.back().name == field.name && mark == "=")
      return fields.back().texts.push_back(decode(text));
    if (mark == "=") field.texts.push_back(decode(text));
    fields.push_back(std::move(field));
  }

  std::string folder_;
  File file_;
  std::size_t line_ = 0;
  bool open_ = false;  // a template waits for its expectation
  bool in_section_ = false;
  Setting base_, setting_;
  std::shared_ptr<const Setting> shared_;
};

}  // namespace

File read_rows(const std::string& name, std::string_view text, const std::string& folder) {
  return Reader(name, folder).read(text);
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::string decode(std::string_view written) {
  std::string out;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::string_view rest = written.substr(i);
    if (rest.size() >= 4 && rest.starts_with("\\x") && hex(rest[2]) >= 0 && hex(rest[3]) >= 0) {
      out += static_cast<char>(hex(rest[2]) * 16 + hex(rest[3]));
      i += 3;
      continue;
    }
    const std::size_t star = rest.find('*'), close = rest.find('}');
    std::uint64_t times = 0;
    if (rest.starts_with("\\{") && close != std::string_view::npos && star < close &&
        number(rest.substr(2, star - 2), times)) {
      const std::string part = decode(rest.substr(star + 1, close - star - 1));
      for (; times > 0; --times) out += part;
      i += close;
      continue;
    }
    out += written[i];
  }
  return out;
}

std::string encode(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const bool edge_blank = byte == ' ' && (i == 0 || i + 1 == bytes.size());
    const bool looks_escaped = byte == '\\' && i + 1 < bytes.size() && (bytes[i + 1] == 'x' || bytes[i + 1] == '{');
    if (byte < 0x20 || byte >= 0x7F || edge_blank || looks_escaped) {
      constexpr char digits[] = "0123456789abcdef";
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    } else {
      out += bytes[i];
    }
  }
  return out;
}

}  // namespace conformance
