// What a template is made of, once it is parsed. A template is a list of lists: each pair of braces is one, and so is
// each text between them.

export type PathNode =
  | { readonly is: 'list'; readonly nodes: readonly PathNode[] }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'field'; readonly name: string }
  | { readonly is: 'value'; readonly value: number | boolean }
  | { readonly is: 'word'; readonly word: 'range' | 'end' }
  | { readonly is: 'wildcard' }
  | { readonly is: 'recursive' }
  | { readonly is: 'slice'; readonly from: number | null; readonly to: SliceEnd; readonly step: number | null }
  | { readonly is: 'union'; readonly lists: readonly List[] }
  | { readonly is: 'filter'; readonly left: List; readonly operator: Operator | 'exists'; readonly right: List };

export type List = Extract<PathNode, { is: 'list' }>;

/** `derived`: there was but one index, and the end is the one after it. Null: up to the end. */
export type SliceEnd = { readonly at: number; readonly derived: boolean } | null;

export const operators = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Operator = (typeof operators)[number];

/** What is wrong with a template, in kubectl's words. */
export class TemplateError extends Error {
  /** Where, in characters from the start of the template; null where that says nothing. */
  readonly at: number | null;

  constructor(message: string, at: number | null = null) {
    super(message);
    this.name = 'TemplateError';
    this.at = at;
  }
}
