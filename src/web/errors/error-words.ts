import { LAST_PORT } from '../../registry/values/port-number.ts';
import { capitalize } from '../../registry/values/wording.ts';

/** An error in the words of a page. */
export interface ErrorWords {
  /** The title of the window. */
  readonly title: string;
  /** The error in one sentence. */
  readonly sentence: string;
  /** The expected input or the reason, in a sentence; null if the first sentence has it. */
  readonly reason: string | null;
}

/** A detail such as `Cannot parse port number "ssh": expected an integer`; the quoted input is optional. */
const DETAIL = /^([^":]*)(?:("(?:[^"\\]|\\.)*")([^":]*))?: (.+)$/s;

/** The parts of a detail. */
interface Detail {
  /** The text before the quoted input. */
  readonly before: string;
  /** The input in double quotes; empty for none. */
  readonly quoted: string;
  /** The text between the quoted input and the colon. */
  readonly after: string;
  /** The text after the colon. */
  readonly reason: string;
}

/** The rules for details, by their beginning; the first that matches counts. A detail without a rule stays as it is written. */
const RULES: readonly (readonly [beginning: RegExp, words: (detail: Detail, noun: string) => ErrorWords])[] = [
  [/^Cannot find (.*)$/, notFound],
  [/^Cannot parse (port number) $/, noPort],
  [/^Cannot parse (.*) $/, notValid],
];

/** The sentences for statuses whose detail is written for programs. */
const SENTENCES: Readonly<Record<number, string>> = {
  401: 'This page needs a token',
  403: 'The token may not read this page',
  405: 'This address has no page: only programs use it',
  406: 'This address has no page, only other formats',
  413: 'The request is too large',
  414: 'The address is too long',
  429: 'Too many requests: wait a moment',
  500: 'Something went wrong inside the server',
  503: 'The server cannot answer now',
};

/** The words of pages for the nouns in details; an address that does not exist has no noun. */
const NOUNS: Readonly<Record<string, string>> = { '': 'page ', 'association ': 'use or own entry ' };

/**
 * Returns the words of a page for an error.
 *
 * @param status - The HTTP status, 400-599.
 * @param detail - The sentence for clients.
 */
export function errorWords(status: number, detail: string): ErrorWords {
  const title = SENTENCES[status];
  if (title !== undefined)
    return { title, sentence: `${title}.`, reason: title === detail ? null : asSentence(detail) };
  const [, before = '', quoted = '', after = '', reason] = DETAIL.exec(detail) ?? [];
  if (reason === undefined) return { title: detail, sentence: asSentence(detail), reason: null };
  for (const [beginning, words] of RULES) {
    const noun = beginning.exec(before)?.[1];
    if (noun !== undefined) return words({ before, quoted, after, reason }, noun);
  }
  return asWritten({ before, quoted, after, reason });
}

function notFound({ quoted, reason }: Detail, noun: string): ErrorWords {
  const [on = ''] = / on \d{4}-\d\d-\d\d$/.exec(reason) ?? [];
  const words = `${NOUNS[noun] ?? noun}${quoted}${on}`;
  return { title: `No ${words}`, sentence: `There is no ${words}.`, reason: null };
}

function noPort(detail: Detail, noun: string): ErrorWords {
  const number = /^"(\d+)"$/.exec(detail.quoted)?.[1];
  if (number === undefined || Number(number) <= LAST_PORT) return notValid(detail, noun);
  const title = `No port ${number}`;
  return { title, sentence: `There is no port ${number}: ports end at ${LAST_PORT}.`, reason: null };
}

function notValid({ quoted, after, reason }: Detail, noun: string): ErrorWords {
  const title = `${quoted}${after} is not a valid ${noun}`;
  return { title, sentence: `${title}.`, reason: asSentence(reason) };
}

function asWritten({ before, quoted, after, reason }: Detail): ErrorWords {
  const title = `${before}${quoted}${after}`;
  return { title, sentence: `${title}.`, reason: asSentence(reason) };
}

function asSentence(text: string): string {
  const sentence = capitalize(text);
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
}
