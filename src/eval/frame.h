// Frame: one template, field or list of references under evaluation. Small and flat, as each nested field makes one.
#pragma once

#include <cstdint>
#include <string_view>

#include <pipexpr/listener.h>

#include "eval/memo.h"
#include "eval/program.h"

namespace pipexpr::eval {

struct Frame {
  enum class Work : std::uint8_t { text, items, members };
  Work work = Work::text;
  Sphere sphere = Sphere::component;
  Origin origin = Origin::object;
  SlotType slot = SlotType::string;                     // of the field
  ImplicitField member_implicit = ImplicitField::none;  // members
  bool memoised = false;                                // the result goes to the memo
  bool secret = false;                                  // the host says that its value is secret
  bool parameter = false;                               // the field is a parameter, no object's
  bool of_instance = false;      // reached by a reference: it is the instance's, also while its attempt is evaluated
  bool traces = false;           // text: the step before `step` waits for its value, then is traced
  bool in_expression = false;    // text: an expression of `segment` is under way, up to `step`
  std::uint32_t base = 0;        // height of the value stack below this frame
  std::uint32_t item = 0;        // text: which value of the field; items, members: the next one
  std::uint32_t count = 0;       // items, members: how many
  std::uint32_t parts_base = 0;  // text
  std::uint32_t segment = 0;
  std::uint32_t step = 0;
  ObjectId object = kNoObject;       // whose field it is; the current object of its text
  std::string_view name;             // of the field; members: of the member
  const void* identity = nullptr;    // of the field, for the memo
  const Program* program = nullptr;  // text
  const FieldName* names = nullptr;  // text: the program's
  const FieldItem* items = nullptr;  // items
  ValueView list;                    // members
  FieldKey member_key = kNoKey;

  Memo::Key key() const { return {identity, object, sphere, name, of_instance}; }
};

}  // namespace pipexpr::eval
