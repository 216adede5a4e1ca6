// What the data files of a report hold, and what its pages keep while they are open. For the checks
// alone (tsc --checkJs): no page loads this file.

type Direction = "higher" | "lower" | "neither";
type Kind = "system" | "baseline" | "floor" | "bound";
type Maybe<T> = T | null | undefined;

interface Dataset {
  name: string; articles: number; fingerprint: string;
  /** Articles whose texts are in the report. */
  n_examples: number;
  /** Places in the board's models, the best first. */
  order: number[];
  notes: string[];
  /** The same sentences as everywhere. */
  verdict: string; warnings: string[];
  /** Name of a model -> "best", "tied" or "worse". */
  standing: Record<string, string>;
}
interface Model { name: string; kind: Kind }
interface Metric { name: string; direction: Direction; role: "quality" | "diagnostic"; signature: string; short: string; undefined_if: string }
interface Entry {
  mean?: number; low?: number; high?: number; n: number; method: string; n_failed: number;
  /** "47 of 235": the articles that the mean is over, if these are not all. */
  coverage?: string;
  rank_low?: number; rank_high?: number;
  normalized_score?: number; length_adjusted?: number;
}
type Health = Record<string, number | null>;

/** data/board.js */
interface Board {
  name: string; version: string; primary: string; vs: string | null; display_metrics: string[]; chunk_size: number;
  /** Name of a count -> its heading. */
  counts: Record<string, string>; most_drawn: number;
  datasets: Dataset[]; models: Model[]; metrics: Metric[];
  /** By dataset, metric and model. */
  entries: (Entry | null)[][][];
  /** By dataset and model. */
  health: (Health | null)[][];
  failures: Record<string, string>;
  /** What was judged, and what bounds and baselines are. */
  scope: string[];
}

/** The difference a - b; a and b are places in the board's models. */
interface Pair {
  a: number; b: number; mean: number; low: number | null; high: number | null; n: number;
  /** As of an entry; empty if these are all. */
  coverage: string;
  p: number | null; p_adjusted: number | null; wins: number; ties: number; losses: number;
  effect_size: number | null; mde: number | null; correction: string;
}
type Difference = Omit<Pair, "a" | "b">;

interface Distribution { low: number; high: number; counts: Record<string, number[]>; quartiles: Record<string, number[]> }
/** data/metric-D-M.js */
interface MetricData { pairs: Pair[]; distribution: Distribution | null }
/** data/index-D.js; `bits` has a byte for each model and article. */
interface ArticleIndex { ids: string[]; groups?: string[][]; leads: string[]; flags: string[]; bits: string }
/** data/scores-D-M.js: base64 of float32, models x articles. */
interface ScoreData { values: string }
interface Unsupported { text: string; kind: string; state: string; nearest: string; start?: number }
interface ArticlePrediction {
  model: number; scores: (number | null)[]; summary?: string; error?: string; flags?: string[];
  input_tokens?: number; output_tokens?: number; seconds?: number; finish_reason?: string; reasoning?: string;
  unsupported?: Unsupported[]; evidence?: Record<string, unknown>;
}
interface ArticleData { id: string; text: string; references: string[]; predictions: ArticlePrediction[] }
/** data/articles-D-C.js */
interface ArticleChunk { articles: ArticleData[] }

/** A stretch of a text that is painted. */
interface TextRange { start: number; end: number; kind: string; facts?: string; source?: [number, number] | null }

interface Cell { text: string; node?: Element | null; facts?: string; isPrimary?: boolean; isWarning?: boolean }
interface Column {
  key: string; heading: string; facts: string; group: string; isShown: boolean; isLowFirst?: boolean;
  value: (model: number) => Maybe<number | string>;
  cell: (model: number) => Cell;
}

interface BoardView {
  board: Board;
  /** Places of the dataset, of the metric of the pictures, and of the primary metric (-1: none). */
  dataset: number; metric: number; primary: number;
  /** The model that differences are against. */
  baseline: number | null;
  filter: string; sortKey: string | null; isAscending: boolean | null;
  /** The keys of the columns shown, separated by blanks; null: the board's own. */
  columnKeys: string | null;
  columns: Column[];
}

interface ArticlesView {
  board: Board; dataset: number; metric: number; a: number; b: number; order: string; group: string; query: string;
  index: ArticleIndex; flagRows: ArrayLike<number>[];
  /** Places of the articles in whose texts the query was found; null: not searched. */
  matches: number[] | null;
  /** Places of the articles in the list, in its order. */
  places: number[];
  /** What the articles are sorted by. */
  sortKeys: Map<number, number> | null;
  /** The place of the open article, and the id that the address asks for. */
  current: number | null; requestedId: string | undefined;
  /** The model whose summary is compared with the article. */
  activeModel: number | null; cardModels: number[];
  pageStart: number | null;
  copies: Map<number, { ranges: TextRange[]; copied: TextRange[] }>;
}
interface ArticleMoves { step: (by: number) => void; activate: (model: number) => void }

interface ScoreTable { rows: ArrayLike<number>[]; sign: number }
interface OrderFacts extends Partial<ScoreTable> {
  a: number; b: number; models: number[]; flagRows: ArrayLike<number>[];
  /** The quality metrics that are shown. */
  tables: ScoreTable[];
}
