// SPDX-License-Identifier: MIT
#pragma once

// Fails the k-th allocation of something, for every k.

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <new>

namespace test {

/// The results of the trials, one for each k.
struct trials {
    int threw = 0;
    int completed = 0; ///< although an allocation failed
};

/// `trial(k)` returns whether its call threw. The last trial is the one without a failed allocation.
template <class Trial>
trials at_every_allocation(Trial trial)
{
    trials all;
    for (std::size_t k = 1;; ++k) {
        CAPTURE(k);
        bool threw = false;
        std::size_t failed = 0;
        trial([&](auto play) {
            failing_allocations const one{k, 1};
            try {
                play();
            } catch (std::bad_alloc const&) {
                threw = true;
            }
            failed = one.failed();
            return threw;
        });
        if (failed == 0) {
            CHECK(!threw);
            return all;
        }
        ++(threw ? all.threw : all.completed);
    }
}

} // namespace test
