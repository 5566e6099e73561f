// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/prefetch.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Binds a queue to its execution context: created on first use, shut down with the context.
class timer_service final : public asio::execution_context::service {
public:
    using key_type = timer_service;
    static inline asio::execution_context::id id;

    /// Creates Asio's services for timers first, because a context shuts its services down in reverse order
    /// of creation: the queue has let go of them by then, so other threads may end waits meanwhile.
    explicit timer_service(asio::execution_context& context)
        : asio::execution_context::service{context}
    {
        [[maybe_unused]] timer_queue::timer const first{inline_executor{context}};
    }

    std::shared_ptr<timer_queue> const queue = std::make_shared<timer_queue>();

private:
    void shutdown() override { queue->shut_down(); }
};

TASKS_DECL std::shared_ptr<timer_queue> timer_queue::of(asio::any_io_executor const& executor)
{
    auto& context = asio::query(executor, asio::execution::context);
    return asio::use_service<timer_service>(context).queue;
}

/// Due before anything else.
inline constexpr nanoseconds at_once = (nanoseconds::min)();

/// A batch of due waiters that a thread has taken out. The thread claims each one, without the queue's lock,
/// just before it ends its wait. With that lock, those not yet claimed may be removed, or taken over by
/// another thread.
class timer_queue::firing {
public:
    static constexpr std::size_t most = 64;

    explicit firing(timer_queue& q) noexcept
        : queue{q}
    {
    }
    firing(firing const&) = delete;
    firing& operator=(firing const&) = delete;

    /// Appends a waiter. Requires the queue's lock.
    void add(waiter& w) noexcept
    {
        w.settle(waiter::home::due);
        w.entry_ = std::construct_at(&entries_[size_], &w);
        addresses_[size_] = &w;
        further_[size_] = w.leads_to();
        second_[size_] = w.leads_also_to();
        ++size_;
    }
    /// Empties the batch for the next due waiters. Requires the queue's lock.
    void clear() noexcept { size_ = 0; }

    /// Defers the next wait of `w`, whose wait has just ended, without the lock. The next thread with the
    /// lock starts it: this one after its batch, or one that takes over. Returns false if `w` is the last of
    /// the batch.
    [[nodiscard]] bool defer(waiter& w, nanoseconds due) noexcept
    {
        if (running != &w || running_index_ + 1 >= size_ ||
            !entries_[running_index_ + 1].load(std::memory_order_relaxed))
            return false;
        running = nullptr;
        auto const count = deferred_count_.load(std::memory_order_relaxed);
        w.clock_ = clock_kind::steady;
        w.due_ = due;
        w.entry_ = std::construct_at(&deferred_[count], &w);
        w.settle(waiter::home::deferred);
        deferred_count_.store(count + 1, std::memory_order_release);
        return true;
    }
    /// Returns the next waiter with a deferred wait; null if there is none. Requires the queue's lock.
    [[nodiscard]] waiter* take_deferred() noexcept
    {
        for (auto const count = deferred_count_.load(std::memory_order_acquire); deferred_taken_ < count;)
            if (auto* const w = deferred_[deferred_taken_++].load(std::memory_order_relaxed))
                return w;
        return nullptr;
    }
    /// Called by the thread itself when it has taken all deferred waits. Requires the queue's lock.
    void clear_deferred() noexcept
    {
        deferred_taken_ = 0;
        deferred_count_.store(0, std::memory_order_relaxed);
    }

    /// Whether there are waiters that the thread has not claimed, except for the first, which it claims right
    /// away. Requires the queue's lock.
    [[nodiscard]] bool has_others() const noexcept
    {
        for (auto i = size_; i > 1; --i)
            if (entries_[i - 1].load(std::memory_order_relaxed))
                return true;
        return false;
    }

    /// Takes over the later half of the waiters that another thread has not claimed. Requires the queue's
    /// lock.
    void take_half_of(firing& other, std::size_t limit) noexcept
    {
        std::array<waiter*, most> taken;
        std::size_t left = 0;
        for (std::size_t i = 1; i < other.size_; ++i)
            left += other.entries_[i].load(std::memory_order_relaxed) ? std::size_t{1} : 0;
        auto const wanted = (std::min)((left + 1) / 2, limit);
        std::size_t count = 0;
        for (auto i = other.size_; i > 1 && count < wanted; --i)
            if (auto* const w = other.entries_[i - 1].exchange(nullptr, std::memory_order_relaxed))
                taken[count++] = w;
        while (count > 0)
            add(*taken[--count]);
    }

