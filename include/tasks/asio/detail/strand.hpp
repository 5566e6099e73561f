// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/strand_impl.hpp>
#include <tasks/base/detail/ref.hpp>

#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

struct no_work {
    friend bool operator==(no_work, no_work) noexcept = default;
};

/// The executor of a serializer; with `Work` an `any_io_executor`, also a sign that there is work to come.
template <class Work>
class basic_serial_executor {
public:
    explicit basic_serial_executor(ref<serializer> s, Work work = {}, bool never_blocks = false) noexcept
        : serializer_{std::move(s)}
        , work_{std::move(work)}
        , never_blocks_{never_blocks}
    {
    }

    template <class Function>
    void execute(Function&& function) const
    {
        if (never_blocks_ || !serializer_->try_execute(function))
            serializer_->post(std::forward<Function>(function));
    }

    [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept
    {
        return serializer_->context();
    }
    [[nodiscard]] asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept
    {
        return never_blocks_ ? asio::execution::blocking_t{asio::execution::blocking.never}
                             : asio::execution::blocking_t{asio::execution::blocking.possibly};
    }
    [[nodiscard]] static constexpr asio::execution::outstanding_work_t
    query(asio::execution::outstanding_work_t) noexcept
    {
        if constexpr (std::is_same_v<Work, no_work>)
            return asio::execution::outstanding_work.untracked;
        else
            return asio::execution::outstanding_work.tracked;
    }
    [[nodiscard]] basic_serial_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return basic_serial_executor{serializer_, work_, true};
    }
    [[nodiscard]] basic_serial_executor require(asio::execution::blocking_t::possibly_t) const noexcept
    {
        return basic_serial_executor{serializer_, work_, false};
    }
    [[nodiscard]] auto require(asio::execution::outstanding_work_t::tracked_t) const
    {
        return basic_serial_executor<asio::any_io_executor>{serializer_, serializer_->keep_busy(),
                                                            never_blocks_};
    }
    [[nodiscard]] auto require(asio::execution::outstanding_work_t::untracked_t) const noexcept
    {
        return basic_serial_executor<no_work>{serializer_, {}, never_blocks_};
    }

    [[nodiscard]] serializer& target() const noexcept { return *serializer_; }

    friend bool operator==(basic_serial_executor const& a, basic_serial_executor const& b) noexcept
    {
        return a.serializer_ == b.serializer_ && a.never_blocks_ == b.never_blocks_;
    }

private:
    ref<serializer> serializer_;
    [[no_unique_address]] Work work_;
    bool never_blocks_;
};

using serial_executor = basic_serial_executor<no_work>;

/// The serializer behind an executor, if there is one.
[[nodiscard]] inline serializer* serializer_of(asio::any_io_executor const& executor) noexcept
{
    auto const* const e = target_of<serial_executor>(executor);
    return e ? &e->target() : nullptr;
}

} // namespace detail
TASKS_END_NAMESPACE
