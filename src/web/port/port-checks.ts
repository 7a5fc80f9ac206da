import { html, type SafeHtml } from '@remix-run/html-template';
import type { PortReport } from '../../registry/report/port-report.ts';
import type { Check } from '../../registry/rows/check-command.ts';
import { copyableCode } from '../parts/copyable-code.ts';

/** The names of systems, in the order of the page. */
const SYSTEMS: Readonly<Record<string, string>> = {
  linux: 'Linux',
  macos: 'macOS',
  windows: 'Windows',
  freebsd: 'FreeBSD',
};

/** The system whose commands are open if no script opens those of the visitor's system. */
const DEFAULT_SYSTEM = 'linux';

/**
 * Renders the commands that show which process uses a port on a host.
 *
 * @param report - The report.
 */
export function portChecks({ number, checks }: PortReport): SafeHtml {
  return html`<section aria-labelledby="checks"><h2 id="checks">See what uses it on a host</h2>
${number === 0 ? html`<p>No program listens on port 0: a program that asks for it gets another port from the system.</p>` : commandsBySystem(checks)}
</section>`;
}

function commandsBySystem(commands: readonly Check[]): SafeHtml {
  const bySystem = Map.groupBy(commands, ({ system }) => system);
  return html`<div class="folds">${[...bySystem].map(
    ([
      system,
      rows,
    ]) => html`<details data-system="${system}"${system === DEFAULT_SYSTEM ? html` open` : ''}><summary>${SYSTEMS[system] ?? system}</summary>
<ul class="commands">
${rows.map(
  ({
    command,
    tool,
  }) => html`<li>${copyableCode(command, `the command for ${SYSTEMS[system] ?? system} by ${tool}`)}</li>
`,
)}</ul>${rows.some(({ needsRoot }) => needsRoot) ? html`<p class="meta">Run as ${system === 'windows' ? 'administrator' : 'root'} to see all processes.</p>` : ''}</details>
`,
  )}</div>`;
}
