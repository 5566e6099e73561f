// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <optional>
#include <utility>

using namespace test;

namespace {

/// An operation that completes when and where the test decides.
class operation_by_hand {
public:
    using handler = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

    auto async_wait()
    {
        return asio::async_initiate<asio::use_awaitable_t<> const, void()>(begin{this}, asio::use_awaitable);
    }
    void complete() { std::move (*std::exchange(waiting_, std::nullopt))(); }

private:
    struct begin {
        operation_by_hand* where;
        void operator()(handler&& h) const { where->waiting_.emplace(std::move(h)); }
    };

    std::optional<handler> waiting_;
};

} // namespace

TEST_CASE("a body that ends on another executor: the loop goes on, on its own")
{
    virtual_context s;
    bool const context = GENERATE(false, true);
    CAPTURE(context);
    operation_by_hand operation;
    int hooks = 0;
    std::optional<tasks::loop<>> loop;
    auto const body = [&]() -> task { co_await operation.async_wait(); };
    if (context)
        loop.emplace(s.io, tasks::options{.every = 1s, .count = 1}, body);
    else
        loop.emplace(s.io.get_executor(), tasks::options{.every = 1s, .count = 1}, body);
    loop->after_loop([&] { ++hooks; });
    loop->start();
    s.time.run_until_idle();

    operation.complete(); // in no context at all
    CHECK(loop->is_running());
    CHECK(hooks == 0);
    s.time.run_until_idle();
    CHECK(hooks == 1);
    CHECK_FALSE(loop->is_running());
}
