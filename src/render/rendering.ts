import { type RunStep, runInSteps, type Steps } from '../registry/values/run-step.ts';

/** A text, or the steps in which a longer one is rendered. */
export type Rendering = string | Steps<string>;

/**
 * Renders a text to its end.
 *
 * @param rendering - The text, or its steps.
 * @param run - Runs the steps.
 */
export async function finishRendering(rendering: Rendering, run: RunStep): Promise<string> {
  return typeof rendering === 'string' ? rendering : runInSteps(rendering, run);
}