    /// Ends the waits. Called without the lock.
    void run() noexcept
    {
        auto* const outer = std::exchange(current, this);
        constexpr std::size_t ahead = 4; // iterations that a prefetch needs
        if (size_ < 4 * ahead) {
            for (std::size_t i = 0; i < size_; ++i)
                end(i);
        } else {
            for (std::size_t i = 0; i < size_ + 2 * ahead; ++i) {
                if (i < size_)
                    prefetch(addresses_[i], waiter::typical_size);
                if (auto const soon = i - ahead; soon < size_) {
                    prefetch(further_[soon], waiter::typical_further);
                    prefetch(second_[soon], waiter::typical_second);
                }
                if (auto const now = i - 2 * ahead; now < size_)
                    end(now);
            }
        }
        running = nullptr;
        current = outer;
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    timer_queue& queue;
    waiter const* running = nullptr; ///< the waiter whose wait is being ended
    nanoseconds since{0};            ///< when the batch was taken
    firing* next = nullptr;          ///< in the queue's list
    static inline constinit thread_local firing* current = nullptr;

private:
    void end(std::size_t i) noexcept
    {
        auto* const w = entries_[i].exchange(nullptr, std::memory_order_acquire);
        if (!w)
            return;
        w->settle(waiter::home::none);
        running = w;
        running_index_ = i;
        assert_unlocked();
        w->ready();
    }

    std::size_t size_ = 0;
    std::size_t running_index_ = 0; ///< index of `running`
    std::size_t deferred_taken_ = 0;
    std::atomic<std::size_t> deferred_count_{0};
    union { // so that only the used entries are initialised
        std::atomic<waiter*> entries_[most];
    };
    union {
        std::atomic<waiter*> deferred_[most];
    };
    std::array<void const*, most> addresses_;
    std::array<void const*, most> further_;
    std::array<void const*, most> second_;
};

// Outstanding work and the one timer.

TASKS_DECL void timer_queue::work_started(asio::any_io_executor const& executor)
{
    std::unique_lock lock{mutex_};
    if (!timer_ && !closed_) {
        lock.unlock(); // because the executor may be user code
        auto& context = asio::query(executor, asio::execution::context);
        auto const known = known_context_of(executor);
        lock.lock();
        if (!timer_ && !closed_) {
            context_ = known;
            timer_.emplace(inline_executor{context});
        }
    }
    if (closed_)
        throw abandoned{"tasks: the execution context is gone"};
    if (!timer_waits_ && !is_about_to_arm(nullptr))
        begin_timer_wait(next_wake_up());
    ++work_;
}

TASKS_DECL void timer_queue::work_finished() noexcept
{
    std::scoped_lock lock{mutex_};
    if (--work_ != 0 || !timer_waits_ || closed_)
        return;
    try {
        timer_->cancel();
    } catch (...) {
        // Then the context stays busy until the current wait ends by itself.
    }
}

struct timer_queue::timer_handler {
    using allocator_type = handler_allocator<timer_op_size>;

    explicit timer_handler(std::shared_ptr<timer_queue> q) noexcept
        : queue{std::move(q)}
        , storage{&queue->timer_op_}
    {
    }

    [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type{*storage}; }
    void operator()(error_code const& = {}) const { queue->on_timer(); }

