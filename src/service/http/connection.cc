// Reads the requests of one connection and writes their replies.
#include "service/http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

namespace pipexpr::service {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

// What an idle connection keeps: a request of an SDK fits in, so that one read gets all of it.
constexpr std::size_t kFirstRead = 2 * 1024;
constexpr std::size_t kKeptBuffer = 16 * 1024;
constexpr std::size_t kReadAtOnce = 256 * 1024;
// Texts up to this length are never refused for the sake of memory: connections are counted, and so are these.
constexpr std::size_t kSmallText = 64 * 1024;
constexpr std::size_t kUsualHeaders = 16;
constexpr std::int64_t kLingerSeconds = 2;
// Of a request that was refused before its target was known.
constexpr std::string_view kRefusedTarget = "/refused";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view reason(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 413: return "Payload Too Large";
    case 503: return "Service Unavailable";
    default: return status < 500 ? "Error" : "Internal Server Error";
  }
}

std::string_view to_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// What RFC 9112 wants refused: another transfer coding than "chunked" leaves open where the body ends, and what
// follows would be taken for the next request; without exactly one Host it is not known which server was meant.
template <class Fields>
const char* malformed(const http::request<TextBody, Fields>& message) {
  bool is_coded = false;
  std::size_t hosts = 0;
  for (const auto& field : message) {
    if (field.name() == http::field::host) ++hosts;
    if (field.name() != http::field::transfer_encoding) continue;
    if (is_coded || message.version() < 11 || !same_header(to_view(field.value()), "chunked"))
      return "expected no Transfer-Encoding but 'chunked'";
    is_coded = true;
  }
  if (hosts > 1) return "expected one Host header, found several";
  if (hosts == 0 && message.version() >= 11) return "expected a Host header";
  return nullptr;
}

}  // namespace

std::int64_t steady_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<std::shared_ptr<Connection>> Loop::connections() {
  std::vector<std::shared_ptr<Connection>> result;
  result.reserve(connections_.size());
  for (auto at = connections_.begin(); at != connections_.end();) {
    std::shared_ptr<Connection> connection = at->second.lock();
    at = connection ? std::next(at) : connections_.erase(at);
    if (connection) result.push_back(std::move(connection));
  }
  return result;
}

bool Loop::evict() {
  for (Connection* connection : idle) {
    if (connection->evict()) return true;
  }
  return false;
}

Connection::Connection(Socket socket, Loop& loop, Shared& shared)
    : socket_(std::move(socket)), loop_(loop), shared_(shared) {
  ++shared_.metrics.connections;
}

Connection::~Connection() {
  release();
  --shared_.open;
  --shared_.metrics.connections;
}

void Connection::start() {
  loop_.add(shared_from_this());
  Error ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  wait();
}

void Connection::expire_in(std::int64_t seconds) { deadline_ = loop_.seconds + seconds; }

void Connection::sweep() {
  if (deadline_ != 0 && loop_.seconds > deadline_) close();
}

bool Connection::evict() {
  Error ignored;
  if (socket_.available(ignored) != 0) return false;
  ++shared_.metrics.evicted_connections;
  close();
  return true;
}

void Connection::stop() {
  keep_alive_ = false;
  if (!in_request_) close();
}

void Connection::close() {
  if (!socket_.is_open()) return;
  Error ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  loop_.remove(this);
  begin();
}

// Counts what a large text takes, beyond what is counted already; false when there is too much of it.
bool Connection::reserve(std::size_t bytes) {
  if (bytes <= kSmallText || bytes <= reserved_) return true;
  std::size_t more = bytes - reserved_;
  if (shared_.buffered_bytes.fetch_add(more) + more > shared_.options.max_buffered_bytes) {
    shared_.buffered_bytes -= more;
    return false;
  }
  reserved_ = bytes;
  return true;
}

void Connection::release() {
  shared_.buffered_bytes -= reserved_;
  reserved_ = 0;
  exchange_.reset();
  parser_.reset();
  head_.clear();
}

void Connection::wait() {
  // A request that was sent early is served after what other connections have sent by now.
  if (buffer_.size() != 0) return asio::post(socket_.get_executor(), [self = shared_from_this()] { self->parse(); });
  if (buffer_.capacity() > kKeptBuffer) buffer_ = {};
  loop_.idle.splice(loop_.idle.end(), place_);
  in_request_ = false;
  expire_in(shared_.options.idle_seconds);
  read();
}

// The end of idleness.
void Connection::begin() {
  if (!in_request_) place_.splice(place_.end(), loop_.idle, idle_);
  in_request_ = true;
}

