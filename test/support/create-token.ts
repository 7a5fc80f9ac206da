import { writeTo } from '../../src/cli/actions/write-source.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { createToken } from '../../src/sqlite/tables/tokens.ts';

// Creates a token in a shared register, for `bearer`, which is synchronous. Arguments: the settings and the token, as JSON.
const [source = '', token = ''] = process.argv.slice(2);
await writeTo(JSON.parse(source), ({ db }) => createToken(db, JSON.parse(token), COMMAND_LINE));
