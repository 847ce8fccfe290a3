// The library's routes in the browser: the same graph, the same costs, the same ties.
// whatIfEngine(net) returns an engine that answers questions of one form, `ask`:
//   {profile: index, from: place, to: place, closed: [words], built: [words]}
// Places and links are rows of the network's tables; words are what `-x` and `-b` take.
// One number orders routes, as in the library: milliseconds, then transfers, then legs. All are whole
// numbers below 2^53, so that float64 sums are exact here and there.
function whatIfEngine(net) {
  "use strict";
  const MS = Math.pow(2, 20), TRANSFER = Math.pow(2, 12), LEG = 1, LONGEST = Math.pow(2, 53);
  const size = net.states.place.length, links = net.links.id.length;

  // Arcs in the library's order: links as drawn, links reversed, transfers, crossings.
  const tail = [], head = [], kind = [], row = [];
  function arc(a, b, what, index) { tail.push(a); head.push(b); kind.push(what); row.push(index); }
  const oneway = new Set(net.links.oneway);
  net.links.a.forEach(function (a, i) { arc(a, net.links.b[i], "link", i); });
  net.links.a.forEach(function (a, i) { if (!oneway.has(i)) { arc(net.links.b[i], a, "link", i); } });
  net.transfers.forEach(function (pair, i) { arc(pair[0], pair[1], "transfer", i); });
  net.crossings.forEach(function (side) { arc(side[0], side[1], "crossing", side[2]); });
  const leaving = lists(tail), entering = lists(head), statesOf = lists(net.states.place, net.places.length);

  // The smallest id wins among equals: by code point, as Python sorts.
  const order = new Array(links);
  Array.from(net.links.id.keys()).sort(function (i, j) { return byCodePoint(net.links.id[i], net.links.id[j]); })
    .forEach(function (i, place) { order[i] = place; });

  function lists(keys, many) {
    const found = Array.from({length: many || size}, function () { return []; });
    keys.forEach(function (key, i) { found[key].push(i); });
    return found;
  }

  // What words close and build: given ones by their text, else link:ID, place:ID and project:ID.
  const closing = new Map(), building = new Map();
  const linksAt = lists(net.states.place, net.places.length).map(function () { return []; });
  net.links.id.forEach(function (id, i) {
    closing.set("link:" + id, {links: [i], places: [], borders: []});
    [net.links.a[i], net.links.b[i]].forEach(function (state) { linksAt[net.states.place[state]].push(i); });
  });
  net.places.forEach(function (id, i) { closing.set("place:" + id, {links: linksAt[i], places: [i], borders: []}); });
  net.closures.forEach(function (item) { closing.set(item.word, item); });
  net.links.planned.forEach(function (i) { building.set("link:" + net.links.id[i], {links: [i], changed: []}); });
  net.builds.forEach(function (item) { building.set(item.word, item); });

  // What closures and builds make of the links: all that does not hang on the pair.
  function conditions(ask) {
    const profile = net.profiles[ask.profile], now = {
      closed: new Uint8Array(links), built: new Uint8Array(links), changed: new Uint8Array(links),
      ms: profile.ms.slice(), km: net.links.km.slice(),
      refused: new Map(profile.refused), unknown: new Set(net.links.unknown),  // no load limit is stated
      shut: new Set(), met: new Set()  // borders closed; places and modes that built links meet
    };
    ask.built.forEach(function (word) {
      const item = building.get(word);
      item.links.forEach(function (i) { now.built[i] = 1; });
      item.changed.forEach(function (i) { now.changed[i] = 1; });
    });
    net.changed.forEach(function (i, k) {
      if (!now.changed[i]) { return; }
      now.km[i] = net.changed_km[k];
      now.ms[i] = profile.changed_ms[k];
      now.refused.delete(i);
      now.unknown[net.changed_unknown.includes(k) ? "add" : "delete"](i);
      if (profile.changed_refused.has(k)) { now.refused.set(i, profile.changed_refused.get(k)); }
    });
    // A crossing that is not usable today opens when a built link meets it, whether or not the profile can use that
    // link; unless it is barred to forces.
    now.built.forEach(function (built, i) {
      if (built) { [net.links.a[i], net.links.b[i]].forEach(function (state) { now.met.add(at(state)); }); }
    });
    ask.closed.forEach(function (word) {
      const item = closing.get(word);
      item.links.forEach(function (i) { now.closed[i] = 1; });
      item.borders.forEach(function (place) { now.shut.add(place); });
    });
    return now;
  }
  function at(state) { return net.states.place[state] * net.modes.length + net.states.mode[state]; }

  // Which links the pair can use but for closures, as 0 and 1.
  function usableLinks(ask, now) {
    const usable = new Uint8Array(links);
    const own = new Set(net.denied.length ? net.countries[ask.from].concat(net.countries[ask.to]) : []);
    for (let i = 0; i < links; i++) {
      usable[i] = (net.links.open[i] || now.built[i]) && !now.refused.has(i);
    }
    net.left_out.forEach(function (i) { usable[i] &= now.built[i]; });
    net.denied.forEach(function (item) {  // transit is not denied to the pair by its own countries
      if (!item[1].every(function (code) { return own.has(code); })) { usable[item[0]] = 0; }
    });
    return usable;
  }

  // Arc lengths. A state exists only where a usable link ends, though it be closed: one may still change there.
  function lengths(ask, now, usable) {
    const alive = new Uint8Array(size), profile = net.profiles[ask.profile];
    for (let i = 0; i < links; i++) {
      if (usable[i]) { alive[net.links.a[i]] = alive[net.links.b[i]] = 1; }
    }
    return kind.map(function (what, k) {
      const i = row[k];
      if (what === "link") { return usable[i] && !now.closed[i] ? now.ms[i] * MS + LEG : Infinity; }
      if (!alive[tail[k]] || !alive[head[k]]) { return Infinity; }
      if (what === "transfer") { return profile.transfer_ms[i] * MS + TRANSFER; }
      const border = net.borders[i], open = border.active || border.opens && now.met.has(at(tail[k]));
      return open && !now.shut.has(border.place) ? border.ms * MS : Infinity;
    });
  }

  // Every state's least rank to a target (Dijkstra with a binary heap that keeps outdated entries).
  function search(targets, rank) {
    const least = new Float64Array(size).fill(Infinity), keys = [], states = [];
    function swap(i, j) {
      [keys[i], keys[j]] = [keys[j], keys[i]];
      [states[i], states[j]] = [states[j], states[i]];
    }
    function push(key, state) {
      let i = keys.push(key) - 1;
      states.push(state);
      while (i && keys[(i - 1) >> 1] > keys[i]) { swap(i, (i - 1) >> 1); i = (i - 1) >> 1; }
    }
    function pop() {
      const state = states[0];
      swap(0, keys.length - 1);
      keys.pop();
      states.pop();
      for (let i = 0, next = 1; next < keys.length; i = next, next = 2 * i + 1) {
        if (next + 1 < keys.length && keys[next + 1] < keys[next]) { next += 1; }
        if (keys[i] <= keys[next]) { break; }
        swap(i, next);
      }
      return state;
    }
    targets.forEach(function (state) { least[state] = 0; push(0, state); });
    while (keys.length) {
      const key = keys[0], state = pop();
      if (key > least[state]) { continue; }
      for (const k of entering[state]) {
        const through = key + rank[k];
        if (through < least[tail[k]]) { least[tail[k]] = through; push(through, tail[k]); }
      }
    }
    return least;
  }

  // Follow least-rank arcs; among equals the smallest next link id (see Graph.walk, which this repeats).
  function walk(start, remaining, rank) {
    const least = Math.min.apply(null, start.map(function (s) { return remaining[s]; }));
    let here = new Map();  // per state reached since the last leg: the transfers and crossings taken to it
    start.forEach(function (s) { if (remaining[s] === least) { here.set(s, []); } });
    const path = [];
    for (;;) {
      let best = -1;
      const queue = Array.from(here.keys());
      for (const state of queue) {  // grows by states reached without a leg
        if (remaining[state] === 0) { return path.concat(here.get(state)); }
        for (const k of leaving[state]) {
          if (rank[k] + remaining[head[k]] !== remaining[state]) { continue; }
          if (kind[k] === "link") {
            if (best < 0 || order[row[k]] < order[row[best]]) { best = k; }
          } else if (!here.has(head[k])) {
            here.set(head[k], here.get(state).concat(k));
            queue.push(head[k]);
          }
        }
      }
      path.push.apply(path, here.get(tail[best]).concat(best));
      here = new Map([[head[best], []]]);
    }
  }

  // Milliseconds of the best route, null where there is none, and what `walk` needs.
  function best(ask, now, usable) {
    const rank = lengths(ask, now, usable), start = statesOf[ask.from];
    const remaining = search(statesOf[ask.to], rank);
    const least = start.reduce(function (m, s) { return Math.min(m, remaining[s]); }, Infinity);
    return {ms: least < Infinity ? Math.floor(least / MS) : null, remaining: remaining, rank: rank, start: start};
  }

  // The best route: {ms, km, legs, now, usable}; ms null and no legs where there is none.
  // Raises RangeError where the costs are too large to be exact.
  function route(ask) {
    const now = conditions(ask), usable = usableLinks(ask, now), found = best(ask, now, usable);
    if (found.remaining.some(function (r) { return r < Infinity && r >= LONGEST; })) {
      throw new RangeError("a route takes more than 2,386 hours; the costs are too large to be exact");
    }
    const legs = found.ms === null ? [] : walk(found.start, found.remaining, found.rank).map(function (k) {
      const i = row[k], leg = {kind: kind[k], tail: tail[k], head: head[k], ms: Math.floor(found.rank[k] / MS), km: 0};
      return kind[k] === "link" ? Object.assign(leg, {link: i, km: now.km[i]}) : leg;
    });
    const km = legs.reduce(function (sum, leg) { return sum + leg.km; }, 0);
    return {ms: found.ms, km: km, legs: legs, now: now, usable: usable};
  }

  // The link of a route whose loss costs most, the first of equals: {link, ms}, ms null where it cuts the pair off;
  // null where no loss costs time. Access links are no candidates unless asked for.
  function worst(ask, found) {
    const access = new Set(net.links.access);
    let worst = null, most = found.ms;
    found.legs.forEach(function (leg) {
      if (leg.kind !== "link" || access.has(leg.link) || most === null) { return; }
      const now = Object.assign({}, found.now, {closed: found.now.closed.slice()});
      now.closed[leg.link] = 1;
      const ms = best(ask, now, found.usable).ms;
      if (ms === null || ms > most) { worst = {link: leg.link, ms: ms}; most = ms; }
    });
    return worst;
  }

  function byCodePoint(a, b) {
    const x = Array.from(a), y = Array.from(b);
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      if (x[i] !== y[i]) { return x[i].codePointAt(0) - y[i].codePointAt(0); }
    }
    return x.length - y.length;
  }

  net.profiles.forEach(function (p) {
    p.refused = new Map(p.refused);
    p.changed_refused = new Map(p.changed_refused);
  });
  return {closing: closing, building: building, conditions: conditions, usable: usableLinks, route: route, worst: worst};
}
