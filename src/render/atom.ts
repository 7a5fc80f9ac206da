import type { Answers } from '../rest/route.ts';
import { changesAtom, type Feed, snapshotsAtom } from '../web/atom.ts';
import type { PageSource } from './html.ts';

/** The Atom renderers, for the kinds of answers that have feeds. */
export const ATOM: {
  readonly [Kind in keyof Answers]?: (answer: Answers[Kind], source: PageSource) => string;
} = {
  changes: (list, source) => {
    const { parts } = source.question;
    const what = parts.port === undefined ? 'Changes of the IANA port registry' : `History of port ${parts.port}`;
    return changesAtom(feedOf(what, list.lastSnapshot, source), list.results);
  },
  snapshots: (list, source) => {
    const title = 'Snapshots of the IANA port registry';
    return snapshotsAtom(feedOf(title, list.results[0]?.date ?? source.registry.info().date, source), list.results);
  },
};

function feedOf(title: string, updated: string, { question }: PageSource): Feed {
  const parameters = [...question.query].filter(([name]) => name !== 'format');
  const query = parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;
  return { title, updated, here: question.path + query };
}
