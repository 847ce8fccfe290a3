// The command that gives the same.
/** @import { Ask, EngineData } from "../contract" */

/**
 * An option, unless it says what holds anyway.
 * @param {string} option
 * @param {string} word
 * @param {string} usual
 */
function said(option, word, usual) {
  return word === usual ? [] : [option, word];
}

/**
 * Words as a POSIX shell reads them.
 * @param {string[]} words
 */
function quoted(words) {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`));
}

/**
 * The options of a state: profile, what else is chosen, closures, builds.
 * @param {EngineData} net
 * @param {Ask} ask
 */
function optionsOf(net, { profile, pace, transit, regime, closed, built }) {
  return [
    "-p", net.profiles[profile].name, ...said("--pace", net.paces[pace].name, "planning"),
    ...said("--transit", net.transits[transit].name, "any"), ...said("--borders", net.regimes[regime].name, "today"),
    ...net.options, ...closed.flatMap((word) => ["-x", word]), ...built.flatMap((word) => ["-b", word]),
  ];
}

/**
 * The words of the command: places and closures by id, quoted for a POSIX shell.
 * @param {EngineData} net
 * @param {Ask} ask
 */
export function commandOf(net, ask) {
  const place = (/** @type {number} */ row) => (/^\w[^:]*$/.test(net.places[row]) ? "" : "place:") + net.places[row];
  return quoted([
    ...net.command, "route", place(ask.from), place(ask.to), ...ask.via.flatMap((row) => ["--via", place(row)]),
    ...optionsOf(net, ask),
  ]);
}

/**
 * The command of the table of pairs; "" where the page starts from changes, against which it compares.
 * @param {EngineData} net
 * @param {Ask} ask
 */
export function pairsCommand(net, ask) {
  const { closed, built, transit, regime } = net.start;
  if (closed.length || built.length || net.transits[transit].name !== "any" || net.regimes[regime].name !== "today") {
    return "";
  }
  const ends = [...ask.origins.flatMap((word) => ["--from", word]), ...ask.goals.flatMap((word) => ["--to", word])];
  return quoted([...net.command, "whatif", ...ends, ...optionsOf(net, ask)]).join(" ");
}
