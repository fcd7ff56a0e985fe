// Values: what expressions evaluate to.
//
//   pipexpr::Value v = expression.evaluate(graph, context).value();
//   if (v.kind() == pipexpr::Kind::list) v.items()[0].to_text();
//   v == pipexpr::Value(42);  v == "text";  v == true;   // every integer type converts; true is the string "true"
//
// Value owns its data. ValueView is the engine's own 16-byte form, a view of text and items that others
// own: functions receive their arguments so, and hosts hand fields over so.
//
// Words: `text()` is what a string holds, of every kind of view; `to_text` is what a template would print of anything.
// The language has no booleans: a bool becomes the string "true" or "false" of SlotType boolean.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pipexpr/checked.h>
#include <pipexpr/datetime.h>
#include <pipexpr/export.h>

namespace pipexpr {

// What a value is at evaluation time. `unset` is an optional parameter that has no value: empty in text, and a field
// that consists of it alone is dropped.
enum class Kind : std::uint8_t { unset, string, integer, number, datetime, period, reference, list };

// Where a kind is declared, of a function's parameter or its result: values of every kind. No value is of this kind.
inline constexpr Kind kAnyKind = static_cast<Kind>(0xFF);

PIPEXPR_API std::string_view kind_name(Kind kind);  // "a string", "an integer", ...

// The declared type of a field's slot or of a parameter; "slot type" is the word of AWS's tables of fields. It says
// what the field's text means to operators and functions; a field that is only inserted keeps its text as written.
// `verbatim` slots are never evaluated.
enum class SlotType : std::uint8_t { string, integer, number, boolean, datetime, period, reference, verbatim };

PIPEXPR_API std::string_view slot_type_name(SlotType type);

// The host's handle of an object; the engine only passes it back.
enum class ObjectId : std::uint64_t {};
inline constexpr ObjectId kNoObject = static_cast<ObjectId>(~std::uint64_t{0});

// An object as part of the definition, or as the instance that belongs to the run under evaluation.
enum class Sphere : std::uint8_t { component, instance };

// What converts to an integer: every integer type but bool and the characters, which mean something else.
template <class T>
concept CharacterType = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
template <class T>
concept IntegerType = std::integral<T> && !std::same_as<T, bool> && !CharacterType<T>;
// Whether it fits in the engine's 64-bit integer. What does not, above 9,223,372,036,854,775,807, becomes a number.
template <IntegerType T>
constexpr bool fits_integer(T value) {
  if constexpr (std::signed_integral<T>) return true;
  return static_cast<std::uint64_t>(value) <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

class ValueView {
 public:
  // The longest text that a view can hold, 4 GiB - 1: far above every limit of an evaluation. A longer text is cut to
  // it, so that using it is an error for its length.
  static constexpr std::size_t kMaxTextSize = 0xFFFFFFFF;

  constexpr ValueView() = default;
  constexpr ValueView(std::string_view text, SlotType slot = SlotType::string)
      : head_(head(Kind::string, text.size() < kMaxTextSize ? text.size() : kMaxTextSize, slot)), text_(text.data()) {}
  constexpr ValueView(const char* text) : ValueView(std::string_view(text)) {}
  ValueView(std::nullptr_t) = delete;
  template <CharacterType T>
  ValueView(T) = delete;
  template <IntegerType T>
  constexpr ValueView(T value) : head_(head(fits_integer(value) ? Kind::integer : Kind::number, 0)) {
    if (fits_integer(value)) {
      integer_ = static_cast<std::int64_t>(value);
    } else {
      number_ = static_cast<double>(value);
    }
  }
  template <std::same_as<bool> T>
  constexpr ValueView(T value) : ValueView(std::string_view(value ? "true" : "false"), SlotType::boolean) {}
  constexpr ValueView(double value) : head_(head(Kind::number, 0)), number_(value) {}
  constexpr ValueView(DateTime value) : head_(head(Kind::datetime, value.zone.code())), integer_(value.epoch_millis) {}
  constexpr ValueView(Period value)
      : head_(head(Kind::period, static_cast<std::uint64_t>(value.unit))), integer_(value.count) {}
  constexpr ValueView(ObjectId object, Sphere sphere = Sphere::component)
      : head_(head(Kind::reference, static_cast<std::uint64_t>(sphere))), object_(object) {}
  constexpr ValueView(const ValueView* items, std::uint32_t count)
      : head_(head(Kind::list, items != nullptr ? count : 0)), items_(items) {}

  constexpr Kind kind() const { return static_cast<Kind>(head_ & 0xFF); }
  constexpr SlotType slot() const { return static_cast<SlotType>(head_ >> 8 & 0xFF); }  // meaningful for texts
  constexpr bool is(Kind kind) const { return this->kind() == kind; }

  // A secret is in it: it is the value of a field whose name begins with `*`, or was computed from one. Diagnostics do
  // not show it, and a function can ask. `as_secret` is the same value as such one: a host gives fields of any name so.
  constexpr bool is_secret() const { return (head_ & kSecret) != 0; }
  constexpr ValueView as_secret() const {
    ValueView result = *this;
    result.head_ |= kSecret;
    return result;
  }

  // Each requires its own kind; builds with PIPEXPR_CHECKED abort when it is another one.
  constexpr std::string_view text() const { return require(Kind::string), std::string_view(text_, size_word()); }
  constexpr std::int64_t integer() const { return require(Kind::integer), integer_; }
  constexpr double number() const { return require(Kind::number), number_; }
  constexpr DateTime datetime() const {
    return require(Kind::datetime), DateTime{integer_, TimeZone::from_code(size_word())};
  }
  constexpr Period period() const {
    return require(Kind::period), Period{integer_, static_cast<TimeUnit>(size_word())};
  }
  constexpr ObjectId object() const { return require(Kind::reference), object_; }
  constexpr Sphere sphere() const { return require(Kind::reference), static_cast<Sphere>(size_word()); }
  // Of a list: how many items it has, and where they are.
  constexpr std::uint32_t size() const { return require(Kind::list), size_word(); }
  constexpr const ValueView* begin() const { return require(Kind::list), items_; }
  constexpr const ValueView* end() const { return require(Kind::list), items_ + size_word(); }

 private:
  constexpr void require([[maybe_unused]] Kind kind) const { PIPEXPR_CHECK(is(kind)); }
  constexpr std::uint32_t size_word() const { return static_cast<std::uint32_t>(head_ >> 32); }
  // Kind, slot and size in one word, so that a value travels in two registers.
  static constexpr std::uint64_t head(Kind kind, std::uint64_t size, SlotType slot = SlotType::string) {
    return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(slot) << 8 | size << 32;
  }
  static constexpr std::uint64_t kSecret = std::uint64_t{1} << 16;
  std::uint64_t head_ = 0;
  union {
    const char* text_ = nullptr;
    std::int64_t integer_;
    double number_;
    ObjectId object_;
    const ValueView* items_;
  };
};

struct Reference {
  ObjectId object = kNoObject;
  std::string id;  // what a bare reference prints, so that a Value has its text without the graph

  friend bool operator==(const Reference&, const Reference&) = default;
};

class PIPEXPR_API Value {
 public:
  using List = std::vector<Value>;

  Value();  // unset
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();
  Value(std::string text);
  Value(std::string_view text);
  Value(const char* text);
  Value(std::nullptr_t) = delete;
  template <CharacterType T>
  Value(T) = delete;
  template <IntegerType T>
  Value(T value)
      : Value(of_integer(static_cast<std::int64_t>(value), static_cast<double>(value), fits_integer(value))) {}
  template <std::same_as<bool> T>
  Value(T value) : Value(value ? "true" : "false") {}
  Value(double value);
  Value(DateTime value);
  Value(Period value);
  Value(Reference value);
  Value(List items);

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_set() const { return data_.index() != 0; }

  // Each requires its own kind. Builds with PIPEXPR_CHECKED abort when it is another one; others throw
  // std::bad_variant_access, or abort in a program without exceptions.
  const std::string& text() const { return get<std::string>(Kind::string); }
  std::int64_t integer() const { return get<std::int64_t>(Kind::integer); }
  double number() const { return get<double>(Kind::number); }
  DateTime datetime() const { return get<DateTime>(Kind::datetime); }
  Period period() const { return get<Period>(Kind::period); }
  const Reference& reference() const { return get<Reference>(Kind::reference); }
  const List& items() const { return get<List>(Kind::list); }

  // The text that a template would hold: numbers as Java prints them, a list as a JSON array, unset as nothing.
  // Infinity, -Infinity and NaN, which no expression gives, are printed as Java does. A list in a list is printed as
  // its text.
  std::string to_text() const;

  friend PIPEXPR_API bool operator==(const Value& a, const Value& b);

 private:
  // Out of the header for the sake of its compile time.
  static Value of_integer(std::int64_t integer, double number, bool fits);
  template <class T>
  const T& get([[maybe_unused]] Kind kind) const {
    PIPEXPR_CHECK(this->kind() == kind);
    return std::get<T>(data_);
  }
  // In the order of Kind.
  std::variant<std::monostate, std::string, std::int64_t, double, DateTime, Period, Reference, List> data_;
};

}  // namespace pipexpr
