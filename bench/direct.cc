// The floors of W5 and W6: one pass over the text, evaluated while it is read, for just the grammar of those two.
#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <cstring>
#include <vector>

#include "fixture.h"
#include "hand.h"

namespace bench {
namespace {

struct Value {
  std::int64_t number = 0;  // or the time
  std::string_view text;
};

class Direct {
 public:
  void set(unsigned i) {
    scheduled_ = time_at(i);
    input_ = directory_path(input_of(i % kActivities));
    output_ = table_name(output_of(i % kActivities));
  }
  void set_time(unsigned i) { scheduled_ = time_at(i); }

  // Hands the text's pieces to `emit`.
  template <class Emit>
  void render(std::string_view source, Emit emit) {
    const char *from = source.data(), *look = from;
    end_ = from + source.size();
    for (;;) {
      const auto* hash = static_cast<const char*>(std::memchr(look, '#', static_cast<std::size_t>(end_ - look)));
      if (hash == nullptr || hash + 1 == end_) return emit(view(from, end_));
      if (hash[1] != '{') {
        look = hash + 1;
        continue;
      }
      emit(view(from, hash));
      at_ = hash + 2;
      emit(expression().text);
      expect(*at_ == '}', "direct");
      look = from = at_ + 1;
    }
  }

 private:
  static std::string_view view(const char* from, const char* to) { return {from, static_cast<std::size_t>(to - from)}; }

  std::string_view word() {
    const char* from = at_;
    while (at_ < end_ && ((*at_ | 32) >= 'a' && (*at_ | 32) <= 'z')) ++at_;
    return view(from, at_);
  }

  Value expression() {
    expect(at_ < end_, "direct");
    if (*at_ == '@') {
      ++at_;
      expect(word() == "scheduledStartTime", "direct");
      return {scheduled_, {}};
    }
    if (*at_ == '\'') {
      const char* from = ++at_;
      at_ = static_cast<const char*>(std::memchr(at_, '\'', static_cast<std::size_t>(end_ - at_)));
      return {0, view(from, at_++)};
    }
    if (*at_ >= '0' && *at_ <= '9') {
      std::int64_t number = 0;
      while (*at_ >= '0' && *at_ <= '9') number = number * 10 + (*at_++ - '0');
      return {number, {}};
    }
    const std::string_view name = word();
    if (*at_ == '(') return call(name);
    if (*at_ == '.') {
      ++at_;
      return {0, word() == "directoryPath" && name == "input" ? std::string_view(input_) : std::string_view(output_)};
    }
    expect(name == "myName", "direct");
    return {0, kMyName};
  }

  Value call(std::string_view name) {
    ++at_;
    const Value first = expression();
    expect(*at_++ == ',', "direct");
    const Value second = expression();
    expect(*at_++ == ')', "direct");
    if (name == "minusDays") return {first.number - second.number * hand::kDay, {}};
    expect(name == "format", "direct");
    const hand::Day day = hand::day_of(first.number / hand::kDay);
    char* out = text_;
    for (const char *p = second.text.data(), *end = p + second.text.size(); p < end;) {
      const char letter = *p, *run = p;
      while (p < end && *p == letter) ++p;
      if (letter == 'Y' && p - run == 4) {
        out = hand::put2(hand::put2(out, day.year / 100), day.year % 100);
      } else if (letter == 'M' || letter == 'd') {
        out = hand::put2(out, letter == 'M' ? day.month : day.day);
      } else {
        out = hand::put(out, view(run, p));
      }
    }
    return {0, view(text_, out)};
  }

  const char *at_ = nullptr, *end_ = nullptr;
  std::int64_t scheduled_ = 0;
  std::string input_, output_;
  char text_[64];
};

std::string_view render_into(Direct& direct, std::string_view source, char* out) {
  char* at = out;
  direct.render(source, [&](std::string_view piece) { at = hand::put(at, piece); });
  return {out, static_cast<std::size_t>(at - out)};
}

void w5(benchmark::State& state) {
  Direct direct;
  direct.set(0);
  char out[256];
  for (unsigned i = 0; i < kTimes; ++i) {
    direct.set_time(i);
    expect_equal(render_into(direct, kW1, out), want_w1(i), "W5 floor");
  }
  std::string source(kW1);
  benchmark::DoNotOptimize(source.data());
  unsigned i = 0;
  for (auto _ : state) {
    direct.set_time(i++);
    benchmark::DoNotOptimize(render_into(direct, source, out).data());
    benchmark::ClobberMemory();
  }
}

constexpr std::size_t kRoom = kSqlBytes + (std::size_t{1} << 20);

void w6(benchmark::State& state) {
  Direct direct;
  std::vector<char> out(kRoom);
  direct.set(3);
  expect(render_into(direct, sql(), out.data()) == want_sql(3), "W6 floor");
  unsigned i = 0;
  for (auto _ : state) {
    direct.set(i++);
    benchmark::DoNotOptimize(render_into(direct, sql(), out.data()).data());
    benchmark::ClobberMemory();
  }
}

void w6_fresh(benchmark::State& state) {
  Direct direct;
  unsigned i = 0;
  for (auto _ : state) {
    void* memory = mmap(nullptr, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    direct.set(i++);
    benchmark::DoNotOptimize(render_into(direct, sql(), static_cast<char*>(memory)).data());
    benchmark::ClobberMemory();
    munmap(memory, kRoom);
  }
}

void w6_pieces(benchmark::State& state) {
  Direct direct;
  std::vector<std::string_view> pieces;
  std::vector<char> values(std::size_t{1} << 16);
  const auto render = [&](unsigned i) {
    direct.set(i);
    pieces.clear();
    char* at = values.data();
    direct.render(sql(), [&](std::string_view piece) {
      const bool literal = piece.data() >= sql().data() && piece.data() <= sql().data() + sql().size();
      pieces.push_back(literal ? piece : std::string_view(at, piece.size()));
      if (!literal) at = hand::put(at, piece);
    });
  };
  render(3);
  std::string whole;
  for (const std::string_view piece : pieces) whole += piece;
  expect(whole == want_sql(3), "W6 pieces floor");
  unsigned i = 0;
  for (auto _ : state) {
    render(i++);
    benchmark::DoNotOptimize(pieces.data());
  }
}

void w6_memcpy(benchmark::State& state) {
  std::vector<char> out(kSqlBytes);
  for (auto _ : state) {
    std::memcpy(out.data(), sql().data(), kSqlBytes);
    benchmark::ClobberMemory();
  }
}

BENCHMARK(w5)->Name("W5/floor");
BENCHMARK(w6)->Name("W6/floor")->Unit(benchmark::kMicrosecond);
BENCHMARK(w6_fresh)->Name("W6fresh/floor")->Unit(benchmark::kMicrosecond);
BENCHMARK(w6_pieces)->Name("W6pieces/floor")->Unit(benchmark::kMicrosecond);
BENCHMARK(w6_memcpy)->Name("W6/memcpy")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bench
