// Colours of a page are names, `var(--mob-ink)`, that mean others in the dark. Elements follow by themselves; canvases
// and pictures need the colours that the names stand for.

const NAME = /var\(--mob-[\w-]+\)/g;

/**
 * A text in which colours stand for their names.
 * @param {string} text
 * @param {HTMLElement} box an element of the page
 */
export function inked(text, box) {
  /** @type {Map<string, string>} */
  const known = new Map();
  const probe = document.createElement("i");
  box.append(probe);
  const found = text.replace(NAME, (name) => {
    if (!known.has(name)) {
      probe.style.color = name;
      known.set(name, getComputedStyle(probe).color);
    }
    return known.get(name) || name;
  });
  probe.remove();
  return found;
}

/**
 * What is made of the page as it looks in the light: a picture for paper.
 * @template T
 * @param {() => T} make
 */
export function inLight(make) {
  const { dataset } = document.documentElement;
  const { scheme } = dataset;
  dataset.scheme = "light";
  try {
    return make();
  } finally {
    if (scheme === undefined) {
      delete dataset.scheme;
    } else {
      dataset.scheme = scheme;
    }
  }
}

/**
 * Let the canvases of a map draw with the colours that names stand for, and again when they stand for others.
 * @param {L.Map} map
 */
export function inkCanvases(map) {
  /** @type {Map<string, string>} */
  const known = new Map();
  const ink = (/** @type {string | undefined} */ name) => {
    if (name && !known.has(name)) {
      known.set(name, inked(name, map.getContainer()));
    }
    return name && known.get(name);
  };
  const draw = /** @type {any} */ (L.Canvas.prototype)._fillStroke;
  const Inked = L.Canvas.extend({
    /** @type {(pen: CanvasRenderingContext2D, path: L.Path) => void} */
    _fillStroke(pen, path) {
      const { options } = path;
      const own = { color: ink(options.color), fillColor: ink(options.fillColor) };
      path.options = Object.assign(Object.create(options), own); // what is usual is inherited
      draw.call(this, pen, path);
      path.options = options;
    },
  });
  /** @type {any} */ (map)._createRenderer = (/** @type {L.RendererOptions} */ options) => (
    new (/** @type {any} */ (Inked))(options)
  );
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", () => {
      known.clear();
      map.eachLayer((layer) => {
        if (layer instanceof L.Path) {
          layer.redraw();
        }
      });
    });
  }
}
