import { VERDICTS, type Verdict } from '../../../registry/advice/suitability.ts';
import { checkPublished, type FileOwner } from '../../../registry/published/check-published.ts';
import { type PublishedFormat, renderPublished } from '../../../text/published/published-formats.ts';
import { EXIT } from '../../terminal/exit.ts';
import { print } from '../../terminal/print.ts';
import { escapeInvisible } from '../../terminal/terminal-text.ts';
import type { RemoteServer } from '../fetch-from-server.ts';
import type { LocalSource } from '../local-source.ts';
import { readFacts } from './facts.ts';
import { readFiles } from './read-files.ts';

/** How files are checked. */
export interface FileCheck extends FileOwner {
  /** The file with the variables of Docker Compose; undefined for `.env` beside each file. */
  readonly variablesFile: string | undefined;
  readonly format: PublishedFormat;
  /** The mildest severity that makes the exit code 1. */
  readonly failOn: Verdict;
}

/**
 * Checks the published ports of files against each other and against the registry, and prints the findings. Sets the exit code: 1
 * for a finding of the severity `failOn` or worse, 2 if a file cannot be read, 3 without an answer of the registry.
 *
 * @param source - Opens the server or the database. It is called after the files are read.
 * @param places - The files; `-` for standard input.
 * @param check - How they are checked.
 * @throws {RegistryError} As `readFiles` and `readFacts`.
 */
export async function checkFiles(
  source: () => Promise<RemoteServer | LocalSource>,
  places: readonly string[],
  { variablesFile, format, failOn, owner, environment }: FileCheck,
): Promise<void> {
  process.exitCode = EXIT.usage;
  const { files, ...published } = await readFiles(places, variablesFile);
  process.exitCode = EXIT.unanswered;
  const facts = await readFacts(await source(), published.ports);
  const findings = checkPublished(published, facts, { owner, environment });
  const least = VERDICTS.indexOf(failOn);
  const isFailed = findings.some(({ severity }) => severity !== 'info' && VERDICTS.indexOf(severity) >= least);
  process.exitCode = isFailed ? EXIT.failed : EXIT.done;
  const body = renderPublished(format, { files, ports: published.ports, findings });
  print(format === 'json' ? body : escapeInvisible(body), format);
}
