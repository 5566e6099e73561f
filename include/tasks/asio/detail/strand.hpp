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

/// The executor of a strand. If `Work` is `any_io_executor`, it also counts as outstanding work.
template <class Work>
class basic_strand {
public:
    explicit basic_strand(ref<strand_impl> s, Work work = {}, bool never_blocks = false) noexcept
        : impl_{std::move(s)}
        , work_{std::move(work)}
        , never_blocks_{never_blocks}
    {
    }

    template <class Function>
    void execute(Function&& function) const
    {
        if (never_blocks_ || !impl_->try_execute(function))
            impl_->post(std::forward<Function>(function));
    }

    [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept
    {
        return impl_->context();
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
    [[nodiscard]] basic_strand require(asio::execution::blocking_t::never_t) const noexcept
    {
        return basic_strand{impl_, work_, true};
    }
    [[nodiscard]] basic_strand require(asio::execution::blocking_t::possibly_t) const noexcept
    {
        return basic_strand{impl_, work_, false};
    }
    [[nodiscard]] auto require(asio::execution::outstanding_work_t::tracked_t) const
    {
        return basic_strand<asio::any_io_executor>{impl_, impl_->keep_busy(), never_blocks_};
    }
    [[nodiscard]] auto require(asio::execution::outstanding_work_t::untracked_t) const noexcept
    {
        return basic_strand<no_work>{impl_, {}, never_blocks_};
    }

    [[nodiscard]] strand_impl& target() const noexcept { return *impl_; }

    friend bool operator==(basic_strand const& a, basic_strand const& b) noexcept
    {
        return a.impl_ == b.impl_ && a.never_blocks_ == b.never_blocks_;
    }

private:
    ref<strand_impl> impl_;
    [[no_unique_address]] Work work_;
    bool never_blocks_;
};

using strand = basic_strand<no_work>;

/// The strand of an executor; null if it is not a `strand`.
[[nodiscard]] inline strand_impl* strand_impl_of(asio::any_io_executor const& executor) noexcept
{
    auto const* const e = target_of<strand>(executor);
    return e ? &e->target() : nullptr;
}

} // namespace detail
TASKS_END_NAMESPACE
