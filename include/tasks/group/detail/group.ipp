// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/mutex.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/group/group.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <stdexcept>

TASKS_BEGIN_NAMESPACE
namespace detail {

class group_members {
public:
    struct member {
        std::string name;
        loop_ref loop;
    };

    void add(member m)
    {
        std::scoped_lock lock{mutex_};
        forget_destroyed();
        if (position_of(m.name) != members_.end())
            throw bad_option{"tasks: a second loop '" + m.name +
                             "' in a group: the names in a group must be unique"};
        members_.push_back(std::move(m));
    }

    bool remove(std::string_view name)
    {
        std::scoped_lock lock{mutex_};
        forget_destroyed();
        auto const i = position_of(name);
        if (i == members_.end())
            return false;
        members_.erase(i);
        return true;
    }

    [[nodiscard]] std::optional<loop_ref> find(std::string_view name)
    {
        std::scoped_lock lock{mutex_};
        forget_destroyed();
        auto const i = position_of(name);
        return i == members_.end() ? std::nullopt : std::optional{i->loop};
    }

    [[nodiscard]] std::vector<loop_ref> all()
    {
        std::scoped_lock lock{mutex_};
        forget_destroyed();
        std::vector<loop_ref> loops;
        loops.reserve(members_.size());
        for (auto const& m : members_)
            loops.push_back(m.loop);
        return loops;
    }

private:
    [[nodiscard]] std::vector<member>::iterator position_of(std::string_view name)
    {
        return std::ranges::find(members_, name, &member::name);
    }
    void forget_destroyed()
    {
        std::erase_if(members_, [](member const& m) { return !m.loop.get(); });
    }

    mutex mutex_;
    std::vector<member> members_;
};

/// Calls `f` with each loop that still exists, even if it throws for some.
/// @throws the first exception of `f`
template <class F>
void for_each_loop(std::vector<loop_ref> const& loops, F f)
{
    std::exception_ptr first;
    for (auto const& l : loops) {
        try {
            l.with(f);
        } catch (...) {
            if (!first)
                first = std::current_exception();
        }
    }
    if (first)
        std::rethrow_exception(first);
}

} // namespace detail

TASKS_DECL group::group()
    : members_{std::make_shared<detail::group_members>()}
{
}

TASKS_DECL void group::add(loop_base& l)
{
    if (l.name().empty())
        throw bad_option{"tasks: a loop '' in a group: must have a name, which the option .name sets"};
    members_->add({.name = l.name(), .loop = loop_ref{l}});
}

TASKS_DECL bool group::remove(std::string_view name)
{
    return members_->remove(name);
}

TASKS_DECL loop_base* group::find(std::string_view name) const
{
    auto const loop = ref_to(name);
    return loop ? loop->get() : nullptr;
}

TASKS_DECL std::size_t group::size() const
{
    return refs().size();
}

TASKS_DECL std::vector<loop_ref> group::refs() const
{
    return members_->all();
}

TASKS_DECL std::optional<loop_ref> group::ref_to(std::string_view name) const
{
    return members_->find(name);
}

TASKS_DECL void group::start() const
{
    auto const loops = refs();
    for (auto const& loop : loops)
        loop.with([](controlled_loop& l) {
            if (!l.is_running() && l.takes_arguments())
                throw std::logic_error{"tasks: loop '" + l.name() +
                                       "': start() of its group cannot pass the arguments that the body "
                                       "takes; start it first, by its own start()"};
        });
    detail::for_each_loop(loops, [](controlled_loop& l) { l.start_if_idle(); });
}

TASKS_DECL void group::stop() const
{
    detail::for_each_loop(refs(), [](controlled_loop& l) { l.stop(); });
}

TASKS_DECL void group::cancel() const
{
    detail::for_each_loop(refs(), [](controlled_loop& l) { l.cancel(); });
}

TASKS_DECL void group::pause() const
{
    detail::for_each_loop(refs(), [](controlled_loop& l) { l.pause(); });
}

TASKS_DECL void group::resume() const
{
    detail::for_each_loop(refs(), [](controlled_loop& l) { l.resume(); });
}

TASKS_DECL std::size_t group::trigger() const
{
    std::size_t taken = 0;
    detail::for_each_loop(refs(), [&taken](controlled_loop& l) { taken += l.trigger() ? 1U : 0U; });
    return taken;
}

TASKS_DECL asio::awaitable<shutdown_report> group::async_shutdown(shutdown_limits limits) const
{
    limits.check();
    return detail::shut_down(limits, detail::existing(refs()));
}

TASKS_DECL std::vector<loop_status> group::snapshot() const
{
    std::vector<loop_status> all;
    for (auto const& loop : refs())
        if (auto s = loop.status())
            all.push_back(std::move(*s));
    return all;
}

TASKS_END_NAMESPACE
