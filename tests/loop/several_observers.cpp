// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/observers.hpp>

#include <memory>
#include <string>

using namespace test;

namespace {

struct counts_slots {
    int slots = 0;
    void on_slot(tasks::slot_decided const& e) { slots += static_cast<int>(e.count); }
};

struct counts_runs {
    int* runs;
    void on_run_ended(tasks::run_ended const&) const { ++*runs; }
};

struct throws {
    void on_slot(tasks::slot_decided const&) { throw std::runtime_error{"first"}; }
};

/// Overrides members in private.
class overrides final : public tasks::observer {
public:
    [[nodiscard]] std::string const& seen() const noexcept { return seen_; }

private:
    void on_run_started(tasks::run_started const&) override { seen_ += "started "; }
    void on_slot(tasks::slot_decided const&) override { seen_ += "slot "; }
    void on_run_ended(tasks::run_ended const&) override { seen_ += "ended "; }

    std::string seen_;
};

using list_of_two =
    decltype(tasks::observers(std::declval<counts_slots&>(), std::declval<counts_runs const&>()));
static_assert(tasks::detail::sees<list_of_two, tasks::slot_decided>);
static_assert(tasks::detail::sees<list_of_two, tasks::run_ended>);
static_assert(!tasks::detail::sees<list_of_two, tasks::run_started>);
static_assert(!tasks::detail::sees<list_of_two, tasks::attempt_begun>);

#define TASKS_SEEN(event, member) static_assert(tasks::detail::sees<tasks::observer, tasks::event>);
TASKS_EVENTS(TASKS_SEEN)
#undef TASKS_SEEN

} // namespace

TEST_CASE("observers: each part gets the events that it has members for, in order")
{
    virtual_context s;
    std::string order;
    struct notes {
        std::string& order;
        char name;
        void on_slot(tasks::slot_decided const&) { order += name; }
    } a{order, 'a'}, b{order, 'b'};
    counts_slots slots;
    int runs = 0;
    counts_runs const ended{&runs};
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3}, [] {}};
    loop.observe(tasks::observers(a, slots, ended, b)).start();
    s.time.advance(10s);
    CHECK(order == "ababab");
    CHECK(slots.slots == 3);
    CHECK(runs == 1);
}

TEST_CASE("observers: a shared part is kept as long as the loop keeps the list")
{
    virtual_context s;
    auto shared = std::make_shared<counts_slots>();
    counts_slots own;
    {
        tasks::loop<> loop{s.io, {.every = 1s, .count = 3}, [] {}};
        loop.observe(tasks::observers(shared, own));
        CHECK(shared.use_count() == 2);
        loop.start();
        s.time.advance(10s);
    }
    CHECK(shared.use_count() == 1);
    CHECK(shared->slots == 3);
    CHECK(own.slots == 3);
}

TEST_CASE("observers: lists can be parts, named or not")
{
    virtual_context s;
    counts_slots a;
    counts_slots b;
    counts_slots c;
    auto named = tasks::observers(a);
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3}, [] {}};
    loop.observe(tasks::observers(named, tasks::observers(b, c))).start();
    s.time.advance(10s);
    CHECK(a.slots == 3);
    CHECK(b.slots == 3);
    CHECK(c.slots == 3);

    loop.observe(named).start();
    s.time.advance(10s);
    CHECK(a.slots == 6);
    CHECK(b.slots == 3);
}

TEST_CASE("observers: if one throws, the others get the event, and the log gets each exception")
{
    virtual_context s;
    captured_log log;
    throws first;
    throws second;
    counts_slots last;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1, .name = "named"}, [] {}};
    loop.observe(tasks::observers(first, second, last)).start();
    s.time.advance(10s);
    CHECK(last.slots == 1);
    CHECK(log.lines.size() == 2);
    CHECK(log.lines.front().starts_with("named: an observer threw"));
    CHECK(!loop.failed());
}

TEST_CASE("observer: a class may override the members of the base class, even in private")
{
    virtual_context s;
    overrides alone;
    overrides part;
    counts_slots slots;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 2}, [] {}};
    loop.observe(alone).start();
    s.time.advance(10s);
    CHECK(alone.seen() == "started slot slot ended ");

    loop.observe(tasks::observers(slots, part)).start();
    s.time.advance(10s);
    CHECK(part.seen() == "started slot slot ended ");
    CHECK(slots.slots == 2);

    auto const shared = std::make_shared<overrides>();
    loop.observe(shared).start();
    s.time.advance(10s);
    CHECK(shared->seen() == "started slot slot ended ");
}

TEST_CASE("observer: a null pointer is refused")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s}, [] {}};
    std::shared_ptr<counts_slots> const none;
    CHECK_THROWS_AS(loop.observe(none), tasks::bad_option);
    CHECK_THROWS_AS(tasks::observers(none), tasks::bad_option);
}
