// Finds secrets in clear, and covers them in what is shown of a file.
#include "checker/clear_secrets.h"

#include <algorithm>
#include <string>
#include <vector>

#include <pipexpr/check.h>

#include "base/char_class.h"
#include "base/secret_mask.h"
#include "checker/checks.h"
#include "checker/placeholder.h"

namespace pipexpr {
namespace checker {
namespace {

bool is_base64(char c) { return base::is_alphanumeric(c) || c == '/' || c == '+'; }

SourceSpan span_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
}

struct Name {
  std::string_view name, what;
  std::size_t least;  // bytes of a value that is taken for a secret
};
constexpr Name kNames[] = {
    {"aws_secret_access_key", "a secret access key", 30},
    {"secretaccesskey", "a secret access key", 30},
    {"secret_access_key", "a secret access key", 30},
    {"secret_key", "a secret key", 16},
    {"pgpassword", "a password", 4},
    {"password", "a password", 4},
    {"passwd", "a password", 4},
};

// Where the value after `name` begins, when there is a = or : after it; npos otherwise.
std::size_t value_behind(std::string_view text, std::size_t at) {
  const auto skip = [&](std::string_view bytes) {
    while (at < text.size() && bytes.find(text[at]) != std::string_view::npos) ++at;
  };
  skip("'\"\\");
  skip(" ");
  if (at >= text.size() || (text[at] != '=' && text[at] != ':')) return std::string_view::npos;
  const bool colon = text[at] == ':';
  ++at;
  skip(" ");
  if (colon) skip(" ");
  skip("'\"\\");
  return at;
}

}  // namespace

bool is_stand_in(std::string_view text) {
  if (text.empty() || has_placeholder(text) || text.find("#{") != std::string_view::npos ||
      text.find_first_of("<>[]$%*") != std::string_view::npos) {
    return true;
  }
  const std::string plain = base::lowercase(text);
  if (std::count(plain.begin(), plain.end(), plain[0]) == static_cast<std::ptrdiff_t>(plain.size())) return true;
  for (const std::string_view word :
       {"password", "passwd", "secret",      "changeme", "change_me", "example", "xxx",  "your", "dummy",
        "redacted", "hidden", "placeholder", "insert",   "replace",   "todo",    "none", "null", "test",
        "sample",   "my-",    "my_",         "...",      "removed",   "enter",   "fill"}) {
    if (plain.find(word) != std::string::npos) return true;
  }
  return false;
}

void each_clear_secret(std::string_view text,
                       const std::function<void(SourceSpan secret, std::string_view what)>& visit) {
  constexpr std::size_t kKeyId = 20;
  for (const std::string_view prefix : {"AKIA", "ASIA"}) {
    for (std::size_t at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
      std::size_t end = at;
      while (end < text.size() && (base::is_upper(text[end]) || base::is_digit(text[end]))) ++end;
      const bool begins = at == 0 || !base::is_word(text[at - 1]);
      if (!begins || end - at != kKeyId || text.substr(at, kKeyId).find("EXAMPLE") != std::string_view::npos) continue;
      visit(span_of(at, end), "an access key id");
    }
  }
  const std::string plain = base::lowercase(text);
  std::size_t covered = 0;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    if (at < covered || (plain[at] != 'p' && plain[at] != 'a' && plain[at] != 's')) continue;
    for (const Name& row : kNames) {
      if (plain.compare(at, row.name.size(), row.name) != 0) continue;
      const std::size_t begin = value_behind(text, at + row.name.size());
      if (begin == std::string_view::npos) break;
      std::size_t end = begin;
      while (end < text.size() && text.substr(end, 1).find_first_of(" \t\n\r'\"\\&;|,)}<>") == std::string_view::npos)
        ++end;
      const std::string_view value = text.substr(begin, end - begin);
      const bool is_key = row.least < 30 || std::all_of(value.begin(), value.end(), is_base64);
      // A value that begins as a variable or another call is none.
      if (value.size() < row.least || !is_key || is_stand_in(value) ||
          value.find_first_of("({`@?") != std::string_view::npos) {
        break;
      }
      visit(span_of(begin, end), row.what);
      covered = end;
      break;
    }
  }
}

