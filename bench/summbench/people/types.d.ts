// What a rater's page holds, and what it keeps. For the checks alone (tsc --checkJs): no page loads this file.

type RaterDesign = "likert" | "pairwise" | "best_worst" | "spans" | "checklist";

/** Value is what is kept: a choice by the key of its question, or marked words. */
interface RaterValue { [key: string]: unknown; spans?: [number, number][]; finished?: boolean }
interface RaterAnswer { value: RaterValue; seconds: number }
/** By the item's id. */
type RaterAnswers = Record<string, RaterAnswer>;

/** One screen. Summaries are texts, or words and what is between them in turn where words are marked. */
interface RaterItem { id: string; article: number; summaries: (string | string[])[]; facts?: [string, string][] }
interface RaterDimension { name: string; question: string; anchors: string[] }
interface RaterContent {
  study: string; assignments: string; rater: string; design: RaterDesign; instructions: string[]; dimensions: RaterDimension[]; articles: string[]; items: RaterItem[];
}

/** A question: its key in the value, its legend, and value -> label. */
interface RaterQuestion { key: string; legend: string; labels: Record<string, string> }