void Connection::read() {
  socket_.async_read_some(buffer_.prepare(std::max(kFirstRead, buffer_.capacity() - buffer_.size())),
                          [self = shared_from_this()](Error error, std::size_t size) { self->on_read(error, size); });
}

void Connection::on_read(Error error, std::size_t size) {
  // Half a request, and its end: the client may still read why.
  if (error == asio::error::eof && parser_ && !parser_->is_header_done())
    return refuse(ErrorType::bad_request, "the request is not HTTP/1.1");
  if (error || !socket_.is_open()) return close();
  buffer_.commit(size);
  parse();
}

// Looks at what has been read, and reads on when it is not enough.
void Connection::parse() {
  if (!socket_.is_open()) return;
  if (!parser_) {
    begin();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_.options.max_header_bytes));
    parser_->body_limit(shared_.options.max_body_bytes);
    expire_in(shared_.options.header_seconds);
  }
  if (parser_->is_header_done()) return read_chunks();
  Error error;
  buffer_.consume(parser_->put(buffer_.data(), error));
  if (error == http::error::need_more) return read();
  if (error == http::error::header_limit) return refuse(ErrorType::request_too_large, "the headers are too long");
  if (error == http::error::body_limit) return refuse(ErrorType::request_too_large, "the body is too long");
  if (error) return refuse(ErrorType::bad_request, "the request is not HTTP/1.1");
  if (const char* why = malformed(parser_->get())) return refuse(ErrorType::bad_request, why);
  keep_alive_ = parser_->keep_alive() && !shared_.stopping;
  if (parser_->is_done()) return serve();

  expire_in(shared_.options.transfer_seconds);
  if (same_header(to_view(parser_->get()[http::field::expect]), "100-continue")) {
    asio::async_write(
        socket_, asio::buffer(kContinue.data(), kContinue.size()),
        [self = shared_from_this()](Error failed, std::size_t) { failed ? self->close() : self->read_body(); });
    return;
  }
  read_body();
}

// Piece by piece: what is announced costs nothing until it comes, and it comes only as long as there is memory for all
// large bodies together.
void Connection::read_body() {
  if (parser_->chunked()) {
    buffer_.reserve(kKeptBuffer);
    return read_chunks();
  }
  std::string& text = parser_->get().body();
  std::size_t length = *parser_->content_length();
  std::size_t there = std::min(buffer_.size(), length - text.size());
  text.append(static_cast<const char*>(buffer_.data().data()), there);
  buffer_.consume(there);
  std::size_t begin = text.size();
  if (begin == length) return serve();
  std::size_t next_read = std::min(length - begin, std::clamp(begin, kKeptBuffer, kReadAtOnce));
  if (!reserve(begin + next_read) || !grow_buffer(text, begin + next_read, length))
    return refuse(ErrorType::unavailable, "too many large requests at once");
  socket_.async_read_some(asio::buffer(text.data() + begin, next_read),
                          [self = shared_from_this(), begin](Error error, std::size_t size) {
                            if (error || !self->socket_.is_open()) return self->close();
                            self->parser_->get().body().resize(begin + size);
                            self->read_body();
                          });
}

void Connection::read_chunks() {
  Error error;
  // In the middle of a chunk, Beast does not say that it needs more than nothing.
  for (std::size_t used = 1; !error && used != 0 && !parser_->is_done() && buffer_.size() != 0;) {
    used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
  }
  if (error == http::error::body_limit) return refuse(ErrorType::request_too_large, "the body is too long");
  if (error == http::error::buffer_overflow || !reserve(parser_->get().body().size()))
    return refuse(ErrorType::unavailable, "too many large requests at once");
  if (error && error != http::error::need_more) return close();
  parser_->is_done() ? serve() : read();
}

void Connection::serve() {
  deadline_ = 0;
  exchange_ = std::make_shared<Exchange>();
  auto& message = parser_->get();
  Request& request = exchange_->request;
  request.method = to_view(message.method_string());
  request.target = to_view(message.target());
  request.headers.reserve(kUsualHeaders);
  for (const auto& field : message) request.headers.push_back({to_view(field.name_string()), to_view(field.value())});
  request.body = message.body();
  exchange_->body = message.body().data();
  exchange_->id = shared_.service.next_request_id();

  // What is short is answered here; what may block or take long goes to a worker.
  bool is_local = request.path() != "/";
  if (Service::is_quick(request.path())) {
    shared_.service.run_local(*exchange_);
    return write();
  }
  if (is_local || request.body.size() > shared_.service.inline_bytes()) {
    asio::post(shared_.workers, [self = shared_from_this()] { self->work(); });
    return;
  }
  // Its answer goes out when the other requests that have come by now are answered too: a client that is woken once for
  // many answers costs the system less than one that is woken for each.
  if (!shared_.service.prepare(*exchange_) || shared_.service.try_inline(*exchange_)) return answered();
  asio::post(shared_.workers, [self = shared_from_this()] { self->work(); });
  waiting_ = exchange_->operation->name == "PollForTask";
  if (waiting_) watch();
}

