// Finds the values that belong to a secret name in a text of any form.
#include <pipexpr/check.h>

#include <algorithm>

#include "base/char_class.h"
#include "base/secret_mask.h"
#include "base/secret_words.h"
#include "forms/load.h"

namespace pipexpr::forms {
namespace {

constexpr std::string_view kValueKeys[] = {"default",      "value",         "StringValue",  "stringValue",
                                           "string_value", "allowedValues", "AllowedValues"};

constexpr std::string_view kSecretWords[] = {"pass", "secret", "api", "token"};

bool is_value_key(std::string_view key) {
  return std::find(std::begin(kValueKeys), std::end(kValueKeys), key) != std::end(kValueKeys);
}

bool is_name_key(std::string_view key) { return key == "id" || key == "Id" || key == "key" || key == "Key"; }

class Cover {
 public:
  Cover(const Document& document, std::string& out) : document_(document), out_(out) {}

  // `secret`: an object around this one has a secret name, as a parameter has for its attributes.
  // `named`: it has one that says so without a `*`.
  void visit(std::uint32_t node, bool secret, bool named) {  // at most kMaxDepth deep
    if (document_.is(node, JsonType::object)) {
      document_.each(node, [&](std::uint32_t i) {
        if (!is_name_key(document_[i].key)) return;
        secret = secret || document_[i].text.starts_with('*');
        named = named || base::is_secret_name(document_[i].text);
      });
    }
    const base::SecretOption* option = nullptr;  // the item before, when it is one
    document_.each(node, [&](std::uint32_t i) {
      const Node& part = document_[i];
      if (part.key.starts_with('*') || (secret && is_value_key(part.key))) return hide(i);
      const bool by_name = base::is_secret_name(part.key) || (named && is_value_key(part.key));
      if ((by_name && base::is_secret_value(part.text)) || (option && base::is_option_value(*option, part.text)))
        return hide(i);
      option = document_.is(node, JsonType::array) ? base::find_secret_option(part.text) : nullptr;
      visit(i, secret, named);
    });
  }

 private:
  void hide(std::uint32_t node) {
    const Node& value = document_[node];
    if (value.type == JsonType::object || value.type == JsonType::array)
      return document_.each(node, [&](std::uint32_t i) { hide(i); });
    if (base::is_plain_reference(value.text)) return;
    for (std::uint32_t i = value.span.offset; i < value.span.end(); ++i) {
      if (out_[i] != '\n' && out_[i] != '"' && out_[i] != '\'') out_[i] = '*';
    }
  }

  const Document& document_;
  std::string& out_;
};

// Of a text that cannot be read: what follows the names of values on their lines.
void cover_lines(std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    for (const std::string_view key : kValueKeys) {
      const std::size_t found = text.find(key, at);
      if (found < end)
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(found + key.size()),
                  text.begin() + static_cast<std::ptrdiff_t>(end), '*');
    }
    at = end + 1;
  }
}

// Whether there may be a name of a secret. To read a document takes longer than to look.
bool may_name_secrets(std::string_view text) {
  if (text.find('*') != std::string_view::npos) return true;
  const std::string plain = base::lowercase(text);
  return std::any_of(std::begin(kSecretWords), std::end(kSecretWords),
                     [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

}  // namespace

std::string cover_secrets(std::string_view text, std::string_view file_name) {
  std::string out = pipexpr::cover_secrets(text);
  if (!may_name_secrets(text)) return out;
  auto document = read_document(text, file_name);
  if (document) {
    Cover(*document, out).visit(0, false, false);
  } else if (text.find("\"*") != std::string_view::npos || text.find("'*") != std::string_view::npos) {
    if (is_yaml(text, file_name)) cover_lines(out);
  }
  return out;
}

}  // namespace pipexpr::forms
