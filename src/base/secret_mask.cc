// Finds secrets in texts and puts ******** in their place.
#include "base/secret_mask.h"

#include <algorithm>

#include "base/char_class.h"
#include "base/shown.h"

namespace pipexpr::base {
namespace {

constexpr std::size_t kBeginning = 16;  // by which a longer secret is known when it is cut
constexpr std::string_view kCut = "...";

// `secret` is as it would be in the message.
void mask_shown(std::string& message, std::string_view secret) {
  if (secret.size() < kMinMasked) {  // only as the whole of a quotation
    const std::string quoted = "'" + std::string(secret) + "'";
    for (std::size_t at = 0; (at = message.find(quoted, at)) != message.npos; at += kMask.size() + 2) {
      message.replace(at + 1, secret.size(), kMask);
    }
    return;
  }
  const std::string_view beginning = secret.substr(0, kBeginning);
  for (std::size_t at = 0; (at = message.find(beginning, at)) != message.npos; at += kMask.size()) {
    const std::string_view rest = std::string_view(message).substr(at);
    const auto [stop, left] = std::mismatch(rest.begin(), rest.end(), secret.begin(), secret.end());
    auto end = at + static_cast<std::size_t>(stop - rest.begin());
    if (left != secret.end()) end = std::min(message.find('\'', end), message.size());
    message.replace(at, end - at, kMask);
  }
  for (std::size_t cut = 0; (cut = message.find(kCut, cut)) != message.npos; cut += kCut.size()) {
    for (std::size_t size = std::min({cut, beginning.size(), secret.size() - 1}); size >= kMinMasked; --size) {
      if (message.compare(cut - size, size, secret, 0, size) != 0) continue;
      message.replace(cut - size, size, kMask);
      cut += kMask.size() - size;
      break;
    }
  }
}

}  // namespace

void mask_quoted(std::string& message, std::string_view secret) {
  if (secret.empty()) return;
  const std::string escaped = shown(secret);
  mask_shown(message, escaped);
  if (escaped != secret) mask_shown(message, secret);
}

bool is_plain_reference(std::string_view text) {
  if (!text.starts_with("#{") || !text.ends_with("}")) return false;
  const std::string_view name = text.substr(2, text.size() - 3);
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_word(c) || c == '*' || c == '@' || c == '.' || c == ' '; });
}

namespace {

std::uint64_t edge(std::uint32_t node, char byte) {
  return std::uint64_t{node} << 8 | static_cast<unsigned char>(byte);
}

}  // namespace

void SecretMask::learn(std::string_view secret) {
  if (secret.size() < kMinMasked) {
    const bool is_new = !secret.empty() && std::find(short_.begin(), short_.end(), secret) == short_.end();
    if (is_new) short_.emplace_back(secret);  // of so few characters there are not many
    return;
  }
  if (nodes_.empty()) nodes_.push_back(false);
  first_bytes_[static_cast<unsigned char>(secret[0])] = true;
  std::uint32_t node = 0;
  for (const char byte : secret) {
    const auto [known, is_new] = edges_.try_emplace(edge(node, byte), static_cast<std::uint32_t>(nodes_.size()));
    if (is_new) nodes_.push_back(false);
    node = known->second;
  }
  nodes_[node] = true;
}

std::size_t SecretMask::match(std::string_view text, std::size_t begin) const {
  std::size_t end = begin;
  if (!first_bytes_[static_cast<unsigned char>(text[begin])]) return end;
  std::uint32_t node = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const auto next = edges_.find(edge(node, text[at]));
    if (next == edges_.end()) break;
    node = next->second;
    if (nodes_[node]) end = at + 1;
  }
  return end;
}

bool SecretMask::all_in(std::string_view text) const {
  std::vector<bool> missing = nodes_;
  auto left = std::count(nodes_.begin(), nodes_.end(), true);
  for (std::size_t begin = 0; begin < text.size() && left != 0; ++begin) {
    if (!first_bytes_[static_cast<unsigned char>(text[begin])]) continue;
    std::uint32_t node = 0;
    for (std::size_t at = begin; at < text.size(); ++at) {
      const auto next = edges_.find(edge(node, text[at]));
      if (next == edges_.end()) break;
      node = next->second;
      if (!missing[node]) continue;
      missing[node] = false;
      --left;
    }
  }
  return left == 0;
}

bool SecretMask::replace(std::string& text, std::span<const SecretMask* const> masks) {
  const auto is_all_of_it = [&](const SecretMask* mask) {
    return std::find(mask->short_.begin(), mask->short_.end(), text) != mask->short_.end();
  };
  if (std::any_of(masks.begin(), masks.end(), is_all_of_it)) {
    text = kMask;
    return true;
  }
  const auto match = [&](std::size_t begin) {
    std::size_t end = begin;
    for (const SecretMask* mask : masks) end = std::max(end, mask->match(text, begin));
    return end;
  };
  std::string out;
  std::size_t kept = 0;  // what comes before it has been written
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = match(at);
    if (end == at) {
      ++at;
      continue;
    }
    // Of secrets that overlap nothing shows.
    for (std::size_t next = at + 1; next < end; ++next) end = std::max(end, match(next));
    out.append(text, kept, at - kept).append(kMask);
    kept = at = end;
  }
  if (kept == 0) return false;
  text = out.append(text, kept);
  return true;
}

}  // namespace pipexpr::base
