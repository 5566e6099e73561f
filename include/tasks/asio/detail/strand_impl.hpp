// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/frame_allocator.hpp>
#include <tasks/asio/detail/handler_memory.hpp>
#include <tasks/asio/detail/queued.hpp>
#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/detail/ref.hpp>

#include <atomic>
#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Executes functions one at a time, in the order of submission, on a context that many threads may run.
///
/// A strand with two extra guarantees: scheduling its next turn never allocates, so a failure cannot leave it
/// locked; and a thread already running the context can enter it without a post.
class strand_impl : public ref_counted {
public:
    /// Whether this thread is executing a function for this strand.
    [[nodiscard]] bool running_in_this_thread() const noexcept
    {
        for (auto const* e = innermost; e; e = e->outer)
            if (e->where == this)
                return true;
        return false;
    }

    /// Executes a function before it returns if this is a thread of the context and no other thread is
    /// executing one for this strand.
    /// @returns whether the function was executed
    template <class Function>
    bool try_execute(Function&& function)
    {
        assert_unlocked();
        if (running_in_this_thread()) {
            std::forward<Function>(function)();
            return true;
        }
        if (!runs_this_thread() || !try_lock())
            return false;
        ref const self{this}; // because the function may release the last other reference
        entry const here{*this};
        std::forward<Function>(function)();
        return true;
    }

    /// Executes a function later. @throws std::bad_alloc; strong guarantee
    template <class Function>
    void post(Function&& function)
    {
        push(*new queued_function<std::decay_t<Function>>(std::forward<Function>(function)));
    }
    /// The same without allocation. Precondition: `q` is not in a queue.
    void post(queued& q) noexcept { push(q); }

    [[nodiscard]] virtual asio::execution_context& context() const noexcept = 0;
    /// The context's executor, on which many functions may run at once.
    [[nodiscard]] virtual asio::any_io_executor context_executor() const = 0;
    /// The same, tracking outstanding work.
    [[nodiscard]] virtual asio::any_io_executor keep_busy() const = 0;
    /// Whether this thread runs the context.
    [[nodiscard]] virtual bool runs_this_thread() const noexcept = 0;

protected:
    static constexpr std::size_t turn_size = 64;

    /// The function that the context executes to run the strand.
    class turn {
    public:
        using allocator_type = handler_allocator<turn_size>;

        explicit turn(strand_impl& s) noexcept
            : strand_{&s}
            , storage_{&s.turn_}
        {
        }
        turn(turn&&) noexcept = default;
        turn& operator=(turn&&) = delete;
        ~turn()
        {
            if (strand_)
                strand_->drop_all();
        }
        void operator()()
        {
            auto const self = std::exchange(strand_, {});
            self->take_turn();
        }
        [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type{*storage_}; }

    private:
        ref<strand_impl> strand_;
        handler_memory<turn_size>* storage_; // Asio also asks a moved-from handler for its allocator
    };

    /// Posts a `turn`, whose memory is reserved.
    virtual void schedule() noexcept = 0;

private:
    template <class Function>
    class queued_function final : public queued {
    public:
        explicit queued_function(Function f)
            : function_(std::move(f))
        {
        }

        // Recycles memory, as Asio does for posted functions.
        static void* operator new(std::size_t size)
        {
            return is_small ? memory::allocate(small_size) : ::operator new(size);
        }
        static void operator delete(void* p) noexcept
        {
            if (is_small)
                memory::deallocate(p, small_size);
            else
                ::operator delete(p);
        }

    private:
        using memory = kept_memory<strand_impl>;
        // a function posted through any_io_executor is one pointer
        static constexpr std::size_t small_size = 32;
        static constexpr bool is_small =
            sizeof(Function) + sizeof(queued) <= small_size && alignof(Function) <= alignof(std::max_align_t);

        void call() override
        {
            std::unique_ptr<queued_function> const self{this};
            std::move(function_)();
        }
        void drop() noexcept override { delete this; }

        Function function_;
    };

