// Values: what expressions evaluate to.
//
//   pipexpr::Value v = expression.evaluate(graph, context).value();
//   v.kind() == pipexpr::Kind::list;  v.items()[0].to_text();
//
// Value owns its data. ValueView is the engine's own 16-byte form, a view of text and items that belong to somebody
// else: functions receive their arguments so, and hosts hand fields over so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pipexpr/datetime.h>
#include <pipexpr/export.h>

namespace pipexpr {

// What a value is at evaluation time. `unset` is an optional parameter that has no value: empty in text, and a field
// that consists of it alone is dropped.
enum class Kind : std::uint8_t { unset, string, integer, number, datetime, period, reference, list };

PIPEXPR_API std::string_view kind_name(Kind kind);  // "a string", "an integer", ...

// The declared type of a field's slot or of a parameter. It says what the field's text means to operators and
// functions; a field that is only inserted keeps its text as written. `verbatim` slots are never evaluated.
enum class SlotType : std::uint8_t { string, integer, number, boolean, datetime, period, reference, verbatim };

PIPEXPR_API std::string_view slot_type_name(SlotType type);

// The host's handle of an object; the engine only passes it back.
enum class ObjectId : std::uint64_t {};
inline constexpr ObjectId kNoObject = static_cast<ObjectId>(~std::uint64_t{0});

// An object as part of the definition, or as the instance that belongs to the run under evaluation.
enum class Sphere : std::uint8_t { component, instance };

class ValueView {
 public:
  constexpr ValueView() = default;
  constexpr ValueView(std::string_view text, SlotType slot = SlotType::string)
      : head_(head(Kind::string, text.size(), slot)), text_(text.data()) {}
  constexpr ValueView(const char* text) : ValueView(std::string_view(text)) {}
  constexpr ValueView(std::int64_t value) : head_(head(Kind::integer, 0)), integer_(value) {}
  constexpr ValueView(double value) : head_(head(Kind::number, 0)), number_(value) {}
  constexpr ValueView(DateTime value) : head_(head(Kind::datetime, value.zone.code())), integer_(value.epoch_millis) {}
  constexpr ValueView(Period value)
      : head_(head(Kind::period, static_cast<std::uint64_t>(value.unit))), integer_(value.count) {}
  constexpr ValueView(ObjectId object, Sphere sphere = Sphere::component)
      : head_(head(Kind::reference, static_cast<std::uint64_t>(sphere))), object_(object) {}
  constexpr ValueView(const ValueView* items, std::uint32_t count) : head_(head(Kind::list, count)), items_(items) {}

  constexpr Kind kind() const { return static_cast<Kind>(head_ & 0xFF); }
  constexpr SlotType slot() const { return static_cast<SlotType>(head_ >> 8 & 0xFF); }  // meaningful for texts
  constexpr bool is(Kind kind) const { return this->kind() == kind; }

  // Each is meaningful for its own kind only; none checks.
  constexpr std::string_view text() const { return {text_, size()}; }
  constexpr std::int64_t integer() const { return integer_; }
  constexpr double number() const { return number_; }
  constexpr DateTime datetime() const { return {integer_, TimeZone::from_code(size())}; }
  constexpr Period period() const { return {integer_, static_cast<TimeUnit>(size())}; }
  constexpr ObjectId object() const { return object_; }
  constexpr Sphere sphere() const { return static_cast<Sphere>(size()); }
  constexpr std::uint32_t size() const { return static_cast<std::uint32_t>(head_ >> 32); }
  constexpr const ValueView* begin() const { return items_; }
  constexpr const ValueView* end() const { return items_ + size(); }

 private:
  // Kind, slot and size in one word, so that a value travels in two registers.
  static constexpr std::uint64_t head(Kind kind, std::uint64_t size, SlotType slot = SlotType::string) {
    return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(slot) << 8 | size << 32;
  }
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
  std::string id;  // what a bare reference prints

  friend bool operator==(const Reference&, const Reference&) = default;
};

class PIPEXPR_API Value {
 public:
  using List = std::vector<Value>;

  Value() = default;  // unset
  Value(std::string text) : data_(std::move(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::int64_t value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(DateTime value) : data_(value) {}
  Value(Period value) : data_(value) {}
  Value(Reference value) : data_(std::move(value)) {}
  Value(List items) : data_(std::move(items)) {}

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_set() const { return data_.index() != 0; }

  // Each is meaningful for its own kind only; std::bad_variant_access otherwise.
  const std::string& string() const { return std::get<std::string>(data_); }
  std::int64_t integer() const { return std::get<std::int64_t>(data_); }
  double number() const { return std::get<double>(data_); }
  DateTime datetime() const { return std::get<DateTime>(data_); }
  Period period() const { return std::get<Period>(data_); }
  const Reference& reference() const { return std::get<Reference>(data_); }
  const List& items() const { return std::get<List>(data_); }

  // The text that a template would hold: numbers as Java prints them, a list as a JSON array, unset as nothing.
  std::string to_text() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  // In the order of Kind.
  std::variant<std::monostate, std::string, std::int64_t, double, DateTime, Period, Reference, List> data_;
};

}  // namespace pipexpr
