// Text for the clipboard.
import { element } from "../dom.js";
import { say } from "../speech.js";

const DONE = "{what} is copied.";
const NOT = "{what} cannot be copied here: select it and copy it.";

/**
 * Copy text and say so. Where the clipboard is closed to the page (a frame, an old browser) it is selected and copied
 * as by hand.
 * @param {HTMLElement} panel
 * @param {string} text
 * @param {string} what
 * @param {(words: string) => void} tell
 */
export function copyText(panel, text, what, tell) {
  function byHand() {
    const box = element("textarea");
    panel.append(box);
    box.value = text;
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    tell(say(done ? DONE : NOT, { what }));
  }
  if (navigator.clipboard) {
    navigator.clipboard.writeText(text).then(() => tell(say(DONE, { what })), byHand);
  } else {
    byHand();
  }
}
