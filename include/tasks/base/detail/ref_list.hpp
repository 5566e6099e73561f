// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/ref.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
class ref_list;

/// Base of a counted object that can be an element of one `ref_list` at a time.
template <class T>
class ref_list_node {
private:
    friend T;
    friend class ref_list<T>;

    ref_list_node() noexcept = default;

    ref<T> next_;
    T* previous_ = nullptr; ///< the first element's is the last one; null if in no list
};

/// An intrusive list that shares ownership of its elements. Every operation except `~ref_list` is O(1); none
/// allocates or throws.
template <class T>
class ref_list {
public:
    ref_list() noexcept = default;
    ref_list(ref_list&& other) noexcept
        : first_{std::move(other.first_)}
    {
    }
    ref_list& operator=(ref_list&&) = delete;
    void swap(ref_list& other) noexcept { std::swap(first_, other.first_); }
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
        auto* const added = element.get();
        if (!first_) {
            first_ = std::move(element);
            node(*added).previous_ = added;
            return;
        }
        auto* const last = std::exchange(node(*first_).previous_, added);
        node(*added).previous_ = last;
        node(*last).next_ = std::move(element);
    }

    /// Removes the element and returns it; null if it is not in the list. Precondition: it is in no other
    /// list.
    [[nodiscard]] ref<T> take(T& element) noexcept
    {
        auto& n = node(element);
        auto* const before = std::exchange(n.previous_, nullptr);
        if (!before)
            return {};
        auto after = std::move(n.next_);
        auto& link = first_.get() == &element ? first_ : node(*before).next_;
        auto taken = std::move(link);
        link = std::move(after);
        if (link)
            node(*link).previous_ = before;
        else if (first_)
            node(*first_).previous_ = before;
        return taken;
    }

    [[nodiscard]] ref<T> take_first() noexcept { return first_ ? take(*first_) : ref<T>{}; }

private:
    [[nodiscard]] static ref_list_node<T>& node(T& element) noexcept { return element; }
    [[nodiscard]] static ref_list_node<T> const& node(T const& element) noexcept { return element; }

    ref<T> first_;
};

} // namespace detail
TASKS_END_NAMESPACE
