import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { ModifiableInstruction } from 'dockerfile-ast/lib/modifiableInstruction.js';
import { PROJECT } from './portolan-process.ts';

/** The text of the image's recipe. */
export const DOCKERFILE = readFileSync(join(PROJECT, 'deploy/Dockerfile'), 'utf8');

/** An instruction of the recipe, with arguments given their values. */
export interface Step {
  /** The instruction's word, such as `COPY`. */
  readonly word: string;
  /** `--from=packages` and the like, without the hyphens. */
  readonly flags: Readonly<Record<string, string>>;
  /** What stands behind, lines joined; an array where it is written as JSON. */
  readonly words: readonly string[];
  /** The same as one text. */
  readonly text: string;
  readonly isJson: boolean;
}

/** Reads the steps, in their order; the ARG before the first FROM have their defaults. */
export function readSteps(): Step[] {
  const steps = DockerfileParser.parse(DOCKERFILE).getInstructions().map(readStep);
  const defaults = new Map(
    steps.filter(({ word }) => word === 'ARG').map(({ text }) => text.split('=') as [string, string]),
  );
  return steps.map((step) => (step.word === 'FROM' ? fill(step, defaults) : step));
}

function readStep(instruction: Instruction): Step {
  const word = instruction.getKeyword();
  const text = (instruction.getRawArgumentsContent() ?? '').replaceAll(/\\\n\s*/g, '').trim();
  const given = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  const flags = Object.fromEntries(given.map((flag) => [flag.getName(), flag.getValue() ?? '']));
  // Of a health check the command is what stands behind CMD.
  const json = /^(?:CMD )?(\[.*\])$/.exec(text)?.[1];
  const words = json === undefined ? text.split(/\s+/) : (JSON.parse(json) as string[]);
  return { word, flags, words, text, isJson: json !== undefined };
}

function fill(step: Step, values: ReadonlyMap<string, string>): Step {
  const text = step.text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '');
  return { ...step, text, words: text.split(/\s+/) };
}
