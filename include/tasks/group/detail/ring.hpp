// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <cstddef>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The last elements of a sequence. Grows until it has as many as it may have; from then on, a new element
/// takes the place of the oldest one, so that nothing is allocated.
template <class T>
class ring {
public:
    /// @param most the maximum number of elements, above 0
    explicit ring(std::size_t most) noexcept
        : most_{most}
    {
    }

    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] bool full() const noexcept { return size() == most_; }
    /// The element that has been here for the i-th longest time.
    [[nodiscard]] T const& operator[](std::size_t i) const noexcept { return items_[place(i)]; }
    [[nodiscard]] T& operator[](std::size_t i) noexcept { return items_[place(i)]; }

    /// Returns the newest element for which the predicate is true; null if there is none.
    template <class Predicate>
    [[nodiscard]] T* find_newest(Predicate wanted)
    {
        for (auto i = size(); i-- > 0;)
            if (auto& item = (*this)[i]; wanted(item))
                return &item;
        return nullptr;
    }

    /// Adds an element. If the ring is full, that is the oldest one, whose memory can be used again.
    [[nodiscard]] T& add()
    {
        if (!full())
            return items_.emplace_back();
        auto& reused = items_[oldest_];
        oldest_ = oldest_ + 1 == most_ ? 0 : oldest_ + 1;
        return reused;
    }

    /// Copies the elements, the oldest one first.
    [[nodiscard]] std::vector<T> copy() const
    {
        std::vector<T> all;
        all.reserve(size());
        for (std::size_t i = 0; i != size(); ++i)
            all.push_back((*this)[i]);
        return all;
    }

private:
    [[nodiscard]] std::size_t place(std::size_t i) const noexcept
    {
        auto const behind = size() - oldest_; // the number of elements from the oldest to the end
        return i < behind ? oldest_ + i : i - behind;
    }

    std::size_t most_;
    std::size_t oldest_ = 0;
    std::vector<T> items_;
};

} // namespace detail
TASKS_END_NAMESPACE
