// What Python puts into a page and the scripts read: the one place where that is written down.
// Python writes it in data.py (MapBase, MapState), map.py (MapOwn) and whatif_data.py, whatif.py (EngineData);
// tests/present/web/test_contract.py holds what Python writes against this file, key by key.
// Grammar kept small for that test: interfaces, one key a line; string, number, literals, T[], [T, U], T | null,
// Record<string, T>, Column.

// Few values in many rows: the values, and which of them stands in each row; no rows where it is the same in all.
export interface Column {
  words: string[];
  rows: number[];
}

export interface ListColumn {
  words: (string | number)[][];
  rows: number[];
}

// What lies behind every map.
export interface Ground {
  land: string[][]; // encoded lines, 3 decimals of a degree, as borders and disputed
  borders: string[];
  disputed: string[];
  rivers: string[][]; // lines of each, so encoded, as rings of lakes
  great: number[]; // which rivers are: 1 or 0
  lakes: string[][];
  names: BackdropName[]; // the first named first
  style: Style;
}

// What all maps of a network share: nothing here hangs on profile, closures or builds.
export interface MapBase extends Ground {
  world: [[number, number], [number, number]]; // south-west, north-east
  links: BaseLinks;
  places: BasePlaces;
  points: string; // encoded, 4 decimals, as lines of links
  sources: string[];
  letters: Record<string, string>; // letters that Unicode does not take apart, plain
}

// A name on the land or the water; 2 decimals of a degree, the spots where it may stand, the best first.
export interface BackdropName {
  text: string;
  kind: "country" | "sea" | "river" | "lake" | "pass";
  rank: number;
  at: string;
}

export interface BaseLinks {
  from: number[]; // rows of places
  to: number[];
  name: Column; // "" where it is called after its ends
  mode: Column;
  group: Column; // colour group
  corridors: Column;
  note: Column;
  sources: ListColumn; // rows of `sources`
  line: string[];
}

export interface BasePlaces {
  name: string[];
  label: Column; // "" where that is the name
  short: Column; // what stands on the map, "" where that is the label
  also: ListColumn;
  kind: Column;
  country: Column;
  note: Column;
  rank: number[]; // which labels come first: 0 before all others
  asked: number[]; // the same where the place is an origin or a destination
}

export interface Style {
  groups: Record<string, string>; // colours
  widths: Record<string, number>; // of a line's width, by group; of the others all of it
  quiet_rail: string; // dashes of a railway too thin for white ones
  modes: Record<string, Line>;
  status: Record<string, Line>;
  ink: string; // of marks
  paper: string; // of what is left free in them
  land: string;
  border: string;
  coast: string;
  river: string;
  water: string;
  quiet: string; // colour of links on a quiet map,
  quiet_width: number; // and the share of their width that is left
  disputed: string; // dashes
  worst: string;
  closed: string;
  breadth: [number, number]; // px of a layer's line: the least, and that of the greatest value
}

export interface Line {
  label: string;
  dash: string;
  width: number;
}

// What one map adds to its network.
export interface MapState {
  links: StateLinks;
  places: StatePlaces;
  layers: Layer[];
  most: number; // of all layers: they are compared
  quiet: boolean; // links thin and grey, layers above them
  choices: string[]; // which layers are shown, the last of them first
  ranking: string; // heading of
  ranked: Ranked[]; // what is marked on the map and listed beside it
  closed_borders: [number, number][];
  bounds: [[number, number], [number, number]];
}

export interface StateLinks {
  state: Column; // "" in use, else a key of Style.status
  kind: Column;
  confidence: Column;
  words?: Column; // this and what follows: not where the page itself finds it out
  km?: number[];
  kmh?: (number | null)[];
  hours?: (number | null)[];
}

export interface Ranked {
  mark: string;
  name: string;
  said: string;
  links: number[]; // rows
}

export interface StatePlaces {
  role: Column; // "", "origin" or "destination"
  binds: Column;
  first: Column; // "first": named before all others, or ""
}

export interface Layer {
  colour: string; // "" for that of each link's corridor
  casing: string;
  fixed: number; // px where values do not matter, else 0
  dash: string;
  when: string; // of `choices`, "" for all
  values: Record<string, number>; // by row of the link
  notes: Record<string, string>;
}

