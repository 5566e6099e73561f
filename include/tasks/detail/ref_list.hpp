// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/ref.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
class ref_list;

/// Base of a counted object that can be in one `ref_list` at a time.
template <class T>
class ref_list_node {
private:
    friend class ref_list<T>;

    ref<T> next_;
    T* previous_ = nullptr;
};

/// An intrusive list that shares ownership of its elements. Every operation but `~ref_list` is O(1), and none allocates or throws.
template <class T>
class ref_list {
public:
    ref_list() noexcept = default;
    ref_list(ref_list&& other) noexcept
        : first_{std::move(other.first_)}
        , last_{std::exchange(other.last_, nullptr)}
    {
    }
    ref_list& operator=(ref_list&&) = delete;
    void swap(ref_list& other) noexcept
    {
        std::swap(first_, other.first_);
        std::swap(last_, other.last_);
    }
    ~ref_list()
    {
        while (take_first()) {
        }
    }

    [[nodiscard]] bool empty() const noexcept { return !first_; }
    [[nodiscard]] T* first() const noexcept { return first_.get(); }
    [[nodiscard]] static T* next(T const& element) noexcept { return node(element).next_.get(); }

    void push_back(ref<T> element) noexcept
    {
        auto& n = node(*element);
        n.previous_ = last_;
        auto* const added = element.get();
        (last_ ? node(*last_).next_ : first_) = std::move(element);
        last_ = added;
    }

    /// Takes the element out; null if it is not in the list. Requires that it is in no other one.
    [[nodiscard]] ref<T> take(T& element) noexcept
    {
        auto& n = node(element);
        if (!n.previous_ && first_.get() != &element)
            return {};
        auto* const before = std::exchange(n.previous_, nullptr);
        auto after = std::move(n.next_);
        (after ? node(*after).previous_ : last_) = before;
        auto& link = before ? node(*before).next_ : first_;
        auto taken = std::move(link);
        link = std::move(after);
        return taken;
    }

    [[nodiscard]] ref<T> take_first() noexcept { return first_ ? take(*first_) : ref<T>{}; }

private:
    [[nodiscard]] static ref_list_node<T>& node(T& element) noexcept { return element; }
    [[nodiscard]] static ref_list_node<T> const& node(T const& element) noexcept { return element; }

    ref<T> first_;
    T* last_ = nullptr;
};

} // namespace detail
TASKS_END_NAMESPACE
