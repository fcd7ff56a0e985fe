// FastPath: writes a template straight into the caller's buffer, without frames. What it does not do it hands over to
// the interpreter, with everything as the interpreter would have it at that step.
#pragma once

#include <cstddef>

#include "base/short_equal.h"
#include "eval/interpreter.h"
#include "eval/parts.h"

namespace pipexpr::eval {

class FastPath {
 public:
  FastPath(Parts& parts, Interpreter& interpreter) : parts_(parts), interpreter_(interpreter) {}

  // Appends the segments of a template. True: all of them. False: the interpreter has to go on; or the host's clock or
  // function has said no, which has been reported.
  bool append(const Program& program, const FieldName* names);
  // The host has thrown: makes frames of the templates that wait for a field, for the diagnostic's path.
  void keep_path();
  void forget_path() { depth_ = 0; }

 private:
  static constexpr std::size_t kMaxLevels = 8, kMaxFields = 64;

  // A field whose text is being written, or has been. The interpreter remembers each field that it has evaluated, so
  // this does, too.
  struct Written {
    const void* identity;
    ObjectId owner;
    const FieldName* name;
    SlotType type;
    bool is_open;             // its text is being written
    bool is_value;            // it is one expression, whose value is no text, `value`
    std::size_t begin, size;  // its text in the buffer
    ValueView value;

    bool is(const SingleField& field, ObjectId object, const FieldName& of) const {
      return identity == field.identity && owner == object && base::same(name->text, of.text);
    }
  };

  // A template that waits for the text of a field in it.
  struct Level {
    const Program* program;
    const FieldName* names;
    ObjectId object;
    const Segment* segment;  // the one that the field is the value of
    Written* field;
    const Program* inner;  // the field's text
  };
  class TemplateWriter;

  Level* levels() { return reinterpret_cast<Level*>(level_places_); }

  void hand_over(const Level* levels, std::size_t depth, const Written* written, std::size_t count, const Scope& scope,
                 const Segment* segment, const Step* step);

  Parts& parts_;
  Interpreter& interpreter_;
  std::size_t depth_ = 0;  // how many templates wait for the text of a field; 0 outside of `append`
  // Nothing in them is made before it is needed.
  alignas(Level) std::byte level_places_[kMaxLevels * sizeof(Level)];
  alignas(Written) std::byte written_places_[kMaxFields * sizeof(Written)];
};

}  // namespace pipexpr::eval
