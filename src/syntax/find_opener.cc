// Finds the next `#{` or `#<` in a text, sixteen bytes at a time.
#include "syntax/find_opener.h"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pipexpr::syntax {
namespace {

bool opens(char c, Delimiters delimiters) {
  return (c == '{' && delimiters != Delimiters::angles) || (c == '<' && delimiters != Delimiters::braces);
}

std::size_t find_by_byte(std::string_view text, std::size_t from, Delimiters delimiters) {
  for (std::size_t i = from; i + 1 < text.size(); ++i) {
    if (text[i] == '#' && opens(text[i + 1], delimiters)) return i;
  }
  return text.size();
}

}  // namespace

// Looking for the pair, and not for '#' first, keeps the speed in texts full of lone '#' (shell and SQL comments).
std::size_t find_opener(std::string_view text, std::size_t from, Delimiters delimiters) {
#if defined(__SSE2__)
  const __m128i hash = _mm_set1_epi8('#');
  const __m128i first = _mm_set1_epi8(delimiters == Delimiters::angles ? '<' : '{');
  const __m128i second = _mm_set1_epi8(delimiters == Delimiters::braces ? '{' : '<');
  const auto pairs = [&](const char* p) {
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i next = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 1));
    const __m128i opener = _mm_or_si128(_mm_cmpeq_epi8(next, first), _mm_cmpeq_epi8(next, second));
    return _mm_and_si128(_mm_cmpeq_epi8(here, hash), opener);
  };
  const char* const base = text.data();
  std::size_t i = from;
  for (; i + 65 <= text.size(); i += 64) {
    // Most stretches have no '#' at all, and that takes half the loads to see.
    const auto hashes = [&](const char* p) {
      return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), hash);
    };
    const __m128i any = _mm_or_si128(_mm_or_si128(hashes(base + i), hashes(base + i + 16)),
                                     _mm_or_si128(hashes(base + i + 32), hashes(base + i + 48)));
    if (_mm_movemask_epi8(any) == 0) continue;
    const __m128i a = pairs(base + i), b = pairs(base + i + 16), c = pairs(base + i + 32), d = pairs(base + i + 48);
    if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) != 0) break;
  }
  for (; i + 17 <= text.size(); i += 16) {
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(pairs(base + i)));
    if (mask != 0) return i + static_cast<std::size_t>(std::countr_zero(mask));
  }
  return find_by_byte(text, i, delimiters);
#else
  return find_by_byte(text, from, delimiters);
#endif
}

}  // namespace pipexpr::syntax
