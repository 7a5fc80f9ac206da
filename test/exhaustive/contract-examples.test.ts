import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { parsePool } from '../../src/registry/advice/pool.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { at, CONTRACT, type Node, request, toPart } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Statuses of a request that is answered: a page redirects some requests of other clients. */
const ANSWERED = [200, 201, 202, 204, 303];

/** Paths that need what no example of another request creates: the entry that a client has created, or the host of a snapshot. */
const OTHER_PATHS = ['/associations/{id}/approval', '/observations/{host}'];

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example: unknown;
}

/** An operation of the contract, with the parameters of its path. */
interface Operation {
  readonly path: string;
  readonly method: 'get' | 'post';
  readonly parameters: readonly Parameter[];
  readonly pointer: string;
}

const operations = Object.keys(CONTRACT.paths as Node).flatMap((path): Operation[] => {
  const place = `/paths/${toPart(path)}`;
  const { node } = at(place);
  const parametersAt = (pointer: string, list: unknown) =>
    (Array.isArray(list) ? list : []).map(
      (_, index) => at(`${pointer}/parameters/${index}`).node as unknown as Parameter,
    );
  return (['get', 'post'] as const)
    .filter((method) => method in node && !OTHER_PATHS.includes(path))
    .map((method) => ({
      ...{ path, method, pointer: `${place}/${method}` },
      parameters: [
        ...parametersAt(place, node.parameters),
        ...parametersAt(`${place}/${method}`, (node[method] as Node).parameters),
      ],
    }));
});

/** Returns the URL with the examples of the path, of the required parameters, and of one more. */
function urlOf({ path, parameters }: Operation, more?: Parameter): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const found = parameters.find((parameter) => parameter.in === 'path' && parameter.name === name);
    return encodeURIComponent(String(found?.example));
  });
  const query = parameters.filter(
    (parameter) => parameter.in === 'query' && (parameter.required || parameter === more),
  );
  const search = new URLSearchParams(query.map(({ name, example }): [string, string] => [name, textOf(example)]));
  return search.size === 0 ? filled : `${filled}?${search}`;
}

/** A list is separated by commas; variables of GraphQL are JSON. */
function textOf(example: unknown): string {
  if (Array.isArray(example)) return example.join(',');
  return typeof example === 'object' ? JSON.stringify(example) : String(example);
}

describe('the examples of the contract', () => {
  before(async () => {
    await product.own.createPool(
      parsePool({ name: 'payments', ranges: ['20000-20099'], protocols: ['tcp'], owner: 'payments' }),
      COMMAND_LINE,
    );
  });

  for (const operation of operations.filter(({ method }) => method === 'get')) {
    const { path, parameters } = operation;
    test(`of the parameters of ${path} can be requested`, async () => {
      const optional = parameters.filter(({ in: place, required }) => place === 'query' && required !== true);
      for (const parameter of [undefined, ...optional]) {
        const url = urlOf(operation, parameter);
        const { status, text } = await request(product.app).get(url).set('Authorization', product.bearer('admin'));
        assert.ok(ANSWERED.includes(status), `GET ${url} gives ${status}: ${text?.slice(0, 300)}`);
      }
    });
  }

  for (const operation of operations.filter(({ method }) => method === 'post')) {
    const bodies =
      at(operation.pointer).node.requestBody === undefined ? {} : at(`${operation.pointer}/requestBody/content`).node;
    for (const type of Object.keys(bodies)) {
      const place = `${operation.pointer}/requestBody/content/${toPart(type)}/examples`;
      for (const name of Object.keys(at(place).node)) {
        test(`${name} of POST ${operation.path} as ${type} can be sent`, async () => {
          const { value } = at(`${place}/${name}`).node;
          const { status, text } = await request(product.app)
            .post(urlOf(operation))
            .set({ 'Content-Type': type, Authorization: product.bearer('admin') })
            .send(typeof value === 'string' ? value : JSON.stringify(value));
          // The example of a pool is the one that the other examples need.
          const expected = operation.path === '/pools' ? [409] : ANSWERED;
          assert.ok(expected.includes(status), `${status}: ${text?.slice(0, 300)}`);
        });
      }
    }
  }
});
