"""Random deployments: drawn networks with ports, tight capacities and trains, and the linear programme on them."""

from dataclasses import replace
from typing import NamedTuple

from hypothesis import strategies as st

from mobility.analysis.by_clock import spells_of
from mobility.analysis.exemptions import joint_graph
from mobility.analysis.march import stretched
from mobility.deployment.time_expanded import shut_at, steps_of
from mobility.model.changes import derive
from mobility.model.windows import Clock
from oracles import Timed, networks

PORT = {"kind": "port"}
FREE = {"railhead_trains_day": 1e4, "border_vehicles_day": 1e4, "trains_pool": 1e4, "turnaround_h": 24.0}


def ruled(net, port=1e6, **deploy_rules):
    """A network with other rules: nothing limits but what is given."""
    rules = net.rules
    deploy_ = rules.deploy | FREE | deploy_rules
    return replace(
        net, rules=replace(rules, deploy=deploy_, capacity=rules.capacity | {"roro_berth_vehicles_day": port})
    )


MONDAY = Clock.of("Mon 06:00")
WINDOWS = ["08:00-17:30", "22:00-05:00", "Mon 06:00-09:00", "d1-d1 12:00-13:00", "d2", "06:30-07:00"]


class Case(NamedTuple):
    """A drawn network with ports and tight capacities, and a limit of trains."""

    spec: object
    ports: list
    capacities: list
    rules: dict
    trains_day: float
    destinations: list
    windows: list = ()

    @property
    def net(self):
        places = {p: row | PORT if p in self.ports else row for p, row in self.spec.places.items()}
        net = ruled(self.spec._replace(places=places).net, **self.rules)
        return derive(replace(net, links=net.links.assign(capacity_stated=self.capacities)))

    def steps(self):
        return steps_of(joint_graph(self.net, ["a"], self.destinations), trains_day=self.trains_day, supply={})

    @property
    def shut(self):
        """The network with closures at times: (number of the link, which of its directions, window)."""
        net = self.net
        return net.close(
            *(f"link:{net.links.index[i % len(net.links)]}{way}@{window}" for i, way, window in self.windows)
        )

    def shut_steps(self, horizon):
        joint = joint_graph(self.net, ["a"], self.destinations)
        stretch = joint._replace(graph=stretched(joint.graph))
        steps = steps_of(stretch, trains_day=self.trains_day, supply={})
        return shut_at(steps, spells_of(joint.graph, self.shut, MONDAY), joint.graph.cost, horizon, 1)

    def oracle(self):
        return Timed(self.shut, ["a"], self.destinations, self.trains_day, clock=MONDAY)

    def most(self, horizon):
        return Timed(self.net, ["a"], self.destinations, self.trains_day).most(horizon)


@st.composite
def cases(draw):
    spec = draw(networks(modes=("road", "road", "rail", "rail", "sea")))
    cities = [p for p, row in spec.places.items() if row["kind"] == "city"]
    return Case(
        spec,
        [p for p in cities if draw(st.booleans())],
        [draw(st.sampled_from([0.0, 24.0, 48.0, 120.0, 240.0, 240.0])) for _ in spec.links],
        {
            "port": draw(st.sampled_from([12, 24, 60])),
            "railhead_trains_day": draw(st.sampled_from([0.5, 1, 4])),
            "border_vehicles_day": draw(st.sampled_from([24, 300])),
        },
        draw(st.sampled_from([0, 0.2, 0.5, 1, 1e4])),
        draw(st.sampled_from([["b"], ["b", "c"]])),
        draw(
            st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["", "", ">"]), st.sampled_from(WINDOWS)), max_size=4)
        ),
    )
