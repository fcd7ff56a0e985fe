// The body of a request as it arrives.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>

#include "adapter/large_pages.h"
#include "service/protocol.h"

namespace pipexpr::service {

// The body of a request, filled by the connection; the reader is for bodies in chunks. Beast's own string_body
// allocates at once what the header announces, and throws when there is no memory, out of the loop that serves all
// connections.
struct TextBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool IsRequest, class Fields>
    reader(boost::beast::http::header<IsRequest, Fields>& /*header*/, value_type& text) : text_(text) {}

    void init(const boost::optional<std::uint64_t>& /*announced*/, boost::beast::error_code& error) { error = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
      error = {};
      try {
        for (auto at = boost::asio::buffer_sequence_begin(buffers); at != boost::asio::buffer_sequence_end(buffers);
             ++at)
          text_.append(static_cast<const char*>(at->data()), at->size());
      } catch (const std::bad_alloc&) {
        error = boost::beast::http::error::buffer_overflow;
      }
      return boost::asio::buffer_size(buffers);
    }

    void finish(boost::beast::error_code& error) { error = {}; }

   private:
    value_type& text_;
  };
};

// Makes a text longer that will have `announced` bytes at its end; false when there is no memory.
inline bool grow_buffer(std::string& text, std::size_t size, std::size_t announced) {
  try {
    // What came so far is some proof that the rest will come.
    if (size > text.capacity()) reserve_pages(text, std::min(announced, 8 * size));
    text.resize(size);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace pipexpr::service
