// Finding, keeping and evicting the compiled texts of a host.
#include "eval/text_cache.h"

namespace pipexpr::eval {

TextCache::EnvironmentId TextCache::id_of(const Environment& environment) {
  for (EnvironmentId id = 0; id < environments_.size(); ++id) {
    if (environments_[id] == environment) return id;
  }
  environments_.push_back(environment);
  return static_cast<EnvironmentId>(environments_.size() - 1);
}

const TextCache::Text* TextCache::find(EnvironmentId environment, std::string_view text) const {
  const auto known = texts_.find(Key{text, environment});
  return known == texts_.end() ? nullptr : &known->second;
}

const TextCache::Text& TextCache::insert(EnvironmentId environment, std::shared_ptr<const Program> program) {
  const std::size_t bytes = program->memory_bytes() + program->text.size();
  bytes_ += bytes;
  const Key key{program->text, environment};
  return texts_.emplace(key, Text{std::move(program), bytes}).first->second;
}

void TextCache::evict_some() {
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
