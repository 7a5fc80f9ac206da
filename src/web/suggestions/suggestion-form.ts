import { html, type SafeHtml } from '@remix-run/html-template';
import { AVOID_OPTIONS, type AvoidOption, SUGGESTION_ORDERS } from '../../registry/advice/advice-question.ts';
import { FIRST_USER_PORT } from '../../registry/advice/suggestions.ts';
import { formatSpan, rangeOf } from '../../registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { checkbox, checkboxes, checkedWords, isTrue, select, textField } from '../forms/fields.ts';
import { type FormField, type FormInput, type FormValues, getForm, hasFault, renderFields } from '../forms/form.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The options of `avoid`: the name in a sentence, and the label of the checkbox. */
const AVOIDABLE: Readonly<Record<AvoidOption, readonly [name: string, label: string]>> = {
  linux: ['Linux', "Linux' ephemeral range"],
  windows: ['Windows', "Windows' ephemeral range"],
  macos: ['macOS', "macOS' ephemeral range"],
  kubernetes: ['Kubernetes', "Kubernetes' NodePorts"],
  browsers: ["browsers' blocked ports", 'ports that browsers refuse'],
  own: ['our hosts', 'our hosts’ ephemeral ranges'],
};

/** The ports without a condition. */
const USER_PORTS = formatSpan(rangeOf(FIRST_USER_PORT));

const FOR = textField('like', 'For', { maxlength: 100, example: 'billing-api' });
const NEAR = textField('near', 'Near port', { isNumber: true, example: '8080' });
const PROTOCOL = select('protocol', 'Protocol', TRANSPORT_PROTOCOLS);

/** The fields that are collapsed, except for the pool: its options are the names of all pools. */
const CONDITIONS: readonly FormField[] = [
  textField('count', 'How many', { isNumber: true, example: '5' }),
  textField('within', 'Within', { maxlength: 20, example: USER_PORTS }),
  select('order', 'Order by', SUGGESTION_ORDERS, 'default'),
  textField('environment', 'Environment', { maxlength: 100, example: 'production' }),
  checkbox('consecutive', 'In one block'),
];
const AVOID = checkboxes(
  'avoid',
  'Stay away from',
  Object.fromEntries(AVOID_OPTIONS.map((name) => [name, AVOIDABLE[name][1]])),
);

/** The parameters that the form has fields for. */
export const SUGGESTION_PARAMETERS: readonly string[] = [
  ...[FOR, NEAR, PROTOCOL, ...CONDITIONS, AVOID].map(({ name }) => name),
  'pool',
];

/**
 * Renders the form for suggestions: a line for the name and the protocol, and all other conditions collapsed.
 *
 * @param input - The conditions, and what is wrong with them.
 * @param pools - The names of all pools.
 */
export function suggestionForm(input: FormInput, pools: readonly string[]): SafeHtml {
  const hasPool = pools.length > 0 || input.values.has('pool');
  const conditions = [...CONDITIONS, ...(hasPool ? [select('pool', 'From the pool', pools)] : []), AVOID];
  const all = [FOR, NEAR, PROTOCOL, ...conditions];
  return getForm(
    '/suggestions',
    html`${renderFields([FOR], input, all)}<span class="or">or</span>
${renderFields([NEAR, PROTOCOL], input, all)}<button class="first">Suggest</button>
<details${hasFault(conditions, input) ? html` open` : ''}><summary>Conditions: ${renderUntrusted(describeConditions(validValues(input)))}</summary>
<div class="filters">${renderFields(conditions, input, all)}</div></details>`,
  );
}

function validValues({ values, faults }: FormInput): FormValues {
  const invalid = new Set(faults.map(({ parameter }) => parameter));
  return new Map([...values].filter(([name]) => !invalid.has(name)));
}

/** Describes the collapsed conditions. */
function describeConditions(values: FormValues): string {
  const [count, pool, within] = [values.get('count'), values.get('pool'), values.get('within')];
  const [order, environment] = [values.get('order'), values.get('environment')];
  const place = pool === undefined ? (within ?? USER_PORTS) : `${within ?? 'ports'} of the pool ${pool}`;
  return [
    ...(count === undefined ? [] : [`${count} ${count === '1' ? 'port' : 'ports'}`]),
    place,
    ...(isTrue(values.get('consecutive')) ? ['in one block'] : []),
    ...(environment === undefined ? [] : [`for ${environment}`]),
    ...(order === undefined ? [] : [`by ${order}`]),
    describeAvoided(values.get('avoid')),
  ].join(', ');
}

function describeAvoided(avoid: string | undefined): string {
  const words = checkedWords(avoid, AVOID_OPTIONS);
  const names = AVOID_OPTIONS.filter((option) => words.includes(option)).map((option) => AVOIDABLE[option][0]);
  return names.length === 0 ? 'nothing avoided' : `away from ${names.join(', ')}`;
}
