// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace bench {

/// A histogram of latenesses in microseconds, accurate to 1/64. The peers in other languages measure the
/// same.
class lateness {
public:
    void add(std::chrono::nanoseconds late) noexcept
    {
        auto const us = late.count() < 0 ? 0u : static_cast<std::uint64_t>(late.count() / 1000);
        ++buckets_[bucket(us)];
        ++count_;
        if (us > max_)
            max_ = us;
    }

    void add(lateness const& other) noexcept
    {
        for (std::size_t i = 0; i < buckets_.size(); ++i)
            buckets_[i] += other.buckets_[i];
        count_ += other.count_;
        max_ = std::max(max_, other.max_);
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] std::uint64_t max() const noexcept { return max_; }

    /// The lower bound of the bucket that contains this quantile.
    [[nodiscard]] std::uint64_t quantile(double share) const noexcept
    {
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            seen += buckets_[i];
            if (seen != 0 && static_cast<double>(seen) >= share * static_cast<double>(count_))
                return lower_bound(i);
        }
        return 0;
    }

    void clear() noexcept { *this = {}; }

private:
    static constexpr unsigned fine = 7; ///< below 2^7 exactly

    static std::size_t bucket(std::uint64_t us) noexcept
    {
        auto const width = static_cast<unsigned>(std::bit_width(us));
        auto const shift = width > fine ? width - fine : 0;
        return static_cast<std::size_t>(shift * 64 + (us >> shift));
    }
    static std::uint64_t lower_bound(std::size_t i) noexcept
    {
        auto const shift = i < 128 ? 0 : i / 64 - 1;
        return static_cast<std::uint64_t>(i - shift * 64) << shift;
    }

    std::array<std::uint64_t, 64 * 60> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t max_ = 0;
};

} // namespace bench
