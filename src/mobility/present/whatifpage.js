// The what-if page: a map and a panel that show one state, which also stands in the page's address.
// map: drawn by map.js; net: what whatif.js takes, where the page starts, and the words of its command.
function whatIfPage(map, net) {
  "use strict";
  const drawing = map.drawing, places = drawing.places, links = drawing.links;
  const engine = whatIfEngine(net), panel = whatIfPanel(map, net), crosses = L.layerGroup().addTo(map);
  map.invalidateSize();  // the panel has taken its share
  map.getContainer().querySelectorAll(".mob-title p").forEach(function (p) { p.remove(); });  // the profile is a choice now
  const heading = map.getContainer().querySelector(".mob-title h1");
  const [BEFORE, NOW, WORST] = drawing.layers;
  const profiles = net.profiles.map(function (p) { return p.name; });
  const placeRow = new Map(net.places.map(function (id, i) { return [id, i]; }));
  const planned = new Set(net.links.planned), doubtful = new Set(net.links.doubtful), denied = new Map(net.denied);
  const START = Object.freeze(net.start);
  let state = START, before = {}, seen = [], shownPair = "", turn = 0;

  // The address: what it says of things that are not in this network is left out, and counted.
  function whole(s) {
    const words = new URLSearchParams({from: net.places[s.from], to: net.places[s.to], profile: profiles[s.profile]});
    s.closed.forEach(function (word) { words.append("close", word); });
    s.built.forEach(function (word) { words.append("build", word); });
    return words.toString();
  }
  const atStart = whole(START);
  function toHash(s) { return whole(s) === atStart ? "" : whole(s); }
  function fromHash(hash) {
    if (hash.length < 2) { return [START, 0]; }
    const words = new URLSearchParams(hash.slice(1));
    let lost = 0;
    function one(key, known, otherwise) {
      const word = words.get(key), row = word === null ? otherwise : known(word);
      if (row === undefined || row < 0) { lost += 1; return otherwise; }
      return row;
    }
    function many(key, known) {
      const all = Array.from(new Set(words.getAll(key))), good = all.filter(function (word) { return known.has(word); });
      lost += all.length - good.length;
      return good;
    }
    return [{
      from: one("from", function (id) { return placeRow.get(id); }, START.from),
      to: one("to", function (id) { return placeRow.get(id); }, START.to),
      profile: one("profile", function (name) { return profiles.indexOf(name); }, START.profile),
      closed: many("close", engine.closing), built: many("build", engine.building)
    }, lost];
  }

  // Take up a state: the new route at once; what takes longer waits until the browser has drawn it.
  function show(next, said, isNew) {
    state = next;
    turn += 1;
    const mine = turn, wasBefore = before, focus = document.activeElement;
    let found = null, why = "choose two different places";
    try {
      if (state.from !== state.to) {
        found = engine.route(state);
        const start = Object.assign({}, START, {from: state.from, to: state.to, profile: state.profile});
        if (whole(start) !== before.key) { before = {key: whole(start), route: engine.route(start)}; }
      }
    } catch (error) {
      if (!(error instanceof RangeError)) { throw error; }
      [found, why] = [null, error.message];
    }
    if (!found) { before = {}; }
    draw(found, before !== wasBefore);
    const title = panel.show(state, found, before.route, said, why);
    heading.textContent = title;
    if (focus.isConnected && focus !== document.activeElement) { focus.focus({preventScroll: true}); }  // drawing moves links
    setTimeout(function () {
      if (mine !== turn) { return; }  // the reader was faster
      if (isNew) { location.hash = toHash(state); }  // a step in the browser's history; the same again makes none
      const worst = found && engine.worst(state, found);
      WORST.show(worst ? {[worst.link]: 1} : {}, worst ? {[worst.link]: "worst next closure"} : {});
      panel.showWorst(found, worst, (said ? said + " " : "") + title);
      const pair = state.from + " " + state.to;
      if (pair !== shownPair && found) { drawing.zoomTo(linksOf(found)); }
      shownPair = pair;
      setTimeout(function () { if (mine === turn) { map.fire("resize"); } }, 0);  // labels make room for crosses
    }, 0);
  }
  function linksOf(route) {
    return route.legs.filter(function (leg) { return leg.kind === "link"; }).map(function (leg) { return leg.link; });
  }

  // Draw anew what has changed.
  function draw(found, newPair) {
    const now = found ? found.now : engine.conditions(state), usable = found ? found.usable : engine.usable(state, now);
    links.forEach(function (link, i) {
      const built = now.built[i] || now.changed[i], open = net.links.open[i] || now.built[i];
      const key = [now.closed[i], built, now.changed[i], usable[i], state.profile].join();
      if (key === seen[i]) { return; }
      seen[i] = key;
      const words = [];
      if (now.closed[i]) { words.push("closed here"); }
      if (built) { words.push(now.changed[i] ? "built here, as the project changes it" : "built here"); }
      if (!open) { words.push("not open"); }
      if (now.refused.has(i)) { words.push("not used: " + now.refused.get(i)); }
      if (denied.has(i) && !usable[i]) { words.push("transit denied: " + denied.get(i).join(", ")); }
      if (doubtful.has(i) && !built) { words.push("status not verified"); }
      Object.assign(link, {km: Number(now.km[i].toFixed(1)), hours: now.ms[i] / 3.6e6, kmh: null});
      link.setState(now.closed[i] ? "closed" : !open ? "planned" : usable[i] ? "" : "unused", words.join("; "));
    });
    crosses.clearLayers();
    now.shut.forEach(function (place) {
      const icon = L.divIcon({className: "mob-cross", html: "<span>✕</span>", iconSize: [16, 16]});
      L.marker(places[place].at, {pane: "marks", icon: icon, interactive: false, keyboard: false}).addTo(crosses);
    });
    places.forEach(function (place, i) {
      const role = i === state.from ? "origin" : i === state.to ? "destination" : "";
      if (role !== place.role) { place.setRole(role); }
    });
    function values(route) {
      return Object.fromEntries(route ? linksOf(route).map(function (i) { return [i, 1]; }) : []);
    }
    if (newPair) { BEFORE.show(values(before.route)); }
    NOW.show(values(found));
    WORST.show({});
  }

  function listed(key, word, said) {
    const list = state[key], has = list.includes(word);
    const next = has ? list.filter(function (w) { return w !== word; }) : list.concat(word);
    show(Object.assign({}, state, {[key]: next}), said[Number(has)] + " " + panel.nameOf(word) + ".", true);
  }
  const close = listed.bind(null, "closed"), build = listed.bind(null, "built");
  // Close, or open again, a link or place; unless something larger closes it, which has to be taken back as a whole.
  function toggleClosed(word, closes) {
    const larger = state.closed.find(function (w) { return w !== word && closes(engine.closing.get(w)); });
    if (larger !== undefined && !state.closed.includes(word)) {
      panel.say(panel.nameOf(word) + " is closed by " + panel.nameOf(larger) + ": take that off the list to open it.");
    } else {
      close(word, ["Closed", "Opened again"]);
    }
  }
  const act = {
    link: function (i) {
      const word = "link:" + net.links.id[i];
      if (state.built.includes(word) || planned.has(i) && !state.built.some(function (w) {
        return engine.building.get(w).links.includes(i);
      })) {
        act.build(word);
      } else {
        toggleClosed(word, function (item) { return item.links.includes(i); });
      }
    },
    place: function (i) {
      toggleClosed("place:" + net.places[i], function (item) { return item.places.includes(i); });
    },
    build: function (word) { build(word, ["Built", "Not built any more:"]); },
    close: function (word) { close(word, ["Closed", "Opened again"]); },
    choose: function (part) { show(Object.assign({}, state, part), "", true); },
    reset: function () { show(START, "Back to the start.", true); },
    zoom: function (i) { drawing.zoomTo([i]); }
  };
  panel.listen(act);
  drawing.onLink(act.link);
  drawing.onPlace(act.place);
  function follow() {
    const [next, lost] = fromHash(location.hash), parts = lost > 1 ? lost + " parts" : "One part";
    if (turn && !lost && toHash(next) === toHash(state)) { return; }  // our own change
    show(next, lost ? parts + " of the address named nothing in this network and had no effect." : "");
  }
  window.addEventListener("hashchange", follow);
  follow();
}
