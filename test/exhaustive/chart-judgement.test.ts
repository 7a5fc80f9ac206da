import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdviceFacts } from '../../src/registry/advice/advice-facts.ts';
import { AVOID_OPTIONS } from '../../src/registry/advice/advice-question.ts';
import { bitsOf, computePortMasks, EXCLUSION_REASONS, maskFor } from '../../src/registry/advice/port-masks.ts';
import { judgePort } from '../../src/registry/advice/suitability.ts';
import { parseOwnEphemeralRanges, withOwnRanges } from '../../src/registry/rows/ephemeral-range.ts';
import { PORT_COUNT } from '../../src/registry/values/port-number.ts';
import type { PortSpan } from '../../src/registry/values/port-range.ts';
import { runAllSteps } from '../../src/registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { openForReading } from '../../src/sqlite/file/database.ts';
import { AdviceReads } from '../../src/sqlite/read/advice-reads.ts';
import { weightOf } from '../support/advice.ts';
import { executeSql, ownUse } from '../support/database-content.ts';
import { seededDatabase } from '../support/seeded-database.ts';

const OWN_RANGES = parseOwnEphemeralRanges('build hosts=15000-16000');

/** Groups rows by the ports that they contain or are next to. */
function placed<Row extends PortSpan>(rows: readonly Row[]): Row[][] {
  const places: Row[][] = Array.from({ length: PORT_COUNT }, () => []);
  for (const row of rows) for (let port = row.firstPort - 1; port <= row.lastPort + 1; port++) places[port]?.push(row);
  return places;
}

test('the masks match the judgement of every port and protocol', async (t) => {
  const path = await seededDatabase(t);
  executeSql(path, ownUse('000000000001', 8103, 8110, null) + ownUse('000000000002', 20004, 20004, 'staging'));
  const db = openForReading(path);
  t.after(() => db.close());
  const reads = new AdviceReads(db);
  const span = { firstPort: 0, lastPort: PORT_COUNT - 1 };
  const uses = reads.uses(span);
  const lists = {
    registryDate: reads.registryDate().date,
    informalUses: uses.filter(({ origin }) => origin === 'informal'),
    ephemeralRanges: withOwnRanges(reads.ephemeralRanges(), OWN_RANGES),
    blockedPorts: reads.blockedPorts(),
  };
  const masks = runAllSteps(computePortMasks({ ...lists, assignments: runAllSteps(reads.maskRows()) }));
  const own = { ownUses: runAllSteps(reads.ownUses()), pools: reads.pools() };
  const official = placed(reads.officialRows(span));
  const used = placed(uses);
  const hard = bitsOf(EXCLUSION_REASONS.filter((reason) => !(AVOID_OPTIONS as readonly string[]).includes(reason)));
  let good = 0;
  for (const protocol of [...TRANSPORT_PROTOCOLS, null]) {
    const question = { protocol, environment: protocol === 'udp' ? 'production' : null };
    const { exclusions, weights } = maskFor(masks, own, question);
    const wrong: number[] = [];
    for (let port = 0; port < PORT_COUNT; port++) {
      const here = used[port] ?? [];
      const facts: AdviceFacts = {
        ...lists,
        assignments: official[port] ?? [],
        informalUses: here.filter(({ origin }) => origin === 'informal'),
        ownUses: here.filter(({ origin }) => origin === 'own'),
        pools: [],
      };
      const isGood = judgePort(port, question, facts).verdict === 'good';
      const anyway = judgePort(port, question, facts, []);
      const isGoodAnyway = anyway.verdict === 'good';
      const bits = exclusions[port] ?? 0;
      if (isGood !== (bits === 0) || isGoodAnyway !== ((bits & hard) === 0)) wrong.push(port);
      if (isGoodAnyway && weights[port] !== weightOf(anyway.reasons)) wrong.push(port);
      if (isGood) good++;
    }
    assert.deepEqual(wrong, [], `asked for ${protocol}`);
  }
  assert.ok(good > 50_000, `only ${good} are good`);
});
