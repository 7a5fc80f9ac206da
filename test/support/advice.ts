import type { AdviceFacts, AdviceUse, OfficialRow } from '../../src/registry/advice/advice-facts.ts';
import { parseSuggestionConditions, type SuggestionConditions } from '../../src/registry/advice/advice-question.ts';
import { computeExclusionMasks } from '../../src/registry/advice/exclusion-masks.ts';
import { type Choice, choosePorts } from '../../src/registry/advice/suggestions.ts';

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
  return { ...span, ...rest, owner: null, environment: null, ...change };
}

/** Chooses ports as the registry does, from given facts. */
export function choose(facts: AdviceFacts, conditions: SuggestionConditions): Choice {
  return choosePorts(parseSuggestionConditions(conditions), computeExclusionMasks(facts), facts);
}
