// Implements the rules of names and words; what each is taken for is in the tables.
#include "base/secret_words.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/char_class.h"
#include "base/placeholder.h"

namespace pipexpr::base {
namespace {

constexpr std::size_t kMinKey = 12;
constexpr SecretOption kOptions[] = {
    {"password", "a password", false},      {"passwd", "a password", false},
    {"db-password", "a password", false},   {"user-password", "a password", false},
    {"http-password", "a password", false}, {"token", "a token", true},
    {"access-token", "a token", true},      {"auth-token", "a token", true},
    {"api-token", "a token", true},         {"oauth-token", "a token", true},
    {"bearer-token", "a token", true},      {"api-key", "a key", true},
    {"secret-key", "a secret key", true},   {"client-secret", "a secret", true},
};

bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

}  // namespace

bool is_stand_in(std::string_view text) {
  if (text.empty() || has_placeholder(text) || text.find("#{") != std::string_view::npos ||
      text.find_first_of("<>[]$%*") != std::string_view::npos) {
    return true;
  }
  const std::string plain = lowercase(text);
  if (std::count(plain.begin(), plain.end(), plain[0]) == static_cast<std::ptrdiff_t>(plain.size())) return true;
  for (const std::string_view word :
       {"password", "passwd", "secret",      "changeme", "change_me", "example", "xxx",  "your", "dummy",
        "redacted", "hidden", "placeholder", "insert",   "replace",   "todo",    "none", "null", "test",
        "sample",   "my-",    "my_",         "...",      "removed",   "enter",   "fill"}) {
    if (plain.find(word) != std::string::npos) return true;
  }
  return false;
}

bool is_secret_word(std::string_view word, std::size_t least) {
  const auto is_name = [](char c) { return is_upper(c) || c == '_'; };
  return word.size() >= least && !is_stand_in(word) && word != "pass" &&
         !std::all_of(word.begin(), word.end(), is_name) && word.find_first_of("({`@?#") == std::string_view::npos;
}

bool names_place(std::string_view value) {
  const auto is_variable = [](char c) { return is_upper(c) || is_digit(c) || c == '_'; };
  const auto is_path = [](char c) { return is_lower(c) || c == '/' || c == '-' || c == '_' || c == '.'; };
  const auto is_scheme = [](char c) { return is_lower(c) || is_digit(c); };
  if (value.size() > 2 && value.starts_with("!") && value.ends_with("!")) {
    const std::string_view name = value.substr(1, value.size() - 2);
    return std::all_of(name.begin(), name.end(), is_variable);
  }
  const std::size_t scheme = value.find("://");
  if (scheme != std::string_view::npos && scheme > 0) {
    return std::all_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(scheme), is_scheme);
  }
  for (const std::string_view start : {"~/", "./", "../", "ssm:/"}) {
    if (value.starts_with(start)) return true;
  }
  if (value.starts_with("env:")) return std::all_of(value.begin() + 4, value.end(), is_variable);
  // Lower case letters and slashes: a path. Digits or capitals make it look like a secret.
  return value.find('/') != std::string_view::npos && std::all_of(value.begin(), value.end(), is_path);
}

bool is_secret_name(std::string_view name) {
  const std::string plain = lowercase(name);
  for (const std::string_view end : {"password", "passwd", "passphrase", "secretkey", "secretaccesskey", "apikey",
                                     "accesstoken", "authtoken", "apitoken", "clientsecret"}) {
    if (plain.ends_with(end)) return true;
  }
  return false;
}

bool is_secret_value(std::string_view value) {
  return is_secret_word(value, kMinPasswordBytes) && value.find_first_of(" \t\n") == std::string_view::npos &&
         value.find("://") == std::string_view::npos && !value.starts_with("arn:") && !value.starts_with("/") &&
         !names_place(value) && lowercase(value) != "true" && lowercase(value) != "false";
}

const SecretOption* find_secret_option(std::string_view word) {
  if (!word.starts_with("--")) return nullptr;
  word.remove_prefix(2);
  const auto row =
      std::find_if(std::begin(kOptions), std::end(kOptions), [&](const SecretOption& one) { return one.name == word; });
  return row == std::end(kOptions) ? nullptr : &*row;
}

bool is_option_value(const SecretOption& option, std::string_view value) {
  if (value.starts_with("-") || value.starts_with("/") || names_place(value)) return false;
  return is_secret_word(value, option.is_key ? kMinKey : kMinPasswordBytes) && (!option.is_key || has_digit(value));
}

}  // namespace pipexpr::base
