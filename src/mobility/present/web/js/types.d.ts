// What the scripts make of the data: rows with what is drawn of them, and the handle to a map.
import type * as geojson from "geojson";
import type * as L from "leaflet";
import type { Ask, Ground, LegendRow, MapBase, Style } from "./contract";
import type { Pointing } from "./map/pointing";

declare module "leaflet" {
  interface Map {
    drawing: Drawing;
  }
  interface Handler {
    moving(): boolean; // of dragging
  }
  // Of Leaflet's inside, for lines drawn beside their course and for labels that keep off lines.
  interface Polyline<T extends geojson.GeometryObject, P> {
    _latlngs: LatLng[];
    _parts: Point[][];
    _rawPxBounds: { min: Point; max: Point };
    _simplifyPoints(): void;
  }
}

export type Position = [number, number]; // latitude, longitude
export type Box = [number, number, number, number]; // left, top, right, bottom in px
export type Kind = "link" | "place";
export type Listener = (index: number, event: L.LeafletMouseEvent | KeyboardEvent) => void;
// Who wants a menu of a link or place; where the pointer is, null where a key asked.
export type MenuListener = (kind: Kind, index: number, at: L.LatLng | null) => void;
export type CardListener = (link: Link, index: number) => void;
export type Role = "" | "origin" | "destination";

export interface LinkRow {
  from: number;
  to: number;
  name: string;
  mode: string;
  group: string;
  corridors: string;
  note: string;
  sources: number[];
  line: string;
  state: string;
  words: string;
  kind: string;
  km: number;
  confidence: string;
  kmh: number | null;
  hours: number | null;
}

export interface Link extends LinkRow {
  paths: [L.Polyline, ...(L.Polyline | L.Marker)[]]; // all that is drawn of it but broad lines
  hidden: boolean;
  setState(state: string, words?: string): void;
  visit(): void;
}

export interface PlaceRow {
  name: string;
  label: string;
  short: string;
  also: string[];
  kind: string;
  country: string;
  note: string;
  rank: number;
  asked: number;
  role: Role;
  binds: string;
  first: string; // "first": named before all others
}

export interface Place extends PlaceRow {
  at: Position;
  hidden: boolean;
  node?: HTMLElement; // its label, once it was seen
  size: [number, number]; // of the label, px
  setRole(role: Role): void;
  visit(): void;
}

// A mark on a line, and where it may stand, the best first.
export interface Badge {
  node: HTMLElement;
  spots: Position[];
  size: [number, number];
}

export interface DrawnLayer {
  notes: Record<string, string>;
  paths: Record<string, L.Polyline[]>;
  show(values: Record<string, number>, notes?: Record<string, string>): void;
}

// What the parts of a map share while it is drawn.
// What names are written on.
export interface Lettered {
  map: L.Map;
  base: Ground;
  end: number; // radius in px of an origin or destination
  links: Link[];
  places: Place[];
}

export interface Scene extends Lettered {
  base: MapBase;
  style: Style;
  wide: boolean;
  quiet: boolean;
  scale: number; // of lines and marks
  lines: Position[][];
  layers: DrawnLayer[];
  listeners: { link: Listener[]; place: Listener[]; card: CardListener[]; menu: MenuListener[] };
  pointing: Pointing;
  keep(link: LinkRow): boolean;
}

// The handle to a map, for what is built on it: `map.drawing`.
export interface Drawing {
  links: Link[];
  places: Place[];
  layers: DrawnLayer[];
  letters: Record<string, string>; // as MapBase has them
  lines: Position[][]; // of links
  filter(keep: (link: LinkRow) => boolean): void; // show these links, and hide places without any
  panel(position: L.ControlPosition, node: HTMLElement): L.Control; // a control in a corner
  zoomTo(indices: number[]): void; // show these links
  unmoved(): boolean; // whether the map still frames what it opened with
  onLink(listener: Listener): void; // on a click, a tap, or Enter and Space when it has the focus
  onPlace(listener: Listener): void;
  onMenu(listener: MenuListener): void;
  middle(kind: Kind, index: number): L.LatLngExpression;
  onCard(listener: CardListener): void; // before the card of a link is written
  placeLabels(): void; // anew: something they keep off has come or gone
}

