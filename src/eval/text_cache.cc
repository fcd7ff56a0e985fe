// Finding, keeping and evicting the compiled texts of a host.
#include "eval/text_cache.h"

namespace pipexpr::eval {

void TextCache::choose(const Environment& environment, const Limits& limits) {
  Environment wanted = environment;
  wanted.limits = environment.limits.stricter(limits);
  is_chosen_ = true;
  for (chosen_ = 0; chosen_ < environments_.size(); ++chosen_) {
    if (environments_[chosen_] == wanted) return;
  }
  environments_.push_back(std::move(wanted));
}

const TextCache::Text* TextCache::find(std::string_view text) const {
  const auto known = texts_.find(Key{text, chosen_});
  return known == texts_.end() ? nullptr : &known->second;
}

const TextCache::Text& TextCache::insert(std::shared_ptr<const Program> program) {
  const std::size_t bytes = program->memory_bytes() + program->text.size();
  bytes_ += bytes;
  const Key key{program->text, chosen_};
  return texts_.emplace(key, Text{std::move(program), bytes}).first->second;
}

void TextCache::evict() {
  if (environments_.size() > kMaxEnvironments) return clear();  // a host that makes a registry for every expression
  while (bytes_ > kMaxBytes || texts_.size() > kMaxTexts) {
    if (next_bucket_ >= texts_.bucket_count()) next_bucket_ = 0;
    const auto first = texts_.begin(next_bucket_);
    if (first == texts_.end(next_bucket_)) {
      ++next_bucket_;
      continue;
    }
    const auto victim = texts_.find(Key(first->first));
    bytes_ -= victim->second.bytes;
    texts_.erase(victim);
  }
}

void TextCache::clear() {
  texts_.clear();
  environments_.clear();
  bytes_ = 0;
}

}  // namespace pipexpr::eval
