// The store's connections, and transactions over them. What is stored stands in migrations.cc.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "service/store/store_session.h"

namespace pipexpr::service {

class Store {
 public:
  Store(std::unique_ptr<Database> database, std::size_t sessions);

  Database& database() { return *database_; }

  // InstanceLifecycle `body(session)` as one transaction and returns its result. It is run again when the store asks
  // for that, so it must change nothing but the store.
  template <class Body>
  auto transact(Body body) {
    return repeated([&](Session& session) {
      try {
        session.begin();
        if constexpr (std::is_void_v<decltype(body(session))>) {
          body(session);
          session.commit();
          write_failed_ = false;
        } else {
          auto result = body(session);
          session.commit();
          write_failed_ = false;
          return result;
        }
      } catch (const StoreError&) {
        session.rollback();
        write_failed_ = true;
        throw;
      } catch (...) {
        session.rollback();
        throw;
      }
    });
  }

  // Whether the last transaction could not be written.
  bool write_failed() const { return write_failed_; }

  // Statements that only read and need no transaction; run again in the same way.
  template <class Body>
  auto read(Body body) {
    return repeated(body);
  }

 private:
  static constexpr int kRetries = 6;

  class Lease {
   public:
    explicit Lease(Store& store) : store_(store), session_(store.take()) {}
    ~Lease() { store_.give_back(std::move(session_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Session& operator*() { return *session_; }
    Session* operator->() { return session_.get(); }

   private:
    Store& store_;
    std::unique_ptr<Session> session_;
  };

  template <class Work>
  auto repeated(Work work) {
    for (int attempt = 0;; ++attempt) {
      try {
        Lease lease(*this);
        return work(*lease);
      } catch (const StoreError& error) {
        if (!error.again || attempt == kRetries) throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5 << attempt));
    }
  }

  std::unique_ptr<Session> take();
  void give_back(std::unique_ptr<Session> session);

  std::unique_ptr<Database> database_;
  std::atomic<bool> write_failed_{false};
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace pipexpr::service
