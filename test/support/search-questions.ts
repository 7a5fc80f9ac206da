import { readFileSync } from 'node:fs';
import type { Express } from 'express';
import supertest from 'supertest';

/** A question as people type it, with the ports that are right. */
interface Question {
  readonly text: string;
  readonly ports: readonly number[];
}

/** How often the first result, and one of the first three, is right, in percent. */
interface Accuracy {
  readonly first: number;
  readonly firstThree: number;
  /** The questions whose first result is wrong, with the results. */
  readonly wrong: readonly string[];
}

/**
 * Reads questions: one in each line, with a tab and the right ports, after a header.
 *
 * @param file - The path or URL of the file.
 */
export function readQuestions(file: string | URL): Question[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [text = '', ports = ''] = line.split('\t');
    return { text, ports: ports.split(',').map(Number) };
  });
}

/**
 * Asks `GET /search` questions.
 *
 * @param app - The app.
 * @param questions - The questions.
 */
export async function measureAccuracy(app: Express, questions: readonly Question[]): Promise<Accuracy> {
  let [first, firstThree] = [0, 0];
  const wrong: string[] = [];
  for (const { text, ports } of questions) {
    const { body } = await supertest(app)
      .get(`/search?limit=3&q=${encodeURIComponent(text)}`)
      .expect(200);
    const found: (number | null)[] = body.results.map(({ port }: { port: number | null }) => port);
    const isRight = found.map((port) => port !== null && ports.includes(port));
    if (isRight[0]) first++;
    else wrong.push(`${text}: ${found}`);
    if (isRight.includes(true)) firstThree++;
  }
  const percent = (count: number): number => (100 * count) / questions.length;
  return { first: percent(first), firstThree: percent(firstThree), wrong };
}
