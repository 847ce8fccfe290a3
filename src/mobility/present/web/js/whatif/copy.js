// Text for the clipboard.
import { element } from "../dom.js";

/**
 * Copy text and say so. Where the clipboard is closed to the page (a frame, an old browser) it is selected and copied
 * as by hand.
 * @param {HTMLElement} panel
 * @param {string} text
 * @param {string} what
 * @param {(words: string) => void} say
 */
export function copyText(panel, text, what, say) {
  function byHand() {
    const box = element("textarea");
    panel.append(box);
    box.value = text;
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    say(done ? `${what} is copied.` : `${what} cannot be copied here: select it and copy it.`);
  }
  if (navigator.clipboard) {
    navigator.clipboard.writeText(text).then(() => say(`${what} is copied.`), byHand);
  } else {
    byHand();
  }
}
