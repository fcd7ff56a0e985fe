// Finds secrets in clear, and covers them in what is shown of a file.
#include "checker/clear_secrets.h"

#include <algorithm>
#include <string>
#include <vector>

#include <pipexpr/check.h>

#include "base/char_class.h"
#include "base/secret_mask.h"
#include "base/secret_words.h"
#include "checker/checks.h"
#include "definition/slot_table.h"

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

// Clients that ask for the password: after their --password comes the name of a database.
constexpr std::string_view kAskingClients[] = {"psql",   "pg_dump",  "pg_restore",   "createdb",
                                               "dropdb", "vacuumdb", "pg_basebackup"};
// Those whose password follows -p without a blank ask for it, too.
constexpr std::string_view kMysqlClients[] = {"mysql",      "mysqldump", "mysqladmin",   "mysqlimport",
                                              "mysqlcheck", "mariadb",   "mariadb-dump", "mysqlsh"};

// After these, `password:` is what is looked for and the next word a file.
constexpr std::string_view kSearches[] = {"grep", "egrep", "fgrep", "zgrep"};

bool ends_word(char c) { return std::string_view(" \t\n\r'\"\\&;|,)}<>").find(c) != std::string_view::npos; }

// A text may be JSON with its escapes, in which a line ends with \n as it is written here.
bool ends_line(std::string_view text) { return text.ends_with('\n') || text.ends_with("\\n"); }

bool ends_command(std::string_view text) {
  return ends_line(text) || std::string_view("|;&(`").find(text.back()) != std::string_view::npos;
}

// Whether a word begins after the text.
bool begins_word(std::string_view text) {
  return text.empty() || ends_word(text.back()) || ends_line(text) || text.ends_with("\\t");
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  while (at < text.size() && !ends_word(text[at])) ++at;
  return at;
}

// Whether one of the programs is a word of the command that `at` stands in.
template <std::size_t N>
bool is_command_of(const std::string_view (&programs)[N], std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxBytes = 512;  // of a command before an option
  std::size_t begin = at;
  while (begin > 0 && at - begin < kMaxBytes && !ends_command(text.substr(0, begin))) --begin;
  for (const std::string_view program : programs) {
    for (std::size_t i = text.find(program, begin); i < at; i = text.find(program, i + 1)) {
      const std::size_t end = i + program.size();
      const bool opens = text[i == 0 ? 0 : i - 1] == '/' || begins_word(text.substr(0, i));
      if (opens && end < text.size() && ends_word(text[end])) return true;
    }
  }
  return false;
}

std::string clear_text(std::string_view what, std::string_view field) {
  return fmt::format("{} stands in '{}' in clear (it is not shown here): the service stores and logs it", what,
                     base::excerpt(field));
}

using Visit = std::function<void(SourceSpan secret, std::string_view what)>;

// --password X and --token X, also as items of a list, and -pX of mysql.
void each_option(std::string_view text, const Visit& visit) {
  for (std::size_t at = text.find('-'); at < text.size(); at = text.find('-', at + 1)) {
    if (!begins_word(text.substr(0, at))) continue;
    std::size_t end = end_of_word(text, at);
    const std::string_view word = text.substr(at, end - at);
    // To which program an option belongs takes longest to tell, so that it is asked last.
    if (word.size() > 2 && word.starts_with("-p")) {
      const std::string_view value = word.substr(2);
      const bool is_number = value.find_first_not_of("0123456789:") == std::string_view::npos;
      const bool may_be = !is_number && !value.starts_with("/") && base::is_secret_word(value, base::kMinPasswordBytes);
      if (may_be && is_command_of(kMysqlClients, text, at)) visit(span_of(at + 2, end), "a password");
    }
    const base::SecretOption* const option = base::find_secret_option(word);
    if (option == nullptr) continue;
    std::size_t begin = end;
    while (begin < text.size() && std::string_view(" \t,'\"\\").find(text[begin]) != std::string_view::npos) ++begin;
    end = end_of_word(text, begin);
    if (!base::is_option_value(*option, text.substr(begin, end - begin))) continue;
    if (is_command_of(kAskingClients, text, at) || is_command_of(kMysqlClients, text, at)) continue;
    visit(span_of(begin, end), option->what);
  }
}

