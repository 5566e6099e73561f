// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/prefetch.hpp>
#include <tasks/detail/serial_executor.hpp>
#include <tasks/detail/timer_queue.hpp>
#include <tasks/errors.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Ties a queue to its execution context: made on first use, shut down with the context.
class timer_service final : public asio::execution_context::service {
public:
    using key_type = timer_service;
    static inline asio::execution_context::id id;

    explicit timer_service(asio::execution_context& context)
        : asio::execution_context::service{context}
    {
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

// Clients and the one timer.

TASKS_DECL void timer_queue::add_client(asio::any_io_executor const& executor)
{
    std::scoped_lock lock{mutex_};
    if (closed_)
        throw abandoned{"tasks: the execution context is gone"};
    if (!timer_) {
        // What belongs to all is not tied to one loop's turns; and Asio ends the process if a wait finds no memory for a large executor.
        auto const* const s = serializer_of(executor);
        timer_.emplace(s ? s->context_executor() : executor);
    }
    if (!timer_waits_ && !firing_)
        begin_timer_wait(next_wake_up());
    ++clients_;
}

TASKS_DECL void timer_queue::remove_client() noexcept
{
    std::scoped_lock lock{mutex_};
    if (--clients_ != 0 || !timer_waits_ || closed_)
        return;
    try {
        timer_->cancel();
    } catch (...) {
        // Then the context stays busy until the wait in progress ends by itself.
    }
}

struct timer_queue::timer_handler {
    using allocator_type = one_block_allocator<timer_op_size>;
    using executor_type = asio::system_executor; // of no loop: it runs where the context runs it

    explicit timer_handler(std::shared_ptr<timer_queue> q) noexcept
        : queue{std::move(q)}
        , storage{&queue->timer_op_}
    {
    }

    [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type{*storage}; }
    [[nodiscard]] executor_type get_executor() const noexcept { return {}; }
    void operator()(error_code const&) const { queue->on_timer(); }

    std::shared_ptr<timer_queue> queue;
    one_block<timer_op_size>* storage; // Asio asks for the allocator of a handler moved from, too
};

TASKS_DECL void timer_queue::begin_timer_wait(nanoseconds wake_up)
{
    armed_for_ = source_->passes_by_itself() ? wake_up : never;
    timer_->expires_at(
        asio::steady_timer::time_point{std::chrono::duration_cast<asio::steady_timer::duration>(armed_for_)});
    timer_->async_wait(timer_handler{shared_from_this()});
    timer_waits_ = true;
}

TASKS_DECL void timer_queue::notice_thread() noexcept
{
    auto const here = std::this_thread::get_id();
    if (thread_ == std::thread::id{})
        thread_ = here;
    if (shared_ || thread_ == here)
        return;
    shared_ = true;
    if (std::exchange(firing_, false) && !timer_waits_ && !closed_)
        begin_timer_wait(next_wake_up());
}

TASKS_DECL void timer_queue::on_timer() noexcept
{
    using namespace std::chrono_literals;
    constexpr auto long_for_io = 200us;     // which takes the system longer than it takes to end many waits
    constexpr auto long_for_a_thread = 1ms; // which may have met a body that blocks

    std::size_t at_a_time = batch_size;
    {
        std::scoped_lock lock{mutex_};
        timer_waits_ = false;
        if (closed_)
            return;
        notice_thread();
        if (shared_ && clients_ != 0) {
            // Another thread takes over what this one does not get to.
            at_a_time = 1;
            last_wake_up_ = source_->steady();
            begin_timer_wait((std::max)(next_wake_up(), last_wake_up_ + long_for_a_thread));
        }
    }
    if (source_->passes_by_itself()) {
        auto const end = source_->steady() + long_for_io;
        while (fire(at_a_time) == at_a_time && source_->steady() < end) {
        }
    }
    std::scoped_lock lock{mutex_};
    if (clients_ == 0 || closed_)
        return;
    if (timer_waits_)
        arm(); // a client on another thread began to wait before the firing, during which nobody else arms the timer
    else
        begin_timer_wait(next_wake_up());
}

TASKS_DECL void timer_queue::arm() noexcept
{
    if (firing_ || !timer_waits_ || closed_ || !source_->passes_by_itself())
        return;
    auto const due = next_wake_up();
    if (due >= armed_for_)
        return; // an early wake-up costs less than moving the timer each time
    armed_for_ = due;
    try {
        timer_->expires_at(
            asio::steady_timer::time_point{std::chrono::duration_cast<asio::steady_timer::duration>(due)});
    } catch (...) {
        armed_for_ = never;
    }
}

TASKS_DECL void timer_queue::arm_for(waiter const& w) noexcept
{
    if (w.clock_ != clock_kind::steady || w.due_ < armed_for_)
        arm();
}

// Waits.

TASKS_DECL void timer_queue::begin_wait(waiter& w, clock_kind clock, nanoseconds due) noexcept
{
    w.clock_ = clock;
    w.due_ = due;
    w.order_ = next_order_++;
    calendar_of(w).insert(w);
}

TASKS_DECL void timer_queue::wait(waiter& w, clock_kind clock, nanoseconds due, precision p) noexcept
{
    std::scoped_lock lock{mutex_};
    notice_thread();
    if (std::exchange(w.woken_, false)) {
        begin_wait(w, clock_kind::steady, at_once);
    } else {
        if (clock == clock_kind::wall && wall_.empty())
            last_look_ = source_->look();
        if (p == precision::of_the_source && !source_->passes_by_itself())
            if (auto const left = due - source_->look().on(clock); left > nanoseconds::zero())
                due = later(due, source_->wake_offset(left));
        begin_wait(w, clock, due);
    }
    arm_for(w);
}

TASKS_DECL void timer_queue::wake(waiter& w) noexcept
{
    std::scoped_lock lock{mutex_};
    if (w.home_ == waiter::home::none) {
        w.woken_ = true;
        return;
    }
    calendar_of(w).erase(w);
    begin_wait(w, clock_kind::steady, at_once);
    arm_for(w);
}

TASKS_DECL bool timer_queue::remove(waiter& w) noexcept
{
    std::scoped_lock lock{mutex_};
    if (w.home_ == waiter::home::none)
        return false;
    calendar_of(w).erase(w);
    return true;
}

// Time.

TASKS_DECL bool timer_queue::closed() const noexcept
{
    std::scoped_lock lock{mutex_};
    return closed_;
}

TASKS_DECL void timer_queue::use(time_source* source) noexcept
{
    std::scoped_lock lock{mutex_};
    source_ = source ? source : &system_time::instance();
    last_look_ = source_->look();
    armed_for_ = never;
    arm();
}

TASKS_DECL moment timer_queue::look_where_needed() const noexcept
{
    return wall_.empty() ? moment{.steady = source_->steady()} : source_->look();
}

TASKS_DECL nanoseconds timer_queue::next_due_at(moment now) const noexcept
{
    using namespace std::chrono_literals;
    auto due = steady_.next_look();
    if (!wall_.empty()) {
        auto const first = wall_.next_look();
        auto const left = first == never ? never : (std::max)(first - now.wall, 0ns);
        due = (std::min)(due, later(now.steady, left));
        if (source_->may_have_stepped())
            due = (std::min)(due, last_look_.steady + 30s * ((now.steady - last_look_.steady) / 30s + 1));
    }
    return due;
}

TASKS_DECL void timer_queue::add_user(context_user& user) noexcept
{
    std::scoped_lock lock{mutex_};
    user.next_ = users_;
    if (users_)
        users_->previous_ = &user;
    users_ = &user;
}

TASKS_DECL void timer_queue::remove_user(context_user& user) noexcept
{
    std::scoped_lock lock{mutex_};
    if (user.next_)
        user.next_->previous_ = user.previous_;
    if (user.previous_)
        user.previous_->next_ = user.next_;
    else if (users_ == &user)
        users_ = user.next_;
    user.next_ = user.previous_ = nullptr;
}

TASKS_DECL nanoseconds timer_queue::next_wake_up() const noexcept
{
    auto const now = look_where_needed();
    return batched_wake_up(next_due_at(now), now.steady, last_wake_up_, slack_, clients_);
}

TASKS_DECL void timer_queue::set_slack(nanoseconds slack) noexcept
{
    std::scoped_lock lock{mutex_};
    slack_ = slack;
    arm();
}

TASKS_DECL std::optional<nanoseconds> timer_queue::next_due() const noexcept
{
    std::scoped_lock lock{mutex_};
    auto const due = next_due_at(source_->look());
    return due == never ? std::nullopt : std::optional{due};
}

TASKS_DECL void timer_queue::notice_steps(moment now) noexcept
{
    auto const before = std::exchange(last_look_, now);
    auto const step = (now.wall - before.wall) - (now.steady - before.steady);
    if (!is_step(step))
        return;
    // Their instants stay; but whoever waits may want to ask the schedule anew.
    while (auto* const w = wall_.take_any())
        begin_wait(*w, clock_kind::steady, at_once);
}

TASKS_DECL waiter* timer_queue::take_due(moment now) noexcept
{
    using namespace std::chrono_literals;
    if (wall_.empty())
        return steady_.take_due(now.steady);
    // Of two clocks, the one that has been due for longer comes first.
    auto* const s = steady_.take_due(now.steady);
    auto* const w = wall_.take_due(now.wall);
    if (!s || !w)
        return s ? s : w;
    auto const steady_first = now.steady - (std::max)(s->due_, 0ns) >= now.wall - w->due_;
    calendar_of(steady_first ? *w : *s).insert(steady_first ? *w : *s);
    return steady_first ? s : w;
}

TASKS_DECL std::size_t timer_queue::take_batch(std::span<waiter*> batch) noexcept
{
    std::scoped_lock lock{mutex_};
    auto const now = look_where_needed();
    if (!wall_.empty())
        notice_steps(now);
    if (!firing_ && !shared_)
        last_wake_up_ = now.steady;
    std::size_t size = 0;
    while (size < batch.size() && !closed_) {
        auto* const w = take_due(now);
        if (!w)
            break;
        batch[size++] = w;
    }
    firing_ = size != 0 && !shared_;
    return size;
}

TASKS_DECL void timer_queue::end_waits(std::span<waiter* const> batch) noexcept
{
    constexpr std::size_t ahead = 4; // long enough for memory to come
    if (batch.size() < 4 * ahead) {
        for (auto* const w : batch)
            w->ready();
        return;
    }
    for (std::size_t i = 0; i < batch.size() + 2 * ahead; ++i) {
        if (i < batch.size())
            prefetch(batch[i], waiter::typical_size);
        if (auto const next = i - ahead; next < batch.size())
            batch[next]->prefetch();
        if (auto const now = i - 2 * ahead; now < batch.size())
            batch[now]->ready();
    }
}

TASKS_DECL std::size_t timer_queue::fire(std::size_t limit) noexcept
{
    std::array<waiter*, batch_size> batch;
    std::size_t fired = 0;
    // Time goes on while they run, so there may be another batch.
    while (auto const size = take_batch(std::span{batch}.first((std::min)(limit - fired, batch.size())))) {
        end_waits(std::span{batch}.first(size));
        fired += size;
    }
    return fired;
}

TASKS_DECL void timer_queue::shut_down() noexcept
{
    std::unique_lock lock{mutex_};
    closed_ = true;
    timer_.reset();
    for (auto* c : {&steady_, &wall_}) {
        while (auto* const w = c->take_any()) {
            lock.unlock();
            w->discard();
            lock.lock();
        }
    }
    while (auto* const user = users_) {
        users_ = user->next_;
        if (users_)
            users_->previous_ = nullptr;
        user->next_ = nullptr;
        lock.unlock();
        user->context_gone();
        lock.lock();
    }
}

} // namespace detail
TASKS_END_NAMESPACE