    /// Marks that this thread is executing functions for a strand, which it has locked.
    struct entry {
        explicit entry(strand_impl& s) noexcept
            : where{&s}
            , outer{std::exchange(innermost, this)}
        {
        }
        entry(entry const&) = delete;
        entry& operator=(entry const&) = delete;
        ~entry()
        {
            innermost = outer;
            where->unlock();
        }

        strand_impl* where;
        entry const* outer;
    };
    static inline constinit thread_local entry const* innermost = nullptr;

    // A locked strand has a newest-first list that ends with `taken_over_`, the head of an oldest-first list;
    // an unlocked one has neither. The end marker is a member, because an object with static storage duration
    // may exist once in each shared library of a program.

    [[nodiscard]] bool try_lock() noexcept
    {
        queue_link* unlocked = nullptr;
        return newest_.compare_exchange_strong(unlocked, &taken_over_, std::memory_order_acquire);
    }

    [[nodiscard]] bool unlock_if_empty() noexcept
    {
        queue_link* empty = &taken_over_;
        return !taken_over_.next &&
               newest_.compare_exchange_strong(empty, nullptr, std::memory_order_release);
    }

    void unlock() noexcept
    {
        if (!unlock_if_empty())
            schedule();
    }

    void push(queued& q) noexcept
    {
        queue_link& added = q;
        auto* before = newest_.load(std::memory_order_relaxed);
        do {
            added.next = before ? before : &taken_over_;
        } while (!newest_.compare_exchange_weak(before, &added, std::memory_order_acq_rel));
        if (!before)
            schedule();
    }

    /// Removes the oldest function. Requires the lock.
    [[nodiscard]] queued* pop() noexcept
    {
        if (!taken_over_.next) {
            auto* link = newest_.exchange(&taken_over_, std::memory_order_acquire);
            while (link != &taken_over_) {
                auto* const older = std::exchange(link->next, taken_over_.next);
                taken_over_.next = std::exchange(link, older);
            }
        }
        auto* const first = taken_over_.next;
        if (first)
            taken_over_.next = first->next;
        return static_cast<queued*>(first);
    }

    /// Executes the functions already queued. Those queued meanwhile run in the next turn, so that other work
    /// of the context gets its turn first.
    void take_turn()
    {
        constexpr int most = 64;
        entry const here{*this};
        for (int i = 0; i < most; ++i) {
            auto* const q = pop();
            if (!q)
                return;
            assert_unlocked();
            q->call();
            if (!taken_over_.next)
                return;
        }
    }

    /// Destroys all functions because the context is being destroyed. An object owned by a function may post
    /// another one in its destructor.
    void drop_all() noexcept
    {
        do {
            while (auto* const q = pop()) {
                assert_unlocked();
                q->drop();
            }
        } while (!unlock_if_empty());
    }

    std::atomic<queue_link*> newest_{nullptr};
    queue_link taken_over_; ///< by the thread that has the lock
    handler_memory<turn_size> turn_;
};

/// An executor that knows whether the calling thread runs its context, as those of Asio's own contexts do.
template <class Executor>
concept knows_its_threads = requires(Executor const& e) {
    { e.running_in_this_thread() } -> std::same_as<bool>;
};

template <knows_its_threads Executor>
class strand_impl_on final : public strand_impl {
public:
    explicit strand_impl_on(Executor executor) noexcept
        : executor_{std::move(executor)}
    {
    }

    [[nodiscard]] asio::execution_context& context() const noexcept override
    {
        return asio::query(executor_, asio::execution::context);
    }
    [[nodiscard]] asio::any_io_executor context_executor() const override { return executor_; }
    [[nodiscard]] asio::any_io_executor keep_busy() const override
    {
        return asio::prefer(executor_, asio::execution::outstanding_work.tracked);
    }
    [[nodiscard]] bool runs_this_thread() const noexcept override
    {
        return executor_.running_in_this_thread();
    }

private:
    void schedule() noexcept override { asio::post(executor_, turn{*this}); }

    Executor const executor_;
};

} // namespace detail
TASKS_END_NAMESPACE
