import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { ModifiableInstruction } from 'dockerfile-ast/lib/modifiableInstruction.js';
import { PROJECT } from '../support/portolan-process.ts';

/** The text of the Dockerfile. */
export const DOCKERFILE = readFileSync(join(PROJECT, 'deploy/Dockerfile'), 'utf8');

/** An instruction of the Dockerfile, with its arguments expanded. */
export interface Step {
  /** The keyword, such as `COPY`. */
  readonly word: string;
  /** `--from=packages` and the like, without the hyphens. */
  readonly flags: Readonly<Record<string, string>>;
  /** The arguments; parsed if they are written as JSON. */
  readonly words: readonly string[];
  /** The arguments as one line of text. */
  readonly text: string;
  readonly isJson: boolean;
}

/** Parses the steps in their order. Expands each ARG before the first FROM with its default. */
export function parseSteps(): Step[] {
  const steps = DockerfileParser.parse(DOCKERFILE).getInstructions().map(parseStep);
  const defaults = new Map(
    steps.filter(({ word }) => word === 'ARG').map(({ text }) => text.split('=') as [string, string]),
  );
  return steps.map((step) => (step.word === 'FROM' ? fill(step, defaults) : step));
}

function parseStep(instruction: Instruction): Step {
  const word = instruction.getKeyword();
  const text = (instruction.getRawArgumentsContent() ?? '').replaceAll(/\\\n\s*/g, '').trim();
  const parsed = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  const flags = Object.fromEntries(parsed.map((flag) => [flag.getName(), flag.getValue() ?? '']));
  // The command of a HEALTHCHECK follows the word CMD.
  const json = /^(?:CMD )?(\[.*\])$/.exec(text)?.[1];
  const words = json === undefined ? text.split(/\s+/) : (JSON.parse(json) as string[]);
  return { word, flags, words, text, isJson: json !== undefined };
}

function fill(step: Step, values: ReadonlyMap<string, string>): Step {
  const text = step.text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '');
  return { ...step, text, words: text.split(/\s+/) };
}
