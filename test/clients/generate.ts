import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import * as documentNode from '@graphql-codegen/typed-document-node';
import * as schemaTypes from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildASTSchema, parse } from 'graphql';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { blocksOf } from '../support/documented-commands.ts';

const HERE = new URL('./', import.meta.url);
const SCHEMA = new URL('../../schema/', HERE);

/** The folder of the types, from which front-end.ts imports them. */
const TARGET = new URL('generated/', HERE);

/** The examples of docs/front-end.md. */
export const EXAMPLES = blocksOf('docs/front-end.md').filter(({ kind }) => kind === 'ts');

/** Generates the types of a front end: of REST, and of each GraphQL operation with its document. */
export async function generateTypes(): Promise<void> {
  mkdirSync(TARGET, { recursive: true });
  writeFileSync(new URL('rest.ts', TARGET), astToString(await openapiTypescript(new URL('openapi.yaml', SCHEMA))));
  writeFileSync(new URL('graphql.ts', TARGET), await generateGraphql());
  await generateContractTypes();
  writeExamples();
}

/** Writes the examples of docs/front-end.md beside the types that they import. */
function writeExamples(): void {
  for (const [index, { text }] of EXAMPLES.entries())
    writeFileSync(new URL(`page-${index}.ts`, TARGET), `${text}export {};\n`);
}

/** Generates read-only types of both contracts, with which contract-types.ts compares those of the domain. */
async function generateContractTypes(): Promise<void> {
  const rest = await openapiTypescript(new URL('openapi.yaml', SCHEMA), { immutable: true });
  writeFileSync(new URL('rest-contract.ts', TARGET), astToString(rest));
  const schema = parse(readFileSync(new URL('portolan.graphql', SCHEMA), 'utf8'));
  const types = await codegen({
    filename: 'graphql-contract.ts',
    schema,
    schemaAst: buildASTSchema(schema),
    documents: [],
    config: { enumsAsTypes: true, immutableTypes: true, skipTypename: true },
    plugins: [{ schemaTypes: {} }],
    pluginMap: { schemaTypes },
  });
  writeFileSync(new URL('graphql-contract.ts', TARGET), types);
}

function generateGraphql(): Promise<string> {
  const schema = parse(readFileSync(new URL('portolan.graphql', SCHEMA), 'utf8'));
  const document = parse(readFileSync(new URL('port.graphql', HERE), 'utf8'));
  return codegen({
    filename: 'graphql.ts',
    schema,
    schemaAst: buildASTSchema(schema),
    documents: [{ location: 'port.graphql', document }],
    config: { useTypeImports: true },
    plugins: [{ operations: {} }, { documentNode: {} }],
    pluginMap: { operations, documentNode },
  });
}
