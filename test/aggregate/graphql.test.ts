import { importTests } from '../support/import-tests.ts';

await importTests('graphql', 'own', 'sqlite', 'metrics');
