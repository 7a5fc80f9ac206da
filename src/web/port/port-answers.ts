import { html, type SafeHtml } from '@remix-run/html-template';
import type { Suitability } from '../../registry/advice/suitability.ts';
import { canNamePort, nameOf } from '../../registry/report/port-name.ts';
import type { PortReport } from '../../registry/report/port-report.ts';
import { STATE_MEANINGS } from '../../registry/report/port-state.ts';
import { type Association, isInUse } from '../../registry/rows/association.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { capitalize, enumerate } from '../../registry/values/wording.ts';
import { addressWith, portAddress } from '../parts/address.ts';
import { freePortLink } from '../parts/advice.ts';
import { assignedNames, shortName, usesByKind } from '../parts/port-names.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { listNames, MOST_NAMES, VERDICT_SIGNS, verdictWords } from '../parts/verdict.ts';

/**
 * Renders the answers to the three questions on a port: what is it, may I use it, who here uses it.
 *
 * @param report - The report of the port.
 * @param protocol - The requested protocol, or null.
 * @param suitability - The advice; null for a past state.
 */
export function portAnswers(
  report: PortReport,
  protocol: TransportProtocol | null,
  suitability: Suitability | null,
): SafeHtml {
  return html`<div class="answers">
${whatIsIt(report)}
${suitability === null ? notInThePast(report, protocol) : mayIUseIt(report, suitability)}
${whoUsesIt(report, protocol)}
</div>`;
}

/** A statement on a port and a sentence that adds to it. */
type Statement = readonly [statement: string, addition: string];

function whatIsIt(report: PortReport): SafeHtml {
  const [statement, addition] = describeOwnFirst(report);
  return html`<div><h2>What is it?</h2>
<p class="answer">${renderUntrusted(statement)}</p>
${addition === '' ? '' : html`<p>${renderUntrusted(addition)}</p>`}
</div>`;
}

/** Describes a port by its own entries, and then as it is known elsewhere. */
function describeOwnFirst(report: PortReport): Statement {
  const own = distinct(usesByKind(report).own.filter(isInUse).map(nameOf));
  const [statement, addition] = describe(report);
  if (own.length === 0) return [statement, addition];
  const elsewhere = statement === NOTHING_KNOWN ? '' : `Elsewhere: ${statement}. `;
  return [listNames(own), `${elsewhere}${addition}`.trimEnd()];
}

const NOTHING_KNOWN = 'Nothing known';

/** Describes a port without its own entries. */
function describe(report: PortReport): Statement {
  const { narrow, wide } = usesByKind(report);
  const uses = narrow.filter(canNamePort);
  const official = report.assignments.find(({ serviceName }) => serviceName !== null);
  if (official !== undefined) {
    const statement = official.description ?? official.serviceName ?? '';
    const most = Math.max(...report.assignments.map(({ prominence }) => prominence));
    const common = distinct(uses.filter(({ prominence }) => prominence >= most).map(shortName));
    return [statement, common.length === 0 ? '' : `In practice: ${listFirst(common)}.`];
  }
  const [first, ...others] = distinct(uses.map(shortName));
  if (first !== undefined) return [first, others.length === 0 ? '' : `Or: ${listFirst(others)}.`];
  const inWide =
    wide.length === 0
      ? ''
      : `${wide.length} informal ${wide.length === 1 ? 'use has a wide range' : 'uses have wide ranges'}`;
  if (report.range.name === 'dynamic' && report.ephemeralRanges.length > 0) {
    return ["Most likely a client's outgoing connection", inWide === '' ? '' : `${inWide} around it.`];
  }
  const [nameless] = report.assignments;
  const additions = [
    // Its description is a word such as "Removed".
    ...(nameless?.state === 'deregistered' ? [`${capitalize(STATE_MEANINGS.deregistered)}.`] : []),
    ...(inWide === '' ? [] : [`${inWide} around it.`]),
  ];
  return [nameless?.description ?? NOTHING_KNOWN, additions.join(' ')];
}

/** Joins the first names. The section on informal uses counts the uses; several of them may share a name. */
function listFirst(names: readonly string[]): string {
  return enumerate(names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES), 'others']);
}

function mayIUseIt(report: PortReport, suitability: Suitability): SafeHtml {
  const { verdict, number, protocol } = suitability;
  const names = { assigned: assignedNames(report), own: distinct(usesByKind(report).own.filter(isInUse).map(nameOf)) };
  const { title, text } = verdictWords(suitability, names);
  return html`<div class="${verdict}"><h2>May I use it?</h2>
<p class="answer verdict"><span aria-hidden="true">${VERDICT_SIGNS[verdict]}</span> ${title}</p>
<p>${renderUntrusted(text)}</p>
${verdict === 'good' ? '' : html`<p>${freePortLink(number, protocol, 'button')}</p>`}
</div>`;
}

function notInThePast({ number }: PortReport, protocol: TransportProtocol | null): SafeHtml {
  return html`<div><h2>May I use it?</h2>
<p class="answer">Known for today only</p>
<p><a href="${portAddress(number, protocol)}">The answer for today</a></p>
</div>`;
}

function whoUsesIt(report: PortReport, protocol: TransportProtocol | null): SafeHtml {
  const own = usesByKind(report).own.filter(isInUse);
  const names = distinct(own.map(nameOf));
  const places = distinct(own.map(ownerAndEnvironment)).filter((words) => words !== '');
  const add = addressWith('/associations/new', { port: report.number, protocol });
  return html`<div><h2>Who here uses it?</h2>
<p class="answer">${own.length === 0 ? 'Nobody has entered it' : html`<a href="#own">${renderUntrusted(listNames(names))}</a>`}</p>
${places.length === 0 ? '' : html`<p>${renderUntrusted(places.slice(0, MOST_NAMES).join('; '))}</p>`}
<p><a class="button" href="${add}">Add our use</a></p>
</div>`;
}

function ownerAndEnvironment({ owner, environment }: Association): string {
  return [owner, environment].filter((word) => word !== null).join(', ');
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)];
}
