// Names and words that give away a secret, though no `*` says that it is one.
#pragma once

#include <cstddef>
#include <string_view>

namespace pipexpr::base {

inline constexpr std::size_t kMinPasswordBytes = 4;

// Whether the text is a stand-in, such as <password>, changeme or XXXX, and no real secret.
bool is_stand_in(std::string_view text);

// Whether a word of at least so many bytes may be a secret: PASSWORD and pass stand for one, too.
bool is_secret_word(std::string_view word, std::size_t least);

// Whether a value names the file, the place or the variable that holds the secret: file:///x, ~/pw, env:PW, prod/db/pw.
bool names_place(std::string_view value);

// Whether a field or a parameter of that name holds a secret: myPassword, dbApiKey.
bool is_secret_name(std::string_view name);
// Whether what it holds is the secret itself, and not where that is kept: a path, an ARN, a reference.
bool is_secret_value(std::string_view value);

// An option whose value is the next word: --password, --token.
struct SecretOption {
  std::string_view name, what;
  bool is_key;  // made by a machine: long, with digits
};
// The option that the word is; nullptr: none of them.
const SecretOption* find_secret_option(std::string_view word);
bool is_option_value(const SecretOption& option, std::string_view value);

}  // namespace pipexpr::base
