// One mask for secrets in diagnostics, in what the command prints and in the service's log: ******** in place of a
// secret of three characters or more wherever it is, and of a shorter one where it is all of a quotation or a value.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pipexpr::base {

inline constexpr std::string_view kMask = "********";
inline constexpr std::size_t kMinMasked = 3;  // shorter secrets are in every text by chance

// Masks a secret in a message. Messages quote what they found with control characters escaped, and cut it when it is
// long, perhaps in the middle of a secret: its beginning is masked too.
void mask_quoted(std::string& message, std::string_view secret);

// Whether what a secret field holds is a single name, as #{*myPassword}, and no secret itself. Whatever else has #{ in
// it may be a password that has these characters.
bool is_plain_reference(std::string_view text);

// Any number of secrets, masked in one pass over a text. Learning from one thread must not overlap with masking.
class SecretMask {
 public:
  void learn(std::string_view secret);
  bool empty() const { return nodes_.empty() && short_.empty(); }

  // Whether each of the secrets is in the text, of those that have at least kMinMasked characters.
  bool all_in(std::string_view text) const;
  // Whether a secret is in the text, or is the text.
  bool replace(std::string& text) const {
    const SecretMask* const self = this;
    return replace(text, {&self, 1});
  }
  // The same for the secrets of several masks, as if one had learned them all.
  static bool replace(std::string& text, std::span<const SecretMask* const> masks);
  std::string masked(std::string text) const {
    replace(text);
    return text;
  }

 private:
  // Where the longest secret that begins at `begin` ends; `begin` when none does.
  std::size_t match(std::string_view text, std::size_t begin) const;

  // A tree of the secrets' bytes: the way from a node by a byte leads to the next node.
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
  std::vector<bool> nodes_;  // whether a secret ends here; the first is the root
  std::array<bool, 256> first_bytes_{};
  std::vector<std::string> short_;  // of one or two characters
};

}  // namespace pipexpr::base
