// `npm run bundle [-- FOLDER]`: writes the npm package, a bundle of it with its dependencies for machines without internet, a list
// of all parts (CycloneDX), and the checksums of these files.
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../../src/cli/actions/sha256.ts';
import { ROOT } from './packed-files.ts';

const target = resolve(process.argv[2] ?? join(ROOT, 'var/bundle'));
const work = mkdtempSync(join(tmpdir(), 'portolan-'));
try {
  mkdirSync(target, { recursive: true });
  run('npm', ['pack', '--silent', '--pack-destination', work], ROOT);
  const [tarball = ''] = globSync('*.tgz', { cwd: work });
  const name = tarball.replace(/\.tgz$/, '');
  const folder = join(work, name);
  mkdirSync(folder);
  run('tar', ['-xzf', join(work, tarball), '-C', folder, '--strip-components=1'], work);
  // The only install script compares versions and prints a warning.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  writeFileSync(join(folder, 'LICENSES'), licences(folder));
  writeFileSync(join(target, `${name}.cdx.json`), `${JSON.stringify(partsOf(folder), null, 2)}\n`);
  copyFileSync(join(work, tarball), join(target, tarball));
  run('tar', ['-czf', join(target, `${name}-bundle.tar.gz`), '--owner=0', '--group=0', name], work);
  const files = [tarball, `${name}-bundle.tar.gz`, `${name}.cdx.json`];
  const sums = files.map((file) => `${sha256(readFileSync(join(target, file)))}  ${file}\n`);
  writeFileSync(join(target, 'SHA256SUMS'), sums.join(''));
  console.log([...files, 'SHA256SUMS'].map((file) => join(target, file)).join('\n'));
} finally {
  rmSync(work, { recursive: true });
}

function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 100_000_000,
  });
}

/** Returns the list of all parts: the dependencies, and the packages whose files were copied. */
function partsOf(folder: string): object {
  const sbom = JSON.parse(run('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], folder));
  const copied = globSync('dist/web/explorers/*/package.json', { cwd: folder })
    .sort()
    .map((file) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const purl = `pkg:npm/${name}@${version}`;
      return {
        'bom-ref': `${name}@${version}`,
        type: 'library',
        name,
        version,
        purl,
        licenses: [{ license: { id: license } }],
      };
    });
  return { ...sbom, components: [...sbom.components, ...copied] };
}

/** Returns the licence of each part of an installation, with the text that the part contains. */
function licences(folder: string): string {
  const manifests = [
    'package.json',
    ...globSync('{node_modules/**,dist/web/explorers/*}/package.json', { cwd: folder }),
  ];
  const parts = manifests.sort().flatMap((file) => {
    const { name, version, license = 'see the text' } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (name === undefined || version === undefined) return [];
    const texts = globSync('{LICENSE,LICENCE,NOTICE,license,licence}*', { cwd: join(folder, dirname(file)) });
    const text = texts.map((one) => readFileSync(join(folder, dirname(file), one), 'utf8').trim()).join('\n\n');
    return `${name} ${version}: ${typeof license === 'string' ? license : license.type}\n\n${text}\n`;
  });
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}