void Connection::work() {
  Service& service = shared_.service;
  std::shared_ptr<Exchange> exchange = exchange_;
  if (exchange->request.path() != "/") {
    service.run_local(*exchange);
    return answered();
  }
  if (exchange->operation == nullptr && (!service.prepare(*exchange) || service.try_inline(*exchange)))
    return answered();
  if (service.run(exchange, [self = shared_from_this()] { self->answered(); })) answered();
}

void Connection::answered() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->waiting_ = false;
    self->write();
  });
}

// A runner that hangs up while it waits must not be given a task.
void Connection::watch() {
  socket_.async_wait(Socket::wait_read, [self = shared_from_this(), exchange = exchange_](Error error) {
    if (!self->waiting_ || self->exchange_ != exchange) return;
    char byte = 0;
    ssize_t peeked = error ? 0 : ::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (peeked != 0) return;  // the next request, sent early
    if (self->shared_.service.forget(exchange)) {
      self->waiting_ = false;
      self->close();
    }
  });
}

void Connection::write() {
  if (!socket_.is_open()) return;
  Reply& reply = exchange_->reply;
  // A small request may have a large answer, and its client need not take it.
  if (!reserve(exchange_->request.body.size() + reply.body.size())) {
    reply.body.clear();
    reply.body.shrink_to_fit();
    set_error(reply, {ErrorType::unavailable, "too many large answers at once"});
  }
  shared_.service.finish(*exchange_);
  if (shared_.stopping) keep_alive_ = false;
  head_.clear();
  fmt::format_to(std::back_inserter(head_),
                 "HTTP/1.1 {} {}\r\nx-amzn-RequestId: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nDate: {}\r\n",
                 reply.status, reason(reply.status), exchange_->id, reply.content_type, reply.body.size(), loop_.date);
  if (!reply.error_type.empty())
    fmt::format_to(std::back_inserter(head_), "x-amzn-ErrorType: {}\r\n", reply.error_type);
  head_ += keep_alive_ ? "\r\n" : "Connection: close\r\n\r\n";
  expire_in(shared_.options.transfer_seconds);
  bool is_head = exchange_->request.method == "HEAD";
  std::array<asio::const_buffer, 2> pieces = {asio::buffer(head_),
                                              is_head ? asio::const_buffer() : asio::buffer(reply.body)};
  // Most answers go out at once, and need no more of the loop.
  Error error;
  std::size_t sent = socket_.write_some(pieces, error);
  if (error == asio::error::would_block) error = {};
  if (error || sent == asio::buffer_size(pieces)) return on_written(error);
  for (asio::const_buffer& piece : pieces) {
    std::size_t gone = std::min(sent, piece.size());
    piece += gone;
    sent -= gone;
  }
  asio::async_write(socket_, pieces,
                    [self = shared_from_this()](Error failed, std::size_t) { self->on_written(failed); });
}

void Connection::on_written(Error error) {
  release();
  if (!error && refused_) return linger();
  if (error || !keep_alive_ || shared_.stopping) return close();
  wait();
}

// Reads what is still on its way, for a moment: closing on it would reset the connection, and the client would lose the
// answer that it is about to read.
void Connection::linger() {
  Error ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  expire_in(kLingerSeconds);
  buffer_.clear();
  drain();
}

void Connection::drain() {
  socket_.async_read_some(buffer_.prepare(kKeptBuffer), [self = shared_from_this()](Error error, std::size_t) {
    error ? self->close() : self->drain();
  });
}

// Answers a request that is not read to its end, and closes: what follows on the connection cannot be told
// apart.
void Connection::refuse(ErrorType type, const char* why) {
  exchange_ = std::make_shared<Exchange>();
  exchange_->id = shared_.service.next_request_id();
  exchange_->request.method = "POST";
  exchange_->request.target = kRefusedTarget;
  exchange_->reply.content_type = "application/x-amz-json-1.1";
  set_error(exchange_->reply, {type, why});
  keep_alive_ = false;
  refused_ = true;
  write();
}

}  // namespace pipexpr::service
