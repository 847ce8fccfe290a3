// The panel of the what-if page: lists to choose from, the result, what was changed, the command, the legs.
// Text is set as text, never as HTML.
function whatIfPanel(map, net) {
  "use strict";
  const places = map.drawing.places, links = map.drawing.links;
  const figure = map.getContainer().closest("figure"), frame = element("div", "", "mob-whatif"), panel = element("section");
  panel.setAttribute("aria-label", "What if");
  figure.parentNode.insertBefore(frame, figure);
  frame.append(panel, figure);
  function part(tag, className) { return panel.appendChild(element(tag, "", className)); }
  function button(text, key, label, click) {
    const node = element("button", text);
    node.type = "button";
    node.dataset.key = key;
    if (label) { node.setAttribute("aria-label", label); }
    node.addEventListener("click", click);
    return node;
  }
  let act = {};

  // Choices: the pair, the profile, and by name whatever can be closed or built.
  const names = places.map(function (place) { return place.label; });
  const roles = places.map(function (place) { return place.role; });  // as the network has them
  const form = part("div", "mob-choices");
  function choice(label, key) {
    const box = form.appendChild(element("label", label)), list = box.appendChild(element("select"));
    list.addEventListener("change", function () { act.choose({[key]: Number(list.value)}); });
    return list;
  }
  function fill(list, label, rows) {
    const group = list.appendChild(element("optgroup"));
    group.label = label;
    rows.sort(function (a, b) { return names[a].localeCompare(names[b]); }).forEach(function (i) {
      group.appendChild(element("option", names[i])).value = i;
    });
  }
  const from = choice("From", "from"), to = choice("To", "to");
  [[from, ["origin", "destination", ""]], [to, ["destination", "origin", ""]]].forEach(function (both) {
    both[1].forEach(function (role) {
      const label = {origin: "Ports of entry, bases", destination: "Destinations", "": "Other places"}[role];
      fill(both[0], label, Array.from(roles.keys()).filter(function (i) { return roles[i] === role; }));
    });
  });
  form.appendChild(button("⇅", "swap", "Swap origin and destination", function () {
    act.choose({from: Number(to.value), to: Number(from.value)});
  }));
  const profile = choice("Profile", "profile");
  net.profiles.forEach(function (p, i) { profile.appendChild(element("option", p.name)).value = i; });
  const about = part("p", "mob-aside mob-about");

  const result = part("div", "mob-result"), worstLine = part("p", "mob-worst");
  const status = part("p", "mob-unseen");
  status.setAttribute("role", "status");
  const notice = part("p", "mob-notice");

  part("h2").textContent = "Close or build";
  part("p", "mob-aside mob-hint").textContent = "Click a link or a place on the map to close it, a dashed link to build it; click again to undo. Or by name:";
  const search = part("form", "mob-search"), field = search.appendChild(element("input")), known = new Map();
  const hints = part("datalist");
  hints.id = field.name = "mob-things";
  field.setAttribute("list", hints.id);
  field.setAttribute("aria-label", "Link, place or project to close or build");
  field.placeholder = "link, place or project";
  search.appendChild(element("button", "Close / build"));
  function thing(text, id, does) {
    const key = known.has(text) ? text + " [" + id + "]" : text;
    known.set(key, does);
    hints.appendChild(element("option")).value = key;
  }
  const linkNames = links.map(function (link) { return link.name.replace(/ \(sea\)$/, "") + " (" + link.mode + ")"; });
  const planned = new Set(net.links.planned);
  net.places.forEach(function (id, i) { thing(names[i], id, function () { act.place(i); }); });
  net.links.id.forEach(function (id, i) {
    thing(linkNames[i] + (planned.has(i) ? ", not open" : ""), id, function () { act.link(i); });
  });
  net.builds.forEach(function (item) { thing(item.name + ", project", item.word, function () { act.build(item.word); }); });
  search.addEventListener("submit", function (event) {
    event.preventDefault();
    const does = known.get(field.value);
    if (!does) { say("Choose a name from the list: nothing is called “" + field.value + "”."); return; }
    field.value = "";
    does();
  });
  const changes = part("ul", "mob-changes");
  panel.appendChild(button("Back to the start", "reset", "", function () { act.reset(); }));

  part("h2").textContent = "The route";
  const legs = part("table", "mob-legs");
  part("h2").textContent = "The same on the command line";
  const command = part("code", "mob-command");
  panel.appendChild(button("Copy command", "copy", "", function () { copied(command.textContent, "The command"); }));
  panel.appendChild(button("Copy link to this page", "share", "", function () { copied(location.href, "The link"); }));
  figure.querySelector(".mob-table").remove();  // of the start; the panel has that of every state
  figure.querySelector(".mob-legend").open = figure.querySelector(".mob-find").open = false;  // the panel takes their room
  if (net.fixed) { part("p", "mob-aside").textContent = "Throughout: " + net.fixed + "."; }
  if (map.getSize().x <= 600) { panel.appendChild(figure.querySelector(".mob-note")); }

  function copied(text, what) {
    // Where the clipboard is closed to the page (a frame, an old browser) the text is selected and copied as by hand.
    function byHand() {
      const box = part("textarea");
      box.value = text;
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      say(done ? what + " is copied." : what + " cannot be copied here: select it and copy it.");
    }
    if (!navigator.clipboard) { byHand(); return; }
    navigator.clipboard.writeText(text).then(function () { say(what + " is copied."); }, byHand);
  }
  function say(text) { notice.textContent = status.textContent = text; }

  const ids = new Map(net.links.id.map(function (id, i) { return ["link:" + id, linkNames[i]]; }));
  net.places.forEach(function (id, i) { ids.set("place:" + id, names[i]); });
  net.builds.forEach(function (item) { ids.set(item.word, item.name); });
  function nameOf(word) { return ids.has(word) ? ids.get(word) : word; }

  // New buttons take the place of old ones; who was on one stays on it, or on the one that took its place.
  function keepingFocus(render) {
    const old = document.activeElement, key = panel.contains(old) ? old.dataset.key : undefined;
    const at = key === undefined ? -1 : Array.from(panel.querySelectorAll("button")).indexOf(old);
    render();
    if (at < 0 || panel.contains(old)) { return; }
    const all = Array.from(panel.querySelectorAll("button"));
    (all.find(function (node) { return node.dataset.key === key; }) || all[Math.min(at, all.length - 1)]).focus({preventScroll: true});
  }

  function show(state, found, before, said, why) {
    from.value = state.from;
    to.value = state.to;
    profile.value = state.profile;
    about.textContent = net.profiles[state.profile].description;
    notice.textContent = said || "";
    command.replaceChildren();
    commandOf(net, state).forEach(function (word, i) { command.append(i ? " " : "", element("span", word)); });
    worstLine.replaceChildren();
    const ends = names[state.from] + " – " + names[state.to];
    let title = ends + ": " + why;
    keepingFocus(function () {
      changes.replaceChildren();
      legs.replaceChildren();
      result.replaceChildren();
      listChanges(state.closed, "closed", "✕", function (word) { act.close(word); });
      listChanges(state.built, "built", "+", function (word) { act.build(word); });
      if (found) { title = showRoute(ends, found, before); } else { result.append(element("strong", "–"), element("span", why)); }
    });
    return title;
  }

  function listChanges(words, how, mark, undo) {
    words.forEach(function (word) {
      const row = changes.appendChild(element("li", mark + " " + how + ": " + nameOf(word) + " "));
      row.appendChild(button("Undo", "undo " + how + " " + word, "Undo " + how + ": " + nameOf(word), function () { undo(word); }));
    });
  }

  function showRoute(ends, found, before) {
    const joined = found.ms !== null, was = before.ms !== null;
    const figures = joined ? hours(found.ms) + ", " + fixed(found.km, 0) + " km" : "no route";
    let change = "as at the start";
    if (joined && was && (found.ms !== before.ms || found.km !== before.km)) {
      change = signed(found.ms - before.ms) + ", " + (found.km < before.km ? "−" : "+") + fixed(Math.abs(found.km - before.km), 0) + " km against the start";
    } else if (joined !== was) {
      change = joined ? "connected; no route at the start" : "cut off; " + hours(before.ms) + " at the start";
    }
    result.append(element("strong", figures), element("span", change));
    if (!joined) { return ends + ": " + figures + " (" + change + ")"; }
    const count = {link: 0, transfer: 0, crossing: 0}, notes = [];
    found.legs.forEach(function (leg) { count[leg.kind] += 1; });
    const unsure = found.legs.filter(function (leg) { return isDoubtful(leg, found); }).length;
    const guessed = found.legs.filter(isGuessed).length;
    notes.push(several(count.transfer, "change") + " of mode, " + several(count.crossing, "border crossing"));
    if (unsure) { notes.push(several(unsure, "leg") + " of unverified status"); }
    const bare = found.legs.reduce(function (km, leg) { return km + (found.now.unknown.has(leg.link) ? leg.km : 0); }, 0);
    if (bare) { notes.push("no load limit is stated for " + fixed(bare, 0) + " km"); }
    if (guessed) { notes.push(several(guessed, "change") + " of mode an estimate"); }
    result.appendChild(element("small", notes.join("; ") + "."));
    showLegs(found);
    return ends + ": " + figures + (change === "as at the start" ? "" : " (" + change + ")");
  }
  const doubtful = new Set(net.links.doubtful), estimated = new Set(net.estimated);
  function isDoubtful(leg, found) {
    return leg.kind === "link" && doubtful.has(leg.link) && !found.now.built[leg.link];
  }
  function isGuessed(leg) { return leg.kind === "transfer" && estimated.has(net.states.place[leg.tail]); }

  function showLegs(found) {
    legs.appendChild(element("caption", "Legs in order of travel", "mob-unseen"));
    const head = legs.appendChild(element("tr"));
    ["Leg", "km", "h", "Close"].forEach(function (text) { head.appendChild(element("th", text)).scope = "col"; });
    found.legs.forEach(function (leg) {
      const row = legs.appendChild(element("tr")), states = net.states, tail = leg.tail, head = leg.head;
      const here = names[states.place[tail]];
      const text = {
        link: function () { return "to " + names[states.place[head]] + ", " + links[leg.link].mode + (isDoubtful(leg, found) ? " (status not verified)" : ""); },
        transfer: function () { return "at " + here + ": " + net.modes[states.mode[tail]] + " to " + net.modes[states.mode[head]] + (isGuessed(leg) ? " (estimate)" : ""); },
        crossing: function () { return "border " + here + ": " + states.country[tail] + " to " + states.country[head]; }
      }[leg.kind]();
      row.append(element("td", text), element("td", leg.kind === "link" ? fixed(leg.km, leg.km < 10 ? 1 : 0) : ""), element("td", fixed(leg.ms / 3.6e6, 1)));
      const last = row.appendChild(element("td"));
      if (leg.kind === "link") {
        last.appendChild(button("✕", "leg " + leg.link, "Close " + linkNames[leg.link], function () { act.close("link:" + net.links.id[leg.link]); }));
      }
    });
  }

  function showWorst(found, worst, sentence) {
    let text = "";
    if (worst) {
      const loss = worst.ms === null ? "cuts the pair off" : signed(worst.ms - found.ms);
      text = linkNames[worst.link] + " (" + loss + ")";
      worstLine.append("Worst next closure: ", element("b", linkNames[worst.link]), " ", element("span", "(" + loss + ")"), " ");
      worstLine.append(button("Close it", "worst", "Close " + linkNames[worst.link], function () { act.close("link:" + net.links.id[worst.link]); }),
        button("Show", "zoom", "Show " + linkNames[worst.link] + " on the map", function () { act.zoom(worst.link); }));
    } else if (found && found.ms !== null) {
      worstLine.textContent = "No single link lost would cost time.";
    }
    status.textContent = sentence + (worst ? ". Worst next closure: " + text : "") + ".";
  }
  return {
    show: show, showWorst: showWorst, say: say, nameOf: nameOf, listen: function (own) { act = own; }
  };
}