    std::shared_ptr<timer_queue> queue;
    handler_memory<timer_op_size>* storage; // Asio also asks a moved-from handler for its allocator
};

TASKS_DECL void timer_queue::begin_timer_wait(nanoseconds wake_up)
{
    armed_for_ = source_->passes_by_itself() ? wake_up : never;
    timer_->expires_at(timer::time_point{std::chrono::duration_cast<timer::duration>(armed_for_)});
    timer_->async_wait(timer_handler{shared_from_this()});
    timer_waits_ = true;
}

TASKS_DECL bool timer_queue::try_begin_timer_wait(nanoseconds wake_up) noexcept
{
    try {
        begin_timer_wait(wake_up);
        return true;
    } catch (...) {
        // Asio's heap of timers cannot grow, but the memory for a handler is reserved.
    }
    if (!context_)
        return false;
    if (context_.io)
        asio::post(context_.io->get_executor(), timer_handler{shared_from_this()});
    else
        asio::post(context_.pool->get_executor(), timer_handler{shared_from_this()});
    timer_waits_ = true;
    return true;
}

/// The time after which a body is assumed to block the thread that has taken waiters out.
inline constexpr std::chrono::milliseconds long_for_a_thread{1};

/// The time per wait from which on sharing due waits between two threads pays for the contention.
inline constexpr std::chrono::microseconds sharing_threshold{2};
inline constexpr std::size_t enough_to_measure = 8;

/// Whether another thread is ending many waits that take little time each, so that help would only cause
/// contention.
TASKS_DECL bool timer_queue::another_thread_suffices(nanoseconds now) const noexcept
{
    if (cost_per_wait_ >= sharing_threshold)
        return false;
    for (auto const* f = firings_; f; f = f->next)
        if (f->size() >= enough_to_measure && saturating_add(f->since, long_for_a_thread) > now &&
            f->has_others())
            return true;
    return false;
}

TASKS_DECL void timer_queue::on_timer() noexcept
{
    using namespace std::chrono_literals;
    // so that I/O is polled between batches; polling takes longer than ending many waits
    constexpr auto long_for_io = 200us;

    std::unique_lock lock{mutex_};
    timer_waits_ = false;
    bool takes_part = true;
    if (!closed_ && source_->passes_by_itself()) {
        auto const now = source_->steady();
        takes_part = !another_thread_suffices(now);
        if (takes_part)
            end_waits(lock, static_cast<std::size_t>(-1), saturating_add(now, long_for_io));
        else if (must_be_armed())
            arm_for(saturating_add(now, long_for_a_thread));
    }
    for (;;) {
        if (takes_part)
            arm();
        if (timer_waits_ || work_ == 0 || closed_)
            return;
        lock.unlock();
        // Retries until there is memory. Only contexts that are not Asio's, with a timer thread, get here.
        std::this_thread::sleep_for(1ms);
        lock.lock();
    }
}

TASKS_DECL void timer_queue::arm_for(nanoseconds wake_up) noexcept
{
    if (!timer_waits_) {
        try_begin_timer_wait(wake_up);
        return;
    }
    if (wake_up >= armed_for_)
        return; // an early wake-up costs less than moving the timer each time
    armed_for_ = wake_up;
    try {
        timer_->expires_at(timer::time_point{std::chrono::duration_cast<timer::duration>(wake_up)});
    } catch (...) {
        armed_for_ = never;
    }
}

TASKS_DECL void timer_queue::arm_for(waiter const& w) noexcept
{
    if (!is_about_to_arm(&w) && (!timer_waits_ || w.clock_ != clock_kind::steady || w.due_ < armed_for_))
        arm();
}

/// Whether this thread is ending waits, `ended` being the last one (if not null), and will arm the timer
/// before it runs any other user code.
TASKS_DECL bool timer_queue::is_about_to_arm(waiter const* ended) const noexcept
{
    auto const* const f = firing::current;
    return f && &f->queue == this && (!ended || f->running == ended);
}

// Waits.

TASKS_DECL void timer_queue::begin_wait(waiter& w, clock_kind clock, nanoseconds due) noexcept
{
    w.clock_ = clock;
    w.due_ = due;
    w.order_ = next_order_++;
    wheel_of(w).insert(w);
}

TASKS_DECL void timer_queue::wait(waiter& w, clock_kind clock, nanoseconds due, precision p) noexcept
{
    std::scoped_lock lock{mutex_};
    if (std::exchange(w.woken_, false)) {
        begin_wait(w, clock_kind::steady, at_once);
    } else {
        if (clock == clock_kind::wall && wall_.empty())
            last_reading_ = source_->now();
        if (p == precision::of_the_source && !source_->passes_by_itself())
            if (auto const left = distance(source_->now().on(clock), due); left > nanoseconds::zero())
                due = saturating_add(due, source_->wake_offset(left));
        begin_wait(w, clock, due);
    }
    arm_for(w);
}

TASKS_DECL void timer_queue::wait_again(waiter& w, clock_kind clock, nanoseconds due) noexcept
{
    auto* const f = firing::current;
    if (f && &f->queue == this && clock == clock_kind::steady && source_->passes_by_itself() &&
        f->defer(w, due))
        return;
    wait(w, clock, due);
}

TASKS_DECL void timer_queue::begin_deferred_waits(firing& f) noexcept
{
    while (auto* const w = f.take_deferred()) {
        if (std::exchange(w->woken_, false))
            begin_wait(*w, clock_kind::steady, at_once);
        else
            begin_wait(*w, w->clock_, w->due_);
    }
}

TASKS_DECL void timer_queue::wait_for_memory(waiter& w) noexcept
{
    using namespace std::chrono_literals;
    wait(w, clock_kind::steady, saturating_add(steady(), 1ms));
}

TASKS_DECL void timer_queue::wake(waiter& w) noexcept
{
    std::scoped_lock lock{mutex_};
    auto const home = w.at_home();
    if (home == waiter::home::due && w.entry_->load(std::memory_order_relaxed) == &w)
        return; // a thread is about to end its wait
    if (home == waiter::home::none || home == waiter::home::due) {
        w.woken_ = true;
        return;
    }
    if (home == waiter::home::deferred)
        w.entry_->store(nullptr, std::memory_order_relaxed);
    else
        wheel_of(w).erase(w);
    begin_wait(w, clock_kind::steady, at_once);
    arm_for(w);
}

TASKS_DECL bool timer_queue::remove(waiter& w) noexcept
{
    std::scoped_lock lock{mutex_};
    switch (w.at_home()) {
    case waiter::home::none: return false;
    case waiter::home::due: {
        auto* expected = &w;
        if (!w.entry_->compare_exchange_strong(expected, nullptr, std::memory_order_acquire))
            return false;
        w.settle(waiter::home::none);
        return true;
    }
    case waiter::home::deferred:
        w.entry_->store(nullptr, std::memory_order_relaxed);
        w.settle(waiter::home::none);
        return true;
    case waiter::home::in_near:
    case waiter::home::in_soon:
    case waiter::home::in_far: wheel_of(w).erase(w); return true;
    }
    return false;
}

// Time.

TASKS_DECL bool timer_queue::closed() const noexcept
{
    std::scoped_lock lock{mutex_};
    return closed_;
}

TASKS_DECL bool timer_queue::anybody_waits() const noexcept
{
    std::scoped_lock lock{mutex_};
    return !steady_.empty() || !wall_.empty() || firings_;
}

TASKS_DECL void timer_queue::use(clock_source* source) noexcept
{
    std::scoped_lock lock{mutex_};
    source_ = source ? source : &system_time::instance();
    last_reading_ = source_->now();
    armed_for_ = never;
    arm();
}

TASKS_DECL clock_reading timer_queue::read_clocks() const noexcept
{
    return wall_.empty() ? clock_reading{.steady = source_->steady()} : source_->now();
}

TASKS_DECL nanoseconds timer_queue::next_due_at(clock_reading now) const noexcept
{
    using namespace std::chrono_literals;
    auto due = steady_.next_check();
    if (!wall_.empty()) {
        auto const first = wall_.next_check();
        auto const left = first == never ? never : (std::max)(distance(now.wall, first), 0ns);
        due = (std::min)(due, saturating_add(now.steady, left));
        if (source_->may_have_stepped())
            due =
                (std::min)(due, saturating_add(now.steady, 30s - (now.steady - last_reading_.steady) % 30s));
    }
    return due;
}

TASKS_DECL void timer_queue::add_listener(shutdown_listener& listener) noexcept
{
    std::scoped_lock lock{mutex_};
    listener.next_ = listeners_;
    if (listeners_)
        listeners_->previous_ = &listener;
    listeners_ = &listener;
}

TASKS_DECL void timer_queue::remove_listener(shutdown_listener& listener) noexcept
{
    std::scoped_lock lock{mutex_};
    if (listener.next_)
        listener.next_->previous_ = listener.previous_;
    if (listener.previous_)
        listener.previous_->next_ = listener.next_;
    else if (listeners_ == &listener)
        listeners_ = listener.next_;
    listener.next_ = listener.previous_ = nullptr;
}

TASKS_DECL nanoseconds timer_queue::next_take_over() const noexcept
{
    auto first = never;
    for (auto const* f = firings_; f; f = f->next)
        if (f->has_others())
            first = (std::min)(first, saturating_add(f->since, long_for_a_thread));
    return first;
}

TASKS_DECL nanoseconds timer_queue::next_wake_up(clock_reading now) const noexcept
{
    return (std::min)(next_take_over(),
                      batched_wake_up(next_due_at(now), now.steady, last_wake_up_, slack_, work_));
}

TASKS_DECL void timer_queue::set_slack(nanoseconds slack) noexcept
{
    using namespace std::chrono_literals;
    std::scoped_lock lock{mutex_};
    slack_ = (std::min<nanoseconds>)(slack, 30s); // so that a step of the wall clock is noticed
    arm();
}

TASKS_DECL std::optional<nanoseconds> timer_queue::next_due() const noexcept
{
    std::scoped_lock lock{mutex_};
    auto const due = next_due_at(source_->now());
    return due == never ? std::nullopt : std::optional{due};
}

TASKS_DECL void timer_queue::notice_steps(clock_reading now) noexcept
{
    auto const before = std::exchange(last_reading_, now);
    auto const step = step_between(before, now);
    if (!is_step(step))
        return;
    // Ends all waits for the wall clock, because loops may have to query their schedules again.
    while (auto* const w = wall_.take_any())
        begin_wait(*w, clock_kind::steady, at_once);
}

TASKS_DECL waiter* timer_queue::take_due(clock_reading now) noexcept
{
    using namespace std::chrono_literals;
    if (wall_.empty())
        return steady_.take_due(now.steady);
    // If both clocks have a due waiter, the one that has been due for longer comes first.
    auto* const s = steady_.take_due(now.steady);
    auto* const w = wall_.take_due(now.wall);
    if (!s || !w)
        return s ? s : w;
    auto const steady_first = distance((std::max)(s->due_, 0ns), now.steady) >= distance(w->due_, now.wall);
    wheel_of(steady_first ? *w : *s).insert(steady_first ? *w : *s);
    return steady_first ? s : w;
}

TASKS_DECL void timer_queue::take(firing& by, std::size_t limit, clock_reading now) noexcept
{
    by.clear();
    if (!wall_.empty())
        notice_steps(now);
    if (!timer_waits_)
        last_wake_up_ = now.steady;
    for (auto* f = firings_; f; f = f->next) {
        if (f == &by || saturating_add(f->since, long_for_a_thread) > now.steady)
            continue;
        begin_deferred_waits(*f);
        if (by.size() == 0)
            by.take_half_of(*f, limit);
    }
    bool const took_over = by.size() != 0;
    while (!took_over && by.size() < limit) {
        auto* const w = take_due(now);
        if (!w)
            break;
        by.add(*w);
    }
    by.since = now.steady;
    if (by.size() == 0 || !must_be_armed())
        return;
    auto next = next_wake_up(now);
    // This thread reaches the other due waits itself, unless it blocks or ending a wait takes long.
    if (next <= now.steady && cost_per_wait_ < sharing_threshold)
        next = saturating_add(now.steady, long_for_a_thread);
    if (next != never)
        arm_for(next);
}

/// Ends the waits and returns the time per wait; 0 if there are too few to measure.
TASKS_DECL nanoseconds timer_queue::run_and_measure(firing& f) const noexcept
{
    if (f.size() < enough_to_measure) {
        f.run();
        return nanoseconds::zero();
    }
    auto const began = source_->steady();
    f.run();
    return (source_->steady() - began) / static_cast<std::int64_t>(f.size());
}

TASKS_DECL std::size_t timer_queue::end_waits(std::unique_lock<mutex>& lock, std::size_t limit,
                                              nanoseconds until) noexcept
{
    firing mine{*this};
    mine.next = std::exchange(firings_, &mine);
    std::size_t ended = 0;
    while (!closed_ && ended < limit) {
        // Time passes while bodies run, so more waits may be due.
        auto const now = read_clocks();
        if (ended != 0 && now.steady >= until)
            break;
        take(mine, (std::min)(limit - ended, firing::most), now);
        if (mine.size() == 0)
            break;
        ended += mine.size();
        lock.unlock();
        auto const cost = run_and_measure(mine);
        lock.lock();
        cost_per_wait_ = cost;
        begin_deferred_waits(mine);
        mine.clear_deferred();
    }
    auto** at = &firings_;
    while (*at != &mine)
        at = &(*at)->next;
    *at = mine.next;
    return ended;
}

TASKS_DECL std::size_t timer_queue::fire(std::size_t limit) noexcept
{
    std::unique_lock lock{mutex_};
    auto const ended = end_waits(lock, limit, never);
    arm();
    return ended;
}

TASKS_DECL void timer_queue::shut_down() noexcept
{
    std::unique_lock lock{mutex_};
    closed_ = true;
    timer_.reset();
    // What a waiter destroys may wake another one, which then waits on the steady clock.
    while (!steady_.empty() || !wall_.empty()) {
        auto* const w = (steady_.empty() ? wall_ : steady_).take_any();
        lock.unlock();
        assert_unlocked();
        w->discard();
        lock.lock();
    }
    while (auto* const listener = listeners_) {
        listeners_ = listener->next_;
        if (listeners_)
            listeners_->previous_ = nullptr;
        listener->next_ = nullptr;
        lock.unlock();
        assert_unlocked();
        listener->shutdown();
        lock.lock();
    }
}

} // namespace detail
TASKS_END_NAMESPACE
