import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AVOID_OPTIONS } from '../../src/registry/advice/advice-question.ts';
import { RESERVATION_FIELD_NAMES } from '../../src/registry/advice/reservation.ts';
import { VERDICTS } from '../../src/registry/advice/suitability.ts';
import { REASON_CODES, SEVERITIES } from '../../src/registry/advice/suitability-rule.ts';
import { AUDIT_ACTIONS, AUDIT_KINDS } from '../../src/registry/audit.ts';
import { CONFLICT_KINDS } from '../../src/registry/conflicts/conflict.ts';
import { DRIFT_DAYS, DRIFT_KINDS, MOST_NAMES } from '../../src/registry/observed/drift.ts';
import { OBSERVATION_STATES } from '../../src/registry/observed/observation.ts';
import { ADDRESS_SCOPES, SNAPSHOT_SOURCES } from '../../src/registry/observed/snapshot.ts';
import { IMPORT_ACTIONS } from '../../src/registry/own/import-report.ts';
import { OWN_FIELD_NAMES } from '../../src/registry/own/own-fields.ts';
import { SCOPES } from '../../src/registry/own/token.ts';
import { ASSIGNMENT_STATES } from '../../src/registry/rows/assignment.ts';
import { CATEGORIES, CONFIDENCES, ORIGINS } from '../../src/registry/rows/association.ts';
import { LIST_NAMES } from '../../src/registry/rows/list-name.ts';
import { PORT_RANGES } from '../../src/registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { EXPORTS, exportParameters } from '../../src/render/export-files.ts';
import { ROUTES } from '../../src/rest/routes.ts';
import { IMPORT_PARAMETERS, IMPORT_PATH } from '../../src/rest/write/imports.ts';
import { OBSERVATION_PARAMETERS, OBSERVATION_PATH } from '../../src/rest/write/snapshots.ts';
import { WRITES } from '../../src/rest/write/writes.ts';
import {
  at,
  CONTRACT,
  CONTRACT_FILE,
  checkValue,
  mediaTypesOf,
  type Node,
  toPart,
  validator,
} from '../support/contract.ts';

/** The paths besides the resources of REST: each method, and its query parameters. */
const OTHER_ROUTES = [
  ['get /healthz', []],
  ['get /readyz', []],
  ['get /metrics', []],
  ['get /openapi.json', []],
  ['get /docs', []],
  ['get /chart.bin', ['observed']],
  ['get /', []],
  ['get /about', []],
  ['get /own', ['q', 'owner', 'environment', 'tag', 'pool', 'status', 'sort', 'view', 'limit', 'offset', 'format']],
  ['get /token', []],
  ['get /graphql', ['query', 'operationName', 'variables', 'extensions']],
  ['post /graphql', []],
  ['post /mcp', []],
  [`post ${IMPORT_PATH}`, IMPORT_PARAMETERS],
  [`put ${OBSERVATION_PATH.replace(':host', '{host}')}`, OBSERVATION_PARAMETERS],
  ['post /ports/lookup', ['prefer', 'checks', 'format', 'wide']],
  ...EXPORTS.map((route) => [`get ${route.path}`, exportParameters(route)] as const),
] as const;

/** Fields that may be missing, by RFC 9457 and GraphQL, or because they are optional in a request. All others are always present. */
const OPTIONAL_FIELDS = [
  'Association.warnings',
  'BatchPort.protocol',
  'GraphqlError.locations',
  'GraphqlError.path',
  'GraphqlErrorExtensions.errors',
  'GraphqlErrorExtensions.holders',
  'GraphqlRequest.extensions',
  'GraphqlRequest.operationName',
  'GraphqlRequest.variables',
  'GraphqlResult.errors',
  'Problem.errors',
  'Problem.holders',
  'Problem.suggestions',
  'OwnReference.url',
  'NewPool.owner',
  'NewPool.protocols',
  ...['ranges', 'protocols', 'owner'].map((name) => `PoolPatch.${name}`),
  ...RESERVATION_FIELD_NAMES.filter((name) => name !== 'name').map((name) => `Reservation.${name}`),
  ...OWN_FIELD_NAMES.map((name) => `OwnPatch.${name}`),
  ...OWN_FIELD_NAMES.filter((name) => name !== 'name' && name !== 'firstPort').map((name) => `OwnEntry.${name}`),
  'Health.schema',
  'Health.version',
  'Readiness.databaseId',
  'Readiness.schema',
  'Readiness.shared',
  'Readiness.version',
  ...['hosts', 'id', 'owners', 'pools', 'rotatedAt'].map((name) => `Token.${name}`),
];

