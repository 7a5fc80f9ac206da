import { importTests } from '../support/import-tests.ts';

await importTests('registry', 'sources', 'text', 'config');
