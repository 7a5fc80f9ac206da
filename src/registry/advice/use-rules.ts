import { WIDEST_EXPANDED_RANGE } from '../report/port-name.ts';
import { CONFIDENCE_WORDS } from '../rows/association.ts';
import { namePorts, spanWidth } from '../values/port-range.ts';
import { appliesTo } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import type { AdviceUse, ObservedUse, PortView } from './advice-facts.ts';
import { type AdviceQuestion, concerns, isObservedFor } from './advice-question.ts';
import { assignedLabels, iana } from './official-rules.ts';
import { type Finding, type Rule, WEIGHTS } from './suitability-rule.ts';

/** The source of informal uses that name none. */
const INFORMAL_LIST = "Portolan's list of informal uses";

/** The rules on own and informal uses, and on adjacent ports. */
export const USE_RULES: readonly Rule[] = [
  {
    code: 'own_use',
    reads: 'own',
    find: (view, question) => [
      ...ownUses(view, question).map(
        (use): Finding => ({
          severity: 'avoid',
          detail: () => `The own entry ${use.name} uses ${place(use)}${ownerOf(use)}.`,
          source: use.id,
        }),
      ),
      ...view.pools
        .filter(({ protocols }) => appliesTo(protocols, question.protocol))
        .map(
          ({ name, owner }): Finding => ({
            severity: 'avoid',
            detail: () => `It belongs to the pool ${name}${owner === null ? '' : ` of ${owner}`}.`,
            source: `pool ${name}`,
          }),
        ),
    ],
  },
  {
    code: 'observed_use',
    reads: 'own',
    find: ({ observedUses = [] }, question) =>
      observedUses
        .filter((use) => isObservedFor(use, question))
        .map(
          (use): Finding => ({
            severity: 'avoid',
            detail: () => describeObserved(use),
            source: 'observed sockets',
          }),
        ),
  },
  {
    code: 'informal_use',
    reads: 'informalUses',
    find: (view, { protocol }) =>
      informalUses(view, protocol)
        .filter((use) => spanWidth(use) < WIDEST_EXPANDED_RANGE)
        .map((use) => informal(use, use.confidence === 'disputed' ? 'info' : 'caution')),
  },
  {
    code: 'wide_informal_use',
    reads: 'informalUses',
    find: (view, { protocol }) =>
      informalUses(view, protocol)
        .filter((use) => spanWidth(use) >= WIDEST_EXPANDED_RANGE)
        .map((use) => informal(use, 'info')),
  },
  {
    code: 'neighbour',
    reads: 'neighbours',
    find: (view, question) => view.neighbours.flatMap((adjacent) => neighbour(view, adjacent, question)),
  },
];

function ownUses(view: PortView, question: AdviceQuestion): AdviceUse[] {
  return view.ownUses.filter((use) => concerns(use, question));
}

function informalUses(view: PortView, protocol: AdviceQuestion['protocol']): AdviceUse[] {
  return view.informalUses.filter((use) => appliesTo(use.protocols, protocol));
}

function informal(use: AdviceUse, severity: Finding['severity']): Finding {
  const titles = use.sources.map(({ title }) => title);
  return {
    severity,
    detail: () => `${use.name}${usedBy(use)} uses ${place(use)}: ${CONFIDENCE_WORDS[use.confidence]}.`,
    source: titles.length === 0 ? INFORMAL_LIST : titles.join('; '),
    weight: WEIGHTS.informalUse,
  };
}

/** Returns the uses and names of an adjacent port that the port itself does not have. */
function neighbour(view: PortView, adjacent: PortView, question: AdviceQuestion): Finding[] {
  const where = `${adjacent.number}, the port ${adjacent.number < view.number ? 'below' : 'above'}`;
  const own = new Set(ownUses(view, question));
  const known = assignedLabels(view, question);
  const uses = ownUses(adjacent, question).filter((use) => !own.has(use));
  const labels = assignedLabels(adjacent, question).filter((label) => !known.includes(label));
  return [
    ...uses.map(
      (use): Finding => ({
        severity: 'info',
        detail: () => `${where}, is used by the own entry ${use.name}${ownerOf(use)}.`,
        source: use.id,
      }),
    ),
    ...(labels.length === 0
      ? []
      : [
          {
            severity: 'info',
            detail: () => `${where}, is assigned to ${enumerate(labels)}.`,
            source: iana(view),
            weight: WEIGHTS.assignedNeighbour,
          } as const,
        ]),
  ];
}

function describeObserved({ hosts, environment, firstPort, protocol }: ObservedUse): string {
  const of = environment === null ? '' : ` of ${environment}`;
  const who = hosts === 1 ? `1 host${of} listens` : `${hosts} hosts${of} listen`;
  return `${who} on ${firstPort}/${protocol}.`;
}

function place(use: AdviceUse): string {
  return `${namePorts(use)} on ${enumerate(use.protocols)}`;
}

function usedBy({ usedBy }: AdviceUse): string {
  return usedBy === null ? '' : ` (${usedBy})`;
}

function ownerOf({ owner, environment }: AdviceUse): string {
  return `${owner === null ? '' : `, owned by ${owner}`}${environment === null ? '' : `, in ${environment}`}`;
}
