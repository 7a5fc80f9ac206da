import fc, { type RunDetails } from 'fast-check';

/** The environment variable that sets the seed of property tests. */
const SEED_VARIABLE = 'PROPERTY_SEED';
/** The default seed: every run of the tests tries the same values. */
const FIXED_SEED = 6335;
const LARGEST_SEED = 2 ** 31 - 1;

/** Parses the seed; an empty text is the default. */
function parseSeed(text: string): number {
  if (text === '') return FIXED_SEED;
  if (/^\d{1,10}$/.test(text) && Number(text) <= LARGEST_SEED) return Number(text);
  throw new Error(`Cannot parse ${SEED_VARIABLE} "${text}": expected an integer from 0 to ${LARGEST_SEED}`);
}

function report<T>(details: RunDetails<T>): void {
  if (!details.failed) return;
  const message = `${fc.defaultReportMessage(details)}\n\nTo repeat: ${SEED_VARIABLE}=${details.seed}`;
  throw new Error(message, { cause: details.errorInstance });
}

fc.configureGlobal({ seed: parseSeed(process.env[SEED_VARIABLE] ?? ''), reporter: report });

/** fast-check with one seed for all property tests. Tests import it from this file, never from the package. */
export { fc };