export interface MapOwn extends MapState {
  title: string;
  subtitle: string;
  tiles: string; // address, "" for none
  legend: LegendRow[];
}

// A heading has no swatch; `of` and `is` say which links a row shows and hides.
export interface LegendRow {
  text: string;
  swatch?: string; // SVG
  of?: "group" | "mode" | "state";
  is?: string;
  alone?: true;
  when?: string; // seen with this choice of the map
}

// What the what-if page routes on. Places, links and states are rows, and runs of them first row, length, first row,
// length, ...; words are what `-x` and `-b` take.
export interface EngineData {
  weights: Weights;
  modes: string[];
  places: string[]; // ids
  estimated: number[]; // runs of places where the hours of a change of mode are an estimate
  countries: Countries;
  links: EngineLinks;
  left_out: number[]; // runs
  changed: number[]; // links that projects change; the three below in this order
  changed_km: number[];
  changed_unknown: number[]; // runs
  states: States;
  transfers: [number, number][];
  crossings: [number, number, number][]; // from state, to state, row of borders
  passes: [number, number][]; // at no cost, no leg
  borders: Border[];
  profiles: Profile[];
  paces: Pace[]; // of trains
  transits: Transit[];
  regimes: Regime[]; // of borders
  sets: PlaceSet[];
  closures: Closing[];
  builds: Building[];
  start: Ask;
  fixed: string;
  options: string[];
  command: string[];
  words: UseWords;
}

// One number orders routes: milliseconds, then transfers, then legs; below `longest` float64 sums are exact.
export interface Weights {
  ms: number;
  transfer: number;
  leg: number;
  longest: number;
}

export interface UseWords {
  closed: string;
  refused: string;
  doubtful: string;
}

export interface EngineLinks {
  id: string[]; // "" for what is called after its ends and mode; `fillIds` puts it in
  a: number[]; // states at its ends
  b: number[];
  km: number[];
  oneway: number[]; // runs
  planned: number[]; // runs
  doubtful: number[]; // runs
  unknown: number[]; // runs
  access: number[]; // runs
}

export interface States {
  place: number[];
  mode: number[];
  country: string[];
}

// The lists of countries there are, and which of them each link and place has.
export interface Countries {
  words: string[][];
  links: number[];
  places: number[];
}

export interface Border {
  place: number;
  active: boolean;
  opens: boolean;
}

export interface Profile {
  name: string;
  description: string;
  kmh: number[]; // of each link but railways, as the profile drives
  rail_kmh: number; // at most
  refused: [number, string][]; // link, reason
  changed_kmh: number[]; // of what is no railway
  changed_refused: [number, string][]; // row of `changed`, reason
  transfer_ms: number[];
  wheel_ms: number; // driven between two halts of a march
}

export interface Pace {
  name: string;
  kmh: number[]; // of each railway
  changed_kmh: number[];
}

export interface Transit {
  name: string;
  denied: string[]; // countries
}

export interface Regime {
  name: string;
  ms: number[]; // waits, of each row of borders
}

export interface PlaceSet {
  name: string;
  places: number[];
}

export interface Closing {
  word: string;
  name: string;
  what: string; // kind, "" for what was given
  links: number[]; // runs
  places: number[];
  borders: number[]; // places
}

export interface Building {
  word: string;
  name: string;
  links: number[];
  changed: number[];
}

// A question to the engine: what the page shows, and where it starts.
export interface Ask {
  profile: number;
  pace: number;
  transit: number;
  regime: number;
  from: number;
  to: number;
  via: number[]; // places, in order
  closed: string[];
  built: string[];
  origins: string[]; // of the pairs that are compared: places and set:NAME; none: by role
  goals: string[];
}

// Columns on the move, on the page of a schedule; times are minutes after the start.
export interface Moves {
  minutes: number; // until the last is there
  clock: string[]; // what it shows at each full hour, less the minutes
  forces: MovingForce[];
  columns: MovingColumn[];
}

export interface MovingForce {
  name: string;
  colour: string;
}

export interface MovingColumn {
  name: string;
  force: number; // row of forces
  end: number;
  steps: [number, number, number, number][]; // begin, end, row of links and 1 where it goes back along its line; or -1 and row of places
}

// The language of a page that is not English.
export interface Speech {
  words: Record<string, string>; // by their English, values in {braces}
  decimal: string;
  group: string; // between thousands
}
