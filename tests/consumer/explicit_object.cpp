// SPDX-License-Identifier: MIT
// Bodies with an explicit object parameter, which requires C++23.
#include <tasks/loop.hpp>

#include <functional>
#include <string>
#include <type_traits>

namespace net = tasks::asio;
using namespace std::chrono_literals;

namespace {

struct constant {
    int* sum;
    void operator()(this constant const& self, int n) { *self.sum += n; }
};
struct by_value {
    int* sum;
    net::awaitable<void> operator()(this by_value self, tasks::iteration const&, std::string const& text,
                                    int n)
    {
        *self.sum += n + static_cast<int>(text.size());
        co_return;
    }
};
struct derived : constant {};
struct counter {
    int calls = 0;
    void count(this counter& self, int n) { self.calls += n; }
};
struct without_object {
    static void operator()(int& sum, int n) { sum += n; }
};

} // namespace

int main()
{
    net::io_context io;
    int sum = 0;
    counter counted;
    tasks::options const once{.every = 1ms, .count = 1};
    tasks::loop a{io, once, constant{&sum}};
    tasks::loop b{io, once, by_value{&sum}, "bound"};
    tasks::loop c{io, once, derived{{&sum}}};
    tasks::loop d{io, once, &counter::count, std::ref(counted)};
    tasks::loop e{io, once, without_object{}, std::ref(sum)};
    tasks::loop f{io, once, [&sum](this auto const&) { sum += 10000; }};
    static_assert(std::is_same_v<decltype(a), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(b), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(c), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(d), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(e), tasks::loop<void(int)>>);
    static_assert(std::is_same_v<decltype(f), tasks::loop<>>);
    a.start(1);
    b.start(10);
    c.start(100);
    d.start(7);
    e.start(1000);
    f.start();
    io.run();
    return sum == 11116 && counted.calls == 7 ? 0 : 1;
}