/** Returns every object of the document with its JSON pointer, except those inside of examples. */
function* nodes(node: unknown = CONTRACT, pointer = ''): Generator<readonly [pointer: string, node: Node]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [pointer, node as Node];
  for (const [key, child] of Object.entries(node)) {
    if (!/^examples?$/.test(key)) yield* nodes(child, `${pointer}/${toPart(key)}`);
  }
}

/** Returns the operations of the document, as `get /ports`, with the names of their query parameters. */
function documentedOperations(): (readonly [string, string[]])[] {
  return Object.keys(CONTRACT.paths as Node).flatMap((path) => {
    const pointer = `/paths/${toPart(path)}`;
    const { parameters: shared, ...operations } = at(pointer).node;
    return Object.keys(operations).map((method) => {
      const own = parametersAt(`${pointer}/${method}/parameters`, (operations[method] as Node).parameters);
      const all = [...parametersAt(`${pointer}/parameters`, shared), ...own];
      return [`${method} ${path}`, all.filter((one) => one.in === 'query').map(({ name }) => String(name))] as const;
    });
  });
}

function parametersAt(pointer: string, parameters: unknown): Node[] {
  return ((parameters ?? []) as Node[]).map((_, index) => at(`${pointer}/${index}`).node);
}

/** Returns the values of a place that has a schema and examples. */
function examplesAt(pointer: string, { example, examples }: Node): unknown[] {
  const named = Object.keys((examples ?? {}) as Node).map((name) => at(`${pointer}/examples/${name}`).node.value);
  return example === undefined ? named : [example, ...named];
}

