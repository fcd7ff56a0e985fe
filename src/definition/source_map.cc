// From places in a JSON text to those in the text that it was made from.
#include <pipexpr/source_map.h>

#include <algorithm>

namespace pipexpr {

// The last part that begins at the offset or before it.
const SourceMap::Part* SourceMap::part_at(std::uint32_t offset) const {
  const auto after = std::upper_bound(parts.begin(), parts.end(), offset,
                                      [](std::uint32_t at, const Part& part) { return at < part.json.offset; });
  return after == parts.begin() ? nullptr : &*(after - 1);
}

SourceSpan SourceMap::map(SourceSpan json) const {
  std::uint32_t begin = 0, end = 0;
  if (const Part* const part = part_at(json.offset)) {
    const std::uint32_t inside = json.offset - part->json.offset;
    begin = inside >= part->json.length ? part->origin.end()
            : part->exact               ? part->origin.offset + inside
                                        : part->origin.offset;
  }
  end = begin;
  if (json.length != 0) {
    if (const Part* const part = part_at(json.end() - 1)) {
      const std::uint32_t inside = json.end() - part->json.offset;
      end = part->exact && inside <= part->json.length ? part->origin.offset + inside : part->origin.end();
    }
  }
  // Parts need not stand in the order of the text that they are from.
  return {begin, end > begin ? end - begin : 0};
}

bool SourceMap::is_exact(SourceSpan json) const {
  const Part* const part = part_at(json.offset);
  return part != nullptr && part->exact && json.end() <= part->json.end();
}

}  // namespace pipexpr
