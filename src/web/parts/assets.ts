import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RequestHandler } from 'express';

/** A file that a page loads. */
export interface Asset {
  /** Where it is served, relative to the server's root; it names the version, so that the file behind it never changes. */
  readonly path: string;
  /** The folder in which it lies, and its path inside. */
  readonly folder: string;
  readonly file: string;
}

/** How long a browser may keep a file, in milliseconds: a year, the longest that caches take seriously. */
const MAX_AGE_MS = 365 * 24 * 60 * 60 * 1000;

/** The folder of the pages' own files. */
const OWN_FOLDER = new URL('../browser/', import.meta.url);
const OWN_VERSION = hashOfOwnFiles();

/** The files of the pages, and no other file of their packages. */
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
  audit: fromHere('own/audit.js'),
  front: fromHere('front.js'),
  optionList: fromHere('parts/option-list.js'),
  searchOptions: fromHere('parts/search-options.js'),
  askGraphql: fromHere('parts/graphql.js'),
  invisibleCharacters: fromHere('parts/invisible-characters.js'),
  chart: fromHere('chart/chart.js'),
  chartController: fromHere('chart/chart-controller.js'),
  zoomAnimation: fromHere('chart/zoom-animation.js'),
  chartKeys: fromHere('chart/chart-keys.js'),
  chartKinds: fromHere('chart/chart-kinds.js'),
  chartLegend: fromHere('chart/chart-legend.js'),
  chartRenderer: fromHere('chart/chart-renderer.js'),
  chartPointer: fromHere('chart/chart-pointer.js'),
  chartReadout: fromHere('chart/chart-readout.js'),
  chartSpans: fromHere('chart/chart-spans.js'),
  chartViewport: fromHere('chart/chart-viewport.js'),
  portLabels: fromHere('parts/port-labels.js'),
  frontStyle: fromHere('front.css'),
  chartStyle: fromHere('chart/chart.css'),
  style: fromHere('page.css'),
  frame: fromHere('frame.css'),
  docsStyle: fromHere('docs.css'),
  explorerStyle: fromHere('explorer.css'),
  icon: fromHere('icon.svg'),
} as const satisfies Readonly<Record<string, Asset>>;

/** Those, and what the pages' own scripts load in turn. */
const BY_PATH = new Map<string, Asset>(
  [...ownFiles().map(fromHere), ...Object.values(ASSETS)].map((asset) => [asset.path, asset]),
);

/** Answers with the file that a path below `/assets/` names; leaves paths that name none to the next handler. */
export const sendAsset: RequestHandler = (request, response, next) => {
  const asset = BY_PATH.get(request.path.slice(1));
  if (asset === undefined) next();
  // A root is given because without one no file is sent from below a folder whose name begins with a dot.
  else response.sendFile(asset.file, { root: asset.folder, maxAge: MAX_AGE_MS, immutable: true });
};

function fromPackage(name: string, file: string): Asset {
  const manifest = new URL(import.meta.resolve(`${name}/package.json`));
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return asset(`${name}@${version}`, new URL('.', manifest), file);
}

/** The pages' own files have no version: their content stands for it, that of all of them, so that one may load another. */
function fromHere(file: string): Asset {
  return asset(`portolan@${OWN_VERSION}`, OWN_FOLDER, file);
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
