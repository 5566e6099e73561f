// SPDX-License-Identifier: MIT
#pragma once

// Random numbers that are the same with every compiler's standard library.

#include <cstddef>
#include <initializer_list>
#include <random>

namespace test {

class dice {
public:
    explicit dice(unsigned seed)
        : engine_{seed}
    {
    }

    int between(int least, int most)
    {
        return least + static_cast<int>(engine_() % static_cast<unsigned>(most - least + 1));
    }

    template <class T>
    T one_of(std::initializer_list<T> values)
    {
        return values.begin()[between(0, static_cast<int>(values.size()) - 1)];
    }

private:
    std::mt19937 engine_;
};

} // namespace test
