// The choice of what a map shows, as before, after or the difference: which layers are drawn, which legend is seen.
import { element } from "../dom.js";
import { say } from "../speech.js";
/** @import { MapOwn } from "../contract" */
/** @import { Scene } from "../types" */

/**
 * Draw the layers of the last choice. Returns the function that draws those of another.
 * @param {Scene} scene
 * @param {MapOwn} data
 */
export function choiceOf({ map, layers }, data) {
  /** @type {(when: string) => void} */
  function choose(when) {
    map.getContainer().dataset.choice = when;
    layers.forEach((layer, n) => {
      const own = data.layers[n];
      layer.show(own.when === "" || own.when === when ? own.values : {}, own.notes);
    });
    for (const row of map.getContainer().querySelectorAll(".mob-row[data-when]")) {
      row.classList.toggle("mob-elsewhen", /** @type {HTMLElement} */ (row).dataset.when !== when);
    }
  }
  choose(data.choices[data.choices.length - 1] || "");
  return choose;
}

/**
 * Buttons for the choices.
 * @param {MapOwn} data
 * @param {(when: string) => void} choose
 */
export function switchOf(data, choose) {
  const last = data.choices.length - 1;
  const box = element("fieldset", "", "mob-switch");
  box.append(element("legend", say("Show")), ...data.choices.map((when, i) => {
    const label = element("label");
    const input = element("input");
    input.type = "radio";
    input.name = "mob-choice";
    input.value = when;
    input.checked = i === last;
    input.addEventListener("change", () => choose(when));
    label.append(input, element("span", say(when)));
    return label;
  }));
  return box;
}
