// A generated tree, written with more blanks and parentheses than it needs: it parses to that very tree, by both
// parsers, and so does what the printer makes of it.
#include <initializer_list>
#include <vector>

#include "fuzz.h"
#include "oracle/parser.h"
#include "syntax/builder.h"
#include "syntax/parser.h"
#include "syntax/printer.h"

using namespace pipexpr;

namespace {

// The levels of precedence, weakest first.
enum Level : int { kSum, kProduct, kSign, kPower, kPrimary };

// A subtree as text, and as syntax::dump shows it. `depth` is its nesting as the limit counts it, or more.
struct Tree {
  std::string text, dump;
  int level = kPrimary;
  int depth = 0;
};

std::string join(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  std::string text;
  text.reserve(size);
  for (const std::string_view part : parts) text += part;
  return text;
}

constexpr int kMaxDepth = 40;  // with the parentheses that are put around, below the limit of 64

class Generator {
 public:
  explicit Generator(fuzz::Bytes& bytes) : bytes_(bytes) {}

  Tree tree(int depth) {
    if (depth <= 0 || bytes_.empty()) return leaf();
    switch (bytes_.byte() % 8) {
      case 0:
      case 1: return leaf();
      case 2: return sign(depth);
      case 3: return binary(depth, "+-", kSum, kSum, kProduct);
      case 4: return binary(depth, "*/", kProduct, kProduct, kSign);
      case 5: return binary(depth, "^", kPower, kPrimary, kSign);
      case 6: return call(depth);
      default: return member(depth);
    }
  }

 private:
  std::string_view blanks() {
    constexpr std::string_view kBlanks[] = {"", "", " ", "  ", "\t", "\n", "\r\v\f"};
    return kBlanks[bytes_.byte() % std::size(kBlanks)];
  }

  // In parentheses when the place asks for a stronger level, or for no reason.
  Tree at_least(Tree tree, int level) {
    if (tree.level >= level && bytes_.byte() % 8 != 0) return tree;
    tree.text = join({"(", blanks(), tree.text, blanks(), ")"});
    tree.level = kPrimary;
    ++tree.depth;
    return tree;
  }

  std::string identifier() {
    constexpr std::string_view kFirst = "abcXYZ_";
    constexpr std::string_view kMore = "abcXYZ_0189";
    std::string name(1, kFirst[bytes_.byte() % kFirst.size()]);
    for (std::uint32_t more = bytes_.byte() % 5; more-- > 0;) name += kMore[bytes_.byte() % kMore.size()];
    return name;
  }

  std::string prefixed() {
    constexpr std::string_view kPrefixes[] = {"", "", "@", "*"};
    return std::string(kPrefixes[bytes_.byte() % 4]) + identifier();
  }

  // Bytes between quotes; what would end the text, or begin an escape by chance, is escaped.
  std::string quoted() {
    const char quote = bytes_.byte() % 2 == 0 ? '\'' : '"';
    std::string text(1, quote);
    for (const char c : bytes_.text(6)) {
      if (c == quote || c == '\\') text += '\\';
      text += c;
    }
    return text + quote;
  }

  Tree leaf() {
    Tree made;
    switch (bytes_.byte() % 4) {
      case 0: {
        const std::int64_t value = bytes_.number() & INT64_MAX;
        made.dump = std::to_string(value >> bytes_.byte() % 64);
        made.text = std::string(bytes_.byte() % 3, '0') + made.dump;
        break;
      }
      case 1: {
        constexpr std::string_view kNumbers[][2] = {
            {"0.5", "0.5"}, {".25", "0.25"}, {"1.0", "1.0"}, {"010.50", "10.5"}, {"123456789.000", "123456789.0"}};
        const auto& number = kNumbers[bytes_.byte() % std::size(kNumbers)];
        made.text = number[0];
        made.dump = number[1];
        break;
      }
      case 2: made.text = made.dump = quoted(); break;
      default:
        made.text = prefixed();
        made.dump = "(name " + made.text + ")";
        break;
    }
    return made;
  }

  Tree sign(int depth) {
    Tree made = at_least(tree(depth - 1), kSign);
    made.text = join({"-", blanks(), made.text});
    made.dump = join({"(- ", made.dump, ")"});
    made.level = kSign;
    ++made.depth;
    return made;
  }

  Tree binary(int depth, std::string_view operators, int level, int left_level, int right_level) {
    const Tree left = at_least(tree(depth - 1), left_level);
    const char op = operators[bytes_.byte() % operators.size()];
    const Tree right = at_least(tree(depth - 1), right_level);
    const std::string_view between(&op, 1);
    return {join({left.text, blanks(), between, blanks(), right.text}),
            join({"(", between, " ", left.dump, " ", right.dump, ")"}), level, std::max(left.depth, right.depth) + 1};
  }

  Tree call(int depth) {
    Tree made;
    const bool method = bytes_.byte() % 2 == 0;
    if (method) made = at_least(tree(depth - 1), kPrimary);
    const std::string name = identifier();
    std::string dump = method ? join({"(method ", name, " ", made.dump}) : join({"(call ", name});
    if (method) made.text = join({made.text, blanks(), ".", blanks()});
    made.text = join({made.text, name, blanks(), "(", blanks()});
    for (std::uint32_t count = bytes_.byte() % 4, i = 0; i < count; ++i) {
      const Tree argument = tree(depth - 1);
      if (i != 0) made.text = join({made.text, ",", blanks()});
      made.text = join({made.text, argument.text, blanks()});
      dump = join({dump, " ", argument.dump});
      made.depth = std::max(made.depth, argument.depth);
    }
    made.text += ")";
    made.dump = dump + ")";
    made.level = kPrimary;
    ++made.depth;
    return made;
  }

  Tree member(int depth) {
    Tree made = at_least(tree(depth - 1), kPrimary);
    const std::string name = prefixed();
    made.text = join({made.text, blanks(), ".", blanks(), name});
    made.dump = join({"(member ", name, " ", made.dump, ")"});
    return made;
  }

  fuzz::Bytes& bytes_;
};

struct Parsed {
  std::string dump, print;
};

Parsed parse(std::string_view text) {
  std::vector<syntax::Node> nodes;
  std::uint32_t names = 0;
  const Limits limits;
  syntax::Builder builder(text, nodes, names, limits);
  FUZZ_CHECK(syntax::parse(text, {0, static_cast<std::uint32_t>(text.size())}, builder));
  const auto root = static_cast<std::uint32_t>(nodes.size() - 1);
  FUZZ_CHECK(syntax::first_of(nodes, root) == 0);
  return {syntax::dump(text, nodes, root), syntax::print(text, nodes, root)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  const Tree tree = Generator(bytes).tree(1 + bytes.byte() % 7);
  if (tree.depth > kMaxDepth) return 0;
  const Parsed first = parse(tree.text);
  if (first.dump != tree.dump) {
    std::fprintf(stderr, "%s\nmeant:  %s\nparsed: %s\n", tree.text.c_str(), tree.dump.c_str(), first.dump.c_str());
    std::abort();
  }
  FUZZ_CHECK(oracle::parse(tree.text) == tree.dump);
  const Parsed second = parse(first.print);
  FUZZ_CHECK(second.dump == tree.dump);
  FUZZ_CHECK(second.print == first.print);
  return 0;
}
