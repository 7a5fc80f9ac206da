import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RequestHandler } from 'express';

/** A file that a page loads. */
export interface Asset {
  /** The path, relative to the server's root. It contains the version, so its content never changes. */
  readonly path: string;
  /** The folder of the file, and its path in the folder. */
  readonly folder: string;
  readonly file: string;
  /** The content, if it is not that of the file. */
  readonly text?: string;
}

/** The cache lifetime of a file, in milliseconds: 1 year, the usual maximum (RFC 2616, section 14.21). */
const MAX_AGE_MS = 365 * 24 * 60 * 60 * 1000;

/** The folder of the pages' own files. */
const OWN_FOLDER = new URL('../browser/', import.meta.url);
const OWN_VERSION = hashOfOwnFiles();

/** The parts of the common style sheet. Of equally specific rules, the last one counts. */
const PAGE_SHEETS = ['text', 'forms', 'port', 'lists', 'tables', 'media'].map((part) => `page/${part}.css`);

/** The files of the pages. */
export const ASSETS = {
  swagger: fromPackage('swagger-ui-dist', 'swagger-ui-bundle.js'),
  swaggerStyle: fromPackage('swagger-ui-dist', 'swagger-ui.css'),
  react: fromPackage('react', 'umd/react.production.min.js'),
  reactDom: fromPackage('react-dom', 'umd/react-dom.production.min.js'),
  graphiql: fromPackage('graphiql', 'graphiql.min.js'),
  graphiqlStyle: fromPackage('graphiql', 'graphiql.min.css'),
  docs: fromHere('docs.js'),
  explorer: fromHere('explorer.js'),
  script: fromHere('page.js'),
  visitor: fromHere('visitor.js'),
  drift: fromHere('observed/drift.js'),
  observations: fromHere('observed/observations.js'),
  audit: fromHere('own/audit.js'),
  ownList: fromHere('own/own-list.js'),
  entryForm: fromHere('own/entry-form.js'),
  entryPage: fromHere('own/entry-page.js'),
  poolPage: fromHere('own/pool-page.js'),
  ownStyle: joinSheets('own/own.css'),
  front: fromHere('front.js'),
  queryGraphql: fromHere('parts/graphql.js'),
  invisibleCharacters: fromHere('parts/invisible-characters.js'),
  chart: fromHere('chart/chart.js'),
  chartController: fromHere('chart/chart-controller.js'),
  zoomAnimation: fromHere('chart/zoom-animation.js'),
  chartFragment: fromHere('chart/chart-fragment.js'),
  chartKeys: fromHere('chart/chart-keys.js'),
  chartKinds: fromHere('chart/chart-kinds.js'),
  chartLegend: fromHere('chart/chart-legend.js'),
  chartRenderer: fromHere('chart/chart-renderer.js'),
  chartPointer: fromHere('chart/chart-pointer.js'),
  chartReadout: fromHere('chart/chart-readout.js'),
  chartSpans: fromHere('chart/chart-spans.js'),
  chartViewport: fromHere('chart/chart-viewport.js'),
  portNames: fromHere('parts/port-names.js'),
  portLabels: fromHere('parts/port-labels.js'),
  frontStyle: joinSheets('front.css'),
  suggestionsStyle: joinSheets('suggestions.css'),
  chartStyle: joinSheets('chart/chart.css'),
  style: joinSheets('page.css', ['frame.css', ...PAGE_SHEETS]),
  frame: joinSheets('frame.css'),
  docsStyle: fromHere('docs.css'),
  explorerStyle: fromHere('explorer.css'),
  icon: fromHere('icon.svg'),
} as const satisfies Readonly<Record<string, Asset>>;

/** The files of other packages, which the pages of the APIs load. No other file of these packages is served. */
export const PACKAGE_ASSETS: readonly Asset[] = Object.values(ASSETS).filter(
  ({ folder }) => folder !== fileURLToPath(OWN_FOLDER),
);

/** The assets by path, with the modules that the pages' own scripts import. */
const BY_PATH = new Map<string, Asset>(
  [...ownFiles().map(fromHere), ...Object.values(ASSETS)].map((asset) => [asset.path, asset]),
);

/** Sends the file of a path below `/assets/`; passes unknown paths to the next handler. */
export const sendAsset: RequestHandler = (request, response, next) => {
  const asset = BY_PATH.get(request.path.slice(1));
  if (asset === undefined) next();
  else if (asset.text !== undefined) {
    response
      .set('Cache-Control', `public, max-age=${MAX_AGE_MS / 1000}, immutable`)
      .type(extname(asset.file))
      .send(asset.text);
  }
  // With a root, because `sendFile` otherwise rejects paths below a folder with a leading dot.
  else response.sendFile(asset.file, { root: asset.folder, maxAge: MAX_AGE_MS, immutable: true });
};

/** Creates an asset of another package: of its copy in an installed Portolan, which does not depend on the package. */
function fromPackage(name: string, file: string): Asset {
  const packed = new URL(`../explorers/${name}/package.json`, import.meta.url);
  const manifest = existsSync(packed) ? packed : new URL(import.meta.resolve(`${name}/package.json`));
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return asset(`${name}@${version}`, new URL('.', manifest), file);
}

/** Creates an asset of the pages' own files. Their version is the hash of all of them, because they import each other. */
function fromHere(file: string): Asset {
  return asset(`portolan@${OWN_VERSION}`, OWN_FOLDER, file);
}

/** Joins style sheets to one file, without comments and indentation: a seventh to a quarter fewer bytes when compressed. */
function joinSheets(file: string, sheets: readonly string[] = [file]): Asset {
  const text = sheets.map((sheet) => readFileSync(new URL(sheet, OWN_FOLDER), 'utf8')).join('');
  return { ...fromHere(file), text: text.replaceAll(/\/\*[^*]*\*\//g, '').replaceAll(/\n[\n ]*/g, '\n') };
}

function hashOfOwnFiles(): string {
  const hash = createHash('sha256');
  for (const file of ownFiles()) hash.update(`${file}\0`).update(readFileSync(new URL(file, OWN_FOLDER)));
  return hash.digest('hex').slice(0, 12);
}

/** Lists the pages' own files by their paths below `OWN_FOLDER`. */
function ownFiles(): string[] {
  return globSync('**/*.*', { cwd: fileURLToPath(OWN_FOLDER) })
    .map((file) => file.replaceAll(sep, '/'))
    .sort();
}

function asset(origin: string, folder: URL, file: string): Asset {
  return { path: `assets/${origin}/${file}`, folder: fileURLToPath(folder), file };
}