void check_clear_secrets(Stage& stage) {
  const PipelineDefinition& graph = stage.graph;
  const auto text = [&](const Place& place, const FieldItem& item) {
    if (!item.value.is(Kind::string)) return;
    const std::string_view value = item.value.text();
    if (place.field.starts_with("*")) {
      if (item.form != FieldItem::Form::literal || is_stand_in(value)) return;
      stage.report.add(place,
                       {Rule::clear_secret, span_of(0, value.size()),
                        fmt::format("the value of '{}' stands in this file in clear (it is not shown here); give it as "
                                    "a parameter when the pipeline is activated",
                                    place.field)});
      return;
    }
    each_clear_secret(value, [&](SourceSpan secret, std::string_view what) {
      stage.report.add(
          place, {Rule::clear_secret, secret,
                  fmt::format("{} stands in '{}' in clear (it is not shown here): the service stores and logs it", what,
                              place.field)});
    });
  };
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    for (const auto& field : graph.fields(graph.object(i))) {
      for (std::uint32_t k = 0; k < field.field.count; ++k)
        text({graph.object(i), field.name, k}, field.field.items[k]);
    }
  }
  using Source = PipelineDefinition::ParameterInfo::Source;
  for (const auto& parameter : graph.parameters()) {
    if (parameter.source == Source::override_value)
      continue;  // it stands on the command line, or in a file that holds values
    for (std::uint32_t k = 0; k < parameter.value.count; ++k)
      text({kNoObject, parameter.id, k}, parameter.value.items[k]);
  }
}

namespace {

// Reads the strings of a JSON text, however broken it is, and covers the values that belong to a secret name.
class Cover {
 public:
  explicit Cover(std::string_view json) : json_(json), out_(json) {}

  std::string run() {
    frames_.emplace_back();
    for (std::size_t at = 0; at < json_.size();) {
      const char c = json_[at];
      if (c == '{') frames_.push_back({.secret = frames_.back().secret || key_is_secret_});
      if (c == '}' && frames_.size() > 1) close();
      if (c != '"') {
        ++at;
        continue;
      }
      std::size_t end = at + 1;
      while (end < json_.size() && json_[end] != '"') end += json_[end] == '\\' ? 2u : 1u;
      end = std::min(end, json_.size());
      std::size_t after = end + 1;
      while (after < json_.size() && std::string_view(" \t\r\n").find(json_[after]) != std::string_view::npos) ++after;
      const SourceSpan inside = span_of(std::min(at + 1, json_.size()), end);
      after < json_.size() && json_[after] == ':' ? key(inside) : value(inside);
      at = end + 1;
    }
    each_clear_secret(json_, [&](SourceSpan secret, std::string_view) { hide(secret); });
    return std::move(out_);
  }

 private:
  struct Frame {  // an object that is being read
    bool secret = false;
    std::vector<SourceSpan> values = {};  // of which it is not known yet whether they are secret
  };

  void key(SourceSpan name) {
    key_ = json_.substr(name.offset, name.length);
    key_is_secret_ = key_.starts_with("*");
  }

  void value(SourceSpan span) {
    const std::string plain = base::lowercase(key_);
    const std::string_view text = json_.substr(span.offset, span.length);
    Frame& frame = frames_.back();
    if (key_is_secret_) return hide(span);
    if ((plain == "id" || plain == "key") && text.starts_with("*")) {
      frame.secret = true;
      for (const SourceSpan earlier : frame.values) hide(earlier);
    }
    if (plain != "default" && plain != "stringvalue" && plain != "value" && plain != "allowedvalues") return;
    if (frame.secret) hide(span);
    frame.values.push_back(span);
  }

  void close() {
    frames_.pop_back();
    key_is_secret_ = false;
    key_ = {};
  }

  void hide(SourceSpan span) {
    const std::string_view text = json_.substr(span.offset, span.length);
    if (base::is_plain_reference(text)) return;
    out_.replace(span.offset, span.length, span.length, '*');
  }

  std::string_view json_;
  std::string out_;
  std::vector<Frame> frames_;
  std::string_view key_;
  bool key_is_secret_ = false;
};

}  // namespace
}  // namespace checker

std::string cover_secrets(std::string_view json) { return checker::Cover(json).run(); }

}  // namespace pipexpr
