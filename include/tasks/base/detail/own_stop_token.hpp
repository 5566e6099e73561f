// SPDX-License-Identifier: MIT
#pragma once

/// The classes of `<stop_token>`, for standard libraries that do not have them (libc++ 19 has them only with
/// -fexperimental-library).

#include <tasks/base/detail/assert_unlocked.hpp>
#include <tasks/base/detail/config.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref.hpp>

#include <atomic>
#include <concepts>
#include <cstddef>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

class own_stop_callback_base {
public:
    own_stop_callback_base(own_stop_callback_base const&) = delete;
    own_stop_callback_base& operator=(own_stop_callback_base const&) = delete;

protected:
    own_stop_callback_base() noexcept = default;
    virtual ~own_stop_callback_base() = default;

private:
    friend class own_stop_state;

    virtual void call() noexcept = 0;

    own_stop_callback_base* next_ = nullptr;
    own_stop_callback_base* previous_ = nullptr;
};

/// Shared by a source, its tokens and its callbacks.
class own_stop_state final : public ref_counted {
public:
    [[nodiscard]] bool requested() const noexcept { return requested_.load(std::memory_order_acquire); }
    [[nodiscard]] bool possible() const noexcept
    {
        return requested() || sources_.load(std::memory_order_acquire) != 0;
    }
    void source_added() noexcept { sources_.fetch_add(1, std::memory_order_relaxed); }
    void source_removed() noexcept { sources_.fetch_sub(1, std::memory_order_release); }

    /// Calls the callbacks, unless another call did.
    /// @returns whether this is the first request
    bool request() noexcept
    {
        std::unique_lock lock{mutex_};
        if (requested())
            return false;
        caller_ = std::this_thread::get_id();
        requested_.store(true, std::memory_order_release);
        while (auto* const callback = first_) {
            unlink(*callback);
            called_.store(callback, std::memory_order_relaxed);
            lock.unlock();
            assert_unlocked();
            callback->call(); // which may destroy it
            called_.store(nullptr, std::memory_order_release);
            called_.notify_all();
            lock.lock();
        }
        return true;
    }

    /// Adds a callback, or calls it at once if the stop has been requested.
    /// @returns whether it was added
    bool add(own_stop_callback_base& callback) noexcept
    {
        {
            std::scoped_lock lock{mutex_};
            if (!requested()) {
                callback.next_ = first_;
                if (first_)
                    first_->previous_ = &callback;
                first_ = &callback;
                return true;
            }
        }
        assert_unlocked();
        callback.call();
        return false;
    }

    /// Removes a callback. If another thread is calling it, waits until that call has returned.
    void remove(own_stop_callback_base& callback) noexcept
    {
        {
            std::scoped_lock lock{mutex_};
            if (first_ == &callback || callback.previous_) {
                unlink(callback);
                return;
            }
            if (caller_ == std::this_thread::get_id())
                return; // it has been called, or destroys itself
        }
        called_.wait(&callback, std::memory_order_acquire);
    }

private:
    void unlink(own_stop_callback_base& callback) noexcept
    {
        (callback.previous_ ? callback.previous_->next_ : first_) = callback.next_;
        if (callback.next_)
            callback.next_->previous_ = callback.previous_;
        callback.next_ = callback.previous_ = nullptr;
    }

    mutex mutex_;
    own_stop_callback_base* first_ = nullptr;
    std::thread::id caller_; ///< of `request`
    std::atomic<own_stop_callback_base*> called_{nullptr};
    std::atomic<std::size_t> sources_{0};
    std::atomic<bool> requested_{false};
};

class own_stop_token {
public:
    own_stop_token() noexcept = default;

    [[nodiscard]] bool stop_requested() const noexcept { return state_ && state_->requested(); }
    [[nodiscard]] bool stop_possible() const noexcept { return state_ && state_->possible(); }
    void swap(own_stop_token& other) noexcept { std::swap(state_, other.state_); }
    friend void swap(own_stop_token& a, own_stop_token& b) noexcept { a.swap(b); }
    friend bool operator==(own_stop_token const&, own_stop_token const&) noexcept = default;

private:
    friend class own_stop_source;
    template <class>
    friend class own_stop_callback;

    explicit own_stop_token(ref<own_stop_state> state) noexcept
        : state_{std::move(state)}
    {
    }

    ref<own_stop_state> state_;
};

class own_stop_source {
public:
    /// @throws std::bad_alloc
    own_stop_source()
        : state_{new own_stop_state}
    {
        state_->source_added();
    }
    own_stop_source(own_stop_source const& other) noexcept
        : state_{other.state_}
    {
        if (state_)
            state_->source_added();
    }
    own_stop_source(own_stop_source&&) noexcept = default;
    own_stop_source& operator=(own_stop_source other) noexcept
    {
        swap(other);
        return *this;
    }
    ~own_stop_source()
    {
        if (state_)
            state_->source_removed();
    }

    bool request_stop() const noexcept { return state_ && state_->request(); }
    [[nodiscard]] own_stop_token get_token() const noexcept { return own_stop_token{state_}; }
    [[nodiscard]] bool stop_requested() const noexcept { return state_ && state_->requested(); }
    [[nodiscard]] bool stop_possible() const noexcept { return static_cast<bool>(state_); }
    void swap(own_stop_source& other) noexcept { std::swap(state_, other.state_); }
    friend void swap(own_stop_source& a, own_stop_source& b) noexcept { a.swap(b); }
    friend bool operator==(own_stop_source const&, own_stop_source const&) noexcept = default;

private:
    ref<own_stop_state> state_;
};

template <class Callback>
class own_stop_callback final : own_stop_callback_base {
    static_assert(std::invocable<Callback> && std::destructible<Callback>);

public:
    using callback_type = Callback;

    template <class C>
        requires std::constructible_from<Callback, C>
    explicit own_stop_callback(own_stop_token token,
                               C&& callback) noexcept(std::is_nothrow_constructible_v<Callback, C>)
        : callback_(std::forward<C>(callback))
    {
        if (token.state_ && token.state_->add(*this))
            state_ = std::move(token.state_);
    }
    ~own_stop_callback() override
    {
        if (state_)
            state_->remove(*this);
    }

private:
    void call() noexcept override { std::forward<Callback>(callback_)(); }

    Callback callback_;
    ref<own_stop_state> state_; ///< null if the stop had been requested already
};
template <class Callback>
own_stop_callback(own_stop_token, Callback) -> own_stop_callback<Callback>;

} // namespace detail
TASKS_END_NAMESPACE
