// SPDX-License-Identifier: MIT
#pragma once

// What the callers of async_trigger are told: each of them something, once.

#include "net.hpp"

#include <tasks/base/errors.hpp>

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace test {

/// The answers to all the requests of a test. The counters may be read from any thread.
struct answers {
    std::atomic<int> wanted{0};
    std::atomic<int> served{0};
    std::atomic<int> failed{0};    ///< with the body's fatal error
    std::atomic<int> aborted{0};   ///< cancelled, or the run ended before
    std::atomic<int> refused{0};   ///< no run took the request
    std::atomic<int> abandoned{0}; ///< the loop was destroyed

    [[nodiscard]] int given() const { return served + failed + aborted + refused + abandoned; }
    /// What must not be, a line each; empty if all requests have been answered, once each.
    [[nodiscard]] std::string faults() const
    {
        std::scoped_lock const lock{mutex_};
        std::string all;
        for (auto const& f : faults_)
            all += f + "\n";
        if (given() != wanted)
            all += std::to_string(given()) + " answers to " + std::to_string(wanted) + " requests\n";
        return all;
    }
    void fault(std::string const& what)
    {
        std::scoped_lock const lock{mutex_};
        faults_.insert(what);
    }

private:
    mutable std::mutex mutex_;
    std::set<std::string> faults_;
};

/// A handler of `async_trigger`.
class answer {
public:
    explicit answer(std::shared_ptr<answers> all)
        : all_{std::move(all)}
    {
        ++all_->wanted;
    }
    answer(answer&&) noexcept = default;
    answer& operator=(answer&&) = delete;
    ~answer()
    {
        if (all_ && !called_)
            all_->fault("a handler was destroyed uncalled");
    }

    void operator()(std::exception_ptr const& e)
    {
        if (std::exchange(called_, true))
            all_->fault("a handler was called twice");
        count(e);
    }

private:
    /// Only looks at the type of what another thread may be destroying (see `throw_fatal`).
    void count(std::exception_ptr const& e)
    {
        if (!e) {
            ++all_->served;
            return;
        }
        try {
            std::rethrow_exception(e);
        } catch (tasks::not_running const&) {
            ++all_->refused;
        } catch (tasks::abandoned const&) {
            ++all_->abandoned;
        } catch (tasks::system_error const&) {
            ++all_->aborted;
        } catch (std::runtime_error const&) {
            ++all_->failed;
        } catch (...) {
            all_->fault("an answer of another type");
        }
    }

    std::shared_ptr<answers> all_;
    bool called_ = false;
};

} // namespace test