function sorted<T>(operations: readonly (readonly [string, readonly T[]])[]): [string, T[]][] {
  return operations
    .map(([operation, names]): [string, T[]] => [operation, names.toSorted()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('the contract', () => {
  test('passes the linter', async () => {
    const linter = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
    const rules = fileURLToPath(new URL('redocly.yaml', CONTRACT_FILE));
    const lint = [linter, 'lint', '--format=stylish', '--config', rules, fileURLToPath(CONTRACT_FILE)];
    const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' };
    const fault = await promisify(execFile)(process.execPath, lint, { env }).then(
      () => '',
      (error) => error.stdout + error.stderr,
    );
    assert.equal(fault, '');
  });

  test('has every route of the code with exactly its query parameters, and no other', () => {
    const resources = ROUTES.map(({ path, parameters }) => {
      const template = path.replace(/\{?:(\w+)\}?/g, '{$1}');
      return [`get ${template}`, [...parameters, 'format', 'wide']] as const;
    });
    const writes = WRITES.map(({ method, path, parameters }) => {
      return [`${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`, parameters] as const;
    });
    assert.deepEqual(sorted(documentedOperations()), sorted([...resources, ...writes, ...OTHER_ROUTES]));
  });

  test('has 503 for every operation except the health check and the metrics', () => {
    const without = documentedOperations()
      .map(([operation]) => operation)
      .filter((operation) => {
        const [method = '', path = ''] = operation.split(' ');
        return !('503' in at(`/paths/${toPart(path)}/${method}/responses`).node);
      });
    assert.deepEqual(without, ['get /healthz', 'get /metrics']);
  });

  test('has every export in the media types of the code', () => {
    for (const { path, mediaType, forms } of EXPORTS) {
      const expected = forms === null ? [mediaType] : Object.values(forms).map((form) => form.mediaType);
      assert.deepEqual(mediaTypesOf(`get ${path}`), expected);
    }
  });

  test('has the values of the domain', () => {
    const words = (pointer: string) => at(pointer).node.enum;
    const schemas = '/components/schemas';
    assert.deepEqual(words(`${schemas}/TransportProtocol`), TRANSPORT_PROTOCOLS);
    assert.deepEqual(words(`${schemas}/AssignmentState`), ASSIGNMENT_STATES);
    assert.deepEqual(words(`${schemas}/PortState`), [...ASSIGNMENT_STATES, 'dynamic', 'unlisted']);
    assert.deepEqual(words(`${schemas}/Category`), CATEGORIES);
    assert.deepEqual(words(`${schemas}/Confidence`), CONFIDENCES);
    assert.deepEqual(words(`${schemas}/Origin`), ORIGINS);
    assert.deepEqual(words(`${schemas}/Avoidable`), AVOID_OPTIONS);
    assert.deepEqual(words(`${schemas}/Severity`), SEVERITIES);
    assert.deepEqual(words(`${schemas}/Verdict`), VERDICTS);
    assert.deepEqual(words(`${schemas}/ReasonCode`), REASON_CODES);
    assert.deepEqual(words(`${schemas}/ImportStep/properties/action`), IMPORT_ACTIONS);
    assert.deepEqual(words(`${schemas}/ConflictKind`), CONFLICT_KINDS);
    assert.deepEqual(words(`${schemas}/AuditAction`), AUDIT_ACTIONS);
    assert.deepEqual(words(`${schemas}/AuditRow/properties/kind`), AUDIT_KINDS);
    assert.deepEqual(words(`${schemas}/Token/properties/scope`), SCOPES);
    const observation = `${schemas}/Observation/properties`;
    assert.deepEqual(words(`${observation}/scope`), ADDRESS_SCOPES);
    assert.deepEqual(words(`${observation}/source`), SNAPSHOT_SOURCES);
    const { parameters } = at('/paths/~1observations/get').node;
    const state = (parameters as Node[]).find(({ name }) => name === 'state')?.schema as Node;
    assert.deepEqual(state.enum, OBSERVATION_STATES);
    assert.deepEqual(words(`${schemas}/DriftKind`), DRIFT_KINDS);
    assert.deepEqual(words(`${schemas}/Drift/properties/scopes/items`), ADDRESS_SCOPES);
    const drift = at('/paths/~1drift/get').node.parameters as Node[];
    const days = drift.find(({ name }) => name === 'days')?.schema as Node;
    assert.deepEqual([days.default, days.maximum], [DRIFT_DAYS.usual, DRIFT_DAYS.largest]);
    for (const names of ['officialNames', 'knownNames']) {
      assert.equal(at(`${schemas}/Drift/properties/${names}`).node.maxItems, MOST_NAMES);
    }
    const rowOrigins = words(`${schemas}/Association/properties/origin`);
    assert.deepEqual(
      rowOrigins,
      ORIGINS.filter((origin) => origin !== 'iana'),
    );
    assert.deepEqual(words(`${schemas}/LoadedList/properties/list`), LIST_NAMES);
    const ranges = [words(`${schemas}/RangeName`), words(`${schemas}/PortRange/properties/title`)];
    assert.deepEqual(ranges, [PORT_RANGES.map(({ name }) => name), PORT_RANGES.map(({ title }) => title)]);
  });

  test('describes every field, schema, parameter, header field, response, operation and tag', () => {
    const described = /^\/(tags\/\d+|components\/(schemas|parameters|headers|responses)\/\w+|.*\/properties\/\w+)$/;
    const places = [...nodes()].filter(([pointer, node]) => described.test(pointer) || 'operationId' in node);
    assert.ok(places.length > 150, `found only ${places.length} places`);
    const silent = places.filter(
      ([, { description }]) => typeof description !== 'string' || !description.endsWith('.'),
    );
    assert.deepEqual(
      silent.map(([pointer]) => pointer),
      [],
    );
  });

  test('has only closed objects, with every field required', () => {
    const objects = [...nodes()].filter(([, node]) => 'properties' in node);
    const open = objects.filter(
      ([, node]) => node.additionalProperties !== false && node.unevaluatedProperties !== false,
    );
    assert.deepEqual(
      open.map(([pointer]) => pointer),
      ['/components/schemas/Page'],
      'only the base of the lists, which the lists close, is open',
    );
    const optional = objects.flatMap(([pointer, { properties, required }]) =>
      Object.keys(properties as Node)
        .filter((field) => !(required as string[]).includes(field))
        .map((field) => `${pointer.split('/').at(-1)}.${field}`),
    );
    assert.deepEqual(optional.sort(), OPTIONAL_FIELDS.toSorted());
  });

  test('has only valid schemas', () => {
    for (const name of Object.keys(at('/components/schemas').node)) validator(`/components/schemas/${name}`);
  });

  test('has examples that match their schemas, for every parameter, header field and body', () => {
    const places = [...nodes()].filter(([pointer, node]) => 'schema' in node && !pointer.endsWith('/properties'));
    for (const [pointer, node] of places) {
      const examples = examplesAt(pointer, node);
      assert.ok(examples.length > 0, `${pointer} has no example`);
      for (const example of examples) checkValue(`${pointer}/schema`, example, `an example of ${pointer}`);
    }
  });

  test('uses every example', () => {
    const used = JSON.stringify(CONTRACT).match(/(?<="#\/components\/examples\/)\w+/g);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(at('/components/examples').node).sort());
  });
});