// Numbers as the library prints them: halves that are exact go to the even digit (Python), not up.
function fixed(value, digits) {
  const scaled = value * (digits ? 4 : 2);  // exact; odd for x.25, x.75 and, without digits, x.5
  const half = Math.abs(scaled % 2) === 1, down = Math.floor(value * (digits ? 10 : 1));
  const text = half ? ((down % 2 ? down + 1 : down) / (digits ? 10 : 1)).toFixed(digits) : value.toFixed(digits);
  const parts = text.split(".");
  parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
  return parts.join(".");
}
function hours(ms) { return fixed(ms / 3.6e6, 1) + " h"; }
function signed(ms) {
  const size = Math.abs(ms), sign = ms < 0 ? "−" : "+";
  return sign + (size && size < 180000 ? fixed(size / 60000, 1) + " min" : hours(size));
}
function several(n, what) { return n + " " + what + (n === 1 ? "" : "s"); }

// The words of the command that gives the same: places and closures by id, quoted for a POSIX shell.
function commandOf(net, state) {
  function place(row) { return /^\w[^:]*$/.test(net.places[row]) ? net.places[row] : "place:" + net.places[row]; }
  const words = net.command.concat("route", place(state.from), place(state.to), "-p", net.profiles[state.profile].name, net.options);
  state.closed.forEach(function (word) { words.push("-x", word); });
  state.built.forEach(function (word) { words.push("-b", word); });
  return words.map(function (word) {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'";
  });
}