export type SwatchRow = LegendRow & { swatch: string };
export type ChoiceRow = SwatchRow & { of: "group" | "mode" | "state"; is: string };

// The engine of the what-if page.
export type ArcKind = "link" | "transfer" | "crossing" | "pass";

export interface Arcs {
  tail: Int32Array; // states
  head: Int32Array;
  kind: Uint8Array; // of KINDS
  row: Int32Array; // of links, transfers or borders
  out: Side; // arcs that leave each state
  into: Side; // arcs that enter it
}

// Arcs at each state: those of a state stand from its start up to the next one's.
export interface Side {
  starts: Int32Array;
  arcs: Int32Array;
  far: Int32Array; // their states at the other end
}

// Least ranks from some states, or to them; the arc by which each state is reached, -1: none; states as they are reached.
export interface Tree {
  rank: Float64Array;
  up: Int32Array;
  order: Int32Array;
}

// A route as arcs, and what it was found by.
export interface Way {
  path: number[];
  stops: number[][]; // states of the origin, of places on the way, of the destination
  goal: Tree; // to the first stop after the origin
  lengths: Float64Array; // of all arcs
}

// What closures and builds make of the links: all that does not hang on the pair.
export interface Conditions {
  closed: Uint8Array;
  built: Uint8Array;
  changed: Uint8Array;
  ms: Float64Array;
  km: Float64Array;
  refused: Map<number, string>;
  unknown: Uint8Array; // no load limit is stated
  shut: Set<number>; // border places closed
  met: Set<number>; // places and modes that built links meet
  denied: Map<number, string[]>; // links, and the countries that deny transit on them
}

// What a field offers: a name, what kind of thing it is, how it is found, what it stands for.
export interface Offer {
  name: string;
  what: string;
  keys: string[];
  row: number;
  does?: () => void;
}

export interface Closes {
  links: number[];
  places: number[];
  borders: number[];
}

export interface Builds {
  links: number[];
  changed: number[];
}

export interface Leg {
  kind: ArcKind;
  link: number; // -1 for what is no link
  tail: number;
  head: number;
  ms: number;
  km: number;
}

export interface Route {
  ms: number | null; // null and no legs where there is none
  arrival: number; // ms, with the halts of march days
  km: number;
  legs: Leg[];
  now: Conditions;
  usable: Uint8Array;
  way: Way;
}

export interface Alternative {
  ms: number;
  arrival: number;
  km: number;
  legs: Leg[];
  common: number; // the largest share of its time in common with a better one
}

// Milliseconds of a pair at the start and now; null where there is no route.
export interface PairTime {
  from: number;
  to: number;
  before: number | null;
  now: number | null;
}

export type Shows = "both" | "start" | "now";

// What the map of the page shows.
export interface Painted {
  found: Route | null;
  before: Route | null;
  now: Conditions;
  usable: Uint8Array;
  worst: Loss | null;
}

// What the page shows, to be taken away.
export interface Shown {
  ask: Ask;
  found: Route | null;
  before: Route | null;
  pairs: PairTime[];
}

export interface Loss {
  link: number;
  ms: number | null; // null where it cuts the pair off
}

export interface Engine {
  closing: Map<string, Closes>;
  building: Map<string, Builds>;
  conditions(ask: Ask): Conditions;
  usable(ask: Ask, now: Conditions): Uint8Array;
  route(ask: Ask): Route;
  times(ask: Ask, pairs: [number, number][]): (number | null)[]; // ms, null: no route
  alternatives(ask: Ask, found: Route, count: number): Alternative[];
  worst(found: Route): Loss | null;
}

// What a button, a key or a click on the map does.
export interface Acts {
  link(index: number): void;
  place(index: number): void;
  build(word: string): void;
  close(word: string): void;
  closeAll(rows: number[]): void; // links
  draw(): void; // an area to close
  choose(part: Partial<Ask>, said?: string): void;
  reset(): void;
  look(side: Shows): void;
  undo(): void;
  redo(): void;
  zoom(index: number): void;
}

export interface Names {
  places: string[];
  links: string[];
  of(word: string): string; // of what a word closes or builds
}
