// The command that gives the same.
/** @import { Ask, EngineData } from "../contract" */

/**
 * The words of the command: places and closures by id, quoted for a POSIX shell.
 * @param {EngineData} net
 * @param {Ask} ask
 */
export function commandOf(net, ask) {
  const place = (/** @type {number} */ row) => (/^\w[^:]*$/.test(net.places[row]) ? "" : "place:") + net.places[row];
  const words = [
    ...net.command, "route", place(ask.from), place(ask.to), "-p", net.profiles[ask.profile].name, ...net.options,
    ...ask.closed.flatMap((word) => ["-x", word]),
    ...ask.built.flatMap((word) => ["-b", word]),
  ];
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`));
}