// scheme://user:password@host
void each_authority(std::string_view text, const Visit& visit) {
  constexpr std::string_view kScheme = "://";
  for (std::size_t at = text.find(kScheme); at != std::string_view::npos; at = text.find(kScheme, at + 1)) {
    const std::size_t begin = at + kScheme.size();
    const std::size_t end = std::min(text.find_first_of("/?# \t\n\r'\"\\,;|<>", begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const std::size_t sign = authority.rfind('@'), colon = authority.find(':');
    if (sign == std::string_view::npos || colon >= sign) continue;
    const std::string_view password = authority.substr(colon + 1, sign - colon - 1);
    if (base::is_secret_word(password, base::kMinPasswordBytes))
      visit(span_of(begin + colon + 1, begin + sign), "a password");
  }
}

// Whether a name is a word without quotes of a command that looks for it in files.
bool is_search_word(std::string_view text, std::size_t begin, std::size_t end) {
  const bool bare = begin > 0 && text[begin - 1] == ' ';
  return bare && is_command_of(kSearches, text, end);
}

// Where the value after a name begins, when there is a = or : after it; npos otherwise.
std::size_t value_behind(std::string_view text, std::size_t name_begin, std::size_t at) {
  const auto skip = [&](std::string_view bytes) {
    while (at < text.size() && bytes.find(text[at]) != std::string_view::npos) ++at;
  };
  const std::size_t name_end = at;
  skip("'\"\\");
  skip(" ");
  if (at >= text.size() || (text[at] != '=' && text[at] != ':')) return std::string_view::npos;
  const bool colon = text[at] == ':', joined = at == name_end;
  ++at;
  const bool blank = at < text.size() && text[at] == ' ';
  skip(" ");
  const bool quoted = at < text.size() && std::string_view("'\"\\").find(text[at]) != std::string_view::npos;
  // `PASSWORD= ./run.sh` and `--password= --user x` give an empty value.
  if (!colon && joined && blank && !quoted) return std::string_view::npos;
  if (colon && joined && blank && !quoted && is_search_word(text, name_begin, name_end)) return std::string_view::npos;
  skip("'\"\\");
  return at;
}

}  // namespace

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
  each_option(text, visit);
  each_authority(text, visit);
  const std::string plain = base::lowercase(text);
  std::size_t covered = 0;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    if (at < covered || (plain[at] != 'p' && plain[at] != 'a' && plain[at] != 's')) continue;
    for (const Name& row : kNames) {
      if (plain.compare(at, row.name.size(), row.name) != 0) continue;
      const std::size_t begin = value_behind(text, at, at + row.name.size());
      if (begin == std::string_view::npos) break;
      std::size_t end = begin;
      while (end < text.size() && text.substr(end, 1).find_first_of(" \t\n\r'\"\\&;|,)}<>") == std::string_view::npos)
        ++end;
      const std::string_view value = text.substr(begin, end - begin);
      const bool is_key = row.least < 30 || std::all_of(value.begin(), value.end(), is_base64);
      // A value that begins as a variable or another call is none.
      if (value.size() < row.least || !is_key || base::is_stand_in(value) ||
          (row.least < 16 && base::names_place(value)) || value.find_first_of("({`@?") != std::string_view::npos) {
        break;
      }
      visit(span_of(begin, end), row.what);
      covered = end;
      break;
    }
  }
}

namespace {

// `password` of a database, which is `*password`: another rule says so.
bool is_meant_secret(const Stage& stage, const Place& place) {
  return place.object != kNoObject && definition::slot_use(stage.scope.type(place.object),
                                                           "*" + std::string(place.field)) != definition::SlotUse::none;
}

// An item of a list whose item before it is an option.
void after_option(Stage& stage, const Place& place, const Field& field) {
  if (place.item == 0 || place.field.starts_with("*")) return;
  const FieldItem &before = field.items[place.item - 1], &item = field.items[place.item];
  if (!before.value.is(Kind::string) || !item.value.is(Kind::string)) return;
  const base::SecretOption* const option = base::find_secret_option(before.value.text());
  const std::string_view value = item.value.text();
  if (option == nullptr || item.form != FieldItem::Form::literal || !base::is_option_value(*option, value)) return;
  stage.report.add(place, {Rule::clear_secret, span_of(0, value.size()), clear_text(option->what, place.field)});
}

}  // namespace

void check_clear_secrets(Stage& stage) {
  const PipelineDefinition& graph = stage.graph;
  const auto text = [&](const Place& place, const FieldItem& item) {
    if (!item.value.is(Kind::string)) return;
    const std::string_view value = item.value.text();
    if (place.field.starts_with("*")) {
      if (item.form != FieldItem::Form::literal || base::is_stand_in(value)) return;
      stage.report.add(place,
                       {Rule::clear_secret, span_of(0, value.size()),
                        fmt::format("the value of '{}' stands in this file in clear (it is not shown here); give it as "
                                    "a parameter when the pipeline is activated",
                                    place.field)});
      return;
    }
    if (item.form == FieldItem::Form::literal && base::is_secret_name(place.field) && base::is_secret_value(value)) {
      if (is_meant_secret(stage, place)) return;
      stage.report.add(place,
                       {Rule::clear_secret, span_of(0, value.size()),
                        fmt::format("the value of '{0}' stands in this file in clear (it is not shown here): name it "
                                    "'*{0}', which the service encrypts, and give it when the pipeline is activated",
                                    base::excerpt(place.field))});
      return;
    }
    each_clear_secret(value, [&](SourceSpan secret, std::string_view what) {
      stage.report.add(place, {Rule::clear_secret, secret, clear_text(what, place.field)});
    });
  };
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    for (const auto& field : graph.fields(graph.object(i))) {
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        text({graph.object(i), field.name, k}, field.field.items[k]);
        after_option(stage, {graph.object(i), field.name, k}, field.field);
      }
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
    bool named = false;                   // by a name that says so without `*`: stand-ins may be shown
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
    if (base::is_secret_name(key_)) hide_value(span);
    if ((plain == "id" || plain == "key") && base::is_secret_name(text)) {
      frame.named = true;
      for (const SourceSpan earlier : frame.values) hide_value(earlier);
    }
    if ((plain == "id" || plain == "key") && text.starts_with("*")) {
      frame.secret = true;
      for (const SourceSpan earlier : frame.values) hide(earlier);
    }
    if (plain != "default" && plain != "stringvalue" && plain != "value" && plain != "allowedvalues") return;
    if (frame.secret) hide(span);
    if (frame.named) hide_value(span);
    frame.values.push_back(span);
  }

  void close() {
    frames_.pop_back();
    key_is_secret_ = false;
    key_ = {};
  }

  void hide_value(SourceSpan span) {
    if (base::is_secret_value(json_.substr(span.offset, span.length))) hide(span);
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
