// A field that offers names while one is written, whatever the accents (the combobox of the ARIA patterns).
import { element } from "../dom.js";
import { matches } from "../map/finder.js";
import { say } from "../speech.js";
/** @import { Offer } from "../types" */

const MOST = 80; // names listed before anything is written

/**
 * The field and its list, empty and closed.
 * @param {string} label
 */
function partsOf(label) {
  const box = element("span", "", "mob-combo");
  const input = element("input");
  const list = element("ul");
  list.id = `mob-list-${label.toLowerCase().replace(/\W+/g, "-")}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  const attributes = {
    role: "combobox", autocomplete: "off", spellcheck: "false", "aria-label": label, "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": list.id,
  };
  Object.entries(attributes).forEach(([name, value]) => input.setAttribute(name, value));
  box.append(input, list);
  return { box, input, list };
}

export class Combobox {
  /**
   * @param {string} label
   * @param {(text: string) => string} keyOf
   * @param {() => Offer[]} listed called once, when the field first gets the focus
   * @param {(offer: Offer) => void} pick
   */
  constructor(label, keyOf, listed, pick) {
    const { box, input, list } = partsOf(label);
    this.box = box;
    this.input = input;
    this.list = list;
    this.keyOf = keyOf;
    this.pick = pick;
    /** @type {Offer[]} */
    this.all = [];
    /** @type {Offer[]} */
    this.offered = [];
    this.at = -1; // which of them Enter takes
    input.addEventListener("focus", () => {
      this.all = this.all.length ? this.all : listed();
      input.select();
    });
    input.addEventListener("click", () => this.open());
    input.addEventListener("input", () => this.open());
    input.addEventListener("blur", () => this.leave());
    input.addEventListener("keydown", (event) => {
      if (this.key(event.key)) {
        event.preventDefault();
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays
  }

  /** @param {string} text what the field says while nothing is written */
  show(text) {
    this.input.value = this.input.defaultValue = text;
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  leave() {
    this.close();
    this.input.value = this.input.defaultValue;
  }

  open() {
    const asked = this.keyOf(this.input.value);
    const untouched = asked === " " || this.input.value === this.input.defaultValue;
    this.offered = untouched ? this.all.slice(0, MOST) : matches(this.all, asked);
    this.list.replaceChildren(...this.offered.map((offer, i) => this.rowOf(offer, i)));
    if (!this.offered.length) {
      const none = element("li", say("nothing of that name"));
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      this.list.append(none);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(untouched ? -1 : 0);
  }

  /**
   * @param {Offer} offer
   * @param {number} i
   */
  rowOf(offer, i) {
    const row = element("li", offer.name);
    row.id = `${this.list.id}-${i}`;
    row.setAttribute("role", "option");
    row.append(" ", element("small", offer.what));
    row.addEventListener("click", () => this.take(offer));
    return row;
  }

  /** @param {number} at */
  mark(at) {
    this.at = at;
    this.offered.forEach((_, i) => this.list.children[i].setAttribute("aria-selected", String(i === at)));
    if (this.offered[at]) {
      this.input.setAttribute("aria-activedescendant", this.list.children[at].id);
      this.list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {number} step */
  move(step) {
    if (this.list.hidden) {
      this.open();
    }
    const count = this.offered.length;
    const from = this.at < 0 && step < 0 ? 0 : this.at;
    this.mark(count ? (from + step + count) % count : -1);
  }

  /** @param {Offer} offer */
  take(offer) {
    this.leave();
    this.pick(offer);
    this.input.select();
  }

  /**
   * What a key does; whether that is all that it does.
   * @param {string} key
   */
  key(key) {
    const open = !this.list.hidden;
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.move(key === "ArrowDown" ? 1 : -1);
      return true;
    }
    if (key === "Enter" && open && this.offered[this.at]) {
      this.take(this.offered[this.at]);
      return true;
    }
    if (key === "Escape") {
      this.leave();
      return open;
    }
    return false;
  }
}
