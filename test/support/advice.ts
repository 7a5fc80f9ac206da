import type { AdviceFacts, AdviceUse, OfficialRow } from '../../src/registry/advice/advice-facts.ts';
import { parseSuggestionConditions, type SuggestionConditions } from '../../src/registry/advice/advice-question.ts';
import { computePortMasks, type PortMasks } from '../../src/registry/advice/port-masks.ts';
import { type Choice, choosePorts } from '../../src/registry/advice/suggestions.ts';
import type { Reason } from '../../src/registry/advice/suitability.ts';
import type { EphemeralRange } from '../../src/registry/rows/ephemeral-range.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';

/** Creates the facts of a registry of 2026-04-09 that is empty except for the given facts. */
export function factsOf(facts: Partial<AdviceFacts>): AdviceFacts {
  const nothing = { assignments: [], informalUses: [], ephemeralRanges: [], blockedPorts: [], ownUses: [], pools: [] };
  return { registryDate: '2026-04-09', ...nothing, ...facts };
}

/** Creates an official row; by default assigned to `demo` on tcp. */
export function row(firstPort: number, lastPort: number, change: Partial<OfficialRow> = {}): OfficialRow {
  return {
    serviceName: 'demo',
    firstPort,
    lastPort,
    protocol: 'tcp',
    state: 'assigned',
    description: 'A demonstration',
    aliasOf: null,
    prominence: 1,
    registrationDate: null,
    modificationDate: null,
    unauthorizedUse: null,
    ...change,
  };
}

/** Creates a use of a tcp port; by default an own entry. */
export function use(firstPort: number, lastPort: number, change: Partial<AdviceUse> = {}): AdviceUse {
  const span = { id: 'own-00000000000a', name: 'billing', usedBy: null, firstPort, lastPort };
  const rest = { protocols: ['tcp'], confidence: 'documented', prominence: 3, origin: 'own', sources: [] } as const;
  return { ...span, ...rest, owner: null, environment: null, otherNames: [], status: 'active', ...change };
}

/** Creates the current NodePort range of Kubernetes. */
export function nodePorts(firstPort: number, lastPort: number): EphemeralRange {
  const source = { title: 'NodePort ranges', url: null };
  const texts = { version: null, howToRead: null, howToChange: null, note: null, source };
  return { system: 'kubernetes', title: 'Kubernetes NodePort', current: true, firstPort, lastPort, ...texts };
}

/** Computes the weight of a suggested port from its reasons. */
export function weightOf(reasons: readonly Reason[]): number {
  const count = (test: (reason: Reason) => boolean): number => reasons.filter(test).length;
  const nodePorts = count(({ code, detail }) => code === 'nodeport' && detail.startsWith('Kubernetes gives'));
  const staticNodePorts = count(({ code, detail }) => code === 'nodeport' && detail.includes('by itself only'));
  return (
    8 *
      Math.min(
        1,
        count(({ code }) => code === 'deregistered'),
      ) +
    2 * count(({ code }) => code === 'wide_informal_use' || code === 'informal_use') +
    nodePorts -
    staticNodePorts +
    count(({ code, detail }) => code === 'neighbour' && detail.includes('is assigned to'))
  );
}

/** The masks of facts that several tests use. */
const MASKS = new WeakMap<AdviceFacts, PortMasks>();

/** Chooses ports as the registry does, from given facts. */
export function choose(facts: AdviceFacts, conditions: SuggestionConditions): Choice {
  const masks = MASKS.get(facts) ?? runAllSteps(computePortMasks(facts));
  MASKS.set(facts, masks);
  return choosePorts(parseSuggestionConditions(conditions), masks, facts);
}
