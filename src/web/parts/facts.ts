import { html, type SafeHtml } from '@remix-run/html-template';
import { CLIENT_FIELDS, type OwnEntry } from '../../registry/own/own-fields.ts';
import { type Association, CONFIDENCE_WORDS } from '../../registry/rows/association.ts';
import type { FieldKind, FieldKindName } from '../../registry/values/field-kinds.ts';
import type { Reference } from '../../registry/values/reference.ts';
import { linkedReference, renderUntrusted, renderUntrustedAtLength } from './untrusted-text.ts';

/** The fields that a page renders in places of their own. */
const PLACED: readonly (keyof OwnEntry)[] = [
  'name',
  'usedBy',
  'firstPort',
  'lastPort',
  'protocols',
  'category',
  'confidence',
  'sources',
];

const OTHERS = CLIENT_FIELDS.filter(([name]) => !PLACED.includes(name));
const LONG_TEXTS = OTHERS.filter(([, { kind }]) => kind.name === 'longText');
const FACTS = OTHERS.filter((field) => !LONG_TEXTS.includes(field));

/** The renderer of each kind of value. */
const RENDERERS: { readonly [Kind in FieldKindName]: (value: never) => SafeHtml | string } = {
  port: String,
  shortText: renderUntrusted,
  longText: (text: string) => html`<span class="note">${renderUntrusted(text)}</span>`,
  webLink: (url: string) => linkedReference({ title: url, url }),
  day: renderUntrusted,
  oneOf: renderUntrusted,
  wordList: (words: readonly string[]) => joinWithCommas(words.map(renderUntrusted)),
  protocolList: (protocols: readonly string[]) => protocols.join(', '),
  referenceList: (references: readonly Reference[]) => joinFacts(references.map(linkedReference)),
};

/**
 * Renders the short fields of a use that have no place of their own, each with its label.
 *
 * @param use - The use.
 * @returns The fields that are set, in the order of the API.
 */
export function useFacts(use: Association): SafeHtml[] {
  return FACTS.flatMap(([name, { kind, label, fallback }]) => {
    const value = use[name];
    if (isEmpty(value) || isDefault(kind, value, fallback)) return [];
    const rendered = RENDERERS[kind.name](value as never);
    // The first link needs no label.
    return [name === 'link' ? html`${rendered}` : html`${label.toLowerCase()} ${rendered}`];
  });
}

/** The fields that the page of a use renders in places of their own. */
const HEAD_FIELDS: readonly (keyof OwnEntry)[] = ['name', 'firstPort', 'lastPort', 'protocols'];

/**
 * Renders the fields of a use for its own page, each with its label.
 *
 * @param use - The use.
 * @returns The fields that are set, in the order of the API.
 */
export function useFields(use: Association): (readonly [label: string, value: SafeHtml | string])[] {
  return CLIENT_FIELDS.flatMap(([name, { kind, label, fallback }]) => {
    const value = use[name];
    const isOwn = use.origin === 'own' || name === 'status';
    if (HEAD_FIELDS.includes(name) || isEmpty(value) || (isOwn && isDefault(kind, value, fallback))) return [];
    const shown = name === 'confidence' ? CONFIDENCE_WORDS[use.confidence] : value;
    return [[label, RENDERERS[kind.name](shown as never)] as const];
  });
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** Returns whether a word of an own entry is the default. */
function isDefault(kind: FieldKind<unknown>, value: unknown, fallback: unknown): boolean {
  return kind.name === 'oneOf' && value === fallback;
}

/**
 * Renders the long texts of a use, such as its note.
 *
 * @param use - The use.
 * @returns The texts that are set, in the order of the API.
 */
export function useTexts(use: Association): SafeHtml[] {
  return LONG_TEXTS.flatMap(([name, { label }]) => {
    const text = use[name] as string | null;
    return text === null ? [] : [renderUntrustedAtLength(text, label)];
  });
}

/**
 * Joins facts with separators.
 *
 * @param facts - The facts.
 */
export function joinFacts(facts: readonly (SafeHtml | string)[]): SafeHtml {
  return join(facts, ' · ');
}

/**
 * Joins items with commas.
 *
 * @param items - The items.
 */
export function joinWithCommas(items: readonly (SafeHtml | string)[]): SafeHtml {
  return join(items, ', ');
}

function join(parts: readonly (SafeHtml | string)[], separator: string): SafeHtml {
  return html`${parts.map((part, index) => html`${index === 0 ? '' : separator}${part}`)}`;
}
