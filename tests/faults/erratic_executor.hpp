// SPDX-License-Identifier: MIT
#pragma once

// An executor in front of another one that throws, or destroys the functions given to it, in some of its
// calls.

#include "support/allocations.hpp"

#include <tasks/asio/detail/asio.hpp>

#include <cstddef>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

namespace test {

/// When and how an executor fails. Shared by copies of the executor.
struct executor_faults {
    enum class kind { throws, destroys };

    struct thrown : std::bad_alloc {};

    kind how = kind::throws;
    std::size_t first = 0;    ///< the call that fails, counted from 1; 0: none
    std::size_t how_many = 1; ///< consecutive failures
    std::size_t calls = 0;
    std::size_t failed = 0;
    std::function<void()> meanwhile{}; ///< called once before the throw, as another thread may act then

    /// Counts a call. Returns whether it must fail.
    [[nodiscard]] bool fails() noexcept
    {
        if (counted::exempt || first == 0)
            return false;
        if (++calls < first || calls - first >= how_many)
            return false;
        ++failed;
        return true;
    }
};

class erratic_executor {
    using any = tasks::asio::any_io_executor;
    using blocking = tasks::asio::execution::blocking_t;

public:
    erratic_executor(any inner, executor_faults& faults) noexcept
        : inner_{std::move(inner)}
        , faults_{&faults}
    {
    }

    template <class Function>
    void execute(Function&& function) const
    {
        auto f = std::decay_t<Function>(std::forward<Function>(function));
        if (!faults_->fails())
            inner_.execute(std::move(f));
        else if (faults_->how == executor_faults::kind::throws)
            throw_thrown();
    }

    [[nodiscard]] tasks::asio::execution_context& query(tasks::asio::execution::context_t p) const noexcept
    {
        return tasks::asio::query(inner_, p);
    }
    [[nodiscard]] blocking query(blocking p) const noexcept { return tasks::asio::query(inner_, p); }
    [[nodiscard]] erratic_executor require(blocking::never_t p) const
    {
        return {tasks::asio::prefer(inner_, p), *faults_};
    }
    [[nodiscard]] erratic_executor require(blocking::possibly_t p) const
    {
        return {tasks::asio::prefer(inner_, p), *faults_};
    }
    friend bool operator==(erratic_executor const&, erratic_executor const&) noexcept = default;

private:
    [[noreturn]] void throw_thrown() const
    {
        if (auto const act = std::exchange(faults_->meanwhile, nullptr))
            act();
        throw executor_faults::thrown{};
    }

    any inner_;
    executor_faults* faults_;
};

} // namespace test
