// Every call in this file is wrong. The compiler must report each: it fails on an expected error that does not occur.
import { request } from 'graphql-request';
import createClient from 'openapi-fetch';
import { PortDocument } from './generated/graphql.ts';
import type { paths } from './generated/rest.ts';

const client = createClient<paths, 'application/json'>();

// @ts-expect-error There is no such path.
client.GET('/harbours');
// @ts-expect-error The parameter of the path is missing.
client.GET('/ports/{port}');
// @ts-expect-error There is no such protocol.
client.GET('/ports/{port}', { params: { path: { port: 80 }, query: { protocol: 'icmp' } } });

const { data } = await client.GET('/ports/{port}', { params: { path: { port: 80 } } });
// @ts-expect-error The report has no such field.
data?.sumary;
// @ts-expect-error An assignment may be without a name.
data?.assignments[0]?.serviceName.length;

// @ts-expect-error The variable is missing.
request('/graphql', PortDocument);
// @ts-expect-error The variable is a number.
request('/graphql', PortDocument, { number: '80' });

const { port } = await request('/graphql', PortDocument, { number: 80 });
// @ts-expect-error The operation does not select this field, although the schema has it.
port.summary;
