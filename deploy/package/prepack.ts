// Run by `npm pack`. Writes the files that are only in the package: JavaScript, the bundles of the explorers, the database for
// lookups, and the versions of all dependencies. `postpack.ts` removes them: the repository runs its TypeScript as it stands.
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BUNDLED_DATABASE } from '../../src/cli/actions/open-local-registry.ts';
import { prepareDatabase } from '../../src/cli/actions/prepare.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { PACKAGE_ASSETS } from '../../src/web/parts/assets.ts';
import { EXPLORERS, JAVASCRIPT, KEPT_MANIFEST, MANIFEST, ROOT, removePacked, SHRINKWRAP } from './packed-files.ts';
import { productionLock } from './production-lock.ts';

removePacked();
writeJavaScript();
copyExplorers();
await writeDatabase();
writeJson(SHRINKWRAP, productionLock(readJson(join(ROOT, 'package-lock.json'))));
writeManifest();

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, content: object): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

/** Replaces the manifest by one without what only the repository needs: npm ci compares it with the lock file. */
function writeManifest(): void {
  copyFileSync(MANIFEST, KEPT_MANIFEST);
  const { devDependencies, workspaces, overrides, allowScripts, scripts, ...manifest } = readJson(MANIFEST);
  writeJson(MANIFEST, manifest);
}

/** Writes each source file without its types, and with every position kept. Copies the files of the pages. */
function writeJavaScript(): void {
  const source = join(ROOT, 'src');
  for (const file of globSync('**/*.{ts,js,css,svg}', { cwd: source })) {
    const target = join(JAVASCRIPT, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    if (file.endsWith('.ts')) writeFileSync(target, toJavaScript(readFileSync(join(source, file), 'utf8')));
    else copyFileSync(join(source, file), target);
  }
}

/** Removes the types, and replaces the suffix of relative paths: in imports, and in the addresses of workers. */
function toJavaScript(code: string): string {
  return stripTypeScriptTypes(code).replace(/'((?:\.{1,2}\/)*[\w/-]+)\.ts'/g, "'$1.js'");
}

/** Copies the files that /docs and /graphql load, with the licence and the version of each package. */
function copyExplorers(): void {
  for (const { folder, file } of PACKAGE_ASSETS) {
    const { name, version, license } = readJson(join(folder, 'package.json'));
    for (const copied of [file, ...globSync('{LICENSE,LICENCE,NOTICE}*', { cwd: folder })]) {
      const target = join(EXPLORERS, name, copied);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(folder, copied), target);
    }
    writeJson(join(EXPLORERS, name, 'package.json'), { name, version, license });
  }
}

/** Writes the database for users without one: one compressed file without a write-ahead log. */
async function writeDatabase(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-'));
  const file = join(folder, 'portolan.db');
  await prepareDatabase(file);
  const db = openForWriting(file);
  db.pragma('journal_mode = DELETE');
  db.exec('VACUUM');
  db.close();
  writeFileSync(BUNDLED_DATABASE, gzipSync(readFileSync(file), { level: 9 }));
  rmSync(folder, { recursive: true });
}
