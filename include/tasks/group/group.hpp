// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/loop_ref.hpp>
#include <tasks/loop/shutdown.hpp>
#include <tasks/loop/status.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The loops of a group, which its copies share.
class group_members;

} // namespace detail

/// Loops under their names, to be found, controlled and looked at together. A group does not own its loops:
/// one that is destroyed vanishes from it. Copies of a group share their loops.
///
/// @code
/// tasks::group jobs{poll, clean, report};
/// jobs.start();
/// for (auto const& s : jobs.snapshot())
///     fmt::print("{}: {}, {} failures\n", s.name, to_string(s.state), s.failures);
/// @endcode
///
/// @par Thread safety
/// Distinct and shared objects: safe, like the loops.
class group {
public:
    /// Makes an empty group.
    group();
    /// Makes a group of these loops. @throws as `add`
    template <std::derived_from<loop_base>... Loops>
        requires(sizeof...(Loops) > 0)
    explicit group(Loops&... loops)
        : group{}
    {
        (add(loops), ...);
    }
    /// Makes a group of the loops in a container, or those that its pointers point to; null pointers are
    /// skipped. @throws as `add`
    template <detail::loop_range Range>
        requires(!std::same_as<std::remove_cvref_t<Range>, group>)
    explicit group(Range&& loops)
        : group{}
    {
        detail::for_each_in(loops, [this](loop_base* l) {
            if (l)
                add(*l);
        });
    }

    /// Adds a loop, idle or not, under its name. From now on it remembers what `snapshot()` tells, which
    /// costs each iteration about as much as an observer does.
    /// @throws bad_option the loop has no name, or another loop of the group has the same one; nothing has
    /// changed then
    void add(loop_base& l);
    /// Removes the loop of that name. @returns whether there was one
    bool remove(std::string_view name);

    /// Returns the loop of that name, or null. The pointer is valid as long as the user keeps the loop; if
    /// another thread may destroy it, use `with`.
    [[nodiscard]] loop_base* find(std::string_view name) const;
    /// Calls `f(controlled_loop&)` with the loop of that name, whose parts are kept meanwhile.
    /// @returns whether there is such a loop
    /// @throws any exception of `f`
    template <class F>
    bool with(std::string_view name, F&& f) const
    {
        auto const loop = ref_to(name);
        return loop && loop->with(std::forward<F>(f));
    }
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }

    class iterator;
    /// Iterates over the loops that the group has now, in the order in which they were added: a copy, so that
    /// changes meanwhile do not matter. The loops must not be destroyed meanwhile.
    [[nodiscard]] iterator begin() const;
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

    /// Starts the loops that are idle.
    /// @throws std::logic_error the body of an idle loop takes arguments; no loop has been started then
    /// @throws any other exception of `loop::start()`, after all others have been started
    void start() const;
    /// Calls `stop()` of all loops.
    void stop() const;
    /// Calls `cancel()` of all loops. @throws std::bad_alloc after all others have been cancelled
    void cancel() const;
    /// Calls `pause()` of all loops.
    void pause() const;
    /// Calls `resume()` of all loops.
    void resume() const;
    /// Calls `trigger()` of all loops.
    /// @returns the number of loops that have taken the request
    /// @throws std::bad_alloc after all others have been asked
    std::size_t trigger() const;

    /// As `tasks::async_shutdown`, for the loops that the group has at the call.
    /// @throws bad_option a limit is negative, or not a number; thrown by the call itself
    [[nodiscard]] asio::awaitable<shutdown_report> async_shutdown(shutdown_limits limits) const;

    /// Returns the state of each loop, in the order in which they were added. Each is the loop's state at one
    /// moment; the moments of two loops differ.
    ///
    /// Allocates, and locks each loop for a moment; not for hot paths.
    /// @throws any exception of a schedule's text
    [[nodiscard]] std::vector<loop_status> snapshot() const;

private:
    [[nodiscard]] std::vector<loop_ref> refs() const;
    [[nodiscard]] std::optional<loop_ref> ref_to(std::string_view name) const;

    std::shared_ptr<detail::group_members> members_;
};

/// An input iterator over the loops of a group.
class group::iterator {
public:
    using value_type = loop_base;
    using reference = loop_base&;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    iterator() = default;

    [[nodiscard]] loop_base& operator*() const noexcept { return *current_; }
    [[nodiscard]] loop_base* operator->() const noexcept { return current_; }
    iterator& operator++() noexcept
    {
        ++position_;
        skip_destroyed();
        return *this;
    }
    void operator++(int) noexcept { ++*this; }
    [[nodiscard]] friend bool operator==(iterator const& i, std::default_sentinel_t) noexcept
    {
        return !i.current_;
    }

private:
    friend class group;

    explicit iterator(std::vector<loop_ref> loops)
        : loops_{std::make_shared<std::vector<loop_ref> const>(std::move(loops))}
    {
        skip_destroyed();
    }
    void skip_destroyed() noexcept
    {
        current_ = nullptr;
        while (!current_ && position_ != loops_->size()) {
            current_ = (*loops_)[position_].get();
            if (!current_)
                ++position_;
        }
    }

    std::shared_ptr<std::vector<loop_ref> const> loops_;
    std::size_t position_ = 0;
    loop_base* current_ = nullptr; ///< null: the end
};

inline group::iterator group::begin() const
{
    return iterator{refs()};
}

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/group/detail/group.ipp>
#endif
