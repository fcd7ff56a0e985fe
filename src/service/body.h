// The body of a request as Beast reads it: a text that is allocated as it arrives.
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

namespace pipexpr::service {

// Beast's own string_body allocates at once what the header announces, and throws when there is no memory, out of the
// loop that serves all connections.
struct TextBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool IsRequest, class Fields>
    reader(boost::beast::http::header<IsRequest, Fields>& /*header*/, value_type& text) : text_(text) {}

    void init(const boost::optional<std::uint64_t>& announced, boost::beast::error_code& error) {
      error = {};
      announced_ = static_cast<std::size_t>(announced.value_or(0));
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
      error = {};
      std::size_t size = boost::asio::buffer_size(buffers);
      try {
        // What came so far is some proof that the rest will come.
        std::size_t needed = text_.size() + size;
        if (needed > text_.capacity() && needed < announced_) text_.reserve(std::min(announced_, kFirst + 8 * needed));
        for (auto at = boost::asio::buffer_sequence_begin(buffers); at != boost::asio::buffer_sequence_end(buffers);
             ++at)
          text_.append(static_cast<const char*>(at->data()), at->size());
      } catch (const std::bad_alloc&) {
        error = boost::beast::http::error::buffer_overflow;
      }
      return size;
    }

    void finish(boost::beast::error_code& error) { error = {}; }

   private:
    static constexpr std::size_t kFirst = 64 * 1024;

    value_type& text_;
    std::size_t announced_ = 0;
  };
};

}  // namespace pipexpr::service
