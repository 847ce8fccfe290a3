"""The order of repairs against trying every schedule hour by hour, and what must hold whatever the jobs are."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobility.analysis.orders import CORE, Job, best_order, harm_of, scheduled


@st.composite
def troubles(draw, most=4, longest=6):
    """Jobs, and a loss that never falls with more of them: some hurt alone, some only together."""
    size = draw(st.integers(1, most))
    jobs = [Job(draw(st.integers(1, longest)), draw(st.sampled_from([None, None, 1, 2, longest]))) for _ in range(size)]
    some = st.integers(1, (1 << size) - 1)
    terms = draw(st.lists(st.tuples(some, st.booleans(), st.integers(0, 9)), max_size=6))

    def loss(left):
        return sum(harm for bits, every, harm in terms if (left & bits == bits if every else left & bits))

    return jobs, loss


def by_the_hour(jobs, loss, crews, sets):
    """Return the least harm over every way to share the jobs among crews, in every order, with sets for any of them.

    Written apart from the search: nothing is known here of lists or of which crew is free.
    """
    best = None
    for helped in product([False, True], repeat=len(jobs)):
        if sum(helped) > sets or any(on and job.with_set is None for on, job in zip(helped, jobs, strict=True)):
            continue
        hours = [job.with_set if on else job.hours for on, job in zip(helped, jobs, strict=True)]
        for crew_of in product(range(crews), repeat=len(jobs)):
            for order in permutations(range(len(jobs))):
                clock, done_at = [0] * crews, {}
                for job in order:
                    clock[crew_of[job]] += hours[job]
                    done_at[job] = clock[crew_of[job]]
                harm = sum(
                    loss(sum(1 << job for job, end in done_at.items() if end > hour)) for hour in range(max(clock))
                )
                best = harm if best is None else min(best, harm)
    return best


@settings(max_examples=50)
@given(trouble=troubles(), crews=st.integers(1, 3), sets=st.integers(0, 2))
def test_no_schedule_does_less_harm(trouble, crews, sets):
    jobs, loss = trouble
    plan = best_order(jobs, loss, crews, sets)
    steps = scheduled(plan.order, jobs, crews)
    assert plan.harm == plan.bound == harm_of(steps, loss) == by_the_hour(jobs, loss, crews, sets)
    assert sorted(job for job, _ in plan.order) == list(range(len(jobs)))
    assert sum(uses for _, uses in plan.order) <= sets


def of_all_lists(jobs, loss, crews):
    orders = (tuple((job, False) for job in order) for order in permutations(range(len(jobs))))
    return min(harm_of(scheduled(order, jobs, crews), loss) for order in orders)


@settings(max_examples=8)
@given(trouble=troubles(most=6, longest=40), crews=st.integers(1, 3))
def test_six_jobs_against_every_list(trouble, crews):
    jobs, loss = [Job(job.hours) for job in trouble[0]], trouble[1]
    assert best_order(jobs, loss, crews).harm == of_all_lists(jobs, loss, crews)


@settings(max_examples=40)
@given(trouble=troubles(most=6, longest=50), crews=st.integers(1, 3), sets=st.integers(0, 2))
def test_more_crews_more_sets_and_quicker_repairs_never_do_more_harm(trouble, crews, sets):
    jobs, loss = trouble
    harm = best_order(jobs, loss, crews, sets).harm
    assert best_order(jobs, loss, crews + 1, sets).harm <= harm
    assert best_order(jobs, loss, crews, sets + 1).harm <= harm
    quicker = [Job(max(1, job.hours - 1), job.with_set) for job in jobs]
    assert best_order(quicker, loss, crews, sets).harm <= harm


@settings(max_examples=40)
@given(trouble=troubles(most=7, longest=50), crews=st.integers(1, 3))
def test_what_is_lost_never_grows_and_a_crew_has_one_job_at_a_time(trouble, crews):
    jobs, loss = trouble
    steps = scheduled(best_order(jobs, loss, crews).order, jobs, crews)
    left, before = (1 << len(jobs)) - 1, None
    for step in steps:
        assert before is None or loss(left) <= before
        before, left = loss(left), left & ~(1 << step.job)
        assert step.end - step.start == jobs[step.job].hours
    for crew in range(crews):
        own = sorted((step.start, step.end) for step in steps if step.crew == crew)
        assert [start for start, _ in own] == [0, *(end for _, end in own)][: len(own)]  # one after another, no wait


@settings(max_examples=25)
@given(trouble=troubles(most=6, longest=50), crews=st.integers(1, 3), sets=st.integers(0, 1))
def test_without_time_there_is_an_order_and_a_bound(trouble, crews, sets):
    jobs, loss = trouble
    best, found = best_order(jobs, loss, crews, sets), best_order(jobs, loss, crews, sets, seconds=0)
    assert found.bound <= best.harm <= found.harm
    assert harm_of(scheduled(found.order, jobs, crews), loss) == found.harm


def many(size):
    """Jobs of which each hurts alone, by its number, and neighbours once more together."""
    jobs = [Job(5 + 7 * i % 11) for i in range(size)]
    return jobs, lambda left: sum(i for i in range(size) if left >> i & 1) + (left & left >> 1).bit_count() * 3


@pytest.mark.parametrize(("size", "crews"), [(CORE + 1, 1), (CORE + 2, 2)])
def test_more_than_are_bounded_at_once(size, crews):
    jobs, loss = many(size)
    found = best_order(jobs, loss, crews, seconds=60)
    assert found.bound == found.harm
    short = best_order(jobs, loss, crews, seconds=0.05)
    assert short.bound <= found.harm <= short.harm


def test_smiths_rule():
    """Harm that only adds up, one crew: by harm an hour of work, here in a case with more jobs than are bounded."""
    jobs = [Job(5 + 7 * i % 11) for i in range(CORE + 2)]
    weights = [3 + 5 * i % 13 for i in range(CORE + 2)]
    rule = sorted(range(len(jobs)), key=lambda i: -weights[i] / jobs[i].hours)
    loss = lambda left: sum(w for i, w in enumerate(weights) if left >> i & 1)  # noqa: E731
    best = harm_of(scheduled(tuple((i, False) for i in rule), jobs, 1), loss)
    found = best_order(jobs, loss, 1)
    assert found.harm == found.bound == best


def test_a_set_goes_where_it_saves_most():
    """Two bridges of 10 h, 4 h with the set: the one that hurts more gets it, and is first."""
    jobs, loss = [Job(10, 4), Job(10, 4)], lambda left: [0, 1, 3, 4][left]
    plan = best_order(jobs, loss, 1, 1)
    assert plan.order == ((1, True), (0, False))
    assert plan.harm == 4 * 4 + 10 * 1
    assert best_order([Job(4, 10)], lambda left: left, 1, 1).order == ((0, False),), "a set that is slower is left"
