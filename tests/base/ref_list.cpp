// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/base/detail/ref_list.hpp>

#include <algorithm>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

using tasks::detail::ref;
using tasks::detail::ref_counted;
using tasks::detail::ref_list;
using tasks::detail::ref_list_node;

namespace {

int listed_alive = 0;

struct listed : ref_counted, ref_list_node<listed> {
    listed() { ++listed_alive; }
    ~listed() override { --listed_alive; }
};

std::vector<listed*> contents(ref_list<listed> const& list)
{
    std::vector<listed*> all;
    for (auto* e = list.first(); e; e = list.next(*e))
        all.push_back(e);
    return all;
}

} // namespace

TEST_CASE("ref_list: is what a vector would be, whatever is added, taken and exchanged")
{
    std::mt19937 random{GENERATE(1U, 2U, 3U)};
    {
        constexpr std::size_t most = 6;
        std::vector<ref<listed>> elements;
        for (std::size_t i = 0; i < most; ++i)
            elements.emplace_back(new listed);
        ref_list<listed> lists[2];
        std::vector<listed*> expected[2];
        for (int i = 0; i < 2000; ++i) {
            auto const which = random() % 2;
            auto& list = lists[which];
            auto& model = expected[which];
            auto& e = *elements[random() % most];
            auto const at = std::find(model.begin(), model.end(), &e);
            auto const& other = expected[1 - which];
            bool const elsewhere = std::find(other.begin(), other.end(), &e) != other.end();
            switch (random() % 8) {
            case 0:
                lists[0].swap(lists[1]);
                expected[0].swap(expected[1]);
                break;
            case 1:
                CHECK(list.take_first().get() == (model.empty() ? nullptr : model.front()));
                if (!model.empty())
                    model.erase(model.begin());
                break;
            case 2:
            case 3:
            case 4:
                if (elsewhere)
                    break;
                CHECK(list.take(e).get() == (at == model.end() ? nullptr : &e));
                if (at != model.end())
                    model.erase(at);
                break;
            default:
                if (elsewhere || at != model.end())
                    break;
                list.push_back(ref<listed>{&e});
                model.push_back(&e);
            }
            REQUIRE(contents(lists[0]) == expected[0]);
            REQUIRE(contents(lists[1]) == expected[1]);
            REQUIRE(lists[which].empty() == expected[which].empty());
        }
        ref_list<listed> const taken_over{std::move(lists[0])};
        CHECK(contents(taken_over) == expected[0]);
        CHECK(lists[0].empty());
    }
    CHECK(listed_alive == 0); // no list kept one
}
